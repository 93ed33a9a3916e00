// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

/**
 * The numbers of the float elementary functions, written once for the scalar twin ({@link FloatMath}) and the vector
 * kernels.
 *
 * <p>The coefficients were made with Sollya's {@code fpminimax}: rounded to float inside the optimisation, for the
 * least relative error of the function over the interval, the leading coefficients held at their exact Taylor values as
 * said at each group. They are hex floats so that no decimal conversion stands between this file and the bits used.
 */
public final class FloatConstants {

    /** The one NaN that every function answers with, whatever NaN or invalid input it was given. */
    public static final int CANONICAL_NAN_BITS = 0x7fc00000;

    /** {@link #CANONICAL_NAN_BITS} as a float. */
    public static final float CANONICAL_NAN = Float.intBitsToFloat(CANONICAL_NAN_BITS);

    /** The sign-and-exponent field of a float: clears the 23 bits of the fraction. */
    public static final int EXPONENT_MASK = 0xff800000;

    /** Width of the fraction field, so the shift that puts an integer into the exponent field. */
    public static final int FRACTION_BITS = 23;

    /**
     * 1.5 * 2^23: the floats around it are the integers. {@link #INTEGER_MAGIC_BITS} plus an integer e are the bits of
     * {@code INTEGER_MAGIC + e}, and taking INTEGER_MAGIC off leaves e as a float, exactly for {@code |e| < 2^22}.
     */
    public static final float INTEGER_MAGIC = 0x1.8p23f;

    /** The bits of {@link #INTEGER_MAGIC}. */
    public static final int INTEGER_MAGIC_BITS = 0x4b400000;

    /** Shift that brings the sign down, as 0 or -1. */
    public static final int SIGN_SHIFT = 31;

    /** All bits but the sign. */
    public static final int MAGNITUDE_MASK = 0x7fffffff;

    /** The bits of positive infinity. */
    public static final int INFINITY_BITS = 0x7f800000;

    /** The bits of the least normal number. */
    public static final int LEAST_NORMAL_BITS = 0x00800000;

    // ---- reduction x = n ln 2 + r, shared by all four functions

    /** log2(e) rounded to float: {@code n = round(x * LOG2_E)}. */
    public static final float LOG2_E = 0x1.715476p+0f;

    /**
     * ln 2 rounded to float. All 24 bits may be used: {@code fma(n, -LN2_HIGH, x)} is exact, because the difference is
     * below 0.35 and a multiple of 2^-25 (of ulp(x) >= 2^-25 and of ulp(LN2_HIGH) = 2^-24).
     */
    public static final float LN2_HIGH = 0x1.62e430p-1f;

    /** The bits of -LN2_HIGH. */
    public static final int MINUS_LN2_HIGH_BITS = 0xbf317218;

    /** ln 2 - LN2_HIGH rounded to float; the pair carries ln 2 with an error below 2^-53. */
    public static final float LN2_LOW = -0x1.05c610p-29f;

    // ---- exp

    /** Below this bound exp rounds to zero: exp(-104) = 2^-150.04 is less than half of the smallest subnormal. */
    public static final float EXP_MIN_INPUT = -104f;

    /** The bits of {@link #EXP_MIN_INPUT}. */
    public static final int EXP_MIN_INPUT_BITS = 0xc2d00000;

    /** Above this bound exp overflows: exp(89) = 2^128.4. */
    public static final float EXP_MAX_INPUT = 89f;

    /** The bits of {@link #EXP_MAX_INPUT}. */
    public static final int EXP_MAX_INPUT_BITS = 0x42b20000;

    /**
     * 1.5 * 2^23 + 254. Added to a number of magnitude below 2^22 it leaves the nearest integer n, plus 254, in the low
     * bits of the sum: floats in [2^23, 2^24) are the integers. 254 is twice the exponent bias, so halving those bits
     * gives two biased exponents whose sum stands for 2^n.
     */
    public static final float EXP_ROUND_SHIFT = 0x1.8p23f + 254f;

    // exp(r) = 1 + r + r^2 (C2 + C3 r + ... + C6 r^4) on |r| <= 0.34668, which is ln2/2 and a margin for the rounding
    // of n; 1 and r are held exact. Relative error below 2^-28.1.
    /** Coefficient of r^2 in exp. */
    public static final float EXP_C2 = 0x1.fffffap-2f;

    /** Coefficient of r^3 in exp. */
    public static final float EXP_C3 = 0x1.555492p-3f;

    /** Coefficient of r^4 in exp. */
    public static final float EXP_C4 = 0x1.555a26p-5f;

    /** Coefficient of r^5 in exp. */
    public static final float EXP_C5 = 0x1.123986p-7f;

    /** Coefficient of r^6 in exp. */
    public static final float EXP_C6 = 0x1.694cc6p-10f;

    // ---- expm1

    /** Below this bound expm1 rounds to -1: expm1(-18) = -1 + 1.5e-8, less than half an ulp above -1. */
    public static final float EXPM1_MIN_INPUT = -18f;

    /** The bits of {@link #EXPM1_MIN_INPUT}. */
    public static final int EXPM1_MIN_INPUT_BITS = 0xc1900000;

    /** Below this magnitude expm1(x) rounds to x: the next term x^2/2 is less than 2^-30 of x. */
    public static final float EXPM1_TINY = 0x1p-30f;

    /**
     * 1.5 * 2^23 + 126: as {@link #EXP_ROUND_SHIFT}, with the exponent bias less one, so that the low bits moved into
     * the exponent field are 2^(n-1).
     */
    public static final float EXPM1_ROUND_SHIFT = 0x1.8p23f + 126f;

    // expm1(r) = r + r^2/2 + r^3 (C3 + C4 r + ... + C7 r^4) on |r| <= 0.3467; r and r^2/2 are held exact, because
    // expm1 adds them without rounding. Relative error of expm1(r) below 2^-30.8.
    /** Coefficient of r^3 in expm1. */
    public static final float EXPM1_C3 = 0x1.555556p-3f;

    /** Coefficient of r^4 in expm1. */
    public static final float EXPM1_C4 = 0x1.5554f2p-5f;

    /** Coefficient of r^5 in expm1. */
    public static final float EXPM1_C5 = 0x1.11100cp-7f;

    /** Coefficient of r^6 in expm1. */
    public static final float EXPM1_C6 = 0x1.6d4122p-10f;

    /** Coefficient of r^7 in expm1. */
    public static final float EXPM1_C7 = 0x1.a22dc2p-13f;

    // ---- log and log1p

    /**
     * The bits of 0.75. Subtracting them before the exponent is cut out puts the mantissa m into [0.75, 1.5) instead of
     * [1, 2): m = 1 then has exponent 0 from both sides, and in log1p m - 1 is exact for every input.
     */
    public static final int LOG_MANTISSA_FLOOR_BITS = 0x3f400000;

    /** 2^23 lifts every subnormal into the normal range exactly. */
    public static final float LOG_SUBNORMAL_SCALE = 0x1p23f;

    /** Exponent that undoes {@link #LOG_SUBNORMAL_SCALE}. */
    public static final float LOG_SUBNORMAL_EXPONENT = -23f;

    /**
     * The bits of 2. Less an exponent field e they are 2 * 2^-e, a normal number for all e in [-126, 127], and 0 for
     * e = 128. (2^-e itself falls out of the range of normal numbers before that.)
     */
    public static final int TWO_BITS = 0x40000000;

    /** The bits of 1. */
    public static final int ONE_BITS = 0x3f800000;

    /** The bits of the number before 1. */
    public static final int BELOW_ONE_BITS = 0x3f7fffff;

    /** The bits of 2^-126, a normal number whose logarithm is above {@link #BCE_LOG_FLOOR}. */
    public static final int BCE_PLAIN_LEAST_BITS = 0x00800000;

    // log(1 + f) = f - f^2/2 + f^3 (C3 + C4 f + ... + C10 f^7) on f in [-0.25, 0.5]; f and -f^2/2 are held exact,
    // because they are added without rounding. Relative error below 2^-27.5.
    /** Coefficient of f^3 in log(1 + f). */
    public static final float LOG_C3 = 0x1.5555a4p-2f;

    /** Coefficient of f^4 in log(1 + f). */
    public static final float LOG_C4 = -0x1.000042p-2f;

    /** Coefficient of f^5 in log(1 + f). */
    public static final float LOG_C5 = 0x1.996966p-3f;

    /** Coefficient of f^6 in log(1 + f). */
    public static final float LOG_C6 = -0x1.54ef16p-3f;

    /** Coefficient of f^7 in log(1 + f). */
    public static final float LOG_C7 = 0x1.2886b8p-3f;

    /** Coefficient of f^8 in log(1 + f). */
    public static final float LOG_C8 = -0x1.0d93f4p-3f;

    /** Coefficient of f^9 in log(1 + f). */
    public static final float LOG_C9 = 0x1.aca08ep-4f;

    /** Coefficient of f^10 in log(1 + f). */
    public static final float LOG_C10 = -0x1.713e36p-5f;

    // ---- the sigmoid family

    /** The sign of a float. */
    public static final int SIGN_BITS = 0x80000000;

    /**
     * 1.5 * 2^23 + 127 + 64: as {@link #EXP_ROUND_SHIFT}, but one shift of the low bits into the exponent field gives
     * {@code 2^(n+64)}, a normal number for all n in [-150, 0].
     */
    public static final float SIGMOID_ROUND_SHIFT = 0x1.8p23f + 191f;

    /** 2^-64: takes {@link #SIGMOID_ROUND_SHIFT}'s surplus back, in one rounding if the product is subnormal. */
    public static final float SIGMOID_UNSCALE = 0x1p-64f;

    /**
     * exp of this rounds to zero, and what {@link #SIGMOID_ROUND_SHIFT} gives for it, n = -191, is zero itself: no step on the way to
     * the product rounds to a subnormal number, which some CPUs take a hundred cycles for.
     */
    public static final float NO_EXP_INPUT = -132.39f;

    /** The bits of {@link #NO_EXP_INPUT}. */
    public static final int NO_EXP_INPUT_BITS = 0xc30463d7;

    /** From here on the sigmoid is 1; its exponential is taken of no larger number. */
    public static final float SIGMOID_MAX_INPUT = 20f;

    /** The bits of {@link #SIGMOID_MAX_INPUT}. */
    public static final int SIGMOID_MAX_INPUT_BITS = 0x41a00000;

    /**
     * 1.5 * 2^23 + 256 + 127 - 32: one shift of the low bits into sign and exponent gives {@code -2^(n-32)}, a normal number for all
     * n in [-29, 150].
     */
    public static final float SIGMOID_DOWN_SHIFT = 0x1.8p23f + 351f;

    /** 2^-32, by which {@link #SIGMOID_DOWN_SHIFT} scales. */
    public static final float SIGMOID_DOWN = 0x1p-32f;

    /** 1.5 * 2^23 + 256 + 127: one shift of the low bits into sign and exponent gives {@code -2^n}, a normal number for all n in [-126, 127]. */
    public static final float SIGMOID_NEGATED_SHIFT = 0x1.8p23f + 383f;

    /**
     * The bits of 64. Of numbers nearer to zero than this, exponentials are so far from the ends of the float range that a sigmoid and its
     * complement have the same bits whether they are scaled on the way or not.
     */
    public static final int SIGMOID_PLAIN_LIMIT_BITS = 0x42800000;

    /** Below this bound expm1 is -1 to within 2^-28, and tanh of half its magnitude rounds to 1. */
    public static final float TANH_MIN_INPUT = -20f;

    /** The bits of {@link #TANH_MIN_INPUT}. */
    public static final int TANH_MIN_INPUT_BITS = 0xc1a00000;

    /** Below this magnitude tanh(x) rounds to x: the next term x^3/3 is below 2^-27 of x. */
    public static final float TANH_TINY = 0x1p-13f;

    // ---- losses

    /** The least logarithm that binary cross entropy takes in, as PyTorch has it. */
    public static final float BCE_LOG_FLOOR = -100f;

    /** The least denominator {@code (1 - x) x} of the gradient of binary cross entropy, as PyTorch has it. */
    public static final float BCE_GRADIENT_FLOOR = 1e-12f;

    private FloatConstants() {}
}
