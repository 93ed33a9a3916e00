// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.oracle;

import io.github.lanewise.testkit.ClassLossOptions;
import java.math.BigDecimal;
import java.util.function.Function;

/**
 * The exact loss of one sample.
 *
 * @param value the loss
 * @param magnitude the sum of the magnitudes of its terms, which is the value itself unless weights or targets are negative
 */
public record ExactLoss(BigDecimal value, BigDecimal magnitude) {
    /** Error of a {@link #slope} of functions and scores up to 1e7: cancellation leaves 1e-40 * 1e7 / 1e-12. */
    public static final double SLOPE_ERROR = 1e-20;

    private static final ExactLoss ZERO = new ExactLoss(BigDecimal.ZERO, BigDecimal.ZERO);

    /** Half the distance over which {@link #slope} takes a difference. */
    private static final BigDecimal STEP = new BigDecimal("1e-12");

    /**
     * Cross entropy with a class: {@code (1 - e) w[y] s[y] + e / C * sum_c w[c] s[c]}, where {@code s} is the surprise, the
     * negated log-probability.
     *
     * @param row the scores
     * @param target the class
     * @param options weights and smoothing; nothing else is looked at
     * @return the loss
     */
    public static ExactLoss crossEntropy(ExactRow row, int target, ClassLossOptions options) {
        BigDecimal smoothing = new BigDecimal(options.labelSmoothing());
        BigDecimal weight = new BigDecimal(options.weightOf(target));
        ExactLoss loss = ZERO.plus(BigDecimal.ONE.subtract(smoothing).multiply(weight), row.surprise(target));
        if (smoothing.signum() == 0) {
            return loss;
        }
        BigDecimal share = smoothing.divide(BigDecimal.valueOf(row.length()), ExactRow.CONTEXT);
        for (int c = 0; c < row.length(); c++) {
            loss = loss.plus(share.multiply(new BigDecimal(options.weightOf(c))), row.surprise(c));
        }
        return loss;
    }

    /**
     * Cross entropy with probabilities: {@code sum_c w[c] ((1 - e) t[c] + e / C) s[c]}.
     *
     * @param row the scores
     * @param target a probability for each class
     * @param options weights and smoothing; nothing else is looked at
     * @return the loss
     */
    public static ExactLoss crossEntropy(ExactRow row, double[] target, ClassLossOptions options) {
        ExactLoss loss = ZERO;
        for (int c = 0; c < row.length(); c++) {
            loss = loss.plus(coefficient(target, c, options), row.surprise(c));
        }
        return loss;
    }

    /**
     * What the surprise of a class is multiplied by: {@code w[c] ((1 - e) t[c] + e / C)}.
     *
     * @param target a probability for each class
     * @param c the class
     * @param options weights and smoothing
     * @return the coefficient
     */
    public static BigDecimal coefficient(double[] target, int c, ClassLossOptions options) {
        BigDecimal smoothing = new BigDecimal(options.labelSmoothing());
        return BigDecimal.ONE
                .subtract(smoothing)
                .multiply(new BigDecimal(target[c]))
                .add(smoothing.divide(BigDecimal.valueOf(target.length), ExactRow.CONTEXT))
                .multiply(new BigDecimal(options.weightOf(c)));
    }

    private ExactLoss plus(BigDecimal coefficient, BigDecimal surprise) {
        BigDecimal term = coefficient.multiply(surprise);
        return new ExactLoss(value.add(term, ExactRow.CONTEXT), magnitude.add(term.abs(), ExactRow.CONTEXT));
    }

    /**
     * A partial derivative as a central difference, to {@link #SLOPE_ERROR}.
     *
     * @param row the scores
     * @param i the score to vary
     * @param loss the function to differentiate
     * @return the derivative
     */
    public static BigDecimal slope(ExactRow row, int i, Function<ExactRow, BigDecimal> loss) {
        BigDecimal rise = loss.apply(row.plus(i, STEP)).subtract(loss.apply(row.plus(i, STEP.negate())));
        return rise.divide(STEP.add(STEP), ExactRow.CONTEXT);
    }
}
