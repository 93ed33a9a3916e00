// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.reference;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.Capability;
import io.github.lanewise.testkit.CategoricalOptions;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.CosineOptions;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.LossPart;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * All operations with all capabilities, computed in double by plain loops. As an implementation in float it rounds its results,
 * once, to float. A subclass can get something wrong on purpose.
 */
public class NaiveReference implements LossImplementation {
    private static final double ULP_OF_DOUBLE = 8.0;
    private static final double ULP_OF_FLOAT = 0.51;

    private final Precision precision;

    /**
     * An implementation in a type.
     *
     * @param precision the type of inputs and results
     */
    public NaiveReference(Precision precision) {
        this.precision = precision;
    }

    @Override
    public String name() {
        return "naive " + (precision == Precision.FLOAT ? "float" : "double");
    }

    @Override
    public Precision precision() {
        return precision;
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
    public double maxUlp(Operation operation) {
        return precision == Precision.FLOAT ? ULP_OF_FLOAT : ULP_OF_DOUBLE;
    }

    private Tensor round(Tensor exact) {
        return precision == Precision.DOUBLE ? exact : map(exact, i -> exact.get(i));
    }

    private TwoGradients round(TwoGradients exact) {
        return new TwoGradients(round(exact.first()), round(exact.second()));
    }

    private Tensor map(Tensor like, IntToDoubleFunction function) {
        double[] data = new double[like.count()];
        for (int i = 0; i < data.length; i++) {
            data[i] = precision.round(function.applyAsDouble(i));
        }
        return Tensor.of(data, like.shape());
    }

    @Override
    public Tensor elementwise(Operation operation, Tensor input) {
        return map(input, i -> Points.value(operation, input.get(i)));
    }

    @Override
    public Tensor elementwiseGradient(Operation operation, Tensor input, Tensor gradOutput) {
        return map(input, i -> gradOutput.get(i) * Points.derivative(operation, input.get(i)));
    }

    @Override
    public Tensor softplus(Tensor input, double beta, double threshold) {
        return map(input, i -> Points.softplus(input.get(i), beta, threshold));
    }

    @Override
    public Tensor softplusGradient(Tensor input, double beta, double threshold, Tensor gradOutput) {
        return map(input, i -> gradOutput.get(i) * Points.softplusSlope(input.get(i), beta, threshold));
    }

    @Override
    public Tensor xlogy(Tensor x, Tensor y) {
        Shapes.same(x, y);
        return map(x, i -> Points.xlogy(x.get(i), y.get(i)));
    }

    @Override
    public TwoGradients xlogyGradient(Tensor x, Tensor y, Tensor gradOutput) {
        Shapes.same(x, y);
        return new TwoGradients(
                map(x, i -> Points.xlogyGradient(x.get(i), y.get(i), gradOutput.get(i))),
                map(x, i -> gradOutput.get(i) * (x.get(i) / y.get(i))));
    }

    @Override
    public Tensor logSumExp(Tensor input, int dim, boolean keepDim) {
        return round(SoftmaxLoops.logSumExp(input, dim, keepDim));
    }

    @Override
    public Tensor logSumExpGradient(Tensor input, int dim, boolean keepDim, Tensor gradOutput) {
        return round(SoftmaxLoops.logSumExpGradient(input, dim, gradOutput));
    }

    @Override
    public Tensor softmax(Tensor input, int dim) {
        return round(SoftmaxLoops.softmax(input, dim));
    }

    @Override
    public Tensor softmaxGradient(Tensor input, int dim, Tensor gradOutput) {
        return round(SoftmaxLoops.softmaxGradient(input, dim, gradOutput));
    }

    @Override
    public Tensor logSoftmax(Tensor input, int dim) {
        return round(SoftmaxLoops.logSoftmax(input, dim));
    }

    @Override
    public Tensor logSoftmaxGradient(Tensor input, int dim, Tensor gradOutput) {
        return round(SoftmaxLoops.logSoftmaxGradient(input, dim, gradOutput));
    }

    @Override
    public Tensor nllLoss(Tensor input, long[] target, ClassLossOptions options) {
        return round(new ClassLossLoops(input, options).nll(target).reduce(options.reduction(), options.policies()));
    }

    @Override
    public Tensor nllLossGradient(Tensor input, long[] target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        return round(new ClassLossLoops(input, options).nllGradient(target, gradOutput));
    }

    @Override
    public LossPart nllLossSum(Tensor input, long[] target, ClassLossOptions options) {
        return new ClassLossLoops(input, options).nll(target).part(options.policies());
    }

    @Override
    public Tensor crossEntropy(Tensor input, long[] target, ClassLossOptions options) {
        return round(new ClassLossLoops(input, options)
                .crossEntropy(target)
                .reduce(options.reduction(), options.policies()));
    }

    @Override
    public Tensor crossEntropyGradient(
            Tensor input, long[] target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        return round(new ClassLossLoops(input, options).crossEntropyGradient(target, gradOutput));
    }

    @Override
    public LossPart crossEntropySum(Tensor input, long[] target, ClassLossOptions options) {
        return new ClassLossLoops(input, options).crossEntropy(target).part(options.policies());
    }

    @Override
    public Tensor crossEntropyProbabilities(Tensor input, Tensor target, ClassLossOptions options) {
        return round(new ClassLossLoops(input, options)
                .crossEntropy(target)
                .reduce(options.reduction(), options.policies()));
    }

    @Override
    public TwoGradients crossEntropyProbabilitiesGradient(
            Tensor input, Tensor target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        return round(new ClassLossLoops(input, options).crossEntropyGradient(target, gradOutput));
    }

    @Override
    public LossPart crossEntropyProbabilitiesSum(Tensor input, Tensor target, ClassLossOptions options) {
        return new ClassLossLoops(input, options).crossEntropy(target).part(options.policies());
    }

    @Override
    public Tensor binaryCrossEntropy(Tensor input, Tensor target, BinaryLossOptions options) {
        return round(new BinaryLossLoops(input, target, options)
                .probabilities()
                .reduce(options.reduction(), options.policies()));
    }

    @Override
    public TwoGradients binaryCrossEntropyGradient(
            Tensor input, Tensor target, BinaryLossOptions options, @Nullable Tensor gradOutput) {
        return round(new BinaryLossLoops(input, target, options).probabilitiesGradient(gradOutput));
    }

    @Override
    public LossPart binaryCrossEntropySum(Tensor input, Tensor target, BinaryLossOptions options) {
        return new BinaryLossLoops(input, target, options).probabilities().part(options.policies());
    }

    @Override
    public Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target, BinaryLossOptions options) {
        return round(
                new BinaryLossLoops(input, target, options).logits().reduce(options.reduction(), options.policies()));
    }

    @Override
    public TwoGradients binaryCrossEntropyWithLogitsGradient(
            Tensor input, Tensor target, BinaryLossOptions options, @Nullable Tensor gradOutput) {
        return round(new BinaryLossLoops(input, target, options).logitsGradient(gradOutput));
    }

    @Override
    public LossPart binaryCrossEntropyWithLogitsSum(Tensor input, Tensor target, BinaryLossOptions options) {
        return new BinaryLossLoops(input, target, options).logits().part(options.policies());
    }

    @Override
    public Tensor klDiv(Tensor input, Tensor target, KlDivOptions options) {
        return round(new KlDivLoops(input, target, options).losses().reduce(options.reduction(), options.policies()));
    }

    @Override
    public TwoGradients klDivGradient(Tensor input, Tensor target, KlDivOptions options, @Nullable Tensor gradOutput) {
        return round(new KlDivLoops(input, target, options).gradients(gradOutput));
    }

    @Override
    public LossPart klDivSum(Tensor input, Tensor target, KlDivOptions options) {
        return new KlDivLoops(input, target, options).losses().part(options.policies());
    }

    @Override
    public Tensor cosineEmbeddingLoss(Tensor first, Tensor second, Indices target, CosineOptions options) {
        return round(new CosineLoops(first, second, target, options)
                .losses()
                .reduce(options.reduction(), options.policies()));
    }

    @Override
    public TwoGradients cosineEmbeddingLossGradient(
            Tensor first, Tensor second, Indices target, CosineOptions options, @Nullable Tensor gradOutput) {
        return round(new CosineLoops(first, second, target, options).gradients(gradOutput));
    }

    @Override
    public LossPart cosineEmbeddingLossSum(Tensor first, Tensor second, Indices target, CosineOptions options) {
        return new CosineLoops(first, second, target, options).losses().part(options.policies());
    }

    @Override
    public Tensor categoricalEntropy(Tensor input, CategoricalOptions options) {
        return round(new CategoricalLoops(input, options, precision).entropy());
    }

    @Override
    public Tensor categoricalEntropyGradient(Tensor input, CategoricalOptions options, Tensor gradOutput) {
        return round(new CategoricalLoops(input, options, precision).entropyGradient(gradOutput));
    }

    @Override
    public Tensor categoricalLogProb(Tensor input, CategoricalOptions options, long[] value) {
        return round(new CategoricalLoops(input, options, precision).logProb(value));
    }

    @Override
    public Tensor categoricalLogProbGradient(
            Tensor input, CategoricalOptions options, long[] value, Tensor gradOutput) {
        return round(new CategoricalLoops(input, options, precision).logProbGradient(value, gradOutput));
    }

    @Override
    public Tensor oneHot(Indices input, int classes) {
        return IndexingLoops.oneHot(input, classes);
    }

    @Override
    public Tensor gather(Tensor input, int dim, Indices index) {
        return IndexingLoops.gather(input, dim, index);
    }

    @Override
    public Tensor gatherGradient(Tensor input, int dim, Indices index, Tensor gradOutput) {
        return round(IndexingLoops.gatherGradient(input, dim, index, gradOutput));
    }

    @Override
    public Tensor scatter(Tensor input, int dim, Indices index, @Nullable Tensor source, double value) {
        return round(IndexingLoops.scatter(input, dim, index, source, value));
    }

    @Override
    public TwoGradients scatterGradient(
            Tensor input, int dim, Indices index, @Nullable Tensor source, Tensor gradOutput) {
        return IndexingLoops.scatterGradient(input, dim, index, source, gradOutput);
    }
}
