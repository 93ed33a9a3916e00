// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatExp;
import io.github.lanewise.kernel.FloatKernels;
import io.github.lanewise.kernel.FloatRowSumExp;
import io.github.lanewise.kernel.Kernels;
import io.github.lanewise.kernel.ScratchPool;
import org.jspecify.annotations.Nullable;

/**
 * Per-column numbers of one tile of columns. Borrowed from a small pool, so that a call in steady state allocates nothing on any kind
 * of thread.
 */
final class FloatColumnScratch {
    /** Columns of a tile: these arrays, some 25 KiB, stay in the L1 cache beside the data. */
    static final int TILE = FloatKernels.TILE;

    private static final ScratchPool<FloatColumnScratch> POOL = new ScratchPool<>(FloatColumnScratch::new);

    final float[] max = new float[TILE];
    private final float[] shift = new float[TILE];
    private final float[] low = new float[TILE];
    private final float[] magic = new float[TILE];
    private final float[] gain = new float[TILE];
    private final float[] top = new float[TILE];
    private final double[] unit = new double[TILE];
    private final double[] whole = new double[TILE];
    private final float[] sum = new float[TILE];
    private final float[] carry = new float[TILE];
    private final float[] extraMaxima = new float[TILE];
    final double[] excess = new double[TILE];

    /** What {@link #logs} has found. */
    final double[] log = new double[TILE];

    final double[] loss = new double[TILE];

    final float[] logSum = new float[TILE];
    final float[] below = new float[TILE];
    final float[] minus = new float[TILE];

    /** The gradient of a column's loss with respect to its target's own part, and to that of all classes together. */
    final double[] own = new double[TILE];

    final double[] all = new double[TILE];

    /** The target's gradient where it is the maximum, less {@link #targetMinus}. */
    final double[] maxGradient = new double[TILE];

    final double[] targetMinus = new double[TILE];
    final boolean[] targetIsMax = new boolean[TILE];

    /** Where a maximum that has nearly all stands, unless it is the target's, or -1; and the gradient there. Only if {@link #mayBeCertain any}. */
    final int[] certain = new int[TILE];

    final double[] certainGradient = new double[TILE];
    final boolean[] zero = new boolean[TILE];

    /** What the terms of a column are multiplied by to become its part of an output, before {@link #gains}. */
    final double[] factor = new double[TILE];

    /** Whether there may be columns of which a maximum {@linkplain io.github.lanewise.kernel.FloatRowMaps#certain has nearly all}. */
    private boolean mayBeCertain;

    private @Nullable FloatRowTile rows;
    private @Nullable FloatColumnTile columns;

    private FloatColumnScratch() {}

    /** Takes a scratch from the pool, or makes one if all are taken. */
    static FloatColumnScratch borrow() {
        return POOL.borrow();
    }

    /** Gives a scratch back; it is dropped if the pool is full. */
    void giveBack() {
        if (columns != null) {
            columns.clear();
        }
        POOL.giveBack(this);
    }

    /** Fills {@link #excess} for columns whose {@link #max} is known; NaN for those that are not finite. */
    void sumExp(float[] x, int offset, int stride, int n, int count) {
        Kernels.FLOAT.columnExpSetup(max, count, shift, low, magic, top);
        Kernels.FLOAT.columnSumWhole(x, offset, stride, n, count, shift, low, magic, top, sum, carry);
        for (int i = 0; i < count; i++) {
            // Less the maximum's own term, with which the sum began, and that element's.
            whole[i] = ((double) sum[i] - 2.0 * top[i]) + carry[i];
        }
        Kernels.FLOAT.columnInSumUnits(max, whole, count, excess);
        double clear = n * FloatExp.CLEAR_IN_COLUMN;
        mayBeCertain = isAnyBelow(Math.max(clear, FloatExp.CERTAIN), count);
        if (mayBeCertain) {
            sumBelow(x, offset, stride, n, count, clear);
        }
    }

    private boolean isAnyBelow(double limit, int count) {
        boolean any = false;
        for (int i = 0; i < count; i++) {
            any |= excess[i] < limit;
        }
        return any;
    }

    /** Whether columns have to be asked for a maximum that has nearly all. */
    boolean mayBeCertain() {
        return mayBeCertain;
    }

    /** Columns in which the maximum dominates: without its term. */
    private void sumBelow(float[] x, int offset, int stride, int n, int count, double clear) {
        Kernels.FLOAT.columnSumExp(x, offset, stride, n, count, max, shift, low, magic, sum, extraMaxima);
        for (int i = 0; i < count; i++) {
            if (excess[i] < clear) {
                excess[i] = FloatExp.excess(sum[i], max[i]) + extraMaxima[i];
            }
        }
    }

    /**
     * Fills {@link #excess} for columns that are short rows, whose {@link #max} is known: the bits of {@link
     * io.github.lanewise.kernel.FloatRowSumExp#excess}, NaN for those that are not finite.
     */
    void rowSums(float[] x, int n, int count, float[] terms, double[] sums, double[] sumsBelow) {
        Kernels.FLOAT.columnExpSetup(max, count, shift, low, magic, top);
        rowSums(ExpSum.WHOLE, x, n, count, terms, sums);
        for (int i = 0; i < count; i++) {
            whole[i] = sums[i] - top[i];
        }
        Kernels.FLOAT.columnInSumUnits(max, whole, count, excess);
        double clear = FloatRowSumExp.clear(n);
        mayBeCertain = isAnyBelow(Math.max(clear, FloatExp.CERTAIN), count);
        if (!mayBeCertain) {
            return;
        }
        rowSums(ExpSum.BELOW, x, n, count, terms, sumsBelow);
        for (int i = 0; i < count; i++) {
            if (excess[i] < clear) {
                double ties = Math.rint((sums[i] - sumsBelow[i]) / top[i]) - 1.0;
                excess[i] = FloatExp.excess(sumsBelow[i], max[i]) + ties;
            }
        }
    }

    private void rowSums(ExpSum kind, float[] x, int n, int count, float[] terms, double[] sums) {
        Kernels.FLOAT.columnRowSums(kind, x, 0, n, count, max, shift, low, magic, terms, sums);
    }

    /** The tile of short rows whose numbers these are. */
    FloatRowTile rows() {
        if (rows == null) {
            rows = new FloatRowTile(this);
        }
        return rows;
    }

    /** Fills {@link #log} with the logarithms of the sums of exponentials, relative to the maxima, from {@link #excess}. */
    void logs(int count) {
        Kernels.FLOAT.columnLogOnePlus(excess, count, log);
    }

    /** Fills {@link #logSum} with them. */
    void logSum(int count) {
        logs(count);
        for (int i = 0; i < count; i++) {
            logSum[i] = (float) log[i];
        }
    }

    /** The tile of columns whose numbers these are. */
    FloatColumnTile columns() {
        if (columns == null) {
            columns = new FloatColumnTile(this);
        }
        return columns;
    }

    /** Fills {@link #factor} and {@link #maxGradient} from {@link #own}, {@link #all} and {@link #excess}. */
    void shares(int count) {
        for (int i = 0; i < count; i++) {
            double total = 1.0 + excess[i];
            factor[i] = (own[i] + all[i]) / total;
            maxGradient[i] = (all[i] - own[i] * excess[i]) / total;
        }
    }

    /** Makes of each {@link #factor} what {@link #expScale} takes. */
    void gains(int count) {
        Kernels.FLOAT.columnUnits(max, count, unit);
        for (int i = 0; i < count; i++) {
            gain[i] = FloatExp.gain(unit[i], factor[i]);
        }
    }

    /** Whether a row alone would take its factor in another scale. */
    boolean isRescaled(int i) {
        return factor[i] != 0.0 && FloatExp.scale(factor[i]) != FloatExp.SCALE;
    }

    /** Whether any {@linkplain #isRescaled would}. */
    boolean anyRescaled(int count) {
        boolean any = false;
        for (int i = 0; i < count; i++) {
            any |= isRescaled(i);
        }
        return any;
    }

    /** Writes exp(x - max) * factor - minus * w after {@link #sumExp} and {@link #gains}. */
    void expScale(
            float[] x,
            int offset,
            int stride,
            float @Nullable [] w,
            int n,
            int count,
            float[] out,
            int outOffset,
            int outStride) {
        Kernels.FLOAT.columnExpScale(
                x, offset, stride, w, 0, n, count, shift, low, magic, gain, minus, out, outOffset, outStride);
    }
}
