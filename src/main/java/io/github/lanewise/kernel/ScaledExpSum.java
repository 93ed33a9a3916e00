// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/**
 * A sum of exponentials that grows: {@code exp(max)} for the largest element so far, and the sum of all others, the
 * <em>rest</em>. Mutable.
 *
 * <p>The rest is held in units of {@code 2^K / 2^SCALE}, with {@code K = round(max / ln 2)} as in {@link DoubleExp}. When a
 * larger element comes, K rises, and the rest is scaled by a power of two, which is exact: however often that happens,
 * nothing is rounded but the new terms and the additions, and what these lose is kept beside the sum (Neumaier). The
 * customary running maximum multiplies the sum by {@code exp(old - new)} instead, and rounds every time.
 *
 * <p>Elements are reduced modulo ln 2 without rounding them first as long as they are below {@code 2^20} in magnitude. From
 * there on the maximum is taken off first, which is exact for all that counts, and a new maximum does cost roundings; they
 * are far below an ulp of the maximum.
 */
public final class ScaledExpSum {
    /** From this magnitude of the maximum on, terms are taken relative to the maximum itself. */
    private static final double FAR = 0x1p20;

    private double max = Double.NEGATIVE_INFINITY;
    private double rest;
    private double lost;

    // What follows from max.
    private double base;
    private int power;
    private double low;
    private double magic;
    private double unit;

    private boolean hasNaN;
    private boolean hasInfinity;

    /** A sum of nothing. */
    public ScaledExpSum() {}

    /** Forgets everything. */
    public void reset() {
        max = Double.NEGATIVE_INFINITY;
        rest = 0.0;
        lost = 0.0;
        hasNaN = false;
        hasInfinity = false;
    }

    /** Adds the exponential of any number. */
    public void add(double x) {
        if (Math.abs(x) < Double.POSITIVE_INFINITY) {
            add(x, 0.0);
        } else {
            hasNaN |= Double.isNaN(x);
            hasInfinity |= x == Double.POSITIVE_INFINITY;
        }
    }

    /**
     * Adds {@code (1 + excess) exp(top)}.
     *
     * @param top finite
     * @param excess at least 0, or NaN
     */
    public void add(double top, double excess) {
        if (Double.isNaN(excess)) {
            hasNaN = true;
        } else if (top > max) {
            raise(top);
            addToRest(excess * unit);
        } else {
            double term = term(top);
            addToRest(term);
            addToRest(excess * term);
        }
    }

    /** Adds what another sum holds, which may be this one. */
    public void add(ScaledExpSum other) {
        hasNaN |= other.hasNaN;
        hasInfinity |= other.hasInfinity;
        if (other.max == Double.NEGATIVE_INFINITY) {
            return;
        }
        double otherMax = other.max;
        double otherRest = other.rest;
        double otherLost = other.lost;
        int otherPower = other.power;
        boolean near = other.base == 0.0;
        double otherExcess = other.excess();
        if (otherMax > max) {
            raise(otherMax);
        } else {
            addToRest(term(otherMax));
        }
        if (near && base == 0.0) {
            addToRest(Math.scalb(otherRest, otherPower - power));
            addToRest(Math.scalb(otherLost, otherPower - power));
        } else {
            addToRest(otherExcess * term(otherMax));
        }
    }

    /** The logarithm of the sum: NaN after a NaN, else positive infinity after one, and negative infinity of nothing. */
    public double log() {
        if (hasNaN) {
            return Double.NaN;
        }
        if (hasInfinity) {
            return Double.POSITIVE_INFINITY;
        }
        return max == Double.NEGATIVE_INFINITY ? max : max + DoubleLogOnePlus.log1p(excess());
    }

    private double excess() {
        return (rest + lost) / unit;
    }

    /** Makes an element the maximum, and puts the old one to the rest. */
    private void raise(double top) {
        double oldMax = max;
        double oldBase = base;
        int oldPower = power;
        boolean first = oldMax == Double.NEGATIVE_INFINITY;
        double oldExcess = first ? 0.0 : excess();
        max = top;
        base = Math.abs(top) < FAR ? 0.0 : top;
        double exponent = DoubleExp.power(top - base);
        power = (int) exponent;
        low = DoubleExp.low(exponent, DoubleExp.SCALE);
        magic = DoubleExp.magic(exponent, DoubleExp.SCALE);
        unit = term(top);
        if (first) {
            return;
        }
        double oldTerm = term(oldMax);
        if (oldBase == 0.0 && base == 0.0) {
            rest = Math.scalb(rest, oldPower - power);
            lost = Math.scalb(lost, oldPower - power);
        } else {
            rest = oldExcess * oldTerm;
            lost = 0.0;
        }
        addToRest(oldTerm);
    }

    private double term(double x) {
        return DoubleExp.term(x - base, low, magic);
    }

    private void addToRest(double term) {
        double next = rest + term;
        // Terms and sums are not negative.
        lost += rest >= term ? (rest - next) + term : (term - next) + rest;
        rest = next;
    }
}
