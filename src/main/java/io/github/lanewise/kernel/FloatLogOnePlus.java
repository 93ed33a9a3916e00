// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/**
 * {@code log(1 + r)} in double for the last step of a row: {@code r} is the excess of a sum of exponentials, from 0 to the
 * number of terms. Scalar and the same everywhere, since there is one to a row.
 *
 * <p>Relative error below 2^-48 for {@code r >= 0}, far below the rounding to float that follows.
 */
public final class FloatLogOnePlus {
    /** ln 2. */
    public static final double LN2 = 0x1.62e42fefa39efp-1;
    /** The bits of the square root of a half. */
    public static final long SQRT_HALF_BITS = 0x3fe6a09e667f3bcdL;
    /** Bits of a double behind its exponent. */
    public static final int MANTISSA_BITS = 52;

    // (log((1 + s) / (1 - s)) - 2 s) / s^3 as a polynomial in s^2 for |s| <= 0.17158, minimax (Sollya, fpminimax with
    // double coefficients); error relative to the whole 2^-50.
    /** Coefficient of s^0. */
    public static final double C0 = 0x1.55555555553b3p-1;
    /** Coefficient of s^2. */
    public static final double C1 = 0x1.9999999b8b078p-2;
    /** Coefficient of s^4. */
    public static final double C2 = 0x1.249246261f7fp-2;
    /** Coefficient of s^6. */
    public static final double C3 = 0x1.c71fd073e8dd3p-3;
    /** Coefficient of s^8. */
    public static final double C4 = 0x1.738250007a6ep-3;
    /** Coefficient of s^10. */
    public static final double C5 = 0x1.54719fff5b8dfp-3;

    private FloatLogOnePlus() {}

    /** {@code log(1 + r)} for {@code r >= 0}; NaN and positive infinity give themselves. */
    public static double log1p(double r) {
        if (!(r < Double.POSITIVE_INFINITY)) {
            return r;
        }
        // 1 + r = 2^k * (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)). Where k = 0, f is r itself, with all its digits.
        double u = 1.0 + r;
        long bits = Double.doubleToRawLongBits(u);
        long k = (bits - SQRT_HALF_BITS) >> MANTISSA_BITS;
        double f = k == 0 ? r : Double.longBitsToDouble(bits - (k << MANTISSA_BITS)) - 1.0;
        // log(1 + f) = 2 atanh(s), s = f / (2 + f).
        double s = f / (2.0 + f);
        double z = s * s;
        // By pairs, not from one coefficient to the next: what comes before waits for a division, and what comes after
        // for this.
        double square = z * z;
        double q = Math.fma(C5, z, C4);
        q = Math.fma(q, square, Math.fma(C3, z, C2));
        q = Math.fma(q, square, Math.fma(C1, z, C0));
        double log = Math.fma(s * z, q, 2.0 * s);
        return k == 0 ? log : Math.fma((double) k, LN2, log);
    }
}
