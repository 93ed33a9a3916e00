// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import static io.github.lanewise.kernel.FloatLanes.BLOCK;
import static io.github.lanewise.kernel.FloatLanes.LANES;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatExp;
import org.jspecify.annotations.Nullable;

/**
 * The order of summation of {@link io.github.lanewise.kernel.FloatLanes} for one piece of at least a block, one virtual lane
 * after the other, with any stride. This is the definition of the bits in its shortest form; the vector kernels run the lanes
 * beside each other.
 */
final class FloatLaneSum {
    private FloatLaneSum() {}

    /**
     * Sum of the terms that the kind of sum is made of; see {@link FloatScalarRows#expTerm}.
     *
     * @param ofSum whether distances are taken with the terms of a whole sum; see {@link FloatScalarRows#addDistance}
     */
    static double exp(ExpSum kind, boolean ofSum, float[] x, int xOffset, int xStride, int n, float max) {
        float shift = FloatExp.shift(max);
        float power = FloatExp.power(max - shift);
        float low = FloatExp.low(power, FloatExp.SCALE);
        float magic = FloatExp.magic(power, FloatExp.SCALE);
        int rest = n % BLOCK;
        double one = 0.0;
        double two = 0.0;
        double four = 0.0;
        double eight = 0.0;
        double all = 0.0;
        for (int lane = 0; lane < LANES; lane++) {
            float sum = 0f;
            float carry = 0f;
            for (int block = rest == 0 ? 0 : -BLOCK; block < n - rest; block += BLOCK) {
                // What is left over comes first, as a block that ends with the piece.
                int start = block < 0 ? n - BLOCK : block;
                int missing = block < 0 ? BLOCK - rest : 0;
                float pair = 0f;
                for (int i = lane; i < BLOCK; i += LANES) {
                    float element = x[xOffset + (start + i) * xStride];
                    if (i < missing) {
                        continue;
                    }
                    pair = ofSum && kind == ExpSum.DISTANCE
                            ? FloatScalarRows.addDistance(pair, element, max, shift, low, magic)
                            : pair + FloatScalarRows.expTerm(kind, element, max, shift, low, magic);
                }
                float next = sum + pair;
                carry += pair - (next - sum);
                sum = next;
            }
            // The balanced tree over the lanes in order, like a binary counter: pending sums of 1, 2, 4 and 8 lanes.
            // Doubles have 8 lanes.
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
        return LANES == 16 ? all : eight;
    }

    /**
     * Sum of {@code q * (sign * x + base)} with {@code q = (alpha * t + beta) * w}; without t q is 1, without w the
     * weight is 1. Sign 1 with base -0 gives x itself, sign -1 gives base - x.
     */
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
        for (int lane = 0; lane < LANES; lane++) {
            float sum = 0f;
            float carry = 0f;
            for (int block = 0; block < n; block += BLOCK) {
                float pair = 0f;
                for (int i = block + lane; i < block + BLOCK; i += LANES) {
                    float term = Math.fma(x[xOffset + i * xStride], sign, base);
                    if (t != null) {
                        float q = Math.fma(alpha, t[tOffset + i * tStride], beta);
                        term *= w == null ? q : q * w[wOffset + i];
                    }
                    pair = i < block + LANES ? term : pair + term;
                }
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
        return LANES == 16 ? all : eight;
    }
}
