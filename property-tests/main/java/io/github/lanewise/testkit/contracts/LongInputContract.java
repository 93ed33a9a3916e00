// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY_PROB;
import static io.github.lanewise.testkit.Operation.LOGSUMEXP;
import static io.github.lanewise.testkit.Operation.LOG_SOFTMAX;
import static io.github.lanewise.testkit.Operation.SOFTMAX;

import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import net.jqwik.api.Example;

/**
 * Batches of many losses and rows of many classes: nothing is left out or counted twice at the seams of what an implementation computes at a
 * time, in vectors, blocks, chunks or threads. Tolerances are a third of what one loss, and a hundredth of what one class adds.
 */
public interface LongInputContract extends LossContract {
    /** Every loss of a long batch is in the sum and in the mean, whatever its place. */
    @Example
    default void everyLossOfALongBatchCounts() {
        for (int count : new int[] {1021, 3001, 20_011}) {
            SampleData data = new SampleData(count, implementation().precision());
            for (Map.Entry<Operation, Function<Reduction, Tensor>> loss :
                    data.losses(implementation()).entrySet()) {
                if (claims(loss.getKey())) {
                    checkReductions(count + " losses of " + loss.getKey(), loss.getValue());
                }
            }
        }
    }

    private static void checkReductions(String what, Function<Reduction, Tensor> loss) {
        double[] losses = loss.apply(Reduction.NONE).data();
        double sum = Arrays.stream(losses).sum();
        double tolerance = 0.3 * sum / losses.length;
        Check.near(loss.apply(Reduction.SUM).get(0), sum, tolerance, () -> "sum of " + what);
        Check.near(
                loss.apply(Reduction.MEAN).get(0),
                sum / losses.length,
                tolerance / losses.length,
                () -> "mean of " + what);
    }

    /** A loss that is NaN makes the sum and the mean NaN, wherever it is. */
    @Example
    default void everyNaNReachesSumAndMean() {
        for (int count : new int[] {1, 5, 67, 1021}) {
            for (int place : new int[] {0, count / 2, count - 1}) {
                SampleData data = new SampleData(count, implementation().precision(), place);
                for (Map.Entry<Operation, Function<Reduction, Tensor>> loss :
                        data.losses(implementation()).entrySet()) {
                    if (claims(loss.getKey())) {
                        String what = loss.getKey() + " of " + count + " samples, NaN at " + place + ": ";
                        checkNaN(loss.getValue().apply(Reduction.NONE).get(place), what + "its loss");
                        checkNaN(loss.getValue().apply(Reduction.SUM).get(0), what + "the sum");
                        checkNaN(loss.getValue().apply(Reduction.MEAN).get(0), what + "the mean");
                    }
                }
            }
        }
    }

    private static void checkNaN(double got, String what) {
        Check.near(got, Double.NaN, 0.0, () -> what);
    }

    /** The gradient of the sum of a long batch has the gradient of each of its losses, in its place. */
    @Example
    default void everyLossOfALongBatchHasItsGradient() {
        SampleData data = new SampleData(20_011, implementation().precision());
        Tensor ones = data.ones();
        for (Map.Entry<Operation, SampleData.Gradient> gradient :
                data.gradients(implementation()).entrySet()) {
            if (claims(gradient.getKey())) {
                double[] each = gradient.getValue().of(Reduction.NONE, ones).data();
                double[] ofSum = gradient.getValue().of(Reduction.SUM, null).data();
                Check.that(each.length == ofSum.length, () -> "the gradient has " + ofSum.length + " numbers");
                for (int i = 0; i < each.length; i++) {
                    int at = i;
                    double tolerance = 1e-3 * Math.abs(each[i]) + 1e-6;
                    Check.near(ofSum[i], each[i], tolerance, () -> gradient.getKey() + ": gradient[" + at + "]");
                }
            }
        }
    }

    /** One class of a long row has half of the probability, wherever it is. */
    @Example
    default void everyClassOfALongRowCounts() {
        for (int classes : new int[] {1021, 4099, 8209, 16_411, 65_551, 100_003}) {
            for (int place : new int[] {0, classes / 2, classes - 12, classes - 2, classes - 1}) {
                double[] scores = new double[classes];
                scores[place] = implementation().precision().round(Math.log(classes - 1.0));
                checkRow(Tensor.of(scores, 1, classes), place);
            }
        }
    }

    private void checkRow(Tensor x, int place) {
        String where = ", class " + place + " of " + x.count();
        double half = Math.log(2.0);
        double top = x.get(place);
        if (claims(LOGSUMEXP)) {
            double logSumExp = implementation().logSumExp(x, 1, false).get(0);
            Check.near(logSumExp, top + half, 0.01, () -> "log of the sum" + where);
        }
        if (claims(SOFTMAX)) {
            Check.near(implementation().softmax(x, 1).get(place), 0.5, 0.005, () -> "probability" + where);
        }
        if (claims(LOG_SOFTMAX)) {
            Check.near(implementation().logSoftmax(x, 1).get(place), -half, 0.01, () -> "its logarithm" + where);
        }
        ClassLossOptions options = ClassLossOptions.DEFAULT.withReduction(Reduction.SUM);
        if (claims(CROSS_ENTROPY)) {
            long[] target = {place};
            double loss = implementation().crossEntropy(x, target, options).get(0);
            Check.near(loss, half, 0.01, () -> "loss" + where);
            Tensor gradient = implementation().crossEntropyGradient(x, target, options, null);
            Check.near(gradient.get(place), -0.5, 0.005, () -> "gradient" + where);
        }
        if (claims(CROSS_ENTROPY_PROB)) {
            double[] certain = new double[x.count()];
            certain[place] = 1.0;
            double loss = implementation()
                    .crossEntropyProbabilities(x, Tensor.of(certain, x.shape()), options)
                    .get(0);
            Check.near(loss, half, 0.01, () -> "loss with probabilities" + where);
        }
    }
}
