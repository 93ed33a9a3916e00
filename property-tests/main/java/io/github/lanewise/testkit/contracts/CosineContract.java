// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.COSINE_EMBEDDING_LOSS;

import io.github.lanewise.testkit.CosineOptions;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.oracle.ExactPair;
import java.math.BigDecimal;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Accuracy and identities of the cosine embedding loss. */
public interface CosineContract extends LossContract {
    /** A margin that is a number of every type. */
    double MARGIN = 0.25;

    private static CosineOptions none() {
        return CosineOptions.DEFAULT.withMargin(MARGIN).withReduction(Reduction.NONE);
    }

    private static Tensor pairs(ClassBatch batch, Tensor elements) {
        return elements.withShape(batch.count(), batch.classes());
    }

    private static double[] row(Tensor vectors, int row) {
        int length = vectors.size(1);
        return Arrays.copyOfRange(vectors.data(), row * length, (row + 1) * length);
    }

    /** What a loss may be off by: the bound is relative to 1 and the margin. */
    private double bound() {
        return implementation().maxUlp(COSINE_EMBEDDING_LOSS) * precision().ulp(1.0 + MARGIN);
    }

    /**
     * Like pairs cost {@code 1 - cos}, unlike ones {@code max(0, cos - margin)}, others nothing.
     *
     * @param batch vectors and targets
     */
    @Property(tries = 80)
    default void lossOfPairsIsAccurate(@ForAll("moderate") ClassBatch batch) {
        if (!claims(COSINE_EMBEDDING_LOSS)) {
            return;
        }
        Tensor first = pairs(batch, batch.scores());
        Tensor second = pairs(batch, batch.elementUpstream());
        Indices target = batch.signs();
        Tensor losses = implementation().cosineEmbeddingLoss(first, second, target, none());
        for (int n = 0; n < target.count(); n++) {
            double cosine =
                    new ExactPair(row(first, n), row(second, n)).cosine().doubleValue();
            double expected = loss(cosine, target.get(n));
            int at = n;
            Check.near(losses.get(n), expected, bound(), () -> "loss of pair " + at);
        }
    }

    private static double loss(double cosine, long target) {
        if (target == 1L) {
            return 1.0 - cosine;
        }
        return target == -1L ? Math.max(0.0, cosine - MARGIN) : 0.0;
    }

    /**
     * It does not matter which vector comes first.
     *
     * @param batch vectors and targets
     */
    @Property(tries = 60)
    default void cosineIsSymmetric(@ForAll("moderate") ClassBatch batch) {
        if (!claims(COSINE_EMBEDDING_LOSS)) {
            return;
        }
        Tensor first = pairs(batch, batch.scores());
        Tensor second = pairs(batch, batch.elementUpstream());
        Tensor one = implementation().cosineEmbeddingLoss(first, second, batch.signs(), none());
        Tensor other = implementation().cosineEmbeddingLoss(second, first, batch.signs(), none());
        for (int n = 0; n < one.count(); n++) {
            Check.near(other.get(n), one.get(n), 2.0 * bound(), () -> "loss of swapped vectors");
        }
    }

    /**
     * Longer vectors are as similar, but for what the 1e-12 in the norms is worth.
     *
     * @param batch vectors and targets
     * @param exponent a power of two
     */
    @Property(tries = 60)
    default void cosineDoesNotDependOnLength(
            @ForAll("moderate") ClassBatch batch, @ForAll @IntRange(min = 1, max = 40) int exponent) {
        if (!claims(COSINE_EMBEDDING_LOSS)) {
            return;
        }
        Tensor first = pairs(batch, batch.elementUpstream());
        Tensor second = pairs(batch, batch.elementWeights());
        Tensor longer = Tensors.map(first, a -> Math.scalb(a, exponent));
        Tensor one = implementation().cosineEmbeddingLoss(first, second, batch.signs(), none());
        Tensor other = implementation().cosineEmbeddingLoss(longer, second, batch.signs(), none());
        for (int n = 0; n < one.count(); n++) {
            double square = Arrays.stream(row(first, n)).map(a -> a * a).sum();
            Check.near(
                    other.get(n),
                    one.get(n),
                    2.0 * bound() + 1e-12 / (square + 1e-12),
                    () -> "loss of a longer vector");
        }
    }

    /** Norms far beyond the root of the largest number are no reason to overflow. */
    @Example
    default void longVectorsDoNotOverflow() {
        if (!claims(COSINE_EMBEDDING_LOSS)) {
            return;
        }
        double large = Math.scalb(1.0, precision() == Precision.FLOAT ? 90 : 800);
        Tensor first = Tensor.of(new double[] {large, 0.0, large, large}, 2, 2);
        Tensor second = Tensor.of(new double[] {large, 0.0, 1.0, -1.0}, 2, 2);
        Tensor losses = implementation().cosineEmbeddingLoss(first, second, Indices.of(new long[] {1, 1}, 2), none());
        Check.near(losses.get(0), 0.0, bound(), () -> "loss of a long vector and itself");
        Check.near(losses.get(1), 1.0, bound(), () -> "loss of a long vector and one across");
    }

    /** A vector without length is like none and unlike none; its gradient is large and finite. */
    @Example
    default void zeroVectorsHaveNoDirection() {
        if (!claims(COSINE_EMBEDDING_LOSS)) {
            return;
        }
        Tensor zero = Tensor.of(new double[] {0.0, 0.0}, 1, 2);
        Tensor other = Tensor.of(new double[] {3.0, 4.0}, 1, 2);
        Indices like = Indices.of(new long[] {1}, 1);
        double loss =
                implementation().cosineEmbeddingLoss(zero, other, like, none()).get(0);
        Check.near(loss, 1.0, 0.0, () -> "loss of a zero vector");
        Tensor upstream = Tensor.of(new double[] {1.0}, 1);
        TwoGradients gradients = implementation().cosineEmbeddingLossGradient(zero, other, like, none(), upstream);
        double k = implementation().maxUlp(COSINE_EMBEDDING_LOSS) + 4.0;
        Check.near(gradients.first().get(0), -0.6e6, k * precision().ulp(0.6e6) + 0.01, () -> "gradient");
        Check.near(gradients.second().get(0), 0.0, 0.0, () -> "gradient of the other vector");
    }

    /**
     * The gradients are those of the exact cosine; 0 where an unlike pair is below the margin, and for targets that are neither.
     *
     * @param batch vectors, targets and upstream gradients
     */
    @Property(tries = 60)
    default void gradientsOfPairsAreTheDerivatives(@ForAll("moderate") ClassBatch batch) {
        if (!claims(COSINE_EMBEDDING_LOSS)) {
            return;
        }
        Tensor first = pairs(batch, batch.scores());
        Tensor second = pairs(batch, batch.elementUpstream());
        Indices target = batch.signs();
        Tensor g = batch.upstream().withShape(batch.count());
        TwoGradients gradients = implementation().cosineEmbeddingLossGradient(first, second, target, none(), g);
        double k = (implementation().maxUlp(COSINE_EMBEDDING_LOSS) + 4.0)
                * precision().epsilon();
        int length = batch.classes();
        for (int n = 0; n < target.count(); n++) {
            ExactPair pair = new ExactPair(row(first, n), row(second, n));
            double distance = pair.cosine().subtract(new BigDecimal(MARGIN)).doubleValue();
            if (target.get(n) == -1L && Math.abs(distance) <= bound()) {
                // On the margin a rounding decides.
                continue;
            }
            double sign = target.get(n) == 1L ? -1.0 : target.get(n) == -1L && distance > 0.0 ? 1.0 : 0.0;
            double factor = sign * g.get(n);
            for (int i = 0; i < length; i++) {
                int at = n * length + i;
                double floor = 4.0 * precision().ulp(0.0);
                Check.near(
                        gradients.first().get(at),
                        factor * pair.slopeOfFirst(i).doubleValue(),
                        k * Math.abs(factor) * pair.magnitudeOfFirst(i) + floor,
                        () -> "gradient of the first vector[" + at + "]");
                Check.near(
                        gradients.second().get(at),
                        factor * pair.slopeOfSecond(i).doubleValue(),
                        k * Math.abs(factor) * pair.magnitudeOfSecond(i) + floor,
                        () -> "gradient of the second vector[" + at + "]");
            }
        }
    }

    /**
     * The mean divides by the number of pairs, those that are neither like nor unlike included; a single pair needs no batch.
     *
     * @param batch vectors and targets
     */
    @Property(tries = 40)
    default void meanCountsEveryPair(@ForAll("moderate") ClassBatch batch) {
        if (!claims(COSINE_EMBEDDING_LOSS)) {
            return;
        }
        Tensor first = pairs(batch, batch.scores());
        Tensor second = pairs(batch, batch.elementUpstream());
        Indices target = batch.signs();
        Tensor losses = implementation().cosineEmbeddingLoss(first, second, target, none());
        double total = Arrays.stream(losses.data()).sum();
        double tolerance = 2.0 * bound() * target.count() + precision().ulp(total);
        double sum = implementation()
                .cosineEmbeddingLoss(first, second, target, none().withReduction(Reduction.SUM))
                .get(0);
        double mean = implementation()
                .cosineEmbeddingLoss(first, second, target, none().withReduction(Reduction.MEAN))
                .get(0);
        Check.near(sum, total, tolerance, () -> "sum");
        Check.near(mean, total / target.count(), 2.0 * tolerance / target.count(), () -> "mean");
        Tensor alone = implementation()
                .cosineEmbeddingLoss(
                        Tensor.of(row(first, 0), batch.classes()),
                        Tensor.of(row(second, 0), batch.classes()),
                        Indices.of(new long[] {target.get(0)}),
                        none());
        Check.that(alone.rank() == 0, () -> "the loss of a single pair has dimensions");
        Check.near(alone.get(0), losses.get(0), 2.0 * bound(), () -> "loss of a single pair");
    }

    private Precision precision() {
        return implementation().precision();
    }
}
