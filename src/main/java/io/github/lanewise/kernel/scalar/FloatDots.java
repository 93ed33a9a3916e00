// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import static io.github.lanewise.kernel.FloatLanes.LANES;

/**
 * Dot products of floats in double: a product of two floats is one there, so that every step rounds once, to 53 bits. Element i goes
 * to lane i mod LANES, without pairing: {@code sum = fma(a, b, sum)}. The lanes fold as those of the other sums. The scales multiply
 * the whole, which is exact: they are powers of two, and no sum of products of floats comes near the ends of double.
 */
final class FloatDots {
    private FloatDots() {}

    /** As {@link io.github.lanewise.kernel.FloatKernels#dotPrecise}. */
    static double dot(
            float[] x,
            int xOffset,
            int xStride,
            float xScale,
            float[] y,
            int yOffset,
            int yStride,
            float yScale,
            int n) {
        double one = 0.0;
        double two = 0.0;
        double four = 0.0;
        double eight = 0.0;
        double all = 0.0;
        for (int lane = 0; lane < LANES; lane++) {
            double value = 0.0;
            for (int i = lane; i < n; i += LANES) {
                value = Math.fma((double) x[xOffset + i * xStride], (double) y[yOffset + i * yStride], value);
            }
            if ((lane & 1) == 0) {
                one = value;
            } else if ((lane & 2) == 0) {
                two = one + value;
            } else if ((lane & 4) == 0) {
                four = two + (one + value);
            } else if ((lane & 8) == 0) {
                eight = four + (two + (one + value));
            } else {
                all = eight + (four + (two + (one + value)));
            }
        }
        return all * xScale * yScale;
    }
}
