// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/**
 * Options of the cosine embedding loss, with PyTorch's meaning.
 *
 * @param margin the similarity up to which unlike pairs cost nothing
 * @param reduction what becomes of the pairs' losses
 * @param policies choices besides PyTorch's
 */
public record CosineOptions(double margin, Reduction reduction, Policies policies) {
    /** Margin 0, mean. */
    public static final CosineOptions DEFAULT = new CosineOptions(0.0, Reduction.MEAN, Policies.PYTORCH);

    /**
     * Changes the margin.
     *
     * @param newMargin the similarity up to which unlike pairs cost nothing
     * @return the changed options
     */
    public CosineOptions withMargin(double newMargin) {
        return new CosineOptions(newMargin, reduction, policies);
    }

    /**
     * Changes the reduction.
     *
     * @param newReduction what becomes of the pairs' losses
     * @return the changed options
     */
    public CosineOptions withReduction(Reduction newReduction) {
        return new CosineOptions(margin, newReduction, policies);
    }

    /**
     * Changes the choices besides PyTorch's.
     *
     * @param newPolicies the choices
     * @return the changed options
     */
    public CosineOptions withPolicies(Policies newPolicies) {
        return new CosineOptions(margin, reduction, newPolicies);
    }
}
