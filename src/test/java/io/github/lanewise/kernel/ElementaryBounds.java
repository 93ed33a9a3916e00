// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/**
 * The greatest errors of the float elementary functions over all 2^32 inputs, in ulp of the exact value: the one table
 * that the tests hold the code to. The Javadoc of each function repeats its figure.
 */
final class ElementaryBounds {

    /** FloatMath.exp, worst at -0x1.5ef11ep6. */
    static final double EXP = 0.776;

    /** FloatMath.expm1, worst at -0x1.0fb6b6p4. */
    static final double EXPM1 = 0.708;

    /** FloatMath.log, worst at 0x1.6e7394p0. */
    static final double LOG = 0.674;

    /** FloatMath.log1p, worst at 0x1.f05b54p-2. */
    static final double LOG1P = 0.677;

    private ElementaryBounds() {}
}
