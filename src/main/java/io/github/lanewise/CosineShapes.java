// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;

/** The shapes of two inputs of the cosine embedding loss: pairs of rows, where a size of 1 is repeated. */
final class CosineShapes {
    private CosineShapes() {}

    /**
     * Checks two shapes and the number of targets.
     *
     * @return the number of pairs
     */
    static int rows(int[] shape1, int[] shape2, int targets) {
        if (shape1.length != shape2.length || shape1.length < 1 || shape1.length > 2) {
            throw new IllegalArgumentException("input1 has shape " + Arrays.toString(shape1) + " and input2 has shape "
                    + Arrays.toString(shape2) + "; both need the shape (D) for one pair, or (N, D) for N pairs");
        }
        int axis = shape1.length - 1;
        repeated(shape1, shape2, axis);
        int rows = axis == 0 ? 1 : repeated(shape1, shape2, 0);
        if (axis == 1 && shape1[0] == 1 && shape2[0] == 1) {
            // One pair for all targets.
            return targets;
        }
        if (targets != rows) {
            throw new IllegalArgumentException("input1 has shape " + Arrays.toString(shape1) + " and input2 has shape "
                    + Arrays.toString(shape2) + ", which makes " + rows + (rows == 1 ? " pair" : " pairs")
                    + ", but target has " + targets + " entries; give one target, 1 or -1, for each pair");
        }
        return rows;
    }

    private static int repeated(int[] shape1, int[] shape2, int dim) {
        if (shape1[dim] != shape2[dim] && shape1[dim] != 1 && shape2[dim] != 1) {
            throw new IllegalArgumentException("input1 has shape " + Arrays.toString(shape1) + " but input2 has shape "
                    + Arrays.toString(shape2) + "; sizes of dimension " + dim
                    + " must be the same, or one of them 1 to be repeated");
        }
        return shape1[dim] == 1 ? shape2[dim] : shape1[dim];
    }

    /** Checks a view with one value for each pair. */
    static void checkPerSample(int[] shape, int numel, String name, int rank, int rows) {
        boolean fits = rank == 1 ? numel == 1 : shape.length == 1 && shape[0] == rows;
        if (!fits) {
            throw new IllegalArgumentException(name + " has shape " + Arrays.toString(shape) + "; it needs the shape "
                    + (rank == 1 ? "[]" : "[" + rows + "]") + ", one value for each pair");
        }
    }
}
