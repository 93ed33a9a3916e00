// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

/**
 * What kind of numbers lies in the memory behind a view. Whatever it is, a {@link FloatTensor} is computed with in float and a
 * {@link DoubleTensor} in double: 16-bit numbers are converted when they are read, and results rounded once, to the nearest
 * and in a tie to the even one, when they are written.
 */
public enum ElementType {
    /** A float of 32 bits: IEEE 754 binary32. */
    FLOAT(Float.BYTES),

    /** A double of 64 bits: IEEE 754 binary64. */
    DOUBLE(Double.BYTES),

    /** The upper half of a float: 8 bits of exponent and 7 of fraction. */
    BFLOAT16(Short.BYTES),

    /** IEEE 754 binary16, half precision: 5 bits of exponent and 10 of fraction; beyond 65504 it rounds to infinity. */
    FLOAT16(Short.BYTES);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /**
     * Size of an element.
     *
     * @return its number of bytes: 2, 4 or 8
     */
    public int byteSize() {
        return bytes;
    }
}
