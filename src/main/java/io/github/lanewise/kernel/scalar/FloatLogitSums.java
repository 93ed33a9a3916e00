// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import static io.github.lanewise.kernel.FloatLanes.LANES;
import static io.github.lanewise.kernel.FloatLogitGroups.GROUP;
import static java.lang.Math.fma;

/** The sum of binary cross entropies of logits in the order of {@link io.github.lanewise.kernel.FloatLogitGroups}. */
final class FloatLogitSums {
    private FloatLogitSums() {}

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#sumBceWithLogits}, without the gradient. */
    static double sum(float[] x, int xOffset, float[] t, int tOffset, int n) {
        double one = 0.0;
        double two = 0.0;
        double four = 0.0;
        double eight = 0.0;
        double all = 0.0;
        for (int lane = 0; lane < LANES; lane++) {
            float sum = 0f;
            float carry = 0f;
            for (int group = 0; group < n; group += GROUP) {
                float value = group(x, xOffset, t, tOffset, group + lane, n);
                float next = sum + value;
                carry += value - (next - sum);
                sum = next;
            }
            double value = (double) sum + (double) carry;
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
        double sum = LANES == 16 ? all : eight;
        return Double.isFinite(sum) ? sum : Double.NaN;
    }

    /** A lane's share of a group: linear parts, and the logarithm of the product of 1 + e. */
    private static float group(float[] x, int xOffset, float[] t, int tOffset, int at, int n) {
        float product = 0f;
        float linear = 0f;
        float productOfFour = 0f;
        float linearOfFour = 0f;
        float productOfTwo = 0f;
        float linearOfTwo = 0f;
        float last = 0f;
        float lastLinear = 0f;
        // The balanced tree over the rows in order, like a binary counter.
        for (int row = 0; row < GROUP / LANES; row++) {
            int i = at + row * LANES;
            float e = i < n ? FloatSigmoidMath.expOfNegated(x[xOffset + i]) : 0f;
            float part = i < n ? linear(x[xOffset + i], t[tOffset + i]) : 0f;
            if ((row & 1) == 0) {
                last = e;
                lastLinear = part;
                continue;
            }
            e = times(last, e);
            part = lastLinear + part;
            if ((row & 2) == 0) {
                productOfTwo = e;
                linearOfTwo = part;
                continue;
            }
            e = times(productOfTwo, e);
            part = linearOfTwo + part;
            if ((row & 4) == 0) {
                productOfFour = e;
                linearOfFour = part;
                continue;
            }
            product = times(productOfFour, e);
            linear = linearOfFour + part;
        }
        return linear + FloatMath.log1p(product);
    }

    /** (1 + a) (1 + b) - 1. */
    private static float times(float a, float b) {
        return fma(a, b, a + b);
    }

    /** max(x, 0) - x t, rounded once. */
    private static float linear(float x, float t) {
        return fma(-x, t, x > 0f ? x : 0f);
    }
}
