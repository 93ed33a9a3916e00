// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import static io.github.lanewise.kernel.FloatLanes.BLOCK;
import static io.github.lanewise.kernel.FloatLanes.LANES;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatExp;
import org.jspecify.annotations.Nullable;

/**
 * The order of summation of {@link io.github.lanewise.kernel.FloatLanes} for a piece of less than a block. A lane holds one
 * term or the sum of two, so there is nothing to compensate, and only the lanes that the row reaches are visited.
 */
final class FloatShortSums {
    private FloatShortSums() {}

    /** Sum of the terms that the kind of sum is made of. */
    static double exp(ExpSum kind, float[] x, int xOffset, int xStride, int n, float max) {
        float shift = FloatExp.shift(max);
        float power = FloatExp.power(max - shift);
        float low = FloatExp.low(power, FloatExp.SCALE);
        float magic = FloatExp.magic(power, FloatExp.SCALE);
        double one = 0.0;
        double two = 0.0;
        double four = 0.0;
        double eight = 0.0;
        double all = 0.0;
        for (int lane = firstLane(n); lane < LANES; lane++) {
            int i = lane + n - BLOCK;
            int j = i + LANES;
            float value = 0f;
            if (i >= 0) {
                value = FloatScalarRows.expTerm(kind, x[xOffset + i * xStride], max, shift, low, magic);
            }
            if (j >= 0) {
                value += FloatScalarRows.expTerm(kind, x[xOffset + j * xStride], max, shift, low, magic);
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
        return LANES == 16 ? all : eight;
    }

    /** The first lane of the quadruple in which the first term lies; what the tree holds before it is 0. */
    private static int firstLane(int n) {
        return Math.max(0, LANES - n) & -4;
    }

    /** As {@link FloatLaneSum#linear}. */
    static double linear(
            float[] x,
            int xOffset,
            int xStride,
            float sign,
            float base,
            float @Nullable [] t,
            int tOffset,
            int tStride,
            float alpha,
            float beta,
            float @Nullable [] w,
            int wOffset,
            int n) {
        double one = 0.0;
        double two = 0.0;
        double four = 0.0;
        double eight = 0.0;
        double all = 0.0;
        for (int lane = firstLane(n); lane < LANES; lane++) {
            float value = 0f;
            for (int i = lane + n - BLOCK; i < n; i += LANES) {
                float term = 0f;
                if (i >= 0) {
                    term = Math.fma(x[xOffset + i * xStride], sign, base);
                    if (t != null) {
                        float q = Math.fma(alpha, t[tOffset + i * tStride], beta);
                        term *= w == null ? q : q * w[wOffset + i];
                    }
                }
                value = i < n - LANES ? term : value + term;
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
        return LANES == 16 ? all : eight;
    }
}
