// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

/** Textbook loops in double on the functions of {@link Math}: what the library is compared with. */
public final class ByHand {
    private ByHand() {}

    /** Rows of zeros with a one at the class of each sample, row-major. */
    public static float[] oneHot(int[] target, int classes) {
        float[] rows = new float[target.length * classes];
        for (int i = 0; i < target.length; i++) {
            rows[i * classes + target[i]] = 1f;
        }
        return rows;
    }

    /** The same numbers as doubles. */
    public static double[] doubles(float[] values) {
        double[] widened = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            widened[i] = values[i];
        }
        return widened;
    }

    /** Log-softmax of the elements {@code row[offset + i * stride]}, for i below the number of classes. */
    public static double[] logSoftmax(double[] row, int offset, int stride, int classes) {
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
    public static double[][] logSoftmaxRows(double[] matrix, int columns) {
        double[][] rows = new double[matrix.length / columns][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = logSoftmax(matrix, i * columns, 1, columns);
        }
        return rows;
    }
}
