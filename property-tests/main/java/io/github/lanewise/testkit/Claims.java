// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import java.util.Set;

/** What an implementation under test says of itself. */
public interface Claims {
    /**
     * A name for reports.
     *
     * @return the name
     */
    String name();

    /**
     * The type in which it computes. Inputs are numbers of this type, and so are results.
     *
     * @return the type
     */
    Precision precision();

    /**
     * What it has.
     *
     * @return the operations that are filled in
     */
    Set<Operation> operations();

    /**
     * What it offers besides: nothing, unless this is overridden.
     *
     * @return the capabilities that the kit may ask for
     */
    default Set<Capability> capabilities() {
        return Set.of();
    }

    /**
     * The error that it documents for the values of an operation; the contracts derive their tolerances from it.
     *
     * <p>The error is relative to the result, with these exceptions: for {@link Operation#LOGSUMEXP} it is relative to the
     * largest of {@code |max|}, {@code log(sum)} and the result; for losses whose terms have both signs, to the sum of the
     * terms' magnitudes; for {@link Operation#COSINE_EMBEDDING_LOSS} to 1 plus the margin's magnitude. A reduced loss is
     * allowed this error in each of its samples.
     *
     * @param operation one of the {@link #operations}
     * @return the largest error in ulp
     */
    double maxUlp(Operation operation);
}
