// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.CATEGORICAL_ENTROPY;
import static io.github.lanewise.testkit.Operation.CATEGORICAL_LOG_PROB;

import io.github.lanewise.testkit.CategoricalOptions;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.oracle.ExactRow;
import java.math.BigDecimal;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Accuracy and identities of the entropy and the log-probabilities of distributions. */
public interface CategoricalContract extends LossContract {
    private static Tensor distributions(ClassBatch batch, Tensor elements) {
        return elements.withShape(batch.count(), batch.classes());
    }

    private static double[] row(Tensor numbers, int row) {
        int length = numbers.size(1);
        return Arrays.copyOfRange(numbers.data(), row * length, (row + 1) * length);
    }

    private static double entropy(ExactRow row) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < row.length(); i++) {
            sum = sum.add(row.probability(i).multiply(row.surprise(i)), ExactRow.CONTEXT);
        }
        return sum.doubleValue();
    }

    /**
     * The entropy of logits is as accurate as documented, lies between 0 and {@code log n}, and its gradient is
     * {@code -p (log(p) + H)}. A subnormal probability has lost digits before it is multiplied.
     *
     * @param batch logits and upstream gradients
     */
    @Property(tries = 80)
    default void entropyOfLogitsIsAccurate(@ForAll("moderate") ClassBatch batch) {
        if (!claims(CATEGORICAL_ENTROPY)) {
            return;
        }
        Tensor x = distributions(batch, batch.scores());
        Tensor g = batch.upstream().withShape(batch.count());
        Tensor values = implementation().categoricalEntropy(x, CategoricalOptions.LOGITS);
        Tensor gradient = implementation().categoricalEntropyGradient(x, CategoricalOptions.LOGITS, g);
        double k = implementation().maxUlp(CATEGORICAL_ENTROPY);
        int length = batch.classes();
        for (int r = 0; r < batch.count(); r++) {
            ExactRow row = ExactRow.of(row(x, r));
            double exact = entropy(row);
            double tolerance = k * precision().ulp(exact);
            double got = values.get(r);
            Check.near(got, exact, tolerance, () -> "entropy");
            Check.that(
                    got >= 0.0 && got <= Math.log(length) + k * precision().ulp(Math.log(length)),
                    () -> "entropy " + got + " of " + length + " events");
            for (int i = 0; i < length; i++) {
                double p = row.probability(i).doubleValue();
                double surprise = row.surprise(i).doubleValue();
                Check.near(
                        gradient.get(r * length + i),
                        g.get(r) * p * (surprise - exact),
                        (k + 6.0) * precision().epsilon() * Math.abs(g.get(r)) * p * (surprise + exact + 1.0)
                                + (2.0 + Math.abs(g.get(r)))
                                        * (surprise + exact + 2.0)
                                        * precision().ulp(0.0),
                        () -> "gradient of the entropy");
            }
        }
    }

    /**
     * Only ratios of probabilities matter, and equal ones have the largest entropy.
     *
     * @param batch probabilities
     */
    @Property(tries = 60)
    default void entropyDoesNotDependOnTheSumOfProbabilities(@ForAll("moderate") ClassBatch batch) {
        if (!claims(CATEGORICAL_ENTROPY)) {
            return;
        }
        Tensor p = distributions(batch, batch.elementWeights());
        Tensor entropies = implementation().categoricalEntropy(p, CategoricalOptions.PROBABILITIES);
        Tensor scaled =
                implementation().categoricalEntropy(Tensors.map(p, a -> 8.0 * a), CategoricalOptions.PROBABILITIES);
        // A probability rounded near 1 leaves an error of its logarithm of about an epsilon.
        double tolerance =
                2.0 * implementation().maxUlp(CATEGORICAL_ENTROPY) * precision().ulp(1.0);
        for (int r = 0; r < entropies.count(); r++) {
            Check.near(
                    scaled.get(r),
                    entropies.get(r),
                    tolerance * (1.0 + entropies.get(r)),
                    () -> "entropy of multiples");
        }
        double[] equal = new double[batch.classes()];
        Arrays.fill(equal, 1.0);
        double largest = implementation()
                .categoricalEntropy(Tensor.of(equal, equal.length), CategoricalOptions.PROBABILITIES)
                .get(0);
        double expected = Math.log(equal.length);
        Check.near(
                largest, expected, tolerance * (1.0 + expected) + precision().epsilon(), () -> "entropy of equal ones");
    }

    /**
     * The log-probability of an event is that of the softmax, and its gradient {@code 1 - p} at the event and {@code -p}
     * elsewhere.
     *
     * @param batch logits, events and upstream gradients
     */
    @Property(tries = 60)
    default void logProbabilityOfLogitsIsAccurate(@ForAll("moderate") ClassBatch batch) {
        if (!claims(CATEGORICAL_LOG_PROB)) {
            return;
        }
        Tensor x = distributions(batch, batch.scores());
        long[] event = batch.target();
        Tensor g = batch.upstream().withShape(batch.count());
        Tensor values = implementation().categoricalLogProb(x, CategoricalOptions.LOGITS, event);
        Tensor gradient = implementation().categoricalLogProbGradient(x, CategoricalOptions.LOGITS, event, g);
        double k = implementation().maxUlp(CATEGORICAL_LOG_PROB);
        int length = batch.classes();
        for (int r = 0; r < batch.count(); r++) {
            ExactRow row = ExactRow.of(row(x, r));
            BigDecimal exact = row.surprise((int) event[r]).negate();
            Check.ulp(
                    precision().ulpError(values.get(r), exact),
                    k,
                    values.get(r),
                    exact.doubleValue(),
                    () -> "log-probability");
            for (int i = 0; i < length; i++) {
                double p = row.probability(i).doubleValue();
                double at = i == event[r] ? 1.0 : 0.0;
                Check.near(
                        gradient.get(r * length + i),
                        g.get(r) * (at - p),
                        (k + 5.0) * precision().epsilon() * Math.abs(g.get(r)) * (at + p)
                                + 4.0 * precision().ulp(0.0),
                        () -> "gradient of the log-probability");
            }
        }
    }

    /** A certain event from probabilities has the entropy of an epsilon, as in PyTorch, and from logits none. */
    @Example
    default void certainEventsHaveNoEntropy() {
        if (!claims(CATEGORICAL_ENTROPY)) {
            return;
        }
        Tensor p = Tensor.of(new double[] {0.0, 1.0, 0.0}, 3);
        double fromProbabilities = implementation()
                .categoricalEntropy(p, CategoricalOptions.PROBABILITIES)
                .get(0);
        Check.near(
                fromProbabilities,
                -Math.log1p(-precision().epsilon()),
                implementation().maxUlp(CATEGORICAL_ENTROPY)
                        * precision().ulp(precision().epsilon()),
                () -> "entropy of a certain event");
        Tensor x = Tensor.of(new double[] {Double.NEGATIVE_INFINITY, 1.0, Double.NEGATIVE_INFINITY}, 3);
        double fromLogits = implementation()
                .categoricalEntropy(x, CategoricalOptions.LOGITS)
                .get(0);
        Check.near(fromLogits, 0.0, 0.0, () -> "entropy of a certain event");
    }

    /** What is no distribution is rejected: a negative probability, NaN, nothing but zeros, no dimension. */
    @Example
    default void whatIsNoDistribution() {
        double inf = Double.POSITIVE_INFINITY;
        Tensor[] probabilities = {
            Tensor.of(new double[] {0.5, -0.5}, 2),
            Tensor.of(new double[] {0.5, Double.NaN}, 2),
            Tensor.of(new double[] {0.0, 0.0}, 2),
            Tensor.scalar(1.0)
        };
        Tensor[] logits = {
            Tensor.of(new double[] {0.5, Double.NaN}, 2),
            Tensor.of(new double[] {-inf, -inf}, 2),
            Tensor.of(new double[] {0.5, inf}, 2),
            Tensor.scalar(1.0)
        };
        if (claims(CATEGORICAL_ENTROPY)) {
            for (int i = 0; i < logits.length; i++) {
                Tensor p = probabilities[i];
                Tensor x = logits[i];
                Check.rejected(
                        () -> implementation().categoricalEntropy(p, CategoricalOptions.PROBABILITIES),
                        () -> "categoricalEntropy of probabilities " + p);
                Check.rejected(
                        () -> implementation().categoricalEntropy(x, CategoricalOptions.LOGITS),
                        () -> "categoricalEntropy of logits " + x);
            }
        }
        if (claims(CATEGORICAL_LOG_PROB)) {
            Tensor x = Tensor.of(new double[6], 2, 3);
            for (long[] events : new long[][] {{0}, {0, 1, 2}, {0, 3}, {-1, 0}}) {
                Check.rejected(
                        () -> implementation().categoricalLogProb(x, CategoricalOptions.LOGITS, events),
                        () -> "categoricalLogProb of events " + Arrays.toString(events)
                                + " for logits of shape [2, 3]");
            }
        }
    }

    private Precision precision() {
        return implementation().precision();
    }
}
