// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.lanewise.kernel.scalar.FloatScalarSelect;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The selection of the largest elements, against counting, and the search on the kernels in use against the twin. */
class FloatLargestTest {
    private static final int LONGEST = 150;
    private static final int OFFSET = 3;

    private final SplittableRandom random = new SplittableRandom(92);

    /** Few values, so that ties are many; some NaN, infinities and zeros of both signs. */
    private float any() {
        return switch (random.nextInt(12)) {
            case 0 -> Float.NaN;
            case 1 -> Float.NEGATIVE_INFINITY;
            case 2 -> random.nextInt(9) == 0 ? Float.POSITIVE_INFINITY : 1f;
            case 3 -> -0f;
            default -> random.nextInt(-3, 4);
        };
    }

    private float[] row(int n, int stride) {
        float[] x = new float[OFFSET + n * stride + random.nextInt(3)];
        for (int i = 0; i < x.length; i++) {
            x[i] = any();
        }
        return x;
    }

    /** The place of an element: how many others come before it. */
    private static int rank(float[] x, int stride, int n, int i) {
        float value = x[OFFSET + i * stride];
        int before = 0;
        for (int j = 0; j < n; j++) {
            float other = x[OFFSET + j * stride];
            before += other > value || (other == value && j < i) ? 1 : 0;
        }
        return before;
    }

    @Test
    void selectsInOrder() {
        for (int n = 1; n <= LONGEST; n++) {
            for (int stride : new int[] {1, 3}) {
                float[] x = row(n, stride);
                int[] expected = new int[n];
                int numbers = 0;
                for (int i = 0; i < n; i++) {
                    if (!Float.isNaN(x[OFFSET + i * stride])) {
                        expected[rank(x, stride, n, i)] = i;
                        numbers++;
                    }
                }
                int length = n;
                for (int k : new int[] {1, 2, 3, 7, n / 2 + 1, n, n + 4}) {
                    int[] index = new int[k];
                    int found = FloatLargest.select(x, OFFSET, stride, n, k, index);
                    assertEquals(Math.min(k, numbers), found);
                    assertEquals(
                            Arrays.toString(Arrays.copyOf(expected, found)),
                            Arrays.toString(Arrays.copyOf(index, found)),
                            () -> "the largest " + k + " of " + length);
                }
            }
        }
    }

    @Test
    void searchFindsWhatTheTwinFinds() {
        for (int n = 0; n <= LONGEST; n++) {
            float[] x = row(n, 1);
            for (float bound :
                    new float[] {Float.NEGATIVE_INFINITY, -1f, -0f, 0f, 1f, 2f, 3f, Float.POSITIVE_INFINITY, Float.NaN
                    }) {
                for (int from = 0; from <= n; from += 1 + random.nextInt(7)) {
                    int begin = from;
                    assertEquals(
                            FloatScalarSelect.INSTANCE.indexAbove(x, OFFSET, from, n, bound),
                            Kernels.FLOAT_SELECT.indexAbove(x, OFFSET, from, n, bound),
                            () -> "above " + bound + " from " + begin + " of " + (x.length - OFFSET));
                }
            }
        }
    }

    @Test
    void twinFindsTheFirst() {
        float[] x = {9f, Float.NaN, 1f, 2f, 2f, 3f, 9f};
        FloatScalarSelect twin = FloatScalarSelect.INSTANCE;
        assertEquals(2, twin.indexAbove(x, 1, 0, 5, 1f));
        assertEquals(3, twin.indexAbove(x, 1, 3, 5, 1f));
        assertEquals(4, twin.indexAbove(x, 1, 0, 5, 2f));
        assertEquals(5, twin.indexAbove(x, 1, 0, 5, 3f));
        assertEquals(5, twin.indexAbove(x, 1, 5, 5, 0f));
        assertEquals(5, twin.indexAbove(x, 1, 0, 5, Float.NaN));
    }
}
