// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatLanes.BLOCK;

import java.util.Arrays;

/** What is left over of a piece behind its whole blocks: the end of a block that ends with the piece. */
final class FloatTail {
    /**
     * Added to a block, from the number of terms that are left over on: makes negative infinity of all that whole blocks hold,
     * and leaves what is left over as it is.
     */
    static final float[] OUTSIDE = new float[2 * BLOCK];

    /** What the terms of a block are multiplied by, from the number that are left over on: 0 for those that whole blocks hold. */
    static final float[] INSIDE = new float[2 * BLOCK];

    /** Lanes that begin with nothing. */
    static final float[] NOTHING = new float[BLOCK];

    static {
        Arrays.fill(OUTSIDE, 0, BLOCK, Float.NEGATIVE_INFINITY);
        Arrays.fill(OUTSIDE, BLOCK, 2 * BLOCK, -0f);
        Arrays.fill(INSIDE, BLOCK, 2 * BLOCK, 1f);
    }

    private FloatTail() {}
}
