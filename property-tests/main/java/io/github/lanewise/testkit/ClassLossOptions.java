// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import org.jspecify.annotations.Nullable;

/**
 * Options of the losses over classes, with PyTorch's meaning.
 *
 * @param weight a weight for each class, or null for 1
 * @param ignoreIndex the target whose samples do not count
 * @param labelSmoothing the share of the target that is spread
 * @param smoothing how it is spread
 * @param reduction what becomes of the samples' losses
 * @param policies choices besides PyTorch's
 */
public record ClassLossOptions(
        @Nullable Tensor weight,
        long ignoreIndex,
        double labelSmoothing,
        Smoothing smoothing,
        Reduction reduction,
        Policies policies) {
    /** The target that PyTorch ignores unless told otherwise. */
    public static final long DEFAULT_IGNORE_INDEX = -100L;

    /** No weights, {@value #DEFAULT_IGNORE_INDEX} ignored, no smoothing, mean. */
    public static final ClassLossOptions DEFAULT = new ClassLossOptions(
            null, DEFAULT_IGNORE_INDEX, 0.0, Smoothing.ALL_CLASSES, Reduction.MEAN, Policies.PYTORCH);

    /**
     * Changes the weights.
     *
     * @param newWeight a weight for each class, or null for 1
     * @return the changed options
     */
    public ClassLossOptions withWeight(@Nullable Tensor newWeight) {
        return new ClassLossOptions(newWeight, ignoreIndex, labelSmoothing, smoothing, reduction, policies);
    }

    /**
     * Changes the ignored target.
     *
     * @param newIgnoreIndex the target whose samples do not count
     * @return the changed options
     */
    public ClassLossOptions withIgnoreIndex(long newIgnoreIndex) {
        return new ClassLossOptions(weight, newIgnoreIndex, labelSmoothing, smoothing, reduction, policies);
    }

    /**
     * Changes the smoothing.
     *
     * @param newLabelSmoothing the share of the target that is spread
     * @return the changed options
     */
    public ClassLossOptions withLabelSmoothing(double newLabelSmoothing) {
        return new ClassLossOptions(weight, ignoreIndex, newLabelSmoothing, smoothing, reduction, policies);
    }

    /**
     * Changes how the share is spread.
     *
     * @param newSmoothing how it is spread
     * @return the changed options
     */
    public ClassLossOptions withSmoothing(Smoothing newSmoothing) {
        return new ClassLossOptions(weight, ignoreIndex, labelSmoothing, newSmoothing, reduction, policies);
    }

    /**
     * Changes the choices besides PyTorch's.
     *
     * @param newPolicies the choices
     * @return the changed options
     */
    public ClassLossOptions withPolicies(Policies newPolicies) {
        return new ClassLossOptions(weight, ignoreIndex, labelSmoothing, smoothing, reduction, newPolicies);
    }

    /**
     * Changes the reduction.
     *
     * @param newReduction what becomes of the samples' losses
     * @return the changed options
     */
    public ClassLossOptions withReduction(Reduction newReduction) {
        return new ClassLossOptions(weight, ignoreIndex, labelSmoothing, smoothing, newReduction, policies);
    }

    /**
     * The weight of a class.
     *
     * @param index the class
     * @return its weight, 1 if there are none
     */
    public double weightOf(int index) {
        return weight == null ? 1.0 : weight.get(index);
    }
}
