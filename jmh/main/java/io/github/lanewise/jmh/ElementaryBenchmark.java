// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/** Functions of one number, over an array. */
public class ElementaryBenchmark extends FamilyBenchmark {
    @Param({"exp", "expm1", "log", "log1p", "tanh", "sigmoid", "log_sigmoid", "softplus"})
    String operation = "";

    @Override
    String operation() {
        return operation;
    }
}
