// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.FloatNativeKernels;
import io.github.lanewise.kernel.PointFunction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * {@link FloatNativeKernels} by kernels that the build derives from those of arrays. They see native
 * segments alone.
 */
public final class FloatVectorNative implements FloatNativeKernels {
    /** The kernels have no state, so one is enough. */
    public static final FloatVectorNative INSTANCE = new FloatVectorNative();

    private static final ValueLayout.OfFloat LAYOUT = ValueLayout.JAVA_FLOAT_UNALIGNED;

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
            case EXP, EXPM1 -> FloatNativeSlopes.expTimes(x, xOffset, g, gOffset, whole, out, outOffset);
            case LOG -> FloatNativeSlopes.quotient(x, xOffset, g, gOffset, whole, -0f, out, outOffset);
            case LOG1P -> FloatNativeSlopes.quotient(x, xOffset, g, gOffset, whole, 1f, out, outOffset);
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
    public boolean plainSumsExpAndMax(
            MemorySegment x, int[] places, int count, int n, float near, double[] sums, float[] max) {
        float[] lanes = FloatPiece.borrow();
        FloatNativePlainRowSums.restTerms(x, places, count, n, near, lanes);
        FloatNativePlainRowSums.sumsExpAndMax(x, places, count, n, near, lanes, sums, max);
        FloatPiece.giveBack(lanes);
        findNegative(x, places, count, n, max);
        return true;
    }

    @Override
    public boolean plainSumsTermsAndMax(
            MemorySegment x,
            int[] places,
            int count,
            int n,
            float near,
            double[] sums,
            float[] max,
            float[] terms,
            int[] termsPlaces) {
        if (!FloatVectorKernels.KEEPS_TOGETHER) {
            return false;
        }
        float[] lanes = FloatPiece.borrow();
        FloatNativeRowTerms.restTerms(x, places, count, n, near, lanes, terms, termsPlaces);
        FloatNativeRowTerms.sumsTermsAndMax(x, places, count, n, near, lanes, sums, max, terms, termsPlaces);
        FloatPiece.giveBack(lanes);
        findNegative(x, places, count, n, max);
        return true;
    }

    /** Looks for the maxima of rows of negative elements by the search that is made for them. */
    private static void findNegative(MemorySegment x, int[] places, int count, int n, float[] max) {
        for (int i = 0; i < count; i++) {
            if (Float.floatToRawIntBits(max[i]) < 0) {
                max[i] = FloatNativeMax.max(x, (long) places[i] * Float.BYTES, n);
            }
        }
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

    @Override
    public boolean areProbabilities(MemorySegment x, long xOffset, int n) {
        return n % FloatSpecies.LENGTH == 0 && FloatNativePlainBce.areProbabilities(x, xOffset, n);
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
        if (n % FloatSpecies.LENGTH != 0) {
            return false;
        }
        int done = gradX == null ? FloatNativePlainBce.bce(x, xOffset, t, tOffset, n, loss, lossOffset) : 0;
        if (done < n) {
            long bytes = (long) done * Float.BYTES;
            FloatNativeBce.bce(
                    x,
                    xOffset + bytes,
                    t,
                    tOffset + bytes,
                    null,
                    0,
                    n - done,
                    exact,
                    null,
                    0,
                    scale,
                    loss,
                    lossOffset + done,
                    gradX,
                    gradXOffset + bytes,
                    null,
                    0);
        }
        return true;
    }

    @Override
    public double sumBceWithLogits(MemorySegment x, long xOffset, MemorySegment t, long tOffset, int n) {
        FloatLogitStrip strip = FloatLogitStrip.borrow();
        strip.begin();
        int whole = n / FloatVectorLogitSums.TWO_ROWS * FloatVectorLogitSums.TWO_ROWS;
        FloatNativeLogitTerms.terms(x, xOffset, t, tOffset, whole, strip.terms, 0);
        if (whole < n) {
            int rest = n - whole;
            long restAt = (long) whole * Float.BYTES;
            float[] pad = strip.pad;
            MemorySegment.copy(x, LAYOUT, xOffset + restAt, pad, 0, rest);
            MemorySegment.copy(t, LAYOUT, tOffset + restAt, pad, FloatVectorLogitSums.TWO_ROWS, rest);
            FloatVectorLogitSums.rest(strip, rest, whole);
        }
        FloatVectorLogitSums.add(strip, n);
        double sum = FloatVectorLogitSums.total(strip);
        strip.giveBack();
        return sum;
    }

    @Override
    public double sumKlDiv(MemorySegment x, long xOffset, MemorySegment t, long tOffset, int n) {
        double sum = FloatNativeKlDivSums.sum(x, xOffset, t, tOffset, n);
        return Double.isFinite(sum) ? sum : Double.NaN;
    }
}
