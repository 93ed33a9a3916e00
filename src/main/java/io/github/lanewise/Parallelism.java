// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * Threads of the caller's that a loss may use: an executor, and how many tasks a call is cut into at most.
 *
 * <p>Without it a call runs on the calling thread alone, and nothing is ever started behind the caller's back. With it a call
 * over at least twice {@value #LEAST_ELEMENTS} elements hands parts of its rows or elements to the executor and works on them
 * itself until none is left. The result has the same bits as without: rows and chunks are computed as ever, and their losses
 * are added in their own order by the calling thread.
 *
 * <p>The calling thread never depends on the executor: it waits only for parts that another thread has begun. So an executor
 * that is busy, of one thread, shared with the caller itself, or that refuses tasks slows a call down and does nothing
 * worse. An interrupt is kept for the caller and does not end the call, whose outputs other threads may still be writing. A
 * call in parallel allocates its tasks and eight bytes for each row or chunk.
 *
 * <p>If the executor throws something other than {@link java.util.concurrent.RejectedExecutionException}, or memory runs out in
 * a task, the call throws it as it is, once no thread works for it any more: nothing is written after a call has ended, in
 * whatever way. Arguments were checked before that, so outputs are then written in part: each row or element holds either its
 * result or what it held before, and an output that lies on an input has lost that part of it. The next call is not affected.
 *
 * <pre>{@code
 * ForkJoinPool pool = new ForkJoinPool(2);
 * CrossEntropyLoss loss = CrossEntropyLoss.builder().parallelism(Parallelism.of(pool)).build();
 * }</pre>
 */
public final class Parallelism {
    /** Elements of a call for each of its tasks: less is done before another thread has woken up. */
    public static final int LEAST_ELEMENTS = 1 << 16;

    /** As many threads linger at most. */
    private static final int MOST_LINGERING = 1024;

    /** The longest time for which {@link #lingering} keeps a thread. */
    public static final Duration LONGEST_LINGERING = Duration.ofMinutes(1);

    private final Executor executor;
    private final int tasks;
    private final @Nullable LingeringThreads lingering;

    private Parallelism(Executor executor, int tasks, @Nullable LingeringThreads lingering) {
        this.executor = executor;
        this.tasks = tasks;
        this.lingering = lingering;
    }

    /**
     * An executor and the number of tasks, the calling thread's own among them.
     *
     * @param executor runs tasks on other threads; one that runs them on the calling thread is of no use, and does no harm
     * @param tasks at least 1; usually the number of cores that a call may take
     * @return what a builder's {@code parallelism} takes
     * @throws IllegalArgumentException if tasks is less than 1
     */
    public static Parallelism of(Executor executor, int tasks) {
        Objects.requireNonNull(executor, "executor");
        if (tasks < 1) {
            throw new IllegalArgumentException("tasks is " + tasks + ", but the calling thread is one; give 1 or more");
        }
        return new Parallelism(executor, tasks, null);
    }

    /**
     * A pool with as many tasks as it has threads.
     *
     * @param pool the caller's pool; {@link ForkJoinPool#commonPool()} will do
     * @return what a builder's {@code parallelism} takes
     */
    public static Parallelism of(ForkJoinPool pool) {
        Objects.requireNonNull(pool, "pool");
        return of(pool, Math.max(1, pool.getParallelism()));
    }

    /**
     * The same executor and tasks, with threads that stay at hand between calls. A thread that sleeps takes 5 to 150 microseconds to wake
     * up, in which one thread has finished a call over some hundred thousand elements. So a thread of the executor's that has worked for a
     * call does not go back at once but waits for the next call, busy, for a time. Calls that follow each other closely then find their
     * threads awake.
     *
     * <p>At most one less than the tasks wait, and never more than 1024, whichever losses share the answer. A waiting thread takes a core and does nothing else for
     * its executor. It goes back when there has been no call for the given time or when it is interrupted, as {@code shutdownNow} does; as
     * long as calls keep coming it stays, and the executor's other tasks need other threads. Virtual threads do not linger.
     *
     * @param time how long a thread waits for the next call, e.g. a millisecond; more than nothing, at most {@link #LONGEST_LINGERING}
     * @return what a builder's {@code parallelism} takes
     * @throws IllegalArgumentException if the time is out of range
     */
    public Parallelism lingering(Duration time) {
        Objects.requireNonNull(time, "time");
        if (!time.isPositive() || time.compareTo(LONGEST_LINGERING) > 0) {
            throw new IllegalArgumentException(
                    "threads can't linger for " + time + "; give more than nothing and at most "
                            + LONGEST_LINGERING.toSeconds() + " seconds, or leave lingering out");
        }
        return new Parallelism(
                executor, tasks, new LingeringThreads(executor, Math.min(tasks - 1, MOST_LINGERING), time.toNanos()));
    }

    /** Hands work to another thread, or throws what the executor throws. */
    void execute(Runnable work) {
        if (lingering == null) {
            executor.execute(work);
        } else {
            lingering.execute(work);
        }
    }

    /** How many threads are at hand between calls. */
    int atHand() {
        return lingering == null ? 0 : lingering.count();
    }

    /** How many tasks to make of this many elements; 1 for none but the calling thread. */
    int tasksFor(long elements) {
        return (int) Math.min(tasks, Math.max(1, elements / LEAST_ELEMENTS));
    }

    @Override
    public String toString() {
        String waiting = lingering == null ? "" : ", lingering " + lingering.time();
        return "Parallelism[" + tasks + " tasks on " + executor + waiting + "]";
    }
}
