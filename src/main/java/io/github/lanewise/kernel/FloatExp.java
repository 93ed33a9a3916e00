// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/**
 * The exponential inside sums and softmax: {@code exp(x - max)}, relative to the largest element, without ever rounding
 * the difference {@code x - max}.
 *
 * <p>A plain {@code exp(x - max)} loses up to half an ulp of {@code x - max} before it starts, which is 16 ulp of the
 * result at {@code x - max = -20}. Here {@code exp(x) = 2^n * exp(r)} is reduced from {@code x} itself, and the maximum is
 * taken off the integer exponent: with {@code K = round(max / ln 2)} a term is {@code 2^(n - K + scale) * exp(r)}. The
 * maximum's own term, the {@linkplain #unit unit}, then is not 1 but between 2^(scale - 1/2) and 2^(scale + 1/2), and the
 * caller divides by it, in double.
 *
 * <p>Where {@code |max| >= 256} the elements that count lie within a factor of 2 of the maximum, so {@code x - max} is
 * exact (Sterbenz), and {@link #shift} takes it off first to keep {@code n} small.
 *
 * <p>Terms carry the factor {@code 2^SCALE}, so that the smallest one that a float loss can see, {@code 2^-149}, is still
 * a normal number. What is below {@code 2^-SCALE * 2^-127} of the maximum is exactly 0.
 *
 * <p>A sum that holds the maximum's own term, and others that together are more, uses a cheaper reduction, {@link #sumTerm}:
 * {@code r} is taken with the leading 24 bits of ln 2 alone, which multiplies every term by {@code exp(1.9e-9 n)}. {@link
 * #sumUnit}, reduced in the same way, takes off {@code exp(1.9e-9 K)}; what stays is an error of {@code 1.9e-9 |n - K|} in a
 * term that is {@code 2^(n - K)} of the maximum's: below 2^-29 of the sum.
 *
 * <p>Error of a term: at most 1.03 ulp. The polynomial {@code 1 + r + r^2 (c2 + ... + c6 r^4)} is minimax for the relative
 * error on {@code |r| <= 0.3466} (Sollya, fpminimax with float coefficients), error {@code 0.11 * 2^-24}.
 */
public final class FloatExp {
    /** Adding 1.5 * 2^23 rounds a float of magnitude below 2^22 to an integer, which then sits in the low mantissa bits. */
    public static final float MAGIC = 0x1.8p23f;

    /** The bits of {@link #MAGIC}: less than those of any rounded number that gives a term its exponent field. */
    public static final int MAGIC_BITS = 0x4b400000;

    /** Elements below this, relative to the shift, are taken as it. Its term is 0 for every maximum, and it overflows nowhere. */
    public static final float DEEP = -0x1p20f;

    /** The bits of {@link #DEEP}. */
    public static final int DEEP_BITS = 0xc9800000;

    /** 1 / ln 2. */
    public static final float LOG2_E = 0x1.715476p+0f;

    /** Minus the leading 24 bits of ln 2; a product with {@code n} is exact inside a fused multiply-add. */
    public static final float MINUS_LN2_HIGH = -0x1.62e430p-1f;

    /** Minus what {@link #MINUS_LN2_HIGH} leaves of ln 2. */
    public static final float MINUS_LN2_LOW = 0x1.05c610p-29f;

    /** What {@link #sumTerm} takes for it. */
    public static final float SUM_LN2_LOW = 0f;

    /** Coefficient of r^2. */
    public static final float C2 = 0x1.fffffap-2f;
    /** Coefficient of r^3. */
    public static final float C3 = 0x1.555492p-3f;
    /** Coefficient of r^4. */
    public static final float C4 = 0x1.555a26p-5f;
    /** Coefficient of r^5. */
    public static final float C5 = 0x1.12398p-7f;
    /** Coefficient of r^6. */
    public static final float C6 = 0x1.694ca4p-10f;

    /** Bits by which an exponent's integer is shifted to become a float's exponent field. */
    public static final int EXPONENT_SHIFT = 23;

    /** Terms are scaled up by 2^SCALE. */
    public static final int SCALE = 32;

    /** 2^-SCALE. */
    public static final float UNSCALE = 0x1p-32f;

    /** From this magnitude of the maximum on, elements are reduced by the maximum first. */
    public static final float FAR = 256f;

    /**
     * Terms of numbers below this magnitude may be relative to 0 as well as to the maximum: none leaves the range of exponents, and one
     * that relative to the maximum is 0 is less than 2^-158 of it, which changes no sum of doubles.
     */
    public static final float NEAR = 64f;

    /** ln 2, to place {@link #low}. */
    public static final float LN2 = 0x1.62e43p-1f;

    /** Below this magnitude of the maximum, a double holds the logarithm of a sum beside it to the type's precision. */
    public static final float SOFTMAX_LIMIT = 0x1p29f;

    private static final int EXPONENT_BIAS = 127;

    // A term of 2^(32 + 56 / ln 2) is below 2^113: 2^14 of them are no infinity.
    private static final float REACH_UP = 56f;
    private static final float REACH_DOWN = 40f;

    // A term of exp(-(32 + 127) ln 2) = exp(-110.2) and what is below it is 0; from exp(-104) of the maximum on a float
    // is 0.
    private static final float KEEP_DOWN = 5f;

    // A gain is at least 2^(-60 - 32 - 1/2), and exp(22) below 2^32.
    private static final float KEEP_UP = 22f;

    private static final long DOUBLE_BIAS = 1023L;
    private static final int DOUBLE_SHIFT = 52;

    /** A scaled term whose n - K is minus this has the exponent field 0. */
    public static final float ZERO_EXPONENT = EXPONENT_BIAS + SCALE;

    /**
     * From this excess on, the maximum's own term can be taken off the sum of all terms. What it has rounded off where it was
     * added, up to 2^-23 of it, is then at most a rounding of the rest.
     */
    public static final double CLEAR = 2.0;

    /** Below this excess all others than the maximum are next to nothing beside it. */
    public static final double CERTAIN = 0x1p-20;

    /** A sum of scaled terms from this on has an excess of {@link #CLEAR} whatever its maximum is, whose own is at most 2^(SCALE + 1/2). */
    public static final double SURELY_CLEAR = 4.5 * (1L << SCALE);

    /**
     * The same for a sum of {@link FloatKernels#columnSumWhole}, divided by the number of terms: each rounds what has been rounded off
     * so far to 24 bits, which is 2^-48 of the maximum's own term or of the sum.
     */
    public static final double CLEAR_IN_COLUMN = 0x1p-22;

    /** The same for sums of doubles: of at most {@link FloatLanes#LANES} terms, or of pieces that do not hold the maximum. */
    public static final double CLEAR_IN_DOUBLE = 0x1p-20;

    /** ln 2. */
    public static final double LN2_DOUBLE = 0x1.62e42fefa39efp-1;

    // exp(r) on |r| <= 0.3466 in double, relative error 1.2 * 2^-40 (Sollya, fpminimax): a third of a float's rounding
    // error times 2^-13, for the one value a row that every term is divided by.
    /** Coefficient of r^2 in double. */
    public static final double D2 = 0x1.000000005def6p-1;
    /** Coefficient of r^3 in double. */
    public static final double D3 = 0x1.5555557dd373p-3;
    /** Coefficient of r^4 in double. */
    public static final double D4 = 0x1.5555541e4eaf1p-5;
    /** Coefficient of r^5 in double. */
    public static final double D5 = 0x1.1110a25ee599p-7;
    /** Coefficient of r^6 in double. */
    public static final double D6 = 0x1.6c18d3332036dp-10;
    /** Coefficient of r^7 in double. */
    public static final double D7 = 0x1.a18560d35dbadp-13;
    /** Coefficient of r^8 in double. */
    public static final double D8 = 0x1.9e8934f7a5c34p-16;

    private FloatExp() {}

    /** What is subtracted from every element first: 0, or {@code max} where that subtraction is exact. */
    public static float shift(float max) {
        return Math.abs(max) >= FAR ? max : 0f;
    }

    /** K, the power of two by which terms are taken relative to the shifted maximum {@code top}. */
    public static float power(float top) {
        return Math.fma(top, LOG2_E, MAGIC) - MAGIC;
    }

    /** The rounding constant that leaves {@code n - K + scale + 127} in the low bits of the sum. */
    public static float magic(float power, int scale) {
        return MAGIC + (EXPONENT_BIAS + scale) - power;
    }

    /** The shifted element whose exponent field is 0: it and everything below it give the term +0. */
    public static float low(float power, int scale) {
        return (power - (EXPONENT_BIAS + scale)) * LN2;
    }

    /** The term of the maximum itself, {@code 2^SCALE * 2^-K * exp(max - shift)}, to 2^-39. */
    public static double unit(float max) {
        float top = max - shift(max);
        return exp(top - power(top) * LN2_DOUBLE) * (1L << SCALE);
    }

    /**
     * What a sum of {@linkplain #term terms} is in units of the maximum's own term, to 2^-39. The product with the inverse
     * of that term is one, since {@code 1 / exp(r) = exp(-r)}.
     */
    public static double excess(double sum, float max) {
        float top = max - shift(max);
        return sum * (exp(power(top) * LN2_DOUBLE - top) * UNSCALE);
    }

    /** The maximum's own term, as {@link #inSumUnits} takes it: its inverse. */
    public static double sumUnit(float max) {
        float top = max - shift(max);
        return exp(-Math.fma((double) power(top), MINUS_LN2_HIGH, top)) * UNSCALE;
    }

    /** A sum of {@linkplain #sumTerm terms of sums} in units of the maximum's own term. */
    public static double inSumUnits(double sum, double sumUnit) {
        return sum * sumUnit;
    }

    /** The excess of a row of which the sum of all terms is known, if that is not less than {@link #SURELY_CLEAR}. */
    public static double excessOfSum(double sum, float max) {
        return inSumUnits(sum - topTerm(max), sumUnit(max));
    }

    // ---- for float only
    /**
     * The {@linkplain #excessOfSum excess} of a row below {@link #NEAR} in magnitude of which the sum of all terms relative to 0 is known:
     * to the bit what {@code excessOfSum(moved(sum, 0, max), max)} gives, without what is for other rows.
     */
    public static double excessOfNearSum(double sum, float max) {
        float biased = Math.fma(max, LOG2_E, MAGIC);
        int power = Float.floatToRawIntBits(biased) - MAGIC_BITS;
        // Both without the scale of terms: a power of two that the maximum's own has as well.
        double moved = sum * Double.longBitsToDouble((DOUBLE_BIAS - SCALE - power) << DOUBLE_SHIFT);
        float r = Math.fma(biased - MAGIC, MINUS_LN2_HIGH, max);
        float square = r * r;
        float h = Math.fma(C6, square, Math.fma(C5, r, C4));
        h = Math.fma(h, square, Math.fma(C3, r, C2));
        float top = 1f + Math.fma(h, square, r);
        return (moved - top) * exp(Math.fma((double) (biased - MAGIC), -MINUS_LN2_HIGH, -(double) max));
    }

    // ---- end

    private static double exp(double r) {
        // By pairs, not from one coefficient to the next: all that is left of a row waits for this.
        double square = r * r;
        double p = Math.fma(Math.fma(D5, r, D4), square, Math.fma(D3, r, D2));
        double q = Math.fma(D8, square, Math.fma(D7, r, D6));
        return Math.fma(Math.fma(q, square * square, p), square, 1.0 + r);
    }

    /**
     * The scale to use for {@code factor}: a tiny factor is multiplied by unscaled terms, so that {@link #gain} stays a
     * normal number.
     */
    public static int scale(double factor) {
        return Math.abs(factor) < 0x1p-60 ? 0 : SCALE;
    }

    /** What a term of the given scale is multiplied by to become {@code exp(x - max) * factor}. */
    public static float gain(float max, double factor, int scale) {
        double unit = unit(max);
        return gain(scale == 0 ? unit * UNSCALE : unit, factor);
    }

    /** The same for terms whose maximum has the given one. */
    public static float gain(double unit, double factor) {
        return (float) (factor / unit);
    }

    /**
     * Whether a sum of terms relative to {@code near}, moved by {@link #moved}, is to the bit the sum relative to the maximum. A term
     * is the same number times a power of two for either, since {@code x / ln 2} is rounded to an integer alike: half an integer it
     * never is, as the product of the odd {@link #LOG2_E} with a multiple of a power of two above 2^-22. So the sums are alike if
     * nothing overflows and if what is lost at the low end is too small for the sum to change by it, which a factor of 2^-101 is.
     */
    public static boolean reaches(float near, float max) {
        return Math.abs(max) < FAR && max - near <= REACH_UP && near - max <= REACH_DOWN;
    }

    /**
     * Whether terms relative to {@code near}, of which {@link #reaches} holds, serve as well as those relative to the maximum for numbers
     * that are at most the terms' shares of a sum: whether what is 0 among them is too small for the type, and whether the
     * {@link #gain} of every factor that keeps its {@link #scale} is a normal number for them, too.
     */
    public static boolean keeps(float near, float max) {
        return near - max <= KEEP_DOWN && max - near <= KEEP_UP;
    }

    /** A sum of terms relative to {@code near} as one relative to the maximum. */
    public static double moved(double sum, float near, float max) {
        long exponent = DOUBLE_BIAS + (long) (power(near) - power(max));
        return sum * Double.longBitsToDouble(exponent << DOUBLE_SHIFT);
    }

    /** The maximum's own term of a sum. */
    public static float topTerm(float max) {
        float top = max - shift(max);
        float power = power(top);
        return sumTerm(top, low(power, SCALE), magic(power, SCALE));
    }

    /** One term of a sum. {@code x} is shifted; NaN gives NaN. */
    public static float sumTerm(float x, float low, float magic) {
        float clamped = x < low ? low : x;
        float biased = Math.fma(clamped, LOG2_E, magic);
        float n = biased - magic;
        float r = Math.fma(n, MINUS_LN2_HIGH, clamped);
        float square = r * r;
        float h = Math.fma(C6, square, Math.fma(C5, r, C4));
        h = Math.fma(h, square, Math.fma(C3, r, C2));
        h = Math.fma(h, square, r);
        float scale = Float.intBitsToFloat(Float.floatToRawIntBits(biased) << EXPONENT_SHIFT);
        return Math.fma(h, scale, scale);
    }

    /**
     * One term of a row of at least a block that is not summed: {@link #sumTerm}, and what the low part of ln 2 adds to its exponent,
     * which is so little that {@code exp(d) = 1 + d}. So a term that has been computed for a sum need not be computed again.
     */
    public static float lateTerm(float x, float low, float magic) {
        float n = Math.fma(x < low ? low : x, LOG2_E, magic) - magic;
        float term = sumTerm(x, low, magic);
        return Math.fma(term, n * MINUS_LN2_LOW, term);
    }

    /** One term. {@code x} is shifted; NaN gives NaN. */
    public static float term(float x, float low, float magic) {
        float clamped = x < low ? low : x;
        float biased = Math.fma(clamped, LOG2_E, magic);
        float n = biased - magic;
        float r = Math.fma(n, MINUS_LN2_HIGH, clamped);
        r = Math.fma(n, MINUS_LN2_LOW, r);
        float square = r * r;
        float h = Math.fma(C6, square, Math.fma(C5, r, C4));
        h = Math.fma(h, square, Math.fma(C3, r, C2));
        h = Math.fma(h, square, r);
        float scale = Float.intBitsToFloat(Float.floatToRawIntBits(biased) << EXPONENT_SHIFT);
        return Math.fma(h, scale, scale);
    }
}
