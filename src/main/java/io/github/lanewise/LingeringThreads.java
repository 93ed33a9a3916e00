// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Threads of an executor that stay at hand after a call, busy, for the next one: to be woken takes a thread longer than many
 * calls take. A thread that has no place left, waits in vain or is interrupted goes back to its executor.
 */
final class LingeringThreads {
    private final Executor executor;
    private final long nanos;

    /** The threads that wait; each takes a place, and who finds it there takes it out. */
    private final AtomicReferenceArray<@Nullable Helper> atHand;

    LingeringThreads(Executor executor, int most, long nanos) {
        this.executor = executor;
        this.nanos = nanos;
        this.atHand = new AtomicReferenceArray<>(most);
    }

    /** Hands work to a thread at hand, else to the executor. */
    void execute(Runnable work) {
        for (int i = 0; i < atHand.length(); i++) {
            Helper helper = atHand.get(i);
            if (helper != null && atHand.compareAndSet(i, helper, null)) {
                helper.work = work;
                return;
            }
        }
        executor.execute(new Helper(work));
    }

    /** How many threads wait. */
    int count() {
        int count = 0;
        for (int i = 0; i < atHand.length(); i++) {
            count += atHand.get(i) == null ? 0 : 1;
        }
        return count;
    }

    /** What the executor runs: one piece of work after the other, as long as there comes another in time. */
    private final class Helper implements Runnable {
        /** An executor may run what it gets on the thread that hands it over, which is not to wait for its own next call. */
        private final Thread caller = Thread.currentThread();

        private volatile @Nullable Runnable work;

        Helper(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            Runnable now = work;
            while (now != null) {
                work = null;
                now.run();
                now = next();
            }
        }

        @SuppressWarnings("ReferenceEquality") // a thread is itself alone
        private @Nullable Runnable next() {
            int place = Thread.currentThread() == caller ? atHand.length() : 0;
            while (place < atHand.length() && !atHand.compareAndSet(place, null, this)) {
                place++;
            }
            if (place == atHand.length()) {
                return null;
            }
            long begin = System.nanoTime();
            while (work == null) {
                boolean enough = System.nanoTime() - begin >= nanos
                        || Thread.currentThread().isInterrupted();
                // One that is no longer in its place has been taken: its work is about to come.
                if (enough && atHand.compareAndSet(place, this, null)) {
                    return null;
                }
                Thread.onSpinWait();
            }
            return work;
        }
    }
}
