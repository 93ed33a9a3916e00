// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/**
 * The one definition of the order in which a float row is summed, from which the bits of every result follow.
 *
 * <p>Every implementation adds a row {@code t[0..n)} of float terms like this, whatever its register width:
 *
 * <ol>
 *   <li>The row is cut into <em>pieces</em>: as many whole blocks of {@link #BLOCK} terms as there are, at most
 *       {@link #CHUNK} terms of them to a piece, and what is left over, less than a block, as the last piece. That one counts as
 *       a block that ends with the row; the terms it lacks at its beginning are +0. A sum of exponentials has no such last
 *       piece where there is another: what is left over is the first block of that one, before its whole blocks.
 *   <li>Term {@code j} of a block and term {@code j + LANES} are added first: {@code pair = t[j] + t[j + LANES]}.
 *   <li>The pair goes to <em>virtual lane</em> {@code j}, which keeps what its additions round off beside the sum:
 *       {@code next = sum + pair; carry = carry + (pair - (next - sum)); sum = next}, from {@code sum = carry = +0}.
 *       Every operation rounds to float. The carry does not return into the sum, so that one addition, not four, separates a
 *       step from the next.
 *   <li>At the piece's end lane {@code j} is worth {@code (double) sum + (double) carry}.
 *   <li>The lanes are added in double as a balanced binary tree over neighbours: {@code l[0] + l[1]},
 *       {@code l[2] + l[3]}, ..., then {@code (l[0] + l[1]) + (l[2] + l[3])}, and so on up to one number.
 *   <li>The pieces' numbers are added in double in index order.
 * </ol>
 *
 * <p>A 512-bit register holds all {@link #LANES} lanes; a narrower machine walks the piece, which stays in the L1 cache,
 * once per register's worth of lanes. The lanes do not depend on each other, and neighbouring lanes fold inside one
 * register before registers are folded, so no width changes a bit.
 *
 * <p>The sum of a piece has a relative error of about one float rounding for terms of one sign, whatever its length: that of
 * the pairs. What an addition to a lane rounds off is captured exactly where the sum is not smaller than the pair (Dekker's
 * fast two-sum); where it is smaller, the sum at least doubles, so that these few losses add up to no more than a rounding of
 * the result. The fold loses nothing that a float could hold.
 */
public final class FloatLanes {
    /** Virtual lanes: chains of compensated additions that run beside each other. */
    public static final int LANES = 16;

    /** Terms that one step of all lanes takes: two a lane. */
    public static final int BLOCK = 2 * LANES;

    /** Terms of a row that are folded to one double: 16 KiB, so that a narrow machine's second walk hits the L1 cache. */
    public static final int CHUNK = 4096;

    private FloatLanes() {}

    /** Length of the piece of a row that begins where {@code left} terms are left. */
    public static int piece(int left) {
        return left < BLOCK ? left : Math.min(left - left % BLOCK, CHUNK);
    }

    /** The same for a sum of exponentials, whose last piece of at least a block takes what is left over with it. */
    public static int pieceWithRest(int left) {
        return left < CHUNK + BLOCK ? left : CHUNK;
    }
}
