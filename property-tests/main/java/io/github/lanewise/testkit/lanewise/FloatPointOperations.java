// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.lanewise;

import io.github.lanewise.Elementwise;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Sigmoid;
import io.github.lanewise.Softmax;
import io.github.lanewise.testkit.NotClaimedException;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;

/** The elementary functions, the sigmoid family and the softmax family. */
abstract class FloatPointOperations extends FloatViews {
    @Override
    public Tensor elementwise(Operation operation, Tensor input) {
        FloatTensor x = input(input);
        FloatTensor out = outputLike(x);
        switch (operation) {
            case EXP -> Elementwise.exp(x, out);
            case EXPM1 -> Elementwise.expm1(x, out);
            case LOG -> Elementwise.log(x, out);
            case LOG1P -> Elementwise.log1p(x, out);
            case TANH -> Elementwise.tanh(x, out);
            case SIGMOID -> Sigmoid.sigmoid(x, out);
            case LOGSIGMOID -> Sigmoid.logSigmoid(x, out);
            default -> throw new NotClaimedException(this, operation, "elementwise");
        }
        return read(out);
    }

    @Override
    public Tensor elementwiseGradient(Operation operation, Tensor input, Tensor gradOutput) {
        FloatTensor x = input(input);
        FloatTensor g = input(gradOutput);
        FloatTensor grad = outputLike(x);
        switch (operation) {
            case EXP -> Elementwise.expBackward(x, g, grad);
            case EXPM1 -> Elementwise.expm1Backward(x, g, grad);
            case LOG -> Elementwise.logBackward(x, g, grad);
            case LOG1P -> Elementwise.log1pBackward(x, g, grad);
            case TANH -> Elementwise.tanhBackward(x, g, grad);
            case SIGMOID -> Sigmoid.sigmoidBackward(x, g, grad);
            case LOGSIGMOID -> Sigmoid.logSigmoidBackward(x, g, grad);
            default -> throw new NotClaimedException(this, operation, "elementwiseGradient");
        }
        return read(grad);
    }

    @Override
    public Tensor softplus(Tensor input, double beta, double threshold) {
        FloatTensor x = input(input);
        FloatTensor out = outputLike(x);
        Sigmoid.softplus(x, (float) beta, (float) threshold, out);
        return read(out);
    }

    @Override
    public Tensor softplusGradient(Tensor input, double beta, double threshold, Tensor gradOutput) {
        FloatTensor x = input(input);
        FloatTensor g = input(gradOutput);
        FloatTensor grad = outputLike(x);
        Sigmoid.softplusBackward(x, g, (float) beta, (float) threshold, grad);
        return read(grad);
    }

    @Override
    public Tensor xlogy(Tensor x, Tensor y) {
        FloatTensor first = input(x);
        FloatTensor second = input(y);
        FloatTensor out = outputLike(first);
        Elementwise.xlogy(first, second, out);
        return read(out);
    }

    @Override
    public TwoGradients xlogyGradient(Tensor x, Tensor y, Tensor gradOutput) {
        FloatTensor gradX = output(x.shape());
        FloatTensor gradY = output(y.shape());
        Elementwise.xlogyBackward(input(x), input(y), input(gradOutput), gradX, gradY);
        return new TwoGradients(read(gradX), read(gradY));
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
}
