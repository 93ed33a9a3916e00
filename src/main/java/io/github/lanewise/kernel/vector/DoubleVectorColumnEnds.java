// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import io.github.lanewise.kernel.scalar.DoubleScalarColumns;

/**
 * The last steps of columns. They are the twin's: where floats go on in double, doubles have nothing wider, and their exponential
 * and logarithm are those of {@link io.github.lanewise.kernel.DoubleExp} and {@link io.github.lanewise.kernel.DoubleLogOnePlus},
 * longer by far.
 */
final class DoubleVectorColumnEnds {
    private DoubleVectorColumnEnds() {}

    /** As {@link io.github.lanewise.kernel.DoubleKernels#columnInSumUnits}. */
    static void inSumUnits(double[] max, double[] sum, int count, double[] excess) {
        DoubleScalarColumns.inSumUnits(max, sum, count, excess);
    }

    /** As {@link io.github.lanewise.kernel.DoubleKernels#columnUnits}. */
    static void units(double[] max, int count, double[] unit) {
        DoubleScalarColumns.units(max, count, unit);
    }

    /** As {@link io.github.lanewise.kernel.DoubleKernels#columnLogOnePlus}. */
    static void logOnePlus(double[] r, int count, double[] log) {
        DoubleScalarColumns.logOnePlus(r, count, log);
    }
}
