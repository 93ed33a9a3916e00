// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;

/**
 * Softmax, log-softmax and log-sum-exp along one dimension of a view, and their gradients. Corresponds to PyTorch's
 * {@code softmax}, {@code log_softmax} and {@code logsumexp}.
 *
 * <p>With {@code m} the largest element of a row {@code x} and {@code s = sum_i exp(x[i] - m)}:
 *
 * <pre>
 * logSumExp(x)    = m + log s
 * softmax(x)[i]   = exp(x[i] - m) / s
 * logSoftmax(x)[i] = (x[i] - m) - log s
 * </pre>
 *
 * <p><b>Shapes.</b> Any view and any dimension of it, counted from the end if negative. Outputs have the input's shape;
 * a log-sum-exp drops the dimension or keeps it with size 1. A view without dimensions is a row of one element. Rows of
 * different lengths come as a {@link FloatRagged}, rows without some of their elements with a {@link ClassMask}.
 *
 * <p><b>Special values</b>, as PyTorch's. A NaN makes its row NaN. Positive infinity makes softmax and log-softmax of the
 * row NaN and its log-sum-exp positive infinity. Elements of negative infinity get probability 0 and log-probability
 * negative infinity; a row of nothing else gives NaN, and log-sum-exp negative infinity. The log-sum-exp of an empty row
 * is negative infinity. NaN results are always the canonical NaN.
 *
 * <p><b>Accuracy.</b> softmax and log-softmax: of floats at most 4 ulp of the exact value, of doubles, whose sums have no
 * wider type to be divided and rounded in, at most 8 ulp (6.43 met in 10^8 elements); subnormal results included, and also where
 * {@code x[i]} lies far below the maximum and {@code x[i] - m} is not exact. No probability is above 1, and no log-probability above
 * 0. log-sum-exp of floats: at most 1 ulp of the
 * result, also where {@code m} and {@code log s} cancel, as long as the result is at least {@code 2^-20 |m|}; below, its
 * error is at most {@code 2^-44 |m|}. Rows whose log-sum-exp is below 2 may be summed a second time for that, in double and
 * by scalar code. log-sum-exp of doubles: at most 4 ulp of the largest of {@code |m|}, {@code log s} and the result.
 * Gradients, with {@code k} 4 and 8 and {@code e} 2^-23 and 2^-52 for floats and doubles: of log-sum-exp {@code g p} within
 * {@code e (k + 2) p |g|} and never above {@code |g|}; of softmax {@code p (g - sum(p g))} within {@code e (k + 3) p (|g| + sum(p |g|))}; of
 * log-softmax {@code g - p sum(g)}, from log-probabilities {@code lp}, within {@code e ((k |lp| + 3) p sum|g| + |g|)}.
 *
 * <p><b>Bits.</b> The result of a row depends on its elements alone: not on the lane width, the thread, the JIT compiler
 * or the array offset. Rows with stride 1 and rows at any other stride give the same bits; only where four
 * positions or more lie one after the other instead (an image's classes), a row is summed in index order and may differ in the last bits,
 * within the bounds above.
 *
 * <p><b>Overlap.</b> An output may be exactly the input (or, in the backward methods, any of the inputs of its shape);
 * otherwise it must not share an element with one.
 *
 * <p>Methods throw {@link NullPointerException} for a null argument, {@link IndexOutOfBoundsException} for a dimension that
 * is not there, and {@link IllegalArgumentException} for shapes that do not fit, for overlaps and for an output that
 * holds an element twice; all before anything is written. They allocate nothing and may be called from any thread.
 */
public final class Softmax {
    private Softmax() {}

    // ---- for float and double
    /**
     * Probabilities from scores: {@code exp(x[i]) / sum_j exp(x[j])} along a dimension.
     *
     * @param input scores, any shape
     * @param dim the dimension whose elements add up to 1
     * @param output the probabilities, of the input's shape; may be the input
     */
    public static void softmax(FloatTensor input, int dim, FloatTensor output) {
        FloatSoftmax.softmax(input, dim, OnEmpty.NAN, output);
    }

    /**
     * Probabilities from scores, with a choice for rows whose scores are all negative infinity.
     *
     * @param input scores, any shape
     * @param dim the dimension whose elements add up to 1
     * @param fullyMasked what such a row gives: NaN as PyTorch, zeros, or an exception
     * @param output the probabilities, of the input's shape; may be the input
     */
    public static void softmax(FloatTensor input, int dim, OnEmpty fullyMasked, FloatTensor output) {
        FloatSoftmax.softmax(input, dim, fullyMasked, output);
    }

    /**
     * Log-probabilities from scores: {@code (x[i] - m) - log sum_j exp(x[j] - m)} along a dimension.
     *
     * @param input scores, any shape
     * @param dim the dimension whose exponentials add up to 1
     * @param output the log-probabilities, of the input's shape; may be the input
     */
    public static void logSoftmax(FloatTensor input, int dim, FloatTensor output) {
        FloatSoftmax.logSoftmax(input, dim, output);
    }

    /**
     * Probabilities from one row of scores in an array, without a view, with the bits of {@link #softmax(FloatTensor, int, FloatTensor)}.
     *
     * @param input holds the row
     * @param inputOffset index of its first score
     * @param n number of scores; 0 does nothing
     * @param output receives the probabilities; may be the input's array, with the same offset
     * @param outputOffset index of the first probability
     * @throws IndexOutOfBoundsException if a row is not inside its array
     * @throws IllegalArgumentException if the output overlaps the scores in part
     */
    public static void softmax(float[] input, int inputOffset, int n, float[] output, int outputOffset) {
        FloatSoftmaxAlone.softmax(input, inputOffset, n, output, outputOffset);
    }

    /**
     * Log-probabilities from one row of scores in an array, without a view, with the bits of
     * {@link #logSoftmax(FloatTensor, int, FloatTensor)}.
     *
     * @param input holds the row
     * @param inputOffset index of its first score
     * @param n number of scores; 0 does nothing
     * @param output receives the log-probabilities; may be the input's array, with the same offset
     * @param outputOffset index of the first log-probability
     * @throws IndexOutOfBoundsException if a row is not inside its array
     * @throws IllegalArgumentException if the output overlaps the scores in part
     */
    public static void logSoftmax(float[] input, int inputOffset, int n, float[] output, int outputOffset) {
        FloatSoftmaxAlone.logSoftmax(input, inputOffset, n, output, outputOffset);
    }

    /**
     * Log of the sum of exponentials along a dimension.
     *
     * @param input scores, any shape
     * @param dim the dimension to sum along
     * @param output one value for each position of the other dimensions: the input's shape with this dimension left out or
     *     of size 1; must not share an element with the input
     */
    public static void logSumExp(FloatTensor input, int dim, FloatTensor output) {
        FloatLogSumExp.of(input, dim, output);
    }

    /**
     * Log of the sum of the exponentials of one row of an array, without a view.
     *
     * @param scores holds the row
     * @param offset index of its first element
     * @param length number of elements; 0 gives negative infinity
     * @return the log-sum-exp
     * @throws IndexOutOfBoundsException if the row is not inside the array
     */
    public static float logSumExp(float[] scores, int offset, int length) {
        return FloatLogSumExp.of(scores, offset, length);
    }

    /**
     * Gradient of {@link #softmax}: {@code y * (g - sum(g * y))} along the dimension.
     *
     * @param output what softmax gave
     * @param gradOutput gradient with respect to that output, of the same shape
     * @param dim the dimension that softmax ran along
     * @param gradInput receives the gradient with respect to the input, of the same shape; may be either argument
     */
    public static void softmaxBackward(FloatTensor output, FloatTensor gradOutput, int dim, FloatTensor gradInput) {
        FloatSoftmax.softmaxBackward(output, gradOutput, dim, gradInput);
    }

    /**
     * Gradient of {@link #logSoftmax}: {@code g - exp(y) * sum(g)} along the dimension.
     *
     * @param output what log-softmax gave
     * @param gradOutput gradient with respect to that output, of the same shape
     * @param dim the dimension that log-softmax ran along
     * @param gradInput receives the gradient with respect to the input, of the same shape; may be either argument
     */
    public static void logSoftmaxBackward(FloatTensor output, FloatTensor gradOutput, int dim, FloatTensor gradInput) {
        FloatSoftmax.logSoftmaxBackward(output, gradOutput, dim, gradInput);
    }

    /**
     * Gradient of {@link #logSumExp(FloatTensor, int, FloatTensor)}: {@code g * exp(x[i] - y)} along the dimension, with
     * {@code y} the log-sum-exp in double: the softmax, but for maxima beyond 2^29, where a double no longer holds the
     * logarithm of the sum beside the maximum, and NaN where infinities meet.
     *
     * @param input the scores
     * @param gradOutput gradient with respect to their log-sum-exp, of its shape
     * @param dim the dimension that was summed along
     * @param gradInput receives the gradient with respect to the scores, of their shape; may be the input
     */
    public static void logSumExpBackward(FloatTensor input, FloatTensor gradOutput, int dim, FloatTensor gradInput) {
        FloatLogSumExp.backward(input, gradOutput, dim, gradInput);
    }

    /**
     * Probabilities from scores without the classes that a mask leaves out, which get 0.
     *
     * @param input scores, any shape
     * @param dim the dimension whose elements are the classes
     * @param mask the classes that take part
     * @param output the probabilities, of the input's shape; may be the input
     */
    public static void softmax(FloatTensor input, int dim, ClassMask mask, FloatTensor output) {
        FloatPlannedSoftmax.softmax(input, dim, mask, OnEmpty.NAN, output);
    }

    /**
     * Probabilities from scores without the classes that a mask leaves out, with a choice for rows whose scores are all negative
     * infinity. A row with no class left gets 0 everywhere, and is an exception with {@link OnEmpty#ERROR}.
     *
     * @param input scores, any shape
     * @param dim the dimension whose elements are the classes
     * @param mask the classes that take part
     * @param fullyMasked what such a row gives where classes take part: NaN as PyTorch, zeros, or an exception
     * @param output the probabilities, of the input's shape; may be the input
     */
    public static void softmax(FloatTensor input, int dim, ClassMask mask, OnEmpty fullyMasked, FloatTensor output) {
        FloatPlannedSoftmax.softmax(input, dim, mask, fullyMasked, output);
    }

    /**
     * Probabilities from the scores of each row of a ragged batch.
     *
     * @param input scores
     * @param output the probabilities, in rows of the same lengths; may be the input
     */
    public static void softmax(FloatRagged input, FloatRagged output) {
        softmax(input, OnEmpty.NAN, output);
    }

    /**
     * Probabilities from the scores of each row of a ragged batch, with a choice for rows whose scores are all negative infinity.
     *
     * @param input scores
     * @param fullyMasked what such a row gives: NaN as PyTorch, zeros, or an exception
     * @param output the probabilities, in rows of the same lengths; may be the input
     */
    public static void softmax(FloatRagged input, OnEmpty fullyMasked, FloatRagged output) {
        Objects.requireNonNull(input, "input");
        FloatTensor out = input.like("input", output, "output");
        FloatPlannedSoftmax.softmax(input.span(), 0, input.plan(), fullyMasked, out);
    }

    /**
     * Log-probabilities from scores without the classes that a mask leaves out, which get negative infinity.
     *
     * @param input scores, any shape
     * @param dim the dimension whose elements are the classes
     * @param mask the classes that take part
     * @param output the log-probabilities, of the input's shape; may be the input
     */
    public static void logSoftmax(FloatTensor input, int dim, ClassMask mask, FloatTensor output) {
        FloatPlannedSoftmax.logSoftmax(input, dim, mask, output);
    }

    /**
     * Log-probabilities from the scores of each row of a ragged batch.
     *
     * @param input scores
     * @param output the log-probabilities, in rows of the same lengths; may be the input
     */
    public static void logSoftmax(FloatRagged input, FloatRagged output) {
        Objects.requireNonNull(input, "input");
        FloatTensor out = input.like("input", output, "output");
        FloatPlannedSoftmax.logSoftmax(input.span(), 0, input.plan(), out);
    }

    /**
     * Log of the sum of exponentials without those of the classes that a mask leaves out.
     *
     * @param input scores, any shape
     * @param dim the dimension whose elements are the classes
     * @param mask the classes that take part
     * @param output one value for each position of the other dimensions: the input's shape with this dimension left out or
     *     of size 1; must not share an element with the input
     */
    public static void logSumExp(FloatTensor input, int dim, ClassMask mask, FloatTensor output) {
        FloatPlannedSoftmax.logSumExp(input, dim, mask, output);
    }

    /**
     * Log of the sum of exponentials of each row of a ragged batch.
     *
     * @param input scores
     * @param output one value for each row, of shape {@code (rows)}; must not share an element with the input
     */
    public static void logSumExp(FloatRagged input, FloatTensor output) {
        Objects.requireNonNull(input, "input");
        FloatPlannedSoftmax.logSumExp(input.span(), 0, input.plan(), output);
    }

    /**
     * Gradient of {@link #softmax(FloatTensor, int, ClassMask, FloatTensor)}: 0 for the classes that are left out, whatever
     * outputs and upstream gradients hold there.
     *
     * @param output what softmax gave
     * @param gradOutput gradient with respect to that output, of the same shape
     * @param dim the dimension that softmax ran along
     * @param mask the classes that take part
     * @param gradInput receives the gradient with respect to the input, of the same shape; may be either argument
     */
    public static void softmaxBackward(
            FloatTensor output, FloatTensor gradOutput, int dim, ClassMask mask, FloatTensor gradInput) {
        FloatPlannedSoftmax.softmaxBackward(output, gradOutput, dim, mask, gradInput);
    }

    /**
     * Gradient of {@link #softmax(FloatRagged, FloatRagged)}.
     *
     * @param output what softmax gave
     * @param gradOutput gradient with respect to that output, in rows of the same lengths
     * @param gradInput receives the gradient with respect to the input, in rows of the same lengths; may be either argument
     */
    public static void softmaxBackward(FloatRagged output, FloatRagged gradOutput, FloatRagged gradInput) {
        Objects.requireNonNull(output, "output");
        FloatTensor g = output.like("output", gradOutput, "gradOutput");
        FloatTensor out = output.like("output", gradInput, "gradInput");
        FloatPlannedSoftmax.softmaxBackward(output.span(), g, 0, output.plan(), out);
    }

    /**
     * Gradient of {@link #logSoftmax(FloatTensor, int, ClassMask, FloatTensor)}: 0 for the classes that are left out, whatever
     * outputs and upstream gradients hold there.
     *
     * @param output what log-softmax gave
     * @param gradOutput gradient with respect to that output, of the same shape
     * @param dim the dimension that log-softmax ran along
     * @param mask the classes that take part
     * @param gradInput receives the gradient with respect to the input, of the same shape; may be either argument
     */
    public static void logSoftmaxBackward(
            FloatTensor output, FloatTensor gradOutput, int dim, ClassMask mask, FloatTensor gradInput) {
        FloatPlannedSoftmax.logSoftmaxBackward(output, gradOutput, dim, mask, gradInput);
    }

    /**
     * Gradient of {@link #logSoftmax(FloatRagged, FloatRagged)}.
     *
     * @param output what log-softmax gave
     * @param gradOutput gradient with respect to that output, in rows of the same lengths
     * @param gradInput receives the gradient with respect to the input, in rows of the same lengths; may be either argument
     */
    public static void logSoftmaxBackward(FloatRagged output, FloatRagged gradOutput, FloatRagged gradInput) {
        Objects.requireNonNull(output, "output");
        FloatTensor g = output.like("output", gradOutput, "gradOutput");
        FloatTensor out = output.like("output", gradInput, "gradInput");
        FloatPlannedSoftmax.logSoftmaxBackward(output.span(), g, 0, output.plan(), out);
    }

    /**
     * Gradient of {@link #logSumExp(FloatTensor, int, ClassMask, FloatTensor)}: 0 for the classes that are left out.
     *
     * @param input the scores
     * @param gradOutput gradient with respect to their log-sum-exp, of its shape
     * @param dim the dimension that was summed along
     * @param mask the classes that take part
     * @param gradInput receives the gradient with respect to the scores, of their shape; may be the input
     */
    public static void logSumExpBackward(
            FloatTensor input, FloatTensor gradOutput, int dim, ClassMask mask, FloatTensor gradInput) {
        FloatPlannedSoftmax.logSumExpBackward(input, gradOutput, dim, mask, gradInput);
    }

    /**
     * Gradient of {@link #logSumExp(FloatRagged, FloatTensor)}.
     *
     * @param input the scores
     * @param gradOutput gradient with respect to their log-sum-exps, of shape {@code (rows)}
     * @param gradInput receives the gradient with respect to the scores, in rows of the same lengths; may be the input
     */
    public static void logSumExpBackward(FloatRagged input, FloatTensor gradOutput, FloatRagged gradInput) {
        Objects.requireNonNull(input, "input");
        FloatTensor out = input.like("input", gradInput, "gradInput");
        FloatPlannedSoftmax.logSumExpBackward(input.span(), gradOutput, 0, input.plan(), out);
    }
    // ---- end
}
