// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.testkit.contracts.RejectionContract;
import io.github.lanewise.testkit.contracts.SpecialValueContract;

/** Lanewise keeps the contracts on special values and on calls to reject. */
class LanewiseEdgeProperties implements SpecialValueContract, RejectionContract {
    @Override
    public LossImplementation implementation() {
        return new LanewiseImplementation();
    }
}
