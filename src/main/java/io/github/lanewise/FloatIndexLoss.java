// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the losses over class indices share: the checks of a call, before anything is written, and the way from the samples'
 * losses to the result. The walk over the samples is each loss's own.
 */
abstract class FloatIndexLoss {
    final ClassLossOptions options;

    /** Class weights, or null for 1. */
    final float @Nullable [] weight;

    private final String scoresName;
    private final String gradName;

    FloatIndexLoss(ClassLossOptions options, String scoresName, String gradName) {
        this.options = options;
        this.weight = options.floatWeight;
        this.scoresName = scoresName;
        this.gradName = gradName;
    }

    /** Walks all samples and gives the sum of their losses. */
    abstract double walk(FloatSamples samples);

    private double walk(
            FloatTensor scores,
            @Nullable RowPlan plan,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double targetScale,
            double everyScale,
            double upstream,
            @Nullable FloatTensor grad) {
        FloatSamples samples = FloatSamples.borrow(scores, plan, ints, longs, options.ignoreIndex);
        samples.targetScale = targetScale;
        samples.everyScale = everyScale;
        samples.upstream = upstream;
        samples.grad = grad;
        double sum = walk(samples);
        samples.giveBack();
        return sum;
    }

    /** Checks of the scores' values that a loss may add. */
    void checkScores(FloatTensor scores, @Nullable RowPlan plan, int @Nullable [] ints, long @Nullable [] longs) {}

    /** The loss of the rows of a view, reduced to one number, and the gradient if there is a place for it. */
    final float reduced(
            FloatTensor scores,
            int @Nullable [] ints,
            long @Nullable [] longs,
            float gradOutput,
            @Nullable FloatTensor grad) {
        return reduced(scores, null, ints, longs, gradOutput, grad);
    }

    /** The loss reduced to one number, and the gradient if there is a place for it. */
    float reduced(
            FloatTensor scores,
            @Nullable RowPlan plan,
            int @Nullable [] ints,
            long @Nullable [] longs,
            float gradOutput,
            @Nullable FloatTensor grad) {
        check(scores, plan, ints, longs);
        checkGradient(scores, grad);
        int count = FloatSamples.count(scores, plan);
        Results.checkReduces(options.reduction, count);
        if (options.reduction != Reduction.MEAN) {
            return Results.toFloat(walk(scores, plan, ints, longs, 1.0, 1.0, gradOutput, grad));
        }
        Denominator kind = options.denominatorOr(Denominator.WEIGHTED);
        double denominator =
                ClassIndices.denominator(kind, batch(scores, plan), ints, longs, count, options.ignoreIndex, weight);
        boolean split = weight != null && kind == Denominator.WEIGHTED && !options.labelSmoothing.weightsEveryClass();
        if (denominator == 0.0 && nothingCounts(ints, longs, count, kind)) {
            return empty(scores, plan, ints, longs, gradOutput, grad);
        }
        if (split) {
            double valid = ClassIndices.count(ints, longs, count, options.ignoreIndex);
            // +0 where the denominator is infinite; -0 would leave the part out.
            double targetScale = 1.0 / denominator + 0.0;
            double sum = walk(scores, plan, ints, longs, targetScale, 1.0 / valid, gradOutput, grad);
            return Results.toFloat(sum);
        }
        if (denominator == 0.0 && !options.labelSmoothing.isNone()) {
            // Before the gradient, which may take the scores' place.
            float mean = meanOfParts(scores, plan, ints, longs, denominator);
            if (grad != null) {
                walk(scores, plan, ints, longs, 1.0, 1.0, gradOutput / denominator, grad);
            }
            return mean;
        }
        double sum = walk(scores, plan, ints, longs, 1.0, 1.0, gradOutput / denominator, grad);
        return Results.toFloat(sum / denominator);
    }

    /**
     * The mean over weights that add up to 0: as in PyTorch the target's part and the smoothing's part are divided each, and where the
     * weights are 0 themselves the former is 0 / 0.
     */
    private float meanOfParts(
            FloatTensor scores,
            @Nullable RowPlan plan,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double denominator) {
        double own = walk(scores, plan, ints, longs, 1.0, FloatSamples.LEFT_OUT, 0.0, null);
        double spread = walk(scores, plan, ints, longs, FloatSamples.LEFT_OUT, 1.0, 0.0, null);
        return Results.toFloat(own / denominator + spread / denominator);
    }

    private boolean nothingCounts(int @Nullable [] ints, long @Nullable [] longs, int count, Denominator kind) {
        return kind == Denominator.WEIGHTED
                ? ClassIndices.count(ints, longs, count, options.ignoreIndex) == 0
                : !kind.isGiven();
    }

    /** The mean of a batch without a valid sample; its gradient is 0. */
    private float empty(
            FloatTensor scores,
            @Nullable RowPlan plan,
            int @Nullable [] ints,
            long @Nullable [] longs,
            float gradOutput,
            @Nullable FloatTensor grad) {
        Results.checkNotEmpty(options.emptyMean, Results.NO_SAMPLE);
        if (grad != null) {
            walk(scores, plan, ints, longs, 1.0, 1.0, gradOutput, grad);
        }
        return options.emptyMean == OnEmpty.ZERO ? 0f : Float.NaN;
    }

    /** The losses of the rows of a view, or the gradient for an upstream gradient of each, or both. */
    final void each(
            FloatTensor scores,
            int @Nullable [] ints,
            long @Nullable [] longs,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor grad) {
        each(scores, null, ints, longs, gradOutput, perSample, grad);
    }

    /** The losses of the samples, or the gradient for an upstream gradient of each, or both. */
    final void each(
            FloatTensor scores,
            @Nullable RowPlan plan,
            int @Nullable [] ints,
            long @Nullable [] longs,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor grad) {
        check(scores, plan, ints, longs);
        checkGradient(scores, grad);
        if (gradOutput != null && grad != null) {
            checkPerSample(scores, plan, gradOutput, "gradOutput");
            Overlap.checkApart(gradOutput, "gradOutput", grad, gradName);
        }
        if (perSample != null || grad == null) {
            checkPerSample(scores, plan, perSample, "perSample");
            Objects.requireNonNull(perSample);
            Overlap.checkWritable(perSample, "perSample");
            Overlap.checkApart(scores, scoresName, perSample, "perSample");
            if (gradOutput != null) {
                Overlap.checkApart(gradOutput, "gradOutput", perSample, "perSample");
            }
            if (grad != null) {
                Overlap.checkApart(grad, gradName, perSample, "perSample");
            }
        }
        Results.checkNone(options.reduction);
        FloatSamples samples = FloatSamples.borrow(scores, plan, ints, longs, options.ignoreIndex);
        samples.gradOutput = gradOutput;
        samples.perSample = perSample;
        samples.grad = grad;
        walk(samples);
        samples.giveBack();
    }

    /** The parts of a mean. */
    final LossSum total(FloatTensor scores, int @Nullable [] ints, long @Nullable [] longs) {
        check(scores, null, ints, longs);
        int count = FloatSamples.count(scores, null);
        Denominator kind = options.denominatorOr(Denominator.WEIGHTED);
        boolean split = weight != null && kind == Denominator.WEIGHTED && !options.labelSmoothing.weightsEveryClass();
        if (split && !options.labelSmoothing.isNone()) {
            throw new IllegalStateException("with weights, " + options.labelSmoothing + " has two denominators, so its"
                    + " means can't be added up from one sum; choose another denominator, or drop the weights");
        }
        return new LossSum(
                walk(scores, null, ints, longs, 1.0, 1.0, 1.0, null),
                ClassIndices.denominator(kind, batch(scores, null), ints, longs, count, options.ignoreIndex, weight),
                ClassIndices.count(ints, longs, count, options.ignoreIndex),
                kind.isGiven());
    }

    /** Size of the batch dimension. */
    private static int batch(FloatTensor scores, @Nullable RowPlan plan) {
        return scores.rank() == 1 ? FloatSamples.count(scores, plan) : scores.size(0);
    }

    private void check(FloatTensor scores, @Nullable RowPlan plan, int @Nullable [] ints, long @Nullable [] longs) {
        int axis = ClassIndices.axis(scores, scoresName);
        // Also where every sample is ignored and nothing is read.
        scores.checkAccess();
        if (plan == null) {
            ClassIndices.checkWeight(weight, Positions.length(scores, axis));
            ClassIndices.check(scores, scoresName, axis, ints, longs, options.ignoreIndex);
        } else {
            plan.checkScores(scores, scoresName, axis);
            plan.checkWeights(weight == null ? -1 : weight.length);
            plan.checkTargets(plan.count(scores, axis), ints, longs, options.ignoreIndex);
        }
        checkScores(scores, plan, ints, longs);
    }

    final void checkGradient(FloatTensor scores, @Nullable FloatTensor grad) {
        if (grad != null) {
            Shapes.checkSame(scoresName, scores, gradName, grad);
            Overlap.checkWritable(grad, gradName);
            Overlap.checkSameOrApart(scores, scoresName, grad, gradName);
        }
    }

    private void checkPerSample(FloatTensor scores, @Nullable RowPlan plan, @Nullable FloatTensor values, String name) {
        if (plan instanceof RaggedRows ragged) {
            ragged.checkPerRow(values, name);
        } else {
            ClassIndices.checkPerSample(scores, scoresName, values, name);
        }
    }
}
