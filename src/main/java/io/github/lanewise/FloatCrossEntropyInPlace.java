// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.OTHER;

import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.FloatRowMaps;
import java.util.Objects;
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
        FloatStage stage = FloatStage.of(samples.scores, samples.grad);
        if (samples.grad != null && isInPlace(samples)) {
            stage.passOver();
        }
        return stage;
    }

    /** Whether rows are computed where they lie, but for those of which that can't be done. */
    private boolean isInPlace(FloatSamples samples) {
        FloatTensor grad = samples.grad;
        return formula.smoothing.isNone()
                && FloatStorage.ofRows(samples.scores, samples.axis) != null
                && (grad == null
                        || (!formula.smoothing.leavesTargetOut() && FloatStorage.ofRows(grad, samples.axis) != null));
    }

    /**
     * The loss of a sample that is not ignored, and its gradient if there is a place for it; NaN, with nothing written, where that
     * can't be done.
     */
    double loss(FloatSamples samples, FloatStage stage, FloatRowExcess row, int p) {
        FloatTensor grad = samples.grad;
        int n = samples.n;
        int axis = samples.axis;
        if (!isInPlace(samples)) {
            return Double.NaN;
        }
        FloatStorage from = Objects.requireNonNull(samples.scores.storage());
        FloatStorage to = grad == null ? null : grad.storage();
        float[] terms = to == null || n > FloatRowExcess.LONGEST_KEPT ? null : stage.room(OTHER, n);
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
        double a = samples.targetScale * g;
        int oo = Positions.offset(grad, axis, p);
        float kept = FloatRowExcess.kept(row);
        boolean written = gradient(from, xo, n, target, score, row.max(), row.excess(), kept, terms, 0, a, to, oo);
        return written ? loss : Double.NaN;
    }

    /** How many rows make a block; 0 if they are to be walked one by one, or are brought into arrays. */
    int height(FloatSamples samples) {
        if (!isInPlace(samples)) {
            return 0;
        }
        int height = samples.grad == null ? FloatRowBlock.ROWS : FloatRowBlock.heightToReadAgain(samples.n);
        return height > 1 ? height : 0;
    }

    /**
     * The losses of a block of rows, and their gradients if there is a place for them. {@link FloatRowBlock#found} tells which rows that could
     * be done of; of others nothing is written.
     */
    void block(FloatSamples samples, FloatStage stage, FloatRowExcess row, FloatRowBlock block, int first, int width) {
        FloatTensor grad = samples.grad;
        int axis = samples.axis;
        int n = samples.n;
        FloatStorage from = Objects.requireNonNull(samples.scores.storage());
        FloatStorage to = grad == null ? null : Objects.requireNonNull(grad.storage());
        float[] terms = null;
        if (grad == null) {
            block.begin(samples.scores, axis, first, width);
        } else {
            block.begin(samples.scores, axis, first, width, grad);
            terms = stage.room(OTHER, width * n);
        }
        for (int i = 0; i < width; i++) {
            if (samples.isIgnored(first + i)) {
                block.pass(i);
            }
        }
        block.findInPlace(row, from, n, width, terms);
        block.settle(width, n);
        for (int i = 0; i < width; i++) {
            if (!block.found[i]) {
                continue;
            }
            int p = first + i;
            int xo = block.from[i];
            int target = (int) samples.target(p);
            float score = from.get(xo + target);
            float max = block.max[i];
            block.loss[i] = formula.value(score, target, max, block.log[i], samples.targetScale);
            if (to != null) {
                double a = samples.targetScale * samples.upstream(p);
                double excess = block.excess[i];
                float kept = block.kept[i];
                block.found[i] =
                        gradient(from, xo, n, target, score, max, excess, kept, terms, i * n, a, to, block.to[i]);
            }
        }
    }

    /**
     * Gradient of one row without smoothing in native memory, where {@link FloatRowExcess} has found it: the bits of {@link
     * FloatCrossEntropyRow#gradient}.
     *
     * @param score the target's
     * @param kept what {@link FloatRowExcess#kept} says of the terms
     * @param terms where the row's terms may have been kept, or null
     * @return whether it is written; if not, it has to go through arrays
     */
    private boolean gradient(
            FloatStorage from,
            int xo,
            int n,
            int target,
            float score,
            float max,
            double excess,
            float kept,
            float @Nullable [] terms,
            int termsOffset,
            double targetGradient,
            FloatStorage to,
            int oo) {
        double w = formula.weight == null ? 1.0 : formula.weight[target];
        double a = w * targetGradient;
        if (!(Math.abs(a) > LEAST_GRADIENT && Double.isFinite(a))) {
            return false;
        }
        double total = 1.0 + excess;
        boolean written = FloatRowMaps.scaleInPlace(
                from.segment,
                FloatStorage.address(xo),
                n,
                max,
                kept,
                terms,
                termsOffset,
                a / total,
                0f,
                to.segment,
                FloatStorage.address(oo));
        if (written) {
            int at = oo + target;
            double value = score == max ? -(a * excess) / total : to.get(at) - a;
            to.set(at, Results.toFloat(value));
        }
        return written;
    }
}
