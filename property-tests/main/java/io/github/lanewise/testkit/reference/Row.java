// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.reference;

/**
 * A row of scores: its log-sum-exp, log-probabilities and probabilities.
 *
 * <p>The sum of exponentials is kept without the maximum's own term, so that the logarithm keeps its digits where one score
 * leads. The rounding of {@code x - max} is put right in the exponential, or far from the maximum it would cost hundreds of ulp.
 */
final class Row {
    private static final double LARGE = 0x1p53;

    private final double[] scores;
    private final double max;
    private final double rest;

    Row(double... scores) {
        this.scores = scores;
        int at = 0;
        for (int i = 1; i < scores.length; i++) {
            if (scores[i] > scores[at] || Double.isNaN(scores[i])) {
                at = i;
            }
        }
        this.max = scores.length == 0 ? Double.NEGATIVE_INFINITY : scores[at];
        Sum sum = new Sum();
        for (int i = 0; i < scores.length; i++) {
            if (i != at) {
                sum.add(expOfDifference(scores[i], max));
            }
        }
        this.rest = sum.get();
    }

    private static double expOfDifference(double x, double max) {
        double difference = x - max;
        double shift = difference - x;
        double error = (x - (difference - shift)) - (max + shift);
        double e = Math.exp(difference);
        return Double.isFinite(difference) ? e + e * error : e;
    }

    /** Whether there is nothing but negative infinities. */
    boolean isMasked() {
        return max == Double.NEGATIVE_INFINITY;
    }

    /** {@code log(sum(exp(x)))}: an infinite maximum is the result. */
    double logSumExp() {
        return Double.isInfinite(max) ? max : max + Math.log1p(rest);
    }

    /**
     * The derivative of {@link #logSumExp}: a probability, but {@code exp(x - logSumExp)} with the rounded value, as in
     * PyTorch, where the maximum is infinite or so large that the logarithm of the sum vanishes beside it.
     */
    double slope(int i) {
        return Math.abs(max) < LARGE ? probability(i) : Math.exp(scores[i] - logSumExp());
    }

    /** {@code (x - max) - log(sum(exp(x - max)))}: NaN throughout for an infinite maximum. */
    double logProbability(int i) {
        return Double.isInfinite(max) ? Double.NaN : (scores[i] - max) - Math.log1p(rest);
    }

    /** {@code exp(x - max) / sum(exp(x - max))}: NaN throughout for an infinite maximum. */
    double probability(int i) {
        return Double.isInfinite(max) ? Double.NaN : expOfDifference(scores[i], max) / (1.0 + rest);
    }
}
