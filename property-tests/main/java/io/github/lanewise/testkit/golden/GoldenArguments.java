// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Attributes and inputs of a recorded call. What is used is taken out, so that what is left in the end is what nobody knows: an
 * error, like what is missing.
 */
final class GoldenArguments {
    private static final String GRAD_OUTPUT = "grad_output";
    private static final String WHOLE = "whole number";

    private final Map<String, JsonNode> attributes;
    private final Map<String, GoldenTensor> inputs;
    private final Set<String> wanted;

    GoldenArguments(GoldenCase golden) {
        this.attributes = new HashMap<>(golden.attributes());
        this.inputs = new HashMap<>(golden.inputs());
        this.wanted = golden.expected().keySet();
    }

    /** Something in a case that the kit does not know, or misses. */
    static final class UnknownPartException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownPartException(String message) {
            super(message);
        }
    }

    /** Whether any of some results are recorded. */
    boolean wants(String... names) {
        for (String name : names) {
            if (wanted.contains(name)) {
                return true;
            }
        }
        return false;
    }

    boolean hasAttribute(String name) {
        return attributes.containsKey(name);
    }

    private JsonNode attribute(String name, Predicate<JsonNode> isOfKind, String kind) {
        JsonNode value = attributes.remove(name);
        if (value == null) {
            throw new UnknownPartException("attribute " + name + " is missing");
        }
        if (!isOfKind.test(value)) {
            throw new UnknownPartException("attribute " + name + " is " + value + ", which is no " + kind);
        }
        return value;
    }

    int wholeNumber(String name) {
        return attribute(name, JsonNode::canConvertToExactIntegral, WHOLE).intValue();
    }

    long longNumber(String name) {
        return attribute(name, JsonNode::canConvertToExactIntegral, WHOLE).longValue();
    }

    double number(String name) {
        return attribute(name, JsonNode::isNumber, "number").doubleValue();
    }

    boolean truth(String name) {
        return attribute(name, JsonNode::isBoolean, "truth value").booleanValue();
    }

    String text(String name) {
        return attribute(name, JsonNode::isTextual, "text").asText();
    }

    Reduction reduction(boolean batchMean) {
        String reduction = text("reduction");
        return switch (reduction) {
            case "none", "mean", "sum" -> Reduction.valueOf(reduction.toUpperCase(Locale.ROOT));
            case "batchmean" -> {
                if (!batchMean) {
                    throw new UnknownPartException("this loss has no mean over the batch");
                }
                yield Reduction.BATCH_MEAN;
            }
            default -> throw new UnknownPartException("unknown reduction " + reduction);
        };
    }

    private GoldenTensor input(String name) {
        GoldenTensor value = inputs.remove(name);
        if (value == null) {
            throw new UnknownPartException("input " + name + " is missing");
        }
        return value;
    }

    Tensor tensor(String name) {
        return input(name).tensor();
    }

    @Nullable
    Tensor optionalTensor(String name) {
        GoldenTensor value = inputs.remove(name);
        return value == null ? null : value.tensor();
    }

    Indices indices(String name) {
        Indices indices = input(name).indices();
        if (indices == null) {
            throw new UnknownPartException("input " + name + " has no whole numbers");
        }
        return indices;
    }

    /** The upstream gradient of a function that is not reduced; missing where no gradient is recorded. */
    @Nullable
    Tensor upstream() {
        return optionalTensor(GRAD_OUTPUT);
    }

    /** The upstream gradient, which losses without reduction have where a gradient is recorded, and others do not. */
    @Nullable
    Tensor upstream(Reduction reduction, String... gradients) {
        @Nullable Tensor gradOutput = upstream();
        if (reduction != Reduction.NONE && gradOutput != null) {
            throw new UnknownPartException("a reduced loss has a " + GRAD_OUTPUT);
        }
        if (reduction == Reduction.NONE && wants(gradients)) {
            return given(gradOutput);
        }
        return gradOutput;
    }

    static Tensor given(@Nullable Tensor gradOutput) {
        if (gradOutput == null) {
            throw new UnknownPartException("input " + GRAD_OUTPUT + " is missing");
        }
        return gradOutput;
    }

    /** Everything has been used. */
    void checkAllUsed() {
        if (!attributes.isEmpty() || !inputs.isEmpty()) {
            throw new UnknownPartException(
                    "unknown attributes " + attributes.keySet() + " or inputs " + inputs.keySet());
        }
    }
}
