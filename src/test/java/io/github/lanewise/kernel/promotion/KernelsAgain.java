// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.KernelSet;

/** A program that calls all kernels of floats of both sets of vector kernels, and prints what they answer and which module they are in. */
public final class KernelsAgain {
    private KernelsAgain() {}

    /** Prints a line for each set. */
    @SuppressWarnings("SystemOut") // A program's result.
    public static void main(String[] arguments) {
        print("first", Vectors.first());
        print("again", Vectors.again());
    }

    @SuppressWarnings("SystemOut") // A program's result.
    private static void print(String name, KernelSet set) {
        FloatWarmUp floats = new FloatWarmUp(set.ofFloats(), set.selectFloats(), set.ofNativeFloats());
        for (Kernel kernel : Kernel.values()) {
            floats.run(kernel);
        }
        System.out.println(name + " " + floats.sum());
        System.out.println("module of " + name + " " + set.getClass().getModule());
    }
}
