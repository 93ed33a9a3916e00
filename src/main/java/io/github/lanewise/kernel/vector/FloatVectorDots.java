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
 * Sums of products in double, which has room for them. {@link io.github.lanewise.kernel.scalar.FloatScalarRows#dotPrecise} gives the
 * order. Past the end of a row lie zeros, which add nothing.
 */
final class FloatVectorDots {
    private FloatVectorDots() {}

    /** As {@link io.github.lanewise.kernel.FloatKernels#dotPrecise}. */
    static double dotPrecise(float[] x, int xOffset, float xScale, float[] y, int yOffset, float yScale, int n) {
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            DoubleVector left = DoubleVector.zero(WIDE);
            DoubleVector right = left;
            int i = sweep * LENGTH;
            for (; i <= n - LENGTH; i += LANES) {
                FloatVector a = FloatVector.fromArray(SPECIES, x, xOffset + i);
                FloatVector b = FloatVector.fromArray(SPECIES, y, yOffset + i);
                DoubleVector aLeft = (DoubleVector) a.convertShape(F2D, WIDE, 0);
                DoubleVector bLeft = (DoubleVector) b.convertShape(F2D, WIDE, 0);
                DoubleVector aRight = (DoubleVector) a.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0);
                DoubleVector bRight = (DoubleVector) b.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0);
                left = aLeft.lanewise(FMA, bLeft, left);
                right = aRight.lanewise(FMA, bRight, right);
            }
            if (i < n) {
                FloatVector a = FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
                FloatVector b = FloatVector.fromArray(SPECIES, y, yOffset + i, rest);
                DoubleVector aLeft = (DoubleVector) a.convertShape(F2D, WIDE, 0);
                DoubleVector bLeft = (DoubleVector) b.convertShape(F2D, WIDE, 0);
                DoubleVector aRight = (DoubleVector) a.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0);
                DoubleVector bRight = (DoubleVector) b.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0);
                left = aLeft.lanewise(FMA, bLeft, left);
                right = aRight.lanewise(FMA, bRight, right);
            }
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
        return ((part0 + part1) + (part2 + part3)) * xScale * yScale;
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#squaresAndDot}. */
    static void squaresAndDot(
            float[] x,
            int xOffset,
            float xScale,
            float[] y,
            int yOffset,
            float yScale,
            int n,
            double[] sums,
            int sumsOffset) {
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        double xPart0 = 0.0;
        double xPart1 = 0.0;
        double xPart2 = 0.0;
        double xPart3 = 0.0;
        double yPart0 = 0.0;
        double yPart1 = 0.0;
        double yPart2 = 0.0;
        double yPart3 = 0.0;
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            DoubleVector xLeft = DoubleVector.zero(WIDE);
            DoubleVector xRight = xLeft;
            DoubleVector yLeft = xLeft;
            DoubleVector yRight = xLeft;
            DoubleVector left = xLeft;
            DoubleVector right = xLeft;
            int i = sweep * LENGTH;
            for (; i <= n - LENGTH; i += LANES) {
                FloatVector a = FloatVector.fromArray(SPECIES, x, xOffset + i);
                FloatVector b = FloatVector.fromArray(SPECIES, y, yOffset + i);
                DoubleVector aLeft = (DoubleVector) a.convertShape(F2D, WIDE, 0);
                DoubleVector bLeft = (DoubleVector) b.convertShape(F2D, WIDE, 0);
                DoubleVector aRight = (DoubleVector) a.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0);
                DoubleVector bRight = (DoubleVector) b.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0);
                xLeft = aLeft.lanewise(FMA, aLeft, xLeft);
                xRight = aRight.lanewise(FMA, aRight, xRight);
                yLeft = bLeft.lanewise(FMA, bLeft, yLeft);
                yRight = bRight.lanewise(FMA, bRight, yRight);
                left = aLeft.lanewise(FMA, bLeft, left);
                right = aRight.lanewise(FMA, bRight, right);
            }
            if (i < n) {
                FloatVector a = FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
                FloatVector b = FloatVector.fromArray(SPECIES, y, yOffset + i, rest);
                DoubleVector aLeft = (DoubleVector) a.convertShape(F2D, WIDE, 0);
                DoubleVector bLeft = (DoubleVector) b.convertShape(F2D, WIDE, 0);
                DoubleVector aRight = (DoubleVector) a.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0);
                DoubleVector bRight = (DoubleVector) b.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0);
                xLeft = aLeft.lanewise(FMA, aLeft, xLeft);
                xRight = aRight.lanewise(FMA, aRight, xRight);
                yLeft = bLeft.lanewise(FMA, bLeft, yLeft);
                yRight = bRight.lanewise(FMA, bRight, yRight);
                left = aLeft.lanewise(FMA, bLeft, left);
                right = aRight.lanewise(FMA, bRight, right);
            }
            if (LENGTH >= 8) {
                xLeft = xLeft.add(xLeft.rearrange(NEIGHBOUR));
                xRight = xRight.add(xRight.rearrange(NEIGHBOUR));
                xLeft = xLeft.add(xLeft.rearrange(NEXT_PAIR));
                xRight = xRight.add(xRight.rearrange(NEXT_PAIR));
            }
            if (LENGTH >= 16) {
                xLeft = xLeft.add(xLeft.rearrange(NEXT_FOUR));
                xRight = xRight.add(xRight.rearrange(NEXT_FOUR));
            }
            double xPart = LENGTH > 4
                    ? xLeft.lane(0) + xRight.lane(0)
                    : (xLeft.lane(0) + xLeft.lane(1)) + (xRight.lane(0) + xRight.lane(1));
            if (LENGTH >= 8) {
                yLeft = yLeft.add(yLeft.rearrange(NEIGHBOUR));
                yRight = yRight.add(yRight.rearrange(NEIGHBOUR));
                yLeft = yLeft.add(yLeft.rearrange(NEXT_PAIR));
                yRight = yRight.add(yRight.rearrange(NEXT_PAIR));
            }
            if (LENGTH >= 16) {
                yLeft = yLeft.add(yLeft.rearrange(NEXT_FOUR));
                yRight = yRight.add(yRight.rearrange(NEXT_FOUR));
            }
            double yPart = LENGTH > 4
                    ? yLeft.lane(0) + yRight.lane(0)
                    : (yLeft.lane(0) + yLeft.lane(1)) + (yRight.lane(0) + yRight.lane(1));
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
                case 0 -> {
                    xPart0 = xPart;
                    yPart0 = yPart;
                    part0 = part;
                }
                case 1 -> {
                    xPart1 = xPart;
                    yPart1 = yPart;
                    part1 = part;
                }
                case 2 -> {
                    xPart2 = xPart;
                    yPart2 = yPart;
                    part2 = part;
                }
                default -> {
                    xPart3 = xPart;
                    yPart3 = yPart;
                    part3 = part;
                }
            }
        }
        sums[sumsOffset] = ((xPart0 + xPart1) + (xPart2 + xPart3)) * xScale * xScale;
        sums[sumsOffset + 1] = ((yPart0 + yPart1) + (yPart2 + yPart3)) * yScale * yScale;
        sums[sumsOffset + 2] = ((part0 + part1) + (part2 + part3)) * xScale * yScale;
    }
}
