// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

/**
 * Textbook loops, in double where they compute: what the library is compared with, and the indexing that the examples
 * need.
 */
public final class ByHand {
    private ByHand() {}

    /** Writes a value at {@code (i, index[i])} of a row-major matrix: scatter along dimension 1. */
    public static void scatter(float[] matrix, int columns, int[] index, float value) {
        for (int i = 0; i < index.length; i++) {
            matrix[i * columns + index[i]] = value;
        }
    }

    /** Rows of zeros with a one at the class of each sample, row-major. */
    public static float[] oneHot(int[] target, int classes) {
        float[] rows = new float[target.length * classes];
        scatter(rows, classes, target, 1f);
        return rows;
    }

    /** {@code input[index[i][j]][j]} for dimension 0, {@code input[i][index[i][j]]} for dimension 1. */
    public static double[][] gather(double[][] input, int dim, int[][] index) {
        double[][] out = new double[index.length][];
        for (int i = 0; i < index.length; i++) {
            out[i] = new double[index[i].length];
            for (int j = 0; j < index[i].length; j++) {
                out[i][j] = dim == 0 ? input[index[i][j]][j] : input[i][index[i][j]];
            }
        }
        return out;
    }

    /** {@code 1 / (1 + exp(-x))}. */
    public static double sigmoid(double x) {
        return 1.0 / (1.0 + Math.exp(-x));
    }

    /** {@code log(sigmoid(x))}, right in both tails. */
    public static double logSigmoid(double x) {
        return Math.min(x, 0.0) - Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** Log-softmax of the elements {@code row[offset + i * stride]}, for i below the number of classes. */
    public static double[] logSoftmax(float[] row, int offset, int stride, int classes) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            max = Math.max(max, row[offset + c * stride]);
        }
        double sum = 0.0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(row[offset + c * stride] - max);
        }
        double[] out = new double[classes];
        for (int c = 0; c < classes; c++) {
            out[c] = row[offset + c * stride] - max - Math.log(sum);
        }
        return out;
    }

    /** The rows of a row-major matrix as log-probabilities. */
    public static double[][] logSoftmaxRows(float[] matrix, int columns) {
        double[][] rows = new double[matrix.length / columns][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = logSoftmax(matrix, i * columns, 1, columns);
        }
        return rows;
    }
}
