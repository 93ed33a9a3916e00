// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Infinities and NaN as PyTorch answers them, in rows of several lengths and in every layout: the special row or column is
 * the second of five, and its neighbours are not disturbed.
 */
class FloatCrossEntropySpecialValuesTest {
    private static final float INF = Float.POSITIVE_INFINITY;
    private static final float NAN = Float.NaN;
    private static final int SAMPLES = 5;
    private static final int SPECIAL = 1;

    static Stream<Arguments> layouts() {
        Stream<Arguments> all = Stream.of(3, 10, 16, 40, 100)
                .flatMap(n -> Stream.of(FloatViews.Layout.values()).map(layout -> Arguments.of(n, layout)));
        // More than one chunk, where layouts make no difference any more.
        return Stream.concat(all, Stream.of(Arguments.of(4101, FloatViews.Layout.ROW_MAJOR)));
    }

    /** Scores, results and targets of five samples. */
    private static final class Batch {
        final int n;
        final FloatViews.Layout layout;
        final float[] elements;
        final int[] target = new int[SAMPLES];
        final float[] probabilities;
        final FloatTensor losses = FloatTensor.of(new float[SAMPLES], SAMPLES);
        final FloatTensor upstream = FloatTensor.of(new float[] {1, 1, 1, 1, 1}, SAMPLES);
        FloatTensor gradient;

        Batch(int n, FloatViews.Layout layout) {
            this.n = n;
            this.layout = layout;
            this.elements = new float[SAMPLES * n];
            this.probabilities = new float[SAMPLES * n];
            this.gradient = layout.of(new float[SAMPLES * n], SAMPLES, n);
        }

        Batch set(int index, float value) {
            elements[SPECIAL * n + index] = value;
            return this;
        }

        Batch setAll(float value) {
            Arrays.fill(elements, SPECIAL * n, (SPECIAL + 1) * n, value);
            return this;
        }

        Batch target(int target) {
            this.target[SPECIAL] = target;
            return this;
        }

        Batch probability(int index, float value) {
            probabilities[SPECIAL * n + index] = value;
            return this;
        }

        /** Losses and gradients for class indices. The neighbours are rows of equal scores. */
        float indices(CrossEntropyLoss.Builder options) {
            CrossEntropyLoss loss = options.reduction(Reduction.NONE).build();
            FloatTensor logits = layout.of(elements, SAMPLES, n);
            gradient = layout.of(new float[SAMPLES * n], SAMPLES, n);
            loss.forwardBackward(logits, target, upstream, losses, gradient);
            float forwardOnly = losses.get(SPECIAL);
            loss.forward(logits, target, losses);
            FloatBits.assertSame(forwardOnly, losses.get(SPECIAL), () -> "forward alone");
            loss.forwardBackward(logits, target, upstream, losses, logits);
            FloatBits.assertSame(gradient.toArray(), logits.toArray(), () -> "gradient in place");
            return checkNeighbours();
        }

        float probabilities(CrossEntropyLoss.Builder options) {
            CrossEntropyLoss loss = options.reduction(Reduction.NONE).build();
            for (int s = 0; s < SAMPLES; s++) {
                if (s != SPECIAL) {
                    probabilities[s * n] = 1f;
                }
            }
            gradient = layout.of(new float[SAMPLES * n], SAMPLES, n);
            FloatTensor logits = layout.of(elements, SAMPLES, n);
            FloatTensor given = layout.of(probabilities, SAMPLES, n);
            loss.forwardBackward(logits, given, upstream, losses, gradient);
            float forwardOnly = losses.get(SPECIAL);
            loss.forward(logits, given, losses);
            FloatBits.assertSame(forwardOnly, losses.get(SPECIAL), () -> "forward alone");
            return checkNeighbours();
        }

        private float checkNeighbours() {
            for (int s = 0; s < SAMPLES; s++) {
                if (s != SPECIAL) {
                    assertEquals(Math.log(n), losses.get(s), 1e-6 * n, "loss of neighbour " + s);
                    assertEquals(1.0 / n - 1, gradient.get(s, 0), 1e-6, "gradient of neighbour " + s);
                    assertEquals(1.0 / n, gradient.get(s, n - 1), 1e-6, "gradient of neighbour " + s);
                }
            }
            return losses.get(SPECIAL);
        }

        void assertGradientIsNaN() {
            for (int c = 0; c < n; c++) {
                assertEquals(
                        Float.floatToRawIntBits(NAN),
                        Float.floatToRawIntBits(gradient.get(SPECIAL, c)),
                        "gradient " + c);
            }
        }

        void assertGradient(int index, double expected) {
            assertEquals(expected, gradient.get(SPECIAL, index), 1e-6, "gradient " + index);
        }
    }

    private static CrossEntropyLoss.Builder options() {
        return CrossEntropyLoss.builder();
    }

    private static CrossEntropyLoss.Builder smoothing() {
        return options().labelSmoothing(0.2);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void minusInfinityElsewhereHasProbabilityZero(int n, FloatViews.Layout layout) {
        Batch batch = new Batch(n, layout).set(n - 1, -INF).target(0);
        assertEquals(Math.log(n - 1.0), batch.indices(options()), 1e-6);
        batch.assertGradient(n - 1, 0);
        batch.assertGradient(0, 1.0 / (n - 1) - 1);
        batch.assertGradient(1, 1.0 / (n - 1));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void minusInfinityAtTheTargetHasAnInfiniteLossAndAFiniteGradient(int n, FloatViews.Layout layout) {
        Batch batch = new Batch(n, layout).set(n - 1, -INF).target(n - 1);
        assertEquals(INF, batch.indices(options()));
        batch.assertGradient(n - 1, -1);
        batch.assertGradient(0, 1.0 / (n - 1));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void smoothingMeetsEveryMinusInfinity(int n, FloatViews.Layout layout) {
        Batch batch = new Batch(n, layout).set(n - 1, -INF).target(0);
        batch.losses.set(7f, SPECIAL);
        // Neighbours have the loss ln n with any smoothing, but other gradients, so these are looked at by hand.
        CrossEntropyLoss loss = smoothing().reduction(Reduction.NONE).build();
        FloatTensor logits = layout.of(batch.elements, SAMPLES, n);
        loss.forwardBackward(logits, batch.target, batch.upstream, batch.losses, batch.gradient);
        assertEquals(INF, batch.losses.get(SPECIAL));
        assertEquals(Math.log(n), batch.losses.get(0), 1e-6 * n);
        batch.assertGradient(n - 1, -0.2 / n);
        batch.assertGradient(0, 1.0 / (n - 1) - 0.8 - 0.2 / n);
        float[] weight = new float[n];
        Arrays.fill(weight, 1f);
        weight[n - 1] = 0f;
        CrossEntropyLoss weighted =
                smoothing().weight(weight).reduction(Reduction.NONE).build();
        weighted.forward(logits, batch.target, batch.losses);
        assertEquals(NAN, batch.losses.get(SPECIAL));
        assertTrue(Float.isFinite(batch.losses.get(SPECIAL + 1)));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void nanMakesLossAndGradientNaN(int n, FloatViews.Layout layout) {
        float signalling = Float.intBitsToFloat(0xffa12345);
        for (int at : new int[] {0, 1, n - 1}) {
            for (float nan : new float[] {NAN, signalling}) {
                Batch batch = new Batch(n, layout).set(at, nan).target(1);
                FloatBits.assertSame(NAN, batch.indices(options()), () -> "loss");
                batch.assertGradientIsNaN();
                Batch withInfinity = new Batch(n, layout).set(at, nan).set(n / 2, INF);
                FloatBits.assertSame(NAN, withInfinity.indices(options()), () -> "loss with infinity");
                withInfinity.assertGradientIsNaN();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void plusInfinityMakesLossAndGradientNaN(int n, FloatViews.Layout layout) {
        for (int at : new int[] {0, n - 1}) {
            Batch batch = new Batch(n, layout).set(at, INF).target(0);
            FloatBits.assertSame(NAN, batch.indices(options()), () -> "loss");
            batch.assertGradientIsNaN();
        }
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void rowOfMinusInfinitiesMakesLossAndGradientNaN(int n, FloatViews.Layout layout) {
        Batch batch = new Batch(n, layout).setAll(-INF).target(1);
        FloatBits.assertSame(NAN, batch.indices(options()), () -> "loss");
        batch.assertGradientIsNaN();
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void infiniteUpstreamGradientIsNaNAtTheTargetAlone(int n, FloatViews.Layout layout) {
        // One of equals, the maximum, and below it.
        for (float score : new float[] {0f, 5f, -5f}) {
            Batch batch = new Batch(n, layout).set(1, score).target(1);
            batch.upstream.set(-INF, SPECIAL);
            batch.indices(options());
            for (int c = 0; c < n; c++) {
                int at = c;
                FloatBits.assertSame(
                        c == 1 ? NAN : -INF, batch.gradient.get(SPECIAL, c), () -> "gradient " + at + " for " + score);
            }
        }
    }

    /** Where the rows lie does not matter, nor what spreads nothing. */
    @ParameterizedTest
    @ValueSource(ints = {3, 40, 100, 1000})
    void infiniteUpstreamGradientInNativeMemoryAndWithoutAnythingToSpread(int n) {
        for (LabelSmoothing none : new LabelSmoothing[] {
            LabelSmoothing.NONE, LabelSmoothing.uniform(0), LabelSmoothing.others(0), LabelSmoothing.targetWeighted(0)
        }) {
            CrossEntropyLoss loss =
                    options().reduction(Reduction.NONE).labelSmoothing(none).build();
            for (float score : new float[] {0f, 5f, -5f}) {
                try (Arena arena = Arena.ofConfined()) {
                    FloatTensor logits = FloatTensor.of(arena.allocate(2L * n * Float.BYTES, Float.BYTES), 2, n);
                    FloatTensor gradient = FloatTensor.of(arena.allocate(2L * n * Float.BYTES, Float.BYTES), 2, n);
                    logits.set(score, 0, 1);
                    FloatTensor upstream = FloatTensor.of(new float[] {INF, 1f}, 2);
                    loss.backward(logits, new int[] {1, 1}, upstream, gradient);
                    for (int c = 0; c < n; c++) {
                        int at = c;
                        FloatBits.assertSame(
                                c == 1 ? NAN : INF,
                                gradient.get(0, c),
                                () -> none + ", gradient " + at + " for " + score);
                    }
                    assertEquals(1.0 / n - 1, gradient.get(1, 1), 1e-6, none.toString());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void ignoredRowWithNaNHasLossZeroAndAGradientOfNaN(int n, FloatViews.Layout layout) {
        for (float value : new float[] {NAN, INF}) {
            Batch batch = new Batch(n, layout).set(n / 2, value).target(-100);
            assertEquals(0f, batch.indices(options()));
            batch.assertGradientIsNaN();
        }
        Batch finite = new Batch(n, layout).set(n / 2, -INF).target(-100);
        assertEquals(0f, finite.indices(options()));
        float[] row = finite.gradient.select(0, SPECIAL).toArray();
        assertArrayEquals(new float[n], row);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void probabilityOfZeroAtMinusInfinityIsNaN(int n, FloatViews.Layout layout) {
        Batch zero = new Batch(n, layout).set(n - 1, -INF).probability(0, 1f);
        FloatBits.assertSame(NAN, zero.probabilities(options()), () -> "loss");
        zero.assertGradient(n - 1, 0);
        zero.assertGradient(0, 1.0 / (n - 1) - 1);
        Batch some = new Batch(n, layout).set(n - 1, -INF);
        for (int c = 0; c < n; c++) {
            some.probability(c, 1f / n);
        }
        assertEquals(INF, some.probabilities(options()));
        some.assertGradient(n - 1, -1.0 / n);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void probabilitiesOfRowsThatAreNotFinite(int n, FloatViews.Layout layout) {
        for (float value : new float[] {NAN, INF}) {
            Batch batch = new Batch(n, layout).set(n - 1, value).probability(0, 1f);
            FloatBits.assertSame(NAN, batch.probabilities(options()), () -> "loss");
            batch.assertGradientIsNaN();
        }
        Batch nothing = new Batch(n, layout).setAll(-INF).probability(0, 1f);
        FloatBits.assertSame(NAN, nothing.probabilities(options()), () -> "loss");
        nothing.assertGradientIsNaN();
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void probabilitiesThatAreNotFinite(int n, FloatViews.Layout layout) {
        Batch batch = new Batch(n, layout).probability(1, NAN);
        FloatBits.assertSame(NAN, batch.probabilities(options()), () -> "loss");
        assertTrue(Float.isNaN(batch.gradient.get(SPECIAL, 0)));
        Batch infinite = new Batch(n, layout).probability(1, INF);
        float loss = infinite.probabilities(options());
        assertEquals(INF, loss);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void meanAndSumCarryInfinityAndNaN(int n, FloatViews.Layout layout) {
        Batch batch = new Batch(n, layout).set(0, -INF);
        FloatTensor logits = layout.of(batch.elements, SAMPLES, n);
        CrossEntropyLoss sum = options().reduction(Reduction.SUM).build();
        assertEquals(INF, CrossEntropyLoss.create().forward(logits, batch.target));
        assertEquals(INF, sum.forward(logits, batch.target));
        assertEquals(Double.POSITIVE_INFINITY, sum.sum(logits, batch.target).sum());
        batch.set(0, NAN);
        FloatTensor withNaN = layout.of(batch.elements, SAMPLES, n);
        FloatBits.assertSame(NAN, CrossEntropyLoss.create().forward(withNaN, batch.target), () -> "mean");
        FloatBits.assertSame(NAN, sum.forward(withNaN, batch.target), () -> "sum");
        batch.target(-100);
        assertEquals(Math.log(n), CrossEntropyLoss.create().forward(withNaN, batch.target), 1e-6 * n);
    }

    /** A weight of another class is no part of a gradient without smoothing, whatever it is and however that is said. */
    @Test
    void weightsOfOtherClassesDoNotMatterWithoutSmoothing() {
        int n = 64;
        SplittableRandom random = new SplittableRandom(3);
        FloatTensor logits = FloatTensor.of(new float[3 * n], 3, n);
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < n; j++) {
                logits.set((float) random.nextGaussian(), i, j);
            }
        }
        int[] target = {3, 4, 5};
        for (LabelSmoothing none : List.of(LabelSmoothing.uniform(0.0), LabelSmoothing.others(0.0))) {
            for (float other : new float[] {Float.POSITIVE_INFINITY, Float.NaN}) {
                float[] weight = new float[n];
                Arrays.fill(weight, 2f);
                CrossEntropyLoss expected = CrossEntropyLoss.builder()
                        .labelSmoothing(none)
                        .weight(weight)
                        .reduction(Reduction.SUM)
                        .build();
                weight[10] = other;
                CrossEntropyLoss loss = CrossEntropyLoss.builder()
                        .labelSmoothing(none)
                        .weight(weight)
                        .reduction(Reduction.SUM)
                        .build();
                FloatTensor gradient = FloatTensor.of(new float[3 * n], 3, n);
                float value = expected.forwardBackward(logits, target, gradient);
                float[] wanted = gradient.toArray();
                assertEquals(value, loss.forwardBackward(logits, target, gradient));
                assertArrayEquals(wanted, gradient.toArray());
                FloatTensor memory = FloatTensor.of(Arena.ofAuto().allocate(3L * n * Float.BYTES), 3, n);
                FloatTensor out = FloatTensor.of(Arena.ofAuto().allocate(3L * n * Float.BYTES), 3, n);
                for (int i = 0; i < 3 * n; i++) {
                    memory.set(logits.get(i / n, i % n), i / n, i % n);
                }
                assertEquals(value, loss.forwardBackward(memory, target, out));
                assertArrayEquals(wanted, out.toArray());
            }
        }
    }

    /** What is ignored has the gradient 0, also where a weight is infinite; in rows of any length. */
    @ParameterizedTest
    @ValueSource(ints = {5, 10, 40, 100})
    void ignoredRowsHaveNoGradientWhateverTheWeights(int n) {
        int count = 40;
        float[] weight = new float[n];
        Arrays.fill(weight, 1f);
        weight[4] = INF;
        int[] target = new int[count];
        Arrays.fill(target, -100);
        CrossEntropyLoss loss = CrossEntropyLoss.builder()
                .labelSmoothing(0.1)
                .weight(weight)
                .reduction(Reduction.SUM)
                .build();
        FloatTensor gradient = FloatTensor.of(new float[count * n], count, n);
        assertEquals(0f, loss.forwardBackward(FloatTensor.of(new float[count * n], count, n), target, gradient));
        assertArrayEquals(new float[count * n], gradient.toArray());
        FloatTensor image = FloatTensor.of(new float[count * n], 1, n, count);
        assertEquals(0f, loss.forwardBackward(FloatTensor.of(new float[count * n], 1, n, count), target, image));
        assertArrayEquals(new float[count * n], image.toArray());
    }

    /** PyTorch adds up infinities of both signs, or 0 times infinity, over the classes. */
    @Test
    void infiniteGradientsOfSmoothedWeightsOfBothSignsAreNan() {
        for (float other : new float[] {-1f, 0f}) {
            CrossEntropyLoss loss = CrossEntropyLoss.builder()
                    .weight(1f, other, 0.5f)
                    .labelSmoothing(0.1)
                    .reduction(Reduction.SUM)
                    .build();
            for (FloatTensor logits : new FloatTensor[] {
                FloatTensor.of(new float[] {1f, 2f, 3f}, 1, 3),
                FloatTensor.of(new float[24], 8, 3),
                FloatTensor.of(new float[24], 1, 3, 8)
            }) {
                int size = logits.toArray().length;
                FloatTensor gradient = FloatTensor.of(new float[size], logits.shape());
                loss.backward(logits, new int[size / 3], Float.POSITIVE_INFINITY, gradient);
                for (float slope : gradient.toArray()) {
                    assertEquals(Float.NaN, slope);
                }
            }
        }
    }

    /** With probabilities also where all coefficients have one sign: infinity less infinity, or 0 times infinity. */
    @Test
    void infiniteGradientsOfProbabilitiesAreNan() {
        float[][] weights = {{-1f, 2f}, {1f, 2f}, {1f, 0f}};
        for (float[] weight : weights) {
            for (double smoothing : new double[] {0.0, 0.5, 1.0}) {
                CrossEntropyLoss loss = CrossEntropyLoss.builder()
                        .weight(weight)
                        .labelSmoothing(smoothing)
                        .reduction(Reduction.SUM)
                        .build();
                for (float upstream : new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                    FloatTensor gradient = FloatTensor.of(new float[4], 2, 2);
                    FloatTensor logits = FloatTensor.of(new float[] {0f, 0f, 2.24f, 2.71f}, 2, 2);
                    loss.backward(logits, FloatTensor.of(new float[] {1f, 1f, 0.63f, 0.5f}, 2, 2), upstream, gradient);
                    for (float slope : gradient.toArray()) {
                        assertEquals(Float.NaN, slope, loss + " of " + upstream);
                    }
                }
            }
        }
    }

    /** The parts of a mean by weights that cancel are divided each, and one that is infinite stays out of the other. */
    @Test
    void anInfinitePartOfAMeanByWeightsThatCancelIsInfinite() {
        float[][] logits = {
            {0f, 2.7f, Float.NEGATIVE_INFINITY, 0f, 3f, 0f}, {0f, 2.7f, 1f, Float.NEGATIVE_INFINITY, -3f, 0f}
        };
        for (float[] rows : logits) {
            FloatTensor scores = FloatTensor.of(rows, 2, 3);
            for (LabelSmoothing smoothing : List.of(LabelSmoothing.uniform(0.5), LabelSmoothing.others(0.5))) {
                CrossEntropyLoss loss = CrossEntropyLoss.builder()
                        .weight(1f, -1f, 1f)
                        .labelSmoothing(smoothing)
                        .build();
                int[] target = {1, 0};
                assertEquals(Float.POSITIVE_INFINITY, loss.forward(scores, target), loss.toString());
                FloatTensor columns = FloatTensor.of(scores.transpose(0, 1).toArray(), 1, 3, 2);
                assertEquals(Float.POSITIVE_INFINITY, loss.forward(columns, target), loss + " of columns");
            }
        }
    }

    // ---- for float only
    /** A mean that is divided by a tiny number: infinities, and NaN of the one kind where a probability of 0 is multiplied by one. */
    @Test
    void everyNanIsTheCanonicalOne() {
        int n = 64;
        float[] x = new float[3 * n];
        x[n + 7] = -1e6f;
        FloatTensor logits = FloatTensor.of(x, 3, n);
        CrossEntropyLoss loss =
                CrossEntropyLoss.builder().denominator(Denominator.given(1e-60)).build();
        FloatTensor gradient = FloatTensor.of(new float[3 * n], 3, n);
        loss.forwardBackward(logits, new int[] {1, 2, 3}, gradient);
        FloatTensor apart = FloatTensor.of(new float[6 * n], 0, new int[] {3, n}, new int[] {2 * n, 2});
        loss.forwardBackward(logits, new int[] {1, 2, 3}, apart);
        int nans = 0;
        for (int i = 0; i < 3 * n; i++) {
            float value = gradient.get(i / n, i % n);
            nans += Float.isNaN(value) ? 1 : 0;
            int expectedBits = Float.isNaN(value) ? 0x7fc00000 : Float.floatToRawIntBits(value);
            assertEquals(expectedBits, Float.floatToRawIntBits(value));
            assertEquals(expectedBits, Float.floatToRawIntBits(apart.get(i / n, i % n)));
        }
        assertTrue(nans > 0, "no NaN to look at");
    }
    // ---- end

}
