// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Shapes and classes of categorical distributions, and the messages for rows that describe none. */
final class CategoricalShapes {
    private CategoricalShapes() {}

    /** The class dimension, which has to be there. */
    static int axis(int[] shape, int dim) {
        if (shape.length == 0) {
            throw new IllegalArgumentException(
                    "input has no dimensions; a distribution needs at least one, the classes: (C) or (N, C)");
        }
        int axis = Shapes.dim(dim, shape.length);
        if (shape[axis] == 0) {
            throw new IllegalArgumentException("input has shape " + Arrays.toString(shape)
                    + " and so no class along dimension " + axis + "; a distribution needs at least one");
        }
        return axis;
    }

    /** Checks a view with one value for each row: the shape with the class dimension left out, or of size 1. */
    static void checkReduced(int[] shape, int axis, int[] other, String name) {
        boolean kept = other.length == shape.length;
        boolean fits = kept || other.length == shape.length - 1;
        for (int d = 0; d < shape.length && fits; d++) {
            if (d == axis) {
                fits = !kept || other[d] == 1;
            } else {
                fits = other[kept || d < axis ? d : d - 1] == shape[d];
            }
        }
        if (!fits) {
            throw new IllegalArgumentException(name + " has shape " + Arrays.toString(other) + " but input has shape "
                    + Arrays.toString(shape) + " with the classes along dimension " + axis + "; it needs the shape "
                    + Arrays.toString(Shapes.without(shape, axis)) + ", one value for each distribution");
        }
    }

    /** Checks the number of values and that each is a class. */
    static void checkValues(int @Nullable [] ints, long @Nullable [] longs, int rows, int classes) {
        int given = ints != null ? ints.length : Objects.requireNonNull(longs, "value").length;
        if (given != rows) {
            throw new IllegalArgumentException("value has " + given + " entries but input holds " + rows
                    + " distributions; give one class for each, row-major");
        }
        for (int p = 0; p < rows; p++) {
            long y = ClassIndices.at(ints, longs, p);
            if (y < 0 || y >= classes) {
                throw new IndexOutOfBoundsException("value[" + p + "] = " + y + " is outside [0, " + classes
                        + "), the classes of the distributions");
            }
        }
    }

    static IllegalArgumentException invalidLogit(int row, int index, double value) {
        return new IllegalArgumentException("logits of distribution " + row + " hold " + value + " at class " + index
                + "; logits are numbers below infinity, and negative infinity for impossible classes");
    }

    static IllegalArgumentException invalidProbability(int row, int index, double value) {
        return new IllegalArgumentException("probabilities of distribution " + row + " hold " + value + " at class "
                + index + "; they are finite numbers from 0 on, and are divided by their sum");
    }

    static IllegalArgumentException infiniteSum(int row) {
        return new IllegalArgumentException("probabilities of distribution " + row
                + " add up to more than their type holds; scale them down, their sum need not be 1");
    }

    static IllegalArgumentException masked(String name, int row, String what) {
        return new IllegalArgumentException("distribution " + row + " has " + what
                + ", so no class is possible; leave it out, or choose fullyMasked NAN or ZERO for such " + name);
    }
}
