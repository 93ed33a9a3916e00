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
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.CosineOptions;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.Example;

/** What results are like beside their numbers: shapes, weights that are repeated or negative, and weights of both kinds together. */
public interface ShapeContract extends LossContract {
    /** A loss without reduction has a place for each sample and position, a reduced one has no dimensions, a gradient is like its input. */
    @Example
    default void classLossesHaveTheirShapes() {
        for (int[] shape : new int[][] {{3}, {2, 3}, {2, 3, 4}, {2, 3, 4, 5}}) {
            int[] perSample = shape.length == 1
                    ? new int[0]
                    : IntStream.range(0, shape.length)
                            .filter(d -> d != 1)
                            .map(d -> shape[d])
                            .toArray();
            int count = product(perSample);
            Tensor x = numbers(-2.0, -0.5, shape);
            long[] target = new long[count];
            for (Reduction reduction : Reduction.ofAllLosses()) {
                ClassLossOptions options = ClassLossOptions.DEFAULT.withReduction(reduction);
                boolean none = reduction == Reduction.NONE;
                int[] ofLoss = none ? perSample : new int[0];
                Tensor upstream = none ? numbers(0.5, 1.5, perSample) : null;
                if (claims(NLL_LOSS)) {
                    checkShape("likelihood", ofLoss, implementation().nllLoss(x, target, options));
                    checkShape("gradient", shape, implementation().nllLossGradient(x, target, options, upstream));
                }
                if (claims(CROSS_ENTROPY)) {
                    checkShape("cross entropy", ofLoss, implementation().crossEntropy(x, target, options));
                    checkShape("gradient", shape, implementation().crossEntropyGradient(x, target, options, upstream));
                }
                if (claims(CROSS_ENTROPY_PROB)) {
                    Tensor t = numbers(0.1, 0.4, shape);
                    checkShape("cross entropy", ofLoss, implementation().crossEntropyProbabilities(x, t, options));
                    checkShape(
                            "gradient",
                            shape,
                            implementation()
                                    .crossEntropyProbabilitiesGradient(x, t, options, upstream)
                                    .first());
                }
            }
        }
    }

    /** The same for losses of elements and of pairs. */
    @Example
    default void pairLossesHaveTheirShapes() {
        for (int[] shape : new int[][] {{}, {3}, {2, 3}, {2, 3, 4}}) {
            Tensor p = numbers(0.1, 0.9, shape);
            Tensor x = numbers(-2.0, -0.5, shape);
            for (Reduction reduction : Reduction.ofAllLosses()) {
                boolean none = reduction == Reduction.NONE;
                int[] ofLoss = none ? shape : new int[0];
                Tensor upstream = none ? numbers(0.5, 1.5, shape) : null;
                BinaryLossOptions binary = BinaryLossOptions.DEFAULT.withReduction(reduction);
                if (claims(BINARY_CROSS_ENTROPY)) {
                    checkShape("binary cross entropy", ofLoss, implementation().binaryCrossEntropy(p, p, binary));
                    checkShape(
                            "gradient",
                            shape,
                            implementation()
                                    .binaryCrossEntropyGradient(p, p, binary, upstream)
                                    .first());
                }
                if (claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
                    checkShape(
                            "binary cross entropy of logits",
                            ofLoss,
                            implementation().binaryCrossEntropyWithLogits(x, p, binary));
                    checkShape(
                            "gradient",
                            shape,
                            implementation()
                                    .binaryCrossEntropyWithLogitsGradient(x, p, binary, upstream)
                                    .first());
                }
                if (claims(KL_DIV)) {
                    KlDivOptions options = KlDivOptions.DEFAULT.withReduction(reduction);
                    checkShape("divergence", ofLoss, implementation().klDiv(x, p, options));
                    checkShape(
                            "gradient",
                            shape,
                            implementation()
                                    .klDivGradient(x, p, options, upstream)
                                    .first());
                }
            }
        }
        if (claims(COSINE_EMBEDDING_LOSS)) {
            for (int[] perPair : new int[][] {{}, {3}}) {
                int[] shape = perPair.length == 0 ? new int[] {4} : new int[] {perPair[0], 4};
                Tensor a = numbers(-2.0, -0.5, shape);
                Tensor b = numbers(0.1, 0.9, shape);
                long[] ones = new long[product(perPair)];
                Arrays.fill(ones, 1L);
                Indices target = Indices.of(ones, perPair);
                for (Reduction reduction : Reduction.ofAllLosses()) {
                    CosineOptions options = CosineOptions.DEFAULT.withReduction(reduction);
                    int[] ofLoss = reduction == Reduction.NONE ? perPair : new int[0];
                    checkShape(
                            "cosine embedding loss",
                            ofLoss,
                            implementation().cosineEmbeddingLoss(a, b, target, options));
                }
            }
        }
    }

    /** A weight of an element and one of positive targets multiply: {@code w ((1 - y) s(x) + v y s(-x))} with {@code s} the softplus. */
    @Example
    default void weightsOfElementsAndOfPositivesMultiply() {
        if (!claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
            return;
        }
        Tensor x = numbers(-2.0, 2.0, 4, 3);
        Tensor y = numbers(0.0, 1.0, 4, 3);
        Tensor weight = numbers(0.5, 3.0, 4, 3);
        Tensor positive = numbers(0.5, 3.0, 3);
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
        Tensor p = numbers(0.1, 0.9, 4, 3);
        Tensor y = numbers(0.0, 1.0, 4, 3);
        Tensor weight = numbers(0.5, 3.0, 4, 1);
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

    private static int product(int... sizes) {
        return Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    }

    /** Numbers of a range without a pattern that a shape would hit. */
    private Tensor numbers(double from, double to, int... shape) {
        return Tensor.of(
                IntStream.range(0, product(shape))
                        .mapToDouble(i ->
                                implementation().precision().round(from + (to - from) * ((i * 37 + 11) % 101) / 101.0))
                        .toArray(),
                shape);
    }

    private static void checkShape(String what, int[] expected, Tensor got) {
        Check.that(
                Arrays.equals(expected, got.shape()),
                () -> "the " + what + " has shape " + Arrays.toString(got.shape()) + ", expected "
                        + Arrays.toString(expected));
    }
}
