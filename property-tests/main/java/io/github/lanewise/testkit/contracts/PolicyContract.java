// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY_WITH_LOGITS;
import static io.github.lanewise.testkit.Operation.CATEGORICAL_ENTROPY;
import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY_PROB;
import static io.github.lanewise.testkit.Operation.KL_DIV;
import static io.github.lanewise.testkit.Operation.NLL_LOSS;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.Capability;
import io.github.lanewise.testkit.CategoricalOptions;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.Denominator;
import io.github.lanewise.testkit.Indeterminate;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.OnEmpty;
import io.github.lanewise.testkit.Policies;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Smoothing;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.generators.ClassBatch;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

/** Choices besides PyTorch's: denominators, limits, empty batches, masked rows, conventions of smoothing. */
public interface PolicyContract extends LossContract {
    /** A target that is no class. */
    long IGNORED = -1L;

    private static ClassLossOptions with(Policies policies, Reduction reduction) {
        return ClassLossOptions.DEFAULT
                .withIgnoreIndex(IGNORED)
                .withPolicies(policies)
                .withReduction(reduction);
    }

    /**
     * The mean over classes divides the sum by the denominator of choice, and so does its gradient.
     *
     * @param batch scores, targets and weights
     */
    @Property(tries = 60)
    default void meansDivideByTheDenominatorOfChoice(@ForAll("moderate") ClassBatch batch) {
        if (!claims(CROSS_ENTROPY, NLL_LOSS) || !offers(Capability.DENOMINATORS)) {
            return;
        }
        long[] target = batch.targetWithIgnored(IGNORED);
        Tensor x = batch.scores();
        ClassLossOptions sumOptions = with(Policies.PYTORCH, Reduction.SUM).withWeight(batch.weight());
        double sum = implementation().crossEntropy(x, target, sumOptions).get(0);
        double nllSum = implementation().nllLoss(x, target, sumOptions).get(0);
        Tensor sumGradient = implementation().crossEntropyGradient(x, target, sumOptions, null);
        for (Denominator.Kind kind : Denominator.Kind.values()) {
            double divisor = switch (kind) {
                case DEFAULT, WEIGHTED ->
                    Arrays.stream(target)
                            .filter(y -> y != IGNORED)
                            .mapToDouble(y -> sumOptions.weightOf((int) y))
                            .sum();
                case VALID_COUNT ->
                    Arrays.stream(target).filter(y -> y != IGNORED).count();
                case BATCH -> x.rank() == 1 ? 1 : x.size(0);
                case ELEMENTS -> target.length;
                case GIVEN -> 7.0;
            };
            Denominator denominator =
                    kind == Denominator.Kind.GIVEN ? Denominator.given(divisor) : Denominator.of(kind);
            ClassLossOptions options = sumOptions
                    .withReduction(Reduction.MEAN)
                    .withPolicies(Policies.PYTORCH.withDenominator(denominator));
            double expected = divisor == 0.0 ? Double.NaN : sum / divisor;
            double slack = implementation().precision().epsilon();
            // The sum was rounded before it is divided here; that shows where it is subnormal.
            double floor = implementation().precision().ulp(0.0) * (1.0 + (divisor == 0.0 ? 0.0 : 1.0 / divisor));
            Check.near(
                    implementation().crossEntropy(x, target, options).get(0),
                    expected,
                    2.0 * slack * Math.abs(expected) + floor,
                    () -> "mean over " + kind);
            double expectedNll = divisor == 0.0 ? Double.NaN : nllSum / divisor;
            Check.near(
                    implementation().nllLoss(x, target, options).get(0),
                    expectedNll,
                    2.0 * slack * Math.abs(expectedNll) + floor,
                    () -> "mean likelihood over " + kind);
            Tensor gradient = implementation().crossEntropyGradient(x, target, options, null);
            for (int i = 0; i < gradient.count(); i++) {
                double slope = divisor == 0.0 ? 0.0 : sumGradient.get(i) / divisor;
                // A gradient is a difference of terms of up to the largest weight.
                double tolerance = 8.0 * slack * (Math.abs(slope) + (divisor == 0.0 ? 0.0 : 4.0 / divisor));
                Check.near(gradient.get(i), slope, tolerance, () -> "gradient of the mean over " + kind);
            }
        }
    }

    /** Where nothing counts, the mean is NaN, or zero with a gradient of zero, or the call is rejected. */
    @Example
    default void nothingThatCountsHasTheMeanOfChoice() {
        if (!claims(CROSS_ENTROPY, NLL_LOSS) || !offers(Capability.EMPTY_MEAN)) {
            return;
        }
        Tensor x = Tensor.of(new double[] {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}, 2, 3);
        long[] target = {IGNORED, IGNORED};
        ClassLossOptions zero = with(Policies.PYTORCH.withOnEmpty(OnEmpty.ZERO), Reduction.MEAN);
        ClassLossOptions error = with(Policies.PYTORCH.withOnEmpty(OnEmpty.ERROR), Reduction.MEAN);
        Check.near(implementation().crossEntropy(x, target, zero).get(0), 0.0, 0.0, () -> "mean of nothing");
        Check.near(implementation().nllLoss(x, target, zero).get(0), 0.0, 0.0, () -> "mean of nothing");
        checkZero(implementation().crossEntropyGradient(x, target, zero, null));
        checkZero(implementation().nllLossGradient(x, target, zero, null));
        Check.rejected(
                () -> implementation().crossEntropy(x, target, error),
                () -> "the mean of crossEntropy where nothing counts, which is to be an error");
        Check.rejected(
                () -> implementation().nllLoss(x, target, error),
                () -> "the mean of nllLoss where nothing counts, which is to be an error");
        // With something that counts the choice is of no account.
        long[] some = {IGNORED, 1};
        ClassLossOptions usual = with(Policies.PYTORCH, Reduction.MEAN);
        double expected = implementation().crossEntropy(x, some, usual).get(0);
        Check.near(implementation().crossEntropy(x, some, error).get(0), expected, 0.0, () -> "mean of something");
        if (claims(CROSS_ENTROPY_PROB)) {
            Tensor none = Tensor.of(new double[0], 2, 0);
            Check.near(
                    implementation().crossEntropyProbabilities(none, none, zero).get(0), 0.0, 0.0, () -> "no classes");
            Check.rejected(
                    () -> implementation().crossEntropyProbabilities(none, none, error),
                    () -> "the mean of crossEntropyProbabilities without classes, which is to be an error");
        }
    }

    private static void checkZero(Tensor gradient) {
        Check.that(Arrays.stream(gradient.data()).allMatch(g -> g == 0.0), () -> "gradient is " + gradient);
    }

    /** A row whose scores are all negative infinity has loss and gradient NaN, or zero, or the call is rejected. */
    @Example
    default void maskedRowsHaveTheLossOfChoice() {
        if (!claims(CROSS_ENTROPY) || !offers(Capability.MASKED_ROWS)) {
            return;
        }
        double low = Double.NEGATIVE_INFINITY;
        Tensor x = Tensor.of(new double[] {low, low, low, 0.0, 0.0, 0.0}, 2, 3);
        long[] target = {1, 2};
        Tensor upstream = Tensor.of(new double[] {1.0, 1.0}, 2);
        ClassLossOptions zero = with(Policies.PYTORCH.withOnMaskedRow(OnEmpty.ZERO), Reduction.NONE);
        ClassLossOptions error = with(Policies.PYTORCH.withOnMaskedRow(OnEmpty.ERROR), Reduction.NONE);
        Tensor losses = implementation().crossEntropy(x, target, zero);
        Tensor usual = implementation().crossEntropy(x, target, with(Policies.PYTORCH, Reduction.NONE));
        Check.near(usual.get(0), Double.NaN, 0.0, () -> "loss of a masked row");
        Check.near(losses.get(0), 0.0, 0.0, () -> "loss of a masked row");
        Check.near(losses.get(1), usual.get(1), 0.0, () -> "loss of another row");
        Tensor gradient = implementation().crossEntropyGradient(x, target, zero, upstream);
        for (int i = 0; i < 3; i++) {
            Check.near(gradient.get(i), 0.0, 0.0, () -> "gradient of a masked row");
            Check.that(Double.isFinite(gradient.get(3 + i)), () -> "gradient of another row is not finite");
        }
        Check.rejected(
                () -> implementation().crossEntropy(x, target, error),
                () -> "crossEntropy of a row of negative infinities, which is to be an error");
    }

    /** With the limit, a probability of 0 makes its term 0, however unlikely the class is; gradients stay as they are. */
    @Example
    default void zeroTimesInfinityIsItsLimit() {
        if (!offers(Capability.INDETERMINATE_LIMIT)) {
            return;
        }
        double inf = Double.POSITIVE_INFINITY;
        Policies limit = Policies.PYTORCH.withIndeterminate(Indeterminate.LIMIT);
        Tensor x = Tensor.of(new double[] {0.0, -inf, 0.0}, 3);
        Tensor t = Tensor.of(new double[] {0.5, 0.0, 0.5}, 3);
        double tolerance = 8.0 * implementation().precision().epsilon();
        if (claims(CROSS_ENTROPY_PROB)) {
            double loss = implementation()
                    .crossEntropyProbabilities(x, t, with(limit, Reduction.SUM))
                    .get(0);
            Check.near(loss, Math.log(2.0), tolerance, () -> "cross entropy");
            Tensor gradient = implementation()
                    .crossEntropyProbabilitiesGradient(x, t, with(limit, Reduction.SUM), null)
                    .first();
            Check.that(Arrays.stream(gradient.data()).allMatch(Double::isFinite), () -> "gradient is " + gradient);
        }
        if (claims(CROSS_ENTROPY)) {
            // A target whose weight is 0, and whose score is lower than any.
            Tensor scores = Tensor.of(new double[] {-inf, 0.0, 0.0}, 3);
            ClassLossOptions options =
                    with(limit, Reduction.SUM).withWeight(Tensor.of(new double[] {0.0, 1.0, 1.0}, 3));
            double e = 0.5;
            Check.near(
                    implementation()
                            .crossEntropy(scores, new long[] {0}, options)
                            .get(0),
                    0.0,
                    0.0,
                    () -> "target");
            ClassLossOptions all = options.withLabelSmoothing(e);
            double overAll =
                    implementation().crossEntropy(scores, new long[] {0}, all).get(0);
            Check.near(overAll, e * 2.0 / 3.0 * Math.log(2.0), tolerance, () -> "smoothed target");
            if (offers(Capability.SMOOTHING_OTHER_CLASSES)) {
                ClassLossOptions others = all.withSmoothing(Smoothing.OTHER_CLASSES);
                double overOthers = implementation()
                        .crossEntropy(scores, new long[] {0}, others)
                        .get(0);
                Check.near(overOthers, e * Math.log(2.0), tolerance, () -> "target smoothed over the others");
            }
        }
        if (claims(KL_DIV)) {
            KlDivOptions options = KlDivOptions.DEFAULT.withPolicies(limit).withReduction(Reduction.SUM);
            double loss = implementation().klDiv(x, t, options).get(0);
            Check.near(loss, -Math.log(2.0), tolerance, () -> "divergence");
            Tensor logs = Tensor.of(new double[] {Math.log(0.5), -inf, Math.log(0.5)}, 3);
            double ofLogs = implementation()
                    .klDiv(x, Tensors.map(logs, implementation().precision()::round), options.withLogTarget(true))
                    .get(0);
            Check.near(ofLogs, -Math.log(2.0), tolerance, () -> "divergence from logarithms");
        }
        if (claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
            Tensor logits = Tensor.of(new double[] {-inf, inf, -inf, inf, -inf}, 5);
            Tensor y = Tensor.of(new double[] {0.0, 1.0, 1.0, 0.0, 0.5}, 5);
            BinaryLossOptions options =
                    BinaryLossOptions.DEFAULT.withPolicies(limit).withReduction(Reduction.NONE);
            Tensor losses = implementation().binaryCrossEntropyWithLogits(logits, y, options);
            double[] expected = {0.0, 0.0, inf, inf, inf};
            for (int i = 0; i < expected.length; i++) {
                int at = i;
                Check.near(losses.get(i), expected[i], 0.0, () -> "loss of logit " + logits.get(at));
            }
        }
        if (claims(CATEGORICAL_ENTROPY)) {
            Tensor gradient = implementation()
                    .categoricalEntropyGradient(
                            Tensor.of(new double[] {0.0, -inf, 1.0}, 3),
                            CategoricalOptions.LOGITS.withIndeterminate(Indeterminate.LIMIT),
                            Tensor.scalar(2.0));
            Check.that(Arrays.stream(gradient.data()).allMatch(Double::isFinite), () -> "gradient is " + gradient);
        }
    }

    /**
     * Spread over the other classes, a share e is one of {@code e C / (C - 1)} spread over all; with weights it is a target of
     * {@code 1 - e} and {@code e / (C - 1)} elsewhere.
     *
     * @param batch scores, targets and weights
     * @param smoothing the share
     * @param weighted whether classes have weights
     */
    @Property(tries = 60)
    default void smoothingOverTheOthersIsASpreadTarget(
            @ForAll("moderate") ClassBatch batch,
            @ForAll @DoubleRange(min = 0.01, max = 1.0) double smoothing,
            @ForAll boolean weighted) {
        int classes = batch.classes();
        if (!claims(CROSS_ENTROPY, CROSS_ENTROPY_PROB) || !offers(Capability.SMOOTHING_OTHER_CLASSES) || classes < 2) {
            return;
        }
        ClassLossOptions options =
                ClassLossOptions.DEFAULT.withReduction(Reduction.NONE).withWeight(weighted ? batch.weight() : null);
        long[] target = batch.target();
        ClassLossOptions others = options.withLabelSmoothing(smoothing).withSmoothing(Smoothing.OTHER_CLASSES);
        Tensor spread = batch.spread(target, 1.0 - smoothing, smoothing / (classes - 1));
        double bound = implementation().maxUlp(CROSS_ENTROPY) + implementation().maxUlp(CROSS_ENTROPY_PROB) + 3.0;
        Tensors.checkUlp(
                implementation().crossEntropy(batch.scores(), target, others),
                implementation().crossEntropyProbabilities(batch.scores(), spread, options),
                bound,
                implementation().precision(),
                "loss smoothed over the others");
        double[] one = implementation()
                .crossEntropyGradient(batch.scores(), target, others, batch.upstream())
                .data();
        Tensor other = implementation()
                .crossEntropyProbabilitiesGradient(batch.scores(), spread, options, batch.upstream())
                .first();
        for (int i = 0; i < one.length; i++) {
            // Differences of terms of up to the largest weight and upstream gradient.
            double tolerance = 100.0 * implementation().precision().epsilon();
            Check.near(one[i], other.get(i), tolerance, () -> "gradient smoothed over the others");
        }
    }

    /**
     * With the weight on the target's term only, the loss is {@code (1 - e)} times the weighted hard one plus e times the
     * unweighted even one.
     *
     * @param batch scores, targets and weights
     * @param smoothing the share
     */
    @Property(tries = 60)
    default void weightOfTheTargetsTermOnly(
            @ForAll("moderate") ClassBatch batch, @ForAll @DoubleRange(min = 0.01, max = 0.99) double smoothing) {
        if (!claims(CROSS_ENTROPY) || !offers(Capability.SMOOTHING_TARGET_WEIGHT)) {
            return;
        }
        ClassLossOptions plain = ClassLossOptions.DEFAULT.withReduction(Reduction.NONE);
        long[] target = batch.target();
        Tensor hard = implementation().crossEntropy(batch.scores(), target, plain.withWeight(batch.weight()));
        Tensor even = implementation().crossEntropy(batch.scores(), target, plain.withLabelSmoothing(1.0));
        Tensor mixed = implementation()
                .crossEntropy(
                        batch.scores(),
                        target,
                        plain.withWeight(batch.weight())
                                .withLabelSmoothing(smoothing)
                                .withSmoothing(Smoothing.TARGET_WEIGHT));
        for (int r = 0; r < mixed.count(); r++) {
            double expected = (1.0 - smoothing) * hard.get(r) + smoothing * even.get(r);
            double tolerance = (2.0 * implementation().maxUlp(CROSS_ENTROPY) + 3.0)
                    * (implementation().precision().ulp(expected)
                            + implementation().precision().ulp(0.0));
            Check.near(mixed.get(r), expected, tolerance, () -> "loss with the target's weight");
        }
    }
}
