// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/** Functions of rows of scores. */
public interface SoftmaxOperations extends Claims {
    /**
     * Log of the sum of exponentials along a dimension.
     *
     * @param input scores
     * @param dim the dimension to sum along
     * @param keepDim whether the result keeps that dimension with size 1 or drops it
     * @return one value for each position of the other dimensions
     */
    default Tensor logSumExp(Tensor input, int dim, boolean keepDim) {
        throw new NotClaimedException(this, Operation.LOGSUMEXP, "logSumExp");
    }

    /**
     * Gradient of {@link #logSumExp}.
     *
     * @param input scores
     * @param dim the dimension to sum along
     * @param keepDim whether the result keeps that dimension
     * @param gradOutput gradient with respect to the result, of its shape
     * @return gradient with respect to input
     */
    default Tensor logSumExpGradient(Tensor input, int dim, boolean keepDim, Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.LOGSUMEXP, "logSumExpGradient");
    }

    /**
     * Probabilities from scores along a dimension.
     *
     * @param input scores
     * @param dim the dimension whose elements add up to 1
     * @return the probabilities
     */
    default Tensor softmax(Tensor input, int dim) {
        throw new NotClaimedException(this, Operation.SOFTMAX, "softmax");
    }

    /**
     * Gradient of {@link #softmax}.
     *
     * @param input scores
     * @param dim the dimension whose elements add up to 1
     * @param gradOutput gradient with respect to the probabilities
     * @return gradient with respect to input
     */
    default Tensor softmaxGradient(Tensor input, int dim, Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.SOFTMAX, "softmaxGradient");
    }

    /**
     * Log-probabilities from scores along a dimension.
     *
     * @param input scores
     * @param dim the dimension whose exponentials add up to 1
     * @return the log-probabilities
     */
    default Tensor logSoftmax(Tensor input, int dim) {
        throw new NotClaimedException(this, Operation.LOG_SOFTMAX, "logSoftmax");
    }

    /**
     * Gradient of {@link #logSoftmax}.
     *
     * @param input scores
     * @param dim the dimension whose exponentials add up to 1
     * @param gradOutput gradient with respect to the log-probabilities
     * @return gradient with respect to input
     */
    default Tensor logSoftmaxGradient(Tensor input, int dim, Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.LOG_SOFTMAX, "logSoftmaxGradient");
    }
}
