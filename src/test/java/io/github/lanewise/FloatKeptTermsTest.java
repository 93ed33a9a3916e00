// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The terms of a row that are kept while they are summed become its softmax and its gradient with the bits that they have where
 * nothing is kept: in place, with a stride, alone or in a batch, whatever the rows before.
 */
class FloatKeptTermsTest {
    private static final int[] LENGTHS = {31, 32, 33, 40, 100, 128, 1000, 2100, 4129, 9000};
    private static final int ROWS = 23;

    private final SplittableRandom random = new SplittableRandom(61);

    /** Rows whose maxima jump up and down, some with elements far below, masked, or out of any range. */
    private float[] scores(int n) {
        float[] x = FloatViews.normal(random, ROWS * n);
        for (int row = 0; row < ROWS; row++) {
            int from = row * n;
            float shift = random.nextInt(3) == 0 ? random.nextInt(-300, 300) : random.nextInt(-24, 60);
            float spread = random.nextInt(4) == 0 ? 0.1f : random.nextInt(1, 30);
            for (int i = from; i < from + n; i++) {
                x[i] = x[i] * spread + shift;
            }
            int at = from + random.nextInt(n);
            switch (random.nextInt(12)) {
                case 0 -> x[at] = Float.NEGATIVE_INFINITY;
                case 1 -> x[at] = Float.NaN;
                case 2 -> x[at] = Float.POSITIVE_INFINITY;
                case 3 -> Arrays.fill(x, from, from + n, Float.NEGATIVE_INFINITY);
                case 4 -> x[at] -= 1e6f;
                default -> x[at] -= random.nextInt(60, 130);
            }
        }
        return x;
    }

    @Test
    void softmax() {
        for (int n : LENGTHS) {
            float[] x = scores(n);
            float[] kept = new float[x.length];
            Softmax.softmax(FloatTensor.of(x, ROWS, n), 1, FloatTensor.of(kept, ROWS, n));
            float[] inPlace = x.clone();
            Softmax.softmax(FloatTensor.of(inPlace, ROWS, n), 1, FloatTensor.of(inPlace, ROWS, n));
            float[] transposed = new float[x.length];
            Softmax.softmax(
                    FloatTensor.of(x, ROWS, n), 1, FloatTensor.of(transposed, 0, new int[] {ROWS, n}, new int[] {1, ROWS
                    }));
            float[] alone = new float[n];
            for (int row = 0; row < ROWS; row++) {
                int number = row;
                Softmax.softmax(FloatTensor.of(x, row * n, new int[] {n}, new int[] {1}), 0, FloatTensor.of(alone, n));
                for (int i = 0; i < n; i++) {
                    int at = row * n + i;
                    FloatBits.assertSame(inPlace[at], kept[at], () -> "in place, row " + number + " of " + n);
                    FloatBits.assertSame(
                            transposed[i * ROWS + row], kept[at], () -> "transposed, row " + number + " of " + n);
                    FloatBits.assertSame(alone[i], kept[at], () -> "alone, row " + number + " of " + n);
                }
            }
        }
    }

    /** With upstream gradients that are tiny, or so large that they lift what is too small for a float. */
    @Test
    void gradientsOfCrossEntropy() {
        float[] upstreams = {1f, -0.3f, 1e-6f, 1e-9f, 1e-12f, 1e-15f, 1e-25f, 1e20f, 0f, Float.NaN};
        for (int n : LENGTHS) {
            float[] x = scores(n);
            int[] target = FloatViews.classes(random, ROWS, n);
            target[random.nextInt(ROWS)] = -100;
            FloatTensor gradOutput = FloatTensor.of(new float[ROWS], ROWS);
            for (int row = 0; row < ROWS; row++) {
                gradOutput.set(upstreams[random.nextInt(upstreams.length)], row);
            }
            for (double smoothing : new double[] {0.0, 0.1}) {
                CrossEntropyLoss loss = CrossEntropyLoss.builder()
                        .reduction(Reduction.NONE)
                        .labelSmoothing(smoothing)
                        .build();
                float[] kept = new float[x.length];
                loss.backward(FloatTensor.of(x, ROWS, n), target, gradOutput, FloatTensor.of(kept, ROWS, n));
                float[] inPlace = x.clone();
                FloatTensor same = FloatTensor.of(inPlace, ROWS, n);
                loss.backward(same, target, gradOutput, same);
                FloatBits.assertSame(inPlace, kept, () -> "in place, " + n);
            }
            CrossEntropyLoss mean = CrossEntropyLoss.create();
            float[] grad = new float[n];
            for (int row = 0; row < ROWS; row++) {
                float[] before = Arrays.copyOfRange(x, row * n, (row + 1) * n);
                float[] inPlace = before.clone();
                float first = mean.forwardBackward(before, 0, n, target[row], grad, 0);
                float second = mean.forwardBackward(inPlace, 0, n, target[row], inPlace, 0);
                FloatBits.assertSame(second, first, () -> "loss alone, " + n);
                FloatBits.assertSame(inPlace, grad, () -> "gradient alone, " + n);
            }
        }
    }

    @Test
    void rowsInNativeMemory() {
        for (int n : LENGTHS) {
            float[] x = scores(n);
            int[] target = FloatViews.classes(random, ROWS, n);
            MemorySegment inputs = Arena.ofAuto().allocate((long) x.length * Float.BYTES, Float.BYTES);
            MemorySegment outputs = Arena.ofAuto().allocate((long) x.length * Float.BYTES, Float.BYTES);
            MemorySegment.copy(x, 0, inputs, ValueLayout.JAVA_FLOAT, 0L, x.length);
            FloatTensor nativeX = FloatTensor.of(inputs, ROWS, n);
            FloatTensor nativeOut = FloatTensor.of(outputs, ROWS, n);
            FloatTensor out = FloatTensor.of(new float[x.length], ROWS, n);
            Softmax.softmax(FloatTensor.of(x, ROWS, n), 1, out);
            Softmax.softmax(nativeX, 1, nativeOut);
            FloatBits.assertSame(
                    out.array(), outputs.toArray(ValueLayout.JAVA_FLOAT), () -> "softmax of native memory, " + n);
            CrossEntropyLoss loss =
                    CrossEntropyLoss.builder().reduction(Reduction.SUM).build();
            float expected = loss.forwardBackward(FloatTensor.of(x, ROWS, n), target, out);
            float actual = loss.forwardBackward(nativeX, target, nativeOut);
            FloatBits.assertSame(expected, actual, () -> "loss in native memory, " + n);
            FloatBits.assertSame(
                    out.array(), outputs.toArray(ValueLayout.JAVA_FLOAT), () -> "gradient in native memory, " + n);
        }
    }

    /** Upstream gradients so small that, with terms relative to a number far below the maximum, their products would be subnormal. */
    @Test
    void maximaThatRise() {
        int n = 64;
        int[] target = {3, 5};
        CrossEntropyLoss loss =
                CrossEntropyLoss.builder().reduction(Reduction.NONE).build();
        for (int rise = -5; rise < 420; rise += rise < 60 ? 1 : 17) {
            float[] x = new float[2 * n];
            for (int i = 0; i < n; i++) {
                // Three of four so deep that its term is 0, or so little less deep that its probability is.
                x[n + i] = rise - (i % 4 == 0 ? 0.1f * i : 12f * i + 2.1f * (i & 3));
            }
            for (float upstream = 1f; upstream > Float.MIN_NORMAL; upstream *= 1e-3f) {
                FloatTensor gradOutput = FloatTensor.of(new float[] {upstream, -upstream}, 2);
                float[] kept = new float[2 * n];
                loss.backward(FloatTensor.of(x, 2, n), target, gradOutput, FloatTensor.of(kept, 2, n));
                float[] inPlace = x.clone();
                FloatTensor same = FloatTensor.of(inPlace, 2, n);
                loss.backward(same, target, gradOutput, same);
                int by = rise;
                FloatBits.assertSame(inPlace, kept, () -> "a maximum that has risen by " + by);
            }
        }
    }

    /** Where a row's terms are all 0 but for that of the maximum, and where the maximum is below what they are relative to. */
    @Test
    void maximaThatFall() {
        int n = 64;
        float[] x = new float[ROWS * n];
        for (int row = 0; row < ROWS; row++) {
            Arrays.fill(x, row * n, (row + 1) * n, 60f - 9f * row);
            x[row * n] += 3f;
            x[row * n + 1] -= 103f;
        }
        float[] out = new float[x.length];
        Softmax.softmax(FloatTensor.of(x, ROWS, n), 1, FloatTensor.of(out, ROWS, n));
        double others = (n - 2) * Math.exp(-3.0);
        for (int row = 0; row < ROWS; row++) {
            assertTrue(Math.abs(out[row * n] * (1.0 + others) - 1.0) < 1e-6, "row " + row);
            double deep = Math.exp(-106.0) / (1.0 + others);
            assertTrue(Math.abs(out[row * n + 1] - deep) <= Float.MIN_VALUE + 1e-6 * deep, "deep in row " + row);
        }
    }
}
