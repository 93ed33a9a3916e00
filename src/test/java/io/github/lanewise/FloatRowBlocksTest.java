// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows of a batch, whose last steps are taken for many at once, give the bits of each row alone: ordinary ones beside those that
 * their maxima dominate or nearly do, special values and ignored rows.
 */
class FloatRowBlocksTest {
    private static final int IGNORED = -7;
    private static final float[] UPSTREAM = {1f, 0.25f, -2f, 3e4f, 1e-42f, 0f, Float.NaN, Float.POSITIVE_INFINITY};
    private static final int[] COUNTS = {2, 31, 32, 33, 63, 64, 65, 100, 128, 161};

    private final SplittableRandom random = new SplittableRandom(29);

    /** Ordinary rows, among them one of fifty that is any. */
    private void fillOrdinary(float[] x, int offset, int n) {
        if (random.nextInt(50) == 0) {
            fill(x, offset, n);
            return;
        }
        // Some of zeros and negative numbers, as rows are from which the maximum has been taken off.
        boolean zeros = random.nextInt(4) == 0;
        for (int i = offset; i < offset + n; i++) {
            float number = 5f - 10f * (float) random.nextDouble();
            x[i] = zeros ? Math.min(number, random.nextBoolean() ? 0f : -0f) : number;
        }
    }

    private void fill(float[] x, int offset, int n) {
        float spread = new float[] {0f, 1e-3f, 1f, 10f, 60f}[random.nextInt(5)];
        float level = new float[] {0f, 5f, -9f, 40f, -254.9f, 257f}[random.nextInt(6)];
        for (int i = offset; i < offset + n; i++) {
            x[i] = level - spread * (float) random.nextDouble();
        }
        int special = offset + random.nextInt(n);
        switch (random.nextInt(8)) {
            case 0 -> x[special] = Float.NaN;
            case 1 -> x[special] = Float.POSITIVE_INFINITY;
            case 2 -> x[special] = Float.NEGATIVE_INFINITY;
            // Around where a maximum begins to dominate.
            case 3, 4 -> x[special] = level + (float) (Math.log(n) - 4.0 + 5.0 * random.nextDouble());
            case 5 -> x[special] = level + 30f;
            default -> {}
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 33, 47, 127, 1000, 4096, 4100})
    void isThatOfEachRowAlone(int n) {
        for (int k = 0; k < 2 * COUNTS.length; k++) {
            int count = COUNTS[k % COUNTS.length];
            float[] x = new float[count * n];
            int[] target = new int[count];
            for (int p = 0; p < count; p++) {
                if (k < COUNTS.length) {
                    fill(x, p * n, n);
                } else {
                    fillOrdinary(x, p * n, n);
                }
                target[p] = random.nextInt(12) == 0 ? IGNORED : random.nextInt(n);
            }
            boolean isNative = k % 3 == 0;
            FloatTensor rows = tensor(isNative, x, count, n);
            FloatTensor logSumExp = FloatTensor.of(new float[count], count);
            Softmax.logSumExp(rows, -1, logSumExp);
            FloatTensor logSoftmax = tensor(isNative, new float[count * n], count, n);
            Softmax.logSoftmax(rows, -1, logSoftmax);
            FloatTensor softmax = tensor(isNative, new float[count * n], count, n);
            Softmax.softmax(rows, -1, softmax);
            CrossEntropyLoss loss = CrossEntropyLoss.builder()
                    .ignoreIndex(IGNORED)
                    .reduction(Reduction.NONE)
                    .build();
            FloatTensor losses = FloatTensor.of(new float[count], count);
            loss.forward(rows, target, losses);
            FloatTensor ones = FloatTensor.of(filled(count), count);
            FloatTensor gradient = tensor(isNative, new float[count * n], count, n);
            loss.backward(rows, target, ones, gradient);
            float[] upstream = new float[count];
            for (int p = 0; p < count; p++) {
                upstream[p] = UPSTREAM[random.nextInt(UPSTREAM.length)];
            }
            FloatTensor slopes = tensor(isNative, new float[count * n], count, n);
            Softmax.logSumExpBackward(rows, FloatTensor.of(upstream, count), -1, slopes);
            // In place.
            FloatTensor slopesInPlace = tensor(isNative, x.clone(), count, n);
            Softmax.logSumExpBackward(slopesInPlace, FloatTensor.of(upstream, count), -1, slopesInPlace);
            FloatTensor inPlace = tensor(isNative, x.clone(), count, n);
            Softmax.softmax(inPlace, -1, inPlace);
            FloatTensor gradientInPlace = tensor(isNative, x.clone(), count, n);
            loss.backward(gradientInPlace, target, ones, gradientInPlace);
            for (int p = 0; p < count; p++) {
                String place = "row " + p + " of " + count;
                FloatTensor row = FloatTensor.of(x, p * n, new int[] {1, n}, new int[] {n, 1});
                FloatTensor one = FloatTensor.of(new float[1], 1);
                Softmax.logSumExp(row, -1, one);
                assertEquals(one.get(0), logSumExp.get(p), () -> "log-sum-exp of " + place);
                loss.forward(row, new int[] {target[p]}, one);
                assertEquals(one.get(0), losses.get(p), () -> "cross entropy of " + place);
                FloatTensor alone = FloatTensor.of(new float[n], 1, n);
                Softmax.logSoftmax(row, -1, alone);
                assertSameRow(alone, logSoftmax, p, "log-softmax");
                Softmax.softmax(row, -1, alone);
                assertSameRow(alone, softmax, p, "softmax");
                assertSameRow(alone, inPlace, p, "softmax in place");
                Softmax.logSumExpBackward(row, FloatTensor.of(upstream, p, new int[] {1}, new int[] {1}), -1, alone);
                assertSameRow(alone, slopes, p, "gradient of log-sum-exp");
                assertSameRow(alone, slopesInPlace, p, "gradient of log-sum-exp in place");
                loss.backward(row, new int[] {target[p]}, FloatTensor.of(filled(1), 1), alone);
                assertSameRow(alone, gradient, p, "gradient");
                assertSameRow(alone, gradientInPlace, p, "gradient in place");
            }
        }
    }

    /** Ignored rows without a class, of which the gradient has no element either. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rowsWithoutClasses(boolean isNative) {
        CrossEntropyLoss loss = CrossEntropyLoss.builder()
                .ignoreIndex(IGNORED)
                .emptyMean(OnEmpty.ZERO)
                .build();
        int[] target = {IGNORED, IGNORED, IGNORED};
        FloatTensor none = tensor(isNative, new float[0], 3, 0);
        assertEquals(0f, loss.forward(none, target));
        assertEquals(0f, loss.forwardBackward(none, target, tensor(isNative, new float[0], 3, 0)));
        FloatTensor losses = FloatTensor.of(new float[3], 3);
        CrossEntropyLoss.builder().reduction(Reduction.NONE).build().forward(none, none, losses);
        assertEquals(0f, losses.get(1));
        Softmax.softmax(none, -1, none);
        Softmax.logSoftmax(none, -1, none);
        FloatTensor logSumExp = tensor(isNative, new float[3], 3);
        Softmax.logSumExp(none, -1, logSumExp);
        assertEquals(Float.NEGATIVE_INFINITY, logSumExp.get(2));
    }

    private static float[] filled(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1f);
        return ones;
    }

    private static void assertSameRow(FloatTensor alone, FloatTensor all, int p, String what) {
        for (int c = 0; c < alone.size(1); c++) {
            int at = c;
            assertEquals(alone.get(0, c), all.get(p, c), () -> what + " " + at + " of row " + p);
        }
    }

    /** The numbers in an array, or the same in native memory. */
    private static FloatTensor tensor(boolean isNative, float[] x, int... shape) {
        if (!isNative) {
            return FloatTensor.of(x, shape);
        }
        MemorySegment memory = Arena.ofAuto().allocate((long) x.length * Float.BYTES, Float.BYTES);
        MemorySegment.copy(x, 0, memory, ValueLayout.JAVA_FLOAT, 0, x.length);
        return FloatTensor.of(memory, shape);
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 33, 127, 1000, 4100})
    void secondSumsAreThoseOfEachRowAlone(int n) {
        float[] weight = new float[n];
        for (int c = 0; c < n; c++) {
            weight[c] = (float) random.nextDouble(0.1, 2.0);
        }
        CrossEntropyLoss[] losses = {
            CrossEntropyLoss.builder()
                    .ignoreIndex(IGNORED)
                    .labelSmoothing(0.1)
                    .reduction(Reduction.NONE)
                    .build(),
            CrossEntropyLoss.builder()
                    .ignoreIndex(IGNORED)
                    .labelSmoothing(0.3)
                    .weight(weight)
                    .reduction(Reduction.NONE)
                    .build(),
            CrossEntropyLoss.builder()
                    .ignoreIndex(IGNORED)
                    .labelSmoothing(LabelSmoothing.others(0.2))
                    .reduction(Reduction.NONE)
                    .build()
        };
        CrossEntropyLoss[] ofProbabilities = {
            CrossEntropyLoss.builder().reduction(Reduction.NONE).build(),
            CrossEntropyLoss.builder()
                    .labelSmoothing(0.3)
                    .weight(weight)
                    .reduction(Reduction.NONE)
                    .build()
        };
        for (int count : COUNTS) {
            float[] x = new float[count * n];
            float[] t = new float[count * n];
            int[] target = new int[count];
            for (int p = 0; p < count; p++) {
                fill(x, p * n, n);
                target[p] = random.nextInt(12) == 0 ? IGNORED : random.nextInt(n);
            }
            for (int i = 0; i < t.length; i++) {
                t[i] = random.nextInt(9) == 0 ? 0f : (float) random.nextDouble(2.0 / n);
            }
            FloatTensor rows = FloatTensor.of(x, count, n);
            FloatTensor shares = FloatTensor.of(t, count, n);
            FloatTensor all = FloatTensor.of(new float[count], count);
            FloatTensor one = FloatTensor.of(new float[1], 1);
            for (CrossEntropyLoss loss : losses) {
                loss.forward(rows, target, all);
                for (int p = 0; p < count; p++) {
                    loss.forward(row(x, p, n), new int[] {target[p]}, one);
                    assertSame(one, all, p);
                }
            }
            for (CrossEntropyLoss loss : ofProbabilities) {
                loss.forward(rows, shares, all);
                for (int p = 0; p < count; p++) {
                    loss.forward(row(x, p, n), row(t, p, n), one);
                    assertSame(one, all, p);
                }
            }
        }
    }

    private static FloatTensor row(float[] x, int p, int n) {
        return FloatTensor.of(x, p * n, new int[] {1, n}, new int[] {n, 1});
    }

    private static void assertSame(FloatTensor one, FloatTensor all, int p) {
        FloatBits.assertSame(
                new float[] {one.get(0)}, new float[] {all.get(p)}, () -> "row " + p + " of " + all.numel());
    }
}
