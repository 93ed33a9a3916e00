// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;

/**
 * Kullback-Leibler divergence of log-probabilities from a target distribution, element by element. Corresponds to
 * PyTorch's {@code KLDivLoss}; use it to bring one distribution close to another, as in distillation.
 *
 * <p>The loss of an element with log-probability {@code x} and target {@code t} is
 *
 * <pre>
 * target a probability:       t (log(t) - x)     gradients -t and log(t) - x + 1
 * target a log-probability:   exp(t) (t - x)     gradients -exp(t) and exp(t) (t - x + 1)
 * </pre>
 *
 * <p>The sum over a distribution is never negative; an element's loss may be, and so may a sum of rounded terms of two
 * distributions that are nearly equal. Nothing is checked or clipped: that input and target hold distributions is up to
 * the caller.
 *
 * <p><b>Mean.</b> {@link Reduction#MEAN}, the default as in PyTorch, divides by the number of elements, which is
 * <em>not</em> the divergence of a batch. {@link Reduction#BATCH_MEAN} divides by {@code input.size(0)}, and gives the
 * mean divergence of {@code (N, C)}; of an input without dimensions it is the sum. The mean of no elements is NaN; see
 * {@link Builder#emptyMean}.
 *
 * <p><b>Shapes.</b> Any two that can be repeated to a common one as PyTorch does: aligned at the last dimension, sizes
 * the same or one of them 1. The losses have the common shape, the gradients those of input and target: what is
 * repeated gets the sum over its repetitions. That takes a step of its own for each of its elements and is slower.
 *
 * <pre>{@code
 * KlDivLoss kl = KlDivLoss.builder().reduction(Reduction.BATCH_MEAN).build();
 * Softmax.logSoftmax(logits, 1, logProbabilities);
 * float loss = kl.forward(logProbabilities, teacher);
 * }</pre>
 *
 * <p><b>Accuracy.</b> On samples of floats and of doubles an element's loss is within 2.5 ulp of the formula; where
 * {@code log(t)} and x cancel, it may be off by {@code 2^-27 t} besides, in double {@code 2^-56 t}. The sum over elements is
 * compensated, and in double from chunk to chunk.
 *
 * <p><b>Special values</b>, as PyTorch's. A target of 0 gives loss 0, its own gradient NaN. A negative one gives NaN for
 * both, but the gradient 0 where the upstream gradient is 0 and the input finite. A target of positive infinity gives
 * positive infinity where the input is negative and NaN elsewhere, its own gradient NaN. An input of negative infinity
 * gives positive infinity, and NaN where the target is 0 too. A log-target of negative infinity gives NaN. With {@link
 * Builder#zeroTimesInfinity} a target of 0 and that log-target give the limit 0 instead. The gradient with respect to the
 * input is finite wherever the target is.
 *
 * <p><b>Bits.</b> The same on every lane width, thread and JIT state, at every offset and in every layout: elements are
 * taken in row-major order of their indices, however they lie in memory.
 *
 * <p>Instances are immutable and may be shared between threads. Everything is checked before anything is written.
 * Methods throw {@link NullPointerException} for a null argument; none but {@code sum} allocates, unless both input and
 * target are repeated: then their common shape, an array of a few sizes. Reference: PyTorch documentation,
 * {@code torch.nn.KLDivLoss}.
 */
public final class KlDivLoss {
    // ---- for float and double
    private final FloatKlDiv floatLoss;
    // ---- end

    private KlDivLoss(ElementLossOptions options) {
        // ---- for float and double
        this.floatLoss = new FloatKlDiv(options);
        // ---- end
    }

    /**
     * The loss with PyTorch's defaults.
     *
     * @return a new loss
     */
    public static KlDivLoss create() {
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
    /**
     * The loss reduced to one number.
     *
     * @param input log-probabilities, any shape
     * @param target probabilities, or their logarithms with {@link Builder#logTarget}, of a shape that fits
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only element
     * @throws IllegalArgumentException if shapes do not fit
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one element
     */
    public float forward(FloatTensor input, FloatTensor target) {
        return floatLoss.reduced(input, target, true, 1f, null, null);
    }

    /**
     * The losses of the elements, without reduction.
     *
     * @param input log-probabilities, any shape
     * @param target probabilities, or their logarithms with {@link Builder#logTarget}, of a shape that fits
     * @param perSample receives the losses, of the common shape
     * @throws IllegalArgumentException if shapes do not fit, or perSample shares elements with an input
     * @throws IllegalStateException if this loss reduces
     */
    public void forward(FloatTensor input, FloatTensor target, FloatTensor perSample) {
        Objects.requireNonNull(perSample, "perSample");
        floatLoss.each(input, target, null, perSample, null, null);
    }

    /**
     * The loss and its gradient in one go.
     *
     * @param input log-probabilities, any shape
     * @param target probabilities, or their logarithms with {@link Builder#logTarget}, of a shape that fits
     * @param gradInput receives the gradient of the result with respect to the input, of its shape; may be the input
     *     itself
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only element
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps an input
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one element
     */
    public float forwardBackward(FloatTensor input, FloatTensor target, FloatTensor gradInput) {
        Objects.requireNonNull(gradInput, "gradInput");
        return floatLoss.reduced(input, target, true, 1f, gradInput, null);
    }

    /**
     * The loss and both gradients in one go.
     *
     * @param input log-probabilities, any shape
     * @param target probabilities, or their logarithms with {@link Builder#logTarget}, of a shape that fits
     * @param gradInput receives the gradient of the result with respect to the input, of its shape; may be the input
     *     itself
     * @param gradTarget receives the gradient of the result with respect to the target, of its shape
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only element
     * @throws IllegalArgumentException if shapes do not fit, or a gradient overlaps an input
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one element
     */
    public float forwardBackward(FloatTensor input, FloatTensor target, FloatTensor gradInput, FloatTensor gradTarget) {
        Objects.requireNonNull(gradInput, "gradInput");
        Objects.requireNonNull(gradTarget, "gradTarget");
        return floatLoss.reduced(input, target, true, 1f, gradInput, gradTarget);
    }

    /**
     * The losses of the elements and the gradient for a given upstream gradient.
     *
     * @param input log-probabilities, any shape
     * @param target probabilities, or their logarithms with {@link Builder#logTarget}, of a shape that fits
     * @param gradOutput gradient with respect to each element's loss, of the shape of perSample
     * @param perSample receives the losses, of the common shape
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input itself
     * @throws IllegalArgumentException if shapes do not fit, or outputs overlap
     * @throws IllegalStateException if this loss reduces
     */
    public void forwardBackward(
            FloatTensor input,
            FloatTensor target,
            FloatTensor gradOutput,
            FloatTensor perSample,
            FloatTensor gradInput) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(perSample, "perSample");
        Objects.requireNonNull(gradInput, "gradInput");
        floatLoss.each(input, target, gradOutput, perSample, gradInput, null);
    }

    /**
     * The losses of the elements and both gradients for a given upstream gradient.
     *
     * @param input log-probabilities, any shape
     * @param target probabilities, or their logarithms with {@link Builder#logTarget}, of a shape that fits
     * @param gradOutput gradient with respect to each element's loss, of the shape of perSample
     * @param perSample receives the losses, of the common shape
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input itself
     * @param gradTarget receives the gradient with respect to the target, of its shape
     * @throws IllegalArgumentException if shapes do not fit, or outputs overlap
     * @throws IllegalStateException if this loss reduces
     */
    public void forwardBackward(
            FloatTensor input,
            FloatTensor target,
            FloatTensor gradOutput,
            FloatTensor perSample,
            FloatTensor gradInput,
            FloatTensor gradTarget) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(perSample, "perSample");
        Objects.requireNonNull(gradInput, "gradInput");
        Objects.requireNonNull(gradTarget, "gradTarget");
        floatLoss.each(input, target, gradOutput, perSample, gradInput, gradTarget);
    }

    /**
     * The gradient for a given upstream gradient of the reduced loss.
     *
     * @param input log-probabilities, any shape
     * @param target probabilities, or their logarithms with {@link Builder#logTarget}, of a shape that fits
     * @param gradOutput gradient with respect to the mean or sum; 1 if the loss is the end of the chain
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input itself
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps an input
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one element
     */
    public void backward(FloatTensor input, FloatTensor target, float gradOutput, FloatTensor gradInput) {
        Objects.requireNonNull(gradInput, "gradInput");
        floatLoss.reduced(input, target, false, gradOutput, gradInput, null);
    }

    /**
     * Both gradients for a given upstream gradient of the reduced loss.
     *
     * @param input log-probabilities, any shape
     * @param target probabilities, or their logarithms with {@link Builder#logTarget}, of a shape that fits
     * @param gradOutput gradient with respect to the mean or sum; 1 if the loss is the end of the chain
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input itself
     * @param gradTarget receives the gradient with respect to the target, of its shape: {@code log(t) - x + 1},
     *     or {@code exp(t) (t - x + 1)} of a log-probability
     * @throws IllegalArgumentException if shapes do not fit, or a gradient overlaps an input
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one element
     */
    public void backward(
            FloatTensor input, FloatTensor target, float gradOutput, FloatTensor gradInput, FloatTensor gradTarget) {
        Objects.requireNonNull(gradInput, "gradInput");
        Objects.requireNonNull(gradTarget, "gradTarget");
        floatLoss.reduced(input, target, false, gradOutput, gradInput, gradTarget);
    }

    /**
     * The gradient for a given upstream gradient of each element's loss.
     *
     * @param input log-probabilities, any shape
     * @param target probabilities, or their logarithms with {@link Builder#logTarget}, of a shape that fits
     * @param gradOutput gradient with respect to each element's loss, of the common shape
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input itself
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps an input
     * @throws IllegalStateException if this loss reduces
     */
    public void backward(FloatTensor input, FloatTensor target, FloatTensor gradOutput, FloatTensor gradInput) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradInput, "gradInput");
        floatLoss.each(input, target, gradOutput, null, gradInput, null);
    }

    /**
     * Both gradients for a given upstream gradient of each element's loss.
     *
     * @param input log-probabilities, any shape
     * @param target probabilities, or their logarithms with {@link Builder#logTarget}, of a shape that fits
     * @param gradOutput gradient with respect to each element's loss, of the common shape
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input itself
     * @param gradTarget receives the gradient with respect to the target, of its shape
     * @throws IllegalArgumentException if shapes do not fit, or a gradient overlaps an input
     * @throws IllegalStateException if this loss reduces
     */
    public void backward(
            FloatTensor input,
            FloatTensor target,
            FloatTensor gradOutput,
            FloatTensor gradInput,
            FloatTensor gradTarget) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradInput, "gradInput");
        Objects.requireNonNull(gradTarget, "gradTarget");
        floatLoss.each(input, target, gradOutput, null, gradInput, gradTarget);
    }

    /**
     * Sum, denominator and count, to be added to those of other batches. Whatever the reduction of this loss.
     *
     * @param input log-probabilities, any shape
     * @param target probabilities, or their logarithms with {@link Builder#logTarget}, of a shape that fits
     * @return the sums over all elements
     * @throws IllegalArgumentException if shapes do not fit
     */
    public LossSum sum(FloatTensor input, FloatTensor target) {
        return floatLoss.total(input, target);
    }
    // ---- end

    /**
     * The options that differ from PyTorch's defaults.
     *
     * @return a description for people
     */
    @Override
    public String toString() {
        return floatLoss.options.describe("KlDivLoss", "zeroTimesInfinity");
    }

    /** Options of a {@link KlDivLoss}. */
    public static final class Builder {
        private final ElementLossOptions options = new ElementLossOptions();

        private Builder() {}

        /**
         * Whether the target holds logarithms of probabilities.
         *
         * @param logTarget false, for probabilities, is the default
         * @return this builder
         */
        public Builder logTarget(boolean logTarget) {
            options.logTarget = logTarget;
            return this;
        }

        /**
         * What a target probability of 0 gives where the input is negative infinity, or a target log-probability of
         * negative infinity: NaN as PyTorch, or the limit 0, for the loss and for the gradient of a log-probability.
         *
         * @param zeroTimesInfinity {@link Indeterminate#NAN} is the default
         * @return this builder
         */
        public Builder zeroTimesInfinity(Indeterminate zeroTimesInfinity) {
            options.indeterminate = Objects.requireNonNull(zeroTimesInfinity, "zeroTimesInfinity");
            return this;
        }

        /**
         * How the elements' losses become the result.
         *
         * @param reduction NONE, MEAN (the default), SUM or BATCH_MEAN
         * @return this builder
         */
        public Builder reduction(Reduction reduction) {
            options.reduction = Objects.requireNonNull(reduction, "reduction");
            return this;
        }

        /**
         * What the mean divides by. The default is PyTorch's: {@link Denominator#ELEMENTS}. {@link Denominator#BATCH}
         * is {@code input.size(0)}; the others, but for a given number, are the number of elements too. Of no effect
         * with {@link Reduction#BATCH_MEAN}.
         *
         * @param denominator the denominator
         * @return this builder
         */
        public Builder denominator(Denominator denominator) {
            options.denominator = Objects.requireNonNull(denominator, "denominator");
            return this;
        }

        /**
         * The mean of no elements where it would divide by 0, as it does with the default denominator: NaN (the default, as
         * PyTorch), 0, or an exception. Divided by a number that is not 0 such a mean is 0.
         *
         * @param emptyMean the answer
         * @return this builder
         */
        public Builder emptyMean(OnEmpty emptyMean) {
            options.emptyMean = Objects.requireNonNull(emptyMean, "emptyMean");
            return this;
        }

        /**
         * Threads of the caller's that a call over many elements may use besides its own. The bits of the result are the same.
         *
         * @param parallelism an executor and a number of tasks; the default is the calling thread alone
         * @return this builder
         */
        public Builder parallelism(Parallelism parallelism) {
            options.parallelism = Objects.requireNonNull(parallelism, "parallelism");
            return this;
        }

        /**
         * Makes the loss.
         *
         * @return an immutable loss with these options
         */
        public KlDivLoss build() {
            return new KlDivLoss(options.copy());
        }
    }
}
