// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import io.github.lanewise.kernel.FloatLanes;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Small arrays with room to spare, for the end of a row that is the end of its array as well: copied here, a register may
 * read past it. Borrowed from a pool, so that nothing is allocated in steady state on any kind of thread.
 */
final class FloatPad {
    private static final int POOL_SIZE = 16;
    private static final AtomicReferenceArray<float[]> POOL = new AtomicReferenceArray<>(POOL_SIZE);

    private FloatPad() {}

    /** An array of a block's length with any contents. */
    static float[] borrow() {
        for (int i = 0; i < POOL_SIZE; i++) {
            if (POOL.getPlain(i) != null) {
                float[] pad = POOL.getAndSet(i, null);
                if (pad != null) {
                    return pad;
                }
            }
        }
        return new float[FloatLanes.BLOCK];
    }

    /** Gives an array back; it is dropped if the pool is full. */
    static void giveBack(float[] pad) {
        for (int i = 0; i < POOL_SIZE; i++) {
            if (POOL.getPlain(i) == null && POOL.compareAndSet(i, null, pad)) {
                return;
            }
        }
    }
}
