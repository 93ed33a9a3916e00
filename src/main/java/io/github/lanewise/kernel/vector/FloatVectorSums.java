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
import static io.github.lanewise.kernel.FloatLanes.BLOCK;
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
 * Maximum of a row and sums over a piece of whole blocks. A sum walks the piece {@link FloatLaneFold#SWEEPS} times; walk
 * {@code s} holds the virtual lanes from {@code s * LENGTH} on in one register and takes their two terms of each block.
 *
 * <p>{@link FloatVectorKernels} says why the exponential and the fold are written out in every kernel.
 */
final class FloatVectorSums {
    private FloatVectorSums() {}

    /** Index of the first of the largest elements that are not NaN: comparing and blending never takes a NaN. */
    static int indexOfMax(float[] x, int xOffset, int n) {
        FloatVector max0 = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector max1 = max0;
        FloatVector max2 = max0;
        FloatVector max3 = max0;
        FloatVector max4 = max0;
        FloatVector max5 = max0;
        int i = 0;
        // Six chains, because a compare and a blend take about six cycles one after the other.
        for (; i <= n - 6 * LENGTH; i += 6 * LENGTH) {
            FloatVector x0 = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector x1 = FloatVector.fromArray(SPECIES, x, xOffset + i + LENGTH);
            FloatVector x2 = FloatVector.fromArray(SPECIES, x, xOffset + i + 2 * LENGTH);
            FloatVector x3 = FloatVector.fromArray(SPECIES, x, xOffset + i + 3 * LENGTH);
            FloatVector x4 = FloatVector.fromArray(SPECIES, x, xOffset + i + 4 * LENGTH);
            FloatVector x5 = FloatVector.fromArray(SPECIES, x, xOffset + i + 5 * LENGTH);
            max0 = max0.blend(x0, x0.compare(GT, max0));
            max1 = max1.blend(x1, x1.compare(GT, max1));
            max2 = max2.blend(x2, x2.compare(GT, max2));
            max3 = max3.blend(x3, x3.compare(GT, max3));
            max4 = max4.blend(x4, x4.compare(GT, max4));
            max5 = max5.blend(x5, x5.compare(GT, max5));
        }
        max0 = max0.blend(max1, max1.compare(GT, max0));
        max2 = max2.blend(max3, max3.compare(GT, max2));
        max4 = max4.blend(max5, max5.compare(GT, max4));
        max0 = max0.blend(max2, max2.compare(GT, max0));
        max0 = max0.blend(max4, max4.compare(GT, max0));
        // A row of at least a block is longer than a register: the last one overlaps the one before.
        for (; i < n; i += LENGTH) {
            FloatVector x0 = FloatVector.fromArray(SPECIES, x, xOffset + Math.min(i, n - LENGTH));
            max0 = max0.blend(x0, x0.compare(GT, max0));
        }
        // As ordered integers, because the maximum of floats costs five instructions a step for the sake of NaN and -0.
        IntVector bits = max0.add(0f).reinterpretAsInts();
        int orderedBits = bits.lanewise(XOR, bits.lanewise(ASHR, SIGN_SHIFT).lanewise(AND, MAGNITUDE_MASK))
                .reduceLanes(MAX);
        float max = Float.intBitsToFloat(orderedBits ^ ((orderedBits >> SIGN_SHIFT) & MAGNITUDE_MASK));
        FloatVector maxima = FloatVector.broadcast(SPECIES, max);
        i = 0;
        for (; i <= n - 4 * LENGTH; i += 4 * LENGTH) {
            int at = xOffset + i;
            VectorMask<Float> hit0 = FloatVector.fromArray(SPECIES, x, at).compare(EQ, maxima);
            VectorMask<Float> hit1 =
                    FloatVector.fromArray(SPECIES, x, at + LENGTH).compare(EQ, maxima);
            VectorMask<Float> hit2 =
                    FloatVector.fromArray(SPECIES, x, at + 2 * LENGTH).compare(EQ, maxima);
            VectorMask<Float> hit3 =
                    FloatVector.fromArray(SPECIES, x, at + 3 * LENGTH).compare(EQ, maxima);
            if (hit0.or(hit1).or(hit2.or(hit3)).anyTrue()) {
                break;
            }
        }
        for (; i < n; i += LENGTH) {
            int at = Math.min(i, n - LENGTH);
            VectorMask<Float> hit =
                    FloatVector.fromArray(SPECIES, x, xOffset + at).compare(EQ, maxima);
            if (hit.anyTrue()) {
                return at + hit.firstTrue();
            }
        }
        return -1;
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#sumExp} for whole blocks. */
    static double sumExp(float[] x, int xOffset, int n, float max, int skip) {
        float shiftValue = FloatExp.shift(max);
        float power = FloatExp.power(max - shiftValue);
        FloatVector shift = FloatVector.broadcast(SPECIES, shiftValue);
        FloatVector low = FloatVector.broadcast(SPECIES, FloatExp.low(power, FloatExp.SCALE));
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(power, FloatExp.SCALE));
        int skipBlock = skip & -BLOCK;
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            int lane = sweep * LENGTH;
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector carry = sum;
            for (int block = 0; block < n; block += BLOCK) {
                int i = block + lane;
                FloatVector x0 = FloatVector.fromArray(SPECIES, x, xOffset + i).sub(shift);
                FloatVector x1 =
                        FloatVector.fromArray(SPECIES, x, xOffset + i + LANES).sub(shift);
                x0 = x0.blend(low, x0.compare(LT, low));
                x1 = x1.blend(low, x1.compare(LT, low));
                if (block == skipBlock) {
                    // The term of low is +0.
                    x0 = x0.blend(low, FloatSpecies.lane(skip - i));
                    x1 = x1.blend(low, FloatSpecies.lane(skip - i - LANES));
                }
                FloatVector biased0 = x0.lanewise(FMA, LOG2_E, magic);
                FloatVector multiple0 = biased0.sub(magic);
                FloatVector r0 = multiple0.lanewise(FMA, MINUS_LN2_HIGH, x0);
                r0 = multiple0.lanewise(FMA, MINUS_LN2_LOW, r0);
                FloatVector p0 = r0.lanewise(FMA, C6, C5);
                p0 = p0.lanewise(FMA, r0, C4);
                p0 = p0.lanewise(FMA, r0, C3);
                p0 = p0.lanewise(FMA, r0, C2);
                p0 = p0.lanewise(FMA, r0, 1f);
                p0 = p0.lanewise(FMA, r0, 1f);
                FloatVector e0 = p0.mul(biased0.reinterpretAsInts()
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .reinterpretAsFloats());
                FloatVector biased1 = x1.lanewise(FMA, LOG2_E, magic);
                FloatVector multiple1 = biased1.sub(magic);
                FloatVector r1 = multiple1.lanewise(FMA, MINUS_LN2_HIGH, x1);
                r1 = multiple1.lanewise(FMA, MINUS_LN2_LOW, r1);
                FloatVector p1 = r1.lanewise(FMA, C6, C5);
                p1 = p1.lanewise(FMA, r1, C4);
                p1 = p1.lanewise(FMA, r1, C3);
                p1 = p1.lanewise(FMA, r1, C2);
                p1 = p1.lanewise(FMA, r1, 1f);
                p1 = p1.lanewise(FMA, r1, 1f);
                FloatVector e1 = p1.mul(biased1.reinterpretAsInts()
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .reinterpretAsFloats());
                FloatVector y = e0.add(e1).sub(carry);
                FloatVector next = sum.add(y);
                carry = next.sub(sum).sub(y);
                sum = next;
            }
            DoubleVector left = ((DoubleVector) sum.convertShape(F2D, WIDE, 0)).sub(carry.convertShape(F2D, WIDE, 0));
            DoubleVector right = ((DoubleVector) sum.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0))
                    .sub(carry.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0));
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
     * Sum over whole blocks of {@code q * (sign * x + base)} with {@code q = (alpha * t + beta) * w}; without t q is 1,
     * without w the weight is 1. Sign 1 with base -0 gives x itself, sign -1 gives base - x.
     */
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
            int lane = sweep * LENGTH;
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector carry = sum;
            for (int block = 0; block < n; block += BLOCK) {
                int i = block + lane;
                FloatVector v0 = FloatVector.fromArray(SPECIES, x, xOffset + i).lanewise(FMA, signs, bases);
                FloatVector v1 =
                        FloatVector.fromArray(SPECIES, x, xOffset + i + LANES).lanewise(FMA, signs, bases);
                if (t != null) {
                    FloatVector q0 =
                            FloatVector.fromArray(SPECIES, t, tOffset + i).lanewise(FMA, alphas, betas);
                    FloatVector q1 = FloatVector.fromArray(SPECIES, t, tOffset + i + LANES)
                            .lanewise(FMA, alphas, betas);
                    if (w != null) {
                        q0 = q0.mul(FloatVector.fromArray(SPECIES, w, wOffset + i));
                        q1 = q1.mul(FloatVector.fromArray(SPECIES, w, wOffset + i + LANES));
                    }
                    v0 = v0.mul(q0);
                    v1 = v1.mul(q1);
                }
                FloatVector y = v0.add(v1).sub(carry);
                FloatVector next = sum.add(y);
                carry = next.sub(sum).sub(y);
                sum = next;
            }
            DoubleVector left = ((DoubleVector) sum.convertShape(F2D, WIDE, 0)).sub(carry.convertShape(F2D, WIDE, 0));
            DoubleVector right = ((DoubleVector) sum.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0))
                    .sub(carry.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0));
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
