// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** In steady state nothing is allocated by the operations that are put together from several kernels over scratch. */
class FloatCompositeAllocationTest {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int LEAST_ROUNDS = 300;
    private static final int[] LENGTHS = {1, 2, 5, 16, 17, 31, 33, 64, 70, 1030};

    private final SplittableRandom random = new SplittableRandom(61);

    private static void assertAllocatesNothing(List<Runnable> tasks) {
        Runnable[] array = tasks.toArray(new Runnable[0]);
        long start = System.nanoTime();
        int clean = 0;
        long bytes = -1;
        for (int round = 0; round < LEAST_ROUNDS || System.nanoTime() - start < PATIENCE; round++) {
            long before = AllocatedBytes.now();
            for (int pass = 0; pass < 20; pass++) {
                for (Runnable task : array) {
                    task.run();
                }
            }
            bytes = AllocatedBytes.now() - before;
            clean = bytes == 0 ? clean + 1 : 0;
            if (clean == 2) {
                return;
            }
            if (bytes > 0) {
                LockSupport.parkNanos(PAUSE);
            }
        }
        assertEquals(0, bytes, "bytes in the last round");
    }

    private FloatTensor positive(int... shape) {
        FloatTensor view = FloatViews.guarded(random, shape);
        for (int i = 0; i < view.array().length; i++) {
            view.array()[i] = Math.abs(view.array()[i]);
        }
        return view;
    }

    @Test
    void cosineEmbedding() {
        float[] sink = new float[1];
        int[] target = {1, -1, 0};
        long[] longs = {1, -1, 0};
        CosineEmbeddingLoss mean = CosineEmbeddingLoss.builder().margin(-0.9).build();
        CosineEmbeddingLoss none =
                CosineEmbeddingLoss.builder().reduction(Reduction.NONE).build();
        List<Runnable> tasks = new ArrayList<>();
        for (int n : LENGTHS) {
            FloatTensor a = FloatViews.guarded(random, 3, n);
            FloatTensor b = FloatViews.guarded(random, 3, n);
            FloatTensor one = FloatViews.guarded(random, 1, n);
            FloatTensor huge = FloatViews.Layout.SPREAD.of(a.toArray(), 3, n);
            huge.set(1e30f, 0, 0);
            FloatTensor gradA = FloatViews.guarded(random, 3, n);
            FloatTensor gradB = FloatViews.guarded(random, 3, n);
            FloatTensor gradOne = FloatViews.guarded(random, 1, n);
            FloatTensor upstream = FloatViews.guarded(random, 3);
            FloatTensor losses = FloatViews.guarded(random, 3);
            tasks.add(() -> sink[0] = mean.forward(a, b, target));
            tasks.add(() -> sink[0] = mean.forwardBackward(huge, b, longs, gradA, gradB));
            tasks.add(() -> mean.backward(one, b, target, 0.5f, gradOne, gradB));
            tasks.add(() -> none.forwardBackward(a, b, longs, upstream, losses, gradA, gradB));
            tasks.add(() -> none.backward(a, huge, target, upstream, gradA));
        }
        assertAllocatesNothing(tasks);
    }

    @Test
    void categorical() {
        List<Runnable> tasks = new ArrayList<>();
        int[] value = new int[3];
        for (int n : LENGTHS) {
            FloatTensor logits = FloatViews.guarded(random, 3, n);
            FloatTensor masked = FloatViews.guarded(random, 3, n + 1);
            masked.set(Float.NEGATIVE_INFINITY, 1, n / 2);
            FloatTensor probabilities = positive(3, n);
            FloatTensor columns = positive(n, 3).transpose(0, 1);
            FloatTensor gradient = FloatViews.guarded(random, 3, n);
            FloatTensor maskedGradient = FloatViews.guarded(random, 3, n + 1);
            FloatTensor result = FloatViews.guarded(random, 3);
            Categorical ofLogits = Categorical.ofLogits();
            Categorical ofProbabilities = Categorical.ofProbabilities();
            Categorical exact = ofProbabilities.zeroTimesInfinity(Indeterminate.LIMIT);
            tasks.add(() -> ofLogits.entropy(logits, result));
            tasks.add(() -> ofLogits.entropy(masked, result));
            tasks.add(() -> ofProbabilities.entropy(columns, -1, result));
            tasks.add(() -> exact.entropy(probabilities, result));
            tasks.add(() -> ofLogits.entropyBackward(masked, result, maskedGradient));
            tasks.add(() -> ofLogits.entropyBackward(logits, result, gradient));
            tasks.add(() -> ofProbabilities.entropyBackward(probabilities, result, gradient));
            tasks.add(() -> ofLogits.logProb(columns, value, result));
            tasks.add(() -> ofProbabilities.logProb(probabilities, value, result));
            tasks.add(() -> ofLogits.logProbBackward(logits, value, result, gradient));
            tasks.add(() -> exact.logProbBackward(columns, value, result, gradient));
        }
        assertAllocatesNothing(tasks);
    }

    @Test
    void indexing() {
        List<Runnable> tasks = new ArrayList<>();
        for (int n : LENGTHS) {
            FloatTensor input = FloatViews.guarded(random, 3, n, 2);
            FloatTensor output = FloatViews.guarded(random, 3, n, 2);
            FloatTensor picked = FloatViews.guarded(random, 3, 4, 2);
            FloatTensor gradient = FloatViews.guarded(random, 3, 4, 2);
            FloatTensor oneHot = FloatViews.guarded(random, 24, n);
            int[] index = FloatViews.classes(random, 24, n);
            long[] longs = FloatViews.toLongs(index);
            int[] shape = {3, 4, 2};
            long[] whole = new long[24 * n];
            tasks.add(() -> Indexing.oneHot(index, n, oneHot));
            tasks.add(() -> Indexing.oneHot(longs, n, whole));
            tasks.add(() -> Indexing.gather(input, 1, index, picked));
            tasks.add(() -> Indexing.gatherBackward(1, longs, picked, output));
            tasks.add(() -> Indexing.scatter(input, 1, longs, shape, picked, output));
            tasks.add(() -> Indexing.scatter(input, 1, index, shape, 0.5f, input));
            tasks.add(() -> Indexing.scatterBackward(1, index, shape, input, output, gradient));
        }
        assertAllocatesNothing(tasks);
    }

    @Test
    void logits() {
        List<Runnable> tasks = new ArrayList<>();
        float[] sink = new float[1];
        for (int n : LENGTHS) {
            int k = Math.min(n, 20);
            FloatTensor rows = FloatViews.guarded(random, 3, n);
            FloatTensor masked = FloatViews.guarded(random, 3, n + 1);
            masked.set(Float.NEGATIVE_INFINITY, 1, n / 2);
            masked.set(Float.NaN, 2, n / 2);
            FloatTensor columns = FloatViews.guarded(random, n, 3).transpose(0, 1);
            float[] row = FloatViews.normal(random, n + 3);
            int[] target = FloatViews.classes(random, 3, n);
            target[n % 3] = -100;
            long[] given = FloatViews.toLongs(FloatViews.classes(random, 6, n));
            LogitSummary summary = LogitSummary.builder().topK(k).build();
            LogitSummary warm = LogitSummary.builder().topK(k).temperature(1.5).build();
            FloatLogitResults results = summary.floatResults(3);
            FloatLogitResults withGiven = summary.floatResults(3, 2);
            FloatLogitResults warmResults = warm.floatResults(3);
            SequenceScore score = SequenceScore.create();
            SequenceScore other = SequenceScore.create();
            FloatTensor logProb = FloatViews.guarded(random, 3);
            tasks.add(() -> summary.summarize(masked, results));
            tasks.add(() -> summary.summarize(row, 2, n, results));
            tasks.add(() -> summary.summarize(columns, given, withGiven));
            tasks.add(() -> warm.summarize(rows, warmResults));
            tasks.add(() -> score.add(rows, target, logProb));
            tasks.add(() -> score.add(columns, target));
            tasks.add(() -> sink[0] = score.add(row, 2, n, n - 1));
            tasks.add(() -> {
                other.merge(score);
                sink[0] = (float) (other.perplexity() + other.count());
                other.reset();
            });
        }
        assertAllocatesNothing(tasks);
    }

    @Test
    void pieces() {
        List<Runnable> tasks = new ArrayList<>();
        double[] sink = new double[1];
        for (int n : LENGTHS) {
            LogSumExpAccumulator sum = new LogSumExpAccumulator();
            LogSumExpAccumulator other = new LogSumExpAccumulator();
            // Of both ways to add a piece.
            float[] small = FloatViews.normal(random, n + 3);
            float[] large = FloatViews.normal(random, n + 3);
            for (int i = 0; i < large.length; i++) {
                small[i] -= 20f;
                large[i] += 20f;
            }
            tasks.add(() -> sum.add(small, 3, n));
            tasks.add(() -> other.add(large, 2, n));
            tasks.add(() -> other.add(0.25));
            tasks.add(() -> {
                sum.merge(other);
                sink[0] = sum.value() + sum.count();
                other.reset();
            });
        }
        assertAllocatesNothing(tasks);
    }
}
