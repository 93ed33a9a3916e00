// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.oracle;

import ch.obermuhlner.math.big.BigDecimalMath;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.UnaryOperator;

/**
 * Functions of single numbers to some 40 digits. What overflows every type is {@code 1e5000}, what underflows every type is 0 or
 * {@code 1e-5000}.
 */
public final class ExactPoint {
    /** Half the distance over which {@link #slope} takes a difference. */
    private static final BigDecimal STEP = new BigDecimal("1e-14");

    /** Error of a {@link #slope}, for functions and derivatives of moderate size. */
    public static final double SLOPE_ERROR = 1e-24;

    /** Logarithms near 1 lose up to 16 digits. */
    private static final MathContext WIDE = new MathContext(62);

    private static final BigDecimal HUGE = new BigDecimal("1e5000");
    private static final BigDecimal TINY = new BigDecimal("1e-5000");
    private static final BigDecimal SERIES = new BigDecimal("1e-20");
    private static final BigDecimal LARGEST_EXPONENT = BigDecimal.valueOf(2000);
    private static final BigDecimal THREE = BigDecimal.valueOf(3);

    private ExactPoint() {}

    /**
     * {@code exp(x)}.
     *
     * @param x any number
     * @return its exponential
     */
    public static BigDecimal exp(BigDecimal x) {
        if (x.abs().compareTo(LARGEST_EXPONENT) > 0) {
            return x.signum() > 0 ? HUGE : TINY;
        }
        return BigDecimalMath.exp(x, WIDE);
    }

    /**
     * {@code exp(x) - 1}.
     *
     * @param x any number
     * @return that difference, with all digits
     */
    public static BigDecimal expm1(BigDecimal x) {
        if (x.abs().compareTo(SERIES) < 0) {
            return x.add(x.multiply(x, WIDE).divide(BigDecimal.TWO, WIDE), WIDE);
        }
        return exp(x).subtract(BigDecimal.ONE, WIDE);
    }

    /**
     * {@code log(x)}.
     *
     * @param x a positive number
     * @return its natural logarithm
     */
    public static BigDecimal log(BigDecimal x) {
        return BigDecimalMath.log(x, WIDE);
    }

    /**
     * {@code log(1 + x)}.
     *
     * @param x a number above -1
     * @return that logarithm, with all digits
     */
    public static BigDecimal log1p(BigDecimal x) {
        if (x.abs().compareTo(SERIES) < 0) {
            BigDecimal square = x.multiply(x, WIDE);
            return x.subtract(square.divide(BigDecimal.TWO, WIDE), WIDE)
                    .add(square.multiply(x, WIDE).divide(THREE, WIDE), WIDE);
        }
        return log(BigDecimal.ONE.add(x));
    }

    /**
     * {@code 1 / (1 + exp(-x))}.
     *
     * @param x any number
     * @return its sigmoid
     */
    public static BigDecimal sigmoid(BigDecimal x) {
        return BigDecimal.ONE.divide(BigDecimal.ONE.add(exp(x.negate())), WIDE);
    }

    /**
     * {@code log(1 + exp(x))}.
     *
     * @param x any number
     * @return the soft maximum of x and 0
     */
    public static BigDecimal softplus(BigDecimal x) {
        BigDecimal rest = log1p(exp(x.abs().negate()));
        return x.signum() > 0 ? x.add(rest) : rest;
    }

    /**
     * {@code tanh(x)}.
     *
     * @param x any number
     * @return its hyperbolic tangent
     */
    public static BigDecimal tanh(BigDecimal x) {
        BigDecimal twice = x.abs().multiply(BigDecimal.TWO);
        BigDecimal magnitude = twice.compareTo(LARGEST_EXPONENT) > 0
                ? BigDecimal.ONE
                : expm1(twice).divide(exp(twice).add(BigDecimal.ONE), WIDE);
        return x.signum() < 0 ? magnitude.negate() : magnitude;
    }

    /**
     * A derivative as a central difference, to {@link #SLOPE_ERROR}.
     *
     * @param function the function
     * @param x where
     * @return its derivative there
     */
    public static BigDecimal slope(UnaryOperator<BigDecimal> function, BigDecimal x) {
        BigDecimal rise = function.apply(x.add(STEP)).subtract(function.apply(x.subtract(STEP)));
        return rise.divide(STEP.add(STEP), WIDE);
    }
}
