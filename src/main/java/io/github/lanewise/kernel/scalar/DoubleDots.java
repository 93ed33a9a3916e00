// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import static io.github.lanewise.kernel.DoubleLanes.LANES;

/**
 * Dot products of doubles that keep what each step loses. Element i goes to lane i mod LANES, without pairing: {@code p = a * b; e =
 * fma(a, b, -p); next = sum + p; added = next - sum; carry -= ((sum - (next - added)) + (p - added)) + e; sum = next}. The lanes fold
 * as those of the other sums.
 */
final class DoubleDots {
    private DoubleDots() {}

    /** As {@link io.github.lanewise.kernel.DoubleKernels#dotPrecise}. */
    static double dot(
            double[] x,
            int xOffset,
            int xStride,
            double xScale,
            double[] y,
            int yOffset,
            int yStride,
            double yScale,
            int n) {
        double one = 0.0;
        double two = 0.0;
        double four = 0.0;
        double eight = 0.0;
        for (int lane = 0; lane < LANES; lane++) {
            double sum = 0.0;
            double carry = 0.0;
            for (int i = lane; i < n; i += LANES) {
                double a = x[xOffset + i * xStride] * xScale;
                double b = y[yOffset + i * yStride] * yScale;
                double product = a * b;
                double productLow = Math.fma(a, b, -product);
                double next = sum + product;
                double added = next - sum;
                double sumLow = (sum - (next - added)) + (product - added);
                carry -= sumLow + productLow;
                sum = next;
            }
            double value = sum - carry;
            if ((lane & 1) == 0) {
                one = value;
            } else if ((lane & 2) == 0) {
                two = one + value;
            } else if ((lane & 4) == 0) {
                four = two + (one + value);
            } else {
                eight = four + (two + (one + value));
            }
        }
        return eight;
    }
}
