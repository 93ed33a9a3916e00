// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatExp;
import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.Kernels;
import io.github.lanewise.kernel.ScratchPool;
import org.jspecify.annotations.Nullable;

/**
 * Per-column numbers of one tile of columns. Borrowed from a small pool, so that a call in steady state allocates nothing
 * on any kind of thread.
 */
final class FloatColumnScratch {
    /** Columns of a tile: these arrays, some 15 KiB, stay in the L1 cache beside the data. */
    static final int TILE = 256;

    private static final ScratchPool<FloatColumnScratch> POOL = new ScratchPool<>(FloatColumnScratch::new);

    final float[] max = new float[TILE];
    private final float[] shift = new float[TILE];
    private final float[] low = new float[TILE];
    private final float[] magic = new float[TILE];
    private final float[] gain = new float[TILE];
    private final float[] sum = new float[TILE];
    private final float[] extraMaxima = new float[TILE];
    final double[] excess = new double[TILE];
    final double[] loss = new double[TILE];
    final float[] logSum = new float[TILE];
    final float[] below = new float[TILE];
    final float[] minus = new float[TILE];
    final double[] targetGradient = new double[TILE];
    final boolean[] targetIsMax = new boolean[TILE];
    final boolean[] zero = new boolean[TILE];

    /** Whether a row alone would take its factor in another scale. */
    final boolean[] rescaled = new boolean[TILE];

    private @Nullable FloatRowTile rows;

    private FloatColumnScratch() {}

    /** Takes a scratch from the pool, or makes one if all are taken. */
    static FloatColumnScratch borrow() {
        return POOL.borrow();
    }

    /** Gives a scratch back; it is dropped if the pool is full. */
    void giveBack() {
        POOL.giveBack(this);
    }

    /** Fills {@link #excess} for columns whose {@link #max} is known. */
    void sumExp(float[] x, int offset, int stride, int n, int count) {
        Kernels.FLOAT.columnExpSetup(max, count, shift, low, magic);
        Kernels.FLOAT.columnSumExp(x, offset, stride, n, count, max, shift, low, magic, sum, extraMaxima);
        for (int i = 0; i < count; i++) {
            excess[i] = FloatExp.excess(sum[i], max[i]) + extraMaxima[i];
        }
    }

    /** Sums of exponentials of columns that are short rows, after {@link #max} is known. */
    void rowSums(ExpSum kind, float[] x, int n, int count, float[] terms, double[] sums) {
        Kernels.FLOAT.columnExpSetup(max, count, shift, low, magic);
        Kernels.FLOAT.columnRowSums(kind, x, 0, TILE, n, count, max, shift, low, magic, terms, sums);
    }

    /** The tile of short rows whose numbers these are. */
    FloatRowTile rows() {
        if (rows == null) {
            rows = new FloatRowTile(this);
        }
        return rows;
    }

    /** Fills {@link #logSum} from {@link #excess}. */
    void logSum(int count) {
        for (int i = 0; i < count; i++) {
            logSum[i] = (float) FloatLogOnePlus.log1p(excess[i]);
        }
    }

    /** Sets the factor of one column for {@link #expScale}. */
    void setFactor(int i, double factor) {
        gain[i] = FloatExp.gain(max[i], factor, FloatExp.SCALE);
        rescaled[i] = factor != 0.0 && FloatExp.scale(factor) != FloatExp.SCALE;
    }

    /** Writes exp(x - max) * factor - minus * w after {@link #sumExp}. */
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
