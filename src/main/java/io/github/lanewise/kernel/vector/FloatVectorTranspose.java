// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;

import io.github.lanewise.kernel.scalar.FloatScalarColumns;
import jdk.incubator.vector.FloatVector;

/** Rows as columns, each register gathered from as many rows as it has lanes, and back. */
final class FloatVectorTranspose {
    /** Whether the CPU gathers. One with registers of 128 bits may not, and then the Vector API boxes. */
    private static final boolean GATHERS = LENGTH >= 8;

    /** Whether it scatters as well. Of 256 bits on x86, AVX2 does not and AVX-512 does. */
    private static final boolean SCATTERS = LENGTH >= 16;

    private FloatVectorTranspose() {}

    /** As {@link io.github.lanewise.kernel.FloatKernels#rowsToColumns}. */
    static void rowsToColumns(float[] x, int xOffset, int n, int count, float[] out, int stride, int[] indices) {
        int whole = GATHERS ? SPECIES.loopBound(count) : 0;
        for (int lane = 0; lane < LENGTH; lane++) {
            indices[lane] = lane * n;
        }
        for (int p = 0; p < whole; p += LENGTH) {
            for (int i = 0; i < n; i++) {
                FloatVector.fromArray(SPECIES, x, xOffset + p * n + i, indices, 0)
                        .intoArray(out, i * stride + p);
            }
        }
        FloatScalarColumns.fromRows(x, xOffset, n, whole, count, out, stride);
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnsToRows}. */
    static void columnsToRows(float[] x, int stride, int n, int count, float[] out, int outOffset, int[] indices) {
        int whole = SCATTERS ? SPECIES.loopBound(count) : 0;
        for (int lane = 0; lane < LENGTH; lane++) {
            indices[lane] = lane * n;
        }
        for (int p = 0; p < whole; p += LENGTH) {
            for (int i = 0; i < n; i++) {
                FloatVector.fromArray(SPECIES, x, i * stride + p).intoArray(out, outOffset + p * n + i, indices, 0);
            }
        }
        FloatScalarColumns.toRows(x, stride, n, whole, count, out, outOffset);
    }
}
