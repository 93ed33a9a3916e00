// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import org.jspecify.annotations.Nullable;

/**
 * Losses between scores of classes and targets. The class dimension is 1, or 0 for a single sample of rank 1; class targets are
 * row-major over the other dimensions.
 */
public interface ClassLosses extends Claims {
    /**
     * Negative log-likelihood of classes.
     *
     * @param input log-probabilities
     * @param target a class for each sample and position
     * @param options weights, ignored target and reduction
     * @return one loss for each sample and position, or a tensor without dimensions
     */
    default Tensor nllLoss(Tensor input, long[] target, ClassLossOptions options) {
        throw new NotClaimedException(this, Operation.NLL_LOSS, "nllLoss");
    }

    /**
     * Gradient of {@link #nllLoss}.
     *
     * @param input log-probabilities
     * @param target a class for each sample and position
     * @param options weights, ignored target and reduction
     * @param gradOutput gradient with respect to each loss; null for reduced losses
     * @return gradient with respect to input
     */
    default Tensor nllLossGradient(Tensor input, long[] target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.NLL_LOSS, "nllLossGradient");
    }

    /**
     * Cross entropy between scores and classes.
     *
     * @param input scores
     * @param target a class for each sample and position
     * @param options weights, ignored target, smoothing and reduction
     * @return one loss for each sample and position, or a tensor without dimensions
     */
    default Tensor crossEntropy(Tensor input, long[] target, ClassLossOptions options) {
        throw new NotClaimedException(this, Operation.CROSS_ENTROPY, "crossEntropy");
    }

    /**
     * Gradient of {@link #crossEntropy}.
     *
     * @param input scores
     * @param target a class for each sample and position
     * @param options weights, ignored target, smoothing and reduction
     * @param gradOutput gradient with respect to each loss; null for reduced losses
     * @return gradient with respect to input
     */
    default Tensor crossEntropyGradient(
            Tensor input, long[] target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.CROSS_ENTROPY, "crossEntropyGradient");
    }

    /**
     * Cross entropy between scores and probabilities.
     *
     * @param input scores
     * @param target a probability for each class, sample and position: the shape of the scores
     * @param options weights, smoothing and reduction; the mean divides by the number of samples and positions
     * @return one loss for each sample and position, or a tensor without dimensions
     */
    default Tensor crossEntropyProbabilities(Tensor input, Tensor target, ClassLossOptions options) {
        throw new NotClaimedException(this, Operation.CROSS_ENTROPY_PROB, "crossEntropyProbabilities");
    }

    /**
     * Gradients of {@link #crossEntropyProbabilities}.
     *
     * @param input scores
     * @param target a probability for each class, sample and position
     * @param options weights, smoothing and reduction
     * @param gradOutput gradient with respect to each loss; null for reduced losses
     * @return gradients with respect to scores and probabilities
     */
    default TwoGradients crossEntropyProbabilitiesGradient(
            Tensor input, Tensor target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.CROSS_ENTROPY_PROB, "crossEntropyProbabilitiesGradient");
    }
}
