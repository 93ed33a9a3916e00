// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY_WITH_LOGITS;
import static io.github.lanewise.testkit.Operation.COSINE_EMBEDDING_LOSS;
import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY_PROB;
import static io.github.lanewise.testkit.Operation.KL_DIV;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.Capability;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.CosineOptions;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import io.github.lanewise.testkit.generators.ClassBatch;
import java.util.Arrays;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

/**
 * Gradients of reduced losses with respect to both of their arguments: those of a mean are those of the sum, divided by what the mean
 * divides by. Tolerances are relative to the largest of a gradient.
 */
public interface ReducedGradientContract extends LossContract {
    /**
     * Cross entropy with probabilities divides by the number of samples and positions.
     *
     * @param batch scores, targets and weights
     * @param smoothing label smoothing
     */
    @Property(tries = 40)
    default void gradientsOfMeansWithProbabilitiesAreDivided(
            @ForAll("moderate") ClassBatch batch, @ForAll @DoubleRange(max = 0.9) double smoothing) {
        if (!claims(CROSS_ENTROPY_PROB)) {
            return;
        }
        ClassLossOptions options =
                ClassLossOptions.DEFAULT.withWeight(batch.weight()).withLabelSmoothing(smoothing);
        checkDivided(
                CROSS_ENTROPY_PROB,
                Reduction.MEAN,
                batch.count(),
                r -> implementation()
                        .crossEntropyProbabilitiesGradient(
                                batch.scores(), batch.probabilities(), options.withReduction(r), null));
    }

    /**
     * Binary cross entropies divide by the number of elements, whatever their weights.
     *
     * @param batch logits, probabilities, targets and weights
     */
    @Property(tries = 40)
    default void gradientsOfBinaryMeansAreDivided(@ForAll("moderate") ClassBatch batch) {
        BinaryLossOptions options = BinaryLossOptions.DEFAULT.withWeight(batch.elementWeights());
        int elements = batch.scores().count();
        if (claims(BINARY_CROSS_ENTROPY)) {
            checkDivided(
                    BINARY_CROSS_ENTROPY,
                    Reduction.MEAN,
                    elements,
                    r -> implementation()
                            .binaryCrossEntropyGradient(
                                    batch.shares(), batch.coarseShares(), options.withReduction(r), null));
        }
        if (claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
            BinaryLossOptions both = options.withPositiveWeight(batch.elementWeights());
            checkDivided(
                    BINARY_CROSS_ENTROPY_WITH_LOGITS,
                    Reduction.MEAN,
                    elements,
                    r -> implementation()
                            .binaryCrossEntropyWithLogitsGradient(
                                    batch.scores(), batch.shares(), both.withReduction(r), null));
        }
    }

    /**
     * The divergence divides by the number of elements or by the size of dimension 0, with targets of either kind.
     *
     * @param batch log-probabilities and targets
     */
    @Property(tries = 40)
    default void gradientsOfMeanDivergencesAreDivided(@ForAll("moderate") ClassBatch batch) {
        if (!claims(KL_DIV)) {
            return;
        }
        Tensor x = batch.scores();
        Tensor t = batch.probabilities();
        for (KlDivOptions options :
                new KlDivOptions[] {KlDivOptions.DEFAULT, KlDivOptions.DEFAULT.withLogTarget(true)}) {
            Tensor target = options.logTarget()
                    ? Tensors.map(t, p -> implementation().precision().round(p - 2.0))
                    : t;
            checkDivided(
                    KL_DIV,
                    Reduction.MEAN,
                    x.count(),
                    r -> implementation().klDivGradient(x, target, options.withReduction(r), null));
            checkDivided(
                    KL_DIV,
                    Reduction.BATCH_MEAN,
                    x.size(0),
                    r -> implementation().klDivGradient(x, target, options.withReduction(r), null));
        }
    }

    /**
     * The cosine embedding loss divides by the number of pairs, whatever their targets. Gradients of vectors of nearly one direction
     * cancel, so these are not.
     */
    @Example
    default void gradientsOfMeansOfPairsAreDivided() {
        if (!claims(COSINE_EMBEDDING_LOSS)) {
            return;
        }
        int pairs = 5;
        double[] first = new double[pairs * 3];
        double[] second = new double[pairs * 3];
        long[] target = new long[pairs];
        for (int i = 0; i < pairs; i++) {
            for (int d = 0; d < 3; d++) {
                first[3 * i + d] = 1.0 + d + i;
                second[3 * i + d] = d == 1 ? -2.0 - i : 0.5 + d;
            }
            target[i] = i % 2 == 0 ? 1L : -1L;
        }
        Tensor x = Tensor.of(first, pairs, 3);
        Tensor y = Tensor.of(second, pairs, 3);
        CosineOptions options = CosineOptions.DEFAULT.withMargin(-2.0);
        checkDivided(
                COSINE_EMBEDDING_LOSS,
                Reduction.MEAN,
                pairs,
                r -> implementation()
                        .cosineEmbeddingLossGradient(x, y, Indices.of(target, pairs), options.withReduction(r), null));
    }

    private void checkDivided(
            Operation operation, Reduction mean, double divisor, Function<Reduction, TwoGradients> gradients) {
        if (divisor == 0.0) {
            return;
        }
        TwoGradients ofSum = gradients.apply(Reduction.SUM);
        TwoGradients ofMean = gradients.apply(mean);
        checkDivided(operation, mean + ": gradient", divisor, ofSum.first(), ofMean.first());
        boolean ofTargets = operation != BINARY_CROSS_ENTROPY && operation != BINARY_CROSS_ENTROPY_WITH_LOGITS;
        if (ofTargets || offers(Capability.TARGET_GRADIENTS)) {
            checkDivided(operation, mean + ": second gradient", divisor, ofSum.second(), ofMean.second());
        }
    }

    private void checkDivided(Operation operation, String what, double divisor, Tensor ofSum, Tensor ofMean) {
        Check.that(
                Arrays.equals(ofSum.shape(), ofMean.shape()),
                () -> operation + ", " + what + " has shape " + Arrays.toString(ofMean.shape()) + ", that of the sum "
                        + Arrays.toString(ofSum.shape()));
        double largest = Arrays.stream(ofSum.data())
                .filter(Double::isFinite)
                .map(Math::abs)
                .max()
                .orElse(0.0);
        double roundings = 8.0 + 4.0 * implementation().maxUlp(operation);
        double tolerance = roundings
                * (implementation().precision().epsilon() * largest / divisor
                        + implementation().precision().ulp(0.0));
        for (int i = 0; i < ofSum.count(); i++) {
            int at = i;
            if (Double.isFinite(ofSum.get(i))) {
                Check.near(
                        ofMean.get(i),
                        ofSum.get(i) / divisor,
                        tolerance,
                        () -> operation + ", " + what + "[" + at + "] of " + divisor);
            }
        }
    }
}
