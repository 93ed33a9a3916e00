// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.vector.DoubleSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.DoubleSpecies.SPECIES;

import io.github.lanewise.kernel.DoubleLanes;
import jdk.incubator.vector.VectorShuffle;

/**
 * Constants of the fold of the virtual lanes of one register, as in {@link FloatLaneFold}, but in one register of doubles:
 * each lane adds its neighbour, then pairs, then fours. Two lanes of 128 bits are added as scalars, because C2 has no
 * rearrangement of two lanes on x86 and would box them.
 */
final class DoubleLaneFold {
    /** How often a chunk is walked so that every virtual lane gets its turn. */
    static final int SWEEPS = DoubleLanes.LANES / LENGTH;

    /** Each lane's neighbour. */
    static final VectorShuffle<Double> NEIGHBOUR = VectorShuffle.fromOp(SPECIES, i -> (i ^ 1) & (LENGTH - 1));

    /** Each pair's neighbour. */
    static final VectorShuffle<Double> NEXT_PAIR = VectorShuffle.fromOp(SPECIES, i -> (i ^ 2) & (LENGTH - 1));

    /** Each four's neighbour. */
    static final VectorShuffle<Double> NEXT_FOUR = VectorShuffle.fromOp(SPECIES, i -> (i ^ 4) & (LENGTH - 1));

    private DoubleLaneFold() {}
}
