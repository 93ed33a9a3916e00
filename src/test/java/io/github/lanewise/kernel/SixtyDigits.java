// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import ch.obermuhlner.math.big.BigDecimalMath;
import java.math.BigDecimal;
import java.math.MathContext;

/** Elementary functions of a double to about 60 significant digits. */
final class SixtyDigits {
    private static final MathContext DIGITS = new MathContext(60);

    /** Below 2^-70 four terms of a series in x give 60 digits, and 1 + x would need too many. */
    private static final double SMALL = 0x1p-70;

    /** Digits that survive a cancellation of numbers near 1, which for {@code |x| >= SMALL} costs at most 22. */
    private static final MathContext DIGITS_BESIDE_ONE = new MathContext(85);

    private SixtyDigits() {}

    static BigDecimal exp(double x) {
        return BigDecimalMath.exp(new BigDecimal(x), DIGITS);
    }

    static BigDecimal expm1(double x) {
        if (Math.abs(x) < SMALL) {
            return series(new BigDecimal(x), 1, 2, 6, 24);
        }
        return BigDecimalMath.exp(new BigDecimal(x), DIGITS_BESIDE_ONE).subtract(BigDecimal.ONE);
    }

    static BigDecimal log(double x) {
        return BigDecimalMath.log(new BigDecimal(x), DIGITS_BESIDE_ONE);
    }

    static BigDecimal log1p(double x) {
        if (Math.abs(x) < SMALL) {
            return series(new BigDecimal(x), 1, -2, 3, -4);
        }
        return BigDecimalMath.log(new BigDecimal(x).add(BigDecimal.ONE), DIGITS_BESIDE_ONE);
    }

    static BigDecimal sigmoid(double x) {
        BigDecimal e = exp(-x);
        return BigDecimal.ONE.divide(BigDecimal.ONE.add(e), DIGITS);
    }

    static BigDecimal logSigmoid(double x) {
        return softplus(-x).negate();
    }

    static BigDecimal softplus(double x) {
        BigDecimal e = BigDecimalMath.exp(new BigDecimal(x), DIGITS_BESIDE_ONE);
        return x < -60 ? series(e, 1, -2, 3, -4) : BigDecimalMath.log(BigDecimal.ONE.add(e), DIGITS_BESIDE_ONE);
    }

    static BigDecimal tanh(double x) {
        BigDecimal m = expm1(2 * x);
        return m.divide(m.add(BigDecimal.valueOf(2)), DIGITS);
    }

    /** The sum of {@code x^k / divisors[k - 1]}. */
    private static BigDecimal series(BigDecimal x, int... divisors) {
        BigDecimal power = BigDecimal.ONE;
        BigDecimal sum = BigDecimal.ZERO;
        for (int divisor : divisors) {
            power = power.multiply(x, DIGITS);
            sum = sum.add(power.divide(BigDecimal.valueOf(divisor), DIGITS));
        }
        return sum;
    }
}
