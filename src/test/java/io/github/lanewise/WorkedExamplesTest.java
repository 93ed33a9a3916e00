// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.examples.ByHand;
import io.github.lanewise.examples.DigitsClassifier;
import io.github.lanewise.examples.EntropyAndDivergence;
import io.github.lanewise.examples.EntropyWithUniform;
import io.github.lanewise.examples.FlatteningTrap;
import io.github.lanewise.examples.Printed;
import io.github.lanewise.examples.Report;
import io.github.lanewise.examples.Scoring;
import io.github.lanewise.examples.ShapesAndOneHot;
import io.github.lanewise.examples.SmoothingModules;
import io.github.lanewise.examples.TenSamples;
import io.github.lanewise.examples.Tour;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Numbers that five PyTorch notebooks printed. Those with four decimals hold to 1e-4, because the inputs had four decimals
 * too; those that were recomputed in double precision hold to a relative 1e-6 in float and 1e-15 in double.
 */
class WorkedExamplesTest {
    private static final CrossEntropyLoss PLAIN = CrossEntropyLoss.create();

    private static void assertPrinted(String expected, double computed) {
        assertEquals(Printed.value(expected), computed, Printed.tolerance(expected));
    }

    private static void assertInDouble(String expected, double computed) {
        assertEquals(Printed.value(expected), computed, Printed.doubleTolerance(expected));
    }

    private static CrossEntropyLoss smoothing(double epsilon) {
        return smoothing(LabelSmoothing.uniform(epsilon));
    }

    private static CrossEntropyLoss smoothing(LabelSmoothing convention) {
        return CrossEntropyLoss.builder().labelSmoothing(convention).build();
    }

    @Test
    void printedValuesHoldToTheirLastPlaceOrOneInAMillion() {
        assertEquals(1e-4, Printed.tolerance("1.6692"));
        assertEquals(1e-7, Printed.tolerance("-9.1745e-03"));
        assertEquals(1.6691544318035032e-6, Printed.tolerance("1.6691544318035032"));
        assertEquals(1.6691544318035033e-15, Printed.doubleTolerance("1.6691544318035032"));
        assertEquals(1e-8, Printed.doubleTolerance("0.67212294"));
    }

    @Nested
    class TenSamplesWithFiveClasses {
        private final FloatTensor logits = TenSamples.logits();
        private final DoubleTensor precise = TenSamples.doubleLogits();
        private final int[] target = TenSamples.target();

        @Test
        void crossEntropyOfScores() {
            float loss = PLAIN.forward(logits, target);
            assertPrinted("1.6692", loss);
            assertPrinted("1.6691544318035032", loss);
            assertInDouble("1.6691544318035032", PLAIN.forward(precise, target));
        }

        @Test
        void logSoftmaxThenNegativeLogLikelihood() {
            Softmax.logSoftmax(logits, -1, logits);
            Softmax.logSoftmax(precise, -1, precise);
            assertPrinted("1.6691544318035032", NllLoss.create().forward(logits, target));
            assertInDouble("1.6691544318035032", NllLoss.create().forward(precise, target));
        }

        @Test
        void logarithmOfSoftmaxThenNegativeLogLikelihood() {
            Softmax.softmax(logits, -1, logits);
            Elementwise.log(logits, logits);
            Softmax.softmax(precise, -1, precise);
            Elementwise.log(precise, precise);
            assertPrinted("1.6691544318035032", NllLoss.create().forward(logits, target));
            assertInDouble("1.6691544318035032", NllLoss.create().forward(precise, target));
        }

        @Test
        void smoothingOverAllClasses() {
            float loss = smoothing(0.1).forward(logits, target);
            assertPrinted("1.6642", loss);
            assertPrinted("1.6641614318035032", loss);
            assertInDouble("1.6641614318035032", smoothing(0.1).forward(precise, target));
        }

        @Test
        void smoothingOverTheOtherClassesIsAnotherConvention() {
            DoubleTensor dense = TenSamples.smoothedOverTheOthers(0.1);
            FloatTensor floatDense = FloatTensor.of(TenSamples.floats(dense.array()), dense.shape());
            CrossEntropyLoss others = smoothing(LabelSmoothing.others(0.1));
            for (float loss : new float[] {PLAIN.forward(logits, floatDense), others.forward(logits, target)}) {
                assertPrinted("1.6629", loss);
                assertPrinted("1.662913181803503", loss);
            }
            assertInDouble("1.662913181803503", PLAIN.forward(precise, dense));
            assertInDouble("1.662913181803503", others.forward(precise, target));
        }

        @Test
        void oneConventionBecomesTheOtherByRescaling() {
            double rescaled = 0.1 * TenSamples.CLASSES / (TenSamples.CLASSES - 1);
            assertPrinted("1.662913181803503", smoothing(rescaled).forward(logits, target));
            assertInDouble("1.662913181803503", smoothing(rescaled).forward(precise, target));
        }

        private void assertFirstRow(String... expected) {
            for (int c = 0; c < expected.length; c++) {
                assertPrinted(expected[c], logits.get(0, c));
            }
        }

        @Test
        void logSoftmaxOfTheFirstRow() {
            Softmax.logSoftmax(logits, -1, logits);
            assertFirstRow("-1.7833", "-1.7510", "-1.7809", "-1.1884", "-1.6868");
        }

        @Test
        void sigmoidsOfTheFirstRowAndTheirLogarithms() {
            Sigmoid.sigmoid(logits, logits);
            assertFirstRow("0.5106", "0.5187", "0.5112", "0.6542", "0.5347");
            Elementwise.log(logits, logits);
            assertFirstRow("-0.6721", "-0.6564", "-0.6709", "-0.4244", "-0.6260");
        }

        @Test
        void logSigmoidOfTheFirstRow() {
            Sigmoid.logSigmoid(logits, logits);
            assertFirstRow("-0.6721", "-0.6564", "-0.6709", "-0.4244", "-0.6260");
        }

        @Test
        void severalLabelsToASample() {
            assertPrinted("0.7146804743729445", BceWithLogitsLoss.create().forward(logits, TenSamples.floatLabels()));
            assertInDouble(
                    "0.7146804743729445", BceWithLogitsLoss.create().forward(precise, TenSamples.doubleLabels()));
            Sigmoid.sigmoid(logits, logits);
            Sigmoid.sigmoid(precise, precise);
            assertPrinted("0.7147", BceLoss.create().forward(logits, TenSamples.floatLabels()));
            assertPrinted("0.7146804743729445", BceLoss.create().forward(logits, TenSamples.floatLabels()));
            assertInDouble("0.7146804743729445", BceLoss.create().forward(precise, TenSamples.doubleLabels()));
        }

        @Test
        void oneHotProbabilitiesGiveTheLossOfTheClass() {
            FloatTensor oneHot = TenSamples.result();
            Indexing.oneHot(target, TenSamples.CLASSES, oneHot);
            assertArrayEquals(ByHand.oneHot(target, TenSamples.CLASSES), oneHot.array());
            assertPrinted("1.6691544318035032", PLAIN.forward(logits, oneHot));
        }
    }

    @Nested
    class FlattenedTargets {
        @Test
        void oneSampleWithFiftyTargetsIsRejectedWithTheRightCall() {
            IllegalArgumentException rejection = assertThrows(
                    IllegalArgumentException.class,
                    () -> NllLoss.create().forward(FlatteningTrap.probabilities(), TenSamples.labels()));
            String message = rejection.getMessage();
            assertTrue(message.contains("[50]"), message);
            assertTrue(message.contains("target has 50 entries"), message);
            assertTrue(message.contains("BceLoss"), message);
            assertTrue(message.contains("(log(1 - p), log p)"), message);
            assertEquals(message, FlatteningTrap.rejection());
        }

        @Test
        void crossEntropyRejectsItToo() {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> PLAIN.forward(FlatteningTrap.probabilities(), TenSamples.labels()));
        }

        @Test
        void oneSampleWithOneTargetGivesTheOldValues() {
            int[] first = {0};
            NllLoss nll = NllLoss.create();
            assertPrinted("-0.51062340", nll.forward(FlatteningTrap.probabilities(), first));
            assertInDouble("-0.51062340", nll.forward(FlatteningTrap.doubleProbabilities(), first));
            assertPrinted("0.67212294", nll.forward(FlatteningTrap.logProbabilities(), first));
            assertInDouble("0.67212294", nll.forward(FlatteningTrap.doubleLogProbabilities(), first));
        }

        @Test
        void theStackedPairGivesTheBinaryLoss() {
            DoubleTensor pair = FlatteningTrap.stackedPair(FlatteningTrap.doubleProbabilities());
            assertInDouble("0.7146804743729445", NllLoss.create().forward(pair, TenSamples.labels()));
        }
    }

    @Nested
    class ShapesAndGradients {
        private static final double GRADIENT_TOLERANCE = 1e-7;

        @Test
        void threeRoadsToOneLoss() {
            int[] target = {1, 0, 4};
            float[] scores = ShapesAndOneHot.normal(15, 30L);
            FloatTensor logits = FloatTensor.of(scores, 3, 5);
            FloatTensor logProbabilities = FloatTensor.of(new float[15], 3, 5);
            Softmax.logSoftmax(logits, 1, logProbabilities);
            double fused = PLAIN.forward(logits, target);
            double inTwoSteps = NllLoss.create().forward(logProbabilities, target);
            double product = ShapesAndOneHot.timesOneHot(logProbabilities, 1, target, 3, 1);
            assertEquals(fused, inTwoSteps, 1e-6 * fused);
            assertEquals(fused, product, 1e-6 * fused);
        }

        @Test
        void gradientsOfRows() {
            assertGradients(ShapesAndOneHot.normal(15, 31L), new int[] {1, 0, 4}, 5, 1, 3, 5);
        }

        @Test
        void gradientsOfImages() {
            int[] target = new Random(32L).ints(5L * 64, 0, 4).toArray();
            assertGradients(ShapesAndOneHot.normal(5 * 4 * 64, 33L), target, 4, 64, 5, 4, 8, 8);
        }

        private void assertGradients(float[] scores, int[] target, int classes, int inner, int... shape) {
            FloatTensor logits = FloatTensor.of(scores, shape);
            FloatTensor fused = FloatTensor.of(new float[scores.length], shape);
            double loss = PLAIN.forwardBackward(logits, target, fused);
            FloatTensor stepwise = FloatTensor.of(new float[scores.length], shape);
            FloatTensor logProbabilities = FloatTensor.of(new float[scores.length], shape);
            Softmax.logSoftmax(logits, 1, logProbabilities);
            double inTwoSteps = NllLoss.create().forwardBackward(logProbabilities, target, stepwise);
            Softmax.logSoftmaxBackward(logProbabilities, stepwise, 1, stepwise);
            assertEquals(loss, inTwoSteps, 1e-6 * loss);
            for (FloatTensor gradient : new FloatTensor[] {fused, stepwise}) {
                double error =
                        ShapesAndOneHot.worstGradientError(scores, shape[0], classes, inner, target, gradient.array());
                assertTrue(error <= GRADIENT_TOLERANCE, () -> "gradient off by " + error);
            }
        }
    }

    @Nested
    class EntropyPlusDivergence {
        @Test
        void isCrossEntropy() {
            assertEquals(0.0, EntropyAndDivergence.worstOfEntropyPlusDivergence(), 1e-15);
        }
    }

    @Nested
    class LabelSmoothingInTheWild {
        private final int[] target = SmoothingModules.target();

        private void assertReplaces(LabelSmoothing convention) {
            float loss = smoothing(convention).forward(SmoothingModules.predict(), target);
            assertPrinted("1.3883", loss);
            assertPrinted("1.3882861284249357", loss);
            double precise = smoothing(convention).forward(SmoothingModules.doublePredict(), target);
            assertInDouble("1.3882861284249357", precise);
        }

        @Test
        void conventionsReplaceBothModules() {
            assertInDouble("1.3882861284249357", SmoothingModules.termByTerm());
            assertReplaces(LabelSmoothing.targetWeighted(SmoothingModules.EPSILON));
            assertInDouble("1.3882861284249357", SmoothingModules.sampleBySample());
            assertReplaces(LabelSmoothing.uniform(SmoothingModules.EPSILON));
        }

        @Test
        void theFirstOneWeightsTheTermOfTheTargetOnly() {
            double[] weight = {1, 2, 0.5, 1, 3};
            CrossEntropyLoss loss = CrossEntropyLoss.builder()
                    .labelSmoothing(LabelSmoothing.targetWeighted(SmoothingModules.EPSILON))
                    .weight(weight)
                    .build();
            double expected = SmoothingModules.termByTerm(weight);
            assertEquals(expected, loss.forward(SmoothingModules.doublePredict(), target), 1e-14);
        }
    }

    @Nested
    class EntropyWithTheUniformDistribution {
        private final FloatTensor output = EntropyWithUniform.output();
        private final int[] label = EntropyWithUniform.label();

        @Test
        void crossEntropyWithTheTarget() {
            float loss = PLAIN.forward(output, label);
            assertPrinted("0.11191823333501816", loss);
            assertPrinted("0.1119182196450031", loss);
            assertInDouble("0.1119182196450031", PLAIN.forward(EntropyWithUniform.doubleOutput(), label));
        }

        @Test
        void smoothingMixesInTheUniformDistribution() {
            float loss = smoothing(EntropyWithUniform.EPSILON).forward(output, label);
            assertPrinted("0.11647378653287888", loss);
            assertPrinted("0.11647377520055867", loss);
            double precise = smoothing(EntropyWithUniform.EPSILON).forward(EntropyWithUniform.doubleOutput(), label);
            assertInDouble("0.11647377520055867", precise);
            assertInDouble("0.11647377520055867", EntropyWithUniform.mixture());
        }

        @Test
        void logSoftmaxOfAllRows() {
            FloatTensor logProbabilities = FloatTensor.of(new float[9], 3, 3);
            Softmax.logSoftmax(output, 1, logProbabilities);
            String[] expected = EntropyWithUniform.logSoftmax();
            for (int i = 0; i < expected.length; i++) {
                assertPrinted(expected[i], logProbabilities.array()[i]);
            }
        }

        @Test
        void lossesOfTheSamples() {
            FloatTensor losses = FloatTensor.of(new float[3], 3);
            CrossEntropyLoss.builder().reduction(Reduction.NONE).build().forward(output, label, losses);
            String[] expected = EntropyWithUniform.perSample();
            for (int i = 0; i < expected.length; i++) {
                assertPrinted(expected[i], losses.get(i));
            }
            assertEquals(EntropyWithUniform.roundedSample(), losses.get(2), 0x1p-24);
        }

        @Test
        void gatherAlongEveryDimension() {
            FloatTensor input = FloatTensor.of(new float[] {1, 2, 3, 4}, 2, 2);
            FloatTensor picked = FloatTensor.of(new float[4], 2, 2);
            int[] index = {0, 0, 1, 0};
            Indexing.gather(input, 1, index, picked);
            assertArrayEquals(new float[] {1, 1, 4, 3}, picked.array());
            Indexing.gather(input, 0, index, picked);
            assertArrayEquals(new float[] {1, 2, 3, 2}, picked.array());
            for (int dim = 0; dim < 3; dim++) {
                assertEquals(0, EntropyWithUniform.wrongInGather(dim));
            }
        }
    }

    @Nested
    class TourOfTheLibrary {
        private final Report report =
                new Report(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));

        @Test
        void everyWorkedExampleIsRight() {
            Tour.workedExamples(report);
            String examples = "A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 B C1 C2 C3 C4 C5 C6 C7 D1 D2 E1 E2 E3 E4 E5";
            Set<String> expected = new TreeSet<>(Arrays.asList(examples.split(" ", -1)));
            assertEquals(expected, new TreeSet<>(report.ids()));
            assertEquals(0, report.misses());
        }

        @Test
        void everyScoreIsRight() {
            Scoring.run(report);
            assertEquals(Set.of("S1", "S2", "S3"), report.ids());
            assertEquals(0, report.misses());
        }

        @Test
        void theClassifierKnowsDigitsItHasNotSeen() {
            double accuracy = DigitsClassifier.run(report);
            assertTrue(accuracy >= DigitsClassifier.ENOUGH, () -> "accuracy " + accuracy);
            assertEquals(0, report.misses());
        }

        @Test
        void theStatusNamesTheKernels() {
            String status = Lanewise.status();
            assertTrue(status.contains(": vector kernels") ^ status.contains(": scalar twin"), status);
            assertTrue(status.startsWith("JDK ") && status.endsWith(")"), status);
            assertEquals(1, status.lines().count());
        }
    }
}
