// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.oracle;

import java.math.BigDecimal;

/**
 * Two vectors and the cosine between them, to 40 digits:
 * {@code a.b / sqrt((|a|^2 + e) (|b|^2 + e))} with PyTorch's e, the float nearest to 1e-12.
 */
public final class ExactPair {
    private static final BigDecimal EPSILON = new BigDecimal("9.999999960041972002500187954865396022796630859375E-13");

    private final double[] first;
    private final double[] second;
    private final BigDecimal squareOfFirst;
    private final BigDecimal squareOfSecond;
    private final BigDecimal root;
    private final BigDecimal cosine;

    /**
     * A pair.
     *
     * @param first a vector; kept
     * @param second another of the same length; kept
     */
    public ExactPair(double[] first, double[] second) {
        this.first = first;
        this.second = second;
        this.squareOfFirst = dot(first, first).add(EPSILON);
        this.squareOfSecond = dot(second, second).add(EPSILON);
        this.root = squareOfFirst.multiply(squareOfSecond).sqrt(ExactRow.CONTEXT);
        this.cosine = dot(first, second).divide(root, ExactRow.CONTEXT);
    }

    private static BigDecimal dot(double[] a, double[] b) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < a.length; i++) {
            sum = sum.add(new BigDecimal(a[i]).multiply(new BigDecimal(b[i])));
        }
        return sum;
    }

    /**
     * The cosine.
     *
     * @return a number of [-1, 1]
     */
    public BigDecimal cosine() {
        return cosine;
    }

    /**
     * Derivative of the cosine with respect to the first vector: {@code b / sqrt(..) - cosine a / (|a|^2 + e)}.
     *
     * @param i the element
     * @return the derivative
     */
    public BigDecimal slopeOfFirst(int i) {
        return slope(second[i], first[i], squareOfFirst);
    }

    /**
     * Derivative of the cosine with respect to the second vector.
     *
     * @param i the element
     * @return the derivative
     */
    public BigDecimal slopeOfSecond(int i) {
        return slope(first[i], second[i], squareOfSecond);
    }

    private BigDecimal slope(double other, double own, BigDecimal square) {
        return new BigDecimal(other)
                .divide(root, ExactRow.CONTEXT)
                .subtract(cosine.multiply(new BigDecimal(own)).divide(square, ExactRow.CONTEXT));
    }

    /**
     * The magnitudes of the terms of {@link #slopeOfFirst}, with 1 for the cosine.
     *
     * @param i the element
     * @return their sum
     */
    public double magnitudeOfFirst(int i) {
        return Math.abs(second[i]) / root.doubleValue() + Math.abs(first[i]) / squareOfFirst.doubleValue();
    }

    /**
     * The magnitudes of the terms of {@link #slopeOfSecond}, with 1 for the cosine.
     *
     * @param i the element
     * @return their sum
     */
    public double magnitudeOfSecond(int i) {
        return Math.abs(first[i]) / root.doubleValue() + Math.abs(second[i]) / squareOfSecond.doubleValue();
    }
}
