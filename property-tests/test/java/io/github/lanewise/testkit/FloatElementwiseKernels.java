// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.kernel.FloatKernels;
import io.github.lanewise.kernel.Kernels;
import io.github.lanewise.kernel.PointFunction;
import java.util.EnumSet;
import java.util.Set;

/** The elementwise kernels that the library runs on, with their gradients. */
final class FloatElementwiseKernels implements LossImplementation {
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
        KERNELS.apply(PointFunction.valueOf(operation.name()), x, 0, x.length, out, 0);
        return Tensor.of(out, input.shape());
    }

    @Override
    public Tensor elementwiseGradient(Operation operation, Tensor input, Tensor gradOutput) {
        float[] x = input.floats();
        float[] g = gradOutput.floats();
        float[] out = new float[x.length];
        PointFunction f = PointFunction.valueOf(operation.name());
        KERNELS.applyBackward(f, x, 0, g, 0, x.length, out, 0);
        return Tensor.of(out, input.shape());
    }
}
