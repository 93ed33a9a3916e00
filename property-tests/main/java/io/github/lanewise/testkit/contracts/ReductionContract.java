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
import io.github.lanewise.testkit.generators.ClassBatch;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** How cross entropy reduces the losses of samples, and what ignoring a sample means. */
public interface ReductionContract extends LossContract {
    /** A target that is no class. */
    long IGNORED = -1L;

    /**
     * With class targets the sum adds the losses of the samples, and the mean divides it by the weights of the targets that
     * count; NaN if there are none. A target that is ignored does not count, be it a class or none.
     *
     * @param batch scores, targets and options
     */
    @Property(tries = 80)
    default void reductionsOfClassesAgree(@ForAll("finite") ClassBatch batch) {
        if (!claims(CROSS_ENTROPY)) {
            return;
        }
        for (long ignored : new long[] {IGNORED, batch.classes() - 1L}) {
            ClassLossOptions options = batch.options().withIgnoreIndex(ignored);
            long[] target = batch.targetWithIgnored(ignored);
            double denominator = Arrays.stream(target)
                    .filter(y -> y != ignored)
                    .mapToDouble(y -> options.weightOf((int) y))
                    .sum();
            checkReductions(
                    implementation().crossEntropy(batch.scores(), target, options),
                    implementation().crossEntropy(batch.scores(), target, options.withReduction(Reduction.SUM)),
                    implementation().crossEntropy(batch.scores(), target, options.withReduction(Reduction.MEAN)),
                    denominator,
                    CROSS_ENTROPY);
        }
    }

    /**
     * With probability targets the sum adds the losses of the samples, and the mean divides it by their number.
     *
     * @param batch scores, targets and options
     */
    @Property(tries = 80)
    default void reductionsOfProbabilitiesAgree(@ForAll("finite") ClassBatch batch) {
        if (!claims(CROSS_ENTROPY_PROB)) {
            return;
        }
        ClassLossOptions options = batch.options();
        Tensor target = batch.probabilities();
        checkReductions(
                implementation().crossEntropyProbabilities(batch.scores(), target, options),
                implementation()
                        .crossEntropyProbabilities(batch.scores(), target, options.withReduction(Reduction.SUM)),
                implementation()
                        .crossEntropyProbabilities(batch.scores(), target, options.withReduction(Reduction.MEAN)),
                batch.count(),
                CROSS_ENTROPY_PROB);
    }

    private void checkReductions(Tensor losses, Tensor sum, Tensor mean, double denominator, Operation operation) {
        double total = Arrays.stream(losses.data()).sum();
        Precision precision = implementation().precision();
        // Either way each loss may be off by the documented bound, and the result is rounded.
        double tolerance = 0.0;
        for (int i = 0; i < losses.count(); i++) {
            tolerance += 2.0 * implementation().maxUlp(operation) * precision.ulp(losses.get(i));
        }
        Check.near(sum.get(0), total, tolerance + precision.ulp(total), () -> "sum of " + operation);
        if (denominator == 0.0) {
            Check.near(
                    mean.get(0),
                    Double.NaN,
                    0.0,
                    () -> "mean of " + operation + ", which has to be NaN where nothing counts,");
        } else {
            double expected = total / denominator;
            Check.near(
                    mean.get(0),
                    expected,
                    tolerance / denominator + precision.ulp(expected),
                    () -> "mean of " + operation + " over a denominator of " + denominator);
        }
        Check.that(
                sum.rank() == 0 && mean.rank() == 0,
                () -> "a reduced " + operation + " has dimensions: " + sum.rank() + " as sum, " + mean.rank()
                        + " as mean");
    }

    /**
     * An ignored sample has loss and gradient 0, and changes no result of another sample.
     *
     * @param batch scores, targets and options
     */
    @Property(tries = 60)
    default void ignoredSamplesDoNotCount(@ForAll("finite") ClassBatch batch) {
        if (!claims(CROSS_ENTROPY)) {
            return;
        }
        // In half of the batches the ignored target is a class that exists.
        long ignored = batch.count() % 2 == 0 ? IGNORED : batch.classes() - 1L;
        ClassLossOptions options = batch.options();
        long[] target = batch.targetWithIgnored(ignored);
        long[] replaced = Arrays.stream(target).map(y -> y == ignored ? 0 : y).toArray();
        Tensor losses = implementation().crossEntropy(batch.scores(), target, options.withIgnoreIndex(ignored));
        Tensor all = implementation().crossEntropy(batch.scores(), replaced, options);
        Tensor gradient = implementation()
                .crossEntropyGradient(batch.scores(), target, options.withIgnoreIndex(ignored), batch.upstream());
        Rows rows = batch.rows();
        for (int r = 0; r < rows.count(); r++) {
            int at = r;
            double expected = target[r] == ignored ? 0.0 : all.get(r);
            Check.near(losses.get(r), expected, 0.0, () -> "loss[" + at + "]");
            if (target[r] == ignored) {
                boolean zero = Arrays.stream(rows.row(gradient, r)).allMatch(g -> g == 0.0);
                Check.that(zero, () -> "gradient of the ignored sample " + at + " is not 0");
            }
        }
    }
}
