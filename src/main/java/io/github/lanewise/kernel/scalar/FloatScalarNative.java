// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import io.github.lanewise.kernel.FloatNativeKernels;

/** The twin takes arrays: it leaves all of native memory to them. */
public final class FloatScalarNative implements FloatNativeKernels {
    /** There is nothing in it, so one is enough. */
    public static final FloatScalarNative INSTANCE = new FloatScalarNative();

    private FloatScalarNative() {}
}
