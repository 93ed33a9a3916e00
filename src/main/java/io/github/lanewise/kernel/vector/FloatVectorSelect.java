// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.GT;

import io.github.lanewise.kernel.FloatSelectKernels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** The selection on vectors: four registers are rejected by one test. */
public final class FloatVectorSelect implements FloatSelectKernels {
    /** The kernel has no state, so one is enough. */
    public static final FloatVectorSelect INSTANCE = new FloatVectorSelect();

    private FloatVectorSelect() {}

    @Override
    public int indexAbove(float[] x, int xOffset, int from, int n, float bound) {
        FloatVector bounds = FloatVector.broadcast(SPECIES, bound);
        int i = from;
        for (; i <= n - 4 * LENGTH; i += 4 * LENGTH) {
            int at = xOffset + i;
            VectorMask<Float> hit0 = FloatVector.fromArray(SPECIES, x, at).compare(GT, bounds);
            VectorMask<Float> hit1 =
                    FloatVector.fromArray(SPECIES, x, at + LENGTH).compare(GT, bounds);
            VectorMask<Float> hit2 =
                    FloatVector.fromArray(SPECIES, x, at + 2 * LENGTH).compare(GT, bounds);
            VectorMask<Float> hit3 =
                    FloatVector.fromArray(SPECIES, x, at + 3 * LENGTH).compare(GT, bounds);
            if (hit0.or(hit1).or(hit2.or(hit3)).anyTrue()) {
                break;
            }
        }
        for (; i <= n - LENGTH; i += LENGTH) {
            VectorMask<Float> hit =
                    FloatVector.fromArray(SPECIES, x, xOffset + i).compare(GT, bounds);
            if (hit.anyTrue()) {
                return i + hit.firstTrue();
            }
        }
        // Less than a register: one that overlaps what was passed would find again what is selected already.
        while (i < n && !(x[xOffset + i] > bound)) {
            i++;
        }
        return i;
    }
}
