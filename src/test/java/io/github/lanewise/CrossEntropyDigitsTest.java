// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Losses near zero keep their digits, where a float32 log-softmax has none left. The score of the target is {@code top},
 * the others are 0: the loss is log1p(r) with r = (n - 1) exp(-top), the gradient at the target -r / (1 + r).
 */
class CrossEntropyDigitsTest {
    private static final double ULPS = 4 * 0x1p-23;

    @ParameterizedTest
    @CsvSource({
        "10, 4, 1.361905149382536e-4",
        "30, 4, 2.807286890651659e-13",
        "0.5, 4, 1.036592186232697",
        "80, 2, 1.804851387845415e-35",
        "1, 1, 0",
    })
    void valuesWorkedOutElsewhere(float top, int n, double expected) {
        float[] row = new float[n];
        row[0] = top;
        assertEquals(expected, CrossEntropyLoss.create().forward(row, 0, n, 0), expected * ULPS);
    }

    @ParameterizedTest
    @EnumSource
    void everyLayoutKeepsThem(FloatViews.Layout layout) {
        for (int n : new int[] {2, 5, 16, 33, 100, 5000}) {
            for (float top : new float[] {0.25f, 3f, 17f, 40f, 70f}) {
                float[] elements = new float[5 * n];
                int[] target = new int[5];
                for (int s = 0; s < 5; s++) {
                    target[s] = s * (n - 1) / 4;
                    elements[s * n + target[s]] = top;
                }
                FloatTensor logits = layout.of(elements, 5, n);
                FloatTensor gradient = layout.of(new float[5 * n], 5, n);
                double r = (n - 1) * Math.exp(-top);
                double expected = Math.log1p(r);
                double loss = CrossEntropyLoss.create().forwardBackward(logits, target, gradient);
                assertEquals(expected, loss, expected * ULPS, n + " classes, top " + top);
                for (int s = 0; s < 5; s++) {
                    double p = r / (1 + r) / 5;
                    assertEquals(-p, gradient.get(s, target[s]), p * ULPS, n + " classes, top " + top);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void smoothingAddsThemUp(FloatViews.Layout layout) {
        int n = 20;
        float[] elements = new float[5 * n];
        for (int s = 0; s < 5; s++) {
            elements[s * n] = 12f;
        }
        FloatTensor logits = layout.of(elements, 5, n);
        double logSum = Math.log1p(19 * Math.exp(-12));
        double expected = 0.9 * logSum + 0.1 / n * (19 * 12 + n * logSum);
        CrossEntropyLoss loss = CrossEntropyLoss.builder().labelSmoothing(0.1).build();
        assertEquals(expected, loss.forward(logits, new int[5]), expected * ULPS);
        float[] oneHot = new float[5 * n];
        for (int s = 0; s < 5; s++) {
            oneHot[s * n] = 1f;
        }
        assertEquals(expected, loss.forward(logits, layout.of(oneHot, 5, n)), expected * ULPS);
        Arrays.fill(oneHot, 0f);
        assertEquals(0.1 / n * (19 * 12 + n * logSum), loss.forward(logits, layout.of(oneHot, 5, n)), expected * ULPS);
    }
}
