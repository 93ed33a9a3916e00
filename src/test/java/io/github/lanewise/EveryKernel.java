// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.vector.DoubleVectorKernels;
import io.github.lanewise.kernel.vector.FloatVectorKernels;

/** A program that runs all vector kernels of both types, for {@link CompilationUnitTest} to read what the compiler says. */
final class EveryKernel {
    private static final int ROUNDS = 250;

    private EveryKernel() {}

    /** Runs the kernels, and prints a number that depends on all of them. */
    public static void main(String[] arguments) {
        FloatEveryKernel floats = new FloatEveryKernel(FloatVectorKernels.INSTANCE);
        DoubleEveryKernel doubles = new DoubleEveryKernel(DoubleVectorKernels.INSTANCE);
        double sum = 0.0;
        for (int round = 0; round < ROUNDS; round++) {
            sum += floats.run() + doubles.run();
        }
        System.out.println("sum " + sum);
    }
}
