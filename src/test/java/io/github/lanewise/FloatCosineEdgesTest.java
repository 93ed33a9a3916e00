// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cosines at the edges of their formula. */
class FloatCosineEdgesTest {
    private final CosineEmbeddingLoss loss =
            CosineEmbeddingLoss.builder().reduction(Reduction.NONE).build();

    @Test
    void cosineOfARepeatedElementMayExceedOne() {
        // The squared norm of the repeated element is that of one element, so 1 - cosine is 1 - 4 / 2.
        FloatTensor input1 = FloatTensor.of(new float[] {1f}, 1);
        FloatTensor input2 = FloatTensor.of(new float[] {1f, 1f, 1f, 1f}, 4);
        FloatTensor losses = FloatTensor.of(new float[1]);
        loss.forward(input1, input2, new int[] {1}, losses);
        assertEquals(-1f, losses.array()[0], Math.max(4 * Math.ulp(1f), 2e-12)); // eps is 1e-12
    }

    @Test
    void tinyUpstreamGradientKeepsItsDigits() {
        // Divided by the norms the factor is no normal number, but times a vector it is again.
        float x = Math.scalb(1f, Float.MAX_EXPONENT / 4 - 2);
        float upstream = Math.scalb(1f, Float.MIN_EXPONENT + Float.MAX_EXPONENT / 4 + 10);
        FloatTensor input1 = FloatTensor.of(new float[] {x, x}, 2);
        FloatTensor input2 = FloatTensor.of(new float[] {x, 0f}, 2);
        FloatTensor gradient = FloatTensor.of(new float[2], 2);
        loss.backward(input1, input2, new int[] {1}, FloatTensor.of(new float[] {upstream}), gradient);
        // -(x2 - d / m1 * x1) / r with d = x^2, m1 = 2 x^2 and r = sqrt(2) x^2.
        double expected = upstream * (0.5 / Math.sqrt(2.0) / x);
        assertEquals(-expected, gradient.array()[0], 4 * Math.ulp(1f) * expected);
        assertEquals(expected, gradient.array()[1], 4 * Math.ulp(1f) * expected);
    }

    /** Pairs whose elements lie one after the other are multiplied a block at a time; at a stride they are walked one by one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31, 32, 33, 300, 4100})
    void aBlockOfPairsHasTheBitsOfEach(int n) {
        SplittableRandom random = new SplittableRandom(n);
        int rows = 70;
        float[] first = FloatViews.normal(random, rows * n);
        float[] second = FloatViews.normal(random, rows * n);
        int[] target = new int[rows];
        for (int p = 0; p < rows; p++) {
            target[p] = random.nextInt(-1, 3);
            // Some squares leave the range in which sums serve as they are, and some vectors are alike.
            float scale = p % 9 == 4 ? Float.MAX_VALUE / 8 : p % 9 == 7 ? Float.MIN_NORMAL : 1f;
            for (int i = p * n; i < (p + 1) * n; i++) {
                first[i] *= scale;
                second[i] = p % 5 == 1 ? first[i] : second[i];
            }
        }
        FloatTensor spread1 = spread(first, rows, n);
        FloatTensor spread2 = spread(second, rows, n);
        float[][] expected = results(spread1, spread2, target, FloatTensor.of(new float[rows * n], rows, n), spread1);
        FloatTensor dense1 = FloatTensor.of(first, rows, n);
        FloatTensor dense2 = FloatTensor.of(second, rows, n);
        float[][] given = results(dense1, dense2, target, FloatTensor.of(new float[rows * n], rows, n), dense1);
        for (int k = 0; k < expected.length; k++) {
            String what = "result " + k;
            FloatBits.assertSame(expected[k], given[k], () -> what);
        }
    }

    /** The same numbers, every other element of an array. */
    private static FloatTensor spread(float[] numbers, int rows, int n) {
        float[] data = new float[2 * numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            data[2 * i] = numbers[i];
        }
        return FloatTensor.of(data, 0, new int[] {rows, n}, new int[] {2 * n, 2});
    }

    /** The losses, and the gradients of both inputs, of which the first may go over it. */
    private float[][] results(
            FloatTensor input1, FloatTensor input2, int[] target, FloatTensor gradient2, FloatTensor gradient1) {
        int rows = target.length;
        float[] losses = new float[rows];
        loss.forward(input1, input2, target, FloatTensor.of(losses, rows));
        float[] upstream = new float[rows];
        Arrays.fill(upstream, 0.7f);
        loss.backward(input1, input2, target, FloatTensor.of(upstream, rows), gradient1, gradient2);
        return new float[][] {losses, gradient1.toArray(), gradient2.toArray()};
    }
}
