// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Indexing;
import io.github.lanewise.NllLoss;
import io.github.lanewise.Softmax;
import java.util.Random;

/** Three roads to one loss, and the same for images, where the class dimension is not the last; gradients too. */
public final class ShapesAndOneHot {
    private static final double GRADIENT_TOLERANCE = 1e-7;

    private ShapesAndOneHot() {}

    static void run(Report report) {
        report.title("B. Shapes and one-hot");
        report.columns();
        rows(report);
        images(report);
    }

    private static void rows(Report report) {
        int[] target = {1, 0, 4};
        float[] scores = normal(3 * 5, 20L);
        FloatTensor logits = FloatTensor.of(scores, 3, 5);
        double byHand = byHand(scores, 5, 1, target);

        FloatTensor logProbabilities = FloatTensor.of(new float[15], 3, 5);
        FloatTensor gradient = FloatTensor.of(new float[15], 3, 5);
        Softmax.logSoftmax(logits, 1, logProbabilities);
        double inTwoSteps = NllLoss.create().forwardBackward(logProbabilities, target, gradient);
        Softmax.logSoftmaxBackward(logProbabilities, gradient, 1, gradient);
        near(report, "(3, 5): NllLoss(logSoftmax(x))", byHand, inTwoSteps);

        FloatTensor fused = FloatTensor.of(new float[15], 3, 5);
        double direct = CrossEntropyLoss.create().forwardBackward(logits, target, fused);
        near(report, "(3, 5): CrossEntropyLoss(x)", byHand, direct);
        double product = timesOneHot(logProbabilities, 1, target, 3, 1);
        near(report, "(3, 5): -sum(logSoftmax(x) * one-hot) / N, by scatter", byHand, product);
        gradients(report, "(3, 5): two-step gradient", scores, 3, 5, 1, target, gradient.array());
        gradients(report, "(3, 5): fused gradient", scores, 3, 5, 1, target, fused.array());
    }

    private static void images(Report report) {
        int inner = 8 * 8;
        float[] scores = normal(5 * 4 * inner, 21L);
        Random random = new Random(22L);
        int[] target = random.ints(5L * inner, 0, 4).toArray();
        FloatTensor logits = FloatTensor.of(scores, 5, 4, 8, 8);
        double byHand = byHand(scores, 4, inner, target);

        FloatTensor logProbabilities = FloatTensor.of(new float[scores.length], 5, 4, 8, 8);
        FloatTensor gradient = FloatTensor.of(new float[scores.length], 5, 4, 8, 8);
        Softmax.logSoftmax(logits, 1, logProbabilities);
        double inTwoSteps = NllLoss.create().forwardBackward(logProbabilities, target, gradient);
        Softmax.logSoftmaxBackward(logProbabilities, gradient, 1, gradient);
        near(report, "(5, 4, 8, 8) images: NllLoss(logSoftmax(x))", byHand, inTwoSteps);

        FloatTensor fused = FloatTensor.of(new float[scores.length], 5, 4, 8, 8);
        double direct = CrossEntropyLoss.create().forwardBackward(logits, target, fused);
        near(report, "(5, 4, 8, 8) images: CrossEntropyLoss(x)", byHand, direct);
        double product = timesOneHot(logProbabilities, 1, target, 5, 1, 8, 8);
        near(report, "images: -sum(logSoftmax(x) * one-hot) / N, by scatter", byHand, product);
        gradients(report, "images: two-step gradient", scores, 5, 4, inner, target, gradient.array());
        gradients(report, "images: fused gradient", scores, 5, 4, inner, target, fused.array());
    }

    private static void near(Report report, String what, double expected, double computed) {
        report.near("B", what, expected, computed, 1e-6 * expected);
    }

    private static void gradients(
            Report report,
            String what,
            float[] scores,
            int samples,
            int classes,
            int inner,
            int[] target,
            float[] got) {
        double worst = worstGradientError(scores, samples, classes, inner, target, got);
        report.near("B", what + ", greatest error", 0.0, worst, GRADIENT_TOLERANCE);
    }

    /** How far a gradient of the mean is from {@code (softmax - one-hot) / targets}, at its worst place. */
    public static double worstGradientError(
            float[] scores, int samples, int classes, int inner, int[] target, float[] gradient) {
        double[] widened = ByHand.doubles(scores);
        double worst = 0.0;
        for (int p = 0; p < samples * inner; p++) {
            int first = p / inner * classes * inner + p % inner;
            double[] logs = ByHand.logSoftmax(widened, first, inner, classes);
            for (int c = 0; c < classes; c++) {
                double expected = (Math.exp(logs[c]) - (c == target[p] ? 1.0 : 0.0)) / target.length;
                worst = Math.max(worst, Math.abs(gradient[first + c * inner] - expected));
            }
        }
        return worst;
    }

    /** The mean of the negative log-probabilities of the targets, in plain double loops. */
    private static double byHand(float[] scores, int classes, int inner, int[] target) {
        double[] widened = ByHand.doubles(scores);
        double mean = 0.0;
        for (int p = 0; p < target.length; p++) {
            double[] logs = ByHand.logSoftmax(widened, p / inner * classes * inner + p % inner, inner, classes);
            mean -= logs[target[p]] / target.length;
        }
        return mean;
    }

    /** The third road: the sum of the products of log-probabilities and ones that were scattered to the targets. */
    public static double timesOneHot(FloatTensor logProbabilities, int dim, int[] target, int... indexShape) {
        FloatTensor oneHot = FloatTensor.of(new float[logProbabilities.numel()], logProbabilities.shape());
        Indexing.scatter(oneHot, dim, target, indexShape, 1f, oneHot);
        double sum = 0.0;
        for (int i = 0; i < logProbabilities.numel(); i++) {
            sum -= (double) logProbabilities.array()[i] * oneHot.array()[i];
        }
        return sum / target.length;
    }

    /** Numbers from the normal distribution, the same in every run. */
    public static float[] normal(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
