// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.ScratchPool;

/**
 * Room for a whole row, where it has to be laid out before it is read several times, for the indices of its largest
 * elements, and for a number. Grows with the rows that it meets. Borrowed from a pool.
 */
final class FloatLogitScratch {
    private static final ScratchPool<FloatLogitScratch> POOL = new ScratchPool<>(FloatLogitScratch::new);

    /** A row with stride 1. */
    float[] row = new float[0];

    /** How far the last row lies below its maximum on average. */
    final double[] distance = new double[1 + ScratchPool.GUARD];

    /** Indices of the largest elements. */
    int[] index = new int[0];

    private FloatLogitScratch() {}

    static FloatLogitScratch borrow() {
        return POOL.borrow();
    }

    void giveBack() {
        POOL.giveBack(this);
    }

    /** Copies a row divided by a number, each element rounded once. */
    void copyDivided(float[] x, int offset, int stride, int n, float divisor) {
        if (row.length < n) {
            row = new float[n];
        }
        float[] to = row;
        if (stride == 1) {
            for (int i = 0; i < n; i++) {
                to[i] = x[offset + i] / divisor;
            }
        } else {
            for (int i = 0; i < n; i++) {
                to[i] = x[offset + i * stride] / divisor;
            }
        }
    }

    /** Makes room for a number of indices. */
    int[] index(int size) {
        if (index.length < size) {
            index = new int[size];
        }
        return index;
    }
}
