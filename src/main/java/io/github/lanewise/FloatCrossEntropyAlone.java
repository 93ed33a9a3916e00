// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * Cross entropy of a row alone, reduced as a batch of one and to the bit what that gives, without what many rows take: a call that
 * passes through it takes half as long again. Arguments are checked, the target is known to be a class or ignored.
 */
final class FloatCrossEntropyAlone {
    private final ClassLossOptions options;
    private final FloatCrossEntropyRow formula;

    /** Whether a loss is made of its target's log-probability alone. */
    private final boolean isUnsmoothed;

    /** Whether the result is the negative log-probability of a target that is not ignored. */
    private final boolean isNegativeLogProbability;

    FloatCrossEntropyAlone(FloatCrossEntropyRow formula) {
        this.options = formula.options;
        this.formula = formula;
        this.isUnsmoothed = formula.smoothing.isNone() && !formula.smoothing.leavesTargetOut();
        this.isNegativeLogProbability = isUnsmoothed && formula.weight == null && denominator(false, 0) == 1.0;
    }

    /** The loss of a row of an array, and its gradient if there is a place for it. */
    float loss(float[] x, int offset, int n, int target, float gradOutput, float @Nullable [] grad, int gradOffset) {
        boolean ignored = target == options.ignoreIndex;
        if (!ignored && n <= FloatLanes.LANES && isUnsmoothed) {
            double nll = grad == null
                    ? Kernels.FLOAT.negativeLogProbability(x, offset, n, target)
                    : Kernels.FLOAT.crossEntropyGradient(
                            x, offset, n, target, targetGradient(target, gradOutput), grad, gradOffset);
            if (!Double.isNaN(nll)) {
                return ofShortRow(nll, target);
            }
        }
        if (options.fullyMasked == OnEmpty.ERROR && !ignored) {
            FloatMaskedRows.check(x, offset, n);
        }
        double denominator = denominator(ignored, target);
        if (ignored && denominator == 0.0) {
            Results.checkNotEmpty(options.emptyMean, Results.NO_SAMPLE);
        }
        if (grad == null) {
            return ignored ? ofIgnored(denominator) : value(x, offset, n, target, denominator);
        }
        FloatRowExcess row = FloatRowExcess.borrow(n);
        float kept = Float.NaN;
        float max;
        if (row != null) {
            row.findKeeping(x, offset, 1, n, FloatRowBlock.placeToKeep(x, offset, grad, gradOffset, 1), gradOffset);
            max = row.max();
            kept = FloatRowExcess.kept(row);
        } else {
            max = FloatRows.max(x, offset, 1, n);
        }
        double excess = FloatRowExcess.excess(row, x, offset, 1, n, max);
        FloatRowExcess.giveBack(row);
        if (ignored) {
            FloatRows.fill(grad, gradOffset, 1, n, formula.gradientOfIgnored(x, offset, 1, n, max, excess));
            return ofIgnored(denominator);
        }
        double targetScale = targetScale(denominator);
        double loss = formula.value(x, offset, 1, n, target, max, FloatLogOnePlus.log1p(excess), targetScale, 1.0);
        double g = gradOutput / divisor(denominator);
        formula.gradient(false, x, offset, 1, n, target, max, kept, excess, targetScale * g, g, grad, gradOffset, 1);
        return reduced(loss, denominator);
    }

    /** What the gradient of the negative log-probability of a target is multiplied by. */
    private double targetGradient(int target, float gradOutput) {
        if (isNegativeLogProbability) {
            return gradOutput;
        }
        double denominator = denominator(false, target);
        double w = formula.weight == null ? 1.0 : formula.weight[target];
        return w * (targetScale(denominator) * (gradOutput / divisor(denominator)));
    }

    private float ofShortRow(double nll, int target) {
        if (isNegativeLogProbability) {
            return Results.toFloat(nll);
        }
        double denominator = denominator(false, target);
        return reduced(formula.weighted(nll, target, targetScale(denominator)), denominator);
    }

    private float value(float[] x, int offset, int n, int target, double denominator) {
        FloatRowExcess row = FloatRowExcess.borrow(n);
        float max = FloatRowExcess.max(row, x, offset, n);
        double excess = FloatRowExcess.excess(row, x, offset, 1, n, max);
        FloatRowExcess.giveBack(row);
        double logSum = FloatLogOnePlus.log1p(excess);
        if (isNegativeLogProbability && Float.isFinite(max)) {
            return Results.toFloat(((double) max - x[offset + target]) + logSum);
        }
        double loss = formula.value(x, offset, 1, n, target, max, logSum, targetScale(denominator), 1.0);
        return reduced(loss, denominator);
    }

    /** The loss of a row of native memory where it lies; NaN also where that can't be done. */
    float lossInPlace(FloatStorage from, int place, int n, int target) {
        from.checkAccess();
        FloatRowExcess row = FloatRowExcess.borrow(n);
        if (row == null || target == options.ignoreIndex || !formula.smoothing.isNone()) {
            FloatRowExcess.giveBack(row);
            return Float.NaN;
        }
        boolean found = row.findInPlace(from.segment, FloatStorage.address(place), n, null);
        float max = row.max();
        double excess = row.excess();
        FloatRowExcess.giveBack(row);
        if (!found) {
            return Float.NaN;
        }
        double denominator = denominator(false, target);
        double logSum = FloatLogOnePlus.log1p(excess);
        double loss = formula.value(from.get(place + target), target, max, logSum, targetScale(denominator));
        return reduced(loss, denominator);
    }

    /** What the mean of one row is divided by, and 1 for a sum. */
    private double denominator(boolean ignored, int target) {
        float @Nullable [] weight = formula.weight;
        return options.reduction == Reduction.MEAN
                ? ClassIndices.denominatorOfOne(
                        options.denominatorOr(Denominator.WEIGHTED),
                        ignored,
                        weight == null || ignored ? 1.0 : weight[target])
                : 1.0;
    }

    /** Whether the part of the target alone is divided by its weight. */
    private boolean isDividedByWeight() {
        return formula.weight != null
                && options.reduction == Reduction.MEAN
                && options.denominatorOr(Denominator.WEIGHTED) == Denominator.WEIGHTED
                && !options.labelSmoothing.weightsEveryClass();
    }

    /** Factor of the target's part of the loss. */
    private double targetScale(double denominator) {
        return isDividedByWeight() ? 1.0 / denominator + 0.0 : 1.0;
    }

    /** What the whole loss is divided by. */
    private double divisor(double denominator) {
        return isDividedByWeight() ? 1.0 : denominator;
    }

    private float reduced(double loss, double denominator) {
        double divisor = divisor(denominator);
        // PyTorch divides the target's part and the smoothing's part each: with weights of 0 the former is 0 / 0.
        boolean undefined = divisor == 0.0 && !options.labelSmoothing.isNone();
        // A sum of one term, begun from +0 like that of a batch, so that a loss of -0 has the same bits.
        return undefined ? Float.NaN : Results.toFloat((0.0 + loss) / divisor);
    }

    /** The loss of an ignored row: nothing by its denominator, which may be negative. */
    private float ofIgnored(double denominator) {
        if (denominator == 0.0) {
            return options.emptyMean == OnEmpty.ZERO ? 0f : Float.NaN;
        }
        return Results.toFloat(0.0 / denominator);
    }
}
