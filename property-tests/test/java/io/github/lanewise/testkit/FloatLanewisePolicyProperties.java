// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.testkit.contracts.LossSumContract;
import io.github.lanewise.testkit.contracts.PolicyContract;
import io.github.lanewise.testkit.lanewise.FloatLanewise;

/** Lanewise's options besides PyTorch's behaviour and its sums of parts keep their contracts. */
class FloatLanewisePolicyProperties implements LossSumContract, PolicyContract {
    @Override
    public LossImplementation implementation() {
        return new FloatLanewise();
    }
}
