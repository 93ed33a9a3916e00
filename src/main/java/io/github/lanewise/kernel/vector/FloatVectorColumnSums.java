// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatExp.C2;
import static io.github.lanewise.kernel.FloatExp.C3;
import static io.github.lanewise.kernel.FloatExp.C4;
import static io.github.lanewise.kernel.FloatExp.C5;
import static io.github.lanewise.kernel.FloatExp.C6;
import static io.github.lanewise.kernel.FloatExp.EXPONENT_SHIFT;
import static io.github.lanewise.kernel.FloatExp.LOG2_E;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_HIGH;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_LOW;
import static io.github.lanewise.kernel.FloatKernels.TILE;
import static io.github.lanewise.kernel.FloatLanes.BLOCK;
import static io.github.lanewise.kernel.FloatLanes.LANES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatExp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Sums of exponentials of columns with all their elements, whatever these are. */
final class FloatVectorColumnSums {
    private FloatVectorColumnSums() {}

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnSumWhole}, from column {@code first} on. */
    static void whole(
            float[] x,
            int xOffset,
            int stride,
            int n,
            int first,
            int count,
            float[] shift,
            float[] low,
            float[] magic,
            float[] top,
            float[] sum,
            float[] carry) {
        for (int p = first; p < count; p += LENGTH) {
            boolean whole = p <= count - LENGTH;
            VectorMask<Float> inside = SPECIES.indexInRange(p, count);
            FloatVector shifts = FloatVector.fromArray(SPECIES, shift, p);
            FloatVector lows = FloatVector.fromArray(SPECIES, low, p);
            FloatVector magics = FloatVector.fromArray(SPECIES, magic, p);
            FloatVector total = FloatVector.fromArray(SPECIES, top, p);
            FloatVector lost = FloatVector.zero(SPECIES);
            for (int i = 0; i < n; i++) {
                FloatVector v = whole
                        ? FloatVector.fromArray(SPECIES, x, xOffset + p + i * stride)
                        : FloatVector.fromArray(SPECIES, x, xOffset + p + i * stride, inside);
                v = v.sub(shifts);
                v = v.blend(lows, v.compare(LT, lows));
                FloatVector biased = v.lanewise(FMA, LOG2_E, magics);
                FloatVector multiple = biased.sub(magics);
                FloatVector r = multiple.lanewise(FMA, MINUS_LN2_HIGH, v);
                // In double also: r = multiple.lanewise(FMA, FloatExp.MINUS_LN2_LOW, r);
                FloatVector square = r.mul(r);
                FloatVector base = r.lanewise(FMA, C3, C2);
                FloatVector h = r.lanewise(FMA, C5, C4);
                h = square.lanewise(FMA, C6, h);
                h = h.lanewise(FMA, square, base);
                h = h.lanewise(FMA, square, r);
                FloatVector scale = biased.reinterpretAsInts()
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                FloatVector e = h.lanewise(FMA, scale, scale);
                FloatVector next = e.add(total);
                lost = e.sub(next.sub(total)).add(lost);
                total = next;
            }
            total.blend(Float.NaN, total.compare(NE, total)).intoArray(sum, p);
            lost.blend(Float.NaN, lost.compare(NE, lost)).intoArray(carry, p);
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnRowSums}, from column {@code first} on. */
    static void ofRows(
            ExpSum kind,
            float[] x,
            int xOffset,
            int n,
            int first,
            int count,
            float[] max,
            float[] shift,
            float[] low,
            float[] magic,
            float[] terms,
            double[] sum) {
        FloatVector lnLow = FloatVector.broadcast(SPECIES, kind == ExpSum.WHOLE ? FloatExp.SUM_LN2_LOW : MINUS_LN2_LOW);
        float leaveMaxOut = kind == ExpSum.BELOW ? 0f : Float.NaN;
        // A row ends with a block, and the terms that it lacks there are +0.
        int start = (n <= LANES ? LANES : BLOCK) - n;
        for (int i = 0; i < start; i++) {
            FloatVector.zero(SPECIES).intoArray(terms, i * LENGTH);
        }
        for (int p = first; p < count; p += LENGTH) {
            FloatVector maximum = FloatVector.fromArray(SPECIES, max, p);
            FloatVector shifts = FloatVector.fromArray(SPECIES, shift, p);
            FloatVector lows = FloatVector.fromArray(SPECIES, low, p);
            FloatVector magics = FloatVector.fromArray(SPECIES, magic, p);
            // Nothing equals NaN.
            FloatVector without = maximum.add(leaveMaxOut);
            for (int i = 0; i < n; i++) {
                FloatVector given = FloatVector.fromArray(SPECIES, x, xOffset + p + i * TILE);
                FloatVector v = given.sub(shifts);
                v = v.blend(lows, v.compare(LT, lows).or(given.compare(EQ, without)));
                FloatVector biased = v.lanewise(FMA, LOG2_E, magics);
                FloatVector multiple = biased.sub(magics);
                FloatVector r = multiple.lanewise(FMA, MINUS_LN2_HIGH, v);
                r = multiple.lanewise(FMA, lnLow, r);
                FloatVector square = r.mul(r);
                FloatVector base = r.lanewise(FMA, C3, C2);
                FloatVector h = r.lanewise(FMA, C5, C4);
                h = square.lanewise(FMA, C6, h);
                h = h.lanewise(FMA, square, base);
                h = h.lanewise(FMA, square, r);
                FloatVector scale = biased.reinterpretAsInts()
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                h.lanewise(FMA, scale, scale).intoArray(terms, (start + i) * LENGTH);
            }
            if (n > LANES) {
                FloatColumnPairs.add(terms, start);
            }
            FloatColumnFold.fold(terms, sum, p);
        }
    }
}
