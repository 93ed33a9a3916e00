// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.DoubleTensor;
import io.github.lanewise.ElementType;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Tensor;
import java.util.Arrays;

/** A view together with all that it was made from, so that nothing has to be asked of the library. */
final class View {
    private final Tensor tensor;
    private final Store store;
    private final ElementType type;
    private final long start;
    private final int[] shape;
    private final int[] strides;
    private final boolean readOnly;

    /**
     * A view as it has been made, or would be.
     *
     * @param tensor what the library is given
     * @param store the memory
     * @param type what lies there
     * @param start the byte at which the first element begins
     * @param shape the sizes
     * @param strides how many elements apart neighbours lie
     * @param readOnly whether the library must not write to it
     */
    View(Tensor tensor, Store store, ElementType type, long start, int[] shape, int[] strides, boolean readOnly) {
        this.tensor = tensor;
        this.store = store;
        this.type = type;
        this.start = start;
        this.shape = shape.clone();
        this.strides = strides.clone();
        this.readOnly = readOnly;
    }

    /** A view that the library has made of an array, as those in results. */
    static View ofArray(Tensor tensor) {
        boolean floats = tensor instanceof FloatTensor;
        Object array = floats ? ((FloatTensor) tensor).array() : ((DoubleTensor) tensor).array();
        ElementType type = floats ? ElementType.FLOAT : ElementType.DOUBLE;
        int[] strides = new int[tensor.rank()];
        Arrays.setAll(strides, tensor::stride);
        long start = (long) tensor.offset() * type.byteSize();
        return new View(tensor, Store.of(array), type, start, tensor.shape(), strides, false);
    }

    /** What the library is given. */
    Tensor tensor() {
        return tensor;
    }

    Store store() {
        return store;
    }

    ElementType type() {
        return type;
    }

    /** The byte at which the first element begins. */
    long start() {
        return start;
    }

    int[] shape() {
        return shape.clone();
    }

    int[] strides() {
        return strides.clone();
    }

    boolean readOnly() {
        return readOnly;
    }

    /** The type of the library's view. */
    Element element() {
        return type == ElementType.DOUBLE ? Element.DOUBLE : Element.FLOAT;
    }

    int width() {
        return type.byteSize();
    }

    int rank() {
        return shape.length;
    }

    int size(int dim) {
        return shape[dim < 0 ? dim + shape.length : dim];
    }

    int stride(int dim) {
        return strides[dim];
    }

    int numel() {
        return Places.count(shape);
    }

    /** Where each element begins, in row-major order. */
    long[] addresses() {
        return Arrays.stream(Places.of(0, shape, strides))
                .mapToLong(place -> start + place * (long) type.byteSize())
                .toArray();
    }

    /** The numbers, in row-major order. */
    double[] numbers() {
        return Arrays.stream(addresses()).mapToDouble(at -> store.get(type, at)).toArray();
    }

    /** The bits of all elements, in row-major order. */
    long[] bits() {
        return Arrays.stream(addresses()).map(at -> store.bits(type, at)).toArray();
    }

    @Override
    public String toString() {
        return type + Arrays.toString(shape) + " strides " + Arrays.toString(strides) + " from byte " + start
                + (readOnly ? ", read-only," : "") + " of " + store;
    }
}
