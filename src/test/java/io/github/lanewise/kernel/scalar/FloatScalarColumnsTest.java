// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.lanewise.kernel.FloatExp;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Operations on columns against integers and {@link Math}. */
@Tag("once")
class FloatScalarColumnsTest {
    private static final int OFFSET = 3;
    private static final int COUNT = 5;
    private static final int STRIDE = 7;
    private static final int N = 23;

    private final SplittableRandom random = new SplittableRandom(5);

    /** Integers from -20 to 20 in the columns, much larger ones beside, before and after them. */
    private float[] columns() {
        float[] x = new float[OFFSET + (N + 1) * STRIDE];
        Arrays.fill(x, 1e6f);
        for (int i = 0; i < N; i++) {
            for (int p = 0; p < COUNT; p++) {
                x[at(i, p)] = random.nextInt(-20, 21);
            }
        }
        return x;
    }

    private static int at(int i, int p) {
        return OFFSET + p + i * STRIDE;
    }

    private static float[] maxima(float[] x) {
        float[] max = new float[COUNT + 1];
        max[COUNT] = 77f;
        FloatScalarColumns.max(x, OFFSET, STRIDE, N, COUNT, max);
        assertEquals(77f, max[COUNT]);
        return max;
    }

    /** The numbers that exponentials are reduced by, and their sums, of columns with given maxima. */
    private static final class Exponentials {
        final float[] max;
        final float[] shift;
        final float[] low;
        final float[] magic;
        final float[] top;
        final float[] sum;
        final float[] extraMaxima;

        Exponentials(float[] x, int offset, int stride, int n, int count, float[] max) {
            this.max = max;
            this.shift = new float[count];
            this.low = new float[count];
            this.magic = new float[count];
            this.top = new float[count];
            this.sum = new float[count];
            this.extraMaxima = new float[count];
            FloatScalarColumns.expSetup(max, count, shift, low, magic, top);
            FloatScalarColumns.sumExp(x, offset, stride, n, count, max, shift, low, magic, sum, extraMaxima);
        }

        /** Sum of the exponentials below the maximum. */
        double rest(int p) {
            return sum[p] / FloatExp.unit(max[p]);
        }
    }

    @Test
    void maximaAreThoseOfTheColumns() {
        float[] x = columns();
        x[at(0, 0)] = 21f;
        x[at(N - 1, 1)] = 22f;
        x[at(4, 2)] = Float.NaN;
        float[] max = maxima(x);
        for (int p = 0; p < COUNT; p++) {
            float largest = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < N; i++) {
                largest = Float.isNaN(x[at(i, p)]) ? largest : Math.max(largest, x[at(i, p)]);
            }
            assertEquals(largest, max[p]);
        }
        assertEquals(21f, max[0]);
        assertEquals(22f, max[1]);
    }

    @Test
    void maximumOfZeroIsPositive() {
        float[] max = new float[1];
        FloatScalarColumns.max(new float[] {-0f, -1f}, 0, 1, 2, 1, max);
        assertEquals(0f, max[0]);
        FloatScalarColumns.max(new float[] {Float.NaN, Float.NaN}, 0, 1, 2, 1, max);
        assertEquals(Float.NEGATIVE_INFINITY, max[0]);
    }

    @Test
    void sumsOfExponentials() {
        float[] x = columns();
        x[at(3, 0)] = 300f;
        x[at(5, 0)] = 299.5f;
        x[at(9, 1)] = 30f;
        x[at(10, 1)] = 30f;
        x[at(11, 1)] = 30f;
        Exponentials e = new Exponentials(x, OFFSET, STRIDE, N, COUNT, maxima(x));
        for (int p = 0; p < COUNT; p++) {
            double sum = 0.0;
            int maxima = 0;
            for (int i = 0; i < N; i++) {
                boolean top = x[at(i, p)] == e.max[p];
                maxima += top ? 1 : 0;
                sum += top ? 0.0 : Math.exp((double) x[at(i, p)] - e.max[p]);
            }
            assertEquals((float) (maxima - 1), e.extraMaxima[p]);
            assertEquals(sum, e.rest(p), 4 * Math.ulp(1f) * sum);
        }
        assertEquals(2f, e.extraMaxima[1]);
    }

    @Test
    void sumsOfAllExponentials() {
        float[] x = columns();
        x[at(3, 0)] = 300f;
        x[at(5, 0)] = 299.5f;
        x[at(9, 1)] = 30f;
        x[at(10, 1)] = 30f;
        Exponentials e = new Exponentials(x, OFFSET, STRIDE, N, COUNT, maxima(x));
        float[] sum = new float[COUNT];
        float[] carry = new float[COUNT];
        FloatScalarColumns.sumWhole(x, OFFSET, STRIDE, N, COUNT, e.shift, e.low, e.magic, e.top, sum, carry);
        double[] below = new double[COUNT];
        for (int p = 0; p < COUNT; p++) {
            below[p] = ((double) sum[p] - 2.0 * e.top[p]) + carry[p];
        }
        double[] excess = new double[COUNT];
        FloatScalarColumns.inSumUnits(e.max, below, COUNT, excess);
        for (int p = 0; p < COUNT; p++) {
            double expected = -1.0;
            for (int i = 0; i < N; i++) {
                expected += Math.exp((double) x[at(i, p)] - e.max[p]);
            }
            // The sum begins with the maximum's own term.
            assertEquals(expected, excess[p], 4 * Math.ulp(1f) * (2.0 + expected));
        }
        float[] without = new float[COUNT];
        FloatScalarColumns.sumWhole(x, OFFSET, STRIDE, 0, COUNT, e.shift, e.low, e.magic, e.top, without, carry);
        for (int p = 0; p < COUNT; p++) {
            assertEquals(e.top[p], without[p]);
            assertEquals(0f, carry[p]);
        }
    }

    @Test
    void infiniteMaximaAndNaNGiveNaN() {
        float[] x = {Float.POSITIVE_INFINITY, 1f, Float.NEGATIVE_INFINITY, 2f, Float.NaN, Float.NEGATIVE_INFINITY};
        float[] max = new float[3];
        FloatScalarColumns.max(x, 0, 3, 2, 3, max);
        Exponentials e = new Exponentials(x, 0, 3, 2, 3, max);
        float[] whole = new float[3];
        FloatScalarColumns.sumWhole(x, 0, 3, 2, 3, e.shift, e.low, e.magic, e.top, whole, new float[3]);
        for (int p = 0; p < 3; p++) {
            assertEquals(Float.NaN, e.sum[p]);
            assertEquals(Float.NaN, whole[p]);
        }
    }

    @Nested
    class LongColumns {
        @Test
        void ofEqualExponentialsStayPrecise() {
            int n = 20000;
            float[] x = new float[n];
            Arrays.fill(x, -1f);
            x[0] = 0f;
            Exponentials e = new Exponentials(x, 0, 1, n, 1, new float[] {0f});
            double expected = (n - 1) * Math.exp(-1.0);
            assertEquals(expected, e.rest(0), 4 * Math.ulp(1f) * expected);
        }

        @Test
        void ofExponentialsKeepWhatTheSumWouldDrop() {
            // A term of 0.37, then terms that are each less than half its last bit.
            int n = 20000;
            float small = (float) Math.log(Math.ulp(1f) / 64);
            float[] x = new float[n];
            Arrays.fill(x, small);
            x[0] = 0f;
            x[1] = -1f;
            Exponentials e = new Exponentials(x, 0, 1, n, 1, new float[] {0f});
            double expected = Math.exp(-1.0) + (n - 2) * Math.exp(small);
            assertEquals(expected, e.rest(0), 4 * Math.ulp(1f) * expected);
        }

        @Test
        void ofDifferencesKeepWhatTheSumWouldDrop() {
            int n = 20000;
            float large = 8f / Math.ulp(1f);
            float[] x = new float[n];
            Arrays.fill(x, -1f);
            x[0] = -large;
            float[] w = new float[n];
            Arrays.fill(w, 1f);
            float[] out = new float[1];
            FloatScalarColumns.sumBelow(x, 0, 1, null, 0, n, 1, new float[] {0f}, out);
            assertEquals((float) ((double) large + (n - 1)), out[0]);
            FloatScalarColumns.sumBelow(x, 0, 1, w, 0, n, 1, new float[] {0f}, out);
            assertEquals((float) ((double) large + (n - 1)), out[0]);
        }
    }

    @Test
    void sumsOfDifferences() {
        float[] x = columns();
        float[] max = maxima(x);
        float[] w = new float[2 + N];
        for (int i = 0; i < N; i++) {
            w[2 + i] = random.nextInt(1, 9);
        }
        float[] plain = new float[COUNT];
        float[] weighted = new float[COUNT];
        FloatScalarColumns.sumBelow(x, OFFSET, STRIDE, null, 0, N, COUNT, max, plain);
        FloatScalarColumns.sumBelow(x, OFFSET, STRIDE, w, 2, N, COUNT, max, weighted);
        for (int p = 0; p < COUNT; p++) {
            long sum = 0;
            long weightedSum = 0;
            for (int i = 0; i < N; i++) {
                long below = (long) max[p] - (long) x[at(i, p)];
                sum += below;
                weightedSum += below * (long) w[2 + i];
            }
            assertEquals((float) sum, plain[p]);
            assertEquals((float) weightedSum, weighted[p]);
        }
    }

    @Test
    void scaledExponentials() {
        float[] x = columns();
        float[] w = new float[2 + N];
        for (int i = 0; i < N; i++) {
            w[2 + i] = random.nextInt(1, 9);
        }
        Exponentials e = new Exponentials(x, OFFSET, STRIDE, N, COUNT, maxima(x));
        float[] gain = new float[COUNT];
        float[] minus = new float[COUNT];
        for (int p = 0; p < COUNT; p++) {
            gain[p] = FloatExp.gain(e.max[p], p + 1.0, FloatExp.SCALE);
            minus[p] = p - 2f;
        }
        int outOffset = 4;
        int outStride = 6;
        float[] plain = new float[outOffset + N * outStride];
        float[] weighted = new float[outOffset + N * outStride];
        FloatScalarColumns.expScale(
                x, OFFSET, STRIDE, null, 0, N, COUNT, e.shift, e.low, e.magic, gain, minus, plain, outOffset,
                outStride);
        FloatScalarColumns.expScale(
                x, OFFSET, STRIDE, w, 2, N, COUNT, e.shift, e.low, e.magic, gain, minus, weighted, outOffset,
                outStride);
        for (int i = 0; i < N; i++) {
            for (int p = 0; p < COUNT; p++) {
                double term = (p + 1) * Math.exp((double) x[at(i, p)] - e.max[p]);
                int out = outOffset + p + i * outStride;
                assertEquals(term - minus[p], plain[out], 4 * Math.ulp(1f) * (term + Math.abs(minus[p])));
                double q = ((double) minus[p]) * w[2 + i];
                assertEquals(term - q, weighted[out], 4 * Math.ulp(1f) * (term + Math.abs(q)));
            }
        }
    }

    @Test
    void logarithmsOfProbabilities() {
        float[] x = columns();
        float[] max = maxima(x);
        float[] logSum = new float[COUNT];
        for (int p = 0; p < COUNT; p++) {
            logSum[p] = p + 0.5f;
        }
        int outOffset = 4;
        int outStride = 6;
        float[] out = new float[outOffset + N * outStride];
        FloatScalarColumns.logSoftmax(x, OFFSET, STRIDE, N, COUNT, max, logSum, out, outOffset, outStride);
        for (int i = 0; i < N; i++) {
            for (int p = 0; p < COUNT; p++) {
                assertEquals(x[at(i, p)] - max[p] - (p + 0.5f), out[outOffset + p + i * outStride]);
            }
        }
    }
}
