// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Kernels of native memory: some of those of arrays, without the copies that these need. The twin has none of them and leaves everything,
 * as the methods here do; what is left goes through arrays: functions of elements compute from the first one on and answer how many are done, on vectors all whole
 * registers; sums answer NaN, and what writes a row answers false.
 *
 * <p>All segments are of one class ({@link NativeMemory}), so that the compiler knows it. Offsets into them count bytes and need not be
 * aligned. An output may be an input itself, at the same offset, where nothing else is said.
 */
public interface FloatNativeKernels {
    /** As {@link FloatPointKernels#apply}. */
    default int apply(PointFunction f, MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset) {
        return 0;
    }

    /** As {@link FloatPointKernels#applyBackward}. */
    default int applyBackward(
            PointFunction f,
            MemorySegment x,
            long xOffset,
            MemorySegment g,
            long gOffset,
            int n,
            MemorySegment out,
            long outOffset) {
        return 0;
    }

    /** As {@link FloatPointKernels#softplus}. */
    default int softplus(
            MemorySegment x, long xOffset, int n, float beta, float threshold, MemorySegment out, long outOffset) {
        return 0;
    }

    /** As {@link FloatPointKernels#softplusBackward}. */
    default int softplusBackward(
            MemorySegment x,
            long xOffset,
            MemorySegment g,
            long gOffset,
            int n,
            float beta,
            float threshold,
            MemorySegment out,
            long outOffset) {
        return 0;
    }

    /**
     * As {@link FloatKernels#plainSumExpAndMax}, of at least a {@link FloatLanes#BLOCK block}; also NaN where that knows no sum.
     */
    default double plainSumExpAndMax(MemorySegment x, long xOffset, int n, float near, float[] max) {
        return Double.NaN;
    }

    /**
     * As {@link FloatKernels#plainSumsExpAndMax}, with places that count elements from the segment's beginning.
     *
     * @return whether anything has been found
     */
    default boolean plainSumsExpAndMax(
            MemorySegment x, int[] places, int count, int n, float near, double[] sums, float[] max) {
        return false;
    }

    /** As {@link FloatKernels#plainSumsTermsAndMax}, with the terms in an array; false also where rows go faster one by one. */
    default boolean plainSumsTermsAndMax(
            MemorySegment x,
            int[] places,
            int count,
            int n,
            float near,
            double[] sums,
            float[] max,
            float[] terms,
            int[] termsPlaces) {
        return false;
    }

    /** As {@link FloatKernels#plainSumTermsAndMax}, with the terms in an array; else as {@link #plainSumExpAndMax}. */
    default double plainSumTermsAndMax(
            MemorySegment x, long xOffset, int n, float near, float[] max, float[] terms, int termsOffset) {
        return Double.NaN;
    }

    /** As {@link FloatKernels#scaleTerms}, from an array; at least a block. */
    default boolean scaleTerms(
            float[] terms, int termsOffset, int n, float gain, float minus, MemorySegment out, long outOffset) {
        return false;
    }

    /**
     * As {@link FloatKernels#expScale} without t and w, of at least a block.
     *
     * @param max below {@link FloatExp#FAR} in magnitude
     * @param minus what is taken off
     */
    default boolean expScale(
            MemorySegment x,
            long xOffset,
            int n,
            float max,
            double factor,
            float minus,
            MemorySegment out,
            long outOffset) {
        return false;
    }

    /** As {@link FloatKernels#logSoftmax} without w and scale, of at least a block. */
    default boolean logSoftmax(
            MemorySegment x, long xOffset, int n, float max, float logSum, MemorySegment out, long outOffset) {
        return false;
    }

    /** As {@link FloatPointKernels#areProbabilities}; false also where that is not known, as of less than whole registers. */
    default boolean areProbabilities(MemorySegment x, long xOffset, int n) {
        return false;
    }

    /**
     * As {@link FloatPointKernels#bce} without w, g and gradT, with the losses in an array; false for less than whole registers.
     *
     * @return whether all of that is written; if not, nothing of gradX is
     */
    default boolean bce(
            MemorySegment x,
            long xOffset,
            MemorySegment t,
            long tOffset,
            int n,
            boolean exact,
            float scale,
            float[] loss,
            int lossOffset,
            @Nullable MemorySegment gradX,
            long gradXOffset) {
        return false;
    }

    /** As {@link FloatPointKernels#sumBceWithLogits} without a gradient; NaN also where that is left to arrays. */
    default double sumBceWithLogits(MemorySegment x, long xOffset, MemorySegment t, long tOffset, int n) {
        return Double.NaN;
    }

    /** As {@link FloatPointKernels#sumKlDiv}, of whole blocks; NaN also where that is left to arrays. */
    default double sumKlDiv(MemorySegment x, long xOffset, MemorySegment t, long tOffset, int n) {
        return Double.NaN;
    }
}
