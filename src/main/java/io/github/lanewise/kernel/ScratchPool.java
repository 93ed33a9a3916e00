// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A small pool of scratch objects, so that a call in steady state allocates nothing on any kind of thread. Whoever
 * borrows one has it alone until it is given back. Of a call that ended with an exception and gave nothing back, the places are
 * filled anew when the pool has run out; until then they keep the scratch, and what it refers to.
 *
 * <p>Threads that call at the same time do not meet here, unless they are more than processors: each looks first where it left a
 * scratch. What tells that a scratch is taken is a number, two cache lines from the next. Were it the reference, the collector's
 * barrier would write to a table of which one line stands for many scratches.
 */
public final class ScratchPool<T> {
    /** Places in a row that are a thread's own, as long as there are as many threads as processors. */
    private static final int OF_THREAD = 4;

    /** How many scratches a pool keeps, a power of two. */
    public static final int SIZE = Math.max(
            16, OF_THREAD * Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors() - 1));

    /** Elements to add to a small array that is written all the time, so that what lies behind it is two cache lines away. */
    public static final int GUARD = 128 / Float.BYTES;

    /** From one number to the next, and before the first: a CPU may fetch two lines together. */
    private static final int APART = 128 / Integer.BYTES;

    private static final int STATE = 3;
    private static final int FREE = 0;
    private static final int TAKEN = 1;
    private static final int CHANGING = 2;

    private final AtomicReferenceArray<@Nullable T> scratches = new AtomicReferenceArray<>(SIZE);

    /** Counts what happens in each place; the last two bits say what it is. */
    private final AtomicIntegerArray events = new AtomicIntegerArray((SIZE + 1) * APART);

    private final Supplier<T> maker;

    /** A pool that is filled as it is used. */
    public ScratchPool(Supplier<T> maker) {
        this.maker = maker;
    }

    /** Takes a scratch from the pool, or makes one if all are taken. */
    public T borrow() {
        int own = own();
        T scratch = taken(place(own, 0));
        return scratch != null ? scratch : search(own);
    }

    /** The scratch of a place, which is free and is then taken; else null. */
    private @Nullable T taken(int place) {
        int event = events.getAcquire(at(place));
        // Read before it is taken: after that the place may be given to another scratch.
        T scratch = scratches.getPlain(place);
        boolean free = (event & STATE) == FREE && scratch != null;
        return free && events.compareAndSet(at(place), event, event + TAKEN) ? scratch : null;
    }

    private T search(int own) {
        for (int i = 1; i < SIZE; i++) {
            T scratch = taken(place(own, i));
            if (scratch != null) {
                return scratch;
            }
        }
        T made = maker.get();
        settle(own, made, TAKEN);
        return made;
    }

    /** Gives a scratch back. */
    public void giveBack(T scratch) {
        int own = own();
        if (!frees(place(own, 0), scratch)) {
            bringBack(own, scratch);
        }
    }

    /** Whether a scratch has been taken from a place, which is then free. */
    @SuppressWarnings("ReferenceEquality") // a scratch is one object
    private boolean frees(int place, T scratch) {
        int event = events.getAcquire(at(place));
        return (event & STATE) == TAKEN
                && scratches.getPlain(place) == scratch
                && events.compareAndSet(at(place), event, freed(event));
    }

    private void bringBack(int own, T scratch) {
        boolean room = hasRoom(own);
        for (int i = 1; i < SIZE; i++) {
            int place = place(own, i);
            boolean move = room && i >= OF_THREAD;
            if (move ? moves(place, own, scratch) : frees(place, scratch)) {
                return;
            }
        }
        for (int i = 0; i < OF_THREAD; i++) {
            if (replaces(place(own, i), scratch)) {
                return;
            }
        }
    }

    /** Whether a scratch has been taken from a place of another thread; from now on this one finds it in a place of its own. */
    @SuppressWarnings("ReferenceEquality") // a scratch is one object
    private boolean moves(int place, int own, T scratch) {
        int event = events.getAcquire(at(place));
        if (scratches.getPlain(place) != scratch || !changes(place, event, TAKEN)) {
            return false;
        }
        scratches.setPlain(place, null);
        events.setRelease(at(place), freed(event));
        settle(own, scratch, FREE);
        return true;
    }

    /** Whether a thread has a place where never a scratch was, or from where it went to another thread. */
    private boolean hasRoom(int own) {
        for (int i = 0; i < OF_THREAD; i++) {
            if (scratches.getPlain(place(own, i)) == null) {
                return true;
            }
        }
        return false;
    }

    /** Finds a place for a scratch, if there is one without any. */
    private void settle(int own, T scratch, int state) {
        for (int i = 0; i < SIZE; i++) {
            int place = place(own, i);
            int event = events.getAcquire(at(place));
            if (scratches.getPlain(place) == null && changes(place, event, FREE)) {
                scratches.setPlain(place, scratch);
                events.setRelease(at(place), freed(event) + state);
                return;
            }
        }
    }

    /**
     * Puts a scratch that has no place into one of which the scratch is taken, perhaps for ever. Who has that one keeps it; it has no
     * place any more.
     */
    private boolean replaces(int place, T scratch) {
        int event = events.getAcquire(at(place));
        boolean changes = changes(place, event, TAKEN);
        if (changes) {
            scratches.setPlain(place, scratch);
            events.setRelease(at(place), freed(event));
        }
        return changes;
    }

    /** Makes a place one that is neither free nor taken, which nobody else touches, if it was in a state and still is. */
    private boolean changes(int place, int event, int state) {
        return (event & STATE) == state && events.compareAndSet(at(place), event, event | CHANGING);
    }

    private static int freed(int event) {
        return (event | STATE) + 1;
    }

    private static int own() {
        return (int) Thread.currentThread().threadId() * OF_THREAD;
    }

    /** The places as a thread goes through them: downwards, so that one that has just begun soon meets that of the one before. */
    private static int place(int own, int i) {
        return (own - i) & (SIZE - 1);
    }

    private static int at(int place) {
        return (place + 1) * APART;
    }
}
