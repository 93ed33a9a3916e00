// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatExp.C2;
import static io.github.lanewise.kernel.FloatExp.C3;
import static io.github.lanewise.kernel.FloatExp.C4;
import static io.github.lanewise.kernel.FloatExp.C5;
import static io.github.lanewise.kernel.FloatExp.C6;
import static io.github.lanewise.kernel.FloatExp.DEEP_BITS;
import static io.github.lanewise.kernel.FloatExp.EXPONENT_SHIFT;
import static io.github.lanewise.kernel.FloatExp.LOG2_E;
import static io.github.lanewise.kernel.FloatExp.MAGIC_BITS;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_HIGH;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_LOW;
import static io.github.lanewise.kernel.FloatKernels.TILE;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.UMIN;

import jdk.incubator.vector.FloatVector;

/**
 * The map of columns of ordinary numbers, negative infinity among them: the steps of {@link FloatVectorColumns#expScale}, and so its
 * bits, less those for others. A column with NaN, an infinite maximum or infinite numbers of its own is known by these before the
 * first element is read: a walk ends before the register that holds one.
 */
final class FloatVectorPlainColumns {
    private FloatVectorPlainColumns() {}

    /**
     * {@code out = exp(x - max) * factor - minus}, from column {@code first} on, of a tile to a tile.
     *
     * @return the column that the map ends before
     */
    static int expScale(
            float[] x,
            int xOffset,
            int n,
            int first,
            int count,
            float[] shift,
            float[] magic,
            float[] gain,
            float[] minus,
            float[] out,
            int outOffset) {
        int p = first;
        for (; p <= count - LENGTH; p += LENGTH) {
            FloatVector gains = FloatVector.fromArray(SPECIES, gain, p);
            FloatVector minuses = FloatVector.fromArray(SPECIES, minus, p);
            // 0 where both are finite and nothing is taken off, else NaN or that.
            FloatVector other = gains.sub(gains).add(minuses.sub(minuses));
            if (other.add(FloatVector.fromArray(SPECIES, shift, p))
                    .compare(NE, 0f)
                    .anyTrue()) {
                return p;
            }
            FloatVector magics = FloatVector.fromArray(SPECIES, magic, p);
            minuses = minuses.neg();
            for (int i = 0; i < n; i++) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + p + i * TILE);
                v = v.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
                FloatVector biased = v.lanewise(FMA, LOG2_E, magics);
                FloatVector multiple = biased.sub(magics);
                FloatVector r = multiple.lanewise(FMA, MINUS_LN2_HIGH, v);
                r = multiple.lanewise(FMA, MINUS_LN2_LOW, r);
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
                e.lanewise(FMA, gains, minuses).intoArray(out, outOffset + p + i * TILE);
            }
        }
        return p;
    }
}
