// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY_WITH_LOGITS;
import static io.github.lanewise.testkit.Operation.NLL_LOSS;
import static io.github.lanewise.testkit.Operation.SIGMOID;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.Capability;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.oracle.ExactPoint;
import java.math.BigDecimal;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Accuracy and identities of binary cross entropy, of probabilities and of logits. */
public interface BinaryLossContract extends LossContract {
    /** The logarithms of PyTorch's loss of probabilities are no less than this. */
    double LEAST_LOG = -100.0;

    private static BinaryLossOptions none() {
        return BinaryLossOptions.DEFAULT.withReduction(Reduction.NONE);
    }

    private static BigDecimal exact(double value) {
        return new BigDecimal(value);
    }

    /** {@code (1 - y) softplus(x) + w y softplus(-x)}. */
    private static BigDecimal exactLogits(BigDecimal x, BigDecimal y, BigDecimal positive) {
        return BigDecimal.ONE
                .subtract(y)
                .multiply(ExactPoint.softplus(x))
                .add(positive.multiply(y).multiply(ExactPoint.softplus(x.negate())));
    }

    private static BigDecimal limitedLog(BigDecimal p) {
        return p.signum() == 0 ? exact(LEAST_LOG) : ExactPoint.log(p).max(exact(LEAST_LOG));
    }

    /** {@code -y log(p) - (1 - y) log(1 - p)} with limited logarithms. */
    private static BigDecimal exactProbabilities(double p, double y) {
        BigDecimal rest = exact(1.0).subtract(exact(p));
        return exact(y).multiply(limitedLog(exact(p)))
                .add(exact(1.0).subtract(exact(y)).multiply(limitedLog(rest)))
                .negate();
    }

    /**
     * The loss of logits is as accurate as documented, with any weights: small losses keep their digits.
     *
     * @param batch logits, targets and weights
     * @param weighted whether positive parts have weights
     */
    @Property(tries = 100)
    default void lossOfLogitsIsAccurate(@ForAll("exact") ClassBatch batch, @ForAll boolean weighted) {
        if (!claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
            return;
        }
        Tensor x = batch.scores();
        Tensor y = batch.shares();
        Tensor positive = batch.elementWeights();
        BinaryLossOptions options = none().withPositiveWeight(weighted ? positive : null);
        Tensor losses = implementation().binaryCrossEntropyWithLogits(x, y, options);
        for (int i = 0; i < x.count(); i++) {
            BigDecimal value = exactLogits(exact(x.get(i)), exact(y.get(i)), exact(weighted ? positive.get(i) : 1.0));
            checkLoss(BINARY_CROSS_ENTROPY_WITH_LOGITS, losses.get(i), value, x.get(i) + " for " + y.get(i));
        }
    }

    private void checkLoss(Operation operation, double got, BigDecimal exact, String what) {
        Check.ulp(
                precision().ulpError(got, exact),
                implementation().maxUlp(operation),
                got,
                exact.doubleValue(),
                () -> operation.goldenName() + " of " + what);
    }

    /** Losses of confident logits are small numbers, not rounding errors: {@code log(1 + exp(-|x|))}. */
    @Example
    default void confidentLogitsKeepTheirDigits() {
        if (!claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
            return;
        }
        for (double x : new double[] {-5, -10, -12, -15, -20, -50, -80}) {
            for (int y = 0; y <= 1; y++) {
                Tensor logit = Tensor.of(new double[] {y == 0 ? x : -x}, 1);
                Tensor target = Tensor.of(new double[] {y}, 1);
                double loss = implementation()
                        .binaryCrossEntropyWithLogits(logit, target, none())
                        .get(0);
                checkLoss(
                        BINARY_CROSS_ENTROPY_WITH_LOGITS,
                        loss,
                        exactLogits(exact(logit.get(0)), exact(y), BigDecimal.ONE),
                        logit.get(0) + " for " + y);
            }
        }
    }

    /**
     * The loss of probabilities is as accurate as documented.
     *
     * @param batch probabilities and targets
     */
    @Property(tries = 100)
    default void lossOfProbabilitiesIsAccurateElementwise(@ForAll("moderate") ClassBatch batch) {
        if (!claims(BINARY_CROSS_ENTROPY)) {
            return;
        }
        Tensor p = batch.shares();
        Tensor y = batch.coarseShares();
        Tensor losses = implementation().binaryCrossEntropy(p, y, none());
        for (int i = 0; i < p.count(); i++) {
            BigDecimal value = exactProbabilities(p.get(i), y.get(i));
            checkLoss(BINARY_CROSS_ENTROPY, losses.get(i), value, p.get(i) + " for " + y.get(i));
        }
    }

    /**
     * The loss of logits is the loss of their sigmoids, as far as a sigmoid's rounding leaves it.
     *
     * @param batch logits and targets
     */
    @Property(tries = 60)
    default void lossOfLogitsIsThatOfSigmoids(@ForAll("moderate") ClassBatch batch) {
        if (!claims(BINARY_CROSS_ENTROPY, BINARY_CROSS_ENTROPY_WITH_LOGITS, SIGMOID)) {
            return;
        }
        Tensor x = Tensors.map(batch.scores(), a -> Math.max(-8.0, Math.min(8.0, a)));
        Tensor y = batch.coarseShares();
        Tensor p = implementation().elementwise(SIGMOID, x);
        Tensor direct = implementation().binaryCrossEntropyWithLogits(x, y, none());
        Tensor indirect = implementation().binaryCrossEntropy(p, y, none());
        for (int i = 0; i < x.count(); i++) {
            double slope = (p.get(i) - y.get(i)) / (p.get(i) * (1.0 - p.get(i)));
            double tolerance = 1.1
                            * Math.abs(slope)
                            * implementation().maxUlp(SIGMOID)
                            * precision().ulp(p.get(i))
                    + implementation().maxUlp(BINARY_CROSS_ENTROPY)
                            * precision().ulp(indirect.get(i))
                    + implementation().maxUlp(BINARY_CROSS_ENTROPY_WITH_LOGITS)
                            * precision().ulp(direct.get(i));
            // Where loss and slope vanish together, the curvature is what is left.
            tolerance += 8.0 * precision().ulp(p.get(i)) * precision().ulp(p.get(i)) / (p.get(i) * (1.0 - p.get(i)));
            Check.near(indirect.get(i), direct.get(i), tolerance, () -> "loss of sigmoids");
        }
    }

    /**
     * Naming the classes the other way round changes nothing: {@code bce(x, y) = bce(-x, 1 - y)}.
     *
     * @param batch logits and targets
     */
    @Property(tries = 60)
    default void swappingTheClassesChangesNoLoss(@ForAll("finite") ClassBatch batch) {
        Tensor y = batch.coarseShares();
        Tensor swapped = Tensors.map(y, a -> 1.0 - a);
        if (claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
            Tensors.checkUlp(
                    implementation()
                            .binaryCrossEntropyWithLogits(Tensors.map(batch.scores(), a -> -a), swapped, none()),
                    implementation().binaryCrossEntropyWithLogits(batch.scores(), y, none()),
                    2.0 * implementation().maxUlp(BINARY_CROSS_ENTROPY_WITH_LOGITS),
                    precision(),
                    "loss of swapped logits");
        }
        if (claims(BINARY_CROSS_ENTROPY)) {
            Tensor p = Tensors.map(batch.coarseShares(), a -> a * 0.5 + 0.125);
            Tensors.checkUlp(
                    implementation().binaryCrossEntropy(Tensors.map(p, a -> 1.0 - a), swapped, none()),
                    implementation().binaryCrossEntropy(p, y, none()),
                    2.0 * implementation().maxUlp(BINARY_CROSS_ENTROPY),
                    precision(),
                    "loss of swapped probabilities");
        }
    }

    /**
     * With hard targets the loss is the negative log-likelihood over the stacked pair {@code log(1 - p), log(p)}.
     *
     * @param batch probabilities and targets
     */
    @Property(tries = 60)
    default void hardTargetsAreLikelihoodsOfTheStackedPair(@ForAll("moderate") ClassBatch batch) {
        if (!claims(BINARY_CROSS_ENTROPY, NLL_LOSS)) {
            return;
        }
        Tensor p = Tensors.map(batch.shares(), a -> Math.max(1e-6, Math.min(a, 1.0 - 0x1p-20)));
        Tensor rounded = Tensors.map(p, precision()::round);
        Tensor y = Tensors.map(batch.coarseShares(), a -> a < 0.5 ? 0.0 : 1.0);
        int n = p.count();
        double[] pairs = new double[2 * n];
        long[] classes = new long[n];
        for (int i = 0; i < n; i++) {
            pairs[2 * i] = precision().round(Math.log1p(-rounded.get(i)));
            pairs[2 * i + 1] = precision().round(Math.log(rounded.get(i)));
            classes[i] = (long) y.get(i);
        }
        Tensor likelihoods = implementation()
                .nllLoss(Tensor.of(pairs, n, 2), classes, ClassLossOptions.DEFAULT.withReduction(Reduction.NONE));
        Tensors.checkUlp(
                implementation().binaryCrossEntropy(rounded, y, none()).withShape(n),
                likelihoods,
                implementation().maxUlp(BINARY_CROSS_ENTROPY) + implementation().maxUlp(NLL_LOSS) + 2.0,
                precision(),
                "loss of hard targets");
    }

    /**
     * Weights multiply elements and do not enter the divisor: the mean divides by the number of elements.
     *
     * @param batch logits, targets and weights
     */
    @Property(tries = 60)
    default void weightsDoNotEnterTheMean(@ForAll("moderate") ClassBatch batch) {
        Tensor y = batch.coarseShares();
        Tensor weight = batch.elementWeights();
        for (Operation operation : new Operation[] {BINARY_CROSS_ENTROPY, BINARY_CROSS_ENTROPY_WITH_LOGITS}) {
            if (!claims(operation)) {
                continue;
            }
            boolean logits = operation == BINARY_CROSS_ENTROPY_WITH_LOGITS;
            Tensor x = logits ? batch.scores() : batch.shares();
            Tensor plain = loss(logits, x, y, none());
            BinaryLossOptions options = none().withWeight(weight);
            Tensor weighted = loss(logits, x, y, options);
            double tolerance = 0.0;
            double total = 0.0;
            for (int i = 0; i < x.count(); i++) {
                int at = i;
                double expected = weight.get(i) * plain.get(i);
                double bound = (2.0 * implementation().maxUlp(operation) + 1.0)
                                * precision().ulp(expected)
                        + weight.get(i)
                                * implementation().maxUlp(operation)
                                * precision().ulp(0.0);
                Check.near(weighted.get(i), expected, bound, () -> "weighted loss[" + at + "]");
                tolerance += bound;
                total += expected;
            }
            double sum =
                    loss(logits, x, y, options.withReduction(Reduction.SUM)).get(0);
            double mean =
                    loss(logits, x, y, options.withReduction(Reduction.MEAN)).get(0);
            Check.near(sum, total, tolerance + precision().ulp(total), () -> "sum");
            Check.near(
                    mean, total / x.count(), tolerance / x.count() + precision().ulp(total / x.count()), () -> "mean");
        }
    }

    private Tensor loss(boolean logits, Tensor x, Tensor y, BinaryLossOptions options) {
        return logits
                ? implementation().binaryCrossEntropyWithLogits(x, y, options)
                : implementation().binaryCrossEntropy(x, y, options);
    }

    /**
     * A weight that is given once for the last dimension is the same as one for each element.
     *
     * @param batch logits, targets and weights
     */
    @Property(tries = 40)
    default void weightsOfTheLastDimensionAreRepeated(@ForAll("moderate") ClassBatch batch) {
        Tensor x = batch.scores();
        int last = x.size(x.rank() - 1);
        double[] few = Arrays.copyOf(batch.elementWeights().data(), last);
        double[] many = new double[x.count()];
        for (int i = 0; i < many.length; i++) {
            many[i] = few[i % last];
        }
        Tensor small = Tensor.of(few, last);
        Tensor large = Tensor.of(many, x.shape());
        Tensor y = batch.coarseShares();
        if (claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
            Tensors.checkUlp(
                    loss(true, x, y, none().withWeight(small).withPositiveWeight(small)),
                    loss(true, x, y, none().withWeight(large).withPositiveWeight(large)),
                    0.0,
                    precision(),
                    "loss with repeated weights");
        }
        if (claims(BINARY_CROSS_ENTROPY)) {
            Tensor p = batch.shares();
            Tensors.checkUlp(
                    loss(false, p, y, none().withWeight(small)),
                    loss(false, p, y, none().withWeight(large)),
                    0.0,
                    precision(),
                    "loss with repeated weights");
        }
    }

    /** Without the limit, a probability of almost 0 costs its full surprise. */
    @Example
    default void exactLossIsNotLimited() {
        if (!claims(BINARY_CROSS_ENTROPY) || !offers(Capability.EXACT_BINARY_CROSS_ENTROPY)) {
            return;
        }
        double tiny = precision().ulp(0.0);
        Tensor p = Tensor.of(new double[] {tiny, 0.0, 1.0, 0.0, 1.0, 0.25}, 6);
        Tensor y = Tensor.of(new double[] {1.0, 1.0, 0.0, 0.0, 1.0, 1.0}, 6);
        Tensor losses = implementation().binaryCrossEntropy(p, y, none().withExact(true));
        checkLoss(
                BINARY_CROSS_ENTROPY, losses.get(0), ExactPoint.log(exact(tiny)).negate(), tiny + " for 1");
        double[] expected = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 0.0, 0.0};
        for (int i = 0; i < expected.length; i++) {
            int at = i + 1;
            Check.near(losses.get(at), expected[i], 0.0, () -> "exact loss[" + at + "]");
        }
        checkLoss(
                BINARY_CROSS_ENTROPY, losses.get(5), ExactPoint.log(exact(0.25)).negate(), "0.25 for 1");
    }

    private Precision precision() {
        return implementation().precision();
    }
}
