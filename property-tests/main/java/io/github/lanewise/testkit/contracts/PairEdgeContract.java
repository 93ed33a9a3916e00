// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY;
import static io.github.lanewise.testkit.Operation.BINARY_CROSS_ENTROPY_WITH_LOGITS;
import static io.github.lanewise.testkit.Operation.COSINE_EMBEDDING_LOSS;
import static io.github.lanewise.testkit.Operation.KL_DIV;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.CosineOptions;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import java.util.Arrays;
import net.jqwik.api.Example;

/** What NaN, infinities and empty tensors lead to in losses between tensors, and which calls are rejected: PyTorch's answers. */
public interface PairEdgeContract extends LossContract {

    /** Infinite logits: NaN where the formula meets zero times infinity; gradients stay finite. */
    @Example
    default void infiniteLogits() {
        if (!claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
            return;
        }
        double inf = Double.POSITIVE_INFINITY;
        Tensor x = Tensor.of(new double[] {-inf, -inf, inf, inf, Double.NaN}, 5);
        Tensor y = Tensor.of(new double[] {0.0, 1.0, 1.0, 0.0, 1.0}, 5);
        BinaryLossOptions options = BinaryLossOptions.DEFAULT.withReduction(Reduction.NONE);
        Tensor losses = implementation().binaryCrossEntropyWithLogits(x, y, options);
        double[] expected = {Double.NaN, Double.NaN, Double.NaN, inf, Double.NaN};
        checkSame(losses, expected, "loss of an infinite logit");
        for (Reduction reduction : new Reduction[] {Reduction.SUM, Reduction.MEAN}) {
            checkSame(
                    implementation().binaryCrossEntropyWithLogits(x, y, options.withReduction(reduction)),
                    new double[] {Double.NaN},
                    reduction + " of losses of infinite logits");
        }
        Tensor ones = Tensor.of(new double[] {1.0, 1.0, 1.0, 1.0, 1.0}, 5);
        Tensor gradient = implementation()
                .binaryCrossEntropyWithLogitsGradient(x, y, options, ones)
                .first();
        checkSame(gradient, new double[] {0.0, -1.0, 0.0, 1.0, Double.NaN}, "gradient of an infinite logit");
    }

    /** Targets of logits need not be probabilities: the formula {@code (1 - t) x + log(1 + exp(-x))} holds for any, and so does its slope. */
    @Example
    default void targetsBeyondProbabilities() {
        if (!claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
            return;
        }
        double[] logits = {2.0, -1.0, 0.5};
        double[] targets = {1.5, -0.25, 3.0};
        Tensor x = Tensor.of(logits, 3);
        Tensor t = Tensor.of(targets, 3);
        BinaryLossOptions options = BinaryLossOptions.DEFAULT.withReduction(Reduction.NONE);
        Tensor losses = implementation().binaryCrossEntropyWithLogits(x, t, options);
        Tensor ones = Tensor.of(new double[] {1.0, 1.0, 1.0}, 3);
        Tensor gradient = implementation()
                .binaryCrossEntropyWithLogitsGradient(x, t, options, ones)
                .first();
        double tolerance = 32.0 * implementation().precision().epsilon();
        for (int i = 0; i < 3; i++) {
            int at = i;
            double loss = (1.0 - targets[i]) * logits[i] + Math.log1p(Math.exp(-logits[i]));
            double slope = 1.0 / (1.0 + Math.exp(-logits[i])) - targets[i];
            Check.near(losses.get(i), loss, tolerance, () -> "loss of the target " + targets[at]);
            Check.near(gradient.get(i), slope, tolerance, () -> "gradient of the target " + targets[at]);
        }
    }

    private static void checkSame(Tensor got, double[] expected, String what) {
        for (int i = 0; i < expected.length; i++) {
            int at = i;
            Check.near(got.get(i), expected[i], 0.0, () -> what + "[" + at + "]");
        }
    }

    /** Certain probabilities: the loss is limited to 100, and what is right costs nothing. */
    @Example
    default void certainProbabilities() {
        if (!claims(BINARY_CROSS_ENTROPY)) {
            return;
        }
        Tensor p = Tensor.of(new double[] {0.0, 0.0, 1.0, 1.0, 0.0}, 5);
        Tensor y = Tensor.of(new double[] {0.0, 1.0, 0.0, 1.0, 0.5}, 5);
        BinaryLossOptions options = BinaryLossOptions.DEFAULT.withReduction(Reduction.NONE);
        checkSame(
                implementation().binaryCrossEntropy(p, y, options),
                new double[] {0.0, 100.0, 100.0, 0.0, 50.0},
                "loss of a certain probability");
    }

    /** Divergences where the target or the probability is 0: 0, infinity, or NaN for 0 times infinity. */
    @Example
    default void impossibleEvents() {
        if (!claims(KL_DIV)) {
            return;
        }
        double inf = Double.POSITIVE_INFINITY;
        KlDivOptions options = KlDivOptions.DEFAULT.withReduction(Reduction.NONE);
        Tensor x = Tensor.of(new double[] {-1.0, -inf, -inf, -1.0, -1.0, Double.NaN, -1.0, 0.0, 1.0}, 9);
        Tensor t = Tensor.of(new double[] {0.0, 0.5, 0.0, -0.5, Double.NaN, 0.5, inf, inf, inf}, 9);
        checkSame(
                implementation().klDiv(x, t, options),
                new double[] {0.0, inf, Double.NaN, Double.NaN, Double.NaN, Double.NaN, inf, Double.NaN, Double.NaN},
                "divergence");
        for (Reduction reduction : new Reduction[] {Reduction.SUM, Reduction.MEAN, Reduction.BATCH_MEAN}) {
            checkSame(
                    implementation().klDiv(x, t, options.withReduction(reduction)),
                    new double[] {Double.NaN},
                    reduction + " of divergences");
        }
        Tensor logs = Tensor.of(new double[] {-inf, Double.NaN}, 2);
        checkSame(
                implementation().klDiv(Tensor.of(new double[] {-1.0, -1.0}, 2), logs, options.withLogTarget(true)),
                new double[] {Double.NaN, Double.NaN},
                "divergence from logarithms");
        // A negative target has no logarithm, but where no gradient comes in, a finite input leaves none of that.
        Tensor scores = Tensor.of(new double[] {-1.0, -1.0, -1.0, -inf, -inf, -1.0}, 6);
        Tensor targets = Tensor.of(new double[] {0.0, -0.5, -0.5, -0.5, 0.5, inf}, 6);
        TwoGradients gradients = implementation()
                .klDivGradient(scores, targets, options, Tensor.of(new double[] {0.0, 1.0, 0.0, 0.0, 1.0, 1.0}, 6));
        checkSame(gradients.first(), new double[] {0.0, 0.5, 0.0, 0.0, -0.5, -inf}, "gradient of a divergence");
        checkSame(
                gradients.second(),
                new double[] {Double.NaN, Double.NaN, 0.0, Double.NaN, inf, Double.NaN},
                "gradient of its target");
    }

    /** Tensors without elements: the mean is NaN, the sum 0, and the losses are none. */
    @Example
    default void nothingToCompare() {
        Tensor empty = Tensor.of(new double[0], 0, 3);
        for (Reduction reduction : Reduction.ofAllLosses()) {
            BinaryLossOptions binary = BinaryLossOptions.DEFAULT.withReduction(reduction);
            if (claims(BINARY_CROSS_ENTROPY)) {
                checkEmpty(implementation().binaryCrossEntropy(empty, empty, binary), reduction, 0, 3);
            }
            if (claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
                checkEmpty(implementation().binaryCrossEntropyWithLogits(empty, empty, binary), reduction, 0, 3);
            }
            if (claims(KL_DIV)) {
                KlDivOptions options = KlDivOptions.DEFAULT.withReduction(reduction);
                checkEmpty(implementation().klDiv(empty, empty, options), reduction, 0, 3);
            }
            if (claims(COSINE_EMBEDDING_LOSS)) {
                CosineOptions options = CosineOptions.DEFAULT.withReduction(reduction);
                Indices none = Indices.of(new long[0], 0);
                checkEmpty(implementation().cosineEmbeddingLoss(empty, empty, none, options), reduction, 0);
            }
        }
    }

    private static void checkEmpty(Tensor loss, Reduction reduction, int... shape) {
        if (reduction == Reduction.NONE) {
            Check.that(Arrays.equals(loss.shape(), shape), () -> "losses of nothing are " + loss);
        } else {
            double expected = reduction == Reduction.MEAN ? Double.NaN : 0.0;
            Check.near(loss.get(0), expected, 0.0, () -> reduction + " of nothing");
        }
    }

    /** Probabilities lie in [0, 1]. */
    @Example
    default void numbersThatAreNoProbabilities() {
        if (!claims(BINARY_CROSS_ENTROPY)) {
            return;
        }
        Tensor half = Tensor.of(new double[] {0.5, 0.5}, 2);
        for (double wrong : new double[] {-0.25, 1.25, Double.NaN, Double.POSITIVE_INFINITY}) {
            Tensor p = Tensor.of(new double[] {0.5, wrong}, 2);
            Check.rejected(
                    () -> implementation().binaryCrossEntropy(p, half, BinaryLossOptions.DEFAULT),
                    () -> "binaryCrossEntropy of the probability " + wrong);
            Check.rejected(
                    () -> implementation().binaryCrossEntropy(half, p, BinaryLossOptions.DEFAULT),
                    () -> "binaryCrossEntropy with the target " + wrong);
        }
    }

    /** Inputs and targets have the same shape, and weights one that can be repeated to it. */
    @Example
    default void shapesThatDoNotFit() {
        Tensor x = filled(3, 4);
        for (Tensor other : new Tensor[] {filled(4, 3), filled(2, 4), filled(3, 3), filled(3, 4, 2)}) {
            String ofShape = " of shape " + Arrays.toString(other.shape());
            if (claims(BINARY_CROSS_ENTROPY)) {
                Check.rejected(
                        () -> implementation().binaryCrossEntropy(x, other, BinaryLossOptions.DEFAULT),
                        () -> "binaryCrossEntropy of shape [3, 4] with targets" + ofShape);
                Check.rejected(
                        () -> implementation().binaryCrossEntropy(x, x, BinaryLossOptions.DEFAULT.withWeight(other)),
                        () -> "binaryCrossEntropy of shape [3, 4] with weights" + ofShape);
            }
            if (claims(BINARY_CROSS_ENTROPY_WITH_LOGITS)) {
                Check.rejected(
                        () -> implementation().binaryCrossEntropyWithLogits(x, other, BinaryLossOptions.DEFAULT),
                        () -> "binaryCrossEntropyWithLogits of shape [3, 4] with targets" + ofShape);
                Check.rejected(
                        () -> implementation()
                                .binaryCrossEntropyWithLogits(
                                        x, x, BinaryLossOptions.DEFAULT.withPositiveWeight(other)),
                        () -> "binaryCrossEntropyWithLogits of shape [3, 4] with positive weights" + ofShape);
            }
            if (claims(KL_DIV)) {
                Check.rejected(
                        () -> implementation().klDiv(x, other, KlDivOptions.DEFAULT),
                        () -> "klDiv of shape [3, 4] with targets" + ofShape);
            }
            if (claims(COSINE_EMBEDDING_LOSS)) {
                Indices signs = Indices.of(new long[] {1, 1, -1}, 3);
                Check.rejected(
                        () -> implementation().cosineEmbeddingLoss(x, other, signs, CosineOptions.DEFAULT),
                        () -> "cosineEmbeddingLoss of vectors of shape [3, 4] with others" + ofShape);
            }
        }
        if (claims(COSINE_EMBEDDING_LOSS)) {
            for (Indices signs : new Indices[] {
                Indices.of(new long[] {1, 1}, 2), Indices.of(new long[] {1}), Indices.of(new long[] {1, 1, 1}, 3, 1)
            }) {
                Check.rejected(
                        () -> implementation().cosineEmbeddingLoss(x, x, signs, CosineOptions.DEFAULT),
                        () -> "cosineEmbeddingLoss of vectors of shape [3, 4] with signs of shape "
                                + Arrays.toString(signs.shape()));
            }
        }
    }

    private static Tensor filled(int... shape) {
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        double[] data = new double[count];
        Arrays.fill(data, 0.5);
        return Tensor.of(data, shape);
    }
}
