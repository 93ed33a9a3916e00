// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.lanewise;

import io.github.lanewise.BceLoss;
import io.github.lanewise.BceWithLogitsLoss;
import io.github.lanewise.CosineEmbeddingLoss;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.KlDivLoss;
import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.CosineOptions;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.LossPart;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import org.jspecify.annotations.Nullable;

/** The losses of two tensors. */
abstract class FloatPairLosses extends FloatClassLosses {
    @Override
    public Tensor binaryCrossEntropy(Tensor input, Tensor target, BinaryLossOptions options) {
        BceLoss loss = LossBuilders.bce(options);
        FloatTensor x = input(input);
        FloatTensor t = input(target);
        if (options.reduction() != Reduction.NONE) {
            return Tensor.scalar(loss.forward(x, t));
        }
        FloatTensor out = output(x.shape());
        loss.forward(x, t, out);
        return read(out);
    }

    @Override
    public TwoGradients binaryCrossEntropyGradient(
            Tensor input, Tensor target, BinaryLossOptions options, @Nullable Tensor gradOutput) {
        BceLoss loss = LossBuilders.bce(options);
        FloatTensor x = input(input);
        FloatTensor t = input(target);
        FloatTensor gradTarget = output(t.shape());
        FloatTensor grad = outputLike(x);
        if (gradOutput == null && fused(input)) {
            loss.forwardBackward(x, t, grad, gradTarget);
        } else if (gradOutput == null) {
            loss.backward(x, t, 1f, grad, gradTarget);
        } else if (fused(input)) {
            FloatTensor losses = output(gradOutput.shape());
            loss.forwardBackward(x, t, input(gradOutput), losses, grad, gradTarget);
        } else {
            loss.backward(x, t, input(gradOutput), grad, gradTarget);
        }
        return new TwoGradients(read(grad), read(gradTarget));
    }

    @Override
    public LossPart binaryCrossEntropySum(Tensor input, Tensor target, BinaryLossOptions options) {
        return LossBuilders.part(LossBuilders.bce(options).sum(input(input), input(target)));
    }

    @Override
    public Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target, BinaryLossOptions options) {
        BceWithLogitsLoss loss = LossBuilders.bceWithLogits(options);
        FloatTensor x = input(input);
        FloatTensor t = input(target);
        if (options.reduction() != Reduction.NONE) {
            return Tensor.scalar(loss.forward(x, t));
        }
        FloatTensor out = output(x.shape());
        loss.forward(x, t, out);
        return read(out);
    }

    @Override
    public TwoGradients binaryCrossEntropyWithLogitsGradient(
            Tensor input, Tensor target, BinaryLossOptions options, @Nullable Tensor gradOutput) {
        BceWithLogitsLoss loss = LossBuilders.bceWithLogits(options);
        FloatTensor x = input(input);
        FloatTensor t = input(target);
        FloatTensor gradTarget = output(t.shape());
        FloatTensor grad = outputLike(x);
        if (gradOutput == null && fused(input)) {
            loss.forwardBackward(x, t, grad, gradTarget);
        } else if (gradOutput == null) {
            loss.backward(x, t, 1f, grad, gradTarget);
        } else if (fused(input)) {
            FloatTensor losses = output(gradOutput.shape());
            loss.forwardBackward(x, t, input(gradOutput), losses, grad, gradTarget);
        } else {
            loss.backward(x, t, input(gradOutput), grad, gradTarget);
        }
        return new TwoGradients(read(grad), read(gradTarget));
    }

    @Override
    public LossPart binaryCrossEntropyWithLogitsSum(Tensor input, Tensor target, BinaryLossOptions options) {
        return LossBuilders.part(LossBuilders.bceWithLogits(options).sum(input(input), input(target)));
    }

    @Override
    public Tensor klDiv(Tensor input, Tensor target, KlDivOptions options) {
        KlDivLoss loss = LossBuilders.klDiv(options);
        FloatTensor x = input(input);
        FloatTensor t = input(target);
        if (options.reduction() != Reduction.NONE) {
            return Tensor.scalar(loss.forward(x, t));
        }
        FloatTensor out = output(broadcast(x, t));
        loss.forward(x, t, out);
        return read(out);
    }

    @Override
    public TwoGradients klDivGradient(Tensor input, Tensor target, KlDivOptions options, @Nullable Tensor gradOutput) {
        KlDivLoss loss = LossBuilders.klDiv(options);
        FloatTensor x = input(input);
        FloatTensor t = input(target);
        FloatTensor gradTarget = output(t.shape());
        FloatTensor grad = outputLike(x);
        if (gradOutput == null && fused(input)) {
            loss.forwardBackward(x, t, grad, gradTarget);
        } else if (gradOutput == null) {
            loss.backward(x, t, 1f, grad, gradTarget);
        } else if (fused(input)) {
            FloatTensor losses = output(gradOutput.shape());
            loss.forwardBackward(x, t, input(gradOutput), losses, grad, gradTarget);
        } else {
            loss.backward(x, t, input(gradOutput), grad, gradTarget);
        }
        return new TwoGradients(read(grad), read(gradTarget));
    }

    @Override
    public LossPart klDivSum(Tensor input, Tensor target, KlDivOptions options) {
        return LossBuilders.part(LossBuilders.klDiv(options).sum(input(input), input(target)));
    }

    /** The shape of two views stretched over each other; the first's if they do not fit, for the library to say so. */
    private static int[] broadcast(FloatTensor a, FloatTensor b) {
        int[] shape = new int[Math.max(a.rank(), b.rank())];
        for (int d = 1; d <= shape.length; d++) {
            int first = d <= a.rank() ? a.size(-d) : 1;
            int second = d <= b.rank() ? b.size(-d) : 1;
            if (first != second && first != 1 && second != 1) {
                return a.shape();
            }
            shape[shape.length - d] = first == 1 ? second : first;
        }
        return shape;
    }

    @Override
    public Tensor cosineEmbeddingLoss(Tensor first, Tensor second, Indices target, CosineOptions options) {
        CosineEmbeddingLoss loss = LossBuilders.cosine(options);
        FloatTensor x1 = input(first);
        FloatTensor x2 = input(second);
        checkRank(x1, x2, target);
        int @Nullable [] ints = ints(target.data());
        if (options.reduction() != Reduction.NONE) {
            return Tensor.scalar(ints != null ? loss.forward(x1, x2, ints) : loss.forward(x1, x2, target.data()));
        }
        FloatTensor out = output(target.shape());
        if (ints != null) {
            loss.forward(x1, x2, ints, out);
        } else {
            loss.forward(x1, x2, target.data(), out);
        }
        return read(out);
    }

    @Override
    public TwoGradients cosineEmbeddingLossGradient(
            Tensor first, Tensor second, Indices target, CosineOptions options, @Nullable Tensor gradOutput) {
        CosineEmbeddingLoss loss = LossBuilders.cosine(options);
        FloatTensor x1 = input(first);
        FloatTensor x2 = input(second);
        checkRank(x1, x2, target);
        FloatTensor grad1 = output(x1.shape());
        FloatTensor grad2 = output(x2.shape());
        long[] longs = target.data();
        if (gradOutput != null) {
            loss.backward(x1, x2, longs, input(gradOutput), grad1, grad2);
        } else if (fused(first)) {
            loss.forwardBackward(x1, x2, longs, grad1, grad2);
        } else {
            loss.backward(x1, x2, longs, 1f, grad1, grad2);
        }
        return new TwoGradients(read(grad1), read(grad2));
    }

    @Override
    public LossPart cosineEmbeddingLossSum(Tensor first, Tensor second, Indices target, CosineOptions options) {
        FloatTensor x1 = input(first);
        FloatTensor x2 = input(second);
        checkRank(x1, x2, target);
        return LossBuilders.part(LossBuilders.cosine(options).sum(x1, x2, target.data()));
    }

    /** The library takes targets as an array, whose rank is that of the result: what an array can't show is checked here. */
    private static void checkRank(FloatTensor x1, FloatTensor x2, Indices target) {
        if (target.rank() != Math.max(x1.rank(), x2.rank()) - 1) {
            throw new IllegalArgumentException(
                    "targets of rank " + target.rank() + " for vectors of rank " + x1.rank() + " and " + x2.rank());
        }
    }
}
