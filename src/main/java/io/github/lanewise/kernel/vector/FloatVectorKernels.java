// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import io.github.lanewise.kernel.FloatKernels;
import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.scalar.FloatScalarColumns;
import io.github.lanewise.kernel.scalar.FloatScalarRows;
import org.jspecify.annotations.Nullable;

/**
 * The kernels on the Vector API, at the machine's preferred width up to 512 bits.
 *
 * <p><b>How a kernel is written.</b> C2 compiles a kernel and what it inlines as one unit with one budget
 * ({@code NodeCountInliningCutoff}, 18 000 nodes). A vector operation costs 400 nodes and more, a masked load 1 600. Past
 * the budget C2 still inlines the Vector API, but no other method, and a method that takes or returns vectors and is not
 * inlined gets them boxed: ten times slower, and kilobytes of garbage a call. Hence three rules.
 *
 * <ol>
 *   <li>A kernel calls no method of this library that takes or returns vectors. The exponential and the fold of the
 *       lanes are written out in each kernel that needs them.
 *   <li>A kernel with an exponential is longer than 325 bytecodes ({@code FreqInlineSize}), so that it is never inlined into
 *       a hot caller, whose budget two kernels would exceed. Short kernels without one may be inlined.
 *   <li>Vectors live in locals only.
 * </ol>
 *
 * <p>{@code KernelShapeTest} holds the first two; the scalar twin holds the bits of what is written out.
 */
public final class FloatVectorKernels extends FloatVectorLossKernels implements FloatKernels {
    /** The kernels have no state, so one is enough. */
    public static final FloatVectorKernels INSTANCE = new FloatVectorKernels();

    private FloatVectorKernels() {}

    /** The width of the vectors in bits. */
    public static int bits() {
        return FloatSpecies.SPECIES.vectorBitSize();
    }

    @Override
    public int indexOfMax(float[] x, int xOffset, int n) {
        if (n >= FloatLanes.BLOCK) {
            return FloatVectorSums.indexOfMax(x, xOffset, n);
        }
        return crosses(x, xOffset, n)
                ? FloatScalarRows.indexOfMax(x, xOffset, 1, n)
                : FloatVectorTails.indexOfMax(x, xOffset, n);
    }

    @Override
    public double sumExp(float[] x, int xOffset, int n, float max, int skip) {
        if (n >= FloatLanes.BLOCK) {
            return FloatVectorSums.sumExp(x, xOffset, n, max, skip);
        }
        if (!crosses(x, xOffset, n)) {
            return FloatVectorTails.sumExp(x, xOffset, n, max, skip);
        }
        float[] pad = FloatPad.borrow();
        System.arraycopy(x, xOffset, pad, 0, n);
        double sum = FloatVectorTails.sumExp(pad, 0, n, max, skip);
        FloatPad.giveBack(pad);
        return sum;
    }

    @Override
    public double sum(float[] x, int xOffset, int n) {
        if (n >= FloatLanes.BLOCK) {
            return FloatVectorSums.linear(x, xOffset, 1f, -0f, null, 0, 0f, 0f, null, 0, n);
        }
        return crosses(x, xOffset, n)
                ? FloatScalarRows.sum(x, xOffset, 1, n)
                : FloatVectorTails.linear(x, xOffset, 1f, -0f, null, 0, 0f, 0f, null, 0, n);
    }

    @Override
    public double dot(float[] x, int xOffset, float[] y, int yOffset, int n) {
        if (n >= FloatLanes.BLOCK) {
            return FloatVectorSums.linear(x, xOffset, 1f, -0f, y, yOffset, 1f, 0f, null, 0, n);
        }
        return crosses(x, xOffset, n) || crosses(y, yOffset, n)
                ? FloatScalarRows.dot(x, xOffset, 1, y, yOffset, 1, n)
                : FloatVectorTails.linear(x, xOffset, 1f, -0f, y, yOffset, 1f, 0f, null, 0, n);
    }

    @Override
    public double sumBelow(
            float[] x,
            int xOffset,
            float @Nullable [] t,
            int tOffset,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            float alpha,
            float beta) {
        if (n >= FloatLanes.BLOCK) {
            return FloatVectorSums.linear(x, xOffset, -1f, max, t, tOffset, alpha, beta, w, wOffset, n);
        }
        return crosses(x, xOffset, n) || crosses(t, tOffset, n) || crosses(w, wOffset, n)
                ? FloatScalarRows.sumBelow(x, xOffset, 1, t, tOffset, 1, w, wOffset, n, max, alpha, beta)
                : FloatVectorTails.linear(x, xOffset, -1f, max, t, tOffset, alpha, beta, w, wOffset, n);
    }

    @Override
    public void expScale(
            float[] x,
            int xOffset,
            float @Nullable [] t,
            int tOffset,
            float @Nullable [] w,
            int wOffset,
            int n,
            float shift,
            double factor,
            float alpha,
            float beta,
            float[] out,
            int outOffset) {
        boolean edge = crosses(x, xOffset, n)
                || crosses(t, tOffset, n)
                || crosses(w, wOffset, n)
                || crosses(out, outOffset, n);
        int whole = edge ? FloatSpecies.SPECIES.loopBound(n) : n;
        if (t == null) {
            FloatVectorMaps.expScale(x, xOffset, whole, shift, factor, beta, out, outOffset);
        } else {
            FloatVectorMaps.expScaleMixed(
                    x, xOffset, t, tOffset, w, wOffset, whole, shift, factor, alpha, beta, out, outOffset);
        }
        if (whole < n && t == null) {
            int rest = n - whole;
            float[] pad = FloatPad.borrow();
            System.arraycopy(x, xOffset + whole, pad, 0, rest);
            FloatVectorMaps.expScale(pad, 0, rest, shift, factor, beta, pad, 0);
            System.arraycopy(pad, 0, out, outOffset + whole, rest);
            FloatPad.giveBack(pad);
        } else if (whole < n) {
            FloatScalarRows.expScale(
                    x,
                    xOffset + whole,
                    1,
                    t,
                    tOffset + whole,
                    1,
                    w,
                    wOffset + whole,
                    n - whole,
                    shift,
                    factor,
                    alpha,
                    beta,
                    out,
                    outOffset + whole,
                    1);
        }
    }

    @Override
    public void logSoftmax(
            float[] x,
            int xOffset,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            float logSum,
            float scale,
            float[] out,
            int outOffset) {
        boolean edge = crosses(x, xOffset, n) || crosses(w, wOffset, n) || crosses(out, outOffset, n);
        int whole = edge ? FloatSpecies.SPECIES.loopBound(n) : n;
        FloatVectorMaps.logSoftmax(x, xOffset, w, wOffset, whole, max, logSum, scale, out, outOffset);
        if (whole < n) {
            FloatScalarRows.logSoftmax(
                    x,
                    xOffset + whole,
                    1,
                    w,
                    wOffset + whole,
                    n - whole,
                    max,
                    logSum,
                    scale,
                    out,
                    outOffset + whole,
                    1);
        }
    }

    @Override
    public void logSoftmaxBackward(
            float[] logProbability,
            int logProbabilityOffset,
            float[] gradient,
            int gradientOffset,
            int n,
            float gradientSum,
            float[] out,
            int outOffset) {
        boolean edge = crosses(logProbability, logProbabilityOffset, n)
                || crosses(gradient, gradientOffset, n)
                || crosses(out, outOffset, n);
        int whole = edge ? FloatSpecies.SPECIES.loopBound(n) : n;
        FloatVectorMaps.logSoftmaxBackward(
                logProbability, logProbabilityOffset, gradient, gradientOffset, whole, gradientSum, out, outOffset);
        if (whole < n) {
            FloatScalarRows.logSoftmaxBackward(
                    logProbability,
                    logProbabilityOffset + whole,
                    1,
                    gradient,
                    gradientOffset + whole,
                    1,
                    n - whole,
                    gradientSum,
                    out,
                    outOffset + whole,
                    1);
        }
    }

    @Override
    public void softmaxBackward(
            float[] probability,
            int probabilityOffset,
            float[] gradient,
            int gradientOffset,
            int n,
            float mean,
            float[] out,
            int outOffset) {
        boolean edge = crosses(probability, probabilityOffset, n)
                || crosses(gradient, gradientOffset, n)
                || crosses(out, outOffset, n);
        int whole = edge ? FloatSpecies.SPECIES.loopBound(n) : n;
        FloatVectorMaps.softmaxBackward(
                probability, probabilityOffset, gradient, gradientOffset, whole, mean, out, outOffset);
        if (whole < n) {
            FloatScalarRows.softmaxBackward(
                    probability,
                    probabilityOffset + whole,
                    1,
                    gradient,
                    gradientOffset + whole,
                    1,
                    n - whole,
                    mean,
                    out,
                    outOffset + whole,
                    1);
        }
    }

    @Override
    public void columnMax(float[] x, int xOffset, int stride, int n, int count, float[] max) {
        if (lastCrosses(x, xOffset, stride, n, count)) {
            FloatScalarColumns.max(x, xOffset, stride, n, count, max);
        } else {
            FloatVectorColumns.max(x, xOffset, stride, n, count, max);
        }
    }

    @Override
    public void columnExpSetup(float[] max, int count, float[] shift, float[] low, float[] magic) {
        FloatVectorColumns.expSetup(max, count, shift, low, magic);
    }

    @Override
    public void columnSumExp(
            float[] x,
            int xOffset,
            int stride,
            int n,
            int count,
            float[] max,
            float[] shift,
            float[] low,
            float[] magic,
            float[] sum,
            float[] extraMaxima) {
        if (lastCrosses(x, xOffset, stride, n, count)) {
            FloatScalarColumns.sumExp(x, xOffset, stride, n, count, max, shift, low, magic, sum, extraMaxima);
        } else {
            FloatVectorColumns.sumExp(x, xOffset, stride, n, count, max, shift, low, magic, sum, extraMaxima);
        }
    }

    @Override
    public void columnSumBelow(
            float[] x,
            int xOffset,
            int stride,
            float @Nullable [] w,
            int wOffset,
            int n,
            int count,
            float[] max,
            float[] out) {
        if (lastCrosses(x, xOffset, stride, n, count)) {
            FloatScalarColumns.sumBelow(x, xOffset, stride, w, wOffset, n, count, max, out);
        } else {
            FloatVectorColumns.sumBelow(x, xOffset, stride, w, wOffset, n, count, max, out);
        }
    }

    @Override
    public void columnExpScale(
            float[] x,
            int xOffset,
            int stride,
            float @Nullable [] w,
            int wOffset,
            int n,
            int count,
            float[] shift,
            float[] low,
            float[] magic,
            float[] gain,
            float[] minus,
            float[] out,
            int outOffset,
            int outStride) {
        if (lastCrosses(x, xOffset, stride, n, count) || lastCrosses(out, outOffset, outStride, n, count)) {
            FloatScalarColumns.expScale(
                    x, xOffset, stride, w, wOffset, n, count, shift, low, magic, gain, minus, out, outOffset,
                    outStride);
        } else {
            FloatVectorColumns.expScale(
                    x, xOffset, stride, w, wOffset, n, count, shift, low, magic, gain, minus, out, outOffset,
                    outStride);
        }
    }

    @Override
    public void columnLogSoftmax(
            float[] x,
            int xOffset,
            int stride,
            int n,
            int count,
            float[] max,
            float[] logSum,
            float[] out,
            int outOffset,
            int outStride) {
        if (lastCrosses(x, xOffset, stride, n, count) || lastCrosses(out, outOffset, outStride, n, count)) {
            FloatScalarColumns.logSoftmax(x, xOffset, stride, n, count, max, logSum, out, outOffset, outStride);
        } else {
            FloatVectorColumns.logSoftmax(x, xOffset, stride, n, count, max, logSum, out, outOffset, outStride);
        }
    }

    @Override
    public double dotPrecise(float[] x, int xOffset, float xScale, float[] y, int yOffset, float yScale, int n) {
        if (!crosses(x, xOffset, n) && !crosses(y, yOffset, n)) {
            return FloatVectorDots.dotPrecise(x, xOffset, xScale, y, yOffset, yScale, n);
        }
        return FloatScalarRows.dotPrecise(x, xOffset, 1, xScale, y, yOffset, 1, yScale, n);
    }

    /** Whether a register crosses the array's end in one of the {@code n} rows that columns consist of. */
    private static boolean lastCrosses(float[] x, int xOffset, int stride, int n, int count) {
        return crosses(x, xOffset + Math.max(0, (n - 1) * stride), count);
    }
}
