// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.golden;

import static io.github.lanewise.testkit.golden.GoldenArguments.given;
import static io.github.lanewise.testkit.golden.GoldenResults.GRAD_INPUT;

import io.github.lanewise.testkit.CategoricalOptions;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.golden.GoldenArguments.UnknownPartException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A recorded call translated for an implementation. An attribute or input that the kit does not know is an error. */
final class GoldenCall {
    private static final String INPUT = "input";
    private static final String INDEX = "index";
    private static final String DIM = "dim";

    private final LossImplementation implementation;
    private final Operation operation;
    private final GoldenArguments arguments;

    private GoldenCall(LossImplementation implementation, Operation operation, GoldenCase golden) {
        this.implementation = implementation;
        this.operation = operation;
        this.arguments = new GoldenArguments(golden);
    }

    /**
     * Carries out a call.
     *
     * @return the results, those that are recorded among them, by name
     * @throws UnknownPartException if the case holds something that the kit does not know
     */
    static Map<String, Tensor> run(LossImplementation implementation, Operation operation, GoldenCase golden) {
        return new GoldenCall(implementation, operation, golden).run().get();
    }

    private GoldenResults run() {
        return switch (operation) {
            case EXP, EXPM1, LOG, LOG1P, TANH, SIGMOID, LOGSIGMOID -> elementwise();
            case SOFTPLUS -> softplus();
            case LOGSUMEXP -> logSumExp();
            case SOFTMAX, LOG_SOFTMAX -> softmax();
            case CATEGORICAL_ENTROPY -> entropy();
            case ONE_HOT -> oneHot();
            case GATHER -> gather();
            case SCATTER -> scatter();
            case NLL_LOSS,
                    CROSS_ENTROPY,
                    CROSS_ENTROPY_PROB,
                    BINARY_CROSS_ENTROPY,
                    BINARY_CROSS_ENTROPY_WITH_LOGITS,
                    KL_DIV,
                    COSINE_EMBEDDING_LOSS -> new GoldenLossCall(implementation, operation, arguments).run();
            case XLOGY, CATEGORICAL_LOG_PROB ->
                throw new UnknownPartException("no recorded form of " + operation.goldenName());
        };
    }

    private GoldenResults elementwise() {
        Tensor x = arguments.tensor(INPUT);
        @Nullable Tensor g = arguments.upstream();
        arguments.checkAllUsed();
        return new GoldenResults(arguments, implementation.elementwise(operation, x))
                .gradient(GRAD_INPUT, () -> implementation.elementwiseGradient(operation, x, given(g)));
    }

    private GoldenResults softplus() {
        Tensor x = arguments.tensor(INPUT);
        @Nullable Tensor g = arguments.upstream();
        double beta = arguments.number("beta");
        double threshold = arguments.number("threshold");
        arguments.checkAllUsed();
        return new GoldenResults(arguments, implementation.softplus(x, beta, threshold))
                .gradient(GRAD_INPUT, () -> implementation.softplusGradient(x, beta, threshold, given(g)));
    }

    private GoldenResults logSumExp() {
        Tensor x = arguments.tensor(INPUT);
        @Nullable Tensor g = arguments.upstream();
        int dim = arguments.wholeNumber(DIM);
        boolean keepDim = arguments.truth("keepdim");
        arguments.checkAllUsed();
        return new GoldenResults(arguments, implementation.logSumExp(x, dim, keepDim))
                .gradient(GRAD_INPUT, () -> implementation.logSumExpGradient(x, dim, keepDim, given(g)));
    }

    private GoldenResults softmax() {
        Tensor x = arguments.tensor(INPUT);
        @Nullable Tensor g = arguments.upstream();
        int dim = arguments.wholeNumber(DIM);
        arguments.checkAllUsed();
        boolean log = operation == Operation.LOG_SOFTMAX;
        return new GoldenResults(arguments, log ? implementation.logSoftmax(x, dim) : implementation.softmax(x, dim))
                .gradient(
                        GRAD_INPUT,
                        () -> log
                                ? implementation.logSoftmaxGradient(x, dim, given(g))
                                : implementation.softmaxGradient(x, dim, given(g)));
    }

    private GoldenResults entropy() {
        Tensor x = arguments.tensor(INPUT);
        @Nullable Tensor g = arguments.upstream();
        String from = arguments.text("from");
        CategoricalOptions options = switch (from) {
            case "probs" -> CategoricalOptions.PROBABILITIES;
            case "logits" -> CategoricalOptions.LOGITS;
            default -> throw new UnknownPartException("unknown parameters " + from);
        };
        arguments.checkAllUsed();
        return new GoldenResults(arguments, implementation.categoricalEntropy(x, options))
                .gradient(GRAD_INPUT, () -> implementation.categoricalEntropyGradient(x, options, given(g)));
    }

    private GoldenResults oneHot() {
        Indices classes = arguments.indices(INPUT);
        int count = arguments.wholeNumber("num_classes");
        arguments.checkAllUsed();
        return new GoldenResults(arguments, implementation.oneHot(classes, count));
    }

    private GoldenResults gather() {
        Tensor x = arguments.tensor(INPUT);
        Indices index = arguments.indices(INDEX);
        @Nullable Tensor g = arguments.upstream();
        int dim = arguments.wholeNumber(DIM);
        arguments.checkAllUsed();
        return new GoldenResults(arguments, implementation.gather(x, dim, index))
                .gradient(GRAD_INPUT, () -> implementation.gatherGradient(x, dim, index, given(g)));
    }

    private GoldenResults scatter() {
        Tensor x = arguments.tensor(INPUT);
        Indices index = arguments.indices(INDEX);
        @Nullable Tensor g = arguments.upstream();
        int dim = arguments.wholeNumber(DIM);
        String mode = arguments.text("mode");
        @Nullable
        Tensor source = switch (mode) {
            case "src" -> arguments.tensor("src");
            case "value" -> null;
            default -> throw new UnknownPartException("unknown mode " + mode);
        };
        double value = source == null ? arguments.number("value") : 0.0;
        arguments.checkAllUsed();
        return new GoldenResults(arguments, implementation.scatter(x, dim, index, source, value))
                .gradients(
                        GRAD_INPUT, "grad_src", () -> implementation.scatterGradient(x, dim, index, source, given(g)));
    }
}
