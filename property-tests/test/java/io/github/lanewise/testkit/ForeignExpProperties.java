// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.testkit.contracts.AllContracts;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/** The README's example of a foreign implementation, checked by everything that applies to it. */
class ForeignExpProperties implements AllContracts, LossImplementation {
    @Override
    public LossImplementation implementation() {
        return this;
    }

    @Override
    public String name() {
        return "the exponential of the JDK";
    }

    @Override
    public Precision precision() {
        return Precision.DOUBLE;
    }

    @Override
    public Set<Operation> operations() {
        return Set.of(Operation.EXP);
    }

    @Override
    public double maxUlp(Operation operation) {
        return 1.0;
    }

    @Override
    public Tensor elementwise(Operation operation, Tensor input) {
        return Tensor.of(Arrays.stream(input.data()).map(Math::exp).toArray(), input.shape());
    }

    @Override
    public Tensor elementwiseGradient(Operation operation, Tensor input, Tensor gradOutput) {
        double[] gradient = IntStream.range(0, input.count())
                .mapToDouble(i -> gradOutput.get(i) * Math.exp(input.get(i)))
                .toArray();
        return Tensor.of(gradient, input.shape());
    }
}
