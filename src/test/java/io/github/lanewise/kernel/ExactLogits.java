// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/** Numbers of a row of logits to some 100 bits. Elements are finite or negative infinity, one at least is finite. */
final class ExactLogits {
    private final double[] y;
    private final int top;

    /** log(sum exp(y - max)). */
    private final DoubleDouble logSum;

    private final DoubleDouble sum;

    ExactLogits(double[] y) {
        this.y = y.clone();
        int best = 0;
        for (int i = 1; i < y.length; i++) {
            best = y[i] > y[best] ? i : best;
        }
        top = best;
        DoubleDouble excess = new DoubleDouble(0.0, 0.0, 0);
        for (int i = 0; i < y.length; i++) {
            if (i != top) {
                excess = excess.plus(term(i));
            }
        }
        sum = DoubleDouble.ONE.plus(excess);
        boolean small = excess.high() == 0 || Math.scalb(excess.high(), excess.exponent()) < 0.25;
        logSum = small ? log1pOfSmall(excess) : DoubleDouble.log(sum);
    }

    private static DoubleDouble log1pOfSmall(DoubleDouble r) {
        // Below 2^-120 the square does not show.
        return Math.scalb(r.high(), r.exponent()) < 0x1p-120 ? r : DoubleDouble.log1p(r);
    }

    /** exp(y[i] - max); 0 where it is below 2^-900. */
    private DoubleDouble term(int i) {
        DoubleDouble d = below(i).negate();
        return y[i] == Double.NEGATIVE_INFINITY || d.high() < -600
                ? new DoubleDouble(0.0, 0.0, 0)
                : DoubleDouble.exp(d.high()).times(DoubleDouble.ONE.plus(new DoubleDouble(d.low(), 0.0, 0)));
    }

    /** max - y[i]. */
    private DoubleDouble below(int i) {
        return DoubleDouble.sum(y[top], -y[i]);
    }

    DoubleDouble logSumExp() {
        return new DoubleDouble(y[top], 0.0, 0).plus(logSum);
    }

    DoubleDouble logProb(int i) {
        return below(i).plus(logSum).negate();
    }

    DoubleDouble entropy() {
        DoubleDouble weighted = new DoubleDouble(0.0, 0.0, 0);
        for (int i = 0; i < y.length; i++) {
            DoubleDouble e = term(i);
            if (e.high() != 0 && y[i] != y[top]) {
                weighted = weighted.plus(e.times(below(i)));
            }
        }
        return weighted.high() == 0 ? logSum : logSum.plus(weighted.over(sum));
    }

    /** Distance of a result from an exact value, in units of {@code unit}. */
    static double error(DoubleDouble exact, double result, double unit) {
        double high = Math.scalb(exact.high(), exact.exponent());
        double low = Math.scalb(exact.low(), exact.exponent());
        return Math.abs((result - high) - low) / unit;
    }
}
