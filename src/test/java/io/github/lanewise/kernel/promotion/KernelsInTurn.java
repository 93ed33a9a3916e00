// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.vector.VectorKernelSet;

/** Warms one kernel after the other, as a program does that uses more and more of them, with a rehearsal or without. */
public final class KernelsInTurn {
    /** Runs of a kernel, until most of them are compiled. */
    private static final int RUNS = 40;

    private KernelsInTurn() {}

    /** Is told whether it is {@code rehearsed}, and prints a last line that starts with "sum". */
    @SuppressWarnings("SystemOut") // A program's result.
    public static void main(String[] arguments) {
        VectorKernelSet vectors = new VectorKernelSet();
        if (arguments[0].equals("rehearsed")) {
            Vectors.rehearseFloats();
            Vectors.rehearseDoubles();
        }
        FloatWarmUp floats = new FloatWarmUp(vectors.ofFloats(), vectors.selectFloats(), vectors.ofNativeFloats());
        DoubleWarmUp doubles =
                new DoubleWarmUp(vectors.ofDoubles(), vectors.selectDoubles(), vectors.ofNativeDoubles());
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
