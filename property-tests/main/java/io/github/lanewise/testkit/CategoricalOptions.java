// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/**
 * What describes a distribution over the last dimension.
 *
 * @param from probabilities, which are divided by their sum, or logits
 * @param indeterminate what a probability of 0 times an infinite logarithm is
 */
public record CategoricalOptions(From from, Indeterminate indeterminate) {
    /** Probabilities. */
    public static final CategoricalOptions PROBABILITIES =
            new CategoricalOptions(From.PROBABILITIES, Indeterminate.NAN);

    /** Logits. */
    public static final CategoricalOptions LOGITS = new CategoricalOptions(From.LOGITS, Indeterminate.NAN);

    /** What the numbers are. */
    public enum From {
        /**
         * Probabilities up to a common factor; their logarithms are taken after they are kept in {@code [eps, 1 - eps]}, eps
         * being the type's.
         */
        PROBABILITIES,
        /** Log-probabilities up to a common summand. */
        LOGITS
    }

    /**
     * Changes what a probability of 0 times an infinite logarithm is.
     *
     * @param newIndeterminate what it is; {@link Capability#INDETERMINATE_LIMIT}
     * @return the changed options
     */
    public CategoricalOptions withIndeterminate(Indeterminate newIndeterminate) {
        return new CategoricalOptions(from, newIndeterminate);
    }
}
