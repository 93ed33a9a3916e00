// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatLanes.BLOCK;
import static io.github.lanewise.kernel.FloatLanes.LANES;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPONENT_MASK;
import static io.github.lanewise.kernel.scalar.FloatConstants.FRACTION_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.INTEGER_MAGIC;
import static io.github.lanewise.kernel.scalar.FloatConstants.INTEGER_MAGIC_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.LEAST_NORMAL_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_HIGH;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_LOW;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C10;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C7;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C8;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C9;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_MANTISSA_FLOOR_BITS;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEIGHBOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_FOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_PAIR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWAP_HALVES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWEEPS;
import static io.github.lanewise.kernel.vector.FloatLaneFold.WIDE;
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The sum of divergences of ordinary numbers in the order of {@link io.github.lanewise.kernel.FloatLanes}: the steps of {@link
 * FloatVectorPlainKlDiv} without a place for each loss. A target that is no normal positive number is noted on the way, and every other
 * special value makes the sum one that is not finite.
 */
final class FloatVectorKlDivSums {
    // For native memory also: x, t

    private FloatVectorKlDivSums() {}

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#sumKlDiv}, but that the sum may be infinite. */
    static double sum(float[] x, int xOffset, float[] t, int tOffset, int n) {
        // A number out of range has the sign bit, or has it in the difference.
        IntVector outside = IntVector.zero(INT_SPECIES);
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            int lane = sweep * LENGTH;
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector carry = sum;
            for (int i = lane; i < n; i += BLOCK) {
                FloatVector target0 = FloatVector.fromArray(SPECIES, t, tOffset + i);
                IntVector bits0 = target0.reinterpretAsInts();
                outside = bits0.or(bits0.sub(LEAST_NORMAL_BITS)).or(outside);
                IntVector exponentField0 = bits0.sub(LOG_MANTISSA_FLOOR_BITS).and(EXPONENT_MASK);
                FloatVector exponent0 = exponentField0
                        .lanewise(ASHR, FRACTION_BITS)
                        .add(INTEGER_MAGIC_BITS)
                        .reinterpretAsFloats()
                        .sub(INTEGER_MAGIC);
                FloatVector f0 = target0.reinterpretAsInts()
                        .sub(exponentField0)
                        .reinterpretAsFloats()
                        .sub(1f);
                FloatVector p0 = f0.lanewise(FMA, LOG_C10, LOG_C9);
                p0 = p0.lanewise(FMA, f0, LOG_C8);
                p0 = p0.lanewise(FMA, f0, LOG_C7);
                p0 = p0.lanewise(FMA, f0, LOG_C6);
                p0 = p0.lanewise(FMA, f0, LOG_C5);
                p0 = p0.lanewise(FMA, f0, LOG_C4);
                p0 = p0.lanewise(FMA, f0, LOG_C3);
                FloatVector negatedHalf0 = f0.mul(-0.5f);
                FloatVector high0 = negatedHalf0.lanewise(FMA, f0, exponent0.lanewise(FMA, LN2_HIGH, f0));
                FloatVector highLess0 = exponent0.lanewise(FMA, -LN2_HIGH, high0);
                FloatVector low0 = negatedHalf0.lanewise(FMA, f0, f0.sub(highLess0));
                low0 = f0.mul(f0).mul(p0).lanewise(FMA, f0, low0);
                low0 = exponent0.lanewise(FMA, LN2_LOW, low0);
                FloatVector difference0 = high0.sub(FloatVector.fromArray(SPECIES, x, xOffset + i))
                        .add(low0);
                FloatVector target1 = FloatVector.fromArray(SPECIES, t, tOffset + i + LANES);
                IntVector bits1 = target1.reinterpretAsInts();
                outside = bits1.or(bits1.sub(LEAST_NORMAL_BITS)).or(outside);
                IntVector exponentField1 = bits1.sub(LOG_MANTISSA_FLOOR_BITS).and(EXPONENT_MASK);
                FloatVector exponent1 = exponentField1
                        .lanewise(ASHR, FRACTION_BITS)
                        .add(INTEGER_MAGIC_BITS)
                        .reinterpretAsFloats()
                        .sub(INTEGER_MAGIC);
                FloatVector f1 = target1.reinterpretAsInts()
                        .sub(exponentField1)
                        .reinterpretAsFloats()
                        .sub(1f);
                FloatVector p1 = f1.lanewise(FMA, LOG_C10, LOG_C9);
                p1 = p1.lanewise(FMA, f1, LOG_C8);
                p1 = p1.lanewise(FMA, f1, LOG_C7);
                p1 = p1.lanewise(FMA, f1, LOG_C6);
                p1 = p1.lanewise(FMA, f1, LOG_C5);
                p1 = p1.lanewise(FMA, f1, LOG_C4);
                p1 = p1.lanewise(FMA, f1, LOG_C3);
                FloatVector negatedHalf1 = f1.mul(-0.5f);
                FloatVector high1 = negatedHalf1.lanewise(FMA, f1, exponent1.lanewise(FMA, LN2_HIGH, f1));
                FloatVector highLess1 = exponent1.lanewise(FMA, -LN2_HIGH, high1);
                FloatVector low1 = negatedHalf1.lanewise(FMA, f1, f1.sub(highLess1));
                low1 = f1.mul(f1).mul(p1).lanewise(FMA, f1, low1);
                low1 = exponent1.lanewise(FMA, LN2_LOW, low1);
                FloatVector difference1 = high1.sub(FloatVector.fromArray(SPECIES, x, xOffset + i + LANES))
                        .add(low1);
                FloatVector pair = target0.mul(difference0).add(target1.mul(difference1));
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
        return outside.compare(LT, 0).anyTrue() ? Double.NaN : (part0 + part1) + (part2 + part3);
    }
}
