// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.scalar.FloatConstants.INFINITY_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.MAGNITUDE_MASK;
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** The maximum of a row. */
final class FloatVectorMax {
    // For native memory also: x

    private FloatVectorMax() {}

    /**
     * As {@link io.github.lanewise.kernel.FloatKernels#max} for at least a block, in one operation an element: as signed
     * integers, floats that are not negative are ordered and above all others, and above them is NaN. If there is none, all are
     * negative, and {@link #negativeMax} looks again. Whether the sign of a NaN is set shows in the second maximum, of
     * magnitudes.
     */
    static float max(float[] x, int xOffset, int n) {
        IntVector max0 = FloatVector.fromArray(SPECIES, x, xOffset).reinterpretAsInts();
        IntVector max1 = max0;
        IntVector max2 = max0;
        IntVector max3 = max0;
        IntVector far0 = IntVector.zero(INT_SPECIES);
        IntVector far1 = far0;
        int i = 0;
        for (; i <= n - 4 * LENGTH; i += 4 * LENGTH) {
            IntVector x0 = FloatVector.fromArray(SPECIES, x, xOffset + i).reinterpretAsInts();
            IntVector x1 =
                    FloatVector.fromArray(SPECIES, x, xOffset + i + LENGTH).reinterpretAsInts();
            IntVector x2 =
                    FloatVector.fromArray(SPECIES, x, xOffset + i + 2 * LENGTH).reinterpretAsInts();
            IntVector x3 =
                    FloatVector.fromArray(SPECIES, x, xOffset + i + 3 * LENGTH).reinterpretAsInts();
            max0 = x0.max(max0);
            max1 = x1.max(max1);
            max2 = x2.max(max2);
            max3 = x3.max(max3);
            far0 = x0.and(MAGNITUDE_MASK).max(x1.and(MAGNITUDE_MASK)).max(far0);
            far1 = x2.and(MAGNITUDE_MASK).max(x3.and(MAGNITUDE_MASK)).max(far1);
        }
        // A row of at least a block is longer than a register: the last one overlaps the one before.
        for (; i < n; i += LENGTH) {
            int at = Math.min(i, n - LENGTH);
            IntVector x0 = FloatVector.fromArray(SPECIES, x, xOffset + at).reinterpretAsInts();
            max0 = x0.max(max0);
            far0 = x0.and(MAGNITUDE_MASK).max(far0);
        }
        int farBits = far0.max(far1).reduceLanes(MAX);
        int maxBits = max0.max(max1).max(max2.max(max3)).reduceLanes(MAX);
        if (farBits > INFINITY_BITS) {
            return Float.NaN;
        }
        return maxBits >= 0 ? Float.intBitsToFloat(maxBits) : negativeMax(x, xOffset, n);
    }

    /**
     * The maximum of a row of negative elements: as signed integers, they are ordered from zero down, so it is the least. Long
     * enough not to be compiled into {@link #max}: most rows never come here, and what the compiler has not seen often
     * enough it makes objects of.
     */
    private static float negativeMax(float[] x, int xOffset, int n) {
        IntVector least0 = FloatVector.fromArray(SPECIES, x, xOffset).reinterpretAsInts();
        IntVector least1 = least0;
        IntVector least2 = least0;
        IntVector least3 = least0;
        IntVector least4 = least0;
        IntVector least5 = least0;
        IntVector least6 = least0;
        IntVector least7 = least0;
        int i = 0;
        for (; i <= n - 8 * LENGTH; i += 8 * LENGTH) {
            least0 = FloatVector.fromArray(SPECIES, x, xOffset + i)
                    .reinterpretAsInts()
                    .min(least0);
            least1 = FloatVector.fromArray(SPECIES, x, xOffset + i + LENGTH)
                    .reinterpretAsInts()
                    .min(least1);
            least2 = FloatVector.fromArray(SPECIES, x, xOffset + i + 2 * LENGTH)
                    .reinterpretAsInts()
                    .min(least2);
            least3 = FloatVector.fromArray(SPECIES, x, xOffset + i + 3 * LENGTH)
                    .reinterpretAsInts()
                    .min(least3);
            least4 = FloatVector.fromArray(SPECIES, x, xOffset + i + 4 * LENGTH)
                    .reinterpretAsInts()
                    .min(least4);
            least5 = FloatVector.fromArray(SPECIES, x, xOffset + i + 5 * LENGTH)
                    .reinterpretAsInts()
                    .min(least5);
            least6 = FloatVector.fromArray(SPECIES, x, xOffset + i + 6 * LENGTH)
                    .reinterpretAsInts()
                    .min(least6);
            least7 = FloatVector.fromArray(SPECIES, x, xOffset + i + 7 * LENGTH)
                    .reinterpretAsInts()
                    .min(least7);
        }
        for (; i < n; i += LENGTH) {
            int at = Math.min(i, n - LENGTH);
            least0 = FloatVector.fromArray(SPECIES, x, xOffset + at)
                    .reinterpretAsInts()
                    .min(least0);
        }
        least0 = least0.min(least1).min(least2.min(least3));
        least4 = least4.min(least5).min(least6.min(least7));
        int leastBits = least0.min(least4).reduceLanes(MIN);
        return Float.intBitsToFloat(leastBits) + 0f;
    }
}
