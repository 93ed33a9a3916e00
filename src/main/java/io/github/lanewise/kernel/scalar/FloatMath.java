// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import static io.github.lanewise.kernel.scalar.FloatConstants.CANONICAL_NAN;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C7;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_MIN_INPUT;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_ROUND_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_TINY;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPONENT_MASK;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C2;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_MAX_INPUT;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_MIN_INPUT;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_ROUND_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.FRACTION_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_HIGH;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_LOW;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG2_E;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C10;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C7;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C8;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C9;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_MANTISSA_FLOOR_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_SUBNORMAL_EXPONENT;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_SUBNORMAL_SCALE;
import static io.github.lanewise.kernel.scalar.FloatConstants.TWO_BITS;
import static java.lang.Math.fma;

/**
 * exp, expm1, log and log1p of a float, from IEEE-exact operations only (+ - *, fused multiply-add, comparisons,
 * integer operations), so that every machine and every lane of the vector kernels gives the same bits.
 *
 * <p>Each function is defined for all 2^32 floats. The bounds are the greatest errors over all of them, rounded up,
 * measured against the exact value in units of the spacing of floats at the exact value (2^-149 among the subnormals):
 *
 * <table>
 * <caption>Error bounds over all inputs</caption>
 * <tr><th>function</th><th>ulp</th><th>at</th></tr>
 * <tr><td>{@link #exp}</td><td>0.776</td><td>-0x1.5ef11ep6 (-87.735466), a subnormal result</td></tr>
 * <tr><td>{@link #exp}, normal results</td><td>0.684</td><td>0x1.4ed43p2 (5.231701)</td></tr>
 * <tr><td>{@link #expm1}</td><td>0.708</td><td>-0x1.0fb6b6p4 (-16.982107)</td></tr>
 * <tr><td>{@link #log}</td><td>0.674</td><td>0x1.6e7394p0 (1.4314511)</td></tr>
 * <tr><td>{@link #log1p}</td><td>0.677</td><td>0x1.f05b54p-2 (0.4847234)</td></tr>
 * </table>
 *
 * <p>Subnormal inputs and results are kept, never flushed. Every NaN answered is the canonical one, {@code 0x7fc00000}.
 */
public final class FloatMath {

    private FloatMath() {}

    /**
     * The exponential function e^x.
     *
     * <p>x = n ln 2 + r with {@code |r| <= ln2/2}, then 2^n (1 + r + r^2 q(r)) with a polynomial q of degree 4.
     *
     * <p>Valid for every float. Error over all inputs: at most 0.776 ulp, 0.684 ulp where the result is not subnormal.
     *
     * <p>Special values: exp(NaN) = NaN, exp(-infinity) = +0, exp(+infinity) = +infinity, exp(+-0) = 1. The result
     * overflows from x = 0x1.62e43p6 (88.72284) on and is +0 up to x = -0x1.9fe36ap6 (-103.972084).
     *
     * @param x any float
     * @return e^x
     */
    public static float exp(float x) {
        if (Float.isNaN(x)) {
            return CANONICAL_NAN;
        }
        // n stays in [-150, 128]; overflow and underflow then come out of the scaling by themselves.
        float clamped = x < EXP_MIN_INPUT ? EXP_MIN_INPUT : x;
        clamped = clamped > EXP_MAX_INPUT ? EXP_MAX_INPUT : clamped;

        float shifted = fma(clamped, LOG2_E, EXP_ROUND_SHIFT);
        float n = shifted - EXP_ROUND_SHIFT;
        // rHigh is exact, |rHigh| <= 0.347; r is its neighbour with the low part of n ln 2 taken off.
        float rHigh = fma(n, -LN2_HIGH, clamped);
        float r = fma(n, -LN2_LOW, rHigh);

        // 1 + rHigh + (r - rHigh) + r^2 q(r) as the sum of two floats: high in [0.65, 1.35] and low, all that it lacks,
        // |low| <= 0.08; their sum is the only rounding of weight.
        float high = 1f + rHigh;
        float low = (1f - high) + rHigh;
        low = fma(n, -LN2_LOW, low);
        low = fma(r * r, expPolynomial(r), low);
        float mantissa = high + low;

        // mantissa * 2^n in two steps of about half of n each: 2^n itself may be out of range, the halves never are.
        // The first product is exact, so a subnormal result is rounded once here, after the rounding of the mantissa.
        int bits = Float.floatToRawIntBits(shifted);
        int halfBits = bits >> 1;
        float firstScale = Float.intBitsToFloat(halfBits << FRACTION_BITS);
        float secondScale = Float.intBitsToFloat((bits - halfBits) << FRACTION_BITS);
        return mantissa * firstScale * secondScale;
    }

    /** (exp(r) - 1 - r) / r^2 for {@code |r| <= 0.347}. */
    private static float expPolynomial(float r) {
        float q = fma(EXP_C6, r, EXP_C5);
        q = fma(q, r, EXP_C4);
        q = fma(q, r, EXP_C3);
        return fma(q, r, EXP_C2);
    }

    /**
     * e^x - 1 without cancellation near zero.
     *
     * <p>x = n ln 2 + r with {@code |r| <= ln2/2}, then 2^n (r + r^2/2 + r^3 q(r)) + (2^n - 1) with a polynomial q of
     * degree 4.
     *
     * <p>Valid for every float. Error over all inputs: at most 0.708 ulp.
     *
     * <p>Special values: expm1(NaN) = NaN, expm1(-infinity) = -1, expm1(+infinity) = +infinity, expm1(+-0) = +-0. The
     * result overflows from x = 0x1.62e43p6 (88.72284) on.
     *
     * @param x any float
     * @return e^x - 1
     */
    public static float expm1(float x) {
        if (Float.isNaN(x)) {
            return CANONICAL_NAN;
        }
        if (Math.abs(x) < EXPM1_TINY) {
            return x;
        }
        // n stays in [-26, 128].
        float clamped = x < EXPM1_MIN_INPUT ? EXPM1_MIN_INPUT : x;
        clamped = clamped > EXP_MAX_INPUT ? EXP_MAX_INPUT : clamped;

        float shifted = fma(clamped, LOG2_E, EXPM1_ROUND_SHIFT);
        float n = shifted - EXPM1_ROUND_SHIFT;
        // x = n ln 2 + rHigh + rLow, rHigh exact; for n = 0 rHigh is x and rLow is zero.
        float rHigh = fma(n, -LN2_HIGH, clamped);
        float rLow = n * -LN2_LOW;
        float r = rHigh + rLow;

        // expm1(rHigh + rLow) = high + low with high = rHigh + r^2/2 rounded; low takes the rounding error of that sum,
        // exactly, and all the rest. |high| <= 0.41, |low| <= 0.008.
        float halfR = 0.5f * r;
        float high = fma(halfR, r, rHigh);
        float low = fma(halfR, r, rHigh - high) + rLow;
        low = fma(r * r * r, expm1Polynomial(r), low);

        // All of it at half its size, because 2^128 is out of range: result / 2 = 2^(n-1) (high + low) + offset, with
        // offset = 2^(n-1) - 1/2 exact for |n| <= 24; what it rounds away from n = 25 on is put back.
        float scale = Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << FRACTION_BITS);
        float offset = scale - 0.5f;
        float offsetLow = (scale - offset) - 0.5f;
        float sum = fma(scale, high, offset);
        float rest = fma(scale, high, offset - sum) + offsetLow;
        rest = fma(scale, low, rest);
        return (sum + rest) * 2f;
    }

    /** (expm1(r) - r - r^2/2) / r^3 for {@code |r| <= 0.347}. */
    private static float expm1Polynomial(float r) {
        float q = fma(EXPM1_C7, r, EXPM1_C6);
        q = fma(q, r, EXPM1_C5);
        q = fma(q, r, EXPM1_C4);
        return fma(q, r, EXPM1_C3);
    }

    /**
     * The natural logarithm.
     *
     * <p>x = 2^e (1 + f) with 1 + f in [0.75, 1.5), then e ln 2 + f - f^2/2 + f^3 q(f) with a polynomial q of degree 7.
     *
     * <p>Valid for every float. Error over all inputs: at most 0.674 ulp.
     *
     * <p>Special values: log(NaN) = NaN, log(x) = NaN for negative x, log(+-0) = -infinity, log(+infinity) = +infinity,
     * log(1) = +0.
     *
     * @param x any float
     * @return log x
     */
    public static float log(float x) {
        return logLess(x, 0f);
    }

    /**
     * log(x) - y, with the digits that log(x) has beyond a float: accurate where the two are close, so long as y is not
     * itself a rounded value.
     *
     * <p>Special values: NaN if x or y is NaN or x negative; log(+-0) = -infinity, log(+infinity) = +infinity, less y.
     *
     * @param x any float
     * @param y any float
     * @return log x - y
     */
    public static float logLess(float x, float y) {
        if (!(x >= 0f) || Float.isNaN(y)) {
            return CANONICAL_NAN;
        }
        if (x == 0f || x == Float.POSITIVE_INFINITY) {
            float log = x == 0f ? Float.NEGATIVE_INFINITY : x;
            return log == y ? CANONICAL_NAN : log - y;
        }
        boolean subnormal = x < Float.MIN_NORMAL;
        int bits = Float.floatToRawIntBits(subnormal ? x * LOG_SUBNORMAL_SCALE : x);
        int exponentBits = (bits - LOG_MANTISSA_FLOOR_BITS) & EXPONENT_MASK;
        float exponent = (float) (exponentBits >> FRACTION_BITS);
        exponent = subnormal ? exponent + LOG_SUBNORMAL_EXPONENT : exponent;
        // The mantissa is in [0.75, 1.5), so the difference is exact.
        float f = Float.intBitsToFloat(bits - exponentBits) - 1f;
        return logOfScaled(exponent, f, y);
    }

    /**
     * log(1 + x) without cancellation near zero.
     *
     * <p>1 + x = 2^e (1 + f) with 1 + f in about [0.75, 1.5), f computed from x, not from the rounded sum; then as
     * {@link #log}.
     *
     * <p>Valid for every float. Error over all inputs: at most 0.677 ulp.
     *
     * <p>Special values: log1p(NaN) = NaN, log1p(x) = NaN for x below -1, log1p(-1) = -infinity,
     * log1p(+infinity) = +infinity, log1p(+-0) = +-0.
     *
     * @param x any float
     * @return log(1 + x)
     */
    public static float log1p(float x) {
        if (!(x >= -1f)) {
            return CANONICAL_NAN;
        }
        if (x == -1f) {
            return Float.NEGATIVE_INFINITY;
        }
        if (x == 0f || x == Float.POSITIVE_INFINITY) {
            return x;
        }
        // The rounded 1 + x only chooses the exponent e in [-24, 128].
        int exponentBits = (Float.floatToRawIntBits(1f + x) - LOG_MANTISSA_FLOOR_BITS) & EXPONENT_MASK;
        float exponent = (float) (exponentBits >> FRACTION_BITS);
        // f = 2^-e x + (2^-e - 1). The first term is exact: e is 0 for small x, else |x| >= 0.25. The sum is exact as
        // well: for e = 0 it is x, for e < 0 a multiple of 2^-24 below 1, for 0 < e <= 24 its terms lie within a factor
        // of two of each other. For e > 24 the second term rounds to -1, an error of 2^-25 beside a result above 17.
        float scaledX = Float.intBitsToFloat(Float.floatToRawIntBits(x) - exponentBits);
        float twiceScale = Float.intBitsToFloat(TWO_BITS - exponentBits);
        float f = scaledX + fma(0.5f, twiceScale, -1f);
        return logOfScaled(exponent, f, 0f);
    }

    /** log(2^exponent (1 + f)) - y for f in [-0.25, 0.5]. */
    private static float logOfScaled(float exponent, float f, float y) {
        // high = exponent ln 2 + f - f^2/2 rounded; |high| >= 0.28 unless the exponent is 0.
        float negatedHalfF = -0.5f * f;
        float high = fma(negatedHalfF, f, fma(exponent, LN2_HIGH, f));
        // low = what high lacks of that sum, rounded once: high - exponent LN2_HIGH, and f less that, are exact,
        // because both are multiples of the finer spacing of high and f and below 2^24 times that spacing.
        float highLessExponent = fma(exponent, -LN2_HIGH, high);
        float low = fma(negatedHalfF, f, f - highLessExponent);
        // The cubic tail is below 0.04 in magnitude and may be rounded as it comes.
        low = fma(f * f * logPolynomial(f), f, low);
        low = fma(exponent, LN2_LOW, low);
        return (high - y) + low;
    }

    /** (log(1 + f) - f + f^2/2) / f^3 for f in [-0.25, 0.5]. */
    static float logPolynomial(float f) {
        float q = fma(LOG_C10, f, LOG_C9);
        q = fma(q, f, LOG_C8);
        q = fma(q, f, LOG_C7);
        q = fma(q, f, LOG_C6);
        q = fma(q, f, LOG_C5);
        q = fma(q, f, LOG_C4);
        return fma(q, f, LOG_C3);
    }
}
