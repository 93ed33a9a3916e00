// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatExp.C2;
import static io.github.lanewise.kernel.FloatExp.C3;
import static io.github.lanewise.kernel.FloatExp.C4;
import static io.github.lanewise.kernel.FloatExp.C5;
import static io.github.lanewise.kernel.FloatExp.C6;
import static io.github.lanewise.kernel.FloatExp.EXPONENT_SHIFT;
import static io.github.lanewise.kernel.FloatExp.LOG2_E;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_HIGH;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_LOW;
import static io.github.lanewise.kernel.FloatLanes.LANES;
import static io.github.lanewise.kernel.scalar.FloatConstants.MAGNITUDE_MASK;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_SHIFT;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEIGHBOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_FOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_PAIR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWAP_HALVES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWEEPS;
import static io.github.lanewise.kernel.vector.FloatLaneFold.WIDE;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.XOR;

import io.github.lanewise.kernel.FloatExp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Sums over less than a block: a register a sweep for the first half of the block, and one for the second half if the
 * piece reaches that far.
 */
final class FloatVectorTails {
    private FloatVectorTails() {}

    /** As {@link FloatVectorSums#indexOfMax} for less than a block. */
    static int indexOfMax(float[] x, int xOffset, int n) {
        FloatVector max0 = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < n; i += LENGTH) {
            VectorMask<Float> inside = SPECIES.indexInRange(i, n);
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i, inside);
            max0 = max0.blend(v, v.compare(GT, max0).and(inside));
        }
        // As ordered integers, because the maximum of floats costs five instructions a step for the sake of NaN and -0.
        IntVector bits = max0.add(0f).reinterpretAsInts();
        int orderedBits = bits.lanewise(XOR, bits.lanewise(ASHR, SIGN_SHIFT).lanewise(AND, MAGNITUDE_MASK))
                .reduceLanes(MAX);
        float max = Float.intBitsToFloat(orderedBits ^ ((orderedBits >> SIGN_SHIFT) & MAGNITUDE_MASK));
        for (int i = 0; i < n; i += LENGTH) {
            VectorMask<Float> inside = SPECIES.indexInRange(i, n);
            VectorMask<Float> hit = FloatVector.fromArray(SPECIES, x, xOffset + i, inside)
                    .compare(EQ, max)
                    .and(inside);
            if (hit.anyTrue()) {
                return i + hit.firstTrue();
            }
        }
        return -1;
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#sumExp} for less than a block. */
    static double sumExp(float[] x, int xOffset, int n, float max, int skip) {
        float shiftValue = FloatExp.shift(max);
        float power = FloatExp.power(max - shiftValue);
        FloatVector shift = FloatVector.broadcast(SPECIES, shiftValue);
        FloatVector low = FloatVector.broadcast(SPECIES, FloatExp.low(power, FloatExp.SCALE));
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(power, FloatExp.SCALE));
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = sweep * LENGTH; i < n; i += LANES) {
                VectorMask<Float> inside = SPECIES.indexInRange(i, n);
                FloatVector v =
                        FloatVector.fromArray(SPECIES, x, xOffset + i, inside).sub(shift);
                v = v.blend(low, v.compare(LT, low));
                v = v.blend(low, inside.not().or(FloatSpecies.lane(skip - i)));
                FloatVector biased = v.lanewise(FMA, LOG2_E, magic);
                FloatVector multiple = biased.sub(magic);
                FloatVector r = multiple.lanewise(FMA, MINUS_LN2_HIGH, v);
                r = multiple.lanewise(FMA, MINUS_LN2_LOW, r);
                FloatVector p = r.lanewise(FMA, C6, C5);
                p = p.lanewise(FMA, r, C4);
                p = p.lanewise(FMA, r, C3);
                p = p.lanewise(FMA, r, C2);
                p = p.lanewise(FMA, r, 1f);
                p = p.lanewise(FMA, r, 1f);
                FloatVector e = p.mul(biased.reinterpretAsInts()
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .reinterpretAsFloats());
                sum = sum.add(e);
            }
            DoubleVector left = ((DoubleVector) sum.convertShape(F2D, WIDE, 0));
            DoubleVector right = ((DoubleVector) sum.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0));
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

    /** As {@link FloatVectorSums#linear} for less than a block. */
    static double linear(
            float[] x,
            int xOffset,
            float sign,
            float base,
            float @Nullable [] t,
            int tOffset,
            float alpha,
            float beta,
            float @Nullable [] w,
            int wOffset,
            int n) {
        FloatVector signs = FloatVector.broadcast(SPECIES, sign);
        FloatVector bases = FloatVector.broadcast(SPECIES, base);
        FloatVector alphas = FloatVector.broadcast(SPECIES, alpha);
        FloatVector betas = FloatVector.broadcast(SPECIES, beta);
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = sweep * LENGTH; i < n; i += LANES) {
                VectorMask<Float> inside = SPECIES.indexInRange(i, n);
                FloatVector v =
                        FloatVector.fromArray(SPECIES, x, xOffset + i, inside).lanewise(FMA, signs, bases);
                if (t != null) {
                    FloatVector q = FloatVector.fromArray(SPECIES, t, tOffset + i, inside)
                            .lanewise(FMA, alphas, betas);
                    if (w != null) {
                        q = q.mul(FloatVector.fromArray(SPECIES, w, wOffset + i, inside));
                    }
                    v = v.mul(q);
                }
                sum = sum.add(v.blend(0f, inside.not()));
            }
            DoubleVector left = ((DoubleVector) sum.convertShape(F2D, WIDE, 0));
            DoubleVector right = ((DoubleVector) sum.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0));
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
