// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import org.jspecify.annotations.Nullable;

/** One kernel of one type on its way from the twin to the vectors. */
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

    /** Type and kernel, for people. */
    final String name;

    private volatile State state = State.WAITING;
    private volatile String reason = "";
    private volatile boolean outlasted;
    private @Nullable Calls own;

    Promotion(String name) {
        this.name = name;
    }

    /** Why vectors can't be had, or null if they can. */
    abstract @Nullable String obstacle();

    /** Calls of the vector kernel and of the twin that take all branches. */
    abstract Calls calls();

    /** Lets the library's calls run on vectors from now on. */
    abstract void promote();

    final State state() {
        return state;
    }

    /** Why the kernel stays on the twin, if it does. */
    final String reason() {
        return reason;
    }

    final void leave(String why) {
        reason = why;
        state = State.LEFT;
        own = null;
    }

    /** Some more calls, of which the vector kernel's are compared with the twin's once there have been enough. */
    final void proceed() {
        if (own == null) {
            state = State.WARMING;
            own = calls();
        }
        if (own.areFast()) {
            promote();
            state = State.PROMOTED;
            own = null;
        } else if (own.outlasted()) {
            outlasted = true;
            leave("it was not fast after " + Calls.PATIENCE_NANOSECONDS / 1_000_000_000L + " s");
        }
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
