// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

/** An operation that many threads run at a time. */
interface StressWork {
    /** What it is, for messages. */
    String name();

    /** Runs it with outputs of its own; a number for all bits that it has written and answered. */
    long digest();
}
