// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatExp.C2;
import static io.github.lanewise.kernel.FloatExp.C3;
import static io.github.lanewise.kernel.FloatExp.C4;
import static io.github.lanewise.kernel.FloatExp.C5;
import static io.github.lanewise.kernel.FloatExp.C6;
import static io.github.lanewise.kernel.FloatExp.EXPONENT_SHIFT;
import static io.github.lanewise.kernel.FloatExp.LOG2_E;
import static io.github.lanewise.kernel.FloatExp.MAGIC_BITS;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_HIGH;
import static io.github.lanewise.kernel.FloatKernels.TILE;
import static io.github.lanewise.kernel.FloatLanes.BLOCK;
import static io.github.lanewise.kernel.FloatLanes.LANES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;

/**
 * Sums of exponentials of columns of ordinary numbers: the steps of {@link FloatVectorColumnSums}, and so its bits, less those for
 * others, as {@link FloatVectorPlainExpSums} is to rows. A walk ends before the first register with a column that needs them, whose
 * sum is NaN without.
 */
final class FloatVectorPlainColumnSums {
    private FloatVectorPlainColumnSums() {}

    /**
     * As {@link io.github.lanewise.kernel.FloatKernels#columnSumWhole} of a tile, from column {@code first} on. Of elements whose distance is a
     * constant C2 knows before the loop where they end, and unrolls it.
     *
     * @return the column that the sums end before
     */
    static int whole(
            float[] x,
            int xOffset,
            int n,
            int first,
            int count,
            float[] shift,
            float[] magic,
            float[] top,
            float[] sum,
            float[] carry) {
        int p = first;
        for (; p <= count - LENGTH; p += LENGTH) {
            if (FloatVector.fromArray(SPECIES, shift, p).compare(NE, 0f).anyTrue()) {
                return p;
            }
            FloatVector magics = FloatVector.fromArray(SPECIES, magic, p);
            FloatVector total = FloatVector.fromArray(SPECIES, top, p);
            FloatVector lost = FloatVector.zero(SPECIES);
            for (int i = 0; i < n; i++) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + p + i * TILE);
                FloatVector biased = v.lanewise(FMA, LOG2_E, magics);
                FloatVector multiple = biased.sub(magics);
                FloatVector r = multiple.lanewise(FMA, MINUS_LN2_HIGH, v);
                // In double also: r = multiple.lanewise(FMA, io.github.lanewise.kernel.FloatExp.MINUS_LN2_LOW, r);
                FloatVector square = r.mul(r);
                FloatVector base = r.lanewise(FMA, C3, C2);
                FloatVector h = r.lanewise(FMA, C5, C4);
                h = square.lanewise(FMA, C6, h);
                h = h.lanewise(FMA, square, base);
                h = h.lanewise(FMA, square, r);
                FloatVector scale = biased.reinterpretAsInts()
                        .max(MAGIC_BITS)
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                FloatVector e = h.lanewise(FMA, scale, scale);
                FloatVector next = e.add(total);
                lost = e.sub(next.sub(total)).add(lost);
                total = next;
            }
            if (total.compare(NE, total).anyTrue()) {
                return p;
            }
            total.intoArray(sum, p);
            lost.intoArray(carry, p);
        }
        return p;
    }

    /**
     * As {@link io.github.lanewise.kernel.FloatKernels#columnRowSums} of all terms, from column {@code first} on.
     *
     * @return the column that the sums end before
     */
    static int ofRows(
            float[] x,
            int xOffset,
            int n,
            int first,
            int count,
            float[] shift,
            float[] magic,
            float[] terms,
            double[] sum) {
        // A row ends with a block, and the terms that it lacks there are +0.
        int start = (n <= LANES ? LANES : BLOCK) - n;
        for (int i = 0; i < start; i++) {
            FloatVector.zero(SPECIES).intoArray(terms, i * LENGTH);
        }
        for (int p = first; p < count; p += LENGTH) {
            FloatVector total = FloatVector.fromArray(SPECIES, shift, p);
            if (total.compare(NE, 0f).anyTrue()) {
                return p;
            }
            FloatVector magics = FloatVector.fromArray(SPECIES, magic, p);
            for (int i = 0; i < n; i++) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + p + i * TILE);
                FloatVector biased = v.lanewise(FMA, LOG2_E, magics);
                FloatVector multiple = biased.sub(magics);
                FloatVector r = multiple.lanewise(FMA, MINUS_LN2_HIGH, v);
                // In double also: r = multiple.lanewise(FMA, io.github.lanewise.kernel.FloatExp.MINUS_LN2_LOW, r);
                FloatVector square = r.mul(r);
                FloatVector base = r.lanewise(FMA, C3, C2);
                FloatVector h = r.lanewise(FMA, C5, C4);
                h = square.lanewise(FMA, C6, h);
                h = h.lanewise(FMA, square, base);
                h = h.lanewise(FMA, square, r);
                FloatVector scale = biased.reinterpretAsInts()
                        .max(MAGIC_BITS)
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                FloatVector e = h.lanewise(FMA, scale, scale);
                total = e.add(total);
                e.intoArray(terms, (start + i) * LENGTH);
            }
            if (total.compare(NE, total).anyTrue()) {
                return p;
            }
            if (n > LANES) {
                FloatColumnPairs.add(terms, start);
            }
            FloatColumnFold.fold(terms, sum, p);
        }
        return count;
    }
}
