// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.vector.FloatLaneFold.WIDE;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.F2D;

import io.github.lanewise.kernel.FloatLanes;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/**
 * The fold of {@link FloatLanes} with a register for each virtual lane, which holds that lane of several rows: the same tree as
 * in {@link FloatLaneFold}, without a rearrangement.
 */
final class FloatColumnFold {
    private FloatColumnFold() {}

    /**
     * Folds the virtual lanes of a register's worth of rows.
     *
     * @param terms lane {@code i} of these rows from {@code i * LENGTH} on, and room for half a register behind them
     * @param sum takes the rows' sums from index {@code p} on
     */
    static void fold(float[] terms, double[] sum, int p) {
        for (int at = 0; at < LENGTH; at += LENGTH / 2) {
            DoubleVector s0 = ((DoubleVector) FloatVector.fromArray(SPECIES, terms, at + 0 * LENGTH)
                            .convertShape(F2D, WIDE, 0))
                    .add(FloatVector.fromArray(SPECIES, terms, at + 1 * LENGTH).convertShape(F2D, WIDE, 0));
            DoubleVector s2 = ((DoubleVector) FloatVector.fromArray(SPECIES, terms, at + 2 * LENGTH)
                            .convertShape(F2D, WIDE, 0))
                    .add(FloatVector.fromArray(SPECIES, terms, at + 3 * LENGTH).convertShape(F2D, WIDE, 0));
            DoubleVector s4 = ((DoubleVector) FloatVector.fromArray(SPECIES, terms, at + 4 * LENGTH)
                            .convertShape(F2D, WIDE, 0))
                    .add(FloatVector.fromArray(SPECIES, terms, at + 5 * LENGTH).convertShape(F2D, WIDE, 0));
            DoubleVector s6 = ((DoubleVector) FloatVector.fromArray(SPECIES, terms, at + 6 * LENGTH)
                            .convertShape(F2D, WIDE, 0))
                    .add(FloatVector.fromArray(SPECIES, terms, at + 7 * LENGTH).convertShape(F2D, WIDE, 0));
            DoubleVector s8 = ((DoubleVector) FloatVector.fromArray(SPECIES, terms, at + 8 * LENGTH)
                            .convertShape(F2D, WIDE, 0))
                    .add(FloatVector.fromArray(SPECIES, terms, at + 9 * LENGTH).convertShape(F2D, WIDE, 0));
            DoubleVector s10 = ((DoubleVector) FloatVector.fromArray(SPECIES, terms, at + 10 * LENGTH)
                            .convertShape(F2D, WIDE, 0))
                    .add(FloatVector.fromArray(SPECIES, terms, at + 11 * LENGTH).convertShape(F2D, WIDE, 0));
            DoubleVector s12 = ((DoubleVector) FloatVector.fromArray(SPECIES, terms, at + 12 * LENGTH)
                            .convertShape(F2D, WIDE, 0))
                    .add(FloatVector.fromArray(SPECIES, terms, at + 13 * LENGTH).convertShape(F2D, WIDE, 0));
            DoubleVector s14 = ((DoubleVector) FloatVector.fromArray(SPECIES, terms, at + 14 * LENGTH)
                            .convertShape(F2D, WIDE, 0))
                    .add(FloatVector.fromArray(SPECIES, terms, at + 15 * LENGTH).convertShape(F2D, WIDE, 0));
            s0.add(s2).add(s4.add(s6)).add(s8.add(s10).add(s12.add(s14))).intoArray(sum, p + at);
        }
    }
}
