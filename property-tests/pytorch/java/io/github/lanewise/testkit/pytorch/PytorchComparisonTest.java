// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.pytorch;

import static org.junit.jupiter.api.Assertions.assertNull;

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
import io.github.lanewise.testkit.TwoGradients;
import io.github.lanewise.testkit.golden.Tolerance;
import io.github.lanewise.testkit.lanewise.FloatLanewise;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Lanewise in float beside PyTorch in double on the same random arguments, with infinities, NaN, zeros and scores far apart among
 * them, by the {@linkplain Tolerance tolerance} of the golden files. Left out are infinite targets and weights, which meet a 0 in the one and a number that is not rounded to 0 in the other, and the
 * gradient of binary cross entropy with respect to its target, which README's table of special values tells of.
 */
class PytorchComparisonTest {
    private static final LossImplementation PYTORCH = new PytorchImplementation(Precision.DOUBLE);
    private static final LossImplementation LANEWISE = new FloatLanewise();
    private static final double INFINITY = Double.POSITIVE_INFINITY;
    private static final Tolerance TOLERANCE = new Tolerance(Precision.FLOAT);
    private static final int TRIALS = 2000;

    /** Random arguments of one call. */
    private static final class Draw {
        private final SplittableRandom random;
        private final Reduction reduction;
        private final int rows;
        private final int classes;
        private final int[] shape;
        private final int[] samples;

        Draw(int trial) {
            random = new SplittableRandom(trial);
            reduction = oneOf(Reduction.NONE, Reduction.SUM, Reduction.MEAN);
            rows = 1 + random.nextInt(4);
            classes = 1 + random.nextInt(oneOf(4, 40, 300));
            int places = 1 + random.nextInt(20);
            boolean flat = once(2);
            shape = flat ? new int[] {rows, classes} : new int[] {rows, classes, places};
            samples = flat ? new int[] {rows} : new int[] {rows, places};
        }

        @SafeVarargs
        final <T> T oneOf(T... values) {
            return values[random.nextInt(values.length)];
        }

        boolean once(int in) {
            return random.nextInt(in) == 0;
        }

        double normal() {
            return (float) random.nextGaussian();
        }

        double score() {
            return once(9)
                    ? oneOf(INFINITY, -INFINITY, -INFINITY, Double.NaN, 0.0, 1000.0, -1000.0, 40.0)
                    : 3 * normal();
        }

        /** A score, but none whose exponential is infinite in float and finite in double. */
        double argument() {
            double score = score();
            return score == 1000.0 ? 60.0 : score;
        }

        double probability() {
            return once(4) ? oneOf(0.0, 1.0, 1e-10, 1e-30) : (float) random.nextDouble();
        }

        double share() {
            return once(20) ? Double.NaN : probability();
        }

        double factor() {
            return once(5) ? 0.0 : normal();
        }

        Tensor tensor(DoubleSupplier number, int... shape) {
            double[] data = new double[product(shape)];
            Arrays.setAll(data, i -> (float) number.getAsDouble());
            return Tensor.of(data, shape);
        }

        Tensor elements(DoubleSupplier number) {
            return tensor(number, shape);
        }

        @Nullable
        Tensor classWeight() {
            return once(2) ? null : tensor(this::factor, classes);
        }

        /** The weight of each place in the last dimension. */
        @Nullable
        Tensor elementWeight() {
            return once(2) ? null : tensor(this::factor, shape[shape.length - 1]);
        }

        /** The upstream gradient of a loss that has a number for each sample, or for each element. */
        @Nullable
        Tensor upstream(int... lossShape) {
            return reduction == Reduction.NONE ? tensor(this::factor, lossShape) : null;
        }

        long[] target() {
            long[] target = new long[product(samples)];
            Arrays.setAll(target, i -> once(5) ? ClassLossOptions.DEFAULT_IGNORE_INDEX : random.nextInt(classes));
            return target;
        }

        private static int product(int... sizes) {
            return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
        }
    }

    /** Makes a call of both and compares results, as often as there are trials. */
    private static void compare(
            Operation operation, Function<Draw, Function<LossImplementation, List<Tensor>>> drafter) {
        for (int trial = 0; trial < TRIALS; trial++) {
            Function<LossImplementation, List<Tensor>> call = drafter.apply(new Draw(trial));
            List<Tensor> expected = call.apply(PYTORCH);
            List<Tensor> got = call.apply(LANEWISE);
            for (int k = 0; k < expected.size(); k++) {
                assertNull(
                        TOLERANCE.difference(operation, expected.get(k), got.get(k)),
                        "trial " + trial + ", result " + k);
            }
        }
    }

    private static int[] without(int[] shape, int dim) {
        return IntStream.range(0, shape.length)
                .filter(d -> d != dim)
                .map(d -> shape[d])
                .toArray();
    }

    private static List<Tensor> results(Tensor loss, TwoGradients gradients) {
        return List.of(loss, gradients.first(), gradients.second());
    }

    @Test
    void classes() {
        compare(Operation.CROSS_ENTROPY, draw -> {
            Tensor scores = draw.elements(draw::score);
            long[] target = draw.target();
            ClassLossOptions options = ClassLossOptions.DEFAULT
                    .withReduction(draw.reduction)
                    .withWeight(draw.classWeight())
                    .withLabelSmoothing(draw.oneOf(0.0, 0.0, 0.1, 1.0));
            Tensor upstream = draw.upstream(draw.samples);
            return either -> List.of(
                    either.crossEntropy(scores, target, options),
                    either.crossEntropyGradient(scores, target, options, upstream));
        });
    }

    @Test
    void negativeLogLikelihood() {
        compare(Operation.NLL_LOSS, draw -> {
            Tensor scores = draw.elements(draw::score);
            long[] target = draw.target();
            ClassLossOptions options =
                    ClassLossOptions.DEFAULT.withReduction(draw.reduction).withWeight(draw.classWeight());
            Tensor upstream = draw.upstream(draw.samples);
            return either -> List.of(
                    either.nllLoss(scores, target, options), either.nllLossGradient(scores, target, options, upstream));
        });
    }

    @Test
    void probabilitiesOfClasses() {
        compare(Operation.CROSS_ENTROPY_PROB, draw -> {
            Tensor scores = draw.elements(draw::score);
            Tensor target = draw.elements(draw::share);
            ClassLossOptions options = ClassLossOptions.DEFAULT
                    .withReduction(draw.reduction)
                    .withWeight(draw.classWeight())
                    .withLabelSmoothing(draw.oneOf(0.0, 0.0, 0.1, 1.0));
            Tensor upstream = draw.upstream(draw.samples);
            return either -> results(
                    either.crossEntropyProbabilities(scores, target, options),
                    either.crossEntropyProbabilitiesGradient(scores, target, options, upstream));
        });
    }

    @Test
    void binaryCrossEntropy() {
        compare(Operation.BINARY_CROSS_ENTROPY, draw -> {
            Tensor input = draw.elements(draw::probability);
            Tensor target = draw.elements(draw::probability);
            BinaryLossOptions options =
                    BinaryLossOptions.DEFAULT.withReduction(draw.reduction).withWeight(draw.elementWeight());
            Tensor upstream = draw.upstream(draw.shape);
            return either -> List.of(
                    either.binaryCrossEntropy(input, target, options),
                    either.binaryCrossEntropyGradient(input, target, options, upstream)
                            .first());
        });
    }

    @Test
    void binaryCrossEntropyWithLogits() {
        compare(Operation.BINARY_CROSS_ENTROPY_WITH_LOGITS, draw -> {
            Tensor input = draw.elements(draw::score);
            Tensor target = draw.elements(draw.once(2) ? draw::normal : draw::share);
            BinaryLossOptions options = BinaryLossOptions.DEFAULT
                    .withReduction(draw.reduction)
                    .withWeight(draw.elementWeight())
                    .withPositiveWeight(draw.elementWeight());
            Tensor upstream = draw.upstream(draw.shape);
            return either -> results(
                    either.binaryCrossEntropyWithLogits(input, target, options),
                    either.binaryCrossEntropyWithLogitsGradient(input, target, options, upstream));
        });
    }

    @Test
    void divergence() {
        compare(Operation.KL_DIV, draw -> {
            boolean logTarget = draw.once(2);
            Tensor input = draw.elements(draw::score);
            Tensor target = draw.elements(logTarget ? () -> -Math.abs(draw.score()) : draw::share);
            KlDivOptions options = KlDivOptions.DEFAULT.withLogTarget(logTarget).withReduction(draw.reduction);
            Tensor upstream = draw.upstream(draw.shape);
            return either -> results(
                    either.klDiv(input, target, options), either.klDivGradient(input, target, options, upstream));
        });
    }

    @Test
    void cosine() {
        compare(Operation.COSINE_EMBEDDING_LOSS, draw -> {
            Tensor first = draw.tensor(draw::score, draw.rows, draw.classes);
            Tensor second = draw.tensor(draw::score, draw.rows, draw.classes);
            Indices target = Indices.of(
                    Arrays.stream(new long[draw.rows])
                            .map(zero -> draw.oneOf(1L, -1L, 0L))
                            .toArray(),
                    draw.rows);
            CosineOptions options =
                    CosineOptions.DEFAULT.withMargin(draw.oneOf(0.0, 0.5, -0.5)).withReduction(draw.reduction);
            Tensor upstream = draw.upstream(draw.rows);
            return either -> results(
                    either.cosineEmbeddingLoss(first, second, target, options),
                    either.cosineEmbeddingLossGradient(first, second, target, options, upstream));
        });
    }

    /** All of these have the same tolerance. */
    @Test
    void softmaxAndItsRelatives() {
        compare(Operation.SOFTMAX, draw -> {
            Tensor scores = draw.elements(draw::score);
            int dim = draw.oneOf(0, 1, -1);
            int[] kept = without(draw.shape, Math.floorMod(dim, draw.shape.length));
            Tensor upstream = draw.elements(draw::factor);
            Tensor reduced = draw.tensor(draw::factor, kept);
            return either -> List.of(
                    either.softmax(scores, dim),
                    either.softmaxGradient(scores, dim, upstream),
                    either.logSoftmax(scores, dim),
                    either.logSoftmaxGradient(scores, dim, upstream),
                    either.logSumExp(scores, dim, false),
                    either.logSumExpGradient(scores, dim, false, reduced));
        });
    }

    @Test
    void functionsOfElements() {
        for (Operation operation : Operation.values()) {
            if (operation.isElementwise()) {
                compare(operation, draw -> {
                    Tensor input = draw.elements(draw::argument);
                    Tensor upstream = draw.elements(draw::factor);
                    return either -> List.of(
                            either.elementwise(operation, input),
                            either.elementwiseGradient(operation, input, upstream));
                });
            }
        }
    }

    @Test
    void softplus() {
        compare(Operation.SOFTPLUS, draw -> {
            Tensor input = draw.elements(draw::argument);
            Tensor upstream = draw.elements(draw::factor);
            double beta = draw.oneOf(1.0, 2.0, 0.5, -1.0);
            double threshold = draw.oneOf(20.0, 1.0, -1.0);
            return either -> List.of(
                    either.softplus(input, beta, threshold), either.softplusGradient(input, beta, threshold, upstream));
        });
    }

    @Test
    void xlogy() {
        compare(Operation.XLOGY, draw -> {
            Tensor x = draw.elements(draw::factor);
            Tensor y = draw.elements(draw::score);
            return either -> List.of(either.xlogy(x, y));
        });
    }
}
