// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls on the caller's threads have the bits of calls on one thread, whatever the executor does. */
@Tag("once")
class ParallelismTest {
    private static final int[] ROWS = {700, 300};
    private static final int[] IMAGES = {2, 21, 64, 80};

    /** A call with an optional parallelism; what it answers and all that it writes. */
    private interface Call {
        float[] run(Parallelism parallelism);
    }

    private static float[] numbers(int seed, int count, double from, double to) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (float) random.nextDouble(from, to);
        }
        return x;
    }

    private static int[] classes(int count, int classes) {
        SplittableRandom random = new SplittableRandom(9);
        int[] target = new int[count];
        for (int i = 0; i < count; i++) {
            target[i] = random.nextInt(8) == 0 ? -100 : random.nextInt(classes);
        }
        return target;
    }

    private static float[] with(float value, float[] written) {
        float[] all = java.util.Arrays.copyOf(written, written.length + 1);
        all[written.length] = value;
        return all;
    }

    private static int numel(int[] shape) {
        int numel = 1;
        for (int size : shape) {
            numel *= size;
        }
        return numel;
    }

    private static CrossEntropyLoss crossEntropy(Parallelism parallelism, double smoothing) {
        CrossEntropyLoss.Builder builder = CrossEntropyLoss.builder().labelSmoothing(smoothing);
        return parallelism == null
                ? builder.build()
                : builder.parallelism(parallelism).build();
    }

    private static List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        for (int[] shape : List.of(ROWS, IMAGES)) {
            float[] scores = numbers(1, numel(shape), -9, 9);
            float[] probabilities = numbers(2, numel(shape), 0, 0.1);
            int positions = numel(shape) / shape[1];
            int[] target = classes(positions, shape[1]);
            for (double smoothing : new double[] {0.0, 0.1}) {
                calls.add(parallelism -> {
                    float[] gradient = new float[scores.length];
                    float mean = crossEntropy(parallelism, smoothing)
                            .forwardBackward(FloatTensor.of(scores, shape), target, FloatTensor.of(gradient, shape));
                    return with(mean, gradient);
                });
            }
            calls.add(parallelism ->
                    new float[] {crossEntropy(parallelism, 0.0).forward(FloatTensor.of(scores, shape), target)});
            calls.add(parallelism -> {
                float[] gradient = new float[scores.length];
                float mean = crossEntropy(parallelism, 0.0)
                        .forwardBackward(
                                FloatTensor.of(scores, shape),
                                FloatTensor.of(probabilities, shape),
                                FloatTensor.of(gradient, shape));
                return with(mean, gradient);
            });
        }
        float[] logits = numbers(3, numel(ROWS), -20, 20);
        float[] labels = numbers(4, numel(ROWS), 0, 1);
        calls.add(parallelism -> {
            BceWithLogitsLoss.Builder builder = BceWithLogitsLoss.builder().posWeight(2.0);
            BceWithLogitsLoss loss = parallelism == null
                    ? builder.build()
                    : builder.parallelism(parallelism).build();
            float[] gradient = new float[logits.length];
            float mean = loss.forwardBackward(
                    FloatTensor.of(logits, ROWS), FloatTensor.of(labels, ROWS), FloatTensor.of(gradient, ROWS));
            return with(mean, gradient);
        });
        calls.add(parallelism -> {
            BceLoss.Builder builder = BceLoss.builder();
            BceLoss loss = parallelism == null
                    ? builder.build()
                    : builder.parallelism(parallelism).build();
            float[] inPlace = labels.clone();
            FloatTensor view = FloatTensor.of(inPlace, ROWS);
            return with(loss.forwardBackward(view, FloatTensor.of(numbers(5, numel(ROWS), 0, 1), ROWS), view), inPlace);
        });
        calls.add(parallelism -> {
            KlDivLoss.Builder builder = KlDivLoss.builder().reduction(Reduction.NONE);
            KlDivLoss loss = parallelism == null
                    ? builder.build()
                    : builder.parallelism(parallelism).build();
            float[] each = new float[logits.length];
            loss.forward(FloatTensor.of(logits, ROWS), FloatTensor.of(labels, ROWS), FloatTensor.of(each, ROWS));
            return each;
        });
        return calls;
    }

    private static void assertSameBits(Executor executor, int tasks) {
        assertSameBits(Parallelism.of(executor, tasks));
        assertSameBits(Parallelism.of(executor, tasks).lingering(Duration.ofMillis(1)));
    }

    private static void assertSameBits(Parallelism parallelism) {
        int number = 0;
        for (Call call : calls()) {
            assertArrayEquals(call.run(null), call.run(parallelism), "call " + number++ + " on " + parallelism);
        }
    }

    @Test
    void bitsAreThoseOfOneThread() {
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            for (int round = 0; round < 5; round++) {
                assertSameBits(pool, 2);
                assertSameBits(pool, 7);
            }
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertSameBits(threads, 4);
        }
    }

    @Test
    void otherThreadsTakePart() {
        List<Thread> threads = new ArrayList<>();
        Executor executor = task -> {
            Thread thread = new Thread(task);
            threads.add(thread);
            thread.start();
        };
        assertSameBits(executor, 3);
        // Each call hands out two tasks, if it has as many parts.
        assertTrue(threads.size() >= calls().size(), threads.size() + " threads");
    }

    @Test
    void callerNeedsNoneOfThem() throws InterruptedException {
        assertSameBits(Runnable::run, 4);
        assertSameBits(task -> {}, 4);
        assertSameBits(
                task -> {
                    throw new RejectedExecutionException("no more tasks");
                },
                4);
        // From inside a pool of one thread, which is then busy with the caller.
        try (ExecutorService one = Executors.newSingleThreadExecutor()) {
            one.submit(() -> assertSameBits(one, 4)).get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    @Test
    void lateTasksFindNothingLeft() {
        List<Runnable> late = new ArrayList<>();
        float[] expected = calls().get(0).run(null);
        float[] result = calls().get(0).run(Parallelism.of(late::add, 3));
        assertArrayEquals(expected, result);
        late.forEach(Runnable::run);
        assertArrayEquals(expected, result);
    }

    @Test
    void smallCallsStartNothing() {
        AtomicInteger started = new AtomicInteger();
        Parallelism parallelism = Parallelism.of(task -> started.incrementAndGet(), 8);
        int classes = 1000;
        int rows = Parallelism.LEAST_ELEMENTS * 2 / classes;
        float[] scores = numbers(6, (rows + 1) * classes, -5, 5);
        int[] target = new int[rows + 1];
        CrossEntropyLoss loss = crossEntropy(parallelism, 0.0);
        loss.forward(
                FloatTensor.of(scores, rows + 1, classes).slice(0, 0, rows), java.util.Arrays.copyOf(target, rows));
        assertEquals(0, started.get());
        loss.forward(FloatTensor.of(scores, rows + 1, classes), target);
        assertEquals(1, started.get());
    }

    @Test
    void anInterruptIsKeptForTheCaller() {
        float[] expected = calls().get(0).run(null);
        Parallelism slow = Parallelism.of(
                task -> new Thread(() -> {
                            try {
                                Thread.sleep(ThreadLocalRandom.current().nextInt(3));
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                            task.run();
                        })
                        .start(),
                3);
        Thread.currentThread().interrupt();
        float[] result = calls().get(0).run(slow);
        assertTrue(Thread.interrupted());
        assertArrayEquals(expected, result);
    }

    @Test
    void failuresOfAPartReachTheCaller() {
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            Parallelism parallelism = Parallelism.of(pool);
            for (RuntimeException failure : List.of(new IllegalStateException("a"), new ArithmeticException("b"))) {
                RuntimeException thrown = assertThrows(
                        RuntimeException.class,
                        () -> ParallelRun.run(parallelism, 2, 100, 1, (from, to) -> {
                            if (from <= 37 && 37 < to) {
                                throw failure;
                            }
                        }));
                assertEquals(failure, thrown);
            }
            assertThrows(
                    StackOverflowError.class,
                    () -> ParallelRun.run(parallelism, 2, 100, 1, (from, to) -> {
                        throw new StackOverflowError();
                    }));
        }
    }

    @Test
    void partsCoverEveryItemOnce() {
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            for (int items : new int[] {1, 2, 63, 64, 65, 1000}) {
                for (int granularity : new int[] {1, 64}) {
                    AtomicInteger[] seen = new AtomicInteger[items];
                    java.util.Arrays.setAll(seen, i -> new AtomicInteger());
                    ParallelRun.run(Parallelism.of(pool), 2, items, granularity, (from, to) -> {
                        assertEquals(0, from % granularity);
                        for (int i = from; i < to; i++) {
                            seen[i].incrementAndGet();
                        }
                    });
                    for (AtomicInteger count : seen) {
                        assertEquals(1, count.get());
                    }
                }
            }
        }
    }

    @Test
    void rejectsNonsense() {
        assertThrows(NullPointerException.class, () -> Parallelism.of(null, 2));
        assertThrows(IllegalArgumentException.class, () -> Parallelism.of(Runnable::run, 0));
        assertThrows(
                NullPointerException.class, () -> CrossEntropyLoss.builder().parallelism(null));
    }
}
