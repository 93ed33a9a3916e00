// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatLanes.LANES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;

import jdk.incubator.vector.FloatVector;

/** What comes before {@link FloatColumnFold} where rows have more elements than virtual lanes. */
final class FloatColumnPairs {
    private FloatColumnPairs() {}

    /**
     * Adds the second term of each virtual lane of a register's worth of rows to its first.
     *
     * @param terms the terms of these rows as a block, {@code i} from {@code i * LENGTH} on; takes the lanes
     * @param start the place in the block of a row's first term
     */
    static void add(float[] terms, int start) {
        for (int i = 0; i < start; i++) {
            FloatVector.fromArray(SPECIES, terms, (LANES + i) * LENGTH).intoArray(terms, i * LENGTH);
        }
        for (int i = start; i < LANES; i++) {
            FloatVector.fromArray(SPECIES, terms, i * LENGTH)
                    .add(FloatVector.fromArray(SPECIES, terms, (LANES + i) * LENGTH))
                    .intoArray(terms, i * LENGTH);
        }
    }
}
