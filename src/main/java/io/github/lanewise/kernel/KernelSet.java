// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/** One implementation of all kernels. */
public interface KernelSet {
    /** The width of its vectors in bits. */
    int bits();

    /** The kernels of floats. */
    FloatKernels ofFloats();

    /** The selection of floats. */
    FloatSelectKernels selectFloats();

    /** The kernels of floats in native memory. */
    FloatNativeKernels ofNativeFloats();

    /** The kernels of doubles. */
    DoubleKernels ofDoubles();

    /** The selection of doubles. */
    DoubleSelectKernels selectDoubles();

    /** The kernels of doubles in native memory. */
    DoubleNativeKernels ofNativeDoubles();

    /** The conversions of 16-bit numbers. */
    HalfKernels ofHalves();
}
