// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatExp;
import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * A tile of short rows that lie one after the other, transposed: a lane takes a row of its own, where a row alone would fill part of
 * a register and be folded at the price of a long one. Rows of at most {@value #LONGEST} elements have one term to a virtual lane,
 * and their sums have the bits of a row alone.
 */
final class FloatRowTile {
    /** The longest rows that are worth it. */
    static final int LONGEST = FloatLanes.LANES;

    /** Fewer rows than this one after the other are walked one by one. */
    private static final int FEWEST = 8;

    private static final int TILE = FloatColumnScratch.TILE;

    /** Element {@code i} of row {@code p} is at {@code i * TILE + p}. */
    final float[] elements = new float[LONGEST * TILE];

    private final FloatColumnScratch scratch;
    private final float[] terms = new float[FloatLanes.LANES * FloatLanes.LANES + FloatLanes.LANES];
    private final double[] sum = new double[TILE];
    private final double[] sumBelow = new double[TILE];

    FloatRowTile(FloatColumnScratch scratch) {
        this.scratch = scratch;
    }

    /**
     * How many consecutive rows of an input, and of an output if there is one, may be taken as a tile's; 0 if they are to be walked
     * one by one.
     */
    static int run(FloatTensor input, @Nullable FloatTensor output, int dim) {
        int run = run(input, dim);
        int ofOutput = output == null ? run : run(output, dim);
        return ofOutput > 0 && run > 0 && ofOutput % run == 0 ? run : 0;
    }

    private static int run(FloatTensor x, int dim) {
        int n = Positions.length(x, dim);
        if (n < 2 || n > LONGEST || !x.hasArray()) {
            return 0;
        }
        int run = Positions.rowRun(x, dim);
        return run < FEWEST ? 0 : run;
    }

    /** Takes rows of an array, and finds their maxima, without NaN, and their {@link FloatColumnScratch#excess}. */
    void read(float[] x, int offset, int n, int count) {
        for (int i = 0; i < n; i++) {
            for (int p = 0; p < count; p++) {
                elements[i * TILE + p] = x[offset + p * n + i];
            }
        }
        Kernels.FLOAT.columnMax(elements, 0, TILE, n, count, scratch.max);
        scratch.rowSums(ExpSum.WHOLE, elements, n, count, terms, sum);
        boolean clear = true;
        for (int p = 0; p < count; p++) {
            float max = scratch.max[p];
            double excess = FloatExp.inSumUnits(sum[p] - FloatExp.topTerm(max), FloatExp.sumUnit(max));
            boolean defined = Math.abs(max) < Float.POSITIVE_INFINITY && !Double.isNaN(excess);
            scratch.excess[p] = defined ? excess : Double.NaN;
            clear &= !defined || excess >= FloatExp.CLEAR_IN_DOUBLE;
        }
        if (!clear) {
            sumBelow(n, count);
        }
    }

    /** Rows in which the maximum dominates: without its term, as {@link io.github.lanewise.kernel.FloatRows#excess} has them. */
    private void sumBelow(int n, int count) {
        scratch.rowSums(ExpSum.BELOW, elements, n, count, terms, sumBelow);
        for (int p = 0; p < count; p++) {
            if (scratch.excess[p] < FloatExp.CLEAR_IN_DOUBLE) {
                float max = scratch.max[p];
                double ties = Math.rint((sum[p] - sumBelow[p]) / FloatExp.topTerm(max)) - 1.0;
                scratch.excess[p] = FloatExp.excess(sumBelow[p], max) + ties;
            }
        }
    }

    /** Writes one row to an array. */
    void writeRow(int p, int n, float[] out, int offset) {
        for (int i = 0; i < n; i++) {
            out[offset + i] = elements[i * TILE + p];
        }
    }
}
