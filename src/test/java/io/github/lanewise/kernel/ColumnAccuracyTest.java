// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.DoubleTensor;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Reduction;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Losses of images against {@link ExactLogits}: a position's other classes together from far below its maximum to far above it,
 * where the sum of its exponentials is taken with the maximum's term and where it is taken without.
 */
@Tag("once")
class ColumnAccuracyTest {
    private static final int POSITIONS = 37;
    private static final double FLOAT_BOUND = 2.5;
    private static final double DOUBLE_BOUND = 4.0;

    private static final CrossEntropyLoss LOSS =
            CrossEntropyLoss.builder().reduction(Reduction.NONE).build();

    /** Columns in which the classes below the maximum have about the given excess, spread over many magnitudes. */
    private static double[] column(SplittableRandom random, int classes, double excess, double top, boolean single) {
        double[] y = new double[classes];
        double mean = Math.log(excess / (classes - 1));
        double spread = random.nextDouble(0.0, 12.0);
        for (int i = 0; i < classes; i++) {
            y[i] = (float) (top + Math.min(0.0, mean - random.nextDouble() * spread));
        }
        y[random.nextInt(classes)] = top;
        if (!single) {
            y[random.nextInt(classes)] = (float) (top + Math.min(0.0, Math.log(excess)));
        }
        return y;
    }

    private static double worst(int classes, double offset, boolean single, boolean isDouble) {
        SplittableRandom random = new SplittableRandom(classes);
        double worst = 0.0;
        for (int decade = -14; decade <= 3; decade++) {
            for (int half = 0; half < 4; half++) {
                double excess = random.nextDouble(1.0, 10.0) * Math.pow(10.0, decade);
                if (excess > classes - 1) {
                    continue;
                }
                double[] logits = new double[classes * POSITIONS];
                double[][] columns = new double[POSITIONS][];
                int[] target = new int[POSITIONS];
                for (int p = 0; p < POSITIONS; p++) {
                    columns[p] =
                            column(random, classes, excess, (float) (offset + random.nextDouble(-9.0, 9.0)), single);
                    for (int i = 0; i < classes; i++) {
                        logits[i * POSITIONS + p] = columns[p][i];
                        // The maximum's own loss is all excess.
                        target[p] = columns[p][i] > columns[p][target[p]] ? i : target[p];
                    }
                    target[p] = p % 4 == 0 ? random.nextInt(classes) : target[p];
                }
                double[] loss = isDouble ? ofDoubles(logits, classes, target) : ofFloats(logits, classes, target);
                for (int p = 0; p < POSITIONS; p++) {
                    DoubleDouble exact =
                            new ExactLogits(columns[p]).logProb(target[p]).negate();
                    double value = value(exact);
                    double ulp = isDouble ? Math.ulp(value) : Math.ulp((float) value);
                    double error = value(exact.plus(new DoubleDouble(-loss[p], 0.0, 0)));
                    worst = Math.max(worst, Math.abs(error) / ulp);
                }
            }
        }
        return worst;
    }

    private static double value(DoubleDouble x) {
        return Math.scalb(x.high(), x.exponent());
    }

    private static double[] ofFloats(double[] logits, int classes, int[] target) {
        float[] x = new float[logits.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) logits[i];
        }
        float[] out = new float[POSITIONS];
        LOSS.forward(FloatTensor.of(x, 1, classes, POSITIONS), target, FloatTensor.of(out, 1, POSITIONS));
        double[] loss = new double[POSITIONS];
        for (int i = 0; i < POSITIONS; i++) {
            loss[i] = out[i];
        }
        return loss;
    }

    private static double[] ofDoubles(double[] logits, int classes, int[] target) {
        double[] out = new double[POSITIONS];
        LOSS.forward(DoubleTensor.of(logits, 1, classes, POSITIONS), target, DoubleTensor.of(out, 1, POSITIONS));
        return out;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 21, 150, 1000})
    void floats(int classes) {
        for (double offset : new double[] {0.0, 100.0, 1000.0}) {
            double worst = Math.max(worst(classes, offset, true, false), worst(classes, offset, false, false));
            assertTrue(worst <= FLOAT_BOUND, classes + " classes at " + offset + ": " + worst + " ulp");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 21, 150, 1000})
    void doubles(int classes) {
        for (double offset : new double[] {0.0, 100.0, 5000.0}) {
            double worst = Math.max(worst(classes, offset, true, true), worst(classes, offset, false, true));
            assertTrue(worst <= DOUBLE_BOUND, classes + " classes at " + offset + ": " + worst + " ulp");
        }
    }
}
