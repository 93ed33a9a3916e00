// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import java.lang.foreign.MemorySegment;

/** What is done on the way from native memory into an array, so that a row passes through the CPU once. */
public interface FloatCopyKernels {
    /**
     * Copies a row and finds its maximum, as {@link FloatKernels#max} does.
     *
     * @param from native memory
     * @param byteOffset where in it the row begins; need not be aligned
     * @param n at least {@link FloatLanes#BLOCK}
     */
    float copyMax(MemorySegment from, long byteOffset, int n, float[] to, int toOffset);

    /**
     * Copies a piece of a row and finds what {@link FloatKernels#plainSumExpAndMax} does.
     *
     * @param from native memory
     * @param byteOffset where in it the piece begins; need not be aligned
     * @param n at least {@link FloatLanes#BLOCK}
     */
    double copySumExpAndMax(
            MemorySegment from, long byteOffset, int n, float[] to, int toOffset, float near, float[] max);

    /** The same, and the terms of the piece as {@link FloatKernels#plainSumTermsAndMax} keeps them. */
    double copySumTermsAndMax(
            MemorySegment from,
            long byteOffset,
            int n,
            float[] to,
            int toOffset,
            float near,
            float[] max,
            float[] terms,
            int termsOffset);
}
