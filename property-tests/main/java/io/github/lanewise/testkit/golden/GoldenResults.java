// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.golden;

import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The results of a recorded call by name; gradients are computed only where one is recorded. */
final class GoldenResults {
    static final String OUTPUT = "output";
    static final String GRAD_INPUT = "grad_input";
    static final String GRAD_TARGET = "grad_target";

    private final GoldenArguments arguments;
    private final Map<String, Tensor> results = new LinkedHashMap<>();

    GoldenResults(GoldenArguments arguments, Tensor output) {
        this.arguments = arguments;
        results.put(OUTPUT, output);
    }

    GoldenResults gradient(String name, Supplier<Tensor> gradient) {
        if (arguments.wants(name)) {
            results.put(name, gradient.get());
        }
        return this;
    }

    GoldenResults gradients(String first, String second, Supplier<TwoGradients> gradients) {
        if (arguments.wants(first, second)) {
            TwoGradients both = gradients.get();
            results.put(first, both.first());
            results.put(second, both.second());
        }
        return this;
    }

    Map<String, Tensor> get() {
        return results;
    }
}
