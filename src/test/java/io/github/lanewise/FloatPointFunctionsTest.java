// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.lanewise.kernel.FloatLanes;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The functions of {@link Sigmoid} and {@link Elementwise} over views and over parts of arrays, and their gradients.
 */
class FloatPointFunctionsTest {
    private static final int[][] SHAPES = {{}, {1}, {9}, {5, 7}, {3, 4, 5}, {70, 90}, {2, 4100}, {0}, {2, 0, 3}};

    private final SplittableRandom random = new SplittableRandom(61);

    interface Views2 {
        void run(FloatTensor input, FloatTensor output);
    }

    interface Views3 {
        void run(FloatTensor input, FloatTensor gradOutput, FloatTensor gradInput);
    }

    interface Arrays2 {
        void run(float[] input, int inputOffset, int n, float[] output, int outputOffset);
    }

    interface Arrays3 {
        void run(
                float[] input,
                int inputOffset,
                float[] gradOutput,
                int gradOutputOffset,
                int n,
                float[] gradInput,
                int gradInputOffset);
    }

    /** A function in all its forms, with what it and its derivative are in double. */
    enum Function {
        SIGMOID(
                Sigmoid::sigmoid,
                Sigmoid::sigmoid,
                Sigmoid::sigmoidBackward,
                Sigmoid::sigmoidBackward,
                x -> 1 / (1 + Math.exp(-x)),
                x -> 1 / ((1 + Math.exp(-x)) * (1 + Math.exp(x)))),
        LOG_SIGMOID(
                Sigmoid::logSigmoid,
                Sigmoid::logSigmoid,
                Sigmoid::logSigmoidBackward,
                Sigmoid::logSigmoidBackward,
                x -> -FloatElementLosses.softplus(-x),
                x -> 1 / (1 + Math.exp(x))),
        SOFTPLUS(
                Sigmoid::softplus,
                (x, xo, n, y, yo) -> Sigmoid.softplus(x, xo, n, 1f, 20f, y, yo),
                Sigmoid::softplusBackward,
                (x, xo, g, go, n, y, yo) -> Sigmoid.softplusBackward(x, xo, g, go, n, 1f, 20f, y, yo),
                x -> x > 20 ? x : FloatElementLosses.softplus(x),
                x -> x > 20 ? 1 : 1 / (1 + Math.exp(-x))),
        SHARP_SOFTPLUS(
                (x, y) -> Sigmoid.softplus(x, 3f, 2f, y),
                (x, xo, n, y, yo) -> Sigmoid.softplus(x, xo, n, 3f, 2f, y, yo),
                (x, g, y) -> Sigmoid.softplusBackward(x, g, 3f, 2f, y),
                (x, xo, g, go, n, y, yo) -> Sigmoid.softplusBackward(x, xo, g, go, n, 3f, 2f, y, yo),
                x -> 3 * x > 2 ? x : FloatElementLosses.softplus(3 * x) / 3,
                x -> 3 * x > 2 ? 1 : 1 / (1 + Math.exp(-3 * x))),
        EXP(
                Elementwise::exp,
                Elementwise::exp,
                Elementwise::expBackward,
                Elementwise::expBackward,
                Math::exp,
                Math::exp),
        EXPM1(
                Elementwise::expm1,
                Elementwise::expm1,
                Elementwise::expm1Backward,
                Elementwise::expm1Backward,
                Math::expm1,
                Math::exp),
        LOG(
                Elementwise::log,
                Elementwise::log,
                Elementwise::logBackward,
                Elementwise::logBackward,
                Math::log,
                x -> 1 / x),
        LOG1P(
                Elementwise::log1p,
                Elementwise::log1p,
                Elementwise::log1pBackward,
                Elementwise::log1pBackward,
                Math::log1p,
                x -> 1 / (1 + x)),
        TANH(
                Elementwise::tanh,
                Elementwise::tanh,
                Elementwise::tanhBackward,
                Elementwise::tanhBackward,
                Math::tanh,
                x -> 4 / ((1 + Math.exp(-2 * x)) * (1 + Math.exp(2 * x))));

        private final Views2 views;
        private final Arrays2 arrays;
        private final Views3 backwardViews;
        private final Arrays3 backwardArrays;
        private final DoubleUnaryOperator value;
        private final DoubleUnaryOperator slope;

        Function(
                Views2 views,
                Arrays2 arrays,
                Views3 backwardViews,
                Arrays3 backwardArrays,
                DoubleUnaryOperator value,
                DoubleUnaryOperator slope) {
            this.views = views;
            this.arrays = arrays;
            this.backwardViews = backwardViews;
            this.backwardArrays = backwardArrays;
            this.value = value;
            this.slope = slope;
        }
    }

    @ParameterizedTest
    @EnumSource
    void valuesAndSlopes(Function f) {
        int n = 4000;
        float[] x = new float[n];
        boolean logarithm = f == Function.LOG || f == Function.LOG1P;
        for (int i = 0; i < n; i++) {
            x[i] = (logarithm ? i + 1 : i - 1000) / 64f;
        }
        float[] g = FloatViews.normal(random, n);
        float[] y = new float[n];
        float[] gradient = new float[n];
        f.arrays.run(x, 0, n, y, 0);
        f.backwardArrays.run(x, 0, g, 0, n, gradient, 0);
        for (int i = 0; i < n; i++) {
            double value = f.value.applyAsDouble(x[i]);
            double slope = g[i] * f.slope.applyAsDouble(x[i]);
            assertEquals(value, y[i], 2e-7 * Math.abs(value), f + " at " + x[i]);
            double least = 2 * Float.MIN_VALUE * (1.0 + Math.abs(g[i]));
            assertEquals(slope, gradient[i], 6e-7 * Math.abs(slope) + least, f + "' at " + x[i]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyFormAndLayoutGivesTheSameBits(Function f) {
        for (int[] shape : SHAPES) {
            int n = Shapes.numel(shape);
            float[] x = FloatViews.normal(random, n);
            float[] g = FloatViews.normal(random, n);
            float[] y = new float[n];
            float[] gradient = new float[n];
            f.arrays.run(x, 0, n, y, 0);
            f.backwardArrays.run(x, 0, g, 0, n, gradient, 0);
            for (FloatViews.Layout layout : FloatViews.Layout.values()) {
                String what = f + " " + layout + " " + Arrays.toString(shape);
                FloatTensor input = layout.of(x, shape);
                FloatTensor output = layout.of(new float[n], shape);
                f.views.run(input, output);
                FloatBits.assertSame(y, output.toArray(), () -> what);
                f.backwardViews.run(input, layout.of(g, shape), output);
                FloatBits.assertSame(gradient, output.toArray(), () -> what);
                // An output may be any of the inputs; nothing beside it is touched.
                FloatTensor onGradient = layout.of(g, shape);
                f.backwardViews.run(input, onGradient, onGradient);
                FloatBits.assertSame(gradient, onGradient.toArray(), () -> what);
                FloatTensor untouched = layout.of(x, shape);
                f.views.run(input, input);
                FloatBits.assertSame(y, input.toArray(), () -> what);
                for (int position : FloatViews.positions(input)) {
                    untouched.array()[position] = input.array()[position];
                }
                FloatBits.assertSame(untouched.array(), input.array(), () -> what);
            }
            float[] within = new float[n + 9];
            System.arraycopy(x, 0, within, 4, n);
            f.arrays.run(within, 4, n, within, 4);
            FloatBits.assertSame(y, Arrays.copyOfRange(within, 4, 4 + n), () -> f + " in place");
            assertEquals(0f, within[3]);
            assertEquals(0f, within[4 + n]);
        }
    }

    /** Views that lie in arrays in order are walked in long pieces: here in three. */
    @ParameterizedTest
    @EnumSource
    void manyElementsInOrder(Function f) {
        int n = 2 * 16 * FloatLanes.CHUNK + 77;
        float[] x = FloatViews.normal(random, n);
        float[] g = FloatViews.normal(random, n);
        float[] expected = new float[n];
        FloatTensor output = FloatTensor.of(new float[n], n);
        f.arrays.run(x, 0, n, expected, 0);
        f.views.run(FloatTensor.of(x, n), output);
        FloatBits.assertSame(expected, output.array(), f::name);
        f.backwardArrays.run(x, 0, g, 0, n, expected, 0);
        f.backwardViews.run(FloatTensor.of(x, n), FloatTensor.of(g, n), output);
        FloatBits.assertSame(expected, output.array(), f::name);
    }

    /** Arguments are checked before the kernels are reached, so one run is enough. */
    @Tag("once")
    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("NullAway")
    void rejections(Function f) {
        FloatTensor x = FloatViews.guarded(random, 3, 4);
        FloatTensor g = FloatViews.guarded(random, 3, 4);
        FloatTensor out = FloatViews.guarded(random, 3, 4);
        FloatTensor turned = FloatViews.guarded(random, 4, 3);
        FloatTensor part = FloatTensor.of(x.array(), 6, new int[] {3, 4}, new int[] {4, 1});
        FloatTensor twice = FloatTensor.of(new float[12], 0, new int[] {3, 4}, new int[] {1, 1});
        float[] a = FloatViews.normal(random, 20);
        FloatBits.Snapshot snapshot = FloatBits.Snapshot.of(x, g, out, FloatTensor.of(a, 20));
        Class<IllegalArgumentException> argument = IllegalArgumentException.class;
        Class<NullPointerException> nothing = NullPointerException.class;
        Class<IndexOutOfBoundsException> index = IndexOutOfBoundsException.class;
        String what = f.name();
        FloatBits.assertRejected(argument, snapshot, what, () -> f.views.run(x, turned), "output", "[4, 3]");
        FloatBits.assertRejected(argument, snapshot, what, () -> f.views.run(x, part), "output", "input");
        FloatBits.assertRejected(argument, snapshot, what, () -> f.views.run(x, twice), "output", "more than once");
        FloatBits.assertRejected(nothing, snapshot, what, () -> f.views.run(null, out), "input");
        FloatBits.assertRejected(nothing, snapshot, what, () -> f.views.run(x, null), "output");
        FloatBits.assertRejected(argument, snapshot, what, () -> f.backwardViews.run(x, turned, out), "gradOutput");
        FloatBits.assertRejected(argument, snapshot, what, () -> f.backwardViews.run(x, g, turned), "gradInput");
        FloatBits.assertRejected(argument, snapshot, what, () -> f.backwardViews.run(x, g, part), "gradInput", "input");
        FloatBits.assertRejected(argument, snapshot, what, () -> f.backwardViews.run(g, x, part), "gradOutput");
        FloatBits.assertRejected(nothing, snapshot, what, () -> f.backwardViews.run(null, g, out), "input");
        FloatBits.assertRejected(nothing, snapshot, what, () -> f.backwardViews.run(x, null, out), "gradOutput");
        FloatBits.assertRejected(nothing, snapshot, what, () -> f.backwardViews.run(x, g, null), "gradInput");
        FloatBits.assertRejected(index, snapshot, what, () -> f.arrays.run(a, 15, 6, new float[6], 0), "input", "20");
        FloatBits.assertRejected(index, snapshot, what, () -> f.arrays.run(a, -1, 6, new float[6], 0), "input");
        FloatBits.assertRejected(index, snapshot, what, () -> f.arrays.run(a, 0, -1, new float[6], 0), "input");
        FloatBits.assertRejected(index, snapshot, what, () -> f.arrays.run(a, 0, 6, new float[6], 1), "output");
        FloatBits.assertRejected(index, snapshot, what, () -> f.arrays.run(a, Integer.MAX_VALUE, 6, a, 1), "input");
        FloatBits.assertRejected(argument, snapshot, what, () -> f.arrays.run(a, 0, 6, a, 5), "output", "input");
        FloatBits.assertRejected(nothing, snapshot, what, () -> f.arrays.run(null, 0, 6, a, 5), "input");
        FloatBits.assertRejected(nothing, snapshot, what, () -> f.arrays.run(a, 0, 6, null, 5), "output");
        float[] b = new float[20];
        FloatBits.assertRejected(
                argument, snapshot, what, () -> f.backwardArrays.run(a, 0, b, 0, 6, a, 5), "gradInput");
        FloatBits.assertRejected(
                argument, snapshot, what, () -> f.backwardArrays.run(b, 0, a, 0, 6, a, 5), "gradOutput");
        FloatBits.assertRejected(index, snapshot, what, () -> f.backwardArrays.run(a, 0, b, 18, 6, b, 0), "gradOutput");
    }

    @Test
    void sigmoidKeepsBothTails() {
        float[] x = {-100f, -89f, -40f, 17f, 40f, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NaN};
        float[] y = new float[x.length];
        Sigmoid.sigmoid(x, 0, x.length, y, 0);
        assertEquals(Math.exp(-100), y[0], 2e-45);
        assertEquals(Math.exp(-89), y[1], 2e-45);
        FloatBits.assertSame(new float[] {1f, 0f, 1f, Float.NaN}, Arrays.copyOfRange(y, 4, 8), () -> "sigmoid");
        float[] ones = {1, 1, 1, 1, 1, 1, 1, 1};
        Sigmoid.sigmoidBackward(x, 0, ones, 0, x.length, y, 0);
        assertEquals(Math.exp(-17), y[3], 1e-13);
        assertEquals(Math.exp(-40), y[4], 1e-23);
        FloatBits.assertSame(new float[] {0f, 0f, Float.NaN}, Arrays.copyOfRange(y, 5, 8), () -> "slope");
        Sigmoid.logSigmoid(x, 0, x.length, y, 0);
        assertEquals(-Math.exp(-40), y[4], 1e-23);
        assertEquals(-100f, y[0]);
        assertEquals(Float.NEGATIVE_INFINITY, y[5]);
        assertEquals(0f, y[6] + 0f);
    }

    @Test
    void softplusTakesAnyThreshold() {
        float[] x = {20f, 21f, 1f, 100f};
        float[] y = new float[4];
        Sigmoid.softplus(x, 0, 4, 1f, Float.POSITIVE_INFINITY, y, 0);
        assertEquals(FloatElementLosses.softplus(20), y[0], 2e-6);
        assertEquals(100f, y[3]);
        Sigmoid.softplus(x, 0, 4, 1f, 1f, y, 0);
        assertEquals(21f, y[1]);
        assertEquals(FloatElementLosses.softplus(1), y[2], 2e-7);
        Sigmoid.softplus(x, 0, 4, -2f, 20f, y, 0);
        assertEquals(FloatElementLosses.softplus(-2) / -2, y[2], 2e-7);
    }

    @Test
    void xlogyAndItsGradients() {
        float infinity = Float.POSITIVE_INFINITY;
        float[] x = {2f, 0f, 0f, 0f, -0f, 3f, 0f, 1f};
        float[] y = {5f, 0f, Float.NaN, -1f, infinity, 0f, 2f, -1f};
        float[] expected = {(float) (2 * Math.log(5)), 0f, Float.NaN, 0f, 0f, -infinity, 0f, Float.NaN};
        float[] output = new float[8];
        Elementwise.xlogy(x, 0, y, 0, 8, output, 0);
        for (int i = 0; i < 8; i++) {
            assertEquals(expected[i] + 0f, output[i] + 0f, 1e-6f, "element " + i);
        }
        float[] g = {1, 1, 1, 1, 1, 1, 2, 1};
        float[] gradX = new float[8];
        float[] gradY = new float[8];
        Elementwise.xlogyBackward(x, 0, y, 0, g, 0, 8, gradX, 0, gradY, 0);
        float[] slopesX = {
            (float) Math.log(5), 0f, Float.NaN, 0f, infinity, -infinity, (float) (2 * Math.log(2)), Float.NaN
        };
        float[] slopesY = {0.4f, Float.NaN, Float.NaN, 0f, 0f, infinity, 0f, -1f};
        for (int i = 0; i < 8; i++) {
            assertEquals(slopesX[i] + 0f, gradX[i] + 0f, 1e-6f, "gradient of x, element " + i);
            assertEquals(slopesY[i] + 0f, gradY[i] + 0f, 1e-6f, "gradient of y, element " + i);
        }
    }

    @Test
    void xlogyOfManyElementsInOrder() {
        int n = 2 * 16 * FloatLanes.CHUNK + 77;
        float[] x = FloatViews.normal(random, n);
        float[] y = FloatElementLosses.Kind.KL.targets(random, n);
        float[] g = FloatViews.normal(random, n);
        float[] expected = new float[n];
        float[] expectedY = new float[n];
        FloatTensor output = FloatTensor.of(new float[n], n);
        FloatTensor outputY = FloatTensor.of(new float[n], n);
        Elementwise.xlogy(x, 0, y, 0, n, expected, 0);
        Elementwise.xlogy(FloatTensor.of(x, n), FloatTensor.of(y, n), output);
        FloatBits.assertSame(expected, output.array(), () -> "xlogy");
        Elementwise.xlogyBackward(x, 0, y, 0, g, 0, n, expected, 0, expectedY, 0);
        Elementwise.xlogyBackward(FloatTensor.of(x, n), FloatTensor.of(y, n), FloatTensor.of(g, n), output, outputY);
        FloatBits.assertSame(expected, output.array(), () -> "gradient of x");
        FloatBits.assertSame(expectedY, outputY.array(), () -> "gradient of y");
    }

    @Test
    void xlogyInEveryLayoutAndInPlace() {
        for (int[] shape : SHAPES) {
            int n = Shapes.numel(shape);
            float[] x = FloatViews.normal(random, n);
            float[] y = FloatElementLosses.Kind.KL.targets(random, n);
            float[] g = FloatViews.normal(random, n);
            float[] output = new float[n];
            float[] gradX = new float[n];
            float[] gradY = new float[n];
            Elementwise.xlogy(x, 0, y, 0, n, output, 0);
            Elementwise.xlogyBackward(x, 0, y, 0, g, 0, n, gradX, 0, gradY, 0);
            for (FloatViews.Layout layout : FloatViews.Layout.values()) {
                String what = layout + " " + Arrays.toString(shape);
                FloatTensor ys = layout.of(y, shape);
                Elementwise.xlogy(layout.of(x, shape), ys, ys);
                FloatBits.assertSame(output, ys.toArray(), () -> what);
                FloatTensor xs = layout.of(x, shape);
                FloatTensor gs = layout.of(g, shape);
                Elementwise.xlogyBackward(xs, layout.of(y, shape), gs, gs, xs);
                FloatBits.assertSame(gradX, gs.toArray(), () -> what);
                FloatBits.assertSame(gradY, xs.toArray(), () -> what);
            }
        }
    }

    @Tag("once")
    @Test
    void xlogyRejections() {
        FloatTensor x = FloatViews.guarded(random, 3, 4);
        FloatTensor y = FloatViews.guarded(random, 3, 4);
        FloatTensor g = FloatViews.guarded(random, 3, 4);
        FloatTensor out = FloatViews.guarded(random, 3, 4);
        FloatTensor turned = FloatViews.guarded(random, 4, 3);
        FloatTensor part = FloatTensor.of(y.array(), 6, new int[] {3, 4}, new int[] {4, 1});
        FloatBits.Snapshot snapshot = FloatBits.Snapshot.of(x, y, g, out, turned);
        Class<IllegalArgumentException> type = IllegalArgumentException.class;
        FloatBits.assertRejected(type, snapshot, "y", () -> Elementwise.xlogy(x, turned, out), "x", "y");
        FloatBits.assertRejected(type, snapshot, "output", () -> Elementwise.xlogy(x, y, turned), "output");
        FloatBits.assertRejected(type, snapshot, "output", () -> Elementwise.xlogy(x, y, part), "output", "y");
        FloatBits.assertRejected(
                type, snapshot, "g", () -> Elementwise.xlogyBackward(x, y, turned, x, y), "gradOutput");
        FloatBits.assertRejected(
                type, snapshot, "both", () -> Elementwise.xlogyBackward(x, y, g, x, x), "gradX", "gradY");
        FloatBits.assertRejected(
                type, snapshot, "gradY", () -> Elementwise.xlogyBackward(x, y, g, x, part), "gradY", "y");
        float[] a = new float[20];
        float[] b = new float[20];
        FloatBits.assertRejected(type, () -> Elementwise.xlogy(a, 0, b, 0, 6, b, 1), "output", "y");
        FloatBits.assertRejected(
                type, () -> Elementwise.xlogyBackward(a, 0, b, 0, a, 0, 6, b, 0, b, 0), "gradX", "gradY");
    }

    @Test
    void theSlopeOfTanhReachesZero() {
        float infinity = Float.POSITIVE_INFINITY;
        FloatTensor x = FloatTensor.of(new float[] {infinity, -infinity, 1e30f, -800f, infinity}, 5);
        FloatTensor upstream = FloatTensor.of(new float[] {1f, -1f, 1e30f, 3f, infinity}, 5);
        FloatTensor slopes = FloatTensor.of(new float[5], 5);
        Elementwise.tanhBackward(x, upstream, slopes);
        for (int i = 0; i < 4; i++) {
            assertEquals(0f, slopes.get(i) + 0f);
        }
        assertEquals(Float.NaN, slopes.get(4));
    }
}
