// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The options and the edges of binary cross entropy of probabilities. */
class FloatBceLossTest {
    private static final BceLoss EACH =
            BceLoss.builder().reduction(Reduction.NONE).build();
    private static final BceLoss EXACT =
            BceLoss.builder().reduction(Reduction.NONE).exact(true).build();

    private static float[] losses(BceLoss loss, float[] x, float[] t) {
        FloatTensor perSample = FloatElementLosses.empty(x.length);
        loss.forward(FloatTensor.of(x, x.length), FloatTensor.of(t, t.length), perSample);
        return perSample.array();
    }

    private static float[] gradients(BceLoss loss, float[] x, float[] t) {
        float[] ones = new float[x.length];
        Arrays.fill(ones, 1f);
        FloatTensor gradient = FloatElementLosses.empty(x.length);
        loss.backward(
                FloatTensor.of(x, x.length), FloatTensor.of(t, t.length), FloatTensor.of(ones, x.length), gradient);
        return gradient.array();
    }

    private static float[] floats(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    @Test
    void certainErrorsCostAHundred() {
        float[] x = {0f, 1f, 0f, 1f, -0f, Float.MIN_VALUE};
        float[] t = {1f, 0f, 0f, 1f, 0.5f, 1f};
        FloatBits.assertSame(new float[] {100f, 100f, 0f, 0f, 50f, 100f}, losses(EACH, x, t), () -> "losses");
        float[] gradients = gradients(EACH, x, t);
        assertEquals(-1e12, gradients[0], 1e6);
        assertEquals(1e12, gradients[1], 1e6);
        assertEquals(0f, gradients[2]);
        assertEquals(0f, gradients[3]);
    }

    @Test
    void exactlyTheyCostInfinity() {
        float infinity = Float.POSITIVE_INFINITY;
        float[] x = {0f, 1f, 0f, 1f, 0f};
        float[] t = {1f, 0f, 0f, 1f, 0.5f};
        FloatBits.assertSame(new float[] {infinity, infinity, 0f, 0f, infinity}, losses(EXACT, x, t), () -> "losses");
        FloatBits.assertSame(
                new float[] {-infinity, infinity, 1f, -1f, -infinity}, gradients(EXACT, x, t), () -> "gradients");
        float least = losses(EXACT, new float[] {Float.MIN_VALUE}, new float[] {1f})[0];
        assertEquals(-Math.log(Float.MIN_VALUE), least, 1e-4);
        float slope = gradients(EXACT, new float[] {1e-20f}, new float[] {1f})[0];
        assertEquals(-1e20, slope, 1e14);
    }

    @Test
    void valuesOutsideTheUnitIntervalAreNamed() {
        FloatTensor good = FloatTensor.of(new float[6], 2, 3);
        for (float value : new float[] {
            1.2f, -0.1f, Math.nextUp(1f), -Float.MIN_VALUE, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY
        }) {
            FloatTensor bad = FloatTensor.of(new float[] {0f, 1f, -0f, 1f, 0.5f, value}, 2, 3);
            FloatTensor gradient = FloatTensor.of(floats(9, 9, 9, 9, 9, 9), 2, 3);
            FloatBits.Snapshot snapshot = FloatBits.Snapshot.of(gradient);
            FloatBits.assertRejected(
                    IllegalArgumentException.class,
                    snapshot,
                    "input",
                    () -> BceLoss.create().forwardBackward(bad, good, gradient),
                    "input[1, 2] = " + value,
                    "[0, 1]",
                    Float.isNaN(value)
                            ? "what has made it NaN"
                            : Math.abs(value - 0.5f) < 0.6f && value != -0.1f ? "rounding" : "BceWithLogitsLoss");
            FloatBits.assertRejected(
                    IllegalArgumentException.class,
                    snapshot,
                    "target",
                    () -> EXACT.forward(good, bad, gradient),
                    "target[1, 2] = " + value,
                    "[0, 1]");
        }
    }

    @Test
    void theFirstBadValueIsFoundFarInAndInEveryLayout() {
        int[] shape = {101, 103};
        float[] values = new float[101 * 103];
        values[57 * 103 + 11] = 2f;
        values[57 * 103 + 12] = 3f;
        values[90 * 103] = -1f;
        FloatTensor target = FloatElementLosses.empty(shape);
        for (FloatViews.Layout layout : FloatViews.Layout.values()) {
            FloatTensor input = layout.of(values, shape);
            FloatBits.assertRejected(
                    IllegalArgumentException.class,
                    () -> BceLoss.create().forward(input, target),
                    "input[57, 11] = 2.0");
        }
        FloatTensor single = FloatTensor.of(new float[] {2f}, new int[0]);
        FloatBits.assertRejected(
                IllegalArgumentException.class, () -> BceLoss.create().forward(single, single), "input = 2.0");
    }

    @Test
    void weightsAreRepeatedToTheTargetsShape() {
        SplittableRandom random = new SplittableRandom(41);
        int[] shape = {3, 70, 65};
        int n = 3 * 70 * 65;
        FloatTensor x = FloatTensor.of(FloatElementLosses.Kind.BCE.inputs(random, n), shape);
        FloatTensor t = FloatTensor.of(FloatElementLosses.Kind.BCE.targets(random, n), shape);
        FloatTensor g = FloatTensor.of(FloatViews.normal(random, n), shape);
        int[][] weightShapes = {{}, {1}, {65}, {70, 1}, {70, 65}, {3, 1, 1}, {3, 1, 65}, {1, 70, 65}, shape};
        for (int[] weightShape : weightShapes) {
            FloatTensor weight = FloatTensor.of(FloatViews.normal(random, Shapes.numel(weightShape)), weightShape);
            float[] repeated = new float[n];
            for (int i = 0; i < n; i++) {
                repeated[i] = weight.array()[Broadcast.position(weight, shape, Broadcast.ALL, i)];
            }
            assertSameLosses(weight, FloatTensor.of(repeated, shape), x, t, g);
            assertSameLosses(FloatViews.Layout.SPREAD.of(weight.array(), weightShape), weight, x, t, g);
        }
    }

    private static void assertSameLosses(
            FloatTensor weight, FloatTensor other, FloatTensor x, FloatTensor t, FloatTensor g) {
        FloatTensor[] results = new FloatTensor[6];
        for (int i = 0; i < 6; i++) {
            results[i] = FloatElementLosses.empty(x.shape());
        }
        BceLoss a = BceLoss.builder().reduction(Reduction.NONE).weight(weight).build();
        BceLoss b = BceLoss.builder().reduction(Reduction.NONE).weight(other).build();
        a.forwardBackward(x, t, g, results[0], results[1], results[2]);
        b.forwardBackward(x, t, g, results[3], results[4], results[5]);
        for (int i = 0; i < 3; i++) {
            FloatBits.assertSame(results[i + 3].array(), results[i].array(), weight::toString);
        }
        LossSum sum = BceLoss.builder()
                .weight(weight)
                .denominator(Denominator.WEIGHTED)
                .build()
                .sum(x, t);
        LossSum whole = BceLoss.builder()
                .weight(other)
                .denominator(Denominator.WEIGHTED)
                .build()
                .sum(x, t);
        assertEquals(whole.sum(), sum.sum());
        assertEquals(whole.denominator(), sum.denominator(), 1e-3);
    }

    @Test
    void weightsByIndexOfTheLastDimension() {
        FloatTensor x = FloatTensor.of(floats(0.2, 0.4, 0.6, 0.8), 2, 2);
        FloatTensor t = FloatTensor.of(floats(1, 0, 1, 0), 2, 2);
        double expected = (2 * -Math.log(0.2) + 3 * -Math.log1p(-0.4) + 2 * -Math.log(0.6) + 3 * -Math.log1p(-0.8));
        assertEquals(expected / 4, BceLoss.builder().weight(2f, 3f).build().forward(x, t), 1e-6);
        assertEquals(expected / 4, BceLoss.builder().weight(2.0, 3.0).build().forward(x, t), 1e-6);
        assertEquals(
                expected / 10,
                BceLoss.builder()
                        .weight(2.0, 3.0)
                        .denominator(Denominator.WEIGHTED)
                        .build()
                        .forward(x, t),
                1e-6);
    }

    @Test
    void optionsAreCopied() {
        float[] weights = {1f, 1f};
        BceLoss.Builder builder = BceLoss.builder().weight(weights).reduction(Reduction.SUM);
        BceLoss loss = builder.build();
        FloatTensor x = FloatTensor.of(floats(0.2, 0.4), 2);
        float before = loss.forward(x, x);
        weights[0] = 5f;
        builder.weight(7f).reduction(Reduction.MEAN).exact(true);
        assertEquals(before, loss.forward(x, x));
        float[] data = {1f, 1f};
        BceLoss fromView = BceLoss.builder()
                .weight(FloatTensor.of(data, 2))
                .reduction(Reduction.SUM)
                .build();
        data[0] = 5f;
        assertEquals(before, fromView.forward(x, x));
    }

    @Test
    @SuppressWarnings("NullAway")
    void optionsAreNotNull() {
        Class<NullPointerException> type = NullPointerException.class;
        assertThrows(type, () -> BceLoss.builder().weight((Tensor) null));
        assertThrows(type, () -> BceLoss.builder().weight((float[]) null));
        assertThrows(type, () -> BceLoss.builder().weight((double[]) null));
        assertThrows(type, () -> BceLoss.builder().reduction(null));
        assertThrows(type, () -> BceLoss.builder().denominator(null));
        assertThrows(type, () -> BceLoss.builder().emptyMean(null));
    }
}
