// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY_WITH_LOGITS;
import static io.github.lanewise.testkit.Operation.COSINE_EMBEDDING_LOSS;
import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY_PROB;
import static io.github.lanewise.testkit.Operation.KL_DIV;
import static io.github.lanewise.testkit.Operation.NLL_LOSS;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.Capability;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.CosineOptions;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.LossPart;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.generators.ClassBatch;
import java.util.Arrays;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The sums of the parts of a batch add up to that of the whole, and their mean is the mean of the whole. */
public interface LossSumContract extends LossContract {
    /** A target that is no class. */
    long IGNORED = -1L;

    /** A loss of the samples from one to another: its sum and its mean. */
    interface Samples {
        /**
         * The sum over some samples.
         *
         * @param from the first sample
         * @param to the sample after the last
         * @return the sum
         */
        LossPart sum(int from, int to);
    }

    /**
     * Parts of a batch add up to the whole, wherever it is cut; their sum divided by their denominator is the mean.
     *
     * @param batch all that losses take
     * @param cut where to cut, reduced to the samples there are
     */
    @Property(tries = 60)
    default void partsAddUpToTheWholeBatch(@ForAll("moderate") ClassBatch batch, @ForAll @IntRange(max = 9) int cut) {
        if (!offers(Capability.LOSS_SUMS)) {
            return;
        }
        Tensor x = batch.scores().withShape(batch.count(), batch.classes());
        Tensor p = batch.shares().withShape(x.shape());
        Tensor y = batch.coarseShares().withShape(x.shape());
        Tensor t = batch.probabilities().withShape(x.shape());
        Tensor other = batch.elementUpstream().withShape(x.shape());
        // In half of the cases the ignored target is a class that exists.
        long ignored = cut % 2 == 0 ? IGNORED : batch.classes() - 1L;
        long[] target = batch.targetWithIgnored(ignored);
        Indices signs = batch.signs();
        ClassLossOptions classes = batch.options().withIgnoreIndex(ignored).withReduction(Reduction.MEAN);
        ClassLossOptions spread = batch.options().withReduction(Reduction.MEAN);
        ClassLossOptions plain = classes.withLabelSmoothing(0.0);
        BinaryLossOptions binary = BinaryLossOptions.DEFAULT;
        KlDivOptions divergence = KlDivOptions.DEFAULT;
        CosineOptions cosine = CosineOptions.DEFAULT;
        check(
                NLL_LOSS,
                cut,
                x,
                (a, b) -> implementation().nllLossSum(part(x, a, b), part(target, a, b), plain),
                () -> implementation().nllLoss(x, target, plain));
        check(
                CROSS_ENTROPY,
                cut,
                x,
                (a, b) -> implementation().crossEntropySum(part(x, a, b), part(target, a, b), classes),
                () -> implementation().crossEntropy(x, target, classes));
        check(
                CROSS_ENTROPY_PROB,
                cut,
                x,
                (a, b) -> implementation().crossEntropyProbabilitiesSum(part(x, a, b), part(t, a, b), spread),
                () -> implementation().crossEntropyProbabilities(x, t, spread));
        check(
                BINARY_CROSS_ENTROPY,
                cut,
                x,
                (a, b) -> implementation().binaryCrossEntropySum(part(p, a, b), part(y, a, b), binary),
                () -> implementation().binaryCrossEntropy(p, y, binary));
        check(
                BINARY_CROSS_ENTROPY_WITH_LOGITS,
                cut,
                x,
                (a, b) -> implementation().binaryCrossEntropyWithLogitsSum(part(x, a, b), part(y, a, b), binary),
                () -> implementation().binaryCrossEntropyWithLogits(x, y, binary));
        check(
                KL_DIV,
                cut,
                x,
                (a, b) -> implementation().klDivSum(part(x, a, b), part(t, a, b), divergence),
                () -> implementation().klDiv(x, t, divergence));
        check(
                COSINE_EMBEDDING_LOSS,
                cut,
                x,
                (a, b) -> implementation()
                        .cosineEmbeddingLossSum(
                                part(x, a, b), part(other, a, b), Indices.of(part(signs.data(), a, b), b - a), cosine),
                () -> implementation().cosineEmbeddingLoss(x, other, signs, cosine));
    }

    private static Tensor part(Tensor whole, int from, int to) {
        int size = whole.size(1);
        return Tensor.of(Arrays.copyOfRange(whole.data(), from * size, to * size), to - from, size);
    }

    private static long[] part(long[] whole, int from, int to) {
        return Arrays.copyOfRange(whole, from, to);
    }

    private void check(Operation operation, int cut, Tensor x, Samples samples, Supplier<Tensor> reduced) {
        if (!claims(operation)) {
            return;
        }
        int count = x.size(0);
        int at = cut % (count + 1);
        LossPart first = samples.sum(0, at);
        LossPart second = samples.sum(at, count);
        LossPart whole = samples.sum(0, count);
        // Terms of both signs may cancel, so their magnitudes count.
        double magnitude = Math.abs(first.sum())
                + Math.abs(second.sum())
                + 1.0
                + x.count() * Arrays.stream(x.data()).map(Math::abs).max().orElse(0.0);
        // Three sums are compared. In double each is rounded on the way; in float a sum is expected to be kept in
        // double.
        double roundings = implementation().precision() == Precision.DOUBLE ? 6.0 : 1.0;
        double tolerance = roundings * implementation().precision().epsilon() * magnitude;
        Check.near(first.sum() + second.sum(), whole.sum(), tolerance, () -> operation + ": sum of the parts");
        Check.near(
                first.denominator() + second.denominator(),
                whole.denominator(),
                implementation().precision().epsilon() * Math.abs(whole.denominator()),
                () -> operation + ": denominator of the parts");
        Check.that(first.count() + second.count() == whole.count(), () -> operation + ": count of the parts");
        double mean = reduced.get().get(0);
        double expected = whole.sum() / whole.denominator();
        double rounding = 2.0 * implementation().precision().ulp(expected);
        Check.near(mean, expected, rounding + 2.0 * tolerance / whole.denominator(), () -> operation + ": mean");
    }
}
