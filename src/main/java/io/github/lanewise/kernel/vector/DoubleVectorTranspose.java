// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import io.github.lanewise.kernel.scalar.DoubleScalarColumns;

/** Rows as columns and back, by the twin: the indices that doubles are gathered by are a vector of another shape ({@link FloatSpecies}). */
final class DoubleVectorTranspose {
    private DoubleVectorTranspose() {}

    /** As {@link io.github.lanewise.kernel.DoubleKernels#rowsToColumns}. */
    static void rowsToColumns(double[] x, int xOffset, int n, int count, double[] out, int stride, int[] indices) {
        DoubleScalarColumns.fromRows(x, xOffset, n, 0, count, out, stride);
    }

    /** As {@link io.github.lanewise.kernel.DoubleKernels#columnsToRows}. */
    static void columnsToRows(double[] x, int stride, int n, int count, double[] out, int outOffset, int[] indices) {
        DoubleScalarColumns.toRows(x, stride, n, 0, count, out, outOffset);
    }
}
