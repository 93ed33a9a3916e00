// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;

import io.github.lanewise.kernel.FloatLanes;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Constants of the fold, the last step of {@link FloatLanes}: the virtual lanes of one register as one double, by the
 * balanced tree over neighbours. A register of floats becomes two of doubles, {@code left} and {@code right}; each adds its
 * neighbours, then pairs, then fours, and the two sums are added. Two doubles of 128 bits
 * are added as scalars, because C2 has no rearrangement of two lanes on x86 and would box them. Registers' sums are put
 * together by the same tree.
 */
final class FloatLaneFold {
    /** How often a chunk is walked so that every virtual lane gets its turn. */
    static final int SWEEPS = FloatLanes.LANES / LENGTH;

    /** The doubles of the same shape. */
    static final VectorSpecies<Double> WIDE = VectorSpecies.of(double.class, SPECIES.vectorShape());

    /** Brings the upper half of a register down, where a conversion to double takes it. */
    static final VectorShuffle<Float> SWAP_HALVES = VectorShuffle.fromOp(SPECIES, i -> (i + LENGTH / 2) & (LENGTH - 1));

    /** Each lane's neighbour. */
    static final VectorShuffle<Double> NEIGHBOUR = VectorShuffle.fromOp(WIDE, i -> (i ^ 1) & (WIDE.length() - 1));

    /** Each pair's neighbour. */
    static final VectorShuffle<Double> NEXT_PAIR = VectorShuffle.fromOp(WIDE, i -> (i ^ 2) & (WIDE.length() - 1));

    /** Each four's neighbour. */
    static final VectorShuffle<Double> NEXT_FOUR = VectorShuffle.fromOp(WIDE, i -> (i ^ 4) & (WIDE.length() - 1));

    private FloatLaneFold() {}
}
