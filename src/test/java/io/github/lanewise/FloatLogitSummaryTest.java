// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.lanewise.FloatViews.Layout;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a summary says of special rows, and that its numbers are those of other calls, layouts and options, to the bit. */
class FloatLogitSummaryTest {
    private static final float NAN = Float.NaN;
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    private final SplittableRandom random = new SplittableRandom(93);

    static IntStream lengths() {
        return IntStream.concat(
                IntStream.rangeClosed(1, 20), IntStream.of(31, 32, 33, 63, 64, 65, 100, 1000, 4095, 4129));
    }

    /** The numbers of all rows. */
    private static float[] numbers(FloatLogitResults results, int given) {
        LogitSummary owner = results.owner;
        float[] all = new float[results.rows() * (5 + 2 * owner.topK + given)];
        int at = 0;
        for (int row = 0; row < results.rows(); row++) {
            all[at++] = results.max(row);
            all[at++] = results.argMax(row);
            all[at++] = results.logSumExp(row);
            all[at++] = owner.entropy ? results.entropy(row) : 0f;
            all[at++] = owner.margin ? results.margin(row) : 0f;
            for (int rank = 0; rank < owner.topK; rank++) {
                all[at++] = results.topClass(row, rank);
                all[at++] = results.topLogProb(row, rank);
            }
            for (int i = 0; i < given; i++) {
                all[at++] = results.logProb(row, i);
            }
        }
        return all;
    }

    private static FloatLogitResults of(LogitSummary summary, float... row) {
        FloatLogitResults results = summary.floatResults(1);
        summary.summarize(row, 0, row.length, results);
        return results;
    }

    @Test
    void ofAnExample() {
        // exp(0), exp(-1), exp(-2): sum 1.503214724408055.
        LogitSummary summary = LogitSummary.builder().topK(3).build();
        FloatLogitResults results = summary.floatResults(1, 2);
        summary.summarize(new float[] {9f, 1f, 0f, 2f, 9f}, 1, 3, new int[] {0, 1}, results);
        assertEquals(2f, results.max(0));
        assertEquals(2, results.argMax(0));
        assertEquals(2.4076059644f, results.logSumExp(0), 3e-7f);
        assertEquals(-1.4076059644f, results.logProb(0, 0), 2e-7f);
        assertEquals(-2.4076059644f, results.logProb(0, 1), 3e-7f);
        assertEquals(-0.4076059644f, results.topLogProb(0, 0), 5e-8f);
        assertEquals(results.logProb(0, 0), results.topLogProb(0, 1));
        assertEquals(1, results.topClass(0, 2));
        assertEquals(1f, results.margin(0));
        // 0.4076 + (0.3679 + 2 * 0.1353) / 1.5032
        assertEquals(0.8323955818f, results.entropy(0), 2e-7f);
    }

    @Nested
    class SpecialRows {
        private final LogitSummary summary = LogitSummary.builder().topK(3).build();

        private void check(String expected, float... row) {
            FloatLogitResults results = summary.floatResults(1, 1);
            summary.summarize(row, 0, row.length, new int[] {row.length - 1}, results);
            FloatBits.assertSame(
                    numbers(results, 1).clone(), canonical(numbers(results, 1)), () -> Arrays.toString(row));
            String top = results.topClass(0, 0) + " " + results.topClass(0, 1) + " " + results.topClass(0, 2);
            String logs = results.topLogProb(0, 0) + " " + results.topLogProb(0, 1) + " " + results.topLogProb(0, 2);
            assertEquals(
                    expected,
                    results.max(0) + ", " + results.argMax(0) + ", " + results.logSumExp(0) + ", " + results.entropy(0)
                            + ", " + results.margin(0) + ", " + top + ", " + logs + ", " + results.logProb(0, 0));
        }

        private float[] canonical(float[] values) {
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.isNaN(values[i]) ? NAN : values[i];
            }
            return values;
        }

        private final float oddNaN = Float.intBitsToFloat(Float.floatToRawIntBits(NAN) | 0x123);

        @Test
        void withNaN() {
            check("3.0, 2, NaN, NaN, NaN, 2 1 -1, NaN NaN NaN, NaN", oddNaN, 1f, 3f, oddNaN);
            check("3.0, 1, NaN, NaN, NaN, 1 2 3, NaN NaN NaN, NaN", NAN, 3f, 3f, 2f);
        }

        @Test
        void ofNothingButNaN() {
            check("NaN, -1, NaN, NaN, NaN, -1 -1 -1, NaN NaN NaN, NaN", oddNaN, NAN, NAN);
        }

        @Test
        void withPositiveInfinity() {
            check("Infinity, 1, Infinity, NaN, NaN, 1 3 0, NaN NaN NaN, NaN", 1f, INFINITY, -INFINITY, INFINITY);
            check("Infinity, 1, NaN, NaN, NaN, 1 0 -1, NaN NaN NaN, NaN", 1f, INFINITY, NAN);
        }

        @Test
        void ofNegativeInfinitiesOnly() {
            check(
                    "-Infinity, 0, -Infinity, NaN, NaN, 0 1 2, NaN NaN NaN, NaN",
                    -INFINITY,
                    -INFINITY,
                    -INFINITY,
                    -INFINITY);
        }

        @Test
        void withNegativeInfinities() {
            check(
                    "5.0, 2, 5.0, 0.0, Infinity, 2 0 1, 0.0 -Infinity -Infinity, -Infinity",
                    -INFINITY,
                    -INFINITY,
                    5f,
                    -INFINITY);
            float two = (float) Math.log(2.0);
            check(
                    "0.0, 1, " + two + ", " + two + ", 0.0, 1 2 0, " + -two + " " + -two + " -Infinity, " + -two,
                    -INFINITY,
                    0f,
                    0f);
        }

        @Test
        void zerosOfBothSignsAreEqual() {
            float three = (float) Math.log(3.0);
            check(
                    "0.0, 0, " + three + ", " + three + ", 0.0, 0 1 2, " + -three + " " + -three + " " + -three + ", "
                            + -three,
                    -0f,
                    0f,
                    -0f);
        }

        @Test
        void ofOneClass() {
            FloatLogitResults results = of(LogitSummary.create(), 7f);
            assertEquals("[7.0, 0.0, 7.0, 0.0, Infinity, 0.0, 0.0]", Arrays.toString(numbers(results, 0)));
        }

        @Test
        void quotientsBeyondTheRangeAreInfinite() {
            // The least temperature of both types.
            LogitSummary cold =
                    LogitSummary.builder().temperature(0x1p-126).topK(2).build();
            float large = Float.MAX_VALUE / 2f;
            FloatLogitResults results = of(cold, 0f, large, Float.MAX_VALUE);
            assertEquals(INFINITY, results.max(0));
            assertEquals(2, results.argMax(0));
            assertEquals(1, results.topClass(0, 1));
            assertEquals(NAN, results.entropy(0));
        }
    }

    /** Of logits that are tied by the division only, the larger one is first. */
    @Test
    void temperatureChangesNoOrder() {
        LogitSummary warm = LogitSummary.builder().temperature(1.9).topK(4).build();
        float x = 1f;
        float[] row = {x, Math.nextUp(x), Math.nextUp(Math.nextUp(x)), Math.nextUp(x)};
        FloatLogitResults results = of(warm, row);
        int[] order = new int[6];
        results.topClasses(0, order, 1);
        assertEquals("[0, 2, 1, 3, 0, 0]", Arrays.toString(order));
        assertEquals(2, results.argMax(0));
        assertEquals(results.topLogProb(0, 0) - results.topLogProb(0, 1), results.margin(0), 1e-6f);
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void temperatureDividesTheRow(int n) {
        float[] row = FloatViews.normal(random, n);
        for (double temperature : new double[] {0.3, 1.0, 1.7, 4.0, 100.0}) {
            float[] divided = new float[n];
            for (int i = 0; i < n; i++) {
                divided[i] = row[i] / (float) temperature;
            }
            int k = Math.min(n, 5);
            LogitSummary warm =
                    LogitSummary.builder().temperature(temperature).topK(k).build();
            LogitSummary plain = LogitSummary.builder().topK(k).build();
            FloatBits.assertSame(
                    numbers(of(plain, divided), 0), numbers(of(warm, row), 0), () -> n + " classes at " + temperature);
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void numbersAreThoseOfTheOtherClasses(int n) {
        float[] row = FloatViews.normal(random, n);
        FloatTensor view = FloatTensor.of(row, 1, n);
        int[] target = {random.nextInt(n)};
        LogitSummary summary = LogitSummary.create();
        FloatLogitResults results = summary.floatResults(1, 1);
        summary.summarize(view, target, results);
        FloatTensor single = FloatTensor.of(new float[1], 1);
        Categorical.ofLogits().entropy(view, single);
        FloatBits.assertSame(single.get(0), results.entropy(0), () -> "entropy of " + n);
        Categorical.ofLogits().logProb(view, target, single);
        FloatBits.assertSame(single.get(0), results.logProb(0, 0), () -> "log-probability of " + n);
        FloatBits.assertSame(Softmax.logSumExp(row, 0, n), results.logSumExp(0), () -> "log-sum-exp of " + n);
    }

    @ParameterizedTest
    @EnumSource
    void layoutsGiveTheBitsOfSingleRows(Layout layout) {
        for (int n : lengths().toArray()) {
            float[] elements = FloatViews.normal(random, 6 * n);
            elements[0] = -INFINITY;
            elements[elements.length - 1] = n % 3 == 0 ? NAN : 1f;
            int k = Math.min(n, 4);
            for (double temperature : new double[] {1.0, 0.6}) {
                LogitSummary summary =
                        LogitSummary.builder().temperature(temperature).topK(k).build();
                int[] given = FloatViews.classes(random, 12, n);
                FloatLogitResults batch = summary.floatResults(8, 2);
                summary.summarize(layout.of(elements, 2, 3, n), given, batch);
                assertEquals(6, batch.rows());
                float[] all = numbers(batch, 2);
                FloatLogitResults single = summary.floatResults(1, 2);
                int length = all.length / 6;
                for (int row = 0; row < 6; row++) {
                    float[] moved = new float[n + 5];
                    System.arraycopy(elements, row * n, moved, 1 + row % 4, n);
                    long[] own = {given[2 * row], given[2 * row + 1]};
                    summary.summarize(moved, 1 + row % 4, n, own, single);
                    int at = row;
                    FloatBits.assertSame(
                            Arrays.copyOfRange(all, row * length, (row + 1) * length),
                            numbers(single, 2),
                            () -> layout + ", row " + at + " of " + n + " classes");
                }
            }
        }
    }

    @Test
    void optionsLeaveOutAndChangeNothingElse() {
        for (int n : new int[] {1, 2, 10, 100, 1000}) {
            float[] row = FloatViews.normal(random, n);
            int most = Math.min(n, 50);
            FloatLogitResults full = of(LogitSummary.builder().topK(most).build(), row);
            for (int k = 1; k <= most; k += 7) {
                FloatLogitResults some = of(
                        LogitSummary.builder()
                                .topK(k)
                                .entropy(false)
                                .margin(false)
                                .build(),
                        row);
                assertEquals(full.logSumExp(0), some.logSumExp(0));
                assertEquals(full.max(0), some.max(0));
                for (int rank = 0; rank < k; rank++) {
                    assertEquals(full.topClass(0, rank), some.topClass(0, rank));
                    assertEquals(full.topLogProb(0, rank), some.topLogProb(0, rank));
                }
            }
        }
    }

    @Test
    void viewsShowTheNumbersOfAllRows() {
        LogitSummary summary = LogitSummary.builder().topK(2).build();
        FloatLogitResults results = summary.floatResults(3, 1);
        assertEquals(0, results.rows());
        assertEquals(3, results.capacity());
        FloatTensor entropies = results.entropy();
        summary.summarize(FloatTensor.of(FloatViews.normal(random, 30), 3, 10), new int[] {1, 2, 3}, results);
        for (int row = 0; row < 3; row++) {
            assertEquals(results.entropy(row), entropies.get(row));
            assertEquals(results.max(row), results.max().get(row));
            assertEquals(results.logSumExp(row), results.logSumExp().get(row));
            assertEquals(results.margin(row), results.margin().get(row));
            assertEquals(results.topLogProb(row, 1), results.topLogProb().get(row, 1));
            assertEquals(results.logProb(row, 0), results.logProb().get(row, 0));
        }
        assertSame(entropies, results.entropy());
        // Fewer rows, and none.
        summary.summarize(FloatTensor.of(new float[10], 10), new int[1], results);
        assertEquals(1, results.rows());
        summary.summarize(FloatTensor.of(new float[0], 0, 10), new int[0], results);
        assertEquals(0, results.rows());
    }
}
