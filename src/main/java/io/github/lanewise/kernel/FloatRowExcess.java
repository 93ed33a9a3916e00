// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The maximum of a row and its {@linkplain FloatRowSumExp#excess excess}, found in one walk if the row's maximum is not far from that of
 * a row before: the terms are summed relative to that one, and a power of two moves the sum. Where it {@linkplain
 * FloatExp#reaches is too far}, the row is walked again, so which row came before shows in no bit. After some rows that their maxima
 * dominate, the sum that serves for others is left out. Borrowed from a pool.
 */
public class FloatRowExcess extends Padding {
    private static final ScratchPool<FloatRowExcess> POOL = new ScratchPool<>(Guarded::new);

    /** Pieces after one with special values that are not tried as ordinary numbers: where some are masked, others are as well. */
    private static final int PAUSE = 16;

    /** Terms of longer rows are computed again from the row instead: less memory is written. */
    public static final int LONGEST_KEPT = 1 << 15;

    /** Longer rows are walked one by one: summed together they gain little, and C2 unrolls loops of more turns worse. */
    private static final int LONGEST_TOGETHER = FloatLanes.CHUNK / 2;

    /** After so many rows in turn that could not be found where they lie, one of twelve is tried. */
    private static final int MISSES = 4;

    /** The number, counted with the misses, of the row that is tried again. */
    private static final int AGAIN = 16;

    /** A maximum this near is not taken for the next row, whose terms would have to wait for it. */
    private static final float NEAR_ENOUGH = 16f;

    /** So many rows in turn have a maximum that dominates before the next is taken for one of them. */
    private static final int DOMINATED_BEFORE = 4;

    // Rows are walked one by one where more than a fifth of them are dominated: then it is worth looking for that
    // first.
    private static final int SURER = 4;
    private static final int SURE = DOMINATED_BEFORE * SURER;
    private static final int SUREST = 4 * SURE;

    private final float[] best = new float[FloatLanes.BLOCK + ScratchPool.GUARD];
    private float near;

    /** What the terms of the rows that have been summed in one call are relative to. */
    private float nearOfAll;

    /**
     * Whether the next row is to be walked alone: nothing is known yet of the rows of a call, or one of the last was no ordinary one,
     * had a maximum out of reach, or could not be found in native memory.
     */
    private boolean strange;

    /** Grows with rows that their maxima dominate, and shrinks with others. */
    private int sure;

    private int pause;
    private int dominated;
    private int misses;
    private float max;
    private boolean summed;
    private double sum;
    private double excess;
    private float kept;

    private FloatRowExcess() {}

    /** Takes one from the pool, or makes one if all are taken. */
    public static FloatRowExcess borrow() {
        FloatRowExcess row = POOL.borrow();
        row.strange = true;
        return row;
    }

    /** Takes one for rows of a length, or none if they are too short for it. */
    public static @Nullable FloatRowExcess borrow(int n) {
        return n < FloatLanes.BLOCK ? null : borrow();
    }

    /** Gives it back, if there is one. */
    public static void giveBack(@Nullable FloatRowExcess row) {
        if (row != null) {
            POOL.giveBack(row);
        }
    }

    /** The {@linkplain FloatRows#max maximum} of the row. */
    public float max() {
        return max;
    }

    /** The excess of the row. */
    public double excess() {
        return excess;
    }

    /** Whether {@link #findSum} or {@link #findSumInPlace} has left the excess to be worked out from {@link #sum}. */
    public boolean isSummed() {
        return summed;
    }

    /** What is left for {@link FloatExp#excessOfSum}. */
    public double sum() {
        return sum;
    }

    /** What the terms that {@link #findKeeping} or {@link #sumTogetherKeeping} has kept are relative to, or NaN if none have been kept. */
    public static float kept(@Nullable FloatRowExcess row) {
        return row == null ? Float.NaN : row.kept;
    }

    /**
     * Finds both, and where that costs nothing keeps the row's terms as {@link FloatRowMaps#scale} takes them.
     *
     * @param terms a place for them apart from the row, or null; it may be written even if nothing is kept
     */
    public void findKeeping(float[] x, int offset, int stride, int n, float @Nullable [] terms, int termsOffset) {
        if (terms == null || stride != 1 || n < FloatLanes.BLOCK || n > LONGEST_KEPT || pause > 0) {
            find(x, offset, stride, n);
            return;
        }
        double all = 0.0;
        float largest = Float.NEGATIVE_INFINITY;
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.pieceWithRest(n - i);
            double sum = Kernels.FLOAT.plainSumTermsAndMax(x, offset + i, length, near, best, terms, termsOffset + i);
            if (Double.isNaN(sum)) {
                pause = PAUSE;
                find(x, offset, stride, n);
                return;
            }
            all += sum;
            largest = Math.max(largest, best[0]);
        }
        kept = keptFor(largest, near);
        strange = false;
        settle(x, offset, n, largest, all, near);
        workOut();
        comeDown(largest);
    }

    /** Finds both. */
    public void find(float[] x, int offset, int stride, int n) {
        findSum(x, offset, stride, n);
        workOut();
    }

    private void workOut() {
        if (summed) {
            excess = FloatExp.excessOfSum(sum, max);
        }
    }

    /**
     * Finds the maximum, and either the excess or, of most rows, the {@link #sum} that it follows from, for those who work out the
     * excesses of many rows at once; {@link #isSummed} tells which.
     */
    public void findSum(float[] x, int offset, int stride, int n) {
        kept = Float.NaN;
        summed = false;
        if (stride != 1 || n < FloatLanes.BLOCK) {
            find(x, offset, stride, n, FloatRows.max(x, offset, stride, n));
            return;
        }
        if (dominated == DOMINATED_BEFORE && n < FloatLanes.CHUNK && findDominated(x, offset, n)) {
            return;
        }
        boolean ordinary = pause == 0;
        double all = 0.0;
        float largest = Float.NEGATIVE_INFINITY;
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.pieceWithRest(n - i);
            all += sum(x, offset + i, length);
            largest = Math.max(largest, best[0]);
        }
        strange = !ordinary || pause > 0;
        settle(x, offset, n, largest, all, near);
    }

    /**
     * Whether the next rows are of a length that {@link #sumTogether} takes, and so far there was nothing about those before that would
     * have them walked one by one.
     */
    public boolean sumsTogether(int stride, int n) {
        return keepsTogether(stride, n) && sure < SURE;
    }

    /** The same for {@link #sumTogetherKeeping}: terms that are asked for are computed even if a maximum dominates them. */
    public boolean keepsTogether(int stride, int n) {
        return stride == 1 && n >= FloatLanes.BLOCK && n <= LONGEST_TOGETHER && pause == 0 && !strange;
    }

    /**
     * Sums several rows in one call, for {@link #findSum(float[], int, int, double, float)} to take one after the other.
     *
     * @param places where each row begins
     * @param count at most {@link FloatKernels#MOST_PIECES}
     */
    public void sumTogether(float[] x, int[] places, int count, int n, double[] sums, float[] maxima) {
        nearOfAll = near;
        Kernels.FLOAT.plainSumsExpAndMax(x, places, count, n, near, sums, maxima);
    }

    /**
     * The same, and keeps the rows' terms, for {@link #findKeepingSum} to take one after the other.
     *
     * @param terms a place for them apart from the rows
     * @param termsPlaces where those of each row begin
     */
    public void sumTogetherKeeping(
            float[] x,
            int[] places,
            int count,
            int n,
            double[] sums,
            float[] maxima,
            float[] terms,
            int[] termsPlaces) {
        nearOfAll = near;
        Kernels.FLOAT.plainSumsTermsAndMax(x, places, count, n, near, sums, maxima, terms, termsPlaces);
    }

    /** As {@link #findSum(float[], int, int, double, float)}, with what {@link #sumTogetherKeeping} has found for the row. */
    public void findKeepingSum(float[] x, int offset, int n, double all, float largest) {
        findSum(x, offset, n, all, largest);
        if (!Double.isNaN(all)) {
            kept = keptFor(largest, nearOfAll);
            comeDown(largest);
        }
    }

    /** As {@link #findSum(float[], int, int, int)}, with what {@link #sumTogether} has found for the row. */
    public void findSum(float[] x, int offset, int n, double all, float largest) {
        kept = Float.NaN;
        if (Double.isNaN(all)) {
            pause = PAUSE;
            strange = true;
            double sum = Kernels.FLOAT.sumExpAndMax(x, offset, n, nearOfAll, best);
            settle(x, offset, n, best[0], sum, nearOfAll);
        } else {
            settle(x, offset, n, largest, all, nearOfAll);
        }
    }

    /** Finds both if the maximum dominates, as it does in rows of a model that is sure, without a sum that would be of no use. */
    private boolean findDominated(float[] x, int offset, int n) {
        float largest = Kernels.FLOAT.max(x, offset, n);
        double found = FloatRowSumExp.excessOfDominated(x, offset, n, largest);
        if (Double.isNaN(found)) {
            dominated = 0;
            return false;
        }
        note(true);
        max = largest;
        excess = found;
        return true;
    }

    /**
     * Finds both of a row in native memory where it lies, if it is an ordinary one that its maximum does not dominate; any other has to
     * be brought into an array.
     *
     * @param byteOffset where in the segment the row begins
     * @param n at least {@link FloatLanes#BLOCK}
     * @param terms a place for the terms as {@link FloatRowMaps#scaleInPlace} takes them, or null; may be written even if nothing is found
     * @return whether both are found
     */
    public boolean findInPlace(MemorySegment x, long byteOffset, int n, float @Nullable [] terms) {
        boolean found = findSumInPlace(x, byteOffset, n, terms, 0);
        workOut();
        return found;
    }

    /** The same, but of most rows finds the {@link #sum} instead of the excess, as {@link #findSum} does. */
    public boolean findSumInPlace(MemorySegment x, long byteOffset, int n, float @Nullable [] terms, int termsOffset) {
        summed = false;
        if (misses >= MISSES && ++misses % AGAIN != 0) {
            return false;
        }
        double all = 0.0;
        float largest = Float.NEGATIVE_INFINITY;
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.pieceWithRest(n - i);
            long at = byteOffset + (long) i * Float.BYTES;
            all += terms == null
                    ? Kernels.FLOAT_NATIVE.plainSumExpAndMax(x, at, length, near, best)
                    : Kernels.FLOAT_NATIVE.plainSumTermsAndMax(x, at, length, near, best, terms, termsOffset + i);
            if (Double.isNaN(all)) {
                return isMissed();
            }
            largest = Math.max(largest, best[0]);
        }
        strange = false;
        return settleInPlace(n, largest, all, near, terms != null);
    }

    /** Whether rows of native memory can be summed in one call, as {@link #sumsTogether} tells of others. */
    public boolean sumsTogetherInPlace(int n) {
        return n >= FloatLanes.BLOCK && n <= LONGEST_TOGETHER && misses < MISSES && !strange;
    }

    /**
     * As {@link #sumTogether}, for {@link #findSumInPlace(int, double, float, boolean)} to take one after the other.
     *
     * @param terms a place for the rows' terms, or null
     * @param termsPlaces where those of each row begin
     * @return whether they have been summed; if not, nothing is known of them
     */
    public boolean sumTogetherInPlace(
            MemorySegment x,
            int[] places,
            int count,
            int n,
            double[] sums,
            float[] maxima,
            float @Nullable [] terms,
            int[] termsPlaces) {
        nearOfAll = near;
        return terms == null
                ? Kernels.FLOAT_NATIVE.plainSumsExpAndMax(x, places, count, n, near, sums, maxima)
                : Kernels.FLOAT_NATIVE.plainSumsTermsAndMax(
                        x, places, count, n, near, sums, maxima, terms, termsPlaces);
    }

    /**
     * As {@link #findSumInPlace(MemorySegment, long, int, float[], int)}, with what {@link #sumTogetherInPlace} has found for the row.
     *
     * @param keeping whether the terms have been written
     */
    public boolean findSumInPlace(int n, double all, float largest, boolean keeping) {
        summed = false;
        return Double.isNaN(all) ? isMissed() : settleInPlace(n, largest, all, nearOfAll, keeping);
    }

    /** Takes a sum of a row of native memory that is relative to another maximum, if it serves. */
    private boolean settleInPlace(int n, float largest, double all, float relativeTo, boolean keeping) {
        if (!FloatExp.reaches(relativeTo, largest)) {
            return isMissed();
        }
        double moved = FloatExp.moved(all, relativeTo, largest);
        if (moved >= FloatExp.SURELY_CLEAR) {
            sum = moved;
            summed = true;
        } else {
            double found = FloatRowSumExp.clearExcess(n, largest, moved);
            if (Double.isNaN(found)) {
                return isMissed();
            }
            excess = found;
        }
        max = largest;
        misses = 0;
        note(false);
        kept = keeping ? keptFor(largest, relativeTo) : Float.NaN;
        approach(largest);
        if (keeping) {
            comeDown(largest);
        }
        return true;
    }

    /** Notes a row that could not be found; false. */
    private boolean isMissed() {
        strange = true;
        misses = Math.min(misses + 1, MISSES);
        return false;
    }

    /** What the terms just found are relative to, if they serve for a row of the given maximum. */
    private static float keptFor(float largest, float relativeTo) {
        return FloatExp.reaches(relativeTo, largest) && FloatExp.keeps(relativeTo, largest) ? relativeTo : Float.NaN;
    }

    /** Takes a maximum that is too far below for its terms to be kept as what those of the next row are relative to. */
    private void comeDown(float largest) {
        if (Math.abs(largest) < FloatExp.FAR && !FloatExp.keeps(near, largest)) {
            near = largest;
        }
    }

    /** The sum of a piece and, in {@code best}, its maximum. */
    private double sum(float[] x, int offset, int n) {
        if (pause > 0) {
            pause--;
            return Kernels.FLOAT.sumExpAndMax(x, offset, n, near, best);
        }
        return settled(Kernels.FLOAT.plainSumExpAndMax(x, offset, n, near, best), x, offset, n);
    }

    /** The sum of a piece that was taken for one of ordinary numbers; taken anew if it is none. */
    private double settled(double sum, float[] x, int offset, int n) {
        if (!Double.isNaN(sum)) {
            return sum;
        }
        pause = PAUSE;
        return Kernels.FLOAT.sumExpAndMax(x, offset, n, near, best);
    }

    /** Takes a sum that is relative to another maximum. */
    private void settle(float[] x, int offset, int n, float largest, double all, float relativeTo) {
        summed = false;
        if (FloatExp.reaches(relativeTo, largest)) {
            max = largest;
            sum = FloatExp.moved(all, relativeTo, largest);
            summed = sum >= FloatExp.SURELY_CLEAR;
            if (!summed) {
                excess = FloatRowSumExp.excess(x, offset, 1, n, largest, sum);
            }
        } else {
            strange = true;
            find(x, offset, 1, n, largest);
        }
        note(!summed && excess < FloatExp.CLEAR);
        approach(largest);
    }

    /** Notes a row that has been found. */
    private void note(boolean isDominated) {
        dominated = isDominated ? Math.min(dominated + 1, DOMINATED_BEFORE) : 0;
        sure = isDominated ? Math.min(sure + SURER, SUREST) : Math.max(sure - 1, 0);
    }

    /** Takes a maximum as what the terms of the next row are relative to, unless the present one is near enough. */
    private void approach(float largest) {
        if (!(Math.abs(largest - near) <= NEAR_ENOUGH)) {
            near = Math.abs(largest) < FloatExp.FAR ? largest : 0f;
        }
    }

    /** The maximum of a row alone, found together with its excess where there is something that finds both. */
    public static float max(@Nullable FloatRowExcess row, float[] x, int offset, int n) {
        if (row == null) {
            return FloatRows.max(x, offset, 1, n);
        }
        row.find(x, offset, 1, n);
        return row.max;
    }

    /** The excess of a row whose maximum is known, computed now if it has not been found together with that. */
    public static double excess(@Nullable FloatRowExcess row, float[] x, int offset, int stride, int n, float max) {
        return row == null ? FloatRowSumExp.excess(x, offset, stride, n, max) : row.excess;
    }

    private void find(float[] x, int offset, int stride, int n, float largest) {
        max = largest;
        excess = FloatRowSumExp.excess(x, offset, stride, n, largest);
    }

    /** Two cache lines behind the fields, which are written for every row, as {@link Padding} has them before. */
    @SuppressWarnings("unused")
    private static final class Guarded extends FloatRowExcess {
        private long q0;
        private long q1;
        private long q2;
        private long q3;
        private long q4;
        private long q5;
        private long q6;
        private long q7;
        private long q8;
        private long q9;
        private long q10;
        private long q11;
        private long q12;
        private long q13;
        private long q14;
        private long q15;
    }
}
