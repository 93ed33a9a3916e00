// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.pytorch;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.Capability;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.CosineOptions;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Rows;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import io.github.lanewise.testkit.pytorch.NativeTensors.Call;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.BCELossOptions;
import org.bytedeco.pytorch.BCEWithLogitsLossOptions;
import org.bytedeco.pytorch.LossReduction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.kMean;
import org.bytedeco.pytorch.kNone;
import org.bytedeco.pytorch.kSum;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch itself, on one thread of the CPU: the functions of its C++ library, gradients by its automatic differentiation.
 *
 * <p>Distributions are missing: PyTorch has them in Python alone.
 */
final class PytorchImplementation implements LossImplementation {
    private final Precision precision;
    private final NativeTensors tensors;

    PytorchImplementation(Precision precision) {
        this.precision = precision;
        this.tensors = new NativeTensors(precision);
    }

    @Override
    public String name() {
        return precision == Precision.FLOAT ? "pytorch-float32" : "pytorch-float64";
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public Set<Operation> operations() {
        return EnumSet.complementOf(EnumSet.of(Operation.CATEGORICAL_ENTROPY, Operation.CATEGORICAL_LOG_PROB));
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.TARGET_GRADIENTS);
    }

    /**
     * PyTorch documents no errors: this is what a user may reasonably expect. Sums are accumulated in the type itself, so that
     * those over a row may lose half an ulp for each element of the longest rows that the kit makes.
     */
    @Override
    public double maxUlp(Operation operation) {
        return switch (operation) {
            case ONE_HOT, GATHER, SCATTER -> 0.0;
            case EXP, EXPM1, LOG, LOG1P, TANH, SIGMOID, LOGSIGMOID, SOFTPLUS, XLOGY -> 4.0;
            case LOGSUMEXP, SOFTMAX, LOG_SOFTMAX, CROSS_ENTROPY, CROSS_ENTROPY_PROB -> 4096.0;
            default -> 64.0;
        };
    }

    @Override
    public Tensor elementwise(Operation operation, Tensor input) {
        return tensors.value(elementwiseCall(operation), input);
    }

    @Override
    public Tensor elementwiseGradient(Operation operation, Tensor input, Tensor gradOutput) {
        return gradient(elementwiseCall(operation), gradOutput, input);
    }

    private static Call elementwiseCall(Operation operation) {
        return switch (operation) {
            case EXP -> x -> torch.exp(x.get(0));
            case EXPM1 -> x -> torch.expm1(x.get(0));
            case LOG -> x -> torch.log(x.get(0));
            case LOG1P -> x -> torch.log1p(x.get(0));
            case TANH -> x -> torch.tanh(x.get(0));
            case SIGMOID -> x -> torch.sigmoid(x.get(0));
            case LOGSIGMOID -> x -> torch.log_sigmoid(x.get(0));
            default -> throw new IllegalArgumentException(operation + " is not elementwise");
        };
    }

    @Override
    public Tensor softplus(Tensor input, double beta, double threshold) {
        return tensors.value(softplusCall(beta, threshold), input);
    }

    @Override
    public Tensor softplusGradient(Tensor input, double beta, double threshold, Tensor gradOutput) {
        return gradient(softplusCall(beta, threshold), gradOutput, input);
    }

    private static Call softplusCall(double beta, double threshold) {
        return x -> torch.softplus(x.get(0), new Scalar(beta), new Scalar(threshold));
    }

    @Override
    public Tensor xlogy(Tensor x, Tensor y) {
        return tensors.value(xlogyCall(), x, y);
    }

    @Override
    public TwoGradients xlogyGradient(Tensor x, Tensor y, Tensor gradOutput) {
        return gradients(xlogyCall(), gradOutput, x, y);
    }

    private static Call xlogyCall() {
        return x -> torch.xlogy(x.get(0), x.get(1));
    }

    @Override
    public Tensor logSumExp(Tensor input, int dim, boolean keepDim) {
        return tensors.value(logSumExpCall(dim, keepDim), input);
    }

    @Override
    public Tensor logSumExpGradient(Tensor input, int dim, boolean keepDim, Tensor gradOutput) {
        return gradient(logSumExpCall(dim, keepDim), gradOutput, input);
    }

    private static Call logSumExpCall(int dim, boolean keepDim) {
        return x -> torch.logsumexp(x.get(0), new long[] {dim}, keepDim);
    }

    @Override
    public Tensor softmax(Tensor input, int dim) {
        return tensors.value(x -> torch.softmax(x.get(0), dim), input);
    }

    @Override
    public Tensor softmaxGradient(Tensor input, int dim, Tensor gradOutput) {
        return gradient(x -> torch.softmax(x.get(0), dim), gradOutput, input);
    }

    @Override
    public Tensor logSoftmax(Tensor input, int dim) {
        return tensors.value(x -> torch.log_softmax(x.get(0), dim), input);
    }

    @Override
    public Tensor logSoftmaxGradient(Tensor input, int dim, Tensor gradOutput) {
        return gradient(x -> torch.log_softmax(x.get(0), dim), gradOutput, input);
    }

    @Override
    public Tensor nllLoss(Tensor input, long[] target, ClassLossOptions options) {
        return tensors.value(nllLossCall(input, target, options), input);
    }

    @Override
    public Tensor nllLossGradient(Tensor input, long[] target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        return gradient(nllLossCall(input, target, options), gradOutput, input);
    }

    private Call nllLossCall(Tensor input, long[] target, ClassLossOptions options) {
        return x -> torch.nll_loss_nd(
                x.get(0),
                classes(input, target),
                tensors.optional(options.weight()),
                code(options.reduction()),
                options.ignoreIndex());
    }

    @Override
    public Tensor crossEntropy(Tensor input, long[] target, ClassLossOptions options) {
        return tensors.value(crossEntropyCall(input, target, options), input);
    }

    @Override
    public Tensor crossEntropyGradient(
            Tensor input, long[] target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        return gradient(crossEntropyCall(input, target, options), gradOutput, input);
    }

    private Call crossEntropyCall(Tensor input, long[] target, ClassLossOptions options) {
        return x -> crossEntropy(x.get(0), classes(input, target), options);
    }

    @Override
    public Tensor crossEntropyProbabilities(Tensor input, Tensor target, ClassLossOptions options) {
        return tensors.value(x -> crossEntropy(x.get(0), x.get(1), options), input, target);
    }

    @Override
    public TwoGradients crossEntropyProbabilitiesGradient(
            Tensor input, Tensor target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        return gradients(x -> crossEntropy(x.get(0), x.get(1), options), gradOutput, input, target);
    }

    private org.bytedeco.pytorch.Tensor crossEntropy(
            org.bytedeco.pytorch.Tensor input, org.bytedeco.pytorch.Tensor target, ClassLossOptions options) {
        return torch.cross_entropy_loss(
                input,
                target,
                tensors.optional(options.weight()),
                code(options.reduction()),
                options.ignoreIndex(),
                options.labelSmoothing());
    }

    /** Classes in the shape that goes with the scores; of another number than the scores ask for, in a row. */
    private org.bytedeco.pytorch.Tensor classes(Tensor input, long... target) {
        int[] others = Rows.ofClasses(input).otherSizes();
        int count = 1;
        for (int size : others) {
            count *= size;
        }
        return count == target.length ? tensors.of(target, others) : tensors.of(target, target.length);
    }

    @Override
    public Tensor binaryCrossEntropy(Tensor input, Tensor target, BinaryLossOptions options) {
        return tensors.value(binaryCrossEntropyCall(options), input, target);
    }

    @Override
    public TwoGradients binaryCrossEntropyGradient(
            Tensor input, Tensor target, BinaryLossOptions options, @Nullable Tensor gradOutput) {
        return gradients(binaryCrossEntropyCall(options), gradOutput, input, target);
    }

    private Call binaryCrossEntropyCall(BinaryLossOptions options) {
        return x -> {
            BCELossOptions settings = new BCELossOptions();
            settings.reduction().put(reduction(options.reduction()));
            if (options.weight() != null) {
                settings.weight().put(tensors.of(options.weight()));
            }
            return torch.binary_cross_entropy(x.get(0), x.get(1), settings);
        };
    }

    @Override
    public Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target, BinaryLossOptions options) {
        return tensors.value(binaryCrossEntropyWithLogitsCall(options), input, target);
    }

    @Override
    public TwoGradients binaryCrossEntropyWithLogitsGradient(
            Tensor input, Tensor target, BinaryLossOptions options, @Nullable Tensor gradOutput) {
        return gradients(binaryCrossEntropyWithLogitsCall(options), gradOutput, input, target);
    }

    private Call binaryCrossEntropyWithLogitsCall(BinaryLossOptions options) {
        return x -> {
            BCEWithLogitsLossOptions settings = new BCEWithLogitsLossOptions();
            settings.reduction().put(reduction(options.reduction()));
            if (options.weight() != null) {
                settings.weight().put(tensors.of(options.weight()));
            }
            if (options.positiveWeight() != null) {
                settings.pos_weight().put(tensors.of(options.positiveWeight()));
            }
            return torch.binary_cross_entropy_with_logits(x.get(0), x.get(1), settings);
        };
    }

    @Override
    public Tensor klDiv(Tensor input, Tensor target, KlDivOptions options) {
        return tensors.value(klDivCall(options), input, target);
    }

    @Override
    public TwoGradients klDivGradient(Tensor input, Tensor target, KlDivOptions options, @Nullable Tensor gradOutput) {
        return gradients(klDivCall(options), gradOutput, input, target);
    }

    private static Call klDivCall(KlDivOptions options) {
        if (options.reduction() != Reduction.BATCH_MEAN) {
            return x -> torch.kl_div(x.get(0), x.get(1), code(options.reduction()), options.logTarget());
        }
        // As in PyTorch's own layers above this function.
        return x -> {
            org.bytedeco.pytorch.Tensor sum =
                    torch.kl_div(x.get(0), x.get(1), code(Reduction.SUM), options.logTarget());
            return x.get(0).dim() == 0 ? sum : sum.div(new Scalar(x.get(0).size(0)));
        };
    }

    @Override
    public Tensor cosineEmbeddingLoss(Tensor first, Tensor second, Indices target, CosineOptions options) {
        return tensors.value(cosineEmbeddingLossCall(target, options), first, second);
    }

    @Override
    public TwoGradients cosineEmbeddingLossGradient(
            Tensor first, Tensor second, Indices target, CosineOptions options, @Nullable Tensor gradOutput) {
        return gradients(cosineEmbeddingLossCall(target, options), gradOutput, first, second);
    }

    private Call cosineEmbeddingLossCall(Indices target, CosineOptions options) {
        return x -> torch.cosine_embedding_loss(
                x.get(0), x.get(1), indices(target), options.margin(), code(options.reduction()));
    }

    @Override
    public Tensor oneHot(Indices input, int classes) {
        return tensors.value(x -> torch.one_hot(indices(input), classes));
    }

    @Override
    public Tensor gather(Tensor input, int dim, Indices index) {
        return tensors.value(gatherCall(dim, index), input);
    }

    @Override
    public Tensor gatherGradient(Tensor input, int dim, Indices index, Tensor gradOutput) {
        return gradient(gatherCall(dim, index), gradOutput, input);
    }

    private Call gatherCall(int dim, Indices index) {
        return x -> torch.gather(x.get(0), dim, indices(index));
    }

    @Override
    public Tensor scatter(Tensor input, int dim, Indices index, @Nullable Tensor source, double value) {
        return source == null
                ? tensors.value(scatterCall(dim, index, value), input)
                : tensors.value(scatterCall(dim, index), input, source);
    }

    @Override
    public TwoGradients scatterGradient(
            Tensor input, int dim, Indices index, @Nullable Tensor source, Tensor gradOutput) {
        return source == null
                ? TwoGradients.ofFirst(gradient(scatterCall(dim, index, 0.0), gradOutput, input))
                : gradients(scatterCall(dim, index), gradOutput, input, source);
    }

    private Call scatterCall(int dim, Indices index) {
        return x -> torch.scatter(x.get(0), dim, indices(index), x.get(1));
    }

    private Call scatterCall(int dim, Indices index, double value) {
        return x -> torch.scatter(x.get(0), dim, indices(index), new Scalar(value));
    }

    private org.bytedeco.pytorch.Tensor indices(Indices indices) {
        return tensors.of(indices.data(), indices.shape());
    }

    private Tensor gradient(Call call, @Nullable Tensor gradOutput, Tensor input) {
        return tensors.gradients(call, gradOutput, input).get(0);
    }

    private TwoGradients gradients(Call call, @Nullable Tensor gradOutput, Tensor first, Tensor second) {
        List<Tensor> both = tensors.gradients(call, gradOutput, first, second);
        return new TwoGradients(both.get(0), both.get(1));
    }

    /** PyTorch's number for a reduction. */
    private static long code(Reduction reduction) {
        return switch (reduction) {
            case NONE -> 0;
            case MEAN -> 1;
            case SUM -> 2;
            case BATCH_MEAN ->
                throw new IllegalArgumentException("only the Kullback-Leibler divergence has a batch mean");
        };
    }

    private static LossReduction reduction(Reduction reduction) {
        return switch (reduction) {
            case NONE -> new LossReduction(new kNone());
            case MEAN -> new LossReduction(new kMean());
            case SUM -> new LossReduction(new kSum());
            case BATCH_MEAN ->
                throw new IllegalArgumentException("only the Kullback-Leibler divergence has a batch mean");
        };
    }
}
