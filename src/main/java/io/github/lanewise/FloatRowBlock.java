// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatExp;
import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.Kernels;
import io.github.lanewise.kernel.ScratchPool;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of the rows of a block: rows whose maxima and sums are all found before anything is computed from one, so that a CPU
 * need not wait for the long last steps of each, which are then taken for all at once. Borrowed from a small pool.
 */
final class FloatRowBlock {
    /** Rows of a block, at most: enough for the kernels of their last steps, and so few that these are called often and soon compiled. */
    static final int ROWS = 64;

    /** Elements of rows that are read again: 16 KiB, and as much of an output. */
    private static final int ELEMENTS = 4096;

    /** Rows from which on their last steps are taken by kernels. */
    private static final int LEAST_FOR_KERNELS = 32;

    private static final ScratchPool<FloatRowBlock> POOL = new ScratchPool<>(FloatRowBlock::new);

    final float[] max = new float[ROWS];
    final double[] excess = new double[ROWS];

    /** The logarithm of the sum of exponentials relative to the maximum, which {@link #settle} finds. */
    final double[] log = new double[ROWS];

    final double[] loss = new double[ROWS];

    /** How far a row's elements lie below its maximum in sum, if a loss asks for that. */
    final double[] below = new double[ROWS];

    /** The sum of a row's coefficients, if a loss asks for that. */
    final double[] mass = new double[ROWS];

    /** What {@link FloatRowExcess#kept} has said of a row's terms. */
    final float[] kept = new float[ROWS];

    /** Whether a row has been computed where it lies. */
    final boolean[] found = new boolean[ROWS];

    /** Receives a second number of a kernel. */
    final double[] second = new double[1 + ScratchPool.GUARD];

    /** Whether {@link #sum} is that of a row, and its {@link #excess} is still to be worked out. */
    private final boolean[] summed = new boolean[ROWS];

    private final double[] sum = new double[ROWS];
    private final double[] excessOfSum = new double[ROWS];
    private final float[] shift = new float[ROWS];
    private final float[] low = new float[ROWS];
    private final float[] magic = new float[ROWS];
    private final float[] top = new float[ROWS];

    private FloatRowBlock() {}

    /**
     * How many rows make a block, at most; 0 if rows are to be walked one by one.
     *
     * @param again whether their elements are read again, and should still be in the L1 cache
     * @param input where the rows are
     * @param output where something is written for every element, or null
     * @param n length of a row
     */
    static int height(boolean again, FloatTensor input, @Nullable FloatTensor output, int n) {
        if (n < FloatLanes.BLOCK || !input.hasArray() || (output != null && !output.hasArray())) {
            return 0;
        }
        int height = again ? heightToReadAgain(n) : ROWS;
        return height < 2 ? 0 : height;
    }

    /** How many rows of a length stay in the L1 cache, at most as many as a block may have; may be 0. */
    static int heightToReadAgain(int n) {
        return Math.min(ELEMENTS / n, ROWS);
    }

    /** Takes a block from the pool, or makes one if all are taken. */
    static FloatRowBlock borrow() {
        return POOL.borrow();
    }

    /** Gives a block back; it is dropped if the pool is full. */
    void giveBack() {
        POOL.giveBack(this);
    }

    /** Finds what {@link #settle} needs of a row. */
    void find(int i, FloatRowExcess row, float[] x, int offset, int stride, int n) {
        row.findSum(x, offset, stride, n);
        takeSum(i, row);
    }

    /** The same for a row of native memory where it lies; tells in {@link #found} whether that could be done. */
    void findInPlace(int i, FloatRowExcess row, FloatStorage from, int place, int n) {
        found[i] = row.findSumInPlace(from.segment, FloatStorage.address(place), n, null);
        if (found[i]) {
            takeSum(i, row);
        } else {
            take(i, 0f, 0.0);
        }
    }

    /** The same for a row from which a row of an output is computed, where its terms may be {@link #kept}. */
    void findKeeping(
            int i,
            FloatRowExcess row,
            float[] x,
            int offset,
            int stride,
            int n,
            float[] out,
            int outOffset,
            int outStride) {
        row.findKeeping(x, offset, stride, n, placeToKeep(x, offset, out, outOffset, outStride), outOffset);
        take(i, row.max(), row.excess());
        kept[i] = FloatRowExcess.kept(row);
    }

    /** Where the terms of a row may be kept until they become a row of an output: there, unless the row is that itself. */
    @SuppressWarnings("ReferenceEquality") // one and the same array, not equal contents
    static float @Nullable [] placeToKeep(float[] x, int offset, float[] out, int outOffset, int outStride) {
        return outStride != 1 || (x == out && offset == outOffset) ? null : out;
    }

    private void takeSum(int i, FloatRowExcess row) {
        summed[i] = row.isSummed();
        max[i] = row.max();
        sum[i] = row.sum();
        excess[i] = row.excess();
    }

    /** Takes the maximum and the excess of a row. */
    void take(int i, float itsMax, double itsExcess) {
        summed[i] = false;
        max[i] = itsMax;
        excess[i] = itsExcess;
    }

    /** Takes a row that is not looked at. */
    void pass(int i) {
        found[i] = false;
        take(i, 0f, 0.0);
    }

    /**
     * Fills {@link #excess} and {@link #log} once all rows have been found. With kernels where there are enough rows for it; where they
     * are long, these would also run too rarely to be compiled soon.
     *
     * @param n length of the rows
     */
    void settle(int count, int n) {
        if (count < LEAST_FOR_KERNELS || n > FloatLanes.CHUNK) {
            for (int i = 0; i < count; i++) {
                excess[i] = summed[i] ? FloatExp.excessOfSum(sum[i], max[i]) : excess[i];
                log[i] = FloatLogOnePlus.log1p(excess[i]);
            }
            return;
        }
        Kernels.FLOAT.columnExpSetup(max, count, shift, low, magic, top);
        for (int i = 0; i < count; i++) {
            sum[i] -= top[i];
        }
        Kernels.FLOAT.columnInSumUnits(max, sum, count, excessOfSum);
        for (int i = 0; i < count; i++) {
            excess[i] = summed[i] ? excessOfSum[i] : excess[i];
        }
        Kernels.FLOAT.columnLogOnePlus(excess, count, log);
    }
}
