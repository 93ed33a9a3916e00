// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/** What an implementation may offer besides its operations. The kit asks for nothing of this that is not listed. */
public enum Capability {
    /**
     * Gradients of binary cross entropy, from probabilities and from logits, with respect to the targets. Those of the other
     * losses with two gradients come with the operation.
     */
    TARGET_GRADIENTS,
    /** {@link BinaryLossOptions#exact}: binary cross entropy without the limit of 100. */
    EXACT_BINARY_CROSS_ENTROPY,
    /** {@link Smoothing#OTHER_CLASSES}. */
    SMOOTHING_OTHER_CLASSES,
    /** {@link Smoothing#TARGET_WEIGHT}. */
    SMOOTHING_TARGET_WEIGHT,
    /** {@link Policies#indeterminate} may be {@link Indeterminate#LIMIT}. */
    INDETERMINATE_LIMIT,
    /** {@link Policies#onEmpty} may be other than NaN. */
    EMPTY_MEAN,
    /** {@link Policies#onMaskedRow} may be other than NaN. */
    MASKED_ROWS,
    /** {@link Policies#denominator} may be any. */
    DENOMINATORS,
    /** The sums of the losses that {@link LossSums} speaks of. */
    LOSS_SUMS
}
