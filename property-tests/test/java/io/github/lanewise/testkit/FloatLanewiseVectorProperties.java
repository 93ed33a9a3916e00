// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.testkit.contracts.CategoricalContract;
import io.github.lanewise.testkit.contracts.CosineContract;
import io.github.lanewise.testkit.contracts.IndexingContract;
import io.github.lanewise.testkit.lanewise.FloatLanewise;

/** Lanewise's losses of pairs of vectors, its distributions and its moves by index keep their contracts. */
class FloatLanewiseVectorProperties implements CosineContract, CategoricalContract, IndexingContract {
    @Override
    public LossImplementation implementation() {
        return new FloatLanewise();
    }
}
