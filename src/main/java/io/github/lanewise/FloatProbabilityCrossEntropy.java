// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.INPUT;
import static io.github.lanewise.FloatStage.OTHER;
import static io.github.lanewise.FloatStage.OTHER_OUTPUT;
import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.FloatRowMaps;
import io.github.lanewise.kernel.FloatRows;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The walk of cross entropy over class probabilities, smoothed and weighted on the fly: {@code q = (alpha t + beta) w}
 * with alpha and beta from {@link LabelSmoothing#target} and {@link LabelSmoothing#every}.
 *
 * <p>The loss of a row is {@code sum q (max - x) + L sum q} with {@code L} the log of the row's sum of exponentials.
 * Nothing is assumed about the targets: they need not be positive or sum to 1.
 */
final class FloatProbabilityCrossEntropy {
    private final ClassLossOptions options;

    /** Class weights, or null for 1. */
    private final float @Nullable [] weight;

    private final double weightSum;

    FloatProbabilityCrossEntropy(ClassLossOptions options) {
        this.options = options;
        this.weight = options.floatWeight;
        this.weightSum = ClassIndices.sum(weight);
    }

    /** The loss reduced to one number, and the gradients if there are places for them. */
    float reduced(
            FloatTensor logits,
            FloatTensor target,
            float gradOutput,
            @Nullable FloatTensor gradLogits,
            @Nullable FloatTensor gradTarget) {
        int count = check(logits, target);
        checkGradients(logits, target, gradLogits, gradTarget);
        Results.checkReduces(options.reduction, count);
        double denominator = options.reduction == Reduction.MEAN ? denominator(logits, count) : 1.0;
        if (denominator == 0.0) {
            Results.checkNotEmpty(options.emptyMean, Results.NO_ELEMENT);
            return options.emptyMean == OnEmpty.ZERO ? 0f : Float.NaN;
        }
        double sum = walk(logits, target, gradOutput / denominator, null, null, gradLogits, gradTarget);
        return Results.toFloat(sum / denominator);
    }

    /** The losses of the samples, or the gradients for an upstream gradient of each, or both. */
    void each(
            FloatTensor logits,
            FloatTensor target,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor gradLogits,
            @Nullable FloatTensor gradTarget) {
        check(logits, target);
        checkGradients(logits, target, gradLogits, gradTarget);
        if (gradOutput != null) {
            ClassIndices.checkPerSample(logits, "logits", gradOutput, "gradOutput");
            if (gradLogits != null) {
                Overlap.checkApart(gradOutput, "gradOutput", gradLogits, "gradLogits");
            }
            if (gradTarget != null) {
                Overlap.checkApart(gradOutput, "gradOutput", gradTarget, "gradTarget");
            }
        }
        if (perSample != null || gradLogits == null) {
            ClassIndices.checkPerSample(logits, "logits", perSample, "perSample");
            Objects.requireNonNull(perSample);
            Overlap.checkWritable(perSample, "perSample");
            Overlap.checkApart(logits, "logits", perSample, "perSample");
            Overlap.checkApart(target, "target", perSample, "perSample");
            if (gradOutput != null) {
                Overlap.checkApart(gradOutput, "gradOutput", perSample, "perSample");
            }
            if (gradLogits != null) {
                Overlap.checkApart(gradLogits, "gradLogits", perSample, "perSample");
            }
        }
        Results.checkNone(options.reduction);
        walk(logits, target, 1.0, gradOutput, perSample, gradLogits, gradTarget);
    }

    /** The parts of a mean. */
    LossSum total(FloatTensor logits, FloatTensor target) {
        int count = check(logits, target);
        double sum = walk(logits, target, 1.0, null, null, null, null);
        boolean given = options.denominatorOr(Denominator.ELEMENTS).isGiven();
        return new LossSum(sum, denominator(logits, count), count, given);
    }

    private double denominator(FloatTensor logits, int count) {
        Denominator kind = options.denominatorOr(Denominator.ELEMENTS);
        if (kind == Denominator.WEIGHTED) {
            throw new IllegalStateException(
                    "class probabilities have no target class whose weight a mean could divide by;"
                            + " choose ELEMENTS, which is PyTorch's, BATCH or a given denominator");
        }
        if (kind.isGiven()) {
            return kind.number();
        }
        if (kind == Denominator.BATCH) {
            return logits.rank() == 1 ? 1 : logits.size(0);
        }
        // Samples without classes are a mean over nothing in PyTorch.
        return logits.numel() == 0 ? 0 : count;
    }

    private int check(FloatTensor logits, FloatTensor target) {
        int axis = ClassIndices.axis(logits, "logits");
        Objects.requireNonNull(target, "target");
        Shapes.checkSame("logits", logits, "target (class probabilities)", target);
        // Also where there is no element to read.
        logits.checkAccess();
        target.checkAccess();
        ClassIndices.checkWeight(weight, Positions.length(logits, axis));
        if (weight != null && !options.labelSmoothing.isNone() && !options.labelSmoothing.weightsEveryClass()) {
            throw new IllegalStateException(options.labelSmoothing + " weighs the target class, and class probabilities"
                    + " have no one target; use LabelSmoothing.uniform, or drop the weights");
        }
        if (options.ignoreIndex >= 0) {
            throw new IllegalArgumentException("ignoreIndex " + options.ignoreIndex
                    + " is not negative, and class probabilities have no index to ignore; leave ignoreIndex away and"
                    + " such samples out of the batch, or give them an upstream gradient of 0 with Reduction.NONE");
        }
        if (options.fullyMasked == OnEmpty.ERROR) {
            FloatMaskedRows.check(logits, axis);
        }
        return Positions.count(logits, axis);
    }

    private static void checkGradients(
            FloatTensor logits,
            FloatTensor target,
            @Nullable FloatTensor gradLogits,
            @Nullable FloatTensor gradTarget) {
        if (gradLogits != null) {
            Shapes.checkSame("logits", logits, "gradLogits", gradLogits);
            Overlap.checkWritable(gradLogits, "gradLogits");
            Overlap.checkSameOrApart(logits, "logits", gradLogits, "gradLogits");
            Overlap.checkApart(target, "target", gradLogits, "gradLogits");
        }
        if (gradTarget != null) {
            Shapes.checkSame("target", target, "gradTarget", gradTarget);
            Overlap.checkWritable(gradTarget, "gradTarget");
            Overlap.checkApart(target, "target", gradTarget, "gradTarget");
            Overlap.checkApart(logits, "logits", gradTarget, "gradTarget");
            if (gradLogits != null) {
                Overlap.checkApart(gradLogits, "gradLogits", gradTarget, "gradTarget");
            }
        }
    }

    /** Walks all samples and gives the sum of their losses. */
    private double walk(
            FloatTensor logits,
            FloatTensor target,
            double upstream,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor gradLogits,
            @Nullable FloatTensor gradTarget) {
        FloatSamples samples = FloatSamples.borrow(logits, null, null, null, options.ignoreIndex);
        samples.probabilities = target;
        samples.upstream = upstream;
        samples.gradOutput = gradOutput;
        samples.perSample = perSample;
        samples.grad = gradLogits;
        samples.gradProbabilities = gradTarget;
        int tasks = samples.tasks(options, (long) samples.count * samples.n);
        double sum;
        if (tasks > 1) {
            double[] losses = new double[samples.count];
            options.run(tasks, samples.count, 1, (from, to) -> rows(samples, target, losses, from, to));
            sum = samples.total(losses);
        } else {
            sum = rows(samples, target, null, 0, samples.count);
        }
        samples.giveBack();
        return sum;
    }

    /** Computes some rows; gives the sum of their losses, and puts each where losses are collected, if they are, else in its place. */
    private double rows(FloatSamples samples, FloatTensor target, double @Nullable [] losses, int from, int to) {
        FloatTensor gradTarget = samples.gradProbabilities;
        FloatStage stage = FloatStage.of(samples.scores, target, samples.grad, gradTarget);
        FloatRowExcess row = FloatRowExcess.borrow(samples.n);
        FloatRowBlock block = FloatRowBlock.borrow();
        boolean arrays = target.hasArray() && (gradTarget == null || gradTarget.hasArray());
        int height = arrays ? FloatRowBlock.height(samples.hasGradient(), samples.scores, samples.grad, samples.n) : 0;
        double sum = 0.0;
        double lost = 0.0;
        int width;
        for (int p = from; p < to; p += width) {
            width = Math.min(Math.max(height, 1), to - p);
            block(samples, target, stage, row, block, p, width);
            for (int i = 0; i < width; i++) {
                double loss = block.loss[i];
                samples.put(losses, p + i, loss);
                double next = sum + loss;
                lost += Results.lost(sum, loss, next);
                sum = next;
            }
        }
        block.giveBack();
        FloatRowExcess.giveBack(row);
        stage.finish();
        return Results.total(sum, lost);
    }

    /** The losses of rows, which can be reached in arrays if there are several, and their gradients. */
    private void block(
            FloatSamples samples,
            FloatTensor target,
            FloatStage stage,
            @Nullable FloatRowExcess row,
            FloatRowBlock block,
            int first,
            int width) {
        FloatTensor logits = samples.scores;
        int axis = samples.axis;
        int n = samples.n;
        if (n == 0) {
            // Sums over no classes, whose log-sum-exp of negative infinity is multiplied by nothing.
            Arrays.fill(block.loss, 0, width, 0.0);
            return;
        }
        int xs = FloatStage.stride(logits, axis);
        int ts = FloatStage.stride(target, axis);
        boolean byBlock = row != null && logits.hasArray();
        block.begin(logits, axis, first, width);
        int to = 0;
        int end;
        for (int i = 0; i < width; i = end) {
            // Rows are read again while they are at hand.
            end = FloatRowBlock.endOfPart(i, width, n);
            if (row != null && byBlock) {
                block.find(row, logits.array(), xs, n, i, end);
            }
            for (int k = i; k < end; k++) {
                int p = first + k;
                if (!byBlock) {
                    int xo = stage.find(INPUT, logits, axis, p, row);
                    float max = stage.max(INPUT, logits, axis, p, xo, row);
                    block.from[k] = xo;
                    block.take(k, max, FloatRowExcess.excess(row, stage.array(INPUT, logits), xo, xs, n, max));
                }
                to = stage.read(OTHER, target, axis, p);
                sums(block, k, stage.array(INPUT, logits), block.from[k], xs, stage.array(OTHER, target), to, ts, n);
            }
        }
        block.settle(width, n);
        for (int i = 0; i < width; i++) {
            int p = first + i;
            int xo = block.from[i];
            to = width > 1 ? Positions.offset(target, axis, p) : to;
            float[] x = stage.array(INPUT, logits);
            float[] t = stage.array(OTHER, target);
            boolean masked = Float.isInfinite(block.max[i]) && zeroForMasked(x, xo, xs, n, block.max[i]);
            block.loss[i] = value(block, i, masked, x, xo, xs, t, to, ts, n);
            if (masked) {
                zero(stage, OTHER_OUTPUT, samples.gradProbabilities, axis, p, n);
                zero(stage, OUTPUT, samples.grad, axis, p, n);
            } else {
                gradients(samples, stage, block, i, x, xo, xs, t, to, ts, p);
            }
        }
    }

    /** Finds the sum of the coefficients, and how far the classes lie below the maximum with them. */
    private void sums(FloatRowBlock block, int i, float[] x, int xo, int xs, float[] t, int to, int ts, int n) {
        float max = block.max[i];
        if (weight == null && options.labelSmoothing.isNone()) {
            block.below[i] = FloatRows.sumBelowAndMass(x, xo, xs, t, to, ts, n, max, block.second);
            block.mass[i] = block.second[0];
            return;
        }
        // Every convention is a mixture of the target with an even spread.
        double alpha = options.labelSmoothing.target(n);
        double beta = options.labelSmoothing.every(n);
        block.mass[i] = weight == null
                ? alpha * FloatRows.sum(t, to, ts, n) + options.labelSmoothing.everyTotal(n)
                : alpha * FloatRows.dot(weight, 0, 1, t, to, ts, n) + beta * weightSum;
        block.below[i] = FloatRows.sumBelow(x, xo, xs, t, to, ts, weight, 0, n, max, (float) alpha, (float) beta);
    }

    private double value(
            FloatRowBlock block, int i, boolean masked, float[] x, int xo, int xs, float[] t, int to, int ts, int n) {
        double loss = block.below[i] + block.log[i] * block.mass[i];
        if (Double.isNaN(loss) && !Double.isNaN(block.excess[i])) {
            // An infinite target at the maximum: the two sums above are infinity * 0 and infinity * logSum. Or a
            // probability of 0 at a logit of negative infinity.
            boolean limit = options.zeroTimesInfinity == Indeterminate.LIMIT;
            float alpha = (float) options.labelSmoothing.target(n);
            float beta = (float) options.labelSmoothing.every(n);
            return FloatRows.plainSumBelow(
                    x, xo, xs, t, to, ts, weight, 0, n, block.max[i], block.log[i], alpha, beta, limit);
        }
        return masked ? 0.0 : loss;
    }

    /** The target's gradient for classes of weight 0 whose logarithm is infinite, where 0 times infinity is to be 0. */
    private static void zeroWhereNothingWeighs(float[] weight, float[] out, int oo, int os, int n) {
        for (int c = 0; c < n; c++) {
            if (weight[c] == 0f && Float.isNaN(out[oo + c * os])) {
                out[oo + c * os] = 0f;
            }
        }
    }

    /** The gradients of a row, if there are places for them. */
    private void gradients(
            FloatSamples samples,
            FloatStage stage,
            FloatRowBlock block,
            int i,
            float[] x,
            int xo,
            int xs,
            float[] t,
            int to,
            int ts,
            int p) {
        FloatTensor gradLogits = samples.grad;
        FloatTensor gradTarget = samples.gradProbabilities;
        int axis = samples.axis;
        int n = samples.n;
        double alpha = options.labelSmoothing.target(n);
        double beta = options.labelSmoothing.every(n);
        float max = block.max[i];
        double excess = block.excess[i];
        double g = samples.upstream(p);
        if (gradTarget != null) {
            int oo = stage.write(OTHER_OUTPUT, gradTarget, axis, p);
            int os = FloatStage.stride(gradTarget, axis);
            float[] out = stage.array(OTHER_OUTPUT, gradTarget);
            float scale = (float) (-alpha * g);
            FloatRowMaps.logSoftmax(x, xo, xs, weight, 0, n, max, (float) block.log[i], scale, out, oo, os);
            boolean limit = options.zeroTimesInfinity == Indeterminate.LIMIT;
            if (weight != null && limit && Double.isFinite(block.log[i]) && Float.isFinite(scale)) {
                zeroWhereNothingWeighs(weight, out, oo, os, n);
            }
        }
        if (gradLogits != null) {
            double mass = block.mass[i];
            int top = excess < 1.0 ? FloatRows.indexOf(x, xo, xs, n, max) : -1;
            double ofTop =
                    top < 0 ? Double.NaN : g * ofCertain(mass, coefficient(top, t[to + top * ts], alpha, beta), excess);
            int oo = stage.write(OUTPUT, gradLogits, axis, p);
            int os = FloatStage.stride(gradLogits, axis);
            float[] out = stage.array(OUTPUT, gradLogits);
            if (Double.isInfinite(g)) {
                // Each class has infinity less infinity, or 0 times infinity.
                FloatRows.fill(out, oo, os, n, Float.NaN);
                return;
            }
            FloatRowMaps.expScale(
                    x,
                    xo,
                    xs,
                    t,
                    to,
                    ts,
                    weight,
                    0,
                    n,
                    max,
                    g * mass / (1.0 + excess),
                    (float) (alpha * g),
                    (float) (beta * g),
                    out,
                    oo,
                    os);
            if (Double.isFinite(ofTop)) {
                out[oo + top * os] = Results.toFloat(ofTop);
            }
        }
    }

    /** What a class's negative log-probability is multiplied by. */
    private double coefficient(int c, float probability, double alpha, double beta) {
        return (alpha * probability + beta) * (weight == null ? 1.0 : weight[c]);
    }

    /**
     * The gradient of a maximum that has most of the sum, {@code p Q - q} with the sum {@code Q} of all coefficients, its own {@code q} and
     * {@code p = 1 / (1 + excess)}: from what the others have, since {@code p} is so near to 1 that nothing would be left of the digits.
     */
    private static double ofCertain(double all, double own, double excess) {
        return ((all - own) - own * excess) / (1.0 + excess);
    }

    /** Whether a row is masked in all its classes, and the caller wants 0 for that. */
    private boolean zeroForMasked(float[] x, int xo, int xs, int n, float max) {
        return options.fullyMasked == OnEmpty.ZERO && FloatMaskedRows.isMasked(x, xo, xs, n, max);
    }

    private static void zero(FloatStage stage, int number, @Nullable FloatTensor grad, int axis, int p, int n) {
        if (grad != null) {
            int offset = stage.write(number, grad, axis, p);
            FloatRows.fill(stage.array(number, grad), offset, FloatStage.stride(grad, axis), n, 0f);
        }
    }
}
