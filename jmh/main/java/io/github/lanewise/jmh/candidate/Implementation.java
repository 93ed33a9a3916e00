// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

/**
 * A way to compute the operations. Those of other libraries are found as services, so that a build without them has all the
 * rest.
 */
public interface Implementation {
    /** The name in benchmarks and commands. */
    String name();

    /** What it is and in which version, for people. */
    String description();

    /** Whether it has an operation, with or without gradient, for a shape. */
    boolean offers(Operation operation, boolean gradient, Shape shape);

    /**
     * Makes everything ready that is not to be timed.
     *
     * @throws IllegalStateException if the implementation cannot run in this JVM
     */
    Candidate prepare(Problem problem);
}
