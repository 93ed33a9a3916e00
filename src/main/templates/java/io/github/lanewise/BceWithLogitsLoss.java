// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;

/**
 * Binary cross entropy between logits and targets, element by element: sigmoid and binary cross entropy in one pass.
 * Corresponds to PyTorch's {@code BCEWithLogitsLoss}; use it to train yes-or-no outputs, several to a sample if need
 * be.
 *
 * <p>With a weight {@code w} and a weight {@code p} of the positive part (1 unless given), the loss of an element with
 * logit {@code x} and target {@code t} is
 *
 * <pre>
 * w (p t softplus(-x) + (1 - t) softplus(x))
 * gradient with respect to x:   w (((1 - t) + p t) sigmoid(x) - p t)
 * gradient with respect to t:   w (p softplus(-x) - softplus(x))
 * </pre>
 *
 * <p>A p above 1 counts missed positives more; it raises recall at the cost of precision.
 *
 * <p><b>Mean.</b> The sum divided by the number of elements, whatever the weights, as PyTorch; see
 * {@link Builder#denominator}. The mean of no elements is NaN; see {@link Builder#emptyMean}.
 *
 * <p><b>Shapes.</b> Any; input and target the same. Weights may be smaller and are repeated as PyTorch does: aligned at
 * the last dimension, sizes 1 or the target's. Any strides.
 *
 * <pre>{@code
 * BceWithLogitsLoss bce = BceWithLogitsLoss.builder().posWeight(3f).build();
 * float loss = bce.forwardBackward(logits, target, gradLogits);
 * }</pre>
 *
 * <p><b>Accuracy.</b> On samples of floats and of doubles an element's loss is within 1.6 ulp of the formula for targets
 * in [0, 1], within 3 ulp with posWeight (as long as {@code exp(-|x|)} is no subnormal number). The gradient with
 * respect to x is within 1.25 ulp for targets 0 and 1, and within {@code 1.5 * 2^-24} in float and {@code 1.5 * 2^-53}
 * in double for targets between, where it may cancel. That holds where PyTorch's float32 loses digits: with target 0, x =
 * -12 has the loss 6.144193e-6 (there 5.72e-6), x = -15 has 3.059023e-7 and x = -20 has 2.061154e-9 (both 0 there).
 * The sum over elements is compensated, and in double from chunk to chunk. Without weights it takes one logarithm for eight elements, and
 * is within 1.75 ulp on samples with targets in [0, 1].
 *
 * <p><b>Special values.</b> Targets may be any numbers and are not checked, as in PyTorch. A logit of positive
 * infinity has an infinite loss, and NaN for target 1; one of negative infinity has the loss NaN, whatever the target:
 * PyTorch's formula, {@code (1 - t) x + softplus(-x)}, comes to that. With {@link Builder#infiniteLogits} the loss is
 * the limit: infinite on the wrong side, 0 on the right one. The gradient with respect to x is finite either way, and
 * that of the limit. NaN gives NaN.
 *
 * <p><b>Bits.</b> The same on every lane width, thread and JIT state, at every offset and in every layout: elements are
 * taken in row-major order of their indices, however they lie in memory.
 *
 * <p>Instances are immutable and may be shared between threads. Everything is checked before anything is written.
 * Methods throw {@link NullPointerException} for a null argument; none allocates but {@code sum} and, with {@code parallelism}, calls that are shared. Reference: PyTorch
 * documentation, {@code torch.nn.BCEWithLogitsLoss}.
 */
public final class BceWithLogitsLoss {
    // ---- for float and double
    private final FloatBceWithLogits floatLoss;
    // ---- end

    private BceWithLogitsLoss(ElementLossOptions options) {
        // ---- for float and double
        this.floatLoss = new FloatBceWithLogits(options);
        // ---- end
    }

    /**
     * The loss with PyTorch's defaults.
     *
     * @return a new loss
     */
    public static BceWithLogitsLoss create() {
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
     * @param input logits, any shape
     * @param target usually probabilities or 0 and 1, of the input's shape
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
     * @param input logits, any shape
     * @param target usually probabilities or 0 and 1, of the input's shape
     * @param perSample receives the losses, of the input's shape
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
     * @param input logits, any shape
     * @param target usually probabilities or 0 and 1, of the input's shape
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
     * @param input logits, any shape
     * @param target usually probabilities or 0 and 1, of the input's shape
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
     * @param input logits, any shape
     * @param target usually probabilities or 0 and 1, of the input's shape
     * @param gradOutput gradient with respect to each element's loss, of the shape of perSample
     * @param perSample receives the losses, of the input's shape
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
     * @param input logits, any shape
     * @param target usually probabilities or 0 and 1, of the input's shape
     * @param gradOutput gradient with respect to each element's loss, of the shape of perSample
     * @param perSample receives the losses, of the input's shape
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
     * @param input logits, any shape
     * @param target usually probabilities or 0 and 1, of the input's shape
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
     * @param input logits, any shape
     * @param target usually probabilities or 0 and 1, of the input's shape
     * @param gradOutput gradient with respect to the mean or sum; 1 if the loss is the end of the chain
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input itself
     * @param gradTarget receives the gradient with respect to the target, of its shape: {@code -x} without
     *     weights
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
     * @param input logits, any shape
     * @param target usually probabilities or 0 and 1, of the input's shape
     * @param gradOutput gradient with respect to each element's loss, of the input's shape
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
     * @param input logits, any shape
     * @param target usually probabilities or 0 and 1, of the input's shape
     * @param gradOutput gradient with respect to each element's loss, of the input's shape
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
     * @param input logits, any shape
     * @param target usually probabilities or 0 and 1, of the input's shape
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
        return floatLoss.options.describe("BceWithLogitsLoss", "infiniteLogits");
    }

    /** Options of a {@link BceWithLogitsLoss}. */
    public static final class Builder {
        private final ElementLossOptions options = new ElementLossOptions();

        private Builder() {}

        /**
         * Weights that the losses of the elements are multiplied by. This takes a vector over the last dimension;
         * {@link #weight(Tensor)} takes any shape.
         *
         * @param weight one for each index of the last dimension, or a single one for all elements; copied
         * @return this builder
         */
        public Builder weight(float... weight) {
            options.weight = Weights.of(weight, "weight");
            return this;
        }

        /**
         * Weights that the losses of the elements are multiplied by. This takes a vector over the last dimension;
         * {@link #weight(Tensor)} takes any shape.
         *
         * @param weight one for each index of the last dimension, or a single one for all elements; copied, and rounded
         *     for views of floats
         * @return this builder
         */
        public Builder weight(double... weight) {
            options.weight = Weights.of(weight, "weight");
            return this;
        }

        /**
         * Weights that the losses of the elements are multiplied by. This takes any shape that the target's can be had
         * from by repetition: {@code (C)} for each column, {@code (N, 1)} for each row, or the target's shape itself.
         *
         * @param weight a view of floats or doubles; copied, and rounded for views of floats
         * @return this builder
         */
        public Builder weight(Tensor weight) {
            options.weight = Weights.of(weight, "weight");
            return this;
        }

        /**
         * Weights of the positive part of the loss. This takes a vector over the last dimension;
         * {@link #posWeight(Tensor)} takes any shape.
         *
         * @param posWeight one for each index of the last dimension, or a single one for all elements; copied
         * @return this builder
         */
        public Builder posWeight(float... posWeight) {
            options.posWeight = Weights.of(posWeight, "posWeight");
            return this;
        }

        /**
         * Weights of the positive part of the loss. This takes a vector over the last dimension;
         * {@link #posWeight(Tensor)} takes any shape.
         *
         * @param posWeight one for each index of the last dimension, or a single one for all elements; copied, and
         *     rounded for views of floats
         * @return this builder
         */
        public Builder posWeight(double... posWeight) {
            options.posWeight = Weights.of(posWeight, "posWeight");
            return this;
        }

        /**
         * Weights of the positive part of the loss. This takes any shape that the target's can be had from by
         * repetition: {@code (C)} for each column, {@code (N, 1)} for each row, or the target's shape itself.
         *
         * @param posWeight a view of floats or doubles; copied, and rounded for views of floats
         * @return this builder
         */
        public Builder posWeight(Tensor posWeight) {
            options.posWeight = Weights.of(posWeight, "posWeight");
            return this;
        }

        /**
         * What an infinite logit gives where PyTorch's formula meets 0 times infinity or infinity less infinity, which is
         * at positive infinity with target 1 and at negative infinity: NaN as there, or the limit of the loss, which is 0
         * on the right side and infinite on the wrong one. What weighs nothing is 0 then, loss and gradients.
         *
         * @param infiniteLogits {@link Indeterminate#NAN} is the default
         * @return this builder
         */
        public Builder infiniteLogits(Indeterminate infiniteLogits) {
            options.indeterminate = Objects.requireNonNull(infiniteLogits, "infiniteLogits");
            return this;
        }

        /**
         * How the elements' losses become the result.
         *
         * @param reduction NONE, MEAN (the default) or SUM
         * @return this builder
         * @throws IllegalArgumentException for {@link Reduction#BATCH_MEAN}, which only the Kullback-Leibler divergence
         *     has
         */
        public Builder reduction(Reduction reduction) {
            options.reduction = Results.checkPlain(reduction);
            return this;
        }

        /**
         * What the mean divides by. The default is PyTorch's: {@link Denominator#ELEMENTS}.
         * {@link Denominator#WEIGHTED} is the sum of the weights (not of posWeight), each as often as it is applied;
         * {@link Denominator#VALID_COUNT} is the number of elements.
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
        public BceWithLogitsLoss build() {
            return new BceWithLogitsLoss(options.copy());
        }
    }
}
