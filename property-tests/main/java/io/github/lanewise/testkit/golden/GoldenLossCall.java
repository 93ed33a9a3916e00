// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.golden;

import static io.github.lanewise.testkit.golden.GoldenResults.GRAD_INPUT;
import static io.github.lanewise.testkit.golden.GoldenResults.GRAD_TARGET;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.CosineOptions;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Tensor;
import org.jspecify.annotations.Nullable;

/** A recorded call of a loss. */
final class GoldenLossCall {
    private static final String INPUT = "input";
    private static final String TARGET = "target";
    private static final String WEIGHT = "weight";
    private static final String IGNORE_INDEX = "ignore_index";
    private static final String GRAD_FIRST = "grad_input1";
    private static final String GRAD_SECOND = "grad_input2";

    private final LossImplementation implementation;
    private final Operation operation;
    private final GoldenArguments arguments;

    GoldenLossCall(LossImplementation implementation, Operation operation, GoldenArguments arguments) {
        this.implementation = implementation;
        this.operation = operation;
        this.arguments = arguments;
    }

    GoldenResults run() {
        return switch (operation) {
            case NLL_LOSS -> nll();
            case CROSS_ENTROPY -> crossEntropy();
            case CROSS_ENTROPY_PROB -> probabilities();
            case BINARY_CROSS_ENTROPY, BINARY_CROSS_ENTROPY_WITH_LOGITS -> binary();
            case KL_DIV -> klDiv();
            default -> cosine();
        };
    }

    private ClassLossOptions classOptions() {
        ClassLossOptions options = ClassLossOptions.DEFAULT
                .withWeight(arguments.optionalTensor(WEIGHT))
                .withReduction(arguments.reduction(false));
        if (operation != Operation.NLL_LOSS) {
            options = options.withLabelSmoothing(arguments.number("label_smoothing"));
        }
        // Only class indices have one as a rule; the case with probabilities is to be rejected.
        if (operation != Operation.CROSS_ENTROPY_PROB || arguments.hasAttribute(IGNORE_INDEX)) {
            options = options.withIgnoreIndex(arguments.longNumber(IGNORE_INDEX));
        }
        return options;
    }

    private GoldenResults nll() {
        Tensor x = arguments.tensor(INPUT);
        long[] target = arguments.indices(TARGET).data();
        ClassLossOptions options = classOptions();
        @Nullable Tensor g = arguments.upstream(options.reduction(), GRAD_INPUT);
        arguments.checkAllUsed();
        return new GoldenResults(arguments, implementation.nllLoss(x, target, options))
                .gradient(GRAD_INPUT, () -> implementation.nllLossGradient(x, target, options, g));
    }

    private GoldenResults crossEntropy() {
        Tensor x = arguments.tensor(INPUT);
        long[] target = arguments.indices(TARGET).data();
        ClassLossOptions options = classOptions();
        @Nullable Tensor g = arguments.upstream(options.reduction(), GRAD_INPUT);
        arguments.checkAllUsed();
        return new GoldenResults(arguments, implementation.crossEntropy(x, target, options))
                .gradient(GRAD_INPUT, () -> implementation.crossEntropyGradient(x, target, options, g));
    }

    private GoldenResults probabilities() {
        Tensor x = arguments.tensor(INPUT);
        Tensor target = arguments.tensor(TARGET);
        ClassLossOptions options = classOptions();
        @Nullable Tensor g = arguments.upstream(options.reduction(), GRAD_INPUT, GRAD_TARGET);
        arguments.checkAllUsed();
        return new GoldenResults(arguments, implementation.crossEntropyProbabilities(x, target, options))
                .gradients(
                        GRAD_INPUT,
                        GRAD_TARGET,
                        () -> implementation.crossEntropyProbabilitiesGradient(x, target, options, g));
    }

    private GoldenResults binary() {
        boolean logits = operation == Operation.BINARY_CROSS_ENTROPY_WITH_LOGITS;
        Tensor x = arguments.tensor(INPUT);
        Tensor target = arguments.tensor(TARGET);
        BinaryLossOptions options = BinaryLossOptions.DEFAULT
                .withWeight(arguments.optionalTensor(WEIGHT))
                .withPositiveWeight(logits ? arguments.optionalTensor("pos_weight") : null)
                .withReduction(arguments.reduction(false));
        @Nullable Tensor g = arguments.upstream(options.reduction(), GRAD_INPUT, GRAD_TARGET);
        arguments.checkAllUsed();
        return new GoldenResults(
                        arguments,
                        logits
                                ? implementation.binaryCrossEntropyWithLogits(x, target, options)
                                : implementation.binaryCrossEntropy(x, target, options))
                .gradients(
                        GRAD_INPUT,
                        GRAD_TARGET,
                        () -> logits
                                ? implementation.binaryCrossEntropyWithLogitsGradient(x, target, options, g)
                                : implementation.binaryCrossEntropyGradient(x, target, options, g));
    }

    private GoldenResults klDiv() {
        Tensor x = arguments.tensor(INPUT);
        Tensor target = arguments.tensor(TARGET);
        KlDivOptions options = KlDivOptions.DEFAULT
                .withLogTarget(arguments.truth("log_target"))
                .withReduction(arguments.reduction(true));
        @Nullable Tensor g = arguments.upstream(options.reduction(), GRAD_INPUT, GRAD_TARGET);
        arguments.checkAllUsed();
        return new GoldenResults(arguments, implementation.klDiv(x, target, options))
                .gradients(GRAD_INPUT, GRAD_TARGET, () -> implementation.klDivGradient(x, target, options, g));
    }

    private GoldenResults cosine() {
        Tensor first = arguments.tensor("input1");
        Tensor second = arguments.tensor("input2");
        Indices target = arguments.indices(TARGET);
        CosineOptions options =
                CosineOptions.DEFAULT.withMargin(arguments.number("margin")).withReduction(arguments.reduction(false));
        @Nullable Tensor g = arguments.upstream(options.reduction(), GRAD_FIRST, GRAD_SECOND);
        arguments.checkAllUsed();
        return new GoldenResults(arguments, implementation.cosineEmbeddingLoss(first, second, target, options))
                .gradients(
                        GRAD_FIRST,
                        GRAD_SECOND,
                        () -> implementation.cosineEmbeddingLossGradient(first, second, target, options, g));
    }
}
