// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLargest;
import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatPreciseLogSumExp;
import io.github.lanewise.kernel.FloatRowSumExp;
import io.github.lanewise.kernel.FloatRows;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one row of logits. With {@code y = x / T}, {@code m} the largest of them and {@code R} the excess of the sum
 * of exponentials, everything follows from {@code m}, {@code log1p(R)} and single elements:
 *
 * <pre>
 * log p[c] = -((m - y[c]) + log1p(R))          both terms at least 0
 * H        = log1p(R) + sum p (m - y)          all terms at least 0
 * </pre>
 *
 * <p>Classes are ordered by x, because different logits may have the same y.
 */
final class FloatLogitRow {
    private FloatLogitRow() {}

    /**
     * Computes the numbers of one row. Arguments are checked, given classes are classes.
     *
     * @param plan the numbers of the row's classes, if they are not those of its elements
     */
    static void summarize(
            float[] x,
            int xo,
            int xs,
            int n,
            LogitSummary options,
            @Nullable RowPlan plan,
            int @Nullable [] ints,
            long @Nullable [] longs,
            FloatLogitResults results,
            int row,
            FloatLogitScratch scratch) {
        float temperature = (float) options.temperature;
        int wanted = Math.min(n, options.margin ? Math.max(options.topK, 2) : options.topK);
        int[] order = scratch.index(wanted);
        int found = FloatLargest.select(x, xo, xs, n, wanted, order);
        float[] y = x;
        int yo = xo;
        if (temperature != 1f || xs != 1) {
            scratch.copyDivided(x, xo, xs, n, temperature);
            y = scratch.row;
            yo = 0;
        }
        int top = found == 0 ? -1 : order[0];
        float max = FloatRows.max(y, yo, 1, n);
        double excess = options.entropy
                ? FloatRowSumExp.excessAndDistance(y, yo, 1, n, max, scratch.distance)
                : FloatRowSumExp.excess(y, yo, 1, n, max);
        // NaN for a row that has no probabilities, and so for everything that is computed from it.
        double logSum = FloatLogOnePlus.log1p(excess);
        boolean proper = !Double.isNaN(logSum);

        // The largest number, also beside NaN.
        results.max[row] = top < 0 ? Float.NaN : y[yo + top] + 0f;
        results.argMax[row] = top < 0 || plan == null ? top : plan.number(row, top);
        results.logSumExp[row] = Results.toFloat(logSumExp(y, yo, n, max, excess));
        if (options.entropy) {
            results.entropy[row] = Results.toFloat(proper ? logSum + scratch.distance[0] : logSum);
        }
        if (options.margin) {
            results.margin[row] = Results.toFloat(
                    proper ? (n == 1 ? Double.POSITIVE_INFINITY : (double) max - y[yo + order[1]]) : logSum);
        }
        for (int rank = 0; rank < options.topK; rank++) {
            int at = row * options.topK + rank;
            int c = rank < found ? order[rank] : -1;
            results.topClass[at] = c < 0 || plan == null ? c : plan.number(row, c);
            results.topLogProb[at] = c < 0 ? Float.NaN : logProb(max, y[yo + c], logSum);
        }
        for (int i = 0; i < results.classes; i++) {
            int at = row * results.classes + i;
            long given = ClassIndices.at(ints, longs, at);
            int c = plan == null ? (int) given : plan.index(row, given);
            // A class that a mask leaves out has the probability 0.
            results.logProb[at] = c < 0 ? Float.NEGATIVE_INFINITY : logProb(max, y[yo + c], logSum);
        }
    }

    private static double logSumExp(float[] y, int yo, int n, float max, double excess) {
        if (Float.isInfinite(max)) {
            return FloatRows.hasNaN(y, yo, 1, n) ? Double.NaN : max;
        }
        return FloatPreciseLogSumExp.of(y, yo, 1, n, max, excess);
    }

    private static float logProb(float max, float y, double logSum) {
        return Results.toFloat(0.0 - (((double) max - y) + logSum));
    }
}
