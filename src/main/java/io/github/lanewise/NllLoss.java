// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatRows;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Negative log-likelihood of a class under given log-probabilities. Corresponds to PyTorch's {@code NLLLoss}; use it after
 * {@link Softmax#logSoftmax}, or {@link CrossEntropyLoss} for both in one pass.
 *
 * <p>The loss of a sample with log-probabilities {@code x}, target {@code y} and class weights {@code w} (1 unless given) is
 * {@code -w[y] * x[y]}; the gradient with respect to {@code x} is {@code -w[y]} at {@code y} and 0 elsewhere. That the input
 * holds log-probabilities is not checked.
 *
 * <p><b>Mean.</b> The sum divided by the sum of {@code w[y]} over the samples that are not ignored; NaN if there is none,
 * while their gradient is 0.
 *
 * <p><b>Shapes.</b> Input {@code (C)} for one sample, {@code (N, C)}, or {@code (N, C, d1, ..., dK)}; class indices in an
 * array, row-major over {@code (N, d1, ..., dK)}. Any strides. To score binary probabilities {@code p}, stack them as
 * {@code (log(1 - p), log p)} in the class dimension.
 *
 * <pre>{@code
 * Softmax.logSoftmax(logits, 1, logProbabilities);
 * float loss = NllLoss.create().forward(logProbabilities, target);
 * }</pre>
 *
 * <p><b>Special values.</b> Only the target's element is read, so NaN and infinities elsewhere do not matter.
 *
 * <p><b>Accuracy.</b> Each loss is rounded once; sums run in double. Instances are immutable and may be shared between
 * threads. Everything is checked before anything is written. {@link NullPointerException} for a null argument; none but
 * {@code sum} allocates. Reference: PyTorch documentation, {@code torch.nn.NLLLoss}.
 */
public final class NllLoss {
    /** The target that is ignored unless another is chosen. */
    public static final long DEFAULT_IGNORE_INDEX = -100L;

    private final float @Nullable [] weight;
    private final long ignoreIndex;
    private final Reduction reduction;

    private NllLoss(Builder builder) {
        this.weight = builder.weight;
        this.ignoreIndex = builder.ignoreIndex;
        this.reduction = builder.reduction;
    }

    /**
     * The loss with PyTorch's defaults: mean, no weights, targets of -100 ignored.
     *
     * @return a new loss
     */
    public static NllLoss create() {
        return builder().build();
    }

    /**
     * Starts from PyTorch's defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The loss reduced to one number, for class indices as {@code int}.
     *
     * @param input {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only sample
     * @throws IllegalArgumentException if the number of targets or weights does not fit the scores
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public float forward(FloatTensor input, int[] target) {
        return reduced(input, target, null, null);
    }

    /**
     * The losses of the samples, without reduction, for class indices as {@code int}.
     *
     * @param input {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param perSample receives the losses, of shape {@code ()}, {@code (N)} or {@code (N, d1, ..., dK)}; 0 where the
     *     target is ignored
     * @throws IllegalArgumentException if shapes do not fit, or perSample shares elements with the scores
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void forward(FloatTensor input, int[] target, FloatTensor perSample) {
        each(input, target, null, null, perSample, null);
    }

    /**
     * The loss and its gradient in one go, for class indices as {@code int}.
     *
     * @param input {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradInput receives the gradient of the result with respect to the scores, of their shape; may be the
     *     scores themselves
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only sample
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps the scores in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public float forwardBackward(FloatTensor input, int[] target, FloatTensor gradInput) {
        Objects.requireNonNull(gradInput, "gradInput");
        return reduced(input, target, null, gradInput);
    }

    /**
     * The losses of the samples and the gradient for a given upstream gradient, for class indices as {@code int}.
     *
     * @param input {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradOutput gradient with respect to each sample's loss, of the shape of perSample
     * @param perSample receives the losses; 0 where the target is ignored
     * @param gradInput receives the gradient with respect to the scores, of their shape; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or outputs overlap inputs in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void forwardBackward(
            FloatTensor input, int[] target, FloatTensor gradOutput, FloatTensor perSample, FloatTensor gradInput) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(perSample, "perSample");
        Objects.requireNonNull(gradInput, "gradInput");
        each(input, target, null, gradOutput, perSample, gradInput);
    }

    /**
     * The gradient for a given upstream gradient of the reduced loss, for class indices as {@code int}.
     *
     * @param input {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradOutput gradient with respect to the mean or sum; 1 if the loss is the end of the chain
     * @param gradInput receives the gradient with respect to the scores, of their shape; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps the scores in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public void backward(FloatTensor input, int[] target, float gradOutput, FloatTensor gradInput) {
        Objects.requireNonNull(gradInput, "gradInput");
        reduced(input, target, null, gradOutput, gradInput);
    }

    /**
     * The gradient for a given upstream gradient of each sample's loss, for class indices as {@code int}.
     *
     * @param input {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradOutput gradient with respect to each sample's loss, of shape {@code (N, d1, ..., dK)}
     * @param gradInput receives the gradient with respect to the scores, of their shape; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps an input in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void backward(FloatTensor input, int[] target, FloatTensor gradOutput, FloatTensor gradInput) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradInput, "gradInput");
        each(input, target, null, gradOutput, null, gradInput);
    }

    /**
     * Sum, denominator and count, to be added to those of other batches; for class indices as {@code int}. Whatever the
     * reduction of this loss.
     *
     * @param input {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @return the sums over the samples that are not ignored
     * @throws IllegalArgumentException if the number of targets or weights does not fit the scores
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     */
    public LossSum sum(FloatTensor input, int[] target) {
        return total(input, target, null);
    }

    /**
     * The loss reduced to one number, for class indices as {@code long}.
     *
     * @param input {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only sample
     * @throws IllegalArgumentException if the number of targets or weights does not fit the scores
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public float forward(FloatTensor input, long[] target) {
        return reduced(input, null, target, null);
    }

    /**
     * The losses of the samples, without reduction, for class indices as {@code long}.
     *
     * @param input {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param perSample receives the losses, of shape {@code ()}, {@code (N)} or {@code (N, d1, ..., dK)}; 0 where the
     *     target is ignored
     * @throws IllegalArgumentException if shapes do not fit, or perSample shares elements with the scores
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void forward(FloatTensor input, long[] target, FloatTensor perSample) {
        each(input, null, target, null, perSample, null);
    }

    /**
     * The loss and its gradient in one go, for class indices as {@code long}.
     *
     * @param input {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradInput receives the gradient of the result with respect to the scores, of their shape; may be the
     *     scores themselves
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only sample
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps the scores in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public float forwardBackward(FloatTensor input, long[] target, FloatTensor gradInput) {
        Objects.requireNonNull(gradInput, "gradInput");
        return reduced(input, null, target, gradInput);
    }

    /**
     * The losses of the samples and the gradient for a given upstream gradient, for class indices as {@code long}.
     *
     * @param input {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradOutput gradient with respect to each sample's loss, of the shape of perSample
     * @param perSample receives the losses; 0 where the target is ignored
     * @param gradInput receives the gradient with respect to the scores, of their shape; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or outputs overlap inputs in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void forwardBackward(
            FloatTensor input, long[] target, FloatTensor gradOutput, FloatTensor perSample, FloatTensor gradInput) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(perSample, "perSample");
        Objects.requireNonNull(gradInput, "gradInput");
        each(input, null, target, gradOutput, perSample, gradInput);
    }

    /**
     * The gradient for a given upstream gradient of the reduced loss, for class indices as {@code long}.
     *
     * @param input {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradOutput gradient with respect to the mean or sum; 1 if the loss is the end of the chain
     * @param gradInput receives the gradient with respect to the scores, of their shape; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps the scores in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public void backward(FloatTensor input, long[] target, float gradOutput, FloatTensor gradInput) {
        Objects.requireNonNull(gradInput, "gradInput");
        reduced(input, null, target, gradOutput, gradInput);
    }

    /**
     * The gradient for a given upstream gradient of each sample's loss, for class indices as {@code long}.
     *
     * @param input {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradOutput gradient with respect to each sample's loss, of shape {@code (N, d1, ..., dK)}
     * @param gradInput receives the gradient with respect to the scores, of their shape; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps an input in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void backward(FloatTensor input, long[] target, FloatTensor gradOutput, FloatTensor gradInput) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradInput, "gradInput");
        each(input, null, target, gradOutput, null, gradInput);
    }

    /**
     * Sum, denominator and count, to be added to those of other batches; for class indices as {@code long}. Whatever the
     * reduction of this loss.
     *
     * @param input {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @return the sums over the samples that are not ignored
     * @throws IllegalArgumentException if the number of targets or weights does not fit the scores
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     */
    public LossSum sum(FloatTensor input, long[] target) {
        return total(input, null, target);
    }

    private void check(FloatTensor input, int @Nullable [] ints, long @Nullable [] longs) {
        int axis = ClassIndices.axis(input, "input");
        ClassIndices.checkWeight(weight, Positions.length(input, axis));
        ClassIndices.check(input, "input", axis, ints, longs, ignoreIndex);
    }

    private void checkGradient(FloatTensor input, @Nullable FloatTensor gradInput) {
        if (gradInput != null) {
            Shapes.checkSame("input", input, "gradInput", gradInput);
            Overlap.checkWritable(gradInput, "gradInput");
            Overlap.checkSameOrApart(input, "input", gradInput, "gradInput");
        }
    }

    private float reduced(
            FloatTensor input, int @Nullable [] ints, long @Nullable [] longs, @Nullable FloatTensor gradInput) {
        return reduced(input, ints, longs, 1f, gradInput);
    }

    private float reduced(
            FloatTensor input,
            int @Nullable [] ints,
            long @Nullable [] longs,
            float gradOutput,
            @Nullable FloatTensor gradInput) {
        check(input, ints, longs);
        checkGradient(input, gradInput);
        int count = Positions.count(input, input.rank() == 1 ? 0 : 1);
        Results.checkReduces(reduction, count);
        if (reduction != Reduction.MEAN) {
            return Results.toFloat(walk(input, ints, longs, gradOutput, null, null, gradInput));
        }
        double denominator = ClassIndices.denominator(ints, longs, count, ignoreIndex, weight);
        double upstream = gradOutput / denominator;
        return Results.toFloat(walk(input, ints, longs, upstream, null, null, gradInput) / denominator);
    }

    private void each(
            FloatTensor input,
            int @Nullable [] ints,
            long @Nullable [] longs,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor gradInput) {
        check(input, ints, longs);
        checkGradient(input, gradInput);
        if (gradOutput != null && gradInput != null) {
            ClassIndices.checkPerSample(input, "input", gradOutput, "gradOutput");
            Overlap.checkApart(gradOutput, "gradOutput", gradInput, "gradInput");
        }
        if (perSample != null || gradInput == null) {
            ClassIndices.checkPerSample(input, "input", perSample, "perSample");
            Objects.requireNonNull(perSample);
            Overlap.checkWritable(perSample, "perSample");
            Overlap.checkApart(input, "input", perSample, "perSample");
            if (gradOutput != null) {
                Overlap.checkApart(gradOutput, "gradOutput", perSample, "perSample");
            }
            if (gradInput != null) {
                Overlap.checkApart(gradInput, "gradInput", perSample, "perSample");
            }
        }
        Results.checkNone(reduction);
        walk(input, ints, longs, 1.0, gradOutput, perSample, gradInput);
    }

    private LossSum total(FloatTensor input, int @Nullable [] ints, long @Nullable [] longs) {
        check(input, ints, longs);
        int count = Positions.count(input, input.rank() == 1 ? 0 : 1);
        return new LossSum(
                walk(input, ints, longs, 1.0, null, null, null),
                ClassIndices.denominator(ints, longs, count, ignoreIndex, weight),
                ClassIndices.count(ints, longs, count, ignoreIndex));
    }

    private double walk(
            FloatTensor input,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double upstream,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor gradInput) {
        int axis = input.rank() == 1 ? 0 : 1;
        int count = Positions.count(input, axis);
        int stride = Positions.stride(input, axis);
        double sum = 0.0;
        double lost = 0.0;
        for (int p = 0; p < count; p++) {
            long target = ClassIndices.at(ints, longs, p);
            double loss = 0.0;
            if (target != ignoreIndex) {
                int at = Positions.offset(input, axis, p) + (int) target * stride;
                double w = weight == null ? 1.0 : weight[(int) target];
                loss = -w * input.array()[at];
            }
            if (perSample != null) {
                Results.set(perSample, p, loss);
            }
            double next = sum + loss;
            lost += Results.lost(sum, loss, next);
            sum = next;
        }
        if (gradInput != null) {
            gradient(input, axis, ints, longs, upstream, gradOutput, gradInput);
        }
        return Results.total(sum, lost);
    }

    private void gradient(
            FloatTensor input,
            int axis,
            int @Nullable [] ints,
            long @Nullable [] longs,
            double upstream,
            @Nullable FloatTensor gradOutput,
            FloatTensor gradInput) {
        int count = Positions.count(input, axis);
        int n = Positions.length(input, axis);
        int stride = Positions.stride(gradInput, axis);
        for (int p = 0; p < count; p++) {
            long target = ClassIndices.at(ints, longs, p);
            int offset = Positions.offset(gradInput, axis, p);
            FloatRows.fill(gradInput.array(), offset, stride, n, 0f);
            if (target != ignoreIndex) {
                double g = gradOutput == null ? upstream : Results.get(gradOutput, p);
                double w = weight == null ? 1.0 : weight[(int) target];
                gradInput.array()[offset + (int) target * stride] = Results.toFloat(-w * g);
            }
        }
    }

    /** Options of a {@link NllLoss}. */
    public static final class Builder {
        private float @Nullable [] weight;
        private long ignoreIndex = DEFAULT_IGNORE_INDEX;
        private Reduction reduction = Reduction.MEAN;

        private Builder() {}

        /**
         * A weight for each class, by which the losses of its samples are multiplied. Any float is taken, as in PyTorch,
         * also 0 and negative ones.
         *
         * @param weight one weight for each class; copied
         * @return this builder
         */
        public Builder weight(float... weight) {
            this.weight = weight.clone();
            return this;
        }

        /**
         * The target that marks samples to be left out: they have loss 0, gradient 0 and no part in the mean. It may be a
         * class; that class then stays among the scores.
         *
         * @param ignoreIndex any number; the default is -100
         * @return this builder
         */
        public Builder ignoreIndex(long ignoreIndex) {
            this.ignoreIndex = ignoreIndex;
            return this;
        }

        /**
         * How the samples' losses become the result.
         *
         * @param reduction NONE, MEAN (the default) or SUM
         * @return this builder
         * @throws IllegalArgumentException for {@link Reduction#BATCH_MEAN}, which only the Kullback-Leibler divergence has
         */
        public Builder reduction(Reduction reduction) {
            this.reduction = Results.checkPlain(reduction);
            return this;
        }

        /**
         * Makes the loss.
         *
         * @return an immutable loss with these options
         */
        public NllLoss build() {
            return new NllLoss(this);
        }
    }
}
