// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Numbers that floats hold exactly, so that expectations are exact. */
class FloatNllLossTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    private final FloatTensor input = FloatTensor.of(new float[] {-1, -2, -4, -0.5f, -8, -16, -3, -5, -7}, 3, 3);
    private final FloatTensor gradient = FloatTensor.of(new float[9], 3, 3);
    private final FloatTensor perSample = FloatTensor.of(new float[3], 3);
    private final int[] target = {2, 0, 1};

    private static NllLoss.Builder options() {
        return NllLoss.builder();
    }

    @Test
    void meanOverSamples() {
        assertEquals((4 + 0.5f + 5) / 3, NllLoss.create().forward(input, target));
        assertEquals((4 + 0.5f + 5) / 3, NllLoss.create().forwardBackward(input, target, gradient));
        float g = -1f / 3f;
        assertArrayEquals(new float[] {0, 0, g, g, 0, 0, 0, g, 0}, gradient.array());
    }

    @Test
    void meanDividesByTheWeightsOfTheTargets() {
        NllLoss loss = options().weight(0.5f, 2f, 1.5f).build();
        assertEquals((1.5f * 4 + 0.5f * 0.5f + 2 * 5) / 4f, loss.forwardBackward(input, target, gradient));
        assertArrayEquals(new float[] {0, 0, -0.375f, -0.125f, 0, 0, 0, -0.5f, 0}, gradient.array());
        LossSum sum = loss.sum(input, target);
        assertEquals(new LossSum(16.25, 4.0, 3), sum);
    }

    @Test
    void sumAndNone() {
        assertEquals(9.5f, options().reduction(Reduction.SUM).build().forward(input, target));
        NllLoss none =
                options().reduction(Reduction.NONE).weight(0.5f, 2f, 1.5f).build();
        none.forward(input, target, perSample);
        assertArrayEquals(new float[] {6, 0.25f, 10}, perSample.array());
        FloatTensor upstream = FloatTensor.of(new float[] {2, -4, 0}, 3);
        none.forwardBackward(input, target, upstream, perSample, gradient);
        assertArrayEquals(new float[] {6, 0.25f, 10}, perSample.array());
        assertArrayEquals(new float[] {0, 0, -3, 2, 0, 0, 0, -0f, 0}, gradient.array());
    }

    @Test
    void ignoredSamplesCountForNothing() {
        int[] some = {2, -100, 1};
        assertEquals(4.5f, NllLoss.create().forwardBackward(input, some, gradient));
        assertArrayEquals(new float[] {0, 0, -0.5f, 0, 0, 0, 0, -0.5f, 0}, gradient.array());
        NllLoss aClass = options().ignoreIndex(2).build();
        assertEquals(2.75f, aClass.forward(input, target));
        NllLoss far = options().ignoreIndex(1L << 40).build();
        assertEquals(4.5f, far.forward(input, new long[] {2, 1L << 40, 1}));
        NllLoss none = options().reduction(Reduction.NONE).build();
        Arrays.fill(perSample.array(), 7f);
        none.forward(input, some, perSample);
        assertArrayEquals(new float[] {4, 0, 5}, perSample.array());
    }

    @Test
    void allIgnoredMeansNaNButAZeroGradient() {
        int[] all = {-100, -100, -100};
        Arrays.fill(gradient.array(), 7f);
        assertEquals(Float.NaN, NllLoss.create().forwardBackward(input, all, gradient));
        assertArrayEquals(new float[9], gradient.array());
        assertEquals(0f, options().reduction(Reduction.SUM).build().forward(input, all));
        assertEquals(new LossSum(0, 0, 0), NllLoss.create().sum(input, all));
        assertEquals(Float.NaN, NllLoss.create().forward(input.select(0, 1), new int[] {-100}));
    }

    @Test
    void weightsOfZeroMeanNaN() {
        NllLoss loss = options().weight(0f, 0f, 0f).build();
        assertEquals(Float.NaN, loss.forwardBackward(input, target, gradient));
        assertTrue(Float.isNaN(gradient.get(0, 2)));
        assertEquals(0f, gradient.get(0, 1));
    }

    @Test
    void onlyTheTargetsElementIsRead() {
        float[] values = {INFINITY, -2, Float.NaN, -0.5f, -INFINITY, -16, -INFINITY, -5, INFINITY};
        FloatTensor odd = FloatTensor.of(values, 3, 3);
        assertEquals(2.5f, NllLoss.create().forwardBackward(odd, new int[] {1, 0, 1}, gradient));
        float g = -1f / 3f;
        assertArrayEquals(new float[] {0, g, 0, g, 0, 0, 0, g, 0}, gradient.array());
        assertEquals(Float.NaN, NllLoss.create().forward(odd, new int[] {2, 0, 1}));
        assertEquals(INFINITY, NllLoss.create().forward(odd, new int[] {1, 1, 1}));
        assertEquals(-INFINITY, NllLoss.create().forward(odd, new int[] {0, 0, 1}));
        assertEquals(Float.NaN, NllLoss.create().forward(odd, new int[] {0, 1, 1}));
        assertEquals(2f, NllLoss.create().forward(odd, new int[] {1, -100, -100}));
    }

    @Test
    void oneSample() {
        FloatTensor row = input.select(0, 0);
        assertEquals(4f, NllLoss.create().forward(row, new int[] {2}));
        NllLoss none = options().reduction(Reduction.NONE).build();
        assertEquals(4f, none.forward(row, new int[] {2}));
        FloatTensor scalar = FloatTensor.of(new float[1]);
        none.forward(row, new int[] {1}, scalar);
        assertEquals(2f, scalar.get());
        none.forwardBackward(
                row,
                new int[] {1},
                FloatTensor.of(new float[] {3}),
                scalar,
                FloatTensor.of(gradient.array(), 3, 3).select(0, 1));
        assertArrayEquals(new float[] {0, 0, 0, 0, -3, 0, 0, 0, 0}, gradient.array());
    }

    @Test
    void classDimensionOfImages() {
        // Two images of three classes over 2 x 2 positions.
        float[] values = new float[24];
        for (int i = 0; i < 24; i++) {
            values[i] = -i;
        }
        FloatTensor images = FloatTensor.of(values, 2, 3, 2, 2);
        int[] classes = {0, 1, 2, -100, 2, 2, 0, 1};
        float[] expected = {0, 5, 10, 0, 20, 21, 14, 19};
        FloatTensor losses = FloatTensor.of(new float[8], 2, 2, 2);
        options().reduction(Reduction.NONE).build().forward(images, classes, losses);
        assertArrayEquals(expected, losses.array(), 0f);
        assertEquals(89f / 7f, NllLoss.create().forward(images, classes));
        FloatTensor grads = FloatTensor.of(new float[24], 2, 3, 2, 2);
        NllLoss.create().backward(images, FloatViews.toLongs(classes), 7f, grads);
        float[] ones = new float[24];
        for (int index : new int[] {0, 5, 10, 20, 21, 14, 19}) {
            ones[index] = -1f;
        }
        assertArrayEquals(ones, grads.array());
    }

    @Test
    void emptyBatches() {
        FloatTensor none = FloatTensor.of(new float[0], 0, 3);
        FloatTensor grads = FloatTensor.of(new float[0], 0, 3);
        assertEquals(Float.NaN, NllLoss.create().forwardBackward(none, new int[0], grads));
        assertEquals(0f, options().reduction(Reduction.SUM).build().forward(none, new long[0]));
        options().reduction(Reduction.NONE).build().forward(none, new int[0], FloatTensor.of(new float[0], 0));
        assertEquals(LossSum.ZERO, NllLoss.create().sum(none, new int[0]));
    }

    @Test
    void gradientInPlace() {
        FloatTensor copy = FloatTensor.of(input.toArray(), 3, 3);
        assertEquals((4 + 0.5f + 5) / 3, NllLoss.create().forwardBackward(copy, target, copy));
        float g = -1f / 3f;
        assertArrayEquals(new float[] {0, 0, g, g, 0, 0, 0, g, 0}, copy.array());
    }
}
