// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;

/**
 * Views that are repeated to a larger shape by PyTorch's rules: shapes are aligned at their last dimensions, and where
 * a view has size 1 or no dimension at all, its elements serve for every index. Nothing is stored: a repeated dimension
 * is one of stride 0.
 *
 * <p>A walk runs over some dimensions of the shape, given as a set of bits, in row-major order; the others stay where
 * they are. Elements of the walk are numbered from 0.
 */
final class Broadcast {
    /** Every dimension. */
    static final long ALL = -1L;

    private Broadcast() {}

    private static boolean has(long dims, int d) {
        return (dims >> d & 1) != 0;
    }

    /** Stride of a view along dimension {@code d} of a shape of the given rank. */
    static int stride(Tensor view, int rank, int d) {
        int own = d - (rank - view.rank());
        return own < 0 || view.sizes()[own] == 1 ? 0 : view.strides()[own];
    }

    /** The dimensions of a shape along which a view is repeated. */
    static long repeated(Tensor view, int[] shape) {
        long dims = 0;
        for (int d = 0; d < shape.length; d++) {
            int own = d - (shape.length - view.rank());
            if (shape[d] != 1 && (own < 0 || view.sizes()[own] == 1)) {
                dims |= 1L << d;
            }
        }
        return dims;
    }

    /** Number of elements of a walk. */
    static int count(int[] shape, long dims) {
        int count = 1;
        for (int d = 0; d < shape.length; d++) {
            count *= has(dims, d) ? shape[d] : 1;
        }
        return count;
    }

    /** The last dimension of a walk that has more than one index, or -1. */
    static int last(int[] shape, long dims) {
        int last = shape.length - 1;
        while (last >= 0 && (!has(dims, last) || shape[last] == 1)) {
            last--;
        }
        return last;
    }

    /** Distance from a view's first element to the element of a walk with the given number. */
    static int position(Tensor view, int[] shape, long dims, int number) {
        int position = 0;
        int rest = number;
        for (int d = shape.length - 1; d >= 0 && rest != 0; d--) {
            if (has(dims, d)) {
                int size = shape[d];
                int quotient = rest < size ? 0 : rest / size;
                position += (rest - quotient * size) * stride(view, shape.length, d);
                rest = quotient;
            }
        }
        return position;
    }

    /** How many elements of a walk lie one after the other; every such run starts at a multiple of this number. */
    static int run(Tensor view, int[] shape, long dims) {
        int run = 1;
        for (int d = shape.length - 1; d >= 0; d--) {
            if (has(dims, d) && shape[d] != 1) {
                if (stride(view, shape.length, d) != run) {
                    break;
                }
                run *= shape[d];
            }
        }
        return run;
    }

    /** After how many elements a walk comes back to the same ones; the length of the walk if it never does. */
    static int period(Tensor view, int[] shape, long dims) {
        int period = count(shape, dims);
        for (int d = 0; d < shape.length; d++) {
            if (has(dims, d) && shape[d] != 1) {
                if (stride(view, shape.length, d) != 0) {
                    break;
                }
                period /= shape[d];
            }
        }
        return period;
    }

    /** Whether a view can be repeated to a shape. */
    static boolean fits(Tensor view, int[] shape) {
        boolean fits = view.rank() <= shape.length;
        for (int own = 0; own < view.rank() && fits; own++) {
            int size = view.sizes()[own];
            fits = size == 1 || size == shape[own + shape.length - view.rank()];
        }
        return fits;
    }

    /** Checks that a view can be repeated to the shape of another. */
    static void checkFits(String name, Tensor view, String otherName, Tensor other) {
        if (!fits(view, other.sizes())) {
            throw new IllegalArgumentException(
                    name + " has shape " + Arrays.toString(view.sizes()) + " but " + otherName
                            + " has shape " + Arrays.toString(other.sizes())
                            + "; counted from the last dimension, each size of "
                            + name + " must be 1 or that of " + otherName);
        }
    }

    /** The shape to which two views can be repeated together. Makes an array only where it is neither view's own. */
    static int[] shape(String name, Tensor view, String otherName, Tensor other) {
        if (fits(other, view.sizes())) {
            return view.sizes();
        }
        if (fits(view, other.sizes())) {
            return other.sizes();
        }
        int rank = Math.max(view.rank(), other.rank());
        int[] shape = new int[rank];
        for (int d = 0; d < rank; d++) {
            int a = size(view, rank, d);
            int b = size(other, rank, d);
            if (a != b && a != 1 && b != 1) {
                throw new IllegalArgumentException(otherName + " has shape " + Arrays.toString(other.sizes()) + " but "
                        + name + " has shape " + Arrays.toString(view.sizes())
                        + "; counted from the last dimension, their sizes must be the same or one of them 1, but here "
                        + b + " meets " + a);
            }
            shape[d] = a == 1 ? b : a;
        }
        Shapes.numel(shape);
        return shape;
    }

    /** The index of an element by its row-major number, as messages write it. */
    static String index(int[] shape, int number) {
        int[] index = new int[shape.length];
        int rest = number;
        for (int d = shape.length - 1; d >= 0; d--) {
            index[d] = rest % shape[d];
            rest /= shape[d];
        }
        return shape.length == 0 ? "" : Arrays.toString(index);
    }

    private static int size(Tensor view, int rank, int d) {
        int own = d - (rank - view.rank());
        return own < 0 ? 1 : view.sizes()[own];
    }
}
