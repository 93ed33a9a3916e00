// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatExp.C2;
import static io.github.lanewise.kernel.FloatExp.C3;
import static io.github.lanewise.kernel.FloatExp.C4;
import static io.github.lanewise.kernel.FloatExp.C5;
import static io.github.lanewise.kernel.FloatExp.C6;
import static io.github.lanewise.kernel.FloatExp.DEEP_BITS;
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
import static jdk.incubator.vector.VectorOperators.UMIN;

import io.github.lanewise.kernel.FloatExp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Softmax of rows of at least a block: their terms kept while they are summed, which is all that softmax and the gradient of cross
 * entropy need but for a factor, and the same computed from the row. {@link FloatVectorPlainExpSums} says why no step looks for
 * special values, and {@link FloatExp#lateTerm} how a term of a sum becomes one of its own.
 */
final class FloatVectorTerms {
    // For native memory also: x, out

    private FloatVectorTerms() {}

    /**
     * As {@link io.github.lanewise.kernel.FloatKernels#plainSumTermsAndMax}.
     *
     * @param start what the lanes begin with, see {@link #restTerms}
     */
    static double sumTermsAndMax(
            float[] x, int xOffset, int n, float near, float[] start, float[] max, float[] terms, int termsOffset) {
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
            for (int first = 0; first < whole; first += FloatVectorPlainExpSums.STRETCH) {
                int end = Math.min(whole, first + FloatVectorPlainExpSums.STRETCH);
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

    /** {@code out = terms * gain - minus}, also in place. */
    static void scale(float[] terms, int termsOffset, int n, float gain, float minus, float[] out, int outOffset) {
        FloatVector gains = FloatVector.broadcast(SPECIES, gain);
        FloatVector plus = FloatVector.broadcast(SPECIES, -minus);
        int last = n - LENGTH;
        FloatVector end = FloatVector.fromArray(SPECIES, terms, termsOffset + last);
        for (int i = 0; i < last; i += LENGTH) {
            FloatVector.fromArray(SPECIES, terms, termsOffset + i)
                    .lanewise(FMA, gains, plus)
                    .intoArray(out, outOffset + i);
        }
        end.lanewise(FMA, gains, plus).intoArray(out, outOffset + last);
    }

    /** As {@link FloatVectorMaps#expScale} for a row of at least a block, with {@link FloatExp#lateTerm} for its terms. */
    static void expScale(
            float[] x, int xOffset, int n, float max, double factor, float minus, float[] out, int outOffset) {
        int exponent = FloatExp.scale(factor);
        float shiftValue = FloatExp.shift(max);
        float power = FloatExp.power(max - shiftValue);
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(power, exponent));
        FloatVector gain = FloatVector.broadcast(SPECIES, FloatExp.gain(max, factor, exponent));
        FloatVector plus = FloatVector.broadcast(SPECIES, -minus);
        int last = n - LENGTH;
        FloatVector v1 = FloatVector.fromArray(SPECIES, x, xOffset + last);
        for (int i = 0; i < last; i += LENGTH) {
            FloatVector v0 = FloatVector.fromArray(SPECIES, x, xOffset + i);
            v0 = v0.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
            FloatVector biased0 = v0.lanewise(FMA, LOG2_E, magic);
            FloatVector multiple0 = biased0.sub(magic);
            FloatVector r0 = multiple0.lanewise(FMA, MINUS_LN2_HIGH, v0);
            // In double also: r0 = multiple0.lanewise(FMA, MINUS_LN2_LOW, r0);
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
            // ---- for float only
            e0 = e0.lanewise(FMA, multiple0.mul(MINUS_LN2_LOW), e0);
            // ---- end
            e0.lanewise(FMA, gain, plus).intoArray(out, outOffset + i);
        }
        v1 = v1.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
        FloatVector biased1 = v1.lanewise(FMA, LOG2_E, magic);
        FloatVector multiple1 = biased1.sub(magic);
        FloatVector r1 = multiple1.lanewise(FMA, MINUS_LN2_HIGH, v1);
        // In double also: r1 = multiple1.lanewise(FMA, MINUS_LN2_LOW, r1);
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
        // ---- for float only
        e1 = e1.lanewise(FMA, multiple1.mul(MINUS_LN2_LOW), e1);
        // ---- end
        e1.lanewise(FMA, gain, plus).intoArray(out, outOffset + last);
    }

    /**
     * The terms of a block of which only the last {@code rest} elements count, each pair as the step of a lane: what the lanes begin
     * with that take the whole blocks before. All terms of the halves of the block that have some of these are kept.
     */
    static void restTerms(float[] x, int xOffset, int rest, float near, float[] start, float[] terms, int termsOffset) {
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
            FloatVector term1 = e1;
            // ---- for float only
            term1 = e1.lanewise(FMA, multiple1.mul(MINUS_LN2_LOW), e1);
            // ---- end
            term1.intoArray(terms, termsOffset + i + LANES);
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
                FloatVector term0 = e0;
                // ---- for float only
                term0 = e0.lanewise(FMA, multiple0.mul(MINUS_LN2_LOW), e0);
                // ---- end
                term0.intoArray(terms, termsOffset + i);
                e0.mul(FloatVector.fromArray(SPECIES, INSIDE, rest + i))
                        .add(FloatVector.fromArray(SPECIES, start, i))
                        .intoArray(start, i);
            }
        }
    }
}
