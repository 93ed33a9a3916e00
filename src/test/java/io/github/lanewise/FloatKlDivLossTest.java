// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The options, the edges and the repeated inputs of the Kullback-Leibler divergence. */
class FloatKlDivLossTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final float NAN = Float.NaN;

    private static KlDivLoss each(boolean logTarget, Indeterminate indeterminate) {
        return KlDivLoss.builder()
                .reduction(Reduction.NONE)
                .logTarget(logTarget)
                .zeroTimesInfinity(indeterminate)
                .build();
    }

    /** Loss, gradient of the input and gradient of the target. */
    private static void assertElement(
            KlDivLoss loss, float x, float t, float value, float gradInput, float gradTarget) {
        FloatTensor[] results = new FloatTensor[3];
        for (int i = 0; i < 3; i++) {
            results[i] = FloatElementLosses.empty(1);
        }
        FloatTensor one = FloatTensor.of(new float[] {1f}, 1);
        FloatTensor input = FloatTensor.of(new float[] {x}, 1);
        FloatTensor target = FloatTensor.of(new float[] {t}, 1);
        loss.forwardBackward(input, target, one, results[0], results[1], results[2]);
        String what = x + ", " + t;
        assertEquals(value, results[0].array()[0], what + ": loss");
        // -0 matches 0.
        assertEquals(gradInput + 0f, results[1].array()[0] + 0f, what + ": gradient of the input");
        assertEquals(gradTarget, results[2].array()[0], what + ": gradient of the target");
    }

    @Test
    void specialProbabilities() {
        KlDivLoss loss = each(false, Indeterminate.NAN);
        assertElement(loss, -1f, 0f, 0f, 0f, NAN);
        assertElement(loss, -INFINITY, 0f, NAN, 0f, NAN);
        assertElement(loss, -INFINITY, 0.5f, INFINITY, -0.5f, INFINITY);
        assertElement(loss, -1f, -0.5f, NAN, 0.5f, NAN);
        assertElement(loss, NAN, 0f, NAN, 0f, NAN);
        assertElement(loss, 0f, 1f, 0f, -1f, 1f);
    }

    @Test
    void specialProbabilitiesInTheLimit() {
        KlDivLoss loss = each(false, Indeterminate.LIMIT);
        assertElement(loss, -1f, 0f, 0f, 0f, -INFINITY);
        assertEquals(
                0f,
                KlDivLoss.builder()
                        .zeroTimesInfinity(Indeterminate.LIMIT)
                        .build()
                        .forward(FloatTensor.of(new float[] {-INFINITY}, 1), FloatTensor.of(new float[1], 1)));
    }

    @Test
    void specialLogProbabilities() {
        KlDivLoss loss = each(true, Indeterminate.NAN);
        assertElement(loss, -1f, -INFINITY, NAN, 0f, NAN);
        assertElement(loss, -INFINITY, -INFINITY, NAN, 0f, NAN);
        assertElement(loss, -INFINITY, 0f, INFINITY, -1f, INFINITY);
        KlDivLoss limit = each(true, Indeterminate.LIMIT);
        assertElement(limit, -1f, -INFINITY, 0f, 0f, 0f);
        assertElement(limit, -INFINITY, -INFINITY, 0f, 0f, 0f);
        assertElement(limit, NAN, -INFINITY, NAN, 0f, NAN);
    }

    @Test
    void batchMeanDividesByTheFirstDimension() {
        SplittableRandom random = new SplittableRandom(45);
        FloatTensor x = FloatTensor.of(FloatElementLosses.Kind.KL.inputs(random, 24), 4, 6);
        FloatTensor t = FloatTensor.of(FloatElementLosses.Kind.KL.targets(random, 24), 4, 6);
        KlDivLoss batch = KlDivLoss.builder()
                .reduction(Reduction.BATCH_MEAN)
                .denominator(Denominator.given(77))
                .build();
        FloatTensor gradient = FloatElementLosses.empty(4, 6);
        double sum = batch.sum(x, t).sum();
        assertEquals(new LossSum(sum, 4.0, 24), batch.sum(x, t));
        assertEquals((float) (sum / 4), batch.forwardBackward(x, t, gradient));
        assertEquals(-t.array()[7] / 4, gradient.array()[7]);
        assertEquals((float) (sum / 24), KlDivLoss.create().forward(x, t));
        FloatTensor xs = FloatTensor.of(new float[] {-2f});
        FloatTensor ts = FloatTensor.of(new float[] {0.5f});
        assertEquals(0.5 * (Math.log(0.5) + 2), batch.forward(xs, ts), 1e-7);
        assertEquals(NAN, batch.forward(FloatElementLosses.empty(0, 6), FloatElementLosses.empty(0, 6)));
        assertEquals(0f, batch.forward(FloatElementLosses.empty(3, 0), FloatElementLosses.empty(3, 0)));
    }

    @Test
    void equalDistributionsHaveNoDivergence() {
        float[] logs = {-0.5f, -1.5f, -2.5f, -100f};
        FloatTensor x = FloatTensor.of(logs, 4);
        KlDivLoss loss = KlDivLoss.builder().logTarget(true).build();
        assertEquals(0f, loss.forward(x, FloatTensor.of(logs.clone(), 4)));
    }

    @Test
    void repeatedInputsAndTargets() {
        int[][][] shapes = {
            {{4, 5}, {5}},
            {{5}, {4, 5}},
            {{4, 1}, {4, 5}},
            {{4, 5}, {1, 1}},
            {{4, 1}, {5}},
            {{3, 1, 5}, {4, 1}},
            {{}, {4, 5}},
            {{2, 5000}, {5000}},
            {{1}, {3, 5000}},
            {{2, 1, 3}, {1, 900, 3}}
        };
        SplittableRandom random = new SplittableRandom(46);
        for (FloatElementLosses.Kind kind :
                new FloatElementLosses.Kind[] {FloatElementLosses.Kind.KL, FloatElementLosses.Kind.KL_LOG_TARGET}) {
            for (int[][] pair : shapes) {
                for (FloatViews.Layout layout : FloatViews.Layout.values()) {
                    FloatTensor x = layout.of(kind.inputs(random, Shapes.numel(pair[0])), pair[0]);
                    FloatTensor t = layout.of(kind.targets(random, Shapes.numel(pair[1])), pair[1]);
                    assertRepeated(kind, x, t, layout);
                }
            }
        }
    }

    /** Against the same on copies in full size, whose gradients are added up. */
    private static void assertRepeated(
            FloatElementLosses.Kind kind, FloatTensor x, FloatTensor t, FloatViews.Layout layout) {
        int[] shape = Broadcast.shape("x", x, "t", t);
        int n = Shapes.numel(shape);
        float[] inputs = new float[n];
        float[] targets = new float[n];
        for (int i = 0; i < n; i++) {
            inputs[i] = x.array()[x.offset() + Broadcast.position(x, shape, Broadcast.ALL, i)];
            targets[i] = t.array()[t.offset() + Broadcast.position(t, shape, Broadcast.ALL, i)];
        }
        FloatTensor fullX = FloatTensor.of(inputs, shape);
        FloatTensor fullT = FloatTensor.of(targets, shape);
        float[] upstreams = FloatViews.normal(new SplittableRandom(n), n);
        FloatTensor g = FloatTensor.of(upstreams, shape);
        FloatTensor[] full = new FloatTensor[3];
        for (int i = 0; i < 3; i++) {
            full[i] = FloatElementLosses.empty(shape);
        }
        FloatTensor losses = layout.of(new float[n], shape);
        FloatTensor gradX = layout.of(new float[x.numel()], x.shape());
        FloatTensor gradT = layout.of(new float[t.numel()], t.shape());
        String what = kind + " " + x + " " + t;
        FloatElementLosses.Loss none = kind.loss(Reduction.NONE);
        none.forwardBackwardEachBoth().of(fullX, fullT, g, full[0], full[1], full[2]);
        none.forwardBackwardEachBoth().of(x, t, layout.of(upstreams, shape), losses, gradX, gradT);
        FloatBits.assertSame(full[0].array(), losses.toArray(), () -> what);
        assertAddedUp(full[1], gradX, shape, what);
        assertAddedUp(full[2], gradT, shape, what);

        FloatElementLosses.Loss mean = kind.loss(Reduction.MEAN);
        float value = mean.forwardBackwardBoth().of(fullX, fullT, full[1], full[2]);
        FloatBits.assertSame(value, mean.forwardBackwardBoth().of(x, t, gradX, gradT), () -> what);
        assertAddedUp(full[1], gradX, shape, what);
        assertAddedUp(full[2], gradT, shape, what);
        // The gradient over the input itself.
        FloatBits.assertSame(value, mean.forwardBackwardBoth().of(x, t, x, losses(layout, t)), () -> what);
        FloatBits.assertSame(gradX.toArray(), x.toArray(), () -> what + " in place");
    }

    private static FloatTensor losses(FloatViews.Layout layout, FloatTensor like) {
        return layout.of(new float[like.numel()], like.shape());
    }

    private static void assertAddedUp(FloatTensor full, FloatTensor small, int[] shape, String what) {
        double[] sums = new double[small.numel()];
        double[] magnitudes = new double[small.numel()];
        FloatTensor numbers = FloatTensor.of(FloatViews.counting(small.numel()), small.shape());
        for (int i = 0; i < full.numel(); i++) {
            int own = (int) numbers.array()[Broadcast.position(numbers, shape, Broadcast.ALL, i)];
            sums[own] += full.array()[i];
            magnitudes[own] += Math.abs(full.array()[i]);
        }
        float[] actual = small.toArray();
        for (int i = 0; i < sums.length; i++) {
            assertEquals(sums[i], actual[i], 2e-7 * magnitudes[i], what);
        }
    }

    @Test
    void repeatedToNothing() {
        FloatTensor x = FloatTensor.of(new float[] {-1f}, 1);
        FloatTensor gradient = FloatTensor.of(new float[] {9f}, 1);
        FloatTensor t = FloatElementLosses.empty(0);
        assertEquals(NAN, KlDivLoss.create().forwardBackward(x, t, gradient));
        assertEquals(0f, gradient.array()[0]);
        assertEquals(new LossSum(0.0, 0.0, 0), KlDivLoss.create().sum(x, t));
    }
}
