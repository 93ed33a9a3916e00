// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import static io.github.lanewise.kernel.scalar.FloatConstants.CANONICAL_NAN;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C7;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_ROUND_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C2;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_MIN_INPUT;
import static io.github.lanewise.kernel.scalar.FloatConstants.FRACTION_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_HIGH;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_LOW;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG2_E;
import static io.github.lanewise.kernel.scalar.FloatConstants.NO_EXP_INPUT;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_DOWN;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_DOWN_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_MAX_INPUT;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_ROUND_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_UNSCALE;
import static io.github.lanewise.kernel.scalar.FloatConstants.TANH_MIN_INPUT;
import static io.github.lanewise.kernel.scalar.FloatConstants.TANH_TINY;
import static java.lang.Math.fma;

/**
 * The sigmoid family of a float, from IEEE-exact operations only, as {@link FloatMath}.
 *
 * <p>All but tanh start from {@code exp(-|x|) = 2^n (1 + t)} with n in [-150, 0] and {@code |t| < 0.42}. Neither that
 * product nor {@code 1 + t} is rounded on the way: t is a float of finer spacing than {@code 1 + t}, and powers of two
 * multiply exactly. The scale is held as {@code 2^(n+64)}, so that subnormal results are rounded once, at the end.
 *
 * <p>The bounds are the greatest errors over all 2^32 floats, rounded up, in units of the spacing of floats at the
 * exact value:
 *
 * <table>
 * <caption>Error bounds over all inputs</caption>
 * <tr><th>function</th><th>ulp</th><th>at</th></tr>
 * <tr><td>{@link #sigmoid}</td><td>1.000</td><td>0x1.0a2b22p4 (16.63553)</td></tr>
 * <tr><td>{@link #logSigmoid}</td><td>1.186</td><td>-0x1.3f401ep-2 (-0.31176803)</td></tr>
 * <tr><td>{@link #softplus} with beta 1</td><td>1.186</td><td>0x1.3f401ep-2 (0.31176803)</td></tr>
 * <tr><td>{@link #tanh}</td><td>0.545</td><td>0x1.5cf4cap-3 (0.17038877)</td></tr>
 * </table>
 *
 * <p>Subnormal results are off by at most 0.908 (sigmoid) and 0.708 (logSigmoid, softplus) of the smallest float. Every
 * NaN answered is the canonical one.
 */
public final class FloatSigmoidMath {
    /** 2^64, what the scale has too much. */
    private static final float SCALE = 1f / SIGMOID_UNSCALE;

    private FloatSigmoidMath() {}

    /**
     * The logistic function 1 / (1 + e^-x).
     *
     * <p>The reciprocal of the rounded denominator, corrected by its own remainder and by what the denominator has lost.
     * The denominator is scaled by 2^-32, so that neither it nor the quotient leaves the normal numbers, and a subnormal result is
     * rounded once, at the end.
     *
     * <p>Valid for every float. Error over all inputs: at most 1.000 ulp, 0.965 for negative x.
     *
     * <p>Special values: sigmoid(NaN) = NaN, sigmoid(-infinity) = +0, sigmoid(+infinity) = 1, sigmoid(+-0) = 1/2. The
     * result is subnormal below x = -87.33 and +0 up to x = -0x1.9fe36ap6 (-103.972084).
     *
     * @param x any float
     * @return the sigmoid of x
     */
    public static float sigmoid(float x) {
        if (Float.isNaN(x)) {
            return CANONICAL_NAN;
        }
        float a = -Math.max(Math.min(x, SIGMOID_MAX_INPUT), EXP_MIN_INPUT);
        float shifted = fma(a, LOG2_E, SIGMOID_DOWN_SHIFT);
        float t = fraction(a, shifted - SIGMOID_DOWN_SHIFT);
        float scale = scale(shifted);
        // -2^-32 times 1 + e^-x, and what it has lost; both differences are exact as long as they matter.
        float divisor = fma(scale, 1f + t, -SIGMOID_DOWN);
        float lost = fma(scale, t, -SIGMOID_DOWN - (divisor - scale));
        float quotient = -1f / divisor;
        // What the quotient lacks, relative to it. The first step is exact, since it is rounded correctly.
        float remainder = fma(divisor, quotient, 1f);
        remainder = fma(lost, quotient, remainder);
        return fma(remainder, quotient, quotient) * SIGMOID_DOWN;
    }

    /** sigmoid(-|x|) = e / (1 + e) with e = exp(-|x|). */
    static float smaller(float x) {
        return Float.isNaN(x) ? CANONICAL_NAN : smallerScaled(x) * SIGMOID_UNSCALE;
    }

    /** {@code factor * sigmoid(x) * sigmoid(-x)}; the factor is a power of two. */
    static float slope(float x, float factor) {
        if (Float.isNaN(x)) {
            return CANONICAL_NAN;
        }
        return (smallerScaled(x) * larger(x)) * (SIGMOID_UNSCALE * factor);
    }

    /** -|x|, so far down that its exponential is 0 also 2^64 times, of which a multiple may be taken before it is rounded. */
    private static float negated(float x) {
        float a = -Math.abs(x);
        return a < NO_EXP_INPUT ? NO_EXP_INPUT : a;
    }

    /** t of exp(a) = 2^n (1 + t). */
    private static float fraction(float a, float n) {
        float r = fma(n, -LN2_HIGH, a);
        r = fma(n, -LN2_LOW, r);
        float q = fma(EXP_C6, r, EXP_C5);
        q = fma(q, r, EXP_C4);
        q = fma(q, r, EXP_C3);
        q = fma(q, r, EXP_C2);
        return fma(r * r, q, r);
    }

    /** exp(-|x|), rounded once more than its fraction. */
    static float expOfNegated(float x) {
        float a = negated(x);
        float shifted = fma(a, LOG2_E, SIGMOID_ROUND_SHIFT);
        float t = fraction(a, shifted - SIGMOID_ROUND_SHIFT);
        float scale = scale(shifted) * SIGMOID_UNSCALE;
        return fma(scale, t, scale);
    }

    /** The power of two that a shifted n stands for. */
    private static float scale(float shifted) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << FRACTION_BITS);
    }

    /** sigmoid(-|x|) times 2^64. */
    private static float smallerScaled(float x) {
        float a = negated(x);
        float shifted = fma(a, LOG2_E, SIGMOID_ROUND_SHIFT);
        float t = fraction(a, shifted - SIGMOID_ROUND_SHIFT);
        float scale = scale(shifted);
        float m = 1f + t;
        float r = SCALE / fma(scale, m, SCALE);
        float scaled = r * scale;
        // c = t + correction * (1 + t), so that e / (1 + e) = 2^n r (1 + correction) (1 + t) = 2^n r (1 + c).
        float c = fma(correction(r, t, scaled), m, t);
        return fma(c, scaled, scaled);
    }

    /** sigmoid(|x|). */
    private static float larger(float x) {
        float a = negated(x);
        float shifted = fma(a, LOG2_E, SIGMOID_ROUND_SHIFT);
        float t = fraction(a, shifted - SIGMOID_ROUND_SHIFT);
        float scale = scale(shifted);
        float r = SCALE / fma(scale, 1f + t, SCALE);
        return fma(correction(r, t, r * scale), r, r);
    }

    /**
     * 1 - r (1 + 2^n (1 + t)), what the reciprocal r lacks of 1 / (1 + e), relative to r. 1 - r is exact, and what
     * remains of it after 2^n r is nearly 2^n r t, so only the last step rounds.
     */
    private static float correction(float r, float t, float scaled) {
        float minus = scaled * -SIGMOID_UNSCALE;
        return fma(minus, t, (1f - r) + minus);
    }

    /**
     * log(1 + exp(-|x|)).
     *
     * <p>For {@code e = exp(-|x|)} below 1/2, f = e, else 1 + f = (1 + e) / 2; f is held as a sum of two floats. Then
     * as {@link FloatMath#log1p}.
     */
    static float logOnePlusExp(float x) {
        if (Float.isNaN(x)) {
            return CANONICAL_NAN;
        }
        float a = negated(x);
        float shifted = fma(a, LOG2_E, SIGMOID_ROUND_SHIFT);
        float t = fraction(a, shifted - SIGMOID_ROUND_SHIFT);
        float scale = scale(shifted) * SIGMOID_UNSCALE;
        boolean upper = a > -LN2_HIGH;
        float exponent = upper ? 1f : 0f;
        float part = upper ? scale * 0.5f : scale;
        // f = part (1 + t) - exponent / 2; part is a power of two, so base and base - f are exact.
        float base = fma(exponent, -0.5f, part);
        float f = fma(part, t, base);
        float fLow = fma(part, t, base - f);

        float negatedHalfF = -0.5f * f;
        float high = fma(negatedHalfF, f, fma(exponent, LN2_HIGH, f));
        float highLessExponent = fma(exponent, -LN2_HIGH, high);
        float low = fma(negatedHalfF, f, f - highLessExponent);
        low = fma(f * f * FloatMath.logPolynomial(f), f, low);
        low = fma(exponent, LN2_LOW, low);
        // The derivative of log(1 + f) is 1 - f as near as half an ulp of f needs it.
        low = fma(fLow, 1f - f, low);
        return high + low;
    }

    /**
     * log(sigmoid(x)) = min(x, 0) - log(1 + e^-|x|).
     *
     * <p>Valid for every float. Error over all inputs: at most 1.186 ulp.
     *
     * <p>Special values: logSigmoid(NaN) = NaN, logSigmoid(-infinity) = -infinity, logSigmoid(+infinity) = -0.
     *
     * @param x any float
     * @return the logarithm of the sigmoid of x
     */
    public static float logSigmoid(float x) {
        return softplus(x, -1f, Float.POSITIVE_INFINITY);
    }

    /**
     * log(1 + e^(beta x)) / beta, or x itself where beta x is above the threshold.
     *
     * <p>Valid for every float. Error over all inputs with beta = 1 and the threshold 20: at most 1.186 ulp. Another
     * beta adds the roundings of the product and the quotient.
     *
     * <p>Special values with positive beta: softplus(NaN) = NaN, softplus(-infinity) = +0, softplus(+infinity) =
     * +infinity.
     *
     * @param x any float
     * @param beta any float
     * @param threshold any float
     * @return the softplus of x
     */
    public static float softplus(float x, float beta, float threshold) {
        float y = beta * x;
        if (y > threshold) {
            return x;
        }
        float value = ((y > 0f ? y : 0f) + logOnePlusExp(y)) / beta;
        return FloatScalarRows.canonical(value);
    }

    /**
     * The hyperbolic tangent.
     *
     * <p>With {@code w = -expm1(-2 |x|) / 2} as a sum of two floats, tanh |x| = w / (1 - w).
     *
     * <p>Valid for every float. Error over all inputs: at most 0.545 ulp.
     *
     * <p>Special values: tanh(NaN) = NaN, tanh(+-infinity) = +-1, tanh(+-0) = +-0.
     *
     * @param x any float
     * @return tanh x
     */
    public static float tanh(float x) {
        if (Float.isNaN(x)) {
            return CANONICAL_NAN;
        }
        if (Math.abs(x) < TANH_TINY) {
            return x;
        }
        float a = Math.abs(x) * -2f;
        a = a < TANH_MIN_INPUT ? TANH_MIN_INPUT : a;
        // As expm1 up to the last addition; n <= 0, so 1/2 is the greater part of the offset.
        float shifted = fma(a, LOG2_E, EXPM1_ROUND_SHIFT);
        float n = shifted - EXPM1_ROUND_SHIFT;
        float rHigh = fma(n, -LN2_HIGH, a);
        float rLow = n * -LN2_LOW;
        float r = rHigh + rLow;
        float q = fma(EXPM1_C7, r, EXPM1_C6);
        q = fma(q, r, EXPM1_C5);
        q = fma(q, r, EXPM1_C4);
        q = fma(q, r, EXPM1_C3);
        float halfR = 0.5f * r;
        float high = fma(halfR, r, rHigh);
        float low = fma(halfR, r, rHigh - high) + rLow;
        low = fma(r * r * r, q, low);
        float scale = Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << FRACTION_BITS);
        float offset = scale - 0.5f;
        float offsetLow = scale - (offset + 0.5f);
        float sum = fma(scale, high, offset);
        float rest = fma(scale, high, offset - sum) + offsetLow;
        rest = fma(scale, low, rest);

        // half + halfLow = expm1(-2 |x|) / 2 in [-1/2, 0); 1 + that is divisor + divisorLow.
        float half = sum + rest;
        float halfLow = (sum - half) + rest;
        float divisor = 1f + half;
        float divisorLow = ((1f - divisor) + half) + halfLow;
        float inverse = -1f / divisor;
        // The quotient -half / divisor, then one step of correction with the exact remainder.
        float quotient = half * inverse;
        float remainder = fma(quotient, divisor, half) + fma(quotient, divisorLow, halfLow);
        return Math.copySign(fma(remainder, inverse, quotient), x);
    }
}
