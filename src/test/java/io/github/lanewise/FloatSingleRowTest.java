// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A view of one row with an int as its target has a way of its own; one with a long goes the way of many rows. */
class FloatSingleRowTest {
    private static final long IGNORED = 2;

    private static List<CrossEntropyLoss> losses(int classes) {
        SplittableRandom random = new SplittableRandom(classes);
        float[] weight = new float[classes];
        for (int c = 0; c < classes; c++) {
            weight[c] = c == 1 ? 0f : (float) random.nextDouble(0.1, 3.0);
        }
        List<CrossEntropyLoss> losses = new ArrayList<>();
        for (Reduction reduction : new Reduction[] {Reduction.MEAN, Reduction.SUM, Reduction.NONE}) {
            for (double smoothing : new double[] {0.0, 0.2}) {
                for (OnEmpty policy : new OnEmpty[] {OnEmpty.NAN, OnEmpty.ZERO}) {
                    losses.add(CrossEntropyLoss.builder()
                            .reduction(reduction)
                            .labelSmoothing(smoothing)
                            .ignoreIndex(IGNORED)
                            .emptyMean(policy)
                            .fullyMasked(policy)
                            .build());
                    losses.add(CrossEntropyLoss.builder()
                            .reduction(reduction)
                            .labelSmoothing(LabelSmoothing.targetWeighted(smoothing))
                            .weight(weight)
                            .emptyMean(policy)
                            .zeroTimesInfinity(Indeterminate.LIMIT)
                            .build());
                }
            }
        }
        for (Denominator denominator : new Denominator[] {
            Denominator.WEIGHTED,
            Denominator.VALID_COUNT,
            Denominator.BATCH,
            Denominator.ELEMENTS,
            Denominator.given(3),
            Denominator.given(-0.5)
        }) {
            losses.add(CrossEntropyLoss.builder()
                    .denominator(denominator)
                    .weight(weight)
                    .ignoreIndex(IGNORED)
                    .build());
        }
        return losses;
    }

    private static List<float[]> rows(int classes) {
        SplittableRandom random = new SplittableRandom(7);
        List<float[]> rows = new ArrayList<>();
        for (float special : new float[] {0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 400f}) {
            float[] row = FloatViews.normal(random, classes);
            row[classes / 2] = special;
            rows.add(row);
        }
        float[] masked = new float[classes];
        Arrays.fill(masked, Float.NEGATIVE_INFINITY);
        rows.add(masked);
        return rows;
    }

    @Test
    void hasTheBitsOfManyRows() {
        for (int classes : new int[] {3, 10, 31, 32, 100, 300, 5000}) {
            List<CrossEntropyLoss> losses = losses(classes);
            for (int number = 0; number < losses.size(); number++) {
                CrossEntropyLoss loss = losses.get(number);
                String name = "loss " + number;
                for (float[] row : rows(classes)) {
                    float[] around = new float[classes + 9];
                    System.arraycopy(row, 0, around, 4, classes);
                    for (int target = 0; target < 3; target++) {
                        int[] ints = {target};
                        long[] longs = {target};
                        for (FloatTensor view : new FloatTensor[] {
                            FloatTensor.of(row, classes),
                            FloatTensor.of(row, 1, classes, 1, 1),
                            FloatTensor.of(around, 4, new int[] {1, classes}, new int[] {classes + 2, 1})
                        }) {
                            float expected = loss.forward(view, longs);
                            FloatBits.assertSame(
                                    new float[] {expected},
                                    new float[] {loss.forward(view, ints)},
                                    () -> name + " of " + view);
                        }
                    }
                }
            }
        }
    }

    @Test
    void isRejectedAlike() {
        CrossEntropyLoss loss = CrossEntropyLoss.builder()
                .weight(new float[] {1f, 2f, 3f})
                .emptyMean(OnEmpty.ERROR)
                .fullyMasked(OnEmpty.ERROR)
                .build();
        FloatTensor row = FloatTensor.of(new float[3], 1, 3);
        FloatTensor masked = FloatTensor.of(new float[] {-1f / 0f, -1f / 0f, -1f / 0f}, 3);
        sameRejection(loss, row, 3);
        sameRejection(loss, row, -1);
        sameRejection(loss, row, -100);
        sameRejection(loss, masked, 1);
        sameRejection(loss, FloatTensor.of(new float[4], 1, 4), 1);
        sameRejection(loss, FloatTensor.of(new float[6], 2, 3), 1);
        sameRejection(loss, FloatTensor.of(new float[0], 5, 0), 1);
        sameRejection(loss, FloatTensor.of(new float[0], 0, 3), 1);
        sameRejection(loss, FloatTensor.of(new float[1]), 0);
    }

    private static void sameRejection(CrossEntropyLoss loss, FloatTensor view, int target) {
        RuntimeException expected =
                assertThrows(RuntimeException.class, () -> loss.forward(view, new long[] {target}), () -> "of " + view);
        RuntimeException given =
                assertThrows(RuntimeException.class, () -> loss.forward(view, new int[] {target}), () -> "of " + view);
        assertEquals(expected.getClass(), given.getClass());
        assertEquals(expected.getMessage(), given.getMessage());
    }
}
