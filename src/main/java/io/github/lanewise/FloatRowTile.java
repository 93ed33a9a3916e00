// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * A tile of short rows that lie one after the other, transposed: a lane takes a row of its own, where a row alone would fill part of
 * a register and be folded at the price of a long one. Rows of at most {@value #LONGEST} elements have one or two terms to a virtual
 * lane, and their sums have the bits of a row alone.
 */
final class FloatRowTile {
    /** The longest: from a block on, a sum is compensated, and a gradient is made of the terms that this leaves. */
    static final int LONGEST = FloatLanes.BLOCK - 1;

    /** Fewer rows than this one after the other are walked one by one. */
    private static final int FEWEST = 8;

    private static final int TILE = FloatColumnScratch.TILE;

    /** Element {@code i} of row {@code p} is at {@code i * TILE + p}. */
    final float[] elements = new float[LONGEST * TILE];

    /**
     * The rows one after the other, on their way in and out: a CPU does not fetch ahead what is gathered, nor what is
     * scattered to.
     */
    private final float[] line = new float[LONGEST * TILE];

    private final FloatColumnScratch scratch;
    private final float[] terms = new float[FloatLanes.LANES * FloatLanes.BLOCK];
    private final int[] indices = new int[FloatLanes.LANES];
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
        System.arraycopy(x, offset, line, 0, n * count);
        Kernels.FLOAT.rowsToColumns(line, 0, n, count, elements, TILE, indices);
        Kernels.FLOAT.columnMax(elements, 0, TILE, n, count, scratch.max);
        scratch.rowSums(elements, n, count, terms, sum, sumBelow);
    }

    /** Writes one row to an array. */
    void writeRow(int p, int n, float[] out, int offset) {
        for (int i = 0; i < n; i++) {
            out[offset + i] = elements[i * TILE + p];
        }
    }

    /** Writes all rows to an array, one after the other. */
    void write(int n, int count, float[] out, int offset) {
        Kernels.FLOAT.columnsToRows(elements, TILE, n, count, line, 0, indices);
        System.arraycopy(line, 0, out, offset, n * count);
    }
}
