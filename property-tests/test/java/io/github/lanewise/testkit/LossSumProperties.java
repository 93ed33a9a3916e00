// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.LossSum;
import io.github.lanewise.NllLoss;
import io.github.lanewise.testkit.generators.Batches;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.generators.ScoreKind;
import java.util.Arrays;
import java.util.function.BiFunction;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The sums of the parts of a batch add up to the sum of the whole, and reduce to what the loss itself gives. */
class LossSumProperties {
    private static final long IGNORED = -1;

    @Provide
    Arbitrary<ClassBatch> finite() {
        return Batches.of(Precision.FLOAT, ScoreKind.finite(), 8193, 6000);
    }

    private static CrossEntropyLoss loss(ClassBatch batch, io.github.lanewise.Reduction reduction) {
        ClassLossOptions options = batch.options();
        CrossEntropyLoss.Builder builder = CrossEntropyLoss.builder()
                .ignoreIndex(IGNORED)
                .labelSmoothing(options.labelSmoothing())
                .reduction(reduction);
        Tensor weight = options.weight();
        return (weight == null ? builder : builder.weight(weight.floats())).build();
    }

    private static FloatTensor view(Tensor tensor) {
        return FloatTensor.of(tensor.floats(), tensor.shape());
    }

    @Property(tries = 100)
    void sumReducesToWhatTheLossGives(@ForAll ClassBatch batch) {
        FloatTensor x = view(batch.scores());
        FloatTensor probabilities = view(batch.probabilities());
        long[] target = batch.targetWithIgnored(IGNORED);
        CrossEntropyLoss mean = loss(batch, io.github.lanewise.Reduction.MEAN);
        CrossEntropyLoss sum = loss(batch, io.github.lanewise.Reduction.SUM);
        LossSum classes = mean.sum(x, target);
        LossSum ofProbabilities = mean.sum(x, probabilities);

        assertEquals(
                classes, sum.sum(x, Arrays.stream(target).mapToInt(y -> (int) y).toArray()));
        assertEquals(sum.forward(x, target), (float) classes.sum());
        assertEquals(mean.forward(x, target), (float) classes.mean());
        assertEquals(sum.forward(x, probabilities), (float) ofProbabilities.sum());
        assertEquals(mean.forward(x, probabilities), (float) ofProbabilities.mean());
        assertEquals(Arrays.stream(target).filter(y -> y != IGNORED).count(), classes.count());
        assertEquals(batch.count(), ofProbabilities.count());
        assertEquals(batch.count(), ofProbabilities.denominator());
    }

    @Property(tries = 80)
    void sumIsThatOfTheSamplesLosses(@ForAll("finite") ClassBatch batch) {
        FloatTensor x = view(batch.scores());
        long[] target = batch.targetWithIgnored(IGNORED);
        FloatTensor losses =
                FloatTensor.of(new float[batch.count()], batch.rows().otherSizes());
        CrossEntropyLoss none = loss(batch, io.github.lanewise.Reduction.NONE);

        none.forward(x, target, losses);

        double sum = 0.0;
        double tolerance = 0.0;
        for (float loss : losses.toArray()) {
            sum += loss;
            // Each of these was rounded to float, the terms of the sum were not.
            tolerance += Math.ulp(loss) / 2.0;
        }
        assertEquals(sum, none.sum(x, target).sum(), tolerance + 1e-12 * sum);
    }

    @Property(tries = 80)
    void partsAddUpToTheWhole(@ForAll("finite") ClassBatch batch, @ForAll @IntRange(max = 9) int cut) {
        long[] target = batch.targetWithIgnored(IGNORED);
        CrossEntropyLoss loss = loss(batch, io.github.lanewise.Reduction.MEAN);
        NllLoss nll = NllLoss.builder().ignoreIndex(IGNORED).build();
        checkParts(batch, target, cut, loss::sum);
        checkParts(batch, target, cut, nll::sum);
    }

    private static void checkParts(
            ClassBatch batch, long[] target, int cut, BiFunction<FloatTensor, long[], LossSum> sum) {
        FloatTensor x = view(batch.scores());
        LossSum whole = sum.apply(x, target);
        int samples = x.rank() == 1 ? 1 : x.size(0);
        int at = cut % (samples + 1);
        if (x.rank() == 1) {
            assertEquals(whole, LossSum.ZERO.plus(whole));
            return;
        }
        int split = target.length / samples * at;
        LossSum first = sum.apply(x.slice(0, 0, at), Arrays.copyOf(target, split));
        LossSum second = sum.apply(x.slice(0, at, samples), Arrays.copyOfRange(target, split, target.length));
        LossSum parts = first.plus(second);

        assertEquals(whole.count(), parts.count());
        double magnitudes = Math.abs(first.sum()) + Math.abs(second.sum()) + nonNegative(batch, target);
        assertEquals(whole.sum(), parts.sum(), 4.0 * Math.ulp(magnitudes));
        assertEquals(whole.denominator(), parts.denominator(), target.length * Math.ulp(whole.denominator()));
        LossSum swapped = second.plus(first);
        assertEquals(parts, swapped);
    }

    /** More than the magnitudes of all terms of a negative log-likelihood. */
    private static double nonNegative(ClassBatch batch, long... target) {
        return target.length
                * Arrays.stream(batch.scores().data()).map(Math::abs).max().orElse(0.0);
    }

    @Example
    void meanOfNothingIsNaN() {
        assertTrue(Double.isNaN(LossSum.ZERO.mean()));
        assertEquals(new LossSum(3.0, 2.0, 2L), LossSum.ZERO.plus(new LossSum(3.0, 2.0, 2L)));
    }
}
