// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY_PROB;
import static io.github.lanewise.testkit.Operation.LOG_SOFTMAX;
import static io.github.lanewise.testkit.Operation.NLL_LOSS;

import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Rows;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.oracle.ExactLoss;
import io.github.lanewise.testkit.oracle.ExactRow;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Identities and accuracy of the value of cross entropy, with class and with probability targets. */
public interface CrossEntropyContract extends LossContract {

    /**
     * The loss of each sample is as accurate as documented, with class targets, any weights and any smoothing.
     *
     * @param batch scores, targets and options
     */
    @Property(tries = 100)
    default void lossOfClassesIsAccurate(@ForAll("exact") ClassBatch batch) {
        if (claims(CROSS_ENTROPY)) {
            checkAccuracy(batch, batch.target(), batch.options());
        }
    }

    /**
     * The same on long rows.
     *
     * @param batch scores, targets and options
     */
    @Property(tries = 20)
    default void lossOfClassesInLongRowsIsAccurate(@ForAll("exactAndLong") ClassBatch batch) {
        if (claims(CROSS_ENTROPY)) {
            checkAccuracy(batch, batch.target(), batch.options());
        }
    }

    private void checkAccuracy(ClassBatch batch, long[] target, ClassLossOptions options) {
        Tensor losses = implementation().crossEntropy(batch.scores(), target, options);
        Rows rows = batch.rows();
        for (int r = 0; r < rows.count(); r++) {
            ExactRow row = ExactRow.of(rows.row(batch.scores(), r));
            ExactLoss exact = ExactLoss.crossEntropy(row, (int) target[r], options);
            int at = r;
            Check.ulp(
                    precision().ulpError(losses.get(r), exact.value()),
                    implementation().maxUlp(CROSS_ENTROPY),
                    losses.get(r),
                    exact.value(),
                    () -> "loss[" + at + "] with " + options);
        }
    }

    /**
     * The loss of each sample is as accurate as documented, with probability targets.
     *
     * @param batch scores, targets and options
     */
    @Property(tries = 100)
    default void lossOfProbabilitiesIsAccurate(@ForAll("exact") ClassBatch batch) {
        if (!claims(CROSS_ENTROPY_PROB)) {
            return;
        }
        ClassLossOptions options = batch.options();
        Tensor target = batch.probabilities();
        Tensor losses = implementation().crossEntropyProbabilities(batch.scores(), target, options);
        Rows rows = batch.rows();
        for (int r = 0; r < rows.count(); r++) {
            ExactRow row = ExactRow.of(rows.row(batch.scores(), r));
            ExactLoss exact = ExactLoss.crossEntropy(row, rows.row(target, r), options);
            int at = r;
            Check.ulp(
                    precision().ulpError(losses.get(r), exact.value()),
                    implementation().maxUlp(CROSS_ENTROPY_PROB),
                    losses.get(r),
                    exact.value(),
                    () -> "loss[" + at + "] with " + options);
        }
    }

    /** Losses near 0 keep their digits: where one score leads, the loss is the small weight of the others. */
    @Example
    default void confidentRowsKeepTheirDigits() {
        if (!claims(CROSS_ENTROPY)) {
            return;
        }
        double[][] rows = {{10, 0, 0, 0}, {30, 0, 0, 0}, {100, 0}, {17, 0}, {0, -50, -80}, {103, 1, 0}};
        for (double[] scores : rows) {
            Tensor loss = implementation()
                    .crossEntropy(Tensor.of(scores, scores.length), new long[] {0}, ClassLossOptions.DEFAULT);
            ExactLoss exact = ExactLoss.crossEntropy(ExactRow.of(scores), 0, ClassLossOptions.DEFAULT);
            Check.ulp(
                    precision().ulpError(loss.get(0), exact.value()),
                    implementation().maxUlp(CROSS_ENTROPY),
                    loss.get(0),
                    exact.value(),
                    () -> "loss of " + Arrays.toString(scores));
        }
    }

    /**
     * Cross entropy is negative log-likelihood of log-softmax, under every reduction.
     *
     * @param batch scores and targets
     * @param reduction any
     * @param weighted whether classes have weights
     */
    @Property(tries = 80)
    default void isNegativeLogLikelihoodOfLogSoftmax(
            @ForAll("finite") ClassBatch batch, @ForAll Reduction reduction, @ForAll boolean weighted) {
        if (!claims(CROSS_ENTROPY, LOG_SOFTMAX, NLL_LOSS)) {
            return;
        }
        LossImplementation implementation = implementation();
        ClassLossOptions options = ClassLossOptions.DEFAULT
                .withReduction(reduction)
                .withWeight(weighted ? batch.weight() : null)
                .withIgnoreIndex(-1);
        long[] target = batch.targetWithIgnored(-1);
        Tensor lp = implementation.logSoftmax(batch.scores(), batch.rows().dim());
        Tensor nll = implementation.nllLoss(lp, target, options);
        Tensor ce = implementation.crossEntropy(batch.scores(), target, options);
        double sum = 0.0;
        double denominator = 0.0;
        for (int r = 0; r < target.length; r++) {
            double tolerance = 0.0;
            if (target[r] != -1) {
                int y = (int) target[r];
                double weight = options.weightOf(y);
                double logProbability = lp.get(batch.rows().index(r, y));
                // What each of the three may be off by; an error of the log-probability is multiplied by the weight.
                tolerance = (implementation.maxUlp(CROSS_ENTROPY) + implementation.maxUlp(NLL_LOSS))
                                * precision().ulp(weight * logProbability)
                        + implementation.maxUlp(LOG_SOFTMAX) * precision().ulp(logProbability) * weight;
                denominator += weight;
            }
            sum += tolerance;
            if (reduction == Reduction.NONE) {
                int at = r;
                Check.near(ce.get(r), nll.get(r), tolerance, () -> "cross entropy[" + at + "]");
            }
        }
        if (reduction != Reduction.NONE) {
            double divisor = reduction == Reduction.MEAN ? denominator : 1.0;
            Check.near(ce.get(0), nll.get(0), sum / divisor + precision().ulp(nll.get(0)), () -> "cross entropy");
        }
    }

    /**
     * A class is the same target as the probability 1 for it, without reduction and as sum; and as mean without weights.
     *
     * @param batch scores and targets
     * @param reduction any
     * @param weighted whether classes have weights
     */
    @Property(tries = 60)
    default void oneHotProbabilitiesEqualClasses(
            @ForAll("finite") ClassBatch batch, @ForAll Reduction reduction, @ForAll boolean weighted) {
        if (!claims(CROSS_ENTROPY, CROSS_ENTROPY_PROB)) {
            return;
        }
        ClassLossOptions options = ClassLossOptions.DEFAULT
                .withReduction(reduction)
                .withWeight(weighted && reduction != Reduction.MEAN ? batch.weight() : null);
        long[] target = batch.target();
        checkSameLoss(
                batch,
                implementation().crossEntropyProbabilities(batch.scores(), batch.spread(target, 1.0, 0.0), options),
                implementation().crossEntropy(batch.scores(), target, options),
                0.0);
    }

    /**
     * The mean over probability targets divides by the number of samples, whatever the weights; that over classes by the sum
     * of the targets' weights.
     *
     * @param batch scores and targets
     */
    @Property(tries = 60)
    default void meanOfProbabilitiesDividesByCountAndMeanOfClassesByWeight(@ForAll("finite") ClassBatch batch) {
        if (!claims(CROSS_ENTROPY, CROSS_ENTROPY_PROB)) {
            return;
        }
        LossImplementation implementation = implementation();
        ClassLossOptions sum =
                ClassLossOptions.DEFAULT.withReduction(Reduction.SUM).withWeight(batch.weight());
        ClassLossOptions mean = sum.withReduction(Reduction.MEAN);
        long[] target = batch.target();
        Tensor hot = batch.spread(target, 1.0, 0.0);
        double weights = 0.0;
        for (long y : target) {
            weights += sum.weightOf((int) y);
        }
        double total = implementation.crossEntropy(batch.scores(), target, sum).get(0);
        double byClass =
                implementation.crossEntropy(batch.scores(), target, mean).get(0);
        double byProbability = implementation
                .crossEntropyProbabilities(batch.scores(), hot, mean)
                .get(0);
        double totalOfProbabilities = implementation
                .crossEntropyProbabilities(batch.scores(), hot, sum)
                .get(0);
        // The two calls add the same terms; sum and quotient are rounded once each. The check adds the weights in
        // double.
        Check.near(
                byClass,
                total / weights,
                precision().ulp(byClass)
                        + precision().ulp(total) / weights
                        + batch.count() * Precision.DOUBLE.ulp(byClass),
                () -> "mean over classes");
        Check.near(
                byProbability,
                totalOfProbabilities / batch.count(),
                2.0 * precision().ulp(byProbability) + precision().ulp(totalOfProbabilities) / batch.count(),
                () -> "mean over probabilities");
    }

    /**
     * Label smoothing is cross entropy with the target's probability 1 - e + e / C, and e / C for all others.
     *
     * @param batch scores and targets
     * @param smoothing the share that is spread
     * @param weighted whether classes have weights
     */
    @Property(tries = 60)
    default void smoothingIsASpreadTarget(
            @ForAll("finite") ClassBatch batch,
            @ForAll @DoubleRange(max = 1.0) double smoothing,
            @ForAll boolean weighted) {
        if (!claims(CROSS_ENTROPY, CROSS_ENTROPY_PROB)) {
            return;
        }
        ClassLossOptions options =
                ClassLossOptions.DEFAULT.withReduction(Reduction.NONE).withWeight(weighted ? batch.weight() : null);
        long[] target = batch.target();
        double share = smoothing / batch.classes();
        Tensor spread = batch.spread(target, 1.0 - smoothing + share, share);
        checkSameLoss(
                batch,
                implementation().crossEntropyProbabilities(batch.scores(), spread, options),
                implementation().crossEntropy(batch.scores(), target, options.withLabelSmoothing(smoothing)),
                underflow(batch, share));
    }

    /**
     * Spreading e over the other classes only is smoothing by e C / (C - 1) over all of them.
     *
     * @param batch scores and targets
     * @param smoothing the share that is spread
     */
    @Property(tries = 60)
    default void spreadingOverTheOthersIsMoreSmoothing(
            @ForAll("finite") ClassBatch batch, @ForAll @DoubleRange(max = 1.0) double smoothing) {
        int classes = batch.classes();
        if (!claims(CROSS_ENTROPY, CROSS_ENTROPY_PROB) || classes < 2) {
            return;
        }
        double others = smoothing * (classes - 1) / classes;
        ClassLossOptions options = ClassLossOptions.DEFAULT.withReduction(Reduction.NONE);
        long[] target = batch.target();
        Tensor spread = batch.spread(target, 1.0 - others, others / (classes - 1));
        double all = Math.min(1.0, others * classes / (classes - 1));
        checkSameLoss(
                batch,
                implementation().crossEntropyProbabilities(batch.scores(), spread, options),
                implementation().crossEntropy(batch.scores(), target, options.withLabelSmoothing(all)),
                // Each share is rounded where it is computed, and what the target keeps is 1 less one: with many
                // classes that can be
                // far more than its own spacing, and counts as often as the target is surprising.
                underflow(batch, others / (classes - 1)) + others * 4.0 * Math.ulp(0.5) * surprise(batch));
    }

    /** What is lost where a probability is too small to be a normal number: half its spacing times the largest surprise. */
    private double underflow(ClassBatch batch, double probability) {
        if (probability >= precision().smallestNormal()) {
            return 0.0;
        }
        return batch.classes() * precision().ulp(0.0) * 4.0 * surprise(batch);
    }

    /** The largest that minus a log-probability can be. */
    private static double surprise(ClassBatch batch) {
        double[] scores = batch.scores().data();
        double reach = Arrays.stream(scores).max().orElse(0.0)
                - Arrays.stream(scores).min().orElse(0.0);
        return reach + Math.log(batch.classes());
    }

    /** Two losses of the same terms, one from probabilities that were rounded once. */
    private void checkSameLoss(ClassBatch batch, Tensor fromProbabilities, Tensor fromClasses, double slack) {
        double bound = implementation().maxUlp(CROSS_ENTROPY) + implementation().maxUlp(CROSS_ENTROPY_PROB) + 2.0;
        for (int i = 0; i < fromClasses.count(); i++) {
            int at = i;
            double expected = fromClasses.get(i);
            Check.near(
                    fromProbabilities.get(i),
                    expected,
                    bound
                                    * (precision().ulp(expected)
                                            + batch.count() * precision().ulp(0.0))
                            + slack,
                    () -> "loss[" + at + "] from probabilities of " + batch);
        }
    }

    /**
     * The same number added to all scores of a row does not change its loss.
     *
     * @param batch scores, targets and options
     * @param steps the number, in steps of 1/256
     */
    @Property(tries = 60)
    default void shiftChangesNoLoss(
            @ForAll("shiftable") ClassBatch batch, @ForAll @IntRange(min = -4194304, max = 4194304) int steps) {
        if (!claims(CROSS_ENTROPY)) {
            return;
        }
        Tensor moved = Tensors.map(batch.scores(), value -> value + steps / 256.0);
        Tensors.checkUlp(
                implementation().crossEntropy(moved, batch.target(), batch.options()),
                implementation().crossEntropy(batch.scores(), batch.target(), batch.options()),
                2.0 * implementation().maxUlp(CROSS_ENTROPY),
                precision(),
                "loss of moved scores");
    }

    /**
     * Rearranging the classes, with their weights and the targets, does not change a loss.
     *
     * @param batch scores, targets and options
     */
    @Property(tries = 60)
    default void permutingClassesChangesNoLoss(@ForAll("finite") ClassBatch batch) {
        if (!claims(CROSS_ENTROPY)) {
            return;
        }
        int[] to = batch.permutation();
        long[] target = batch.target();
        ClassLossOptions options = batch.options();
        Tensor weight = options.weight();
        ClassLossOptions permuted =
                weight == null ? options : options.withWeight(Tensors.permute(weight, new Rows(weight.shape(), 0), to));
        Tensors.checkUlp(
                implementation()
                        .crossEntropy(
                                Tensors.permute(batch.scores(), batch.rows(), to),
                                Arrays.stream(target).map(y -> to[(int) y]).toArray(),
                                permuted),
                implementation().crossEntropy(batch.scores(), target, options),
                2.0 * implementation().maxUlp(CROSS_ENTROPY),
                precision(),
                "loss of permuted classes");
    }

    private Precision precision() {
        return implementation().precision();
    }
}
