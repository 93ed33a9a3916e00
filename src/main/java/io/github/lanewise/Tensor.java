// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

    /** The array behind the view, or null if there is other memory. */
    abstract @Nullable Object arrayOrNull();

    /** The array behind the view as a segment. */
    abstract MemorySegment arraySegment();

    /** The memory behind the view if it is no array of its type, else null. */
    abstract @Nullable SegmentStorage storage();

    /**
     * Whether the elements lie in an array of the view's type, so that {@code array()} gives it.
     *
     * @return false if they lie in other memory: native, of another array's type, read-only, or of numbers of 16 bits
     */
    public final boolean hasArray() {
        return arrayOrNull() != null;
    }

    /**
     * What kind of numbers lies in memory.
     *
     * @return the type of an element
     */
    public final ElementType elementType() {
        SegmentStorage storage = storage();
        if (storage != null) {
            return storage.type;
        }
        return this instanceof FloatTensor ? ElementType.FLOAT : ElementType.DOUBLE;
    }

    /**
     * Whether the elements can't be written, because the segment or buffer is read-only.
     *
     * @return true if so; such a view can't be an output
     */
    public final boolean isReadOnly() {
        SegmentStorage storage = storage();
        return storage != null && storage.isReadOnly();
    }

    /** Throws what the JDK throws if the memory has been freed or belongs to another thread. */
    final void checkAccess() {
        SegmentStorage storage = storage();
        if (storage != null) {
            storage.checkAccess();
        }
    }

    /** Whether only one thread may touch the memory, so that a call can't share its work; false for no view. */
    static boolean isConfined(@Nullable Tensor view) {
        SegmentStorage storage = view == null ? null : view.storage();
        return storage != null && storage.confined;
    }

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
     * How many places of the memory apart the neighbours along a dimension lie.
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
     * Place of the element whose indices are all 0: its index in the array, or for a view of other memory its distance in
     * elements from the lowest one that the view was made to reach.
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

    /** Place of one element. */
    final int position(int[] index) {
        Objects.requireNonNull(index, "index");
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
     * Type, shape, strides and offset, not the elements.
     *
     * @return a description for messages
     */
    @Override
    public final String toString() {
        String of = elementType().byteSize() == Short.BYTES ? " of " + elementType() + " " : "";
        return getClass().getSimpleName() + of + Arrays.toString(shape) + " strides " + Arrays.toString(strides)
                + " offset " + offset;
    }
}
