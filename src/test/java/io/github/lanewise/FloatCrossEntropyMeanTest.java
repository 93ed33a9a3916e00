// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What the mean divides by, which samples count, and what smoothing and weights do, in numbers worked out by hand. Scores
 * are logarithms of small integers, so probabilities are fractions: row 0 has 1/8, 2/8, 5/8; row 1 has 3/10, 6/10, 1/10;
 * row 2 has 1/4, 1/4, 2/4.
 */
class FloatCrossEntropyMeanTest {
    private static final double TOLERANCE = 4e-7;
    private static final double[][] P = {{1 / 8.0, 2 / 8.0, 5 / 8.0}, {0.3, 0.6, 0.1}, {0.25, 0.25, 0.5}};
    private static final double LN2 = Math.log(2);
    private static final double LN10 = Math.log(10);
    private static final int[] TARGET = {1, 2, 0}; // losses ln 4, ln 10, ln 4

    private final FloatTensor logits = FloatTensor.of(logs(1, 2, 5, 3, 6, 1, 1, 1, 2), 3, 3);
    private final FloatTensor gradient = FloatTensor.of(new float[9], 3, 3);

    private static float[] logs(int... integers) {
        float[] logs = new float[integers.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = (float) Math.log(integers[i]);
        }
        return logs;
    }

    private static CrossEntropyLoss.Builder options() {
        return CrossEntropyLoss.builder();
    }

    private void assertGradient(double... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], gradient.get(i / 3, i % 3), 1e-7, "gradient " + i);
        }
    }

    private static double[] scaled(double factor, double... values) {
        return Arrays.stream(values).map(value -> value * factor).toArray();
    }

    @Nested
    class ClassIndices {
        @Test
        void meanDividesByTheNumberOfSamples() {
            double expected = (4 * LN2 + LN10) / 3;
            assertEquals(expected, CrossEntropyLoss.create().forward(logits, TARGET), TOLERANCE);
            assertEquals(expected, CrossEntropyLoss.create().forwardBackward(logits, TARGET, gradient), TOLERANCE);
            assertGradient(scaled(1 / 3.0, 1 / 8.0, 2 / 8.0 - 1, 5 / 8.0, 0.3, 0.6, 0.1 - 1, 0.25 - 1, 0.25, 0.5));
            assertEquals(
                    4 * LN2 + LN10, options().reduction(Reduction.SUM).build().forward(logits, TARGET), 3 * TOLERANCE);
        }

        @Test
        void meanDividesByTheWeightsOfTheTargets() {
            // Weights 0.5, 2, 3 for classes 0, 1, 2: targets 1, 2, 0 weigh 2 + 3 + 0.5.
            CrossEntropyLoss loss = options().weight(0.5f, 2f, 3f).build();
            double expected = (2 * 2 * LN2 + 3 * LN10 + 0.5 * 2 * LN2) / 5.5;
            assertEquals(expected, loss.forward(logits, TARGET), 2 * TOLERANCE);
            assertEquals(expected, loss.forwardBackward(logits, TARGET, gradient), 2 * TOLERANCE);
            double a = 2 / 5.5;
            double b = 3 / 5.5;
            double c = 0.5 / 5.5;
            assertGradient(
                    a / 8, a * (2 / 8.0 - 1), a * 5 / 8, b * 0.3, b * 0.6, b * -0.9, c * -0.75, c * 0.25, c * 0.5);
        }

        @Test
        void ignoredSamplesCountForNothing() {
            int[] target = {1, -100, 0};
            CrossEntropyLoss loss = options().weight(0.5f, 2f, 3f).build();
            assertEquals(2 * LN2, CrossEntropyLoss.create().forward(logits, target), TOLERANCE);
            assertEquals((4 * LN2 + LN2) / 2.5, loss.forwardBackward(logits, target, gradient), TOLERANCE);
            assertGradient(scaled(1 / 2.5, 2 / 8.0, 4 / 8.0 - 2, 10 / 8.0, 0, 0, 0, -0.375, 0.125, 0.25));
        }

        @Test
        void aClassMayBeIgnoredAndStaysAmongTheScores() {
            CrossEntropyLoss loss = options().ignoreIndex(1).build();
            assertEquals((LN10 + 2 * LN2) / 2, loss.forwardBackward(logits, TARGET, gradient), TOLERANCE);
            assertGradient(scaled(0.5, 0, 0, 0, 0.3, 0.6, 0.1 - 1, 0.25 - 1, 0.25, 0.5));
        }

        @Test
        void allIgnoredMeansNaNButAZeroGradient() {
            int[] target = {-100, -100, -100};
            for (double smoothing : new double[] {0, 0.1, 1}) {
                for (float[] weight : new float[][] {{1, 1, 1}, {0, 2, 3}}) {
                    CrossEntropyLoss.Builder builder =
                            options().labelSmoothing(smoothing).weight(weight);
                    Arrays.fill(gradient.array(), 7f);
                    assertEquals(Float.NaN, builder.build().forward(logits, target));
                    assertEquals(Float.NaN, builder.build().forwardBackward(logits, target, gradient));
                    assertArrayEquals(new float[9], gradient.array());
                    CrossEntropyLoss sum = builder.reduction(Reduction.SUM).build();
                    Arrays.fill(gradient.array(), 7f);
                    assertEquals(0f, sum.forwardBackward(logits, target, gradient));
                    assertArrayEquals(new float[9], gradient.array());
                }
            }
        }

        @Test
        void weightsOfZeroMeanNaN() {
            CrossEntropyLoss loss = options().weight(0f, 0f, 0f).build();
            assertEquals(Float.NaN, loss.forward(logits, TARGET));
            CrossEntropyLoss onlyTargets = options().weight(1f, 0f, 1f).build();
            assertEquals(Float.NaN, onlyTargets.forwardBackward(logits, new int[] {1, 1, -100}, gradient));
            assertTrue(Float.isNaN(gradient.get(0, 0)) && Float.isNaN(gradient.get(1, 2)));
            assertEquals(0f, gradient.get(2, 1));
            CrossEntropyLoss smoothed =
                    options().weight(1f, 0f, 1f).labelSmoothing(0.2).build();
            assertEquals(Float.NaN, smoothed.forward(logits, new int[] {1, 1, 1}));
            assertEquals(
                    0f,
                    options()
                            .weight(0f, 0f, 0f)
                            .reduction(Reduction.SUM)
                            .build()
                            .forward(logits, TARGET));
        }

        @Test
        void weightsMayBeNegative() {
            CrossEntropyLoss loss = options().weight(-1f, 2f, -3f).build();
            assertEquals((4 * LN2 - 3 * LN10 - 2 * LN2) / (2 - 3 - 1), loss.forward(logits, TARGET), 2 * TOLERANCE);
        }

        @Test
        void smoothingSpreadsOverAllClasses() {
            CrossEntropyLoss loss = options().labelSmoothing(0.3).build();
            int[] target = {0, -100, -100};
            double all = 3 * LN2 + 2 * LN2 + Math.log(8 / 5.0);
            assertEquals(0.7 * 3 * LN2 + 0.1 * all, loss.forwardBackward(logits, target, gradient), TOLERANCE);
            assertGradient(1 / 8.0 - 0.7 - 0.1, 2 / 8.0 - 0.1, 5 / 8.0 - 0.1, 0, 0, 0, 0, 0, 0);
        }

        @Test
        void smoothingWithWeightsUsesTheWeightOfEveryClassButDividesByThoseOfTheTargets() {
            CrossEntropyLoss loss =
                    options().labelSmoothing(0.3).weight(0.5f, 2f, 3f).build();
            int[] target = {0, 2, -100};
            double first =
                    0.7 * 0.5 * Math.log(8) + 0.1 * (0.5 * Math.log(8) + 2 * Math.log(4) + 3 * Math.log(8 / 5.0));
            double second = 0.7 * 3 * LN10 + 0.1 * (0.5 * Math.log(10 / 3.0) + 2 * Math.log(10 / 6.0) + 3 * LN10);
            assertEquals((first + second) / 3.5, loss.forwardBackward(logits, target, gradient), 2 * TOLERANCE);
            double[] b = {0.05, 0.2, 0.3};
            double a = 0.35 + 0.55;
            double c = 2.1 + 0.55;
            assertGradient(scaled(
                    1 / 3.5,
                    P[0][0] * a - 0.35 - b[0],
                    P[0][1] * a - b[1],
                    P[0][2] * a - b[2],
                    P[1][0] * c - b[0],
                    P[1][1] * c - b[1],
                    P[1][2] * c - 2.1 - b[2],
                    0,
                    0,
                    0));
        }

        @Test
        void fullSmoothingForgetsTheTarget() {
            CrossEntropyLoss loss = options().labelSmoothing(1.0).build();
            float first = loss.forward(logits, new int[] {0, 0, 0});
            assertEquals(first, loss.forward(logits, new int[] {2, 1, 2}));
            double all = Math.log(8) + Math.log(4) + Math.log(1.6) + Math.log(10 / 3.0) + Math.log(10 / 6.0) + LN10;
            assertEquals((all + 5 * LN2) / 9, first, TOLERANCE);
        }

        @Test
        void upstreamGradientIsAFactor() {
            CrossEntropyLoss.create().backward(logits, TARGET, -2f, gradient);
            assertGradient(scaled(-2 / 3.0, 1 / 8.0, 2 / 8.0 - 1, 5 / 8.0, 0.3, 0.6, 0.1 - 1, 0.25 - 1, 0.25, 0.5));
            CrossEntropyLoss none = options().reduction(Reduction.NONE).build();
            FloatTensor upstream = FloatTensor.of(new float[] {3f, 0f, -1f}, 3);
            none.backward(logits, TARGET, upstream, gradient);
            assertGradient(3 / 8.0, 6 / 8.0 - 3, 15 / 8.0, 0, 0, 0, 0.75, -0.25, -0.5);
        }

        @Test
        void sumKnowsDenominatorAndCount() {
            CrossEntropyLoss loss = options().weight(0.5f, 2f, 3f).build();
            LossSum sum = loss.sum(logits, new int[] {1, -100, 0});
            assertEquals(5 * LN2, sum.sum(), TOLERANCE);
            assertEquals(2.5, sum.denominator());
            assertEquals(2, sum.count());
            LossSum other = loss.sum(logits, new int[] {-100, 2, -100});
            assertEquals(loss.forward(logits, TARGET), sum.plus(other).mean(), TOLERANCE);
            assertEquals(3, sum.plus(other).count());
            assertTrue(
                    Double.isNaN(loss.sum(logits, new int[] {-100, -100, -100}).mean()));
        }
    }

    @Nested
    class ClassProbabilities {
        private final FloatTensor target =
                FloatTensor.of(new float[] {0.25f, 0.25f, 0.5f, 0, 0, 1, 0.5f, 0, 0.5f}, 3, 3);

        @Test
        void meanDividesByTheNumberOfRowsWhateverTheWeights() {
            double first = 0.25 * 3 * LN2 + 0.25 * 2 * LN2 + 0.5 * Math.log(1.6);
            double third = 0.5 * 2 * LN2 + 0.5 * LN2;
            assertEquals((first + LN10 + third) / 3, CrossEntropyLoss.create().forward(logits, target), TOLERANCE);
            double weighted = 0.5 * 0.25 * 3 * LN2 + 2 * 0.25 * 2 * LN2 + 3 * 0.5 * Math.log(1.6);
            double weightedThird = 0.5 * 0.5 * 2 * LN2 + 3 * 0.5 * LN2;
            CrossEntropyLoss loss = options().weight(0.5f, 2f, 3f).build();
            assertEquals((weighted + 3 * LN10 + weightedThird) / 3, loss.forward(logits, target), 3 * TOLERANCE);
        }

        @Test
        void differsFromClassIndicesInTheMeanOnly() {
            FloatTensor oneHot = FloatTensor.of(new float[] {0, 1, 0, 0, 0, 1, 1, 0, 0}, 3, 3);
            CrossEntropyLoss.Builder builder = options().weight(0.5f, 2f, 3f);
            double sum = 2 * 2 * LN2 + 3 * LN10 + 0.5 * 2 * LN2;
            assertEquals(sum / 5.5, builder.build().forward(logits, TARGET), 2 * TOLERANCE);
            assertEquals(sum / 3, builder.build().forward(logits, oneHot), 2 * TOLERANCE);
            CrossEntropyLoss plain = builder.reduction(Reduction.SUM).build();
            assertEquals(plain.forward(logits, TARGET), plain.forward(logits, oneHot), 3 * TOLERANCE);
        }

        @Test
        void rowsNeedNotSumToOne() {
            FloatTensor odd = FloatTensor.of(new float[] {2, 0, 0, 0, -1, 0, 0, 0, 0}, 3, 3);
            double expected = (2 * 3 * LN2 - Math.log(10 / 6.0) + 0) / 3;
            assertEquals(expected, CrossEntropyLoss.create().forwardBackward(logits, odd, gradient), TOLERANCE);
            assertGradient(scaled(1 / 3.0, 2 / 8.0 - 2, 4 / 8.0, 10 / 8.0, -0.3, -0.6 + 1, -0.1, 0, 0, 0));
        }

        @Test
        void smoothingMixesInTheUniformDistribution() {
            CrossEntropyLoss loss =
                    options().labelSmoothing(0.6).reduction(Reduction.SUM).build();
            FloatTensor row = logits.slice(0, 1, 2);
            FloatTensor oneHot = FloatTensor.of(new float[] {0, 0, 1}, 1, 3);
            double expected = 0.4 * LN10 + 0.2 * (Math.log(10 / 3.0) + Math.log(10 / 6.0) + LN10);
            assertEquals(expected, loss.forward(row, oneHot), TOLERANCE);
            loss.forwardBackward(row, oneHot, gradient.slice(0, 0, 1));
            assertGradient(0.3 - 0.2, 0.6 - 0.2, 0.1 - 0.6);
        }

        @Test
        void gradientOfTheTargetIsMinusTheLogProbability() {
            CrossEntropyLoss loss =
                    options().labelSmoothing(0.25).weight(0.5f, 2f, 3f).build();
            FloatTensor gradTarget = FloatTensor.of(new float[9], 3, 3);
            loss.backward(logits, target, 4f, gradient, gradTarget);
            float[] weight = {0.5f, 2f, 3f};
            for (int i = 0; i < 9; i++) {
                double expected = -Math.log(P[i / 3][i % 3]) * weight[i % 3] * 0.75 * 4 / 3;
                assertEquals(expected, gradTarget.get(i / 3, i % 3), 3e-6);
                double q = weight[i % 3] * (0.75 * target.get(i / 3, i % 3) + 0.25 / 3);
                double mass = 0;
                for (int c = 0; c < 3; c++) {
                    mass += weight[c] * (0.75 * target.get(i / 3, c) + 0.25 / 3);
                }
                assertEquals((P[i / 3][i % 3] * mass - q) * 4 / 3, gradient.get(i / 3, i % 3), 1e-6);
            }
        }

        @Test
        void sumCountsRows() {
            LossSum sum = options().weight(0.5f, 2f, 3f).build().sum(logits, target);
            assertEquals(3.0, sum.denominator());
            assertEquals(3, sum.count());
            assertEquals(options().weight(0.5f, 2f, 3f).build().forward(logits, target), sum.mean(), TOLERANCE);
        }
    }
}
