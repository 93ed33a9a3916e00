// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Identities of notebooks that used PyTorch's losses of single elements. */
class ElementLossExamplesTest {
    @Test
    void theMeanDividesByElementsAndTheBatchMeanByTheBatch() {
        SplittableRandom random = new SplittableRandom(51);
        FloatTensor x = FloatElementLosses.empty(2, 4);
        FloatTensor t = FloatElementLosses.empty(2, 4);
        Softmax.logSoftmax(FloatTensor.of(FloatViews.normal(random, 8), 2, 4), 1, x);
        Softmax.softmax(FloatTensor.of(FloatViews.normal(random, 8), 2, 4), 1, t);
        float mean = KlDivLoss.create().forward(x, t);
        float batchMean =
                KlDivLoss.builder().reduction(Reduction.BATCH_MEAN).build().forward(x, t);
        assertEquals(batchMean, 4 * mean, 1e-6 * batchMean);
    }

    @Test
    void crossEntropyIsDivergencePlusEntropy() {
        SplittableRandom random = new SplittableRandom(52);
        FloatTensor logits = FloatTensor.of(FloatViews.normal(random, 8), 2, 4);
        FloatTensor x = FloatElementLosses.empty(2, 4);
        FloatTensor t = FloatElementLosses.empty(2, 4);
        FloatTensor entropies = FloatElementLosses.empty(2, 4);
        FloatTensor divergences = FloatElementLosses.empty(2, 4);
        FloatTensor crossEntropies = FloatElementLosses.empty(2);
        Softmax.logSoftmax(logits, 1, x);
        Softmax.softmax(FloatTensor.of(FloatViews.normal(random, 8), 2, 4), 1, t);
        Elementwise.xlogy(t, t, entropies);
        KlDivLoss.builder().reduction(Reduction.NONE).build().forward(x, t, divergences);
        CrossEntropyLoss.builder().reduction(Reduction.NONE).build().forward(logits, t, crossEntropies);
        for (int row = 0; row < 2; row++) {
            double sum = 0.0;
            for (int c = 0; c < 4; c++) {
                sum += divergences.get(row, c) - entropies.get(row, c);
            }
            assertEquals(crossEntropies.get(row), sum, 2e-6);
        }
    }

    @Test
    void binaryCrossEntropyIsTheLogLikelihoodOfTheStackedPair() {
        SplittableRandom random = new SplittableRandom(53);
        int n = 12;
        float[] pairs = new float[2 * n];
        float[] p = FloatElementLosses.Kind.BCE.inputs(random, n);
        float[] y = new float[n];
        int[] classes = FloatViews.classes(random, n, 2);
        for (int i = 0; i < n; i++) {
            pairs[2 * i] = 1f - p[i];
            pairs[2 * i + 1] = p[i];
            y[i] = classes[i];
        }
        Elementwise.log(pairs, 0, 2 * n, pairs, 0);
        float expected = NllLoss.create().forward(FloatTensor.of(pairs, n, 2), classes);
        assertEquals(expected, BceLoss.create().forward(FloatTensor.of(p, n), FloatTensor.of(y, n)), 1e-6);
    }
}
