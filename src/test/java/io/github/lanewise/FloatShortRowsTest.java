// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.lanewise.kernel.FloatLanes;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Short rows are walked many at a time, a lane for each: with the bits that every row has alone. */
class FloatShortRowsTest {
    private static final int LONGEST = FloatLanes.BLOCK + 2;
    private static final int[] COUNTS = {8, 9, 31, 255, 256, 300};
    private static final float[] SPECIAL = {
        0f,
        -0f,
        Float.NEGATIVE_INFINITY,
        Float.POSITIVE_INFINITY,
        Float.NaN,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.MIN_VALUE,
        1e30f,
        -40f,
        90f
    };

    private final SplittableRandom random = new SplittableRandom(97);

    /** Rows of ordinary scores, of a class far above the others, of equal ones, far from zero, and with special values. */
    private float[] scores(int count, int n) {
        float[] x = FloatViews.normal(random, count * n);
        for (int row = 0; row < count; row++) {
            int from = row * n;
            switch (random.nextInt(7)) {
                case 0 -> x[from + random.nextInt(n)] += random.nextInt(5, 60);
                case 1 -> Arrays.fill(x, from, from + n, x[from]);
                case 2 -> {
                    for (int i = from; i < from + n; i++) {
                        x[i] = Math.round(x[i]);
                    }
                }
                case 3 -> {
                    for (int i = from; i < from + n; i++) {
                        x[i] += 1000f;
                    }
                }
                case 4 -> x[from + random.nextInt(n)] = SPECIAL[random.nextInt(SPECIAL.length)];
                case 5 -> {
                    if (random.nextInt(4) == 0) {
                        Arrays.fill(x, from, from + n, SPECIAL[random.nextInt(SPECIAL.length)]);
                    }
                }
                default -> {}
            }
        }
        return x;
    }

    private static FloatTensor row(FloatTensor x, int p) {
        return x.slice(0, p, p + 1);
    }

    private void check(CrossEntropyLoss loss, int count, int n, float[] upstream, String what) {
        int before = 3;
        float[] array = new float[before + count * n + 1];
        System.arraycopy(scores(count, n), 0, array, before, count * n);
        FloatTensor x = FloatTensor.of(array, before, new int[] {count, n}, new int[] {n, 1});
        int[] target = FloatViews.classes(random, count, n);
        target[count / 2] = (int) CrossEntropyLoss.DEFAULT_IGNORE_INDEX;
        FloatTensor gradOutput = FloatTensor.of(upstream, count);
        float[] losses = new float[count];
        float[] alone = new float[1];
        FloatTensor expected = FloatTensor.of(new float[count * n], count, n);
        FloatTensor actual = FloatTensor.of(new float[count * n], count, n);
        loss.forward(x, target, FloatTensor.of(losses, count));
        loss.backward(x, target, gradOutput, actual);
        for (int p = 0; p < count; p++) {
            int at = p;
            int[] own = {target[p]};
            loss.forward(row(x, p), own, FloatTensor.of(alone, 1));
            FloatBits.assertSame(alone[0], losses[p], () -> what + ", loss of row " + at);
            loss.backward(row(x, p), own, FloatTensor.of(new float[] {upstream[p]}, 1), row(expected, p));
        }
        FloatBits.assertSame(expected.array(), actual.array(), () -> what + ", gradient");
        FloatTensor apart = FloatTensor.of(new float[count * (n + 1)], 1, new int[] {count, n}, new int[] {n + 1, 1});
        loss.backward(x, target, gradOutput, apart);
        FloatBits.assertSame(expected.array(), apart.toArray(), () -> what + ", gradient with gaps");
        loss.backward(x, target, gradOutput, x);
        FloatBits.assertSame(expected.array(), x.toArray(), () -> what + ", gradient in place");
    }

    @Test
    void crossEntropyHasTheBitsOfRowsAlone() {
        for (int n = 2; n <= LONGEST; n++) {
            float[] weight = FloatViews.normal(random, n);
            weight[n / 2] = 0f;
            for (int i = 0; i < n; i++) {
                weight[i] = Math.abs(weight[i]);
            }
            List<CrossEntropyLoss.Builder> options = List.of(
                    CrossEntropyLoss.builder(),
                    CrossEntropyLoss.builder().fullyMasked(OnEmpty.ZERO),
                    CrossEntropyLoss.builder().weight(weight),
                    CrossEntropyLoss.builder().labelSmoothing(0.1),
                    CrossEntropyLoss.builder().labelSmoothing(0.1).weight(weight),
                    CrossEntropyLoss.builder()
                            .labelSmoothing(0.3)
                            .weight(weight)
                            .zeroTimesInfinity(Indeterminate.LIMIT),
                    CrossEntropyLoss.builder().labelSmoothing(LabelSmoothing.others(0.2)));
            for (int i = 0; i < options.size(); i++) {
                CrossEntropyLoss loss = options.get(i).reduction(Reduction.NONE).build();
                for (int count : COUNTS) {
                    float[] upstream = FloatViews.normal(random, count);
                    upstream[0] = 0f;
                    upstream[1] = 1e-30f;
                    upstream[2] = -1e-44f;
                    upstream[3] = -0f;
                    upstream[4] = Float.POSITIVE_INFINITY;
                    upstream[5] = Float.NaN;
                    upstream[6] = 1e38f;
                    check(loss, count, n, upstream, "options " + i + ", " + count + " rows of " + n);
                }
            }
        }
    }

    @Test
    void softmaxHasTheBitsOfRowsAlone() {
        for (int n = 2; n <= LONGEST; n++) {
            for (int count : COUNTS) {
                FloatTensor x = FloatTensor.of(scores(count, n), count, n);
                for (OnEmpty fullyMasked : new OnEmpty[] {OnEmpty.NAN, OnEmpty.ZERO}) {
                    check(x, count + " rows of " + n, (in, out) -> Softmax.softmax(in, 1, fullyMasked, out));
                }
                check(x, count + " rows of " + n, (in, out) -> Softmax.logSoftmax(in, 1, out));
                FloatTensor together = FloatTensor.of(new float[count], count);
                Softmax.logSumExp(x, 1, together);
                for (int p = 0; p < count; p++) {
                    FloatTensor alone = FloatTensor.of(new float[1], 1);
                    Softmax.logSumExp(row(x, p), 1, alone);
                    int at = p;
                    FloatBits.assertSame(
                            alone.array()[0], together.array()[p], () -> "log-sum-exp of row " + at + ", length " + x);
                }
            }
        }
    }

    private static void check(FloatTensor x, String what, BiConsumer<FloatTensor, FloatTensor> map) {
        int count = x.shape()[0];
        int n = x.shape()[1];
        FloatTensor expected = FloatTensor.of(new float[count * n], count, n);
        for (int p = 0; p < count; p++) {
            map.accept(row(x, p), row(expected, p));
        }
        FloatTensor together = FloatTensor.of(new float[count * n], count, n);
        map.accept(x, together);
        FloatBits.assertSame(expected.array(), together.array(), () -> what);
        // Rows that do not lie one after the other are not taken together.
        FloatTensor apart = FloatTensor.of(new float[count * (n + 1)], 1, new int[] {count, n}, new int[] {n + 1, 1});
        map.accept(x, apart);
        FloatBits.assertSame(expected.array(), apart.toArray(), () -> what + ", with gaps");
        FloatTensor inPlace = FloatTensor.of(x.toArray(), count, n);
        map.accept(inPlace, inPlace);
        FloatBits.assertSame(expected.array(), inPlace.array(), () -> what + ", in place");
    }

    /** A tile that is not the first, on threads and not. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void meansAreSumsOfRowsInOrder(int threads) {
        int n = 10;
        int count = 3000;
        FloatTensor x = FloatTensor.of(FloatViews.normal(random, count * n), count, n);
        int[] target = FloatViews.classes(random, count, n);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            CrossEntropyLoss loss = CrossEntropyLoss.builder()
                    .reduction(Reduction.SUM)
                    .parallelism(Parallelism.of(executor, threads))
                    .build();
            FloatTensor grad = FloatTensor.of(new float[count * n], count, n);
            float sum = loss.forwardBackward(x, target, grad);
            double expected = 0.0;
            for (int p = 0; p < count; p++) {
                FloatTensor own = FloatTensor.of(new float[n], 1, n);
                expected += CrossEntropyLoss.create().forwardBackward(row(x, p), new int[] {target[p]}, own);
                int at = p;
                FloatBits.assertSame(own.array(), row(grad, p).toArray(), () -> "row " + at);
            }
            assertEquals(expected, sum, Math.abs(expected) * 1e-6);
        }
    }
}
