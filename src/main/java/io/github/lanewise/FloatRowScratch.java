// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.Padding;
import io.github.lanewise.kernel.ScratchPool;

/**
 * Room for two pieces of a row and a number, where an operation is put together from several kernels or a strided row is
 * laid out for them. Borrowed from a pool.
 */
final class FloatRowScratch extends Padding {
    private static final ScratchPool<FloatRowScratch> POOL = new ScratchPool<>(FloatRowScratch::new);

    final float[] first = new float[FloatLanes.CHUNK];
    final float[] second = new float[FloatLanes.CHUNK];

    /** The maxima of the first rows of a call that looks at all before it computes the first, as many as there is room for. */
    final float[] maxima = new float[FloatLanes.CHUNK];

    /** How far the last row lies below its maximum on average. */
    final double[] distance = new double[1 + ScratchPool.GUARD];

    private FloatRowScratch() {}

    static FloatRowScratch borrow() {
        return POOL.borrow();
    }

    void giveBack() {
        POOL.giveBack(this);
    }

    /** Copies part of a row, times a power of two. */
    static void gather(float[] x, int offset, int stride, int n, float scale, float[] to) {
        for (int i = 0; i < n; i++) {
            to[i] = x[offset + i * stride] * scale;
        }
    }

    /** Copies part of a row to where it belongs. */
    static void spread(float[] from, int n, float[] out, int offset, int stride) {
        for (int i = 0; i < n; i++) {
            out[offset + i * stride] = from[i];
        }
    }
}
