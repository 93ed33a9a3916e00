// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/**
 * Sums of the losses of a part of a batch, whatever the reduction in the options. The sums of the parts of a batch add up to
 * that of the whole. With {@link Capability#LOSS_SUMS} every loss that is claimed has one.
 */
public interface LossSums extends Claims {
    /**
     * The sum of {@link ClassLosses#nllLoss}.
     *
     * @param input as there
     * @param target as there
     * @param options as there; the denominator follows from them
     * @return the sum
     */
    default LossPart nllLossSum(Tensor input, long[] target, ClassLossOptions options) {
        throw new NotClaimedException(this, Capability.LOSS_SUMS, "nllLossSum");
    }

    /**
     * The sum of {@link ClassLosses#crossEntropy}.
     *
     * @param input as there
     * @param target as there
     * @param options as there; the denominator follows from them
     * @return the sum
     */
    default LossPart crossEntropySum(Tensor input, long[] target, ClassLossOptions options) {
        throw new NotClaimedException(this, Capability.LOSS_SUMS, "crossEntropySum");
    }

    /**
     * The sum of {@link ClassLosses#crossEntropyProbabilities}.
     *
     * @param input as there
     * @param target as there
     * @param options as there; the denominator follows from them
     * @return the sum
     */
    default LossPart crossEntropyProbabilitiesSum(Tensor input, Tensor target, ClassLossOptions options) {
        throw new NotClaimedException(this, Capability.LOSS_SUMS, "crossEntropyProbabilitiesSum");
    }

    /**
     * The sum of {@link PairLosses#binaryCrossEntropy}.
     *
     * @param input as there
     * @param target as there
     * @param options as there; the denominator follows from them
     * @return the sum
     */
    default LossPart binaryCrossEntropySum(Tensor input, Tensor target, BinaryLossOptions options) {
        throw new NotClaimedException(this, Capability.LOSS_SUMS, "binaryCrossEntropySum");
    }

    /**
     * The sum of {@link PairLosses#binaryCrossEntropyWithLogits}.
     *
     * @param input as there
     * @param target as there
     * @param options as there; the denominator follows from them
     * @return the sum
     */
    default LossPart binaryCrossEntropyWithLogitsSum(Tensor input, Tensor target, BinaryLossOptions options) {
        throw new NotClaimedException(this, Capability.LOSS_SUMS, "binaryCrossEntropyWithLogitsSum");
    }

    /**
     * The sum of {@link PairLosses#klDiv}.
     *
     * @param input as there
     * @param target as there
     * @param options as there; the denominator follows from them
     * @return the sum
     */
    default LossPart klDivSum(Tensor input, Tensor target, KlDivOptions options) {
        throw new NotClaimedException(this, Capability.LOSS_SUMS, "klDivSum");
    }

    /**
     * The sum of {@link PairLosses#cosineEmbeddingLoss}.
     *
     * @param first as there
     * @param second as there
     * @param target as there
     * @param options as there; the denominator follows from them
     * @return the sum
     */
    default LossPart cosineEmbeddingLossSum(Tensor first, Tensor second, Indices target, CosineOptions options) {
        throw new NotClaimedException(this, Capability.LOSS_SUMS, "cosineEmbeddingLossSum");
    }
}
