// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.DoubleLanes;
import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.ScaledExpSum;
import io.github.lanewise.kernel.ScratchPool;

/**
 * Pieces of float arrays as they are added to a sum of exponentials, whose maximum and logarithm are not known yet.
 *
 * <p>An excess R made of float terms has a relative error of up to two float roundings, which moves a log-sum-exp by at
 * most {@code 2^-23 R / (1 + R)}. That of the whole is not less than that of the piece. So from 2 on, where half an ulp of a
 * float is 2^-23, no piece can spoil it; pieces below 2 are added as doubles.
 */
final class FloatPieces {
    private static final double LEAST = 2.0;

    private static final ScratchPool<double[]> POOL = new ScratchPool<>(() -> new double[DoubleLanes.CHUNK]);

    private FloatPieces() {}

    /** Adds a piece of at least one element that lies inside its array. */
    static void add(float[] x, int offset, int n, ScaledExpSum sum) {
        FloatRowExcess row = FloatRowExcess.borrow(n);
        float max = FloatRowExcess.max(row, x, offset, n);
        double excess = FloatRowExcess.excess(row, x, offset, 1, n, max);
        FloatRowExcess.giveBack(row);
        if (!(Math.abs(max) < Float.POSITIVE_INFINITY)) {
            sum.add(max);
            return;
        }
        if (max + FloatLogOnePlus.log1p(excess) < LEAST) {
            addAsDoubles(x, offset, n, sum);
        } else {
            sum.add(max, excess);
        }
    }

    private static void addAsDoubles(float[] x, int offset, int n, ScaledExpSum sum) {
        double[] chunk = POOL.borrow();
        int length;
        for (int i = 0; i < n; i += length) {
            length = Math.min(n - i, DoubleLanes.CHUNK);
            for (int j = 0; j < length; j++) {
                chunk[j] = x[offset + i + j];
            }
            DoublePieces.add(chunk, 0, length, sum);
        }
        POOL.giveBack(chunk);
    }
}
