// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.testkit.contracts.BinaryLossContract;
import io.github.lanewise.testkit.contracts.BinaryLossGradientContract;
import io.github.lanewise.testkit.contracts.ElementwiseContract;
import io.github.lanewise.testkit.contracts.KlDivContract;
import io.github.lanewise.testkit.contracts.PairEdgeContract;
import io.github.lanewise.testkit.lanewise.FloatLanewise;

/** Lanewise's elementwise functions and its losses of elements keep their contracts. */
class FloatLanewiseElementProperties
        implements BinaryLossContract,
                BinaryLossGradientContract,
                ElementwiseContract,
                KlDivContract,
                PairEdgeContract {
    @Override
    public LossImplementation implementation() {
        return new FloatLanewise();
    }
}
