// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatLanes.BLOCK;
import static io.github.lanewise.kernel.FloatLanes.LANES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEIGHBOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_FOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_PAIR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWAP_HALVES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWEEPS;
import static io.github.lanewise.kernel.vector.FloatLaneFold.WIDE;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.FMA;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Sums over a piece of whole blocks, and where in a row a number is. A sum walks the piece {@link FloatLaneFold#SWEEPS} times; walk
 * {@code s} holds the virtual lanes from {@code s * LENGTH} on in one register and takes their two terms of each block.
 *
 * <p>{@link FloatVectorKernels} says why the fold is written out in every kernel.
 */
final class FloatVectorSums {
    private FloatVectorSums() {}

    /** As {@link io.github.lanewise.kernel.FloatKernels#indexOf} for at least a block. Long for the same reason. */
    static int indexOf(float[] x, int xOffset, int n, float value) {
        FloatVector values = FloatVector.broadcast(SPECIES, value);
        int i = 0;
        for (; i <= n - 8 * LENGTH; i += 8 * LENGTH) {
            int at = xOffset + i;
            VectorMask<Float> hit0 = FloatVector.fromArray(SPECIES, x, at).compare(EQ, values);
            VectorMask<Float> hit1 =
                    FloatVector.fromArray(SPECIES, x, at + LENGTH).compare(EQ, values);
            VectorMask<Float> hit2 =
                    FloatVector.fromArray(SPECIES, x, at + 2 * LENGTH).compare(EQ, values);
            VectorMask<Float> hit3 =
                    FloatVector.fromArray(SPECIES, x, at + 3 * LENGTH).compare(EQ, values);
            VectorMask<Float> hit4 =
                    FloatVector.fromArray(SPECIES, x, at + 4 * LENGTH).compare(EQ, values);
            VectorMask<Float> hit5 =
                    FloatVector.fromArray(SPECIES, x, at + 5 * LENGTH).compare(EQ, values);
            VectorMask<Float> hit6 =
                    FloatVector.fromArray(SPECIES, x, at + 6 * LENGTH).compare(EQ, values);
            VectorMask<Float> hit7 =
                    FloatVector.fromArray(SPECIES, x, at + 7 * LENGTH).compare(EQ, values);
            hit0 = hit0.or(hit1).or(hit2.or(hit3));
            hit4 = hit4.or(hit5).or(hit6.or(hit7));
            if (hit0.or(hit4).anyTrue()) {
                break;
            }
        }
        for (; i < n; i += LENGTH) {
            int at = Math.min(i, n - LENGTH);
            VectorMask<Float> hit =
                    FloatVector.fromArray(SPECIES, x, xOffset + at).compare(EQ, values);
            if (hit.anyTrue()) {
                return at + hit.firstTrue();
            }
        }
        return -1;
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
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            int lane = sweep * LENGTH;
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector carry = sum;
            for (int i = lane; i < n; i += BLOCK) {
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
                FloatVector pair = v0.lanewise(FMA, one, v1);
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

    /** As {@link io.github.lanewise.kernel.FloatKernels#sumBelowAndMass}. */
    static double belowAndMass(float[] x, int xOffset, float[] t, int tOffset, int n, float max, double[] mass) {
        FloatVector top = FloatVector.broadcast(SPECIES, max);
        // Some sums are multiply-adds with 1, which give the same bits: where units that multiply do not serve
        // additions, or the
        // other way round, half of them would have nothing to do.
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector minusOne = FloatVector.broadcast(SPECIES, -1f);
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        double far0 = 0.0;
        double far1 = 0.0;
        double far2 = 0.0;
        double far3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            int lane = sweep * LENGTH;
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector carry = sum;
            FloatVector farSum = sum;
            FloatVector farCarry = sum;
            for (int i = lane; i < n; i += BLOCK) {
                FloatVector t0 = FloatVector.fromArray(SPECIES, t, tOffset + i);
                FloatVector t1 = FloatVector.fromArray(SPECIES, t, tOffset + i + LANES);
                FloatVector v0 = FloatVector.fromArray(SPECIES, x, xOffset + i).lanewise(FMA, minusOne, top);
                FloatVector v1 =
                        FloatVector.fromArray(SPECIES, x, xOffset + i + LANES).lanewise(FMA, minusOne, top);
                FloatVector pair = v0.mul(t0).lanewise(FMA, one, v1.mul(t1));
                FloatVector next = pair.add(sum);
                carry = pair.sub(next.sub(sum)).add(carry);
                sum = next;
                FloatVector farPair = t0.lanewise(FMA, one, t1);
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
        mass[0] = (far0 + far1) + (far2 + far3);
        return (part0 + part1) + (part2 + part3);
    }
}
