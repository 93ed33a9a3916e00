// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/**
 * The log-sum-exp of a row to the last bit of a float, also where float terms are not good enough: when the result is
 * small, because the maximum is near 0 or because it and the logarithm of the sum cancel, as they do for
 * log-probabilities.
 *
 * <p>The excess that the kernels compute has a relative error of up to two float roundings, which
 * moves the result {@code y} by {@code excess / (1 + excess)} as much. Where that is at most half an ulp of {@code y} the
 * result stands; else the row is summed again in double, which leaves an absolute error of some {@code n * 2^-53}: a
 * result below about 1e-8 may then be off in its last bit.
 */
public final class FloatPreciseLogSumExp {
    /** Relative error of an excess made of float terms, in units of 2^-24. */
    private static final double FLOAT_ERROR = 2.0;

    private static final double HALF_ULP = 0x1p-24;
    private static final double LOG2_E = 0x1.71547652b82fep0;
    private static final double MINUS_LN2_HIGH = -0x1.62e42fefa39efp-1;
    private static final double MINUS_LN2_LOW = -0x1.abc9e3b39803fp-56;

    /** Below this difference to the maximum a term is less than 2^-158 of it. */
    private static final double NEGLIGIBLE = -110.0;

    // 1 / k!: the Taylor series of exp to the 13th power, relative error below 2^-57 for |r| <= 0.3466.
    private static final double[] INVERSE_FACTORIALS = {
        1.0,
        1.0,
        0.5,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5040.0,
        1.0 / 40320.0,
        1.0 / 362880.0,
        1.0 / 3628800.0,
        1.0 / 39916800.0,
        1.0 / 479001600.0,
        1.0 / 6227020800.0
    };

    private FloatPreciseLogSumExp() {}

    /**
     * {@code max + log1p(excess)}, from the row itself where the given excess is not precise enough.
     *
     * @param max the finite maximum
     * @param excess as the float kernels give it
     */
    public static double of(float[] x, int xOffset, int xStride, int n, float max, double excess) {
        return of(x, xOffset, xStride, n, max, excess, FloatLogOnePlus.log1p(excess));
    }

    /** The same with {@code log1p(excess)} at hand. */
    public static double of(float[] x, int xOffset, int xStride, int n, float max, double excess, double log) {
        double y = max + log;
        if (isPrecise(y, excess)) {
            return y;
        }
        int top = FloatRows.indexOfMax(x, xOffset, xStride, n);
        double sum = 0.0;
        for (int i = 0; i < n; i++) {
            sum += i == top ? 0.0 : exp((double) x[xOffset + i * xStride] - max);
        }
        return max + FloatLogOnePlus.log1p(sum);
    }

    /** Whether a log-sum-exp needs no more than the excess from which it has been computed. Also true for NaN, which stays. */
    public static boolean isPrecise(double logSumExp, double excess) {
        double error = FLOAT_ERROR * HALF_ULP * excess / (1.0 + excess);
        return !(error > 0.5 * Math.ulp((float) logSumExp));
    }

    /** exp(d) for d <= 0 to some 2^-51, or 0 where it does not matter. */
    private static double exp(double d) {
        if (d < NEGLIGIBLE) {
            return 0.0;
        }
        double n = Math.rint(d * LOG2_E);
        double r = Math.fma(n, MINUS_LN2_LOW, Math.fma(n, MINUS_LN2_HIGH, d));
        double p = INVERSE_FACTORIALS[INVERSE_FACTORIALS.length - 1];
        for (int k = INVERSE_FACTORIALS.length - 2; k >= 0; k--) {
            p = Math.fma(p, r, INVERSE_FACTORIALS[k]);
        }
        return p * Double.longBitsToDouble((long) (n + Double.MAX_EXPONENT) << 52);
    }
}
