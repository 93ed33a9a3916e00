// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FloatSoftmaxTest {
    private static final float INF = Float.POSITIVE_INFINITY;
    private static final float NAN = Float.NaN;

    private static FloatTensor zeros(int... shape) {
        return FloatTensor.of(new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)], shape);
    }

    private static float[] softmax(float... row) {
        FloatTensor out = zeros(row.length);
        Softmax.softmax(FloatTensor.of(row, row.length), 0, out);
        return out.array();
    }

    private static float[] logSoftmax(float... row) {
        FloatTensor out = zeros(row.length);
        Softmax.logSoftmax(FloatTensor.of(row, row.length), 0, out);
        return out.array();
    }

    private static float logSumExp(float... row) {
        FloatTensor out = zeros();
        Softmax.logSumExp(FloatTensor.of(row, row.length), 0, out);
        FloatBits.assertSame(out.get(), Softmax.logSumExp(row, 0, row.length), () -> "row of an array");
        return out.get();
    }

    private static void assertAllNaN(float[] values) {
        float[] expected = new float[values.length];
        Arrays.fill(expected, NAN);
        FloatBits.assertSame(expected, values, () -> "not NaN");
    }

    @Nested
    class Values {
        @Test
        void ofLogarithmsOfSmallIntegers() {
            float[] row = {0f, (float) Math.log(2), (float) Math.log(5)};
            assertArrayEquals(new float[] {0.125f, 0.25f, 0.625f}, softmax(row), 1e-7f);
            assertEquals(Math.log(8), logSumExp(row), 2e-7);
            double[] expected = {-Math.log(8), -Math.log(4), -Math.log(1.6)};
            float[] actual = logSoftmax(row);
            for (int i = 0; i < 3; i++) {
                assertEquals(expected[i], actual[i], 2e-7);
            }
        }

        @Test
        void farFromZeroNothingIsLost() {
            // Adding the maximum to the log of the sum first would round at 1e6.
            float[] expected = {-2.407606f, -1.407606f, -0.407606f};
            assertArrayEquals(expected, logSoftmax(0f, 1f, 2f), 3e-7f);
            assertArrayEquals(expected, logSoftmax(1e6f, 1e6f + 1f, 1e6f + 2f), 3e-7f);
            assertArrayEquals(softmax(0f, 1f, 2f), softmax(-1e6f, -1e6f + 1f, -1e6f + 2f), 1e-7f);
            assertEquals(3.0e38f, logSumExp(3.0e38f, -3.0e38f, 0f));
            assertArrayEquals(new float[] {1f, 0f, 0f}, softmax(3.0e38f, -3.0e38f, 0f));
        }

        @Test
        void subnormalProbabilitiesAreNotFlushed() {
            // The logarithm of the smallest subnormal number: exp rounds to it, and 1 further down to 0.
            float last = (float) Math.log(Float.MIN_VALUE);
            assertEquals(Float.MIN_VALUE, softmax(0f, last)[1]);
            assertEquals(0f, softmax(0f, last - 1f)[1]);
            float few = last + 4f;
            double spacings = Math.exp(few - Math.log(Float.MIN_VALUE));
            assertEquals(spacings, softmax(0f, few)[1] / Float.MIN_VALUE, 1.0);
        }

        @Test
        void logProbabilitiesNearZeroKeepTheirDigits() {
            float[] row = logSoftmax(10f, 0f, 0f, 0f);
            assertEquals(-1.3619051493825364e-4, row[0], 1.5e-11);
            assertEquals(-2.8072868906520523e-13, logSoftmax(30f, 0f, 0f, 0f)[0], 1e-19);
        }

        @Test
        void alongAnyDimension() {
            FloatTensor x = FloatTensor.of(FloatViews.normal(new SplittableRandom(12), 2 * 5 * 3 * 6), 2, 5, 3, 6);
            for (int dim = 0; dim < 4; dim++) {
                FloatTensor p = zeros(2, 5, 3, 6);
                FloatTensor lp = zeros(2, 5, 3, 6);
                FloatTensor fromEnd = zeros(2, 5, 3, 6);
                Softmax.softmax(x, dim, p);
                Softmax.logSoftmax(x, dim, lp);
                Softmax.softmax(x, dim - 4, fromEnd);
                FloatBits.assertSame(p.array(), fromEnd.array(), () -> "negative dimension");
                int[] rest = Shapes.without(x.shape(), dim);
                FloatTensor lse = zeros(rest);
                FloatTensor kept = x.slice(dim, 0, 1);
                kept = zeros(kept.shape());
                Softmax.logSumExp(x, dim, lse);
                Softmax.logSumExp(x, dim, kept);
                FloatBits.assertSame(lse.array(), kept.array(), () -> "dimension kept");
                // One dimension out of the way, rows become vectors.
                FloatTensor rows = x.transpose(dim, 3);
                FloatTensor turned = p.transpose(dim, 3);
                FloatTensor logTurned = lp.transpose(dim, 3);
                FloatTensor lseTurned = kept.transpose(dim, 3);
                for (int a = 0; a < rows.size(0); a++) {
                    for (int b = 0; b < rows.size(1); b++) {
                        for (int c = 0; c < rows.size(2); c++) {
                            float[] row =
                                    rows.select(0, a).select(0, b).select(0, c).toArray();
                            double sum = 0;
                            for (float value : row) {
                                sum += Math.exp(value);
                            }
                            assertEquals(Math.log(sum), lseTurned.get(a, b, c, 0), 1e-6);
                            for (int i = 0; i < row.length; i++) {
                                assertEquals(Math.exp(row[i]) / sum, turned.get(a, b, c, i), 2e-7);
                                assertEquals(row[i] - Math.log(sum), logTurned.get(a, b, c, i), 2e-6);
                            }
                        }
                    }
                }
            }
        }
    }

    @Nested
    class Special {
        @ParameterizedTest
        @ValueSource(ints = {1, 2, 16, 33, 100, 5000})
        void oneNaNMakesItsRowNaN(int n) {
            for (int at : new int[] {0, n / 2, n - 1}) {
                float[] row = new float[n];
                row[at] = Float.intBitsToFloat(0xffc54321);
                assertAllNaN(softmax(row));
                assertAllNaN(logSoftmax(row));
                FloatBits.assertSame(NAN, logSumExp(row), () -> "NaN");
                row[n - 1 - at] = INF;
                row[at] = NAN;
                assertAllNaN(softmax(row));
                assertAllNaN(logSoftmax(row));
                FloatBits.assertSame(NAN, logSumExp(row), () -> "NaN and infinity");
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 16, 33, 100, 5000})
        void plusInfinity(int n) {
            for (int at : new int[] {0, n / 2, n - 1}) {
                float[] row = new float[n];
                Arrays.fill(row, -INF);
                row[at] = INF;
                assertAllNaN(softmax(row));
                assertAllNaN(logSoftmax(row));
                assertEquals(INF, logSumExp(row));
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {2, 16, 33, 100, 5000})
        void minusInfinity(int n) {
            for (int at : new int[] {0, n / 2, n - 1}) {
                float[] row = new float[n];
                Arrays.fill(row, -INF);
                assertAllNaN(softmax(row));
                assertAllNaN(logSoftmax(row));
                assertEquals(-INF, logSumExp(row));
                row[at] = -5f;
                float[] one = new float[n];
                one[at] = 1f;
                assertArrayEquals(one, softmax(row));
                float[] zero = new float[n];
                Arrays.fill(zero, -INF);
                zero[at] = 0f;
                assertArrayEquals(zero, logSoftmax(row), 0f);
                assertEquals(-5f, logSumExp(row));
            }
        }

        @ParameterizedTest
        @EnumSource
        void columnsAnswerAsRows(FloatViews.Layout layout) {
            // Six rows of five: NaN, +inf, all -inf, one -inf, NaN beside +inf, ordinary.
            float[] elements = new float[30];
            elements[1] = NAN;
            elements[7] = INF;
            Arrays.fill(elements, 10, 15, -INF);
            elements[16] = -INF;
            elements[20] = NAN;
            elements[24] = INF;
            FloatTensor x = layout.of(elements, 6, 5);
            FloatTensor p = layout.of(new float[30], 6, 5);
            FloatTensor lp = layout.of(new float[30], 6, 5);
            FloatTensor lse = layout.of(new float[6], 6);
            Softmax.softmax(x, 1, p);
            Softmax.logSoftmax(x, 1, lp);
            Softmax.logSumExp(x, 1, lse);
            for (int row : new int[] {0, 1, 2, 4}) {
                assertAllNaN(p.select(0, row).toArray());
                assertAllNaN(lp.select(0, row).toArray());
            }
            assertArrayEquals(
                    new float[] {0.25f, 0f, 0.25f, 0.25f, 0.25f}, p.select(0, 3).toArray());
            assertEquals(-INF, lp.get(3, 1));
            assertArrayEquals(
                    new float[] {0.2f, 0.2f, 0.2f, 0.2f, 0.2f}, p.select(0, 5).toArray());
            float ln4 = (float) Math.log(4);
            float ln5 = (float) Math.log(5);
            FloatBits.assertSame(new float[] {NAN, INF, -INF, ln4, NAN, ln5}, lse.toArray(), () -> "log-sum-exp");
        }
    }

    @Nested
    class Corners {
        @Test
        void noDimensionsIsARowOfOne() {
            FloatTensor x = FloatTensor.of(new float[] {-3f});
            FloatTensor out = zeros();
            for (int dim : new int[] {0, -1}) {
                Softmax.softmax(x, dim, out);
                assertEquals(1f, out.get());
                Softmax.logSoftmax(x, dim, out);
                assertEquals(0f, out.get(), 0f);
                Softmax.logSumExp(x, dim, out);
                assertEquals(-3f, out.get());
                Softmax.logSumExpBackward(x, FloatTensor.of(new float[] {2f}), dim, out);
                assertEquals(2f, out.get());
                Softmax.softmaxBackward(FloatTensor.of(new float[] {1f}), x, dim, out);
                assertEquals(0f, out.get(), 0f);
                Softmax.logSoftmaxBackward(FloatTensor.of(new float[] {0f}), x, dim, out);
                assertEquals(0f, out.get(), 0f);
            }
        }

        @Test
        void emptyRowsAndNoRows() {
            FloatTensor emptyRows = zeros(3, 0);
            Softmax.softmax(emptyRows, 1, zeros(3, 0));
            Softmax.logSoftmax(emptyRows, 1, zeros(3, 0));
            FloatTensor out = FloatTensor.of(new float[] {7, 7, 7}, 3);
            Softmax.logSumExp(emptyRows, 1, out);
            assertArrayEquals(new float[] {-INF, -INF, -INF}, out.array());
            Softmax.logSumExp(emptyRows, 1, out.reshape(3, 1));
            assertArrayEquals(new float[] {-INF, -INF, -INF}, out.array());
            Softmax.logSumExp(emptyRows, 0, zeros(0));
            Softmax.logSumExpBackward(emptyRows, out, 1, zeros(3, 0));
            Softmax.softmaxBackward(emptyRows, emptyRows, 1, zeros(3, 0));
            Softmax.logSoftmaxBackward(emptyRows, emptyRows, 0, zeros(3, 0));
            assertEquals(-INF, Softmax.logSumExp(new float[0], 0, 0));
            assertEquals(-INF, Softmax.logSumExp(new float[4], 4, 0));
            FloatTensor emptyColumns = zeros(2, 0, 8);
            FloatTensor many = FloatTensor.of(new float[16], 2, 8);
            Softmax.logSumExp(emptyColumns, 1, many);
            for (float value : many.array()) {
                assertEquals(-INF, value);
            }
        }

        @ParameterizedTest
        @EnumSource
        void onlyTheOutputIsWrittenAndInPlaceIsTheSame(FloatViews.Layout layout) {
            SplittableRandom random = new SplittableRandom(13);
            for (int n : new int[] {1, 5, 16, 35, 70, 260}) {
                float[] elements = FloatViews.normal(random, 7 * n);
                FloatTensor x = layout.of(elements, 7, n);
                for (int dim = 0; dim < 2; dim++) {
                    for (boolean log : new boolean[] {false, true}) {
                        FloatTensor out = layout.of(elements, 7, n);
                        float[] before = out.array().clone();
                        FloatBits.Snapshot input = FloatBits.Snapshot.of(x);
                        run(x, dim, log, out);
                        input.assertUnchanged("input");
                        boolean[] inside = new boolean[before.length];
                        for (int position : FloatViews.positions(out)) {
                            inside[position] = true;
                        }
                        for (int i = 0; i < before.length; i++) {
                            if (!inside[i]) {
                                assertEquals(before[i], out.array()[i]);
                            }
                        }
                        FloatTensor same = layout.of(elements, 7, n);
                        run(same, dim, log, same);
                        FloatBits.assertSame(out.array(), same.array(), () -> "in place");
                    }
                }
            }
        }

        private void run(FloatTensor x, int dim, boolean log, FloatTensor out) {
            if (log) {
                Softmax.logSoftmax(x, dim, out);
            } else {
                Softmax.softmax(x, dim, out);
            }
        }
    }
}
