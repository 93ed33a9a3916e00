// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.NLL_LOSS;

import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Rows;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.generators.ClassBatch;
import java.math.BigDecimal;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Negative log-likelihood: a pick of one element each, whose results are known exactly. */
public interface NllLossContract extends LossContract {

    /**
     * The loss of a sample is {@code -w[y] x[y]}, and 0 where the target is ignored.
     *
     * @param batch log-probabilities (any numbers will do) and targets
     * @param weighted whether classes have weights
     */
    @Property(tries = 80)
    default void lossIsTheWeighedElement(@ForAll("finite") ClassBatch batch, @ForAll boolean weighted) {
        if (!claims(NLL_LOSS)) {
            return;
        }
        ClassLossOptions options = options(batch, weighted).withReduction(Reduction.NONE);
        long[] target = batch.targetWithIgnored(options.ignoreIndex());
        Tensor losses = implementation().nllLoss(batch.scores(), target, options);
        Rows rows = batch.rows();
        for (int r = 0; r < rows.count(); r++) {
            int at = r;
            BigDecimal exact = exact(batch, target, options, r);
            Check.ulp(
                    precision().ulpError(losses.get(r), exact),
                    implementation().maxUlp(NLL_LOSS),
                    losses.get(r),
                    exact,
                    () -> "loss[" + at + "]");
        }
    }

    /**
     * The sum adds the losses of the samples, and the mean divides it by the weights of the targets that count; NaN if there
     * are none.
     *
     * @param batch log-probabilities and targets
     * @param weighted whether classes have weights
     */
    @Property(tries = 80)
    default void sumAndMeanReduceTheLosses(@ForAll("finite") ClassBatch batch, @ForAll boolean weighted) {
        if (!claims(NLL_LOSS)) {
            return;
        }
        ClassLossOptions options = options(batch, weighted);
        long[] target = batch.targetWithIgnored(options.ignoreIndex());
        BigDecimal sum = BigDecimal.ZERO;
        double spacings = 0.0;
        double denominator = 0.0;
        for (int r = 0; r < target.length; r++) {
            BigDecimal exact = exact(batch, target, options, r);
            sum = sum.add(exact);
            spacings += precision().ulp(exact.doubleValue());
            denominator += target[r] == options.ignoreIndex() ? 0.0 : options.weightOf((int) target[r]);
        }
        double gotSum = implementation()
                .nllLoss(batch.scores(), target, options.withReduction(Reduction.SUM))
                .get(0);
        double gotMean = implementation()
                .nllLoss(batch.scores(), target, options.withReduction(Reduction.MEAN))
                .get(0);
        // Each term has its error, whether terms cancel or not; the result is rounded once more.
        double tolerance = implementation().maxUlp(NLL_LOSS) * spacings;
        double total = sum.doubleValue();
        Check.near(gotSum, total, tolerance + precision().ulp(total), () -> "sum");
        double mean = denominator == 0.0 ? Double.NaN : total / denominator;
        // The check itself adds and divides in double.
        double own = (target.length + 1.0) * Precision.DOUBLE.ulp(mean);
        Check.near(gotMean, mean, tolerance / denominator + precision().ulp(mean) + own, () -> "mean");
    }

    /**
     * The gradient is {@code -w[y] g} at the target, 0 elsewhere and 0 where the target is ignored.
     *
     * @param batch log-probabilities, targets and upstream gradients
     * @param weighted whether classes have weights
     */
    @Property(tries = 60)
    default void gradientIsAtTheTargetAlone(@ForAll("finite") ClassBatch batch, @ForAll boolean weighted) {
        if (!claims(NLL_LOSS)) {
            return;
        }
        ClassLossOptions options = options(batch, weighted).withReduction(Reduction.NONE);
        long[] target = batch.targetWithIgnored(options.ignoreIndex());
        Tensor upstream = batch.upstream();
        Tensor gradient = implementation().nllLossGradient(batch.scores(), target, options, upstream);
        double denominator = Arrays.stream(target)
                .filter(y -> y != options.ignoreIndex())
                .mapToDouble(y -> options.weightOf((int) y))
                .sum();
        Tensor ofMean =
                implementation().nllLossGradient(batch.scores(), target, options.withReduction(Reduction.MEAN), null);
        Rows rows = batch.rows();
        for (int r = 0; r < rows.count(); r++) {
            for (int i = 0; i < rows.length(); i++) {
                int at = rows.index(r, i);
                double weight = i == target[r] && i != options.ignoreIndex() ? options.weightOf(i) : 0.0;
                double expected = -weight * upstream.get(r);
                Check.near(gradient.get(at), expected, precision().ulp(expected), () -> "gradient[" + at + "]");
                double expectedOfMean = weight == 0.0 ? 0.0 : -weight / denominator;
                Check.near(
                        ofMean.get(at),
                        expectedOfMean,
                        precision().ulp(expectedOfMean) + (target.length + 1.0) * Precision.DOUBLE.ulp(expectedOfMean),
                        () -> "gradient of the mean[" + at + "]");
            }
        }
    }

    private static ClassLossOptions options(ClassBatch batch, boolean weighted) {
        // Half of the batches ignore a class that exists.
        return ClassLossOptions.DEFAULT
                .withWeight(weighted ? batch.weight() : null)
                .withIgnoreIndex(batch.count() % 2 == 0 ? -7 : batch.classes() - 1L);
    }

    private static BigDecimal exact(ClassBatch batch, long[] target, ClassLossOptions options, int row) {
        if (target[row] == options.ignoreIndex()) {
            return BigDecimal.ZERO;
        }
        int y = (int) target[row];
        return new BigDecimal(options.weightOf(y))
                .multiply(new BigDecimal(batch.scores().get(batch.rows().index(row, y))))
                .negate();
    }

    private Precision precision() {
        return implementation().precision();
    }
}
