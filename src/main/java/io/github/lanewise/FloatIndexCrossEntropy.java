// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.INPUT;
import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRowExcess;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The walk of cross entropy over class indices. Arguments are checked, targets are known to be classes or ignored. */
final class FloatIndexCrossEntropy extends FloatIndexLoss {
    private final long ignoreIndex;
    private final FloatCrossEntropyRow formula;
    private final FloatCrossEntropyColumns columns;
    private final FloatPlannedCrossEntropy planned;
    private final FloatCrossEntropyInPlace inPlace;

    /** For rows alone. */
    final FloatCrossEntropyAlone alone;

    FloatIndexCrossEntropy(ClassLossOptions options) {
        super(options, "logits", "gradLogits");
        this.ignoreIndex = options.ignoreIndex;
        this.formula = new FloatCrossEntropyRow(options, weight);
        this.columns = new FloatCrossEntropyColumns(formula);
        this.planned = new FloatPlannedCrossEntropy(formula);
        this.inPlace = new FloatCrossEntropyInPlace(formula);
        this.alone = new FloatCrossEntropyAlone(formula);
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
    double walk(FloatSamples samples) {
        if (samples.plan != null) {
            return planned.walk(samples, samples.plan);
        }
        int run = columns.run(samples);
        if (run > 0) {
            return columns.walk(samples, run);
        }
        if (samples.count == 1) {
            return single(samples);
        }
        int tasks = samples.tasks(options, (long) samples.count * samples.n);
        if (tasks > 1) {
            double[] losses = new double[samples.count];
            options.run(tasks, samples.count, 1, (from, to) -> rows(samples, losses, from, to));
            return samples.total(losses);
        }
        return rows(samples, null, 0, samples.count);
    }

    /** The loss of a row alone, by a way of its own, so that such a call need not pass through what many rows take. */
    private double single(FloatSamples samples) {
        FloatRowExcess row = FloatRowExcess.borrow(samples.n);
        FloatStage stage = inPlace.stage(samples);
        double loss = position(samples, stage, row, 0);
        FloatRowExcess.giveBack(row);
        stage.finish();
        samples.put(null, 0, loss);
        // What a sum of one number is: never -0.
        return 0.0 + loss;
    }

    /** Computes some rows; gives the sum of their losses, and puts each where losses are collected, if they are, else in its place. */
    private double rows(FloatSamples samples, double @Nullable [] losses, int from, int to) {
        FloatStage stage = inPlace.stage(samples);
        FloatRowExcess row = FloatRowExcess.borrow(samples.n);
        int height = height(samples);
        FloatRowBlock block = row == null || height == 0 ? null : FloatRowBlock.borrow();
        double sum = 0.0;
        double lost = 0.0;
        int width;
        for (int p = from; p < to; p += width) {
            width = block == null ? 1 : Math.min(height, to - p);
            if (row != null && block != null) {
                if (samples.scores.hasArray()) {
                    block(samples, row, block, p, width);
                } else {
                    blockInPlace(samples, stage, row, block, p, width);
                }
            }
            for (int i = 0; i < width; i++) {
                double loss = block == null ? position(samples, stage, row, p) : block.loss[i];
                samples.put(losses, p + i, loss);
                // Neumaier's sum: what each addition loses is added at the end.
                double next = sum + loss;
                lost += Results.lost(sum, loss, next);
                sum = next;
            }
        }
        if (block != null) {
            block.giveBack();
        }
        FloatRowExcess.giveBack(row);
        stage.finish();
        return Results.total(sum, lost);
    }

    /** How many rows make a block; 0 if they are to be walked one by one. */
    private int height(FloatSamples samples) {
        if (!samples.scores.hasArray()) {
            return inPlace.height(samples);
        }
        boolean again = samples.grad != null || formula.smoothing.leavesTargetOut();
        return FloatRowBlock.height(again, samples.scores, samples.grad, samples.n);
    }

    /** The losses of the rows of a block, and their gradients if there is a place for them. */
    private void block(FloatSamples samples, FloatRowExcess row, FloatRowBlock block, int first, int width) {
        FloatTensor grad = samples.grad;
        int axis = samples.axis;
        int n = samples.n;
        float[] x = samples.scores.array();
        float[] out = grad == null ? null : grad.array();
        int xs = FloatStage.stride(samples.scores, axis);
        int os = grad == null ? 0 : FloatStage.stride(grad, axis);
        boolean below = grad == null && formula.asksForBelow();
        if (out != null && grad != null) {
            block.begin(samples.scores, axis, first, width, grad);
            block.findKeeping(row, x, xs, n, width, out, os);
        } else {
            block.begin(samples.scores, axis, first, width);
            for (int i = 0; i < width; i++) {
                if (samples.isIgnored(first + i)) {
                    block.pass(i);
                }
            }
            int end;
            for (int i = 0; i < width; i = end) {
                // Rows that are read again, while they are at hand.
                end = below ? FloatRowBlock.endOfPart(i, width, n) : width;
                block.find(row, x, xs, n, i, end);
                for (int k = i; k < end && below; k++) {
                    boolean ignored = samples.isIgnored(first + k);
                    block.below[k] = ignored ? 0.0 : formula.below(x, block.from[k], xs, n, block.max[k]);
                }
            }
        }
        block.settle(width, n);
        for (int i = 0; i < width; i++) {
            int p = first + i;
            int xo = block.from[i];
            boolean ignored = samples.isIgnored(p);
            int target = ignored ? 0 : (int) samples.target(p);
            if (out == null) {
                block.loss[i] = ignored
                        ? 0.0
                        : formula.value(
                                x,
                                xo,
                                xs,
                                n,
                                target,
                                block.max[i],
                                block.log[i],
                                block.below[i],
                                samples.targetScale,
                                samples.everyScale);
                continue;
            }
            block.loss[i] = formula.compute(
                    samples,
                    p,
                    target,
                    x,
                    xo,
                    xs,
                    n,
                    block.max[i],
                    block.kept[i],
                    block.excess[i],
                    block.log[i],
                    out,
                    block.to[i],
                    os);
        }
    }

    /** The losses of a block of rows in native memory, and their gradients if there is a place for them, without smoothing. */
    private void blockInPlace(
            FloatSamples samples, FloatStage stage, FloatRowExcess row, FloatRowBlock block, int first, int width) {
        inPlace.block(samples, stage, row, block, first, width);
        for (int i = 0; i < width; i++) {
            if (!block.found[i]) {
                int p = first + i;
                boolean passed = samples.grad == null && samples.isIgnored(p);
                block.loss[i] = passed ? 0.0 : brought(samples, stage, row, p);
            }
        }
    }

    /** The loss of one position, and its gradient if there is a place for it. */
    private double position(FloatSamples samples, FloatStage stage, @Nullable FloatRowExcess row, int p) {
        boolean ignored = samples.isIgnored(p);
        if (ignored && samples.grad == null) {
            return 0.0;
        }
        if (row != null && !ignored) {
            double loss = inPlace.loss(samples, stage, row, p);
            if (!Double.isNaN(loss)) {
                return loss;
            }
        }
        return brought(samples, stage, row, p);
    }

    /** The same for a row that is not computed where it lies. */
    private double brought(FloatSamples samples, FloatStage stage, @Nullable FloatRowExcess row, int p) {
        FloatTensor logits = samples.scores;
        FloatTensor grad = samples.grad;
        int axis = samples.axis;
        int xs = FloatStage.stride(logits, axis);
        int os = 0;
        int oo = 0;
        float[] out = null;
        if (grad != null) {
            os = FloatStage.stride(grad, axis);
            oo = stage.write(OUTPUT, grad, axis, p);
            out = stage.array(OUTPUT, grad);
        }
        int xo = out == null
                ? stage.find(INPUT, logits, axis, p, row)
                : stage.find(INPUT, logits, axis, p, row, out, oo, os);
        float[] x = stage.array(INPUT, logits);
        float max = stage.max(INPUT, logits, axis, p, xo, row);
        double excess = FloatRowExcess.excess(row, x, xo, xs, samples.n, max);
        return formula.compute(
                samples,
                p,
                samples.isIgnored(p) ? 0 : (int) samples.target(p),
                x,
                xo,
                xs,
                samples.n,
                max,
                FloatRowExcess.kept(row),
                excess,
                FloatLogOnePlus.log1p(excess),
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
        boolean plain = grad == null || (logits.hasArray() && isRowOfArray(grad, logits, axis));
        if (!one || !plain || plan != null || Positions.stride(logits, axis) != 1) {
            return super.reduced(logits, plan, ints, longs, gradOutput, grad);
        }
        ClassIndices.checkWeight(weight, n);
        int target = Objects.requireNonNull(ints)[0];
        ClassIndices.check("target[0]", target, n, ignoreIndex);
        if (grad != null) {
            checkGradient(logits, grad);
            return alone.loss(logits.array(), logits.offset(), n, target, gradOutput, grad.array(), grad.offset());
        }
        if (logits.hasArray()) {
            return alone.loss(logits.array(), logits.offset(), n, target, 1f, null, 0);
        }
        FloatStorage from = FloatStorage.ofRows(logits, axis);
        float loss = from == null ? Float.NaN : alone.lossInPlace(from, logits.offset(), n, target);
        return Float.isNaN(loss) ? super.reduced(logits, null, ints, longs, gradOutput, null) : loss;
    }

    /** Whether a gradient is of the shape of a row and can be written as one of an array. */
    private static boolean isRowOfArray(FloatTensor grad, FloatTensor logits, int axis) {
        return grad.hasArray() && grad.rank() == logits.rank() && Positions.stride(grad, axis) == 1;
    }
}
