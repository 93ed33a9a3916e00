// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatExp;
import io.github.lanewise.kernel.FloatKernels;
import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.Kernels;
import io.github.lanewise.kernel.ScratchPool;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of the rows of a block: rows whose maxima and sums are all found before anything is computed from one, so that a CPU
 * need not wait for the long last steps of each, which are then taken for all at once. Borrowed from a small pool.
 */
final class FloatRowBlock {
    /** Rows of a block, at most: enough for the kernels of their last steps, and so few that these are called often and soon compiled. */
    static final int ROWS = FloatKernels.MOST_PIECES;

    /** Elements of rows that are read again: 16 KiB, and as much of an output. */
    private static final int ELEMENTS = 4096;

    /** Rows from which on their last steps are taken by kernels. */
    private static final int LEAST_FOR_KERNELS = 32;

    private static final ScratchPool<FloatRowBlock> POOL = new ScratchPool<>(FloatRowBlock::new);

    /** Where its rows begin, once they have been {@linkplain #begin looked up}. */
    final int[] from = new int[ROWS];

    /** Where rows of an output begin. */
    final int[] to = new int[ROWS];

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

    private final boolean[] passed = new boolean[ROWS];

    // Rows that are summed together: their numbers in the block, where they begin, and what is found of them.
    private final int[] chosen = new int[ROWS];
    private final int[] place = new int[ROWS];
    private final int[] placeOfTerms = new int[ROWS];
    private final double[] sumOfAll = new double[ROWS];
    private final float[] largest = new float[ROWS];

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

    /** Number behind the last row that stays in the L1 cache together with one, of those before another. */
    static int endOfPart(int first, int end, int n) {
        return Math.min(end, first + Math.max(1, heightToReadAgain(n)));
    }

    /** Takes a block from the pool, or makes one if all are taken. */
    static FloatRowBlock borrow() {
        return POOL.borrow();
    }

    /** Gives a block back; it is dropped if the pool is full. */
    void giveBack() {
        POOL.giveBack(this);
    }

    /** Looks up where the next rows begin; of none it is known that it {@linkplain #pass is passed}. */
    void begin(FloatTensor input, int axis, int first, int width) {
        Positions.offsets(input, axis, first, width, from);
        Arrays.fill(passed, 0, width, false);
    }

    /** The same with rows of an output. */
    void begin(FloatTensor input, int axis, int first, int width, FloatTensor output) {
        begin(input, axis, first, width);
        Positions.offsets(output, axis, first, width, to);
    }

    /** Finds what {@link #settle} needs of all rows that are not passed. */
    void find(FloatRowExcess row, float[] x, int stride, int n, int width) {
        find(row, x, stride, n, 0, width);
    }

    /** The same of the rows from one on and before another. */
    void find(FloatRowExcess row, float[] x, int stride, int n, int first, int end) {
        int i = first;
        while (i < end) {
            if (row.sumsTogether(stride, n)) {
                int count = choose(i, end);
                row.sumTogether(x, place, count, n, sumOfAll, largest);
                for (int k = 0; k < count; k++) {
                    row.findSum(x, place[k], n, sumOfAll[k], largest[k]);
                    takeSum(chosen[k], row);
                }
                i = end;
            } else {
                if (!passed[i]) {
                    row.findSum(x, from[i], stride, n);
                    takeSum(i, row);
                }
                i++;
            }
        }
    }

    /**
     * Finds what {@link #settle} needs of all rows that are not passed and from which rows of an output are computed, where their terms
     * may be {@link #kept}.
     */
    void findKeeping(FloatRowExcess row, float[] x, int stride, int n, int width, float[] out, int outStride) {
        if (placeToKeep(x, from[0], out, to[0], outStride) == null) {
            Arrays.fill(kept, 0, width, Float.NaN);
            find(row, x, stride, n, width);
            return;
        }
        int i = 0;
        while (i < width) {
            if (row.keepsTogether(stride, n)) {
                int count = choose(i, width);
                row.sumTogetherKeeping(x, place, count, n, sumOfAll, largest, out, placeOfTerms);
                for (int k = 0; k < count; k++) {
                    row.findKeepingSum(x, place[k], n, sumOfAll[k], largest[k]);
                    takeSum(chosen[k], row);
                    kept[chosen[k]] = FloatRowExcess.kept(row);
                }
                i = width;
            } else {
                if (!passed[i]) {
                    row.findKeeping(x, from[i], stride, n, out, to[i]);
                    take(i, row.max(), row.excess());
                    kept[i] = FloatRowExcess.kept(row);
                }
                i++;
            }
        }
    }

    /** Lists the rows from one on and before another that are not passed; how many there are. */
    private int choose(int first, int end) {
        int count = 0;
        for (int i = first; i < end; i++) {
            if (!passed[i]) {
                place[count] = from[i];
                placeOfTerms[count] = to[i];
                chosen[count++] = i;
            }
        }
        return count;
    }

    /**
     * As {@link #find(FloatRowExcess, float[], int, int, int)}, for rows of native memory where they lie; tells in {@link #found} whether that
     * could be done.
     *
     * @param terms a place for the rows' terms, one row behind the other, which may be {@link #kept} there; or null
     */
    void findInPlace(FloatRowExcess row, FloatStorage storage, int n, int width, float @Nullable [] terms) {
        boolean keeping = terms != null;
        boolean together = true;
        int i = 0;
        while (i < width) {
            if (together && row.sumsTogetherInPlace(n)) {
                int count = choose(i, width);
                for (int k = 0; k < count; k++) {
                    placeOfTerms[k] = chosen[k] * n;
                }
                together = row.sumTogetherInPlace(
                        storage.segment, place, count, n, sumOfAll, largest, terms, placeOfTerms);
                for (int k = 0; k < count && together; k++) {
                    takeInPlace(chosen[k], row, row.findSumInPlace(n, sumOfAll[k], largest[k], keeping));
                }
                i = together ? width : i;
            } else {
                if (!passed[i]) {
                    long at = FloatStorage.address(from[i]);
                    takeInPlace(i, row, row.findSumInPlace(storage.segment, at, n, terms, i * n));
                }
                i++;
            }
        }
    }

    private void takeInPlace(int i, FloatRowExcess row, boolean isFound) {
        found[i] = isFound;
        if (isFound) {
            takeSum(i, row);
            kept[i] = FloatRowExcess.kept(row);
        } else {
            take(i, 0f, 0.0);
        }
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
        passed[i] = true;
        found[i] = false;
        kept[i] = Float.NaN;
        take(i, 0f, 0.0);
    }

    /**
     * Fills {@link #excess} and {@link #log} once all rows have been found. With kernels where there are enough rows for it; where they
     * are long, these would also run too rarely to be compiled soon.
     *
     * @param n length of the rows
     */
    void settle(int count, int n) {
        settleExcess(count, n);
        if (isForKernels(count, n)) {
            Kernels.FLOAT.columnLogOnePlus(excess, count, log);
        } else {
            for (int i = 0; i < count; i++) {
                log[i] = FloatLogOnePlus.log1p(excess[i]);
            }
        }
    }

    private static boolean isForKernels(int count, int n) {
        return count >= LEAST_FOR_KERNELS && n <= FloatLanes.CHUNK;
    }

    /** {@link #settle} without the logarithms. */
    void settleExcess(int count, int n) {
        if (!isForKernels(count, n)) {
            for (int i = 0; i < count; i++) {
                excess[i] = summed[i] ? FloatExp.excessOfSum(sum[i], max[i]) : excess[i];
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
    }
}
