// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Executors that fail, and threads that are interrupted, under calls that use them. */
@Tag("once")
@Timeout(120)
class ParallelFailureTest {
    private static final int ROWS = 700;
    private static final int CLASSES = 300;

    private final float[] logits = FloatViews.normal(new SplittableRandom(1), ROWS * CLASSES);
    private final int[] target = FloatViews.classes(new SplittableRandom(2), ROWS, CLASSES);
    private final float[] expected = gradient(CrossEntropyLoss.create());

    private float[] gradient(CrossEntropyLoss loss) {
        float[] gradient = new float[ROWS * CLASSES];
        loss.forwardBackward(FloatTensor.of(logits, ROWS, CLASSES), target, FloatTensor.of(gradient, ROWS, CLASSES));
        return gradient;
    }

    private static CrossEntropyLoss on(Executor executor) {
        return CrossEntropyLoss.builder()
                .parallelism(Parallelism.of(executor, 3))
                .build();
    }

    /** An executor that starts a thread for its first task, and throws at the second when that thread is at work. */
    private static Executor failing(RuntimeException failure, CountDownLatch atWork) {
        AtomicInteger tasks = new AtomicInteger();
        return task -> {
            if (tasks.getAndIncrement() == 0) {
                new Thread(task).start();
                return;
            }
            try {
                atWork.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            throw failure;
        };
    }

    @Test
    void noPartIsAtWorkWhenTheFailureOfAnExecutorIsThrown() {
        IllegalStateException failure = new IllegalStateException("no more threads");
        CountDownLatch atWork = new CountDownLatch(1);
        AtomicInteger working = new AtomicInteger();
        AtomicInteger begun = new AtomicInteger();
        Parallelism parallelism = Parallelism.of(failing(failure, atWork), 3);
        Thread caller = Thread.currentThread();
        RuntimeException thrown = assertThrows(
                IllegalStateException.class,
                () -> ParallelRun.run(parallelism, 3, 100, 1, (from, to) -> {
                    begun.incrementAndGet();
                    working.incrementAndGet();
                    atWork.countDown();
                    // Long enough for a caller that does not wait to be gone.
                    pause(100);
                    working.decrementAndGet();
                    assertNotSame(caller, Thread.currentThread(), "a part began after the failure");
                }));
        assertSame(failure, thrown);
        assertEquals(0, working.get());
        int before = begun.get();
        pause(100);
        assertEquals(before, begun.get());
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void rowsHoldTheirGradientOrWhatWasThere() {
        IllegalStateException failure = new IllegalStateException("no more threads");
        CrossEntropyLoss loss = on(failing(failure, new CountDownLatch(0)));
        float[] gradient = new float[ROWS * CLASSES];
        java.util.Arrays.fill(gradient, 7f);
        FloatTensor view = FloatTensor.of(gradient, ROWS, CLASSES);
        assertSame(
                failure,
                assertThrows(
                        IllegalStateException.class,
                        () -> loss.forwardBackward(FloatTensor.of(logits, ROWS, CLASSES), target, view)));
        float[] held = gradient.clone();
        for (int row = 0; row < ROWS; row++) {
            boolean untouched = held[row * CLASSES] == 7f;
            for (int c = 0; c < CLASSES; c++) {
                int at = row * CLASSES + c;
                assertEquals(untouched ? 7f : expected[at], held[at], "row " + row);
            }
        }
        pause(20);
        assertArrayEquals(held, gradient);
        assertArrayEquals(expected, gradient(CrossEntropyLoss.create()));
    }

    @Test
    void executorsThatAreShutDownOrGoDownAreDoneWithout() throws InterruptedException {
        ExecutorService down = Executors.newFixedThreadPool(2);
        down.shutdown();
        assertArrayEquals(expected, gradient(on(down)));
        for (int round = 0; round < 10; round++) {
            ExecutorService going = Executors.newFixedThreadPool(2);
            Thread killer = Thread.ofPlatform().start(() -> {
                pause(1);
                going.shutdownNow();
            });
            assertArrayEquals(expected, gradient(on(going)));
            killer.join();
        }
    }

    @Test
    void threadsThatAreInterruptedWorkOn() throws InterruptedException {
        AtomicInteger kept = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        Executor interrupting = task -> {
            Thread thread = new Thread(() -> {
                Thread.currentThread().interrupt();
                task.run();
                kept.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
            });
            threads.add(thread);
            thread.start();
        };
        assertArrayEquals(expected, gradient(on(interrupting)));
        assertFalse(Thread.currentThread().isInterrupted());
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(2, kept.get());
    }

    @Test
    void tasksThatThrowAfterTheirWorkHarmNobody() {
        Executor throwing = task -> {
            Thread thread = new Thread(() -> {
                task.run();
                throw new IllegalStateException("after the work");
            });
            thread.setUncaughtExceptionHandler((t, e) -> {});
            thread.start();
        };
        assertArrayEquals(expected, gradient(on(throwing)));
    }

    @Test
    void anInterruptOfTheCallerWhileItWaitsIsKept() {
        Thread caller = Thread.currentThread();
        Parallelism parallelism = Parallelism.of(task -> new Thread(task).start(), 2);
        AtomicInteger done = new AtomicInteger();
        CountDownLatch otherAtWork = new CountDownLatch(1);
        ParallelRun.run(parallelism, 2, 2, 1, (from, to) -> {
            if (Thread.currentThread().equals(caller)) {
                // Goes to wait for the other thread's part, which has begun.
                awaitQuietly(otherAtWork);
            } else {
                otherAtWork.countDown();
                pause(20);
                caller.interrupt();
                pause(20);
            }
            done.addAndGet(to - from);
        });
        assertTrue(Thread.interrupted());
        assertEquals(2, done.get());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void callsFromInsideTheirOwnPoolEnd() throws Exception {
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            CrossEntropyLoss loss = on(pool);
            List<ForkJoinTask<float[]>> tasks = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                tasks.add(pool.submit(() -> gradient(loss)));
            }
            for (Future<float[]> task : tasks) {
                assertArrayEquals(expected, task.get());
            }
        }
    }
}
