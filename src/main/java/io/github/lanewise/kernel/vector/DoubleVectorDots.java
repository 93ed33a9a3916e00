// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.DoubleLanes.LANES;
import static io.github.lanewise.kernel.vector.DoubleLaneFold.NEIGHBOUR;
import static io.github.lanewise.kernel.vector.DoubleLaneFold.NEXT_FOUR;
import static io.github.lanewise.kernel.vector.DoubleLaneFold.NEXT_PAIR;
import static io.github.lanewise.kernel.vector.DoubleLaneFold.SWEEPS;
import static io.github.lanewise.kernel.vector.DoubleSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.DoubleSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.FMA;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;

/**
 * Sums of products that keep what each step loses. {@link io.github.lanewise.kernel.scalar.DoubleScalarRows#dotPrecise}
 * gives the order.
 */
final class DoubleVectorDots {
    private DoubleVectorDots() {}

    /**
     * As {@link io.github.lanewise.kernel.DoubleKernels#dotPrecise}; past the end of a row lie zeros, which add nothing.
     */
    static double dotPrecise(double[] x, int xOffset, double xScale, double[] y, int yOffset, double yScale, int n) {
        DoubleVector xScales = DoubleVector.broadcast(SPECIES, xScale);
        DoubleVector yScales = DoubleVector.broadcast(SPECIES, yScale);
        VectorMask<Double> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            DoubleVector sum = DoubleVector.zero(SPECIES);
            DoubleVector carry = sum;
            for (int i = sweep * LENGTH; i < n; i += LANES) {
                boolean whole = i <= n - LENGTH;
                DoubleVector a = whole
                        ? DoubleVector.fromArray(SPECIES, x, xOffset + i)
                        : DoubleVector.fromArray(SPECIES, x, xOffset + i, rest);
                DoubleVector b = whole
                        ? DoubleVector.fromArray(SPECIES, y, yOffset + i)
                        : DoubleVector.fromArray(SPECIES, y, yOffset + i, rest);
                a = a.mul(xScales);
                b = b.mul(yScales);
                DoubleVector product = a.mul(b);
                DoubleVector productLow = a.lanewise(FMA, b, product.neg());
                DoubleVector next = product.add(sum);
                DoubleVector added = next.sub(sum);
                DoubleVector sumLow = next.sub(added).lanewise(FMA, -1.0, sum).add(product.sub(added));
                carry = sumLow.add(productLow).lanewise(FMA, -1.0, carry);
                sum = next;
            }
            DoubleVector lanes = sum.sub(carry);
            if (LENGTH >= 4) {
                lanes = lanes.add(lanes.rearrange(NEIGHBOUR));
                lanes = lanes.add(lanes.rearrange(NEXT_PAIR));
            }
            if (LENGTH >= 8) {
                lanes = lanes.add(lanes.rearrange(NEXT_FOUR));
            }
            double part = LENGTH > 2 ? lanes.lane(0) : lanes.lane(0) + lanes.lane(1);
            switch (sweep) {
                case 0 -> part0 = part;
                case 1 -> part1 = part;
                case 2 -> part2 = part;
                default -> part3 = part;
            }
        }
        return (part0 + part1) + (part2 + part3);
    }

    /** As {@link io.github.lanewise.kernel.DoubleKernels#squaresAndDot}. */
    static void squaresAndDot(
            double[] x,
            int xOffset,
            double xScale,
            double[] y,
            int yOffset,
            double yScale,
            int n,
            double[] sums,
            int sumsOffset) {
        sums[sumsOffset] = dotPrecise(x, xOffset, xScale, x, xOffset, xScale, n);
        sums[sumsOffset + 1] = dotPrecise(y, yOffset, yScale, y, yOffset, yScale, n);
        sums[sumsOffset + 2] = dotPrecise(x, xOffset, xScale, y, yOffset, yScale, n);
    }
}
