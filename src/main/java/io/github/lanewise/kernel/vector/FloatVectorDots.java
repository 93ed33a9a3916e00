// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatLanes.LANES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEIGHBOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_FOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_PAIR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWAP_HALVES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWEEPS;
import static io.github.lanewise.kernel.vector.FloatLaneFold.WIDE;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.FMA;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Sums of products that keep what each step loses. {@link io.github.lanewise.kernel.scalar.FloatScalarRows#dotPrecise}
 * gives the order.
 */
final class FloatVectorDots {
    private FloatVectorDots() {}

    /**
     * As {@link io.github.lanewise.kernel.FloatKernels#dotPrecise}; past the end of a row lie zeros, which add nothing.
     */
    static double dotPrecise(float[] x, int xOffset, float xScale, float[] y, int yOffset, float yScale, int n) {
        FloatVector xScales = FloatVector.broadcast(SPECIES, xScale);
        FloatVector yScales = FloatVector.broadcast(SPECIES, yScale);
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector carry = sum;
            for (int i = sweep * LENGTH; i < n; i += LANES) {
                boolean whole = i <= n - LENGTH;
                FloatVector a = whole
                        ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                        : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
                FloatVector b = whole
                        ? FloatVector.fromArray(SPECIES, y, yOffset + i)
                        : FloatVector.fromArray(SPECIES, y, yOffset + i, rest);
                a = a.mul(xScales);
                b = b.mul(yScales);
                FloatVector product = a.mul(b);
                FloatVector productLow = a.lanewise(FMA, b, product.neg());
                FloatVector next = sum.add(product);
                FloatVector added = next.sub(sum);
                FloatVector sumLow = sum.sub(next.sub(added)).add(product.sub(added));
                carry = carry.sub(sumLow.add(productLow));
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
