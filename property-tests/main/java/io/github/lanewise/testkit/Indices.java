// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import java.util.Arrays;

/** Whole numbers in a shape, row-major: positions to gather from, classes. Immutable. */
public final class Indices {
    private final long[] data;
    private final int[] shape;

    private Indices(long[] data, int[] shape) {
        this.data = data;
        this.shape = shape;
    }

    /**
     * Whole numbers in a shape.
     *
     * @param data the numbers, row-major; copied
     * @param shape the sizes of the dimensions, none for a single number; copied
     * @return the indices
     * @throws IllegalArgumentException if the shape does not hold as many numbers
     */
    public static Indices of(long[] data, int... shape) {
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        if (data.length != count) {
            throw new IllegalArgumentException(
                    data.length + " numbers do not fill the shape " + Arrays.toString(shape));
        }
        return new Indices(data.clone(), shape.clone());
    }

    /**
     * The numbers.
     *
     * @return a copy, row-major
     */
    public long[] data() {
        return data.clone();
    }

    /**
     * The sizes of the dimensions.
     *
     * @return a copy
     */
    public int[] shape() {
        return shape.clone();
    }

    /**
     * Number of dimensions.
     *
     * @return the rank
     */
    public int rank() {
        return shape.length;
    }

    /**
     * Number of numbers.
     *
     * @return the product of the sizes
     */
    public int count() {
        return data.length;
    }

    /**
     * One number.
     *
     * @param index its row-major index
     * @return the number
     */
    public long get(int index) {
        return data[index];
    }

    /**
     * Whether shape and numbers are the same.
     *
     * @param other anything
     * @return true if it is made of the same numbers in the same shape
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof Indices indices
                && Arrays.equals(shape, indices.shape)
                && Arrays.equals(data, indices.data);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.hashCode(data);
    }

    /**
     * The shape and the first numbers.
     *
     * @return a description for messages
     */
    @Override
    public String toString() {
        int shown = Math.min(data.length, 12);
        String numbers = Arrays.toString(Arrays.copyOf(data, shown));
        return Arrays.toString(shape) + (shown == data.length ? numbers : numbers + "...");
    }
}
