// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import org.jspecify.annotations.Nullable;

/**
 * Options of binary cross entropy, from probabilities and from logits, with PyTorch's meaning.
 *
 * @param weight a factor for each element, of a shape that can be broadcast to the targets', or null for 1
 * @param positiveWeight a factor for the positive part of each element, likewise; from logits only
 * @param exact from probabilities only: whether the loss is the formula's, rather than limited to 100;
 *     {@link Capability#EXACT_BINARY_CROSS_ENTROPY}
 * @param reduction what becomes of the elements' losses
 * @param policies choices besides PyTorch's
 */
public record BinaryLossOptions(
        @Nullable Tensor weight,
        @Nullable Tensor positiveWeight,
        boolean exact,
        Reduction reduction,
        Policies policies) {
    /** No weights, mean. */
    public static final BinaryLossOptions DEFAULT =
            new BinaryLossOptions(null, null, false, Reduction.MEAN, Policies.PYTORCH);

    /**
     * Changes the weights.
     *
     * @param newWeight a factor for each element, or null for 1
     * @return the changed options
     */
    public BinaryLossOptions withWeight(@Nullable Tensor newWeight) {
        return new BinaryLossOptions(newWeight, positiveWeight, exact, reduction, policies);
    }

    /**
     * Changes the weights of the positive part.
     *
     * @param newPositiveWeight a factor for the positive part of each element, or null for 1
     * @return the changed options
     */
    public BinaryLossOptions withPositiveWeight(@Nullable Tensor newPositiveWeight) {
        return new BinaryLossOptions(weight, newPositiveWeight, exact, reduction, policies);
    }

    /**
     * Changes whether the loss is limited.
     *
     * @param newExact whether the loss is the formula's
     * @return the changed options
     */
    public BinaryLossOptions withExact(boolean newExact) {
        return new BinaryLossOptions(weight, positiveWeight, newExact, reduction, policies);
    }

    /**
     * Changes the reduction.
     *
     * @param newReduction what becomes of the elements' losses
     * @return the changed options
     */
    public BinaryLossOptions withReduction(Reduction newReduction) {
        return new BinaryLossOptions(weight, positiveWeight, exact, newReduction, policies);
    }

    /**
     * Changes the choices besides PyTorch's.
     *
     * @param newPolicies the choices
     * @return the changed options
     */
    public BinaryLossOptions withPolicies(Policies newPolicies) {
        return new BinaryLossOptions(weight, positiveWeight, exact, reduction, newPolicies);
    }
}
