// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.INPUT;
import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRows;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The walk of cross entropy over class indices. Arguments are checked, targets are known to be classes or ignored.
 *
 * <p>With {@code R} the excess of the row's sum of exponentials and {@code L = log1p(R)}, the negative log-probability of
 * the target is {@code (max - x[y]) + L}: two terms that are not negative, so a loss near 0 keeps all its digits.
 */
final class FloatIndexCrossEntropy extends FloatIndexLoss {
    final long ignoreIndex;
    final LabelSmoothing smoothing;

    /** Class weights of the part that smoothing spreads, or null for 1. */
    final float @Nullable [] everyWeight;

    final double everyWeightSum;

    private final FloatCrossEntropyColumns columns = new FloatCrossEntropyColumns(this);

    FloatIndexCrossEntropy(ClassLossOptions options) {
        super(options, "logits", "gradLogits");
        this.ignoreIndex = options.ignoreIndex;
        this.smoothing = options.labelSmoothing;
        this.everyWeight = smoothing.weightsEveryClass() ? weight : null;
        this.everyWeightSum = ClassIndices.sum(everyWeight);
    }

    @Override
    void checkScores(FloatTensor logits, int @Nullable [] ints, long @Nullable [] longs) {
        if (options.fullyMasked == OnEmpty.ERROR) {
            int axis = logits.rank() == 1 ? 0 : 1;
            int count = Positions.count(logits, axis);
            FloatStage stage = FloatStage.of(logits);
            for (int p = 0; p < count; p++) {
                if (ClassIndices.at(ints, longs, p) != ignoreIndex) {
                    FloatMaskedRows.check(stage, logits, axis, p);
                }
            }
            stage.finish();
        }
    }

    @Override
    double walk(
            FloatTensor logits,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double targetScale,
            double everyScale,
            double upstream,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor grad) {
        int axis = logits.rank() == 1 ? 0 : 1;
        int run = Positions.columnRun(logits, axis);
        if (run > 0 && Positions.length(logits, axis) > 0) {
            return columns.walk(
                    logits, axis, run, ints, longs, targetScale, everyScale, upstream, gradOutput, perSample, grad);
        }
        int count = Positions.count(logits, axis);
        int n = Positions.length(logits, axis);
        int xs = FloatStage.stride(logits, axis);
        int os = grad == null ? 0 : FloatStage.stride(grad, axis);
        double sum = 0.0;
        double lost = 0.0;
        double[] losses = null;
        boolean confined = Tensor.isConfined(logits) || Tensor.isConfined(gradOutput) || Tensor.isConfined(grad);
        int tasks = confined ? 1 : options.tasksFor((long) count * n);
        if (tasks > 1) {
            double[] each = new double[count];
            options.run(tasks, count, 1, (from, to) -> {
                FloatStage own = FloatStage.of(logits, grad);
                for (int p = from; p < to; p++) {
                    each[p] = position(
                            own,
                            logits,
                            axis,
                            n,
                            xs,
                            os,
                            ints,
                            longs,
                            targetScale,
                            everyScale,
                            upstream,
                            gradOutput,
                            grad,
                            p);
                }
                own.finish();
            });
            losses = each;
        }
        FloatStage stage = FloatStage.of(logits, grad);
        for (int p = 0; p < count; p++) {
            double loss = losses != null
                    ? losses[p]
                    : position(
                            stage,
                            logits,
                            axis,
                            n,
                            xs,
                            os,
                            ints,
                            longs,
                            targetScale,
                            everyScale,
                            upstream,
                            gradOutput,
                            grad,
                            p);
            if (perSample != null) {
                Results.set(perSample, p, loss);
            }
            // Neumaier's sum: what each addition loses is added at the end.
            double next = sum + loss;
            lost += Results.lost(sum, loss, next);
            sum = next;
        }
        stage.finish();
        return Results.total(sum, lost);
    }

    /** The loss of one position, and its gradient if there is a place for it. */
    private double position(
            FloatStage stage,
            FloatTensor logits,
            int axis,
            int n,
            int xs,
            int os,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double targetScale,
            double everyScale,
            double upstream,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor grad,
            int p) {
        long target = ClassIndices.at(ints, longs, p);
        if (target == ignoreIndex && grad == null) {
            return 0.0;
        }
        int xo = stage.read(INPUT, logits, axis, p);
        float[] x = stage.array(INPUT, logits);
        float max = stage.max(INPUT, logits, axis, p, xo);
        double excess = FloatRows.excess(x, xo, xs, n, max);
        double loss = 0.0;
        if (target != ignoreIndex) {
            loss = value(x, xo, xs, n, (int) target, max, FloatLogOnePlus.log1p(excess), targetScale, everyScale);
        }
        if (grad != null) {
            double g = gradOutput == null ? upstream : Results.get(gradOutput, p);
            int oo = stage.write(OUTPUT, grad, axis, p);
            float[] out = stage.array(OUTPUT, grad);
            if (target == ignoreIndex) {
                FloatRows.fill(out, oo, os, n, Double.isNaN(excess) ? Float.NaN : 0f);
            } else {
                double a = targetScale * g;
                double b = everyScale * g;
                gradient(x, xo, xs, n, (int) target, max, excess, a, b, out, oo, os);
            }
        }
        return loss;
    }

    /** One row of an array, reduced as a batch of one; see {@link #walk}. */
    float row(float[] x, int offset, int n, int target, float @Nullable [] grad, int gradOffset) {
        boolean ignored = target == ignoreIndex;
        if (options.fullyMasked == OnEmpty.ERROR && !ignored) {
            FloatMaskedRows.check(x, offset, n);
        }
        Denominator kind = options.denominatorOr(Denominator.WEIGHTED);
        double denominator = 1.0;
        if (options.reduction == Reduction.MEAN) {
            denominator =
                    ClassIndices.denominatorOfOne(kind, ignored, weight == null || ignored ? 1.0 : weight[target]);
            if (ignored && denominator == 0.0) {
                Results.checkNotEmpty(options.emptyMean);
            }
        }
        if (ignored && grad == null) {
            return denominator == 0.0 && options.emptyMean == OnEmpty.NAN ? Float.NaN : 0f;
        }
        float max = FloatRows.max(x, offset, 1, n);
        double excess = FloatRows.excess(x, offset, 1, n, max);
        if (ignored) {
            FloatRows.fill(Objects.requireNonNull(grad), gradOffset, 1, n, Double.isNaN(excess) ? Float.NaN : 0f);
            return denominator == 0.0 && options.emptyMean == OnEmpty.NAN ? Float.NaN : 0f;
        }
        boolean split = weight != null && kind == Denominator.WEIGHTED && !smoothing.weightsEveryClass();
        boolean divided = split && options.reduction == Reduction.MEAN;
        double targetScale = divided ? 1.0 / denominator : 1.0;
        double divisor = divided ? 1.0 : denominator;
        // A sum of one term, begun from +0 like that of a batch, so that a loss of -0 has the same bits.
        double sum = 0.0 + value(x, offset, 1, n, target, max, FloatLogOnePlus.log1p(excess), targetScale, 1.0);
        double loss = sum / divisor;
        if (divisor == 0.0 && !smoothing.isNone()) {
            loss = Double.NaN;
        }
        if (grad != null) {
            double g = 1.0 / divisor;
            gradient(x, offset, 1, n, target, max, excess, targetScale * g, g, grad, gradOffset, 1);
        }
        return Results.toFloat(loss);
    }

    /** Loss of one row. */
    double value(
            float[] x,
            int xo,
            int xs,
            int n,
            int target,
            float max,
            double logSum,
            double targetScale,
            double everyScale) {
        if (Float.isInfinite(max)) {
            return zeroForMasked(x, xo, xs, n, max) ? 0.0 : Double.NaN;
        }
        double nll = ((double) max - x[xo + target * xs]) + logSum;
        double w = weight == null ? 1.0 : weight[target];
        if (smoothing.isNone()) {
            return w * nll * targetScale;
        }
        if (smoothing.leavesTargetOut()) {
            double spread = below(x, xo, xs, 0, target, max) + below(x, xo, xs, target + 1, n, max);
            double rest = (everyWeight == null ? n - 1 : everyWeightSum - everyWeight[target]) * logSum;
            return (1.0 - smoothing.amount()) * w * nll * targetScale
                    + smoothing.every(n) * limited(x, xo, xs, n, target, max, spread + rest, logSum) * everyScale;
        }
        double below = below(x, xo, xs, 0, n, max);
        return smoothed(x, xo, xs, n, max, w, nll, below, logSum, targetScale, everyScale);
    }

    /** How far the classes of a range lie below the maximum, with their weights. */
    private double below(float[] x, int xo, int xs, int from, int to, float max) {
        return from >= to
                ? 0.0
                : FloatRows.sumBelow(x, xo + from * xs, xs, everyWeight, from, 1, null, 0, to - from, max, 1f, 0f);
    }

    /** A sum over all classes but the target; without what masked classes of weight 0 make of it, if that is wanted. */
    private double limited(float[] x, int xo, int xs, int n, int target, float max, double sum, double logSum) {
        if (!Double.isNaN(sum) || everyWeight == null || options.zeroTimesInfinity != Indeterminate.LIMIT) {
            return sum;
        }
        double before =
                FloatRows.plainSumBelow(x, xo, xs, everyWeight, 0, 1, null, 0, target, max, logSum, 1f, 0f, true);
        int next = target + 1;
        return before
                + FloatRows.plainSumBelow(
                        x, xo + next * xs, xs, everyWeight, next, 1, null, 0, n - next, max, logSum, 1f, 0f, true);
    }

    double smoothed(
            float[] x,
            int xo,
            int xs,
            int n,
            float max,
            double w,
            double nll,
            double below,
            double logSum,
            double targetScale,
            double everyScale) {
        double all = below + (everyWeight == null ? n : everyWeightSum) * logSum;
        if (Double.isNaN(all) && everyWeight != null && options.zeroTimesInfinity == Indeterminate.LIMIT) {
            // A masked class whose weight is 0.
            all = FloatRows.plainSumBelow(x, xo, xs, everyWeight, 0, 1, null, 0, n, max, logSum, 1f, 0f, true);
        }
        double part = smoothing.target(n) * w * nll;
        if (Double.isNaN(part) && smoothing.target(n) * w == 0.0 && options.zeroTimesInfinity == Indeterminate.LIMIT) {
            part = 0.0;
        }
        return part * targetScale + smoothing.every(n) * all * everyScale;
    }

    /** Whether a row is masked in all its classes, and the caller wants 0 for that. */
    boolean zeroForMasked(float[] x, int xo, int xs, int n, float max) {
        return options.fullyMasked == OnEmpty.ZERO && FloatMaskedRows.isMasked(x, xo, xs, n, max);
    }

    /**
     * Gradient of one row: (a + sum b) p - a 1{target} - b, with a and b the parts of the target and of the smoothing.
     *
     * @param targetGradient gradient with respect to the target's part of the loss
     * @param everyGradient gradient with respect to the part of the smoothing
     */
    void gradient(
            float[] x,
            int xo,
            int xs,
            int n,
            int target,
            float max,
            double excess,
            double targetGradient,
            double everyGradient,
            float[] out,
            int oo,
            int os) {
        if (Float.isInfinite(max) && zeroForMasked(x, xo, xs, n, max)) {
            FloatRows.fill(out, oo, os, n, 0f);
            return;
        }
        double w = weight == null ? 1.0 : weight[target];
        double a = smoothing.target(n) * w * targetGradient;
        double b = smoothing.every(n) * everyGradient;
        double allB = everyWeight == null ? smoothing.everyTotal(n) * everyGradient : b * everyWeightSum;
        double targetB = everyWeight == null ? b : b * everyWeight[target];
        double total = 1.0 + excess;
        boolean top = x[xo + target * xs] == max;
        boolean weighted = everyWeight != null && !smoothing.isNone();
        double factor = (a + allB) / total;
        if (smoothing.leavesTargetOut()) {
            // Without the detour over the spread part, in which a and b nearly cancel for amounts near 1.
            double own = (1.0 - smoothing.amount()) * w * targetGradient;
            double others = allB - targetB;
            double value = top
                    ? (others - own * excess) / total
                    : FloatRows.expScale(x[xo + target * xs], max, (own + others) / total) - own;
            mapGradient(x, xo, xs, n, max, (own + others) / total, b, weighted, out, oo, os);
            out[oo + target * os] = Results.toFloat(value);
            return;
        }
        mapGradient(x, xo, xs, n, max, factor, b, weighted, out, oo, os);
        int at = oo + target * os;
        // p - 1 at the target, as minus the probability of the others where that is small.
        double value = top ? (allB - a * excess) / total - targetB : out[at] - a;
        out[at] = Results.toFloat(value);
    }

    /** Writes factor exp(x - max) - b w, without weights factor exp(x - max) - b. */
    private void mapGradient(
            float[] x,
            int xo,
            int xs,
            int n,
            float max,
            double factor,
            double b,
            boolean weighted,
            float[] out,
            int oo,
            int os) {
        FloatRows.expScale(
                x,
                xo,
                xs,
                weighted ? everyWeight : null,
                0,
                1,
                null,
                0,
                n,
                max,
                factor,
                (float) b,
                weighted ? 0f : (float) b,
                out,
                oo,
                os);
    }
}
