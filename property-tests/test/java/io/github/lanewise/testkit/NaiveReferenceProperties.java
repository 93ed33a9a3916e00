// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.testkit.contracts.AllContracts;
import io.github.lanewise.testkit.reference.NaiveReference;
import net.jqwik.api.Tag;

/** The kit's own plain reference keeps every contract in double. */
@Tag("once")
class NaiveReferenceProperties implements AllContracts {
    @Override
    public LossImplementation implementation() {
        return new NaiveReference(Precision.DOUBLE);
    }
}
