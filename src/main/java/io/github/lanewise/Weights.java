// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;

/** Weights of elements as an option of a loss: the caller's numbers, copied, for both types. Immutable once made. */
final class Weights {
    final FloatTensor floats;
    final DoubleTensor doubles;

    private Weights(float[] floats, double[] doubles, int[] shape) {
        this.floats = FloatTensor.of(floats, shape);
        this.doubles = DoubleTensor.of(doubles, shape);
    }

    /** A vector over the last dimension, or a single weight for all elements. */
    static Weights of(float[] values, String name) {
        Objects.requireNonNull(values, name);
        return of(values, shape(values.length));
    }

    /** A vector over the last dimension, or a single weight for all elements. */
    static Weights of(double[] values, String name) {
        Objects.requireNonNull(values, name);
        return of(values, shape(values.length));
    }

    static Weights of(Tensor values, String name) {
        Objects.requireNonNull(values, name);
        values.checkAccess();
        return values instanceof FloatTensor floats
                ? of(floats.toArray(), floats.shape())
                : of(((DoubleTensor) values).toArray(), values.shape());
    }

    /** A single weight has no dimension, so that it fits every target. */
    private static int[] shape(int length) {
        return length == 1 ? new int[0] : new int[] {length};
    }

    private static Weights of(float[] values, int[] shape) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return new Weights(values.clone(), doubles, shape);
    }

    private static Weights of(double[] values, int[] shape) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return new Weights(floats, values.clone(), shape);
    }
}
