// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

/**
 * {@link FloatMath} over arrays, in plain Java: the twin of the vector kernels, with the same bits.
 *
 * <p>Nothing is checked here. {@code out} may be {@code x} itself at the same offset; any other overlap is not allowed.
 */
public final class FloatScalarElementwise {

    private FloatScalarElementwise() {}

    /**
     * out[outOffset + i] = exp(x[xOffset + i]) for i in [0, n).
     *
     * @param x the inputs
     * @param xOffset index of the first input
     * @param n number of elements
     * @param out the results
     * @param outOffset index of the first result
     * @see FloatMath#exp
     */
    public static void exp(float[] x, int xOffset, int n, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = FloatMath.exp(x[xOffset + i]);
        }
    }

    /**
     * out[outOffset + i] = expm1(x[xOffset + i]) for i in [0, n).
     *
     * @param x the inputs
     * @param xOffset index of the first input
     * @param n number of elements
     * @param out the results
     * @param outOffset index of the first result
     * @see FloatMath#expm1
     */
    public static void expm1(float[] x, int xOffset, int n, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = FloatMath.expm1(x[xOffset + i]);
        }
    }

    /**
     * out[outOffset + i] = log(x[xOffset + i]) for i in [0, n).
     *
     * @param x the inputs
     * @param xOffset index of the first input
     * @param n number of elements
     * @param out the results
     * @param outOffset index of the first result
     * @see FloatMath#log
     */
    public static void log(float[] x, int xOffset, int n, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = FloatMath.log(x[xOffset + i]);
        }
    }

    /**
     * out[outOffset + i] = log1p(x[xOffset + i]) for i in [0, n).
     *
     * @param x the inputs
     * @param xOffset index of the first input
     * @param n number of elements
     * @param out the results
     * @param outOffset index of the first result
     * @see FloatMath#log1p
     */
    public static void log1p(float[] x, int xOffset, int n, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = FloatMath.log1p(x[xOffset + i]);
        }
    }
}
