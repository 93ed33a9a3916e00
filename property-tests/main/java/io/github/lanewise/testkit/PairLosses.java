// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import org.jspecify.annotations.Nullable;

/** Losses between tensors of one shape, element by element, with weights that are repeated to it, and between pairs of vectors. */
public interface PairLosses extends Claims {
    /**
     * Binary cross entropy of probabilities: {@code -y log(x) - (1 - y) log(1 - x)}, both logarithms limited to at least -100.
     *
     * @param input probabilities, in [0, 1]
     * @param target a probability for each, in [0, 1]
     * @param options weights, exactness and reduction
     * @return one loss for each element, or a tensor without dimensions
     */
    default Tensor binaryCrossEntropy(Tensor input, Tensor target, BinaryLossOptions options) {
        throw new NotClaimedException(this, Operation.BINARY_CROSS_ENTROPY, "binaryCrossEntropy");
    }

    /**
     * Gradients of {@link #binaryCrossEntropy}.
     *
     * @param input probabilities
     * @param target a probability for each
     * @param options weights, exactness and reduction
     * @param gradOutput gradient with respect to each loss; null for reduced losses
     * @return gradients with respect to input and, with {@link Capability#TARGET_GRADIENTS}, target
     */
    default TwoGradients binaryCrossEntropyGradient(
            Tensor input, Tensor target, BinaryLossOptions options, @Nullable Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.BINARY_CROSS_ENTROPY, "binaryCrossEntropyGradient");
    }

    /**
     * Binary cross entropy of logits: {@code (1 - y) x - (1 + (w - 1) y) log(sigmoid(x))}, w being the positive weight.
     *
     * @param input logits
     * @param target a probability for each; any number will do
     * @param options weights and reduction
     * @return one loss for each element, or a tensor without dimensions
     */
    default Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target, BinaryLossOptions options) {
        throw new NotClaimedException(this, Operation.BINARY_CROSS_ENTROPY_WITH_LOGITS, "binaryCrossEntropyWithLogits");
    }

    /**
     * Gradients of {@link #binaryCrossEntropyWithLogits}.
     *
     * @param input logits
     * @param target a probability for each
     * @param options weights and reduction
     * @param gradOutput gradient with respect to each loss; null for reduced losses
     * @return gradients with respect to input and, with {@link Capability#TARGET_GRADIENTS}, target
     */
    default TwoGradients binaryCrossEntropyWithLogitsGradient(
            Tensor input, Tensor target, BinaryLossOptions options, @Nullable Tensor gradOutput) {
        throw new NotClaimedException(
                this, Operation.BINARY_CROSS_ENTROPY_WITH_LOGITS, "binaryCrossEntropyWithLogitsGradient");
    }

    /**
     * Kullback-Leibler divergence, element by element: {@code t (log(t) - x)}.
     *
     * @param input log-probabilities
     * @param target probabilities, or log-probabilities if the options say so
     * @param options what the targets are, and reduction
     * @return one loss for each element, or a tensor without dimensions
     */
    default Tensor klDiv(Tensor input, Tensor target, KlDivOptions options) {
        throw new NotClaimedException(this, Operation.KL_DIV, "klDiv");
    }

    /**
     * Gradients of {@link #klDiv}.
     *
     * @param input log-probabilities
     * @param target probabilities, or log-probabilities
     * @param options what the targets are, and reduction
     * @param gradOutput gradient with respect to each loss; null for reduced losses
     * @return gradients with respect to input and target
     */
    default TwoGradients klDivGradient(Tensor input, Tensor target, KlDivOptions options, @Nullable Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.KL_DIV, "klDivGradient");
    }

    /**
     * Cosine embedding loss: with {@code cos = x1.x2 / sqrt((|x1|^2 + 1e-12) (|x2|^2 + 1e-12))} it is {@code 1 - cos} for the
     * target 1, {@code max(0, cos - margin)} for the target -1, and 0 for any other.
     *
     * @param first vectors of shape (N, D), or one of shape (D)
     * @param second vectors of the same shape
     * @param target whether the vectors of a pair are to be alike, of shape (N) or without dimensions
     * @param options margin and reduction
     * @return one loss for each pair, or a tensor without dimensions
     */
    default Tensor cosineEmbeddingLoss(Tensor first, Tensor second, Indices target, CosineOptions options) {
        throw new NotClaimedException(this, Operation.COSINE_EMBEDDING_LOSS, "cosineEmbeddingLoss");
    }

    /**
     * Gradients of {@link #cosineEmbeddingLoss}.
     *
     * @param first vectors
     * @param second vectors
     * @param target whether the vectors of a pair are to be alike
     * @param options margin and reduction
     * @param gradOutput gradient with respect to each loss; null for reduced losses
     * @return gradients with respect to both vectors
     */
    default TwoGradients cosineEmbeddingLossGradient(
            Tensor first, Tensor second, Indices target, CosineOptions options, @Nullable Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.COSINE_EMBEDDING_LOSS, "cosineEmbeddingLossGradient");
    }
}
