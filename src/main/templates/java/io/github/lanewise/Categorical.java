// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Entropy and log-probabilities of distributions over classes, each a row of logits or of probabilities. Corresponds
 * to PyTorch's {@code torch.distributions.Categorical}; use it for entropy bonuses, for the entropy of soft targets,
 * and to score sampled classes.
 *
 * <pre>
 * of logits x:           p = softmax(x)       log p = x - logSumExp(x)
 * of probabilities r:    p = r / sum(r)       log p = log(min(max(p, eps), 1 - eps))
 *
 * entropy          H = -sum p log p
 * log-probability      log p[y]
 * </pre>
 *
 * <p>{@code eps} is the distance from 1 to the next number, 1.19e-7 in float and 2.22e-16 in double: PyTorch keeps
 * the logarithms of probabilities finite by it, and a distribution that is certain has the entropy eps. With
 * {@link #zeroTimesInfinity zeroTimesInfinity(Indeterminate.LIMIT)} nothing is clamped, {@code 0 log 0} is 0, and so
 * is the entropy of certainty.
 *
 * <p>Gradients, with {@code g} the upstream gradient and {@code s} the sum of the probabilities given:
 *
 * <pre>
 * entropy of logits:              -g p[k] (log p[k] + H)
 * entropy of probabilities:       -g (log p[k] + H) / s, with the parts that the clamp adds
 * log-probability of logits:      g (1{k = y} - p[k])
 * log-probability of probabilities:  g (1{k = y} / p[k] - 1) / s, 0 where p[y] is clamped
 * </pre>
 *
 * <p><b>Shapes.</b> The classes lie along the last dimension of the input, or along the one that is given; every
 * other position is a distribution. Results have one value for each: the input's shape with the class dimension left
 * out, or of size 1. Any strides.
 *
 * <pre>{@code
 * Categorical policy = Categorical.ofLogits();
 * policy.entropy(logits, entropies);                         // (64, 10) to (64)
 * policy.logProb(logits, actions, logProbabilities);         // int[64]
 * }</pre>
 *
 * <p><b>Accuracy.</b> H is a sum of positive terms, the largest class by itself: it keeps its digits where a row is
 * nearly certain, and where PyTorch's float32 loses them to a large common offset. The error is at most 4 ulp of H for
 * floats and 8 for doubles where nothing is clamped, as long as H is at least 1e-30.
 *
 * <p><b>Special values</b>, as PyTorch's. A logit of negative infinity has probability 0, adds 0 to the entropy and
 * gets the gradient 0. But PyTorch puts the most negative number in place of {@code log 0} and multiplies it by g:
 * rows with such a logit have the gradient NaN for {@code |g| > 1}, unless {@code zeroTimesInfinity} is LIMIT. A
 * probability of 0 has, with LIMIT, an infinite gradient, as the slope of the entropy is there. NaN and logits of
 * positive infinity are rejected, and so are probabilities that are negative or infinite; those whose sum is not 1 are divided
 * by it. A row whose sum is beyond the range of the type may be rejected, too, depending on where its large numbers stand.
 * (PyTorch accepts a row in which every number is negative.)
 *
 * <p><b>Bits</b> as in {@link Softmax}; the same for every layout.
 *
 * <p>Instances are immutable and may be shared between threads. Methods throw {@link NullPointerException} for a null
 * argument and {@link IndexOutOfBoundsException} for a dimension that is not there, before anything is written, and
 * allocate nothing. Reference: PyTorch documentation, {@code torch.distributions.categorical.Categorical}.
 */
public final class Categorical {
    private final boolean logits;
    private final Indeterminate zeroTimesInfinity;
    private final OnEmpty fullyMasked;

    private Categorical(boolean logits, Indeterminate zeroTimesInfinity, OnEmpty fullyMasked) {
        this.logits = logits;
        this.zeroTimesInfinity = zeroTimesInfinity;
        this.fullyMasked = fullyMasked;
    }

    /**
     * Distributions given by logits: any numbers, which need not be normalised.
     *
     * @return with PyTorch's defaults
     */
    public static Categorical ofLogits() {
        return new Categorical(true, Indeterminate.NAN, OnEmpty.ERROR);
    }

    /**
     * Distributions given by probabilities, or by counts: they are divided by their sum.
     *
     * @return with PyTorch's defaults
     */
    public static Categorical ofProbabilities() {
        return new Categorical(false, Indeterminate.NAN, OnEmpty.ERROR);
    }

    /**
     * The same with another answer to 0 times the logarithm of 0.
     *
     * @param policy NAN, the default, does as PyTorch: the logarithms of probabilities are clamped, and gradients of
     *     rows with impossible classes may be NaN; LIMIT takes 0 and clamps nothing
     * @return a new instance
     */
    public Categorical zeroTimesInfinity(Indeterminate policy) {
        return new Categorical(logits, Objects.requireNonNull(policy, "policy"), fullyMasked);
    }

    /**
     * The same with another answer for rows without a possible class: logits of negative infinity only, or
     * probabilities of 0 only.
     *
     * @param policy ERROR, the default, rejects them as PyTorch does; NAN or ZERO is their entropy, log-probability and
     *     gradient
     * @return a new instance
     */
    public Categorical fullyMasked(OnEmpty policy) {
        return new Categorical(logits, zeroTimesInfinity, Objects.requireNonNull(policy, "policy"));
    }

    /**
     * What the distributions are given by, and the options that are not the usual ones.
     *
     * @return a description for messages
     */
    @Override
    public String toString() {
        return new Description(logits ? "Categorical.ofLogits" : "Categorical.ofProbabilities")
                .option("zeroTimesInfinity", zeroTimesInfinity, Indeterminate.NAN)
                .option("fullyMasked", fullyMasked, OnEmpty.ERROR)
                .toString();
    }

    // ---- for float and double

    /**
     * Entropies of distributions along the last dimension.
     *
     * @param input logits or probabilities, of shape {@code (..., C)}
     * @param output receives the entropies, of shape {@code (...)}; must not share an element with the input
     * @throws IllegalArgumentException if shapes do not fit, a row is no distribution, or the output overlaps the input
     */
    public void entropy(FloatTensor input, FloatTensor output) {
        entropy(input, -1, output);
    }

    /**
     * Entropies of distributions along a dimension.
     *
     * @param input logits or probabilities, any shape
     * @param dim the dimension of the classes
     * @param output receives the entropies: the input's shape with this dimension left out or of size 1; must not
     *     share an element with the input
     * @throws IllegalArgumentException if shapes do not fit, a row is no distribution, or the output overlaps the input
     */
    public void entropy(FloatTensor input, int dim, FloatTensor output) {
        int axis = axis(input, dim);
        checkResult(input, axis, output);
        if (logits) {
            FloatCategoricalLogits.entropy(input, axis, fullyMasked, output);
        } else {
            checkRows(input, axis);
            FloatCategoricalProbabilities.entropy(input, axis, isClamped(), fullyMasked, output);
        }
    }

    /**
     * Gradient of the entropies of distributions along the last dimension.
     *
     * @param input the logits or probabilities
     * @param gradOutput gradient with respect to the entropies, of their shape
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input
     * @throws IllegalArgumentException if shapes do not fit, a row is no distribution, or outputs overlap inputs in
     *     part
     */
    public void entropyBackward(FloatTensor input, FloatTensor gradOutput, FloatTensor gradInput) {
        entropyBackward(input, -1, gradOutput, gradInput);
    }

    /**
     * Gradient of the entropies of distributions along a dimension.
     *
     * @param input the logits or probabilities
     * @param dim the dimension of the classes
     * @param gradOutput gradient with respect to the entropies, of their shape
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input
     * @throws IllegalArgumentException if shapes do not fit, a row is no distribution, or outputs overlap inputs in
     *     part
     */
    public void entropyBackward(FloatTensor input, int dim, FloatTensor gradOutput, FloatTensor gradInput) {
        int axis = axis(input, dim);
        checkGradient(input, axis, gradOutput, gradInput);
        if (logits) {
            FloatCategoricalLogits.entropyBackward(input, axis, zeroTimesInfinity, fullyMasked, gradOutput, gradInput);
        } else {
            checkRows(input, axis);
            FloatCategoricalProbabilities.entropyBackward(input, axis, isClamped(), fullyMasked, gradOutput, gradInput);
        }
    }

    // ---- for int and long
    /**
     * Log-probabilities of a class of each distribution along the last dimension, for classes as {@code int}.
     *
     * @param input logits or probabilities, of shape {@code (..., C)}
     * @param value a class for each distribution, row-major over {@code (...)}
     * @param output receives the log-probabilities, of shape {@code (...)}; must not share an element with the input
     * @throws IllegalArgumentException if shapes do not fit, a row is no distribution, or the output overlaps the input
     * @throws IndexOutOfBoundsException if a value is not a class
     */
    public void logProb(FloatTensor input, int[] value, FloatTensor output) {
        score(input, ClassIndices.ints(value), ClassIndices.longs(value), output);
    }

    /**
     * Gradient of log-probabilities, for classes as {@code int}.
     *
     * @param input the logits or probabilities
     * @param value a class for each distribution, row-major over {@code (...)}
     * @param gradOutput gradient with respect to the log-probabilities, of their shape
     * @param gradInput receives the gradient with respect to the input, of its shape; may be the input
     * @throws IllegalArgumentException if shapes do not fit, a row is no distribution, or outputs overlap inputs in
     *     part
     * @throws IndexOutOfBoundsException if a value is not a class
     */
    public void logProbBackward(FloatTensor input, int[] value, FloatTensor gradOutput, FloatTensor gradInput) {
        scoreBackward(input, ClassIndices.ints(value), ClassIndices.longs(value), gradOutput, gradInput);
    }
    // ---- end

    private void score(FloatTensor input, int @Nullable [] ints, long @Nullable [] longs, FloatTensor output) {
        int axis = axis(input, -1);
        CategoricalShapes.checkValues(ints, longs, Positions.count(input, axis), Positions.length(input, axis));
        checkResult(input, axis, output);
        checkRows(input, axis);
        if (logits) {
            FloatCategoricalLogits.logProb(input, axis, fullyMasked, ints, longs, output);
        } else {
            FloatCategoricalProbabilities.logProb(input, axis, isClamped(), fullyMasked, ints, longs, output);
        }
    }

    private void scoreBackward(
            FloatTensor input,
            int @Nullable [] ints,
            long @Nullable [] longs,
            FloatTensor gradOutput,
            FloatTensor gradInput) {
        int axis = axis(input, -1);
        CategoricalShapes.checkValues(ints, longs, Positions.count(input, axis), Positions.length(input, axis));
        checkGradient(input, axis, gradOutput, gradInput);
        checkRows(input, axis);
        if (logits) {
            FloatCategoricalLogits.logProbBackward(input, axis, fullyMasked, ints, longs, gradOutput, gradInput);
        } else {
            FloatCategoricalProbabilities.logProbBackward(
                    input, axis, isClamped(), fullyMasked, ints, longs, gradOutput, gradInput);
        }
    }

    private void checkRows(FloatTensor input, int axis) {
        if (logits) {
            FloatCategoricalLogits.check(input, axis, fullyMasked);
        } else {
            FloatCategoricalProbabilities.check(input, axis, fullyMasked);
        }
    }

    private static int axis(FloatTensor input, int dim) {
        Objects.requireNonNull(input, "input");
        return CategoricalShapes.axis(input.sizes(), dim);
    }

    private static void checkResult(FloatTensor input, int axis, FloatTensor output) {
        Objects.requireNonNull(output, "output");
        CategoricalShapes.checkReduced(input.sizes(), axis, output.sizes(), "output");
        Overlap.checkWritable(output, "output");
        Overlap.checkApart(input, "input", output, "output");
    }

    private static void checkGradient(FloatTensor input, int axis, FloatTensor gradOutput, FloatTensor gradInput) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradInput, "gradInput");
        CategoricalShapes.checkReduced(input.sizes(), axis, gradOutput.sizes(), "gradOutput");
        Shapes.checkSame("input", input, "gradInput", gradInput);
        Overlap.checkWritable(gradInput, "gradInput");
        Overlap.checkSameOrApart(input, "input", gradInput, "gradInput");
        Overlap.checkApart(gradOutput, "gradOutput", gradInput, "gradInput");
    }

    // ---- end

    private boolean isClamped() {
        return zeroTimesInfinity == Indeterminate.NAN;
    }
}
