// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatExp;
import io.github.lanewise.kernel.FloatKernels;
import io.github.lanewise.kernel.FloatLogOnePlus;
import org.jspecify.annotations.Nullable;

/**
 * The column operations of {@link io.github.lanewise.kernel.FloatKernels} in plain Java: one column after the other, the
 * elements of a column in index order. A column is what one lane of the vector kernels computes.
 */
public final class FloatScalarColumns {
    private FloatScalarColumns() {}

    /** As {@link io.github.lanewise.kernel.FloatKernels#rowsToColumns}, from row {@code first} on. */
    public static void fromRows(float[] x, int xOffset, int n, int first, int count, float[] out, int stride) {
        for (int i = 0; i < n; i++) {
            for (int p = first; p < count; p++) {
                out[i * stride + p] = x[xOffset + p * n + i];
            }
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnsToRows}, from row {@code first} on. */
    public static void toRows(float[] x, int stride, int n, int first, int count, float[] out, int outOffset) {
        for (int p = first; p < count; p++) {
            for (int i = 0; i < n; i++) {
                out[outOffset + p * n + i] = x[i * stride + p];
            }
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnCopyMax}. */
    public static void copyMax(
            float[] x, int xOffset, int stride, int n, int count, float[] out, int outStride, float[] max) {
        for (int i = 0; i < n; i++) {
            System.arraycopy(x, xOffset + i * stride, out, i * outStride, count);
        }
        max(x, xOffset, stride, n, count, max);
    }

    /** For each column the largest element that is not NaN. */
    public static void max(float[] x, int xOffset, int stride, int n, int count, float[] max) {
        for (int p = 0; p < count; p++) {
            float largest = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < n; i++) {
                float value = x[xOffset + p + i * stride];
                if (value > largest) {
                    largest = value;
                }
            }
            max[p] = largest + 0f;
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnExpSetup}. */
    public static void expSetup(float[] max, int count, float[] shift, float[] low, float[] magic, float[] topTerm) {
        for (int p = 0; p < count; p++) {
            shift[p] = FloatExp.shift(max[p]);
            float top = max[p] - shift[p];
            float power = FloatExp.power(top);
            low[p] = FloatExp.low(power, FloatExp.SCALE);
            magic[p] = FloatExp.magic(power, FloatExp.SCALE);
            topTerm[p] = FloatExp.topTerm(max[p]);
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnSumWhole}. */
    public static void sumWhole(
            float[] x,
            int xOffset,
            int stride,
            int n,
            int count,
            float[] shift,
            float[] low,
            float[] magic,
            float[] top,
            float[] sum,
            float[] carry) {
        for (int p = 0; p < count; p++) {
            float total = top[p];
            float lost = 0f;
            for (int i = 0; i < n; i++) {
                float term = FloatExp.sumTerm(x[xOffset + p + i * stride] - shift[p], low[p], magic[p]);
                float next = total + term;
                lost += term - (next - total);
                total = next;
            }
            sum[p] = FloatScalarRows.canonical(total);
            carry[p] = FloatScalarRows.canonical(lost);
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnInSumUnits}. */
    public static void inSumUnits(float[] max, double[] sum, int count, double[] excess) {
        for (int p = 0; p < count; p++) {
            excess[p] = FloatExp.inSumUnits(sum[p], FloatExp.sumUnit(max[p]));
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnUnits}. */
    public static void units(float[] max, int count, double[] unit) {
        for (int p = 0; p < count; p++) {
            unit[p] = FloatExp.unit(max[p]);
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnLogOnePlus}. */
    public static void logOnePlus(double[] r, int count, double[] log) {
        for (int p = 0; p < count; p++) {
            log[p] = FloatLogOnePlus.log1p(r[p]);
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnSumExp}. */
    public static void sumExp(
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
        for (int p = 0; p < count; p++) {
            float total = 0f;
            float carry = 0f;
            float maxima = -1f;
            for (int i = 0; i < n; i++) {
                float value = x[xOffset + p + i * stride];
                boolean isMax = value == max[p];
                maxima += isMax ? 1f : 0f;
                // The term of low is +0, or NaN where the maximum is infinite.
                float v = isMax ? low[p] : value - shift[p];
                float term = FloatExp.term(v, low[p], magic[p]);
                float next = total + term;
                carry += term - (next - total);
                total = next;
            }
            sum[p] = FloatScalarRows.canonical(total + carry);
            extraMaxima[p] = maxima;
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnRowSums}. */
    public static void rowSums(ExpSum kind, float[] x, int xOffset, int n, int count, float[] max, double[] sum) {
        for (int p = 0; p < count; p++) {
            sum[p] = FloatScalarRows.sumExp(kind, x, xOffset + p, FloatKernels.TILE, n, max[p]);
        }
    }

    /** For each column the sum of w * (max - x); without w the weight is 1. */
    public static void sumBelow(
            float[] x,
            int xOffset,
            int stride,
            float @Nullable [] w,
            int wOffset,
            int n,
            int count,
            float[] max,
            float[] out) {
        for (int p = 0; p < count; p++) {
            float sum = 0f;
            float carry = 0f;
            for (int i = 0; i < n; i++) {
                float below = max[p] - x[xOffset + p + i * stride];
                float term = w == null ? below : below * w[wOffset + i];
                float next = sum + term;
                carry += term - (next - sum);
                sum = next;
            }
            out[p] = FloatScalarRows.canonical(sum + carry);
        }
    }

    /** {@code out = exp(x - max) * factor - minus * w}; without w the weight is 1. */
    public static void expScale(
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
        for (int p = 0; p < count; p++) {
            for (int i = 0; i < n; i++) {
                float term = FloatExp.term(x[xOffset + p + i * stride] - shift[p], low[p], magic[p]);
                float q = w == null ? minus[p] : minus[p] * w[wOffset + i];
                out[outOffset + p + i * outStride] = FloatScalarRows.canonical(Math.fma(term, gain[p], -q));
            }
        }
    }

    /** out = (x - max) - logSum. */
    public static void logSoftmax(
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
        for (int i = 0; i < n; i++) {
            for (int p = 0; p < count; p++) {
                out[outOffset + p + i * outStride] =
                        FloatScalarRows.canonical((x[xOffset + p + i * stride] - max[p]) - logSum[p]);
            }
        }
    }
}
