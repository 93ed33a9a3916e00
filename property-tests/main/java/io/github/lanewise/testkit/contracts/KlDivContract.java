// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.CATEGORICAL_ENTROPY;
import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY_PROB;
import static io.github.lanewise.testkit.Operation.KL_DIV;
import static io.github.lanewise.testkit.Operation.LOG_SOFTMAX;

import io.github.lanewise.testkit.CategoricalOptions;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Rows;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.oracle.ExactPoint;
import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Accuracy and identities of the Kullback-Leibler divergence. Its terms have both signs, so errors are relative to them. */
public interface KlDivContract extends LossContract {
    private static KlDivOptions none() {
        return KlDivOptions.DEFAULT.withReduction(Reduction.NONE);
    }

    private double bound() {
        return implementation().maxUlp(KL_DIV) * precision().epsilon();
    }

    /** {@code t |log(t)| + t |x|}. */
    private static double magnitude(double t, double x) {
        return t == 0.0 ? 0.0 : t * (Math.abs(Math.log(t)) + Math.abs(x));
    }

    /**
     * Each element is {@code t (log(t) - x)}, and 0 for a target of 0.
     *
     * @param batch log-probabilities (any numbers will do) and targets
     */
    @Property(tries = 100)
    default void divergenceIsAccurate(@ForAll("exact") ClassBatch batch) {
        if (!claims(KL_DIV)) {
            return;
        }
        Tensor x = batch.scores();
        Tensor t = batch.probabilities();
        Tensor losses = implementation().klDiv(x, t, none());
        for (int i = 0; i < x.count(); i++) {
            double exact = 0.0;
            if (t.get(i) != 0.0) {
                BigDecimal target = new BigDecimal(t.get(i));
                exact = target.multiply(ExactPoint.log(target).subtract(new BigDecimal(x.get(i))))
                        .doubleValue();
            }
            double tolerance =
                    bound() * magnitude(t.get(i), x.get(i)) + 2.0 * precision().ulp(0.0);
            Check.near(losses.get(i), exact, tolerance, () -> "divergence");
        }
    }

    /**
     * Targets as log-probabilities {@code u} give {@code exp(u) (u - x)}.
     *
     * @param batch log-probabilities, and others as targets
     */
    @Property(tries = 60)
    default void targetsMayBeLogarithms(@ForAll("moderate") ClassBatch batch) {
        if (!claims(KL_DIV)) {
            return;
        }
        Tensor x = batch.scores();
        Tensor u = Tensors.map(batch.elementUpstream(), a -> -4.0 * Math.abs(a));
        Tensor losses = implementation().klDiv(x, u, none().withLogTarget(true));
        for (int i = 0; i < x.count(); i++) {
            double t = Math.exp(u.get(i));
            double tolerance = (bound() + precision().epsilon()) * t * (Math.abs(u.get(i)) + Math.abs(x.get(i)))
                    + 2.0 * precision().ulp(0.0);
            Check.near(losses.get(i), t * (u.get(i) - x.get(i)), tolerance, () -> "divergence from logarithms");
        }
    }

    /**
     * A distribution does not diverge from itself.
     *
     * @param batch targets
     */
    @Property(tries = 60)
    default void noDivergenceFromItself(@ForAll("moderate") ClassBatch batch) {
        if (!claims(KL_DIV)) {
            return;
        }
        Tensor t = batch.probabilities();
        Tensor x = Tensors.map(t, a -> a == 0.0 ? -1.0 : precision().round(Math.log(a)));
        Tensor losses = implementation().klDiv(x, t, none());
        for (int i = 0; i < x.count(); i++) {
            double tolerance = (bound() + precision().epsilon()) * magnitude(t.get(i), x.get(i));
            Check.near(losses.get(i), 0.0, tolerance, () -> "divergence from itself");
        }
    }

    /**
     * Distributions diverge by no less than nothing, and cross entropy is entropy plus divergence, row by row.
     *
     * @param batch scores and targets
     */
    @Property(tries = 80)
    default void crossEntropyIsEntropyPlusDivergence(@ForAll("moderate") ClassBatch batch) {
        if (!claims(KL_DIV, LOG_SOFTMAX)) {
            return;
        }
        Rows rows = batch.rows();
        Tensor t = batch.probabilities();
        Tensor x = implementation().logSoftmax(batch.scores(), rows.dim());
        Tensor divergences = implementation().klDiv(x, t, none());
        boolean all = claims(CROSS_ENTROPY_PROB, CATEGORICAL_ENTROPY);
        ClassLossOptions samples = ClassLossOptions.DEFAULT.withReduction(Reduction.NONE);
        Tensor crossEntropies =
                all ? implementation().crossEntropyProbabilities(batch.scores(), t, samples) : divergences;
        double epsilon = precision().epsilon();
        for (int r = 0; r < rows.count(); r++) {
            double divergence = 0.0;
            double magnitudes = 0.0;
            double mass = 0.0;
            double[] row = rows.row(t, r);
            for (int i = 0; i < row.length; i++) {
                int at = rows.index(r, i);
                divergence += divergences.get(at);
                magnitudes += magnitude(row[i], x.get(at));
                mass += row[i];
            }
            // The targets add up to 1 but for roundings, which the entropy divides away.
            double unnormalised = Math.abs(mass - 1.0) + row.length * epsilon;
            double tolerance = (bound() + (implementation().maxUlp(LOG_SOFTMAX) + 1.0) * epsilon) * magnitudes;
            double slack = tolerance + 2.0 * unnormalised;
            double got = divergence;
            Check.that(got >= -slack, () -> "the divergence " + got + " is negative");
            if (all) {
                double entropy = implementation()
                        .categoricalEntropy(Tensor.of(row, row.length), CategoricalOptions.PROBABILITIES)
                        .get(0);
                double crossEntropy = crossEntropies.get(r);
                double parts = implementation().maxUlp(CROSS_ENTROPY_PROB)
                                * precision().ulp(crossEntropy)
                        + implementation().maxUlp(CATEGORICAL_ENTROPY)
                                * precision().ulp(entropy);
                // The entropy keeps probabilities away from 0 and 1 by an epsilon, and divides by the mass.
                double clamped = 2.0 * epsilon + unnormalised * (2.0 + entropy);
                Check.near(
                        entropy + divergence,
                        crossEntropy,
                        tolerance + parts + clamped,
                        () -> "entropy and divergence");
            }
        }
    }

    /**
     * The sum adds the elements, the mean divides by their number, the mean over the batch by the size of dimension 0.
     *
     * @param batch log-probabilities and targets
     */
    @Property(tries = 60)
    default void divergencesReduceByElementsOrBatch(@ForAll("moderate") ClassBatch batch) {
        if (!claims(KL_DIV)) {
            return;
        }
        Tensor x = batch.scores();
        Tensor t = batch.probabilities();
        Tensor losses = implementation().klDiv(x, t, none());
        double total = 0.0;
        double tolerance = 0.0;
        for (int i = 0; i < x.count(); i++) {
            total += losses.get(i);
            tolerance +=
                    2.0 * bound() * magnitude(t.get(i), x.get(i)) + precision().ulp(0.0);
        }
        for (Reduction reduction : new Reduction[] {Reduction.SUM, Reduction.MEAN, Reduction.BATCH_MEAN}) {
            double divisor = reduction == Reduction.SUM ? 1.0 : reduction == Reduction.MEAN ? x.count() : x.size(0);
            double got = implementation()
                    .klDiv(x, t, none().withReduction(reduction))
                    .get(0);
            double expected = total / divisor;
            Check.near(got, expected, tolerance / divisor + precision().ulp(expected), reduction::name);
            Tensor gradient = implementation()
                    .klDivGradient(x, t, none().withReduction(reduction), null)
                    .first();
            for (int i = 0; i < x.count(); i++) {
                double slope = -t.get(i) / divisor;
                Check.near(gradient.get(i), slope, 2.0 * precision().ulp(slope), () -> "gradient of " + reduction);
            }
        }
    }

    /**
     * The gradients are {@code -t} and {@code log(t) + 1 - x}, and {@code -exp(u)} and {@code exp(u) (u - x + 1)}.
     *
     * @param batch log-probabilities, targets and upstream gradients
     */
    @Property(tries = 60)
    default void gradientsOfDivergenceAreTheDerivatives(@ForAll("moderate") ClassBatch batch) {
        if (!claims(KL_DIV)) {
            return;
        }
        Tensor x = batch.scores();
        Tensor t = Tensors.map(batch.probabilities(), a -> a == 0.0 ? 0.125 : a);
        Tensor u = Tensors.map(batch.elementWeights(), a -> -a);
        Tensor g = batch.elementUpstream();
        TwoGradients plain = implementation().klDivGradient(x, t, none(), g);
        TwoGradients logs = implementation().klDivGradient(x, u, none().withLogTarget(true), g);
        double relative = bound() + 4.0 * precision().epsilon();
        for (int i = 0; i < x.count(); i++) {
            double log = Math.log(t.get(i));
            double p = Math.exp(u.get(i));
            checkGradient(plain.first().get(i), -g.get(i) * t.get(i), g.get(i) * t.get(i), relative);
            checkGradient(
                    plain.second().get(i),
                    g.get(i) * (log + 1.0 - x.get(i)),
                    g.get(i) * (Math.abs(log) + 1.0 + Math.abs(x.get(i))),
                    relative);
            checkGradient(logs.first().get(i), -g.get(i) * p, g.get(i) * p, relative);
            checkGradient(
                    logs.second().get(i),
                    g.get(i) * p * (u.get(i) - x.get(i) + 1.0),
                    g.get(i) * p * (Math.abs(u.get(i)) + Math.abs(x.get(i)) + 1.0),
                    relative);
        }
    }

    private void checkGradient(double got, double expected, double magnitude, double relative) {
        Check.near(
                got,
                expected,
                relative * Math.abs(magnitude) + 4.0 * precision().ulp(0.0),
                () -> "gradient");
    }

    private Precision precision() {
        return implementation().precision();
    }
}
