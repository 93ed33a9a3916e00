// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;

/**
 * Binary cross entropy between probabilities and targets in [0, 1], element by element. Corresponds to PyTorch's
 * {@code BCELoss}; use it for probabilities that come as such, and {@link BceWithLogitsLoss} for scores: a probability
 * near 1 has lost the digits of its distance to 1.
 *
 * <p>With a weight {@code w} (1 unless given), the loss of an element with probability {@code x} and target {@code t}
 * is
 *
 * <pre>
 * -w (t max(log(x), -100) + (1 - t) max(log(1 - x), -100))
 * gradient with respect to x:   w (x - t) / max((1 - x) x, 1e-12)
 * gradient with respect to t:   w (max(log(1 - x), -100) - max(log(x), -100))
 * </pre>
 *
 * <p>The floors are PyTorch's, in double too 1e-12 rounded to float. With them the loss of a certain error is 100 instead of
 * infinite, and the gradient is not quite that of the loss: at x = 0 and t = 1 it is -1e12. PyTorch's gradient with respect to t
 * has no floors and is infinite where x is 0 or 1; here it is that of the loss. {@link Builder#exact} leaves all floors away.
 *
 * <p><b>Mean.</b> The sum divided by the number of elements, whatever the weights, as PyTorch; see
 * {@link Builder#denominator}. The mean of no elements is NaN; see {@link Builder#emptyMean}.
 *
 * <p><b>Shapes.</b> Any; input and target the same. Weights may be smaller and are repeated as PyTorch does: aligned at
 * the last dimension, sizes 1 or the target's. Any strides.
 *
 * <pre>{@code
 * BceLoss bce = BceLoss.builder().weight(1f, 2f, 1f).build();
 * Sigmoid.sigmoid(logits, probabilities);
 * float loss = bce.forward(probabilities, target);
 * }</pre>
 *
 * <p><b>Accuracy.</b> On samples of floats and of doubles an element's loss and its gradient with respect to x are each
 * within 2.5 ulp of the formulas above. The sum over elements is compensated, and in double from chunk to chunk.
 *
 * <p><b>Special values.</b> Inputs or targets outside [0, 1], NaN among them, are rejected, as in PyTorch.
 *
 * <p><b>Bits.</b> The same on every lane width, thread and JIT state, at every offset and in every layout: elements are
 * taken in row-major order of their indices, however they lie in memory.
 *
 * <p>Instances are immutable and may be shared between threads. Everything is checked before anything is written.
 * Methods throw {@link NullPointerException} for a null argument; none allocates but {@code sum} and, with {@code parallelism}, calls that are shared. Reference: PyTorch
 * documentation, {@code torch.nn.BCELoss}.
 */
public final class BceLoss {
    // ---- for float and double
    private final FloatBce floatLoss;
    // ---- end

    private BceLoss(ElementLossOptions options) {
        // ---- for float and double
        this.floatLoss = new FloatBce(options);
        // ---- end
    }

    /**
     * The loss with PyTorch's defaults.
     *
     * @return a new loss
     */
    public static BceLoss create() {
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
     * @param input probabilities in [0, 1], any shape
     * @param target probabilities of the positive class in [0, 1], of the input's shape
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only element
     * @throws IllegalArgumentException if shapes do not fit, a value is outside [0, 1]
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one element
     */
    public float forward(FloatTensor input, FloatTensor target) {
        return floatLoss.reduced(input, target, true, 1f, null, null);
    }

    /**
     * The losses of the elements, without reduction.
     *
     * @param input probabilities in [0, 1], any shape
     * @param target probabilities of the positive class in [0, 1], of the input's shape
     * @param perSample receives the losses, of the input's shape
     * @throws IllegalArgumentException if shapes do not fit, a value is outside [0, 1], or perSample shares elements
     *     with an input
     * @throws IllegalStateException if this loss reduces
     */
    public void forward(FloatTensor input, FloatTensor target, FloatTensor perSample) {
        Objects.requireNonNull(perSample, "perSample");
        floatLoss.each(input, target, null, perSample, null, null);
    }

    /**
     * The loss and its gradient in one go.
     *
     * @param input probabilities in [0, 1], any shape
     * @param target probabilities of the positive class in [0, 1], of the input's shape
     * @param gradInput receives the gradient of the result with respect to the input, of its shape; may be the input
     *     itself
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only element
     * @throws IllegalArgumentException if shapes do not fit, a value is outside [0, 1], or the gradient overlaps an
     *     input
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one element
     */
    public float forwardBackward(FloatTensor input, FloatTensor target, FloatTensor gradInput) {
        Objects.requireNonNull(gradInput, "gradInput");
        return floatLoss.reduced(input, target, true, 1f, gradInput, null);
    }

    /**
     * The loss and both gradients in one go.
     *
     * @param input probabilities in [0, 1], any shape
     * @param target probabilities of the positive class in [0, 1], of the input's shape
     * @param gradInput receives the gradient of the result with respect to the input, of its shape; may be the input
     *     itself
     * @param gradTarget receives the gradient of the result with respect to the target, of its shape
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only element
     * @throws IllegalArgumentException if shapes do not fit, a value is outside [0, 1], or a gradient overlaps an input
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
     * @param input probabilities in [0, 1], any shape
     * @param target probabilities of the positive class in [0, 1], of the input's shape
     * @param gradOutput gradient with respect to each element's loss, of the shape of perSample
     * @param perSample receives the losses, of the input's shape
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input itself
     * @throws IllegalArgumentException if shapes do not fit, a value is outside [0, 1], or outputs overlap
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
     * @param input probabilities in [0, 1], any shape
     * @param target probabilities of the positive class in [0, 1], of the input's shape
     * @param gradOutput gradient with respect to each element's loss, of the shape of perSample
     * @param perSample receives the losses, of the input's shape
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input itself
     * @param gradTarget receives the gradient with respect to the target, of its shape
     * @throws IllegalArgumentException if shapes do not fit, a value is outside [0, 1], or outputs overlap
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
     * @param input probabilities in [0, 1], any shape
     * @param target probabilities of the positive class in [0, 1], of the input's shape
     * @param gradOutput gradient with respect to the mean or sum; 1 if the loss is the end of the chain
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input itself
     * @throws IllegalArgumentException if shapes do not fit, a value is outside [0, 1], or the gradient overlaps an
     *     input
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one element
     */
    public void backward(FloatTensor input, FloatTensor target, float gradOutput, FloatTensor gradInput) {
        Objects.requireNonNull(gradInput, "gradInput");
        floatLoss.reduced(input, target, false, gradOutput, gradInput, null);
    }

    /**
     * Both gradients for a given upstream gradient of the reduced loss.
     *
     * @param input probabilities in [0, 1], any shape
     * @param target probabilities of the positive class in [0, 1], of the input's shape
     * @param gradOutput gradient with respect to the mean or sum; 1 if the loss is the end of the chain
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input itself
     * @param gradTarget receives the gradient with respect to the target, of its shape: {@code log(1 - x) - log(x)}
     *     with the floors
     * @throws IllegalArgumentException if shapes do not fit, a value is outside [0, 1], or a gradient overlaps an input
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
     * @param input probabilities in [0, 1], any shape
     * @param target probabilities of the positive class in [0, 1], of the input's shape
     * @param gradOutput gradient with respect to each element's loss, of the input's shape
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input itself
     * @throws IllegalArgumentException if shapes do not fit, a value is outside [0, 1], or the gradient overlaps an
     *     input
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
     * @param input probabilities in [0, 1], any shape
     * @param target probabilities of the positive class in [0, 1], of the input's shape
     * @param gradOutput gradient with respect to each element's loss, of the input's shape
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input itself
     * @param gradTarget receives the gradient with respect to the target, of its shape
     * @throws IllegalArgumentException if shapes do not fit, a value is outside [0, 1], or a gradient overlaps an input
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
     * @param input probabilities in [0, 1], any shape
     * @param target probabilities of the positive class in [0, 1], of the input's shape
     * @return the sums over all elements
     * @throws IllegalArgumentException if shapes do not fit, a value is outside [0, 1]
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
        return floatLoss.options.describe("BceLoss", "indeterminate");
    }

    /** Options of a {@link BceLoss}. */
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
         * Leaves PyTorch's floors away: the loss {@code -(t log(x) + (1 - t) log(1 - x))} and the gradient
         * {@code (1 - t) / (1 - x) - t / x}, infinite for a certain error. A coefficient of 0 makes its term 0. The gradient is taken before it is
         * multiplied by weight and upstream gradient, so it is infinite, too, where it alone exceeds the largest number: for t = 1/2 in float
         * below x = 1.5e-39, in double below 2.8e-309.
         *
         * @param exact whether to leave the floors away; false, as PyTorch, is the default
         * @return this builder
         */
        public Builder exact(boolean exact) {
            options.exact = exact;
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
         * {@link Denominator#WEIGHTED} is the sum of the weights, each as often as it is applied;
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
        public BceLoss build() {
            return new BceLoss(options.copy());
        }
    }
}
