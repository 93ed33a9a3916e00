// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.FloatBits.Snapshot;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Against formulas in double, which hold a dozen digits more than a float, and by identities. */
class CategoricalTest {
    private static final double EPSILON = 0x1p-23;
    private static final float MINUS_INFINITY = Float.NEGATIVE_INFINITY;
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<IndexOutOfBoundsException> BOUNDS = IndexOutOfBoundsException.class;
    private static final Categorical LOGITS = Categorical.ofLogits();
    private static final Categorical CLAMPED = Categorical.ofProbabilities();
    private static final Categorical EXACT = Categorical.ofProbabilities().zeroTimesInfinity(Indeterminate.LIMIT);

    private final SplittableRandom random = new SplittableRandom(51);

    private static FloatTensor row(float... values) {
        return FloatTensor.of(values, values.length);
    }

    private static FloatTensor zeros(int... shape) {
        return FloatTensor.of(new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)], shape);
    }

    private static float entropy(Categorical distribution, float... values) {
        FloatTensor output = zeros();
        distribution.entropy(row(values), output);
        return output.get();
    }

    private static float[] gradient(Categorical distribution, float g, float... values) {
        FloatTensor gradient = zeros(values.length);
        distribution.entropyBackward(row(values), FloatTensor.of(new float[] {g}), gradient);
        return gradient.array();
    }

    private static float logProb(Categorical distribution, int y, float... values) {
        FloatTensor output = zeros();
        distribution.logProb(row(values), new int[] {y}, output);
        return output.get();
    }

    private static float[] logProbGradient(Categorical distribution, int y, float g, float... values) {
        FloatTensor gradient = zeros(values.length);
        distribution.logProbBackward(row(values), new long[] {y}, FloatTensor.of(new float[] {g}), gradient);
        return gradient.array();
    }

    private static double[] widened(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    private static int largest(double[] x) {
        int top = 0;
        for (int i = 1; i < x.length; i++) {
            top = x[i] > x[top] ? i : top;
        }
        return top;
    }

    /** log s + sum p (max - x), by terms of one sign. */
    private static double entropyOfLogits(double[] x) {
        int top = largest(x);
        double others = 0.0;
        double distances = 0.0;
        for (int i = 0; i < x.length; i++) {
            double term = i == top ? 0.0 : Math.exp(x[i] - x[top]);
            others += term;
            distances += term == 0.0 ? 0.0 : term * (x[top] - x[i]);
        }
        return Math.log1p(others) + distances / (1.0 + others);
    }

    private static double entropyOfProbabilities(double[] p, double eps) {
        int top = largest(p);
        double others = Arrays.stream(p).sum() - p[top];
        if (others < 1e-3 * p[top]) {
            others = 0.0;
            for (int i = 0; i < p.length; i++) {
                others += i == top ? 0.0 : p[i];
            }
        }
        double sum = p[top] + others;
        double entropy = 0.0;
        for (int i = 0; i < p.length; i++) {
            double q = p[i] / sum;
            double log = Math.log(Math.max(q, eps));
            if (i == top) {
                log = eps > 0 && (float) q > 1 - EPSILON ? Math.log1p(-eps) : -Math.log1p(others / p[top]);
            }
            entropy -= q == 0.0 ? 0.0 : q * log;
        }
        return entropy;
    }

    private static double slope(ToDoubleFunction<double[]> f, double[] x, int i, double step) {
        double[] more = x.clone();
        double[] less = x.clone();
        more[i] += step;
        less[i] -= step;
        return (f.applyAsDouble(more) - f.applyAsDouble(less)) / (2 * step);
    }

    private static void assertUlps(double expected, float actual, double ulps) {
        double error = Math.abs(actual - expected) / Math.ulp((float) expected);
        assertTrue(error <= ulps, () -> "expected " + expected + " but got " + actual + ", " + error + " ulp away");
    }

    private float[] probabilities(int n, double sharpness) {
        float[] p = new float[n];
        for (int i = 0; i < n; i++) {
            p[i] = (float) Math.exp(sharpness * random.nextGaussian());
        }
        return p;
    }

    private float[] logits(int n, double spread) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) (spread * random.nextGaussian());
        }
        return x;
    }

    @Nested
    class Entropy {
        @Test
        void ofLogits() {
            for (int n : new int[] {1, 2, 3, 16, 31, 33, 100, 1000, 5000}) {
                for (double spread : new double[] {0, 1e-3, 1, 5, 20, 60}) {
                    float[] x = logits(n, spread);
                    assertUlps(entropyOfLogits(widened(x)), entropy(LOGITS, x), 4);
                }
            }
        }

        @Test
        void ofProbabilities() {
            for (int n : new int[] {1, 2, 3, 16, 31, 33, 100, 1000, 5000}) {
                for (double sharpness : new double[] {0, 0.1, 1, 4}) {
                    float[] p = probabilities(n, sharpness);
                    assertUlps(entropyOfProbabilities(widened(p), 0), entropy(EXACT, p), 4);
                    assertEquals(entropyOfProbabilities(widened(p), EPSILON), entropy(CLAMPED, p), 1e-6);
                }
            }
        }

        @Test
        void rowsThatAreNearlyCertainKeepTheirDigits() {
            for (float distance : new float[] {5, 10, 20, 40, 70}) {
                float[] x = {0, distance, -distance, 1};
                assertUlps(entropyOfLogits(widened(x)), entropy(LOGITS, x), 4);
                float[] p = {1, (float) Math.exp(-distance), 0};
                assertUlps(entropyOfProbabilities(widened(p), 0), entropy(EXACT, p), 4);
            }
            assertUlps(0.007907255, entropy(CLAMPED, 0.999f, 0.001f), 40);
        }

        @Test
        void uniformAndCertain() {
            assertUlps(Math.log(6), entropy(LOGITS, 3.5f, 3.5f, 3.5f, 3.5f, 3.5f, 3.5f), 1);
            assertUlps(Math.log(4), entropy(EXACT, 7, 7, 7, 7), 1);
            FloatBits.assertSame(0f, entropy(LOGITS, 5f), () -> "one class");
            FloatBits.assertSame(0f, entropy(EXACT, 5f), () -> "one class");
            FloatBits.assertSame(0f, entropy(EXACT, 0, 0, 1, 0), () -> "one hot");
            assertEquals(EPSILON, entropy(CLAMPED, 0, 0, 1, 0), 1e-12);
            assertEquals(EPSILON, entropy(CLAMPED, 0.3f), 1e-12);
            FloatBits.assertSame(0f, entropy(LOGITS, 0, MINUS_INFINITY, MINUS_INFINITY), () -> "one class left");
        }

        @Test
        void largeOffsetsAndScales() {
            float[] x = {9998.75f, 9998.5f, 9999.625f, 10001f};
            assertUlps(entropyOfLogits(widened(x)), entropy(LOGITS, x), 3);
            FloatBits.assertSame(0f, entropy(LOGITS, 1e30f, 0, -1e30f), () -> "huge");
            FloatBits.assertSame(0f, entropy(LOGITS, 3e38f, -3e38f), () -> "a distance beyond floats");
            float twoToOne = entropy(EXACT, 1, 2);
            for (float scale : new float[] {0x1p-148f, 0x1p-140f, 0x1p-100f, 0x1p100f, 0x1p126f}) {
                assertUlps(twoToOne, entropy(EXACT, scale, 2 * scale), 1);
                assertUlps(twoToOne, entropy(CLAMPED, scale, 2 * scale), 1);
            }
            assertUlps(Math.log(3), entropy(EXACT, Float.MAX_VALUE, Float.MAX_VALUE, Float.MAX_VALUE), 1);
        }

        @Test
        void impossibleClassesAddNothing() {
            float with = entropy(LOGITS, 1, MINUS_INFINITY, 2, MINUS_INFINITY, 0.5f);
            assertUlps(entropyOfLogits(new double[] {1, 2, 0.5}), with, 2);
            assertUlps(Math.log(2), entropy(CLAMPED, 0.5f, 0.5f, 0), 1);
            float[] long1 = new float[5000];
            Arrays.fill(long1, MINUS_INFINITY);
            long1[4999] = 2;
            long1[7] = 2;
            assertUlps(Math.log(2), entropy(LOGITS, long1), 1);
        }

        @Test
        void crossEntropyIsEntropyAndDivergence() {
            for (int round = 0; round < 50; round++) {
                float[] x = logits(4, 1);
                float[] t = new float[4];
                Softmax.softmax(row(logits(4, 1)), 0, row(t));
                double divergence = 0.0;
                double[] log = new double[4];
                for (int i = 0; i < 4; i++) {
                    log[i] = logProb(LOGITS, i, x);
                    divergence += t[i] * (Math.log(t[i]) - log[i]);
                }
                double loss = CrossEntropyLoss.create().forward(row(x), row(t));
                assertEquals(loss, divergence + entropy(CLAMPED, t), 1e-6);
            }
        }
    }

    @Nested
    class EntropyGradient {
        @Test
        void ofLogits() {
            for (int n : new int[] {2, 5, 33, 200}) {
                float[] x = logits(n, 2);
                float[] gradient = gradient(LOGITS, -1.5f, x);
                double sum = 0.0;
                for (int i = 0; i < n; i++) {
                    double expected = -1.5 * slope(CategoricalTest::entropyOfLogits, widened(x), i, 1e-5);
                    assertEquals(expected, gradient[i], 1e-6);
                    sum += gradient[i];
                }
                assertEquals(0.0, sum, 1e-6);
            }
        }

        @Test
        void ofLogitsThatAreNearlyCertain() {
            float[] gradient = gradient(LOGITS, 1, 20, 0, -20);
            double p1 = Math.exp(-20);
            double p2 = Math.exp(-40);
            double distances = 20 * p1 + 40 * p2;
            assertUlps(-distances / (1 + p1) / (1 + p1), gradient[0], 4);
            assertUlps(p1 * 20, gradient[1], 4);
            assertUlps(p2 * 40, gradient[2], 4);
        }

        @Test
        void ofProbabilities() {
            for (int n : new int[] {2, 5, 33, 200}) {
                float[] p = probabilities(n, 1);
                float[] exact = gradient(EXACT, 2, p);
                float[] clamped = gradient(CLAMPED, 2, p);
                for (int i = 0; i < n; i++) {
                    double expected = 2 * slope(q -> entropyOfProbabilities(q, 0), widened(p), i, 1e-5 * p[i]);
                    assertEquals(expected, exact[i], 1e-5 * Math.max(1, Math.abs(expected)));
                    assertEquals(expected, clamped[i], 1e-5 * Math.max(1, Math.abs(expected)));
                }
            }
        }

        @Test
        void ofClampedProbabilities() {
            float[] p = {0.6f, 0.4f, 1e-8f, 3e-8f};
            float[] gradient = gradient(CLAMPED, 1, p);
            for (int i = 0; i < 4; i++) {
                double expected = slope(q -> entropyOfProbabilities(q, EPSILON), widened(p), i, 1e-9);
                assertEquals(expected, gradient[i], 1e-5 * Math.max(1, Math.abs(expected)));
            }
            float[] certain = gradient(CLAMPED, 1, 2, 0, 0);
            assertEquals(0f, certain[0], 1e-7f);
            assertEquals(-Math.log(EPSILON) / 2, certain[1], 1e-5);
            assertEquals(certain[1], certain[2]);
            assertArrayEquals(new float[1], gradient(CLAMPED, 3, 0.3f), 1e-12f);
        }

        @Test
        void theSlopeAtProbabilityZeroIsInfinite() {
            float infinity = Float.POSITIVE_INFINITY;
            assertArrayEquals(new float[] {0, 0, infinity}, gradient(EXACT, 1, 0.5f, 0.5f, 0), 1e-7f);
            assertArrayEquals(new float[] {0, 0, -infinity}, gradient(EXACT, -1, 0.5f, 0.5f, 0), 1e-7f);
            assertArrayEquals(new float[3], gradient(EXACT, 0, 0.5f, 0.5f, 0));
        }

        @Test
        void impossibleLogits() {
            float[] x = {1, MINUS_INFINITY, 2};
            float[] kept = gradient(LOGITS, 1, 1, 2);
            for (float g : new float[] {1, -1, 0.5f}) {
                float[] gradient = gradient(LOGITS, g, x);
                assertArrayEquals(new float[] {g * kept[0], 0, g * kept[1]}, gradient, 1e-7f);
            }
            float[] nan = {Float.NaN, Float.NaN, Float.NaN};
            FloatBits.assertSame(nan, gradient(LOGITS, 1.5f, x), () -> "as PyTorch");
            Categorical limit = LOGITS.zeroTimesInfinity(Indeterminate.LIMIT);
            float[] gradient = gradient(limit, -3, x);
            assertArrayEquals(new float[] {-3 * kept[0], 0, -3 * kept[1]}, gradient, 1e-6f);
            assertArrayEquals(new float[] {0, 0}, gradient(LOGITS, 2, 3e38f, -3e38f), 0f);
        }

        /** More rows than there is room for their maxima. */
        @Test
        void ofManyRows() {
            int count = 4100;
            FloatTensor x = FloatTensor.of(logits(3 * count, 4), count, 3);
            FloatTensor entropies = zeros(count);
            FloatTensor gradients = zeros(count, 3);
            float[] upstream = new float[count];
            Arrays.fill(upstream, 1f);
            LOGITS.entropy(x, entropies);
            LOGITS.entropyBackward(x, FloatTensor.of(upstream, count), gradients);
            for (int p = 0; p < count; p++) {
                float[] alone = Arrays.copyOfRange(x.array(), 3 * p, 3 * p + 3);
                assertEquals(entropy(LOGITS, alone), entropies.get(p));
                float[] slopes = Arrays.copyOfRange(gradients.array(), 3 * p, 3 * p + 3);
                assertArrayEquals(gradient(LOGITS, 1f, alone), slopes);
            }
        }

        /**
         * Rows of two pieces that lie at a stride: infinitely far below its maximum an element that is finite, an impossible one before
         * such an element, and an impossible one in the second piece.
         */
        @Test
        void impossibleLogitsOfStridedRows() {
            int n = 6000;
            float[] x = logits(3 * n, 3);
            for (int p = 0; p < 2; p++) {
                x[3 * 5000 + p] = -Float.MAX_VALUE;
                x[3 * 5001 + p] = Float.MAX_VALUE;
            }
            x[3 * 11 + 1] = MINUS_INFINITY;
            x[3 * 5500 + 2] = MINUS_INFINITY;
            FloatTensor gradients = zeros(n, 3);
            LOGITS.entropyBackward(FloatTensor.of(x, n, 3), 0, FloatTensor.of(new float[] {2, 2, 2}, 3), gradients);
            for (int i = 0; i < n; i++) {
                assertEquals(0f, gradients.get(i, 0) + 0f);
                assertEquals(Float.NaN, gradients.get(i, 1));
                assertEquals(Float.NaN, gradients.get(i, 2));
            }
        }

        @Test
        void impossibleLogitsFarInALongRow() {
            int n = 9000;
            int masked = 8500;
            float[] x = logits(n, 3);
            float[] others = new float[n - 1];
            System.arraycopy(x, 0, others, 0, masked);
            System.arraycopy(x, masked + 1, others, masked, n - 1 - masked);
            float[] expected = gradient(LOGITS, -1, others);
            x[masked] = MINUS_INFINITY;
            FloatTensor inPlace = row(x.clone());
            LOGITS.entropyBackward(inPlace, FloatTensor.of(new float[] {-1}), inPlace);
            for (int i = 0; i < n; i++) {
                float of = i == masked ? 0 : expected[i < masked ? i : i - 1];
                assertEquals(of, inPlace.get(i), 1e-9f);
            }
            inPlace = row(x.clone());
            LOGITS.entropyBackward(inPlace, FloatTensor.of(new float[] {2}), inPlace);
            float[] nan = new float[n];
            Arrays.fill(nan, Float.NaN);
            FloatBits.assertSame(nan, inPlace.array(), () -> "as PyTorch");
        }

        @Test
        void tinyAndHugeSums() {
            assertArrayEquals(
                    new float[] {0.6931472e30f / 3 * 2, -0.6931472e30f / 3}, gradient(EXACT, 3, 1e-30f, 2e-30f), 1e25f);
            assertEquals(0.6931472e-30 / 9 * 2, gradient(CLAMPED, 1, 1e30f, 2e30f)[0], 1e-35);
        }
    }

    @Nested
    class LogProbability {
        @Test
        void ofLogits() {
            float[] x = logits(50, 3);
            FloatTensor all = zeros(50);
            Softmax.logSoftmax(row(x), 0, all);
            for (int y = 0; y < 50; y++) {
                assertUlps(all.get(y), logProb(LOGITS, y, x), 3);
            }
            assertUlps(-2.061153622e-9, logProb(LOGITS, 0, 20, 0), 2);
            assertEquals(MINUS_INFINITY, logProb(LOGITS, 1, 0, MINUS_INFINITY));
        }

        @Test
        void ofProbabilities() {
            float[] p = {3, 1, 4, 2};
            for (int y = 0; y < 4; y++) {
                assertUlps(Math.log(p[y] / 10.0), logProb(CLAMPED, y, p), 2);
                assertUlps(Math.log(p[y] / 10.0), logProb(EXACT, y, p), 2);
            }
            assertUlps(-Math.log1p(1e-6f), logProb(CLAMPED, 0, 1, 1e-6f), 1);
            assertUlps(-1e-12f, logProb(EXACT, 0, 1, 1e-12f), 1);
            assertUlps(Math.log(Float.MIN_VALUE), logProb(EXACT, 1, 1, Float.MIN_VALUE), 1);
            assertEquals(MINUS_INFINITY, logProb(EXACT, 1, 1, 0));
            assertUlps(Math.log(EPSILON), logProb(CLAMPED, 1, 1, 0), 1);
            assertUlps(Math.log1p(-EPSILON), logProb(CLAMPED, 0, 1, 0), 1);
            FloatBits.assertSame(0f, logProb(EXACT, 0, 1, 0), () -> "certain");
        }

        @Test
        void gradients() {
            float[] x = logits(7, 2);
            float[] p = probabilities(7, 1);
            for (int y = 0; y < 7; y++) {
                int at = y;
                float[] ofLogits = logProbGradient(LOGITS, y, -2, x);
                float[] ofProbabilities = logProbGradient(CLAMPED, y, -2, p);
                for (int i = 0; i < 7; i++) {
                    double a = slope(
                            v -> v[at]
                                    - Math.log(Arrays.stream(v).map(Math::exp).sum()),
                            widened(x),
                            i,
                            1e-5);
                    double b = slope(v -> Math.log(v[at] / Arrays.stream(v).sum()), widened(p), i, 1e-5 * p[i]);
                    assertEquals(-2 * a, ofLogits[i], 1e-6);
                    assertEquals(-2 * b, ofProbabilities[i], 1e-5 * Math.max(1, Math.abs(b)));
                }
            }
            assertUlps(Math.exp(-20), logProbGradient(LOGITS, 0, 1, 20, 0)[0], 2);
            assertArrayEquals(
                    new float[] {0, 1, -1}, logProbGradient(LOGITS, 1, 1, MINUS_INFINITY, MINUS_INFINITY, 0), 0f);
            assertArrayEquals(new float[2], logProbGradient(CLAMPED, 1, 1, 1, 0), 0f);
            assertArrayEquals(new float[2], logProbGradient(CLAMPED, 0, 1, 1, 0), 0f);
            assertArrayEquals(new float[] {-1, Float.POSITIVE_INFINITY}, logProbGradient(EXACT, 1, 1, 1, 0));
        }
    }

    @Nested
    class RowsWithoutAPossibleClass {
        private final float[] logits = {MINUS_INFINITY, MINUS_INFINITY};
        private final float[] probabilities = {0, 0};

        @Test
        void areRejectedByDefault() {
            FloatBits.assertRejected(ARGUMENT, () -> entropy(LOGITS, logits), "distribution 0", "fullyMasked");
            FloatBits.assertRejected(ARGUMENT, () -> entropy(CLAMPED, probabilities), "distribution 0", "fullyMasked");
        }

        @Test
        void orAreWhatTheOptionSays() {
            for (OnEmpty policy : new OnEmpty[] {OnEmpty.NAN, OnEmpty.ZERO}) {
                float answer = policy == OnEmpty.NAN ? Float.NaN : 0f;
                float[] two = {answer, answer};
                Categorical ofLogits = LOGITS.fullyMasked(policy);
                FloatBits.assertSame(answer, entropy(ofLogits, logits), policy::toString);
                FloatBits.assertSame(two, gradient(ofLogits, 2, logits), policy::toString);
                FloatBits.assertSame(answer, logProb(ofLogits, 1, logits), policy::toString);
                FloatBits.assertSame(two, logProbGradient(ofLogits, 1, 2, logits), policy::toString);
                for (Categorical distribution : new Categorical[] {CLAMPED, EXACT}) {
                    Categorical ofProbabilities = distribution.fullyMasked(policy);
                    FloatBits.assertSame(answer, entropy(ofProbabilities, probabilities), policy::toString);
                    FloatBits.assertSame(two, gradient(ofProbabilities, 2, probabilities), policy::toString);
                    FloatBits.assertSame(answer, logProb(ofProbabilities, 1, probabilities), policy::toString);
                    FloatBits.assertSame(two, logProbGradient(ofProbabilities, 1, 2, probabilities), policy::toString);
                }
            }
        }
    }

    @Nested
    class Layouts {
        @Test
        void sameBitsAlongEveryDimensionAndInPlace() {
            for (int n : new int[] {1, 5, 33, 4100}) {
                float[] p = probabilities(2 * n * 3, 2);
                p[0] = 1e-12f;
                int[] shape = {2, n, 3};
                float[] expected = new float[6];
                float[] rows = new float[6 * n];
                FloatTensor upstream = FloatTensor.of(new float[] {1, 2, -3, 0.5f, 1e-3f, 0}, 2, 1, 3);
                for (Categorical distribution : new Categorical[] {LOGITS, CLAMPED, EXACT}) {
                    for (int r = 0; r < 6; r++) {
                        float[] row = FloatTensor.of(p, shape)
                                .select(0, r / 3)
                                .select(1, r % 3)
                                .toArray();
                        expected[r] = entropy(distribution, row);
                        float[] gradient = gradient(distribution, upstream.get(r / 3, 0, r % 3), row);
                        System.arraycopy(gradient, 0, rows, r * n, n);
                    }
                    for (FloatViews.Layout layout : FloatViews.Layout.values()) {
                        FloatTensor input = layout.of(p, shape);
                        FloatTensor output = zeros(2, 3);
                        distribution.entropy(input, -2, output);
                        FloatBits.assertSame(expected, output.toArray(), layout::toString);
                        distribution.entropyBackward(input, 1, upstream, input);
                        for (int r = 0; r < 6; r++) {
                            float[] row =
                                    input.select(0, r / 3).select(1, r % 3).toArray();
                            FloatBits.assertSame(Arrays.copyOfRange(rows, r * n, r * n + n), row, layout::toString);
                        }
                    }
                }
            }
        }

        @Test
        void logProbabilitiesInPlace() {
            float[] p = probabilities(60, 1);
            int[] value = FloatViews.classes(random, 12, 5);
            FloatTensor upstream = FloatTensor.of(FloatViews.normal(random, 12), 4, 3);
            for (Categorical distribution : new Categorical[] {LOGITS, CLAMPED}) {
                FloatTensor output = zeros(4, 3);
                FloatTensor gradient = zeros(4, 3, 5);
                distribution.logProb(FloatTensor.of(p, 4, 3, 5), value, output);
                distribution.logProbBackward(FloatTensor.of(p, 4, 3, 5), value, upstream, gradient);
                for (FloatViews.Layout layout : FloatViews.Layout.values()) {
                    FloatTensor input = layout.of(p, 4, 3, 5);
                    FloatTensor again = zeros(4, 3, 1);
                    distribution.logProb(input, FloatViews.toLongs(value), again);
                    FloatBits.assertSame(output.array(), again.array(), layout::toString);
                    distribution.logProbBackward(input, value, upstream, input);
                    FloatBits.assertSame(gradient.array(), input.toArray(), layout::toString);
                }
            }
        }

        @Test
        void noRows() {
            LOGITS.entropy(zeros(0, 3), zeros(0));
            CLAMPED.entropyBackward(zeros(0, 3), zeros(0), zeros(0, 3));
        }
    }

    @Nested
    class Rejections {
        private final FloatTensor input = FloatTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        private final FloatTensor output = zeros(2);
        private final FloatTensor gradient = zeros(2, 3);

        @Test
        void rowsThatAreNoDistribution() {
            for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
                input.set(odd, 1, 2);
                rejectedEverywhere(LOGITS, "distribution 1", "class 2");
                rejectedEverywhere(CLAMPED, "distribution 1", "class 2");
            }
            input.set(-1f, 1, 2);
            rejectedEverywhere(CLAMPED, "distribution 1", "-1.0", "class 2");
            FloatTensor sideways = FloatViews.Layout.TRANSPOSED.of(input.toArray(), 2, 3);
            FloatBits.assertRejected(
                    ARGUMENT, () -> EXACT.entropy(sideways, output), "distribution 1", "-1.0", "class 2");
            input.set(-0f, 1, 2);
            CLAMPED.entropy(input, output);
        }

        private void rejectedEverywhere(Categorical distribution, String... parts) {
            Snapshot snapshot = Snapshot.of(input, output, gradient);
            int[] value = {0, 0};
            FloatBits.assertRejected(ARGUMENT, snapshot, "", () -> distribution.entropy(input, output), parts);
            FloatBits.assertRejected(
                    ARGUMENT, snapshot, "", () -> distribution.entropyBackward(input, output, gradient), parts);
            FloatBits.assertRejected(ARGUMENT, snapshot, "", () -> distribution.logProb(input, value, output), parts);
            FloatBits.assertRejected(
                    ARGUMENT, snapshot, "", () -> distribution.logProbBackward(input, value, output, gradient), parts);
        }

        @Test
        void shapesAndValues() {
            Snapshot snapshot = Snapshot.of(input, output, gradient);
            FloatBits.assertRejected(ARGUMENT, () -> LOGITS.entropy(zeros(), output), "no dimensions");
            FloatBits.assertRejected(ARGUMENT, () -> LOGITS.entropy(zeros(2, 0), output), "[2, 0]");
            FloatBits.assertRejected(ARGUMENT, () -> LOGITS.entropy(input, zeros(3)), "[3]", "[2, 3]", "[2]");
            FloatBits.assertRejected(ARGUMENT, () -> LOGITS.entropy(input, 0, output), "[2]", "dimension 0", "[3]");
            FloatBits.assertRejected(BOUNDS, () -> LOGITS.entropy(input, 2, output), "dimension 2");
            FloatBits.assertRejected(ARGUMENT, () -> LOGITS.entropyBackward(input, zeros(3), gradient), "gradOutput");
            FloatBits.assertRejected(ARGUMENT, () -> LOGITS.entropyBackward(input, output, zeros(3, 2)), "gradInput");
            FloatBits.assertRejected(
                    ARGUMENT, () -> LOGITS.logProb(input, new int[3], output), "3 entries", "2 distributions");
            FloatBits.assertRejected(
                    BOUNDS,
                    snapshot,
                    "",
                    () -> LOGITS.logProb(input, new int[] {0, 3}, output),
                    "value[1] = 3",
                    "[0, 3)");
            FloatBits.assertRejected(
                    BOUNDS,
                    snapshot,
                    "",
                    () -> CLAMPED.logProbBackward(input, new long[] {-1, 0}, output, gradient),
                    "value[0] = -1");
            assertThrows(NullPointerException.class, () -> LOGITS.entropy(null, output));
            assertThrows(NullPointerException.class, () -> LOGITS.entropy(input, null));
            assertThrows(NullPointerException.class, () -> LOGITS.logProb(input, (int[]) null, output));
            assertThrows(NullPointerException.class, () -> LOGITS.entropyBackward(input, null, gradient));
            assertThrows(NullPointerException.class, () -> LOGITS.entropyBackward(input, output, null));
            assertThrows(NullPointerException.class, () -> LOGITS.fullyMasked(null));
            assertThrows(NullPointerException.class, () -> LOGITS.zeroTimesInfinity(null));
        }

        @Test
        void overlaps() {
            Snapshot snapshot = Snapshot.of(input);
            FloatBits.assertRejected(
                    ARGUMENT, snapshot, "", () -> LOGITS.entropy(input, input.select(1, 0)), "output", "overlaps");
            FloatTensor wide = FloatTensor.of(new float[9], 0, new int[] {2, 3}, new int[] {3, 1});
            FloatTensor moved = FloatTensor.of(wide.array(), 1, new int[] {2, 3}, new int[] {3, 1});
            FloatBits.assertRejected(
                    ARGUMENT, () -> LOGITS.entropyBackward(wide, output, moved), "gradInput", "overlaps");
            FloatBits.assertRejected(
                    ARGUMENT, () -> LOGITS.entropyBackward(input, gradient.select(1, 0), gradient), "gradOutput");
            FloatBits.assertRejected(
                    ARGUMENT,
                    () -> LOGITS.logProbBackward(input, new int[2], gradient.select(1, 0), gradient),
                    "gradOutput");
            FloatTensor twice = FloatTensor.of(new float[3], 0, new int[] {2, 3}, new int[] {0, 1});
            FloatBits.assertRejected(ARGUMENT, () -> LOGITS.entropyBackward(input, output, twice), "more than once");
        }
    }
}
