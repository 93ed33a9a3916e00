// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import io.github.lanewise.kernel.FloatCopyKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Copies in plain Java. */
public final class FloatScalarCopy implements FloatCopyKernels {
    /** The kernel has no state, so one is enough. */
    public static final FloatScalarCopy INSTANCE = new FloatScalarCopy();

    private FloatScalarCopy() {}

    @Override
    public float copyMax(MemorySegment from, long byteOffset, int n, float[] to, int toOffset) {
        MemorySegment.copy(from, ValueLayout.JAVA_FLOAT_UNALIGNED, byteOffset, to, toOffset, n);
        return FloatScalarRows.max(to, toOffset, 1, n);
    }

    @Override
    public double copySumExpAndMax(
            MemorySegment from, long byteOffset, int n, float[] to, int toOffset, float near, float[] max) {
        MemorySegment.copy(from, ValueLayout.JAVA_FLOAT_UNALIGNED, byteOffset, to, toOffset, n);
        return FloatScalarKernels.INSTANCE.sumExpAndMax(to, toOffset, n, near, max);
    }

    @Override
    public double copySumTermsAndMax(
            MemorySegment from,
            long byteOffset,
            int n,
            float[] to,
            int toOffset,
            float near,
            float[] max,
            float[] terms,
            int termsOffset) {
        MemorySegment.copy(from, ValueLayout.JAVA_FLOAT_UNALIGNED, byteOffset, to, toOffset, n);
        return FloatScalarKernels.INSTANCE.plainSumTermsAndMax(to, toOffset, n, near, max, terms, termsOffset);
    }
}
