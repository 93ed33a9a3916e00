// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.DoubleRowSumExp;
import io.github.lanewise.kernel.DoubleRows;
import io.github.lanewise.kernel.ScaledExpSum;

/** Pieces of double arrays as they are added to a sum of exponentials: there is nothing more precise than their own excess. */
final class DoublePieces {
    private DoublePieces() {}

    /** Adds a piece of at least one element that lies inside its array. */
    static void add(double[] x, int offset, int n, ScaledExpSum sum) {
        double max = DoubleRows.max(x, offset, 1, n);
        if (Math.abs(max) < Double.POSITIVE_INFINITY) {
            sum.add(max, DoubleRowSumExp.excess(x, offset, 1, n, max));
        } else {
            sum.add(max);
        }
    }
}
