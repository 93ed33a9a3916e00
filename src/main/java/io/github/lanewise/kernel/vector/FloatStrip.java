// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import io.github.lanewise.kernel.ScratchPool;

/** Room for the half-done work of a kernel that walks a strip of its row twice; small enough for the L1 cache. From a pool. */
final class FloatStrip {
    /** Elements of a strip. */
    static final int LENGTH = 1024;

    private static final ScratchPool<float[]> POOL = new ScratchPool<>(() -> new float[LENGTH]);

    private FloatStrip() {}

    /** An array of a strip's length, with any contents. */
    static float[] borrow() {
        return POOL.borrow();
    }

    /** Gives an array back; it is dropped if the pool is full. */
    static void giveBack(float[] strip) {
        POOL.giveBack(strip);
    }
}
