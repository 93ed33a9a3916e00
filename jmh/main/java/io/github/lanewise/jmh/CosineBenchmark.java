// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/** Cosine embedding loss of pairs of vectors. */
public class CosineBenchmark extends FamilyBenchmark {
    @Param({"cosine_embedding"})
    String operation = "";

    @Override
    String operation() {
        return operation;
    }
}
