// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY_WITH_LOGITS;
import static io.github.lanewise.testkit.Operation.NLL_LOSS;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
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
