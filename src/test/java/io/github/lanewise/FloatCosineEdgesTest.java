// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

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
}
