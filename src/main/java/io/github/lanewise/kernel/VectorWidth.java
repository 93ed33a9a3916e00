// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/** How wide vectors must be for the vector kernels to run on them; what is narrower runs on the scalar twin. */
public final class VectorWidth {
    /** Least width for floats, in bits. */
    public static final int LEAST_FLOAT_BITS = 128;

    /** Least width for doubles, in bits: C2 has no masks of two lanes on x86 and would box every comparison. */
    public static final int LEAST_DOUBLE_BITS = 256;

    private VectorWidth() {}
}
