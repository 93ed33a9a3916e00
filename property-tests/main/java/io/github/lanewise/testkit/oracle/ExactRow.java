// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.oracle;

import ch.obermuhlner.math.big.BigDecimalMath;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashMap;
import java.util.Map;

/**
 * A row of finite scores and what follows from it, with 40 digits: log-sum-exp, probabilities and log-probabilities.
 *
 * <p>With the maximum {@code m} the sum of exponentials is kept as its excess over the maximum's own term,
 * {@code r = sum(exp(x - m)) - 1}, so that {@code log(1 + r)} has all digits where one score dominates. Terms that can't change
 * the 40th digit of {@code r} are left out, and so are terms below {@code exp(-2000)}, which vanish in every type.
 */
public final class ExactRow {
    /** The digits that are carried. */
    public static final MathContext CONTEXT = new MathContext(40);

    /** {@code exp(-100)} is {@code 4e-44}. */
    private static final double NEGLIGIBLE = 100.0;

    private static final double VANISHED = 2000.0;

    /** Below this {@code log(1 + r)} is its series: the fourth term is below the 40th digit. */
    private static final BigDecimal SERIES = new BigDecimal("1e-14");

    private static final BigDecimal THREE = BigDecimal.valueOf(3);

    private final BigDecimal[] scores;
    private final BigDecimal max;
    private final BigDecimal sum;
    private final BigDecimal logSum;

    /**
     * A row of scores of any exactness.
     *
     * @param scores at least one score; kept
     */
    public ExactRow(BigDecimal... scores) {
        this.scores = scores;
        BigDecimal top = scores[0];
        for (BigDecimal score : scores) {
            top = top.max(score);
        }
        this.max = top;
        BigDecimal excess = excess();
        this.sum = BigDecimal.ONE.add(excess);
        this.logSum = logOnePlus(excess);
    }

    /**
     * A row of scores.
     *
     * @param scores at least one score, all finite
     * @return the row
     */
    public static ExactRow of(double... scores) {
        BigDecimal[] exact = new BigDecimal[scores.length];
        for (int i = 0; i < exact.length; i++) {
            exact[i] = new BigDecimal(scores[i]);
        }
        return new ExactRow(exact);
    }

    private BigDecimal excess() {
        int maxima = 0;
        double second = Double.NEGATIVE_INFINITY;
        double[] below = new double[scores.length];
        for (int i = 0; i < scores.length; i++) {
            if (scores[i].compareTo(max) == 0) {
                below[i] = 0.0;
                maxima++;
            } else {
                below[i] = scores[i].subtract(max).doubleValue();
                second = Math.max(second, below[i]);
            }
        }
        double lowest = Math.max(-VANISHED, (maxima > 1 ? 0.0 : second) - NEGLIGIBLE - Math.log(scores.length));
        BigDecimal excess = BigDecimal.valueOf(maxima - 1L);
        Map<BigDecimal, BigDecimal> known = new HashMap<>();
        for (int i = 0; i < scores.length; i++) {
            if (below[i] >= lowest && scores[i].compareTo(max) != 0) {
                excess = excess.add(
                        known.computeIfAbsent(scores[i].subtract(max), d -> BigDecimalMath.exp(d, CONTEXT)), CONTEXT);
            }
        }
        return excess;
    }

    private static BigDecimal logOnePlus(BigDecimal r) {
        if (r.compareTo(SERIES) < 0) {
            BigDecimal square = r.multiply(r, CONTEXT);
            BigDecimal cube = square.multiply(r, CONTEXT);
            return r.subtract(square.divide(BigDecimal.TWO, CONTEXT), CONTEXT)
                    .add(cube.divide(THREE, CONTEXT), CONTEXT);
        }
        // The logarithm of 1 + r has up to 14 digits less than r where r is small.
        MathContext wide = new MathContext(CONTEXT.getPrecision() + 15);
        return BigDecimalMath.log(BigDecimal.ONE.add(r), wide).round(CONTEXT);
    }

    /**
     * Number of scores.
     *
     * @return the length of the row
     */
    public int length() {
        return scores.length;
    }

    /**
     * The largest score.
     *
     * @return the maximum
     */
    public BigDecimal max() {
        return max;
    }

    /**
     * Log of the sum of exponentials relative to the maximum: {@code log(sum(exp(x - max)))}.
     *
     * @return that logarithm, at least 0
     */
    public BigDecimal logSum() {
        return logSum;
    }

    /**
     * Log of the sum of exponentials.
     *
     * @return {@code max + logSum}
     */
    public BigDecimal logSumExp() {
        return max.add(logSum);
    }

    /**
     * A log-probability, negated: the surprise of a class.
     *
     * @param i the class
     * @return {@code (max - x[i]) + logSum}, at least 0
     */
    public BigDecimal surprise(int i) {
        return max.subtract(scores[i]).add(logSum);
    }

    /**
     * A probability.
     *
     * @param i the class
     * @return {@code exp(x[i] - max) / sum}; 0 far below the range of double
     */
    public BigDecimal probability(int i) {
        BigDecimal below = scores[i].subtract(max);
        if (below.doubleValue() < -VANISHED) {
            return BigDecimal.ZERO;
        }
        return BigDecimalMath.exp(below, CONTEXT).divide(sum, CONTEXT);
    }

    /**
     * The row with one score changed.
     *
     * @param i the score
     * @param change what is added to it
     * @return the changed row
     */
    public ExactRow plus(int i, BigDecimal change) {
        BigDecimal[] changed = scores.clone();
        changed[i] = changed[i].add(change);
        return new ExactRow(changed);
    }
}
