// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.kernel.FloatKernels;
import io.github.lanewise.kernel.Kernels;
import java.util.EnumSet;
import java.util.Set;

/** The elementwise kernels that the library runs on, with gradients by their formulas. */
final class ElementwiseKernels implements LossImplementation {
    private static final FloatKernels KERNELS = Kernels.FLOAT;

    @Override
    public String name() {
        return "lanewise kernels";
    }

    @Override
    public Precision precision() {
        return Precision.FLOAT;
    }

    @Override
    public Set<Operation> operations() {
        return EnumSet.of(Operation.EXP, Operation.EXPM1, Operation.LOG, Operation.LOG1P);
    }

    @Override
    public double maxUlp(Operation operation) {
        return 1.0;
    }

    @Override
    public Tensor elementwise(Operation operation, Tensor input) {
        float[] x = input.floats();
        float[] out = new float[x.length];
        switch (operation) {
            case EXP -> KERNELS.exp(x, 0, x.length, out, 0);
            case EXPM1 -> KERNELS.expm1(x, 0, x.length, out, 0);
            case LOG -> KERNELS.log(x, 0, x.length, out, 0);
            case LOG1P -> KERNELS.log1p(x, 0, x.length, out, 0);
            default -> throw new NotClaimedException(this, operation);
        }
        return Tensor.of(out, input.shape());
    }

    @Override
    public Tensor elementwiseGradient(Operation operation, Tensor input, Tensor gradOutput) {
        float[] x = input.floats();
        float[] y = elementwise(operation, input).floats();
        float[] g = gradOutput.floats();
        float[] out = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = switch (operation) {
                case EXP -> g[i] * y[i];
                case EXPM1 -> g[i] * (y[i] + 1f);
                case LOG -> g[i] / x[i];
                case LOG1P -> g[i] / (1f + x[i]);
                default -> throw new NotClaimedException(this, operation);
            };
        }
        return Tensor.of(out, input.shape());
    }
}
