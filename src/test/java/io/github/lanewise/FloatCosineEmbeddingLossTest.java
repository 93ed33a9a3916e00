// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.FloatBits.Snapshot;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Against the formula in 60 digits, and by identities. */
class FloatCosineEmbeddingLossTest {
    private static final MathContext DIGITS = new MathContext(60);
    private static final BigDecimal EPSILON = new BigDecimal(FloatCosineRow.EPSILON);
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;

    private final SplittableRandom random = new SplittableRandom(31);

    private static CosineEmbeddingLoss.Builder options() {
        return CosineEmbeddingLoss.builder();
    }

    private static FloatTensor zeros(int... shape) {
        int numel = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        return FloatTensor.of(new float[numel], shape);
    }

    private static FloatTensor row(float... values) {
        return FloatTensor.of(values, values.length);
    }

    /** A pair's exact sums. */
    private static final class Exact {
        private final float[] x1;
        private final float[] x2;
        private final BigDecimal dot;
        private final BigDecimal square1;
        private final BigDecimal root;

        Exact(float[] x1, float[] x2) {
            this.x1 = x1;
            this.x2 = x2;
            this.dot = dot(x1, x2);
            this.square1 = dot(x1, x1).add(EPSILON);
            this.root = square1.multiply(dot(x2, x2).add(EPSILON)).sqrt(DIGITS);
        }

        private static BigDecimal dot(float[] a, float[] b) {
            BigDecimal sum = BigDecimal.ZERO;
            for (int i = 0; i < Math.max(a.length, b.length); i++) {
                BigDecimal left = new BigDecimal(a[a.length == 1 ? 0 : i]);
                sum = sum.add(left.multiply(new BigDecimal(b[b.length == 1 ? 0 : i])));
            }
            return sum;
        }

        double oneMinusCosine() {
            return BigDecimal.ONE.subtract(dot.divide(root, DIGITS)).doubleValue();
        }

        /** Derivative of the cosine with respect to an element of x1. */
        double gradient(int i) {
            BigDecimal ratio = dot.divide(square1, DIGITS);
            return new BigDecimal(x2[i])
                    .subtract(ratio.multiply(new BigDecimal(x1[i])))
                    .divide(root, DIGITS)
                    .doubleValue();
        }
    }

    private static void assertClose(double expected, double actual, double tolerance) {
        assertEquals(
                expected, actual, tolerance * Math.abs(expected) + 2 * Float.MIN_VALUE, () -> "expected " + expected);
    }

    /** Checks loss and gradients of one pair with target 1 against the exact ones. */
    private static void assertExact(float[] x1, float[] x2, double gradientTolerance) {
        FloatTensor gradient1 = zeros(x1.length);
        FloatTensor gradient2 = zeros(x2.length);
        float loss =
                CosineEmbeddingLoss.create().forwardBackward(row(x1), row(x2), new int[] {1}, gradient1, gradient2);
        Exact exact = new Exact(x1, x2);
        Exact swapped = new Exact(x2, x1);
        assertClose(exact.oneMinusCosine(), loss, 0x1p-22);
        for (int i = 0; i < x1.length; i++) {
            double one = -exact.gradient(i);
            double two = -swapped.gradient(i);
            assertEquals(one, gradient1.get(i), gradientTolerance * Math.abs(one) + 2 * Float.MIN_VALUE);
            assertEquals(two, gradient2.get(i), gradientTolerance * Math.abs(two) + 2 * Float.MIN_VALUE);
        }
    }

    private static float[] scaled(float[] x, double factor) {
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) (x[i] * factor);
        }
        return y;
    }

    @Nested
    class Accuracy {
        @Test
        void anyLength() {
            for (int n : new int[] {1, 2, 3, 15, 16, 17, 31, 32, 33, 100, 512, 1023, 1025, 4096, 5000}) {
                assertExact(FloatViews.normal(random, n), FloatViews.normal(random, n), n == 1 ? 1.0 : 1e-4);
            }
        }

        @Test
        void hugeAndTinyVectors() {
            float[] x1 = FloatViews.normal(random, 20);
            float[] x2 = FloatViews.normal(random, 20);
            double[] factors = {1e30, 1e20, 1e10, 1, 1e-5, 1e-7, 1e-10, 1e-20, 1e-30};
            for (double factor1 : factors) {
                for (double factor2 : factors) {
                    assertExact(scaled(x1, factor1), scaled(x2, factor2), 1e-4);
                }
            }
        }

        @Test
        void largestAndSmallestNumbers() {
            assertExact(new float[] {Float.MAX_VALUE, 1f}, new float[] {Float.MAX_VALUE, -Float.MAX_VALUE}, 1e-5);
            assertExact(new float[] {Float.MIN_VALUE, 0f}, new float[] {1f, 1f}, 1e-5);
            assertExact(new float[] {Float.MIN_VALUE, 0f}, new float[] {Float.MAX_VALUE, 1e30f}, 1e-5);
        }

        @Test
        void equalVectorsCostWhatEpsilonAdds() {
            for (double factor : new double[] {1e-7, 1e-3, 1, 1e3, 1e12}) {
                float[] x = scaled(FloatViews.normal(random, 40), factor);
                float loss = CosineEmbeddingLoss.create().forward(row(x), row(x), new int[] {1});
                assertClose(new Exact(x, x).oneMinusCosine(), loss, 0x1p-22);
            }
        }

        @Test
        void nearlyParallelVectors() {
            for (int n : new int[] {2, 30, 300}) {
                float[] x1 = FloatViews.normal(random, n);
                float[] x2 = x1.clone();
                x2[n - 1] *= 1.0001f;
                FloatTensor gradient = zeros(n);
                float loss = CosineEmbeddingLoss.create().forwardBackward(row(x1), row(x2), new int[] {1}, gradient);
                Exact exact = new Exact(x1, x2);
                assertEquals(exact.oneMinusCosine(), loss, 1e-13);
                for (int i = 0; i < n; i++) {
                    assertClose(-exact.gradient(i), gradient.get(i), 1e-4);
                }
            }
        }

        @Test
        void smallUpstreamGradientsOfLongVectors() {
            float[] x1 = scaled(FloatViews.normal(random, 10), 1e9);
            float[] x2 = scaled(FloatViews.normal(random, 10), 1e9);
            FloatTensor gradient = zeros(10);
            CosineEmbeddingLoss.create().backward(row(x1), row(x2), new int[] {1}, 1e-25f, gradient);
            for (int i = 0; i < 10; i++) {
                assertClose(-1e-25f * new Exact(x1, x2).gradient(i), gradient.get(i), 1e-5);
            }
        }
    }

    @Nested
    class Targets {
        private final float[] x1 = {3, 0};
        private final float[] x2 = {4, 3};

        @Test
        void apart() {
            CosineEmbeddingLoss loss = options().margin(0.3).build();
            assertEquals(0.5f, loss.forward(row(x1), row(x2), new int[] {-1}), 1e-7f);
            assertEquals(0.2f, loss.forward(row(x1), row(x2), new int[] {1}), 1e-7f);
            assertEquals(0f, loss.forward(row(x1), row(-4, 3), new long[] {-1}));
            FloatTensor gradient = zeros(2);
            loss.backward(row(x1), row(x2), new int[] {-1}, 2f, gradient);
            assertArrayEquals(new float[] {0, 0.4f}, gradient.array(), 1e-7f);
            loss.backward(row(x1), row(-4, 3), new int[] {-1}, 2f, gradient);
            assertArrayEquals(new float[2], gradient.array());
        }

        @Test
        void othersCostNothingButCount() {
            FloatTensor a = FloatTensor.of(new float[] {3, 0, 3, 0, 3, 0, 3, 0}, 4, 2);
            FloatTensor b = FloatTensor.of(new float[] {0, 3, 4, 3, 4, 3, 4, 3}, 4, 2);
            FloatTensor gradient = FloatTensor.of(new float[] {7, 7, 7, 7, 7, 7, 7, 7}, 4, 2);
            int[] target = {1, 0, 2, Integer.MIN_VALUE};
            assertEquals(0.25f, CosineEmbeddingLoss.create().forwardBackward(a, b, target, gradient));
            assertArrayEquals(new float[] {0, -1f / 12, 0, 0, 0, 0, 0, 0}, gradient.array(), 1e-8f);
            assertEquals(new LossSum(1.0, 4.0, 4), CosineEmbeddingLoss.create().sum(a, b, target));
        }

        @Test
        void aCosineEqualToTheMarginPassesTheGradient() {
            FloatTensor gradient = zeros(2);
            float loss = CosineEmbeddingLoss.create().forwardBackward(row(1, 0), row(0, 1), new int[] {-1}, gradient);
            assertEquals(0f, loss);
            assertArrayEquals(new float[] {0, 1}, gradient.array(), 1e-11f);
        }

        @Test
        void marginsOutsideTheRangeOfACosine() {
            assertEquals(0f, options().margin(1.5).build().forward(row(x1), row(x1), new int[] {-1}));
            assertEquals(1.8f, options().margin(-1).build().forward(row(x1), row(x2), new int[] {-1}), 1e-7f);
            assertEquals(1f, options().margin(-2).build().forward(row(x1), row(-3, 0), new int[] {-1}), 1e-11f);
        }
    }

    @Nested
    class SpecialValues {
        @Test
        void zeroVectors() {
            FloatTensor gradient1 = zeros(2);
            FloatTensor gradient2 = zeros(2);
            int[] target = {1};
            float loss =
                    CosineEmbeddingLoss.create().forwardBackward(row(0, 0), row(3, 4), target, gradient1, gradient2);
            assertEquals(1f, loss);
            assertArrayEquals(new float[] {-6e5f, -8e5f}, gradient1.array(), 1f);
            assertArrayEquals(new float[2], gradient2.array(), 0f);
            CosineEmbeddingLoss.create().backward(row(0, 0), row(0, -0f), target, 1f, gradient1, gradient2);
            assertArrayEquals(new float[2], gradient1.array(), 0f);
            assertArrayEquals(new float[2], gradient2.array(), 0f);
        }

        @Test
        void nanAndInfinityMakeTheirPairNaN() {
            for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                FloatTensor a = FloatTensor.of(new float[] {odd, 1, 1, 2}, 2, 2);
                FloatTensor b = FloatTensor.of(new float[] {0, 1, 2, -3}, 2, 2);
                FloatTensor losses = zeros(2);
                FloatTensor gradient1 = zeros(2, 2);
                FloatTensor gradient2 = zeros(2, 2);
                CosineEmbeddingLoss none = options().reduction(Reduction.NONE).build();
                for (int target : new int[] {1, -1, 0}) {
                    int[] targets = {target, 1};
                    none.forwardBackward(
                            a, b, targets, FloatTensor.of(new float[] {1, 1}, 2), losses, gradient1, gradient2);
                    assertEquals(target == 0 ? 0f : Float.NaN, losses.get(0));
                    assertEquals(1.496139f, losses.get(1), 1e-6f);
                    for (FloatTensor gradient : new FloatTensor[] {gradient1, gradient2}) {
                        for (int i = 0; i < 2; i++) {
                            float value = gradient.get(0, i);
                            FloatBits.assertSame(Float.NaN, value, () -> "gradient of an odd pair");
                            assertTrue(Float.isFinite(gradient.get(1, i)));
                        }
                    }
                }
            }
        }

        @Test
        void emptyVectors() {
            assertEquals(1f, CosineEmbeddingLoss.create().forward(zeros(3, 0), zeros(3, 0), new int[] {1, 1, 1}));
        }
    }

    @Nested
    class Repetition {
        private final float[] one = FloatViews.normal(random, 6);
        private final float[] many = FloatViews.normal(random, 24);
        private final int[] target = {1, -1, 1, 0};

        private void assertSums(FloatTensor gradient, FloatTensor repeated) {
            for (int i = 0; i < 6; i++) {
                double sum = 0;
                for (int p = 0; p < 4; p++) {
                    sum += repeated.get(p, i);
                }
                assertEquals(sum, gradient.get(0, i), 1e-7);
            }
        }

        @Test
        void oneRowAgainstMany() {
            float[] copies = new float[24];
            for (int i = 0; i < 24; i++) {
                copies[i] = one[i % 6];
            }
            FloatTensor x = FloatTensor.of(one, 1, 6);
            FloatTensor xs = FloatTensor.of(copies, 4, 6);
            FloatTensor ys = FloatTensor.of(many, 4, 6);
            CosineEmbeddingLoss loss = options().margin(-0.5).build();
            FloatTensor gradX = zeros(1, 6);
            FloatTensor gradXs = zeros(4, 6);
            FloatTensor gradY = zeros(4, 6);
            FloatTensor gradYs = zeros(4, 6);
            float expected = loss.forwardBackward(xs, ys, target, gradXs, gradYs);
            assertEquals(expected, loss.forwardBackward(x, ys, target, gradX, gradY));
            assertSums(gradX, gradXs);
            assertArrayEquals(gradYs.array(), gradY.array(), 1e-7f);
            assertEquals(expected, loss.forwardBackward(ys, x, target, gradY, gradX));
            assertSums(gradX, gradXs);
            assertArrayEquals(gradYs.array(), gradY.array(), 1e-7f);
            loss.backward(x, ys, target, 1f, gradX);
            assertSums(gradX, gradXs);
        }

        @Test
        void onePairForManyTargets() {
            FloatTensor x = FloatTensor.of(one, 1, 6);
            FloatTensor y = FloatTensor.of(Arrays.copyOf(many, 6), 1, 6);
            FloatTensor losses = zeros(4);
            options().reduction(Reduction.NONE).build().forward(x, y, target, losses);
            float together = losses.get(0);
            assertArrayEquals(new float[] {together, Math.max(0, 1 - together), together, 0}, losses.array(), 1e-6f);
        }

        @Test
        void oneElementAgainstMany() {
            float[] single = {1.5f};
            float[] row = FloatViews.normal(random, 6);
            FloatTensor gradient1 = zeros(1);
            FloatTensor gradient2 = zeros(6);
            float loss = CosineEmbeddingLoss.create()
                    .forwardBackward(row(single), row(row), new int[] {1}, gradient1, gradient2);
            assertEquals(new Exact(single, row).oneMinusCosine(), loss, 1e-6);
            double step = 0x1p-10;
            Exact up = new Exact(new float[] {(float) (1.5 + step)}, row);
            Exact down = new Exact(new float[] {(float) (1.5 - step)}, row);
            assertEquals((up.oneMinusCosine() - down.oneMinusCosine()) / (2 * step), gradient1.get(0), 1e-5);
            for (int i = 0; i < 6; i++) {
                float[] more = row.clone();
                float[] less = row.clone();
                more[i] += (float) step;
                less[i] -= (float) step;
                double slope = (new Exact(single, more).oneMinusCosine() - new Exact(single, less).oneMinusCosine())
                        / ((double) more[i] - less[i]);
                assertEquals(slope, gradient2.get(i), 1e-5);
            }
        }

        @Test
        void aRowThatIsNeverUsedHasTheGradientZero() {
            FloatTensor gradient = FloatTensor.of(new float[] {7, 7}, 1, 2);
            CosineEmbeddingLoss.create()
                    .backward(FloatTensor.of(new float[] {1, 2}, 1, 2), zeros(0, 2), new int[0], 1f, gradient);
            assertArrayEquals(new float[2], gradient.array());
        }
    }

    @Nested
    class Reductions {
        private final FloatTensor a = FloatTensor.of(FloatViews.normal(random, 15), 3, 5);
        private final FloatTensor b = FloatTensor.of(FloatViews.normal(random, 15), 3, 5);
        private final int[] target = {1, 0, -1};
        private final FloatTensor losses = zeros(3);
        private final FloatTensor gradient = zeros(3, 5);

        private double sum() {
            options().reduction(Reduction.NONE).margin(-1).build().forward(a, b, target, losses);
            return (double) losses.get(0) + losses.get(1) + losses.get(2);
        }

        private float mean(Denominator denominator) {
            return options().margin(-1).denominator(denominator).build().forwardBackward(a, b, target, gradient);
        }

        @Test
        void denominators() {
            double sum = sum();
            assertEquals(
                    sum, options().margin(-1).reduction(Reduction.SUM).build().forward(a, b, target), 1e-6);
            assertEquals(sum / 3, options().margin(-1).build().forward(a, b, target), 1e-6);
            assertEquals(sum / 3, mean(Denominator.ELEMENTS), 1e-6);
            float of3 = gradient.get(0, 0);
            assertEquals(sum / 3, mean(Denominator.BATCH), 1e-6);
            assertEquals(sum / 2, mean(Denominator.VALID_COUNT), 1e-6);
            assertEquals(1.5f * of3, gradient.get(0, 0), 1e-6f);
            assertEquals(sum / 2, mean(Denominator.WEIGHTED), 1e-6);
            assertEquals(sum / 10, mean(Denominator.given(10)), 1e-6);
            assertEquals(0.3f * of3, gradient.get(0, 0), 1e-6f);
            LossSum parts = options()
                    .margin(-1)
                    .denominator(Denominator.VALID_COUNT)
                    .build()
                    .sum(a, b, target);
            assertEquals(2.0, parts.denominator());
            assertEquals(3, parts.count());
            assertEquals(sum, parts.sum(), 1e-6);
        }

        @Test
        void partsAddUp() {
            CosineEmbeddingLoss loss = options().margin(-1).build();
            LossSum whole = loss.sum(a, b, target);
            LossSum parts = loss.sum(a.slice(0, 0, 1), b.slice(0, 0, 1), new int[] {1})
                    .plus(loss.sum(a.slice(0, 1, 3), b.slice(0, 1, 3), new long[] {0, -1}));
            assertEquals(whole.sum(), parts.sum(), 1e-15);
            assertEquals(whole.denominator(), parts.denominator());
            assertEquals(whole.count(), parts.count());
            assertEquals(loss.forward(a, b, target), (float) whole.mean());
        }

        @Test
        void meanOfNothing() {
            int[] none = {0, 0, 0};
            CosineEmbeddingLoss.Builder valid = options().denominator(Denominator.VALID_COUNT);
            Arrays.fill(gradient.array(), 7f);
            assertEquals(Float.NaN, valid.build().forwardBackward(a, b, none, gradient));
            assertArrayEquals(new float[15], gradient.array());
            assertEquals(0f, valid.emptyMean(OnEmpty.ZERO).build().forward(a, b, none));
            Arrays.fill(gradient.array(), 7f);
            CosineEmbeddingLoss strict = valid.emptyMean(OnEmpty.ERROR).build();
            FloatBits.assertRejected(
                    ARGUMENT,
                    Snapshot.of(gradient),
                    "mean of nothing",
                    () -> strict.forwardBackward(a, b, none, gradient),
                    "VALID_COUNT",
                    "3 pairs");
            strict.forward(a, b, target);
            assertEquals(Float.NaN, CosineEmbeddingLoss.create().forward(zeros(0, 4), zeros(0, 4), new int[0]));
            assertEquals(0f, options().reduction(Reduction.SUM).build().forward(zeros(0, 4), zeros(0, 4), new int[0]));
        }

        @Test
        void everyRoadToTheSameGradients() {
            FloatTensor one = zeros(3, 5);
            FloatTensor two = zeros(3, 5);
            FloatTensor other = zeros(3, 5);
            long[] longs = FloatViews.toLongs(target);
            CosineEmbeddingLoss loss = options().margin(-1).build();
            float value = loss.forwardBackward(a, b, target, one, two);
            assertEquals(value, loss.forwardBackward(a, b, longs, gradient, other));
            FloatBits.assertSame(one.array(), gradient.array(), () -> "long targets");
            FloatBits.assertSame(two.array(), other.array(), () -> "long targets");
            assertEquals(value, loss.forwardBackward(b, a, target, other));
            FloatBits.assertSame(two.array(), other.array(), () -> "exchanged");
            loss.backward(a, b, longs, 1f, other);
            FloatBits.assertSame(one.array(), other.array(), () -> "backward");
            CosineEmbeddingLoss none =
                    options().margin(-1).reduction(Reduction.NONE).build();
            float third = (float) (1.0 / 3.0);
            FloatTensor upstream = FloatTensor.of(new float[] {third, third, third}, 3);
            none.backward(a, b, target, upstream, gradient, other);
            assertArrayEquals(one.array(), gradient.array(), 1e-7f);
            assertArrayEquals(two.array(), other.array(), 1e-7f);
            none.backward(a, b, longs, upstream, gradient);
            assertArrayEquals(one.array(), gradient.array(), 1e-7f);
            none.forwardBackward(a, b, longs, upstream, losses, gradient, other);
            assertArrayEquals(two.array(), other.array(), 1e-7f);
            sum();
        }
    }

    @Nested
    class Layouts {
        @Test
        void sameBitsInEveryLayoutAndInPlace() {
            for (int n : new int[] {1, 7, 33, 1025, 4100}) {
                float[] x1 = FloatViews.normal(random, 3 * n);
                float[] x2 = FloatViews.normal(random, 3 * n);
                x1[0] *= 1e25f;
                int[] target = {1, -1, 1};
                CosineEmbeddingLoss loss = options().margin(-0.9).build();
                FloatTensor one = zeros(3, n);
                FloatTensor two = zeros(3, n);
                float value =
                        loss.forwardBackward(FloatTensor.of(x1, 3, n), FloatTensor.of(x2, 3, n), target, one, two);
                for (FloatViews.Layout layout : FloatViews.Layout.values()) {
                    FloatTensor a = layout.of(x1, 3, n);
                    FloatTensor b = FloatViews.Layout.SPREAD.of(x2, 3, n);
                    FloatTensor gradient = layout.of(x2, 3, n);
                    FloatBits.assertSame(value, loss.forward(a, b, target), layout::toString);
                    loss.backward(a, b, target, 1f, gradient);
                    FloatBits.assertSame(one.toArray(), gradient.toArray(), layout::toString);
                    FloatBits.assertSame(value, loss.forwardBackward(a, b, target, a, b), layout::toString);
                    FloatBits.assertSame(one.toArray(), a.toArray(), layout::toString);
                    FloatBits.assertSame(two.toArray(), b.toArray(), layout::toString);
                }
            }
        }

        @Test
        void onePair() {
            float[] x1 = FloatViews.normal(random, 512);
            float[] x2 = FloatViews.normal(random, 512);
            FloatTensor scalar = zeros();
            options().reduction(Reduction.NONE).build().forward(row(x1), row(x2), new int[] {1}, scalar);
            float batched = CosineEmbeddingLoss.create()
                    .forward(FloatTensor.of(x1, 1, 512), FloatTensor.of(x2, 1, 512), new int[] {1});
            FloatBits.assertSame(batched, scalar.get(), () -> "one pair");
            assertEquals(new Exact(x1, x2).oneMinusCosine(), batched, 1e-7);
        }
    }

    @Nested
    class Rejections {
        private final FloatTensor a = zeros(3, 4);
        private final FloatTensor b = zeros(3, 4);
        private final int[] target = {1, 1, 1};
        private final CosineEmbeddingLoss mean = CosineEmbeddingLoss.create();
        private final CosineEmbeddingLoss none =
                options().reduction(Reduction.NONE).build();

        @Test
        void shapes() {
            FloatBits.assertRejected(
                    ARGUMENT, () -> mean.forward(a, zeros(3, 3), target), "[3, 4]", "[3, 3]", "dimension 1");
            FloatBits.assertRejected(ARGUMENT, () -> mean.forward(a, zeros(2, 4), target), "[2, 4]", "dimension 0");
            FloatBits.assertRejected(ARGUMENT, () -> mean.forward(a, b, new int[2]), "3 pairs", "2 entries");
            FloatBits.assertRejected(ARGUMENT, () -> mean.forward(a, b, new long[1]), "3 pairs", "1 entries");
            FloatBits.assertRejected(
                    ARGUMENT, () -> mean.forward(zeros(4), zeros(4), new int[2]), "1 pair,", "2 entries");
            FloatBits.assertRejected(ARGUMENT, () -> mean.forward(a, zeros(4), target), "(N, D)");
            FloatBits.assertRejected(ARGUMENT, () -> mean.forward(zeros(), zeros(), new int[1]), "(N, D)");
            FloatBits.assertRejected(
                    ARGUMENT, () -> mean.forward(zeros(1, 2, 3), zeros(1, 2, 3), new int[1]), "(N, D)");
            FloatBits.assertRejected(
                    ARGUMENT, () -> mean.backward(a, b, target, 1f, zeros(4, 3)), "gradInput1", "[4, 3]");
            FloatBits.assertRejected(
                    ARGUMENT, () -> mean.backward(a, b, target, 1f, zeros(3, 4), zeros(3)), "gradInput2", "[3]");
            FloatBits.assertRejected(ARGUMENT, () -> none.forward(a, b, target, zeros(3, 1)), "perSample", "[3]");
            FloatBits.assertRejected(
                    ARGUMENT, () -> none.backward(a, b, target, zeros(4), zeros(3, 4)), "gradOutput", "[4]");
            FloatBits.assertRejected(
                    ARGUMENT, () -> none.forward(zeros(4), zeros(4), new int[1], zeros(4)), "perSample", "[]");
        }

        @Test
        void reductionsAndOptions() {
            FloatBits.assertRejected(IllegalStateException.class, () -> none.forward(a, b, target), "3 samples");
            FloatBits.assertRejected(IllegalStateException.class, () -> mean.forward(a, b, target, zeros(3)), "MEAN");
            FloatBits.assertRejected(ARGUMENT, () -> options().reduction(Reduction.BATCH_MEAN), "BATCH_MEAN");
            FloatBits.assertRejected(ARGUMENT, () -> options().margin(Double.NaN), "NaN");
            assertThrows(NullPointerException.class, () -> options().emptyMean(null));
            assertThrows(NullPointerException.class, () -> options().denominator(null));
            assertThrows(NullPointerException.class, () -> mean.forward(null, b, target));
            assertThrows(NullPointerException.class, () -> mean.forward(a, null, target));
            assertThrows(NullPointerException.class, () -> mean.forward(a, b, (int[]) null));
            assertThrows(NullPointerException.class, () -> none.forward(a, b, target, null));
            assertThrows(NullPointerException.class, () -> mean.backward(a, b, target, 1f, null));
            assertThrows(NullPointerException.class, () -> mean.backward(a, b, target, 1f, zeros(3, 4), null));
        }

        @Test
        void overlaps() {
            float[] data = FloatViews.normal(random, 60);
            FloatTensor x1 = FloatTensor.of(data, 4, new int[] {3, 4}, new int[] {4, 1});
            FloatTensor x2 = FloatTensor.of(data, 16, new int[] {3, 4}, new int[] {4, 1});
            FloatTensor partly = FloatTensor.of(data, 2, new int[] {3, 4}, new int[] {4, 1});
            FloatTensor apart = FloatTensor.of(data, 30, new int[] {3, 4}, new int[] {4, 1});
            FloatTensor twice = FloatTensor.of(data, 30, new int[] {3, 4}, new int[] {0, 1});
            Snapshot snapshot = Snapshot.of(x1);
            rejects(snapshot, () -> mean.backward(x1, x2, target, 1f, partly), "gradInput1", "input1");
            rejects(snapshot, () -> mean.backward(x1, x2, target, 1f, x2), "gradInput1", "input2");
            rejects(snapshot, () -> mean.backward(x1, x1, target, 1f, x1), "gradInput1", "input2");
            rejects(snapshot, () -> mean.backward(x1, x2, target, 1f, x1, x1), "gradInput2", "input1");
            rejects(snapshot, () -> mean.backward(x1, x2, target, 1f, apart, apart), "gradInput2", "gradInput1");
            rejects(snapshot, () -> mean.backward(x1, x2, target, 1f, twice), "gradInput1", "more than once");
            FloatTensor one = x1.slice(0, 0, 1);
            rejects(snapshot, () -> mean.backward(one, x2, target, 1f, one), "gradInput1", "input1");
            FloatTensor column = x2.select(1, 0);
            rejects(snapshot, () -> none.forward(x1, x2, target, column), "perSample", "input2");
            rejects(snapshot, () -> none.backward(x1, x2, target, column, apart, x2), "gradInput2", "gradOutput");
        }

        private void rejects(Snapshot snapshot, Runnable call, String... parts) {
            FloatBits.assertRejected(ARGUMENT, snapshot, parts[0], call::run, parts);
        }
    }
}
