// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/**
 * A shape seen as rows along one dimension: one row for each position of the other dimensions, in row-major order of these,
 * which is also the order of class targets.
 */
public final class Rows {
    private final int[] shape;
    private final int dim;
    private final int length;
    private final int inner;
    private final int count;

    /**
     * Rows along a dimension.
     *
     * @param shape the sizes of the dimensions
     * @param dim the dimension of the rows, from 0; ignored without dimensions, where there is one row of one element
     */
    public Rows(int[] shape, int dim) {
        this.shape = shape.clone();
        this.dim = dim;
        int stride = 1;
        int rows = 1;
        for (int d = 0; d < shape.length; d++) {
            stride *= d > dim ? shape[d] : 1;
            rows *= d == dim ? 1 : shape[d];
        }
        this.length = shape.length == 0 ? 1 : shape[dim];
        this.inner = stride;
        this.count = rows;
    }

    /**
     * Rows along the class dimension of scores.
     *
     * @param scores scores of shape (C), (N, C) or (N, C, d1, ..., dK)
     * @return the rows, one for each sample and position
     */
    public static Rows ofClasses(Tensor scores) {
        return new Rows(scores.shape(), scores.rank() == 1 ? 0 : 1);
    }

    /**
     * The dimension of the rows.
     *
     * @return the dimension, from 0
     */
    public int dim() {
        return dim;
    }

    /**
     * Number of rows.
     *
     * @return the product of the other sizes
     */
    public int count() {
        return count;
    }

    /**
     * Length of a row.
     *
     * @return the size of the dimension
     */
    public int length() {
        return length;
    }

    /**
     * Where an element of a row stands.
     *
     * @param row the row
     * @param i the index in it
     * @return the row-major index in a tensor of the shape
     */
    public int index(int row, int i) {
        return (row / inner * length + i) * inner + row % inner;
    }

    /**
     * A row of a tensor.
     *
     * @param tensor a tensor of the shape
     * @param row the row
     * @return its numbers
     */
    public double[] row(Tensor tensor, int row) {
        double[] numbers = new double[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = tensor.get(index(row, i));
        }
        return numbers;
    }

    /**
     * Puts rows together.
     *
     * @param rows all rows
     * @return a tensor of the shape
     */
    public Tensor tensor(double[][] rows) {
        double[] data = new double[count * length];
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < length; i++) {
                data[index(row, i)] = rows[row][i];
            }
        }
        return Tensor.of(data, shape);
    }

    /**
     * The shape without the rows' dimension: that of one value for each row.
     *
     * @return the sizes of the other dimensions
     */
    public int[] otherSizes() {
        int[] sizes = new int[Math.max(shape.length - 1, 0)];
        for (int d = 0; d < sizes.length; d++) {
            sizes[d] = shape[d < dim ? d : d + 1];
        }
        return sizes;
    }
}
