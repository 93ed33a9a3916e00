// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/** Log-softmax of a row whose maximum and logarithm of the sum are known. */
final class FloatVectorLogSoftmax {
    // For native memory also: x, out

    private FloatVectorLogSoftmax() {}

    /** {@code out = ((x - max) - logSum) * scale * w}; without w the weight is 1. */
    static void logSoftmax(
            float[] x,
            int xOffset,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            float logSum,
            float scale,
            float[] out,
            int outOffset) {
        FloatVector maxima = FloatVector.broadcast(SPECIES, max);
        FloatVector logSums = FloatVector.broadcast(SPECIES, logSum);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        int last = n - LENGTH;
        FloatVector end = FloatVector.fromArray(SPECIES, x, xOffset + last)
                .sub(maxima)
                .sub(logSums)
                .mul(scales);
        if (w != null) {
            end = end.mul(FloatVector.fromArray(SPECIES, w, wOffset + last));
        }
        for (int i = 0; i < last; i += LENGTH) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i)
                    .sub(maxima)
                    .sub(logSums)
                    .mul(scales);
            if (w != null) {
                v = v.mul(FloatVector.fromArray(SPECIES, w, wOffset + i));
            }
            v.blend(Float.NaN, v.compare(NE, v)).intoArray(out, outOffset + i);
        }
        end.blend(Float.NaN, end.compare(NE, end)).intoArray(out, outOffset + last);
    }
}
