// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import java.math.BigDecimal;

/** The number type that an implementation computes in. The kit carries all values as double and rounds them to this type. */
public enum Precision {
    /** IEEE 754 binary32. */
    FLOAT(24, -126, Float.MAX_VALUE),
    /** IEEE 754 binary64. */
    DOUBLE(53, -1022, Double.MAX_VALUE);

    private final int significandBits;
    private final int lowestExponent;
    private final double largest;

    Precision(int significandBits, int lowestExponent, double largest) {
        this.significandBits = significandBits;
        this.lowestExponent = lowestExponent;
        this.largest = largest;
    }

    /**
     * The largest finite number of this type.
     *
     * @return that number
     */
    public double largest() {
        return largest;
    }

    /**
     * The smallest normal number of this type.
     *
     * @return that number
     */
    public double smallestNormal() {
        return Math.scalb(1.0, lowestExponent);
    }

    /**
     * Distance from 1 to the next larger number: one ulp relative to the value, at most.
     *
     * @return the distance
     */
    public double epsilon() {
        return Math.scalb(1.0, 1 - significandBits);
    }

    /**
     * Rounds to this type.
     *
     * @param value any number
     * @return the nearest number of this type; infinite if too large
     */
    public double round(double value) {
        return this == FLOAT ? (float) value : value;
    }

    /**
     * Rounds an exact number to this type, in one step.
     *
     * @param value an exact number
     * @return the nearest number of this type; infinite if too large
     */
    public double round(BigDecimal value) {
        return this == FLOAT ? value.floatValue() : value.doubleValue();
    }

    /**
     * The spacing of numbers of this type at a magnitude; at least that of subnormal numbers.
     *
     * @param value a finite number
     * @return the spacing
     */
    public double ulp(double value) {
        double magnitude = Math.min(Math.abs(value), largest);
        int exponent = Math.max(Math.getExponent(magnitude), lowestExponent);
        return Math.scalb(1.0, exponent - significandBits + 1);
    }

    /**
     * How far a result is from the exact value, in ulp of that value.
     *
     * @param got the result
     * @param exact the exact value
     * @return the distance; infinite if the result is NaN, or infinite where the exact value rounds to a finite number
     */
    public double ulpError(double got, BigDecimal exact) {
        if (!Double.isFinite(got)) {
            return got == round(exact) ? 0.0 : Double.POSITIVE_INFINITY;
        }
        double distance = new BigDecimal(got).subtract(exact).abs().doubleValue();
        return distance / ulp(exact.doubleValue());
    }

    /**
     * How far two finite results are apart, in ulp of the larger one.
     *
     * @param a a result
     * @param b another
     * @return the distance; 0 if both are NaN or the same infinity, infinite if only one of them is
     */
    public double ulpDistance(double a, double b) {
        if (a == b || (Double.isNaN(a) && Double.isNaN(b))) {
            return 0.0;
        }
        if (!Double.isFinite(a) || !Double.isFinite(b)) {
            return Double.POSITIVE_INFINITY;
        }
        return Math.abs(a - b) / ulp(Math.max(Math.abs(a), Math.abs(b)));
    }
}
