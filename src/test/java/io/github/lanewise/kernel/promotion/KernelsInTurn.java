// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.Kernels;
import io.github.lanewise.kernel.vector.VectorKernelSet;

/**
 * Warms one kernel after the other, as a program does that uses more and more of them: those that the library runs on, or the vector
 * kernels with a rehearsal or without.
 */
public final class KernelsInTurn {
    /** Runs of a kernel, until most of them are compiled. */
    private static final int RUNS = 40;

    private KernelsInTurn() {}

    /** Is told whether it is {@code rehearsed}, {@code cold}, or of the {@code library}, and prints a last line that starts with "sum". */
    @SuppressWarnings("SystemOut") // A program's result.
    public static void main(String[] arguments) {
        FloatWarmUp floats;
        DoubleWarmUp doubles;
        if (arguments[0].equals("library")) {
            floats = new FloatWarmUp(Kernels.FLOAT, Kernels.FLOAT_SELECT, Kernels.FLOAT_NATIVE);
            doubles = new DoubleWarmUp(Kernels.DOUBLE, Kernels.DOUBLE_SELECT, Kernels.DOUBLE_NATIVE);
        } else {
            if (arguments[0].equals("rehearsed")) {
                Vectors.rehearseFloats();
                Vectors.rehearseDoubles();
            }
            VectorKernelSet vectors = new VectorKernelSet();
            floats = new FloatWarmUp(vectors.ofFloats(), vectors.selectFloats(), vectors.ofNativeFloats());
            doubles = new DoubleWarmUp(vectors.ofDoubles(), vectors.selectDoubles(), vectors.ofNativeDoubles());
        }
        for (Kernel kernel : Kernel.values()) {
            for (int i = 0; i < RUNS; i++) {
                floats.run(kernel);
            }
            for (int i = 0; i < RUNS; i++) {
                doubles.run(kernel);
            }
        }
        System.out.println("sum " + (floats.sum() + doubles.sum()));
    }
}
