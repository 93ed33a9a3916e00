// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.testkit.contracts.CrossEntropyContract;
import io.github.lanewise.testkit.contracts.CrossEntropyGradientContract;
import io.github.lanewise.testkit.contracts.LongInputContract;
import io.github.lanewise.testkit.contracts.NllLossContract;
import io.github.lanewise.testkit.contracts.ReductionContract;
import io.github.lanewise.testkit.contracts.SoftmaxContract;
import io.github.lanewise.testkit.contracts.SoftmaxGradientContract;
import io.github.lanewise.testkit.contracts.SpecialValueContract;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.generators.ScoreKind;
import io.github.lanewise.testkit.lanewise.FloatLanewise;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Does the kit catch bugs? Mistakes that are made in the wild, each of which a named identity has to reject. */
class PlantedDefectTest {

    /** All contracts for one implementation. */
    private record Contracts(LossImplementation implementation)
            implements SoftmaxContract,
                    SoftmaxGradientContract,
                    CrossEntropyContract,
                    CrossEntropyGradientContract,
                    NllLossContract,
                    ReductionContract,
                    SpecialValueContract,
                    LongInputContract {}

    private static void assertRejected(LossImplementation defect, BiConsumer<Contracts, ClassBatch> identity) {
        Contracts defective = new Contracts(defect);
        Contracts sound = new Contracts(new FloatLanewise());
        boolean rejected = false;
        for (ScoreKind kind :
                new ScoreKind[] {ScoreKind.PLAIN, ScoreKind.OFFSET, ScoreKind.WIDE, ScoreKind.CONFIDENT}) {
            for (long seed = 0; seed < 8; seed++) {
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

    @Test
    void logOfSoftmaxInsteadOfLogSoftmax() {
        LossImplementation defect = new FloatLanewise() {
            @Override
            public Tensor logSoftmax(Tensor input, int dim) {
                return map(softmax(input, dim), p -> (float) Math.log(p));
            }
        };
        assertRejected(defect, SoftmaxContract::probabilitiesAreAccurate);
    }

    @Test
    void maximumAndLogSubtractedInTheWrongOrder() {
        LossImplementation defect = new FloatLanewise() {
            @Override
            public Tensor logSoftmax(Tensor input, int dim) {
                Tensor lse = logSumExp(input, dim, true);
                Rows rows = new Rows(input.shape(), dim);
                double[] data = input.data();
                for (int r = 0; r < rows.count(); r++) {
                    for (int i = 0; i < rows.length(); i++) {
                        data[rows.index(r, i)] = (float) (data[rows.index(r, i)] - lse.get(r));
                    }
                }
                return Tensor.of(data, input.shape());
            }
        };
        assertRejected(defect, SoftmaxContract::probabilitiesAreAccurate);
        assertRejected(
                defect,
                (contracts, batch) -> contracts.isNegativeLogLikelihoodOfLogSoftmax(batch, Reduction.NONE, false));
    }

    @Test
    void lossWithoutLogOnePlus() {
        LossImplementation defect = new FloatLanewise() {
            @Override
            public Tensor crossEntropy(Tensor input, long[] target, ClassLossOptions options) {
                return nllLoss(logSoftmax(input, input.rank() == 1 ? 0 : 1), target, options);
            }

            @Override
            public Tensor logSoftmax(Tensor input, int dim) {
                // 1 + r rounded to float before the logarithm.
                return map(super.logSoftmax(input, dim), lp -> (float) Math.log((float) Math.exp(lp)));
            }
        };
        assertRejected(defect, CrossEntropyContract::lossOfClassesIsAccurate);
        assertRejected(defect, (contracts, batch) -> contracts.confidentRowsKeepTheirDigits());
    }

    @Test
    void meanOverAllSamples() {
        LossImplementation defect = new FloatLanewise() {
            @Override
            public Tensor crossEntropy(Tensor input, long[] target, ClassLossOptions options) {
                if (options.reduction() != Reduction.MEAN) {
                    return super.crossEntropy(input, target, options);
                }
                Tensor sum = super.crossEntropy(input, target, options.withReduction(Reduction.SUM));
                return map(sum, s -> (float) (s / target.length));
            }
        };
        assertRejected(defect, ReductionContract::reductionsOfClassesAgree);
        assertRejected(defect, CrossEntropyContract::meanOfProbabilitiesDividesByCountAndMeanOfClassesByWeight);
    }

    @Test
    void smoothingThatSumsToMoreThanOne() {
        LossImplementation defect = new FloatLanewise() {
            @Override
            public Tensor crossEntropy(Tensor input, long[] target, ClassLossOptions options) {
                // e / (C - 1) for every class, the target's included, beside 1 - e for the target.
                int classes = Rows.ofClasses(input).length();
                double e = options.labelSmoothing();
                Tensor hard = super.crossEntropy(input, target, options.withLabelSmoothing(0.0));
                Tensor even = super.crossEntropy(input, target, options.withLabelSmoothing(1.0));
                double[] data = hard.data();
                for (int i = 0; i < data.length; i++) {
                    data[i] = (float) ((1.0 - e) * data[i] + e * classes / (classes - 1.0) * even.get(i));
                }
                return Tensor.of(data, hard.shape());
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.smoothingIsASpreadTarget(batch, 0.25, false));
        assertRejected(defect, CrossEntropyContract::lossOfClassesIsAccurate);
    }

    @Test
    void weightOfTheTargetOnTheWholeSmoothedLoss() {
        LossImplementation defect = new FloatLanewise() {
            @Override
            public Tensor crossEntropy(Tensor input, long[] target, ClassLossOptions options) {
                Tensor plain = super.crossEntropy(input, target, options.withWeight(null));
                double[] data = plain.data();
                for (int i = 0; i < data.length; i++) {
                    data[i] = (float) (data[i] * options.weightOf((int) target[i]));
                }
                return Tensor.of(data, plain.shape());
            }
        };
        assertRejected(defect, (contracts, batch) -> contracts.smoothingIsASpreadTarget(batch, 0.25, true));
    }

    @Test
    void gradientThatTakesTargetsToSumToOne() {
        LossImplementation defect = new FloatLanewise() {
            @Override
            public TwoGradients crossEntropyProbabilitiesGradient(
                    Tensor input, Tensor target, ClassLossOptions options, @Nullable Tensor gradOutput) {
                TwoGradients right = super.crossEntropyProbabilitiesGradient(input, target, options, gradOutput);
                TwoGradients unweighted =
                        super.crossEntropyProbabilitiesGradient(input, target, options.withWeight(null), gradOutput);
                return new TwoGradients(unweighted.first(), right.second());
            }
        };
        assertRejected(defect, CrossEntropyGradientContract::gradientsWithProbabilitiesAreTheDerivatives);
    }

    @Test
    void gradientOfTheMeanNotDivided() {
        LossImplementation defect = new FloatLanewise() {
            @Override
            public Tensor crossEntropyGradient(
                    Tensor input, long[] target, ClassLossOptions options, @Nullable Tensor gradOutput) {
                boolean mean = options.reduction() == Reduction.MEAN;
                return super.crossEntropyGradient(
                        input, target, mean ? options.withReduction(Reduction.SUM) : options, gradOutput);
            }
        };
        assertRejected(defect, CrossEntropyGradientContract::gradientsOfReductionsAgree);
    }

    @Test
    void ignoredSamplesThatStillPull() {
        LossImplementation defect = new FloatLanewise() {
            @Override
            public Tensor crossEntropyGradient(
                    Tensor input, long[] target, ClassLossOptions options, @Nullable Tensor gradOutput) {
                long[] counted = Arrays.stream(target)
                        .map(y -> y == options.ignoreIndex() ? 0 : y)
                        .toArray();
                return super.crossEntropyGradient(input, counted, options.withIgnoreIndex(-100), gradOutput);
            }
        };
        assertRejected(defect, ReductionContract::ignoredSamplesDoNotCount);
    }

    @Test
    void ignoredClassesInTheDenominator() {
        LossImplementation defect = new FloatLanewise() {
            @Override
            public Tensor crossEntropy(Tensor input, long[] target, ClassLossOptions options) {
                long ignored = options.ignoreIndex();
                boolean exists = ignored >= 0 && ignored < Rows.ofClasses(input).length();
                if (options.reduction() != Reduction.MEAN || !exists) {
                    return super.crossEntropy(input, target, options);
                }
                double weights = Arrays.stream(target)
                        .mapToDouble(y -> options.weightOf((int) y))
                        .sum();
                Tensor sum = super.crossEntropy(input, target, options.withReduction(Reduction.SUM));
                return map(sum, s -> (float) (s / weights));
            }
        };
        assertRejected(defect, ReductionContract::reductionsOfClassesAgree);
    }

    @Test
    void notANumberSkippedInSums() {
        LossImplementation defect = new FloatLanewise() {
            @Override
            public Tensor crossEntropy(Tensor input, long[] target, ClassLossOptions options) {
                return SumsWithoutNaN.of(
                        options.reduction(), r -> super.crossEntropy(input, target, options.withReduction(r)));
            }
        };
        ClassBatch poisoned = new ClassBatch(new int[] {4, 3}, ScoreKind.NAN, 1L, Precision.FLOAT);
        assertRejected(defect, (contracts, batch) -> contracts.poisonedRowsHaveNoLoss(poisoned));
        assertRejected(defect, (contracts, batch) -> contracts.everyNaNReachesSumAndMean());
    }

    @Test
    void softmaxOverTheWrongDimension() {
        LossImplementation defect = new FloatLanewise() {
            @Override
            public Tensor softmax(Tensor input, int dim) {
                return super.softmax(input, input.rank() - 1);
            }
        };
        assertRejected(defect, SoftmaxContract::probabilitiesSumToOne);
    }

    @Test
    void gradientOfLogSumExpFromTheRoundedValue() {
        LossImplementation defect = new FloatLanewise() {
            @Override
            public Tensor logSumExpGradient(Tensor input, int dim, boolean keepDim, Tensor gradOutput) {
                Tensor lse = logSumExp(input, dim, true);
                Rows rows = new Rows(input.shape(), dim);
                double[] data = input.data();
                for (int r = 0; r < rows.count(); r++) {
                    for (int i = 0; i < rows.length(); i++) {
                        double p = Math.exp(data[rows.index(r, i)] - lse.get(r));
                        data[rows.index(r, i)] = (float) (p * gradOutput.get(r));
                    }
                }
                return Tensor.of(data, input.shape());
            }
        };
        assertRejected(defect, SoftmaxGradientContract::logSumExpGradientIsTheDerivative);
    }

    @Test
    void logSumExpOfAPoisonedRowIsItsMaximum() {
        LossImplementation defect = new FloatLanewise() {
            @Override
            public Tensor logSumExp(Tensor input, int dim, boolean keepDim) {
                return map(super.logSumExp(input, dim, keepDim), lse -> Double.isInfinite(lse) ? Double.NaN : lse);
            }
        };
        ClassBatch masked = new ClassBatch(new int[] {2, 3}, ScoreKind.MASKED, 1L, Precision.FLOAT);
        assertRejected(defect, (contracts, batch) -> contracts.poisonedRowsHaveNoProbabilities(masked));
    }

    private static Tensor map(Tensor tensor, DoubleUnaryOperator function) {
        return Tensor.of(Arrays.stream(tensor.data()).map(function).toArray(), tensor.shape());
    }
}
