// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * The number {@code (high + low) * 2^exponent} with {@code |low|} at most half an ulp of {@code high}: some 100 bits of a
 * function value, a hundred times cheaper than a BigDecimal, so that a test can afford a million of them. The exponent
 * keeps results near the ends of the double range from losing their low part.
 *
 * <p>Sums and products are the usual error-free ones of Dekker and Knuth with a fused multiply-add. The test that measures
 * with these numbers compares them with 60-digit values as it goes.
 */
record DoubleDouble(double high, double low, int exponent) {
    /** The number 1. */
    static final DoubleDouble ONE = new DoubleDouble(1.0, 0.0, 0);

    private static final DoubleDouble ZERO = new DoubleDouble(0.0, 0.0, 0);

    private static final double LOG2_E = 0x1.71547652b82fep0;

    // ln 2 = LN2_HIGH + LN2_MIDDLE + LN2_LOW to 2^-162.
    private static final double LN2_HIGH = 0x1.62e42fefa39efp-1;
    private static final double LN2_MIDDLE = 0x1.abc9e3b39803fp-56;
    private static final double LN2_LOW = 0x1.7b57a079a1934p-111;

    /** 1 / k! at index k: enough for a remainder below 2^-108 of expm1(r) at {@code |r| <= 0.35}. */
    private static final DoubleDouble[] INVERSE_FACTORIALS = inverseFactorials(25);

    /** Beyond this exponent a number does not show beside 1 in a DoubleDouble. */
    private static final int NEGLIGIBLE = 120;

    private static DoubleDouble[] inverseFactorials(int count) {
        DoubleDouble[] result = new DoubleDouble[count];
        BigDecimal factorial = BigDecimal.ONE;
        for (int k = 0; k < count; k++) {
            factorial = factorial.multiply(BigDecimal.valueOf(Math.max(k, 1)));
            BigDecimal inverse = BigDecimal.ONE.divide(factorial, new MathContext(60));
            double high = inverse.doubleValue();
            result[k] = new DoubleDouble(
                    high, inverse.subtract(new BigDecimal(high)).doubleValue(), 0);
        }
        return result;
    }

    /** a + b without rounding. */
    static DoubleDouble sum(double a, double b) {
        double high = a + b;
        double part = high - a;
        return new DoubleDouble(high, (a - (high - part)) + (b - part), 0);
    }

    /** a + b where {@code |a| >= |b|}, or a is 0. */
    private static DoubleDouble ordered(double a, double b) {
        double high = a + b;
        return new DoubleDouble(high, b - (high - a), 0);
    }

    /** The value with exponent 0, which it has to fit. */
    private DoubleDouble plain() {
        return exponent == 0 ? this : new DoubleDouble(Math.scalb(high, exponent), Math.scalb(low, exponent), 0);
    }

    /** 2^n times this. */
    DoubleDouble timesPowerOfTwo(int n) {
        return new DoubleDouble(high, low, exponent + n);
    }

    /** -this. */
    DoubleDouble negate() {
        return new DoubleDouble(-high, -low, exponent);
    }

    /** this + other, with a relative error of the result of 2^-100 unless the two cancel. */
    DoubleDouble plus(DoubleDouble other) {
        if (high == 0) {
            return other;
        }
        int distance = other.high == 0
                ? -2 * NEGLIGIBLE
                : other.exponent + Math.getExponent(other.high) - exponent - Math.getExponent(high);
        if (distance < -NEGLIGIBLE) {
            return this;
        }
        if (distance > NEGLIGIBLE) {
            return other;
        }
        DoubleDouble shifted = other.timesPowerOfTwo(-exponent).plain();
        DoubleDouble highs = sum(high, shifted.high);
        DoubleDouble lows = sum(low, shifted.low);
        DoubleDouble first = ordered(highs.high, highs.low + lows.high);
        return ordered(first.high, first.low + lows.low).timesPowerOfTwo(exponent);
    }

    /** this * other. */
    DoubleDouble times(DoubleDouble other) {
        double product = high * other.high;
        double rest = Math.fma(high, other.high, -product);
        rest = Math.fma(high, other.low, Math.fma(low, other.high, rest));
        return ordered(product, rest).timesPowerOfTwo(exponent + other.exponent);
    }

    /** this / other. */
    DoubleDouble over(DoubleDouble other) {
        double first = high / other.high;
        double rest = Math.fma(-first, other.high, high);
        rest = Math.fma(-first, other.low, rest + low);
        return ordered(first, rest / other.high).timesPowerOfTwo(exponent - other.exponent);
    }

    /** e^x for a finite x of magnitude below 2000. */
    static DoubleDouble exp(double x) {
        double n = Math.rint(x * LOG2_E);
        return expm1OfReduced(reduced(x, n)).plus(ONE).timesPowerOfTwo((int) n);
    }

    /** e^x - 1 for a finite x of magnitude below 2000. */
    static DoubleDouble expm1(double x) {
        if (Math.abs(x) < 0x1p-300) {
            // x^2/2 does not show, and products of such numbers would underflow.
            return new DoubleDouble(x, 0.0, 0);
        }
        double n = Math.rint(x * LOG2_E);
        DoubleDouble fraction = expm1OfReduced(reduced(x, n));
        return n == 0 ? fraction : fraction.plus(ONE).timesPowerOfTwo((int) n).plus(ONE.negate());
    }

    /** log x for a finite positive x. */
    static DoubleDouble log(double x) {
        return log(new DoubleDouble(x, 0.0, 0));
    }

    /** log(1 + x) for a finite x above -1. */
    static DoubleDouble log1p(double x) {
        if (Math.abs(x) < 0x1p-300) {
            return new DoubleDouble(x, 0.0, 0);
        }
        return Math.abs(x) < 0.25 ? log1p(new DoubleDouble(x, 0.0, 0)) : log(sum(1.0, x));
    }

    /** 1 / (1 + e^-x) for a finite x of magnitude below 2000. */
    static DoubleDouble sigmoid(double x) {
        DoubleDouble e = exp(-Math.abs(x));
        return (x < 0 ? e : ONE).over(ONE.plus(e));
    }

    /** log(sigmoid(x)) for a finite x of magnitude below 2000. */
    static DoubleDouble logSigmoid(double x) {
        return softplus(-x).negate();
    }

    /** log(1 + e^x) for a finite x of magnitude below 2000. */
    static DoubleDouble softplus(double x) {
        DoubleDouble e = exp(-Math.abs(x));
        DoubleDouble log = e.exponent < -NEGLIGIBLE ? e : e.exponent < -3 ? log1p(e) : log(ONE.plus(e));
        return x > 0 ? new DoubleDouble(x, 0.0, 0).plus(log) : log;
    }

    /** tanh x for a finite x of magnitude below 1000. */
    static DoubleDouble tanh(double x) {
        DoubleDouble m = expm1(-2 * Math.abs(x));
        DoubleDouble quotient = m.over(m.plus(ONE.timesPowerOfTwo(1)));
        return x < 0 ? quotient : quotient.negate();
    }

    /** log of a positive number. */
    static DoubleDouble log(DoubleDouble x) {
        boolean subnormal = x.high < Double.MIN_NORMAL;
        double lifted = subnormal ? x.high * 0x1p60 : x.high;
        int e = Math.getExponent(lifted);
        if (Math.scalb(lifted, -e) > 1.4) {
            e++;
        }
        // log x = e ln 2 + log(1 + f)
        DoubleDouble f = sum(Math.scalb(lifted, -e), -1.0).plus(new DoubleDouble(Math.scalb(x.low, -e), 0.0, 0));
        double n = subnormal ? e - 60 : e;
        DoubleDouble fraction = f.high == 0 ? ZERO : log1p(f);
        return n == 0 ? fraction : reduced(0.0, n).negate().plus(fraction);
    }

    /** log(1 + f) for f in [-0.35, 0.45]: one Newton step from a double. */
    static DoubleDouble log1p(DoubleDouble f) {
        double guess = StrictMath.log1p(f.plain().high);
        DoubleDouble missing =
                f.plus(expm1OfReduced(new DoubleDouble(guess, 0.0, 0)).negate());
        return new DoubleDouble(guess, 0.0, 0).plus(missing.over(ONE.plus(f)));
    }

    /** x - n ln 2. */
    private static DoubleDouble reduced(double x, double n) {
        double top = n * LN2_HIGH;
        double topRest = Math.fma(n, LN2_HIGH, -top);
        double middle = n * LN2_MIDDLE;
        double middleRest = Math.fma(n, LN2_MIDDLE, -middle) + n * LN2_LOW;
        return sum(x, -top).plus(new DoubleDouble(-topRest, 0.0, 0)).plus(sum(-middle, -middleRest));
    }

    /** e^r - 1 for {@code |r| <= 0.36}, by the Taylor series. */
    private static DoubleDouble expm1OfReduced(DoubleDouble r) {
        DoubleDouble q = INVERSE_FACTORIALS[INVERSE_FACTORIALS.length - 1];
        for (int k = INVERSE_FACTORIALS.length - 2; k > 0; k--) {
            q = q.times(r).plus(INVERSE_FACTORIALS[k]);
        }
        return r.high == 0 ? ZERO : q.times(r);
    }

    /** The value as a BigDecimal, exactly. */
    BigDecimal toBigDecimal() {
        BigDecimal sum = new BigDecimal(high).add(new BigDecimal(low));
        BigDecimal power = BigDecimal.valueOf(2).pow(Math.abs(exponent));
        return exponent >= 0 ? sum.multiply(power) : sum.divide(power);
    }

    /**
     * The distance of a result from this exact value, in units of the spacing of doubles at the exact value (2^-1074 among
     * the subnormals).
     *
     * <p>Where the exact value rounds to infinity, only that infinity is right (0). A NaN, a wrong infinity, a zero of the
     * wrong sign: infinite.
     */
    double ulpError(double result) {
        if (Double.isInfinite(Math.scalb(high, exponent))) {
            return result == Math.copySign(Double.POSITIVE_INFINITY, high) ? 0.0 : Double.POSITIVE_INFINITY;
        }
        if (!Double.isFinite(result) || (result == 0 && 1 / result != 1 / Math.copySign(0.0, high))) {
            return Double.POSITIVE_INFINITY;
        }
        double towardsZero = Math.nextAfter(high, 0.0);
        boolean belowPower = low != 0 && Math.signum(low) != Math.signum(high);
        int binade = Math.getExponent(belowPower ? towardsZero : high) + exponent;
        double error = (Math.scalb(result, -exponent) - high) - low;
        return Math.abs(Math.scalb(error, 52 + exponent - Math.max(binade, Double.MIN_EXPONENT)));
    }
}
