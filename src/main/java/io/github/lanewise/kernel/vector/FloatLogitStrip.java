// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.FloatLogitGroups;
import io.github.lanewise.kernel.ScratchPool;
import java.util.Arrays;

/** The half-done work of a sum of binary cross entropies of logits. From a pool. */
final class FloatLogitStrip {
    /**
     * Elements of a strip of arrays: whole groups, few enough that the terms stay in the L1 cache beside the inputs, and so many that
     * the ends of its walks, where the CPU guesses wrong, are far apart. A chunk of native memory is one strip, since walks of it take
     * longer to begin: what they check of segments they check there.
     */
    static final int LENGTH = 8 * FloatLogitGroups.GROUP;

    private static final ScratchPool<FloatLogitStrip> POOL = new ScratchPool<>(FloatLogitStrip::new);

    /**
     * Of two rows of a strip at a time the products of 1 + e, less 1, and then the sums of max(x, 0) - x t: as many as the strip has
     * elements. In two arrays they would be two more places to write to, which takes longer.
     */
    final float[] terms = new float[FloatLanes.CHUNK + ScratchPool.GUARD];

    /** The lanes' sums, and behind them what their additions have rounded off. */
    final float[] lanes = new float[2 * FloatLanes.LANES + ScratchPool.GUARD];

    /** A chunk's derivatives until it is known that they are wanted. */
    final float[] slopes = new float[FloatLanes.CHUNK];

    /** Inputs, targets and derivatives of the last rows of a chunk that ends within two. */
    final float[] pad = new float[3 * FloatVectorLogitSums.TWO_ROWS + ScratchPool.GUARD];

    private FloatLogitStrip() {}

    /** Takes one from the pool, or makes one if all are taken; with any contents. */
    static FloatLogitStrip borrow() {
        return POOL.borrow();
    }

    /** Makes the lanes those of a sum to which nothing has been added. */
    void begin() {
        Arrays.fill(lanes, 0f);
    }

    /** Gives it back; it is dropped if the pool is full. */
    void giveBack() {
        POOL.giveBack(this);
    }
}
