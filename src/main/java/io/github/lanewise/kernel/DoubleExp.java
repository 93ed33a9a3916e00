// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static io.github.lanewise.kernel.scalar.DoubleConstants.EXPM1_C10;
import static io.github.lanewise.kernel.scalar.DoubleConstants.EXPM1_C11;
import static io.github.lanewise.kernel.scalar.DoubleConstants.EXPM1_C12;
import static io.github.lanewise.kernel.scalar.DoubleConstants.EXPM1_C3;
import static io.github.lanewise.kernel.scalar.DoubleConstants.EXPM1_C4;
import static io.github.lanewise.kernel.scalar.DoubleConstants.EXPM1_C5;
import static io.github.lanewise.kernel.scalar.DoubleConstants.EXPM1_C6;
import static io.github.lanewise.kernel.scalar.DoubleConstants.EXPM1_C7;
import static io.github.lanewise.kernel.scalar.DoubleConstants.EXPM1_C8;
import static io.github.lanewise.kernel.scalar.DoubleConstants.EXPM1_C9;

/**
 * The exponential inside sums and softmax for double: {@code exp(x - max)}, relative to the largest element, without ever
 * rounding the difference {@code x - max}. {@link FloatExp} explains the method; this class has its members with the
 * numbers of double.
 *
 * <p>Where {@code |max| >= 2048} the elements that count lie within a factor of 2 of the maximum, because none lies more
 * than 754 below it, so {@code x - max} is exact (Sterbenz), and {@link #shift} takes it off first to keep {@code n}
 * small.
 *
 * <p>Terms carry the factor {@code 2^SCALE}, so that the smallest one that a double loss can see, {@code 2^-1074}, is
 * still a normal number. What is below {@code 2^-SCALE * 2^-1023} of the maximum is exactly 0.
 *
 * <p>Error of a term: up to 1.0 ulp below a power of two; of the {@linkplain #unit unit}: at most 0.53 ulp. The polynomial
 * {@code 1 + r + r^2 (c2 + ... + c11 r^9)} is minimax for the relative error on {@code |r| <= 0.34668} (Sollya, fpminimax
 * with double coefficients), error below {@code 0.04 * 2^-53}.
 */
public final class DoubleExp {
    /** Adding 1.5 * 2^52 rounds a double of magnitude below 2^51 to an integer, which then sits in the low mantissa bits. */
    public static final double MAGIC = 0x1.8p52;

    /** The bits of {@link #MAGIC}: less than those of any rounded number that gives a term its exponent field. */
    public static final long MAGIC_BITS = 0x4338000000000000L;

    /** Elements below this, relative to the shift, are taken as it. Its term is 0 for every maximum, and it overflows nowhere. */
    public static final double DEEP = -0x1p40;

    /** The bits of {@link #DEEP}. */
    public static final long DEEP_BITS = 0xc270000000000000L;

    /** 1 / ln 2. */
    public static final double LOG2_E = 0x1.71547652b82fep+0;

    /** Minus the leading 53 bits of ln 2; a product with {@code n} is exact inside a fused multiply-add. */
    public static final double MINUS_LN2_HIGH = -0x1.62e42fefa39efp-1;

    /** Minus what {@link #MINUS_LN2_HIGH} leaves of ln 2. */
    public static final double MINUS_LN2_LOW = -0x1.abc9e3b39803fp-56;

    /** What {@link #sumTerm} takes for it: the same. */
    public static final double SUM_LN2_LOW = MINUS_LN2_LOW;

    /** Coefficient of r^2. */
    public static final double C2 = 0x1.000000000000ap-1;

    /** Coefficient of r^3. */
    public static final double C3 = 0x1.55555555554fep-3;

    /** Coefficient of r^4. */
    public static final double C4 = 0x1.55555555506afp-5;

    /** Coefficient of r^5. */
    public static final double C5 = 0x1.1111111126b2ep-7;

    /** Coefficient of r^6. */
    public static final double C6 = 0x1.6c16c1847b872p-10;

    /** Coefficient of r^7. */
    public static final double C7 = 0x1.a01a012ff8c73p-13;

    /** Coefficient of r^8. */
    public static final double C8 = 0x1.a019994fb0dabp-16;

    /** Coefficient of r^9. */
    public static final double C9 = 0x1.71df18c1d0dd1p-19;

    /** Coefficient of r^10. */
    public static final double C10 = 0x1.28ae0d19f61fbp-22;

    /** Coefficient of r^11. */
    public static final double C11 = 0x1.ad935b4ff0e97p-26;

    /** Bits by which an exponent's integer is shifted to become a double's exponent field. */
    public static final int EXPONENT_SHIFT = 52;

    /** Terms are scaled up by 2^SCALE. */
    public static final int SCALE = 64;

    /** 2^-SCALE. */
    public static final double UNSCALE = 0x1p-64;

    /** From this magnitude of the maximum on, elements are reduced by the maximum first. */
    public static final double FAR = 2048.0;

    /** ln 2, to place {@link #low}. */
    public static final double LN2 = 0x1.62e42fefa39efp-1;

    /** Below this magnitude of the maximum, a double holds the logarithm of a sum beside it to the type's precision. */
    public static final double SOFTMAX_LIMIT = 0x1p29;

    /**
     * From this excess on, the maximum's own term can be taken off the sum of all terms. What it has rounded off where it was
     * added, up to 2^-52 of it, is then nothing beside a rounding of the rest.
     */
    public static final double CLEAR = 64.0;

    /** Below this excess all others than the maximum are next to nothing beside it. */
    public static final double CERTAIN = 0x1p-48;

    /** A sum of scaled terms from this on has an excess of {@link #CLEAR} whatever its maximum is, whose own is at most 2^(SCALE + 1/2). */
    public static final double SURELY_CLEAR = 92.0 * 0x1p64;

    /**
     * The same for a sum of {@link DoubleKernels#columnSumWhole}, divided by the number of terms: each rounds what has been rounded off
     * so far to 53 bits, which is 2^-106 of the maximum's own term or of the sum.
     */
    public static final double CLEAR_IN_COLUMN = 0x1p-50;

    /** There is nothing wider than a double that sums could be taken in. */
    public static final double CLEAR_IN_DOUBLE = CLEAR;

    private static final int EXPONENT_BIAS = 1023;

    // Terms of 2^(64 +- 400 / ln 2) are far from either end of the exponents, also many of them, and those of 2^-150 of
    // them.
    private static final double REACH = 400.0;

    // A term of exp(-(64 + 1023) ln 2) = exp(-753.4) and what is below it is 0; from exp(-745.2) of the maximum on a
    // double is 0.
    private static final double KEEP_DOWN = 5.0;

    // A gain is at least 2^(-500 - 64 - 1/2), and exp(300) below 2^434.
    private static final double KEEP_UP = 300.0;

    /** A scaled term whose n - K is minus this has the exponent field 0. */
    public static final double ZERO_EXPONENT = EXPONENT_BIAS + SCALE;

    private static final double TWO_TO_SCALE = 0x1p64;

    /**
     * Factors below this one meet unscaled terms. Anywhere between 2^-957, above which a gain over scaled terms is a normal
     * number, and 2^-53, below which no unscaled term lost to underflow could have shown in a product.
     */
    private static final double TINY_FACTOR = 0x1p-500;

    private DoubleExp() {}

    /** What is subtracted from every element first: 0, or {@code max} where that subtraction is exact. */
    public static double shift(double max) {
        return Math.abs(max) >= FAR ? max : 0.0;
    }

    /** K, the power of two by which terms are taken relative to the shifted maximum {@code top}. */
    public static double power(double top) {
        return Math.fma(top, LOG2_E, MAGIC) - MAGIC;
    }

    /** The rounding constant that leaves {@code n - K + scale + 1023} in the low bits of the sum. */
    public static double magic(double power, int scale) {
        return MAGIC + (EXPONENT_BIAS + scale) - power;
    }

    /** The shifted element whose exponent field is 0: it and everything below it give the term +0. */
    public static double low(double power, int scale) {
        return (power - (EXPONENT_BIAS + scale)) * LN2;
    }

    /**
     * The term of the maximum itself, {@code 2^SCALE * 2^-K * exp(max - shift)}. Every term is divided by it, so it has
     * hardly more than the error of its last rounding: at most 0.53 ulp.
     */
    public static double unit(double max) {
        double top = max - shift(max);
        double k = power(top);
        // max - shift = K ln 2 + rHigh + rLow, rHigh exact, |rHigh| <= 0.3467, |rLow| <= 2^-43.
        double rHigh = Math.fma(k, MINUS_LN2_HIGH, top);
        double rLow = k * MINUS_LN2_LOW;
        double r = rHigh + rLow;
        double q = Math.fma(EXPM1_C12, r, EXPM1_C11);
        q = Math.fma(q, r, EXPM1_C10);
        q = Math.fma(q, r, EXPM1_C9);
        q = Math.fma(q, r, EXPM1_C8);
        q = Math.fma(q, r, EXPM1_C7);
        q = Math.fma(q, r, EXPM1_C6);
        q = Math.fma(q, r, EXPM1_C5);
        q = Math.fma(q, r, EXPM1_C4);
        q = Math.fma(q, r, EXPM1_C3);
        // exp(r) = 1 + rHigh + rLow + r^2/2 + r^3 q: two exact sums of the large parts, and all that they lack, of
        // magnitude below 0.008, added up with roundings of that size.
        double halfR = 0.5 * r;
        double linear = 1.0 + rHigh;
        double linearLow = (1.0 - linear) + rHigh;
        double high = Math.fma(halfR, r, linear);
        double low = Math.fma(halfR, r, linear - high);
        // The square of r leaves out what r itself was rounded by.
        low = Math.fma(r, (rHigh - r) + rLow, low);
        low = Math.fma(r * r * r, q, low + (linearLow + rLow));
        return (high + low) * TWO_TO_SCALE;
    }

    /**
     * The scale to use for {@code factor}: a tiny factor is multiplied by unscaled terms, so that {@link #gain} stays a
     * normal number.
     */
    public static int scale(double factor) {
        return Math.abs(factor) < TINY_FACTOR ? 0 : SCALE;
    }

    /** What a term of the given scale is multiplied by to become {@code exp(x - max) * factor}. */
    public static double gain(double max, double factor, int scale) {
        double unit = unit(max);
        return gain(scale == 0 ? unit * UNSCALE : unit, factor);
    }

    /** The same for terms whose maximum has the given one. */
    public static double gain(double unit, double factor) {
        return factor / unit;
    }

    /** What a sum of terms is in units of the maximum's own term. */
    public static double excess(double sum, double max) {
        return sum / unit(max);
    }

    /** The maximum's own term, as {@link #inSumUnits} takes it. */
    public static double sumUnit(double max) {
        return unit(max);
    }

    /** A sum of terms in units of the maximum's own term. */
    public static double inSumUnits(double sum, double sumUnit) {
        return sum / sumUnit;
    }

    /** The excess of a row of which the sum of all terms is known, if that is not less than {@link #SURELY_CLEAR}. */
    public static double excessOfSum(double sum, double max) {
        return inSumUnits(sum - topTerm(max), sumUnit(max));
    }

    /**
     * Whether a sum of terms relative to {@code near}, moved by {@link #moved}, is to the bit the sum relative to the maximum, for the
     * reasons of {@link FloatExp#reaches}.
     */
    public static boolean reaches(double near, double max) {
        return Math.abs(max) < FAR && Math.abs(max - near) <= REACH;
    }

    /**
     * Whether terms relative to {@code near}, of which {@link #reaches} holds, serve as well as those relative to the maximum for numbers
     * that are at most the terms' shares of a sum: whether what is 0 among them is too small for the type, and whether the
     * {@link #gain} of every factor that keeps its {@link #scale} is a normal number for them, too.
     */
    public static boolean keeps(double near, double max) {
        return near - max <= KEEP_DOWN && max - near <= KEEP_UP;
    }

    /** A sum of terms relative to {@code near} as one relative to the maximum. */
    public static double moved(double sum, double near, double max) {
        long exponent = EXPONENT_BIAS + (long) (power(near) - power(max));
        return sum * Double.longBitsToDouble(exponent << EXPONENT_SHIFT);
    }

    /** The maximum's own term of a sum. */
    public static double topTerm(double max) {
        double top = max - shift(max);
        double power = power(top);
        return sumTerm(top, low(power, SCALE), magic(power, SCALE));
    }

    /**
     * One term of a sum, the same as any: in double, reduction by the leading bits of ln 2 alone would cost 0.1 ulp for each
     * power of two between a term and the maximum.
     */
    public static double sumTerm(double x, double low, double magic) {
        return term(x, low, magic);
    }

    /** One term of a row of at least a block that is not summed. */
    public static double lateTerm(double x, double low, double magic) {
        return term(x, low, magic);
    }

    /** One term. {@code x} is shifted; NaN gives NaN. */
    public static double term(double x, double low, double magic) {
        double clamped = x < low ? low : x;
        double biased = Math.fma(clamped, LOG2_E, magic);
        double n = biased - magic;
        double r = Math.fma(n, MINUS_LN2_HIGH, clamped);
        r = Math.fma(n, MINUS_LN2_LOW, r);
        double square = r * r;
        double higher = Math.fma(C11, r, C10);
        higher = Math.fma(higher, square, Math.fma(C9, r, C8));
        higher = Math.fma(higher, square, Math.fma(C7, r, C6));
        double h = Math.fma(higher, square, Math.fma(C5, r, C4));
        h = Math.fma(h, square, Math.fma(C3, r, C2));
        h = Math.fma(h, square, r);
        double scale = Double.longBitsToDouble(Double.doubleToRawLongBits(biased) << EXPONENT_SHIFT);
        return Math.fma(h, scale, scale);
    }
}
