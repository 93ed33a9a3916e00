// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The walk that finds the maximum and the sum together gives the bits of the walks that find one after the other, whatever row came
 * before it.
 */
class FloatRowExcessTest {
    private static final int BEFORE = 3;
    private static final float UNTOUCHED = -77f;
    private static final float[] LEVELS = {
        0f, 1f, -5f, 12f, 39.9f, -40f, -40.1f, 55.9f, 56.1f, 96f, 100f, 255f, 257f, -255f, -300f, 1e6f, -1e30f
    };

    private static final float[] SPECIAL = {
        Float.NaN,
        Float.intBitsToFloat(0xffc00001),
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        -0f,
        Float.MIN_VALUE
    };

    private final SplittableRandom random = new SplittableRandom(61);

    private float[] row(int offset, int n) {
        float level = LEVELS[random.nextInt(LEVELS.length)];
        float spread = new float[] {0f, 1e-3f, 1f, 10f, 60f, 150f}[random.nextInt(6)];
        float[] x = new float[offset + n + random.nextInt(3)];
        Arrays.fill(x, Float.NaN);
        for (int i = offset; i < offset + n; i++) {
            x[i] = level - spread * (float) random.nextDouble();
        }
        switch (random.nextInt(6)) {
            case 0 -> x[offset + random.nextInt(n)] = level + random.nextInt(40);
            case 1 -> x[offset + random.nextInt(n)] = SPECIAL[random.nextInt(SPECIAL.length)];
            case 2 -> Arrays.fill(x, offset, offset + 1 + random.nextInt(n), Float.NEGATIVE_INFINITY);
            default -> {}
        }
        return x;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 63, 64, 100, 1000, 4095, 4096, 4127, 4128, 9000})
    void isThatOfTwoWalks(int n) {
        FloatRowExcess row = FloatRowExcess.borrow();
        for (int i = 0; i < 2000; i++) {
            int offset = random.nextInt(40);
            float[] x = row(offset, n);
            float max = FloatRows.max(x, offset, 1, n);
            double excess = FloatRowSumExp.excess(x, offset, 1, n, max);
            float[] terms = i % 3 == 0 ? null : places(n);
            if (terms == null) {
                row.find(x, offset, 1, n);
            } else {
                row.findKeeping(x, offset, 1, n, terms, BEFORE);
            }
            int at = i;
            assertEquals(max, row.max(), () -> "maximum of row " + at);
            assertEquals(
                    Double.doubleToLongBits(excess),
                    Double.doubleToLongBits(row.excess()),
                    () -> "row " + at + " with maximum " + max + ": " + excess + ", " + row.excess());
            assertKept(x, offset, n, max, FloatRowExcess.kept(row), terms);
        }
        FloatRowExcess.giveBack(row);
    }

    /** Rows that are summed in one call, whatever rows are among them and came before them. */
    @ParameterizedTest
    @ValueSource(ints = {32, 33, 63, 64, 100, 1000, 1024})
    void isThatOfTwoWalksForRowsTogether(int n) {
        FloatRowExcess row = FloatRowExcess.borrow();
        int together = 0;
        for (int i = 0; i < 400; i++) {
            int count = 1 + random.nextInt(6);
            float[] all = new float[count * n + 5];
            int[] places = new int[count];
            for (int k = 0; k < count; k++) {
                places[k] = k * n + random.nextInt(k == count - 1 ? 6 : 1);
                float[] x = switch (random.nextInt(40)) {
                    case 0 -> row(0, n);
                    case 1, 2, 3 -> dominated(0, n, 4f * random.nextInt(3), 1 + random.nextInt(2));
                    default -> ordinary(n);
                };
                System.arraycopy(x, 0, all, places[k], n);
            }
            if (!row.sumsTogether(1, n)) {
                // What comes before shows in no bit.
                row.find(ordinary(n), 0, 1, n);
                continue;
            }
            together++;
            double[] sums = new double[count];
            float[] maxima = new float[count];
            float[] terms = new float[count * (n + 2 * BEFORE)];
            Arrays.fill(terms, UNTOUCHED);
            boolean keeping = i % 2 == 0;
            if (keeping) {
                int[] termsPlaces = new int[count];
                for (int k = 0; k < count; k++) {
                    termsPlaces[k] = k * (n + 2 * BEFORE) + BEFORE;
                }
                row.sumTogetherKeeping(all, places, count, n, sums, maxima, terms, termsPlaces);
            } else {
                row.sumTogether(all, places, count, n, sums, maxima);
            }
            for (int k = 0; k < count; k++) {
                float max = FloatRows.max(all, places[k], 1, n);
                double excess = FloatRowSumExp.excess(all, places[k], 1, n, max);
                if (keeping) {
                    row.findKeepingSum(all, places[k], n, sums[k], maxima[k]);
                } else {
                    row.findSum(all, places[k], n, sums[k], maxima[k]);
                }
                assertEquals(max, row.max());
                assertBits(excess, row.isSummed() ? FloatExp.excessOfSum(row.sum(), max) : row.excess());
                int place = k * (n + 2 * BEFORE);
                float[] its = Arrays.copyOfRange(terms, place, place + n + 2 * BEFORE);
                assertKept(all, places[k], n, max, FloatRowExcess.kept(row), keeping ? its : null);
            }
        }
        FloatRowExcess.giveBack(row);
        assertTrue(together > 100 || n < 4 * FloatExp.CLEAR, together + " of 400");
    }

    /** After rows that their maxima dominate, any row: one more of them, one with several maxima, one that is none of them. */
    @ParameterizedTest
    @ValueSource(ints = {32, 33, 100, 1000, 2047})
    void isThatOfTwoWalksAfterRowsThatAreDominated(int n) {
        FloatRowExcess row = FloatRowExcess.borrow();
        int sure = 0;
        int others = 0;
        for (int i = 0; i < 300; i++) {
            for (int before = 0; before < 5; before++) {
                float[] x = dominated(before, n, 20f, 1);
                row.find(x, before, 1, n);
                assertBits(FloatRowSumExp.excess(x, before, 1, n, FloatRows.max(x, before, 1, n)), row.excess());
            }
            int offset = random.nextInt(20);
            float above = (float) random.nextDouble(Math.log(n) - 6.0, Math.log(n) + 4.0);
            float[] x = i % 5 == 0 ? row(offset, n) : dominated(offset, n, above, 1 + random.nextInt(4));
            float max = FloatRows.max(x, offset, 1, n);
            double excess = FloatRowSumExp.excess(x, offset, 1, n, max);
            row.find(x, offset, 1, n);
            assertEquals(max, row.max());
            assertBits(excess, row.excess());
            double shortcut = FloatRowSumExp.excessOfDominated(x, offset, n, max);
            if (Double.isNaN(shortcut)) {
                others++;
            } else {
                assertTrue(excess < FloatExp.CLEAR, "the sum of all terms would have served: " + excess);
                assertBits(excess, shortcut);
                sure++;
            }
        }
        FloatRowExcess.giveBack(row);
        assertTrue(sure > 50, sure + " rows for certain");
        assertTrue(others > 20 || n < 3 * FloatExp.CLEAR, others + " others");
    }

    private float[] ordinary(int n) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = 6f - 3f * (float) random.nextDouble();
        }
        return x;
    }

    /** A row with maxima that lie so far above numbers of some spread, one of them in its middle. */
    private float[] dominated(int offset, int n, float above, int maxima) {
        float[] x = new float[offset + n + random.nextInt(3)];
        Arrays.fill(x, Float.NaN);
        float level = random.nextInt(3) == 0 ? -above : random.nextInt(600) - 300f;
        for (int i = offset; i < offset + n; i++) {
            x[i] = level - (float) random.nextDouble();
        }
        for (int k = 0; k < maxima; k++) {
            // Zeros of both signs are equal.
            x[offset + (k == 0 ? n / 2 : random.nextInt(n))] = k % 2 == 0 ? level + above : -(-level - above);
        }
        return x;
    }

    private static void assertBits(double expected, double actual) {
        assertEquals(
                Double.doubleToLongBits(expected),
                Double.doubleToLongBits(actual),
                () -> "expected " + expected + " but was " + actual);
    }

    /** Room for the terms of a row, with something before and behind it. */
    private static float[] places(int n) {
        float[] terms = new float[BEFORE + n + BEFORE];
        Arrays.fill(terms, UNTOUCHED);
        return terms;
    }

    /** What is kept is what the row would give, to the bit, and nothing is written outside its place. */
    private static void assertKept(float[] x, int offset, int n, float max, float kept, float @Nullable [] terms) {
        if (terms == null) {
            assertTrue(Float.isNaN(kept));
            return;
        }
        for (int i = 0; i < BEFORE; i++) {
            assertEquals(UNTOUCHED, terms[i]);
            assertEquals(UNTOUCHED, terms[BEFORE + n + i]);
        }
        if (!Float.isNaN(kept)) {
            float[] expected = new float[n];
            FloatRowMaps.expScale(x, offset, 1, null, 0, 0, null, 0, n, max, 0.25, 0f, 0f, expected, 0, 1);
            FloatRowMaps.scale(x, offset, 1, n, max, kept, 0.25, 0f, terms, BEFORE, 1);
            assertArrayEquals(expected, Arrays.copyOfRange(terms, BEFORE, BEFORE + n));
        }
    }

    /** In native memory, at any address; a row that can't be found there changes nothing. */
    @ParameterizedTest
    @ValueSource(ints = {32, 33, 63, 64, 65, 100, 1000, 4095, 4096, 4127, 4128, 9000})
    void isThatOfTwoWalksWhereTheRowLies(int n) {
        FloatRowExcess row = FloatRowExcess.borrow();
        MemorySegment memory = Arena.ofAuto().allocate((n + 50L) * Float.BYTES, Float.BYTES);
        int found = 0;
        for (int i = 0; i < 500; i++) {
            float[] x = Arrays.copyOf(row(0, n), n);
            long place = random.nextInt(9 * Float.BYTES);
            MemorySegment.copy(x, 0, memory, ValueLayout.JAVA_FLOAT_UNALIGNED, place, n);
            float[] terms = i % 3 == 0 ? null : places(n);
            float[] apart = terms == null ? null : new float[n];
            if (!row.findInPlace(memory, place, n, apart)) {
                // What comes before shows in no bit.
                row.find(x, 0, 1, n);
                continue;
            }
            found++;
            float max = FloatRows.max(x, 0, 1, n);
            double excess = FloatRowSumExp.excess(x, 0, 1, n, max);
            int at = i;
            assertEquals(max, row.max(), () -> "maximum of row " + at);
            assertEquals(
                    Double.doubleToLongBits(excess),
                    Double.doubleToLongBits(row.excess()),
                    () -> "row " + at + " with maximum " + max + ": " + excess + ", " + row.excess());
            if (terms != null && apart != null) {
                System.arraycopy(apart, 0, terms, BEFORE, n);
            }
            assertKept(x, 0, n, max, FloatRowExcess.kept(row), terms);
            float[] untouched = new float[n];
            MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT_UNALIGNED, place, untouched, 0, n);
            assertArrayEquals(x, untouched);
        }
        FloatRowExcess.giveBack(row);
        // Most short rows here have a maximum that dominates.
        if (!FloatNativeKernelsTest.runOnVectors()) {
            assertEquals(0, found);
        } else if (n >= 1000) {
            assertTrue(found > 5, "rows found: " + found);
        }
    }

    /** Rows at the edges of what a sum relative to another maximum reaches. */
    @ParameterizedTest
    @ValueSource(ints = {32, 100, 1000})
    void reachesAsFarAsItSays(int n) {
        FloatRowExcess row = FloatRowExcess.borrow();
        int reached = 0;
        for (float near = -250f; near < 250f; near += 7.3f) {
            for (float max = -250f; max < 250f; max += 5.1f) {
                float[] x = new float[n];
                for (int i = 0; i < n; i++) {
                    x[i] = max - i % 7 * 0.37f;
                }
                float[] before = new float[n];
                Arrays.fill(before, near);
                row.find(before, 0, 1, n);
                row.find(x, 0, 1, n);
                assertEquals(
                        Double.doubleToLongBits(FloatRowSumExp.excess(x, 0, 1, n, max)),
                        Double.doubleToLongBits(row.excess()));
                reached += FloatExp.reaches(near, max) ? 1 : 0;
            }
        }
        FloatRowExcess.giveBack(row);
        assertTrue(reached > 1000, "the one walk is hardly ever taken");
    }
}
