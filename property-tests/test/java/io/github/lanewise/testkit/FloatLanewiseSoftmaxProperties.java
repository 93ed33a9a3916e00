// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.testkit.contracts.SoftmaxContract;
import io.github.lanewise.testkit.contracts.SoftmaxGradientContract;
import io.github.lanewise.testkit.lanewise.FloatLanewise;

/** Lanewise's softmax family keeps its contracts. */
class FloatLanewiseSoftmaxProperties implements SoftmaxContract, SoftmaxGradientContract {
    @Override
    public LossImplementation implementation() {
        return new FloatLanewise();
    }
}
