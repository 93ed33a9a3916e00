// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import io.github.lanewise.kernel.FloatSelectKernels;

/** The scalar twin of the selection. */
public final class FloatScalarSelect implements FloatSelectKernels {
    /** The twin has no state, so one is enough. */
    public static final FloatScalarSelect INSTANCE = new FloatScalarSelect();

    private FloatScalarSelect() {}

    @Override
    public int indexAbove(float[] x, int xOffset, int from, int n, float bound) {
        return indexAbove(x, xOffset, 1, from, n, bound);
    }

    /** The same of elements that are a stride apart. */
    public static int indexAbove(float[] x, int xOffset, int xStride, int from, int n, float bound) {
        int i = from;
        while (i < n && !(x[xOffset + i * xStride] > bound)) {
            i++;
        }
        return i;
    }
}
