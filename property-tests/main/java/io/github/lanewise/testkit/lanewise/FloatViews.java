// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.lanewise;

import io.github.lanewise.FloatTensor;
import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How the adapter's tensors become views and back: row-major arrays of their own. A subclass can lay them out differently.
 *
 * <p>Where the library offers several ways to the same result (targets as {@code int[]} or {@code long[]}, a gradient alone or
 * fused with the value), which one is taken depends on the inputs, so that many calls exercise all of them and the same call
 * always the same one.
 */
public abstract class FloatViews implements LossImplementation {
    /** For subclasses. */
    protected FloatViews() {}

    @Override
    public final Precision precision() {
        return Precision.FLOAT;
    }

    /**
     * Lays out an input.
     *
     * @param tensor the numbers
     * @return a view of them
     */
    protected FloatTensor input(Tensor tensor) {
        return FloatTensor.of(tensor.floats(), tensor.shape());
    }

    /**
     * Makes room for an output.
     *
     * @param shape its shape
     * @return a view that may be written to
     */
    protected FloatTensor output(int... shape) {
        float[] data = new float[elements(shape)];
        // What an operation forgets to write must not look like a result.
        Arrays.fill(data, Float.NaN);
        return FloatTensor.of(data, shape);
    }

    /**
     * Makes room for an output of an input's shape that may be written over that input.
     *
     * @param input the input
     * @return a view that may be written to
     */
    protected FloatTensor outputLike(FloatTensor input) {
        return output(input.shape());
    }

    /**
     * Takes an output's numbers.
     *
     * @param output a view made by {@link #output} or {@link #outputLike}
     * @return its numbers
     */
    protected Tensor read(FloatTensor output) {
        return Tensor.of(output.toArray(), output.shape());
    }

    static int elements(int... shape) {
        int elements = 1;
        for (int size : shape) {
            elements *= size;
        }
        return elements;
    }

    /** The shape without a dimension; the shape itself if there is no such dimension, for the library to say so. */
    static int[] reduced(FloatTensor x, int dim, boolean keepDim) {
        int[] shape = x.shape();
        int axis = dim < 0 ? dim + shape.length : dim;
        if (axis < 0 || axis >= shape.length) {
            return shape;
        }
        if (keepDim) {
            shape[axis] = 1;
            return shape;
        }
        int[] rest = new int[shape.length - 1];
        for (int d = 0; d < rest.length; d++) {
            rest[d] = shape[d < axis ? d : d + 1];
        }
        return rest;
    }

    /** Shape of the losses of the samples of a class loss. */
    static int[] samples(FloatTensor x) {
        return reduced(x, x.rank() == 1 ? 0 : 1, false);
    }

    /** The targets as int, if this call is to take them so and they fit. */
    static int @Nullable [] ints(long[] target) {
        if ((Arrays.hashCode(target) & 1) == 0) {
            return null;
        }
        int[] ints = new int[target.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = (int) target[i];
            if (ints[i] != target[i]) {
                return null;
            }
        }
        return ints;
    }

    /** Whether this call takes value and gradient in one go. */
    static boolean fused(Tensor input) {
        return (input.hashCode() & 4) == 0;
    }

    /** The error bounds that Lanewise documents. */
    @Override
    public double maxUlp(Operation operation) {
        return switch (operation) {
            case NLL_LOSS -> 0.5;
            case LOGSUMEXP -> precision() == Precision.DOUBLE ? 4.0 : 1.0;
            case EXP, EXPM1, LOG, LOG1P, TANH -> 1.0;
            case SIGMOID, LOGSIGMOID, SOFTPLUS, XLOGY -> 1.5;
            case SOFTMAX, LOG_SOFTMAX, CROSS_ENTROPY, CROSS_ENTROPY_PROB -> precision() == Precision.DOUBLE ? 8.0 : 4.0;
            case BINARY_CROSS_ENTROPY, BINARY_CROSS_ENTROPY_WITH_LOGITS, KL_DIV -> 4.0;
            case COSINE_EMBEDDING_LOSS -> 4.0;
            case CATEGORICAL_ENTROPY, CATEGORICAL_LOG_PROB -> 8.0;
            case ONE_HOT, GATHER, SCATTER -> 0.0;
        };
    }
}
