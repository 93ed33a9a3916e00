// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the class losses answer where PyTorch's answer is NaN: means over nothing, masked rows, 0 times infinity. */
class FloatEdgePolicyTest {
    private static final float MASKED = Float.NEGATIVE_INFINITY;
    private static final int[] IGNORED = {-100, -100};

    private static FloatTensor twoRows() {
        return FloatTensor.of(new float[] {1f, 2f, 3f, 4f, 5f, 6f}, 2, 3);
    }

    private static float[] filled(int n) {
        float[] values = new float[n];
        Arrays.fill(values, 7f);
        return values;
    }

    @ParameterizedTest
    @EnumSource
    void theMeanOfAnAllIgnoredBatch(OnEmpty policy) {
        CrossEntropyLoss ce = CrossEntropyLoss.builder().emptyMean(policy).build();
        NllLoss nll = NllLoss.builder().emptyMean(policy).build();
        float[] grad = filled(6);
        if (policy == OnEmpty.ERROR) {
            IllegalArgumentException refused = assertThrows(
                    IllegalArgumentException.class,
                    () -> ce.forwardBackward(twoRows(), IGNORED, FloatTensor.of(grad, 2, 3)));
            assertTrue(refused.getMessage().contains("every target is ignored"), refused.getMessage());
            assertThrows(IllegalArgumentException.class, () -> nll.forward(twoRows(), IGNORED));
            assertThrows(IllegalArgumentException.class, () -> ce.forward(new float[3], 0, 3, -100));
            assertArrayEquals(filled(6), grad, "nothing is written");
        } else {
            float expected = policy == OnEmpty.NAN ? Float.NaN : 0f;
            assertEquals(expected, ce.forwardBackward(twoRows(), IGNORED, FloatTensor.of(grad, 2, 3)));
            assertArrayEquals(new float[6], grad);
            assertEquals(expected, nll.forward(twoRows(), IGNORED));
            assertEquals(expected, ce.forward(new float[3], 0, 3, -100));
            assertEquals(expected, ce.forward(FloatTensor.of(new float[0], 0, 3), new int[0]));
            FloatTensor none = FloatTensor.of(new float[0], 0, 3);
            assertEquals(expected, ce.forward(none, none));
        }
    }

    /** Padding: short rows and long ones, alone and in a batch, images, rows of native memory and with a class left out. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 40, 300, 5000})
    void ignoredRowsThatAreMasked(int n) {
        CrossEntropyLoss loss =
                CrossEntropyLoss.builder().fullyMasked(OnEmpty.ZERO).build();
        CrossEntropyLoss smoothed = CrossEntropyLoss.builder()
                .fullyMasked(OnEmpty.ZERO)
                .labelSmoothing(0.1)
                .build();
        for (int count : new int[] {1, 2, 20, 70}) {
            float[] x = new float[count * n];
            int[] target = new int[count];
            for (int p = 0; p < count; p += 2) {
                Arrays.fill(x, p * n, (p + 1) * n, MASKED);
                target[p] = -100;
            }
            FloatTensor rows = FloatTensor.of(x, count, n);
            float[] image = new float[x.length];
            for (int i = 0; i < x.length; i++) {
                image[i % n * count + i / n] = x[i];
            }
            FloatTensor columns = FloatTensor.of(image, 1, n, count);
            FloatTensor memory = FloatTensor.of(Arena.ofAuto().allocate((long) Float.BYTES * x.length), count, n);
            for (int i = 0; i < x.length; i++) {
                memory.set(x[i], i / n, i % n);
            }
            ClassMask mask = ClassMask.without(n, n - 1);
            int[] ignored = new int[count];
            Arrays.fill(ignored, -100);
            for (CrossEntropyLoss ce : new CrossEntropyLoss[] {loss, smoothed}) {
                for (FloatTensor scores : new FloatTensor[] {rows, columns, memory}) {
                    FloatTensor grad = scores == memory
                            ? FloatTensor.of(Arena.ofAuto().allocate((long) Float.BYTES * x.length), count, n)
                            : FloatTensor.of(filled(x.length), scores.sizes());
                    ce.forwardBackward(scores, target, grad);
                    float[] slopes = grad.toArray();
                    for (int i = 0; i < slopes.length; i++) {
                        int p = scores == columns ? i % count : i / n;
                        assertTrue(
                                p % 2 == 0 ? slopes[i] == 0f : Math.abs(slopes[i]) <= 1f,
                                () -> "a gradient of row " + p + " of " + count);
                    }
                    ce.forwardBackward(scores, mask, ignored, grad);
                    assertArrayEquals(new float[x.length], grad.toArray());
                }
                float[] alone = filled(n);
                ce.forwardBackward(x, 0, n, -100, alone, 0);
                assertArrayEquals(new float[n], alone);
            }
        }
    }

    @Test
    void theTargetsGradientForAMaskedClassOfWeightZero() {
        FloatTensor x = FloatTensor.of(new float[] {MASKED, 0f, 0f}, 1, 3);
        FloatTensor t = FloatTensor.of(new float[] {0f, 0.5f, 0.5f}, 1, 3);
        for (boolean limit : new boolean[] {false, true}) {
            float[] gradTarget = filled(3);
            CrossEntropyLoss.builder()
                    .weight(0f, 1f, 1f)
                    .zeroTimesInfinity(limit ? Indeterminate.LIMIT : Indeterminate.NAN)
                    .reduction(Reduction.SUM)
                    .build()
                    .backward(x, t, 1f, FloatTensor.of(filled(3), 1, 3), FloatTensor.of(gradTarget, 1, 3));
            assertEquals(limit ? 0f : Float.NaN, gradTarget[0]);
            assertEquals(Math.log(2.0), gradTarget[1], 1e-6);
        }
    }

    /** Both parts are divided by 0, the target's and the smoothing's; their signs decide. */
    @Test
    void smoothedMeansOverWeightsThatCancel() {
        FloatTensor x = FloatTensor.of(new float[] {1f, 2f, 3f, 0f, 1f, 0f}, 2, 3);
        int[] target = {0, 1};
        CrossEntropyLoss positive = CrossEntropyLoss.builder()
                .weight(1f, -1f, 1f)
                .labelSmoothing(0.1)
                .build();
        assertEquals(Float.POSITIVE_INFINITY, positive.forward(x, target));
        float[] grad = filled(6);
        assertEquals(Float.POSITIVE_INFINITY, positive.forwardBackward(x, target, FloatTensor.of(grad, 2, 3)));
        CrossEntropyLoss mixed = CrossEntropyLoss.builder()
                .weight(1f, -1f, -4f)
                .labelSmoothing(0.1)
                .build();
        assertEquals(Float.NaN, mixed.forward(x, target));
        CrossEntropyLoss nothing = CrossEntropyLoss.builder()
                .weight(0f, 0f, 1f)
                .labelSmoothing(0.1)
                .build();
        assertEquals(Float.NaN, nothing.forward(x, target));
    }

    @Test
    void theSumOfAnAllIgnoredBatchIsZero() {
        CrossEntropyLoss sum = CrossEntropyLoss.builder()
                .reduction(Reduction.SUM)
                .emptyMean(OnEmpty.ERROR)
                .build();
        assertEquals(0f, sum.forward(twoRows(), IGNORED));
    }

    @Test
    void denominators() {
        FloatTensor x = twoRows();
        int[] y = {2, -100};
        float[] weight = {1f, 2f, 4f};
        double loss = CrossEntropyLoss.create().forward(new float[] {1f, 2f, 3f}, 0, 3, 2);
        assertEquals(loss, mean(Denominator.WEIGHTED, weight, x, y), 1e-7);
        assertEquals(4 * loss, mean(Denominator.VALID_COUNT, weight, x, y), 1e-6);
        assertEquals(2 * loss, mean(Denominator.BATCH, weight, x, y), 1e-6);
        assertEquals(2 * loss, mean(Denominator.ELEMENTS, weight, x, y), 1e-6);
        assertEquals(0.4 * loss, mean(Denominator.given(10.0), weight, x, y), 1e-7);
        float[] four = {1f, 2f, 3f, 4f, 1f, 2f, 3f, 4f, 1f, 2f, 3f, 4f};
        FloatTensor image = FloatTensor.of(four, 1, 3, 4);
        int[] places = {0, 0, -100, 0};
        double sum = CrossEntropyLoss.builder().reduction(Reduction.SUM).build().forward(image, places);
        assertEquals(sum / 3, mean(Denominator.VALID_COUNT, null, image, places), 1e-6);
        assertEquals(sum, mean(Denominator.BATCH, null, image, places), 1e-6);
        assertEquals(sum / 4, mean(Denominator.ELEMENTS, null, image, places), 1e-6);
        assertThrows(IllegalArgumentException.class, () -> Denominator.given(0.0));
        assertThrows(IllegalArgumentException.class, () -> Denominator.given(Double.NaN));
    }

    private static double mean(Denominator denominator, float[] weight, FloatTensor x, int[] y) {
        CrossEntropyLoss.Builder ce = CrossEntropyLoss.builder().denominator(denominator);
        NllLoss.Builder nll = NllLoss.builder().denominator(denominator);
        if (weight != null) {
            ce.weight(weight);
            nll.weight(weight);
        }
        float[] lp = new float[x.numel()];
        FloatTensor logProbabilities = FloatTensor.of(lp, x.shape());
        Softmax.logSoftmax(x, 1, logProbabilities);
        float value = ce.build().forward(x, y);
        assertEquals(value, nll.build().forward(logProbabilities, y), 1e-5f * Math.abs(value));
        assertEquals(value, ce.build().sum(x, y).mean(), 1e-6 * Math.abs(value));
        // The gradient has the same divisor: it is linear in the value.
        float[] grad = new float[x.numel()];
        float[] sumGrad = new float[x.numel()];
        ce.build().forwardBackward(x, y, FloatTensor.of(grad, x.shape()));
        CrossEntropyLoss sum = ce.reduction(Reduction.SUM).build();
        double divisor = sum.forwardBackward(x, y, FloatTensor.of(sumGrad, x.shape())) / (double) value;
        for (int i = 0; i < grad.length; i++) {
            assertEquals(sumGrad[i] / divisor, grad[i], 1e-6);
        }
        return value;
    }

    @Test
    void probabilitiesHaveNoWeightedDenominator() {
        CrossEntropyLoss ce =
                CrossEntropyLoss.builder().denominator(Denominator.WEIGHTED).build();
        assertThrows(IllegalStateException.class, () -> ce.forward(twoRows(), twoRows()));
        CrossEntropyLoss targetWeighted = CrossEntropyLoss.builder()
                .labelSmoothing(LabelSmoothing.targetWeighted(0.1))
                .weight(1f, 2f, 3f)
                .build();
        assertThrows(IllegalStateException.class, () -> targetWeighted.forward(twoRows(), twoRows()));
    }

    /** A masked row beside an ordinary one, as rows and as columns. */
    private static FloatTensor withMaskedRow(boolean image) {
        if (image) {
            float[] x = new float[12];
            for (int c = 0; c < 3; c++) {
                for (int p = 0; p < 4; p++) {
                    x[4 * c + p] = p == 1 ? MASKED : c + p;
                }
            }
            return FloatTensor.of(x, 1, 3, 4);
        }
        return FloatTensor.of(new float[] {0f, 1f, 2f, MASKED, MASKED, MASKED, 2f, 3f, 4f, 3f, 4f, 5f}, 4, 3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fullyMaskedRows(boolean image) {
        int[] y = {0, 1, 2, 0};
        FloatTensor x = withMaskedRow(image);
        int dim = 1;
        float[] perSample = new float[4];
        float[] grad = new float[12];
        FloatTensor losses = image ? FloatTensor.of(perSample, 1, 4) : FloatTensor.of(perSample, 4);
        FloatTensor gradient = FloatTensor.of(grad, x.shape());

        CrossEntropyLoss zero = CrossEntropyLoss.builder()
                .reduction(Reduction.NONE)
                .fullyMasked(OnEmpty.ZERO)
                .build();
        zero.forward(x, y, losses);
        assertEquals(0f, perSample[1]);
        assertTrue(perSample[0] > 2f && perSample[2] > 0f && perSample[3] > 2f);
        CrossEntropyLoss sum = CrossEntropyLoss.builder()
                .reduction(Reduction.SUM)
                .fullyMasked(OnEmpty.ZERO)
                .build();
        assertEquals(perSample[0] + perSample[2] + perSample[3], sum.forwardBackward(x, y, gradient), 1e-5f);
        for (int c = 0; c < 3; c++) {
            assertEquals(0f, image ? gradient.get(0, c, 1) : gradient.get(1, c));
            assertTrue((image ? gradient.get(0, c, 0) : gradient.get(0, c)) != 0f);
        }

        CrossEntropyLoss error =
                CrossEntropyLoss.builder().fullyMasked(OnEmpty.ERROR).build();
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> error.forward(x, y));
        assertTrue(refused.getMessage().contains("row 1"), refused.getMessage());
        assertTrue(Float.isNaN(CrossEntropyLoss.create().forward(x, y)));

        float[] p = new float[12];
        FloatTensor probabilities = FloatTensor.of(p, x.shape());
        Softmax.softmax(x, dim, OnEmpty.ZERO, probabilities);
        for (int c = 0; c < 3; c++) {
            assertEquals(0f, image ? probabilities.get(0, c, 1) : probabilities.get(1, c));
        }
        assertThrows(IllegalArgumentException.class, () -> Softmax.softmax(x, dim, OnEmpty.ERROR, probabilities));
        Softmax.softmax(x, dim, probabilities);
        assertTrue(Float.isNaN(image ? probabilities.get(0, 0, 1) : probabilities.get(1, 0)));
        Softmax.softmax(x, dim, OnEmpty.ZERO, x);
        assertEquals(0f, image ? x.get(0, 2, 1) : x.get(1, 2), "in place");
    }

    @Test
    void aRowWithNanIsNotMasked() {
        FloatTensor x = FloatTensor.of(new float[] {MASKED, Float.NaN, MASKED}, 1, 3);
        CrossEntropyLoss zero =
                CrossEntropyLoss.builder().fullyMasked(OnEmpty.ZERO).build();
        assertTrue(Float.isNaN(zero.forward(x, new int[] {0})));
        CrossEntropyLoss error =
                CrossEntropyLoss.builder().fullyMasked(OnEmpty.ERROR).build();
        assertTrue(Float.isNaN(error.forward(x, new int[] {0})));
    }

    @Test
    void zeroProbabilityAtAMaskedClass() {
        FloatTensor x = FloatTensor.of(new float[] {1f, MASKED, 2f}, 1, 3);
        FloatTensor t = FloatTensor.of(new float[] {0.25f, 0f, 0.75f}, 1, 3);
        float expected = CrossEntropyLoss.create()
                .forward(FloatTensor.of(new float[] {1f, 2f}, 1, 2), FloatTensor.of(new float[] {0.25f, 0.75f}, 1, 2));
        CrossEntropyLoss limit = CrossEntropyLoss.builder()
                .zeroTimesInfinity(Indeterminate.LIMIT)
                .build();
        assertTrue(Float.isNaN(CrossEntropyLoss.create().forward(x, t)));
        assertEquals(expected, limit.forward(x, t), 1e-6f);
        float[] grad = new float[3];
        limit.forwardBackward(x, t, FloatTensor.of(grad, 1, 3));
        assertEquals(0f, grad[1]);
        assertEquals(0f, grad[0] + grad[2], 1e-6f);

        CrossEntropyLoss.Builder smoothed =
                CrossEntropyLoss.builder().labelSmoothing(0.3).weight(1f, 0f, 1f);
        assertTrue(Float.isNaN(smoothed.build().forward(x, new int[] {0})));
        double logSum = Math.log(Math.exp(1) + Math.exp(2));
        double value = 0.7 * (logSum - 1) + 0.1 * (2 * logSum - 3);
        assertEquals(
                value, smoothed.zeroTimesInfinity(Indeterminate.LIMIT).build().forward(x, new int[] {0}), 1e-6);
    }

    /** A masked target whose weight, or whose share of the smoothed probabilities, is 0 costs nothing in the limit, and NaN without it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMaskedTargetThatCountsForNothing(boolean image) {
        float masked = Float.NEGATIVE_INFINITY;
        float[] rows = {masked, 2f, 1f, masked, 0f, 0f};
        FloatTensor x = image
                ? FloatTensor.of(new float[] {masked, masked, 2f, 0f, 1f, 0f}, 1, 3, 2)
                : FloatTensor.of(rows, 2, 3);
        int[] target = {0, 0};
        double first = Math.log1p(Math.exp(-1.0));
        double others = (2.0 * first + 1.0) / 2.0;
        for (Indeterminate answer : Indeterminate.values()) {
            boolean limit = answer == Indeterminate.LIMIT;
            CrossEntropyLoss weighted = CrossEntropyLoss.builder()
                    .weight(0, 1, 1)
                    .zeroTimesInfinity(answer)
                    .reduction(Reduction.SUM)
                    .build();
            assertEquals(limit ? 0f : Float.NaN, weighted.forward(x, target));
            assertEquals(limit ? 0f : Float.NaN, weighted.forward(rows, 0, 3, 0));
            CrossEntropyLoss spread = CrossEntropyLoss.builder()
                    .labelSmoothing(LabelSmoothing.others(1.0))
                    .zeroTimesInfinity(answer)
                    .reduction(Reduction.SUM)
                    .build();
            assertEquals(limit ? (float) (others + Math.log(2.0)) : Float.NaN, spread.forward(x, target), 1e-6f);
            assertEquals(limit ? (float) others : Float.NaN, spread.forward(rows, 0, 3, 0), 1e-6f);
        }
        // Where the target counts, its loss is infinite.
        CrossEntropyLoss plain = CrossEntropyLoss.builder()
                .zeroTimesInfinity(Indeterminate.LIMIT)
                .reduction(Reduction.SUM)
                .build();
        assertEquals(Float.POSITIVE_INFINITY, plain.forward(x, target));
    }

    @Test
    void smoothingOverTheOthersLeavesAMaskedClassOfWeightZeroOut() {
        float[] row = {1f, MASKED, 2f};
        double logSum = Math.log(Math.exp(1) + Math.exp(2));
        CrossEntropyLoss.Builder builder = CrossEntropyLoss.builder()
                .labelSmoothing(LabelSmoothing.others(0.3))
                .weight(1f, 0f, 1f);
        CrossEntropyLoss plain = builder.build();
        CrossEntropyLoss limit = builder.zeroTimesInfinity(Indeterminate.LIMIT).build();
        double[] expected = {0.7 * (logSum - 1) + 0.15 * (logSum - 2), 0.0, 0.7 * (logSum - 2) + 0.15 * (logSum - 1)};
        for (int y : new int[] {0, 2}) {
            assertTrue(Float.isNaN(plain.forward(row, 0, 3, y)));
            assertEquals(expected[y], limit.forward(row, 0, 3, y), 1e-6);
            assertEquals(expected[y], limit.forward(FloatTensor.of(row, 1, 3), new int[] {y}), 1e-6);
            float[] image = new float[12];
            for (int i = 0; i < 12; i++) {
                image[i] = row[i / 4];
            }
            int[] targets = {y, y, y, y};
            assertEquals(expected[y], limit.forward(FloatTensor.of(image, 1, 3, 4), targets), 1e-6);
            // Gradient: q (p - 1) at the target and its like elsewhere; finite at the masked class.
            float[] grad = new float[3];
            limit.forwardBackward(FloatTensor.of(row, 1, 3), new int[] {y}, FloatTensor.of(grad, 1, 3));
            double p = Math.exp(row[y] - logSum);
            assertEquals(0.85 * p - 0.7, grad[y], 1e-6);
            assertEquals(0f, grad[1]);
            assertEquals(0.85 * (1 - p) - 0.15, grad[2 - y], 1e-6);
        }
    }

    @Test
    void aMaskedRowOfAnArray() {
        float[] row = {MASKED, MASKED};
        CrossEntropyLoss error =
                CrossEntropyLoss.builder().fullyMasked(OnEmpty.ERROR).build();
        assertThrows(IllegalArgumentException.class, () -> error.forward(row, 0, 2, 0));
        assertEquals(Float.NaN, error.forward(row, 0, 2, -100), "an ignored row is not looked at");
        float[] grad = {7f, 7f};
        CrossEntropyLoss zero =
                CrossEntropyLoss.builder().fullyMasked(OnEmpty.ZERO).build();
        assertEquals(0f, zero.forwardBackward(row, 0, 2, 0, grad, 0));
        assertArrayEquals(new float[2], grad);
        assertTrue(Float.isNaN(CrossEntropyLoss.create().forward(row, 0, 2, 0)));
    }

    @Test
    void anIgnoredRowOfAnArrayWithItsGradient() {
        float[] row = {1f, 2f};
        float[] grad = {7f, 7f};
        CrossEntropyLoss zero =
                CrossEntropyLoss.builder().emptyMean(OnEmpty.ZERO).build();
        assertEquals(0f, zero.forwardBackward(row, 0, 2, -100, grad, 0));
        assertArrayEquals(new float[2], grad);
        grad[0] = 7f;
        CrossEntropyLoss batch =
                CrossEntropyLoss.builder().denominator(Denominator.BATCH).build();
        assertEquals(0f, batch.forwardBackward(row, 0, 2, -100, grad, 0));
        assertArrayEquals(new float[2], grad);
    }
}
