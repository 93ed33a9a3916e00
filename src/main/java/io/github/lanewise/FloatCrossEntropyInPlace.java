// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.FloatRows;
import org.jspecify.annotations.Nullable;

/** Cross entropy of rows of native memory where they lie, without smoothing, with the bits of {@link FloatCrossEntropyRow}. */
final class FloatCrossEntropyInPlace {
    /** A gradient this small may underflow, and then zeros have signs that need all of {@link FloatCrossEntropyRow#gradient}. */
    private static final double LEAST_GRADIENT = 1e-100;

    private final FloatCrossEntropyRow formula;

    FloatCrossEntropyInPlace(FloatCrossEntropyRow formula) {
        this.formula = formula;
    }

    /** Where rows are brought that can't be computed where they lie. */
    FloatStage stage(FloatSamples samples) {
        FloatTensor grad = samples.grad;
        FloatStage stage = FloatStage.of(samples.scores, grad);
        if (grad != null
                && formula.smoothing.isNone()
                && FloatStorage.ofRows(samples.scores, samples.axis) != null
                && FloatStorage.ofRows(grad, samples.axis) != null) {
            stage.passOver();
        }
        return stage;
    }

    /**
     * The loss of a sample that is not ignored, and its gradient if there is a place for it; NaN, with nothing written, where that
     * can't be done.
     */
    double loss(FloatSamples samples, FloatStage stage, FloatRowExcess row, int p) {
        FloatTensor grad = samples.grad;
        int n = samples.n;
        int axis = samples.axis;
        FloatStorage from = FloatStorage.ofRows(samples.scores, axis);
        FloatStorage to = grad == null ? null : FloatStorage.ofRows(grad, axis);
        if (from == null || !formula.smoothing.isNone() || (grad != null && to == null)) {
            return Double.NaN;
        }
        float[] terms = to == null || n > FloatRowExcess.LONGEST_KEPT ? null : stage.room(OUTPUT, n);
        int xo = Positions.offset(samples.scores, axis, p);
        if (!row.findInPlace(from.segment, FloatStorage.address(xo), n, terms)) {
            return Double.NaN;
        }
        int target = (int) samples.target(p);
        float score = from.get(xo + target);
        double loss = formula.value(score, target, row.max(), FloatLogOnePlus.log1p(row.excess()), samples.targetScale);
        if (grad == null || to == null || Double.isNaN(loss)) {
            return loss;
        }
        double g = samples.upstream(p);
        boolean plain = !formula.smoothing.leavesTargetOut();
        double a = samples.targetScale * g;
        boolean written =
                plain && gradient(row, from, xo, n, target, score, terms, a, to, Positions.offset(grad, axis, p));
        return written ? loss : Double.NaN;
    }

    /**
     * Gradient of one row without smoothing in native memory, where {@link FloatRowExcess#findInPlace} has found it: the bits of {@link
     * FloatCrossEntropyRow#gradient}.
     *
     * @param score the target's
     * @param terms where the row's terms may have been kept, or null
     * @return whether it is written; if not, it has to go through arrays
     */
    private boolean gradient(
            FloatRowExcess row,
            FloatStorage from,
            int xo,
            int n,
            int target,
            float score,
            float @Nullable [] terms,
            double targetGradient,
            FloatStorage to,
            int oo) {
        double w = formula.weight == null ? 1.0 : formula.weight[target];
        double a = w * targetGradient;
        if (!(Math.abs(a) > LEAST_GRADIENT && Double.isFinite(a))) {
            return false;
        }
        double total = 1.0 + row.excess();
        boolean written = FloatRows.scaleInPlace(
                from.segment,
                FloatStorage.address(xo),
                n,
                row,
                terms,
                a / total,
                0f,
                to.segment,
                FloatStorage.address(oo));
        if (written) {
            int at = oo + target;
            double value = score == row.max() ? -(a * row.excess()) / total : to.get(at) - a;
            to.set(at, Results.toFloat(value));
        }
        return written;
    }
}
