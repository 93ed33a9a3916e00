// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/**
 * What a mean divides the sum of the losses by.
 *
 * @param kind how the number is found
 * @param number the caller's number; of no meaning for the other kinds
 */
public record Denominator(Kind kind, double number) {
    /** PyTorch's own, which depends on the loss. */
    public static final Denominator DEFAULT = new Denominator(Kind.DEFAULT, Double.NaN);

    /** How the number is found. */
    public enum Kind {
        /** As PyTorch does for this loss. */
        DEFAULT,
        /** The sum of the weights that were applied: of the classes that are not ignored, or of the elements. */
        WEIGHTED,
        /** The number of losses that are not ignored, whatever their weights. */
        VALID_COUNT,
        /** The size of dimension 0; 1 for a single sample without a batch dimension. */
        BATCH,
        /** The number of losses before the reduction, ignored ones included. */
        ELEMENTS,
        /** The caller's number. */
        GIVEN
    }

    /**
     * A denominator without a number.
     *
     * @param kind any but {@link Kind#GIVEN}
     * @return the denominator
     */
    public static Denominator of(Kind kind) {
        return new Denominator(kind, Double.NaN);
    }

    /**
     * The caller's number.
     *
     * @param number what to divide by
     * @return the denominator
     */
    public static Denominator given(double number) {
        return new Denominator(Kind.GIVEN, number);
    }
}
