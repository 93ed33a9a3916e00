// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.Kernels;
import io.github.lanewise.kernel.LogOnePlus;
import org.jspecify.annotations.Nullable;

/**
 * The walk of cross entropy over class indices. Arguments are checked, targets are known to be classes or ignored.
 *
 * <p>With {@code R} the excess of the row's sum of exponentials and {@code L = log1p(R)}, the negative log-probability of
 * the target is {@code (max - x[y]) + L}: two terms that are not negative, so a loss near 0 keeps all its digits.
 */
final class IndexCrossEntropy {
    /** Class weights, or null for 1. */
    private final float @Nullable [] weight;

    private final double weightSum;
    private final long ignoreIndex;
    private final double smoothing;

    IndexCrossEntropy(float @Nullable [] weight, long ignoreIndex, double smoothing) {
        this.weight = weight;
        this.ignoreIndex = ignoreIndex;
        this.smoothing = smoothing;
        double sum = 0.0;
        if (weight != null) {
            for (float w : weight) {
                sum += w;
            }
        }
        this.weightSum = sum;
    }

    /**
     * Walks all positions.
     *
     * @param upstream gradient of the result with respect to each sample's loss, unless gradOutput gives one for each
     * @param perSample receives the samples' losses, or null
     * @param grad receives the gradient, or null
     * @return the sum of the samples' losses
     */
    double walk(
            FloatTensor logits,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double upstream,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor grad) {
        int axis = logits.rank() == 1 ? 0 : 1;
        int run = Positions.columnRun(logits, axis);
        if (run > 0 && Positions.length(logits, axis) > 0) {
            return columns(logits, axis, run, ints, longs, upstream, gradOutput, perSample, grad);
        }
        int count = Positions.count(logits, axis);
        int n = Positions.length(logits, axis);
        int xs = Positions.stride(logits, axis);
        int os = grad == null ? 0 : Positions.stride(grad, axis);
        float[] x = logits.array();
        double sum = 0.0;
        double lost = 0.0;
        for (int p = 0; p < count; p++) {
            long target = ClassIndices.at(ints, longs, p);
            double loss = 0.0;
            if (target != ignoreIndex || grad != null) {
                int xo = Positions.offset(logits, axis, p);
                int top = FloatRows.indexOfMax(x, xo, xs, n);
                float max = FloatRows.max(x, xo, xs, top);
                double excess = FloatRows.excess(x, xo, xs, n, max, top);
                if (target != ignoreIndex) {
                    loss = value(x, xo, xs, n, (int) target, max, LogOnePlus.log1p(excess));
                }
                if (grad != null) {
                    double g = gradOutput == null ? upstream : Results.get(gradOutput, p);
                    int oo = Positions.offset(grad, axis, p);
                    if (target == ignoreIndex) {
                        FloatRows.fill(grad.array(), oo, os, n, Double.isNaN(excess) ? Float.NaN : 0f);
                    } else {
                        gradient(x, xo, xs, n, (int) target, max, excess, g, grad.array(), oo, os);
                    }
                }
            }
            if (perSample != null) {
                Results.set(perSample, p, loss);
            }
            // Neumaier's sum: what each addition loses is added at the end.
            double next = sum + loss;
            lost += Results.lost(sum, loss, next);
            sum = next;
        }
        return Results.total(sum, lost);
    }

    /** One row of an array, reduced as a batch of one; see {@link #walk}. */
    double row(float[] x, int offset, int n, int target, boolean mean, float @Nullable [] grad, int gradOffset) {
        boolean ignored = target == ignoreIndex;
        if (ignored && grad == null) {
            return mean ? Double.NaN : 0.0;
        }
        int top = FloatRows.indexOfMax(x, offset, 1, n);
        float max = FloatRows.max(x, offset, 1, top);
        double excess = FloatRows.excess(x, offset, 1, n, max, top);
        double denominator = mean && weight != null && !ignored ? weight[target] : 1.0;
        // A sum of one term, begun from +0 like that of a batch, so that a loss of -0 has the same bits.
        double sum = ignored ? 0.0 : 0.0 + value(x, offset, 1, n, target, max, LogOnePlus.log1p(excess));
        double loss = sum / denominator;
        if (mean && (ignored || denominator == 0.0)) {
            loss = Double.NaN;
        }
        if (grad != null && ignored) {
            FloatRows.fill(grad, gradOffset, 1, n, Double.isNaN(excess) ? Float.NaN : 0f);
        } else if (grad != null) {
            gradient(x, offset, 1, n, target, max, excess, 1.0 / denominator, grad, gradOffset, 1);
        }
        return loss;
    }

    /** Loss of one row. */
    double value(float[] x, int xo, int xs, int n, int target, float max, double logSum) {
        double nll = Float.isInfinite(max) ? Double.NaN : ((double) max - x[xo + target * xs]) + logSum;
        double w = weight == null ? 1.0 : weight[target];
        if (smoothing == 0.0) {
            return w * nll;
        }
        double below = FloatRows.sumBelow(x, xo, xs, weight, 0, 1, null, 0, n, max, 1f, 0f);
        return smoothed(w, nll, below, logSum, n);
    }

    private double smoothed(double w, double nll, double below, double logSum, int n) {
        double all = below + (weight == null ? n : weightSum) * logSum;
        return (1.0 - smoothing) * w * nll + smoothing / n * all;
    }

    /** Gradient of one row: (a + sum b) p - a 1{target} - b, with a and b the parts of the target and of the smoothing. */
    void gradient(
            float[] x,
            int xo,
            int xs,
            int n,
            int target,
            float max,
            double excess,
            double g,
            float[] out,
            int oo,
            int os) {
        double w = weight == null ? 1.0 : weight[target];
        double a = (1.0 - smoothing) * w * g;
        double b = smoothing / n * g;
        double allB = weight == null ? smoothing * g : b * weightSum;
        double targetB = weight == null ? b : b * w;
        double total = 1.0 + excess;
        boolean top = x[xo + target * xs] == max;
        boolean weighted = weight != null && smoothing != 0.0;
        FloatRows.expScale(
                x,
                xo,
                xs,
                weighted ? weight : null,
                0,
                1,
                null,
                0,
                n,
                max,
                (a + allB) / total,
                (float) b,
                weighted ? 0f : (float) b,
                out,
                oo,
                os);
        int at = oo + target * os;
        // p - 1 at the target, as minus the probability of the others where that is small.
        double value = top ? (allB - a * excess) / total - targetB : out[at] - a;
        out[at] = Results.toFloat(value);
    }

    private double columns(
            FloatTensor logits,
            int axis,
            int run,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double upstream,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor grad) {
        int count = Positions.count(logits, axis);
        int n = Positions.length(logits, axis);
        int xs = Positions.stride(logits, axis);
        float[] x = logits.array();
        ColumnScratch scratch = ColumnScratch.borrow();
        double sum = 0.0;
        double lost = 0.0;
        int width;
        for (int p = 0; p < count; p += width) {
            width = Math.min(run - p % run, ColumnScratch.TILE);
            int xo = Positions.offset(logits, axis, p);
            Kernels.FLOAT.columnMax(x, xo, xs, n, width, scratch.max);
            scratch.sumExp(x, xo, xs, n, width);
            if (smoothing != 0.0) {
                Kernels.FLOAT.columnSumBelow(x, xo, xs, weight, 0, n, width, scratch.max, scratch.below);
            }
            for (int i = 0; i < width; i++) {
                long target = ClassIndices.at(ints, longs, p + i);
                double loss = target == ignoreIndex ? 0.0 : columnValue(x, xo + i, xs, n, (int) target, scratch, i);
                if (perSample != null) {
                    Results.set(perSample, p + i, loss);
                }
                double next = sum + loss;
                lost += Results.lost(sum, loss, next);
                sum = next;
            }
            if (grad != null) {
                if (Positions.hasRun(grad, axis, run)) {
                    columnGradients(x, xo, xs, n, width, ints, longs, p, upstream, gradOutput, scratch, grad, axis);
                } else {
                    rowGradients(x, xo, xs, n, width, ints, longs, p, upstream, gradOutput, scratch, grad, axis);
                }
            }
        }
        scratch.giveBack();
        return Results.total(sum, lost);
    }

    private double columnValue(float[] x, int xo, int xs, int n, int target, ColumnScratch scratch, int i) {
        float max = scratch.max[i];
        double logSum = LogOnePlus.log1p(scratch.excess[i]);
        double nll = Float.isInfinite(max) ? Double.NaN : ((double) max - x[xo + target * xs]) + logSum;
        double w = weight == null ? 1.0 : weight[target];
        if (smoothing == 0.0) {
            return w * nll;
        }
        double below = scratch.below[i];
        if (Double.isNaN(below)) {
            // Infinite terms leave NaN in a compensated sum; the row's sum tells infinity and NaN apart.
            below = FloatRows.sumBelow(x, xo, xs, weight, 0, 1, null, 0, n, max, 1f, 0f);
        }
        return smoothed(w, nll, below, logSum, n);
    }

    private void columnGradients(
            float[] x,
            int xo,
            int xs,
            int n,
            int width,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int p,
            double upstream,
            @Nullable FloatTensor gradOutput,
            ColumnScratch scratch,
            FloatTensor grad,
            int axis) {
        float[] out = grad.array();
        int oo = Positions.offset(grad, axis, p);
        int os = Positions.stride(grad, axis);
        for (int i = 0; i < width; i++) {
            long target = ClassIndices.at(ints, longs, p + i);
            double excess = scratch.excess[i];
            if (target == ignoreIndex) {
                scratch.setFactor(i, Double.isNaN(excess) ? Double.NaN : 0.0);
                scratch.minus[i] = 0f;
                continue;
            }
            double g = gradOutput == null ? upstream : Results.get(gradOutput, p + i);
            double w = weight == null ? 1.0 : weight[(int) target];
            double a = (1.0 - smoothing) * w * g;
            double b = smoothing / n * g;
            double allB = weight == null ? smoothing * g : b * weightSum;
            double total = 1.0 + excess;
            scratch.setFactor(i, (a + allB) / total);
            scratch.minus[i] = (float) b;
            // Whether the target is the maximum has to be known before the map overwrites it in place.
            boolean top = x[xo + i + (int) target * xs] == scratch.max[i];
            double targetB = weight == null ? b : b * w;
            scratch.targetGradient[i] = top ? (allB - a * excess) / total - targetB : -a;
            scratch.targetIsMax[i] = top;
        }
        float[] w = smoothing == 0.0 ? null : weight;
        scratch.expScale(x, xo, xs, w, n, width, out, oo, os);
        for (int i = 0; i < width; i++) {
            long target = ClassIndices.at(ints, longs, p + i);
            if (target != ignoreIndex) {
                int at = oo + i + (int) target * os;
                double rest = scratch.targetIsMax[i] ? 0.0 : out[at];
                out[at] = Results.toFloat(rest + scratch.targetGradient[i]);
            }
        }
    }

    private void rowGradients(
            float[] x,
            int xo,
            int xs,
            int n,
            int width,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int p,
            double upstream,
            @Nullable FloatTensor gradOutput,
            ColumnScratch scratch,
            FloatTensor grad,
            int axis) {
        int os = Positions.stride(grad, axis);
        for (int i = 0; i < width; i++) {
            long target = ClassIndices.at(ints, longs, p + i);
            int oo = Positions.offset(grad, axis, p + i);
            double excess = scratch.excess[i];
            if (target == ignoreIndex) {
                FloatRows.fill(grad.array(), oo, os, n, Double.isNaN(excess) ? Float.NaN : 0f);
            } else {
                double g = gradOutput == null ? upstream : Results.get(gradOutput, p + i);
                gradient(x, xo + i, xs, n, (int) target, scratch.max[i], excess, g, grad.array(), oo, os);
            }
        }
    }
}
