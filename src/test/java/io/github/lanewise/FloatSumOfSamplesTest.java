// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sums over samples that a plain sum in double gets wrong: a large loss comes and goes between small ones. */
@Tag("once")
class FloatSumOfSamplesTest {
    private static final int SAMPLES = 1000;

    /** Adding 1 to it changes nothing. */
    private static final float LARGE = 0x1p60f;

    /** A one for every sample but two, which cancel. */
    private static float[] losses(float sign) {
        float[] losses = new float[SAMPLES];
        Arrays.fill(losses, sign);
        losses[SAMPLES / 4] = sign * LARGE;
        losses[SAMPLES / 2] = -sign * LARGE;
        return losses;
    }

    @Test
    void negativeLogLikelihood() {
        NllLoss loss = NllLoss.create();
        FloatTensor input = FloatTensor.of(losses(-1f), SAMPLES, 1);
        int[] target = new int[SAMPLES];
        assertEquals(new LossSum(SAMPLES - 2, SAMPLES, SAMPLES), loss.sum(input, target));
        assertEquals(new LossSum(SAMPLES - 2, SAMPLES, SAMPLES), loss.sum(input, FloatViews.toLongs(target)));
        target[7] = -100;
        assertEquals(new LossSum(SAMPLES - 3, SAMPLES - 1, SAMPLES - 1), loss.sum(input, target));
        assertEquals(new LossSum(SAMPLES - 3, SAMPLES - 1, SAMPLES - 1), loss.sum(input, FloatViews.toLongs(target)));
    }

    @Test
    void negativeLogLikelihoodOfImages() {
        FloatTensor input = FloatTensor.of(losses(-1f), 10, 1, SAMPLES / 10);
        assertEquals(
                new LossSum(SAMPLES - 2, SAMPLES, SAMPLES), NllLoss.create().sum(input, new long[SAMPLES]));
    }

    /** Scores of three classes, and targets, whose losses are ln 2 but for the two that cancel, with the second class weighted by -1. */
    private static final class Classes {
        final CrossEntropyLoss loss =
                CrossEntropyLoss.builder().weight(1f, -1f, 1f).build();
        final FloatTensor logits = FloatTensor.of(new float[3 * SAMPLES], SAMPLES, 3);
        final FloatTensor images = FloatTensor.of(new float[3 * SAMPLES], 10, 3, SAMPLES / 10);
        final FloatTensor probabilities = FloatTensor.of(new float[3 * SAMPLES], SAMPLES, 3);
        final int[] target = new int[SAMPLES];

        Classes() {
            for (int i = 0; i < SAMPLES; i++) {
                set(i, 0f, 0f);
            }
            set(SAMPLES / 4, -LARGE, 0f);
            set(SAMPLES / 2, 0f, -LARGE);
            target[SAMPLES / 2] = 1;
            for (int i = 0; i < SAMPLES; i++) {
                probabilities.set(1f, i, target[i]);
            }
        }

        private void set(int i, float first, float second) {
            float[] scores = {first, second, -LARGE};
            for (int c = 0; c < 3; c++) {
                logits.set(scores[c], i, c);
                images.set(scores[c], i / (SAMPLES / 10), c, i % (SAMPLES / 10));
            }
        }
    }

    @Test
    void crossEntropy() {
        Classes classes = new Classes();
        double expected = (SAMPLES - 2) * Math.log(2.0);
        assertEquals(expected, classes.loss.sum(classes.logits, classes.target).sum(), 1e-11 * expected);
        assertEquals(expected, classes.loss.sum(classes.images, classes.target).sum(), 1e-11 * expected);
        assertEquals(
                expected,
                classes.loss.sum(classes.logits, classes.probabilities).sum(),
                1e-11 * expected);
    }
}
