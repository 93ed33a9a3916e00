// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cross entropy between scores (logits) and a target that is a class or a probability for each class. Corresponds to
 * PyTorch's {@code CrossEntropyLoss}; use it to train or score a classifier. The scores are not normalised beforehand: this
 * is log-softmax and negative log-likelihood in one pass.
 *
 * <p>With {@code lp = logSoftmax(x)} over the classes, {@code C} classes, class weights {@code w} (1 unless given) and label
 * smoothing {@code e}, the loss of one sample is
 *
 * <pre>
 * class index y:       (1 - e) w[y] (-lp[y]) + e / C * sum_c w[c] (-lp[c])
 * probabilities t:     sum_c w[c] ((1 - e) t[c] + e / C) (-lp[c])
 * </pre>
 *
 * <p>and the gradient with respect to the scores, with {@code p = softmax(x)} and the coefficients {@code q} of the terms
 * {@code -lp[c]} above, is {@code p[c] * sum(q) - q[c]}.
 *
 * <p><b>Mean.</b> For class indices the sum is divided by the sum of {@code w[y]} over the samples that are not ignored;
 * for probabilities by the number of samples and positions, whatever the weights. Without a sample to divide by, the mean
 * is NaN, while the gradient of ignored samples is 0.
 *
 * <p><b>Shapes.</b> Scores {@code (C)} for one sample, {@code (N, C)}, or {@code (N, C, d1, ..., dK)} such as images; class
 * indices in an array, row-major over {@code (N, d1, ..., dK)}; probabilities in the shape of the scores. Any strides.
 *
 * <pre>{@code
 * CrossEntropyLoss ce = CrossEntropyLoss.builder().labelSmoothing(0.1).build();
 * FloatTensor logits = FloatTensor.of(scores, 64, 1000);
 * float loss = ce.forward(logits, target);                     // int[64]
 * float same = ce.forwardBackward(logits, target, gradLogits); // value and gradient in one go
 * }</pre>
 *
 * <p><b>Accuracy.</b> Each sample's loss is within 4 ulp of the exact value of the formula, also where PyTorch's float32
 * loses digits: scores [10, 0, 0, 0] with target 0 have the loss 1.361905149e-4, and [30, 0, 0, 0] 2.807287e-13. The sum
 * over samples is in double. (With class weights of both signs terms can cancel; the bound then holds for the sum of the
 * terms' magnitudes.)
 *
 * <p><b>Special values</b>, as PyTorch's. A row with NaN or positive infinity, or of negative infinities only, has loss and
 * gradient NaN; if it is ignored, loss 0 and gradient NaN. A score of negative infinity has probability 0: the loss is
 * infinite if its class has a positive coefficient, and NaN for a probability target of 0 there (0 times infinity).
 *
 * <p><b>Bits</b> as in {@link Softmax}: the same on every lane width, thread and JIT state, and at every offset.
 *
 * <p>Instances are immutable and may be shared between threads. Everything is checked before anything is written. Methods
 * that take arrays and views throw {@link NullPointerException} for null; none but {@code sum} allocates. Reference: PyTorch
 * documentation, {@code torch.nn.CrossEntropyLoss}; C. Szegedy et al., Rethinking the Inception Architecture for Computer
 * Vision, 2016 (label smoothing).
 */
public final class CrossEntropyLoss {
    /** The target that is ignored unless another is chosen. */
    public static final long DEFAULT_IGNORE_INDEX = -100L;

    private final float @Nullable [] weight;
    private final long ignoreIndex;
    private final double labelSmoothing;
    private final Reduction reduction;
    private final IndexCrossEntropy indices;
    private final ProbabilityCrossEntropy probabilities;

    private CrossEntropyLoss(Builder builder) {
        this.weight = builder.weight;
        this.ignoreIndex = builder.ignoreIndex;
        this.labelSmoothing = builder.labelSmoothing;
        this.reduction = builder.reduction;
        this.indices = new IndexCrossEntropy(weight, ignoreIndex, labelSmoothing);
        this.probabilities = new ProbabilityCrossEntropy(weight, labelSmoothing);
    }

    /**
     * The loss with PyTorch's defaults: mean, no weights, no smoothing, targets of -100 ignored.
     *
     * @return a new loss
     */
    public static CrossEntropyLoss create() {
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
     * The loss of one row of scores in an array, without a view.
     *
     * @param logits holds the row
     * @param offset index of its first score
     * @param classes number of scores
     * @param target the class
     * @return the loss; for an ignored target 0, or NaN if this loss takes the mean
     * @throws IndexOutOfBoundsException if the row is not inside the array or the target is neither a class nor ignored
     * @throws IllegalArgumentException if the number of weights is not the number of classes
     */
    public float forward(float[] logits, int offset, int classes, int target) {
        checkRow(logits, offset, classes, target);
        return Results.toFloat(indices.row(logits, offset, classes, target, reduction == Reduction.MEAN, null, 0));
    }

    /**
     * The loss of one row of scores in an array and its gradient, without a view.
     *
     * @param logits holds the row
     * @param offset index of its first score
     * @param classes number of scores
     * @param target the class
     * @param gradLogits receives the gradient; may be the array of the scores, with the same offset
     * @param gradOffset index of the gradient's first element
     * @return the loss; for an ignored target 0, or NaN if this loss takes the mean
     * @throws IndexOutOfBoundsException if a row is not inside its array or the target is neither a class nor ignored
     * @throws IllegalArgumentException if the number of weights is not the number of classes, or the gradient overlaps the
     *     scores in part
     */
    public float forwardBackward(
            float[] logits, int offset, int classes, int target, float[] gradLogits, int gradOffset) {
        checkRow(logits, offset, classes, target);
        Objects.requireNonNull(gradLogits, "gradLogits");
        Objects.checkFromIndexSize(gradOffset, classes, gradLogits.length);
        Overlap.checkSameOrApart(logits, offset, gradLogits, gradOffset, classes);
        return Results.toFloat(
                indices.row(logits, offset, classes, target, reduction == Reduction.MEAN, gradLogits, gradOffset));
    }

    private void checkRow(float[] logits, int offset, int classes, int target) {
        Objects.requireNonNull(logits, "logits");
        Objects.checkFromIndexSize(offset, classes, logits.length);
        ClassIndices.checkWeight(weight, classes);
        ClassIndices.check(target, classes, ignoreIndex);
    }

    /**
     * The loss reduced to one number, for class indices as {@code int}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only sample
     * @throws IllegalArgumentException if the number of targets or weights does not fit the scores
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public float forward(FloatTensor logits, int[] target) {
        return reduced(logits, target, null, null);
    }

    /**
     * The losses of the samples, without reduction, for class indices as {@code int}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param perSample receives the losses, of shape {@code ()}, {@code (N)} or {@code (N, d1, ..., dK)}; 0 where the
     *     target is ignored
     * @throws IllegalArgumentException if shapes do not fit, or perSample shares elements with the scores
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void forward(FloatTensor logits, int[] target, FloatTensor perSample) {
        each(logits, target, null, null, perSample, null);
    }

    /**
     * The loss and its gradient in one go, for class indices as {@code int}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradLogits receives the gradient of the result with respect to the scores, of their shape; may be the
     *     scores themselves
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only sample
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps the scores in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public float forwardBackward(FloatTensor logits, int[] target, FloatTensor gradLogits) {
        Objects.requireNonNull(gradLogits, "gradLogits");
        return reduced(logits, target, null, gradLogits);
    }

    /**
     * The losses of the samples and the gradient for a given upstream gradient, for class indices as {@code int}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradOutput gradient with respect to each sample's loss, of the shape of perSample
     * @param perSample receives the losses; 0 where the target is ignored
     * @param gradLogits receives the gradient with respect to the scores, of their shape; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or outputs overlap inputs in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void forwardBackward(
            FloatTensor logits, int[] target, FloatTensor gradOutput, FloatTensor perSample, FloatTensor gradLogits) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(perSample, "perSample");
        Objects.requireNonNull(gradLogits, "gradLogits");
        each(logits, target, null, gradOutput, perSample, gradLogits);
    }

    /**
     * The gradient for a given upstream gradient of the reduced loss, for class indices as {@code int}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradOutput gradient with respect to the mean or sum; 1 if the loss is the end of the chain
     * @param gradLogits receives the gradient with respect to the scores, of their shape; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps the scores in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public void backward(FloatTensor logits, int[] target, float gradOutput, FloatTensor gradLogits) {
        Objects.requireNonNull(gradLogits, "gradLogits");
        reduced(logits, target, null, gradOutput, gradLogits);
    }

    /**
     * The gradient for a given upstream gradient of each sample's loss, for class indices as {@code int}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradOutput gradient with respect to each sample's loss, of shape {@code (N, d1, ..., dK)}
     * @param gradLogits receives the gradient with respect to the scores, of their shape; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps an input in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void backward(FloatTensor logits, int[] target, FloatTensor gradOutput, FloatTensor gradLogits) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradLogits, "gradLogits");
        each(logits, target, null, gradOutput, null, gradLogits);
    }

    /**
     * Sum, denominator and count, to be added to those of other batches; for class indices as {@code int}. Whatever the
     * reduction of this loss.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @return the sums over the samples that are not ignored
     * @throws IllegalArgumentException if the number of targets or weights does not fit the scores
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     */
    public LossSum sum(FloatTensor logits, int[] target) {
        return total(logits, target, null);
    }

    /**
     * The loss reduced to one number, for class indices as {@code long}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only sample
     * @throws IllegalArgumentException if the number of targets or weights does not fit the scores
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public float forward(FloatTensor logits, long[] target) {
        return reduced(logits, null, target, null);
    }

    /**
     * The losses of the samples, without reduction, for class indices as {@code long}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param perSample receives the losses, of shape {@code ()}, {@code (N)} or {@code (N, d1, ..., dK)}; 0 where the
     *     target is ignored
     * @throws IllegalArgumentException if shapes do not fit, or perSample shares elements with the scores
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void forward(FloatTensor logits, long[] target, FloatTensor perSample) {
        each(logits, null, target, null, perSample, null);
    }

    /**
     * The loss and its gradient in one go, for class indices as {@code long}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradLogits receives the gradient of the result with respect to the scores, of their shape; may be the
     *     scores themselves
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only sample
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps the scores in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public float forwardBackward(FloatTensor logits, long[] target, FloatTensor gradLogits) {
        Objects.requireNonNull(gradLogits, "gradLogits");
        return reduced(logits, null, target, gradLogits);
    }

    /**
     * The losses of the samples and the gradient for a given upstream gradient, for class indices as {@code long}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradOutput gradient with respect to each sample's loss, of the shape of perSample
     * @param perSample receives the losses; 0 where the target is ignored
     * @param gradLogits receives the gradient with respect to the scores, of their shape; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or outputs overlap inputs in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void forwardBackward(
            FloatTensor logits, long[] target, FloatTensor gradOutput, FloatTensor perSample, FloatTensor gradLogits) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(perSample, "perSample");
        Objects.requireNonNull(gradLogits, "gradLogits");
        each(logits, null, target, gradOutput, perSample, gradLogits);
    }

    /**
     * The gradient for a given upstream gradient of the reduced loss, for class indices as {@code long}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradOutput gradient with respect to the mean or sum; 1 if the loss is the end of the chain
     * @param gradLogits receives the gradient with respect to the scores, of their shape; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps the scores in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public void backward(FloatTensor logits, long[] target, float gradOutput, FloatTensor gradLogits) {
        Objects.requireNonNull(gradLogits, "gradLogits");
        reduced(logits, null, target, gradOutput, gradLogits);
    }

    /**
     * The gradient for a given upstream gradient of each sample's loss, for class indices as {@code long}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradOutput gradient with respect to each sample's loss, of shape {@code (N, d1, ..., dK)}
     * @param gradLogits receives the gradient with respect to the scores, of their shape; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps an input in part
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void backward(FloatTensor logits, long[] target, FloatTensor gradOutput, FloatTensor gradLogits) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradLogits, "gradLogits");
        each(logits, null, target, gradOutput, null, gradLogits);
    }

    /**
     * Sum, denominator and count, to be added to those of other batches; for class indices as {@code long}. Whatever the
     * reduction of this loss.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @return the sums over the samples that are not ignored
     * @throws IllegalArgumentException if the number of targets or weights does not fit the scores
     * @throws IndexOutOfBoundsException if a target is neither a class nor {@code ignoreIndex}
     */
    public LossSum sum(FloatTensor logits, long[] target) {
        return total(logits, null, target);
    }

    /**
     * The loss reduced to one number, for class probabilities.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a probability for each score, in the same shape; not checked for range or sum
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only sample
     * @throws IllegalArgumentException if shapes do not fit, or {@code ignoreIndex} is 0 or more: it has no meaning here
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public float forward(FloatTensor logits, FloatTensor target) {
        return reduced(logits, target, 1f, null, null);
    }

    /**
     * The losses of the samples, without reduction, for class probabilities.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a probability for each score, in the same shape
     * @param perSample receives the losses, of shape {@code ()}, {@code (N)} or {@code (N, d1, ..., dK)}
     * @throws IllegalArgumentException if shapes do not fit, or perSample shares elements with an input
     * @throws IllegalStateException if this loss reduces
     */
    public void forward(FloatTensor logits, FloatTensor target, FloatTensor perSample) {
        each(logits, target, null, perSample, null, null);
    }

    /**
     * The loss and its gradient in one go, for class probabilities.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a probability for each score, in the same shape
     * @param gradLogits receives the gradient of the result with respect to the scores; may be the scores themselves
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only sample
     * @throws IllegalArgumentException if shapes do not fit, or the gradient overlaps an input
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public float forwardBackward(FloatTensor logits, FloatTensor target, FloatTensor gradLogits) {
        Objects.requireNonNull(gradLogits, "gradLogits");
        return reduced(logits, target, 1f, gradLogits, null);
    }

    /**
     * The losses of the samples and the gradients for a given upstream gradient, for class probabilities.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a probability for each score, in the same shape
     * @param gradOutput gradient with respect to each sample's loss, of the shape of perSample
     * @param perSample receives the losses
     * @param gradLogits receives the gradient with respect to the scores; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or outputs overlap inputs in part
     * @throws IllegalStateException if this loss reduces
     */
    public void forwardBackward(
            FloatTensor logits,
            FloatTensor target,
            FloatTensor gradOutput,
            FloatTensor perSample,
            FloatTensor gradLogits) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(perSample, "perSample");
        Objects.requireNonNull(gradLogits, "gradLogits");
        each(logits, target, gradOutput, perSample, gradLogits, null);
    }

    /**
     * The gradient with respect to the scores for a given upstream gradient of the reduced loss, for class probabilities.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a probability for each score, in the same shape
     * @param gradOutput gradient with respect to the mean or sum; 1 if the loss is the end of the chain
     * @param gradLogits receives the gradient with respect to the scores; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or outputs overlap
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public void backward(FloatTensor logits, FloatTensor target, float gradOutput, FloatTensor gradLogits) {
        Objects.requireNonNull(gradLogits, "gradLogits");
        reduced(logits, target, gradOutput, gradLogits, null);
    }

    /**
     * The gradients for a given upstream gradient of the reduced loss, for class probabilities.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a probability for each score, in the same shape
     * @param gradOutput gradient with respect to the mean or sum; 1 if the loss is the end of the chain
     * @param gradLogits receives the gradient with respect to the scores; may be the scores themselves
     * @param gradTarget receives the gradient with respect to the probabilities, {@code -(1 - e) w[c] lp[c]}
     * @throws IllegalArgumentException if shapes do not fit, or outputs overlap
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public void backward(
            FloatTensor logits, FloatTensor target, float gradOutput, FloatTensor gradLogits, FloatTensor gradTarget) {
        Objects.requireNonNull(gradLogits, "gradLogits");
        Objects.requireNonNull(gradTarget, "gradTarget");
        reduced(logits, target, gradOutput, gradLogits, gradTarget);
    }

    /**
     * The gradient with respect to the scores for a given upstream gradient of each sample's loss, for class probabilities.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a probability for each score, in the same shape
     * @param gradOutput gradient with respect to each sample's loss, of shape {@code (N, d1, ..., dK)}
     * @param gradLogits receives the gradient with respect to the scores; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or outputs overlap
     * @throws IllegalStateException if this loss reduces
     */
    public void backward(FloatTensor logits, FloatTensor target, FloatTensor gradOutput, FloatTensor gradLogits) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradLogits, "gradLogits");
        each(logits, target, gradOutput, null, gradLogits, null);
    }

    /**
     * The gradients for a given upstream gradient of each sample's loss, for class probabilities.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a probability for each score, in the same shape
     * @param gradOutput gradient with respect to each sample's loss, of shape {@code (N, d1, ..., dK)}
     * @param gradLogits receives the gradient with respect to the scores; may be the scores themselves
     * @param gradTarget receives the gradient with respect to the probabilities
     * @throws IllegalArgumentException if shapes do not fit, or outputs overlap
     * @throws IllegalStateException if this loss reduces
     */
    public void backward(
            FloatTensor logits,
            FloatTensor target,
            FloatTensor gradOutput,
            FloatTensor gradLogits,
            FloatTensor gradTarget) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradLogits, "gradLogits");
        Objects.requireNonNull(gradTarget, "gradTarget");
        each(logits, target, gradOutput, null, gradLogits, gradTarget);
    }

    /**
     * Sum, denominator and count, to be added to those of other batches, for class probabilities. Whatever the reduction of
     * this loss.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a probability for each score, in the same shape
     * @return the sums over all samples; the denominator is their number
     * @throws IllegalArgumentException if shapes do not fit
     */
    public LossSum sum(FloatTensor logits, FloatTensor target) {
        int count = check(logits, target);
        return new LossSum(probabilities.walk(logits, target, 1.0, null, null, null, null), count, count);
    }

    private int check(FloatTensor logits, FloatTensor target) {
        int axis = ClassIndices.axis(logits, "logits");
        Objects.requireNonNull(target, "target");
        Shapes.checkSame("logits", logits, "target (class probabilities)", target);
        ClassIndices.checkWeight(weight, Positions.length(logits, axis));
        if (ignoreIndex >= 0) {
            throw new IllegalArgumentException("ignoreIndex " + ignoreIndex
                    + " is a class, and class probabilities have no index to ignore; leave ignoreIndex away, or give"
                    + " ignored samples probabilities of 0");
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

    private float reduced(
            FloatTensor logits,
            FloatTensor target,
            float gradOutput,
            @Nullable FloatTensor gradLogits,
            @Nullable FloatTensor gradTarget) {
        int count = check(logits, target);
        checkGradients(logits, target, gradLogits, gradTarget);
        Results.checkReduces(reduction, count);
        double denominator = reduction == Reduction.MEAN ? count : 1.0;
        double sum = probabilities.walk(logits, target, gradOutput / denominator, null, null, gradLogits, gradTarget);
        return Results.toFloat(sum / denominator);
    }

    private void each(
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
        Results.checkNone(reduction);
        probabilities.walk(logits, target, 1.0, gradOutput, perSample, gradLogits, gradTarget);
    }

    private void check(FloatTensor logits, int @Nullable [] ints, long @Nullable [] longs) {
        int axis = ClassIndices.axis(logits, "logits");
        ClassIndices.checkWeight(weight, Positions.length(logits, axis));
        ClassIndices.check(logits, "logits", axis, ints, longs, ignoreIndex);
    }

    private void checkGradient(FloatTensor logits, @Nullable FloatTensor gradLogits) {
        if (gradLogits != null) {
            Shapes.checkSame("logits", logits, "gradLogits", gradLogits);
            Overlap.checkWritable(gradLogits, "gradLogits");
            Overlap.checkSameOrApart(logits, "logits", gradLogits, "gradLogits");
        }
    }

    private float reduced(
            FloatTensor logits, int @Nullable [] ints, long @Nullable [] longs, @Nullable FloatTensor gradLogits) {
        return reduced(logits, ints, longs, 1f, gradLogits);
    }

    private float reduced(
            FloatTensor logits,
            int @Nullable [] ints,
            long @Nullable [] longs,
            float gradOutput,
            @Nullable FloatTensor gradLogits) {
        check(logits, ints, longs);
        checkGradient(logits, gradLogits);
        int count = Positions.count(logits, logits.rank() == 1 ? 0 : 1);
        Results.checkReduces(reduction, count);
        if (reduction != Reduction.MEAN) {
            return Results.toFloat(indices.walk(logits, ints, longs, gradOutput, null, null, gradLogits));
        }
        double denominator = ClassIndices.denominator(ints, longs, count, ignoreIndex, weight);
        double upstream = gradOutput / denominator;
        double sum = indices.walk(logits, ints, longs, upstream, null, null, gradLogits);
        // PyTorch divides the target's part and the smoothing's part each: with weights of 0 the former is 0 / 0.
        return denominator == 0.0 && labelSmoothing != 0.0 ? Float.NaN : Results.toFloat(sum / denominator);
    }

    private void each(
            FloatTensor logits,
            int @Nullable [] ints,
            long @Nullable [] longs,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor gradLogits) {
        check(logits, ints, longs);
        checkGradient(logits, gradLogits);
        if (gradOutput != null && gradLogits != null) {
            ClassIndices.checkPerSample(logits, "logits", gradOutput, "gradOutput");
            Overlap.checkApart(gradOutput, "gradOutput", gradLogits, "gradLogits");
        }
        if (perSample != null || gradLogits == null) {
            ClassIndices.checkPerSample(logits, "logits", perSample, "perSample");
            Objects.requireNonNull(perSample);
            Overlap.checkWritable(perSample, "perSample");
            Overlap.checkApart(logits, "logits", perSample, "perSample");
            if (gradOutput != null) {
                Overlap.checkApart(gradOutput, "gradOutput", perSample, "perSample");
            }
            if (gradLogits != null) {
                Overlap.checkApart(gradLogits, "gradLogits", perSample, "perSample");
            }
        }
        Results.checkNone(reduction);
        indices.walk(logits, ints, longs, 1.0, gradOutput, perSample, gradLogits);
    }

    private LossSum total(FloatTensor logits, int @Nullable [] ints, long @Nullable [] longs) {
        check(logits, ints, longs);
        int count = Positions.count(logits, logits.rank() == 1 ? 0 : 1);
        return new LossSum(
                indices.walk(logits, ints, longs, 1.0, null, null, null),
                ClassIndices.denominator(ints, longs, count, ignoreIndex, weight),
                ClassIndices.count(ints, longs, count, ignoreIndex));
    }

    /** Options of a {@link CrossEntropyLoss}. */
    public static final class Builder {
        private float @Nullable [] weight;
        private long ignoreIndex = DEFAULT_IGNORE_INDEX;
        private double labelSmoothing;
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
         * Label smoothing: how much of the target's probability is spread evenly over all classes, the target included.
         *
         * @param labelSmoothing in [0, 1]; 0, the default, for none
         * @return this builder
         * @throws IllegalArgumentException if it is outside [0, 1] or NaN. (PyTorch takes a negative one as 0 in silence.)
         */
        public Builder labelSmoothing(double labelSmoothing) {
            if (!(labelSmoothing >= 0.0 && labelSmoothing <= 1.0)) {
                throw new IllegalArgumentException(
                        "labelSmoothing " + labelSmoothing + " is outside [0, 1]; 0.1 is a usual value, 0 is none");
            }
            this.labelSmoothing = labelSmoothing;
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
        public CrossEntropyLoss build() {
            return new CrossEntropyLoss(this);
        }
    }
}
