// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY_WITH_LOGITS;
import static io.github.lanewise.testkit.Operation.COSINE_EMBEDDING_LOSS;
import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.CROSS_ENTROPY_PROB;
import static io.github.lanewise.testkit.Operation.KL_DIV;
import static io.github.lanewise.testkit.Operation.LOGSUMEXP;
import static io.github.lanewise.testkit.Operation.NLL_LOSS;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.CosineOptions;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.Example;

/** Shapes of losses and gradients. */
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
            int count = Tensors.count(perSample);
            Tensor x = Tensors.spread(-2.0, -0.5, implementation().precision(), shape);
            long[] target = new long[count];
            for (Reduction reduction : Reduction.ofAllLosses()) {
                ClassLossOptions options = ClassLossOptions.DEFAULT.withReduction(reduction);
                boolean none = reduction == Reduction.NONE;
                int[] ofLoss = none ? perSample : new int[0];
                Tensor upstream =
                        none ? Tensors.spread(0.5, 1.5, implementation().precision(), perSample) : null;
                if (claims(NLL_LOSS)) {
                    checkShape("likelihood", ofLoss, implementation().nllLoss(x, target, options));
                    checkShape("gradient", shape, implementation().nllLossGradient(x, target, options, upstream));
                }
                if (claims(CROSS_ENTROPY)) {
                    checkShape("cross entropy", ofLoss, implementation().crossEntropy(x, target, options));
                    checkShape("gradient", shape, implementation().crossEntropyGradient(x, target, options, upstream));
                }
                if (claims(CROSS_ENTROPY_PROB)) {
                    Tensor t = Tensors.spread(0.1, 0.4, implementation().precision(), shape);
                    checkShape("cross entropy", ofLoss, implementation().crossEntropyProbabilities(x, t, options));
                    checkShapes(shape, implementation().crossEntropyProbabilitiesGradient(x, t, options, upstream));
                }
            }
        }
    }

    /** log-sum-exp drops the dimension that it sums along, or keeps it with size 1. */
    @Example
    default void logSumExpHasItsShape() {
        if (!claims(LOGSUMEXP)) {
            return;
        }
        Tensor x = Tensors.spread(-2.0, 2.0, implementation().precision(), 2, 3, 4);
        for (boolean keepDim : new boolean[] {false, true}) {
            for (int dim = -3; dim < 3; dim++) {
                int at = Math.floorMod(dim, 3);
                int[] shape = IntStream.range(0, 3)
                        .filter(d -> keepDim || d != at)
                        .map(d -> d == at ? 1 : d + 2)
                        .toArray();
                checkShape("logSumExp", shape, implementation().logSumExp(x, dim, keepDim));
                Tensor upstream = Tensors.spread(0.5, 1.5, implementation().precision(), shape);
                checkShape("gradient", x.shape(), implementation().logSumExpGradient(x, dim, keepDim, upstream));
            }
        }
    }

    /** The same for losses of elements and of pairs. */
    @Example
    default void pairLossesHaveTheirShapes() {
        for (int[] shape : new int[][] {{}, {3}, {2, 3}, {2, 3, 4}}) {
            Tensor p = Tensors.spread(0.1, 0.9, implementation().precision(), shape);
            Tensor x = Tensors.spread(-2.0, -0.5, implementation().precision(), shape);
            for (Reduction reduction : Reduction.ofAllLosses()) {
                Tensor g = reduction == Reduction.NONE ? p : null;
                int[] ofLoss = reduction == Reduction.NONE ? shape : new int[0];
                BinaryLossOptions binary = BinaryLossOptions.DEFAULT.withReduction(reduction);
                KlDivOptions divergence = KlDivOptions.DEFAULT.withReduction(reduction);
                if (claims(BINARY_CROSS_ENTROPY)) {
                    checkShape("binary cross entropy", ofLoss, implementation().binaryCrossEntropy(p, p, binary));
                    checkShapes(shape, implementation().binaryCrossEntropyGradient(p, p, binary, g));
                }
                if (claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
                    checkShape("loss of logits", ofLoss, implementation().binaryCrossEntropyWithLogits(x, p, binary));
                    checkShapes(shape, implementation().binaryCrossEntropyWithLogitsGradient(x, p, binary, g));
                }
                if (claims(KL_DIV)) {
                    checkShape("divergence", ofLoss, implementation().klDiv(x, p, divergence));
                    checkShapes(shape, implementation().klDivGradient(x, p, divergence, g));
                }
            }
        }
        for (int[] perPair : new int[][] {{}, {3}}) {
            checkShapesOfPairs(perPair);
        }
    }

    private void checkShapesOfPairs(int... perPair) {
        if (!claims(COSINE_EMBEDDING_LOSS)) {
            return;
        }
        int[] shape = perPair.length == 0 ? new int[] {4} : new int[] {perPair[0], 4};
        Tensor x = Tensors.spread(-2.0, -0.5, implementation().precision(), shape);
        Tensor y = Tensors.spread(0.1, 0.9, implementation().precision(), shape);
        long[] ones = new long[Tensors.count(perPair)];
        Arrays.fill(ones, 1L);
        Indices target = Indices.of(ones, perPair);
        for (Reduction reduction : Reduction.ofAllLosses()) {
            CosineOptions options = CosineOptions.DEFAULT.withReduction(reduction);
            boolean none = reduction == Reduction.NONE;
            Tensor g = none ? Tensors.spread(0.5, 1.5, implementation().precision(), perPair) : null;
            checkShape(
                    "cosine embedding loss",
                    none ? perPair : new int[0],
                    implementation().cosineEmbeddingLoss(x, y, target, options));
            checkShapes(shape, implementation().cosineEmbeddingLossGradient(x, y, target, options, g));
        }
    }

    /** The gradient with respect to the first argument, which every implementation has. */
    private static void checkShapes(int[] shape, TwoGradients gradients) {
        checkShape("gradient", shape, gradients.first());
    }

    private static void checkShape(String what, int[] expected, Tensor got) {
        Check.that(
                Arrays.equals(expected, got.shape()),
                () -> "the " + what + " has shape " + Arrays.toString(got.shape()) + ", expected "
                        + Arrays.toString(expected));
    }
}
