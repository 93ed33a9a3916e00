// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/** Kullback-Leibler divergence, and entropy of categorical distributions. */
public class DivergenceBenchmark extends FamilyBenchmark {
    @Param({"kl_div", "entropy"})
    String operation = "";

    @Override
    String operation() {
        return operation;
    }
}
