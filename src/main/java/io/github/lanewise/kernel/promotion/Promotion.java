// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.KernelSet;
import org.jspecify.annotations.Nullable;

/**
 * One kernel of one type on its way from the twin to the vectors. C2 compiles a vector kernel once, with what it knows by then. Where it
 * knows too little, as can happen where more compiles at once than there are processors for, it makes code that keeps some vector an object,
 * and has no reason to try again. So a kernel that is not fast in time is warmed {@linkplain Vectors#again() as another class}, by when
 * more is known, before it is left on the twin.
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

    /** How long a kernel is warmed. Others wait meanwhile, so one that has been made slow for good should not take long. */
    private static final long FIRST_SECONDS = 15;

    /** How long it is warmed as another class; a slow machine may need that. */
    private static final long SECOND_SECONDS = 45;

    /** Type and kernel, for people. */
    final String name;

    private volatile State state = State.WAITING;
    private volatile String reason = "";
    private volatile boolean outlasted;
    private @Nullable Calls own;
    private boolean isSecond;

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
        own = null;
    }

    /** Some more calls of the vector kernel. Once they have been fast several times in a row it is promoted. */
    final void proceed() {
        Calls calls = own;
        if (calls == null) {
            state = State.WARMING;
            calls = calls(vectors());
            own = calls;
        }
        if (calls.areFast()) {
            promote(vectors());
            reason = isSecond ? "as another class" : "";
            state = State.PROMOTED;
            own = null;
        } else if (isOver(calls)) {
            if (isSecond) {
                outlasted = true;
                leave("it was not fast after " + (FIRST_SECONDS + SECOND_SECONDS) + " s");
            } else {
                isSecond = true;
                own = calls(vectors());
            }
        }
    }

    /** Whether a kernel has had the time for its calls. */
    boolean isOver(Calls calls) {
        return calls.seconds() >= (isSecond ? SECOND_SECONDS : FIRST_SECONDS);
    }

    private KernelSet vectors() {
        return isSecond ? Vectors.again() : Vectors.first();
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
