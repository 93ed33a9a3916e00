// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.scalar.FloatConstants.INFINITY_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.MAGNITUDE_MASK;
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.MAX;

import io.github.lanewise.kernel.FloatCopyKernels;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Copies on vectors. The only kernel that reads segments; since it sees native ones alone, the compiler knows their class.
 */
public final class FloatVectorCopy implements FloatCopyKernels {
    /** The kernel has no state, so one is enough. */
    public static final FloatVectorCopy INSTANCE = new FloatVectorCopy();

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private FloatVectorCopy() {}

    /** The steps of {@link FloatVectorSums#max}, which a row of negative elements is left to. */
    @Override
    public float copyMax(MemorySegment from, long byteOffset, int n, float[] to, int toOffset) {
        IntVector max0 =
                FloatVector.fromMemorySegment(SPECIES, from, byteOffset, ORDER).reinterpretAsInts();
        IntVector max1 = max0;
        IntVector far0 = IntVector.zero(INT_SPECIES);
        IntVector far1 = far0;
        int i = 0;
        for (; i <= n - 2 * LENGTH; i += 2 * LENGTH) {
            FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, from, byteOffset + (long) i * Float.BYTES, ORDER);
            FloatVector x1 =
                    FloatVector.fromMemorySegment(SPECIES, from, byteOffset + (long) (i + LENGTH) * Float.BYTES, ORDER);
            x0.intoArray(to, toOffset + i);
            x1.intoArray(to, toOffset + i + LENGTH);
            max0 = max0.max(x0.reinterpretAsInts());
            max1 = max1.max(x1.reinterpretAsInts());
            far0 = far0.max(x0.reinterpretAsInts().and(MAGNITUDE_MASK));
            far1 = far1.max(x1.reinterpretAsInts().and(MAGNITUDE_MASK));
        }
        // A row of at least a block is longer than a register: the last one overlaps the one before.
        for (; i < n; i += LENGTH) {
            int at = Math.min(i, n - LENGTH);
            FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, from, byteOffset + (long) at * Float.BYTES, ORDER);
            x0.intoArray(to, toOffset + at);
            max0 = max0.max(x0.reinterpretAsInts());
            far0 = far0.max(x0.reinterpretAsInts().and(MAGNITUDE_MASK));
        }
        int farBits = far0.max(far1).reduceLanes(MAX);
        int maxBits = max0.max(max1).reduceLanes(MAX);
        if (farBits > INFINITY_BITS) {
            return Float.NaN;
        }
        return maxBits >= 0 ? Float.intBitsToFloat(maxBits) : FloatVectorSums.max(to, toOffset, n);
    }
}
