// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/** Conversions of many numbers between float and the formats of 16 bits, each as {@link HalfFloats} has it. */
public interface HalfKernels {
    /** {@code out = x} of bfloat16. */
    void fromBfloat16(short[] x, int xOffset, int n, float[] out, int outOffset);

    /** {@code out = x}, rounded to bfloat16. */
    void toBfloat16(float[] x, int xOffset, int n, short[] out, int outOffset);

    /** {@code out = x} of binary16. */
    void fromFloat16(short[] x, int xOffset, int n, float[] out, int outOffset);

    /** {@code out = x}, rounded to binary16. */
    void toFloat16(float[] x, int xOffset, int n, short[] out, int outOffset);
}
