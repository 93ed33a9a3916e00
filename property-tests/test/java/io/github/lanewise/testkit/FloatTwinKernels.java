// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.kernel.FloatKernels;
import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.scalar.FloatScalarKernels;
import io.github.lanewise.kernel.vector.FloatVectorKernels;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** Runs one call on the vector kernels and on their scalar twin, and compares all bits. */
final class FloatTwinKernels {
    private static final float UNTOUCHED = -77f;
    private static final int MARGIN = 3;

    private FloatTwinKernels() {}

    /** A call that writes an array. */
    interface Call {
        void on(FloatKernels kernels, float[] out);
    }

    /** A call that writes into an array of some length, in which all bits have to be the same. */
    static void sameArray(int length, Call call) {
        float[] twin = new float[length + MARGIN];
        Arrays.fill(twin, UNTOUCHED);
        float[] vector = twin.clone();
        call.on(FloatScalarKernels.INSTANCE, twin);
        call.on(FloatVectorKernels.INSTANCE, vector);
        for (int i = 0; i < twin.length; i++) {
            if (Float.floatToRawIntBits(twin[i]) != Float.floatToRawIntBits(vector[i])) {
                throw new AssertionError(
                        "[" + i + "] of " + length + ": vector " + describe(vector[i]) + ", twin " + describe(twin[i]));
            }
        }
        for (int i = length; i < vector.length; i++) {
            if (vector[i] != UNTOUCHED) {
                throw new AssertionError("element " + i + " after the " + length + " of the output was written");
            }
        }
    }

    /**
     * A call that writes one value for each of some columns, rounded up to whole registers. The bits that count have to be the
     * same.
     *
     * @return the values, in an array with room for whole registers
     */
    static float[] sameColumns(int count, Call call) {
        int room = Math.ceilDiv(count, FloatLanes.LANES) * FloatLanes.LANES;
        float[] result = new float[room];
        sameArray(count, (kernels, out) -> {
            float[] columns = new float[room];
            call.on(kernels, columns);
            System.arraycopy(columns, 0, out, 0, count);
            System.arraycopy(columns, 0, result, 0, count);
        });
        return result;
    }

    /** A call with a result; all NaN are the same. */
    static double sameNumber(ToDoubleFunction<FloatKernels> call) {
        double twin = call.applyAsDouble(FloatScalarKernels.INSTANCE);
        double vector = call.applyAsDouble(FloatVectorKernels.INSTANCE);
        if (Double.doubleToLongBits(twin) != Double.doubleToLongBits(vector)) {
            throw new AssertionError("vector " + vector + ", twin " + twin);
        }
        return twin;
    }

    /** A sum; that it is not finite is all that is promised where it is not. */
    static void sameSum(ToDoubleFunction<FloatKernels> call) {
        sameNumber(kernels -> {
            double sum = call.applyAsDouble(kernels);
            return Double.isFinite(sum) ? sum : Double.NaN;
        });
    }

    private static String describe(float value) {
        return value + " (" + Float.toHexString(value) + ")";
    }
}
