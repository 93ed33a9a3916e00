// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

/**
 * Rows of doubles have no such kernel and take the usual way, at any length: the kernel of floats ends in double, and double
 * has nothing wider.
 */
final class DoubleVectorShortRow {
    private DoubleVectorShortRow() {}

    /** As {@link io.github.lanewise.kernel.DoubleKernels#negativeLogProbability}. */
    static double negativeLogProbability(double[] x, int xOffset, int n, int target) {
        return Double.NaN;
    }

    /** As {@link io.github.lanewise.kernel.DoubleKernels#crossEntropyGradient}. */
    static double crossEntropyGradient(
            double[] x, int xOffset, int n, int target, double gradient, double[] out, int outOffset) {
        return Double.NaN;
    }
}
