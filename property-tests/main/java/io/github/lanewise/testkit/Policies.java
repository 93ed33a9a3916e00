// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/**
 * Choices that an implementation may offer besides what PyTorch does. One that does not claim the {@link Capability} for a
 * choice never meets another than PyTorch's.
 *
 * @param indeterminate what 0 times infinity is; {@link Capability#INDETERMINATE_LIMIT}
 * @param onEmpty the mean of a batch in which nothing counts; {@link Capability#EMPTY_MEAN}
 * @param onMaskedRow the results of a row whose scores are all negative infinity; {@link Capability#MASKED_ROWS}
 * @param denominator what a mean divides by; {@link Capability#DENOMINATORS}
 */
public record Policies(Indeterminate indeterminate, OnEmpty onEmpty, OnEmpty onMaskedRow, Denominator denominator) {
    /** PyTorch's choices. */
    public static final Policies PYTORCH =
            new Policies(Indeterminate.NAN, OnEmpty.NAN, OnEmpty.NAN, Denominator.DEFAULT);

    /**
     * Changes what 0 times infinity is.
     *
     * @param newIndeterminate what it is
     * @return the changed choices
     */
    public Policies withIndeterminate(Indeterminate newIndeterminate) {
        return new Policies(newIndeterminate, onEmpty, onMaskedRow, denominator);
    }

    /**
     * Changes the mean of a batch in which nothing counts.
     *
     * @param newOnEmpty what it is
     * @return the changed choices
     */
    public Policies withOnEmpty(OnEmpty newOnEmpty) {
        return new Policies(indeterminate, newOnEmpty, onMaskedRow, denominator);
    }

    /**
     * Changes the results of a row whose scores are all negative infinity.
     *
     * @param newOnMaskedRow what they are
     * @return the changed choices
     */
    public Policies withOnMaskedRow(OnEmpty newOnMaskedRow) {
        return new Policies(indeterminate, onEmpty, newOnMaskedRow, denominator);
    }

    /**
     * Changes what a mean divides by.
     *
     * @param newDenominator what it divides by
     * @return the changed choices
     */
    public Policies withDenominator(Denominator newDenominator) {
        return new Policies(indeterminate, onEmpty, onMaskedRow, newDenominator);
    }
}
