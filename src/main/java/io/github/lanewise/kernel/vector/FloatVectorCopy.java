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
import static io.github.lanewise.kernel.scalar.FloatConstants.INFINITY_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.MAGNITUDE_MASK;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_BITS;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEIGHBOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_FOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_PAIR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWAP_HALVES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWEEPS;
import static io.github.lanewise.kernel.vector.FloatLaneFold.WIDE;
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.MAX;

import io.github.lanewise.kernel.FloatCopyKernels;
import io.github.lanewise.kernel.FloatExp;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Copies on vectors. The only kernel that reads segments; since it sees native ones alone, the compiler knows their class.
 */
public final class FloatVectorCopy implements FloatCopyKernels {
    /** The kernel has no state, so one is enough. */
    public static final FloatVectorCopy INSTANCE = new FloatVectorCopy();

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private FloatVectorCopy() {}

    /** The steps of {@link FloatVectorSums#max}, which a row of negative elements is left to. */
    @Override
    public float copyMax(MemorySegment from, long byteOffset, int n, float[] to, int toOffset) {
        IntVector max0 =
                FloatVector.fromMemorySegment(SPECIES, from, byteOffset, ORDER).reinterpretAsInts();
        IntVector max1 = max0;
        IntVector far0 = IntVector.zero(INT_SPECIES);
        IntVector far1 = far0;
        int i = 0;
        for (; i <= n - 2 * LENGTH; i += 2 * LENGTH) {
            FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, from, byteOffset + (long) i * Float.BYTES, ORDER);
            FloatVector x1 =
                    FloatVector.fromMemorySegment(SPECIES, from, byteOffset + (long) (i + LENGTH) * Float.BYTES, ORDER);
            x0.intoArray(to, toOffset + i);
            x1.intoArray(to, toOffset + i + LENGTH);
            max0 = x0.reinterpretAsInts().max(max0);
            max1 = x1.reinterpretAsInts().max(max1);
            far0 = x0.reinterpretAsInts().and(MAGNITUDE_MASK).max(far0);
            far1 = x1.reinterpretAsInts().and(MAGNITUDE_MASK).max(far1);
        }
        // A row of at least a block is longer than a register: the last one overlaps the one before.
        for (; i < n; i += LENGTH) {
            int at = Math.min(i, n - LENGTH);
            FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, from, byteOffset + (long) at * Float.BYTES, ORDER);
            x0.intoArray(to, toOffset + at);
            max0 = x0.reinterpretAsInts().max(max0);
            far0 = x0.reinterpretAsInts().and(MAGNITUDE_MASK).max(far0);
        }
        int farBits = far0.max(far1).reduceLanes(MAX);
        int maxBits = max0.max(max1).reduceLanes(MAX);
        if (farBits > INFINITY_BITS) {
            return Float.NaN;
        }
        return maxBits >= 0 ? Float.intBitsToFloat(maxBits) : FloatVectorSums.max(to, toOffset, n);
    }

    @Override
    public double copySumExpAndMax(
            MemorySegment from, long byteOffset, int n, float[] to, int toOffset, float near, float[] max) {
        int last = n - BLOCK;
        copyBlock(from, byteOffset + (long) last * Float.BYTES, to, toOffset + last);
        int rest = n % BLOCK;
        float[] start = rest == 0 ? FloatTail.NOTHING : max;
        if (rest != 0) {
            FloatVectorPlainExpSums.restTerms(to, toOffset + last, rest, near, max);
        }
        return sumExpAndMax(from, byteOffset, n, to, toOffset, near, start, max);
    }

    @Override
    public double copySumTermsAndMax(
            MemorySegment from,
            long byteOffset,
            int n,
            float[] to,
            int toOffset,
            float near,
            float[] max,
            float[] terms,
            int termsOffset) {
        int last = n - BLOCK;
        copyBlock(from, byteOffset + (long) last * Float.BYTES, to, toOffset + last);
        int rest = n % BLOCK;
        float[] start = rest == 0 ? FloatTail.NOTHING : max;
        if (rest != 0) {
            FloatVectorTerms.restTerms(to, toOffset + last, rest, near, max, terms, termsOffset + last);
        }
        return sumTermsAndMax(from, byteOffset, n, to, toOffset, near, start, max, terms, termsOffset);
    }

    private static void copyBlock(MemorySegment from, long byteOffset, float[] to, int toOffset) {
        for (int i = 0; i < BLOCK; i += LENGTH) {
            FloatVector.fromMemorySegment(SPECIES, from, byteOffset + (long) i * Float.BYTES, ORDER)
                    .intoArray(to, toOffset + i);
        }
    }

    /**
     * The steps of {@link FloatVectorPlainExpSums#sumExpAndMax}, which see a row on its way into the array. What the array's last
     * block is to hold is there already.
     */
    private static double sumExpAndMax(
            MemorySegment from,
            long byteOffset,
            int n,
            float[] to,
            int toOffset,
            float near,
            float[] start,
            float[] max) {
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
            int last = toOffset + n - BLOCK + sweep * LENGTH;
            IntVector last0 = FloatVector.fromArray(SPECIES, to, last).reinterpretAsInts();
            IntVector last1 = FloatVector.fromArray(SPECIES, to, last + LANES).reinterpretAsInts();
            IntVector most = last0.max(last1);
            for (int i = sweep * LENGTH; i < whole; i += BLOCK) {
                FloatVector x0 =
                        FloatVector.fromMemorySegment(SPECIES, from, byteOffset + (long) i * Float.BYTES, ORDER);
                FloatVector x1 = FloatVector.fromMemorySegment(
                        SPECIES, from, byteOffset + (long) (i + LANES) * Float.BYTES, ORDER);
                x0.intoArray(to, toOffset + i);
                x1.intoArray(to, toOffset + i + LANES);
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
        max[0] = maxBits >= 0 ? Float.intBitsToFloat(maxBits) : FloatVectorSums.max(to, toOffset, n);
        return (part0 + part1) + (part2 + part3);
    }

    /** The same with the steps of {@link FloatVectorTerms#sumTermsAndMax}. */
    private static double sumTermsAndMax(
            MemorySegment from,
            long byteOffset,
            int n,
            float[] to,
            int toOffset,
            float near,
            float[] start,
            float[] max,
            float[] terms,
            int termsOffset) {
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
            int last = toOffset + n - BLOCK + sweep * LENGTH;
            IntVector last0 = FloatVector.fromArray(SPECIES, to, last).reinterpretAsInts();
            IntVector last1 = FloatVector.fromArray(SPECIES, to, last + LANES).reinterpretAsInts();
            IntVector most = last0.max(last1);
            for (int i = sweep * LENGTH; i < whole; i += BLOCK) {
                FloatVector x0 =
                        FloatVector.fromMemorySegment(SPECIES, from, byteOffset + (long) i * Float.BYTES, ORDER);
                FloatVector x1 = FloatVector.fromMemorySegment(
                        SPECIES, from, byteOffset + (long) (i + LANES) * Float.BYTES, ORDER);
                x0.intoArray(to, toOffset + i);
                x1.intoArray(to, toOffset + i + LANES);
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
        max[0] = maxBits >= 0 ? Float.intBitsToFloat(maxBits) : FloatVectorSums.max(to, toOffset, n);
        return (part0 + part1) + (part2 + part3);
    }
}
