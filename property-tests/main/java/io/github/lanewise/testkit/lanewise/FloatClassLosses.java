// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.lanewise;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.NllLoss;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.LossPart;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import org.jspecify.annotations.Nullable;

/** The losses over classes. */
abstract class FloatClassLosses extends FloatPointOperations {
    @Override
    public Tensor nllLoss(Tensor input, long[] target, ClassLossOptions options) {
        NllLoss loss = LossBuilders.nll(options);
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
        NllLoss loss = LossBuilders.nll(options);
        FloatTensor x = input(input);
        FloatTensor grad = outputLike(x);
        int @Nullable [] ints = ints(target);
        boolean fused = fused(input);
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
        CrossEntropyLoss loss = LossBuilders.crossEntropy(options);
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
        CrossEntropyLoss loss = LossBuilders.crossEntropy(options);
        FloatTensor x = input(input);
        FloatTensor grad = outputLike(x);
        int @Nullable [] ints = ints(target);
        boolean fused = fused(input);
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
        CrossEntropyLoss loss = LossBuilders.crossEntropy(options);
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
    public TwoGradients crossEntropyProbabilitiesGradient(
            Tensor input, Tensor target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        CrossEntropyLoss loss = LossBuilders.crossEntropy(options);
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
        return new TwoGradients(read(grad), read(gradTarget));
    }

    @Override
    public LossPart nllLossSum(Tensor input, long[] target, ClassLossOptions options) {
        return LossBuilders.part(LossBuilders.nll(options).sum(input(input), target));
    }

    @Override
    public LossPart crossEntropySum(Tensor input, long[] target, ClassLossOptions options) {
        return LossBuilders.part(LossBuilders.crossEntropy(options).sum(input(input), target));
    }

    @Override
    public LossPart crossEntropyProbabilitiesSum(Tensor input, Tensor target, ClassLossOptions options) {
        return LossBuilders.part(LossBuilders.crossEntropy(options).sum(input(input), input(target)));
    }
}
