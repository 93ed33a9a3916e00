// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Operations on strided rows against integers and {@link Math}. */
@Tag("once")
class FloatScalarRowsTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final int N = 41;

    private final SplittableRandom random = new SplittableRandom(6);

    /** Integers from -8 to 8 at an offset and a stride, far larger numbers elsewhere. */
    private float[] integers(int offset, int stride) {
        float[] x = new float[offset + (N + 1) * stride];
        Arrays.fill(x, 1e6f);
        for (int i = 0; i < N; i++) {
            x[offset + i * stride] = random.nextInt(-8, 9);
        }
        return x;
    }

    @Nested
    class SumsFromLeftToRight {
        @Test
        void ofIntegersAreExact() {
            float[] x = integers(2, 3);
            float[] t = integers(1, 2);
            float[] w = integers(4, 1);
            long sum = 0;
            long dot = 0;
            long below = 0;
            long smooth = 0;
            long weighted = 0;
            for (int i = 0; i < N; i++) {
                long xi = (long) x[2 + i * 3];
                long ti = (long) t[1 + i * 2];
                sum += xi;
                dot += xi * ti;
                below += 9 - xi + 4;
                smooth += (2 * ti + 5) * (9 - xi + 4);
                weighted += (2 * ti + 5) * ((long) w[4 + i]) * (9 - xi + 4);
            }
            assertEquals((double) sum, FloatScalarRows.plainSum(x, 2, 3, N));
            assertEquals((double) dot, FloatScalarRows.plainDot(x, 2, 3, t, 1, 2, N));
            for (boolean limit : new boolean[] {false, true}) {
                assertEquals(
                        (double) below,
                        FloatScalarRows.plainSumBelow(x, 2, 3, null, 0, 0, null, 0, N, 9f, 4.0, 2f, 5f, limit));
                assertEquals(
                        (double) smooth,
                        FloatScalarRows.plainSumBelow(x, 2, 3, t, 1, 2, null, 0, N, 9f, 4.0, 2f, 5f, limit));
                assertEquals(
                        (double) weighted,
                        FloatScalarRows.plainSumBelow(x, 2, 3, t, 1, 2, w, 4, N, 9f, 4.0, 2f, 5f, limit));
            }
        }

        @Test
        void tellInfinityFromNaN() {
            float[] x = {1f, INFINITY, 2f};
            assertEquals(Double.POSITIVE_INFINITY, FloatScalarRows.plainSum(x, 0, 1, 3));
            assertEquals(
                    Double.NEGATIVE_INFINITY, FloatScalarRows.plainDot(x, 0, 1, new float[] {1f, -1f, 1f}, 0, 1, 3));
            assertEquals(Double.NaN, FloatScalarRows.plainDot(x, 0, 1, new float[] {1f, 0f, 1f}, 0, 1, 3));
        }

        @Test
        void skipCoefficientsOfZeroInTheLimit() {
            float[] x = {1f, -INFINITY, 2f};
            float[] t = {1f, 0f, 3f};
            float[] w = {1f, 1f, 0f};
            assertEquals(
                    1.0 * (3.0 - 1.0) + 3.0 * (3.0 - 2.0),
                    FloatScalarRows.plainSumBelow(x, 0, 1, t, 0, 1, null, 0, 3, 3f, 0.0, 1f, 0f, true));
            assertEquals(2.0, FloatScalarRows.plainSumBelow(x, 0, 1, t, 0, 1, w, 0, 3, 3f, 0.0, 1f, 0f, true));
            assertEquals(
                    Double.NaN, FloatScalarRows.plainSumBelow(x, 0, 1, t, 0, 1, null, 0, 3, 3f, 0.0, 1f, 0f, false));
        }
    }

    @Test
    void indexBesideNaNIsTheFirstOfTheLargest() {
        float[] x = {9f, -INFINITY, 9f, Float.NaN, 9f, -INFINITY, 9f};
        assertEquals(0, FloatScalarRows.indexBesideNaN(x, 1, 2, 1));
        assertEquals(-1, FloatScalarRows.indexBesideNaN(x, 3, 2, 1));
        assertEquals(0, FloatScalarRows.indexBesideNaN(x, 1, 2, 3));
        assertEquals(1, FloatScalarRows.indexBesideNaN(x, 3, 2, 2));
        assertEquals(1, FloatScalarRows.indexBesideNaN(new float[] {1f, 2f, 2f, 1f}, 0, 1, 4));
        assertEquals(3, FloatScalarRows.indexBesideNaN(new float[] {1f, 2f, 2f, 3f}, 0, 1, 4));
        assertEquals(-1, FloatScalarRows.indexBesideNaN(x, 0, 1, 0));
    }

    @Test
    void maximumIsNaNBesideNaNAndNeverMinusZero() {
        float[] x = {9f, -INFINITY, 9f, Float.NaN, 9f, -2f, 9f, -3f, -0f, -4f};
        assertEquals(-INFINITY, FloatScalarRows.max(x, 1, 2, 1));
        assertEquals(Float.NaN, FloatScalarRows.max(x, 1, 2, 2));
        assertEquals(Float.NaN, FloatScalarRows.max(x, 1, 2, 4));
        assertEquals(-2f, FloatScalarRows.max(x, 5, 2, 3));
        assertEquals(0, Float.floatToRawIntBits(FloatScalarRows.max(x, 7, 1, 3)));
    }

    @Test
    void indexOfAValueIsItsFirst() {
        float[] x = {9f, 1f, 9f, -0f, 9f, 1f};
        assertEquals(0, FloatScalarRows.indexOf(x, 1, 2, 3, 1f));
        assertEquals(1, FloatScalarRows.indexOf(x, 1, 2, 3, 0f));
        assertEquals(-1, FloatScalarRows.indexOf(x, 1, 2, 3, 9f));
        assertEquals(-1, FloatScalarRows.indexOf(x, 0, 1, 6, Float.NaN));
    }

    @Test
    void logarithmsOfProbabilities() {
        float[] x = integers(2, 3);
        float[] w = integers(4, 1);
        float[] plain = new float[1 + 2 * N];
        float[] weighted = new float[1 + 2 * N];
        FloatScalarRows.logSoftmax(x, 2, 3, null, 0, N, 9f, 0.5f, 4f, plain, 1, 2);
        FloatScalarRows.logSoftmax(x, 2, 3, w, 4, N, 9f, 0.5f, 4f, weighted, 1, 2);
        for (int i = 0; i < N; i++) {
            float expected = (x[2 + 3 * i] - 9.5f) * 4f;
            assertEquals(expected, plain[1 + 2 * i]);
            assertEquals(expected * w[4 + i] + 0f, weighted[1 + 2 * i] + 0f);
        }
    }

    @Test
    void gradientOfLogSumExp() {
        float[] x = integers(2, 3);
        float[] out = new float[1 + 2 * N];
        FloatScalarRows.plainLogSumExpBackward(x, 2, 3, N, 7f, 3f, out, 1, 2);
        for (int i = 0; i < N; i++) {
            double expected = 3.0 * Math.exp(x[2 + 3 * i] - 7.0);
            assertEquals(expected, out[1 + 2 * i], 3 * Math.ulp(1f) * expected);
        }
    }

    @Test
    void gradientOfSoftmax() {
        float[] p = integers(2, 3);
        float[] g = integers(1, 2);
        float[] out = new float[3 + 4 * N];
        FloatScalarRows.softmaxBackward(p, 2, 3, g, 1, 2, N, 5f, out, 3, 4);
        for (int i = 0; i < N; i++) {
            assertEquals(p[2 + 3 * i] * (g[1 + 2 * i] - 5f) + 0f, out[3 + 4 * i] + 0f);
        }
    }

    @Test
    void gradientOfLogSoftmax() {
        float[] y = integers(2, 3);
        float[] g = integers(1, 2);
        float[] out = new float[3 + 4 * N];
        FloatScalarRows.logSoftmaxBackward(y, 2, 3, g, 1, 2, N, 5f, out, 3, 4);
        for (int i = 0; i < N; i++) {
            double term = 5.0 * Math.exp(y[2 + 3 * i]);
            assertEquals(g[1 + 2 * i] - term, out[3 + 4 * i], 3 * Math.ulp(1f) * (term + Math.abs(g[1 + 2 * i])));
        }
    }

    @Test
    void scaledExponentials() {
        float[] x = integers(2, 3);
        float[] t = integers(1, 2);
        float[] w = integers(4, 1);
        float[] none = new float[3 + 4 * N];
        float[] smooth = new float[3 + 4 * N];
        float[] weighted = new float[3 + 4 * N];
        for (double factor : new double[] {6.0, -6.0, 0x1p-70}) {
            FloatScalarRows.expScale(x, 2, 3, null, 0, 0, null, 0, N, 8f, factor, 2f, 5f, none, 3, 4);
            FloatScalarRows.expScale(x, 2, 3, t, 1, 2, null, 0, N, 8f, factor, 2f, 5f, smooth, 3, 4);
            FloatScalarRows.expScale(x, 2, 3, t, 1, 2, w, 4, N, 8f, factor, 2f, 5f, weighted, 3, 4);
            for (int i = 0; i < N; i++) {
                double term = factor * Math.exp(x[2 + 3 * i] - 8.0);
                double q = 2.0 * t[1 + 2 * i] + 5.0;
                double p = q * w[4 + i];
                int at = 3 + 4 * i;
                assertEquals(term - 5.0, none[at], 4 * Math.ulp(1f) * (Math.abs(term) + 5.0));
                assertEquals(term - q, smooth[at], 4 * Math.ulp(1f) * (Math.abs(term) + Math.abs(q)));
                assertEquals(term - p, weighted[at], 4 * Math.ulp(1f) * (Math.abs(term) + Math.abs(p)));
            }
        }
    }

    @Test
    void tinyFactorsKeepTheirDigits() {
        float[] x = integers(2, 3);
        float[] out = new float[3 + 4 * N];
        // Times 2^SCALE the terms would need a gain that is no normal number.
        double factor = 1024.0 * Float.MIN_NORMAL;
        FloatScalarRows.expScale(x, 2, 3, null, 0, 0, null, 0, N, 8f, factor, 0f, 0f, out, 3, 4);
        for (int i = 0; i < N; i++) {
            double term = factor * Math.exp(x[2 + 3 * i] - 8.0);
            assertEquals(term, out[3 + 4 * i], 4 * Math.ulp(1f) * term + Float.MIN_VALUE);
        }
    }
}
