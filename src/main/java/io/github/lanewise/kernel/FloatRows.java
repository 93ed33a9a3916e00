// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import io.github.lanewise.kernel.scalar.FloatScalarRows;
import io.github.lanewise.kernel.scalar.FloatScalarSelect;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whole rows of any length and stride, put together from the kernels' pieces: their maxima, their sums and what is found in them. Rows
 * with stride 1 run on the chosen kernels, others on the twin, which gives the bits of a contiguous copy. {@link FloatRowSumExp} has
 * their sums of exponentials, {@link FloatRowMaps} what is computed from each element.
 */
public final class FloatRows {
    private FloatRows() {}

    /** The largest element, a zero as +0; NaN if an element is NaN, negative infinity for an empty row. */
    public static float max(float[] x, int xOffset, int xStride, int n) {
        if (n == 0) {
            return Float.NEGATIVE_INFINITY;
        }
        return xStride == 1 ? Kernels.FLOAT.max(x, xOffset, n) : FloatScalarRows.max(x, xOffset, xStride, n);
    }

    /** Index of the first element from an index on that is greater than a bound, or {@code n} if there is none. */
    static int indexAbove(float[] x, int xOffset, int xStride, int from, int n, float bound) {
        return xStride == 1
                ? Kernels.FLOAT_SELECT.indexAbove(x, xOffset, from, n, bound)
                : FloatScalarSelect.indexAbove(x, xOffset, xStride, from, n, bound);
    }

    /** Index of the first of the largest elements that are not NaN, or -1 if there is none. */
    public static int indexOfMax(float[] x, int xOffset, int xStride, int n) {
        float max = max(x, xOffset, xStride, n);
        return Float.isNaN(max)
                ? FloatScalarRows.indexBesideNaN(x, xOffset, xStride, n)
                : indexOf(x, xOffset, xStride, n, max);
    }

    /** Index of the first element that has a value, or -1 if there is none. */
    public static int indexOf(float[] x, int xOffset, int xStride, int n, float value) {
        return xStride == 1
                ? Kernels.FLOAT.indexOf(x, xOffset, n, value)
                : FloatScalarRows.indexOf(x, xOffset, xStride, n, value);
    }

    /** Whether an element is NaN. */
    public static boolean hasNaN(float[] x, int xOffset, int xStride, int n) {
        for (int i = 0; i < n; i++) {
            if (Float.isNaN(x[xOffset + i * xStride])) {
                return true;
            }
        }
        return false;
    }

    /** Sum of a row. */
    public static double sum(float[] x, int xOffset, int xStride, int n) {
        double sum = 0.0;
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.piece(n - i);
            sum += xStride == 1
                    ? Kernels.FLOAT.sum(x, xOffset + i, length)
                    : FloatScalarRows.sum(x, xOffset + i * xStride, xStride, length);
        }
        return Double.isFinite(sum) ? sum : FloatScalarRows.plainSum(x, xOffset, xStride, n);
    }

    /** Sum of {@code y * x}. */
    public static double dot(float[] x, int xOffset, int xStride, float[] y, int yOffset, int yStride, int n) {
        double sum = 0.0;
        boolean unit = xStride == 1 && yStride == 1;
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.piece(n - i);
            sum += unit
                    ? Kernels.FLOAT.dot(x, xOffset + i, y, yOffset + i, length)
                    : FloatScalarRows.dot(x, xOffset + i * xStride, xStride, y, yOffset + i * yStride, yStride, length);
        }
        return Double.isFinite(sum) ? sum : FloatScalarRows.plainDot(x, xOffset, xStride, y, yOffset, yStride, n);
    }

    /**
     * Sum of {@code t * (max - x)}, as {@link #sumBelow} gives it, and in the first element of {@code mass} the {@link #sum} of
     * {@code t}; both in one walk where they are finite and the rows lie in arrays as they are.
     */
    public static double sumBelowAndMass(
            float[] x, int xOffset, int xStride, float[] t, int tOffset, int tStride, int n, float max, double[] mass) {
        double sum = 0.0;
        double all = 0.0;
        if (xStride == 1 && tStride == 1) {
            int length;
            for (int i = 0; i < n; i += length) {
                length = FloatLanes.piece(n - i);
                if (length < FloatLanes.BLOCK) {
                    sum += Kernels.FLOAT.sumBelow(x, xOffset + i, t, tOffset + i, null, 0, length, max, 1f, 0f);
                    all += Kernels.FLOAT.sum(t, tOffset + i, length);
                } else {
                    sum += Kernels.FLOAT.sumBelowAndMass(x, xOffset + i, t, tOffset + i, length, max, mass);
                    all += mass[0];
                }
            }
            mass[0] = all;
            if (Double.isFinite(sum) && Double.isFinite(all)) {
                return sum;
            }
        }
        mass[0] = sum(t, tOffset, tStride, n);
        return sumBelow(x, xOffset, xStride, t, tOffset, tStride, null, 0, n, max, 1f, 0f);
    }

    /**
     * Sum of {@code q * (max - x)} with {@code q = (alpha * t + beta) * w}, 1 without t.
     *
     * @see FloatKernels#sumBelow
     */
    public static double sumBelow(
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
            float alpha,
            float beta) {
        double sum = 0.0;
        boolean unit = xStride == 1 && (t == null || tStride == 1);
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.piece(n - i);
            sum += unit
                    ? Kernels.FLOAT.sumBelow(x, xOffset + i, t, tOffset + i, w, wOffset + i, length, max, alpha, beta)
                    : FloatScalarRows.sumBelow(
                            x,
                            xOffset + i * xStride,
                            xStride,
                            t,
                            tOffset + i * tStride,
                            tStride,
                            w,
                            wOffset + i,
                            length,
                            max,
                            alpha,
                            beta);
        }
        return Double.isFinite(sum)
                ? sum
                : FloatScalarRows.plainSumBelow(
                        x, xOffset, xStride, t, tOffset, tStride, w, wOffset, n, max, 0.0, alpha, beta, false);
    }

    /**
     * Sum of {@code q * ((max - x) + logSum)} element by element, for rows where an infinite coefficient meets a
     * difference of 0, or a coefficient of 0 an infinite difference.
     *
     * @param limit whether a coefficient of 0 makes its term 0
     */
    public static double plainSumBelow(
            float[] x,
            int xOffset,
            int xStride,
            float[] t,
            int tOffset,
            int tStride,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            double logSum,
            float alpha,
            float beta,
            boolean limit) {
        return FloatScalarRows.plainSumBelow(
                x, xOffset, xStride, t, tOffset, tStride, w, wOffset, n, max, logSum, alpha, beta, limit);
    }

    /** Sets every element of a row. The offset of a row without elements need not lie inside the array. */
    public static void fill(float[] out, int outOffset, int outStride, int n, float value) {
        if (outStride == 1 && n > 0) {
            Arrays.fill(out, outOffset, outOffset + n, value);
        } else {
            for (int i = 0; i < n; i++) {
                out[outOffset + i * outStride] = value;
            }
        }
    }
}
