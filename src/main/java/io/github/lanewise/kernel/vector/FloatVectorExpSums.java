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
import static io.github.lanewise.kernel.scalar.FloatConstants.INFINITY_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.MAGNITUDE_MASK;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_SHIFT;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEIGHBOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_FOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_PAIR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWAP_HALVES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWEEPS;
import static io.github.lanewise.kernel.vector.FloatLaneFold.WIDE;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static io.github.lanewise.kernel.vector.FloatTail.OUTSIDE;
import static jdk.incubator.vector.VectorOperators.ASHR;
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
 * Sums of exponentials over a piece of at least a block, in the walks of {@link FloatVectorSums}.
 *
 * <p>Elements far below the maximum are kept from leaving the range of exponents by two operations on bits. Unsigned integers
 * order negative floats from zero down and put them above all that are not negative, so their minimum with {@link
 * FloatExp#DEEP} changes what is below that and nothing else. And a rounded multiple that would give an exponent field
 * below 0 is less than {@link FloatExp#MAGIC}, also as an integer. Comparing floats and blending by a mask would do in one
 * step what these do, at 20 percent of the whole sum.
 *
 * <p>A sum of exponentials alone is a pipeline of two stages: a turn of the loop finds the terms of one block and reduces the elements
 * of the next, whose steps do not wait for those of the first. Long chains of steps, each waiting for the one before, fill what
 * a CPU has room for, and then it stands still: in one stage a sum takes a tenth to a fifth longer. Sums that find something else
 * beside themselves are in one stage: in two, C2 left some of their operations calls, which make objects of vectors.
 *
 * <p>{@link FloatVectorKernels} says why the exponential and the fold are written out in every kernel.
 */
final class FloatVectorExpSums {
    private FloatVectorExpSums() {}

    /** {@link io.github.lanewise.kernel.ExpSum#WHOLE}. */
    static double sumExp(float[] x, int xOffset, int n, float max) {
        float shiftValue = FloatExp.shift(max);
        float power = FloatExp.power(max - shiftValue);
        FloatVector shift = FloatVector.broadcast(SPECIES, shiftValue);
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(power, FloatExp.SCALE));
        int rest = n % BLOCK;
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector carry = sum;
            // First of all the block that ends with the piece, without what whole blocks hold of it.
            int last = n - BLOCK + sweep * LENGTH;
            int outside = rest + sweep * LENGTH;
            FloatVector x0 = FloatVector.fromArray(SPECIES, x, xOffset + last).sub(shift);
            FloatVector x1 =
                    FloatVector.fromArray(SPECIES, x, xOffset + last + LANES).sub(shift);
            x0 = x0.add(FloatVector.fromArray(SPECIES, OUTSIDE, outside));
            x1 = x1.add(FloatVector.fromArray(SPECIES, OUTSIDE, outside + LANES));
            x0 = x0.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
            FloatVector biased0 = x0.lanewise(FMA, LOG2_E, magic);
            FloatVector multiple0 = biased0.sub(magic);
            FloatVector r0 = multiple0.lanewise(FMA, MINUS_LN2_HIGH, x0);
            // In double also: r0 = multiple0.lanewise(FMA, FloatExp.MINUS_LN2_LOW, r0);
            x1 = x1.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
            FloatVector biased1 = x1.lanewise(FMA, LOG2_E, magic);
            FloatVector multiple1 = biased1.sub(magic);
            FloatVector r1 = multiple1.lanewise(FMA, MINUS_LN2_HIGH, x1);
            // In double also: r1 = multiple1.lanewise(FMA, FloatExp.MINUS_LN2_LOW, r1);
            // Then the whole blocks, and the last one once more for its terms. In one loop: C2 may not know the class
            // of what
            // two nested loops carry.
            for (int i = sweep * LENGTH; i < n - rest + BLOCK; i += BLOCK) {
                // The next block, reduced, while the polynomials of this one wait for each other.
                int at = xOffset + Math.min(i, n - rest - BLOCK + sweep * LENGTH);
                x0 = FloatVector.fromArray(SPECIES, x, at).sub(shift);
                x1 = FloatVector.fromArray(SPECIES, x, at + LANES).sub(shift);
                FloatVector square0 = r0.mul(r0);
                FloatVector base0 = r0.lanewise(FMA, C3, C2);
                FloatVector h0 = r0.lanewise(FMA, C5, C4);
                x0 = x0.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
                FloatVector square1 = r1.mul(r1);
                FloatVector base1 = r1.lanewise(FMA, C3, C2);
                FloatVector h1 = r1.lanewise(FMA, C5, C4);
                x1 = x1.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
                h0 = square0.lanewise(FMA, C6, h0);
                h1 = square1.lanewise(FMA, C6, h1);
                FloatVector next0 = x0.lanewise(FMA, LOG2_E, magic);
                FloatVector next1 = x1.lanewise(FMA, LOG2_E, magic);
                h0 = h0.lanewise(FMA, square0, base0);
                h1 = h1.lanewise(FMA, square1, base1);
                multiple0 = next0.sub(magic);
                multiple1 = next1.sub(magic);
                h0 = h0.lanewise(FMA, square0, r0);
                h1 = h1.lanewise(FMA, square1, r1);
                FloatVector scale0 = biased0.reinterpretAsInts()
                        .max(MAGIC_BITS)
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                FloatVector scale1 = biased1.reinterpretAsInts()
                        .max(MAGIC_BITS)
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                r0 = multiple0.lanewise(FMA, MINUS_LN2_HIGH, x0);
                r1 = multiple1.lanewise(FMA, MINUS_LN2_HIGH, x1);
                // In double also: r0 = multiple0.lanewise(FMA, FloatExp.MINUS_LN2_LOW, r0);
                // In double also: r1 = multiple1.lanewise(FMA, FloatExp.MINUS_LN2_LOW, r1);
                biased0 = next0;
                biased1 = next1;
                FloatVector e0 = h0.lanewise(FMA, scale0, scale0);
                FloatVector e1 = h1.lanewise(FMA, scale1, scale1);
                FloatVector pair = e0.add(e1);
                FloatVector next = pair.add(sum);
                carry = pair.sub(next.sub(sum)).add(carry);
                sum = next;
            }
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
        return (part0 + part1) + (part2 + part3);
    }

    /**
     * As {@link io.github.lanewise.kernel.FloatKernels#sumExpAndMax}. The maximum is found as {@link FloatVectorMax#max} finds it,
     * by operations on integers, of which a sum of exponentials leaves a CPU many to spare.
     *
     * @param start what the lanes begin with, see {@link #restTerms}
     */
    static double sumExpAndMax(float[] x, int xOffset, int n, float near, float[] start, float[] max) {
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(FloatExp.power(near), FloatExp.SCALE));
        int whole = n - n % BLOCK;
        int maxBits = SIGN_BITS;
        int farBits = 0;
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            FloatVector sum = FloatVector.fromArray(SPECIES, start, sweep * LENGTH);
            FloatVector carry = FloatVector.zero(SPECIES);
            // The block that ends with the piece, for what is left over in it.
            int last = xOffset + n - BLOCK + sweep * LENGTH;
            IntVector last0 = FloatVector.fromArray(SPECIES, x, last).reinterpretAsInts();
            IntVector last1 = FloatVector.fromArray(SPECIES, x, last + LANES).reinterpretAsInts();
            IntVector most = last0.max(last1);
            IntVector far = last0.and(MAGNITUDE_MASK).max(last1.and(MAGNITUDE_MASK));
            for (int i = sweep * LENGTH; i < whole; i += BLOCK) {
                FloatVector x0 = FloatVector.fromArray(SPECIES, x, xOffset + i);
                FloatVector x1 = FloatVector.fromArray(SPECIES, x, xOffset + i + LANES);
                most = x0.reinterpretAsInts().max(x1.reinterpretAsInts()).max(most);
                far = x0.reinterpretAsInts()
                        .and(MAGNITUDE_MASK)
                        .max(x1.reinterpretAsInts().and(MAGNITUDE_MASK))
                        .max(far);
                x0 = x0.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
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
                x1 = x1.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
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
            int sweepFarBits = far.reduceLanes(MAX);
            maxBits = Math.max(maxBits, sweepMaxBits);
            farBits = Math.max(farBits, sweepFarBits);
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
        // A NaN and rows of negative elements are for the search that is made for them.
        max[0] = farBits <= INFINITY_BITS && maxBits >= 0
                ? Float.intBitsToFloat(maxBits)
                : FloatVectorMax.max(x, xOffset, n);
        return (part0 + part1) + (part2 + part3);
    }

    /**
     * As {@link io.github.lanewise.kernel.FloatKernels#sumExpAndDistance}, over whole blocks, for a maximum that is not {@link
     * FloatExp#FAR}: most are not, and to take off 0 is an operation, too.
     *
     * @param start what the lanes begin with, see {@link #restTerms}
     */
    static double sumExpAndDistance(float[] x, int xOffset, int n, float max, float[] start, double[] distance) {
        FloatVector top = FloatVector.broadcast(SPECIES, max);
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(FloatExp.power(max), FloatExp.SCALE));
        double part0 = 0.0;
        double far0 = 0.0;
        double part1 = 0.0;
        double far1 = 0.0;
        double part2 = 0.0;
        double far2 = 0.0;
        double part3 = 0.0;
        double far3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            FloatVector sum = FloatVector.fromArray(SPECIES, start, sweep * LENGTH);
            FloatVector carry = FloatVector.zero(SPECIES);
            FloatVector farSum = FloatVector.fromArray(SPECIES, start, LANES + sweep * LENGTH);
            FloatVector farCarry = carry;
            for (int i = sweep * LENGTH; i < n; i += BLOCK) {
                FloatVector x0 = FloatVector.fromArray(SPECIES, x, xOffset + i);
                FloatVector x1 = FloatVector.fromArray(SPECIES, x, xOffset + i + LANES);
                x0 = x0.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
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
                x1 = x1.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
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
                FloatVector farPair = e1.lanewise(FMA, top.sub(x1), e0.mul(top.sub(x0)));
                FloatVector farNext = farPair.add(farSum);
                farCarry = farPair.sub(farNext.sub(farSum)).add(farCarry);
                farSum = farNext;
            }
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
            DoubleVector farLeft =
                    ((DoubleVector) farSum.convertShape(F2D, WIDE, 0)).add(farCarry.convertShape(F2D, WIDE, 0));
            DoubleVector farRight = ((DoubleVector)
                            farSum.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0))
                    .add(farCarry.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0));
            if (LENGTH >= 8) {
                farLeft = farLeft.add(farLeft.rearrange(NEIGHBOUR));
                farRight = farRight.add(farRight.rearrange(NEIGHBOUR));
                farLeft = farLeft.add(farLeft.rearrange(NEXT_PAIR));
                farRight = farRight.add(farRight.rearrange(NEXT_PAIR));
            }
            if (LENGTH >= 16) {
                farLeft = farLeft.add(farLeft.rearrange(NEXT_FOUR));
                farRight = farRight.add(farRight.rearrange(NEXT_FOUR));
            }
            double far = LENGTH > 4
                    ? farLeft.lane(0) + farRight.lane(0)
                    : (farLeft.lane(0) + farLeft.lane(1)) + (farRight.lane(0) + farRight.lane(1));
            switch (sweep) {
                case 0 -> {
                    part0 = part;
                    far0 = far;
                }
                case 1 -> {
                    part1 = part;
                    far1 = far;
                }
                case 2 -> {
                    part2 = part;
                    far2 = far;
                }
                default -> {
                    part3 = part;
                    far3 = far;
                }
            }
        }
        distance[0] = (far0 + far1) + (far2 + far3);
        return (part0 + part1) + (part2 + part3);
    }

    /**
     * The terms of a block of which only the last {@code rest} elements count, and their distances, each pair as the step of a lane:
     * what the lanes begin with that take the whole blocks before.
     */
    static void restTerms(float[] x, int xOffset, int rest, float max, float[] start) {
        FloatVector top = FloatVector.broadcast(SPECIES, max);
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(FloatExp.power(max), FloatExp.SCALE));
        for (int i = 0; i < LANES; i += LENGTH) {
            FloatVector x0 = FloatVector.fromArray(SPECIES, x, xOffset + i)
                    .add(FloatVector.fromArray(SPECIES, OUTSIDE, rest + i));
            FloatVector x1 = FloatVector.fromArray(SPECIES, x, xOffset + i + LANES)
                    .add(FloatVector.fromArray(SPECIES, OUTSIDE, rest + i + LANES));
            x0 = x0.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
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
            x1 = x1.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
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
            e0.add(e1).intoArray(start, i);
            e1.lanewise(FMA, top.sub(x1), e0.mul(top.sub(x0))).intoArray(start, LANES + i);
        }
    }

    /** {@link io.github.lanewise.kernel.ExpSum#BELOW}. */
    static double sumExpBelow(float[] x, int xOffset, int n, float max) {
        float shiftValue = FloatExp.shift(max);
        float power = FloatExp.power(max - shiftValue);
        // A minus zero less this one is +0, like any other that equals a maximum of 0.
        FloatVector shift = FloatVector.broadcast(SPECIES, shiftValue == 0f ? -0f : shiftValue);
        FloatVector top = FloatVector.broadcast(SPECIES, max - shiftValue);
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(power, FloatExp.SCALE));
        int rest = n % BLOCK;
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector carry = sum;
            // First of all the block that ends with the piece, without what whole blocks hold of it.
            int last = n - BLOCK + sweep * LENGTH;
            int outside = rest + sweep * LENGTH;
            FloatVector x0 = FloatVector.fromArray(SPECIES, x, xOffset + last).sub(shift);
            FloatVector x1 =
                    FloatVector.fromArray(SPECIES, x, xOffset + last + LANES).sub(shift);
            x0 = x0.add(FloatVector.fromArray(SPECIES, OUTSIDE, outside));
            x1 = x1.add(FloatVector.fromArray(SPECIES, OUTSIDE, outside + LANES));
            x0 = x0.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
            FloatVector biased0 = x0.lanewise(FMA, LOG2_E, magic);
            FloatVector multiple0 = biased0.sub(magic);
            FloatVector r0 = multiple0.lanewise(FMA, MINUS_LN2_HIGH, x0);
            r0 = multiple0.lanewise(FMA, MINUS_LN2_LOW, r0);
            FloatVector down0 = x0.sub(top);
            x1 = x1.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
            FloatVector biased1 = x1.lanewise(FMA, LOG2_E, magic);
            FloatVector multiple1 = biased1.sub(magic);
            FloatVector r1 = multiple1.lanewise(FMA, MINUS_LN2_HIGH, x1);
            r1 = multiple1.lanewise(FMA, MINUS_LN2_LOW, r1);
            FloatVector down1 = x1.sub(top);
            // Then the whole blocks, and the last one once more for its terms. In one loop: C2 may not know the class
            // of what
            // two nested loops carry.
            for (int i = sweep * LENGTH; i < n - rest + BLOCK; i += BLOCK) {
                // The next block, reduced, while the polynomials of this one wait for each other.
                int at = xOffset + Math.min(i, n - rest - BLOCK + sweep * LENGTH);
                x0 = FloatVector.fromArray(SPECIES, x, at).sub(shift);
                x1 = FloatVector.fromArray(SPECIES, x, at + LANES).sub(shift);
                FloatVector square0 = r0.mul(r0);
                FloatVector base0 = r0.lanewise(FMA, C3, C2);
                FloatVector h0 = r0.lanewise(FMA, C5, C4);
                x0 = x0.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
                FloatVector square1 = r1.mul(r1);
                FloatVector base1 = r1.lanewise(FMA, C3, C2);
                FloatVector h1 = r1.lanewise(FMA, C5, C4);
                x1 = x1.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
                h0 = square0.lanewise(FMA, C6, h0);
                h1 = square1.lanewise(FMA, C6, h1);
                FloatVector next0 = x0.lanewise(FMA, LOG2_E, magic);
                FloatVector next1 = x1.lanewise(FMA, LOG2_E, magic);
                h0 = h0.lanewise(FMA, square0, base0);
                h1 = h1.lanewise(FMA, square1, base1);
                multiple0 = next0.sub(magic);
                multiple1 = next1.sub(magic);
                h0 = h0.lanewise(FMA, square0, r0);
                h1 = h1.lanewise(FMA, square1, r1);
                FloatVector scale0 = biased0.reinterpretAsInts()
                        .max(MAGIC_BITS)
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .and(down0.reinterpretAsInts().lanewise(ASHR, SIGN_SHIFT))
                        .reinterpretAsFloats();
                FloatVector scale1 = biased1.reinterpretAsInts()
                        .max(MAGIC_BITS)
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .and(down1.reinterpretAsInts().lanewise(ASHR, SIGN_SHIFT))
                        .reinterpretAsFloats();
                r0 = multiple0.lanewise(FMA, MINUS_LN2_HIGH, x0);
                r1 = multiple1.lanewise(FMA, MINUS_LN2_HIGH, x1);
                r0 = multiple0.lanewise(FMA, MINUS_LN2_LOW, r0);
                r1 = multiple1.lanewise(FMA, MINUS_LN2_LOW, r1);
                biased0 = next0;
                biased1 = next1;
                FloatVector e0 = h0.lanewise(FMA, scale0, scale0);
                FloatVector e1 = h1.lanewise(FMA, scale1, scale1);
                FloatVector pair = e0.add(e1);
                FloatVector next = pair.add(sum);
                carry = pair.sub(next.sub(sum)).add(carry);
                sum = next;
                down0 = x0.sub(top);
                down1 = x1.sub(top);
            }
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
        return (part0 + part1) + (part2 + part3);
    }

    /** {@link io.github.lanewise.kernel.ExpSum#DISTANCE}. */
    static double sumExpDistance(float[] x, int xOffset, int n, float max) {
        float shiftValue = FloatExp.shift(max);
        float power = FloatExp.power(max - shiftValue);
        FloatVector shift = FloatVector.broadcast(SPECIES, shiftValue);
        FloatVector top = FloatVector.broadcast(SPECIES, max - shiftValue);
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(power, FloatExp.SCALE));
        int rest = n % BLOCK;
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector carry = sum;
            // First of all the block that ends with the piece, without what whole blocks hold of it.
            int last = n - BLOCK + sweep * LENGTH;
            int outside = rest + sweep * LENGTH;
            FloatVector x0 = FloatVector.fromArray(SPECIES, x, xOffset + last).sub(shift);
            FloatVector x1 =
                    FloatVector.fromArray(SPECIES, x, xOffset + last + LANES).sub(shift);
            x0 = x0.add(FloatVector.fromArray(SPECIES, OUTSIDE, outside));
            x1 = x1.add(FloatVector.fromArray(SPECIES, OUTSIDE, outside + LANES));
            x0 = x0.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
            FloatVector biased0 = x0.lanewise(FMA, LOG2_E, magic);
            FloatVector multiple0 = biased0.sub(magic);
            FloatVector r0 = multiple0.lanewise(FMA, MINUS_LN2_HIGH, x0);
            r0 = multiple0.lanewise(FMA, MINUS_LN2_LOW, r0);
            FloatVector down0 = top.sub(x0);
            x1 = x1.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
            FloatVector biased1 = x1.lanewise(FMA, LOG2_E, magic);
            FloatVector multiple1 = biased1.sub(magic);
            FloatVector r1 = multiple1.lanewise(FMA, MINUS_LN2_HIGH, x1);
            r1 = multiple1.lanewise(FMA, MINUS_LN2_LOW, r1);
            FloatVector down1 = top.sub(x1);
            // Then the whole blocks, and the last one once more for its terms. In one loop: C2 may not know the class
            // of what
            // two nested loops carry.
            for (int i = sweep * LENGTH; i < n - rest + BLOCK; i += BLOCK) {
                // The next block, reduced, while the polynomials of this one wait for each other.
                int at = xOffset + Math.min(i, n - rest - BLOCK + sweep * LENGTH);
                x0 = FloatVector.fromArray(SPECIES, x, at).sub(shift);
                x1 = FloatVector.fromArray(SPECIES, x, at + LANES).sub(shift);
                FloatVector square0 = r0.mul(r0);
                FloatVector base0 = r0.lanewise(FMA, C3, C2);
                FloatVector h0 = r0.lanewise(FMA, C5, C4);
                x0 = x0.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
                FloatVector square1 = r1.mul(r1);
                FloatVector base1 = r1.lanewise(FMA, C3, C2);
                FloatVector h1 = r1.lanewise(FMA, C5, C4);
                x1 = x1.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
                h0 = square0.lanewise(FMA, C6, h0);
                h1 = square1.lanewise(FMA, C6, h1);
                FloatVector next0 = x0.lanewise(FMA, LOG2_E, magic);
                FloatVector next1 = x1.lanewise(FMA, LOG2_E, magic);
                h0 = h0.lanewise(FMA, square0, base0);
                h1 = h1.lanewise(FMA, square1, base1);
                multiple0 = next0.sub(magic);
                multiple1 = next1.sub(magic);
                h0 = h0.lanewise(FMA, square0, r0);
                h1 = h1.lanewise(FMA, square1, r1);
                FloatVector scale0 = biased0.reinterpretAsInts()
                        .max(MAGIC_BITS)
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                FloatVector scale1 = biased1.reinterpretAsInts()
                        .max(MAGIC_BITS)
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                r0 = multiple0.lanewise(FMA, MINUS_LN2_HIGH, x0);
                r1 = multiple1.lanewise(FMA, MINUS_LN2_HIGH, x1);
                r0 = multiple0.lanewise(FMA, MINUS_LN2_LOW, r0);
                r1 = multiple1.lanewise(FMA, MINUS_LN2_LOW, r1);
                biased0 = next0;
                biased1 = next1;
                FloatVector e0 = h0.lanewise(FMA, scale0, scale0);
                FloatVector e1 = h1.lanewise(FMA, scale1, scale1);
                FloatVector pair = e0.mul(down0).add(e1.mul(down1));
                FloatVector next = pair.add(sum);
                carry = pair.sub(next.sub(sum)).add(carry);
                sum = next;
                down0 = top.sub(x0);
                down1 = top.sub(x1);
            }
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
        return (part0 + part1) + (part2 + part3);
    }
}
