// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad options of the losses, and bad arguments of the calls on a single row of an array. */
@Tag("once")
class FloatOptionRejectionTest {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<IndexOutOfBoundsException> INDEX = IndexOutOfBoundsException.class;
    private static final Class<NullPointerException> NULL = NullPointerException.class;

    @Nested
    class Options {
        @ParameterizedTest
        @ValueSource(
                doubles = {
                    -0.1,
                    -Double.MIN_VALUE,
                    1.0000000000000002,
                    2.0,
                    Double.NaN,
                    Double.POSITIVE_INFINITY,
                    Double.NEGATIVE_INFINITY
                })
        void labelSmoothingIsAFraction(double labelSmoothing) {
            CrossEntropyLoss.Builder builder = CrossEntropyLoss.builder().labelSmoothing(0.25);
            FloatBits.assertRejected(
                    ARGUMENT,
                    () -> builder.labelSmoothing(labelSmoothing),
                    "labelSmoothing " + labelSmoothing,
                    "[0, 1]");
            // The rejected value has left no trace.
            float[] row = {1f, 2f};
            assertEquals(
                    CrossEntropyLoss.builder().labelSmoothing(0.25).build().forward(row, 0, 2, 0),
                    builder.build().forward(row, 0, 2, 0));
        }

        @ParameterizedTest
        @ValueSource(doubles = {0.0, -0.0, Double.MIN_VALUE, 0.5, 1.0})
        void labelSmoothingIncludesBothEnds(double labelSmoothing) {
            CrossEntropyLoss loss =
                    CrossEntropyLoss.builder().labelSmoothing(labelSmoothing).build();
            assertEquals(Math.log(2.0), loss.forward(new float[2], 0, 2, 1), 1e-7);
        }

        @Test
        void batchMeanBelongsToAnotherLoss() {
            FloatBits.assertRejected(
                    ARGUMENT, () -> CrossEntropyLoss.builder().reduction(Reduction.BATCH_MEAN), "BATCH_MEAN", "MEAN");
            FloatBits.assertRejected(
                    ARGUMENT, () -> NllLoss.builder().reduction(Reduction.BATCH_MEAN), "BATCH_MEAN", "MEAN");
        }

        @Test
        void nullIsNoOption() {
            FloatBits.assertRejected(NULL, () -> CrossEntropyLoss.builder().reduction(null));
            FloatBits.assertRejected(NULL, () -> NllLoss.builder().reduction(null));
            FloatBits.assertRejected(NULL, () -> CrossEntropyLoss.builder().weight((float[]) null), "weight");
            FloatBits.assertRejected(NULL, () -> NllLoss.builder().weight((float[]) null), "weight");
            FloatBits.assertRejected(NULL, () -> BceLoss.builder().weight((float[]) null), "weight");
            FloatBits.assertRejected(NULL, () -> BceWithLogitsLoss.builder().weight((float[]) null), "weight");
            FloatBits.assertRejected(NULL, () -> BceWithLogitsLoss.builder().posWeight((float[]) null), "posWeight");
            FloatBits.assertRejected(NULL, () -> LossSum.ZERO.plus(null));
        }

        @Test
        void aBuiltLossDoesNotChangeWithItsBuilderOrItsWeights() {
            float[] weight = {1f, 3f};
            CrossEntropyLoss.Builder builder =
                    CrossEntropyLoss.builder().weight(weight).reduction(Reduction.SUM);
            CrossEntropyLoss loss = builder.build();
            float[] row = {0f, 1f, 2f, 3f};
            float before = loss.forward(row, 0, 2, 1);
            weight[1] = 100f;
            builder.weight(7f, 7f)
                    .labelSmoothing(0.5)
                    .ignoreIndex(1)
                    .reduction(Reduction.MEAN)
                    .build();
            assertEquals(before, loss.forward(row, 0, 2, 1));
            NllLoss.Builder plain = NllLoss.builder().weight(weight).reduction(Reduction.SUM);
            NllLoss nll = plain.build();
            weight[1] = 5f;
            plain.ignoreIndex(1).reduction(Reduction.NONE).build();
            assertEquals(-300f, nll.forward(FloatTensor.of(row, 2, 2), new int[] {1, 1}) * 3f / 4f);
        }
    }

    @Nested
    class OneRow {
        private final float[] logits = FloatViews.normal(new SplittableRandom(8), 12);
        private final float[] gradient = FloatViews.normal(new SplittableRandom(9), 12);
        private final FloatBits.Snapshot snapshot =
                FloatBits.Snapshot.of(FloatTensor.of(logits, 12), FloatTensor.of(gradient, 12));
        private final CrossEntropyLoss loss = CrossEntropyLoss.create();

        private <T extends Throwable> void rejectsBoth(
                Class<T> type, float[] row, int offset, int classes, int target, String... parts) {
            FloatBits.assertRejected(
                    type, snapshot, "forward", () -> loss.forward(row, offset, classes, target), parts);
            FloatBits.assertRejected(
                    type,
                    snapshot,
                    "forwardBackward",
                    () -> loss.forwardBackward(row, offset, classes, target, gradient, 0),
                    parts);
        }

        @Test
        void hasToBeInsideItsArray() {
            rejectsBoth(INDEX, logits, 8, 5, 0, "8", "5", "12");
            rejectsBoth(INDEX, logits, -1, 5, 0, "-1");
            rejectsBoth(INDEX, logits, 0, -1, 0, "-1");
            rejectsBoth(INDEX, logits, Integer.MAX_VALUE, 2, 0, "2147483647");
            rejectsBoth(INDEX, logits, 13, 0, -100, "13");
        }

        @Test
        void gradientHasToBeInsideItsArray() {
            for (int offset : new int[] {-1, 8, Integer.MAX_VALUE}) {
                FloatBits.assertRejected(
                        INDEX,
                        snapshot,
                        "gradient at " + offset,
                        () -> loss.forwardBackward(logits, 0, 5, 0, gradient, offset),
                        Integer.toString(offset),
                        "12");
            }
        }

        @Test
        void targetHasToBeAClassOrIgnored() {
            rejectsBoth(INDEX, logits, 2, 5, 5, "= 5", "[0, 5)", "ignoreIndex -100");
            rejectsBoth(INDEX, logits, 2, 5, -1, "= -1");
            rejectsBoth(INDEX, logits, 2, 0, 0, "= 0", "[0, 0)");
        }

        @Test
        void weightsHaveToFit() {
            CrossEntropyLoss weighted =
                    CrossEntropyLoss.builder().weight(1f, 2f).build();
            FloatBits.assertRejected(
                    ARGUMENT,
                    snapshot,
                    "forward",
                    () -> weighted.forward(logits, 0, 5, 0),
                    "weight has 2",
                    "5 classes");
            FloatBits.assertRejected(
                    ARGUMENT,
                    snapshot,
                    "forwardBackward",
                    () -> weighted.forwardBackward(logits, 0, 3, 0, gradient, 0),
                    "weight has 2",
                    "3 classes");
        }

        @Test
        void nullIsRejected() {
            rejectsBoth(NULL, null, 0, 5, 0, "logits");
            FloatBits.assertRejected(
                    NULL, snapshot, "gradient", () -> loss.forwardBackward(logits, 0, 5, 0, null, 0), "gradLogits");
            FloatBits.assertRejected(NULL, () -> Softmax.logSumExp((float[]) null, 0, 1), "scores");
        }

        @Test
        void gradientMustNotCoverAPartOfTheScores() {
            for (int offset : new int[] {1, 2, 4, 5, 7}) {
                FloatBits.assertRejected(
                        ARGUMENT,
                        snapshot,
                        "gradient at " + offset,
                        () -> loss.forwardBackward(logits, 3, 5, 0, logits, offset),
                        "offset " + offset,
                        "offset 3",
                        "5 scores");
            }
        }

        @Test
        void logSumExpHasToBeInsideItsArray() {
            FloatBits.assertRejected(INDEX, () -> Softmax.logSumExp(logits, 8, 5), "8", "5", "12");
            FloatBits.assertRejected(INDEX, () -> Softmax.logSumExp(logits, 0, -1), "-1");
        }
    }
}
