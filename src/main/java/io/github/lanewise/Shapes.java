// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;
import java.util.Objects;

/** Arithmetic on shapes and strides. */
final class Shapes {
    /** As many as PyTorch takes, and as a long has bits to mark them. */
    private static final int MOST_DIMENSIONS = 64;

    private Shapes() {}

    /** Number of elements of a shape. */
    static int numel(int[] shape) {
        Objects.requireNonNull(shape, "shape");
        if (shape.length > MOST_DIMENSIONS) {
            throw new IllegalArgumentException("shape has " + shape.length + " dimensions; at most " + MOST_DIMENSIONS
                    + " are supported, so merge neighbouring ones");
        }
        for (int size : shape) {
            if (size < 0) {
                throw new IllegalArgumentException(
                        "shape " + Arrays.toString(shape) + " has the negative size " + size + "; sizes are 0 or more");
            }
        }
        long numel = product(shape, -1);
        if (numel > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " holds more than "
                    + Integer.MAX_VALUE + " elements; split it into several views");
        }
        return (int) numel;
    }

    /** Product of all sizes, which are not negative, but one; of any value above the greatest int if it is above that. */
    static long product(int[] sizes, int skip) {
        long product = 1;
        for (int d = 0; d < sizes.length; d++) {
            if (d != skip) {
                if (sizes[d] == 0) {
                    return 0;
                }
                product = Math.min(product * sizes[d], 1L << 32);
            }
        }
        return product;
    }

    /** The strides of a row-major array. */
    static int[] rowMajor(int[] shape) {
        Objects.requireNonNull(shape, "shape");
        int[] strides = new int[shape.length];
        int stride = 1;
        for (int d = shape.length - 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= Math.max(shape[d], 1);
        }
        return strides;
    }

    /** Checks that every element of a view lies inside its array. */
    static void checkInside(int length, int offset, int[] shape, int[] strides, int numel) {
        long lowest = offset + lowest(shape, strides, numel);
        long highest = offset + highest(shape, strides, numel);
        boolean outside = numel == 0 ? offset < 0 || offset > length : lowest < 0 || highest >= length;
        if (outside) {
            throw new IndexOutOfBoundsException("a view of shape " + Arrays.toString(shape) + " with strides "
                    + Arrays.toString(strides) + " at offset " + offset + " reaches elements " + lowest + " to "
                    + highest
                    + " of an array of " + length + "; choose an offset, shape and strides that stay inside");
        }
    }

    /** Checks that a row lies inside its array. */
    static void checkRow(String name, int offset, int length, int available) {
        if ((offset | length) < 0 || offset > available - length) {
            throw new IndexOutOfBoundsException("a row of " + length + " elements from index " + offset + " of " + name
                    + " on is not inside that array, whose length is " + available
                    + "; give the index of the row's first element and the number of its elements");
        }
    }

    /** Place of the element of a view that lies furthest before its first one, counted from that; at most 0. */
    static long lowest(int[] shape, int[] strides, int numel) {
        long lowest = 0;
        for (int d = 0; d < shape.length && numel > 0; d++) {
            lowest += Math.min((shape[d] - 1L) * strides[d], 0);
        }
        return lowest;
    }

    /** Place of the element of a view that lies furthest behind its first one, counted from that; at least 0. */
    static long highest(int[] shape, int[] strides, int numel) {
        long highest = 0;
        for (int d = 0; d < shape.length && numel > 0; d++) {
            highest += Math.max((shape[d] - 1L) * strides[d], 0);
        }
        return highest;
    }

    /** Checks that there is a stride for each dimension. */
    static void checkRanks(int[] shape, int[] strides) {
        Objects.requireNonNull(strides, "strides");
        if (shape.length != strides.length) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " has " + shape.length
                    + " dimensions but strides " + Arrays.toString(strides) + " has " + strides.length
                    + "; give one stride for each dimension");
        }
    }

    /** A dimension counted from the start. */
    static int dim(int dim, int rank) {
        int d = dim < 0 ? dim + rank : dim;
        if (d < 0 || d >= rank) {
            throw new IndexOutOfBoundsException(
                    rank == 0
                            ? "dimension " + dim + " of a view without dimensions; it has a single element"
                            : "dimension " + dim + " is outside [" + -rank + ", " + (rank - 1) + "] for a view of rank "
                                    + rank);
        }
        return d;
    }

    /** Checks that two views have the same shape. */
    static void checkSame(String name, Tensor view, String otherName, Tensor other) {
        if (!Arrays.equals(view.sizes(), other.sizes())) {
            throw new IllegalArgumentException(otherName + " has shape " + Arrays.toString(other.sizes()) + " but "
                    + name + " has shape " + Arrays.toString(view.sizes()) + "; they must be the same");
        }
    }

    /** The sizes or strides without those of a dimension. */
    static int[] without(int[] values, int dim) {
        int[] rest = new int[values.length - 1];
        System.arraycopy(values, 0, rest, 0, dim);
        System.arraycopy(values, dim + 1, rest, dim, rest.length - dim);
        return rest;
    }

    /**
     * Distance from a view's first element to the element with row-major number {@code i} over all dimensions but one.
     *
     * @param skip the dimension to leave out, or -1 for none
     */
    static int position(int[] shape, int[] strides, int skip, int i) {
        int position = 0;
        int rest = i;
        for (int d = shape.length - 1; d >= 0 && rest != 0; d--) {
            if (d != skip) {
                int size = shape[d];
                int quotient = rest < size ? 0 : rest / size;
                position += (rest - quotient * size) * strides[d];
                rest = quotient;
            }
        }
        return position;
    }

    /** The shape with its -1 worked out. */
    static int[] inferred(int[] newShape, int numel, int[] oldShape) {
        Objects.requireNonNull(newShape, "newShape");
        int[] sizes = newShape.clone();
        int unknown = -1;
        for (int d = 0; d < sizes.length; d++) {
            if (sizes[d] == -1) {
                if (unknown >= 0) {
                    throw new IllegalArgumentException("shape " + Arrays.toString(newShape)
                            + " has more than one size to work out; give at most one -1");
                }
                unknown = d;
                sizes[d] = 1;
            }
        }
        int known = numel(sizes);
        // Beside a size of 0, any size would do for the one to work out.
        boolean ambiguous = unknown >= 0 && known == 0;
        if (unknown >= 0 && !ambiguous && numel % known == 0) {
            sizes[unknown] = numel / known;
            known = numel;
        }
        if (ambiguous && numel == 0) {
            throw new IllegalArgumentException("shape " + Arrays.toString(newShape)
                    + " leaves open what -1 stands for, since any size holds no element; give all sizes");
        }
        if (known != numel || ambiguous) {
            throw new IllegalArgumentException("a view of shape " + Arrays.toString(oldShape) + " with " + numel
                    + " elements can't take the shape " + Arrays.toString(newShape)
                    + "; the number of elements must stay the same");
        }
        return sizes;
    }

    /** Strides under which the elements of a view, in row-major order, have another shape. */
    static int[] reshaped(int[] shape, int[] strides, int[] newShape, int numel) {
        if (numel == 0) {
            return rowMajor(newShape);
        }
        int[] result = new int[newShape.length];
        Arrays.fill(result, 1);
        int next = newShape.length - 1;
        // From the end, gather old dimensions that one stride walks, and lay new ones over them. Size 1 fits anywhere.
        int old = shape.length - 1;
        while (old >= 0) {
            int base = strides[old];
            int gathered = shape[old];
            boolean open = gathered == 1;
            old--;
            while (old >= 0 && (open || shape[old] == 1 || strides[old] == gathered * base)) {
                if (open) {
                    base = strides[old];
                }
                gathered *= shape[old];
                open = gathered == 1;
                old--;
            }
            int laid = 1;
            while (next >= 0 && (laid < gathered || newShape[next] == 1)) {
                result[next] = laid * base;
                laid *= newShape[next];
                next--;
            }
            if (laid != gathered) {
                throw new IllegalArgumentException("a view of shape " + Arrays.toString(shape) + " with strides "
                        + Arrays.toString(strides) + " can't take the shape " + Arrays.toString(newShape)
                        + " without a copy; copy it with toArray() first");
            }
        }
        return result;
    }
}
