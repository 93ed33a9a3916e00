// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import org.openjdk.jmh.annotations.Param;

/** Log-sum-exp, softmax and log-softmax of each row of a batch. */
public class SoftmaxBenchmark extends FamilyBenchmark {
    @Param({"log_sum_exp", "softmax", "log_softmax"})
    String operation = "";

    @Override
    String operation() {
        return operation;
    }
}
