// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FloatSoftmaxGradientTest {
    private static final int[] SHAPE = {4, 21, 3};

    private final SplittableRandom random = new SplittableRandom(14);
    private final float[] elements = FloatViews.normal(random, 4 * 21 * 3);
    private final float[] upstream = FloatViews.normal(random, 4 * 21 * 3);

    /** Formulas in double along a dimension: the sum over a row of what two views give there. */
    private interface Term {
        double of(double a, double b);
    }

    private static double along(FloatTensor a, FloatTensor b, int dim, int[] index, Term term) {
        int[] at = index.clone();
        double sum = 0;
        for (int i = 0; i < a.size(dim); i++) {
            at[dim] = i;
            sum += term.of(a.get(at), b.get(at));
        }
        return sum;
    }

    private static int[] index(int i) {
        return new int[] {i / 63, i / 3 % 21, i % 3};
    }

    private static FloatTensor zeros() {
        return FloatTensor.of(new float[4 * 21 * 3], SHAPE);
    }

    @ParameterizedTest
    @EnumSource
    void ofSoftmax(FloatViews.Layout layout) {
        for (int dim = 0; dim < 3; dim++) {
            FloatTensor y = layout.of(elements, SHAPE);
            Softmax.softmax(y, dim, y);
            FloatTensor g = layout.of(upstream, SHAPE);
            FloatTensor out = layout.of(new float[elements.length], SHAPE);
            Softmax.softmaxBackward(y, g, dim, out);
            for (int i = 0; i < elements.length; i++) {
                int[] at = index(i);
                double expected = y.get(at) * (g.get(at) - along(y, g, dim, at, (a, b) -> a * b));
                assertEquals(expected, out.get(at), 2e-6);
            }
            float[] result = out.toArray();
            FloatTensor intoOutput = layout.of(y.toArray(), SHAPE);
            Softmax.softmaxBackward(intoOutput, g, dim, intoOutput);
            FloatBits.assertSame(result, intoOutput.toArray(), () -> "in place of the output");
            Softmax.softmaxBackward(y, g, dim, g);
            FloatBits.assertSame(result, g.toArray(), () -> "in place of the gradient");
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofLogSoftmax(FloatViews.Layout layout) {
        for (int dim = 0; dim < 3; dim++) {
            FloatTensor y = layout.of(elements, SHAPE);
            Softmax.logSoftmax(y, dim, y);
            FloatTensor g = layout.of(upstream, SHAPE);
            FloatTensor out = layout.of(new float[elements.length], SHAPE);
            Softmax.logSoftmaxBackward(y, g, dim, out);
            for (int i = 0; i < elements.length; i++) {
                int[] at = index(i);
                double expected = g.get(at) - Math.exp(y.get(at)) * along(y, g, dim, at, (a, b) -> b);
                assertEquals(expected, out.get(at), 5e-6);
            }
            float[] result = out.toArray();
            FloatTensor intoOutput = layout.of(y.toArray(), SHAPE);
            Softmax.logSoftmaxBackward(intoOutput, g, dim, intoOutput);
            FloatBits.assertSame(result, intoOutput.toArray(), () -> "in place of the output");
            Softmax.logSoftmaxBackward(y, g, dim, g);
            FloatBits.assertSame(result, g.toArray(), () -> "in place of the gradient");
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofLogSumExp(FloatViews.Layout layout) {
        for (int dim = 0; dim < 3; dim++) {
            FloatTensor x = layout.of(elements, SHAPE);
            FloatTensor p = zeros();
            Softmax.softmax(x, dim, p);
            int[] kept = SHAPE.clone();
            kept[dim] = 1;
            FloatTensor g = layout.of(Arrays.copyOf(upstream, 252 / SHAPE[dim]), kept);
            FloatTensor out = layout.of(new float[elements.length], SHAPE);
            Softmax.logSumExpBackward(x, g, dim, out);
            for (int i = 0; i < elements.length; i++) {
                int[] at = index(i);
                int[] reduced = at.clone();
                reduced[dim] = 0;
                assertEquals(g.get(reduced) * p.get(at), out.get(at), 2e-6);
            }
            FloatTensor dropped = FloatTensor.of(g.toArray(), Shapes.without(SHAPE, dim));
            FloatTensor again = layout.of(new float[elements.length], SHAPE);
            Softmax.logSumExpBackward(x, dropped, dim, again);
            FloatBits.assertSame(out.array(), again.array(), () -> "dimension dropped");
            Softmax.logSumExpBackward(x, g, dim, x);
            FloatBits.assertSame(out.toArray(), x.toArray(), () -> "in place");
        }
    }

    @Test
    void ofAFarRowIsThatOfANearOne() {
        FloatTensor near = FloatTensor.of(new float[] {0f, 1f, 2f, -3f}, 4);
        FloatTensor far = FloatTensor.of(new float[] {-1e5f, 1f - 1e5f, 2f - 1e5f, -3f - 1e5f}, 4);
        FloatTensor one = FloatTensor.of(new float[] {1f});
        FloatTensor expected = FloatTensor.of(new float[4], 4);
        FloatTensor actual = FloatTensor.of(new float[4], 4);
        Softmax.logSumExpBackward(near, one, 0, expected);
        Softmax.logSumExpBackward(far, one, 0, actual);
        assertArrayEquals(expected.array(), actual.array(), 1e-7f);
    }

    @Test
    void ofInfiniteLogSumExp() {
        float inf = Float.POSITIVE_INFINITY;
        float nan = Float.NaN;
        float[][] rows = {{inf, 0f, -inf}, {-inf, -inf, -inf}, {nan, 0f, 0f}, {0f, -inf, -inf}};
        // g * exp(x - y): exp(inf - inf) is NaN, exp(0 - inf) is 0.
        float[][] expected = {{nan, 0f, 0f}, {nan, nan, nan}, {nan, nan, nan}, {2f, 0f, 0f}};
        FloatTensor g = FloatTensor.of(new float[] {2f});
        for (int r = 0; r < rows.length; r++) {
            FloatTensor out = FloatTensor.of(new float[3], 3);
            Softmax.logSumExpBackward(FloatTensor.of(rows[r], 3), g, 0, out);
            assertArrayEquals(expected[r], out.array());
        }
    }

    @Test
    void ofNothingUpstreamIsNothing() {
        FloatTensor x = FloatTensor.of(elements, SHAPE);
        FloatTensor y = zeros();
        FloatTensor out = zeros();
        Softmax.softmax(x, 1, y);
        Softmax.softmaxBackward(y, zeros(), 1, out);
        assertArrayEquals(new float[elements.length], abs(out.array()));
        Softmax.logSoftmax(x, 1, y);
        Softmax.logSoftmaxBackward(y, zeros(), 1, out);
        assertArrayEquals(new float[elements.length], abs(out.array()));
        Softmax.logSumExpBackward(x, FloatTensor.of(new float[12], 4, 3), 1, out);
        assertArrayEquals(new float[elements.length], abs(out.array()));
    }

    private static float[] abs(float[] values) {
        float[] result = values.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] = Math.abs(result[i]);
        }
        return result;
    }
}
