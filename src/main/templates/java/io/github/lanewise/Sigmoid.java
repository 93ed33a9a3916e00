// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.PointFunction;

/**
 * The logistic function, its logarithm and softplus, element by element, with their gradients. Corresponds to PyTorch's
 * {@code sigmoid}, {@code logsigmoid} and {@code softplus}.
 *
 * <pre>
 * sigmoid(x)    = 1 / (1 + exp(-x))
 * logSigmoid(x) = log(sigmoid(x)) = -softplus(-x)
 * softplus(x)   = log(1 + exp(beta x)) / beta, or x where beta x is above the threshold
 * </pre>
 *
 * <p><b>Shapes.</b> Any view; outputs have the input's shape. Or part of an array, without a view.
 *
 * <p><b>Accuracy.</b> At most 1.000 ulp for sigmoid and 1.186 ulp for logSigmoid and for softplus with beta 1, over
 * all floats; 1.25 ulp for each of them on dense samples of doubles. Both tails keep full relative precision. Subnormal
 * results are not flushed.
 *
 * <p><b>Gradients</b> are computed from the input, where PyTorch's start from sigmoid's output {@code y} as
 * {@code y (1 - y)}. That loses {@code 1 - y} where y is near 1, and all of it from x = 17 on in float and 37 in
 * double, where y has become 1. From the input, {@code sigmoid(x) sigmoid(-x)} keeps its digits on both sides.
 *
 * <p><b>Special values.</b> sigmoid is 0 at negative infinity and 1 at positive infinity; logSigmoid is negative
 * infinity and 0 there, softplus 0 and positive infinity. NaN gives the canonical NaN.
 *
 * <p><b>Bits.</b> The result of an element depends on that element alone: not on the layout, the lane width, the
 * thread, the JIT compiler or the array offset.
 *
 * <p><b>Overlap.</b> An output may be exactly the input (or, in the backward methods, any of the inputs); otherwise it
 * must not share an element with one.
 *
 * <p>Methods throw {@link NullPointerException} for a null argument, {@link IllegalArgumentException} for shapes that
 * do not fit, for overlaps and for an output that holds an element twice, and {@link IndexOutOfBoundsException} for a
 * part that is not inside its array; all before anything is written. They allocate nothing and may be called from any
 * thread.
 */
public final class Sigmoid {
    private Sigmoid() {}

    // ---- for float and double
    /**
     * The logistic function {@code 1 / (1 + exp(-x))}: the probability that a logit stands for.
     *
     * @param input any shape
     * @param output receives {@code sigmoid(x)}, of the input's shape; may be the input
     */
    public static void sigmoid(FloatTensor input, FloatTensor output) {
        FloatPointwise.map(PointFunction.SIGMOID, input, output);
    }

    /**
     * The logistic function {@code 1 / (1 + exp(-x))}: the probability that a logit stands for, for part of an array.
     *
     * @param input holds the elements
     * @param inputOffset index of the first
     * @param n their number
     * @param output receives {@code sigmoid(x)}; may be the input's array, with the same offset
     * @param outputOffset index of the first result
     */
    public static void sigmoid(float[] input, int inputOffset, int n, float[] output, int outputOffset) {
        FloatPointwise.map(PointFunction.SIGMOID, input, inputOffset, n, output, outputOffset);
    }

    /**
     * Gradient of sigmoid: {@code g * sigmoid(x) * sigmoid(-x)}.
     *
     * @param input what sigmoid was given, not what it gave
     * @param gradOutput gradient with respect to the output, of the input's shape
     * @param gradInput receives the gradient with respect to the input; may be either argument
     */
    public static void sigmoidBackward(FloatTensor input, FloatTensor gradOutput, FloatTensor gradInput) {
        FloatPointwise.mapBackward(PointFunction.SIGMOID, input, gradOutput, gradInput);
    }

    /**
     * Gradient of sigmoid, {@code g * sigmoid(x) * sigmoid(-x)}, for part of an array.
     *
     * @param input what sigmoid was given, not what it gave
     * @param inputOffset index of the first element
     * @param gradOutput gradient with respect to the output
     * @param gradOutputOffset index of its first element
     * @param n number of elements
     * @param gradInput receives the gradient with respect to the input; may be the array of either argument, with the
     *     same offset
     * @param gradInputOffset index of its first element
     */
    public static void sigmoidBackward(
            float[] input,
            int inputOffset,
            float[] gradOutput,
            int gradOutputOffset,
            int n,
            float[] gradInput,
            int gradInputOffset) {
        FloatPointwise.mapBackward(
                PointFunction.SIGMOID, input, inputOffset, gradOutput, gradOutputOffset, n, gradInput, gradInputOffset);
    }

    /**
     * The logarithm of the logistic function, {@code -log(1 + exp(-x))}, without the logarithm of a rounded
     * probability.
     *
     * @param input any shape
     * @param output receives {@code log(sigmoid(x))}, of the input's shape; may be the input
     */
    public static void logSigmoid(FloatTensor input, FloatTensor output) {
        FloatPointwise.map(PointFunction.LOG_SIGMOID, input, output);
    }

    /**
     * The logarithm of the logistic function, {@code -log(1 + exp(-x))}, without the logarithm of a rounded
     * probability, for part of an array.
     *
     * @param input holds the elements
     * @param inputOffset index of the first
     * @param n their number
     * @param output receives {@code log(sigmoid(x))}; may be the input's array, with the same offset
     * @param outputOffset index of the first result
     */
    public static void logSigmoid(float[] input, int inputOffset, int n, float[] output, int outputOffset) {
        FloatPointwise.map(PointFunction.LOG_SIGMOID, input, inputOffset, n, output, outputOffset);
    }

    /**
     * Gradient of logSigmoid: {@code g * sigmoid(-x)}.
     *
     * @param input what logSigmoid was given, not what it gave
     * @param gradOutput gradient with respect to the output, of the input's shape
     * @param gradInput receives the gradient with respect to the input; may be either argument
     */
    public static void logSigmoidBackward(FloatTensor input, FloatTensor gradOutput, FloatTensor gradInput) {
        FloatPointwise.mapBackward(PointFunction.LOG_SIGMOID, input, gradOutput, gradInput);
    }

    /**
     * Gradient of logSigmoid, {@code g * sigmoid(-x)}, for part of an array.
     *
     * @param input what logSigmoid was given, not what it gave
     * @param inputOffset index of the first element
     * @param gradOutput gradient with respect to the output
     * @param gradOutputOffset index of its first element
     * @param n number of elements
     * @param gradInput receives the gradient with respect to the input; may be the array of either argument, with the
     *     same offset
     * @param gradInputOffset index of its first element
     */
    public static void logSigmoidBackward(
            float[] input,
            int inputOffset,
            float[] gradOutput,
            int gradOutputOffset,
            int n,
            float[] gradInput,
            int gradInputOffset) {
        FloatPointwise.mapBackward(
                PointFunction.LOG_SIGMOID,
                input,
                inputOffset,
                gradOutput,
                gradOutputOffset,
                n,
                gradInput,
                gradInputOffset);
    }

    /**
     * {@code log(1 + exp(x))}, with PyTorch's defaults: beta 1, and x itself above 20.
     *
     * @param input any shape
     * @param output receives {@code softplus(x)}, of the input's shape; may be the input
     */
    public static void softplus(FloatTensor input, FloatTensor output) {
        FloatPointwise.softplus(input, 1f, 20f, output);
    }

    /**
     * {@code log(1 + exp(beta x)) / beta}, or x where {@code beta x > threshold}.
     *
     * <p>The threshold is PyTorch's guard against overflow of the exponential. In this softplus no exponential overflows, so
     * positive infinity may be given, and then there is no step at the threshold. Only where {@code beta x} itself overflows the result is
     * infinite, as it is in PyTorch.
     *
     * @param input any shape
     * @param beta how sharp the bend at 0 is; any number
     * @param threshold above which {@code beta x} the result is x; any number
     * @param output receives {@code softplus(x)}, of the input's shape; may be the input
     */
    public static void softplus(FloatTensor input, float beta, float threshold, FloatTensor output) {
        FloatPointwise.softplus(input, beta, threshold, output);
    }

    /**
     * {@code log(1 + exp(beta x)) / beta}, or x where {@code beta x > threshold}, for part of an array.
     *
     * @param input holds the elements
     * @param inputOffset index of the first
     * @param n their number
     * @param beta how sharp the bend at 0 is; 1 is PyTorch's default
     * @param threshold above which {@code beta x} the result is x; 20 is PyTorch's default
     * @param output receives {@code softplus(x)}; may be the input's array, with the same offset
     * @param outputOffset index of the first result
     */
    public static void softplus(
            float[] input, int inputOffset, int n, float beta, float threshold, float[] output, int outputOffset) {
        FloatPointwise.softplus(input, inputOffset, n, beta, threshold, output, outputOffset);
    }

    /**
     * Gradient of {@link #softplus(FloatTensor, FloatTensor)}: {@code g * sigmoid(x)}, or g where x is above 20.
     *
     * @param input what softplus was given
     * @param gradOutput gradient with respect to the output, of the input's shape
     * @param gradInput receives the gradient with respect to the input; may be either argument
     */
    public static void softplusBackward(FloatTensor input, FloatTensor gradOutput, FloatTensor gradInput) {
        FloatPointwise.softplusBackward(input, gradOutput, 1f, 20f, gradInput);
    }

    /**
     * Gradient of softplus: {@code g * sigmoid(beta x)}, or g where {@code beta x > threshold}.
     *
     * @param input what softplus was given
     * @param gradOutput gradient with respect to the output, of the input's shape
     * @param beta as softplus was given
     * @param threshold as softplus was given
     * @param gradInput receives the gradient with respect to the input; may be either argument
     */
    public static void softplusBackward(
            FloatTensor input, FloatTensor gradOutput, float beta, float threshold, FloatTensor gradInput) {
        FloatPointwise.softplusBackward(input, gradOutput, beta, threshold, gradInput);
    }

    /**
     * Gradient of softplus, {@code g * sigmoid(beta x)}, or g where {@code beta x > threshold}, for part of an array.
     *
     * @param input what softplus was given
     * @param inputOffset index of the first element
     * @param gradOutput gradient with respect to the output
     * @param gradOutputOffset index of its first element
     * @param n number of elements
     * @param beta as softplus was given
     * @param threshold as softplus was given
     * @param gradInput receives the gradient with respect to the input; may be the array of either argument, with the
     *     same offset
     * @param gradInputOffset index of its first element
     */
    public static void softplusBackward(
            float[] input,
            int inputOffset,
            float[] gradOutput,
            int gradOutputOffset,
            int n,
            float beta,
            float threshold,
            float[] gradInput,
            int gradInputOffset) {
        FloatPointwise.softplusBackward(
                input, inputOffset, gradOutput, gradOutputOffset, n, beta, threshold, gradInput, gradInputOffset);
    }
    // ---- end
}
