// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.vector.DoubleSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.DoubleSpecies.SPECIES;

import io.github.lanewise.kernel.DoubleLanes;
import jdk.incubator.vector.DoubleVector;

/**
 * The fold of {@link DoubleLanes} with a register for each virtual lane, which holds that lane of several rows: the same tree as
 * in {@link DoubleLaneFold}, without a rearrangement.
 */
final class DoubleColumnFold {
    private DoubleColumnFold() {}

    /**
     * Folds the virtual lanes of a register's worth of rows.
     *
     * @param terms lane {@code i} of these rows from {@code i * LENGTH} on
     * @param sum takes the rows' sums from index {@code p} on
     */
    static void fold(double[] terms, double[] sum, int p) {
        DoubleVector s0 = DoubleVector.fromArray(SPECIES, terms, 0 * LENGTH)
                .add(DoubleVector.fromArray(SPECIES, terms, 1 * LENGTH));
        DoubleVector s2 = DoubleVector.fromArray(SPECIES, terms, 2 * LENGTH)
                .add(DoubleVector.fromArray(SPECIES, terms, 3 * LENGTH));
        DoubleVector s4 = DoubleVector.fromArray(SPECIES, terms, 4 * LENGTH)
                .add(DoubleVector.fromArray(SPECIES, terms, 5 * LENGTH));
        DoubleVector s6 = DoubleVector.fromArray(SPECIES, terms, 6 * LENGTH)
                .add(DoubleVector.fromArray(SPECIES, terms, 7 * LENGTH));
        s0.add(s2).add(s4.add(s6)).intoArray(sum, p);
    }
}
