// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

/**
 * What {@link Reduction#MEAN} divides the sum of the losses by. Each loss states its default, which is PyTorch's.
 *
 * <p>Immutable; {@link #given} makes further ones.
 */
public final class Denominator {
    /** The sum of the weights that were applied: for class indices of the target classes that are not ignored. */
    public static final Denominator WEIGHTED = new Denominator("WEIGHTED", Double.NaN);

    /** The number of samples that are not ignored, whatever their weights. */
    public static final Denominator VALID_COUNT = new Denominator("VALID_COUNT", Double.NaN);

    /** The size of dimension 0; 1 for a single sample without a batch dimension. */
    public static final Denominator BATCH = new Denominator("BATCH", Double.NaN);

    /** The number of losses before the reduction, ignored ones included. */
    public static final Denominator ELEMENTS = new Denominator("ELEMENTS", Double.NaN);

    private final String name;
    private final double number;

    private Denominator(String name, double number) {
        this.name = name;
        this.number = number;
    }

    /**
     * A number of the caller's: the tokens of all micro-batches of a step, say. It is the same for every part of a batch, so that the means
     * of the parts add up to the mean of the whole, and so do their {@linkplain LossSum sums}.
     *
     * @param number what to divide by, finite and not 0
     * @return the denominator
     * @throws IllegalArgumentException if the number is 0, infinite or NaN
     */
    public static Denominator given(double number) {
        if (!Double.isFinite(number) || number == 0.0) {
            throw new IllegalArgumentException(
                    "denominator " + number + " can't divide a sum; give a finite number other than 0");
        }
        return new Denominator("given(" + number + ")", number);
    }

    /** Whether the caller gave the number. */
    boolean isGiven() {
        return !Double.isNaN(number);
    }

    /** The caller's number. */
    double number() {
        return number;
    }

    /**
     * The name of the constant, or the number.
     *
     * @return a description for messages
     */
    @Override
    public String toString() {
        return name;
    }
}
