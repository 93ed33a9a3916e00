// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
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

    /** Something that is computed for each class of rows. */
    @FunctionalInterface
    private interface Map {
        void apply(FloatTensor x, FloatTensor out);
    }

    private static float[][] softmax(Layout layout, float[][] rows) {
        int n = rows[0].length;
        if (layout != Layout.MASKED) {
            return computed(layout, rows, (x, out) -> Softmax.softmax(x, -1, out));
        }
        return computed(layout, rows, (x, out) -> Softmax.softmax(x, -1, all(n), out));
    }

    private static ClassMask all(int n) {
        boolean[] all = new boolean[n];
        Arrays.fill(all, true);
        return ClassMask.of(all);
    }

    private static float[][] computed(Layout layout, float[][] rows, Map map) {
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
            map.apply(x, out);
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

    private static int top(float[] row) {
        int top = 0;
        for (int c = 1; c < row.length; c++) {
            top = row[c] > row[top] ? c : top;
        }
        return top;
    }

    /** The sum of the exponentials of all classes but one, relative to that. */
    private static double others(float[] row, int top) {
        double others = 0.0;
        for (int c = 0; c < row.length; c++) {
            others += c == top ? 0.0 : Math.exp((double) row[c] - row[top]);
        }
        return others;
    }

    /** The gradient of a class that has nearly everything, and is the wrong one, is its probability times what all share. */
    @ParameterizedTest
    @EnumSource
    void noGradientIsAboveItsShare(Layout layout) {
        for (int n : new int[] {2, 3, 10, 16, 17, 31, 32, 33, 100, 1000}) {
            float[][] rows = rows(n);
            int[] target = new int[COUNT];
            for (int p = 0; p < COUNT; p++) {
                target[p] = (top(rows[p]) + 1 + random.nextInt(n - 1)) % n;
            }
            float[] weight = new float[n];
            for (int c = 0; c < n; c++) {
                weight[c] = (float) random.nextDouble(0.5, 2.0);
            }
            for (LabelSmoothing smoothing : new LabelSmoothing[] {
                LabelSmoothing.uniform(0.0), LabelSmoothing.uniform(0.1), LabelSmoothing.others(0.2)
            }) {
                for (boolean weighted : new boolean[] {false, true}) {
                    CrossEntropyLoss.Builder builder =
                            CrossEntropyLoss.builder().labelSmoothing(smoothing).reduction(Reduction.SUM);
                    CrossEntropyLoss loss = weighted ? builder.weight(weight).build() : builder.build();
                    float[][] gradient = computed(layout, rows, (x, out) -> {
                        if (layout == Layout.MASKED) {
                            loss.forwardBackward(x, all(n), target, out);
                        } else {
                            loss.backward(x, target, 1f, out);
                        }
                    });
                    checkShare(rows, target, smoothing, weighted ? weight : null, gradient);
                }
            }
        }
    }

    /** A rounding to the type, and the few that sums and a quotient of doubles have, here and there. */
    private static double bound(double expected) {
        return 0.5 * Math.ulp((float) expected) + 4.0 * Math.ulp(expected);
    }

    private static void checkShare(
            float[][] rows, int[] target, LabelSmoothing smoothing, float @Nullable [] weight, float[][] gradient) {
        int n = rows[0].length;
        for (int p = 0; p < COUNT; p++) {
            int top = top(rows[p]);
            double others = others(rows[p], top);
            if (others >= 0x1p-21) {
                continue;
            }
            // The loss is the sum of q (log sum - x): its gradient p Q - q, with Q the sum of all q.
            BigDecimal all = BigDecimal.ZERO;
            double own = 0.0;
            for (int c = 0; c < n; c++) {
                double q = smoothing.every(n) * (weight != null && smoothing.weightsEveryClass() ? weight[c] : 1.0);
                own = c == top ? q : own;
                double ofTarget = c == target[p] ? smoothing.target(n) * (weight == null ? 1.0 : weight[c]) : 0.0;
                all = all.add(new BigDecimal(q)).add(new BigDecimal(ofTarget));
            }
            double expected = all.doubleValue() / (1.0 + others) - own;
            String place = "row " + p + " of " + n + ", " + smoothing + (weight == null ? "" : ", weighted");
            assertEquals(expected, gradient[p][top], bound(expected), place);
            assertTrue(smoothing.amount() > 0.0 || weight != null || gradient[p][top] <= 1f, place);
        }
    }

    @ParameterizedTest
    @EnumSource
    void derivativeOfLogSumExpIsAtMostOne(Layout layout) {
        for (int n : new int[] {1, 2, 3, 10, 16, 17, 31, 32, 33, 100, 1000}) {
            float[][] rows = rows(n);
            FloatTensor ones = FloatTensor.of(ones(), COUNT);
            float[][] share = computed(layout, rows, (x, out) -> {
                if (layout == Layout.MASKED) {
                    Softmax.logSumExpBackward(x, ones, -1, all(n), out);
                } else {
                    Softmax.logSumExpBackward(x, ones, -1, out);
                }
            });
            int[] wrong = new int[COUNT];
            for (int p = 0; p < COUNT; p++) {
                wrong[p] = (top(rows[p]) + 1) % n;
            }
            float[][] ofLogProb =
                    computed(layout, rows, (x, out) -> Categorical.ofLogits().logProbBackward(x, wrong, ones, out));
            for (int p = 0; p < COUNT; p++) {
                int top = top(rows[p]);
                double others = others(rows[p], top);
                if (others < 0x1p-21) {
                    String place = "row " + p + " of " + n;
                    double expected = 1.0 / (1.0 + others);
                    assertEquals(expected, share[p][top], bound(expected), place);
                    assertTrue(share[p][top] <= 1f, place);
                    if (n > 1) {
                        assertEquals(-expected, ofLogProb[p][top], bound(expected), place);
                        assertTrue(ofLogProb[p][top] >= -1f, place);
                    }
                }
            }
        }
    }

    private static float[] ones() {
        float[] ones = new float[COUNT];
        Arrays.fill(ones, 1f);
        return ones;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 40, 1000})
    void gradientWithProbabilitiesKeepsItsDigits(int n) {
        CrossEntropyLoss loss =
                CrossEntropyLoss.builder().reduction(Reduction.SUM).build();
        float[][] rows = rows(n);
        for (float[] row : rows) {
            int top = top(row);
            double others = others(row, top);
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
