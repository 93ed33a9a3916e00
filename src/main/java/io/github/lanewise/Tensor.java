// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;

/**
 * What views of floats and of doubles have in common: an offset, a shape and strides.
 *
 * <p>Element {@code (i0, i1, ...)} lies at {@code offset + i0 * stride(0) + i1 * stride(1) + ...}. A view without
 * dimensions has one element.
 */
public abstract sealed class Tensor permits FloatTensor, DoubleTensor {
    final int offset;
    final int[] shape;
    final int[] strides;
    final int numel;

    Tensor(int offset, int[] shape, int[] strides, int numel) {
        this.offset = offset;
        this.shape = shape;
        this.strides = strides;
        this.numel = numel;
    }

    /** The array behind the view, to tell whether two views share it. */
    abstract Object storage();

    /**
     * Number of dimensions.
     *
     * @return the rank; 0 for a single element
     */
    public final int rank() {
        return shape.length;
    }

    /**
     * Size of a dimension.
     *
     * @param dim the dimension, counted from the end if negative
     * @return its size
     * @throws IndexOutOfBoundsException if there is no such dimension
     */
    public final int size(int dim) {
        return shape[Shapes.dim(dim, shape.length)];
    }

    /**
     * How many places of the array apart the neighbours along a dimension lie.
     *
     * @param dim the dimension, counted from the end if negative
     * @return its stride
     * @throws IndexOutOfBoundsException if there is no such dimension
     */
    public final int stride(int dim) {
        return strides[Shapes.dim(dim, shape.length)];
    }

    /**
     * The sizes of all dimensions.
     *
     * @return a copy of the shape
     */
    public final int[] shape() {
        return shape.clone();
    }

    /**
     * Number of elements.
     *
     * @return the product of the sizes
     */
    public final int numel() {
        return numel;
    }

    /**
     * Index in the array of the element whose indices are all 0.
     *
     * @return the offset
     */
    public final int offset() {
        return offset;
    }

    /**
     * Whether the elements lie one after the other in row-major order.
     *
     * @return true if so; true for empty views
     */
    public final boolean isContiguous() {
        int expected = 1;
        for (int d = shape.length - 1; d >= 0; d--) {
            if (shape[d] != 1 && strides[d] != expected) {
                return numel == 0;
            }
            expected *= shape[d];
        }
        return true;
    }

    /** The sizes themselves, for reading. */
    final int[] sizes() {
        return shape;
    }

    /** The strides themselves, for reading. */
    final int[] strides() {
        return strides;
    }

    /** Index in the array of one element. */
    final int position(int[] index) {
        if (index.length != shape.length) {
            throw new IllegalArgumentException(index.length + " indices for a view of shape " + Arrays.toString(shape)
                    + "; give one for each dimension");
        }
        int position = offset;
        for (int d = 0; d < index.length; d++) {
            if (index[d] < 0 || index[d] >= shape[d]) {
                throw new IndexOutOfBoundsException("index " + index[d] + " is outside dimension " + d + " of shape "
                        + Arrays.toString(shape) + "; it must be in [0, " + shape[d] + ")");
            }
            position += index[d] * strides[d];
        }
        return position;
    }

    /**
     * Shape, strides and offset, not the elements.
     *
     * @return a description for messages
     */
    @Override
    public final String toString() {
        return getClass().getSimpleName() + Arrays.toString(shape) + " strides " + Arrays.toString(strides) + " offset "
                + offset;
    }
}
