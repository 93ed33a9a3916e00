// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.CosineOptions;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Arguments for a number of samples with losses between 0.1 and 4, so that each of them shows in a sum, and all losses of them. */
final class SampleData {
    private static final int CLASSES = 3;

    private final int count;
    private final int notANumber;
    private final Precision precision;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Tensor scores;
    private final Tensor logProbabilities;
    private final Tensor spread;
    private final long[] target;
    private final Tensor probabilities;
    private final Tensor logits;
    private final Tensor shares;
    private final @Nullable Tensor weight;
    private final Tensor logs;
    private final Tensor likely;
    private final Tensor first;
    private final Tensor second;
    private final Indices alike;

    SampleData(int count, Precision precision) {
        this(count, precision, -1);
    }

    /** Samples of which one has NaN for a loss. */
    SampleData(int count, Precision precision, int notANumber) {
        this.count = count;
        this.notANumber = notANumber;
        this.precision = precision;
        scores = poisoned(numbers(-1.0, 1.0, count, CLASSES));
        logProbabilities = poisoned(numbers(-2.0, -0.5, count, CLASSES));
        spread = numbers(0.2, 0.4, count, CLASSES);
        target = random.longs(count, 0, CLASSES).toArray();
        probabilities = numbers(0.2, 0.8, count);
        logits = poisoned(numbers(-1.0, 1.0, count));
        shares = numbers(0.0, 1.0, count);
        // NaN is no probability, but it may be a weight.
        weight = notANumber < 0 ? null : poisoned(ones());
        logs = poisoned(numbers(-3.0, -1.5, count));
        likely = numbers(0.5, 1.0, count);
        first = poisoned(pairs(1.0));
        second = pairs(-1.0);
        long[] ones = new long[count];
        Arrays.fill(ones, 1L);
        alike = Indices.of(ones, count);
    }

    private Tensor numbers(double from, double to, int... shape) {
        return Tensor.of(
                random.doubles(Tensors.count(shape), from, to)
                        .map(precision::round)
                        .toArray(),
                shape);
    }

    private Tensor poisoned(Tensor samples) {
        if (notANumber < 0) {
            return samples;
        }
        double[] data = samples.data();
        int size = data.length / count;
        Arrays.fill(data, notANumber * size, (notANumber + 1) * size, Double.NaN);
        return Tensor.of(data, samples.shape());
    }

    /** Vectors to one side of an axis, so that those to either side are neither alike nor opposite. */
    private Tensor pairs(double side) {
        double[] data = new double[2 * count];
        for (int i = 0; i < count; i++) {
            data[2 * i] = 1.0;
            data[2 * i + 1] = precision.round(side * random.nextDouble(0.5, 1.0));
        }
        return Tensor.of(data, count, 2);
    }

    /** Scores of all samples. */
    Tensor scores() {
        return scores;
    }

    /** An upstream gradient of 1 for each sample. */
    Tensor ones() {
        double[] ones = new double[count];
        Arrays.fill(ones, 1.0);
        return Tensor.of(ones, count);
    }

    private static ClassLossOptions classes(Reduction reduction) {
        return ClassLossOptions.DEFAULT.withReduction(reduction);
    }

    private static BinaryLossOptions binary(Reduction reduction) {
        return BinaryLossOptions.DEFAULT.withReduction(reduction);
    }

    private static KlDivOptions divergence(Reduction reduction) {
        return KlDivOptions.DEFAULT.withReduction(reduction);
    }

    private static CosineOptions cosine(Reduction reduction) {
        return CosineOptions.DEFAULT.withReduction(reduction);
    }

    /** All losses of the samples, for a reduction. */
    Map<Operation, Function<Reduction, Tensor>> losses(LossImplementation of) {
        Map<Operation, Function<Reduction, Tensor>> losses = new EnumMap<>(Operation.class);
        losses.put(Operation.NLL_LOSS, r -> of.nllLoss(logProbabilities, target, classes(r)));
        losses.put(Operation.CROSS_ENTROPY, r -> of.crossEntropy(scores, target, classes(r)));
        losses.put(Operation.CROSS_ENTROPY_PROB, r -> of.crossEntropyProbabilities(scores, spread, classes(r)));
        losses.put(
                Operation.BINARY_CROSS_ENTROPY,
                r -> of.binaryCrossEntropy(probabilities, shares, binary(r).withWeight(weight)));
        losses.put(
                Operation.BINARY_CROSS_ENTROPY_WITH_LOGITS,
                r -> of.binaryCrossEntropyWithLogits(logits, shares, binary(r)));
        losses.put(Operation.KL_DIV, r -> of.klDiv(logs, likely, divergence(r)));
        losses.put(Operation.COSINE_EMBEDDING_LOSS, r -> of.cosineEmbeddingLoss(first, second, alike, cosine(r)));
        return losses;
    }

    /** A gradient with respect to a first argument. */
    interface Gradient {
        /** It, for a reduction and the upstream gradients, which only losses without one have. */
        Tensor of(Reduction reduction, @Nullable Tensor gradOutput);
    }

    /** The gradients of all losses of the samples. */
    Map<Operation, Gradient> gradients(LossImplementation of) {
        Map<Operation, Gradient> gradients = new EnumMap<>(Operation.class);
        gradients.put(Operation.NLL_LOSS, (r, g) -> of.nllLossGradient(logProbabilities, target, classes(r), g));
        gradients.put(Operation.CROSS_ENTROPY, (r, g) -> of.crossEntropyGradient(scores, target, classes(r), g));
        gradients.put(
                Operation.CROSS_ENTROPY_PROB,
                (r, g) -> of.crossEntropyProbabilitiesGradient(scores, spread, classes(r), g)
                        .first());
        gradients.put(
                Operation.BINARY_CROSS_ENTROPY,
                (r, g) -> of.binaryCrossEntropyGradient(probabilities, shares, binary(r), g)
                        .first());
        gradients.put(
                Operation.BINARY_CROSS_ENTROPY_WITH_LOGITS,
                (r, g) -> of.binaryCrossEntropyWithLogitsGradient(logits, shares, binary(r), g)
                        .first());
        gradients.put(
                Operation.KL_DIV,
                (r, g) -> of.klDivGradient(logs, likely, divergence(r), g).first());
        gradients.put(
                Operation.COSINE_EMBEDDING_LOSS,
                (r, g) -> of.cosineEmbeddingLossGradient(first, second, alike, cosine(r), g)
                        .first());
        return gradients;
    }
}
