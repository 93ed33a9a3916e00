// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import io.github.lanewise.testkit.Capability;
import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.generators.Batches;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.generators.ScoreKind;
import java.util.EnumSet;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;

/** What the contracts share: the implementation under test and the batches it is tried on. */
public interface LossContract {
    /**
     * The implementation under test.
     *
     * @return it
     */
    LossImplementation implementation();

    /**
     * Whether the implementation has all of some operations. A property about others has nothing to say.
     *
     * @param operations what a property needs
     * @return true if all are claimed
     */
    default boolean claims(Operation... operations) {
        return implementation().operations().containsAll(Set.of(operations));
    }

    /**
     * Whether the implementation offers something besides its operations.
     *
     * @param capability what a property needs
     * @return true if it is listed
     */
    default boolean offers(Capability capability) {
        return implementation().capabilities().contains(capability);
    }

    /**
     * Batches of finite scores of every kind and size.
     *
     * @return the batches
     */
    @Provide
    default Arbitrary<ClassBatch> finite() {
        return Batches.of(precision(), ScoreKind.finite(), 8193, 6000);
    }

    /**
     * Batches of finite scores, small enough for an exact reference.
     *
     * @return the batches
     */
    @Provide
    default Arbitrary<ClassBatch> exact() {
        return Batches.of(precision(), ScoreKind.finite(), 129, 150);
    }

    /**
     * Rows of any length for an exact reference. Many equal or negligible terms keep it affordable.
     *
     * @return the batches
     */
    @Provide
    default Arbitrary<ClassBatch> exactAndLong() {
        return Batches.of(
                precision(),
                EnumSet.of(
                        ScoreKind.TIES,
                        ScoreKind.CONSTANT,
                        ScoreKind.ZEROS,
                        ScoreKind.HUGE,
                        ScoreKind.GEOMETRIC,
                        ScoreKind.CROWDED),
                8193,
                6000);
    }

    /**
     * Batches small enough for derivatives of an exact reference.
     *
     * @return the batches
     */
    @Provide
    default Arbitrary<ClassBatch> differentiable() {
        return Batches.of(precision(), ScoreKind.moderate(), 7, 14);
    }

    /**
     * Batches of moderate scores, small enough for an exact reference.
     *
     * @return the batches
     */
    @Provide
    default Arbitrary<ClassBatch> moderate() {
        return Batches.of(precision(), ScoreKind.moderate(), 65, 100);
    }

    /**
     * Batches whose scores can all be moved by a multiple of 1/256 up to 16384 without rounding.
     *
     * @return the batches
     */
    @Provide
    default Arbitrary<ClassBatch> shiftable() {
        return Batches.of(precision(), EnumSet.of(ScoreKind.GRID), 8193, 6000);
    }

    private Precision precision() {
        return implementation().precision();
    }
}
