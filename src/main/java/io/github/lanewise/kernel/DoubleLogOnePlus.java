// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import io.github.lanewise.kernel.scalar.DoubleMath;

/** {@code log(1 + r)} for the last step of a row of doubles, to the last bit but one. */
public final class DoubleLogOnePlus {
    private DoubleLogOnePlus() {}

    /** {@code log(1 + r)} for {@code r >= 0}; NaN and positive infinity give themselves. */
    public static double log1p(double r) {
        return DoubleMath.log1p(r);
    }
}
