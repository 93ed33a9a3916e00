// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;

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
 * array, row-major over {@code (N, d1, ..., dK)}. Any strides. The loss of one sample of shape {@code (C)}, and its upstream
 * gradient, may lie in any view of one element. To score binary probabilities {@code p}, stack them as
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
    public static final long DEFAULT_IGNORE_INDEX = ClassLossOptions.IGNORED;

    // ---- for float and double
    private final FloatNll floatLoss;
    // ---- end

    private NllLoss(ClassLossOptions options) {
        this.floatLoss = new FloatNll(options);
        this.doubleLoss = new DoubleNll(options);
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

    // ---- for float and double
    // ---- for int and long
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
        return floatLoss.reduced(input, ClassIndices.ints(target), ClassIndices.longs(target), 1f, null);
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
        floatLoss.each(input, ClassIndices.ints(target), ClassIndices.longs(target), null, perSample, null);
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
        return floatLoss.reduced(input, ClassIndices.ints(target), ClassIndices.longs(target), 1f, gradInput);
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
        floatLoss.each(input, ClassIndices.ints(target), ClassIndices.longs(target), gradOutput, perSample, gradInput);
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
        floatLoss.reduced(input, ClassIndices.ints(target), ClassIndices.longs(target), gradOutput, gradInput);
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
        floatLoss.each(input, ClassIndices.ints(target), ClassIndices.longs(target), gradOutput, null, gradInput);
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
        return floatLoss.total(input, ClassIndices.ints(target), ClassIndices.longs(target));
    }
    // ---- end
    // ---- end

    /**
     * The options that differ from PyTorch's defaults.
     *
     * @return a description for people
     */
    @Override
    public String toString() {
        return floatLoss.options.describe("NllLoss");
    }

    /** Options of a {@link NllLoss}. */
    public static final class Builder {
        private final ClassLossOptions options = new ClassLossOptions();

        private Builder() {}

        // ---- for float and double
        /**
         * A weight for each class, by which the losses of its samples are multiplied. Any number is taken, as in PyTorch,
         * also 0 and negative ones. A loss over views of the other type uses the weights in that type.
         *
         * @param weight one weight for each class; copied
         * @return this builder
         */
        public Builder weight(float... weight) {
            options.weight(weight);
            return this;
        }
        // ---- end

        /**
         * The target that marks samples to be left out: they have loss 0, gradient 0 and no part in the mean. It may be a
         * class; that class then stays among the scores.
         *
         * @param ignoreIndex any number; the default is -100
         * @return this builder
         */
        public Builder ignoreIndex(long ignoreIndex) {
            options.ignoreIndex = ignoreIndex;
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
            options.reduction = Results.checkPlain(reduction);
            return this;
        }

        /**
         * What {@link Reduction#MEAN} divides by. The default is PyTorch's: {@link Denominator#WEIGHTED}.
         *
         * @param denominator the denominator
         * @return this builder
         */
        public Builder denominator(Denominator denominator) {
            options.denominator = Objects.requireNonNull(denominator, "denominator");
            return this;
        }

        /**
         * The mean of a batch without a valid sample where it would divide by 0, as it does with the default denominator: NaN
         * (the default), 0, or an exception. The gradient is 0. Divided by a number that is not 0 such a mean is 0.
         *
         * @param emptyMean the answer
         * @return this builder
         */
        public Builder emptyMean(OnEmpty emptyMean) {
            options.emptyMean = Objects.requireNonNull(emptyMean, "emptyMean");
            return this;
        }

        /**
         * Makes the loss.
         *
         * @return an immutable loss with these options
         */
        public NllLoss build() {
            return new NllLoss(options.copy());
        }
    }
}
