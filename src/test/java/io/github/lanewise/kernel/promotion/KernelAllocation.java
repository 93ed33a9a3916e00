// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.vector.DoubleVectorKernels;
import io.github.lanewise.kernel.vector.DoubleVectorNative;
import io.github.lanewise.kernel.vector.DoubleVectorSelect;
import io.github.lanewise.kernel.vector.FloatVectorKernels;
import io.github.lanewise.kernel.vector.FloatVectorNative;
import io.github.lanewise.kernel.vector.FloatVectorSelect;
import io.github.lanewise.kernel.vector.VectorHalves;
import java.util.concurrent.TimeUnit;

/**
 * A program that rehearses as the library does, then calls every kernel until it allocates nothing, or has been given the time for it,
 * and prints a line that starts with "boxed" for each that still makes objects. With the argument "float" only those of float.
 */
public final class KernelAllocation {
    /** Calls of every kernel before the first is looked at, so that branches are known when the compiler begins. */
    private static final int BEFORE = 30;

    private static final int WINDOW = 20;
    private static final int CLEAN_WINDOWS = 3;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    /** Once one has been found, the time that others get. */
    private static final long LESS_PATIENCE = TimeUnit.SECONDS.toNanos(5);

    private static long patience = PATIENCE;

    private KernelAllocation() {}

    /** Prints a last line that starts with "sum". */
    @SuppressWarnings("SystemOut") // A program's result.
    public static void main(String[] arguments) {
        Vectors.rehearseFloats();
        FloatWarmUp floats =
                new FloatWarmUp(FloatVectorKernels.INSTANCE, FloatVectorSelect.INSTANCE, FloatVectorNative.INSTANCE);
        long before = AllocatedBytes.now();
        for (int i = 0; i < BEFORE; i++) {
            for (Kernel kernel : Kernel.values()) {
                floats.run(kernel);
            }
        }
        if (AllocatedBytes.now() <= before) {
            throw new IllegalStateException("vectors that are interpreted are objects, but no bytes were counted");
        }
        for (Kernel kernel : Kernel.values()) {
            report("float " + kernel, () -> floats.run(kernel));
        }
        HalfWarmUp halves = new HalfWarmUp(VectorHalves.INSTANCE);
        report("halves", halves::run);
        double sum = floats.sum();
        if (arguments.length == 0) {
            Vectors.rehearseDoubles();
            DoubleWarmUp doubles = new DoubleWarmUp(
                    DoubleVectorKernels.INSTANCE, DoubleVectorSelect.INSTANCE, DoubleVectorNative.INSTANCE);
            for (int i = 0; i < BEFORE; i++) {
                for (Kernel kernel : Kernel.values()) {
                    doubles.run(kernel);
                }
            }
            for (Kernel kernel : Kernel.values()) {
                report("double " + kernel, () -> doubles.run(kernel));
            }
            sum += doubles.sum();
        }
        System.out.println("sum " + sum);
    }

    @SuppressWarnings("SystemOut") // A program's result.
    private static void report(String name, Runnable call) {
        long start = System.nanoTime();
        long bytes = 0;
        int clean = 0;
        while (clean < CLEAN_WINDOWS && System.nanoTime() - start < patience) {
            long before = AllocatedBytes.now();
            for (int i = 0; i < WINDOW; i++) {
                call.run();
            }
            bytes = AllocatedBytes.now() - before;
            clean = bytes == 0 ? clean + 1 : 0;
        }
        if (clean < CLEAN_WINDOWS) {
            patience = LESS_PATIENCE;
            System.out.println("boxed " + name + ": " + bytes + " bytes in " + WINDOW + " runs");
        }
    }
}
