// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/** Binary cross entropy of probabilities and of logits. */
public class BinaryCrossEntropyBenchmark extends FamilyBenchmark {
    @Param({"bce", "bce_with_logits"})
    String operation = "";

    @Override
    String operation() {
        return operation;
    }
}
