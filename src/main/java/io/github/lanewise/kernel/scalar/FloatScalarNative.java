// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import io.github.lanewise.kernel.FloatNativeKernels;
import io.github.lanewise.kernel.PointFunction;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The twin takes arrays: it leaves all elements of native memory to them. */
public final class FloatScalarNative implements FloatNativeKernels {
    /** The kernels have no state, so one is enough. */
    public static final FloatScalarNative INSTANCE = new FloatScalarNative();

    private FloatScalarNative() {}

    @Override
    public int apply(PointFunction f, MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset) {
        return 0;
    }

    @Override
    public int applyBackward(
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

    @Override
    public int softplus(
            MemorySegment x, long xOffset, int n, float beta, float threshold, MemorySegment out, long outOffset) {
        return 0;
    }

    @Override
    public int softplusBackward(
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

    @Override
    public double plainSumExpAndMax(MemorySegment x, long xOffset, int n, float near, float[] max) {
        return Double.NaN;
    }

    @Override
    public double plainSumTermsAndMax(
            MemorySegment x, long xOffset, int n, float near, float[] max, float[] terms, int termsOffset) {
        return Double.NaN;
    }

    @Override
    public boolean scaleTerms(
            float[] terms, int termsOffset, int n, float gain, float minus, MemorySegment out, long outOffset) {
        return false;
    }

    @Override
    public boolean expScale(
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

    @Override
    public boolean logSoftmax(
            MemorySegment x, long xOffset, int n, float max, float logSum, MemorySegment out, long outOffset) {
        return false;
    }

    @Override
    public boolean areProbabilities(MemorySegment x, long xOffset, int n) {
        return false;
    }

    @Override
    public boolean bce(
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

    @Override
    public double sumBceWithLogits(
            MemorySegment x,
            long xOffset,
            MemorySegment t,
            long tOffset,
            int n,
            float scale,
            @Nullable MemorySegment gradX,
            long gradXOffset) {
        return Double.NaN;
    }

    @Override
    public double sumKlDiv(MemorySegment x, long xOffset, MemorySegment t, long tOffset, int n) {
        return Double.NaN;
    }
}
