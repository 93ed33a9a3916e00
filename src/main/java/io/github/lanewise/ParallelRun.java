// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One call in parallel. Its items are cut into parts, more than there are tasks, so that a thread that comes late has less to
 * do. Each thread takes the next part until none is left, the calling thread as well; then that one waits for the parts that
 * others are still at.
 */
final class ParallelRun implements Runnable {
    private static final int PARTS_PER_TASK = 8;

    /** How long the calling thread looks whether the last parts are done before it goes to sleep: to be woken takes as long. */
    private static final long SPIN_NANOS = 50_000;

    /** Work on the items from one number up to another. */
    interface Range {
        void run(int from, int to);
    }

    private final Range work;
    private final int items;
    private final int part;
    private final int parts;
    private final Thread caller = Thread.currentThread();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private volatile @Nullable Throwable failure;

    private ParallelRun(Range work, int items, int part) {
        this.work = work;
        this.items = items;
        this.part = part;
        this.parts = Math.ceilDiv(items, part);
    }

    /**
     * Runs all items. What a part or the executor throws is thrown when no part is at work any more; a refusal is none.
     *
     * @param tasks at least 2
     * @param granularity parts have a multiple of this many items
     */
    static void run(Parallelism parallelism, int tasks, int items, int granularity, Range work) {
        int share = Math.ceilDiv(items, tasks * PARTS_PER_TASK);
        int part = Math.multiplyExact(Math.ceilDiv(share, granularity), granularity);
        ParallelRun run = new ParallelRun(work, items, part);
        try {
            for (int i = 1; i < Math.min(tasks, run.parts); i++) {
                parallelism.execute(run);
            }
        } catch (RejectedExecutionException e) {
            // The calling thread does what nobody else wants to.
        } catch (RuntimeException | Error e) {
            // No part begins any more, but one that has begun may still write.
            run.failure = e;
        }
        run.run();
        run.await();
    }

    @Override
    public void run() {
        for (int p = next.getAndIncrement(); p < parts; p = next.getAndIncrement()) {
            int from = p * part;
            try {
                if (failure == null) {
                    work.run(from, Math.min(items - from, part) + from);
                }
            } catch (Throwable e) {
                failure = e;
            } finally {
                if (finished.incrementAndGet() == parts) {
                    LockSupport.unpark(caller);
                }
            }
        }
    }

    private void await() {
        long begin = System.nanoTime();
        while (finished.get() < parts && System.nanoTime() - begin < SPIN_NANOS) {
            Thread.onSpinWait();
        }
        boolean interrupted = false;
        while (finished.get() < parts) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Throwable thrown = failure;
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        if (thrown != null) {
            throw new IllegalStateException(thrown);
        }
    }
}
