// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.ScratchPool;
import org.jspecify.annotations.Nullable;

/**
 * Small arrays with room to spare, for the end of a row that is the end of its array as well: copied here, a register
 * may read past it. Borrowed from a pool, so that nothing is allocated in steady state on any kind of thread.
 */
final class FloatPad {
    /** Room for one register's worth of elements of one array; a pad has {@value #SECTIONS} of these. */
    static final int SECTION = FloatLanes.LANES;

    /** As many as the arrays of the longest call. */
    static final int SECTIONS = 8;

    private static final ScratchPool<float[]> POOL =
            new ScratchPool<>(() -> new float[SECTIONS * SECTION + ScratchPool.GUARD]);

    private FloatPad() {}

    /** An array of {@code SECTIONS * SECTION} elements, several blocks, with any contents. */
    static float[] borrow() {
        return POOL.borrow();
    }

    /** Gives an array back; it is dropped if the pool is full. */
    static void giveBack(float[] pad) {
        POOL.giveBack(pad);
    }

    /** Copies n elements of an array, if there is one, to a section of a pad. */
    static void fill(float[] pad, int section, float @Nullable [] x, int xOffset, int n) {
        if (x != null) {
            System.arraycopy(x, xOffset, pad, section * SECTION, n);
        }
    }

    /** Copies n elements of a pad's section to an array, if there is one. */
    static void empty(float[] pad, int section, float @Nullable [] out, int outOffset, int n) {
        if (out != null) {
            System.arraycopy(pad, section * SECTION, out, outOffset, n);
        }
    }

    /** The pad, if the array it stands for exists. */
    static float @Nullable [] instead(float[] pad, float @Nullable [] of) {
        return of == null ? null : pad;
    }
}
