// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import io.github.lanewise.kernel.DoubleKernels;
import io.github.lanewise.kernel.DoubleNativeKernels;
import io.github.lanewise.kernel.DoubleSelectKernels;
import io.github.lanewise.kernel.FloatKernels;
import io.github.lanewise.kernel.FloatNativeKernels;
import io.github.lanewise.kernel.FloatSelectKernels;
import io.github.lanewise.kernel.HalfKernels;
import io.github.lanewise.kernel.KernelSet;

/** All that this package has to offer; it is the only class that others need to know. */
public final class VectorKernelSet implements KernelSet {
    /** It has no state. Where this package is loaded once more, this is called by name. */
    public VectorKernelSet() {}

    /** Shows the compiler what the kernels of floats do, before they are called often. */
    public static void rehearseFloats() {
        FloatRehearsal.run();
    }

    /** The same of doubles. */
    public static void rehearseDoubles() {
        DoubleRehearsal.run();
    }

    @Override
    public int bits() {
        return FloatVectorKernels.bits();
    }

    @Override
    public FloatKernels ofFloats() {
        return FloatVectorKernels.INSTANCE;
    }

    @Override
    public FloatSelectKernels selectFloats() {
        return FloatVectorSelect.INSTANCE;
    }

    @Override
    public FloatNativeKernels ofNativeFloats() {
        return FloatVectorNative.INSTANCE;
    }

    @Override
    public DoubleKernels ofDoubles() {
        return DoubleVectorKernels.INSTANCE;
    }

    @Override
    public DoubleSelectKernels selectDoubles() {
        return DoubleVectorSelect.INSTANCE;
    }

    @Override
    public DoubleNativeKernels ofNativeDoubles() {
        return DoubleVectorNative.INSTANCE;
    }

    @Override
    public HalfKernels ofHalves() {
        return VectorHalves.INSTANCE;
    }
}
