// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.pytorch;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Calls that PyTorch understands otherwise than their caller may have meant them. */
class PytorchTrapsTest {
    private static final PytorchImplementation FLOAT = new PytorchImplementation(Precision.FLOAT);
    private static final long[] CLASS_0 = {0};

    @Test
    void smoothingThatIsNoShareCountsAsNone() {
        Tensor scores = Tensor.of(new double[] {1, 2}, 1, 2);
        double none =
                FLOAT.crossEntropy(scores, CLASS_0, ClassLossOptions.DEFAULT).get(0);
        for (double smoothing : new double[] {-0.5, Double.NaN}) {
            ClassLossOptions options = ClassLossOptions.DEFAULT.withLabelSmoothing(smoothing);
            assertEquals(none, FLOAT.crossEntropy(scores, CLASS_0, options).get(0));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> FLOAT.crossEntropy(scores, CLASS_0, ClassLossOptions.DEFAULT.withLabelSmoothing(1.5)));
    }

    /** Fifty logits with fifty binary targets are one sample of fifty classes; only integers are refused. */
    @Test
    void targetsOfTheScoresShapeAreProbabilities() {
        Tensor logits = vector(0, 0, 0);
        Tensor targets = vector(1, 0, 1);
        assertAll(
                () -> assertEquals(
                        2 * Math.log(3),
                        FLOAT.crossEntropyProbabilities(logits, targets, ClassLossOptions.DEFAULT)
                                .get(0),
                        1e-6),
                () -> assertEquals(
                        Math.log(2),
                        FLOAT.binaryCrossEntropyWithLogits(logits, targets, BinaryLossOptions.DEFAULT)
                                .get(0),
                        1e-6),
                () -> assertThrows(
                        IllegalArgumentException.class,
                        () -> FLOAT.crossEntropy(logits, new long[] {1, 0, 1}, ClassLossOptions.DEFAULT)));
    }

    /** Three log-probabilities against a column of three are nine pairs. */
    @Test
    void divergenceBroadcastsARowAgainstAColumn() {
        Tensor column = Tensor.of(new double[] {0.2, 0.3, 0.5}, 3, 1);
        KlDivOptions each = KlDivOptions.DEFAULT.withReduction(Reduction.NONE);
        assertEquals(9, FLOAT.klDiv(vector(-1, -2, -3), column, each).count());
        assertThrows(
                IllegalArgumentException.class,
                () -> FLOAT.binaryCrossEntropyWithLogits(vector(-1, -2, -3), column, BinaryLossOptions.DEFAULT));
    }

    /** A source larger than the index is read as far as the index goes, but has no gradient. */
    @Test
    void scatterHasNoGradientForALargerSource() {
        Tensor input = Tensor.of(new double[] {1, 2, 3}, 3);
        Tensor source = Tensor.of(new double[] {5, 6}, 2);
        Indices index = Indices.of(new long[] {2}, 1);
        assertEquals(5.0, FLOAT.scatter(input, 0, index, source, 0.0).get(2));
        assertThrows(IllegalArgumentException.class, () -> FLOAT.scatterGradient(input, 0, index, source, input));
    }

    /** The vector loop and the loop for what is left over use two functions. */
    @Test
    void sigmoidDependsOnThePlaceInTheTensor() {
        int different = 0;
        for (int i = 0; i < 400; i++) {
            double x = (float) (i * 0.01 - 2);
            double[] many = new double[64];
            Arrays.fill(many, x);
            double alone =
                    FLOAT.elementwise(Operation.SIGMOID, Tensor.scalar(x)).get(0);
            different +=
                    alone == FLOAT.elementwise(Operation.SIGMOID, vector(many)).get(0) ? 0 : 1;
        }
        int count = different;
        System.out.println("sigmoid alone and among 64 differs for " + count + " of 400 arguments");
        assertTrue(count > 0, "sigmoid is the same everywhere");
    }

    /** No hole: the maximum is subtracted before the logarithm of the sum. */
    @Test
    void logSoftmaxIsSoundUnderALargeOffset() {
        assertEquals(
                -0.40760596, FLOAT.logSoftmax(vector(1e6, 1e6 - 1, 1e6 - 2), 0).get(0), 1e-7);
    }

    private static Tensor vector(double... data) {
        return Tensor.of(data, data.length);
    }
}
