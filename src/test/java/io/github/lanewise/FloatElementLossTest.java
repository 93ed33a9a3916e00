// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.lanewise.FloatElementLosses.Kind;
import io.github.lanewise.FloatElementLosses.Loss;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What binary cross entropy, with and without logits, and the Kullback-Leibler divergence have in common. */
class FloatElementLossTest {
    private static final int[][] SHAPES = {{}, {1}, {7}, {5, 7}, {3, 4, 5}, {33, 1}, {70, 90}, {2, 4100}, {4096}};

    private final SplittableRandom random = new SplittableRandom(31);

    private static int numel(int[] shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    private static void assertClose(double expected, double actual, double magnitude, String what) {
        assertEquals(expected, actual, 4e-7 * Math.max(Math.abs(expected), magnitude), what);
    }

    @ParameterizedTest
    @EnumSource
    void elementsFollowTheFormula(Kind kind) {
        int n = 5000;
        FloatTensor x = FloatTensor.of(kind.inputs(random, n), n);
        FloatTensor t = FloatTensor.of(kind.targets(random, n), n);
        FloatTensor g = FloatTensor.of(FloatViews.normal(random, n), n);
        FloatTensor losses = FloatElementLosses.empty(n);
        FloatTensor gradX = FloatElementLosses.empty(n);
        FloatTensor gradT = FloatElementLosses.empty(n);
        kind.loss(Reduction.NONE).forwardBackwardEachBoth().of(x, t, g, losses, gradX, gradT);
        double sum = 0.0;
        for (int i = 0; i < n; i++) {
            double xi = x.get(i);
            double ti = t.get(i);
            String what = kind + " at " + xi + ", " + ti;
            assertClose(kind.value(xi, ti), losses.get(i), kind.repeats() ? ti * Math.abs(xi) : 0.0, what);
            assertClose(g.get(i) * kind.slope(xi, ti), gradX.get(i), Math.abs(g.get(i)), what);
            assertClose(g.get(i) * kind.targetSlope(xi, ti), gradT.get(i), Math.abs(g.get(i)) * 10, what);
            sum += kind.value(xi, ti);
        }
        assertClose(sum, kind.loss(Reduction.SUM).forward().of(x, t), 0.0, "sum");
        assertClose(sum / n, kind.loss(Reduction.MEAN).forward().of(x, t), 0.0, "mean");
    }

    @ParameterizedTest
    @EnumSource
    void allCallsAgree(Kind kind) {
        for (int[] shape : SHAPES) {
            int n = numel(shape);
            FloatTensor x = FloatTensor.of(kind.inputs(random, n), shape);
            FloatTensor t = FloatTensor.of(kind.targets(random, n), shape);
            FloatTensor gradX = FloatElementLosses.empty(shape);
            FloatTensor gradT = FloatElementLosses.empty(shape);
            FloatTensor otherX = FloatElementLosses.empty(shape);
            FloatTensor otherT = FloatElementLosses.empty(shape);
            Loss mean = kind.loss(Reduction.MEAN);
            String what = kind + " " + Arrays.toString(shape);
            float value = mean.forward().of(x, t);
            FloatBits.assertSame(value, mean.forwardBackward().of(x, t, gradX), () -> what);
            FloatBits.assertSame(value, mean.forwardBackwardBoth().of(x, t, otherX, gradT), () -> what);
            FloatBits.assertSame(gradX.array(), otherX.array(), () -> what);
            FloatBits.assertSame(value, (float) mean.sum().of(x, t).mean(), () -> what);
            mean.backward().of(x, t, 1f, otherX);
            FloatBits.assertSame(gradX.array(), otherX.array(), () -> what);
            mean.backwardBoth().of(x, t, 1f, otherX, otherT);
            FloatBits.assertSame(gradX.array(), otherX.array(), () -> what);
            FloatBits.assertSame(gradT.array(), otherT.array(), () -> what);

            float upstream = 1f / n;
            float[] upstreams = new float[n];
            Arrays.fill(upstreams, upstream);
            FloatTensor g = FloatTensor.of(upstreams, shape);
            FloatTensor losses = FloatElementLosses.empty(shape);
            FloatTensor otherLosses = FloatElementLosses.empty(shape);
            Loss none = kind.loss(Reduction.NONE);
            none.forwardEach().of(x, t, losses);
            none.forwardBackwardEach().of(x, t, g, otherLosses, otherX);
            FloatBits.assertSame(losses.array(), otherLosses.array(), () -> what);
            FloatBits.assertSame(gradX.array(), otherX.array(), () -> what);
            none.forwardBackwardEachBoth().of(x, t, g, otherLosses, otherX, otherT);
            FloatBits.assertSame(losses.array(), otherLosses.array(), () -> what);
            FloatBits.assertSame(gradT.array(), otherT.array(), () -> what);
            none.backwardEach().of(x, t, g, otherX);
            FloatBits.assertSame(gradX.array(), otherX.array(), () -> what);
            none.backwardEachBoth().of(x, t, g, otherX, otherT);
            FloatBits.assertSame(gradX.array(), otherX.array(), () -> what);
            FloatBits.assertSame(gradT.array(), otherT.array(), () -> what);
            if (n == 1) {
                FloatBits.assertSame(losses.array()[0], none.forward().of(x, t), () -> what);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void layoutsGiveTheSameBits(Kind kind) {
        for (int[] shape : SHAPES) {
            int n = numel(shape);
            float[] inputs = kind.inputs(random, n);
            float[] targets = kind.targets(random, n);
            float[] upstreams = FloatViews.normal(random, n);
            Loss none = kind.loss(Reduction.NONE);
            Loss mean = kind.loss(Reduction.MEAN);
            FloatTensor losses = FloatElementLosses.empty(shape);
            FloatTensor gradX = FloatElementLosses.empty(shape);
            FloatTensor gradT = FloatElementLosses.empty(shape);
            FloatTensor x = FloatTensor.of(inputs, shape);
            FloatTensor t = FloatTensor.of(targets, shape);
            none.forwardBackwardEachBoth().of(x, t, FloatTensor.of(upstreams, shape), losses, gradX, gradT);
            float value = mean.forward().of(x, t);
            for (FloatViews.Layout layout : FloatViews.Layout.values()) {
                String what = kind + " " + layout + " " + Arrays.toString(shape);
                FloatTensor otherX = layout.of(inputs, shape);
                FloatTensor otherT = layout.of(targets, shape);
                FloatTensor otherLosses = layout.of(new float[n], shape);
                FloatTensor otherGradX = layout.of(new float[n], shape);
                FloatTensor otherGradT = layout.of(new float[n], shape);
                FloatBits.assertSame(value, mean.forward().of(otherX, otherT), () -> what);
                FloatTensor g = layout.of(upstreams, shape);
                none.forwardBackwardEachBoth().of(otherX, otherT, g, otherLosses, otherGradX, otherGradT);
                FloatBits.assertSame(losses.array(), otherLosses.toArray(), () -> what);
                FloatBits.assertSame(gradX.array(), otherGradX.toArray(), () -> what);
                FloatBits.assertSame(gradT.array(), otherGradT.toArray(), () -> what);
                // In place, and nothing beside the view is touched.
                FloatTensor before = layout.of(inputs, shape);
                none.forwardBackwardEach().of(otherX, otherT, g, otherLosses, otherX);
                FloatBits.assertSame(gradX.array(), otherX.toArray(), () -> what + " in place");
                for (int position : FloatViews.positions(otherX)) {
                    before.array()[position] = otherX.array()[position];
                }
                FloatBits.assertSame(before.array(), otherX.array(), () -> what + " in place");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void partsAddUpToTheWhole(Kind kind) {
        int[] shape = {50, 91};
        FloatTensor x = FloatTensor.of(kind.inputs(random, numel(shape)), shape);
        FloatTensor t = FloatTensor.of(kind.targets(random, numel(shape)), shape);
        for (Denominator denominator :
                new Denominator[] {Denominator.ELEMENTS, Denominator.BATCH, Denominator.WEIGHTED}) {
            Loss loss = kind.loss(Reduction.MEAN, denominator, OnEmpty.NAN);
            LossSum whole = loss.sum().of(x, t);
            LossSum parts = LossSum.ZERO;
            for (int[] range : new int[][] {{0, 1}, {1, 20}, {20, 20}, {20, 50}}) {
                parts = parts.plus(loss.sum().of(x.slice(0, range[0], range[1]), t.slice(0, range[0], range[1])));
            }
            assertEquals(whole.sum(), parts.sum(), 1e-6 * Math.abs(whole.sum()));
            assertEquals(whole.denominator(), parts.denominator(), kind + " " + denominator);
            assertEquals(whole.count(), parts.count());
            assertEquals(numel(shape), whole.count());
            assertEquals(loss.forward().of(x, t), (float) whole.mean());
        }
    }

    @ParameterizedTest
    @EnumSource
    void denominators(Kind kind) {
        int[] shape = {4, 6};
        FloatTensor x = FloatTensor.of(kind.inputs(random, 24), shape);
        FloatTensor t = FloatTensor.of(kind.targets(random, 24), shape);
        double sum = kind.loss(Reduction.SUM).sum().of(x, t).sum();
        double weights = kind == Kind.LOGITS_POSITIVE_WEIGHT ? 12.0 : 24.0;
        Object[][] expected = {
            {Denominator.ELEMENTS, 24.0},
            {Denominator.VALID_COUNT, 24.0},
            {Denominator.BATCH, 4.0},
            {Denominator.WEIGHTED, weights},
            {Denominator.given(-2.5), -2.5}
        };
        FloatTensor gradSum = FloatElementLosses.empty(shape);
        FloatTensor grad = FloatElementLosses.empty(shape);
        kind.loss(Reduction.SUM).forwardBackward().of(x, t, gradSum);
        for (Object[] row : expected) {
            double divisor = (double) row[1];
            Loss loss = kind.loss(Reduction.MEAN, (Denominator) row[0], OnEmpty.NAN);
            assertEquals((float) (sum / divisor), loss.forwardBackward().of(x, t, grad), row[0].toString());
            for (int i = 0; i < 24; i++) {
                double slope = gradSum.array()[i] / divisor;
                assertEquals(slope, grad.array()[i], 3e-7 * Math.abs(slope), row[0].toString());
            }
        }
        assertEquals((float) sum, kind.loss(Reduction.SUM).forward().of(x, t));
    }

    @ParameterizedTest
    @EnumSource
    void noElements(Kind kind) {
        FloatTensor x = FloatElementLosses.empty(0, 3);
        Loss mean = kind.loss(Reduction.MEAN);
        assertEquals(Float.NaN, mean.forward().of(x, x));
        assertEquals(
                Float.NaN,
                mean.forwardBackwardBoth().of(x, x, FloatElementLosses.empty(0, 3), FloatElementLosses.empty(0, 3)));
        assertEquals(new LossSum(0.0, 0.0, 0), mean.sum().of(x, x));
        assertEquals(0f, kind.loss(Reduction.SUM).forward().of(x, x));
        Loss zero = kind.loss(Reduction.MEAN, Denominator.ELEMENTS, OnEmpty.ZERO);
        assertEquals(0f, zero.forward().of(x, x));
        Loss error = kind.loss(Reduction.MEAN, Denominator.ELEMENTS, OnEmpty.ERROR);
        assertThrows(IllegalArgumentException.class, () -> error.forward().of(x, x));
        kind.loss(Reduction.NONE).forwardEach().of(x, x, FloatElementLosses.empty(0, 3));
        // A batch of samples without elements: the number that is divided by is not 0.
        FloatTensor hollow = FloatElementLosses.empty(3, 0);
        assertEquals(Float.NaN, mean.forward().of(hollow, hollow));
        assertEquals(
                0f,
                kind.loss(Reduction.MEAN, Denominator.BATCH, OnEmpty.NAN)
                        .forward()
                        .of(hollow, hollow));
        assertEquals(
                0f,
                kind.loss(Reduction.MEAN, Denominator.given(2), OnEmpty.ERROR)
                        .forward()
                        .of(x, x));
    }

    @ParameterizedTest
    @EnumSource
    void longSumsKeepTheirDigits(Kind kind) {
        int n = 200_000;
        FloatTensor x = FloatTensor.of(kind.inputs(random, n), n);
        FloatTensor t = FloatTensor.of(kind.targets(random, n), n);
        double sum = 0.0;
        for (int i = 0; i < n; i++) {
            sum += kind.value(x.get(i), t.get(i));
        }
        assertEquals(sum, kind.loss(Reduction.SUM).sum().of(x, t).sum(), 1e-7 * Math.abs(sum));
    }
}
