// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Threads of an executor that stay at hand after a call, busy, for the next one: to be woken takes a thread longer than many
 * calls take. A thread that has no place left, waits in vain or is interrupted goes back to its executor. Virtual threads go back at once:
 * one that is busy keeps a carrier from all others.
 */
final class LingeringThreads {
    private final Executor executor;
    private final long nanos;

    /** The threads that wait; each takes a place, and who finds it there takes it out. */
    private final AtomicReferenceArray<@Nullable Helper> atHand;

    /** For so long threads are waited for. An executor may drop what it is handed and say nothing. */
    private static final long PATIENCE_NANOSECONDS = 1_000_000_000L;

    /** Threads that the executor has been asked for. */
    private static final class Expected {
        /** How many of them have not begun. */
        final AtomicInteger toCome = new AtomicInteger();

        /** When it was last asked. */
        volatile long latest = System.nanoTime();

        boolean areOverdue() {
            return System.nanoTime() - latest > PATIENCE_NANOSECONDS;
        }
    }

    private final AtomicReference<Expected> expected = new AtomicReference<>(new Expected());

    LingeringThreads(Executor executor, int most, long nanos) {
        this.executor = executor;
        this.nanos = nanos;
        this.atHand = new AtomicReferenceArray<>(most);
    }

    /**
     * Hands work to a thread at hand, else to the executor; to nobody if as many threads are to come as may wait. Those are then at hand
     * for the next call, and the executor does not fill with work that callers have done meanwhile. Threads that do not come in a second
     * are asked for anew.
     */
    void execute(Runnable work) {
        for (int i = 0; i < atHand.length(); i++) {
            Helper helper = atHand.get(i);
            if (helper != null && atHand.compareAndSet(i, helper, null)) {
                helper.work = work;
                return;
            }
        }
        Expected asked = expected.get();
        if (asked.toCome.get() >= atHand.length() && asked.areOverdue()) {
            expected.compareAndSet(asked, new Expected());
            asked = expected.get();
        }
        boolean handed = false;
        try {
            if (asked.toCome.incrementAndGet() <= atHand.length()) {
                asked.latest = System.nanoTime();
                executor.execute(new Helper(work, asked));
                handed = true;
            }
        } finally {
            if (!handed) {
                asked.toCome.decrementAndGet();
            }
        }
    }

    /** How many threads wait. */
    int count() {
        int count = 0;
        for (int i = 0; i < atHand.length(); i++) {
            count += atHand.get(i) == null ? 0 : 1;
        }
        return count;
    }

    /** How long a thread waits. */
    Duration time() {
        return Duration.ofNanos(nanos);
    }

    /** What the executor runs: one piece of work after the other, as long as there comes another in time. */
    private final class Helper implements Runnable {
        /** An executor may run what it gets on the thread that hands it over, which is not to wait for its own next call. */
        private final Thread caller = Thread.currentThread();

        private final Expected asked;

        private volatile @Nullable Runnable work;

        Helper(Runnable work, Expected asked) {
            this.work = work;
            this.asked = asked;
        }

        @Override
        public void run() {
            asked.toCome.decrementAndGet();
            do {
                take().run();
            } while (awaitMore());
        }

        /** The work, of which nothing is kept while there is no other. */
        private Runnable take() {
            Runnable taken = Objects.requireNonNull(work);
            work = null;
            return taken;
        }

        @SuppressWarnings("ReferenceEquality") // a thread is itself alone
        private boolean awaitMore() {
            Thread thread = Thread.currentThread();
            if (thread == caller || thread.isVirtual()) {
                return false;
            }
            int place = 0;
            while (place < atHand.length() && !atHand.compareAndSet(place, null, this)) {
                place++;
            }
            if (place == atHand.length()) {
                return false;
            }
            long begin = System.nanoTime();
            while (work == null) {
                boolean enough = System.nanoTime() - begin >= nanos || thread.isInterrupted();
                // One that is no longer in its place has been taken: its work is about to come.
                if (enough && atHand.compareAndSet(place, this, null)) {
                    return false;
                }
                Thread.onSpinWait();
            }
            return true;
        }
    }
}
