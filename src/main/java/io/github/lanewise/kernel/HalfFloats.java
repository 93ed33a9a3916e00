// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/**
 * Conversions of single numbers between float and the two formats of 16 bits. Widening is exact and keeps the bits of a NaN;
 * narrowing rounds to the nearest number, in a tie to the even one, and makes every NaN the canonical one.
 *
 * <p>Every step is an operation on integers or an exact or correctly rounded one on floats, so vector kernels take the same
 * steps to the same bits.
 */
public final class HalfFloats {
    /** Bits of a float but its sign. */
    public static final int MAGNITUDE = 0x7fffffff;

    /** The bits of infinity, below those of every NaN. */
    public static final int INFINITY = 0x7f800000;

    /** The canonical NaN of bfloat16: the upper half of that of float. */
    public static final int BFLOAT16_NAN = 0x7fc0;

    /** The canonical NaN of binary16. */
    public static final int FLOAT16_NAN = 0x7e00;

    /** By how much fractions of 23 and of 10 bits are apart. */
    public static final int FLOAT16_SHIFT = 13;

    /** Exponent bits of a binary16 where they lie in a float after the shift. */
    public static final int FLOAT16_EXPONENT = 0x7c00 << FLOAT16_SHIFT;

    /** What turns an exponent of binary16 into one of float. */
    public static final int REBIAS = (127 - 15) << 23;

    /** The bits of 2^-14, the least normal number of binary16. */
    public static final int LEAST_NORMAL = 113 << 23;

    /** 2^-14; a subnormal number of binary16 is a fraction that this is taken off from. */
    public static final float LEAST_NORMAL_VALUE = 0x1p-14f;

    /** The bits of 65520: from here on a float rounds to infinity. */
    public static final int ROUNDS_TO_INFINITY = 0x477ff000;

    /** A float whose last bit is 2^-24, that of subnormal numbers of binary16: adding it rounds to them. */
    public static final float SUBNORMAL_MAGIC = 0.5f;

    private HalfFloats() {}

    /** The number of a bfloat16. */
    public static float fromBfloat16(short half) {
        return Float.intBitsToFloat(half << 16);
    }

    /** The nearest bfloat16. */
    public static short toBfloat16(float x) {
        int bits = Float.floatToRawIntBits(x);
        int rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
        return (short) ((bits & MAGNITUDE) > INFINITY ? BFLOAT16_NAN : rounded);
    }

    /** The number of a binary16. */
    public static float fromFloat16(short half) {
        int magnitude = (half & 0x7fff) << FLOAT16_SHIFT;
        int exponent = magnitude & FLOAT16_EXPONENT;
        int result = magnitude + REBIAS;
        if (exponent == FLOAT16_EXPONENT) {
            result += REBIAS;
        } else if (exponent == 0) {
            result = Float.floatToRawIntBits(Float.intBitsToFloat(magnitude + LEAST_NORMAL) - LEAST_NORMAL_VALUE);
        }
        return Float.intBitsToFloat(result | (half & 0x8000) << 16);
    }

    /** The nearest binary16. */
    public static short toFloat16(float x) {
        int bits = Float.floatToRawIntBits(x);
        int magnitude = bits & MAGNITUDE;
        int half = (magnitude - REBIAS + 0xfff + ((magnitude >>> FLOAT16_SHIFT) & 1)) >>> FLOAT16_SHIFT;
        if (magnitude < LEAST_NORMAL) {
            half = Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) + SUBNORMAL_MAGIC)
                    - Float.floatToRawIntBits(SUBNORMAL_MAGIC);
        } else if (magnitude >= ROUNDS_TO_INFINITY) {
            half = FLOAT16_EXPONENT >>> FLOAT16_SHIFT;
        }
        return (short) (magnitude > INFINITY ? FLOAT16_NAN : half | (bits >>> 16 & 0x8000));
    }
}
