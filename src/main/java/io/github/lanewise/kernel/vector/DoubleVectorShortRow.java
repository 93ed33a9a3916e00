// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

/**
 * Short rows of doubles take the usual way: the indices of elements that are gathered are vectors of half a register, and a second
 * {@linkplain DoubleSpecies shape} is not to be.
 */
final class DoubleVectorShortRow {
    private DoubleVectorShortRow() {}

    /** As {@link io.github.lanewise.kernel.DoubleKernels#negativeLogProbability}. */
    static double negativeLogProbability(double[] x, int xOffset, int n, int target) {
        return Double.NaN;
    }
}
