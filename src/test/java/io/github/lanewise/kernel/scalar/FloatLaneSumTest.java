// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import static io.github.lanewise.kernel.FloatLanes.BLOCK;
import static io.github.lanewise.kernel.FloatLanes.CHUNK;
import static io.github.lanewise.kernel.FloatLanes.LANES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatExp;
import io.github.lanewise.kernel.FloatLanes;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums over lanes against sums of integers, exact decimals and {@link Math#exp}. */
@Tag("once")
class FloatLaneSumTest {
    /** So large that adding 1 changes nothing, nor does adding 2. */
    private static final float LARGE = 8f / Math.ulp(1f);

    /** What stands between the elements of strided rows, and must not be read. */
    private static final float GAP = 1e6f;

    private static float[] filled(int length, float value) {
        float[] x = new float[length];
        Arrays.fill(x, value);
        return x;
    }

    /** Integers from -8 to 8 at an offset and a stride, other numbers elsewhere. */
    private static float[] integers(SplittableRandom random, int n, int offset, int stride) {
        float[] x = filled(offset + (n + 1) * stride, GAP);
        for (int i = 0; i < n; i++) {
            x[offset + i * stride] = random.nextInt(-8, 9);
        }
        return x;
    }

    /** The sum of a row of any length, a piece after the other. */
    private static double linear(
            float[] x,
            int xOffset,
            int xStride,
            float sign,
            float base,
            float @Nullable [] t,
            int tOffset,
            int tStride,
            float alpha,
            float beta,
            float @Nullable [] w,
            int wOffset,
            int n) {
        double sum = 0.0;
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.piece(n - i);
            sum += FloatScalarRows.linear(
                    x,
                    xOffset + i * xStride,
                    xStride,
                    sign,
                    base,
                    t,
                    tOffset + i * tStride,
                    tStride,
                    alpha,
                    beta,
                    w,
                    wOffset + i,
                    length);
        }
        return sum;
    }

    private static double sum(float[] x, int n) {
        return linear(x, 0, 1, 1f, -0f, null, 0, 0, 0f, 0f, null, 0, n);
    }

    @Test
    void sumKeepsWhatALaneWouldDrop() {
        // The large number comes first in lane 0, then in the middle of the last lane; the pairs that follow are lost
        // on it
        // without a carry.
        for (int i : new int[] {0, 32 * BLOCK + LANES - 1}) {
            float[] x = filled(65 * BLOCK, 1f);
            x[i] = LARGE;
            x[i + LANES] = 0f;
            // Six more, so that the sum is a multiple of 8, which fits beside the large number.
            Arrays.fill(x, 40 * BLOCK + 1, 40 * BLOCK + 7, 0f);
            assertEquals((long) LARGE + 65 * BLOCK - 8, (long) sum(x, x.length));
        }
    }

    @Test
    void everyLaneCounts() {
        for (int i = 0; i < 2 * BLOCK; i++) {
            float[] x = new float[2 * BLOCK];
            x[i] = 3f;
            assertEquals(3.0, sum(x, x.length), "element " + i);
            assertEquals(i < BLOCK + 1 ? 3.0 : 0.0, sum(x, BLOCK + 1), "element " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 200})
    void weightedSumOfIntegersIsExact(int n) {
        SplittableRandom random = new SplittableRandom(n);
        float[] x = integers(random, n, 2, 3);
        float[] t = integers(random, n, 1, 2);
        float[] w = integers(random, n, 4, 1);
        long plain = 0;
        long below = 0;
        long dot = 0;
        long smooth = 0;
        long weighted = 0;
        for (int i = 0; i < n; i++) {
            long xi = (long) x[2 + i * 3];
            long ti = (long) t[1 + i * 2];
            plain += xi;
            below += 9 - xi;
            dot += xi * ti;
            smooth += (2 * ti + 5) * (9 - xi);
            weighted += (2 * ti + 5) * ((long) w[4 + i]) * (9 - xi);
        }
        assertEquals((double) plain, linear(x, 2, 3, 1f, -0f, null, 0, 0, 0f, 0f, null, 0, n));
        assertEquals((double) below, linear(x, 2, 3, -1f, 9f, null, 0, 0, 0f, 0f, null, 0, n));
        assertEquals((double) dot, linear(x, 2, 3, 1f, -0f, t, 1, 2, 1f, 0f, null, 0, n));
        assertEquals((double) smooth, linear(x, 2, 3, -1f, 9f, t, 1, 2, 2f, 5f, null, 0, n));
        assertEquals((double) weighted, linear(x, 2, 3, -1f, 9f, t, 1, 2, 2f, 5f, w, 4, n));
    }

    /** The sum of exponentials divided by its scale, a piece after the other. */
    private static double exp(float[] x, int offset, int stride, int n, float max, ExpSum kind) {
        double sum = 0.0;
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.piece(n - i);
            sum += FloatScalarRows.sumExp(kind, x, offset + i * stride, stride, length, max);
        }
        return FloatExp.excess(sum, max);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65})
    void sumOfExponentialsLeavesOneOut(int n) {
        for (int skip = -1; skip < n; skip++) {
            float[] x = filled(3 + (n + 1) * 2, GAP);
            double expected = 0.0;
            for (int i = 0; i < n; i++) {
                // 5 is the row's maximum; the others have values of their own, so that none stands for another.
                x[3 + 2 * i] = i == skip ? 5f : -i / 16f;
                expected += i == skip ? 0.0 : Math.exp(-i / 16.0 - 5.0);
            }
            double all = expected + (skip < 0 ? 0.0 : 1.0);
            assertEquals(expected, exp(x, 3, 2, n, 5f, ExpSum.BELOW), 4 * Math.ulp(1f) * expected, "without " + skip);
            assertEquals(all, exp(x, 3, 2, n, 5f, ExpSum.WHOLE), 4 * Math.ulp(1f) * all, "with " + skip);
            double distance = 0.0;
            for (int i = 0; i < n; i++) {
                distance += i == skip ? 0.0 : Math.exp(-i / 16.0 - 5.0) * (i / 16.0 + 5.0);
            }
            assertEquals(distance, exp(x, 3, 2, n, 5f, ExpSum.DISTANCE), 4 * Math.ulp(1f) * distance, "from " + skip);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0, 3.0, -700.0, 70000.0})
    void longSumOfEqualExponentialsStaysPrecise(double max) {
        // Equal terms err on one side for long, so that the float sum of a lane alone is off by many ulp.
        float[] x = filled(CHUNK * LANES, (float) max - 1f);
        double expected = x.length * Math.exp(-1.0);
        assertEquals(expected, exp(x, 0, 1, x.length, (float) max, ExpSum.WHOLE), 4 * Math.ulp(1f) * expected);
    }

    @Test
    void sumOfExponentialsKeepsWhatALaneWouldDrop() {
        // One term of 1 at the start of lane 0, then terms that are each less than half its last bit.
        float small = (float) Math.log(Math.ulp(1f) / 8);
        float[] x = filled(CHUNK, small);
        x[0] = 0f;
        double expected = (CHUNK - 1) * Math.exp(small);
        assertEquals(expected, exp(x, 0, 1, CHUNK, 0f, ExpSum.WHOLE) - 1.0, 0.02 * expected);
    }

    private static BigDecimal exactDot(float[] x, float xScale, float[] y, float yScale) {
        BigDecimal dot = BigDecimal.ZERO;
        for (int i = 0; i < x.length; i++) {
            dot = dot.add(new BigDecimal(x[i]).multiply(new BigDecimal(y[i])));
        }
        return dot.multiply(new BigDecimal(xScale)).multiply(new BigDecimal(yScale));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 64})
    void preciseDotSurvivesCancellation(int blocks) {
        SplittableRandom random = new SplittableRandom(blocks);
        int half = blocks * BLOCK;
        float[] x = new float[2 * half];
        float[] y = new float[2 * half];
        double magnitude = 0.0;
        for (int i = 0; i < half; i++) {
            x[i] = (float) random.nextGaussian();
            y[i] = (float) random.nextGaussian();
            // The same product with the other sign, in the same lane, up to the last bit of one factor.
            x[half + i] = -x[i];
            y[half + i] = random.nextInt(4) == 0 ? Math.nextUp(y[i]) : y[i];
            magnitude += 2 * Math.abs((double) x[i] * y[i]);
        }
        double expected = exactDot(x, 1f, y, 1f).doubleValue();
        double tolerance = x.length * magnitude * Math.ulp(1f) * Math.ulp(1f);
        assertEquals(expected, FloatDots.dot(x, 0, 1, 1f, y, 0, 1, 1f, x.length), tolerance);
        assertEquals(8 * expected, FloatDots.dot(x, 0, 1, 4f, y, 0, 1, 2f, x.length), 8 * tolerance);
        // It takes all of this precision to see the sum at all.
        assertNotEquals(0.0, expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 15, 16, 17, 33, 100})
    void preciseDotOfIntegersIsExact(int n) {
        SplittableRandom random = new SplittableRandom(n);
        float[] x = integers(random, n, 2, 3);
        float[] y = integers(random, n, 1, 2);
        long dot = 0;
        for (int i = 0; i < n; i++) {
            dot += ((long) x[2 + i * 3]) * (long) y[1 + i * 2];
        }
        assertEquals((double) dot, FloatDots.dot(x, 2, 3, 1f, y, 1, 2, 1f, n));
        assertEquals(dot / 8.0, FloatDots.dot(x, 2, 3, 0.5f, y, 1, 2, 0.25f, n));
    }
}
