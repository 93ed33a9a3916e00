// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY_WITH_LOGITS;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.Capability;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.oracle.ExactPoint;
import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Gradients of binary cross entropy. Tolerances are relative to the terms of their formulas, plus four roundings. */
public interface BinaryLossGradientContract extends LossContract {

    /**
     * The gradient of logits is {@code g w ((1 - y) sigmoid(x) - v y sigmoid(-x))}, v being the positive weight.
     *
     * @param batch logits, targets, weights and upstream gradients
     */
    @Property(tries = 60)
    default void gradientOfLogitsIsTheDerivative(@ForAll("moderate") ClassBatch batch) {
        if (!claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
            return;
        }
        Tensor x = batch.scores();
        Tensor y = batch.shares();
        Tensor g = batch.elementUpstream();
        Tensor w = batch.elementWeights();
        BinaryLossOptions options = BinaryLossOptions.DEFAULT
                .withReduction(Reduction.NONE)
                .withWeight(w)
                .withPositiveWeight(w);
        TwoGradients gradients = implementation().binaryCrossEntropyWithLogitsGradient(x, y, options, g);
        double k = implementation().maxUlp(BINARY_CROSS_ENTROPY_WITH_LOGITS) + 4.0;
        for (int i = 0; i < x.count(); i++) {
            BigDecimal at = new BigDecimal(x.get(i));
            double up = ExactPoint.sigmoid(at).doubleValue();
            double down = ExactPoint.sigmoid(at.negate()).doubleValue();
            double factor = g.get(i) * w.get(i);
            double negative = 1.0 - y.get(i);
            double positive = w.get(i) * y.get(i);
            // PyTorch writes it ((1 + v y - y) sigmoid(x) - v y), whose terms are larger.
            double tolerance = k * precision().epsilon() * Math.abs(factor) * ((negative + positive) * up + positive);
            int index = i;
            Check.near(
                    gradients.first().get(i),
                    factor * (negative * up - positive * down),
                    tolerance + floor(w.get(i)),
                    () -> "gradient[" + index + "]");
            if (offers(Capability.TARGET_GRADIENTS)) {
                double low = ExactPoint.softplus(at).doubleValue();
                double high = w.get(i) * ExactPoint.softplus(at.negate()).doubleValue();
                Check.near(
                        gradients.second().get(i),
                        factor * (high - low),
                        k * precision().epsilon() * Math.abs(factor) * (high + low) + floor(w.get(i)),
                        () -> "target gradient[" + index + "]");
            }
        }
    }

    private double floor(double weight) {
        return (1.0 + weight) * 4.0 * precision().ulp(0.0);
    }

    /**
     * The gradient of probabilities is {@code g w (p - y) / max(p (1 - p), 1e-12)}.
     *
     * @param batch probabilities, targets, weights and upstream gradients
     */
    @Property(tries = 60)
    default void gradientOfProbabilitiesIsTheDerivative(@ForAll("moderate") ClassBatch batch) {
        if (!claims(BINARY_CROSS_ENTROPY)) {
            return;
        }
        Tensor p = batch.shares();
        Tensor y = batch.coarseShares();
        Tensor g = batch.elementUpstream();
        Tensor w = batch.elementWeights();
        BinaryLossOptions options =
                BinaryLossOptions.DEFAULT.withReduction(Reduction.NONE).withWeight(w);
        TwoGradients gradients = implementation().binaryCrossEntropyGradient(p, y, options, g);
        double k = implementation().maxUlp(BINARY_CROSS_ENTROPY) + 4.0;
        for (int i = 0; i < p.count(); i++) {
            double slope = Math.max(p.get(i) * (1.0 - p.get(i)), 1e-12f);
            double expected = g.get(i) * w.get(i) * (p.get(i) - y.get(i)) / slope;
            int index = i;
            Check.near(
                    gradients.first().get(i),
                    expected,
                    k * precision().epsilon() * Math.abs(expected) + floor(w.get(i)) / slope,
                    () -> "gradient[" + index + "]");
            if (offers(Capability.TARGET_GRADIENTS) && p.get(i) > 0.0 && p.get(i) < 1.0) {
                double low = -Math.log(p.get(i));
                double high = -Math.log1p(-p.get(i));
                double factor = g.get(i) * w.get(i);
                Check.near(
                        gradients.second().get(i),
                        factor * (low - high),
                        k * precision().epsilon() * Math.abs(factor) * (low + high) + floor(w.get(i)),
                        () -> "target gradient[" + index + "]");
            }
        }
    }

    /**
     * The gradient of a sum is that of the elements with upstream gradients 1, that of a mean is it divided by their number.
     *
     * @param batch logits, targets and weights
     * @param logits which of the losses
     */
    @Property(tries = 40)
    default void gradientsOfBinaryReductionsAgree(@ForAll("moderate") ClassBatch batch, @ForAll boolean logits) {
        if (!claims(logits ? BINARY_CROSS_ENTROPY_WITH_LOGITS : BINARY_CROSS_ENTROPY)) {
            return;
        }
        Tensor x = logits ? batch.scores() : batch.shares();
        BinaryLossOptions options = BinaryLossOptions.DEFAULT.withWeight(batch.elementWeights());
        Tensor ones = Tensors.map(x, a -> 1.0);
        Tensor none = gradient(logits, batch, x, options.withReduction(Reduction.NONE), ones);
        Tensor sum = gradient(logits, batch, x, options.withReduction(Reduction.SUM), null);
        Tensor mean = gradient(logits, batch, x, options.withReduction(Reduction.MEAN), null);
        Tensors.checkUlp(sum, none, 0.0, precision(), "gradient of the sum");
        for (int i = 0; i < x.count(); i++) {
            double expected = sum.get(i) / x.count();
            Check.near(mean.get(i), expected, 3.0 * precision().ulp(expected), () -> "gradient of the mean");
        }
    }

    private Tensor gradient(
            boolean logits, ClassBatch batch, Tensor x, BinaryLossOptions options, @Nullable Tensor upstream) {
        Tensor y = batch.coarseShares();
        return logits
                ? implementation()
                        .binaryCrossEntropyWithLogitsGradient(x, y, options, upstream)
                        .first()
                : implementation()
                        .binaryCrossEntropyGradient(x, y, options, upstream)
                        .first();
    }

    private Precision precision() {
        return implementation().precision();
    }
}
