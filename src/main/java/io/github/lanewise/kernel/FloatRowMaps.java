// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import io.github.lanewise.kernel.scalar.FloatMath;
import io.github.lanewise.kernel.scalar.FloatScalarRows;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What is computed from each element of a row of any length and stride once the row's numbers are known: softmax, log-softmax and
 * gradients. Rows with stride 1 run on the chosen kernels, others on the twin, as {@link FloatRows} do.
 */
public final class FloatRowMaps {
    private FloatRowMaps() {}

    /**
     * Where in a row the maximum stands, if it has nearly all of the sum, else -1. What is a term times a factor for other elements is
     * the factor itself for that one, nearer to which no product comes, and which one may be above.
     */
    public static int certain(double excess, float[] x, int offset, int stride, int n, float max) {
        return excess < FloatExp.CERTAIN ? FloatRows.indexOf(x, offset, stride, n, max) : -1;
    }

    /** {@code out = exp(x - max) * factor - q}, all NaN if the factor is NaN; see {@link FloatKernels#expScale}. */
    public static void expScale(
            float[] x,
            int xOffset,
            int xStride,
            float @Nullable [] t,
            int tOffset,
            int tStride,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            double factor,
            float alpha,
            float beta,
            float[] out,
            int outOffset,
            int outStride) {
        if (Double.isNaN(factor) || Float.isNaN(beta)) {
            FloatRows.fill(out, outOffset, outStride, n, Float.NaN);
        } else if (xStride == 1 && outStride == 1 && (t == null || tStride == 1) && hasGain(max, factor)) {
            Kernels.FLOAT.expScale(x, xOffset, t, tOffset, w, wOffset, n, max, factor, alpha, beta, out, outOffset);
        } else {
            FloatScalarRows.expScale(
                    x, xOffset, xStride, t, tOffset, tStride, w, wOffset, n, max, factor, alpha, beta, out, outOffset,
                    outStride);
        }
    }

    /** Whether what terms are multiplied by is a number. Infinity times the terms that are 0 is left to code that looks for NaN. */
    private static boolean hasGain(float max, double factor) {
        return Math.abs(FloatExp.gain(max, factor, FloatExp.scale(factor))) < Float.POSITIVE_INFINITY;
    }

    /**
     * {@code out = exp(x - max) * factor - minus} like {@link #expScale}, from the row's terms if they have been kept in {@code out}.
     *
     * @param kept what {@link FloatRowExcess#kept} says of them; with a number, rows have stride 1 and are at least a block long
     */
    public static void scale(
            float[] x,
            int xOffset,
            int xStride,
            int n,
            float max,
            float kept,
            double factor,
            float minus,
            float[] out,
            int outOffset,
            int outStride) {
        if (serves(kept, factor, minus)) {
            float gain = gainOfKept(max, kept, factor);
            Kernels.FLOAT.scaleTerms(out, outOffset, n, gain, minus, out, outOffset);
        } else {
            expScale(x, xOffset, xStride, null, 0, 0, null, 0, n, max, factor, 0f, minus, out, outOffset, outStride);
        }
    }

    /** Whether terms that have been kept serve for a factor. */
    private static boolean serves(float kept, double factor, float minus) {
        boolean ordinary = Math.abs(factor) <= 1.0 && FloatExp.scale(factor) == FloatExp.SCALE && !Float.isNaN(minus);
        return ordinary && !Float.isNaN(kept);
    }

    private static float gainOfKept(float max, float kept, double factor) {
        return (float) FloatExp.moved(FloatExp.gain(max, factor, FloatExp.SCALE), kept, max);
    }

    /**
     * The same in native memory, for a row that {@link FloatRowExcess} has found there: from its terms if they have been kept,
     * else from the row, which may be the output itself.
     *
     * @param kept what {@link FloatRowExcess#kept} has said of the terms
     * @param terms where they have been kept, or null
     * @return whether the output is written; if not, it has to go through arrays
     */
    public static boolean scaleInPlace(
            MemorySegment x,
            long xOffset,
            int n,
            float max,
            float kept,
            float @Nullable [] terms,
            int termsOffset,
            double factor,
            float minus,
            MemorySegment out,
            long outOffset) {
        if (terms != null && serves(kept, factor, minus)) {
            float gain = gainOfKept(max, kept, factor);
            return Kernels.FLOAT_NATIVE.scaleTerms(terms, termsOffset, n, gain, minus, out, outOffset);
        }
        return hasGain(max, factor)
                && !Float.isNaN(minus)
                && Kernels.FLOAT_NATIVE.expScale(x, xOffset, n, max, factor, minus, out, outOffset);
    }

    /** The same for one column of those that {@link FloatKernels#columnExpScale} writes, where this one is to be written elsewhere. */
    public static void scaleColumn(
            float[] x,
            int xOffset,
            int xStride,
            int n,
            float max,
            double factor,
            float minus,
            float[] out,
            int outOffset,
            int outStride) {
        if (Double.isNaN(factor) || Float.isNaN(minus)) {
            FloatRows.fill(out, outOffset, outStride, n, Float.NaN);
        } else {
            FloatScalarRows.expScaleOfColumn(x, xOffset, xStride, n, max, factor, minus, out, outOffset, outStride);
        }
    }

    /** {@code exp(x - max) * factor} of one element, before it is rounded. */
    public static double expScale(float x, float max, double factor) {
        if (Double.isNaN(factor)) {
            return factor;
        }
        int scale = FloatExp.scale(factor);
        return (double) term(x, max, scale) * FloatExp.gain(max, factor, scale);
    }

    private static float term(float x, float max, int scale) {
        float shift = FloatExp.shift(max);
        float power = FloatExp.power(max - shift);
        return FloatExp.term(x - shift, FloatExp.low(power, scale), FloatExp.magic(power, scale));
    }

    // ---- for float only
    /**
     * The gradient of cross entropy at the target of a row that is less than a block long: {@code (p - 1) * gradient}, as minus the
     * probability of the others where the target has the maximum.
     *
     * @param gain {@link FloatExp#gain} of {@code gradient / (1 + excess)} for terms of the usual scale
     */
    public static float targetGradient(float element, float max, double excess, double gradient, float gain) {
        if (element == max) {
            return (float) ((0.0 - gradient * excess) / (1.0 + excess));
        }
        return (float) (Math.fma(term(element, max, FloatExp.SCALE), gain, -0f) - gradient);
    }

    // ---- end

    /** {@code out = ((x - max) - logSum) * scale * w}; {@code w} may be null for 1. */
    public static void logSoftmax(
            float[] x,
            int xOffset,
            int xStride,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            float logSum,
            float scale,
            float[] out,
            int outOffset,
            int outStride) {
        if (Float.isNaN(logSum)) {
            FloatRows.fill(out, outOffset, outStride, n, Float.NaN);
        } else if (xStride == 1 && outStride == 1) {
            Kernels.FLOAT.logSoftmax(x, xOffset, w, wOffset, n, max, logSum, scale, out, outOffset);
        } else {
            FloatScalarRows.logSoftmax(
                    x, xOffset, xStride, w, wOffset, n, max, logSum, scale, out, outOffset, outStride);
        }
    }

    /** {@code out = gradient - exp(logProbability) * gradientSum}. */
    public static void logSoftmaxBackward(
            float[] logProbability,
            int logProbabilityOffset,
            int logProbabilityStride,
            float[] gradient,
            int gradientOffset,
            int gradientStride,
            int n,
            float gradientSum,
            float[] out,
            int outOffset,
            int outStride) {
        if (logProbabilityStride == 1 && gradientStride == 1 && outStride == 1) {
            Kernels.FLOAT.logSoftmaxBackward(
                    logProbability, logProbabilityOffset, gradient, gradientOffset, n, gradientSum, out, outOffset);
        } else {
            FloatScalarRows.logSoftmaxBackward(
                    logProbability,
                    logProbabilityOffset,
                    logProbabilityStride,
                    gradient,
                    gradientOffset,
                    gradientStride,
                    n,
                    gradientSum,
                    out,
                    outOffset,
                    outStride);
        }
    }

    /** {@code out = probability * (gradient - mean)}. */
    public static void softmaxBackward(
            float[] probability,
            int probabilityOffset,
            int probabilityStride,
            float[] gradient,
            int gradientOffset,
            int gradientStride,
            int n,
            float mean,
            float[] out,
            int outOffset,
            int outStride) {
        if (probabilityStride == 1 && gradientStride == 1 && outStride == 1) {
            Kernels.FLOAT.softmaxBackward(
                    probability, probabilityOffset, gradient, gradientOffset, n, mean, out, outOffset);
        } else {
            FloatScalarRows.softmaxBackward(
                    probability,
                    probabilityOffset,
                    probabilityStride,
                    gradient,
                    gradientOffset,
                    gradientStride,
                    n,
                    mean,
                    out,
                    outOffset,
                    outStride);
        }
    }

    /**
     * {@code out = exp(x - y) * gradient} with {@code y} the log-sum-exp in double, its derivative. For maxima up to 2^29
     * that is the softmax; beyond, {@code y} holds ever less of the logarithm of the sum, as in PyTorch.
     */
    public static void logSumExpBackward(
            float[] x, int xOffset, int xStride, int n, float gradient, float[] out, int outOffset, int outStride) {
        float max = FloatRows.max(x, xOffset, xStride, n);
        double excess = FloatRowSumExp.excess(x, xOffset, xStride, n, max);
        logSumExpBackward(x, xOffset, xStride, n, max, Float.NaN, excess, gradient, out, outOffset, outStride);
    }

    /**
     * The same for a row whose maximum, with or without NaN, and excess are known.
     *
     * @param kept what {@link FloatRowExcess#kept} says of its terms, if {@code out} holds them, else NaN
     */
    public static void logSumExpBackward(
            float[] x,
            int xOffset,
            int xStride,
            int n,
            float max,
            float kept,
            double excess,
            float gradient,
            float[] out,
            int outOffset,
            int outStride) {
        if (!(Math.abs(max) < Float.POSITIVE_INFINITY)) {
            float whole = FloatRows.max(x, xOffset, xStride, n);
            FloatScalarRows.plainLogSumExpBackward(x, xOffset, xStride, n, whole, gradient, out, outOffset, outStride);
            return;
        }
        double factor = Math.abs(max) < FloatExp.SOFTMAX_LIMIT
                ? gradient / (1.0 + excess)
                : gradient * FloatMath.exp((float) (max - (max + FloatLogOnePlus.log1p(excess))));
        int certain = certain(excess, x, xOffset, xStride, n, max);
        scale(x, xOffset, xStride, n, max, kept, factor, 0f, out, outOffset, outStride);
        if (certain >= 0) {
            out[outOffset + certain * outStride] = (float) factor;
        }
    }
}
