// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatExp.C2;
import static io.github.lanewise.kernel.FloatExp.C3;
import static io.github.lanewise.kernel.FloatExp.C4;
import static io.github.lanewise.kernel.FloatExp.C5;
import static io.github.lanewise.kernel.FloatExp.C6;
import static io.github.lanewise.kernel.FloatExp.EXPONENT_SHIFT;
import static io.github.lanewise.kernel.FloatExp.LOG2_E;
import static io.github.lanewise.kernel.FloatExp.MAGIC_BITS;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_HIGH;
import static io.github.lanewise.kernel.FloatLanes.BLOCK;
import static io.github.lanewise.kernel.FloatLanes.LANES;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_BITS;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEIGHBOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_FOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_PAIR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWAP_HALVES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWEEPS;
import static io.github.lanewise.kernel.vector.FloatLaneFold.WIDE;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static io.github.lanewise.kernel.vector.FloatTail.INSIDE;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.MAX;

import io.github.lanewise.kernel.FloatExp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Sums of exponentials of ordinary numbers, with the maximum: the steps of {@link FloatVectorExpSums}, and so its bits, less those
 * for NaN, infinities and elements far from zero.
 *
 * <p>Nothing looks for these. An element that is not finite has a difference from its multiple of ln 2 that is NaN, and so have
 * the term and the sum. One that is so far below zero that its multiple is off has a polynomial that may be anything, and the
 * scale 0: the term is 0, as it should be, or NaN where the polynomial is infinite. So a sum that is a number is the right one.
 */
final class FloatVectorPlainExpSums {
    // For native memory also: x

    /**
     * Elements of a loop. C2 unrolls a loop as far as its usual number of turns allows. From twice as many turns on that is so far
     * that the coefficients find no room in registers and are read anew for each element.
     */
    static final int STRETCH = 64 * BLOCK;

    private FloatVectorPlainExpSums() {}

    /**
     * As {@link io.github.lanewise.kernel.FloatKernels#plainSumExpAndMax}.
     *
     * @param start what the lanes begin with, see {@link #restTerms}
     */
    static double sumExpAndMax(float[] x, int xOffset, int n, float near, float[] start, float[] max) {
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(FloatExp.power(near), FloatExp.SCALE));
        int whole = n - n % BLOCK;
        int maxBits = SIGN_BITS;
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            FloatVector sum = FloatVector.fromArray(SPECIES, start, sweep * LENGTH);
            FloatVector carry = FloatVector.zero(SPECIES);
            // The block that ends with the piece, for what is left over in it.
            int last = n - BLOCK + sweep * LENGTH;
            IntVector last0 = FloatVector.fromArray(SPECIES, x, xOffset + last).reinterpretAsInts();
            IntVector last1 =
                    FloatVector.fromArray(SPECIES, x, xOffset + last + LANES).reinterpretAsInts();
            IntVector most = last0.max(last1);
            for (int first = 0; first < whole; first += STRETCH) {
                int end = Math.min(whole, first + STRETCH);
                for (int i = first + sweep * LENGTH; i < end; i += BLOCK) {
                    FloatVector x0 = FloatVector.fromArray(SPECIES, x, xOffset + i);
                    FloatVector x1 = FloatVector.fromArray(SPECIES, x, xOffset + i + LANES);
                    most = x0.reinterpretAsInts().max(x1.reinterpretAsInts()).max(most);
                    FloatVector biased0 = x0.lanewise(FMA, LOG2_E, magic);
                    FloatVector multiple0 = biased0.sub(magic);
                    FloatVector r0 = multiple0.lanewise(FMA, MINUS_LN2_HIGH, x0);
                    // In double also: r0 = multiple0.lanewise(FMA, FloatExp.MINUS_LN2_LOW, r0);
                    FloatVector square0 = r0.mul(r0);
                    FloatVector base0 = r0.lanewise(FMA, C3, C2);
                    FloatVector h0 = r0.lanewise(FMA, C5, C4);
                    h0 = square0.lanewise(FMA, C6, h0);
                    h0 = h0.lanewise(FMA, square0, base0);
                    h0 = h0.lanewise(FMA, square0, r0);
                    FloatVector scale0 = biased0.reinterpretAsInts()
                            .max(MAGIC_BITS)
                            .lanewise(LSHL, EXPONENT_SHIFT)
                            .reinterpretAsFloats();
                    FloatVector e0 = h0.lanewise(FMA, scale0, scale0);
                    FloatVector biased1 = x1.lanewise(FMA, LOG2_E, magic);
                    FloatVector multiple1 = biased1.sub(magic);
                    FloatVector r1 = multiple1.lanewise(FMA, MINUS_LN2_HIGH, x1);
                    // In double also: r1 = multiple1.lanewise(FMA, FloatExp.MINUS_LN2_LOW, r1);
                    FloatVector square1 = r1.mul(r1);
                    FloatVector base1 = r1.lanewise(FMA, C3, C2);
                    FloatVector h1 = r1.lanewise(FMA, C5, C4);
                    h1 = square1.lanewise(FMA, C6, h1);
                    h1 = h1.lanewise(FMA, square1, base1);
                    h1 = h1.lanewise(FMA, square1, r1);
                    FloatVector scale1 = biased1.reinterpretAsInts()
                            .max(MAGIC_BITS)
                            .lanewise(LSHL, EXPONENT_SHIFT)
                            .reinterpretAsFloats();
                    FloatVector e1 = h1.lanewise(FMA, scale1, scale1);
                    FloatVector pair = e0.add(e1);
                    FloatVector next = pair.add(sum);
                    carry = pair.sub(next.sub(sum)).add(carry);
                    sum = next;
                }
            }
            int sweepMaxBits = most.reduceLanes(MAX);
            maxBits = Math.max(maxBits, sweepMaxBits);
            DoubleVector left = ((DoubleVector) sum.convertShape(F2D, WIDE, 0)).add(carry.convertShape(F2D, WIDE, 0));
            DoubleVector right = ((DoubleVector) sum.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0))
                    .add(carry.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0));
            if (LENGTH >= 8) {
                left = left.add(left.rearrange(NEIGHBOUR));
                right = right.add(right.rearrange(NEIGHBOUR));
                left = left.add(left.rearrange(NEXT_PAIR));
                right = right.add(right.rearrange(NEXT_PAIR));
            }
            if (LENGTH >= 16) {
                left = left.add(left.rearrange(NEXT_FOUR));
                right = right.add(right.rearrange(NEXT_FOUR));
            }
            double part = LENGTH > 4
                    ? left.lane(0) + right.lane(0)
                    : (left.lane(0) + left.lane(1)) + (right.lane(0) + right.lane(1));
            switch (sweep) {
                case 0 -> part0 = part;
                case 1 -> part1 = part;
                case 2 -> part2 = part;
                default -> part3 = part;
            }
        }
        // A row of negative elements is for the search that is made for them.
        max[0] = maxBits >= 0 ? Float.intBitsToFloat(maxBits) : FloatVectorMax.max(x, xOffset, n);
        return (part0 + part1) + (part2 + part3);
    }

    /**
     * The terms of a block of which only the last {@code rest} elements count, each pair as the step of a lane: what the lanes begin
     * with that take the whole blocks before.
     */
    static void restTerms(float[] x, int xOffset, int rest, float near, float[] start) {
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(FloatExp.power(near), FloatExp.SCALE));
        for (int i = 0; i < LANES; i += LENGTH) {
            FloatVector x1 = FloatVector.fromArray(SPECIES, x, xOffset + i + LANES);
            FloatVector biased1 = x1.lanewise(FMA, LOG2_E, magic);
            FloatVector multiple1 = biased1.sub(magic);
            FloatVector r1 = multiple1.lanewise(FMA, MINUS_LN2_HIGH, x1);
            // In double also: r1 = multiple1.lanewise(FMA, FloatExp.MINUS_LN2_LOW, r1);
            FloatVector square1 = r1.mul(r1);
            FloatVector base1 = r1.lanewise(FMA, C3, C2);
            FloatVector h1 = r1.lanewise(FMA, C5, C4);
            h1 = square1.lanewise(FMA, C6, h1);
            h1 = h1.lanewise(FMA, square1, base1);
            h1 = h1.lanewise(FMA, square1, r1);
            FloatVector scale1 = biased1.reinterpretAsInts()
                    .max(MAGIC_BITS)
                    .lanewise(LSHL, EXPONENT_SHIFT)
                    .reinterpretAsFloats();
            FloatVector e1 = h1.lanewise(FMA, scale1, scale1);
            e1.mul(FloatVector.fromArray(SPECIES, INSIDE, rest + i + LANES)).intoArray(start, i);
        }
        // The first half has some in one of two rows.
        if (rest > LANES) {
            for (int i = 0; i < LANES; i += LENGTH) {
                FloatVector x0 = FloatVector.fromArray(SPECIES, x, xOffset + i);
                FloatVector biased0 = x0.lanewise(FMA, LOG2_E, magic);
                FloatVector multiple0 = biased0.sub(magic);
                FloatVector r0 = multiple0.lanewise(FMA, MINUS_LN2_HIGH, x0);
                // In double also: r0 = multiple0.lanewise(FMA, FloatExp.MINUS_LN2_LOW, r0);
                FloatVector square0 = r0.mul(r0);
                FloatVector base0 = r0.lanewise(FMA, C3, C2);
                FloatVector h0 = r0.lanewise(FMA, C5, C4);
                h0 = square0.lanewise(FMA, C6, h0);
                h0 = h0.lanewise(FMA, square0, base0);
                h0 = h0.lanewise(FMA, square0, r0);
                FloatVector scale0 = biased0.reinterpretAsInts()
                        .max(MAGIC_BITS)
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                FloatVector e0 = h0.lanewise(FMA, scale0, scale0);
                e0.mul(FloatVector.fromArray(SPECIES, INSIDE, rest + i))
                        .add(FloatVector.fromArray(SPECIES, start, i))
                        .intoArray(start, i);
            }
        }
    }
}
