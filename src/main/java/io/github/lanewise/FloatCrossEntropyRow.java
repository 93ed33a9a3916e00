// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatRowMaps;
import io.github.lanewise.kernel.FloatRows;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cross entropy of one row and a class, and its gradient, wherever the row lies.
 *
 * <p>With {@code R} the excess of the row's sum of exponentials and {@code L = log1p(R)}, the negative log-probability of
 * the target is {@code (max - x[y]) + L}: two terms that are not negative, so a loss near 0 keeps all its digits.
 */
final class FloatCrossEntropyRow {
    final ClassLossOptions options;
    final long ignoreIndex;
    final LabelSmoothing smoothing;

    /** Class weights, or null for 1. */
    final float @Nullable [] weight;

    /** Class weights of the part that smoothing spreads, or null for 1. */
    final float @Nullable [] everyWeight;

    double everyWeightSum;

    FloatCrossEntropyRow(ClassLossOptions options, float @Nullable [] weight) {
        this.options = options;
        this.ignoreIndex = options.ignoreIndex;
        this.smoothing = options.labelSmoothing;
        this.weight = weight;
        this.everyWeight = smoothing.weightsEveryClass() && !smoothing.isNone() ? weight : null;
        this.everyWeightSum = ClassIndices.sum(everyWeight);
    }

    /** The same with class weights of its own. */
    FloatCrossEntropyRow copy() {
        return new FloatCrossEntropyRow(options, weight == null ? null : weight.clone());
    }

    /** Takes the class weights of some classes from a loss, for a row of these; only for one that has weights. */
    void chooseWeights(FloatCrossEntropyRow from, int[] classes, int first, int n) {
        float[] to = Objects.requireNonNull(weight);
        float[] all = Objects.requireNonNull(from.weight);
        for (int i = 0; i < n; i++) {
            to[i] = all[classes[first + i]];
        }
        everyWeightSum = everyWeight == null ? 0.0 : ClassIndices.sum(everyWeight, n);
    }

    /** Over all classes the sum of b times their weights. With an infinite b all of a gradient is NaN, whatever the weights are. */
    double ofEveryWeight(double b) {
        return Double.isInfinite(b) ? Double.NaN : b * everyWeightSum;
    }

    /**
     * The loss of a row, and its gradient if there is a place for it, which may be the row itself.
     *
     * @param p the sample whose row it is
     * @param target its class in this row, or any number if it is ignored
     * @param kept what the row's terms are relative to, if {@code out} holds them, else NaN
     * @param logSum {@code log1p(excess)}
     */
    double compute(
            FloatSamples samples,
            int p,
            int target,
            float[] x,
            int xo,
            int xs,
            int n,
            float max,
            float kept,
            double excess,
            double logSum,
            float @Nullable [] out,
            int oo,
            int os) {
        if (samples.isIgnored(p)) {
            if (out != null) {
                FloatRows.fill(out, oo, os, n, gradientOfIgnored(x, xo, xs, n, max, excess));
            }
            return 0.0;
        }
        double loss = value(x, xo, xs, n, target, max, logSum, samples.targetScale, samples.everyScale);
        if (out != null) {
            double g = samples.upstream(p);
            double a = samples.targetScale * g;
            double b = samples.everyScale * g;
            gradient(false, x, xo, xs, n, target, max, kept, excess, a, b, out, oo, os);
        }
        return loss;
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
        double below = asksForBelow() ? below(x, xo, xs, n, max) : 0.0;
        return value(x, xo, xs, n, target, max, logSum, below, targetScale, everyScale);
    }

    /** Whether a loss asks how far all classes lie below the maximum. */
    boolean asksForBelow() {
        return !smoothing.isNone() && !smoothing.leavesTargetOut();
    }

    /** How far all classes lie below the maximum in sum, with their weights; of any value if that is infinite. */
    double below(float[] x, int xo, int xs, int n, float max) {
        return Float.isInfinite(max) ? 0.0 : below(x, xo, xs, 0, n, max);
    }

    /**
     * Loss of one row.
     *
     * @param below what {@link #below(float[], int, int, int, float)} gives, if {@link #asksForBelow}
     */
    double value(
            float[] x,
            int xo,
            int xs,
            int n,
            int target,
            float max,
            double logSum,
            double below,
            double targetScale,
            double everyScale) {
        if (Float.isInfinite(max)) {
            return zeroForMasked(x, xo, xs, n, max) ? 0.0 : Double.NaN;
        }
        if (smoothing.isNone()) {
            return value(x[xo + target * xs], target, max, logSum, targetScale);
        }
        double nll = ((double) max - x[xo + target * xs]) + logSum;
        double w = weight == null ? 1.0 : weight[target];
        if (smoothing.leavesTargetOut()) {
            double spread = below(x, xo, xs, 0, target, max) + below(x, xo, xs, target + 1, n, max);
            double rest = (everyWeight == null ? n - 1 : everyWeightSum - everyWeight[target]) * logSum;
            double others = limited(x, xo, xs, n, target, max, spread + rest, logSum);
            return scaled(own((1.0 - smoothing.amount()) * w, nll), targetScale)
                    + scaled(smoothing.every(n) * others, everyScale);
        }
        return smoothed(x, xo, xs, n, max, w, nll, below, logSum, targetScale, everyScale);
    }

    /** Loss of one row with a finite maximum, without smoothing: of its elements no more is asked for than the target's. */
    double value(float score, int target, float max, double logSum, double targetScale) {
        return weighted(((double) max - score) + logSum, target, targetScale);
    }

    /** The target's part of a loss without smoothing. */
    double weighted(double nll, int target, double targetScale) {
        double w = weight == null ? 1.0 : weight[target];
        return own(w, nll) * targetScale;
    }

    /** The target's own term, which a coefficient of 0 makes 0 also where the target is masked, if that is wanted. */
    private double own(double coefficient, double nll) {
        boolean limit = coefficient == 0.0
                && nll == Double.POSITIVE_INFINITY
                && options.zeroTimesInfinity == Indeterminate.LIMIT;
        return limit ? 0.0 : coefficient * nll;
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

    private double smoothed(
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
        return scaled(own(smoothing.target(n) * w, nll), targetScale) + scaled(smoothing.every(n) * all, everyScale);
    }

    /** A part of the loss times its scale, nothing if it is left out, though it be infinite. */
    private static double scaled(double part, double scale) {
        return Double.compare(scale, FloatSamples.LEFT_OUT) == 0 ? 0.0 : part * scale;
    }

    /** Whether a row that is masked in all its classes has the loss and the gradient 0. */
    boolean hasZeros() {
        return options.fullyMasked == OnEmpty.ZERO;
    }

    /** Whether a row is masked in all its classes, and the caller wants 0 for that. */
    boolean zeroForMasked(float[] x, int xo, int xs, int n, float max) {
        return hasZeros() && FloatMaskedRows.isMasked(x, xo, xs, n, max);
    }

    /** The gradient of a row that is ignored: nothing, but as in PyTorch NaN where the row has no probabilities, unless that is to be 0. */
    float gradientOfIgnored(float[] x, int xo, int xs, int n, float max, double excess) {
        return Double.isNaN(excess) && !zeroForMasked(x, xo, xs, n, max) ? Float.NaN : 0f;
    }

    /**
     * Gradient of one row: (a + sum b) p - a 1{target} - b, with a and b the parts of the target and of the smoothing.
     *
     * @param column whether the row is one of columns that are walked together, whose terms are others
     * @param kept what the row's terms are relative to, if {@code out} holds them, else NaN
     * @param targetGradient gradient with respect to the target's part of the loss
     * @param everyGradient gradient with respect to the part of the smoothing
     */
    void gradient(
            boolean column,
            float[] x,
            int xo,
            int xs,
            int n,
            int target,
            float max,
            float kept,
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
        double b = smoothing.ofEvery(n, everyGradient);
        double allB = everyWeight == null ? smoothing.ofEveryTotal(n, everyGradient) : ofEveryWeight(b);
        double targetB = everyGradient(b, target);
        double total = 1.0 + excess;
        boolean top = x[xo + target * xs] == max;
        boolean weighted = everyWeight != null && !smoothing.isNone();
        int certain = top ? -1 : FloatRowMaps.certain(excess, x, xo, xs, n, max);
        double factor = (a + allB) / total;
        if (smoothing.leavesTargetOut()) {
            // Without the detour over the spread part, in which a and b nearly cancel for amounts near 1.
            double own = (1.0 - smoothing.amount()) * w * targetGradient;
            double others = allB - targetB;
            double value = top && !Double.isInfinite(own)
                    ? (others - own * excess) / total
                    : FloatRowMaps.expScale(x[xo + target * xs], max, (own + others) / total) - own;
            mapGradient(column, x, xo, xs, n, max, kept, certain, (own + others) / total, b, weighted, out, oo, os);
            out[oo + target * os] = Results.toFloat(value);
            return;
        }
        mapGradient(column, x, xo, xs, n, max, kept, certain, factor, b, weighted, out, oo, os);
        int at = oo + target * os;
        // p - 1 at the target, as minus the probability of the others where that is small. Infinity less infinity is
        // NaN.
        double value = top && !Double.isInfinite(a) ? (allB - a * excess) / total - targetB : out[at] - a;
        out[at] = Results.toFloat(value);
    }

    /** What comes off a class, before it is rounded. */
    double everyGradient(double b, int c) {
        return everyWeight == null ? b : b * everyWeight[c];
    }

    /**
     * What comes off every class, never -0: what is left of a term that is too small for the type then has the sign of its factor,
     * whether the term itself is 0 or not.
     */
    static float minus(double b) {
        return (float) b + 0f;
    }

    /**
     * Writes factor exp(x - max) - b w, without weights factor exp(x - max) - b.
     *
     * @param certain what {@link FloatRowMaps#certain} says of the row if its maximum is not the target's, else -1
     */
    private void mapGradient(
            boolean column,
            float[] x,
            int xo,
            int xs,
            int n,
            float max,
            float kept,
            int certain,
            double factor,
            double b,
            boolean weighted,
            float[] out,
            int oo,
            int os) {
        float minus = minus(b);
        if (weighted) {
            FloatRowMaps.expScale(x, xo, xs, everyWeight, 0, 1, null, 0, n, max, factor, minus, -0f, out, oo, os);
        } else if (column) {
            FloatRowMaps.scaleColumn(x, xo, xs, n, max, factor, minus, out, oo, os);
        } else {
            FloatRowMaps.scale(x, xo, xs, n, max, kept, factor, minus, out, oo, os);
        }
        if (certain >= 0 && Double.isFinite(factor)) {
            out[oo + certain * os] = Results.toFloat(factor - everyGradient(b, certain));
        }
    }
}
