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

    /** Longer columns than 256 are walked where they are, shorter ones in a copy. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 21, 256, 257, 300})
    void aFewPositionsHaveTheBitsOfAll(int classes) {
        SplittableRandom random = new SplittableRandom(classes);
        int positions = 2 * FloatColumnScratch.TILE + 13;
        float[] numbers = FloatViews.normal(random, classes * positions);
        for (int i = 0; i < numbers.length; i++) {
            int p = i % positions;
            numbers[i] *= p % 5 == 3 ? 1000f : 1f;
            numbers[i] = p % 7 == 2 && random.nextInt(4) == 0 ? Float.NEGATIVE_INFINITY : numbers[i];
        }
        int[] target = FloatViews.classes(random, positions, classes);
        for (int p = 4; p < positions; p += 9) {
            target[p] = -100;
        }
        for (OnEmpty fullyMasked : new OnEmpty[] {OnEmpty.NAN, OnEmpty.ZERO}) {
            FloatTensor logits = image(numbers.clone(), classes, positions);
            FloatTensor softmax = image(new float[numbers.length], classes, positions);
            FloatTensor logSoftmax = image(new float[numbers.length], classes, positions);
            FloatTensor gradient = image(new float[numbers.length], classes, positions);
            float[] losses = new float[positions];
            float[] logSums = new float[positions];
            compute(logits, target, fullyMasked, losses, logSums, softmax, logSoftmax, gradient);
            int few;
            for (int p = 0; p < positions; p += few) {
                few = Math.min(7, positions - p);
                FloatTensor some = logits.slice(2, p, p + few);
                FloatTensor someSoftmax = image(new float[classes * few], classes, few);
                FloatTensor someLogSoftmax = image(new float[classes * few], classes, few);
                FloatTensor someGradient = image(new float[classes * few], classes, few);
                float[] someLosses = new float[few];
                float[] someLogSums = new float[few];
                int[] someTargets = Arrays.copyOfRange(target, p, p + few);
                compute(
                        some,
                        someTargets,
                        fullyMasked,
                        someLosses,
                        someLogSums,
                        someSoftmax,
                        someLogSoftmax,
                        someGradient);
                int from = p;
                FloatBits.assertSame(Arrays.copyOfRange(losses, p, p + few), someLosses, () -> "losses from " + from);
                FloatBits.assertSame(Arrays.copyOfRange(logSums, p, p + few), someLogSums, () -> "sums from " + from);
                same(softmax, someSoftmax, p, few, "softmax");
                same(logSoftmax, someLogSoftmax, p, few, "log-softmax");
                same(gradient, someGradient, p, few, "gradient");
            }
            Softmax.logSoftmax(logits, 1, logits);
            FloatBits.assertSame(logSoftmax.toArray(), logits.toArray(), () -> "in place");
        }
    }

    private static FloatTensor image(float[] numbers, int classes, int positions) {
        return FloatTensor.of(numbers, 1, classes, positions);
    }

    private static void compute(
            FloatTensor logits,
            int[] target,
            OnEmpty fullyMasked,
            float[] losses,
            float[] logSums,
            FloatTensor softmax,
            FloatTensor logSoftmax,
            FloatTensor gradient) {
        CrossEntropyLoss loss = loss(0.1, fullyMasked);
        loss.forward(logits, target, FloatTensor.of(losses, 1, losses.length));
        float[] gradOutput = new float[losses.length];
        Arrays.fill(gradOutput, 0.7f);
        loss.backward(logits, target, FloatTensor.of(gradOutput, 1, losses.length), gradient);
        Softmax.logSumExp(logits, 1, FloatTensor.of(logSums, 1, logSums.length));
        Softmax.softmax(logits, 1, fullyMasked, softmax);
        Softmax.logSoftmax(logits, 1, logSoftmax);
    }

    private static void same(FloatTensor all, FloatTensor some, int p, int few, String what) {
        FloatBits.assertSame(all.slice(2, p, p + few).toArray(), some.toArray(), () -> what + " from " + p);
    }
}
