// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.ScratchPool;

/** Room for the longest piece of a row, of which a kernel needs a copy. From a pool. */
final class FloatPiece {
    private static final ScratchPool<float[]> POOL =
            new ScratchPool<>(() -> new float[FloatLanes.CHUNK + FloatLanes.BLOCK]);

    private FloatPiece() {}

    /** An array with any contents. */
    static float[] borrow() {
        return POOL.borrow();
    }

    /** Gives an array back; it is dropped if the pool is full. */
    static void giveBack(float[] piece) {
        POOL.giveBack(piece);
    }
}
