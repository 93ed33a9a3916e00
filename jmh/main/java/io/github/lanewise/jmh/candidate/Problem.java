// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

import java.util.Random;

/**
 * An operation and its inputs, the same for every implementation and in every JVM. Inputs are ordinary: scores between -6
 * and 6 and what follows from them, with no special values.
 */
public final class Problem {
    /** The label smoothing of {@link Operation#CROSS_ENTROPY_SMOOTHED}. */
    public static final float SMOOTHING = 0.1f;

    private final Operation operation;
    private final Shape shape;
    private final boolean gradient;
    private final float[] first;
    private final float[] second;
    private final int[] target;
    private final float[] upstream;

    /**
     * Draws the inputs.
     *
     * @param operation what is computed
     * @param shape the shape of the input
     * @param gradient whether gradients are wanted too
     */
    public Problem(Operation operation, Shape shape, boolean gradient) {
        this.operation = operation;
        this.shape = shape;
        this.gradient = gradient;
        Random random = new Random(1);
        first = scores(random, shape.elements());
        switch (operation) {
            case NLL, KL_DIV -> logSoftmax(first, shape);
            case BCE -> logistic(first);
            case LOG, LOG1P -> exponential(first);
            default -> {
                // Scores are the input.
            }
        }
        second = switch (operation) {
            case BCE, BCE_WITH_LOGITS -> labels(random, shape.elements());
            case CROSS_ENTROPY_PROBABILITIES, KL_DIV -> {
                float[] probabilities = scores(random, shape.elements());
                logSoftmax(probabilities, shape);
                exponential(probabilities);
                yield probabilities;
            }
            case COSINE_EMBEDDING -> scores(random, shape.elements());
            default -> new float[0];
        };
        target = switch (operation) {
            case NLL, CROSS_ENTROPY, CROSS_ENTROPY_SMOOTHED ->
                random.ints(shape.rows(), 0, shape.classes()).toArray();
            case COSINE_EMBEDDING ->
                random.ints(shape.rows(), 0, 2).map(i -> 2 * i - 1).toArray();
            default -> new int[0];
        };
        upstream = gradient && !operation.isLoss() ? scores(random, operation.results(shape)) : new float[0];
    }

    private static float[] scores(Random random, int n) {
        float[] scores = new float[n];
        for (int i = 0; i < n; i++) {
            scores[i] = random.nextFloat() * 12 - 6;
        }
        return scores;
    }

    private static float[] labels(Random random, int n) {
        float[] labels = new float[n];
        for (int i = 0; i < n; i++) {
            labels[i] = random.nextInt(2);
        }
        return labels;
    }

    private static void logistic(float[] x) {
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (1 / (1 + Math.exp(-x[i])));
        }
    }

    private static void exponential(float[] x) {
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.exp(x[i]);
        }
    }

    private static void logSoftmax(float[] x, Shape shape) {
        int classes = shape.classes();
        int stride = shape.positions();
        for (int row = 0; row < shape.rows(); row++) {
            int start = shape.start(row);
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(x[start + c * stride]);
            }
            double logSum = Math.log(sum);
            for (int c = 0; c < classes; c++) {
                x[start + c * stride] = (float) (x[start + c * stride] - logSum);
            }
        }
    }

    /** What is computed. */
    public Operation operation() {
        return operation;
    }

    /** The shape of the input. */
    public Shape shape() {
        return shape;
    }

    /** Whether gradients are wanted with respect to the input, and to both inputs of the cosine loss. */
    public boolean gradient() {
        return gradient;
    }

    /** The input, in row-major order; shared, not to be written to. */
    public float[] first() {
        return first;
    }

    /** The second input or the target of the same shape; empty if there is none. */
    public float[] second() {
        return second;
    }

    /** The classes, or the signs of the cosine loss, one for each row; empty if there are none. */
    public int[] target() {
        return target;
    }

    /** The gradient with respect to the result, where that is more than one number and gradients are wanted; else empty. */
    public float[] upstream() {
        return upstream;
    }

    /** Whether there is a second gradient. */
    public boolean hasSecondGradient() {
        return gradient && operation == Operation.COSINE_EMBEDDING;
    }

    @Override
    public String toString() {
        return operation.id() + (gradient ? " with gradient" : "") + " on " + shape;
    }
}
