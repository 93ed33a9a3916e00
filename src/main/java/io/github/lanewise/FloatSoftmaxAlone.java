// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.Kernels;
import java.util.Objects;

/** Softmax and log-softmax of one row of an array, without a view. */
final class FloatSoftmaxAlone {
    private FloatSoftmaxAlone() {}

    static void softmax(float[] input, int inputOffset, int n, float[] output, int outputOffset) {
        check(input, inputOffset, n, output, outputOffset);
        if (n == 0 || wroteShort(input, inputOffset, n, output, outputOffset)) {
            return;
        }
        FloatRowExcess row = FloatRowExcess.borrow(n);
        float kept = Float.NaN;
        float max;
        if (row == null) {
            max = FloatRows.max(input, inputOffset, 1, n);
        } else {
            float[] terms = FloatRowBlock.placeToKeep(input, inputOffset, output, outputOffset, 1);
            row.findKeeping(input, inputOffset, 1, n, terms, outputOffset);
            max = row.max();
            kept = FloatRowExcess.kept(row);
        }
        double excess = FloatRowExcess.excess(row, input, inputOffset, 1, n, max);
        FloatRowExcess.giveBack(row);
        FloatSoftmax.softmax(input, inputOffset, 1, n, max, kept, excess, OnEmpty.NAN, output, outputOffset, 1);
    }

    /** Writes the softmax of a row for which there is a short way, and tells whether there was one. */
    private static boolean wroteShort(float[] input, int inputOffset, int n, float[] output, int outputOffset) {
        return n <= FloatLanes.LANES
                && !Double.isNaN(
                        Kernels.FLOAT.crossEntropyGradient(input, inputOffset, n, -1, 1.0, output, outputOffset));
    }

    static void logSoftmax(float[] input, int inputOffset, int n, float[] output, int outputOffset) {
        check(input, inputOffset, n, output, outputOffset);
        if (n == 0) {
            return;
        }
        FloatRowExcess row = FloatRowExcess.borrow(n);
        float max = FloatRowExcess.max(row, input, inputOffset, n);
        double excess = FloatRowExcess.excess(row, input, inputOffset, 1, n, max);
        FloatRowExcess.giveBack(row);
        FloatSoftmax.logSoftmax(input, inputOffset, 1, n, max, excess, output, outputOffset, 1);
    }

    private static void check(float[] input, int inputOffset, int n, float[] output, int outputOffset) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
        Shapes.checkRow("input", inputOffset, n, input.length);
        Shapes.checkRow("output", outputOffset, n, output.length);
        Overlap.checkSameOrApart(input, inputOffset, output, outputOffset, n, "output");
    }
}
