// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.testkit.contracts.AllContracts;
import io.github.lanewise.testkit.contracts.BinaryLossContract;
import io.github.lanewise.testkit.contracts.BinaryLossGradientContract;
import io.github.lanewise.testkit.contracts.CategoricalContract;
import io.github.lanewise.testkit.contracts.CosineContract;
import io.github.lanewise.testkit.contracts.ElementwiseContract;
import io.github.lanewise.testkit.contracts.KlDivContract;
import io.github.lanewise.testkit.contracts.PairEdgeContract;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.generators.ScoreKind;
import io.github.lanewise.testkit.reference.NaiveReference;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Mistakes that libraries make in elementwise functions, in losses between tensors, in moving by index, at the seams of long inputs and
 * beside other threads, each of which a named identity has to reject.
 */
@Tag("once")
class PlantedPairDefectTest {

    private record Contracts(LossImplementation implementation) implements AllContracts {}

    /** The plain reference in float, with something wrong in a subclass. */
    private static class Defect extends NaiveReference {
        Defect() {
            super(Precision.FLOAT);
        }
    }

    private static void assertRejected(LossImplementation defect, BiConsumer<Contracts, ClassBatch> identity) {
        Contracts defective = new Contracts(defect);
        Contracts sound = new Contracts(new NaiveReference(Precision.FLOAT));
        boolean rejected = false;
        for (ScoreKind kind :
                new ScoreKind[] {ScoreKind.PLAIN, ScoreKind.WIDE, ScoreKind.SUBNORMAL, ScoreKind.NARROW}) {
            for (long seed = 0; seed < 4; seed++) {
                ClassBatch batch = new ClassBatch(new int[] {3, 5, 2}, kind, seed, Precision.FLOAT);
                assertDoesNotThrow(() -> identity.accept(sound, batch));
                try {
                    identity.accept(defective, batch);
                } catch (AssertionError e) {
                    rejected = true;
                }
            }
        }
        assertTrue(rejected, "the defect was not noticed");
    }

    private static Tensor map(Tensor tensor, DoubleUnaryOperator function) {
        return Tensor.of(
                Arrays.stream(tensor.data())
                        .map(x -> (float) function.applyAsDouble(x))
                        .toArray(),
                tensor.shape());
    }

    private static Tensor map(Tensor left, Tensor right, DoubleBinaryOperator function) {
        double[] data = left.data();
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) function.applyAsDouble(data[i], right.get(i));
        }
        return Tensor.of(data, left.shape());
    }

    /** An elementwise function done otherwise. */
    private static LossImplementation instead(Operation wrong, DoubleUnaryOperator function) {
        return new Defect() {
            @Override
            public Tensor elementwise(Operation operation, Tensor input) {
                return operation == wrong ? map(input, function) : super.elementwise(operation, input);
            }
        };
    }

    /** A loss without reduction done otherwise. */
    private static LossImplementation logits(DoubleBinaryOperator function) {
        return new Defect() {
            @Override
            public Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target, BinaryLossOptions options) {
                return map(input, target, function);
            }
        };
    }

    private static LossImplementation probabilities(DoubleBinaryOperator function) {
        return new Defect() {
            @Override
            public Tensor binaryCrossEntropy(Tensor input, Tensor target, BinaryLossOptions options) {
                return map(input, target, function);
            }
        };
    }

    @Test
    void sigmoidOfClippedArguments() {
        LossImplementation defect =
                instead(Operation.SIGMOID, x -> 1.0 / (1.0 + Math.exp(-Math.max(-18.0, Math.min(18.0, x)))));
        assertRejected(defect, (contracts, batch) -> contracts.valuesAreAccurate(batch, Operation.SIGMOID));
    }

    @Test
    void logOfOnePlusWithoutItsFunction() {
        LossImplementation defect = instead(Operation.LOG1P, x -> Math.log((float) (1.0 + x)));
        assertRejected(defect, (contracts, batch) -> contracts.valuesAreAccurate(batch, Operation.LOG1P));
    }

    @Test
    void expMinusOneWithoutItsFunction() {
        LossImplementation defect = instead(Operation.EXPM1, x -> (float) Math.exp(x) - 1.0);
        assertRejected(defect, (contracts, batch) -> contracts.valuesAreAccurate(batch, Operation.EXPM1));
    }

    @Test
    void tanhFromExponentialsThatOverflow() {
        LossImplementation defect = instead(Operation.TANH, x -> {
            float e = (float) Math.exp(2.0 * x);
            return (e - 1f) / (e + 1f);
        });
        assertRejected(defect, (contracts, batch) -> contracts.specialValuesOfFunctions());
        assertRejected(defect, (contracts, batch) -> contracts.valuesAreAccurate(batch, Operation.TANH));
    }

    @Test
    void logOfSigmoidThatUnderflows() {
        LossImplementation defect = instead(Operation.LOGSIGMOID, x -> Math.log((float) (1.0 / (1.0 + Math.exp(-x)))));
        assertRejected(defect, ElementwiseContract::logSigmoidIsNegatedSoftplus);
    }

    @Test
    void softplusWithoutItsThreshold() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor softplus(Tensor input, double beta, double threshold) {
                return super.softplus(input, beta, 1e30);
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.softplusScalesAndEndsAtItsThreshold(batch, false));
    }

    @Test
    void gradientOfSoftplusWithoutItsThreshold() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor softplusGradient(Tensor input, double beta, double threshold, Tensor gradOutput) {
                return super.softplusGradient(input, beta, 1e30, gradOutput);
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.softplusGradientIsTheDerivative(batch, false));
        assertRejected(defect, (contracts, batch) -> contracts.softplusGradientIsTheDerivative(batch, true));
    }

    @Test
    void gradientOfSoftplusWithoutItsScale() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor softplusGradient(Tensor input, double beta, double threshold, Tensor gradOutput) {
                return super.softplusGradient(input, 1.0, threshold / beta, gradOutput);
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.softplusGradientIsTheDerivative(batch, false));
        assertRejected(defect, (contracts, batch) -> contracts.softplusGradientIsTheDerivative(batch, true));
    }

    @Test
    void zeroTimesTheLogOfZero() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor xlogy(Tensor x, Tensor y) {
                return map(x, y, (a, b) -> a * Math.log(b));
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.specialValuesOfFunctions());
    }

    @Test
    void lossOfLogitsAsADifference() {
        // x - logsigmoid(x) in float: nothing is left of the small losses.
        LossImplementation defect = logits((x, y) -> {
            float logSigmoid = (float) (Math.min(x, 0.0) - Math.log1p(Math.exp(-Math.abs(x))));
            return (float) ((1.0 - y) * x) - logSigmoid;
        });
        assertRejected(defect, (contracts, batch) -> contracts.confidentLogitsKeepTheirDigits());
    }

    @Test
    void lossOfLogitsFromRoundedSigmoids() {
        LossImplementation defect = logits((x, y) -> {
            float p = (float) (1.0 / (1.0 + Math.exp(-x)));
            return -y * Math.max(-100.0, Math.log(p)) - (1.0 - y) * Math.max(-100.0, Math.log1p(-p));
        });
        assertRejected(defect, (contracts, batch) -> contracts.lossOfLogitsIsAccurate(batch, false));
    }

    @Test
    void positiveWeightOnTheWholeLoss() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target, BinaryLossOptions options) {
                return super.binaryCrossEntropyWithLogits(
                        input,
                        target,
                        options.withWeight(options.positiveWeight()).withPositiveWeight(null));
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.lossOfLogitsIsAccurate(batch, true));
    }

    @Test
    void probabilitiesClippedAwayFromZeroAndOne() {
        LossImplementation defect = probabilities((p, y) -> {
            double kept = Math.max(1e-7, Math.min(1.0 - 1e-7, p));
            return -y * Math.log(kept) - (1.0 - y) * Math.log1p(-kept);
        });
        assertRejected(defect, BinaryLossContract::lossOfProbabilitiesIsAccurateElementwise);
        assertRejected(defect, (contracts, batch) -> contracts.certainProbabilities());
    }

    @Test
    void forgottenNegation() {
        LossImplementation defect =
                probabilities((p, y) -> y * Math.max(-100, Math.log(p)) + (1 - y) * Math.max(-100, Math.log1p(-p)));
        assertRejected(defect, BinaryLossContract::hardTargetsAreLikelihoodsOfTheStackedPair);
    }

    @Test
    void meanOverTheWeights() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor binaryCrossEntropy(Tensor input, Tensor target, BinaryLossOptions options) {
                Tensor weight = options.weight();
                if (options.reduction() != Reduction.MEAN || weight == null) {
                    return super.binaryCrossEntropy(input, target, options);
                }
                double total = Arrays.stream(weight.data()).sum();
                Tensor sum = super.binaryCrossEntropy(input, target, options.withReduction(Reduction.SUM));
                return map(sum, s -> s / total);
            }
        };
        assertRejected(defect, BinaryLossContract::weightsDoNotEnterTheMean);
    }

    @Test
    void gradientOfTheMeanOfElementsNotDivided() {
        LossImplementation defect = new Defect() {
            @Override
            public TwoGradients binaryCrossEntropyWithLogitsGradient(
                    Tensor input, Tensor target, BinaryLossOptions options, @Nullable Tensor gradOutput) {
                boolean mean = options.reduction() == Reduction.MEAN;
                return super.binaryCrossEntropyWithLogitsGradient(
                        input, target, mean ? options.withReduction(Reduction.SUM) : options, gradOutput);
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.gradientsOfBinaryReductionsAgree(batch, true));
    }

    @Test
    void gradientOfTheLimitedLossInsteadOfTheFormula() {
        LossImplementation defect = new Defect() {
            @Override
            public TwoGradients binaryCrossEntropyGradient(
                    Tensor input, Tensor target, BinaryLossOptions options, @Nullable Tensor gradOutput) {
                TwoGradients right = super.binaryCrossEntropyGradient(input, target, options, gradOutput);
                Tensor first = map(right.first(), input, (g, p) -> p == 0.0 || p == 1.0 ? 0.0 : g);
                return new TwoGradients(first, right.second());
            }
        };
        assertRejected(defect, BinaryLossGradientContract::gradientOfProbabilitiesIsTheDerivative);
    }

    @Test
    void divergenceOfClippedTargets() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor klDiv(Tensor input, Tensor target, KlDivOptions options) {
                return super.klDiv(input, map(target, t -> Math.max(t, 1e-3)), options);
            }
        };
        assertRejected(defect, KlDivContract::divergenceIsAccurate);
    }

    @Test
    void divergenceClampedToZero() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor klDiv(Tensor input, Tensor target, KlDivOptions options) {
                return map(super.klDiv(input, target, options), d -> Math.max(0.0, d));
            }
        };
        assertRejected(defect, KlDivContract::crossEntropyIsEntropyPlusDivergence);
    }

    @Test
    void impossibleEventsSkipped() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor klDiv(Tensor input, Tensor target, KlDivOptions options) {
                return super.klDiv(map(input, x -> Double.isInfinite(x) ? 0.0 : x), target, options);
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.impossibleEvents());
    }

    @Test
    void meanOfDivergencesOverTheBatch() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor klDiv(Tensor input, Tensor target, KlDivOptions options) {
                boolean mean = options.reduction() == Reduction.MEAN;
                return super.klDiv(input, target, mean ? options.withReduction(Reduction.BATCH_MEAN) : options);
            }
        };
        assertRejected(defect, KlDivContract::divergencesReduceByElementsOrBatch);
    }

    /** A cosine in float by the book, with some other guard against division by zero. */
    private static LossImplementation cosine(boolean guardOfNorms, boolean othersAreUnlike) {
        return new Defect() {
            @Override
            public Tensor cosineEmbeddingLoss(Tensor first, Tensor second, Indices target, CosineOptions options) {
                float[] losses = new float[target.count()];
                int length = first.size(first.rank() - 1);
                for (int n = 0; n < losses.length; n++) {
                    float dot = 0f;
                    float a = 0f;
                    float b = 0f;
                    for (int i = n * length; i < (n + 1) * length; i++) {
                        dot += (float) first.get(i) * (float) second.get(i);
                        a += (float) first.get(i) * (float) first.get(i);
                        b += (float) second.get(i) * (float) second.get(i);
                    }
                    double norms = Math.sqrt(a) * Math.sqrt(b);
                    double cos = dot / (guardOfNorms ? Math.max(norms, 1e-3) : norms);
                    boolean unlike = target.get(n) == -1 || (othersAreUnlike && target.get(n) != 1);
                    losses[n] =
                            (float) (target.get(n) == 1 ? 1 - cos : unlike ? Math.max(0, cos - options.margin()) : 0);
                }
                return Tensor.of(losses, target.shape());
            }
        };
    }

    @Test
    void cosineOfSquaresThatOverflow() {
        assertRejected(cosine(true, false), (contracts, batch) -> contracts.longVectorsDoNotOverflow());
    }

    @Test
    void cosineOfNothing() {
        assertRejected(cosine(false, false), (contracts, batch) -> contracts.zeroVectorsHaveNoDirection());
    }

    @Test
    void pairsThatAreNeitherTakenForUnlike() {
        assertRejected(cosine(true, true), CosineContract::lossOfPairsIsAccurate);
    }

    @Test
    void entropyThatIsNotNormalised() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor categoricalEntropy(Tensor input, CategoricalOptions options) {
                if (options.from() == CategoricalOptions.From.LOGITS) {
                    return super.categoricalEntropy(input, options);
                }
                Rows rows = new Rows(input.shape(), input.rank() - 1);
                double[] entropies = new double[rows.count()];
                for (int r = 0; r < entropies.length; r++) {
                    entropies[r] = -Arrays.stream(rows.row(input, r))
                            .map(p -> p * Math.log(p))
                            .sum();
                }
                return map(Tensor.of(entropies, rows.otherSizes()), e -> e);
            }
        };
        assertRejected(defect, CategoricalContract::entropyDoesNotDependOnTheSumOfProbabilities);
        assertRejected(defect, (contracts, batch) -> contracts.certainEventsHaveNoEntropy());
    }

    @Test
    void gradientOfGatheringOverwritten() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor gatherGradient(Tensor input, int dim, Indices index, Tensor gradOutput) {
                return scatter(map(input, x -> 0.0), dim, index, gradOutput, 0.0);
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.gradientOfGatheringAddsUp(batch, 1));
    }

    @Test
    void meanOfMeansInsteadOfSums() {
        LossImplementation defect = new Defect() {
            @Override
            public LossPart klDivSum(Tensor input, Tensor target, KlDivOptions options) {
                LossPart right = super.klDivSum(input, target, options);
                return new LossPart(right.sum() / Math.max(1, right.count()), 1.0, right.count());
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.partsAddUpToTheWholeBatch(batch, 1));
    }

    @Test
    void everyThousandthLossLeftOut() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor binaryCrossEntropy(Tensor input, Tensor target, BinaryLossOptions options) {
                Tensor right = super.binaryCrossEntropy(input, target, options);
                if (options.reduction() != Reduction.SUM || input.count() < 1000) {
                    return right;
                }
                BinaryLossOptions each = options.withReduction(Reduction.NONE);
                Tensor losses = super.binaryCrossEntropy(input, target, each);
                return map(right, sum -> sum - losses.get(999));
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.everyLossOfALongBatchCounts());
    }

    @Test
    void lastClassOfALongRowLeftOut() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor logSumExp(Tensor input, int dim, boolean keepDim) {
                int n = input.count();
                return super.logSumExp(
                        n > 8193 ? Tensor.of(Arrays.copyOf(input.data(), n - 1), 1, n - 1) : input, dim, keepDim);
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.everyClassOfALongRowCounts());
    }

    @Test
    void gradientOfTheMeanOfPairsNotDivided() {
        LossImplementation defect = new Defect() {
            @Override
            public TwoGradients cosineEmbeddingLossGradient(
                    Tensor first, Tensor second, Indices target, CosineOptions options, @Nullable Tensor gradOutput) {
                return super.cosineEmbeddingLossGradient(
                        first,
                        second,
                        target,
                        options.reduction() == Reduction.MEAN ? options.withReduction(Reduction.SUM) : options,
                        gradOutput);
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.gradientsOfMeansOfPairsAreDivided());
    }

    @Test
    void targetsGradientOfAMeanDivergenceNotDivided() {
        LossImplementation defect = new Defect() {
            @Override
            public TwoGradients klDivGradient(
                    Tensor input, Tensor target, KlDivOptions options, @Nullable Tensor gradOutput) {
                TwoGradients right = super.klDivGradient(input, target, options, gradOutput);
                return options.reduction() == Reduction.NONE
                        ? right
                        : new TwoGradients(
                                right.first(),
                                super.klDivGradient(input, target, options.withReduction(Reduction.SUM), gradOutput)
                                        .second());
            }
        };
        assertRejected(defect, AllContracts::gradientsOfMeanDivergencesAreDivided);
    }

    @Test
    void positiveWeightInsteadOfTheElements() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target, BinaryLossOptions options) {
                return super.binaryCrossEntropyWithLogits(
                        input, target, options.positiveWeight() == null ? options : options.withWeight(null));
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.weightsOfElementsAndOfPositivesMultiply());
    }

    @Test
    void lossesInARow() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor klDiv(Tensor input, Tensor target, KlDivOptions options) {
                Tensor right = super.klDiv(input, target, options);
                return right.withShape(right.count());
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.pairLossesHaveTheirShapes());
    }

    @Test
    void anotherThreadsBuffer() {
        LossImplementation defect = new Defect() {
            private final Thread own = Thread.currentThread();

            @Override
            @SuppressWarnings("ReferenceEquality") // a thread is itself alone
            public Tensor softmax(Tensor input, int dim) {
                Tensor right = super.softmax(input, dim);
                return Thread.currentThread() == own ? right : map(right, p -> 2.0 * p);
            }
        };
        assertRejected(defect, (contracts, batch) -> {
            try {
                contracts.threadsDoNotMatter();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void notANumberSkippedInSumsOfPairs() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor cosineEmbeddingLoss(Tensor first, Tensor second, Indices target, CosineOptions options) {
                return SumsWithoutNaN.of(
                        options.reduction(),
                        r -> super.cosineEmbeddingLoss(first, second, target, options.withReduction(r)));
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.everyNaNReachesSumAndMean());
    }

    @Test
    void notANumberSkippedInSumsOfProbabilities() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor binaryCrossEntropy(Tensor input, Tensor target, BinaryLossOptions options) {
                return SumsWithoutNaN.of(
                        options.reduction(), r -> super.binaryCrossEntropy(input, target, options.withReduction(r)));
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.everyNaNReachesSumAndMean());
    }

    @Test
    void notANumberSkippedInSumsOfLogits() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target, BinaryLossOptions options) {
                return SumsWithoutNaN.of(
                        options.reduction(),
                        r -> super.binaryCrossEntropyWithLogits(input, target, options.withReduction(r)));
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.everyNaNReachesSumAndMean());
        assertRejected(defect, (contracts, batch) -> ((PairEdgeContract) contracts).infiniteLogits());
    }

    @Test
    void notANumberSkippedInSumsOfDivergences() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor klDiv(Tensor input, Tensor target, KlDivOptions options) {
                return SumsWithoutNaN.of(
                        options.reduction(), r -> super.klDiv(input, target, options.withReduction(r)));
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.everyNaNReachesSumAndMean());
        assertRejected(defect, (contracts, batch) -> contracts.impossibleEvents());
    }

    @Test
    void notANumberSkippedInSumsOfClasses() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor nllLoss(Tensor input, long[] target, ClassLossOptions options) {
                return SumsWithoutNaN.of(
                        options.reduction(), r -> super.nllLoss(input, target, options.withReduction(r)));
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.everyNaNReachesSumAndMean());
        assertRejected(defect, (contracts, batch) -> contracts.weightsMayBeZero());
    }

    @Test
    void infiniteLossesOfWeightZeroLeftOut() {
        LossImplementation defect = new Defect() {
            @Override
            public Tensor crossEntropy(Tensor input, long[] target, ClassLossOptions options) {
                Tensor right = super.crossEntropy(input, target, options);
                return map(right, loss -> Double.isNaN(loss) && options.weight() != null ? 0.0 : loss);
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.weightsMayBeZero());
    }

    @Test
    void notANumberSwallowed() {
        LossImplementation defect = logits((x, y) -> Double.isNaN(x) ? 0.0 : Math.log1p(Math.exp(-Math.abs(x))));
        assertRejected(defect, (contracts, batch) -> ((PairEdgeContract) contracts).infiniteLogits());
    }
}
