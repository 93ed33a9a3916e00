// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;
import java.util.Objects;

/**
 * A view of floats: an array, an offset, a shape and strides. It owns nothing and copies nothing; the losses read and
 * write the array through it.
 *
 * <p>Element {@code (i0, i1, ...)} lies at {@code offset + i0 * stride(0) + i1 * stride(1) + ...}. A view without
 * dimensions has one element. Strides may be 0 (the same element again) or negative in inputs; a view that is written to
 * must not hold an element twice.
 *
 * <p>Views are immutable and may be shared between threads; the array's contents are the caller's to guard. Making a view
 * costs two small arrays, so code that must not allocate makes its views once and keeps them.
 *
 * <pre>{@code
 * FloatTensor logits = FloatTensor.of(data, 64, 1000);          // 64 rows of 1000 classes
 * FloatTensor firstRow = logits.select(0, 0);                   // shape [1000]
 * FloatTensor half = logits.slice(0, 0, 32);                    // shape [32, 1000]
 * FloatTensor image = FloatTensor.of(pixels, 8, 21, 256, 256);  // (N, C, H, W)
 * }</pre>
 */
public final class FloatTensor extends Tensor {
    private final float[] array;

    private FloatTensor(float[] array, int offset, int[] shape, int[] strides, int numel) {
        super(offset, shape, strides, numel);
        this.array = array;
    }

    /**
     * A row-major view of a whole array.
     *
     * @param data the elements, of which there are exactly as many as the shape has places
     * @param shape the sizes of the dimensions; none for a single element
     * @return the view
     * @throws IllegalArgumentException if a size is negative or the shape does not hold {@code data.length} elements
     */
    public static FloatTensor of(float[] data, int... shape) {
        Objects.requireNonNull(data, "data");
        int numel = Shapes.numel(shape);
        if (numel != data.length) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " holds " + numel
                    + " elements but data has " + data.length
                    + "; give a shape that fits, or an offset and strides for a part of the array");
        }
        return new FloatTensor(data, 0, shape.clone(), Shapes.rowMajor(shape), numel);
    }

    /**
     * A view of any part of an array.
     *
     * @param data the array that holds the elements
     * @param offset index of the first element
     * @param shape the sizes of the dimensions
     * @param strides for each dimension, how many places apart its neighbours lie
     * @return the view
     * @throws IllegalArgumentException if a size is negative or shape and strides differ in length
     * @throws IndexOutOfBoundsException if an element would lie outside the array
     */
    public static FloatTensor of(float[] data, int offset, int[] shape, int[] strides) {
        Objects.requireNonNull(data, "data");
        int numel = Shapes.numel(shape);
        Objects.requireNonNull(strides, "strides");
        if (shape.length != strides.length) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " has " + shape.length
                    + " dimensions but strides " + Arrays.toString(strides) + " has " + strides.length
                    + "; give one stride for each dimension");
        }
        Shapes.checkInside(data.length, offset, shape, strides, numel);
        return new FloatTensor(data, offset, shape.clone(), strides.clone(), numel);
    }

    /**
     * The array behind the view.
     *
     * @return the array itself, not a copy
     */
    public float[] array() {
        return array;
    }

    /**
     * One element.
     *
     * @param index an index for each dimension
     * @return the element
     * @throws IllegalArgumentException if the number of indices is not the rank
     * @throws IndexOutOfBoundsException if an index is outside its dimension
     */
    public float get(int... index) {
        return array[position(index)];
    }

    /**
     * Sets one element.
     *
     * @param value the new value
     * @param index an index for each dimension
     * @throws IllegalArgumentException if the number of indices is not the rank
     * @throws IndexOutOfBoundsException if an index is outside its dimension
     */
    public void set(float value, int... index) {
        array[position(index)] = value;
    }

    /**
     * The part with one index along a dimension, which is dropped from the shape.
     *
     * @param dim the dimension, counted from the end if negative
     * @param index the index along it
     * @return the view
     * @throws IndexOutOfBoundsException if there is no such dimension or index
     */
    public FloatTensor select(int dim, int index) {
        int d = Shapes.dim(dim, shape.length);
        if (index < 0 || index >= shape[d]) {
            throw new IndexOutOfBoundsException("index " + index + " is outside dimension " + d + " of shape "
                    + Arrays.toString(shape) + "; it must be in [0, " + shape[d] + ")");
        }
        return new FloatTensor(
                array,
                offset + index * strides[d],
                Shapes.without(shape, d),
                Shapes.without(strides, d),
                numel / shape[d]);
    }

    /**
     * The part between two indices along a dimension.
     *
     * @param dim the dimension, counted from the end if negative
     * @param from the first index
     * @param to the index after the last
     * @return the view; empty if {@code from == to}
     * @throws IndexOutOfBoundsException if there is no such dimension or not {@code 0 <= from <= to <= size(dim)}
     */
    public FloatTensor slice(int dim, int from, int to) {
        int d = Shapes.dim(dim, shape.length);
        if (from < 0 || to < from || to > shape[d]) {
            throw new IndexOutOfBoundsException("[" + from + ", " + to + ") is not within dimension " + d + " of shape "
                    + Arrays.toString(shape) + "; 0 <= from <= to <= " + shape[d] + " is needed");
        }
        int[] sizes = shape.clone();
        sizes[d] = to - from;
        // An empty part keeps the offset, which then stays inside the array.
        int start = from == to ? offset : offset + from * strides[d];
        return new FloatTensor(array, start, sizes, strides, Shapes.numel(sizes));
    }

    /**
     * The view with two dimensions exchanged.
     *
     * @param dim0 a dimension, counted from the end if negative
     * @param dim1 another, or the same
     * @return the view
     * @throws IndexOutOfBoundsException if there is no such dimension
     */
    public FloatTensor transpose(int dim0, int dim1) {
        int a = Shapes.dim(dim0, shape.length);
        int b = Shapes.dim(dim1, shape.length);
        int[] sizes = shape.clone();
        int[] steps = strides.clone();
        sizes[a] = shape[b];
        sizes[b] = shape[a];
        steps[a] = strides[b];
        steps[b] = strides[a];
        return new FloatTensor(array, offset, sizes, steps, numel);
    }

    /**
     * The same elements in row-major order under another shape, without a copy.
     *
     * @param newShape the new sizes; one of them may be -1 and is then worked out
     * @return the view
     * @throws IllegalArgumentException if the new shape holds another number of elements, or if the elements lie so that
     *     no strides can express it
     */
    public FloatTensor reshape(int... newShape) {
        int[] sizes = Shapes.inferred(newShape, numel, shape);
        int[] steps = Shapes.reshaped(shape, strides, sizes, numel);
        return new FloatTensor(array, offset, sizes, steps, numel);
    }

    /**
     * A copy of the elements in row-major order.
     *
     * @return a new array
     */
    public float[] toArray() {
        float[] copy = new float[numel];
        for (int i = 0; i < numel; i++) {
            copy[i] = array[offset + Shapes.position(shape, strides, -1, i)];
        }
        return copy;
    }

    @Override
    Object storage() {
        return array;
    }
}
