// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.KernelSet;
import io.github.lanewise.kernel.PointFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** A program that calls kernels of both sets of vector kernels, and prints a digest of what they answer and which module they are in. */
public final class KernelsAgain {
    private static final int N = 1000;

    private KernelsAgain() {}

    /** Prints two lines for each set. */
    @SuppressWarnings("SystemOut") // A program's result.
    public static void main(String[] arguments) {
        System.out.println("first " + digest(Vectors.first()));
        System.out.println("again " + digest(Vectors.again()));
        System.out.println("module of first " + Vectors.first().getClass().getModule());
        System.out.println("module of again " + Vectors.again().getClass().getModule());
    }

    /** A number that depends on every bit of the results of some kernels of each kind. */
    static long digest(KernelSet set) {
        long digest = 1;
        float[] x = new float[N];
        double[] wide = new double[N];
        float[] positive = new float[N];
        for (int i = 0; i < N; i++) {
            x[i] = (i * 37 % 101) * 0.17f - 8.5f;
            wide[i] = x[i];
            positive[i] = (i * 37 % 101) * 0.009f + 0.01f;
        }
        float[] out = new float[N];
        double[] wideOut = new double[N];
        for (PointFunction f : PointFunction.values()) {
            set.ofFloats().apply(f, positive, 0, N, out, 0);
            digest = 31 * digest + Arrays.hashCode(out);
            set.ofDoubles().apply(f, wide, 0, N, wideOut, 0);
            digest = 31 * digest + Arrays.hashCode(wideOut);
        }
        digest = 31 * digest + Double.hashCode(set.ofFloats().sumExp(ExpSum.WHOLE, x, 0, N, 8.5f));
        digest = 31 * digest + Double.hashCode(set.ofDoubles().sumExp(ExpSum.BELOW, wide, 0, N, 8.5));
        digest = 31 * digest + Double.hashCode(set.ofFloats().sumBceWithLogits(x, 0, positive, 0, N, 1f, out, 0));
        digest = 31 * digest + Arrays.hashCode(out);
        digest = 31 * digest + set.selectFloats().indexAbove(x, 0, 40, N, 8f);
        short[] halves = new short[N];
        set.ofHalves().toBfloat16(x, 0, N, halves, 0);
        digest = 31 * digest + Arrays.hashCode(halves);
        MemorySegment memory = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_FLOAT, x);
        int done = set.ofNativeFloats().apply(PointFunction.TANH, memory, 0, N, memory, 0);
        digest = 31 * digest + done;
        return 31 * digest + Arrays.hashCode(memory.toArray(ValueLayout.JAVA_FLOAT));
    }
}
