// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.HalfKernels;

/** Calls of the four conversions of 16-bit numbers, over lengths with and without a tail, of every kind of number. */
final class HalfWarmUp {
    private static final int[] LENGTHS = {5, 16, 33, 1000};
    private static final int ROOM = 1000;

    /** Steps through all 2^16 numbers, so that few of them meet every exponent, infinities and NaN. */
    private static final int STEP = 65;

    private final HalfKernels on;
    private final short[] halves = new short[ROOM];
    private final float[] floats = new float[ROOM];

    HalfWarmUp(HalfKernels on) {
        this.on = on;
    }

    /** Makes the calls; every one begins with the same numbers. */
    void run() {
        for (int n : LENGTHS) {
            for (int i = 0; i < n; i++) {
                halves[i] = (short) (i * STEP);
            }
            on.fromBfloat16(halves, 0, n, floats, 0);
            on.toFloat16(floats, 0, n, halves, 0);
            on.fromFloat16(halves, 0, n, floats, 0);
            on.toBfloat16(floats, 0, n, halves, 0);
        }
    }
}
