// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.conformance;

import io.github.lanewise.Softmax;
import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.lanewise.DoubleLanewise;
import io.github.lanewise.testkit.lanewise.FloatLanewise;
import io.github.lanewise.testkit.reference.NaiveReference;
import java.util.Locale;
import java.util.Optional;

/** What the program can check. */
enum Candidate {
    /** Lanewise on the kernels it chooses. */
    LANEWISE,
    /** Lanewise on the vector kernels. */
    VECTOR,
    /** Lanewise on the scalar twin. */
    SCALAR,
    /** The kit's own plain reference. */
    NAIVE;

    /** Read by the library once, when it is first used. */
    private static final String PROPERTY = "lanewise.kernels";

    /**
     * Makes the choice of kernels. Has to come before the first use of the library, and only once in a JVM.
     *
     * @throws IllegalStateException if these kernels can't be had
     */
    void select() {
        if (this == NAIVE) {
            return;
        }
        if (this != LANEWISE) {
            System.setProperty(PROPERTY, toString());
        }
        try {
            // Any call will do.
            Softmax.logSumExp(new float[1], 0, 1);
        } catch (LinkageError e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new IllegalStateException(cause.getMessage(), e);
        }
    }

    /**
     * The implementation in a type.
     *
     * @return it, or nothing if it is not there in this type
     */
    Optional<LossImplementation> in(Precision precision) {
        if (this == NAIVE) {
            return Optional.of(new NaiveReference(precision));
        }
        return Optional.of(precision == Precision.FLOAT ? new FloatLanewise() : new DoubleLanewise());
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
