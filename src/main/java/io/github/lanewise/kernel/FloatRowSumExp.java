// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import io.github.lanewise.kernel.scalar.FloatScalarRows;

/**
 * Sums of exponentials of whole rows of any length and stride, put together as {@link FloatRows} are.
 *
 * <p>The sum of exponentials of a row is handed on as its <em>excess</em>: {@code sum(exp(x - max)) - 1}, computed
 * without that subtraction, so that {@code log(sum) = log1p(excess)} keeps its digits when one element dominates.
 *
 * <p>The maximum of the whole row is found first, then all terms are taken relative to it; {@link FloatRowExcess} does both in one
 * walk where it can.
 */
public final class FloatRowSumExp {
    private FloatRowSumExp() {}

    /**
     * {@code sum(exp(x - max)) - 1} of a row with the given {@linkplain FloatRows#max maximum}. NaN if that is not finite.
     *
     * <p>The maximum's own term is taken off the sum of all terms where the others make up enough of it. Where the maximum
     * dominates, the others are summed again without it: no row has two maxima then, or they count as the whole numbers that
     * they are.
     */
    public static double excess(float[] x, int xOffset, int xStride, int n, float max) {
        if (!(Math.abs(max) < Float.POSITIVE_INFINITY)) {
            return Double.NaN;
        }
        // Before the sum, so that they are computed beside it.
        double unit = FloatExp.sumUnit(max);
        float top = FloatExp.topTerm(max);
        return excess(x, xOffset, xStride, n, max, unit, top, sumExp(ExpSum.WHOLE, x, xOffset, xStride, n, max));
    }

    /** The same of a row whose sum of all terms is known. */
    static double excess(float[] x, int xOffset, int xStride, int n, float max, double all) {
        return excess(x, xOffset, xStride, n, max, FloatExp.sumUnit(max), FloatExp.topTerm(max), all);
    }

    private static double excess(
            float[] x, int xOffset, int xStride, int n, float max, double unit, float top, double all) {
        double excess = FloatExp.inSumUnits(all - top, unit);
        return isClear(excess, n) ? excess : excessBelow(x, xOffset, xStride, n, max, all, top, excess);
    }

    // ---- for float only
    /**
     * The negative log-probability of an element of a row of at most {@link FloatLanes#LANES} elements below {@link FloatExp#NEAR} in
     * magnitude whose terms, relative to 0, have the given sum. NaN if the maximum dominates the others, so that the row has to be asked.
     */
    public static double negativeLogProbability(double all, float max, float element) {
        double excess = FloatExp.excessOfNearSum(all, max);
        return excess >= FloatExp.CLEAR_IN_DOUBLE
                ? ((double) max - element) + FloatLogOnePlus.log1p(excess)
                : Double.NaN;
    }

    // ---- end

    /** From which excess on the maximum's own term may be taken off the sum of all terms of a row of a length. */
    public static double clear(int n) {
        return n <= FloatLanes.LANES ? FloatExp.CLEAR_IN_DOUBLE : FloatExp.CLEAR;
    }

    /** Whether a sum's others are enough for the maximum's own term to be taken off it. */
    private static boolean isClear(double excess, int n) {
        return excess >= clear(n);
    }

    /** The {@link #excess} of a row whose sum of all terms is known, or NaN if the row itself has to be asked. */
    static double clearExcess(int n, float max, double all) {
        double excess = FloatExp.excessOfSum(all, max);
        return isClear(excess, n) ? excess : Double.NaN;
    }

    /**
     * The {@link #excess} of a row of at least a block and less than {@link FloatLanes#CHUNK} elements whose maximum surely dominates
     * the others, without the sum of all terms; NaN for any other row.
     */
    static double excessOfDominated(float[] x, int xOffset, int n, float max) {
        if (!(Math.abs(max) < Float.POSITIVE_INFINITY)) {
            return Double.NaN;
        }
        double below = FloatExp.excess(Kernels.FLOAT.sumExp(ExpSum.BELOW, x, xOffset, n, max), max);
        // Whether a row is one of these, the sum of all terms decides; so near to the limit it has to be asked.
        double sure = 0.99 * FloatExp.CLEAR;
        double ties = 0.0;
        int from = 1 + Kernels.FLOAT.indexOf(x, xOffset, n, max);
        while (from < n && below + ties < sure) {
            int next = Kernels.FLOAT.indexOf(x, xOffset + from, n - from, max);
            if (next < 0) {
                break;
            }
            ties++;
            from += next + 1;
        }
        double excess = below + ties;
        return excess < sure ? excess : Double.NaN;
    }

    private static double excessBelow(
            float[] x, int xOffset, int xStride, int n, float max, double all, float top, double excess) {
        int from = 0;
        int length = n;
        if (n >= FloatLanes.CHUNK && excess >= FloatExp.CLEAR_IN_DOUBLE) {
            // Only in the piece with the maximum it has rounded anything off.
            int at = FloatRows.indexOf(x, xOffset, xStride, n, max);
            while (from + FloatLanes.pieceWithRest(n - from) <= at) {
                from += FloatLanes.pieceWithRest(n - from);
            }
            length = FloatLanes.pieceWithRest(n - from);
        }
        int offset = xOffset + from * xStride;
        double with = length == n ? all : sumExp(ExpSum.WHOLE, x, offset, xStride, length, max);
        double below = sumExp(ExpSum.BELOW, x, offset, xStride, length, max);
        double ties = Math.rint((with - below) / top) - 1.0;
        return FloatExp.inSumUnits(all - with, FloatExp.sumUnit(max)) + FloatExp.excess(below, max) + ties;
    }

    /**
     * The {@link #excess}, and in the first element of {@code distance} how far below the maximum the row lies on average:
     * {@code sum(p * (max - x))} with the probabilities p. Both are NaN if the excess is.
     */
    public static double excessAndDistance(float[] x, int xOffset, int xStride, int n, float max, double[] distance) {
        if (n < FloatLanes.BLOCK || !(Math.abs(max) < Float.POSITIVE_INFINITY)) {
            double excess = excess(x, xOffset, xStride, n, max);
            distance[0] = meanDistance(x, xOffset, xStride, n, max, excess);
            return excess;
        }
        double all = 0.0;
        double far = 0.0;
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.pieceWithRest(n - i);
            int offset = xOffset + i * xStride;
            all += xStride == 1
                    ? Kernels.FLOAT.sumExpAndDistance(x, offset, length, max, distance)
                    : FloatScalarRows.sumExpAndDistance(x, offset, xStride, length, max, distance);
            far += distance[0];
        }
        double unit = FloatExp.sumUnit(max);
        float top = FloatExp.topTerm(max);
        double excess = FloatExp.inSumUnits(all - top, unit);
        if (excess >= FloatExp.CLEAR) {
            distance[0] = FloatExp.inSumUnits(far, unit) / (1.0 + excess);
        } else {
            excess = excessBelow(x, xOffset, xStride, n, max, all, top, excess);
            distance[0] = meanDistance(x, xOffset, xStride, n, max, excess);
        }
        return excess;
    }

    private static double meanDistance(float[] x, int xOffset, int xStride, int n, float max, double excess) {
        if (Double.isNaN(excess)) {
            return excess;
        }
        double sum = sumExp(ExpSum.DISTANCE, x, xOffset, xStride, n, max);
        return FloatExp.excess(sum, max) / (1.0 + excess);
    }

    private static double sumExp(ExpSum kind, float[] x, int xOffset, int xStride, int n, float max) {
        double sum = 0.0;
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.pieceWithRest(n - i);
            sum += pieceExp(kind, x, xOffset + i * xStride, xStride, length, max);
        }
        return sum;
    }

    private static double pieceExp(ExpSum kind, float[] x, int xOffset, int xStride, int n, float max) {
        return xStride == 1
                ? Kernels.FLOAT.sumExp(kind, x, xOffset, n, max)
                : FloatScalarRows.sumExp(kind, x, xOffset, xStride, n, max);
    }

    /**
     * Log of the sum of the exponentials of a row. A NaN gives NaN, else positive infinity gives positive infinity, and
     * an empty row or one of negative infinities only gives negative infinity.
     */
    public static double logSumExp(float[] x, int xOffset, int xStride, int n) {
        float max = FloatRows.max(x, xOffset, xStride, n);
        if (!(Math.abs(max) < Float.POSITIVE_INFINITY)) {
            return max;
        }
        return FloatPreciseLogSumExp.of(x, xOffset, xStride, n, max, excess(x, xOffset, xStride, n, max));
    }
}
