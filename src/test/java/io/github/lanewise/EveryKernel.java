// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.HalfKernels;
import io.github.lanewise.kernel.vector.DoubleVectorCopy;
import io.github.lanewise.kernel.vector.DoubleVectorKernels;
import io.github.lanewise.kernel.vector.FloatVectorCopy;
import io.github.lanewise.kernel.vector.FloatVectorKernels;
import io.github.lanewise.kernel.vector.VectorHalves;

/** A program that runs all vector kernels of both types, for {@link CompilationUnitTest} to read what the compiler says. */
final class EveryKernel {
    private static final int ROUNDS = 250;
    private static final int HALVES = 1003;

    private EveryKernel() {}

    /** Runs the kernels, and prints a number that depends on all of them. */
    public static void main(String[] arguments) {
        FloatEveryKernel floats = new FloatEveryKernel(FloatVectorKernels.INSTANCE, FloatVectorCopy.INSTANCE);
        DoubleEveryKernel doubles = new DoubleEveryKernel(DoubleVectorKernels.INSTANCE, DoubleVectorCopy.INSTANCE);
        double sum = 0.0;
        for (int round = 0; round < ROUNDS; round++) {
            sum += floats.run() + doubles.run() + halves(VectorHalves.INSTANCE);
        }
        System.out.println("sum " + sum);
    }

    private static double halves(HalfKernels kernels) {
        short[] halves = new short[HALVES];
        float[] floats = new float[HALVES];
        for (int i = 0; i < HALVES; i++) {
            halves[i] = (short) (i * 31);
        }
        kernels.fromBfloat16(halves, 0, HALVES, floats, 0);
        kernels.toFloat16(floats, 0, HALVES, halves, 0);
        kernels.fromFloat16(halves, 0, HALVES, floats, 0);
        kernels.toBfloat16(floats, 0, HALVES, halves, 0);
        return halves[1];
    }
}
