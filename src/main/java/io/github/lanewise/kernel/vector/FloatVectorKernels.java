// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import io.github.lanewise.kernel.FloatKernels;
import io.github.lanewise.kernel.FloatLanes;
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
public final class FloatVectorKernels implements FloatKernels {
    /** The kernels have no state, so one is enough. */
    public static final FloatVectorKernels INSTANCE = new FloatVectorKernels();

    private FloatVectorKernels() {}

    /** The width of the vectors in bits. */
    public static int bits() {
        return FloatSpecies.SPECIES.vectorBitSize();
    }

    @Override
    public int indexOfMax(float[] x, int xOffset, int n) {
        return n < FloatLanes.BLOCK
                ? FloatVectorTails.indexOfMax(x, xOffset, n)
                : FloatVectorSums.indexOfMax(x, xOffset, n);
    }

    @Override
    public double sumExp(float[] x, int xOffset, int n, float max, int skip) {
        return n < FloatLanes.BLOCK
                ? FloatVectorTails.sumExp(x, xOffset, n, max, skip)
                : FloatVectorSums.sumExp(x, xOffset, n, max, skip);
    }

    @Override
    public double sum(float[] x, int xOffset, int n) {
        return n < FloatLanes.BLOCK
                ? FloatVectorTails.linear(x, xOffset, 1f, -0f, null, 0, 0f, 0f, null, 0, n)
                : FloatVectorSums.linear(x, xOffset, 1f, -0f, null, 0, 0f, 0f, null, 0, n);
    }

    @Override
    public double dot(float[] x, int xOffset, float[] y, int yOffset, int n) {
        return n < FloatLanes.BLOCK
                ? FloatVectorTails.linear(x, xOffset, 1f, -0f, y, yOffset, 1f, 0f, null, 0, n)
                : FloatVectorSums.linear(x, xOffset, 1f, -0f, y, yOffset, 1f, 0f, null, 0, n);
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
        return n < FloatLanes.BLOCK
                ? FloatVectorTails.linear(x, xOffset, -1f, max, t, tOffset, alpha, beta, w, wOffset, n)
                : FloatVectorSums.linear(x, xOffset, -1f, max, t, tOffset, alpha, beta, w, wOffset, n);
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
        if (t == null) {
            FloatVectorMaps.expScale(x, xOffset, n, shift, factor, beta, out, outOffset);
        } else {
            FloatVectorMaps.expScaleMixed(
                    x, xOffset, t, tOffset, w, wOffset, n, shift, factor, alpha, beta, out, outOffset);
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
        FloatVectorMaps.logSoftmax(x, xOffset, w, wOffset, n, max, logSum, scale, out, outOffset);
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
        FloatVectorMaps.logSoftmaxBackward(
                logProbability, logProbabilityOffset, gradient, gradientOffset, n, gradientSum, out, outOffset);
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
        FloatVectorMaps.softmaxBackward(
                probability, probabilityOffset, gradient, gradientOffset, n, mean, out, outOffset);
    }

    @Override
    public void columnMax(float[] x, int xOffset, int stride, int n, int count, float[] max) {
        FloatVectorColumns.max(x, xOffset, stride, n, count, max);
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
        FloatVectorColumns.sumExp(x, xOffset, stride, n, count, max, shift, low, magic, sum, extraMaxima);
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
        FloatVectorColumns.sumBelow(x, xOffset, stride, w, wOffset, n, count, max, out);
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
        FloatVectorColumns.expScale(
                x, xOffset, stride, w, wOffset, n, count, shift, low, magic, gain, minus, out, outOffset, outStride);
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
        FloatVectorColumns.logSoftmax(x, xOffset, stride, n, count, max, logSum, out, outOffset, outStride);
    }

    @Override
    public void exp(float[] x, int xOffset, int n, float[] out, int outOffset) {
        FloatVectorElementwise.exp(x, xOffset, n, out, outOffset);
    }

    @Override
    public void expm1(float[] x, int xOffset, int n, float[] out, int outOffset) {
        FloatVectorElementwise.expm1(x, xOffset, n, out, outOffset);
    }

    @Override
    public void log(float[] x, int xOffset, int n, float[] out, int outOffset) {
        FloatVectorElementwise.log(x, xOffset, n, out, outOffset);
    }

    @Override
    public void log1p(float[] x, int xOffset, int n, float[] out, int outOffset) {
        FloatVectorElementwise.log1p(x, xOffset, n, out, outOffset);
    }
}
