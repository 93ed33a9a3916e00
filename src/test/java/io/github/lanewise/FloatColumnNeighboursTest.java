// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The positions of an image are walked side by side, and none shows in the bits of another. */
class FloatColumnNeighboursTest {
    private static final int POSITIONS = 9;

    /** What the last position holds: a number for each of its classes. */
    private static final float[] LAST = {0f, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NaN};

    /** The gradient of all positions but the last one. */
    private static float[] gradient(CrossEntropyLoss loss, float[] numbers, int classes, float last, float upstream) {
        float[] logits = numbers.clone();
        for (int c = 0; c < classes; c++) {
            logits[c * POSITIONS + POSITIONS - 1] = last;
        }
        float[] gradOutput = new float[POSITIONS];
        Arrays.fill(gradOutput, upstream);
        FloatTensor gradLogits = FloatTensor.of(new float[classes * POSITIONS], 1, classes, POSITIONS);
        loss.backward(
                FloatTensor.of(logits, 1, classes, POSITIONS),
                new int[POSITIONS],
                FloatTensor.of(gradOutput, 1, POSITIONS),
                gradLogits);
        return gradLogits.slice(2, 0, POSITIONS - 1).toArray();
    }

    private static CrossEntropyLoss loss(double labelSmoothing, OnEmpty fullyMasked) {
        return CrossEntropyLoss.builder()
                .reduction(Reduction.NONE)
                .labelSmoothing(labelSmoothing)
                .fullyMasked(fullyMasked)
                .build();
    }

    @ParameterizedTest
    @ValueSource(floats = {1f, 0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, 0.3f})
    void infiniteNeighboursDoNotShow(float upstream) {
        SplittableRandom random = new SplittableRandom(31);
        for (int classes = 2; classes < 40; classes++) {
            for (double labelSmoothing : new double[] {0.0, 1.0}) {
                float[] numbers = FloatViews.normal(random, classes * POSITIONS);
                for (OnEmpty fullyMasked : new OnEmpty[] {OnEmpty.NAN, OnEmpty.ZERO}) {
                    CrossEntropyLoss loss = loss(labelSmoothing, fullyMasked);
                    float[] expected = gradient(loss, numbers, classes, LAST[0], upstream);
                    for (float last : LAST) {
                        FloatBits.assertSame(
                                expected, gradient(loss, numbers, classes, last, upstream), () -> "beside " + last);
                    }
                }
            }
        }
    }

    /** Half of the least double is a zero, whose sign is nobody else's to choose. */
    @ParameterizedTest
    @ValueSource(floats = {Float.MIN_VALUE, -Float.MIN_VALUE})
    void zerosKeepTheirSign(float upstream) {
        CrossEntropyLoss loss = loss(0.0, OnEmpty.NAN);
        float[] equal = new float[2 * POSITIONS];
        FloatBits.assertSame(
                gradient(loss, equal, 2, 0f, upstream),
                gradient(loss, equal, 2, Float.NEGATIVE_INFINITY, upstream),
                () -> "upstream " + upstream);
    }
}
