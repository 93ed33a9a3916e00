// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.HalfKernels;
import java.util.List;
import java.util.function.IntConsumer;

/** Calls of the four conversions of 16-bit numbers, over lengths with and without a tail, of every kind of number. */
final class HalfWarmUp {
    private static final int[] LENGTHS = {5, 16, 33, 1000};
    private static final int ROOM = 1000;

    /** Steps through all 2^16 numbers, so that few of them meet every exponent, infinities and NaN. */
    private static final int STEP = 65;

    private final short[] halves = new short[ROOM];
    private final float[] floats = new float[ROOM];

    /**
     * The four conversions, each a class of its own behind one call, so that C2 compiles each by itself. Compiled together with the
     * loop that calls them, they exceed what C2 takes in one method, and in one JVM of ten they stayed boxed.
     */
    private final List<IntConsumer> conversions;

    HalfWarmUp(HalfKernels on) {
        conversions = List.of(
                n -> on.fromBfloat16(halves, 0, n, floats, 0),
                n -> on.toFloat16(floats, 0, n, halves, 0),
                n -> on.fromFloat16(halves, 0, n, floats, 0),
                n -> on.toBfloat16(floats, 0, n, halves, 0));
    }

    /** Makes the calls; every one begins with the same numbers. */
    void run() {
        for (int n : LENGTHS) {
            for (int i = 0; i < n; i++) {
                halves[i] = (short) (i * STEP);
            }
            for (int i = 0; i < conversions.size(); i++) {
                conversions.get(i).accept(n);
            }
        }
    }
}
