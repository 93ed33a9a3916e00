// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Rows;
import io.github.lanewise.testkit.Tensor;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** What the contracts do with tensors. */
final class Tensors {
    private Tensors() {}

    /** A function of each number. */
    static Tensor map(Tensor tensor, DoubleUnaryOperator function) {
        return Tensor.of(Arrays.stream(tensor.data()).map(function).toArray(), tensor.shape());
    }

    /** Number of elements of a shape. */
    static int count(int... shape) {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    /** Numbers of a range without a pattern that a shape would hit. */
    static Tensor spread(double from, double to, Precision precision, int... shape) {
        return Tensor.of(
                IntStream.range(0, count(shape))
                        .mapToDouble(i -> precision.round(from + (to - from) * ((i * 37 + 11) % 101) / 101.0))
                        .toArray(),
                shape);
    }

    /** The elements of each row moved: element i goes to place {@code to[i]}. */
    static Tensor permute(Tensor tensor, Rows rows, int... to) {
        double[][] moved = new double[rows.count()][rows.length()];
        for (int r = 0; r < rows.count(); r++) {
            for (int i = 0; i < rows.length(); i++) {
                moved[r][to[i]] = tensor.get(rows.index(r, i));
            }
        }
        return rows.tensor(moved);
    }

    /** Two results of an implementation, of one shape, are within a number of ulp of each other, element by element. */
    static void checkUlp(Tensor got, Tensor expected, double bound, Precision precision, String what) {
        Check.that(
                Arrays.equals(got.shape(), expected.shape()),
                () -> what + " has shape " + Arrays.toString(got.shape()) + ", expected "
                        + Arrays.toString(expected.shape()));
        for (int i = 0; i < got.count(); i++) {
            int at = i;
            Check.agree(
                    precision.ulpDistance(got.get(i), expected.get(i)),
                    bound,
                    got.get(i),
                    expected.get(i),
                    () -> what + "[" + at + "]");
        }
    }
}
