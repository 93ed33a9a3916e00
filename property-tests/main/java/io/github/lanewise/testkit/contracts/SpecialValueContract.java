// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY_PROB;
import static io.github.lanewise.testkit.Operation.LOGSUMEXP;
import static io.github.lanewise.testkit.Operation.LOG_SOFTMAX;
import static io.github.lanewise.testkit.Operation.NLL_LOSS;
import static io.github.lanewise.testkit.Operation.SOFTMAX;

import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Rows;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import io.github.lanewise.testkit.generators.Batches;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.generators.ScoreKind;
import java.util.Arrays;
import java.util.EnumSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What NaN, infinities, empty batches and batches without a sample that counts lead to: PyTorch's answers. */
public interface SpecialValueContract extends LossContract {

    /**
     * Batches whose rows make all their results NaN, or log-sum-exp infinite.
     *
     * @return the batches
     */
    @Provide
    default Arbitrary<ClassBatch> poisoned() {
        return Batches.of(
                implementation().precision(),
                EnumSet.of(ScoreKind.NAN, ScoreKind.POSITIVE_INFINITY, ScoreKind.MASKED),
                8193,
                6000);
    }

    /**
     * Batches with some negative infinities in each row.
     *
     * @return the batches
     */
    @Provide
    default Arbitrary<ClassBatch> masked() {
        return Batches.of(implementation().precision(), EnumSet.of(ScoreKind.NEGATIVE_INFINITY), 8193, 6000);
    }

    /**
     * A NaN, a positive infinity, or nothing but negative infinities make the probabilities of the row NaN; log-sum-exp is
     * NaN, positive infinity and negative infinity.
     *
     * @param batch scores
     */
    @Property(tries = 60)
    default void poisonedRowsHaveNoProbabilities(@ForAll("poisoned") ClassBatch batch) {
        LossImplementation implementation = implementation();
        int dim = batch.rows().dim();
        if (claims(SOFTMAX)) {
            checkAllNaN(implementation.softmax(batch.scores(), dim), "softmax");
        }
        if (claims(LOG_SOFTMAX)) {
            checkAllNaN(implementation.logSoftmax(batch.scores(), dim), "logSoftmax");
        }
        if (claims(LOGSUMEXP)) {
            Tensor lse = implementation.logSumExp(batch.scores(), dim, false);
            // The largest element, where NaN counts as the largest.
            Rows rows = batch.rows();
            for (int r = 0; r < rows.count(); r++) {
                double max = Arrays.stream(rows.row(batch.scores(), r)).reduce(Double.NEGATIVE_INFINITY, Math::max);
                Check.near(lse.get(r), max, 0.0, () -> "logSumExp");
            }
        }
    }

    /**
     * Loss and gradient of such a row are NaN, and so are sum and mean; if it is ignored, the loss is 0 and the gradient NaN.
     *
     * @param batch scores, targets and options
     */
    @Property(tries = 60)
    default void poisonedRowsHaveNoLoss(@ForAll("poisoned") ClassBatch batch) {
        if (!claims(CROSS_ENTROPY)) {
            return;
        }
        ClassLossOptions options = batch.options().withIgnoreIndex(-1);
        long[] target = batch.targetWithIgnored(-1);
        Tensor losses = implementation().crossEntropy(batch.scores(), target, options);
        for (int r = 0; r < target.length; r++) {
            Check.near(losses.get(r), target[r] == -1 ? 0.0 : Double.NaN, 0.0, () -> "loss");
        }
        Tensor sum = implementation().crossEntropy(batch.scores(), target, options.withReduction(Reduction.SUM));
        Tensor mean = implementation().crossEntropy(batch.scores(), target, options.withReduction(Reduction.MEAN));
        boolean counted = Arrays.stream(target).anyMatch(y -> y != -1);
        Check.near(sum.get(0), counted ? Double.NaN : 0.0, 0.0, () -> "sum of such losses");
        Check.near(mean.get(0), Double.NaN, 0.0, () -> "mean of such losses");
        checkAllNaN(
                implementation().crossEntropyGradient(batch.scores(), target, options, batch.upstream()), "gradient");
        if (claims(CROSS_ENTROPY_PROB)) {
            Tensor probabilities = batch.probabilities();
            checkAllNaN(
                    implementation().crossEntropyProbabilities(batch.scores(), probabilities, options),
                    "loss of probabilities");
            checkAllNaN(
                    implementation()
                            .crossEntropyProbabilitiesGradient(batch.scores(), probabilities, options, batch.upstream())
                            .first(),
                    "gradient of probabilities");
        }
    }

    private static void checkAllNaN(Tensor tensor, String what) {
        Check.that(Arrays.stream(tensor.data()).allMatch(Double::isNaN), () -> what + " is not NaN throughout");
    }

    /**
     * A class of score negative infinity has probability 0, and the others get what they would get without it.
     *
     * @param batch scores
     */
    @Property(tries = 60)
    default void maskedClassesAreAbsent(@ForAll("masked") ClassBatch batch) {
        if (!claims(SOFTMAX, LOG_SOFTMAX)) {
            return;
        }
        LossImplementation implementation = implementation();
        Rows rows = batch.rows();
        Tensor p = implementation.softmax(batch.scores(), rows.dim());
        Tensor lp = implementation.logSoftmax(batch.scores(), rows.dim());
        for (int r = 0; r < rows.count(); r++) {
            double[] present = Arrays.stream(rows.row(batch.scores(), r))
                    .filter(Double::isFinite)
                    .toArray();
            Tensor expected = implementation.softmax(Tensor.of(present, present.length), 0);
            Tensor expectedLog = implementation.logSoftmax(Tensor.of(present, present.length), 0);
            int next = 0;
            for (int i = 0; i < rows.length(); i++) {
                int at = rows.index(r, i);
                boolean absent = Double.isInfinite(batch.scores().get(at));
                double wanted = absent ? 0.0 : expected.get(next);
                double wantedLog = absent ? Double.NEGATIVE_INFINITY : expectedLog.get(next);
                next += absent ? 0 : 1;
                double bound = 2.0
                        * implementation.maxUlp(SOFTMAX)
                        * implementation.precision().ulp(wanted);
                Check.near(p.get(at), wanted, absent ? 0.0 : bound, () -> "softmax[" + at + "]");
                double logBound = 2.0
                        * implementation.maxUlp(LOG_SOFTMAX)
                        * implementation.precision().ulp(wantedLog);
                Check.near(lp.get(at), wantedLog, absent ? 0.0 : logBound, () -> "logSoftmax[" + at + "]");
            }
        }
    }

    /**
     * A loss is infinite where a class of score negative infinity is the target or shares in the smoothing; its gradient stays
     * finite.
     *
     * @param batch scores, targets and options
     */
    @Property(tries = 60)
    default void maskedTargetsHaveInfiniteLoss(@ForAll("masked") ClassBatch batch) {
        if (!claims(CROSS_ENTROPY)) {
            return;
        }
        ClassLossOptions options = batch.options();
        long[] target = batch.target();
        Tensor losses = implementation().crossEntropy(batch.scores(), target, options);
        Tensor gradient = implementation().crossEntropyGradient(batch.scores(), target, options, batch.upstream());
        Rows rows = batch.rows();
        for (int r = 0; r < rows.count(); r++) {
            double[] row = rows.row(batch.scores(), r);
            boolean targetMasked = Double.isInfinite(row[(int) target[r]]);
            boolean anyMasked = Arrays.stream(row).anyMatch(Double::isInfinite);
            double smoothing = options.labelSmoothing();
            double loss = losses.get(r);
            if (smoothing == 0.0 ? targetMasked : anyMasked) {
                // With full smoothing the target's own term is 0 times infinity.
                boolean indefinite = smoothing == 1.0 && targetMasked;
                Check.near(loss, indefinite ? Double.NaN : Double.POSITIVE_INFINITY, 0.0, () -> "loss with " + options);
            } else {
                Check.that(Double.isFinite(loss), () -> "loss is " + loss + " with " + options);
            }
        }
        Check.that(Arrays.stream(gradient.data()).allMatch(Double::isFinite), () -> "a gradient is not finite");
    }

    /** The probability 0 for a class of score negative infinity: 0 times infinity is NaN, while the gradient is finite. */
    @Example
    default void noProbabilityForAMaskedClassIsIndefinite() {
        if (!claims(CROSS_ENTROPY_PROB)) {
            return;
        }
        Tensor scores = Tensor.of(new double[] {0.0, Double.NEGATIVE_INFINITY, 1.0}, 3);
        ClassLossOptions options = ClassLossOptions.DEFAULT.withReduction(Reduction.SUM);
        Tensor without = Tensor.of(new double[] {0.5, 0.0, 0.5}, 3);
        Tensor with = Tensor.of(new double[] {0.5, 0.25, 0.25}, 3);
        double loss = implementation()
                .crossEntropyProbabilities(scores, without, options)
                .get(0);
        Check.near(loss, Double.NaN, 0.0, () -> "loss with probability 0");
        double infinite = implementation()
                .crossEntropyProbabilities(scores, with, options)
                .get(0);
        Check.near(infinite, Double.POSITIVE_INFINITY, 0.0, () -> "loss with a probability");
        TwoGradients gradients = implementation().crossEntropyProbabilitiesGradient(scores, without, options, null);
        Check.that(
                Arrays.stream(gradients.first().data()).allMatch(Double::isFinite),
                () -> "gradient is " + gradients.first());
    }

    /** A NaN among the probabilities of a target is none that could be left out: loss and gradient of its sample are NaN. */
    @Example
    default void probabilitiesThatAreNaN() {
        if (!claims(CROSS_ENTROPY_PROB)) {
            return;
        }
        Tensor scores = Tensor.of(new double[] {0.0, 1.0, 2.0, 0.0, 1.0, 2.0}, 2, 3);
        Tensor target = Tensor.of(new double[] {0.5, Double.NaN, 0.5, 0.25, 0.5, 0.25}, 2, 3);
        ClassLossOptions none = ClassLossOptions.DEFAULT.withReduction(Reduction.NONE);
        Tensor losses = implementation().crossEntropyProbabilities(scores, target, none);
        Check.near(losses.get(0), Double.NaN, 0.0, () -> "loss of probabilities with NaN");
        Check.that(Double.isFinite(losses.get(1)), () -> "the loss beside it is " + losses.get(1));
        Tensor upstream = Tensor.of(new double[] {1.0, 1.0}, 2);
        Tensor gradient = implementation()
                .crossEntropyProbabilitiesGradient(scores, target, none, upstream)
                .first();
        for (int i = 0; i < 6; i++) {
            boolean isNaN = Double.isNaN(gradient.get(i));
            Check.that(isNaN == i < 3, () -> "gradient of probabilities with NaN in the first row is " + gradient);
        }
    }

    /** A NaN makes all gradients of its row NaN, and none beside it. */
    @Example
    default void gradientsOfRowsWithNaN() {
        LossImplementation implementation = implementation();
        Tensor scores = Tensor.of(new double[] {0.0, Double.NaN, 2.0, 0.0, 1.0, 2.0}, 2, 3);
        Tensor upstream = Tensor.of(new double[] {1.0, 0.5, -1.0, 1.0, 0.5, -1.0}, 2, 3);
        if (claims(SOFTMAX)) {
            checkFirstRowIsNaN(implementation.softmaxGradient(scores, 1, upstream), "softmax");
        }
        if (claims(LOG_SOFTMAX)) {
            checkFirstRowIsNaN(implementation.logSoftmaxGradient(scores, 1, upstream), "logSoftmax");
        }
        if (claims(LOGSUMEXP)) {
            Tensor ones = Tensor.of(new double[] {1.0, 1.0}, 2);
            checkFirstRowIsNaN(implementation.logSumExpGradient(scores, 1, false, ones), "logSumExp");
        }
    }

    private static void checkFirstRowIsNaN(Tensor gradient, String what) {
        for (int i = 0; i < 6; i++) {
            boolean right = i < 3 ? Double.isNaN(gradient.get(i)) : Double.isFinite(gradient.get(i));
            Check.that(right, () -> "gradient of " + what + " with NaN in the first row is " + gradient);
        }
    }

    /** The sum of no exponentials is 0, and its logarithm negative infinity. */
    @Example
    default void logSumExpOfNothing() {
        if (!claims(LOGSUMEXP)) {
            return;
        }
        Tensor lse = implementation().logSumExp(Tensor.of(new double[0], 2, 0), 1, false);
        Check.that(Arrays.equals(lse.shape(), new int[] {2}), () -> "logSumExp of two empty rows is " + lse);
        Check.near(lse.get(0), Double.NEGATIVE_INFINITY, 0.0, () -> "logSumExp of an empty row");
        Check.near(lse.get(1), Double.NEGATIVE_INFINITY, 0.0, () -> "logSumExp of an empty row");
    }

    /** A batch without a sample that counts: the mean is NaN and the sum 0, the gradient 0 either way. */
    @Example
    default void nothingThatCountsHasNoMean() {
        Tensor scores = Tensor.of(new double[] {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}, 2, 3);
        for (double smoothing : new double[] {0.0, 0.1}) {
            ClassLossOptions mean = ClassLossOptions.DEFAULT.withIgnoreIndex(1).withLabelSmoothing(smoothing);
            ClassLossOptions sum = mean.withReduction(Reduction.SUM);
            long[] target = {1, 1};
            if (claims(CROSS_ENTROPY)) {
                Check.near(implementation().crossEntropy(scores, target, mean).get(0), Double.NaN, 0.0, () -> "mean");
                Check.near(implementation().crossEntropy(scores, target, sum).get(0), 0.0, 0.0, () -> "sum");
                checkAllZero(implementation().crossEntropyGradient(scores, target, mean, null));
                checkAllZero(implementation().crossEntropyGradient(scores, target, sum, null));
            }
            if (claims(NLL_LOSS) && smoothing == 0.0) {
                Check.near(implementation().nllLoss(scores, target, mean).get(0), Double.NaN, 0.0, () -> "NLL mean");
                Check.near(implementation().nllLoss(scores, target, sum).get(0), 0.0, 0.0, () -> "NLL sum");
                checkAllZero(implementation().nllLossGradient(scores, target, mean, null));
            }
        }
    }

    private static void checkAllZero(Tensor gradient) {
        Check.that(Arrays.stream(gradient.data()).allMatch(g -> g == 0.0), () -> "gradient is " + gradient);
    }

    /**
     * An infinite upstream gradient, as a scaled loss may have, makes the gradient of classes that have a probability infinite, and NaN
     * at the target, where infinity is taken from infinity. So do weights that add up to 0, by which a mean is divided. With smoothing,
     * and with probabilities, all is NaN.
     */
    @Example
    default void infiniteUpstreamGradients() {
        if (!claims(CROSS_ENTROPY)) {
            return;
        }
        double infinity = Double.POSITIVE_INFINITY;
        double nan = Double.NaN;
        Tensor scores = Tensor.of(new double[] {0.0, 1.0, 2.0, 0.0, 1.0, 2.0}, 2, 3);
        long[] target = {2, 0};
        Tensor upstream = Tensor.of(new double[] {infinity, -infinity}, 2);
        ClassLossOptions none = ClassLossOptions.DEFAULT.withReduction(Reduction.NONE);
        checkSame(
                implementation().crossEntropyGradient(scores, target, none, upstream),
                new double[] {infinity, infinity, nan, nan, -infinity, -infinity});
        ClassLossOptions mean = ClassLossOptions.DEFAULT.withWeight(Tensor.of(new double[] {1.0, 0.5, -1.0}, 3));
        checkSame(
                implementation().crossEntropyGradient(scores, target, mean, null),
                new double[] {-infinity, -infinity, nan, nan, infinity, infinity});
        checkAllNaN(
                implementation().crossEntropyGradient(scores, target, none.withLabelSmoothing(0.1), upstream),
                "gradient with smoothing");
        if (claims(CROSS_ENTROPY_PROB)) {
            Tensor oneHot = Tensor.of(new double[] {0.0, 0.0, 1.0, 0.5, 0.0, 0.5}, 2, 3);
            checkAllNaN(
                    implementation()
                            .crossEntropyProbabilitiesGradient(scores, oneHot, none, upstream)
                            .first(),
                    "gradient with probabilities");
        }
    }

    private static void checkSame(Tensor gradient, double... expected) {
        for (int i = 0; i < expected.length; i++) {
            int at = i;
            Check.near(gradient.get(i), expected[i], 0.0, () -> "gradient[" + at + "] of " + gradient);
        }
    }

    /** A batch without samples: the mean is NaN, the sum 0, and the losses are none. */
    @Example
    default void emptyBatches() {
        for (int[] shape : new int[][] {{0, 4}, {2, 4, 0}, {0, 4, 3, 2}}) {
            Tensor scores = Tensor.of(new double[0], shape);
            int[] others = Rows.ofClasses(scores).otherSizes();
            long[] target = new long[0];
            for (Reduction reduction : Reduction.ofAllLosses()) {
                ClassLossOptions options = ClassLossOptions.DEFAULT.withReduction(reduction);
                if (claims(CROSS_ENTROPY)) {
                    checkEmpty(implementation().crossEntropy(scores, target, options), reduction, others);
                }
                if (claims(CROSS_ENTROPY_PROB)) {
                    checkEmpty(implementation().crossEntropyProbabilities(scores, scores, options), reduction, others);
                }
                if (claims(NLL_LOSS)) {
                    checkEmpty(implementation().nllLoss(scores, target, options), reduction, others);
                }
            }
        }
    }

    /** Samples without a class: with probabilities the mean is one over no elements, however many samples there are. */
    @Example
    default void samplesWithoutClasses() {
        if (!claims(CROSS_ENTROPY_PROB)) {
            return;
        }
        for (int[] shape : new int[][] {{0}, {3, 0}, {2, 0, 3}}) {
            Tensor scores = Tensor.of(new double[0], shape);
            int[] others = Rows.ofClasses(scores).otherSizes();
            for (Reduction reduction : Reduction.ofAllLosses()) {
                ClassLossOptions options = ClassLossOptions.DEFAULT.withReduction(reduction);
                checkEmpty(implementation().crossEntropyProbabilities(scores, scores, options), reduction, others);
            }
        }
    }

    private static void checkEmpty(Tensor loss, Reduction reduction, int... others) {
        if (reduction == Reduction.NONE) {
            Check.that(Arrays.equals(loss.shape(), others), () -> "losses of an empty batch are " + loss);
        } else {
            Check.near(
                    loss.get(0), reduction == Reduction.MEAN ? Double.NaN : 0.0, 0.0, () -> reduction + " of nothing");
        }
    }

    /** Negative log-likelihood reads the target's element alone, so that NaN and infinities elsewhere do not matter. */
    @Example
    default void negativeLogLikelihoodReadsTheTargetAlone() {
        if (!claims(NLL_LOSS)) {
            return;
        }
        Tensor scores =
                Tensor.of(new double[] {Double.NaN, -0.5, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}, 1, 4);
        double[] expected = {Double.NaN, 0.5, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY};
        for (int y = 0; y < expected.length; y++) {
            double loss = implementation()
                    .nllLoss(scores, new long[] {y}, ClassLossOptions.DEFAULT)
                    .get(0);
            int target = y;
            Check.near(loss, expected[y], 0.0, () -> "loss of target " + target);
        }
    }
}
