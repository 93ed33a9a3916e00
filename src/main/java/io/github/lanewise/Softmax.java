// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.Kernels;
import io.github.lanewise.kernel.LogOnePlus;
import io.github.lanewise.kernel.PreciseLogSumExp;
import java.util.Arrays;
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
 * a log-sum-exp drops the dimension or keeps it with size 1. A view without dimensions is a row of one element.
 *
 * <p><b>Special values</b>, as PyTorch's. A NaN makes its row NaN. Positive infinity makes softmax and log-softmax of the
 * row NaN and its log-sum-exp positive infinity. Elements of negative infinity get probability 0 and log-probability
 * negative infinity; a row of nothing else gives NaN, and log-sum-exp negative infinity. The log-sum-exp of an empty row
 * is negative infinity. NaN results are always 0x7fc00000.
 *
 * <p><b>Accuracy.</b> softmax and log-softmax: at most 3 ulp of the exact value, subnormal results included; also where
 * {@code x[i]} lies far below the maximum and {@code x[i] - m} is not exact. log-sum-exp: at most 1 ulp of the
 * result, also where {@code m} and {@code log s} cancel, as long as the result is at least {@code 2^-20 |m|}; below, its
 * error is at most {@code 2^-44 |m|}. Rows whose log-sum-exp is below 2 may be summed a second time for that, in double and
 * by scalar code.
 *
 * <p><b>Bits.</b> The result of a row depends on its elements alone: not on the lane width, the thread, the JIT compiler
 * or the array offset. Rows with stride 1 and rows at any other stride give the same bits; only where positions lie one
 * after the other instead (an image's classes), a row is summed in index order and may differ in the last bits, within the bounds above.
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

    /**
     * Probabilities from scores: {@code exp(x[i]) / sum_j exp(x[j])} along a dimension.
     *
     * @param input scores, any shape
     * @param dim the dimension whose elements add up to 1
     * @param output the probabilities, of the input's shape; may be the input
     */
    public static void softmax(FloatTensor input, int dim, FloatTensor output) {
        int axis = checkMap(input, dim, output, "output");
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int xs = Positions.stride(input, axis);
        int os = Positions.stride(output, axis);
        int run = Positions.columnRun(input, axis);
        if (n == 0) {
            return;
        }
        if (run > 0 && Positions.hasRun(output, axis, run)) {
            softmaxColumns(input, axis, output, run, false);
            return;
        }
        for (int p = 0; p < count; p++) {
            int xo = Positions.offset(input, axis, p);
            int top = FloatRows.indexOfMax(input.array(), xo, xs, n);
            float max = FloatRows.max(input.array(), xo, xs, top);
            double excess = FloatRows.excess(input.array(), xo, xs, n, max, top);
            FloatRows.expScale(
                    input.array(),
                    xo,
                    xs,
                    null,
                    0,
                    0,
                    null,
                    0,
                    n,
                    max,
                    1.0 / (1.0 + excess),
                    0f,
                    0f,
                    output.array(),
                    Positions.offset(output, axis, p),
                    os);
        }
    }

    /**
     * Log-probabilities from scores: {@code (x[i] - m) - log sum_j exp(x[j] - m)} along a dimension.
     *
     * @param input scores, any shape
     * @param dim the dimension whose exponentials add up to 1
     * @param output the log-probabilities, of the input's shape; may be the input
     */
    public static void logSoftmax(FloatTensor input, int dim, FloatTensor output) {
        int axis = checkMap(input, dim, output, "output");
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int xs = Positions.stride(input, axis);
        int os = Positions.stride(output, axis);
        int run = Positions.columnRun(input, axis);
        if (n == 0) {
            return;
        }
        if (run > 0 && Positions.hasRun(output, axis, run)) {
            softmaxColumns(input, axis, output, run, true);
            return;
        }
        for (int p = 0; p < count; p++) {
            int xo = Positions.offset(input, axis, p);
            int top = FloatRows.indexOfMax(input.array(), xo, xs, n);
            float max = FloatRows.max(input.array(), xo, xs, top);
            double excess = FloatRows.excess(input.array(), xo, xs, n, max, top);
            FloatRows.logSoftmax(
                    input.array(),
                    xo,
                    xs,
                    null,
                    0,
                    n,
                    max,
                    (float) LogOnePlus.log1p(excess),
                    1f,
                    output.array(),
                    Positions.offset(output, axis, p),
                    os);
        }
    }

    private static void softmaxColumns(FloatTensor input, int axis, FloatTensor output, int run, boolean log) {
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int xs = Positions.stride(input, axis);
        int os = Positions.stride(output, axis);
        float[] x = input.array();
        float[] out = output.array();
        ColumnScratch scratch = ColumnScratch.borrow();
        int width;
        for (int p = 0; p < count; p += width) {
            width = Math.min(run - p % run, ColumnScratch.TILE);
            int xo = Positions.offset(input, axis, p);
            int oo = Positions.offset(output, axis, p);
            Kernels.FLOAT.columnMax(x, xo, xs, n, width, scratch.max);
            scratch.sumExp(x, xo, xs, n, width);
            if (log) {
                scratch.logSum(width);
                Kernels.FLOAT.columnLogSoftmax(x, xo, xs, n, width, scratch.max, scratch.logSum, out, oo, os);
            } else {
                for (int i = 0; i < width; i++) {
                    scratch.setFactor(i, 1.0 / (1.0 + scratch.excess[i]));
                }
                Arrays.fill(scratch.minus, 0, width, 0f);
                scratch.expScale(x, xo, xs, null, n, width, out, oo, os);
            }
        }
        scratch.giveBack();
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
        int axis = axis(input, dim);
        checkReduced(input, axis, "output", output);
        Overlap.checkWritable(output, "output");
        Overlap.checkApart(input, "input", output, "output");
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int xs = Positions.stride(input, axis);
        int run = Positions.columnRun(input, axis);
        float[] out = output.array();
        if (run > 0 && n > 0) {
            ColumnScratch scratch = ColumnScratch.borrow();
            int width;
            for (int p = 0; p < count; p += width) {
                width = Math.min(run - p % run, ColumnScratch.TILE);
                int xo = Positions.offset(input, axis, p);
                Kernels.FLOAT.columnMax(input.array(), xo, xs, n, width, scratch.max);
                scratch.sumExp(input.array(), xo, xs, n, width);
                for (int i = 0; i < width; i++) {
                    float max = scratch.max[i];
                    double value = Float.isInfinite(max)
                            ? FloatRows.logSumExp(input.array(), xo + i, xs, n)
                            : PreciseLogSumExp.of(input.array(), xo + i, xs, n, max, scratch.excess[i]);
                    out[reducedOffset(output, p + i)] = Results.toFloat(value);
                }
            }
            scratch.giveBack();
            return;
        }
        for (int p = 0; p < count; p++) {
            double value = FloatRows.logSumExp(input.array(), Positions.offset(input, axis, p), xs, n);
            out[reducedOffset(output, p)] = Results.toFloat(value);
        }
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
        Objects.requireNonNull(scores, "scores");
        Objects.checkFromIndexSize(offset, length, scores.length);
        return Results.toFloat(FloatRows.logSumExp(scores, offset, 1, length));
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
        int axis = checkBackward(output, gradOutput, dim, gradInput);
        int n = Positions.length(output, axis);
        int count = Positions.count(output, axis);
        int ys = Positions.stride(output, axis);
        int gs = Positions.stride(gradOutput, axis);
        int os = Positions.stride(gradInput, axis);
        for (int p = 0; p < count; p++) {
            int yo = Positions.offset(output, axis, p);
            int go = Positions.offset(gradOutput, axis, p);
            float mean = (float) FloatRows.dot(output.array(), yo, ys, gradOutput.array(), go, gs, n);
            FloatRows.softmaxBackward(
                    output.array(),
                    yo,
                    ys,
                    gradOutput.array(),
                    go,
                    gs,
                    n,
                    mean,
                    gradInput.array(),
                    Positions.offset(gradInput, axis, p),
                    os);
        }
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
        int axis = checkBackward(output, gradOutput, dim, gradInput);
        int n = Positions.length(output, axis);
        int count = Positions.count(output, axis);
        int ys = Positions.stride(output, axis);
        int gs = Positions.stride(gradOutput, axis);
        int os = Positions.stride(gradInput, axis);
        for (int p = 0; p < count; p++) {
            int go = Positions.offset(gradOutput, axis, p);
            float sum = (float) FloatRows.sum(gradOutput.array(), go, gs, n);
            FloatRows.logSoftmaxBackward(
                    output.array(),
                    Positions.offset(output, axis, p),
                    ys,
                    gradOutput.array(),
                    go,
                    gs,
                    n,
                    sum,
                    gradInput.array(),
                    Positions.offset(gradInput, axis, p),
                    os);
        }
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
        int axis = checkMap(input, dim, gradInput, "gradInput");
        checkReduced(input, axis, "gradOutput", gradOutput);
        Overlap.checkApart(gradOutput, "gradOutput", gradInput, "gradInput");
        int n = Positions.length(input, axis);
        int count = Positions.count(input, axis);
        int xs = Positions.stride(input, axis);
        int os = Positions.stride(gradInput, axis);
        for (int p = 0; p < count; p++) {
            FloatRows.logSumExpBackward(
                    input.array(),
                    Positions.offset(input, axis, p),
                    xs,
                    n,
                    gradOutput.array()[reducedOffset(gradOutput, p)],
                    gradInput.array(),
                    Positions.offset(gradInput, axis, p),
                    os);
        }
    }

    private static int axis(FloatTensor input, int dim) {
        Objects.requireNonNull(input, "input");
        // A view without dimensions is a row of one element, as in PyTorch.
        return input.rank() == 0 && (dim == 0 || dim == -1) ? 0 : Shapes.dim(dim, input.rank());
    }

    private static int checkMap(FloatTensor input, int dim, FloatTensor output, String outputName) {
        int axis = axis(input, dim);
        Objects.requireNonNull(output, outputName);
        Shapes.checkSame("input", input, outputName, output);
        Overlap.checkWritable(output, outputName);
        Overlap.checkSameOrApart(input, "input", output, outputName);
        return axis;
    }

    private static int checkBackward(FloatTensor output, FloatTensor gradOutput, int dim, FloatTensor gradInput) {
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradInput, "gradInput");
        int axis = axis(output, dim);
        Shapes.checkSame("output", output, "gradOutput", gradOutput);
        Shapes.checkSame("output", output, "gradInput", gradInput);
        Overlap.checkWritable(gradInput, "gradInput");
        Overlap.checkSameOrApart(output, "output", gradInput, "gradInput");
        Overlap.checkSameOrApart(gradOutput, "gradOutput", gradInput, "gradInput");
        return axis;
    }

    private static void checkReduced(FloatTensor input, int axis, String name, FloatTensor reduced) {
        Objects.requireNonNull(reduced, name);
        int[] shape = input.sizes();
        int[] other = reduced.sizes();
        boolean kept = other.length == shape.length;
        boolean fits = kept || other.length == shape.length - 1;
        for (int d = 0; d < shape.length && fits; d++) {
            if (d == axis) {
                fits = !kept || other[d] == 1;
            } else {
                fits = other[kept || d < axis ? d : d - 1] == shape[d];
            }
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    name + " has shape " + Arrays.toString(other) + " but the input has shape "
                            + Arrays.toString(shape) + " and dimension " + axis
                            + " is summed along; leave that dimension out or give it size 1");
        }
    }

    private static int reducedOffset(FloatTensor reduced, int position) {
        return reduced.offset() + Shapes.position(reduced.sizes(), reduced.strides(), -1, position);
    }
}
