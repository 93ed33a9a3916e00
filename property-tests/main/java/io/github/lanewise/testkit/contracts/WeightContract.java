// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY_WITH_LOGITS;
import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.NLL_LOSS;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.Example;

/** Weights of both kinds together, repeated along the first dimension, and below 0. */
public interface WeightContract extends LossContract {
    /** A weight of an element and one of positive targets multiply: {@code w ((1 - y) s(x) + v y s(-x))} with {@code s} the softplus. */
    @Example
    default void weightsOfElementsAndOfPositivesMultiply() {
        if (!claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
            return;
        }
        Tensor x = Tensors.spread(-2.0, 2.0, implementation().precision(), 4, 3);
        Tensor y = Tensors.spread(0.0, 1.0, implementation().precision(), 4, 3);
        Tensor weight = Tensors.spread(0.5, 3.0, implementation().precision(), 4, 3);
        Tensor positive = Tensors.spread(0.5, 3.0, implementation().precision(), 3);
        BinaryLossOptions options = BinaryLossOptions.DEFAULT
                .withReduction(Reduction.NONE)
                .withWeight(weight)
                .withPositiveWeight(positive);
        Tensor losses = implementation().binaryCrossEntropyWithLogits(x, y, options);
        double k = 8.0 + implementation().maxUlp(BINARY_CROSS_ENTROPY_WITH_LOGITS);
        for (int i = 0; i < x.count(); i++) {
            int at = i;
            double low = Math.log1p(Math.exp(x.get(i)));
            double high = Math.log1p(Math.exp(-x.get(i)));
            double expected = weight.get(i) * ((1.0 - y.get(i)) * low + positive.get(i % 3) * y.get(i) * high);
            double terms = weight.get(i) * (low + (1.0 + positive.get(i % 3)) * high);
            Check.near(
                    losses.get(i),
                    expected,
                    k * implementation().precision().epsilon() * terms,
                    () -> "loss[" + at + "]");
        }
    }

    /** A weight for each sample is repeated over its elements, as one of the same numbers written out. */
    @Example
    default void weightsOfTheFirstDimensionAreRepeated() {
        Tensor p = Tensors.spread(0.1, 0.9, implementation().precision(), 4, 3);
        Tensor y = Tensors.spread(0.0, 1.0, implementation().precision(), 4, 3);
        Tensor weight = Tensors.spread(0.5, 3.0, implementation().precision(), 4, 1);
        double[] all =
                IntStream.range(0, 12).mapToDouble(i -> weight.get(i / 3)).toArray();
        BinaryLossOptions perSample =
                BinaryLossOptions.DEFAULT.withReduction(Reduction.NONE).withWeight(weight);
        BinaryLossOptions perElement = perSample.withWeight(Tensor.of(all, 4, 3));
        if (claims(BINARY_CROSS_ENTROPY)) {
            Tensors.checkUlp(
                    implementation().binaryCrossEntropy(p, y, perSample),
                    implementation().binaryCrossEntropy(p, y, perElement),
                    2.0,
                    implementation().precision(),
                    "loss");
        }
        if (claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
            Tensors.checkUlp(
                    implementation().binaryCrossEntropyWithLogits(p, y, perSample),
                    implementation().binaryCrossEntropyWithLogits(p, y, perElement),
                    2.0,
                    implementation().precision(),
                    "loss of logits");
        }
    }

    /** A class of weight 0 adds nothing to sum and denominator, but 0 times an infinite loss is NaN, and so are sum and mean then. */
    @Example
    default void weightsMayBeZero() {
        double inf = Double.POSITIVE_INFINITY;
        Tensor x = Tensor.of(new double[] {0.0, 0.0, 0.0, -inf, 0.0, 0.0}, 3, 2);
        ClassLossOptions options = ClassLossOptions.DEFAULT.withWeight(Tensor.of(new double[] {2.0, 0.0}, 2));
        if (claims(CROSS_ENTROPY)) {
            checkWeightZero(
                    CROSS_ENTROPY,
                    r -> target -> implementation().crossEntropy(x, target, options.withReduction(r)),
                    2.0 * Math.log(2.0));
        }
        if (claims(NLL_LOSS)) {
            Tensor logs = Tensor.of(new double[] {-1.0, -1.0, 0.0, -inf, -1.0, -1.0}, 3, 2);
            checkWeightZero(
                    NLL_LOSS, r -> target -> implementation().nllLoss(logs, target, options.withReduction(r)), 2.0);
        }
    }

    private void checkWeightZero(Operation what, Function<Reduction, Function<long[], Tensor>> loss, double first) {
        double tolerance = 16.0 * implementation().precision().epsilon();
        // The infinite loss is that of class 1 in the second sample.
        long[] finite = {0, 0, 1};
        long[] infinite = {0, 1, 1};
        Check.near(loss.apply(Reduction.NONE).apply(finite).get(2), 0.0, 0.0, () -> what + " of a class of weight 0");
        Check.near(
                loss.apply(Reduction.SUM).apply(finite).get(0),
                first,
                tolerance,
                () -> "sum of " + what + " with a class of weight 0");
        Check.near(
                loss.apply(Reduction.MEAN).apply(finite).get(0),
                first / 4.0,
                tolerance,
                () -> "mean of " + what + " with a class of weight 0");
        String infinity = " with an infinite loss of weight 0";
        Check.near(loss.apply(Reduction.NONE).apply(infinite).get(1), Double.NaN, 0.0, () -> what + infinity);
        Check.near(
                loss.apply(Reduction.SUM).apply(infinite).get(0), Double.NaN, 0.0, () -> "sum of " + what + infinity);
        Check.near(
                loss.apply(Reduction.MEAN).apply(infinite).get(0), Double.NaN, 0.0, () -> "mean of " + what + infinity);
    }

    /** A negative weight turns a loss round, and a mean is over the sum of the weights with their signs. */
    @Example
    default void weightsMayBeNegative() {
        Tensor x = Tensor.of(new double[] {-1.0, -2.0, -3.0, -4.0}, 2, 2);
        long[] target = {0, 1};
        ClassLossOptions options = ClassLossOptions.DEFAULT.withWeight(Tensor.of(new double[] {3.0, -1.0}, 2));
        if (claims(NLL_LOSS)) {
            double eps = implementation().precision().epsilon();
            Tensor each = implementation().nllLoss(x, target, options.withReduction(Reduction.NONE));
            Check.near(each.get(0), 3.0, 8.0 * eps, () -> "loss of weight 3");
            Check.near(each.get(1), -4.0, 8.0 * eps, () -> "loss of weight -1");
            double mean = implementation()
                    .nllLoss(x, target, options.withReduction(Reduction.MEAN))
                    .get(0);
            Check.near(mean, -0.5, 8.0 * eps, () -> "mean over weights of 3 and -1");
        }
    }
}
