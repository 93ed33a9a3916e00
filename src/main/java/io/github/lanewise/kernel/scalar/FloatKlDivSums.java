// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import static io.github.lanewise.kernel.FloatLanes.BLOCK;
import static io.github.lanewise.kernel.FloatLanes.LANES;

/** The sum of divergences in the order of {@link io.github.lanewise.kernel.FloatLanes}, as of losses that have been written. */
final class FloatKlDivSums {
    private FloatKlDivSums() {}

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#sumKlDiv}. */
    static double sum(float[] x, int xOffset, float[] t, int tOffset, int n) {
        double one = 0.0;
        double two = 0.0;
        double four = 0.0;
        double eight = 0.0;
        double all = 0.0;
        for (int lane = 0; lane < LANES; lane++) {
            float sum = 0f;
            float carry = 0f;
            for (int i = lane; i < n; i += BLOCK) {
                float first = t[tOffset + i];
                float second = t[tOffset + i + LANES];
                if (!(Math.min(first, second) >= Float.MIN_NORMAL)) {
                    return Double.NaN;
                }
                float pair = FloatLossMath.klDiv(x[xOffset + i], first, false)
                        + FloatLossMath.klDiv(x[xOffset + i + LANES], second, false);
                float next = sum + pair;
                carry += pair - (next - sum);
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
}
