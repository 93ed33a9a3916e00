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
import static io.github.lanewise.kernel.FloatLanes.BLOCK;
import static io.github.lanewise.kernel.FloatLanes.LANES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEIGHBOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_FOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_PAIR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWAP_HALVES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWEEPS;
import static io.github.lanewise.kernel.vector.FloatLaneFold.WIDE;
import static io.github.lanewise.kernel.vector.FloatSpecies.INDICES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatExp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Sums over a piece of less than a block. The block that ends with the piece is read in whole registers, so it has to begin
 * inside the arrays; what stands before the piece is blended out. A register holds the terms of one half of the block, and the
 * first half is left out where the piece does not reach it.
 *
 * <p>A masked load would do with less room, but the JDK checks one that crosses the array's end on a path that allocates.
 */
final class FloatVectorShortSums {
    private FloatVectorShortSums() {}

    /** Whether a piece of an array can be read in this way. */
    static boolean reaches(int xOffset, int n) {
        return xOffset + n >= (n <= LANES ? LANES : BLOCK);
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#sumExp}. */
    static double sumExp(ExpSum kind, float[] x, int xOffset, int n, float max) {
        float shiftValue = FloatExp.shift(max);
        float power = FloatExp.power(max - shiftValue);
        FloatVector shift = FloatVector.broadcast(SPECIES, shiftValue);
        FloatVector low = FloatVector.broadcast(SPECIES, FloatExp.low(power, FloatExp.SCALE));
        // Nothing equals NaN.
        FloatVector without = FloatVector.broadcast(SPECIES, kind == ExpSum.BELOW ? max : Float.NaN);
        FloatVector lnLow =
                FloatVector.broadcast(SPECIES, kind == ExpSum.WHOLE ? FloatExp.SUM_LN2_LOW : FloatExp.MINUS_LN2_LOW);
        // A term's factor: 1, or its distance from the maximum.
        boolean distance = kind == ExpSum.DISTANCE;
        FloatVector slope = FloatVector.broadcast(SPECIES, distance ? -1f : 0f);
        FloatVector base = FloatVector.broadcast(SPECIES, distance ? max - shiftValue : 1f);
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(power, FloatExp.SCALE));
        int start = xOffset + n - BLOCK;
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = sweep * LENGTH + (n <= LANES ? LANES : 0); i < BLOCK; i += LANES) {
                FloatVector given = FloatVector.fromArray(SPECIES, x, start + i);
                FloatVector v = given.sub(shift);
                // The term of low is +0.
                v = v.blend(
                        low, v.compare(LT, low).or(given.compare(EQ, without)).or(INDICES.compare(LT, (float)
                                (BLOCK - n - i))));
                FloatVector biased = v.lanewise(FMA, LOG2_E, magic);
                FloatVector multiple = biased.sub(magic);
                FloatVector r = multiple.lanewise(FMA, MINUS_LN2_HIGH, v);
                r = multiple.lanewise(FMA, lnLow, r);
                FloatVector square = r.mul(r);
                FloatVector first = r.lanewise(FMA, C3, C2);
                FloatVector h = r.lanewise(FMA, C5, C4);
                h = square.lanewise(FMA, C6, h);
                h = h.lanewise(FMA, square, first);
                h = h.lanewise(FMA, square, r);
                FloatVector scale = biased.reinterpretAsInts()
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                sum = h.lanewise(FMA, scale, scale)
                        .mul(v.lanewise(FMA, slope, base))
                        .add(sum);
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

    /** As {@link FloatVectorSums#linear}. */
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
        int start = n - BLOCK;
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = sweep * LENGTH + (n <= LANES ? LANES : 0); i < BLOCK; i += LANES) {
                int at = start + i;
                FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + at).lanewise(FMA, signs, bases);
                if (t != null) {
                    FloatVector q =
                            FloatVector.fromArray(SPECIES, t, tOffset + at).lanewise(FMA, alphas, betas);
                    if (w != null) {
                        q = q.mul(FloatVector.fromArray(SPECIES, w, wOffset + at));
                    }
                    v = v.mul(q);
                }
                FloatVector zero = FloatVector.zero(SPECIES);
                sum = zero.blend(v, INDICES.compare(GE, (float) (BLOCK - n - i)))
                        .add(sum);
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
