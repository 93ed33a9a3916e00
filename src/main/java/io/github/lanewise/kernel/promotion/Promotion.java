// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.KernelSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One kernel of one type on its way from the twin to the vectors. C2 compiles a vector kernel once, with what it knows by then. Where it
 * knows too little of the methods that kernels share it makes code that keeps some vector an object, and has no reason to try again. These
 * are {@linkplain Vectors#rehearseFloats() rehearsed} against that; it can still happen where more compiles at once than there are processors
 * for. So a kernel that is not fast in time is warmed {@linkplain Vectors#again() as another class} as well, by when more is known, and
 * whichever is fast first is taken.
 */
abstract class Promotion {
    /** How far it has come. */
    enum State {
        /** Waits for its turn, on the twin. */
        WAITING,
        /** Is being warmed, on the twin. */
        WARMING,
        /** Runs on vectors. */
        PROMOTED,
        /** Stays on the twin. */
        LEFT
    }

    /** After so long it is tried as another class. Others wait meanwhile, so one that is slow for good should not take long. */
    static final long SECOND_TRY_SECONDS = 15;

    /** A kernel that is not fast by then stays on the twin. */
    static final long MOST_SECONDS = 60;

    /** A set of vector kernels, and calls of one of them. */
    private record Try(KernelSet vectors, Calls calls) {}

    /** Type and kernel, for people. */
    final String name;

    private volatile State state = State.WAITING;
    private volatile String reason = "";
    private volatile boolean outlasted;

    /** The classes that it is warmed as. */
    private final List<Try> tries = new ArrayList<>(2);

    Promotion(String name) {
        this.name = name;
    }

    /** Why vectors can't be had, or null if they can. */
    abstract @Nullable String obstacle();

    /** Calls of the vector kernel and of the twin that take all branches. */
    abstract Calls calls(KernelSet vectors);

    /** Lets the library's calls run on vectors from now on. */
    abstract void promote(KernelSet vectors);

    final State state() {
        return state;
    }

    /** Why the kernel stays on the twin, if it does, and what else there is to say of it. */
    final String reason() {
        return reason;
    }

    final void leave(String why) {
        reason = why;
        state = State.LEFT;
        tries.clear();
    }

    /** Some more calls of the vector kernel. Once they have been fast several times in a row it is promoted. */
    final void proceed() {
        if (tries.isEmpty()) {
            state = State.WARMING;
            begin(Vectors.first());
        }
        for (int i = 0; i < tries.size(); i++) {
            Try one = tries.get(i);
            if (one.calls.areFast()) {
                promote(one.vectors);
                reason = i == 0 ? "" : "as another class";
                state = State.PROMOTED;
                tries.clear();
                return;
            }
        }
        long seconds = seconds(tries.getFirst().calls);
        if (seconds >= MOST_SECONDS) {
            giveUp(MOST_SECONDS, "");
        } else if (seconds >= SECOND_TRY_SECONDS && tries.size() == 1) {
            beginAgain();
        }
    }

    private void begin(KernelSet vectors) {
        tries.add(new Try(vectors, calls(vectors)));
    }

    private void beginAgain() {
        KernelSet again;
        try {
            again = Vectors.again();
        } catch (IllegalStateException e) {
            giveUp(SECOND_TRY_SECONDS, ", and " + e.getMessage());
            return;
        }
        begin(again);
    }

    private void giveUp(long seconds, String further) {
        outlasted = true;
        leave("it was not fast after " + seconds + " s" + further);
    }

    /** How long a kernel has been warmed since its first calls. */
    long seconds(Calls first) {
        return first.seconds();
    }

    /** Whether it was given up for the time it took. */
    final boolean wasOutlasted() {
        return outlasted;
    }

    /** Whether there is more to do. */
    final boolean isUnderWay() {
        return state == State.WAITING || state == State.WARMING;
    }
}
