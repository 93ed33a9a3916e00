// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import io.github.lanewise.kernel.scalar.FloatMath;
import io.github.lanewise.kernel.scalar.FloatScalarRows;
import io.github.lanewise.kernel.scalar.FloatScalarSelect;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whole rows of any length and stride, put together from the kernels' pieces. Rows with stride 1 run on the chosen
 * kernels, others on the twin, which gives the bits of a contiguous copy.
 *
 * <p>The sum of exponentials of a row is handed on as its <em>excess</em>: {@code sum(exp(x - max)) - 1}, computed
 * without that subtraction, so that {@code log(sum) = log1p(excess)} keeps its digits when one element dominates.
 *
 * <p>The maximum of the whole row is found first, then all terms are taken relative to it; {@link FloatRowExcess} does both in one
 * walk where it can.
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

    /**
     * Of shares in a sum of exponentials, which were written as terms times a factor, sets that of a maximum that has nearly all to the
     * number nearest to it. The product may be above 1.
     */
    public static void certainShare(double excess, float[] share, int offset, int stride, int n) {
        if (excess < FloatExp.CERTAIN) {
            int i = indexAbove(share, offset, stride, 0, n, 0.5f);
            share[offset + i * stride] = (float) (1.0 / (1.0 + excess));
        }
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

    /**
     * {@code sum(exp(x - max)) - 1} of a row with the given {@linkplain #max maximum}. NaN if that is not finite.
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
        double excess = FloatExp.excessOfSum(FloatExp.moved(all, 0f, max), max);
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
            int at = indexOf(x, xOffset, xStride, n, max);
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
        float max = max(x, xOffset, xStride, n);
        if (!(Math.abs(max) < Float.POSITIVE_INFINITY)) {
            return max;
        }
        return FloatPreciseLogSumExp.of(x, xOffset, xStride, n, max, excess(x, xOffset, xStride, n, max));
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

    /** {@code out = exp(x - max) * factor - q}, all NaN if the factor is NaN; see {@link FloatKernels#expScale}. */
    public static void expScale(
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
            double factor,
            float alpha,
            float beta,
            float[] out,
            int outOffset,
            int outStride) {
        if (Double.isNaN(factor) || Float.isNaN(beta)) {
            fill(out, outOffset, outStride, n, Float.NaN);
        } else if (xStride == 1 && outStride == 1 && (t == null || tStride == 1) && hasGain(max, factor)) {
            Kernels.FLOAT.expScale(x, xOffset, t, tOffset, w, wOffset, n, max, factor, alpha, beta, out, outOffset);
        } else {
            FloatScalarRows.expScale(
                    x, xOffset, xStride, t, tOffset, tStride, w, wOffset, n, max, factor, alpha, beta, out, outOffset,
                    outStride);
        }
    }

    /** Whether what terms are multiplied by is a number. Infinity times the terms that are 0 is left to code that looks for NaN. */
    private static boolean hasGain(float max, double factor) {
        return Math.abs(FloatExp.gain(max, factor, FloatExp.scale(factor))) < Float.POSITIVE_INFINITY;
    }

    /**
     * {@code out = exp(x - max) * factor - minus} like {@link #expScale}, from the row's terms if they have been kept in {@code out}.
     *
     * @param kept what {@link FloatRowExcess#kept} says of them; with a number, rows have stride 1 and are at least a block long
     */
    public static void scale(
            float[] x,
            int xOffset,
            int xStride,
            int n,
            float max,
            float kept,
            double factor,
            float minus,
            float[] out,
            int outOffset,
            int outStride) {
        if (serves(kept, factor, minus)) {
            float gain = gainOfKept(max, kept, factor);
            Kernels.FLOAT.scaleTerms(out, outOffset, n, gain, minus, out, outOffset);
        } else {
            expScale(x, xOffset, xStride, null, 0, 0, null, 0, n, max, factor, 0f, minus, out, outOffset, outStride);
        }
    }

    /** Whether terms that have been kept serve for a factor. */
    private static boolean serves(float kept, double factor, float minus) {
        boolean ordinary = Math.abs(factor) <= 1.0 && FloatExp.scale(factor) == FloatExp.SCALE && !Float.isNaN(minus);
        return ordinary && !Float.isNaN(kept);
    }

    private static float gainOfKept(float max, float kept, double factor) {
        return (float) FloatExp.moved(FloatExp.gain(max, factor, FloatExp.SCALE), kept, max);
    }

    /**
     * The same in native memory, for a row that {@link FloatRowExcess} has found there: from its terms if they have been kept,
     * else from the row, which may be the output itself.
     *
     * @param kept what {@link FloatRowExcess#kept} has said of the terms
     * @param terms where they have been kept, or null
     * @return whether the output is written; if not, it has to go through arrays
     */
    public static boolean scaleInPlace(
            MemorySegment x,
            long xOffset,
            int n,
            float max,
            float kept,
            float @Nullable [] terms,
            int termsOffset,
            double factor,
            float minus,
            MemorySegment out,
            long outOffset) {
        if (terms != null && serves(kept, factor, minus)) {
            float gain = gainOfKept(max, kept, factor);
            return Kernels.FLOAT_NATIVE.scaleTerms(terms, termsOffset, n, gain, minus, out, outOffset);
        }
        return hasGain(max, factor)
                && !Float.isNaN(minus)
                && Kernels.FLOAT_NATIVE.expScale(x, xOffset, n, max, factor, minus, out, outOffset);
    }

    /** The same for one column of those that {@link FloatKernels#columnExpScale} writes, where this one is to be written elsewhere. */
    public static void scaleColumn(
            float[] x,
            int xOffset,
            int xStride,
            int n,
            float max,
            double factor,
            float minus,
            float[] out,
            int outOffset,
            int outStride) {
        if (Double.isNaN(factor) || Float.isNaN(minus)) {
            fill(out, outOffset, outStride, n, Float.NaN);
        } else {
            FloatScalarRows.expScaleOfColumn(x, xOffset, xStride, n, max, factor, minus, out, outOffset, outStride);
        }
    }

    /** {@code exp(x - max) * factor} of one element, before it is rounded. */
    public static double expScale(float x, float max, double factor) {
        if (Double.isNaN(factor)) {
            return factor;
        }
        float shift = FloatExp.shift(max);
        float power = FloatExp.power(max - shift);
        int scale = FloatExp.scale(factor);
        float term = FloatExp.term(x - shift, FloatExp.low(power, scale), FloatExp.magic(power, scale));
        return (double) term * FloatExp.gain(max, factor, scale);
    }

    /** {@code out = ((x - max) - logSum) * scale * w}; {@code w} may be null for 1. */
    public static void logSoftmax(
            float[] x,
            int xOffset,
            int xStride,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            float logSum,
            float scale,
            float[] out,
            int outOffset,
            int outStride) {
        if (Float.isNaN(logSum)) {
            fill(out, outOffset, outStride, n, Float.NaN);
        } else if (xStride == 1 && outStride == 1) {
            Kernels.FLOAT.logSoftmax(x, xOffset, w, wOffset, n, max, logSum, scale, out, outOffset);
        } else {
            FloatScalarRows.logSoftmax(
                    x, xOffset, xStride, w, wOffset, n, max, logSum, scale, out, outOffset, outStride);
        }
    }

    /** {@code out = gradient - exp(logProbability) * gradientSum}. */
    public static void logSoftmaxBackward(
            float[] logProbability,
            int logProbabilityOffset,
            int logProbabilityStride,
            float[] gradient,
            int gradientOffset,
            int gradientStride,
            int n,
            float gradientSum,
            float[] out,
            int outOffset,
            int outStride) {
        if (logProbabilityStride == 1 && gradientStride == 1 && outStride == 1) {
            Kernels.FLOAT.logSoftmaxBackward(
                    logProbability, logProbabilityOffset, gradient, gradientOffset, n, gradientSum, out, outOffset);
        } else {
            FloatScalarRows.logSoftmaxBackward(
                    logProbability,
                    logProbabilityOffset,
                    logProbabilityStride,
                    gradient,
                    gradientOffset,
                    gradientStride,
                    n,
                    gradientSum,
                    out,
                    outOffset,
                    outStride);
        }
    }

    /** {@code out = probability * (gradient - mean)}. */
    public static void softmaxBackward(
            float[] probability,
            int probabilityOffset,
            int probabilityStride,
            float[] gradient,
            int gradientOffset,
            int gradientStride,
            int n,
            float mean,
            float[] out,
            int outOffset,
            int outStride) {
        if (probabilityStride == 1 && gradientStride == 1 && outStride == 1) {
            Kernels.FLOAT.softmaxBackward(
                    probability, probabilityOffset, gradient, gradientOffset, n, mean, out, outOffset);
        } else {
            FloatScalarRows.softmaxBackward(
                    probability,
                    probabilityOffset,
                    probabilityStride,
                    gradient,
                    gradientOffset,
                    gradientStride,
                    n,
                    mean,
                    out,
                    outOffset,
                    outStride);
        }
    }

    /**
     * {@code out = exp(x - y) * gradient} with {@code y} the log-sum-exp in double, its derivative. For maxima up to 2^29
     * that is the softmax; beyond, {@code y} holds ever less of the logarithm of the sum, as in PyTorch.
     */
    public static void logSumExpBackward(
            float[] x, int xOffset, int xStride, int n, float gradient, float[] out, int outOffset, int outStride) {
        float max = max(x, xOffset, xStride, n);
        double excess = excess(x, xOffset, xStride, n, max);
        logSumExpBackward(x, xOffset, xStride, n, max, Float.NaN, excess, gradient, out, outOffset, outStride);
    }

    /**
     * The same for a row whose maximum, with or without NaN, and excess are known.
     *
     * @param kept what {@link FloatRowExcess#kept} says of its terms, if {@code out} holds them, else NaN
     */
    public static void logSumExpBackward(
            float[] x,
            int xOffset,
            int xStride,
            int n,
            float max,
            float kept,
            double excess,
            float gradient,
            float[] out,
            int outOffset,
            int outStride) {
        if (!(Math.abs(max) < Float.POSITIVE_INFINITY)) {
            float whole = max(x, xOffset, xStride, n);
            FloatScalarRows.plainLogSumExpBackward(x, xOffset, xStride, n, whole, gradient, out, outOffset, outStride);
            return;
        }
        double factor = Math.abs(max) < FloatExp.SOFTMAX_LIMIT
                ? gradient / (1.0 + excess)
                : gradient * FloatMath.exp((float) (max - (max + FloatLogOnePlus.log1p(excess))));
        scale(x, xOffset, xStride, n, max, kept, factor, 0f, out, outOffset, outStride);
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
