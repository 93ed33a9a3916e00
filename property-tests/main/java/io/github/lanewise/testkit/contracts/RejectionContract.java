// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY_PROB;
import static io.github.lanewise.testkit.Operation.LOGSUMEXP;
import static io.github.lanewise.testkit.Operation.LOG_SOFTMAX;
import static io.github.lanewise.testkit.Operation.NLL_LOSS;
import static io.github.lanewise.testkit.Operation.SOFTMAX;

import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Rows;
import io.github.lanewise.testkit.Tensor;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Calls that make no sense are rejected with IllegalArgumentException or IndexOutOfBoundsException. */
public interface RejectionContract extends LossContract {

    /**
     * A target has to be a class or ignored, and there has to be one for each sample.
     *
     * @param reduction any
     */
    @Property
    default void targetsThatAreNoClasses(@ForAll Reduction reduction) {
        ClassLossOptions options = ClassLossOptions.DEFAULT.withReduction(reduction);
        Tensor scores = Tensor.of(new double[12], 3, 4);
        Tensor one = Tensor.of(new double[50], 50);
        Tensor image = Tensor.of(new double[24], 2, 4, 3);
        checkTargets(scores, options, 0, 4, 1);
        checkTargets(scores, options, 0, -1, 1);
        checkTargets(scores, options.withIgnoreIndex(-1), 0, -100, 1);
        checkTargets(scores, options, 0, 1L << 32, 1);
        checkTargets(scores, options, 0, 1);
        checkTargets(scores, options, 0, 1, 2, 3);
        checkTargets(one, options, new long[50]);
        checkTargets(one, options);
        checkTargets(image, options, 0, 1);
        checkTargets(image, options, 0, 1, 2, 3, 4, 0);
    }

    /** Weights have to be as many as classes. */
    @Example
    default void weightsOfAnotherLength() {
        Tensor scores = Tensor.of(new double[12], 3, 4);
        ClassLossOptions options = ClassLossOptions.DEFAULT.withWeight(Tensor.of(new double[3], 3));
        checkTargets(scores, options, 0, 1, 2);
        if (claims(CROSS_ENTROPY_PROB)) {
            Check.rejected(
                    () -> implementation().crossEntropyProbabilities(scores, scores, options),
                    () -> "crossEntropyProbabilities with 3 weights for 4 classes");
        }
    }

    private void checkTargets(Tensor scores, ClassLossOptions options, long... target) {
        LossImplementation implementation = implementation();
        Tensor upstream = options.reduction() == Reduction.NONE
                ? zeros(Rows.ofClasses(scores).otherSizes())
                : null;
        String call = " of scores of shape " + Arrays.toString(scores.shape()) + " with "
                + (target.length > 9 ? target.length + " targets" : "targets " + Arrays.toString(target)) + " and "
                + options;
        if (claims(CROSS_ENTROPY)) {
            Check.rejected(() -> implementation.crossEntropy(scores, target, options), () -> "crossEntropy" + call);
            Check.rejected(
                    () -> implementation.crossEntropyGradient(scores, target, options, upstream),
                    () -> "crossEntropyGradient" + call);
        }
        if (claims(NLL_LOSS)) {
            Check.rejected(() -> implementation.nllLoss(scores, target, options), () -> "nllLoss" + call);
            Check.rejected(
                    () -> implementation.nllLossGradient(scores, target, options, upstream),
                    () -> "nllLossGradient" + call);
        }
    }

    private static Tensor zeros(int... shape) {
        return Tensor.of(new double[Tensors.count(shape)], shape);
    }

    /** The smoothing is a share. */
    @Example
    default void smoothingOutsideZeroToOne() {
        Tensor scores = Tensor.of(new double[12], 3, 4);
        for (double smoothing : new double[] {1.5, Math.nextUp(1.0), -0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            ClassLossOptions options = ClassLossOptions.DEFAULT.withLabelSmoothing(smoothing);
            if (claims(CROSS_ENTROPY)) {
                Check.rejected(
                        () -> implementation().crossEntropy(scores, new long[3], options),
                        () -> "crossEntropy with a label smoothing of " + smoothing);
            }
            if (claims(CROSS_ENTROPY_PROB)) {
                Check.rejected(
                        () -> implementation().crossEntropyProbabilities(scores, scores, options),
                        () -> "crossEntropyProbabilities with a label smoothing of " + smoothing);
            }
        }
    }

    /** Probabilities have the shape of the scores, and no index to ignore. */
    @Example
    default void probabilitiesThatDoNotFit() {
        if (!claims(CROSS_ENTROPY_PROB)) {
            return;
        }
        Tensor scores = Tensor.of(new double[12], 3, 4);
        ClassLossOptions options = ClassLossOptions.DEFAULT;
        for (int[] shape : new int[][] {{2, 4}, {3, 3}, {12}, {3, 4, 1}, {4, 3}}) {
            Tensor target = zeros(shape);
            Check.rejected(
                    () -> implementation().crossEntropyProbabilities(scores, target, options),
                    () -> "crossEntropyProbabilities with probabilities of shape " + Arrays.toString(shape)
                            + " for scores of shape [3, 4]");
        }
        Check.rejected(
                () -> implementation().crossEntropyProbabilities(scores, scores, options.withIgnoreIndex(1)),
                () -> "crossEntropyProbabilities with an index to ignore");
    }

    /** A dimension has to be there. */
    @Example
    default void dimensionsThatAreNotThere() {
        LossImplementation implementation = implementation();
        Tensor scores = Tensor.of(new double[12], 3, 4);
        for (int dim : new int[] {2, -3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            if (claims(LOGSUMEXP)) {
                Check.rejected(
                        () -> implementation.logSumExp(scores, dim, false),
                        () -> "logSumExp along dimension " + dim + " of scores with 2 dimensions");
            }
            if (claims(SOFTMAX)) {
                Check.rejected(
                        () -> implementation.softmax(scores, dim),
                        () -> "softmax along dimension " + dim + " of scores with 2 dimensions");
            }
            if (claims(LOG_SOFTMAX)) {
                Check.rejected(
                        () -> implementation.logSoftmax(scores, dim),
                        () -> "logSoftmax along dimension " + dim + " of scores with 2 dimensions");
            }
        }
    }
}
