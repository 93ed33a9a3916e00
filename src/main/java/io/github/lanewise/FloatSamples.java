// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.ScratchPool;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one call of a loss over classes: where their scores and targets are, what their losses and gradients are
 * multiplied by, and where those go. All checked. Borrowed from a pool, and not changed while it is walked, so that several threads
 * may walk parts of it.
 */
final class FloatSamples {
    /** The factor of a part that is not asked for, a zero that no quotient gives here: it leaves out what is infinite as well. */
    static final double LEFT_OUT = -0.0;

    private static final FloatTensor NOTHING = FloatTensor.of(new float[0], 0);
    private static final ScratchPool<FloatSamples> POOL = new ScratchPool<>(FloatSamples::new);

    FloatTensor scores = NOTHING;

    /** Dimension of the classes. */
    int axis;

    /** Number of classes of the view. */
    int n;

    /** Number of samples and positions, or of the plan's rows. */
    int count;

    /** What the rows are if not those of the view; only for losses whose methods take one. */
    @Nullable
    RowPlan plan;

    /** Targets that are class indices, as int or as long; neither if they are probabilities. */
    int @Nullable [] ints;

    long @Nullable [] longs;
    long ignoreIndex;

    /** Targets that are probabilities. */
    @Nullable
    FloatTensor probabilities;

    /** Factor of the part of each loss that belongs to the target, or {@link #LEFT_OUT}. */
    double targetScale;

    /** Factor of the part that smoothing spreads over the classes, or {@link #LEFT_OUT}. */
    double everyScale;

    /** Gradient of the result with respect to each sample's loss, unless gradOutput gives one for each. */
    double upstream;

    @Nullable
    FloatTensor gradOutput;

    /** Receives the samples' losses, or null. */
    @Nullable
    FloatTensor perSample;

    /** Receives the gradient with respect to the scores, or null. */
    @Nullable
    FloatTensor grad;

    /** Receives the gradient with respect to the probabilities, or null. */
    @Nullable
    FloatTensor gradProbabilities;

    private FloatSamples() {}

    /** The samples of a view, or of a plan on it, whose losses and gradients are multiplied by 1 and go nowhere yet. */
    static FloatSamples borrow(
            FloatTensor scores,
            @Nullable RowPlan plan,
            int @Nullable [] ints,
            long @Nullable [] longs,
            long ignoreIndex) {
        FloatSamples samples = POOL.borrow();
        samples.scores = scores;
        samples.axis = axis(scores);
        samples.n = Positions.length(scores, samples.axis);
        samples.count = count(scores, plan);
        samples.plan = plan;
        samples.ints = ints;
        samples.longs = longs;
        samples.ignoreIndex = ignoreIndex;
        samples.targetScale = 1.0;
        samples.everyScale = 1.0;
        samples.upstream = 1.0;
        return samples;
    }

    /** Gives them back, without what they refer to. */
    void giveBack() {
        scores = NOTHING;
        plan = null;
        ints = null;
        longs = null;
        probabilities = null;
        gradOutput = null;
        perSample = null;
        grad = null;
        gradProbabilities = null;
        POOL.giveBack(this);
    }

    private static int axis(FloatTensor scores) {
        return scores.rank() == 1 ? 0 : 1;
    }

    /** Number of samples and positions of a view, or of a plan's rows. */
    static int count(FloatTensor scores, @Nullable RowPlan plan) {
        return plan == null ? Positions.count(scores, axis(scores)) : plan.count(scores, axis(scores));
    }

    /** The target of a sample, which may be that of ignored ones. */
    long target(int p) {
        return ClassIndices.at(ints, longs, p);
    }

    boolean isIgnored(int p) {
        return target(p) == ignoreIndex;
    }

    /** Gradient of the result with respect to the loss of a sample. */
    double upstream(int p) {
        return gradOutput == null || !hasGradient() ? upstream : Results.get(gradOutput, p);
    }

    /** Whether there is a place for a gradient. */
    boolean hasGradient() {
        return grad != null || gradProbabilities != null;
    }

    /** How many tasks take the samples, which have a number of elements in all. */
    int tasks(ClassLossOptions options, long elements) {
        boolean confined = Tensor.isConfined(scores)
                || Tensor.isConfined(probabilities)
                || Tensor.isConfined(gradOutput)
                || Tensor.isConfined(grad)
                || Tensor.isConfined(gradProbabilities);
        return confined ? 1 : options.tasksFor(elements);
    }

    /** Puts the loss of a sample where losses are collected, if they are, else in its place, if there is one. */
    void put(double @Nullable [] losses, int p, double loss) {
        if (losses != null) {
            losses[p] = loss;
        } else if (perSample != null) {
            Results.set(perSample, p, loss);
        }
    }

    /** Writes the losses that several threads have found, and gives their sum. */
    double total(double[] losses) {
        double sum = 0.0;
        double lost = 0.0;
        for (int p = 0; p < count; p++) {
            put(null, p, losses[p]);
            // Neumaier's sum: what each addition loses is added at the end.
            double next = sum + losses[p];
            lost += Results.lost(sum, losses[p], next);
            sum = next;
        }
        return Results.total(sum, lost);
    }
}
