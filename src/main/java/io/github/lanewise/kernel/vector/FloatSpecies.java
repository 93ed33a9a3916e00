// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one vector shape of all float kernels: constants, so that the compiler sees through every vector operation.
 *
 * <p>And the only one: with vectors of another shape in a single kernel, methods of the Vector API that all kernels share have seen
 * two classes, and C2 leaves operations of other kernels calls.
 *
 * <p>It is the preferred shape of the machine, but at most 512 bits: the virtual lanes of the sums are laid out for
 * that.
 */
final class FloatSpecies {

    /** The species of every float vector in this package. */
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;

    /** The ints of the same shape, for work on exponents and bits. */
    static final VectorSpecies<Integer> INT_SPECIES = VectorSpecies.of(int.class, SPECIES.vectorShape());

    /** Number of lanes. */
    static final int LENGTH = SPECIES.length();

    /** The lanes' indices. */
    static final FloatVector INDICES = FloatVector.zero(SPECIES).addIndex(1);

    /** The order of bytes in native memory. */
    static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private FloatSpecies() {}
}
