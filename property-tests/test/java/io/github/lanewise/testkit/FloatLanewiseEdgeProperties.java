// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.testkit.contracts.RejectionContract;
import io.github.lanewise.testkit.contracts.SpecialValueContract;
import io.github.lanewise.testkit.lanewise.FloatLanewise;

/** Lanewise keeps the contracts on special values and on calls to reject. */
class FloatLanewiseEdgeProperties implements SpecialValueContract, RejectionContract {
    @Override
    public LossImplementation implementation() {
        return new FloatLanewise();
    }
}
