// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/** Distributions over the last dimension. */
public interface CategoricalOperations extends Claims {
    /**
     * Entropy: {@code -sum(p log(p))}.
     *
     * @param input probabilities or logits
     * @param options which of them
     * @return one value for each distribution
     */
    default Tensor categoricalEntropy(Tensor input, CategoricalOptions options) {
        throw new NotClaimedException(this, Operation.CATEGORICAL_ENTROPY, "categoricalEntropy");
    }

    /**
     * Gradient of {@link #categoricalEntropy}.
     *
     * @param input probabilities or logits
     * @param options which of them
     * @param gradOutput gradient with respect to each entropy
     * @return gradient with respect to input
     */
    default Tensor categoricalEntropyGradient(Tensor input, CategoricalOptions options, Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.CATEGORICAL_ENTROPY, "categoricalEntropyGradient");
    }

    /**
     * Log-probability of an event for each distribution.
     *
     * @param input probabilities or logits
     * @param options which of them
     * @param value an event for each distribution, row-major over the other dimensions
     * @return one value for each distribution
     */
    default Tensor categoricalLogProb(Tensor input, CategoricalOptions options, long[] value) {
        throw new NotClaimedException(this, Operation.CATEGORICAL_LOG_PROB, "categoricalLogProb");
    }

    /**
     * Gradient of {@link #categoricalLogProb}.
     *
     * @param input probabilities or logits
     * @param options which of them
     * @param value an event for each distribution
     * @param gradOutput gradient with respect to each log-probability
     * @return gradient with respect to input
     */
    default Tensor categoricalLogProbGradient(
            Tensor input, CategoricalOptions options, long[] value, Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.CATEGORICAL_LOG_PROB, "categoricalLogProbGradient");
    }
}
