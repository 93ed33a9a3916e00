// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.INPUT;
import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.FloatRows;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The walk of cross entropy over class indices. Arguments are checked, targets are known to be classes or ignored. */
final class FloatIndexCrossEntropy extends FloatIndexLoss {
    private final long ignoreIndex;
    private final FloatCrossEntropyRow formula;
    private final FloatCrossEntropyColumns columns;
    private final FloatPlannedCrossEntropy planned;
    private final FloatCrossEntropyInPlace inPlace;

    FloatIndexCrossEntropy(ClassLossOptions options) {
        super(options, "logits", "gradLogits");
        this.ignoreIndex = options.ignoreIndex;
        this.formula = new FloatCrossEntropyRow(options, weight);
        this.columns = new FloatCrossEntropyColumns(formula);
        this.planned = new FloatPlannedCrossEntropy(formula);
        this.inPlace = new FloatCrossEntropyInPlace(formula);
    }

    @Override
    void checkScores(FloatTensor logits, @Nullable RowPlan plan, int @Nullable [] ints, long @Nullable [] longs) {
        if (options.fullyMasked != OnEmpty.ERROR) {
            return;
        }
        if (plan != null) {
            planned.checkScores(logits, plan, ints, longs);
        } else {
            int axis = logits.rank() == 1 ? 0 : 1;
            int count = Positions.count(logits, axis);
            FloatStage stage = FloatStage.of(logits);
            try {
                for (int p = 0; p < count; p++) {
                    if (ClassIndices.at(ints, longs, p) != ignoreIndex) {
                        FloatMaskedRows.check(stage, logits, axis, p);
                    }
                }
            } finally {
                stage.finish();
            }
        }
    }

    @Override
    double walk(
            FloatTensor logits,
            @Nullable RowPlan plan,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double targetScale,
            double everyScale,
            double upstream,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor grad) {
        if (plan != null) {
            return planned.walk(
                    logits, plan, ints, longs, targetScale, everyScale, upstream, gradOutput, perSample, grad);
        }
        int axis = logits.rank() == 1 ? 0 : 1;
        int run = columns.run(logits, axis, grad);
        if (run > 0) {
            return columns.walk(
                    logits, axis, run, ints, longs, targetScale, everyScale, upstream, gradOutput, perSample, grad);
        }
        int count = Positions.count(logits, axis);
        if (count == 1) {
            double loss = single(logits, axis, ints, longs, targetScale, everyScale, upstream, gradOutput, grad);
            if (perSample != null) {
                Results.set(perSample, 0, loss);
            }
            // What a sum of one number is: never -0.
            return 0.0 + loss;
        }
        int n = Positions.length(logits, axis);
        int xs = FloatStage.stride(logits, axis);
        int os = grad == null ? 0 : FloatStage.stride(grad, axis);
        double sum = 0.0;
        double lost = 0.0;
        double[] losses = null;
        boolean confined = Tensor.isConfined(logits) || Tensor.isConfined(gradOutput) || Tensor.isConfined(grad);
        int tasks = confined ? 1 : options.tasksFor((long) count * n);
        boolean again = grad != null || !options.labelSmoothing.isNone();
        boolean whereTheyLie = !again && FloatStorage.ofRows(logits, axis) != null;
        int height = whereTheyLie ? FloatRowBlock.ROWS : FloatRowBlock.height(again, logits, grad, n);
        if (tasks > 1) {
            double[] each = new double[count];
            options.run(tasks, count, 1, (from, to) -> {
                FloatStage own = inPlace.stage(logits, axis, grad);
                FloatRowExcess row = FloatRowExcess.borrow(n);
                FloatRowBlock block = height > 0 ? FloatRowBlock.borrow() : null;
                int width;
                for (int p = from; p < to; p += width) {
                    width = Math.min(Math.max(height, 1), to - p);
                    if (row != null && block != null) {
                        rows(
                                own,
                                row,
                                block,
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
                                p,
                                width);
                        System.arraycopy(block.loss, 0, each, p, width);
                        continue;
                    }
                    each[p] = position(
                            own,
                            row,
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
                if (block != null) {
                    block.giveBack();
                }
                FloatRowExcess.giveBack(row);
                own.finish();
            });
            losses = each;
        }
        FloatStage stage = inPlace.stage(logits, axis, grad);
        FloatRowExcess row = FloatRowExcess.borrow(n);
        FloatRowBlock block = height > 0 && losses == null ? FloatRowBlock.borrow() : null;
        int inBlock = height;
        for (int p = 0; p < count; p++) {
            double loss;
            if (losses != null) {
                loss = losses[p];
            } else if (row != null && block != null) {
                if (inBlock == height) {
                    rows(
                            stage,
                            row,
                            block,
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
                            p,
                            Math.min(height, count - p));
                    inBlock = 0;
                }
                loss = block.loss[inBlock++];
            } else {
                loss = position(
                        stage,
                        row,
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
            if (perSample != null) {
                Results.set(perSample, p, loss);
            }
            // Neumaier's sum: what each addition loses is added at the end.
            double next = sum + loss;
            lost += Results.lost(sum, loss, next);
            sum = next;
        }
        if (block != null) {
            block.giveBack();
        }
        FloatRowExcess.giveBack(row);
        stage.finish();
        return Results.total(sum, lost);
    }

    /** The loss of a row alone, by a way of its own, so that such a call need not pass through what many rows take. */
    private double single(
            FloatTensor logits,
            int axis,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double targetScale,
            double everyScale,
            double upstream,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor grad) {
        int n = Positions.length(logits, axis);
        FloatRowExcess row = FloatRowExcess.borrowForOne(n);
        FloatStage stage = inPlace.stage(logits, axis, grad);
        double loss = position(
                stage,
                row,
                logits,
                axis,
                n,
                FloatStage.stride(logits, axis),
                grad == null ? 0 : FloatStage.stride(grad, axis),
                ints,
                longs,
                targetScale,
                everyScale,
                upstream,
                gradOutput,
                grad,
                0);
        FloatRowExcess.giveBack(row);
        stage.finish();
        return loss;
    }

    /** The losses of the rows of a block, and their gradients if there is a place for them. */
    private void rows(
            FloatStage stage,
            FloatRowExcess row,
            FloatRowBlock block,
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
            int first,
            int width) {
        if (!logits.hasArray()) {
            rowsInPlace(
                    stage, row, block, logits, axis, n, ints, longs, targetScale, everyScale, upstream, first, width);
            return;
        }
        float[] x = logits.array();
        float[] out = grad == null ? null : grad.array();
        for (int i = 0; i < width; i++) {
            int xo = Positions.offset(logits, axis, first + i);
            if (out != null && grad != null) {
                block.findKeeping(i, row, x, xo, xs, n, out, Positions.offset(grad, axis, first + i), os);
            } else if (ClassIndices.at(ints, longs, first + i) == ignoreIndex) {
                block.pass(i);
            } else {
                block.find(i, row, x, xo, xs, n);
            }
        }
        block.settle(width, n);
        for (int i = 0; i < width; i++) {
            int p = first + i;
            long target = ClassIndices.at(ints, longs, p);
            boolean ignored = target == ignoreIndex;
            block.loss[i] = formula.compute(
                    x,
                    Positions.offset(logits, axis, p),
                    xs,
                    n,
                    block.max[i],
                    block.kept[i],
                    block.excess[i],
                    block.log[i],
                    ignored ? 0 : (int) target,
                    ignored,
                    targetScale,
                    everyScale,
                    gradOutput == null || grad == null ? upstream : Results.get(gradOutput, p),
                    out,
                    grad == null ? 0 : Positions.offset(grad, axis, p),
                    os);
        }
    }

    /** The losses of a block of rows in native memory, without smoothing. */
    private void rowsInPlace(
            FloatStage stage,
            FloatRowExcess row,
            FloatRowBlock block,
            FloatTensor logits,
            int axis,
            int n,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double targetScale,
            double everyScale,
            double upstream,
            int first,
            int width) {
        FloatStorage from = Objects.requireNonNull(logits.storage());
        for (int i = 0; i < width; i++) {
            int p = first + i;
            long target = ClassIndices.at(ints, longs, p);
            if (target == ignoreIndex) {
                block.pass(i);
            } else {
                block.findInPlace(i, row, from, Positions.offset(logits, axis, p), n);
            }
        }
        block.settle(width, n);
        for (int i = 0; i < width; i++) {
            int p = first + i;
            if (block.found[i]) {
                int target = (int) ClassIndices.at(ints, longs, p);
                float score = from.get(Positions.offset(logits, axis, p) + target);
                block.loss[i] = formula.value(score, target, block.max[i], block.log[i], targetScale);
            } else if (ClassIndices.at(ints, longs, p) == ignoreIndex) {
                block.loss[i] = 0.0;
            } else {
                block.loss[i] = brought(
                        stage,
                        row,
                        logits,
                        axis,
                        n,
                        1,
                        0,
                        ints,
                        longs,
                        targetScale,
                        everyScale,
                        upstream,
                        null,
                        null,
                        p);
            }
        }
    }

    /** The loss of one position, and its gradient if there is a place for it. */
    private double position(
            FloatStage stage,
            @Nullable FloatRowExcess row,
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
        if (row != null && target != ignoreIndex) {
            double loss = inPlace.loss(
                    stage, row, logits, axis, n, (int) target, targetScale, everyScale, upstream, gradOutput, grad, p);
            if (!Double.isNaN(loss)) {
                return loss;
            }
        }
        return brought(
                stage,
                row,
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

    /** The same for a row that is not computed where it lies. */
    private double brought(
            FloatStage stage,
            @Nullable FloatRowExcess row,
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
        int oo = 0;
        float[] out = null;
        if (grad != null) {
            oo = stage.write(OUTPUT, grad, axis, p);
            out = stage.array(OUTPUT, grad);
        }
        int xo = out == null
                ? stage.find(INPUT, logits, axis, p, row)
                : stage.find(INPUT, logits, axis, p, row, out, oo, os);
        float[] x = stage.array(INPUT, logits);
        float max = stage.max(INPUT, logits, axis, p, xo, row);
        double excess = FloatRowExcess.excess(row, x, xo, xs, n, max);
        return formula.compute(
                x,
                xo,
                xs,
                n,
                max,
                FloatRowExcess.kept(row),
                excess,
                FloatLogOnePlus.log1p(excess),
                (int) target,
                target == ignoreIndex,
                targetScale,
                everyScale,
                gradOutput == null || grad == null ? upstream : Results.get(gradOutput, p),
                out,
                oo,
                os);
    }

    /** A row alone needs nothing of what many rows take, and a call that passes through it would take half as long again. */
    @Override
    float reduced(
            FloatTensor logits,
            @Nullable RowPlan plan,
            int @Nullable [] ints,
            long @Nullable [] longs,
            float gradOutput,
            @Nullable FloatTensor grad) {
        int axis = ClassIndices.axis(logits, "logits");
        int n = logits.sizes()[axis];
        boolean one = n > 0 && logits.numel() == n && ints != null && ints.length == 1;
        if (!one || plan != null || grad != null || Positions.stride(logits, axis) != 1) {
            return super.reduced(logits, plan, ints, longs, gradOutput, grad);
        }
        ClassIndices.checkWeight(weight, n);
        int target = Objects.requireNonNull(ints)[0];
        ClassIndices.check(target, n, ignoreIndex);
        if (logits.hasArray()) {
            return row(logits.array(), logits.offset(), n, target, null, 0);
        }
        FloatStorage from = FloatStorage.ofRows(logits, axis);
        float loss = from == null ? Float.NaN : rowInPlace(from, logits.offset(), n, target);
        return Float.isNaN(loss) ? super.reduced(logits, null, ints, longs, gradOutput, null) : loss;
    }

    /** One row of native memory where it lies, reduced as a batch of one; NaN also where that can't be done. */
    private float rowInPlace(FloatStorage from, int place, int n, int target) {
        from.checkAccess();
        FloatRowExcess row = FloatRowExcess.borrowForOne(n);
        if (row == null || target == ignoreIndex || !formula.smoothing.isNone()) {
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
        double denominator = denominatorOfOne(false, target);
        boolean divided = isDividedByWeight();
        double targetScale = divided ? 1.0 / denominator : 1.0;
        float score = from.get(place + target);
        double sum = 0.0 + formula.value(score, target, max, FloatLogOnePlus.log1p(excess), targetScale);
        return Results.toFloat(sum / (divided ? 1.0 : denominator));
    }

    /** What the mean of one row is divided by, and 1 for a sum. */
    private double denominatorOfOne(boolean ignored, int target) {
        return options.reduction == Reduction.MEAN
                ? ClassIndices.denominatorOfOne(
                        options.denominatorOr(Denominator.WEIGHTED),
                        ignored,
                        weight == null || ignored ? 1.0 : weight[target])
                : 1.0;
    }

    /** Whether the part of the target alone is divided by its weight. */
    private boolean isDividedByWeight() {
        boolean split = weight != null
                && options.denominatorOr(Denominator.WEIGHTED) == Denominator.WEIGHTED
                && !options.labelSmoothing.weightsEveryClass();
        return split && options.reduction == Reduction.MEAN;
    }

    /** One row of an array, reduced as a batch of one; see {@link #walk}. */
    float row(float[] x, int offset, int n, int target, float @Nullable [] grad, int gradOffset) {
        boolean ignored = target == ignoreIndex;
        if (options.fullyMasked == OnEmpty.ERROR && !ignored) {
            FloatMaskedRows.check(x, offset, n);
        }
        double denominator = denominatorOfOne(ignored, target);
        if (ignored && denominator == 0.0) {
            Results.checkNotEmpty(options.emptyMean);
        }
        if (ignored && grad == null) {
            return ofIgnored(denominator);
        }
        FloatRowExcess row = FloatRowExcess.borrowForOne(n);
        float kept = Float.NaN;
        float max;
        if (row != null && grad != null) {
            row.findKeeping(x, offset, 1, n, FloatRowBlock.placeToKeep(x, offset, grad, gradOffset, 1), gradOffset);
            max = row.max();
            kept = FloatRowExcess.kept(row);
        } else {
            max = FloatRowExcess.max(row, x, offset, n);
        }
        double excess = FloatRowExcess.excess(row, x, offset, 1, n, max);
        FloatRowExcess.giveBack(row);
        if (ignored) {
            FloatRows.fill(Objects.requireNonNull(grad), gradOffset, 1, n, Double.isNaN(excess) ? Float.NaN : 0f);
            return ofIgnored(denominator);
        }
        boolean divided = isDividedByWeight();
        double targetScale = divided ? 1.0 / denominator : 1.0;
        double divisor = divided ? 1.0 : denominator;
        // A sum of one term, begun from +0 like that of a batch, so that a loss of -0 has the same bits.
        double sum = 0.0 + formula.value(x, offset, 1, n, target, max, FloatLogOnePlus.log1p(excess), targetScale, 1.0);
        double loss = sum / divisor;
        if (divisor == 0.0 && !options.labelSmoothing.isNone()) {
            loss = Double.NaN;
        }
        if (grad != null) {
            double g = 1.0 / divisor;
            formula.gradient(
                    false, x, offset, 1, n, target, max, kept, excess, targetScale * g, g, grad, gradOffset, 1);
        }
        return Results.toFloat(loss);
    }

    /** The loss of an ignored row alone: nothing by its denominator, which may be negative. */
    private float ofIgnored(double denominator) {
        if (denominator == 0.0) {
            return options.emptyMean == OnEmpty.ZERO ? 0f : Float.NaN;
        }
        return Results.toFloat(0.0 / denominator);
    }
}
