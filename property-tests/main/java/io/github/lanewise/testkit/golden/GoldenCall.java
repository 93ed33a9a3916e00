// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.ProbabilityGradients;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A recorded call translated for an implementation. An attribute or input that the kit does not know is an error. */
final class GoldenCall {
    static final String OUTPUT = "output";

    private static final String INPUT = "input";
    private static final String TARGET = "target";
    private static final String WEIGHT = "weight";
    private static final String GRAD_OUTPUT = "grad_output";
    private static final String GRAD_INPUT = "grad_input";
    private static final String GRAD_TARGET = "grad_target";
    private static final String DIM = "dim";
    private static final String KEEP_DIM = "keepdim";
    private static final String REDUCTION = "reduction";
    private static final String IGNORE_INDEX = "ignore_index";
    private static final String LABEL_SMOOTHING = "label_smoothing";

    private final LossImplementation implementation;
    private final Operation operation;
    private final Map<String, JsonNode> attributes;
    private final Map<String, GoldenTensor> inputs;
    private final Set<String> wanted;

    private GoldenCall(LossImplementation implementation, Operation operation, GoldenCase golden) {
        this.implementation = implementation;
        this.operation = operation;
        // What is used is taken out, so that what is left is what nobody knows.
        this.attributes = new HashMap<>(golden.attributes());
        this.inputs = new HashMap<>(golden.inputs());
        this.wanted = golden.expected().keySet();
    }

    /**
     * Carries out a call.
     *
     * @return the results that are recorded, by name
     * @throws UnknownPartException if the case holds something that the kit does not know
     */
    static Map<String, Tensor> run(LossImplementation implementation, Operation operation, GoldenCase golden) {
        return new GoldenCall(implementation, operation, golden).run();
    }

    /** Something in a case that the kit does not know, or misses. */
    static final class UnknownPartException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownPartException(String message) {
            super(message);
        }
    }

    private Map<String, Tensor> run() {
        return switch (operation) {
            case EXP, EXPM1, LOG, LOG1P -> elementwise();
            case LOGSUMEXP, SOFTMAX, LOG_SOFTMAX -> alongDimension();
            case NLL_LOSS, CROSS_ENTROPY -> classLoss();
            case CROSS_ENTROPY_PROB -> probabilityLoss();
        };
    }

    private Map<String, Tensor> elementwise() {
        Tensor x = tensor(INPUT);
        @Nullable Tensor g = optionalTensor(GRAD_OUTPUT);
        checkAllUsed();
        Map<String, Tensor> results = new LinkedHashMap<>();
        results.put(OUTPUT, implementation.elementwise(operation, x));
        if (wanted.contains(GRAD_INPUT)) {
            results.put(GRAD_INPUT, implementation.elementwiseGradient(operation, x, given(g)));
        }
        return results;
    }

    private Map<String, Tensor> alongDimension() {
        Tensor x = tensor(INPUT);
        @Nullable Tensor g = optionalTensor(GRAD_OUTPUT);
        int dim = attribute(DIM).intValue();
        boolean keepDim =
                operation == Operation.LOGSUMEXP && attribute(KEEP_DIM).booleanValue();
        checkAllUsed();
        Map<String, Tensor> results = new LinkedHashMap<>();
        results.put(
                OUTPUT,
                switch (operation) {
                    case LOGSUMEXP -> implementation.logSumExp(x, dim, keepDim);
                    case SOFTMAX -> implementation.softmax(x, dim);
                    default -> implementation.logSoftmax(x, dim);
                });
        if (wanted.contains(GRAD_INPUT)) {
            results.put(
                    GRAD_INPUT,
                    switch (operation) {
                        case LOGSUMEXP -> implementation.logSumExpGradient(x, dim, keepDim, given(g));
                        case SOFTMAX -> implementation.softmaxGradient(x, dim, given(g));
                        default -> implementation.logSoftmaxGradient(x, dim, given(g));
                    });
        }
        return results;
    }

    private Map<String, Tensor> classLoss() {
        Tensor x = tensor(INPUT);
        long[] target = input(TARGET).longs();
        @Nullable Tensor g = optionalTensor(GRAD_OUTPUT);
        ClassLossOptions options = options();
        checkAllUsed();
        boolean nll = operation == Operation.NLL_LOSS;
        Map<String, Tensor> results = new LinkedHashMap<>();
        results.put(
                OUTPUT,
                nll ? implementation.nllLoss(x, target, options) : implementation.crossEntropy(x, target, options));
        if (wanted.contains(GRAD_INPUT)) {
            @Nullable Tensor upstream = upstream(options, g);
            results.put(
                    GRAD_INPUT,
                    nll
                            ? implementation.nllLossGradient(x, target, options, upstream)
                            : implementation.crossEntropyGradient(x, target, options, upstream));
        }
        return results;
    }

    private Map<String, Tensor> probabilityLoss() {
        Tensor x = tensor(INPUT);
        Tensor target = tensor(TARGET);
        @Nullable Tensor g = optionalTensor(GRAD_OUTPUT);
        ClassLossOptions options = options();
        checkAllUsed();
        Map<String, Tensor> results = new LinkedHashMap<>();
        results.put(OUTPUT, implementation.crossEntropyProbabilities(x, target, options));
        if (wanted.contains(GRAD_INPUT) || wanted.contains(GRAD_TARGET)) {
            ProbabilityGradients gradients =
                    implementation.crossEntropyProbabilitiesGradient(x, target, options, upstream(options, g));
            results.put(GRAD_INPUT, gradients.input());
            results.put(GRAD_TARGET, gradients.target());
        }
        return results;
    }

    private ClassLossOptions options() {
        String reduction = attribute(REDUCTION).asText();
        ClassLossOptions options = ClassLossOptions.DEFAULT
                .withWeight(optionalTensor(WEIGHT))
                .withReduction(
                        switch (reduction) {
                            case "none", "mean", "sum" -> Reduction.valueOf(reduction.toUpperCase(Locale.ROOT));
                            default -> throw new UnknownPartException("unknown reduction " + reduction);
                        });
        if (operation != Operation.NLL_LOSS) {
            options = options.withLabelSmoothing(attribute(LABEL_SMOOTHING).doubleValue());
        }
        // Only class indices have one as a rule; the case with probabilities is to be rejected.
        if (operation != Operation.CROSS_ENTROPY_PROB || attributes.containsKey(IGNORE_INDEX)) {
            options = options.withIgnoreIndex(attribute(IGNORE_INDEX).longValue());
        }
        return options;
    }

    /** The upstream gradient, which losses without reduction have and others do not. */
    private static @Nullable Tensor upstream(ClassLossOptions options, @Nullable Tensor gradOutput) {
        if (options.reduction() == Reduction.NONE) {
            return given(gradOutput);
        }
        if (gradOutput != null) {
            throw new UnknownPartException("a reduced loss has a " + GRAD_OUTPUT);
        }
        return null;
    }

    private static Tensor given(@Nullable Tensor gradOutput) {
        if (gradOutput == null) {
            throw new UnknownPartException("input " + GRAD_OUTPUT + " is missing");
        }
        return gradOutput;
    }

    private JsonNode attribute(String name) {
        JsonNode value = attributes.remove(name);
        if (value == null) {
            throw new UnknownPartException("attribute " + name + " is missing");
        }
        return value;
    }

    private GoldenTensor input(String name) {
        GoldenTensor value = inputs.remove(name);
        if (value == null) {
            throw new UnknownPartException("input " + name + " is missing");
        }
        return value;
    }

    private Tensor tensor(String name) {
        return input(name).tensor();
    }

    private @Nullable Tensor optionalTensor(String name) {
        GoldenTensor value = inputs.remove(name);
        return value == null ? null : value.tensor();
    }

    private void checkAllUsed() {
        if (!attributes.isEmpty() || !inputs.isEmpty()) {
            throw new UnknownPartException(
                    "unknown attributes " + attributes.keySet() + " or inputs " + inputs.keySet());
        }
    }
}
