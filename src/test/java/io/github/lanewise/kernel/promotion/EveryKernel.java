// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.vector.DoubleVectorKernels;
import io.github.lanewise.kernel.vector.DoubleVectorNative;
import io.github.lanewise.kernel.vector.DoubleVectorSelect;
import io.github.lanewise.kernel.vector.FloatVectorKernels;
import io.github.lanewise.kernel.vector.FloatVectorNative;
import io.github.lanewise.kernel.vector.FloatVectorSelect;
import io.github.lanewise.kernel.vector.VectorHalves;

/**
 * A program that makes the calls by which kernels are warmed, of all kernels of both types, for a test to read what the compiler
 * says of them.
 */
public final class EveryKernel {
    private static final int ROUNDS = 120;

    private EveryKernel() {}

    /** Makes the calls, and prints a number that depends on all of them. */
    @SuppressWarnings("SystemOut") // A program's result.
    public static void main(String[] arguments) {
        FloatWarmUp floats =
                new FloatWarmUp(FloatVectorKernels.INSTANCE, FloatVectorSelect.INSTANCE, FloatVectorNative.INSTANCE);
        DoubleWarmUp doubles = new DoubleWarmUp(
                DoubleVectorKernels.INSTANCE, DoubleVectorSelect.INSTANCE, DoubleVectorNative.INSTANCE);
        HalfWarmUp halves = new HalfWarmUp(VectorHalves.INSTANCE);
        for (int round = 0; round < ROUNDS; round++) {
            for (Kernel kernel : Kernel.values()) {
                floats.run(kernel);
                doubles.run(kernel);
            }
            halves.run();
        }
        System.out.println("sum " + (floats.sum() + doubles.sum()));
    }
}
