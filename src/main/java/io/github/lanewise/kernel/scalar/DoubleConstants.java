// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

/**
 * The numbers of the double elementary functions, written once for the scalar twin and the vector kernels. They stand to
 * double as {@link FloatConstants} stand to float: same names, same reasons, longer polynomials.
 *
 * <p>The coefficients were made with Sollya's {@code fpminimax}: rounded to double inside the optimisation, for the
 * least relative error of the function over the interval, the leading coefficients held at their exact Taylor values as
 * said at each group. The degree is the least one whose error does not show beside the rounding errors.
 */
public final class DoubleConstants {

    /** The one NaN that every function answers with, whatever NaN or invalid input it was given. */
    public static final long CANONICAL_NAN_BITS = 0x7ff8000000000000L;

    /** {@link #CANONICAL_NAN_BITS} as a double. */
    public static final double CANONICAL_NAN = Double.longBitsToDouble(CANONICAL_NAN_BITS);

    /** The sign-and-exponent field of a double: clears the 52 bits of the fraction. */
    public static final long EXPONENT_MASK = 0xfff0000000000000L;

    /** Width of the fraction field, so the shift that puts an integer into the exponent field. */
    public static final int FRACTION_BITS = 52;

    /**
     * 1.5 * 2^52: the doubles around it are the integers. {@link #INTEGER_MAGIC_BITS} plus an integer e are the bits of
     * {@code INTEGER_MAGIC + e}, and taking INTEGER_MAGIC off leaves e as a double, exactly for {@code |e| < 2^51}.
     */
    public static final double INTEGER_MAGIC = 0x1.8p52;

    /** The bits of {@link #INTEGER_MAGIC}. */
    public static final long INTEGER_MAGIC_BITS = 0x4338000000000000L;

    /** Shift that brings the sign down, as 0 or -1. */
    public static final int SIGN_SHIFT = 63;

    /** All bits but the sign. */
    public static final long MAGNITUDE_MASK = 0x7fffffffffffffffL;

    /** The bits of positive infinity. */
    public static final long INFINITY_BITS = 0x7ff0000000000000L;

    /** The bits of the least normal number. */
    public static final long LEAST_NORMAL_BITS = 0x0010000000000000L;

    // ---- reduction x = n ln 2 + r, shared by all four functions

    /** log2(e) rounded to double: {@code n = round(x * LOG2_E)}. */
    public static final double LOG2_E = 0x1.71547652b82fep+0;

    /**
     * ln 2 rounded to double. All 53 bits may be used: {@code fma(n, -LN2_HIGH, x)} is exact, because the difference is
     * below 0.35 and a multiple of 2^-54 (of ulp(x) >= 2^-54 and of ulp(LN2_HIGH) = 2^-53).
     */
    public static final double LN2_HIGH = 0x1.62e42fefa39efp-1;

    /** The bits of -LN2_HIGH. */
    public static final long MINUS_LN2_HIGH_BITS = 0xbfe62e42fefa39efL;

    /** ln 2 - LN2_HIGH rounded to double; the pair carries ln 2 with an error below 2^-110. */
    public static final double LN2_LOW = 0x1.abc9e3b39803fp-56;

    // ---- exp

    /** Below this bound exp rounds to zero: exp(-746) = 2^-1076.3 is less than half of the smallest subnormal. */
    public static final double EXP_MIN_INPUT = -746.0;

    /** The bits of {@link #EXP_MIN_INPUT}. */
    public static final long EXP_MIN_INPUT_BITS = 0xc087500000000000L;

    /** Above this bound exp overflows: exp(710) = 2^1024.3. */
    public static final double EXP_MAX_INPUT = 710.0;

    /** The bits of {@link #EXP_MAX_INPUT}. */
    public static final long EXP_MAX_INPUT_BITS = 0x4086300000000000L;

    /**
     * 1.5 * 2^52 + 2046. Added to a number of magnitude below 2^51 it leaves the nearest integer n, plus 2046, in the low
     * bits of the sum: doubles in [2^52, 2^53) are the integers. 2046 is twice the exponent bias, so halving those bits
     * gives two biased exponents whose sum stands for 2^n.
     */
    public static final double EXP_ROUND_SHIFT = 0x1.8p52 + 2046.0;

    // exp(r) = 1 + r + r^2 (C2 + C3 r + ... + C11 r^9) on |r| <= 0.34668, which is ln2/2 and a margin for the rounding
    // of n; 1 and r are held exact. Relative error below 2^-57.8.
    /** Coefficient of r^2 in exp. */
    public static final double EXP_C2 = 0x1.000000000000ap-1;

    /** Coefficient of r^3 in exp. */
    public static final double EXP_C3 = 0x1.55555555554fep-3;

    /** Coefficient of r^4 in exp. */
    public static final double EXP_C4 = 0x1.55555555506afp-5;

    /** Coefficient of r^5 in exp. */
    public static final double EXP_C5 = 0x1.1111111126b2ep-7;

    /** Coefficient of r^6 in exp. */
    public static final double EXP_C6 = 0x1.6c16c1847b872p-10;

    /** Coefficient of r^7 in exp. */
    public static final double EXP_C7 = 0x1.a01a012ff8c73p-13;

    /** Coefficient of r^8 in exp. */
    public static final double EXP_C8 = 0x1.a019994fb0dabp-16;

    /** Coefficient of r^9 in exp. */
    public static final double EXP_C9 = 0x1.71df18c1d0dd1p-19;

    /** Coefficient of r^10 in exp. */
    public static final double EXP_C10 = 0x1.28ae0d19f61fbp-22;

    /** Coefficient of r^11 in exp. */
    public static final double EXP_C11 = 0x1.ad935b4ff0e97p-26;

    // ---- expm1

    /** Below this bound expm1 rounds to -1: expm1(-38) = -1 + 3.1e-17, less than half an ulp above -1. */
    public static final double EXPM1_MIN_INPUT = -38.0;

    /** The bits of {@link #EXPM1_MIN_INPUT}. */
    public static final long EXPM1_MIN_INPUT_BITS = 0xc043000000000000L;

    /** Below this magnitude expm1(x) rounds to x: the next term x^2/2 is less than 2^-60 of x. */
    public static final double EXPM1_TINY = 0x1p-60;

    /**
     * 1.5 * 2^52 + 1022: as {@link #EXP_ROUND_SHIFT}, with the exponent bias less one, so that the low bits moved into
     * the exponent field are 2^(n-1).
     */
    public static final double EXPM1_ROUND_SHIFT = 0x1.8p52 + 1022.0;

    // expm1(r) = r + r^2/2 + r^3 (C3 + C4 r + ... + C12 r^9) on |r| <= 0.3467; r and r^2/2 are held exact, because
    // expm1 adds them without rounding. Relative error of expm1(r) below 2^-61.4.
    /** Coefficient of r^3 in expm1. */
    public static final double EXPM1_C3 = 0x1.5555555555559p-3;

    /** Coefficient of r^4 in expm1. */
    public static final double EXPM1_C4 = 0x1.555555555554ap-5;

    /** Coefficient of r^5 in expm1. */
    public static final double EXPM1_C5 = 0x1.111111110f651p-7;

    /** Coefficient of r^6 in expm1. */
    public static final double EXPM1_C6 = 0x1.6c16c16c1c0ccp-10;

    /** Coefficient of r^7 in expm1. */
    public static final double EXPM1_C7 = 0x1.a01a01b005b55p-13;

    /** Coefficient of r^8 in expm1. */
    public static final double EXPM1_C8 = 0x1.a01a018731645p-16;

    /** Coefficient of r^9 in expm1. */
    public static final double EXPM1_C9 = 0x1.71ddf808ef2fcp-19;

    /** Coefficient of r^10 in expm1. */
    public static final double EXPM1_C10 = 0x1.27e521b845378p-22;

    /** Coefficient of r^11 in expm1. */
    public static final double EXPM1_C11 = 0x1.af5f387fc0ea2p-26;

    /** Coefficient of r^12 in expm1. */
    public static final double EXPM1_C12 = 0x1.1f044a8496026p-29;

    // ---- log and log1p

    /**
     * The bits of 0.75. Subtracting them before the exponent is cut out puts the mantissa m into [0.75, 1.5) instead of
     * [1, 2): m = 1 then has exponent 0 from both sides, and in log1p m - 1 is exact for every input.
     */
    public static final long LOG_MANTISSA_FLOOR_BITS = 0x3fe8000000000000L;

    /** 2^52 lifts every subnormal into the normal range exactly. */
    public static final double LOG_SUBNORMAL_SCALE = 0x1p52;

    /** Exponent that undoes {@link #LOG_SUBNORMAL_SCALE}. */
    public static final double LOG_SUBNORMAL_EXPONENT = -52.0;

    /**
     * The bits of 2. Less an exponent field e they are 2 * 2^-e, a normal number for all e in [-1022, 1023], and 0 for
     * e = 1024. (2^-e itself falls out of the range of normal numbers before that.)
     */
    public static final long TWO_BITS = 0x4000000000000000L;

    /** The bits of 1. */
    public static final long ONE_BITS = 0x3ff0000000000000L;

    /** The bits of the number before 1. */
    public static final long BELOW_ONE_BITS = 0x3fefffffffffffffL;

    /** The bits of 2^-144, a normal number whose logarithm is above {@link #BCE_LOG_FLOOR}. */
    public static final long BCE_PLAIN_LEAST_BITS = 0x36f0000000000000L;

    // log(1 + f) = f - f^2/2 + f^3 (C3 + C4 f + ... + C22 f^19) on f in [-0.25, 0.5]; f and -f^2/2 are held exact,
    // because they are added without rounding. Relative error below 2^-59.1.
    /** Coefficient of f^3 in log(1 + f). */
    public static final double LOG_C3 = 0x1.555555555554ap-2;

    /** Coefficient of f^4 in log(1 + f). */
    public static final double LOG_C4 = -0x1.0000000000157p-2;

    /** Coefficient of f^5 in log(1 + f). */
    public static final double LOG_C5 = 0x1.999999999c724p-3;

    /** Coefficient of f^6 in log(1 + f). */
    public static final double LOG_C6 = -0x1.555555552c09p-3;

    /** Coefficient of f^7 in log(1 + f). */
    public static final double LOG_C7 = 0x1.24924922a1953p-3;

    /** Coefficient of f^8 in log(1 + f). */
    public static final double LOG_C8 = -0x1.0000000d28d6dp-3;

    /** Coefficient of f^9 in log(1 + f). */
    public static final double LOG_C9 = 0x1.c71c730bc2ff3p-4;

    /** Coefficient of f^10 in log(1 + f). */
    public static final double LOG_C10 = -0x1.9999967a6fd0ap-4;

    /** Coefficient of f^11 in log(1 + f). */
    public static final double LOG_C11 = 0x1.745cde700757p-4;

    /** Coefficient of f^12 in log(1 + f). */
    public static final double LOG_C12 = -0x1.55554b057820ap-4;

    /** Coefficient of f^13 in log(1 + f). */
    public static final double LOG_C13 = 0x1.3b191464f650ep-4;

    /** Coefficient of f^14 in log(1 + f). */
    public static final double LOG_C14 = -0x1.249d88eb9e715p-4;

    /** Coefficient of f^15 in log(1 + f). */
    public static final double LOG_C15 = 0x1.10d29f24b0832p-4;

    /** Coefficient of f^16 in log(1 + f). */
    public static final double LOG_C16 = -0x1.fded7ecfde8b8p-5;

    /** Coefficient of f^17 in log(1 + f). */
    public static final double LOG_C17 = 0x1.e2a85c1424a45p-5;

    /** Coefficient of f^18 in log(1 + f). */
    public static final double LOG_C18 = -0x1.d95a7a1453519p-5;

    /** Coefficient of f^19 in log(1 + f). */
    public static final double LOG_C19 = 0x1.cfa4fa259585bp-5;

    /** Coefficient of f^20 in log(1 + f). */
    public static final double LOG_C20 = -0x1.82d8a7c9dff27p-5;

    /** Coefficient of f^21 in log(1 + f). */
    public static final double LOG_C21 = 0x1.b3d9d71f634ecp-6;

    /** Coefficient of f^22 in log(1 + f). */
    public static final double LOG_C22 = -0x1.d0b92f873f3ecp-8;

    // ---- the sigmoid family

    /** The sign of a double. */
    public static final long SIGN_BITS = 0x8000000000000000L;

    /**
     * 1.5 * 2^52 + 1023 + 64: one shift of the low bits into the exponent field gives {@code 2^(n+64)}, a normal number for
     * all n in [-1075, 0].
     */
    public static final double SIGMOID_ROUND_SHIFT = 0x1.8p52 + 1087;

    /** 2^-64: takes {@link #SIGMOID_ROUND_SHIFT}'s surplus back, in one rounding if the product is subnormal. */
    public static final double SIGMOID_UNSCALE = 0x1p-64;

    /**
     * exp of this rounds to zero, and what {@link #SIGMOID_ROUND_SHIFT} gives for it, n = -1087, is zero itself: no step on the way to
     * the product rounds to a subnormal number, which some CPUs take a hundred cycles for.
     */
    public static final double NO_EXP_INPUT = -753.451;

    /** The bits of {@link #NO_EXP_INPUT}. */
    public static final long NO_EXP_INPUT_BITS = 0xc0878b9ba5e353f8L;

    /** From here on the sigmoid is 1; its exponential is taken of no larger number. */
    public static final double SIGMOID_MAX_INPUT = 40.0;

    /** The bits of {@link #SIGMOID_MAX_INPUT}. */
    public static final long SIGMOID_MAX_INPUT_BITS = 0x4044000000000000L;

    /**
     * 1.5 * 2^52 + 2048 + 1023 - 64: one shift of the low bits into sign and exponent gives {@code -2^(n-64)}, a normal number for
     * all n in [-58, 1077].
     */
    public static final double SIGMOID_DOWN_SHIFT = 0x1.8p52 + 3007;

    /** 2^-64, by which {@link #SIGMOID_DOWN_SHIFT} scales. */
    public static final double SIGMOID_DOWN = 0x1p-64;

    /**
     * 1.5 * 2^52 + 2048 + 1023: one shift of the low bits into sign and exponent gives {@code -2^n}, a normal number for all n in
     * [-1022, 1023].
     */
    public static final double SIGMOID_NEGATED_SHIFT = 0x1.8p52 + 3071;

    /**
     * The bits of 512. Of numbers nearer to zero than this, exponentials are so far from the ends of the double range that a sigmoid and its
     * complement have the same bits whether they are scaled on the way or not.
     */
    public static final long SIGMOID_PLAIN_LIMIT_BITS = 0x4080000000000000L;

    /** Below this bound expm1 is -1 to within 2^-63, and tanh of half its magnitude rounds to 1. */
    public static final double TANH_MIN_INPUT = -44.0;

    /** The bits of {@link #TANH_MIN_INPUT}. */
    public static final long TANH_MIN_INPUT_BITS = 0xc046000000000000L;

    /** Below this magnitude tanh(x) rounds to x: the next term x^3/3 is below 2^-57 of x. */
    public static final double TANH_TINY = 0x1p-28;

    // ---- losses

    /** The least logarithm that binary cross entropy takes in, as PyTorch has it. */
    public static final double BCE_LOG_FLOOR = -100.0;

    /** The least denominator {@code (1 - x) x} of the gradient of binary cross entropy: PyTorch's is a float constant. */
    public static final double BCE_GRADIENT_FLOOR = 1e-12f;

    private DoubleConstants() {}
}
