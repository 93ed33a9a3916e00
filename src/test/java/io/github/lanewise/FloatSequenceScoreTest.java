// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatBits.assertRejected;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.obermuhlner.math.big.BigDecimalMath;
import io.github.lanewise.FloatViews.Layout;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scores of sequences: against exact sums, against cross entropy, in parts and merged, and what is no score. */
class FloatSequenceScoreTest {
    private static final int VOCABULARY = 128_256;
    private static final MathContext DIGITS = new MathContext(40);

    private final SplittableRandom random = new SplittableRandom(95);

    private static FloatTensor zeros(int... shape) {
        int numel = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        return FloatTensor.of(new float[numel], shape);
    }

    /** Log-probability of a class in 40 digits. */
    private static BigDecimal exact(float[] x, int offset, int n, int target) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < n; i++) {
            BigDecimal distance = new BigDecimal(x[offset + i]).subtract(new BigDecimal(x[offset + target]));
            sum = sum.add(BigDecimalMath.exp(distance, DIGITS));
        }
        return BigDecimalMath.log(sum, DIGITS).negate();
    }

    private static void assertClose(BigDecimal exact, double value, double unit, String what) {
        double error = new BigDecimal(value).subtract(exact).abs().doubleValue();
        assertTrue(error <= 4 * unit, () -> what + ": " + value + " instead of " + exact.doubleValue());
    }

    @Test
    void ofAnExample() {
        // Uniform over four: log 4 a token, perplexity 4.
        SequenceScore score = SequenceScore.create();
        FloatTensor logProb = zeros(3);
        score.add(FloatTensor.of(new float[12], 3, 4), new int[] {1, -100, 3}, logProb);
        assertEquals((float) -Math.log(4.0), logProb.get(0));
        assertEquals(0f, logProb.get(1));
        assertEquals(2, score.count());
        assertEquals(-2.0 * Math.log(4.0), score.logLikelihood(), 1e-12);
        assertEquals(Math.log(4.0), score.meanNegativeLogLikelihood(), 1e-12);
        assertEquals(4.0, score.perplexity(), 1e-11);
        assertTrue(score.toString().contains("count=2"), score.toString());
    }

    @Test
    void isExactToFourUlp() {
        for (int n : new int[] {1, 2, 5, 33, 200}) {
            int tokens = 12;
            float[] x = FloatViews.normal(random, tokens * n);
            x[n / 2] = 30f;
            int[] target = FloatViews.classes(random, tokens, n);
            target[0] = n / 2;
            target[5] = -100;
            FloatTensor logProb = zeros(tokens);
            SequenceScore score = SequenceScore.create();
            score.add(FloatTensor.of(x, tokens, n), target, logProb);
            BigDecimal sum = BigDecimal.ZERO;
            for (int t = 0; t < tokens; t++) {
                if (target[t] != -100) {
                    BigDecimal exact = exact(x, t * n, n, target[t]);
                    assertClose(exact, logProb.get(t), Math.ulp(exact.floatValue()), "token " + t + " of " + n);
                    sum = sum.add(exact);
                }
            }
            assertEquals(11, score.count());
            assertClose(sum, score.logLikelihood(), Math.ulp(sum.floatValue()), "log-likelihood of " + n);
            double mean = score.meanNegativeLogLikelihood();
            assertEquals(0.0 - score.logLikelihood() / 11, mean);
            BigDecimal perplexity = BigDecimalMath.exp(new BigDecimal(mean), DIGITS);
            assertClose(perplexity, score.perplexity(), 0.2 * Math.ulp(perplexity.doubleValue()), "perplexity");
        }
    }

    @Test
    void isTheNegatedCrossEntropy() {
        CrossEntropyLoss loss =
                CrossEntropyLoss.builder().reduction(Reduction.NONE).build();
        for (int n : new int[] {1, 3, 16, 31, 32, 33, 100, 5000, VOCABULARY}) {
            int tokens = n > 1000 ? 3 : 8;
            FloatTensor logits = FloatTensor.of(FloatViews.normal(random, tokens * n), tokens, n);
            int[] target = FloatViews.classes(random, tokens, n);
            target[1] = -100;
            FloatTensor losses = zeros(tokens);
            loss.forward(logits, target, losses);
            FloatTensor logProb = zeros(tokens);
            SequenceScore score = SequenceScore.create();
            score.add(logits, FloatViews.toLongs(target), logProb);
            SequenceScore single = SequenceScore.create();
            for (int t = 0; t < tokens; t++) {
                FloatBits.assertSame(0f - losses.get(t), logProb.get(t), () -> "of " + n);
                FloatBits.assertSame(
                        logProb.get(t), single.add(logits.array(), t * n, n, target[t]), () -> "single of " + n);
            }
            assertEquals(-loss.sum(logits, target).sum(), score.logLikelihood(), 0.0);
            assertEquals(score.logLikelihood(), single.logLikelihood(), 0.0);
            assertEquals(score.count(), single.count());
        }
    }

    @ParameterizedTest
    @EnumSource
    void layoutsGiveTheSameBits(Layout layout) {
        for (int n : new int[] {2, 17, 64, 300}) {
            float[] x = FloatViews.normal(random, 6 * n);
            int[] target = FloatViews.classes(random, 6, n);
            SequenceScore expected = SequenceScore.create();
            FloatTensor logProb = zeros(6);
            expected.add(FloatTensor.of(x, 6, n), target, logProb);
            SequenceScore score = SequenceScore.create();
            FloatTensor out = layout.of(new float[6], 2, 3);
            score.add(layout.of(x, 2, 3, n), target, out);
            assertEquals(expected.logLikelihood(), score.logLikelihood(), 0.0);
            FloatBits.assertSame(logProb.array(), out.toArray(), () -> layout + " of " + n);
            FloatTensor kept = zeros(2, 3, 1);
            SequenceScore.create().add(layout.of(x, 2, 3, n), target, kept);
            FloatBits.assertSame(logProb.array(), kept.array(), () -> layout + " of " + n);
        }
    }

    @Test
    void partsGiveTheBitsOfTheWhole() {
        int n = 50;
        int tokens = 97;
        FloatTensor logits = FloatTensor.of(FloatViews.normal(random, tokens * n), tokens, n);
        int[] target = FloatViews.classes(random, tokens, n);
        target[13] = -100;
        SequenceScore whole = SequenceScore.create();
        whole.add(logits, target);
        SequenceScore parts = SequenceScore.create();
        SequenceScore merged = SequenceScore.create();
        int end;
        for (int t = 0; t < tokens; t = end) {
            end = Math.min(tokens, t + random.nextInt(1, 20));
            FloatTensor part = logits.slice(0, t, end);
            parts.add(part, Arrays.copyOfRange(target, t, end));
            SequenceScore other = SequenceScore.create();
            other.add(part, Arrays.copyOfRange(target, t, end));
            merged.merge(other);
        }
        assertEquals(whole.logLikelihood(), parts.logLikelihood(), 0.0);
        assertEquals(whole.perplexity(), parts.perplexity(), 0.0);
        assertEquals(whole.logLikelihood(), merged.logLikelihood(), 4 * Math.ulp(whole.logLikelihood()));
        assertEquals(96, merged.count());
        parts.reset();
        assertEquals(0.0, parts.logLikelihood(), 0.0);
        assertEquals(Double.NaN, parts.perplexity());
        parts.add(logits, target);
        assertEquals(whole.logLikelihood(), parts.logLikelihood(), 0.0);
        parts.merge(parts);
        assertEquals(2 * whole.logLikelihood(), parts.logLikelihood(), 0.0);
        assertEquals(192, parts.count());
    }

    @Nested
    class SpecialTokens {
        private static final float INFINITY = Float.POSITIVE_INFINITY;

        private double score(int target, float... row) {
            SequenceScore score = SequenceScore.create();
            float logProb = score.add(row, 0, row.length, target);
            assertEquals(logProb, (float) score.logLikelihood());
            assertEquals(1, score.count());
            assertEquals(
                    Double.isNaN(logProb) ? Double.NaN : Math.exp(-score.logLikelihood()), score.perplexity(), 1e-12);
            return score.logLikelihood();
        }

        @Test
        void withoutAProbability() {
            assertEquals(Double.NaN, score(0, 1f, Float.NaN));
            assertEquals(Double.NaN, score(0, INFINITY, 1f));
            assertEquals(Double.NaN, score(1, INFINITY, 1f));
            assertEquals(Double.NaN, score(0, -INFINITY, -INFINITY));
        }

        @Test
        void impossibleAndCertain() {
            assertEquals(Double.NEGATIVE_INFINITY, score(0, -INFINITY, 1f));
            assertEquals(0.0, score(1, -INFINITY, 1f));
            assertEquals(0.0, score(0, 5f));
            SequenceScore score = SequenceScore.create();
            score.add(new float[] {-INFINITY, 1f}, 0, 2, 0);
            score.add(new float[] {2f, 1f}, 0, 2, 0);
            assertEquals(Double.NEGATIVE_INFINITY, score.logLikelihood());
            assertEquals(Double.POSITIVE_INFINITY, score.perplexity());
        }

        @Test
        void ignored() {
            SequenceScore score = SequenceScore.ignoring(1);
            FloatTensor logProb = FloatTensor.of(new float[] {9f, 9f}, 2);
            score.add(FloatTensor.of(new float[] {Float.NaN, 1f, 0f, 0f}, 2, 2), new int[] {1, 0}, logProb);
            assertEquals(0f, logProb.get(0));
            assertEquals(1, score.count());
            assertEquals(2.0, score.perplexity(), 1e-12);
            assertEquals(0f, SequenceScore.create().add(new float[] {Float.NaN}, 0, 1, -100));
        }

        @Test
        void none() {
            SequenceScore score = SequenceScore.create();
            score.add(FloatTensor.of(new float[0], 0, 4), new int[0]);
            assertEquals(0, score.count());
            assertEquals(0.0, score.logLikelihood());
            assertEquals(Double.NaN, score.meanNegativeLogLikelihood());
            assertEquals(Double.NaN, score.perplexity());
        }
    }

    @Test
    void badArgumentsChangeNothing() {
        SequenceScore score = SequenceScore.create();
        FloatTensor logits = FloatTensor.of(FloatViews.normal(random, 12), 3, 4);
        FloatTensor out = FloatTensor.of(FloatViews.normal(random, 3), 3);
        score.add(logits, new int[] {0, 1, 2});
        double before = score.logLikelihood();
        FloatBits.Snapshot snapshot = FloatBits.Snapshot.of(logits, out);
        Class<IllegalArgumentException> argument = IllegalArgumentException.class;
        Class<IndexOutOfBoundsException> index = IndexOutOfBoundsException.class;
        Class<NullPointerException> none = NullPointerException.class;
        assertRejected(
                argument,
                snapshot,
                "few",
                () -> score.add(logits, new int[2], out),
                "2 entries",
                "3 rows",
                "one target");
        assertRejected(
                index,
                snapshot,
                "target",
                () -> score.add(logits, new int[] {0, 1, 4}, out),
                "target[2] = 4",
                "[0, 4)",
                "ignoreIndex -100");
        assertRejected(index, snapshot, "long", () -> score.add(logits, new long[] {-1, 1, 2}, out), "target[0] = -1");
        assertRejected(argument, snapshot, "shape", () -> score.add(logits, new int[3], logits), "[3, 4]", "[3]");
        FloatTensor inside = FloatTensor.of(logits.array(), 1, new int[] {3}, new int[] {2});
        assertRejected(argument, snapshot, "overlap", () -> score.add(logits, new int[3], inside), "overlaps");
        FloatTensor same = FloatTensor.of(out.array(), 0, new int[] {3}, new int[] {0});
        assertRejected(argument, snapshot, "twice", () -> score.add(logits, new int[3], same), "more than once");
        FloatTensor scalar = FloatTensor.of(new float[1]);
        assertRejected(argument, snapshot, "scalar", () -> score.add(scalar, new int[1]), "no dimensions");
        FloatTensor empty = FloatTensor.of(new float[0], 3, 0);
        assertRejected(argument, snapshot, "empty", () -> score.add(empty, new int[3]), "[3, 0]");
        float[] row = logits.array();
        assertRejected(index, snapshot, "row", () -> score.add(row, 9, 4, 0), "offset 9");
        assertRejected(index, snapshot, "token", () -> score.add(row, 8, 4, 4), "target = 4");
        assertRejected(argument, snapshot, "no row", () -> score.add(row, 8, 0, 0), "0 classes");
        FloatTensor missing = null;
        int[] noTarget = null;
        assertRejected(none, snapshot, "logits", () -> score.add(missing, new int[3]), "logits");
        assertRejected(none, snapshot, "target", () -> score.add(logits, noTarget), "target");
        assertRejected(none, snapshot, "output", () -> score.add(logits, new int[3], missing), "logProb");
        assertEquals(before, score.logLikelihood());
        assertEquals(3, score.count());
    }

    @Test
    void nullIsNamed() {
        SequenceScore score = SequenceScore.create();
        assertEquals(
                "other",
                assertThrows(NullPointerException.class, () -> score.merge(null))
                        .getMessage());
    }
}
