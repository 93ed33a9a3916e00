// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.LOGSUMEXP;
import static io.github.lanewise.testkit.Operation.LOG_SOFTMAX;
import static io.github.lanewise.testkit.Operation.SOFTMAX;

import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Rows;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.oracle.ExactLoss;
import io.github.lanewise.testkit.oracle.ExactRow;
import java.math.BigDecimal;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Gradients of log-sum-exp, softmax and log-softmax: against derivatives of the exact function, and by the sums they must have.
 *
 * <p>Tolerances: with {@code e} the distance from 1 to the next number and {@code k} the documented ulp of the value,
 *
 * <ul>
 *   <li>softmax, {@code p (g - sum(p g))}: {@code e (k + 3) p (|g| + sum(p |g|))}; besides p a product, a sum, a difference and
 *       the last product are rounded;
 *   <li>log-softmax, {@code g - p sum(g)} with {@code p = exp(lp)}: an error of k ulp in lp is one of {@code k |lp|} ulp in p, so
 *       {@code e ((k |lp| + 3) p sum|g| + |g|)};
 *   <li>log-sum-exp, {@code p g}: {@code e (k + 2) p |g|}, with softmax's k, or {@value #DEFAULT_ULP} if softmax is not claimed.
 *       Taking {@code exp(x - lse)} with a rounded lse does not meet this where scores have a large common offset.
 * </ul>
 */
public interface SoftmaxGradientContract extends LossContract {
    /** The error of probabilities in ulp where the implementation documents none. */
    double DEFAULT_ULP = 3.0;

    /**
     * The gradient of softmax is that of the exact function.
     *
     * @param batch scores
     */
    @Property(tries = 25)
    default void softmaxGradientIsTheDerivative(@ForAll("differentiable") ClassBatch batch) {
        if (!claims(SOFTMAX)) {
            return;
        }
        Rows rows = batch.rows();
        Tensor g = batch.elementUpstream();
        Tensor gradient = implementation().softmaxGradient(batch.scores(), rows.dim(), g);
        double k = implementation().maxUlp(SOFTMAX);
        for (int r = 0; r < rows.count(); r++) {
            ExactRow row = ExactRow.of(rows.row(batch.scores(), r));
            double[] upstream = rows.row(g, r);
            double weighed = 0.0;
            for (int i = 0; i < upstream.length; i++) {
                weighed += row.probability(i).doubleValue() * Math.abs(upstream[i]);
            }
            for (int i = 0; i < upstream.length; i++) {
                double p = row.probability(i).doubleValue();
                double tolerance = epsilon() * (k + 3.0) * p * (Math.abs(upstream[i]) + weighed);
                double exact = ExactLoss.slope(row, i, moved -> dotProbabilities(moved, upstream))
                        .doubleValue();
                int at = rows.index(r, i);
                Check.near(gradient.get(at), exact, floor(tolerance), () -> "softmax gradient[" + at + "]");
            }
        }
    }

    private static BigDecimal dotProbabilities(ExactRow row, double... upstream) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < upstream.length; i++) {
            sum = sum.add(row.probability(i).multiply(new BigDecimal(upstream[i])), ExactRow.CONTEXT);
        }
        return sum;
    }

    /**
     * The gradient of logSoftmax is that of the exact function.
     *
     * @param batch scores
     */
    @Property(tries = 25)
    default void logSoftmaxGradientIsTheDerivative(@ForAll("differentiable") ClassBatch batch) {
        if (!claims(LOG_SOFTMAX)) {
            return;
        }
        Rows rows = batch.rows();
        Tensor g = batch.elementUpstream();
        Tensor gradient = implementation().logSoftmaxGradient(batch.scores(), rows.dim(), g);
        double k = implementation().maxUlp(LOG_SOFTMAX);
        for (int r = 0; r < rows.count(); r++) {
            ExactRow row = ExactRow.of(rows.row(batch.scores(), r));
            double[] upstream = rows.row(g, r);
            double magnitudes = 0.0;
            for (double u : upstream) {
                magnitudes += Math.abs(u);
            }
            for (int i = 0; i < upstream.length; i++) {
                double p = row.probability(i).doubleValue();
                double surprise = row.surprise(i).doubleValue();
                double tolerance = epsilon() * ((k * surprise + 3.0) * p * magnitudes + Math.abs(upstream[i]));
                double exact = ExactLoss.slope(row, i, moved -> dotSurprises(moved, upstream))
                        .negate()
                        .doubleValue();
                int at = rows.index(r, i);
                Check.near(gradient.get(at), exact, floor(tolerance), () -> "logSoftmax gradient[" + at + "]");
            }
        }
    }

    private static BigDecimal dotSurprises(ExactRow row, double... upstream) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < upstream.length; i++) {
            sum = sum.add(row.surprise(i).multiply(new BigDecimal(upstream[i])), ExactRow.CONTEXT);
        }
        return sum;
    }

    /**
     * The gradient of logSumExp is that of the exact function.
     *
     * @param batch scores
     */
    @Property(tries = 25)
    default void logSumExpGradientIsTheDerivative(@ForAll("differentiable") ClassBatch batch) {
        if (!claims(LOGSUMEXP)) {
            return;
        }
        Rows rows = batch.rows();
        Tensor g = batch.upstream();
        Tensor gradient = implementation().logSumExpGradient(batch.scores(), rows.dim(), false, g);
        double k = claims(SOFTMAX) ? implementation().maxUlp(SOFTMAX) : DEFAULT_ULP;
        for (int r = 0; r < rows.count(); r++) {
            ExactRow row = ExactRow.of(rows.row(batch.scores(), r));
            for (int i = 0; i < rows.length(); i++) {
                double tolerance = epsilon() * (k + 2.0) * row.probability(i).doubleValue() * Math.abs(g.get(r));
                double exact =
                        g.get(r) * ExactLoss.slope(row, i, ExactRow::logSumExp).doubleValue();
                int at = rows.index(r, i);
                Check.near(gradient.get(at), exact, floor(tolerance), () -> "logSumExp gradient[" + at + "]");
            }
        }
    }

    /**
     * The gradient of softmax sums to 0 along a row.
     *
     * @param batch scores
     */
    @Property(tries = 60)
    default void softmaxGradientOfARowSumsToZero(@ForAll("finite") ClassBatch batch) {
        if (!claims(SOFTMAX)) {
            return;
        }
        Rows rows = batch.rows();
        Tensor g = batch.elementUpstream();
        Tensor gradient = implementation().softmaxGradient(batch.scores(), rows.dim(), g);
        for (int r = 0; r < rows.count(); r++) {
            double largest = Arrays.stream(rows.row(g, r)).map(Math::abs).max().orElseThrow();
            // The elements' tolerances add up to no more than this, since probabilities add up to 1.
            double tolerance = 2.0 * epsilon() * (implementation().maxUlp(SOFTMAX) + 3.0) * largest;
            checkSum(rows.row(gradient, r), tolerance, "softmax");
        }
    }

    /**
     * The gradient of logSoftmax sums to 0 along a row.
     *
     * @param batch scores
     */
    @Property(tries = 60)
    default void logSoftmaxGradientOfARowSumsToZero(@ForAll("finite") ClassBatch batch) {
        if (!claims(LOG_SOFTMAX)) {
            return;
        }
        Rows rows = batch.rows();
        Tensor g = batch.elementUpstream();
        Tensor gradient = implementation().logSoftmaxGradient(batch.scores(), rows.dim(), g);
        double k = implementation().maxUlp(LOG_SOFTMAX);
        for (int r = 0; r < rows.count(); r++) {
            double magnitudes = Arrays.stream(rows.row(g, r)).map(Math::abs).sum();
            // As above; the sum of p |log p| is the entropy, which is at most log n.
            double tolerance = epsilon() * (k * Math.log(rows.length()) + 4.0) * magnitudes;
            checkSum(rows.row(gradient, r), tolerance, "logSoftmax");
        }
    }

    private void checkSum(double[] row, double tolerance, String what) {
        double underflow = row.length * precision().ulp(0.0);
        Check.near(
                Arrays.stream(row).sum(),
                0.0,
                tolerance + underflow,
                () -> "sum of a row of the " + what + " gradient");
    }

    private Precision precision() {
        return implementation().precision();
    }

    private double epsilon() {
        return precision().epsilon();
    }

    /** A tolerance, with the error of the difference quotient and what subnormal numbers can't tell apart. */
    private double floor(double tolerance) {
        return tolerance + ExactLoss.SLOPE_ERROR + precision().ulp(0.0);
    }
}
