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
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_LOW;
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
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** The terms of several pieces of one length, kept while they are summed: {@link FloatVectorTerms} as {@link FloatVectorPlainRowSums}. */
final class FloatVectorRowTerms {
    // For native memory also: x
    private FloatVectorRowTerms() {}

    /**
     * As {@link io.github.lanewise.kernel.FloatKernels#plainSumsTermsAndMax}, but that a piece whose elements all have their sign
     * set may have any of them for its maximum.
     *
     * @param room what the lanes of each piece begin with, see {@link #restTerms}, and behind that as much room for each of two
     *     more numbers of a lane
     */
    static void sumsTermsAndMax(
            float[] x,
            int[] places,
            int count,
            int n,
            float near,
            float[] room,
            double[] sums,
            float[] max,
            float[] terms,
            int[] termsPlaces) {
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(FloatExp.power(near), FloatExp.SCALE));
        int whole = n - n % BLOCK;
        int carries = count * LANES;
        int maxima = 2 * carries;
        for (int piece = 0; piece < count; piece++) {
            // In native memory: long xOffset = (long) places[piece] * Float.BYTES;
            int xOffset = places[piece];
            int termsOffset = termsPlaces[piece];
            for (int sweep = 0; sweep < SWEEPS; sweep++) {
                int lane = piece * LANES + sweep * LENGTH;
                FloatVector sum = FloatVector.fromArray(SPECIES, room, lane);
                FloatVector carry = FloatVector.zero(SPECIES);
                // The block that ends with the piece, for what is left over in it.
                int last = n - BLOCK + sweep * LENGTH;
                IntVector last0 =
                        FloatVector.fromArray(SPECIES, x, xOffset + last).reinterpretAsInts();
                IntVector last1 = FloatVector.fromArray(SPECIES, x, xOffset + last + LANES)
                        .reinterpretAsInts();
                IntVector most = last0.max(last1);
                for (int i = sweep * LENGTH; i < whole; i += BLOCK) {
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
                    FloatVector term0 = e0;
                    // ---- for float only
                    term0 = e0.lanewise(FMA, multiple0.mul(MINUS_LN2_LOW), e0);
                    // ---- end
                    term0.intoArray(terms, termsOffset + i);
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
                    FloatVector term1 = e1;
                    // ---- for float only
                    term1 = e1.lanewise(FMA, multiple1.mul(MINUS_LN2_LOW), e1);
                    // ---- end
                    term1.intoArray(terms, termsOffset + i + LANES);
                    FloatVector pair = e0.add(e1);
                    FloatVector next = pair.add(sum);
                    carry = pair.sub(next.sub(sum)).add(carry);
                    sum = next;
                }
                sum.intoArray(room, lane);
                carry.intoArray(room, carries + lane);
                most.reinterpretAsFloats().intoArray(room, maxima + lane);
            }
        }
        for (int piece = 0; piece < count; piece++) {
            int maxBits = SIGN_BITS;
            double part0 = 0.0;
            double part1 = 0.0;
            double part2 = 0.0;
            double part3 = 0.0;
            for (int sweep = 0; sweep < SWEEPS; sweep++) {
                int lane = piece * LANES + sweep * LENGTH;
                FloatVector sum = FloatVector.fromArray(SPECIES, room, lane);
                FloatVector carry = FloatVector.fromArray(SPECIES, room, carries + lane);
                IntVector most =
                        FloatVector.fromArray(SPECIES, room, maxima + lane).reinterpretAsInts();
                int sweepMaxBits = most.reduceLanes(MAX);
                maxBits = Math.max(maxBits, sweepMaxBits);
                DoubleVector left =
                        ((DoubleVector) sum.convertShape(F2D, WIDE, 0)).add(carry.convertShape(F2D, WIDE, 0));
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
            max[piece] = Float.intBitsToFloat(maxBits);
            sums[piece] = (part0 + part1) + (part2 + part3);
        }
    }

    /**
     * As {@link FloatVectorTerms#restTerms}, of the last block of each of several pieces.
     *
     * @param room takes the terms of the pieces one behind the other, zeros if nothing is left over
     */
    static void restTerms(
            float[] x, int[] places, int count, int n, float near, float[] room, float[] terms, int[] termsPlaces) {
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(FloatExp.power(near), FloatExp.SCALE));
        int rest = n % BLOCK;
        if (rest == 0) {
            Arrays.fill(room, 0, count * LANES, 0f);
            return;
        }
        for (int i = 0; i < LANES; i += LENGTH) {
            FloatVector inside1 = FloatVector.fromArray(SPECIES, INSIDE, rest + i + LANES);
            int from = n - BLOCK + i;
            for (int piece = 0; piece < count; piece++) {
                // In native memory: long xOffset = (long) places[piece] * Float.BYTES;
                int xOffset = places[piece];
                FloatVector x1 = FloatVector.fromArray(SPECIES, x, xOffset + from + LANES);
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
                FloatVector term1 = e1;
                // ---- for float only
                term1 = e1.lanewise(FMA, multiple1.mul(MINUS_LN2_LOW), e1);
                // ---- end
                term1.intoArray(terms, termsPlaces[piece] + from + LANES);
                e1.mul(inside1).intoArray(room, piece * LANES + i);
            }
        }
        // The first half has some in one of two lengths.
        if (rest > LANES) {
            for (int i = 0; i < LANES; i += LENGTH) {
                FloatVector inside0 = FloatVector.fromArray(SPECIES, INSIDE, rest + i);
                int from = n - BLOCK + i;
                for (int piece = 0; piece < count; piece++) {
                    // In native memory: long xOffset = (long) places[piece] * Float.BYTES;
                    int xOffset = places[piece];
                    FloatVector x0 = FloatVector.fromArray(SPECIES, x, xOffset + from);
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
                    FloatVector term0 = e0;
                    // ---- for float only
                    term0 = e0.lanewise(FMA, multiple0.mul(MINUS_LN2_LOW), e0);
                    // ---- end
                    term0.intoArray(terms, termsPlaces[piece] + from);
                    e0.mul(inside0)
                            .add(FloatVector.fromArray(SPECIES, room, piece * LANES + i))
                            .intoArray(room, piece * LANES + i);
                }
            }
        }
    }
}
