// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One loss and one batch of scores, shared by threads that each write results of their own: always the same bits. */
class FloatThreadsTest {
    private static final int THREADS = 4;
    private static final int ROUNDS = 30;

    private final SplittableRandom random = new SplittableRandom(18);

    /** Kinds of threads to run on. Virtual ones may be more than there are scratches in the pool. */
    private enum Kind {
        PLATFORM(THREADS),
        VIRTUAL(THREADS),
        MANY_VIRTUAL(40);

        private final int count;

        Kind(int count) {
            this.count = count;
        }

        ExecutorService executor() {
            return this == PLATFORM ? Executors.newFixedThreadPool(count) : Executors.newVirtualThreadPerTaskExecutor();
        }
    }

    /** What all threads share, and the results of one of them. */
    private final class Work {
        private final CrossEntropyLoss loss =
                CrossEntropyLoss.builder().labelSmoothing(0.1).build();
        private final NllLoss nll = NllLoss.create();
        private final FloatTensor rows = FloatTensor.of(FloatViews.normal(random, 5 * 70), 5, 70);
        private final FloatTensor images = FloatTensor.of(FloatViews.normal(random, 5 * 280), 1, 5, 280);
        private final FloatTensor given = FloatTensor.of(FloatViews.normal(random, 5 * 70), 5, 70);
        private final int[] rowTarget = FloatViews.classes(random, 5, 70);
        private final long[] imageTarget = FloatViews.toLongs(FloatViews.classes(random, 280, 5));

        float[] results() {
            FloatTensor rowGradient = FloatTensor.of(new float[5 * 70], 5, 70);
            FloatTensor imageGradient = FloatTensor.of(new float[5 * 280], 1, 5, 280);
            FloatTensor probabilities = FloatTensor.of(new float[5 * 280], 1, 5, 280);
            FloatTensor logSums = FloatTensor.of(new float[280], 1, 280);
            float[] numbers = {
                loss.forwardBackward(rows, rowTarget, rowGradient),
                loss.forwardBackward(images, imageTarget, imageGradient),
                loss.forward(rows, given),
                nll.forward(images, imageTarget),
                loss.forward(rows.array(), 70, 70, rowTarget[1]),
                (float) loss.sum(images, imageTarget).mean()
            };
            Softmax.softmax(images, 1, probabilities);
            Softmax.logSumExp(images, 1, logSums);
            float[][] parts = {
                numbers, rowGradient.array(), imageGradient.array(), probabilities.array(), logSums.array()
            };
            int length = 0;
            for (float[] part : parts) {
                length += part.length;
            }
            float[] all = new float[length];
            int at = 0;
            for (float[] part : parts) {
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
            return all;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shareAnInstance(Kind kind) throws Exception {
        Work work = new Work();
        float[] expected = work.results();
        int count = kind.count;
        CyclicBarrier start = new CyclicBarrier(count);
        int done = 0;
        try (ExecutorService executor = kind.executor()) {
            List<Future<Integer>> futures = new ArrayList<>();
            for (int t = 0; t < count; t++) {
                futures.add(executor.submit(() -> {
                    start.await(30, TimeUnit.SECONDS);
                    int rounds = ROUNDS * THREADS / count;
                    for (int round = 0; round < rounds; round++) {
                        FloatBits.assertSame(expected, work.results(), () -> kind + " thread");
                    }
                    return rounds;
                }));
            }
            for (Future<Integer> future : futures) {
                done += future.get();
            }
        }
        assertEquals(ROUNDS * THREADS, done);
    }
}
