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
        for (int classes : new int[] {3, 8, 10, 16, 17, 31, 32, 100, 300, 5000}) {
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
    void itsGradientHasTheBitsOfManyRows() {
        for (int classes : new int[] {3, 8, 10, 16, 31, 32, 300, 5000}) {
            List<CrossEntropyLoss> losses = losses(classes);
            for (int number = 0; number < losses.size(); number++) {
                CrossEntropyLoss loss = losses.get(number);
                String name = "loss " + number + " of " + classes;
                for (float[] row : rows(classes)) {
                    for (int target = 0; target < 3; target++) {
                        for (int which = 0; which < 4; which++) {
                            sameGradient(loss, row, target, which, name);
                        }
                    }
                }
            }
        }
    }

    /** A place for a gradient: an array of its own, the middle of one, every other element of one, or the row itself. */
    private static FloatTensor place(int which, FloatTensor row) {
        int n = row.numel();
        return switch (which) {
            case 0 -> FloatTensor.of(new float[n], 1, n);
            case 1 -> FloatTensor.of(new float[n + 9], 4, new int[] {1, n}, new int[] {n, 1});
            case 2 -> FloatTensor.of(new float[2 * n], 0, new int[] {1, n}, new int[] {n, 2});
            default -> row;
        };
    }

    private static void sameGradient(CrossEntropyLoss loss, float[] row, int target, int which, String name) {
        float[][] of = new float[4][];
        float[] values = new float[2];
        for (int way = 0; way < 4; way++) {
            FloatTensor x = FloatTensor.of(row.clone(), 1, row.length);
            FloatTensor out = place(which, x);
            switch (way) {
                case 0 -> values[0] = loss.forwardBackward(x, new long[] {target}, out);
                case 1 -> values[1] = loss.forwardBackward(x, new int[] {target}, out);
                case 2 -> loss.backward(x, new long[] {target}, -0.3f, out);
                default -> loss.backward(x, new int[] {target}, -0.3f, out);
            }
            of[way] = out.toArray();
        }
        FloatBits.assertSame(new float[] {values[0]}, new float[] {values[1]}, () -> name);
        FloatBits.assertSame(of[0], of[1], () -> name + ", gradient");
        FloatBits.assertSame(of[2], of[3], () -> name + ", gradient times -0.3");
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
