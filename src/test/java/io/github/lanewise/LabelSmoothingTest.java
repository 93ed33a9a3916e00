// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The conventions of label smoothing against dense targets and against the formulas written out. */
class LabelSmoothingTest {
    private static final int ROWS = 7;
    private static final double TIGHT = 1e-13;

    private final Random random = new Random(5);

    private double[] logits(int classes) {
        return random.doubles(ROWS * (long) classes, -6.0, 6.0).toArray();
    }

    private int[] targets(int classes) {
        return random.ints(ROWS, 0, classes).toArray();
    }

    private static double[] logProbabilities(double[] logits, int classes) {
        double[] result = new double[logits.length];
        for (int row = 0; row < logits.length; row += classes) {
            double sum = 0.0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits[row + c]);
            }
            for (int c = 0; c < classes; c++) {
                result[row + c] = logits[row + c] - Math.log(sum);
            }
        }
        return result;
    }

    private static CrossEntropyLoss loss(LabelSmoothing smoothing, Reduction reduction, double... weight) {
        CrossEntropyLoss.Builder builder =
                CrossEntropyLoss.builder().labelSmoothing(smoothing).reduction(reduction);
        return (weight.length == 0 ? builder : builder.weight(weight)).build();
    }

    /** The mean of the target's terms is then infinity by infinity, as the formula says, and no part that is left out. */
    @Test
    void infiniteWeightsOfTargetsMakeNaN() {
        DoubleTensor x = DoubleTensor.of(new double[] {1, 3, 2, 2}, 2, 2);
        int[] y = {0, 1};
        for (double infinite : new double[] {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            CrossEntropyLoss loss = loss(LabelSmoothing.targetWeighted(0.1), Reduction.MEAN, infinite, 1.0);
            assertEquals(Double.NaN, loss.forward(x, y));
            assertEquals(Double.NaN, loss.forwardBackward(x, y, DoubleTensor.of(new double[4], 2, 2)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 17, 40})
    void othersIsADenseTargetWithNothingOnTheOthersButTheSpread(int classes) {
        double[] x = logits(classes);
        int[] y = targets(classes);
        double[] dense = new double[x.length];
        for (int n = 0; n < ROWS; n++) {
            for (int c = 0; c < classes; c++) {
                dense[n * classes + c] = c == y[n] ? 0.7 : 0.3 / (classes - 1);
            }
        }
        DoubleTensor view = DoubleTensor.of(x, ROWS, classes);
        double[] grad = new double[x.length];
        double[] denseGrad = new double[x.length];
        double value = loss(LabelSmoothing.others(0.3), Reduction.MEAN)
                .forwardBackward(view, y, DoubleTensor.of(grad, ROWS, classes));
        double expected = CrossEntropyLoss.create()
                .forwardBackward(
                        view, DoubleTensor.of(dense, ROWS, classes), DoubleTensor.of(denseGrad, ROWS, classes));
        assertEquals(expected, value, TIGHT * expected);
        for (int i = 0; i < grad.length; i++) {
            assertEquals(denseGrad[i], grad[i], 1e-15);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 33})
    void othersIsUniformOfALargerAmount(int classes) {
        DoubleTensor x = DoubleTensor.of(logits(classes), ROWS, classes);
        int[] y = targets(classes);
        double e = 0.1;
        double others = loss(LabelSmoothing.others(e), Reduction.MEAN).forward(x, y);
        double uniform = loss(LabelSmoothing.uniform(e * classes / (classes - 1)), Reduction.MEAN)
                .forward(x, y);
        assertEquals(uniform, others, TIGHT * uniform);
    }

    @Test
    void othersWithOneClassKeepsTheRest() {
        DoubleTensor x = DoubleTensor.of(new double[] {3.0}, 1, 1);
        assertEquals(0.0, loss(LabelSmoothing.others(0.3), Reduction.SUM).forward(x, new int[] {0}));
    }

    @Test
    void targetWeightedLeavesTheSpreadUnweighted() {
        int classes = 4;
        double[] weight = {0.5, 2.0, 0.0, 3.0};
        double[] x = logits(classes);
        int[] y = {0, 1, 3, 2, 1, -100, 0};
        double[] lp = logProbabilities(x, classes);
        double nll = 0.0;
        double spread = 0.0;
        double weights = 0.0;
        for (int n = 0; n < ROWS; n++) {
            if (y[n] >= 0) {
                nll -= weight[y[n]] * lp[n * classes + y[n]];
                weights += weight[y[n]];
                for (int c = 0; c < classes; c++) {
                    spread -= lp[n * classes + c];
                }
            }
        }
        double mean = 0.7 * nll / weights + 0.3 * spread / classes / 6;
        double sum = 0.7 * nll + 0.3 * spread / classes;
        DoubleTensor view = DoubleTensor.of(x, ROWS, classes);
        LabelSmoothing smoothing = LabelSmoothing.targetWeighted(0.3);
        assertEquals(mean, loss(smoothing, Reduction.MEAN, weight).forward(view, y), TIGHT * mean);
        assertEquals(sum, loss(smoothing, Reduction.SUM, weight).forward(view, y), TIGHT * sum);
        IllegalStateException refused = assertThrows(
                IllegalStateException.class,
                () -> loss(smoothing, Reduction.MEAN, weight).sum(view, y));
        assertTrue(refused.getMessage().contains("two denominators"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gradientsAreThoseOfTheValue(boolean image) {
        int classes = 5;
        double[] weight = {0.5, 2.0, 1.0, 3.0, 0.25};
        for (LabelSmoothing smoothing : new LabelSmoothing[] {
            LabelSmoothing.uniform(0.2), LabelSmoothing.others(0.2), LabelSmoothing.targetWeighted(0.2)
        }) {
            double[] x = random.doubles(8L * classes, -2.0, 2.0).toArray();
            int[] y = {0, 1, 2, 3, 4, -100, 1, 2};
            CrossEntropyLoss loss = loss(smoothing, Reduction.MEAN, weight);
            DoubleTensor view = image ? DoubleTensor.of(x, 1, classes, 8) : DoubleTensor.of(x, 8, classes);
            double[] grad = new double[x.length];
            loss.forwardBackward(view, y, DoubleTensor.of(grad, view.shape()));
            double step = 1e-5;
            for (int i = 0; i < x.length; i++) {
                double old = x[i];
                x[i] = old + step;
                double up = loss.forward(view, y);
                x[i] = old - step;
                double down = loss.forward(view, y);
                x[i] = old;
                assertEquals((up - down) / (2 * step), grad[i], 1e-9, smoothing + " element " + i);
            }
        }
    }

    @Test
    void rowsOfArraysAreBatchesOfOne() {
        float[] x = {0.5f, -1f, 2f, 0.25f};
        for (LabelSmoothing smoothing : new LabelSmoothing[] {
            LabelSmoothing.uniform(0.2), LabelSmoothing.others(0.2), LabelSmoothing.targetWeighted(0.2)
        }) {
            for (Reduction reduction : new Reduction[] {Reduction.MEAN, Reduction.SUM}) {
                CrossEntropyLoss loss = loss(smoothing, reduction, 0.5, 2.0, 1.0, 3.0);
                float[] grad = new float[4];
                float[] rowGrad = new float[4];
                float batch = loss.forwardBackward(FloatTensor.of(x, 1, 4), new int[] {3}, FloatTensor.of(grad, 1, 4));
                String what = smoothing + " " + reduction;
                FloatBits.assertSame(batch, loss.forwardBackward(x, 0, 4, 3, rowGrad, 0), () -> what);
                FloatBits.assertSame(grad, rowGrad, () -> what);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void amountsOutsideZeroToOneAreRejected(double amount) {
        assertThrows(IllegalArgumentException.class, () -> LabelSmoothing.others(amount));
        assertThrows(IllegalArgumentException.class, () -> LabelSmoothing.uniform(amount));
        assertThrows(IllegalArgumentException.class, () -> LabelSmoothing.targetWeighted(amount));
    }
}
