// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import java.util.Arrays;

/** Numbers in a shape, row-major. Immutable; values of narrower types are carried as double, which changes none of them. */
public final class Tensor {
    private final double[] data;
    private final int[] shape;

    private Tensor(double[] data, int[] shape) {
        this.data = data;
        this.shape = shape;
    }

    /**
     * Numbers in a shape.
     *
     * @param data the numbers, row-major; copied
     * @param shape the sizes of the dimensions, none for a single number; copied
     * @return the tensor
     * @throws IllegalArgumentException if the shape does not hold as many numbers
     */
    public static Tensor of(double[] data, int... shape) {
        if (data.length != count(shape)) {
            throw new IllegalArgumentException(
                    data.length + " numbers do not fill the shape " + Arrays.toString(shape));
        }
        return new Tensor(data.clone(), shape.clone());
    }

    /**
     * Numbers of type float in a shape.
     *
     * @param data the numbers, row-major; copied
     * @param shape the sizes of the dimensions, none for a single number; copied
     * @return the tensor
     * @throws IllegalArgumentException if the shape does not hold as many numbers
     */
    public static Tensor of(float[] data, int... shape) {
        double[] wide = new double[data.length];
        for (int i = 0; i < data.length; i++) {
            wide[i] = data[i];
        }
        return of(wide, shape);
    }

    /**
     * A tensor without dimensions.
     *
     * @param value its number
     * @return the tensor
     */
    public static Tensor scalar(double value) {
        return new Tensor(new double[] {value}, new int[0]);
    }

    /**
     * The numbers.
     *
     * @return a copy, row-major
     */
    public double[] data() {
        return data.clone();
    }

    /**
     * The numbers rounded to float; no change if they came from float.
     *
     * @return a new array, row-major
     */
    public float[] floats() {
        float[] narrow = new float[data.length];
        for (int i = 0; i < data.length; i++) {
            narrow[i] = (float) data[i];
        }
        return narrow;
    }

    /**
     * The numbers, as {@link #data}: the counterpart of {@link #floats} for generic code.
     *
     * @return a copy of the numbers, row-major
     */
    public double[] doubles() {
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
     * Size of a dimension.
     *
     * @param dim the dimension, from 0
     * @return its size
     */
    public int size(int dim) {
        return shape[dim];
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
    public double get(int index) {
        return data[index];
    }

    /**
     * The same numbers in another shape.
     *
     * @param newShape the sizes of the dimensions
     * @return a tensor of that shape
     * @throws IllegalArgumentException if the shape does not hold as many numbers
     */
    public Tensor withShape(int... newShape) {
        return of(data, newShape);
    }

    private static int count(int[] shape) {
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        return count;
    }

    /**
     * Whether shape and numbers are the same to the bit, any NaN being the same as any other.
     *
     * @param other anything
     * @return true if it is a tensor like this
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor tensor && Arrays.equals(shape, tensor.shape) && Arrays.equals(data, tensor.data);
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
