// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/**
 * The log-sum-exp of a row of doubles. Where float rows that cancel are summed again in double
 * ({@link FloatPreciseLogSumExp}), there is nothing wider here: the error is relative to the larger of the maximum and the
 * logarithm of the sum.
 */
public final class DoublePreciseLogSumExp {
    private DoublePreciseLogSumExp() {}

    /** {@code max + log1p(excess)}. The row itself is not looked at; the parameters are those of the float form. */
    public static double of(double[] x, int xOffset, int xStride, int n, double max, double excess) {
        return max + DoubleLogOnePlus.log1p(excess);
    }

    /** The same with {@code log1p(excess)} at hand. */
    public static double of(double[] x, int xOffset, int xStride, int n, double max, double excess, double log) {
        return max + log;
    }

    /** Whether a log-sum-exp needs no more than the excess from which it has been computed, as it always does. */
    public static boolean isPrecise(double logSumExp, double excess) {
        return true;
    }
}
