// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/** Negative log-likelihood and cross entropy, with class indices, label smoothing and probabilities. */
public class CrossEntropyBenchmark extends FamilyBenchmark {
    @Param({"nll", "cross_entropy", "cross_entropy_smoothed", "cross_entropy_probabilities"})
    String operation = "";

    @Override
    String operation() {
        return operation;
    }
}
