// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.examples.ByHand;
import io.github.lanewise.examples.DigitsClassifier;
import io.github.lanewise.examples.EntropyWithUniform;
import io.github.lanewise.examples.LabelSmoothing;
import io.github.lanewise.examples.Printed;
import io.github.lanewise.examples.Report;
import io.github.lanewise.examples.ShapesAndOneHot;
import io.github.lanewise.examples.TenSamples;
import io.github.lanewise.examples.Tour;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Numbers that five PyTorch notebooks printed. Those with four decimals hold to 1e-4, because the inputs had four decimals
 * too; those that were recomputed in double precision hold to a relative 1e-6.
 */
class WorkedExamplesTest {
    private static final CrossEntropyLoss PLAIN = CrossEntropyLoss.create();

    private static void assertPrinted(String expected, double computed) {
        assertEquals(Printed.value(expected), computed, Printed.tolerance(expected));
    }

    private static CrossEntropyLoss smoothing(double epsilon) {
        return CrossEntropyLoss.builder().labelSmoothing(epsilon).build();
    }

    @Test
    void printedValuesHoldToTheirLastPlaceOrOneInAMillion() {
        assertEquals(1e-4, Printed.tolerance("1.6692"));
        assertEquals(1e-7, Printed.tolerance("-9.1745e-03"));
        assertEquals(1.6691544318035032e-6, Printed.tolerance("1.6691544318035032"));
    }

    @Nested
    class TenSamplesWithFiveClasses {
        private static final String LOSS = "1.6691544318035032";

        private final FloatTensor logits = TenSamples.logits();
        private final int[] target = TenSamples.target();

        @Test
        void crossEntropyOfScores() {
            float loss = PLAIN.forward(logits, target);
            assertPrinted("1.6692", loss);
            assertPrinted(LOSS, loss);
        }

        @Test
        void logSoftmaxThenNegativeLogLikelihood() {
            FloatTensor logProbabilities = TenSamples.result();
            Softmax.logSoftmax(logits, -1, logProbabilities);
            assertPrinted(LOSS, NllLoss.create().forward(logProbabilities, target));
        }

        @Test
        void logarithmOfSoftmaxThenNegativeLogLikelihood() {
            FloatTensor probabilities = TenSamples.result();
            Softmax.softmax(logits, -1, probabilities);
            for (int i = 0; i < probabilities.numel(); i++) {
                probabilities.array()[i] = (float) Math.log(probabilities.array()[i]);
            }
            assertPrinted(LOSS, NllLoss.create().forward(probabilities, target));
        }

        @Test
        void smoothingOverAllClasses() {
            float loss = smoothing(0.1).forward(logits, target);
            assertPrinted("1.6642", loss);
            assertPrinted("1.6641614318035032", loss);
        }

        @Test
        void smoothingOverTheOtherClassesIsAnotherConvention() {
            float loss = PLAIN.forward(logits, TenSamples.smoothedOverTheOthers(0.1));
            assertPrinted("1.6629", loss);
            assertPrinted("1.662913181803503", loss);
        }

        @Test
        void oneConventionBecomesTheOtherByRescaling() {
            double rescaled = 0.1 * TenSamples.CLASSES / (TenSamples.CLASSES - 1);
            assertPrinted("1.662913181803503", smoothing(rescaled).forward(logits, target));
        }

        @Test
        void logSoftmaxOfTheFirstRow() {
            FloatTensor logProbabilities = TenSamples.result();
            Softmax.logSoftmax(logits, -1, logProbabilities);
            String[] expected = TenSamples.logSoftmaxRow();
            for (int c = 0; c < expected.length; c++) {
                assertPrinted(expected[c], logProbabilities.get(0, c));
            }
        }

        @Test
        void oneHotProbabilitiesGiveTheLossOfTheClass() {
            float[] oneHot = ByHand.oneHot(target, TenSamples.CLASSES);
            assertPrinted(LOSS, PLAIN.forward(logits, FloatTensor.of(oneHot, TenSamples.SAMPLES, TenSamples.CLASSES)));
        }
    }

    @Nested
    class FlatteningTrap {
        private final int[] labels = TenSamples.labels();

        private FloatTensor flattened(boolean logarithm) {
            float[] values = TenSamples.logits().toArray();
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (logarithm ? ByHand.logSigmoid(values[i]) : ByHand.sigmoid(values[i]));
            }
            return FloatTensor.of(values, values.length);
        }

        @Test
        void oneSampleWithFiftyTargetsIsRejectedWithTheRightCall() {
            IllegalArgumentException rejection = assertThrows(
                    IllegalArgumentException.class, () -> NllLoss.create().forward(flattened(false), labels));
            String message = rejection.getMessage();
            assertTrue(message.contains("[50]"), message);
            assertTrue(message.contains("target has 50 entries"), message);
            assertTrue(message.contains("BceLoss"), message);
            assertTrue(message.contains("(log(1 - p), log p)"), message);
        }

        @Test
        void crossEntropyRejectsItToo() {
            assertThrows(IllegalArgumentException.class, () -> PLAIN.forward(flattened(false), labels));
        }

        @Test
        void oneSampleWithOneTargetGivesTheOldValues() {
            int[] first = {0};
            assertPrinted("-0.51062340", NllLoss.create().forward(flattened(false), first));
            assertPrinted("0.67212294", NllLoss.create().forward(flattened(true), first));
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
            float[] oneHot = ByHand.oneHot(target, 5);
            double product = 0.0;
            for (int i = 0; i < oneHot.length; i++) {
                product -= oneHot[i] * (double) logProbabilities.array()[i] / target.length;
            }
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
    class LabelSmoothingInTheWild {
        @Test
        void theOptionReplacesBothModules() {
            double loss = smoothing(LabelSmoothing.EPSILON).forward(LabelSmoothing.predict(), LabelSmoothing.target());
            assertPrinted("1.3883", loss);
            assertPrinted("1.3882861284249357", loss);
            assertPrinted("1.3882861284249357", LabelSmoothing.termByTerm());
            assertPrinted("1.3882861284249357", LabelSmoothing.sampleBySample());
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
        }

        @Test
        void smoothingMixesInTheUniformDistribution() {
            float loss = smoothing(EntropyWithUniform.EPSILON).forward(output, label);
            assertPrinted("0.11647378653287888", loss);
            assertPrinted("0.11647377520055867", loss);
            assertPrinted("0.11647377520055867", EntropyWithUniform.mixture());
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
        void gatherAlongEitherDimension() {
            double[][] input = {{1, 2}, {3, 4}};
            int[][] index = {{0, 0}, {1, 0}};
            assertArrayEquals(new double[][] {{1, 1}, {4, 3}}, ByHand.gather(input, 1, index));
            assertArrayEquals(new double[][] {{1, 2}, {3, 2}}, ByHand.gather(input, 0, index));
        }
    }

    @Nested
    class TourOfTheLibrary {
        private final Report report =
                new Report(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));

        @Test
        void everyWorkedExampleIsRight() {
            Tour.workedExamples(report);
            assertTrue(report.checks() > 50, () -> "only " + report.checks() + " checks");
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
            assertTrue(status.contains("vector kernels") ^ status.contains("scalar twin"), status);
            assertTrue(status.startsWith("JDK ") && status.endsWith(")"), status);
            assertEquals(1, status.lines().count());
        }
    }
}
