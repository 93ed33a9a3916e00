// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole rows with every mixture of contiguous and strided operands, against integers and {@link Math}. */
class FloatRowsTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final int[] STRIDES = {1, 3};

    private final SplittableRandom random = new SplittableRandom(7);

    static IntStream lengths() {
        return IntStream.of(
                1,
                5,
                FloatLanes.BLOCK - 1,
                FloatLanes.BLOCK,
                FloatLanes.BLOCK + 3,
                2 * FloatLanes.CHUNK + FloatLanes.BLOCK + 1);
    }

    /** One operand: an array, and where the row lies in it. */
    private static final class Row {
        final float[] array;
        final int offset;
        final int stride;

        Row(float[] array, int offset, int stride) {
            this.array = array;
            this.offset = offset;
            this.stride = stride;
        }

        float get(int i) {
            return array[offset + i * stride];
        }

        void set(int i, float value) {
            array[offset + i * stride] = value;
        }
    }

    /** A row whose neighbours in the array are far larger than any of its elements. */
    private static Row row(int n, int stride) {
        float[] array = new float[stride + 1 + (n + 1) * stride];
        Arrays.fill(array, 1e6f);
        return new Row(array, stride + 1, stride);
    }

    private Row integers(int n, int stride) {
        Row row = row(n, stride);
        for (int i = 0; i < n; i++) {
            row.set(i, random.nextInt(-8, 9));
        }
        return row;
    }

    private static Row of(int stride, float... values) {
        Row row = row(values.length, stride);
        for (int i = 0; i < values.length; i++) {
            row.set(i, values[i]);
        }
        return row;
    }

    private static void assertClose(double expected, double actual, double magnitude) {
        assertEquals(expected, actual, 4 * Math.ulp(1f) * magnitude);
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void sums(int n) {
        for (int stride : STRIDES) {
            Row x = integers(n, stride);
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += (long) x.get(i);
            }
            assertEquals((double) sum, FloatRows.sum(x.array, x.offset, stride, n));
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void sumsOfProducts(int n) {
        for (int xStride : STRIDES) {
            for (int yStride : STRIDES) {
                Row x = integers(n, xStride);
                Row y = integers(n, yStride);
                long dot = 0;
                for (int i = 0; i < n; i++) {
                    dot += ((long) x.get(i)) * (long) y.get(i);
                }
                assertEquals((double) dot, FloatRows.dot(x.array, x.offset, xStride, y.array, y.offset, yStride, n));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void sumsBelowTheMaximum(int n) {
        for (int xStride : STRIDES) {
            for (int tStride : STRIDES) {
                Row x = integers(n, xStride);
                Row t = integers(n, tStride);
                Row w = integers(n, 1);
                long plain = 0;
                long smooth = 0;
                long weighted = 0;
                for (int i = 0; i < n; i++) {
                    long below = 9 - (long) x.get(i);
                    long q = 2 * (long) t.get(i) + 5;
                    plain += below;
                    smooth += q * below;
                    weighted += q * ((long) w.get(i)) * below;
                }
                assertEquals(
                        (double) plain,
                        FloatRows.sumBelow(x.array, x.offset, xStride, null, 0, tStride, null, 0, n, 9f, 2f, 5f));
                assertEquals(
                        (double) smooth,
                        FloatRows.sumBelow(
                                x.array, x.offset, xStride, t.array, t.offset, tStride, null, 0, n, 9f, 2f, 5f));
                assertEquals(
                        (double) weighted,
                        FloatRows.sumBelow(
                                x.array, x.offset, xStride, t.array, t.offset, tStride, w.array, w.offset, n, 9f, 2f,
                                5f));
            }
        }
    }

    @Nested
    class SumsThatAreNotFinite {
        @Test
        void areInfiniteWhereAllInfinitiesAgree() {
            for (int stride : STRIDES) {
                Row x = of(stride, 1f, INFINITY, 2f, INFINITY);
                assertEquals(Double.POSITIVE_INFINITY, FloatRows.sum(x.array, x.offset, stride, 4));
                Row y = of(stride, 1f, -2f, 3f, -4f);
                assertEquals(
                        Double.NEGATIVE_INFINITY,
                        FloatRows.dot(x.array, x.offset, stride, y.array, y.offset, stride, 4));
                assertEquals(
                        Double.NEGATIVE_INFINITY,
                        FloatRows.sumBelow(x.array, x.offset, stride, null, 0, 0, null, 0, 4, 0f, 1f, 0f));
            }
        }

        @Test
        void areNaNWhereTheyDoNot() {
            for (int stride : STRIDES) {
                Row x = of(stride, 1f, INFINITY, 2f, -INFINITY);
                assertEquals(Double.NaN, FloatRows.sum(x.array, x.offset, stride, 4));
                Row y = of(stride, 1f, 0f, 3f, 4f);
                assertEquals(Double.NaN, FloatRows.dot(x.array, x.offset, stride, y.array, y.offset, stride, 4));
            }
        }
    }

    @Test
    void findsNaN() {
        for (int stride : STRIDES) {
            Row x = of(stride, 1f, 2f, Float.NaN, 3f);
            assertFalse(FloatRows.hasNaN(x.array, x.offset, stride, 2));
            assertTrue(FloatRows.hasNaN(x.array, x.offset, stride, 3));
            assertFalse(FloatRows.hasNaN(x.array, x.offset + 3 * stride, stride, 1));
        }
    }

    @Test
    void findsTheMaximum() {
        for (int stride : STRIDES) {
            Row x = of(stride, 1f, 2f, Float.NaN, 5f, -0f);
            assertEquals(3, FloatRows.indexOfMax(x.array, x.offset, stride, 5));
            assertEquals(2f, FloatRows.max(x.array, x.offset, stride, 2));
            assertEquals(Float.NaN, FloatRows.max(x.array, x.offset, stride, 5));
            assertEquals(-INFINITY, FloatRows.max(x.array, x.offset, stride, 0));
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void findsTheMaximumAnywhere(int n) {
        for (int stride : STRIDES) {
            for (int top : new int[] {0, n / 3, n / 2, n - 1}) {
                for (float base : new float[] {-3f, 0f, 3f}) {
                    Row x = row(n, stride);
                    for (int i = 0; i < n; i++) {
                        x.set(i, base - 2f - i % 5);
                    }
                    x.set(top, base);
                    assertEquals(base, FloatRows.max(x.array, x.offset, stride, n));
                    assertEquals(top, FloatRows.indexOfMax(x.array, x.offset, stride, n));
                    x.set(top, base == 0f ? -0f : base);
                    assertEquals(
                            Float.floatToRawIntBits(base),
                            Float.floatToRawIntBits(FloatRows.max(x.array, x.offset, stride, n)));
                    // The sign of a NaN must not hide it.
                    for (float nan : new float[] {Float.NaN, Math.copySign(Float.NaN, -1f)}) {
                        x.set(n - 1 - top, nan);
                        assertEquals(Float.NaN, FloatRows.max(x.array, x.offset, stride, n));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void excessOfADominatedRowKeepsItsDigits(int n) {
        for (int stride : STRIDES) {
            for (float distance : new float[] {0.5f, 2f, 7f, 13f, 20f, 60f}) {
                for (float max : new float[] {-300f, -1f, 0f, 40f, 5000f}) {
                    for (int top : new int[] {0, n / 2, n - 1}) {
                        Row x = row(n, stride);
                        for (int i = 0; i < n; i++) {
                            x.set(i, max - distance);
                        }
                        x.set(top, max);
                        double excess = (n - 1) * Math.exp(-distance);
                        assertClose(excess, FloatRowSumExp.excess(x.array, x.offset, stride, n, max), excess);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void excessCountsFurtherMaxima(int n) {
        for (int stride : STRIDES) {
            for (int maxima = 1; maxima <= Math.min(n, 40); maxima++) {
                Row x = row(n, stride);
                for (int i = 0; i < n; i++) {
                    x.set(i, -30f);
                }
                for (int i = 0; i < maxima; i++) {
                    x.set(i * (n / maxima), i % 2 == 0 ? 0f : -0f);
                }
                double excess = maxima - 1 + (n - maxima) * Math.exp(-30);
                assertClose(excess, FloatRowSumExp.excess(x.array, x.offset, stride, n, 0f), excess);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void excessOfMaskedClassesIsThatOfTheOthers(int n) {
        for (int stride : STRIDES) {
            for (float masked : new float[] {-INFINITY, -Float.MAX_VALUE, -1e7f, -2000f}) {
                Row x = row(n, stride);
                for (int i = 0; i < n; i++) {
                    x.set(i, masked);
                }
                x.set(n - 1, 3f);
                assertEquals(0.0, FloatRowSumExp.excess(x.array, x.offset, stride, n, 3f));
                x.set(0, 2f);
                double excess = n == 1 ? 0.0 : Math.exp(-1);
                assertClose(excess, FloatRowSumExp.excess(x.array, x.offset, stride, n, n == 1 ? 2f : 3f), excess);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void excessIsTheSumOfTheOthers(int n) {
        for (int stride : STRIDES) {
            for (int top : new int[] {0, n / 2, n - 1}) {
                Row x = integers(n, stride);
                x.set(top, 8f);
                int[] distances = new int[17];
                for (int i = 0; i < n; i++) {
                    distances[8 - (int) x.get(i)] += i == top ? 0 : 1;
                }
                double excess = 0.0;
                for (int d = 16; d >= 0; d--) {
                    excess += distances[d] * Math.exp(-d);
                }
                assertClose(excess, FloatRowSumExp.excess(x.array, x.offset, stride, n, 8f), excess);
                assertClose(
                        8.0 + Math.log1p(excess),
                        FloatRowSumExp.logSumExp(x.array, x.offset, stride, n),
                        Math.log1p(excess) + 8);
            }
        }
    }

    @Test
    void logSumExpOfInfinities() {
        for (int stride : STRIDES) {
            Row x = of(stride, -INFINITY, -INFINITY, 1f, INFINITY, Float.NaN);
            assertEquals(Double.NEGATIVE_INFINITY, FloatRowSumExp.logSumExp(x.array, x.offset, stride, 0));
            assertEquals(Double.NEGATIVE_INFINITY, FloatRowSumExp.logSumExp(x.array, x.offset, stride, 2));
            assertEquals(1.0, FloatRowSumExp.logSumExp(x.array, x.offset, stride, 3));
            assertEquals(Double.POSITIVE_INFINITY, FloatRowSumExp.logSumExp(x.array, x.offset, stride, 4));
            assertEquals(Double.NaN, FloatRowSumExp.logSumExp(x.array, x.offset, stride, 5));
        }
    }

    @Nested
    class Maps {
        @ParameterizedTest
        @MethodSource("io.github.lanewise.kernel.FloatRowsTest#lengths")
        void scaledExponentials(int n) {
            for (int mixture = 0; mixture < 8; mixture++) {
                Row x = integers(n, STRIDES[mixture & 1]);
                Row t = integers(n, STRIDES[mixture >> 1 & 1]);
                Row out = row(n, STRIDES[mixture >> 2]);
                Row w = integers(n, 1);
                expScale(x, t, w, n, 6.0, out);
                for (int i = 0; i < n; i++) {
                    double term = 6.0 * Math.exp(x.get(i) - 8.0);
                    double q = (2.0 * t.get(i) + 5.0) * w.get(i);
                    assertClose(term - q, out.get(i), term + Math.abs(q));
                }
                FloatRowMaps.expScale(
                        x.array,
                        x.offset,
                        x.stride,
                        null,
                        0,
                        t.stride,
                        null,
                        0,
                        n,
                        8f,
                        6.0,
                        0f,
                        0f,
                        out.array,
                        out.offset,
                        out.stride);
                for (int i = 0; i < n; i++) {
                    double term = 6.0 * Math.exp(x.get(i) - 8.0);
                    assertClose(term, out.get(i), term);
                }
                assertNeighboursKept(out, n);
            }
        }

        private void expScale(Row x, Row t, Row w, int n, double factor, Row out) {
            FloatRowMaps.expScale(
                    x.array,
                    x.offset,
                    x.stride,
                    t.array,
                    t.offset,
                    t.stride,
                    w.array,
                    w.offset,
                    n,
                    8f,
                    factor,
                    2f,
                    5f,
                    out.array,
                    out.offset,
                    out.stride);
        }

        @Test
        void scaledExponentialsWithoutAFiniteFactor() {
            for (int stride : STRIDES) {
                Row x = of(stride, 8f, 7f, -INFINITY);
                Row t = of(stride, 1f, 1f, 1f);
                Row w = of(1, 1f, 1f, 1f);
                Row out = row(3, stride);
                expScale(x, t, w, 3, Double.NaN, out);
                for (int i = 0; i < 3; i++) {
                    assertEquals(Float.NaN, out.get(i));
                }
                expScale(x, t, w, 2, Double.POSITIVE_INFINITY, out);
                assertEquals(INFINITY, out.get(0));
                assertEquals(INFINITY, out.get(1));
                FloatRowMaps.expScale(
                        x.array,
                        x.offset,
                        stride,
                        null,
                        0,
                        0,
                        null,
                        0,
                        3,
                        8f,
                        1.0,
                        0f,
                        Float.NaN,
                        out.array,
                        out.offset,
                        stride);
                for (int i = 0; i < 3; i++) {
                    assertEquals(Float.NaN, out.get(i));
                }
                assertNeighboursKept(out, 3);
            }
        }

        @ParameterizedTest
        @MethodSource("io.github.lanewise.kernel.FloatRowsTest#lengths")
        void logarithmsOfProbabilities(int n) {
            for (int mixture = 0; mixture < 4; mixture++) {
                Row x = integers(n, STRIDES[mixture & 1]);
                Row out = row(n, STRIDES[mixture >> 1]);
                Row w = integers(n, 1);
                FloatRowMaps.logSoftmax(
                        x.array,
                        x.offset,
                        x.stride,
                        w.array,
                        w.offset,
                        n,
                        8f,
                        0.5f,
                        2f,
                        out.array,
                        out.offset,
                        out.stride);
                for (int i = 0; i < n; i++) {
                    assertEquals((x.get(i) - 8.5f) * 2f * w.get(i) + 0f, out.get(i) + 0f);
                }
                FloatRowMaps.logSoftmax(
                        x.array, x.offset, x.stride, null, 0, n, 8f, Float.NaN, 2f, out.array, out.offset, out.stride);
                for (int i = 0; i < n; i++) {
                    assertEquals(Float.NaN, out.get(i));
                }
                assertNeighboursKept(out, n);
            }
        }

        @ParameterizedTest
        @MethodSource("io.github.lanewise.kernel.FloatRowsTest#lengths")
        void gradientsOfSoftmaxAndItsLogarithm(int n) {
            for (int mixture = 0; mixture < 8; mixture++) {
                Row y = integers(n, STRIDES[mixture & 1]);
                Row g = integers(n, STRIDES[mixture >> 1 & 1]);
                Row out = row(n, STRIDES[mixture >> 2]);
                FloatRowMaps.softmaxBackward(
                        y.array,
                        y.offset,
                        y.stride,
                        g.array,
                        g.offset,
                        g.stride,
                        n,
                        5f,
                        out.array,
                        out.offset,
                        out.stride);
                for (int i = 0; i < n; i++) {
                    assertEquals(y.get(i) * (g.get(i) - 5f) + 0f, out.get(i) + 0f);
                }
                FloatRowMaps.logSoftmaxBackward(
                        y.array,
                        y.offset,
                        y.stride,
                        g.array,
                        g.offset,
                        g.stride,
                        n,
                        5f,
                        out.array,
                        out.offset,
                        out.stride);
                for (int i = 0; i < n; i++) {
                    double term = 5.0 * Math.exp(y.get(i));
                    assertClose(g.get(i) - term, out.get(i), term + Math.abs(g.get(i)));
                }
                assertNeighboursKept(out, n);
            }
        }

        private void assertNeighboursKept(Row out, int n) {
            assertEquals(1e6f, out.array[out.offset - 1]);
            assertEquals(1e6f, out.get(n));
            assertTrue(out.stride == 1 || out.array[out.offset + 1] == 1e6f);
        }
    }

    @Nested
    class GradientOfLogSumExp {
        private float[] gradient(float gradient, float... values) {
            float[] contiguous = null;
            for (int mixture = 0; mixture < 4; mixture++) {
                Row x = of(STRIDES[mixture & 1], values);
                Row out = row(values.length, STRIDES[mixture >> 1]);
                FloatRowMaps.logSumExpBackward(
                        x.array, x.offset, x.stride, values.length, gradient, out.array, out.offset, out.stride);
                float[] result = new float[values.length];
                for (int i = 0; i < result.length; i++) {
                    result[i] = out.get(i);
                }
                if (contiguous == null) {
                    contiguous = result;
                } else {
                    assertEquals(Arrays.toString(contiguous), Arrays.toString(result));
                }
            }
            return contiguous;
        }

        @Test
        void isTheSoftmax() {
            float[] gradient = gradient(3f, 0f, 1f, 2f, -200f);
            double sum = 1.0 + Math.exp(-1.0) + Math.exp(-2.0) + Math.exp(-202.0);
            for (int i = 0; i < 3; i++) {
                double expected = 3.0 * Math.exp(i - 2.0) / sum;
                assertClose(expected, gradient[i], expected);
            }
            assertTrue(gradient[3] < Math.exp(-190.0));
        }

        @Test
        void isTheSoftmaxBelowTheLimit() {
            // Beside the largest of these maxima a double holds few digits of the logarithm of the sum.
            for (float max : new float[] {1f, 1000f, FloatExp.SOFTMAX_LIMIT / 2}) {
                float[] gradient = gradient(3f, max, max);
                assertClose(1.5, gradient[0], 1.5);
                assertClose(1.5, gradient[1], 1.5);
            }
        }

        @Test
        void losesTheLogarithmBesideAHugeMaximum() {
            // In double, max + log(2) is max again.
            float max = 0x1p70f;
            assertEquals("[3.0, 3.0]", Arrays.toString(gradient(3f, max, max)));
            assertEquals("[3.0, 3.0]", Arrays.toString(gradient(3f, -max, -max)));
        }

        @Test
        void ofInfinities() {
            assertEquals("[0.0, NaN, 0.0]", Arrays.toString(gradient(2f, 1f, INFINITY, -INFINITY)));
            assertEquals("[NaN, NaN]", Arrays.toString(gradient(2f, -INFINITY, -INFINITY)));
            assertEquals("[NaN, NaN, NaN]", Arrays.toString(gradient(2f, 1f, INFINITY, Float.NaN)));
            assertEquals("[2.0, 0.0]", Arrays.toString(gradient(2f, 0f, -INFINITY)));
        }
    }

    @Test
    void fillsARow() {
        for (int stride : STRIDES) {
            Row x = row(4, stride);
            FloatRows.fill(x.array, x.offset, stride, 4, 7f);
            for (int i = 0; i < x.array.length; i++) {
                int distance = i - x.offset;
                boolean inside = distance >= 0 && distance % stride == 0 && distance / stride < 4;
                assertEquals(inside ? 7f : 1e6f, x.array[i]);
            }
        }
    }
}
