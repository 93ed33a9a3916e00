// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/**
 * Options of the Kullback-Leibler divergence, with PyTorch's meaning.
 *
 * @param logTarget whether the targets are log-probabilities
 * @param reduction what becomes of the elements' losses
 * @param policies choices besides PyTorch's
 */
public record KlDivOptions(boolean logTarget, Reduction reduction, Policies policies) {
    /** Targets are probabilities, mean over all elements. */
    public static final KlDivOptions DEFAULT = new KlDivOptions(false, Reduction.MEAN, Policies.PYTORCH);

    /**
     * Changes what the targets are.
     *
     * @param newLogTarget whether they are log-probabilities
     * @return the changed options
     */
    public KlDivOptions withLogTarget(boolean newLogTarget) {
        return new KlDivOptions(newLogTarget, reduction, policies);
    }

    /**
     * Changes the reduction.
     *
     * @param newReduction what becomes of the elements' losses
     * @return the changed options
     */
    public KlDivOptions withReduction(Reduction newReduction) {
        return new KlDivOptions(logTarget, newReduction, policies);
    }

    /**
     * Changes the choices besides PyTorch's.
     *
     * @param newPolicies the choices
     * @return the changed options
     */
    public KlDivOptions withPolicies(Policies newPolicies) {
        return new KlDivOptions(logTarget, reduction, newPolicies);
    }
}
