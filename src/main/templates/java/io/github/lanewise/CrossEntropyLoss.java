// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;

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
 * for probabilities by the number of samples and positions, whatever the weights. Without a sample to divide by, and for
 * probabilities also without a class, the mean is NaN, while the gradient of ignored samples is 0.
 *
 * <p><b>Shapes.</b> Scores {@code (C)} for one sample, {@code (N, C)}, or {@code (N, C, d1, ..., dK)} such as images; class
 * indices in an array, row-major over {@code (N, d1, ..., dK)}; probabilities in the shape of the scores. Any strides.
 * The loss of one sample of shape {@code (C)}, and its upstream gradient, may lie in any view of one element.
 *
 * <p><b>Rows of different lengths, or without some classes</b>, for class indices: a {@link FloatRagged} has a number of scores
 * of its own for each sample, a {@link ClassMask} leaves classes out. Each row has the bits of the same call on a row of the
 * scores that take part; class weights belong to classes by their numbers, so that ragged rows have weights only if each has as
 * many scores as there are weights.
 *
 * <pre>{@code
 * CrossEntropyLoss ce = CrossEntropyLoss.builder().labelSmoothing(0.1).build();
 * FloatTensor logits = FloatTensor.of(scores, 64, 1000);
 * float loss = ce.forward(logits, target);                     // int[64]
 * float same = ce.forwardBackward(logits, target, gradLogits); // value and gradient in one go
 * }</pre>
 *
 * <p><b>Accuracy.</b> Each sample's loss is within 4 ulp of the exact value of the formula for floats and within 8 ulp for
 * doubles (4.8 met in 500 000 rows), also where PyTorch's float32 loses digits: scores [10, 0, 0, 0] with target 0 have the
 * loss 1.361905149e-4, and [30, 0, 0, 0] 2.807287e-13. The sum over samples is in double. (With class weights of both signs
 * terms can cancel; the bound then holds for the sum of the terms' magnitudes.) The gradient {@code g (p Q - q)}, with the upstream
 * gradient {@code g}, the coefficient {@code q} of a class and {@code Q} of all, is within {@code e |g| (6 p Q + 3 q)} for floats and
 * {@code e |g| (10 p Q + 3 q)} for doubles, {@code e} being 2^-23 and 2^-52, and without smoothing within 4 and 8 ulp at the target,
 * however near {@code p} is to 1. Where another class has nearly everything its gradient is rounded once, so that none is above
 * {@code |g|} without weights.
 *
 * <p><b>Special values</b>, as PyTorch's. A row with NaN or positive infinity, or of negative infinities only, has loss and
 * gradient NaN; if it is ignored, loss 0 and gradient NaN. A score of negative infinity has probability 0: the loss is
 * infinite if its class has a positive coefficient, and NaN for a probability target of 0 there (0 times infinity).
 * An infinite upstream gradient, or a mean by class weights that add up to 0, makes a gradient over class indices infinite, and NaN at
 * the target and where the probability is 0; with smoothing, for a target of weight 0, and over probabilities it is NaN throughout.
 *
 * <p><b>Bits</b> as in {@link Softmax}: the same on every lane width, thread and JIT state, and at every offset.
 *
 * <p>Class probabilities have no target class to weigh: methods that take them throw {@link IllegalStateException} for class
 * weights with {@link LabelSmoothing#targetWeighted}, and for a mean by {@link Denominator#WEIGHTED}.
 *
 * <p>Instances are immutable and may be shared between threads. Everything is checked before anything is written. Methods
 * that take arrays and views throw {@link NullPointerException} for null; none allocates but {@code sum} and, with {@code parallelism}, calls that are shared. Reference: PyTorch
 * documentation, {@code torch.nn.CrossEntropyLoss}; C. Szegedy et al., Rethinking the Inception Architecture for Computer
 * Vision, 2016 (label smoothing).
 */
public final class CrossEntropyLoss {
    /** The target that is ignored unless another is chosen. */
    public static final long DEFAULT_IGNORE_INDEX = ClassLossOptions.IGNORED;

    private final ClassLossOptions options;
    // ---- for float and double
    private final FloatIndexCrossEntropy floatLoss;
    private final FloatProbabilityCrossEntropy floatProbabilities;
    // ---- end

    private CrossEntropyLoss(ClassLossOptions options) {
        this.options = options;
        this.floatLoss = new FloatIndexCrossEntropy(options);
        this.floatProbabilities = new FloatProbabilityCrossEntropy(options);
        this.doubleLoss = new DoubleIndexCrossEntropy(options);
        this.doubleProbabilities = new DoubleProbabilityCrossEntropy(options);
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

    // ---- for float and double
    /**
     * The loss of one row of scores in an array, without a view.
     *
     * @param logits holds the row
     * @param offset index of its first score
     * @param classes number of scores
     * @param target the class
     * @return the loss; for an ignored target 0, or what {@link Builder#emptyMean} chooses, NaN by default, if this loss takes a mean that
     *     nothing is left of
     * @throws IndexOutOfBoundsException if the row is not inside the array or the target is neither a class nor ignored
     * @throws IllegalArgumentException if the number of weights is not the number of classes, or nothing is left of the mean and
     *     {@code emptyMean} is {@link OnEmpty#ERROR}
     */
    public float forward(float[] logits, int offset, int classes, int target) {
        checkRow(logits, offset, classes, target);
        return floatLoss.alone.loss(logits, offset, classes, target, 1f, null, 0);
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
     * @return the loss; for an ignored target 0, or what {@link Builder#emptyMean} chooses, NaN by default, if this loss takes a mean that
     *     nothing is left of
     * @throws IndexOutOfBoundsException if a row is not inside its array or the target is neither a class nor ignored
     * @throws IllegalArgumentException if the number of weights is not the number of classes, the gradient overlaps the
     *     scores in part, or nothing is left of the mean and {@code emptyMean} is {@link OnEmpty#ERROR}
     */
    public float forwardBackward(
            float[] logits, int offset, int classes, int target, float[] gradLogits, int gradOffset) {
        checkRow(logits, offset, classes, target);
        Objects.requireNonNull(gradLogits, "gradLogits");
        Shapes.checkRow("gradLogits", gradOffset, classes, gradLogits.length);
        Overlap.checkSameOrApart(logits, offset, gradLogits, gradOffset, classes);
        return floatLoss.alone.loss(logits, offset, classes, target, 1f, gradLogits, gradOffset);
    }

    private void checkRow(float[] logits, int offset, int classes, int target) {
        Objects.requireNonNull(logits, "logits");
        Shapes.checkRow("logits", offset, classes, logits.length);
        ClassIndices.checkWeight(options.floatWeight, classes);
        ClassIndices.check("target", target, classes, options.ignoreIndex);
    }

    // ---- for int and long
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
        return floatLoss.reduced(logits, ClassIndices.ints(target), ClassIndices.longs(target), 1f, null);
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
        floatLoss.each(logits, ClassIndices.ints(target), ClassIndices.longs(target), null, perSample, null);
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
        return floatLoss.reduced(logits, ClassIndices.ints(target), ClassIndices.longs(target), 1f, gradLogits);
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
        floatLoss.each(
                logits, ClassIndices.ints(target), ClassIndices.longs(target), gradOutput, perSample, gradLogits);
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
        floatLoss.reduced(logits, ClassIndices.ints(target), ClassIndices.longs(target), gradOutput, gradLogits);
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
        floatLoss.each(logits, ClassIndices.ints(target), ClassIndices.longs(target), gradOutput, null, gradLogits);
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
     * @throws IllegalStateException with class weights, {@link LabelSmoothing#targetWeighted} and
     *     {@link Denominator#WEIGHTED}: such a mean has two denominators
     */
    public LossSum sum(FloatTensor logits, int[] target) {
        return floatLoss.total(logits, ClassIndices.ints(target), ClassIndices.longs(target));
    }

    /**
     * The loss reduced to one number, without the classes that a mask leaves out; for class indices as {@code int}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param mask the classes that take part
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only sample
     * @throws IllegalArgumentException if the mask or shapes do not fit
     * @throws IndexOutOfBoundsException if a target is neither a class that takes part nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public float forward(FloatTensor logits, ClassMask mask, int[] target) {
        Objects.requireNonNull(mask, "mask");
        return floatLoss.reduced(logits, mask, ClassIndices.ints(target), ClassIndices.longs(target), 1f, null);
    }

    /**
     * The losses of the samples, without the classes that a mask leaves out; for class indices as {@code int}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param mask the classes that take part
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param perSample receives the losses, of shape {@code ()}, {@code (N)} or {@code (N, d1, ..., dK)}; 0 where the target is ignored
     * @throws IllegalArgumentException if the mask or shapes do not fit, or perSample shares elements with the scores
     * @throws IndexOutOfBoundsException if a target is neither a class that takes part nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void forward(FloatTensor logits, ClassMask mask, int[] target, FloatTensor perSample) {
        Objects.requireNonNull(mask, "mask");
        floatLoss.each(logits, mask, ClassIndices.ints(target), ClassIndices.longs(target), null, perSample, null);
    }

    /**
     * The loss and its gradient in one go, without the classes that a mask leaves out; for class indices as {@code int}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param mask the classes that take part
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradLogits receives the gradient with respect to the scores, of their shape, 0 for classes that are left out; may be the scores themselves
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only sample
     * @throws IllegalArgumentException if the mask or shapes do not fit, or the gradient overlaps the scores in part
     * @throws IndexOutOfBoundsException if a target is neither a class that takes part nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public float forwardBackward(FloatTensor logits, ClassMask mask, int[] target, FloatTensor gradLogits) {
        Objects.requireNonNull(mask, "mask");
        Objects.requireNonNull(gradLogits, "gradLogits");
        return floatLoss.reduced(logits, mask, ClassIndices.ints(target), ClassIndices.longs(target), 1f, gradLogits);
    }

    /**
     * The losses of the samples and the gradient for a given upstream gradient, without the classes that a mask leaves out; for class indices as {@code int}.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param mask the classes that take part
     * @param target a class for each sample and position, row-major over {@code (N, d1, ..., dK)}
     * @param gradOutput gradient with respect to each sample's loss, of the shape of perSample
     * @param perSample receives the losses, of shape {@code ()}, {@code (N)} or {@code (N, d1, ..., dK)}; 0 where the target is ignored
     * @param gradLogits receives the gradient with respect to the scores, of their shape, 0 for classes that are left out; may be the scores themselves
     * @throws IllegalArgumentException if the mask or shapes do not fit, or outputs overlap inputs in part
     * @throws IndexOutOfBoundsException if a target is neither a class that takes part nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void forwardBackward(
            FloatTensor logits,
            ClassMask mask,
            int[] target,
            FloatTensor gradOutput,
            FloatTensor perSample,
            FloatTensor gradLogits) {
        Objects.requireNonNull(mask, "mask");
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(perSample, "perSample");
        Objects.requireNonNull(gradLogits, "gradLogits");
        floatLoss.each(
                logits, mask, ClassIndices.ints(target), ClassIndices.longs(target), gradOutput, perSample, gradLogits);
    }

    /**
     * The loss reduced to one number of ragged rows; for class indices as {@code int}.
     *
     * @param logits a row of scores for each sample, of any length
     * @param target a class for each row, numbered within the row
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only sample
     * @throws IllegalArgumentException if shapes do not fit, or class weights fit not all rows
     * @throws IndexOutOfBoundsException if a target is neither a class of its row nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public float forward(FloatRagged logits, int[] target) {
        Objects.requireNonNull(logits, "logits");
        return floatLoss.reduced(
                logits.span(), logits.plan(), ClassIndices.ints(target), ClassIndices.longs(target), 1f, null);
    }

    /**
     * The losses of the samples of ragged rows; for class indices as {@code int}.
     *
     * @param logits a row of scores for each sample, of any length
     * @param target a class for each row, numbered within the row
     * @param perSample receives the losses, of shape {@code (rows)}; 0 where the target is ignored
     * @throws IllegalArgumentException if shapes do not fit, or class weights fit not all rows, or perSample shares elements with the scores
     * @throws IndexOutOfBoundsException if a target is neither a class of its row nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void forward(FloatRagged logits, int[] target, FloatTensor perSample) {
        Objects.requireNonNull(logits, "logits");
        floatLoss.each(
                logits.span(),
                logits.plan(),
                ClassIndices.ints(target),
                ClassIndices.longs(target),
                null,
                perSample,
                null);
    }

    /**
     * The loss and its gradient in one go of ragged rows; for class indices as {@code int}.
     *
     * @param logits a row of scores for each sample, of any length
     * @param target a class for each row, numbered within the row
     * @param gradLogits receives the gradient with respect to the scores, in rows of the same lengths; may be the scores themselves
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only sample
     * @throws IllegalArgumentException if shapes do not fit, or class weights fit not all rows, or the gradient overlaps the scores in part
     * @throws IndexOutOfBoundsException if a target is neither a class of its row nor {@code ignoreIndex}
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public float forwardBackward(FloatRagged logits, int[] target, FloatRagged gradLogits) {
        Objects.requireNonNull(logits, "logits");
        FloatTensor grad = logits.like("logits", gradLogits, "gradLogits");
        return floatLoss.reduced(
                logits.span(), logits.plan(), ClassIndices.ints(target), ClassIndices.longs(target), 1f, grad);
    }

    /**
     * The losses of the samples and the gradient for a given upstream gradient of ragged rows; for class indices as {@code int}.
     *
     * @param logits a row of scores for each sample, of any length
     * @param target a class for each row, numbered within the row
     * @param gradOutput gradient with respect to each sample's loss, of the shape of perSample
     * @param perSample receives the losses, of shape {@code (rows)}; 0 where the target is ignored
     * @param gradLogits receives the gradient with respect to the scores, in rows of the same lengths; may be the scores themselves
     * @throws IllegalArgumentException if shapes do not fit, or class weights fit not all rows, or outputs overlap inputs in part
     * @throws IndexOutOfBoundsException if a target is neither a class of its row nor {@code ignoreIndex}
     * @throws IllegalStateException if this loss reduces
     */
    public void forwardBackward(
            FloatRagged logits, int[] target, FloatTensor gradOutput, FloatTensor perSample, FloatRagged gradLogits) {
        Objects.requireNonNull(logits, "logits");
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(perSample, "perSample");
        FloatTensor grad = logits.like("logits", gradLogits, "gradLogits");
        floatLoss.each(
                logits.span(),
                logits.plan(),
                ClassIndices.ints(target),
                ClassIndices.longs(target),
                gradOutput,
                perSample,
                grad);
    }
    // ---- end

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
        return floatProbabilities.reduced(logits, target, 1f, null, null);
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
        floatProbabilities.each(logits, target, null, perSample, null, null);
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
        return floatProbabilities.reduced(logits, target, 1f, gradLogits, null);
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
        floatProbabilities.each(logits, target, gradOutput, perSample, gradLogits, null);
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
        floatProbabilities.reduced(logits, target, gradOutput, gradLogits, null);
    }

    /**
     * The gradients for a given upstream gradient of the reduced loss, for class probabilities.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a probability for each score, in the same shape
     * @param gradOutput gradient with respect to the mean or sum; 1 if the loss is the end of the chain
     * @param gradLogits receives the gradient with respect to the scores; may be the scores themselves
     * @param gradTarget receives the gradient with respect to the probabilities, {@code -k w[c] lp[c]}, times the upstream gradient and
     *     divided as the loss is; {@code k} is {@code 1 - e} with {@link LabelSmoothing#uniform} of {@code e}, and
     *     {@code 1 - e - e / (C - 1)} with {@link LabelSmoothing#others}
     * @throws IllegalArgumentException if shapes do not fit, or outputs overlap
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one sample
     */
    public void backward(
            FloatTensor logits, FloatTensor target, float gradOutput, FloatTensor gradLogits, FloatTensor gradTarget) {
        Objects.requireNonNull(gradLogits, "gradLogits");
        Objects.requireNonNull(gradTarget, "gradTarget");
        floatProbabilities.reduced(logits, target, gradOutput, gradLogits, gradTarget);
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
        floatProbabilities.each(logits, target, gradOutput, null, gradLogits, null);
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
        floatProbabilities.each(logits, target, gradOutput, null, gradLogits, gradTarget);
    }

    /**
     * Sum, denominator and count, to be added to those of other batches, for class probabilities. Whatever the reduction of
     * this loss.
     *
     * @param logits {@code (C)}, {@code (N, C)} or {@code (N, C, d1, ..., dK)}
     * @param target a probability for each score, in the same shape
     * @return the sums over all samples; the denominator is their number
     * @throws IllegalArgumentException if shapes do not fit
     * @throws IllegalStateException with {@link Denominator#WEIGHTED}, or with class weights and
     *     {@link LabelSmoothing#targetWeighted}: probabilities have no target class to weigh
     */
    public LossSum sum(FloatTensor logits, FloatTensor target) {
        return floatProbabilities.total(logits, target);
    }
    // ---- end

    /**
     * The options that differ from PyTorch's defaults.
     *
     * @return a description for people
     */
    @Override
    public String toString() {
        return options.describe("CrossEntropyLoss");
    }

    /** Options of a {@link CrossEntropyLoss}. */
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
         * Label smoothing by PyTorch's convention: how much of the target's probability is spread evenly over all classes, the
         * target included.
         *
         * @param labelSmoothing in [0, 1]; 0, the default, for none
         * @return this builder
         * @throws IllegalArgumentException if it is outside [0, 1] or NaN. (PyTorch takes a negative one as 0 in silence.)
         */
        public Builder labelSmoothing(double labelSmoothing) {
            options.labelSmoothing = LabelSmoothing.uniform(labelSmoothing);
            return this;
        }

        /**
         * Label smoothing by another convention.
         *
         * @param labelSmoothing the convention and the amount
         * @return this builder
         */
        public Builder labelSmoothing(LabelSmoothing labelSmoothing) {
            options.labelSmoothing = Objects.requireNonNull(labelSmoothing, "labelSmoothing");
            return this;
        }

        /**
         * What a row answers whose logits are all negative infinity: NaN (the default), loss and gradient 0 (the row still
         * counts in the mean), or an exception.
         *
         * @param fullyMasked the answer
         * @return this builder
         */
        public Builder fullyMasked(OnEmpty fullyMasked) {
            options.fullyMasked = Objects.requireNonNull(fullyMasked, "fullyMasked");
            return this;
        }

        /**
         * What a class contributes whose target probability or weight, or their product with smoothing, is 0 and whose logit is negative
         * infinity: NaN (the default), or the limit 0. The gradient with respect to the logits is finite either way.
         *
         * @param zeroTimesInfinity the answer
         * @return this builder
         */
        public Builder zeroTimesInfinity(Indeterminate zeroTimesInfinity) {
            options.zeroTimesInfinity = Objects.requireNonNull(zeroTimesInfinity, "zeroTimesInfinity");
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
         * What {@link Reduction#MEAN} divides by. The default is PyTorch's: {@link Denominator#WEIGHTED} for class indices,
         * {@link Denominator#ELEMENTS} for class probabilities, which have no WEIGHTED.
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
        public CrossEntropyLoss build() {
            return new CrossEntropyLoss(options.copy());
        }
    }
}
