// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

/** An implementation made ready for a problem. Its thread is the one that prepared it. */
public interface Candidate extends AutoCloseable {
    /**
     * One call, the thing that is timed.
     *
     * @return the loss, or any number where the result is not one number
     */
    float call();

    /** What a call computes. Not timed. */
    Answer answer();

    @Override
    default void close() {}
}
