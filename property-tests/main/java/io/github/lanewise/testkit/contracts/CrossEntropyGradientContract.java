// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY_PROB;

import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Rows;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.oracle.ExactLoss;
import io.github.lanewise.testkit.oracle.ExactRow;
import java.math.BigDecimal;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Gradients of cross entropy: against derivatives of the exact loss, and by the sums they must have.
 *
 * <p>With the coefficients {@code q} of a row's surprises, their sum {@code Q}, and an upstream gradient {@code g} the gradient
 * is {@code g (p Q - q)}. Its tolerance is {@code e |g| ((k + 2) p Q + 3 q)}: k ulp for the probability, where the softmax's
 * bound counts; the factor {@code g Q} and the product rounded; q made of a share, a weight and g; and the difference. A
 * product that is subnormal before it meets the weight adds the weight's multiple of the smallest number.
 */
public interface CrossEntropyGradientContract extends LossContract {

    /**
     * The error of probabilities inside the gradient, in ulp: that of softmax, or
     * {@value SoftmaxGradientContract#DEFAULT_ULP} if softmax is not claimed.
     *
     * @return the error
     */
    default double probabilityUlp() {
        return claims(Operation.SOFTMAX)
                ? implementation().maxUlp(Operation.SOFTMAX)
                : SoftmaxGradientContract.DEFAULT_ULP;
    }

    /**
     * The gradient with class targets is the derivative of the exact loss, each sample weighed by its upstream gradient.
     *
     * @param batch scores, targets and options
     */
    @Property(tries = 25)
    default void gradientWithClassesIsTheDerivative(@ForAll("differentiable") ClassBatch batch) {
        if (!claims(CROSS_ENTROPY)) {
            return;
        }
        ClassLossOptions options = batch.options();
        long[] target = batch.target();
        Tensor upstream = batch.upstream();
        Tensor gradient = implementation().crossEntropyGradient(batch.scores(), target, options, upstream);
        Rows rows = batch.rows();
        for (int r = 0; r < rows.count(); r++) {
            ExactRow row = ExactRow.of(rows.row(batch.scores(), r));
            int y = (int) target[r];
            double[] q = coefficients(row.length(), y, options);
            for (int i = 0; i < row.length(); i++) {
                BigDecimal slope = ExactLoss.slope(
                        row,
                        i,
                        moved -> ExactLoss.crossEntropy(moved, y, options).value());
                int at = rows.index(r, i);
                Check.near(
                        gradient.get(at),
                        upstream.get(r) * slope.doubleValue(),
                        tolerance(row, i, q, upstream.get(r), options),
                        () -> "gradient[" + at + "] with " + options);
            }
        }
    }

    /**
     * The gradients with probability targets are the derivatives of the exact loss with respect to scores and targets.
     *
     * @param batch scores, targets and options
     */
    @Property(tries = 25)
    default void gradientsWithProbabilitiesAreTheDerivatives(@ForAll("differentiable") ClassBatch batch) {
        if (!claims(CROSS_ENTROPY_PROB)) {
            return;
        }
        ClassLossOptions options = batch.options();
        Tensor target = batch.probabilities();
        Tensor upstream = batch.upstream();
        TwoGradients gradients =
                implementation().crossEntropyProbabilitiesGradient(batch.scores(), target, options, upstream);
        Rows rows = batch.rows();
        for (int r = 0; r < rows.count(); r++) {
            ExactRow row = ExactRow.of(rows.row(batch.scores(), r));
            double[] t = rows.row(target, r);
            double[] q = new double[t.length];
            for (int i = 0; i < t.length; i++) {
                q[i] = ExactLoss.coefficient(t, i, options).doubleValue();
            }
            double g = upstream.get(r);
            for (int i = 0; i < t.length; i++) {
                BigDecimal slope = ExactLoss.slope(
                        row,
                        i,
                        moved -> ExactLoss.crossEntropy(moved, t, options).value());
                int at = rows.index(r, i);
                Check.near(
                        gradients.first().get(at),
                        g * slope.doubleValue(),
                        tolerance(row, i, q, g, options),
                        () -> "gradient[" + at + "] with " + options);
                // The loss is linear in the targets: its derivative is the coefficient of t times the surprise.
                double ofTarget = g
                        * (1.0 - options.labelSmoothing())
                        * options.weightOf(i)
                        * row.surprise(i).doubleValue();
                Check.near(
                        gradients.second().get(at),
                        ofTarget,
                        (probabilityUlp() + 2.0) * precision().epsilon() * Math.abs(ofTarget) + underflow(options),
                        () -> "target gradient[" + at + "] with " + options);
            }
        }
    }

    /** The coefficients of the surprises with a class target: {@code (1 - e) w[y]} at y, and {@code e w / C} everywhere. */
    private static double[] coefficients(int classes, int target, ClassLossOptions options) {
        double[] q = new double[classes];
        for (int c = 0; c < classes; c++) {
            q[c] = options.labelSmoothing() / classes * options.weightOf(c);
        }
        q[target] += (1.0 - options.labelSmoothing()) * options.weightOf(target);
        return q;
    }

    private double tolerance(ExactRow row, int i, double[] q, double upstream, ClassLossOptions options) {
        double mass = Arrays.stream(q).sum();
        double p = row.probability(i).doubleValue();
        return precision().epsilon() * Math.abs(upstream) * ((probabilityUlp() + 2.0) * p * mass + 3.0 * q[i])
                + ExactLoss.SLOPE_ERROR * (1.0 + Math.abs(upstream)) * (1.0 + mass)
                + underflow(options);
    }

    /** What subnormal numbers can't tell apart, before and after a multiplication with a weight. */
    private double underflow(ClassLossOptions options) {
        Tensor weight = options.weight();
        double largest =
                weight == null ? 1.0 : Arrays.stream(weight.data()).max().orElse(1.0);
        return (1.0 + largest) * precision().ulp(0.0);
    }

    /**
     * The gradient of each row sums to 0: moving all scores alike changes no loss.
     *
     * @param batch scores, targets and options
     */
    @Property(tries = 80)
    default void gradientOfARowSumsToZero(@ForAll("finite") ClassBatch batch) {
        if (!claims(CROSS_ENTROPY)) {
            return;
        }
        ClassLossOptions options = batch.options();
        long[] target = batch.target();
        Tensor upstream = batch.upstream();
        Tensor gradient = implementation().crossEntropyGradient(batch.scores(), target, options, upstream);
        Rows rows = batch.rows();
        for (int r = 0; r < rows.count(); r++) {
            double mass = Arrays.stream(coefficients(rows.length(), (int) target[r], options))
                    .sum();
            double tolerance = precision().epsilon() * Math.abs(upstream.get(r)) * (probabilityUlp() + 5.0) * mass
                    + rows.length() * precision().ulp(0.0);
            int at = r;
            Check.near(
                    Arrays.stream(rows.row(gradient, r)).sum(),
                    0.0,
                    tolerance,
                    () -> "sum of gradient row " + at + " with " + options);
        }
    }

    /**
     * The gradient of a sum is that of the samples with upstream gradients 1; that of a mean is it divided by the mean's
     * denominator.
     *
     * @param batch scores, targets and options
     */
    @Property(tries = 60)
    default void gradientsOfReductionsAgree(@ForAll("finite") ClassBatch batch) {
        if (!claims(CROSS_ENTROPY)) {
            return;
        }
        ClassLossOptions options = batch.options().withIgnoreIndex(-1);
        long[] target = batch.targetWithIgnored(-1);
        Tensor ones = Tensors.map(batch.upstream(), g -> 1.0);
        Tensor none = implementation().crossEntropyGradient(batch.scores(), target, options, ones);
        Tensor sum = implementation()
                .crossEntropyGradient(batch.scores(), target, options.withReduction(Reduction.SUM), null);
        Tensor mean = implementation()
                .crossEntropyGradient(batch.scores(), target, options.withReduction(Reduction.MEAN), null);
        Tensors.checkUlp(sum, none, 0.0, precision(), "gradient of the sum");
        double denominator = Arrays.stream(target)
                .filter(y -> y != -1)
                .mapToDouble(y -> options.weightOf((int) y))
                .sum();
        Rows rows = batch.rows();
        for (int r = 0; r < rows.count(); r++) {
            // A difference p Q - q can be small against its terms, so the tolerance is relative to the largest they can
            // be.
            double mass = target[r] == -1
                    ? 0.0
                    : Arrays.stream(coefficients(rows.length(), (int) target[r], options))
                            .sum();
            for (int i = 0; i < rows.length(); i++) {
                int at = rows.index(r, i);
                double expected = target[r] == -1 ? 0.0 : sum.get(at) / denominator;
                Check.near(
                        mean.get(at),
                        expected,
                        precision().epsilon() * (3.0 * Math.abs(expected) + 3.0 * mass / denominator)
                                + precision().ulp(0.0),
                        () -> "gradient of the mean[" + at + "]");
            }
        }
    }

    private Precision precision() {
        return implementation().precision();
    }
}
