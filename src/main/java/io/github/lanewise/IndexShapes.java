// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rules for an array of indices over a shape of its own, beside the shapes of what it points into. */
final class IndexShapes {
    private IndexShapes() {}

    /** The dimension that indices point along; a shape without dimensions counts as one element of a row. */
    static int axis(int dim, int rank) {
        return rank == 0 && (dim == 0 || dim == -1) ? 0 : Shapes.dim(dim, rank);
    }

    /** Number of rows along a dimension. */
    static int rows(int[] shape, int axis) {
        int rows = 1;
        for (int d = 0; d < shape.length; d++) {
            rows *= d == axis ? 1 : shape[d];
        }
        return rows;
    }

    /** Size of a dimension. */
    static int size(int[] shape, int axis) {
        return shape.length == 0 ? 1 : shape[axis];
    }

    /** How many row-major places apart the neighbours along a dimension lie. */
    static int step(int[] shape, int axis) {
        int step = 1;
        for (int d = axis + 1; d < shape.length; d++) {
            step *= shape[d];
        }
        return step;
    }

    /** Row-major place of the first element of a row along a dimension. */
    static int start(int[] shape, int axis, int row) {
        int step = step(shape, axis);
        return row / step * step * size(shape, axis) + row % step;
    }

    /**
     * Checks that a shape of indices has as many dimensions as another shape and is nowhere larger. One that holds no index may be any, as
     * in PyTorch.
     *
     * @param exempt a dimension that may be larger, or -1
     */
    static void checkWithin(int[] index, String indexName, int[] other, String otherName, int exempt) {
        if (Shapes.numel(index) == 0) {
            return;
        }
        if (Math.max(index.length, 1) != Math.max(other.length, 1)) {
            throw new IllegalArgumentException(indexName + " has shape " + Arrays.toString(index) + " and " + otherName
                    + " has shape " + Arrays.toString(other) + "; they need the same number of dimensions");
        }
        for (int d = 0; d < Math.max(index.length, 1); d++) {
            if (d != exempt && size(index, d) > size(other, d)) {
                throw new IllegalArgumentException(
                        indexName + " has shape " + Arrays.toString(index) + " and " + otherName
                                + " has shape " + Arrays.toString(other) + "; dimension " + d
                                + " of the former must be no larger"
                                + (exempt < 0 ? "" : ", only dimension " + exempt + " may be"));
            }
        }
    }

    /** Checks the number of indices and that each is in range. */
    static void check(int @Nullable [] ints, long @Nullable [] longs, int[] shape, int axis, int size) {
        int given = ints != null ? ints.length : Objects.requireNonNull(longs, "index").length;
        int numel = Shapes.numel(shape);
        if (given != numel) {
            throw new IllegalArgumentException("index has " + given + " entries but its shape " + Arrays.toString(shape)
                    + " holds " + numel + "; give one for each place, row-major");
        }
        for (int i = 0; i < given; i++) {
            long index = ClassIndices.at(ints, longs, i);
            if (index < 0 || index >= size) {
                throw new IndexOutOfBoundsException("index[" + i + "] = " + index + " is out of bounds for dimension "
                        + axis + " with size " + size + "; it must be in [0, " + size + ")");
            }
        }
    }

    /** The number of classes that a one-hot encoding needs. */
    static int classes(int @Nullable [] ints, long @Nullable [] longs) {
        int count = ints != null ? ints.length : Objects.requireNonNull(longs, "index").length;
        if (count == 0) {
            throw new IllegalArgumentException(
                    "the number of classes can't be inferred from an empty index; give numClasses");
        }
        long largest = 0;
        for (int i = 0; i < count; i++) {
            long index = ClassIndices.at(ints, longs, i);
            if (index < 0 || index >= Integer.MAX_VALUE) {
                throw new IndexOutOfBoundsException("index[" + i + "] = " + index
                        + " is no class; classes are numbered from 0 to " + (Integer.MAX_VALUE - 1));
            }
            largest = Math.max(largest, index);
        }
        return (int) largest + 1;
    }

    /** Checks classes and the place for their encoding; numClasses -1 stands for the number they need. */
    static int checkOneHot(int @Nullable [] ints, long @Nullable [] longs, int numClasses) {
        if (numClasses == -1) {
            return classes(ints, longs);
        }
        if (numClasses < 1) {
            throw new IllegalArgumentException(
                    "numClasses " + numClasses + " leaves no class; give 1 or more, or -1 to infer it from the index");
        }
        int count = ints != null ? ints.length : Objects.requireNonNull(longs, "index").length;
        for (int i = 0; i < count; i++) {
            long index = ClassIndices.at(ints, longs, i);
            if (index < 0 || index >= numClasses) {
                throw new IndexOutOfBoundsException("index[" + i + "] = " + index + " is outside [0, " + numClasses
                        + "); classes are not negative and smaller than numClasses");
            }
        }
        return numClasses;
    }

    /** Checks that there is room for every class of every entry. */
    static void checkRoom(int entries, int classes, int room) {
        if ((long) entries * classes != room) {
            throw new IllegalArgumentException("the one-hot encoding of " + entries + " entries in " + classes
                    + " classes has " + (long) entries * classes + " elements, but output has room for " + room);
        }
    }

    /**
     * The position of a row of indices in a view of a shape that is no smaller: its number among the rows of the view along the
     * same dimension.
     */
    static int position(int[] shape, int axis, int row, int[] viewShape) {
        int position = 0;
        int step = 1;
        int rest = row;
        for (int d = shape.length - 1; d >= 0 && rest != 0; d--) {
            if (d != axis) {
                int size = shape[d];
                int quotient = rest < size ? 0 : rest / size;
                position += (rest - quotient * size) * step;
                rest = quotient;
                step *= viewShape[d];
            }
        }
        return position;
    }
}
