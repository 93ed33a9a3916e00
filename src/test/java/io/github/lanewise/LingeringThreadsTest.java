// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that stay at hand between calls: who takes them, and when they go. */
@Tag("once")
@Timeout(120)
class LingeringThreadsTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    /** Runs some items, and tells whether each was run once. */
    private static boolean covers(Parallelism parallelism, int tasks, int items) {
        AtomicInteger[] seen = new AtomicInteger[items];
        java.util.Arrays.setAll(seen, i -> new AtomicInteger());
        ParallelRun.run(parallelism, tasks, items, 1, (from, to) -> {
            for (int i = from; i < to; i++) {
                seen[i].incrementAndGet();
            }
        });
        return java.util.Arrays.stream(seen).allMatch(count -> count.get() == 1);
    }

    /** A call that ends only when that many threads work for it, which are then all at hand but the calling one. */
    private static void assemble(Parallelism parallelism, int threads) {
        CountDownLatch all = new CountDownLatch(threads);
        ParallelRun.run(parallelism, threads, threads, 1, (from, to) -> {
            all.countDown();
            try {
                assertTrue(all.await(20, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        awaitAtHand(parallelism, threads - 1);
    }

    private static void awaitAtHand(Parallelism parallelism, int threads) {
        long begin = System.nanoTime();
        while (parallelism.atHand() != threads) {
            assertTrue(System.nanoTime() - begin < LONG.toNanos(), () -> parallelism.atHand() + " threads are at hand");
            LockSupport.parkNanos(1000);
        }
    }

    @Test
    void theNextCallTakesThemAndNotTheExecutor() {
        AtomicInteger executed = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(2);
        Parallelism parallelism = Parallelism.of(
                        task -> {
                            executed.incrementAndGet();
                            pool.execute(task);
                        },
                        3)
                .lingering(LONG);
        assemble(parallelism, 3);
        for (int call = 0; call < 200; call++) {
            assertTrue(covers(parallelism, 3, 100));
            awaitAtHand(parallelism, 2);
        }
        assertEquals(2, executed.get());
        // A call of fewer tasks leaves one alone.
        assertTrue(covers(parallelism, 2, 100));
        awaitAtHand(parallelism, 2);
        pool.shutdownNow();
    }

    @Test
    void anInterruptSendsThemBack() throws InterruptedException {
        for (ExecutorService pool : List.of(Executors.newFixedThreadPool(2), new ForkJoinPool(2))) {
            Parallelism parallelism = Parallelism.of(pool, 3).lingering(LONG);
            assemble(parallelism, 3);
            pool.shutdownNow();
            assertTrue(pool.awaitTermination(20, TimeUnit.SECONDS));
            assertEquals(0, parallelism.atHand());
            assertTrue(covers(parallelism, 3, 100));
        }
    }

    @Test
    void theyGoWhenTheirTimeIsOver() throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(1);
        Parallelism parallelism = Parallelism.of(pool, 2).lingering(Duration.ofNanos(1));
        for (int call = 0; call < 1000; call++) {
            assertTrue(covers(parallelism, 2, 100));
        }
        pool.shutdown();
        assertTrue(pool.awaitTermination(20, TimeUnit.SECONDS));
        assertEquals(0, parallelism.atHand());
    }

    @Test
    void theCallingThreadDoesNotWaitForItsOwnNextCall() {
        Parallelism parallelism = Parallelism.of(Runnable::run, 2).lingering(LONG);
        Thread caller = Thread.ofPlatform().daemon().start(() -> covers(parallelism, 2, 100));
        assertTrue(joins(caller));
        assertEquals(0, parallelism.atHand());
    }

    @Test
    void callersShareThem() throws Exception {
        try (ForkJoinPool pool = new ForkJoinPool(2);
                ExecutorService callers = Executors.newFixedThreadPool(4)) {
            Parallelism parallelism = Parallelism.of(pool, 3).lingering(Duration.ofNanos(20_000));
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int caller = 0; caller < 4; caller++) {
                answers.add(callers.submit(() -> {
                    boolean all = true;
                    for (int call = 0; call < 1000; call++) {
                        all &= covers(parallelism, 2 + call % 2, 1 + call % 70);
                    }
                    return all;
                }));
            }
            for (Future<Boolean> answer : answers) {
                assertTrue(answer.get());
            }
        }
    }

    @Test
    void workIsRunOnceAndNeverLost() throws Exception {
        for (int nanos : new int[] {1, 2_000, 50_000}) {
            ExecutorService pool = Executors.newFixedThreadPool(3);
            AtomicInteger runs = new AtomicInteger();
            AtomicInteger accepted = new AtomicInteger();
            // As many may be to come as there are pieces, so that none is turned away.
            LingeringThreads threads = new LingeringThreads(pool, 4 * 3000, nanos);
            try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
                for (int caller = 0; caller < 4; caller++) {
                    callers.execute(() -> {
                        for (int piece = 0; piece < 3000; piece++) {
                            accepted.incrementAndGet();
                            threads.execute(runs::incrementAndGet);
                        }
                    });
                }
            }
            pool.shutdown();
            assertTrue(pool.awaitTermination(60, TimeUnit.SECONDS));
            assertEquals(4 * 3000, accepted.get());
            assertEquals(accepted.get(), runs.get());
        }
    }

    @Test
    void theExecutorDoesNotFill() {
        List<Runnable> queue = new ArrayList<>();
        Parallelism parallelism = Parallelism.of(queue::add, 3).lingering(LONG);
        for (int call = 0; call < 100; call++) {
            assertTrue(covers(parallelism, 3, 100));
        }
        assertEquals(2, queue.size());
        // Work that was done long ago; there is room for others then.
        Thread late = Thread.ofVirtual().start(queue.remove(0));
        assertTrue(joins(late));
        assertTrue(covers(parallelism, 3, 100));
        assertEquals(2, queue.size());
    }

    /** As an executor of a {@code DiscardPolicy} does that is full for the time of a call. */
    @Test
    void threadsThatNeverComeAreAskedForAnew() {
        AtomicInteger handed = new AtomicInteger();
        Parallelism parallelism =
                Parallelism.of(task -> handed.incrementAndGet(), 3).lingering(LONG);
        assertTrue(covers(parallelism, 3, 100));
        assertEquals(2, handed.get());
        long begin = System.nanoTime();
        while (handed.get() == 2) {
            assertTrue(covers(parallelism, 3, 100));
            assertTrue(System.nanoTime() - begin < LONG.toNanos(), "nobody is asked again");
            LockSupport.parkNanos(1_000_000);
        }
        assertTrue(covers(parallelism, 3, 100));
        assertEquals(4, handed.get());
    }

    @Test
    void virtualThreadsDoNotLinger() {
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        Parallelism parallelism = Parallelism.of(
                        task -> threads.add(Thread.ofVirtual().start(task)), 3)
                .lingering(LONG);
        assertTrue(covers(parallelism, 3, 100));
        for (Thread thread : threads) {
            assertTrue(joins(thread));
        }
        assertEquals(0, parallelism.atHand());
    }

    private static boolean joins(Thread thread) {
        try {
            return thread.join(Duration.ofSeconds(20));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFailureOfTheirWorkReachesTheCallerAndNotTheThread() {
        ExecutorService pool = Executors.newFixedThreadPool(1);
        Parallelism parallelism = Parallelism.of(pool, 2).lingering(LONG);
        Thread caller = Thread.currentThread();
        assemble(parallelism, 2);
        for (int call = 0; call < 100; call++) {
            CountDownLatch both = new CountDownLatch(2);
            assertThrows(
                    ArithmeticException.class,
                    () -> ParallelRun.run(parallelism, 2, 2, 1, (from, to) -> {
                        both.countDown();
                        try {
                            assertTrue(both.await(20, TimeUnit.SECONDS));
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                        if (!Thread.currentThread().equals(caller)) {
                            throw new ArithmeticException();
                        }
                    }));
            awaitAtHand(parallelism, 1);
        }
        assertTrue(covers(parallelism, 2, 100));
        pool.shutdownNow();
    }

    @Test
    void timesOutOfRangeAreRejected() {
        Parallelism parallelism = Parallelism.of(Runnable::run, 2);
        for (Duration time : List.of(
                Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(61), Duration.ofSeconds(Long.MAX_VALUE))) {
            String message = assertThrows(IllegalArgumentException.class, () -> parallelism.lingering(time))
                    .getMessage();
            assertTrue(message.contains(time.toString()) && message.contains("60 seconds"), message);
        }
        assertThrows(NullPointerException.class, () -> parallelism.lingering(null));
    }
}
