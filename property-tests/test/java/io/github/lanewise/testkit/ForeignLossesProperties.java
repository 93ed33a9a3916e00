// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.testkit.contracts.AllContracts;
import java.util.EnumSet;
import java.util.Set;
import net.jqwik.api.Tag;

/** The example of the README: somebody else's sigmoid and softplus, and nothing else, in double. */
@Tag("once")
class ForeignLossesProperties implements AllContracts {
    @Override
    public LossImplementation implementation() {
        return new ForeignLosses();
    }

    /** What an implementer writes. */
    private static final class ForeignLosses implements LossImplementation {
        @Override
        public String name() {
            return "foreign";
        }

        @Override
        public Precision precision() {
            return Precision.DOUBLE;
        }

        @Override
        public Set<Operation> operations() {
            return EnumSet.of(Operation.SIGMOID, Operation.SOFTPLUS);
        }

        @Override
        public double maxUlp(Operation operation) {
            return 4.0;
        }

        @Override
        public Tensor elementwise(Operation operation, Tensor input) {
            double[] y = input.data();
            for (int i = 0; i < y.length; i++) {
                double e = Math.exp(-Math.abs(y[i]));
                y[i] = (y[i] < 0 ? e : 1.0) / (1.0 + e);
            }
            return Tensor.of(y, input.shape());
        }

        @Override
        public Tensor elementwiseGradient(Operation operation, Tensor input, Tensor gradOutput) {
            double[] g = gradOutput.data();
            for (int i = 0; i < g.length; i++) {
                double e = Math.exp(-Math.abs(input.get(i)));
                g[i] *= e / ((1.0 + e) * (1.0 + e));
            }
            return Tensor.of(g, input.shape());
        }

        @Override
        public Tensor softplus(Tensor input, double beta, double threshold) {
            double[] y = input.data();
            for (int i = 0; i < y.length; i++) {
                double z = beta * y[i];
                y[i] = z > threshold ? y[i] : (Math.max(z, 0.0) + Math.log1p(Math.exp(-Math.abs(z)))) / beta;
            }
            return Tensor.of(y, input.shape());
        }
    }
}
