// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.DoubleTensor;
import io.github.lanewise.ElementType;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Tensor;

/** The two types that every operation exists for, with arrays and views of either behind one face. */
enum Element {
    FLOAT,
    DOUBLE;

    /** The type that a class belongs to, or null. */
    static Element of(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "float", "float[]", "FloatTensor", "FloatRagged", "FloatLogitResults" -> FLOAT;
            case "double[]", "DoubleTensor", "DoubleRagged", "DoubleLogitResults" -> DOUBLE;
            default -> null;
        };
    }

    /** What lies in an array of the type. */
    ElementType type() {
        return this == FLOAT ? ElementType.FLOAT : ElementType.DOUBLE;
    }

    /** A new array full of guard values. */
    Object guarded(int length) {
        Object array = this == FLOAT ? new float[length] : new double[length];
        Store.of(array).guarded(type());
        return array;
    }

    double get(Object array, int index) {
        return this == FLOAT ? ((float[]) array)[index] : ((double[]) array)[index];
    }

    void set(Object array, int index, double value) {
        if (this == FLOAT) {
            ((float[]) array)[index] = (float) value;
        } else {
            ((double[]) array)[index] = value;
        }
    }

    /** A view of a part of an array. */
    View view(Object array, int offset, int[] shape, int... strides) {
        Tensor tensor = this == FLOAT
                ? FloatTensor.of((float[]) array, offset, shape, strides)
                : DoubleTensor.of((double[]) array, offset, shape, strides);
        return new View(tensor, Store.of(array), type(), (long) offset * type().byteSize(), shape, strides, false);
    }

    Object box(double value) {
        if (this == FLOAT) {
            return (float) value;
        }
        return value;
    }

    double largest() {
        return this == FLOAT ? Float.MAX_VALUE : Double.MAX_VALUE;
    }

    double smallest() {
        return this == FLOAT ? Float.MIN_VALUE : Double.MIN_VALUE;
    }
}
