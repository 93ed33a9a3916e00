// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.ElementType;

/** Numbers of 16 bits as floats and back, the plain way. */
final class Halves {
    private Halves() {}

    static boolean isHalf(ElementType type) {
        return type == ElementType.BFLOAT16 || type == ElementType.FLOAT16;
    }

    /** The same number; a NaN keeps its sign and its payload. */
    static float widen(ElementType type, short bits) {
        if (type == ElementType.BFLOAT16) {
            return Float.intBitsToFloat(bits << 16);
        }
        if ((bits & 0x7fff) > 0x7c00) {
            // The JDK's method makes a signalling NaN quiet on some processors and in compiled code only.
            return Float.intBitsToFloat((bits & 0x8000) << 16 | 0x7f80_0000 | (bits & 0x03ff) << 13);
        }
        return Float.float16ToFloat(bits);
    }

    /** The nearest number, in a tie the even one; every NaN becomes the canonical one. */
    static short round(ElementType type, float value) {
        if (Float.isNaN(value)) {
            return (short) (type == ElementType.FLOAT16 ? 0x7e00 : 0x7fc0);
        }
        if (type == ElementType.FLOAT16) {
            return Float.floatToFloat16(value);
        }
        int bits = Float.floatToRawIntBits(value);
        int upper = bits >>> 16;
        int lower = bits & 0xffff;
        boolean up = lower > 0x8000 || (lower == 0x8000 && (upper & 1) == 1);
        return (short) (up ? upper + 1 : upper);
    }
}
