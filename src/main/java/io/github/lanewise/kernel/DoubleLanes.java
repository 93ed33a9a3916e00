// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/** The order in which a row of doubles is summed: that of {@link FloatLanes}, with half as many lanes. */
public final class DoubleLanes {
    /** Virtual lanes: those of one 512-bit register. */
    public static final int LANES = 8;

    /** Terms that one step of all lanes takes: two a lane. */
    public static final int BLOCK = 2 * LANES;

    /** Terms of a row that are folded to one number: 16 KiB. */
    public static final int CHUNK = 2048;

    private DoubleLanes() {}

    /** Length of the piece of a row that begins where {@code left} terms are left. */
    public static int piece(int left) {
        return left < BLOCK ? left : Math.min(left - left % BLOCK, CHUNK);
    }

    /** The same for a sum of exponentials, whose last piece of at least a block takes what is left over with it. */
    public static int pieceWithRest(int left) {
        return left < CHUNK + BLOCK ? left : CHUNK;
    }
}
