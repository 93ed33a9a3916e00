// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of which one class has nearly everything: no probability is above 1, and what is left of its gradient keeps its digits. */
class FloatCertainRowsTest {
    /** How rows lie. */
    private enum Layout {
        ROWS,
        IN_PLACE,
        COLUMNS,
        STRIDED,
        NATIVE,
        MASKED
    }

    private static final int COUNT = 40;

    private final SplittableRandom random = new SplittableRandom(83);

    /** A number of a grid, so that the difference of two is exact. */
    private float between(double from, double to) {
        return (float) (Math.rint(random.nextDouble(from, to) * 0x1p16) * 0x1p-16);
    }

    private float[][] rows(int n) {
        float[][] rows = new float[COUNT][n];
        for (float[] row : rows) {
            float level = between(-60.0, 60.0);
            for (int i = 0; i < n; i++) {
                row[i] = level - between(5.0, 60.0);
            }
            row[random.nextInt(n)] = level + between(0.0, 30.0);
        }
        return rows;
    }

    private static FloatTensor view(Layout layout, int n, Arena arena) {
        return switch (layout) {
            case ROWS, IN_PLACE, MASKED -> FloatTensor.of(new float[COUNT * n], COUNT, n);
            case COLUMNS -> FloatTensor.of(new float[COUNT * n], 0, new int[] {COUNT, n}, new int[] {1, COUNT});
            case STRIDED -> FloatTensor.of(new float[3 * COUNT * n], 0, new int[] {COUNT, n}, new int[] {3 * n, 3});
            case NATIVE -> {
                MemorySegment memory = arena.allocate((long) COUNT * n * Float.BYTES, Float.BYTES);
                yield FloatTensor.of(memory, COUNT, n);
            }
        };
    }

    private static float[][] softmax(Layout layout, float[][] rows) {
        int n = rows[0].length;
        float[][] result = new float[COUNT][n];
        try (Arena arena = Arena.ofConfined()) {
            FloatTensor x = view(layout, n, arena);
            FloatTensor out = layout == Layout.IN_PLACE ? x : view(layout, n, arena);
            for (int p = 0; p < COUNT; p++) {
                for (int c = 0; c < n; c++) {
                    x.set(rows[p][c], p, c);
                }
            }
            if (layout == Layout.MASKED) {
                boolean[] all = new boolean[n];
                Arrays.fill(all, true);
                Softmax.softmax(x, -1, ClassMask.of(all), out);
            } else {
                Softmax.softmax(x, -1, out);
            }
            for (int p = 0; p < COUNT; p++) {
                for (int c = 0; c < n; c++) {
                    result[p][c] = out.get(p, c);
                }
            }
        }
        return result;
    }

    @ParameterizedTest
    @EnumSource
    void noProbabilityIsAboveOne(Layout layout) {
        for (int n : new int[] {1, 2, 3, 10, 16, 17, 31, 32, 33, 100, 1000}) {
            float[][] rows = rows(n);
            float[][] shares = softmax(layout, rows);
            for (int p = 0; p < COUNT; p++) {
                float largest = 0f;
                double others = 0.0;
                float max = Float.NEGATIVE_INFINITY;
                for (int c = 0; c < n; c++) {
                    max = Math.max(max, rows[p][c]);
                }
                for (int c = 0; c < n; c++) {
                    largest = Math.max(largest, shares[p][c]);
                    others += rows[p][c] == max ? 0.0 : Math.exp((double) rows[p][c] - max);
                }
                String place = "row " + p + " of " + n;
                assertTrue(largest <= 1f, place);
                if (others < Math.ulp(0.25f)) {
                    assertEquals(1f, largest, place);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 40, 1000})
    void gradientWithProbabilitiesKeepsItsDigits(int n) {
        CrossEntropyLoss loss =
                CrossEntropyLoss.builder().reduction(Reduction.SUM).build();
        float[][] rows = rows(n);
        for (float[] row : rows) {
            int top = 0;
            for (int c = 0; c < n; c++) {
                top = row[c] > row[top] ? c : top;
            }
            double others = 0.0;
            for (int c = 0; c < n; c++) {
                others += c == top ? 0.0 : Math.exp((double) row[c] - row[top]);
            }
            float[] target = new float[n];
            target[top] = 1f;
            float[] gradient = new float[n];
            loss.backward(FloatTensor.of(row, 1, n), FloatTensor.of(target, 1, n), 1f, FloatTensor.of(gradient, 1, n));
            double expected = -others / (1.0 + others);
            double bound = 16.0 * Math.ulp(1f) * Math.abs(expected) + Float.MIN_VALUE;
            assertEquals(expected, gradient[top], bound, () -> "of " + n);
            float[] inPlace = row.clone();
            FloatTensor own = FloatTensor.of(inPlace, 1, n);
            loss.backward(own, FloatTensor.of(target, 1, n), 1f, own);
            FloatBits.assertSame(gradient, inPlace, () -> "in place");
        }
    }

    @Test
    void imagesKeepTheDigitsOfSmallGradients() {
        CrossEntropyLoss loss =
                CrossEntropyLoss.builder().reduction(Reduction.SUM).build();
        float tiny = Float.MIN_NORMAL * 1e6f;
        for (int n : new int[] {2, 5, 21, 300}) {
            int width = 50;
            float[] x = new float[n * width];
            float[] transposed = new float[n * width];
            int[] target = new int[width];
            for (int p = 0; p < width; p++) {
                target[p] = random.nextInt(n);
                for (int c = 0; c < n; c++) {
                    x[c * width + p] = (float) random.nextDouble(-3.0, 3.0);
                    transposed[p * n + c] = x[c * width + p];
                }
            }
            float[] image = new float[n * width];
            float[] rows = new float[n * width];
            loss.backward(FloatTensor.of(x, 1, n, width), target, tiny, FloatTensor.of(image, 1, n, width));
            loss.backward(FloatTensor.of(transposed, width, n), target, tiny, FloatTensor.of(rows, width, n));
            float[] inPlace = x.clone();
            FloatTensor own = FloatTensor.of(inPlace, 1, n, width);
            loss.backward(own, target, tiny, own);
            FloatBits.assertSame(image, inPlace, () -> "in place");
            for (int p = 0; p < width; p++) {
                for (int c = 0; c < n; c++) {
                    float expected = rows[p * n + c];
                    assertEquals(
                            expected, image[c * width + p], 8.0 * Math.ulp(1f) * tiny / n + 8.0 * Math.ulp(expected));
                }
            }
        }
    }

    @Test
    void zerosOfImagesDoNotDependOnWhereTheyAreWritten() {
        int n = 3;
        int width = 6;
        CrossEntropyLoss loss = CrossEntropyLoss.builder()
                .weight(new float[n])
                .labelSmoothing(0.25)
                .reduction(Reduction.SUM)
                .build();
        float[] x = new float[n * width];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextDouble(-3.0, 3.0);
        }
        FloatTensor logits = FloatTensor.of(x, 1, n, width);
        for (float upstream : new float[] {-1f, 1f}) {
            FloatTensor runs = FloatTensor.of(new float[n * width], 1, n, width);
            FloatTensor apart =
                    FloatTensor.of(new float[n * width], 0, new int[] {1, n, width}, new int[] {n * width, 1, n});
            loss.backward(logits, new int[width], upstream, runs);
            loss.backward(logits, new int[width], upstream, apart);
            for (int p = 0; p < width; p++) {
                assertSamePosition(runs, apart, p);
            }
        }
    }

    /** That the gradients of one position of an image are the same, zeros with their signs. */
    private static void assertSamePosition(FloatTensor expected, FloatTensor found, int p) {
        for (int c = 0; c < expected.size(1); c++) {
            assertEquals(expected.get(0, c, p), found.get(0, c, p));
        }
    }

    /** Upstream gradients of either zero, and too small for the scale of the others, beside ordinary ones. */
    @ParameterizedTest
    @ValueSource(doubles = {0.0, 0.25})
    void gradientsOfImagesDoNotDependOnWhatIsBesideThem(double smoothing) {
        CrossEntropyLoss.Builder builder =
                CrossEntropyLoss.builder().labelSmoothing(smoothing).reduction(Reduction.NONE);
        for (int round = 0; round < 40; round++) {
            checkNeighbours(builder.build());
        }
        for (float[] weight : new float[][] {new float[3], {2.5f, 0.75f, 0f}}) {
            for (int round = 0; round < 40; round++) {
                checkNeighbours(builder.weight(weight).build());
            }
        }
    }

    private void checkNeighbours(CrossEntropyLoss loss) {
        int n = 3;
        int width = 12;
        float small = 16f * Float.MIN_NORMAL;
        float least = 7f * Float.MIN_VALUE;
        float[] upstreams = {0f, -0f, 1f, -1f, small, -small, least, -least};
        float[] x = new float[n * width];
        float[] g = new float[width];
        int[] target = new int[width];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextInt(8) == 0 ? Float.NEGATIVE_INFINITY : (float) random.nextDouble(-90.0, 90.0);
        }
        for (int p = 0; p < width; p++) {
            g[p] = upstreams[random.nextInt(upstreams.length)];
            target[p] = random.nextInt(n);
        }
        FloatTensor logits = FloatTensor.of(x, 1, n, width);
        FloatTensor together = FloatTensor.of(new float[n * width], 1, n, width);
        FloatTensor apart =
                FloatTensor.of(new float[n * width], 0, new int[] {1, n, width}, new int[] {n * width, 1, n});
        loss.backward(logits, target, FloatTensor.of(g, 1, width), together);
        loss.backward(logits, target, FloatTensor.of(g, 1, width), apart);
        for (int p = 0; p < width; p++) {
            assertSamePosition(apart, together, p);
            float[] others = new float[width];
            Arrays.fill(others, 1f);
            others[p] = g[p];
            FloatTensor among = FloatTensor.of(new float[n * width], 1, n, width);
            loss.backward(logits, target, FloatTensor.of(others, 1, width), among);
            assertSamePosition(among, together, p);
        }
    }

    @Test
    void probabilitiesAreClampedAsTheyAreAndNotAsTheyAreRounded() {
        // The first is 1 less three quarters of an ulp, which rounds to 1 less one.
        FloatTensor row = FloatTensor.of(new float[] {1f, 0.776f * Math.ulp(1f)}, 1, 2);
        FloatTensor out = FloatTensor.of(new float[1], 1);
        Categorical.ofProbabilities().logProb(row, new int[1], out);
        assertEquals((float) Math.log1p(-(double) Math.ulp(1f)), out.get(0));
    }
}
