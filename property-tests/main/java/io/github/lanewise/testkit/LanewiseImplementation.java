// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.NllLoss;
import io.github.lanewise.Softmax;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lanewise in float as an implementation under test. Inputs and outputs lie row-major in arrays of their own; a subclass can
 * lay them out differently.
 *
 * <p>Where the library offers several ways to the same result (targets as {@code int[]} or {@code long[]}, a gradient alone or
 * fused with the value), which one is taken depends on the inputs, so that many calls exercise all of them and the same call
 * always the same one.
 */
public class LanewiseImplementation implements LossImplementation {
    /** Lanewise on row-major arrays. */
    public LanewiseImplementation() {}

    @Override
    public String name() {
        return "lanewise";
    }

    @Override
    public Precision precision() {
        return Precision.FLOAT;
    }

    @Override
    public Set<Operation> operations() {
        return EnumSet.of(
                Operation.LOGSUMEXP,
                Operation.SOFTMAX,
                Operation.LOG_SOFTMAX,
                Operation.NLL_LOSS,
                Operation.CROSS_ENTROPY,
                Operation.CROSS_ENTROPY_PROB);
    }

    @Override
    public double maxUlp(Operation operation) {
        return switch (operation) {
            case NLL_LOSS -> 0.5;
            case LOGSUMEXP, EXP, EXPM1, LOG, LOG1P -> 1.0;
            case SOFTMAX, LOG_SOFTMAX -> 3.0;
            case CROSS_ENTROPY, CROSS_ENTROPY_PROB -> 4.0;
        };
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

    private static int elements(int... shape) {
        int elements = 1;
        for (int size : shape) {
            elements *= size;
        }
        return elements;
    }

    @Override
    public Tensor logSumExp(Tensor input, int dim, boolean keepDim) {
        FloatTensor x = input(input);
        FloatTensor out = output(reduced(x, dim, keepDim));
        Softmax.logSumExp(x, dim, out);
        return read(out);
    }

    @Override
    public Tensor logSumExpGradient(Tensor input, int dim, boolean keepDim, Tensor gradOutput) {
        FloatTensor x = input(input);
        FloatTensor grad = outputLike(x);
        Softmax.logSumExpBackward(x, input(gradOutput), dim, grad);
        return read(grad);
    }

    private static int[] reduced(FloatTensor x, int dim, boolean keepDim) {
        int[] shape = x.shape();
        if (shape.length == 0) {
            return shape;
        }
        int axis = dim < 0 ? dim + shape.length : dim;
        if (axis < 0 || axis >= shape.length) {
            // No such dimension: the library has to say so, whatever the output looks like.
            return shape;
        }
        if (keepDim) {
            shape[axis] = 1;
            return shape;
        }
        return without(shape, axis);
    }

    private static int[] without(int[] shape, int axis) {
        int[] rest = new int[shape.length - 1];
        for (int d = 0; d < rest.length; d++) {
            rest[d] = shape[d < axis ? d : d + 1];
        }
        return rest;
    }

    @Override
    public Tensor softmax(Tensor input, int dim) {
        FloatTensor x = input(input);
        FloatTensor out = outputLike(x);
        Softmax.softmax(x, dim, out);
        return read(out);
    }

    @Override
    public Tensor softmaxGradient(Tensor input, int dim, Tensor gradOutput) {
        FloatTensor value = input(softmax(input, dim));
        FloatTensor upstream = input(gradOutput);
        FloatTensor grad = outputLike(upstream);
        Softmax.softmaxBackward(value, upstream, dim, grad);
        return read(grad);
    }

    @Override
    public Tensor logSoftmax(Tensor input, int dim) {
        FloatTensor x = input(input);
        FloatTensor out = outputLike(x);
        Softmax.logSoftmax(x, dim, out);
        return read(out);
    }

    @Override
    public Tensor logSoftmaxGradient(Tensor input, int dim, Tensor gradOutput) {
        FloatTensor value = input(logSoftmax(input, dim));
        FloatTensor upstream = input(gradOutput);
        FloatTensor grad = outputLike(value);
        Softmax.logSoftmaxBackward(value, upstream, dim, grad);
        return read(grad);
    }

    @Override
    public Tensor nllLoss(Tensor input, long[] target, ClassLossOptions options) {
        NllLoss loss = nll(options);
        FloatTensor x = input(input);
        int @Nullable [] ints = ints(target);
        if (options.reduction() != Reduction.NONE) {
            return Tensor.scalar(ints != null ? loss.forward(x, ints) : loss.forward(x, target));
        }
        FloatTensor out = output(samples(x));
        if (ints != null) {
            loss.forward(x, ints, out);
        } else {
            loss.forward(x, target, out);
        }
        return read(out);
    }

    @Override
    public Tensor nllLossGradient(Tensor input, long[] target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        NllLoss loss = nll(options);
        FloatTensor x = input(input);
        FloatTensor grad = outputLike(x);
        int @Nullable [] ints = ints(target);
        boolean fused = fused(target, x);
        if (gradOutput == null) {
            if (fused && ints != null) {
                loss.forwardBackward(x, ints, grad);
            } else if (fused) {
                loss.forwardBackward(x, target, grad);
            } else if (ints != null) {
                loss.backward(x, ints, 1f, grad);
            } else {
                loss.backward(x, target, 1f, grad);
            }
        } else {
            FloatTensor upstream = input(gradOutput);
            FloatTensor values = output(samples(x));
            if (fused && ints != null) {
                loss.forwardBackward(x, ints, upstream, values, grad);
            } else if (fused) {
                loss.forwardBackward(x, target, upstream, values, grad);
            } else if (ints != null) {
                loss.backward(x, ints, upstream, grad);
            } else {
                loss.backward(x, target, upstream, grad);
            }
        }
        return read(grad);
    }

    @Override
    public Tensor crossEntropy(Tensor input, long[] target, ClassLossOptions options) {
        CrossEntropyLoss loss = crossEntropy(options);
        FloatTensor x = input(input);
        int @Nullable [] ints = ints(target);
        if (options.reduction() != Reduction.NONE) {
            return Tensor.scalar(ints != null ? loss.forward(x, ints) : loss.forward(x, target));
        }
        FloatTensor out = output(samples(x));
        if (ints != null) {
            loss.forward(x, ints, out);
        } else {
            loss.forward(x, target, out);
        }
        return read(out);
    }

    @Override
    public Tensor crossEntropyGradient(
            Tensor input, long[] target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        CrossEntropyLoss loss = crossEntropy(options);
        FloatTensor x = input(input);
        FloatTensor grad = outputLike(x);
        int @Nullable [] ints = ints(target);
        boolean fused = fused(target, x);
        if (gradOutput == null) {
            if (fused && ints != null) {
                loss.forwardBackward(x, ints, grad);
            } else if (fused) {
                loss.forwardBackward(x, target, grad);
            } else if (ints != null) {
                loss.backward(x, ints, 1f, grad);
            } else {
                loss.backward(x, target, 1f, grad);
            }
        } else {
            FloatTensor upstream = input(gradOutput);
            FloatTensor values = output(samples(x));
            if (fused && ints != null) {
                loss.forwardBackward(x, ints, upstream, values, grad);
            } else if (fused) {
                loss.forwardBackward(x, target, upstream, values, grad);
            } else if (ints != null) {
                loss.backward(x, ints, upstream, grad);
            } else {
                loss.backward(x, target, upstream, grad);
            }
        }
        return read(grad);
    }

    @Override
    public Tensor crossEntropyProbabilities(Tensor input, Tensor target, ClassLossOptions options) {
        CrossEntropyLoss loss = crossEntropy(options);
        FloatTensor x = input(input);
        FloatTensor t = input(target);
        if (options.reduction() != Reduction.NONE) {
            return Tensor.scalar(loss.forward(x, t));
        }
        FloatTensor out = output(samples(x));
        loss.forward(x, t, out);
        return read(out);
    }

    @Override
    public ProbabilityGradients crossEntropyProbabilitiesGradient(
            Tensor input, Tensor target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        CrossEntropyLoss loss = crossEntropy(options);
        FloatTensor x = input(input);
        FloatTensor t = input(target);
        // The gradient of the target is taken first: that of the scores may be written over the scores.
        FloatTensor gradTarget = output(t.shape());
        FloatTensor grad = outputLike(x);
        if (gradOutput == null) {
            loss.backward(x, t, 1f, grad, gradTarget);
        } else {
            loss.backward(x, t, input(gradOutput), grad, gradTarget);
        }
        return new ProbabilityGradients(read(grad), read(gradTarget));
    }

    /** Shape of the losses of the samples. */
    private static int[] samples(FloatTensor x) {
        return x.rank() == 0 ? new int[0] : without(x.shape(), x.rank() == 1 ? 0 : 1);
    }

    /** The targets as int, if this call is to take them so and they fit. */
    private static int @Nullable [] ints(long[] target) {
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
    private static boolean fused(long[] target, FloatTensor x) {
        return (Arrays.hashCode(target) + x.numel() & 2) == 0;
    }

    private static NllLoss nll(ClassLossOptions options) {
        NllLoss.Builder builder =
                NllLoss.builder().ignoreIndex(options.ignoreIndex()).reduction(reduction(options));
        Tensor weight = options.weight();
        return (weight == null ? builder : builder.weight(weight.floats())).build();
    }

    private static CrossEntropyLoss crossEntropy(ClassLossOptions options) {
        CrossEntropyLoss.Builder builder = CrossEntropyLoss.builder()
                .ignoreIndex(options.ignoreIndex())
                .labelSmoothing(options.labelSmoothing())
                .reduction(reduction(options));
        Tensor weight = options.weight();
        return (weight == null ? builder : builder.weight(weight.floats())).build();
    }

    private static io.github.lanewise.Reduction reduction(ClassLossOptions options) {
        return io.github.lanewise.Reduction.valueOf(options.reduction().name());
    }
}
