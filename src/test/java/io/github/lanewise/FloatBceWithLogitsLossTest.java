// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The digits, the options and the edges of binary cross entropy of logits. */
class FloatBceWithLogitsLossTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final BceWithLogitsLoss EACH =
            BceWithLogitsLoss.builder().reduction(Reduction.NONE).build();
    private static final BceWithLogitsLoss LIMIT = BceWithLogitsLoss.builder()
            .reduction(Reduction.NONE)
            .infiniteLogits(Indeterminate.LIMIT)
            .build();

    private static float loss(BceWithLogitsLoss loss, double x, double t) {
        return loss.forward(FloatTensor.of(new float[] {(float) x}), FloatTensor.of(new float[] {(float) t}));
    }

    private static float gradient(BceWithLogitsLoss loss, double x, double t) {
        FloatTensor gradient = FloatTensor.of(new float[1]);
        FloatTensor one = FloatTensor.of(new float[] {1f});
        loss.backward(FloatTensor.of(new float[] {(float) x}), FloatTensor.of(new float[] {(float) t}), one, gradient);
        return gradient.array()[0];
    }

    @Test
    void confidentNegativesKeepTheirDigits() {
        assertEquals(6.144193e-6, loss(EACH, -12, 0), 1e-12);
        assertEquals(3.059023e-7, loss(EACH, -15, 0), 1e-13);
        assertEquals(2.061154e-9, loss(EACH, -20, 0), 1e-15);
        assertEquals(Math.log1p(Math.exp(-80)), loss(EACH, -80, 0), 1e-41);
        assertEquals(6.144193e-6, loss(EACH, 12, 1), 1e-12);
        assertEquals(2.061154e-9, loss(EACH, 20, 1), 1e-15);
    }

    @Test
    void gradientsKeepTheirDigitsOnBothSides() {
        assertEquals(Math.exp(-40), gradient(EACH, -40, 0), 1e-6 * Math.exp(-40));
        assertEquals(-Math.exp(-40), gradient(EACH, 40, 1), 1e-6 * Math.exp(-40));
    }

    @Test
    void theLossIsSymmetric() {
        SplittableRandom random = new SplittableRandom(43);
        for (int i = 0; i < 200; i++) {
            double x = random.nextGaussian(0, 10);
            double t = random.nextInt(0, 257) / 256.0;
            FloatBits.assertSame(loss(EACH, x, t), loss(EACH, -x, 1 - t), () -> "loss at " + x + ", " + t);
        }
    }

    @Test
    void infiniteLogitsAsPyTorch() {
        assertEquals(Float.NaN, loss(EACH, -INFINITY, 0));
        assertEquals(Float.NaN, loss(EACH, -INFINITY, 1));
        assertEquals(Float.NaN, loss(EACH, INFINITY, 1));
        assertEquals(INFINITY, loss(EACH, INFINITY, 0));
        for (BceWithLogitsLoss loss : new BceWithLogitsLoss[] {EACH, LIMIT}) {
            assertEquals(0f, gradient(loss, -INFINITY, 0));
            assertEquals(-1f, gradient(loss, -INFINITY, 1));
            assertEquals(0f, gradient(loss, INFINITY, 1));
            assertEquals(1f, gradient(loss, INFINITY, 0));
        }
    }

    @Test
    void infiniteLogitsInTheLimit() {
        assertEquals(0f, loss(LIMIT, -INFINITY, 0));
        assertEquals(INFINITY, loss(LIMIT, -INFINITY, 1));
        assertEquals(0f, loss(LIMIT, INFINITY, 1));
        assertEquals(INFINITY, loss(LIMIT, INFINITY, 0));
        assertEquals(INFINITY, loss(LIMIT, INFINITY, 0.5));
        assertEquals(Float.NaN, loss(LIMIT, Double.NaN, 0));
    }

    @Test
    void whatWeighsNothingIsNothingInTheLimit() {
        float[] weight = {0f, 0f, 1f, -0f, 0f};
        FloatTensor x = FloatTensor.of(new float[] {INFINITY, -INFINITY, INFINITY, INFINITY, Float.NaN}, 5);
        FloatTensor t = FloatTensor.of(new float[] {0f, 1f, 0f, 0.5f, 0f}, 5);
        for (boolean limit : new boolean[] {false, true}) {
            FloatTensor losses = FloatTensor.of(new float[5], 5);
            BceWithLogitsLoss.builder()
                    .reduction(Reduction.NONE)
                    .weight(weight)
                    .infiniteLogits(limit ? Indeterminate.LIMIT : Indeterminate.NAN)
                    .build()
                    .forward(x, t, losses);
            float nothing = limit ? 0f : Float.NaN;
            assertEquals(nothing, losses.get(0) + 0f);
            assertEquals(nothing, losses.get(1) + 0f);
            assertEquals(INFINITY, losses.get(2));
            assertEquals(nothing, losses.get(3) + 0f);
            assertEquals(Float.NaN, losses.get(4));
        }
    }

    /** The target's gradient of what weighs nothing, with and without weights of the positive part. */
    @Test
    void gradientsOfTargetsThatWeighNothingAreNothingInTheLimit() {
        FloatTensor weight = FloatTensor.of(new float[] {0f, 0f, 1f, -0f, 0f}, 5);
        FloatTensor x = FloatTensor.of(new float[] {INFINITY, -INFINITY, INFINITY, INFINITY, Float.NaN}, 5);
        FloatTensor t = FloatTensor.of(new float[] {0f, 1f, 0f, 0.5f, 0f}, 5);
        for (boolean limit : new boolean[] {false, true}) {
            for (boolean emphasized : new boolean[] {false, true}) {
                BceWithLogitsLoss.Builder builder = BceWithLogitsLoss.builder()
                        .reduction(Reduction.SUM)
                        .weight(weight)
                        .infiniteLogits(limit ? Indeterminate.LIMIT : Indeterminate.NAN);
                FloatTensor slopes = FloatTensor.of(new float[5], 5);
                (emphasized ? builder.posWeight(2f) : builder)
                        .build()
                        .forwardBackward(x, t, FloatTensor.of(new float[5], 5), slopes);
                float nothing = limit ? 0f : Float.NaN;
                assertEquals(nothing, slopes.get(0) + 0f);
                assertEquals(nothing, slopes.get(1) + 0f);
                assertEquals(-INFINITY, slopes.get(2));
                assertEquals(nothing, slopes.get(3) + 0f);
                assertEquals(Float.NaN, slopes.get(4));
            }
        }
    }

    @Test
    void oneInfiniteLogitMakesTheMeanInfiniteAndNotNaN() {
        float[] logits = new float[9000];
        logits[7777] = INFINITY;
        FloatTensor x = FloatTensor.of(logits, 9000);
        assertEquals(INFINITY, BceWithLogitsLoss.create().forward(x, FloatElementLosses.empty(9000)));
    }

    @Test
    void targetsAreNotChecked() {
        assertEquals(FloatElementLosses.softplus(2) - 3 * 2.0, loss(EACH, 2, 3), 1e-6);
        assertEquals(FloatElementLosses.softplus(2) + 2.0, loss(EACH, 2, -1), 1e-6);
        assertEquals(Float.NaN, loss(EACH, 2, Double.NaN));
    }

    @Test
    void positiveWeightsAreRepeatedOverTheLastDimension() {
        SplittableRandom random = new SplittableRandom(42);
        int[] shape = {80, 60};
        FloatTensor x = FloatTensor.of(FloatViews.normal(random, 4800), shape);
        FloatTensor t = FloatTensor.of(FloatElementLosses.Kind.LOGITS.targets(random, 4800), shape);
        float[] row = new float[60];
        float[] all = new float[4800];
        for (int i = 0; i < 4800; i++) {
            row[i % 60] = i % 60 / 20f;
            all[i] = row[i % 60];
        }
        BceWithLogitsLoss vector = BceWithLogitsLoss.builder().posWeight(row).build();
        BceWithLogitsLoss full = BceWithLogitsLoss.builder()
                .posWeight(FloatTensor.of(all, shape))
                .build();
        FloatTensor a = FloatElementLosses.empty(shape);
        FloatTensor b = FloatElementLosses.empty(shape);
        FloatTensor at = FloatElementLosses.empty(shape);
        FloatTensor bt = FloatElementLosses.empty(shape);
        FloatBits.assertSame(full.forwardBackward(x, t, a, at), vector.forwardBackward(x, t, b, bt), () -> "loss");
        FloatBits.assertSame(a.array(), b.array(), () -> "gradient");
        FloatBits.assertSame(at.array(), bt.array(), () -> "target's gradient");
        double sum = 0.0;
        for (int i = 0; i < 4800; i++) {
            double xi = x.array()[i];
            double ti = t.array()[i];
            sum += all[i] * ti * FloatElementLosses.softplus(-xi) + (1.0 - ti) * FloatElementLosses.softplus(xi);
        }
        assertEquals(sum / 4800, vector.forward(x, t), 1e-6 * sum / 4800);
    }

    @Test
    void sameAsProbabilitiesOfTheSigmoid() {
        SplittableRandom random = new SplittableRandom(44);
        FloatTensor x = FloatTensor.of(FloatViews.normal(random, 500), 20, 25);
        FloatTensor t = FloatTensor.of(FloatElementLosses.Kind.BCE.targets(random, 500), 20, 25);
        FloatTensor p = FloatElementLosses.empty(20, 25);
        Sigmoid.sigmoid(x, p);
        assertEquals(BceWithLogitsLoss.create().forward(x, t), BceLoss.create().forward(p, t), 1e-6);
    }

    @Test
    @SuppressWarnings("NullAway")
    void optionsAreNotNull() {
        Class<NullPointerException> type = NullPointerException.class;
        assertThrows(type, () -> BceWithLogitsLoss.builder().posWeight((Tensor) null));
        assertThrows(type, () -> BceWithLogitsLoss.builder().infiniteLogits(null));
    }
}
