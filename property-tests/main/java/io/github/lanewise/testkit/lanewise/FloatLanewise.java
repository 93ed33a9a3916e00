// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.lanewise;

import io.github.lanewise.Categorical;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Indexing;
import io.github.lanewise.testkit.Capability;
import io.github.lanewise.testkit.CategoricalOptions;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lanewise in float, all of it: on row-major arrays, unless a subclass lays them out differently. */
public class FloatLanewise extends FloatPairLosses {
    /** Lanewise on row-major arrays. */
    public FloatLanewise() {}

    @Override
    public String name() {
        return "lanewise float";
    }

    @Override
    public Set<Operation> operations() {
        return EnumSet.allOf(Operation.class);
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public Tensor categoricalEntropy(Tensor input, CategoricalOptions options) {
        FloatTensor x = input(input);
        FloatTensor out = output(reduced(x, -1, false));
        LossBuilders.categorical(options).entropy(x, out);
        return read(out);
    }

    @Override
    public Tensor categoricalEntropyGradient(Tensor input, CategoricalOptions options, Tensor gradOutput) {
        FloatTensor x = input(input);
        FloatTensor g = input(gradOutput);
        FloatTensor grad = outputLike(x);
        LossBuilders.categorical(options).entropyBackward(x, g, grad);
        return read(grad);
    }

    @Override
    public Tensor categoricalLogProb(Tensor input, CategoricalOptions options, long[] value) {
        Categorical categorical = LossBuilders.categorical(options);
        FloatTensor x = input(input);
        FloatTensor out = output(reduced(x, -1, false));
        int @Nullable [] ints = ints(value);
        if (ints != null) {
            categorical.logProb(x, ints, out);
        } else {
            categorical.logProb(x, value, out);
        }
        return read(out);
    }

    @Override
    public Tensor categoricalLogProbGradient(
            Tensor input, CategoricalOptions options, long[] value, Tensor gradOutput) {
        FloatTensor x = input(input);
        FloatTensor g = input(gradOutput);
        FloatTensor grad = outputLike(x);
        LossBuilders.categorical(options).logProbBackward(x, value, g, grad);
        return read(grad);
    }

    @Override
    public Tensor oneHot(Indices input, int classes) {
        long[] index = input.data();
        int count = classes == INFER_CLASSES ? Indexing.inferClasses(index) : classes;
        int[] shape = java.util.Arrays.copyOf(input.shape(), input.rank() + 1);
        // A number of classes that makes no shape is for the library to reject.
        shape[input.rank()] = Math.max(count, 0);
        FloatTensor out = output(shape);
        Indexing.oneHot(index, count, out);
        return read(out);
    }

    @Override
    public Tensor gather(Tensor input, int dim, Indices index) {
        FloatTensor out = output(index.shape());
        Indexing.gather(input(input), dim, index.data(), out);
        return read(out);
    }

    @Override
    public Tensor gatherGradient(Tensor input, int dim, Indices index, Tensor gradOutput) {
        FloatTensor grad = output(input.shape());
        Indexing.gatherBackward(dim, index.data(), input(gradOutput), grad);
        return read(grad);
    }

    @Override
    public Tensor scatter(Tensor input, int dim, Indices index, @Nullable Tensor source, double value) {
        FloatTensor x = input(input);
        FloatTensor out = outputLike(x);
        if (source == null) {
            Indexing.scatter(x, dim, index.data(), index.shape(), (float) value, out);
        } else {
            Indexing.scatter(x, dim, index.data(), index.shape(), input(source), out);
        }
        return read(out);
    }

    @Override
    public TwoGradients scatterGradient(
            Tensor input, int dim, Indices index, @Nullable Tensor source, Tensor gradOutput) {
        FloatTensor grad = output(input.shape());
        if (source == null) {
            Indexing.scatterBackward(dim, index.data(), index.shape(), input(gradOutput), grad);
            return TwoGradients.ofFirst(read(grad));
        }
        FloatTensor gradSource = output(source.shape());
        Indexing.scatterBackward(dim, index.data(), index.shape(), input(gradOutput), grad, gradSource);
        return new TwoGradients(read(grad), read(gradSource));
    }
}
