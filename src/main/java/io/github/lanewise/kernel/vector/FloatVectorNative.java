// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.FloatNativeKernels;
import io.github.lanewise.kernel.PointFunction;
import java.lang.foreign.MemorySegment;

/**
 * {@link FloatNativeKernels} by kernels that the build derives from those of arrays. They see native
 * segments alone.
 */
public final class FloatVectorNative implements FloatNativeKernels {
    /** The kernels have no state, so one is enough. */
    public static final FloatVectorNative INSTANCE = new FloatVectorNative();

    private FloatVectorNative() {}

    @Override
    public int apply(PointFunction f, MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset) {
        int whole = FloatSpecies.SPECIES.loopBound(n);
        switch (f) {
            case EXP -> FloatNativeElementwise.exp(x, xOffset, whole, out, outOffset);
            case EXPM1 -> FloatNativeElementwise.expm1(x, xOffset, whole, out, outOffset);
            case LOG -> FloatNativeElementwise.log(x, xOffset, whole, out, outOffset);
            case LOG1P -> FloatNativeElementwise.log1p(x, xOffset, whole, out, outOffset);
            case TANH -> FloatNativeSigmoid.tanh(x, xOffset, whole, out, outOffset);
            case SIGMOID -> {
                int done = FloatNativePlainSigmoid.sigmoid(x, xOffset, whole, out, outOffset);
                if (done < whole) {
                    long bytes = (long) done * Float.BYTES;
                    FloatNativeSigmoid.sigmoid(x, xOffset + bytes, whole - done, out, outOffset + bytes);
                }
            }
            case LOG_SIGMOID ->
                FloatNativeSigmoid.softplus(x, xOffset, whole, -1f, Float.POSITIVE_INFINITY, out, outOffset);
        }
        return whole;
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
        int whole = FloatSpecies.SPECIES.loopBound(n);
        switch (f) {
            case EXP, EXPM1 -> FloatNativePoints.expTimes(x, xOffset, g, gOffset, whole, out, outOffset);
            case LOG -> FloatNativePoints.quotient(x, xOffset, g, gOffset, whole, -0f, out, outOffset);
            case LOG1P -> FloatNativePoints.quotient(x, xOffset, g, gOffset, whole, 1f, out, outOffset);
            case TANH -> FloatNativeSigmoid.slope(x, xOffset, g, gOffset, whole, 2f, 4f, out, outOffset);
            case SIGMOID -> FloatNativeSigmoid.slope(x, xOffset, g, gOffset, whole, 1f, 1f, out, outOffset);
            case LOG_SIGMOID ->
                FloatNativeSigmoid.sigmoidTimes(
                        x, xOffset, g, gOffset, whole, -1f, Float.POSITIVE_INFINITY, out, outOffset);
        }
        return whole;
    }

    @Override
    public int softplus(
            MemorySegment x, long xOffset, int n, float beta, float threshold, MemorySegment out, long outOffset) {
        int whole = FloatSpecies.SPECIES.loopBound(n);
        FloatNativeSigmoid.softplus(x, xOffset, whole, beta, threshold, out, outOffset);
        return whole;
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
        int whole = FloatSpecies.SPECIES.loopBound(n);
        FloatNativeSigmoid.sigmoidTimes(x, xOffset, g, gOffset, whole, beta, threshold, out, outOffset);
        return whole;
    }

    @Override
    public double plainSumExpAndMax(MemorySegment x, long xOffset, int n, float near, float[] max) {
        int rest = n % FloatLanes.BLOCK;
        if (rest == 0) {
            return FloatNativePlainExpSums.sumExpAndMax(x, xOffset, n, near, FloatTail.NOTHING, max);
        }
        long last = xOffset + (long) (n - FloatLanes.BLOCK) * Float.BYTES;
        FloatNativePlainExpSums.restTerms(x, last, rest, near, max);
        return FloatNativePlainExpSums.sumExpAndMax(x, xOffset, n, near, max, max);
    }

    @Override
    public double plainSumTermsAndMax(
            MemorySegment x, long xOffset, int n, float near, float[] max, float[] terms, int termsOffset) {
        int rest = n % FloatLanes.BLOCK;
        float[] start = FloatTail.NOTHING;
        if (rest != 0) {
            int last = n - FloatLanes.BLOCK;
            FloatNativeTerms.restTerms(
                    x, xOffset + (long) last * Float.BYTES, rest, near, max, terms, termsOffset + last);
            start = max;
        }
        return FloatNativeTerms.sumTermsAndMax(x, xOffset, n, near, start, max, terms, termsOffset);
    }

    @Override
    public boolean scaleTerms(
            float[] terms, int termsOffset, int n, float gain, float minus, MemorySegment out, long outOffset) {
        FloatNativeTerms.scale(terms, termsOffset, n, gain, minus, out, outOffset);
        return true;
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
        FloatNativeTerms.expScale(x, xOffset, n, max, factor, minus, out, outOffset);
        return true;
    }

    @Override
    public boolean logSoftmax(
            MemorySegment x, long xOffset, int n, float max, float logSum, MemorySegment out, long outOffset) {
        FloatNativeLogSoftmax.logSoftmax(x, xOffset, null, 0, n, max, logSum, 1f, out, outOffset);
        return true;
    }
}
