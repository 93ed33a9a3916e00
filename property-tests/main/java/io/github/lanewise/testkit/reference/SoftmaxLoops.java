// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.reference;

import io.github.lanewise.testkit.Rows;
import io.github.lanewise.testkit.Tensor;
import java.util.function.IntToDoubleFunction;

/** The softmax family, row by row. */
final class SoftmaxLoops {
    private SoftmaxLoops() {}

    /** A function of the elements of each row. */
    private interface RowFunction {
        IntToDoubleFunction of(Row row, int index);
    }

    static Rows rows(Tensor input, int dim) {
        int rank = Math.max(input.rank(), 1);
        if (dim < -rank || dim >= rank) {
            throw new IndexOutOfBoundsException("dimension " + dim + " is outside [-" + rank + ", " + rank + ")");
        }
        return new Rows(input.shape(), dim < 0 ? dim + rank : dim);
    }

    private static Tensor map(Tensor input, int dim, RowFunction function) {
        Rows rows = rows(input, dim);
        double[][] results = new double[rows.count()][rows.length()];
        for (int r = 0; r < rows.count(); r++) {
            IntToDoubleFunction element = function.of(new Row(rows.row(input, r)), r);
            for (int i = 0; i < rows.length(); i++) {
                results[r][i] = element.applyAsDouble(i);
            }
        }
        return rows.tensor(results);
    }

    static Tensor logSumExp(Tensor input, int dim, boolean keepDim) {
        Rows rows = rows(input, dim);
        double[] values = new double[rows.count()];
        for (int r = 0; r < values.length; r++) {
            values[r] = new Row(rows.row(input, r)).logSumExp();
        }
        int[] shape = rows.otherSizes();
        if (keepDim && input.rank() > 0) {
            shape = input.shape();
            shape[rows.dim()] = 1;
        }
        return Tensor.of(values, shape);
    }

    static Tensor logSumExpGradient(Tensor input, int dim, Tensor gradOutput) {
        return map(input, dim, (row, r) -> i -> gradOutput.get(r) * row.slope(i));
    }

    static Tensor softmax(Tensor input, int dim) {
        return map(input, dim, (row, r) -> row::probability);
    }

    static Tensor softmaxGradient(Tensor input, int dim, Tensor gradOutput) {
        Rows rows = rows(input, dim);
        return map(input, dim, (row, r) -> {
            Sum dot = new Sum();
            for (int i = 0; i < rows.length(); i++) {
                dot.add(row.probability(i) * gradOutput.get(rows.index(r, i)));
            }
            return i -> row.probability(i) * (gradOutput.get(rows.index(r, i)) - dot.get());
        });
    }

    static Tensor logSoftmax(Tensor input, int dim) {
        return map(input, dim, (row, r) -> row::logProbability);
    }

    static Tensor logSoftmaxGradient(Tensor input, int dim, Tensor gradOutput) {
        Rows rows = rows(input, dim);
        return map(input, dim, (row, r) -> {
            Sum sum = new Sum();
            for (int i = 0; i < rows.length(); i++) {
                sum.add(gradOutput.get(rows.index(r, i)));
            }
            return i -> gradOutput.get(rows.index(r, i)) - row.probability(i) * sum.get();
        });
    }
}
