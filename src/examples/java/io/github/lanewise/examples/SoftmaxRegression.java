// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.LossSum;
import java.util.Arrays;

/**
 * Softmax regression: scores are a linear function of the pixels, and stochastic gradient descent on the cross entropy
 * finds its coefficients. The loss and its gradient with respect to the scores are one call of the library.
 */
public final class SoftmaxRegression {
    private final CrossEntropyLoss loss =
            CrossEntropyLoss.builder().labelSmoothing(0.1).build();
    private final int inputs;
    private final int classes;
    private final float[] weights;
    private final float[] bias;
    /** Scores of a batch; then, in the same place, the gradient with respect to them. */
    private final float[] scores;

    private final FloatTensor batch;

    /** A model that gives all classes the same score. */
    public SoftmaxRegression(int inputs, int classes, int batchSize) {
        this.inputs = inputs;
        this.classes = classes;
        this.weights = new float[inputs * classes];
        this.bias = new float[classes];
        this.scores = new float[batchSize * classes];
        this.batch = FloatTensor.of(scores, batchSize, classes);
    }

    /** Goes through all samples once, a step of gradient descent for each batch. */
    void epoch(float[] samples, int first, int[] target, float rate) {
        int size = batch.size(0);
        for (int from = 0; from < target.length; from += size) {
            int to = Math.min(from + size, target.length);
            FloatTensor logits = scores(samples, first + from, to - from);
            loss.forwardBackward(logits, Arrays.copyOfRange(target, from, to), logits);
            descend(samples, first + from, to - from, rate);
        }
    }

    /** The mean loss over all samples, put together from the sums of the batches. */
    double meanLoss(float[] samples, int first, int[] target) {
        LossSum total = LossSum.ZERO;
        int size = batch.size(0);
        for (int from = 0; from < target.length; from += size) {
            int to = Math.min(from + size, target.length);
            FloatTensor logits = scores(samples, first + from, to - from);
            total = total.plus(loss.sum(logits, Arrays.copyOfRange(target, from, to)));
        }
        return total.mean();
    }

    /** The part of the samples whose greatest score is that of their class. */
    double accuracy(float[] samples, int first, int[] target) {
        int right = 0;
        for (int i = 0; i < target.length; i++) {
            scores(samples, first + i, 1);
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = scores[c] > scores[best] ? c : best;
            }
            right += best == target[i] ? 1 : 0;
        }
        return (double) right / target.length;
    }

    /** A number that two models share only if their coefficients are equal to the bit. */
    int fingerprint() {
        return 31 * Arrays.hashCode(weights) + Arrays.hashCode(bias);
    }

    private FloatTensor scores(float[] samples, int first, int count) {
        for (int i = 0; i < count; i++) {
            System.arraycopy(bias, 0, scores, i * classes, classes);
            for (int p = 0; p < inputs; p++) {
                float pixel = samples[(first + i) * inputs + p];
                for (int c = 0; c < classes; c++) {
                    scores[i * classes + c] += pixel * weights[p * classes + c];
                }
            }
        }
        return count == batch.size(0) ? batch : batch.slice(0, 0, count);
    }

    private void descend(float[] samples, int first, int count, float rate) {
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < classes; c++) {
                bias[c] -= rate * scores[i * classes + c];
            }
            for (int p = 0; p < inputs; p++) {
                float step = rate * samples[(first + i) * inputs + p];
                for (int c = 0; c < classes; c++) {
                    weights[p * classes + c] -= step * scores[i * classes + c];
                }
            }
        }
    }
}
