// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Softmax and log-softmax of a row of an array, beside those of a view and of a batch. */
class FloatSoftmaxRowTest {
    private static final int BEFORE = 5;
    private static final float GUARD = 123f;

    /** Either of them. */
    private static void row(boolean log, float[] x, int xo, int n, float[] out, int oo) {
        if (log) {
            Softmax.logSoftmax(x, xo, n, out, oo);
        } else {
            Softmax.softmax(x, xo, n, out, oo);
        }
    }

    private static float[] ofBatch(boolean log, float... row) {
        float[] twice = Arrays.copyOf(row, 2 * row.length);
        System.arraycopy(row, 0, twice, row.length, row.length);
        FloatTensor batch = FloatTensor.of(twice, 2, row.length);
        if (log) {
            Softmax.logSoftmax(batch, 1, batch);
        } else {
            Softmax.softmax(batch, 1, batch);
        }
        return Arrays.copyOfRange(twice, row.length, twice.length);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hasTheBitsOfABatch(boolean log) {
        SplittableRandom random = new SplittableRandom(3);
        for (int n : new int[] {1, 2, 10, 16, 17, 31, 32, 33, 63, 64, 65, 100, 255, 256, 1000, 5000, 40_000}) {
            for (float special : new float[] {0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 400f}) {
                float[] x = FloatViews.normal(random, n);
                x[n / 2] = special;
                float[] expected = ofBatch(log, x);

                float[] in = new float[BEFORE + n];
                System.arraycopy(x, 0, in, BEFORE, n);
                float[] out = new float[n + 2];
                Arrays.fill(out, GUARD);
                row(log, in, BEFORE, n, out, 1);
                int length = n;
                FloatBits.assertSame(expected, Arrays.copyOfRange(out, 1, n + 1), () -> "a row of " + length);
                assertEquals(GUARD, out[0]);
                assertEquals(GUARD, out[n + 1]);

                row(log, in, BEFORE, n, in, BEFORE);
                FloatBits.assertSame(expected, Arrays.copyOfRange(in, BEFORE, BEFORE + n), () -> "in place, " + length);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofNothingDoesNothing(boolean log) {
        float[] out = {GUARD};
        row(log, new float[0], 0, 0, out, 1);
        row(log, out, 0, 0, out, 0);
        assertArrayEquals(new float[] {GUARD}, out);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @SuppressWarnings("NullAway") // What callers that are not checked may hand in.
    void whatDoesNotFitIsRejectedBeforeAnythingIsWritten(boolean log) {
        float[] x = {1f, 2f, 3f, 4f};
        float[] out = {GUARD, GUARD, GUARD};
        assertThrows(IndexOutOfBoundsException.class, () -> row(log, x, 0, 4, out, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> row(log, x, 2, 3, out, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> row(log, x, -1, 2, out, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> row(log, x, 0, 2, out, 2));
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> row(log, x, 0, 3, x, 1));
        assertEquals(
                "the output at offset 1 overlaps the 3 scores at offset 0 of the same array; use the same offset or rows"
                        + " that are apart",
                e.getMessage());
        assertThrows(NullPointerException.class, () -> row(log, null, 0, 1, out, 0));
        assertThrows(NullPointerException.class, () -> row(log, x, 0, 1, null, 0));
        assertArrayEquals(new float[] {GUARD, GUARD, GUARD}, out);
        assertArrayEquals(new float[] {1f, 2f, 3f, 4f}, x);
    }
}
