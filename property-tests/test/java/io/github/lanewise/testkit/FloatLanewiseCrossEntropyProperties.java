// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.testkit.contracts.CrossEntropyContract;
import io.github.lanewise.testkit.contracts.CrossEntropyGradientContract;
import io.github.lanewise.testkit.contracts.NllLossContract;
import io.github.lanewise.testkit.contracts.ReductionContract;
import io.github.lanewise.testkit.lanewise.FloatLanewise;

/** Lanewise's cross entropy and negative log-likelihood keep their contracts. */
class FloatLanewiseCrossEntropyProperties
        implements CrossEntropyContract, CrossEntropyGradientContract, NllLossContract, ReductionContract {
    @Override
    public LossImplementation implementation() {
        return new FloatLanewise();
    }
}
