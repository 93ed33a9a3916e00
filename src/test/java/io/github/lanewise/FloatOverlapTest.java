// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Independent of the kernels. */
@Tag("once")
class FloatOverlapTest {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;

    private final float[] data = FloatViews.counting(200);
    private final FloatTensor rows = FloatTensor.of(data, 10, 20);

    private static void checkApart(FloatTensor input, FloatTensor output) {
        Overlap.checkApart(input, "input", output, "output");
    }

    private static void checkSameOrApart(FloatTensor input, FloatTensor output) {
        Overlap.checkSameOrApart(input, "input", output, "output");
    }

    @Nested
    class ExactlyTheSameView {
        @Test
        void mayBeAnOutputWhereTheMathematicsAllowsIt() {
            checkSameOrApart(rows, rows);
            checkSameOrApart(rows, FloatTensor.of(data, 10, 20));
            checkSameOrApart(rows.transpose(0, 1), rows.transpose(0, 1));
            assertThrows(ARGUMENT, () -> checkApart(rows, rows));
        }

        @Test
        void stridesOfSizeOneDoNotMatter() {
            FloatTensor a = FloatTensor.of(data, 3, new int[] {1, 5}, new int[] {77, 2});
            FloatTensor b = FloatTensor.of(data, 3, new int[] {1, 5}, new int[] {-9, 2});
            checkSameOrApart(a, b);
            assertThrows(ARGUMENT, () -> checkApart(a, b));
        }

        @Test
        void theSameElementsInAnotherOrderAreNotTheSameView() {
            FloatTensor square = FloatTensor.of(data, 0, new int[] {5, 5}, new int[] {5, 1});
            assertThrows(ARGUMENT, () -> checkSameOrApart(square, square.transpose(0, 1)));
            FloatTensor backwards = FloatTensor.of(data, 24, new int[] {5, 5}, new int[] {-5, -1});
            assertThrows(ARGUMENT, () -> checkSameOrApart(square, backwards));
        }
    }

    @Nested
    class PartOfAView {
        @Test
        void isRejectedWithBothViewsInTheMessage() {
            FloatTensor input = rows.slice(0, 0, 5);
            FloatTensor output = rows.slice(0, 4, 9);
            FloatBits.assertRejected(
                    ARGUMENT,
                    () -> checkSameOrApart(input, output),
                    "output",
                    "input",
                    "[5, 20]",
                    "offset 80",
                    "offset 0");
            assertThrows(ARGUMENT, () -> checkApart(input, output));
            checkSameOrApart(rows.slice(0, 0, 5), rows.slice(0, 5, 10));
        }

        @Test
        void oneElementIsEnough() {
            FloatTensor last = rows.slice(0, 9, 10).slice(1, 19, 20);
            assertThrows(ARGUMENT, () -> checkSameOrApart(rows, last.reshape()));
            FloatTensor diagonal = FloatTensor.of(data, 0, new int[] {10}, new int[] {21});
            assertThrows(ARGUMENT, () -> checkApart(diagonal, rows.select(0, 3)));
            assertThrows(ARGUMENT, () -> checkApart(diagonal, rows.select(1, 9)));
            checkApart(diagonal, rows.select(1, 10));
        }
    }

    @Nested
    class InterleavedViews {
        @Test
        void columnBlocksOfOneBufferAreApart() {
            checkApart(rows.slice(1, 0, 10), rows.slice(1, 10, 20));
            checkSameOrApart(rows.slice(1, 10, 20), rows.slice(1, 0, 10));
            assertThrows(ARGUMENT, () -> checkApart(rows.slice(1, 0, 11), rows.slice(1, 10, 20)));
        }

        @Test
        void evenAndOddElementsAreApart() {
            FloatTensor even = FloatTensor.of(data, 0, new int[] {100}, new int[] {2});
            FloatTensor odd = FloatTensor.of(data, 1, new int[] {100}, new int[] {2});
            checkApart(even, odd);
            FloatTensor backwards = FloatTensor.of(data, 199, new int[] {100}, new int[] {-2});
            checkApart(even, backwards);
            assertThrows(ARGUMENT, () -> checkApart(odd, backwards));
        }

        @Test
        void greatestCommonDivisorsAreNotEnough() {
            // 0, 6, 12, 18 and 4, 14, 24 are all even but have nothing in common until 24 joins the former.
            FloatTensor sixes = FloatTensor.of(data, 0, new int[] {4}, new int[] {6});
            FloatTensor tens = FloatTensor.of(data, 4, new int[] {3}, new int[] {10});
            checkApart(sixes, tens);
            FloatTensor moreSixes = FloatTensor.of(data, 0, new int[] {5}, new int[] {6});
            assertThrows(ARGUMENT, () -> checkApart(moreSixes, tens));
        }

        @Test
        void channelsOfAnImageAreApart() {
            FloatTensor image = FloatTensor.of(FloatViews.counting(2 * 3 * 4 * 5), 2, 3, 4, 5);
            checkApart(image.slice(1, 0, 1), image.slice(1, 1, 3));
            checkApart(image.slice(3, 0, 2).slice(2, 0, 3), image.slice(3, 2, 5));
            assertThrows(ARGUMENT, () -> checkApart(image.slice(3, 0, 2), image.slice(2, 3, 4)));
        }
    }

    @Nested
    class OtherCases {
        @Test
        void differentArraysNeverOverlap() {
            checkApart(rows, FloatTensor.of(data.clone(), 10, 20));
        }

        @Test
        void emptyViewsNeverOverlap() {
            checkApart(rows, rows.slice(0, 3, 3));
            checkSameOrApart(rows.slice(1, 3, 3), rows);
            Overlap.checkWritable(FloatTensor.of(data, 0, new int[] {0, 5}, new int[] {0, 0}), "output");
        }

        @Test
        void rowsOfOneArrayAreTheSameOrApart() {
            Overlap.checkSameOrApart(data, 10, data, 10, 5);
            Overlap.checkSameOrApart(data, 10, data, 15, 5);
            Overlap.checkSameOrApart(data, 15, data, 10, 5);
            Overlap.checkSameOrApart(data, 10, data.clone(), 11, 5);
            Overlap.checkSameOrApart(data, 10, data, 10, 0);
            FloatBits.assertRejected(ARGUMENT, () -> Overlap.checkSameOrApart(data, 10, data, 14, 5), "14", "10", "5");
            assertThrows(ARGUMENT, () -> Overlap.checkSameOrApart(data, 14, data, 10, 5));
        }

        @Test
        void manyDimensionsOfTheSameStrideAreDecidedAtOnce() {
            int[] shape = new int[30];
            int[] strides = new int[30];
            Arrays.fill(shape, 0, 24, 2);
            Arrays.fill(shape, 24, 30, 1);
            Arrays.fill(strides, 2);
            float[] array = new float[200];
            FloatTensor even = FloatTensor.of(array, 0, shape, strides);
            FloatTensor odd = FloatTensor.of(array, 1, shape, strides);
            assertTrue(even.numel() > 1_000_000);
            checkApart(even, FloatTensor.of(array, 60, shape, strides));
            assertThrows(ARGUMENT, () -> checkApart(even, FloatTensor.of(array, 48, shape, strides)));
            assertThrows(ARGUMENT, () -> Overlap.checkWritable(odd, "odd"));
        }
    }

    @Nested
    class OutputsThatHoldAnElementTwice {
        @Test
        void areRejected() {
            FloatTensor repeated = FloatTensor.of(data, 0, new int[] {3, 4}, new int[] {0, 1});
            FloatBits.assertRejected(
                    ARGUMENT, () -> Overlap.checkWritable(repeated, "gradLogits"), "gradLogits", "[0, 1]");
            FloatTensor windows = FloatTensor.of(data, 0, new int[] {5, 3}, new int[] {1, 1});
            assertThrows(ARGUMENT, () -> Overlap.checkWritable(windows, "output"));
            FloatTensor crossing = FloatTensor.of(data, 20, new int[] {4, 3}, new int[] {2, -3});
            assertThrows(ARGUMENT, () -> Overlap.checkWritable(crossing, "output"));
        }

        @Test
        void stridesOfSizeOneDoNotMatter() {
            Overlap.checkWritable(FloatTensor.of(data, 0, new int[] {1, 4, 1}, new int[] {0, 1, 0}), "output");
        }

        @Test
        void areFoundAmongMoreDimensionsThanALongHasBits() {
            int[] shape = new int[70];
            Arrays.fill(shape, 1);
            shape[0] = 2;
            shape[64] = 2;
            int[] strides = new int[70];
            Arrays.fill(strides, 1);
            assertThrows(ARGUMENT, () -> Overlap.checkWritable(FloatTensor.of(data, 0, shape, strides), "output"));
        }

        @Test
        void partsOfAnArrayAreWritable() {
            SplittableRandom random = new SplittableRandom(3);
            for (int round = 0; round < 2000; round++) {
                FloatTensor part = FloatViews.derived(random, FloatViews.counting(120), 5, 4, 3, 2);
                assertDoesNotThrow(() -> Overlap.checkWritable(part, "output"), part::toString);
            }
        }

        @Test
        void noneIsMissedAmongRandomViewsAndNoOtherIsRejected() {
            SplittableRandom random = new SplittableRandom(4);
            int twice = 0;
            int accepted = 0;
            for (int round = 0; round < 20_000; round++) {
                FloatTensor view = FloatViews.anyStrides(random, random.nextInt(1, 5), 12);
                boolean once = elements(view).cardinality() == view.numel();
                if (!once) {
                    twice++;
                    assertThrows(ARGUMENT, () -> Overlap.checkWritable(view, "output"), view::toString);
                } else {
                    accepted++;
                    assertDoesNotThrow(() -> Overlap.checkWritable(view, "output"), view::toString);
                }
            }
            assertTrue(twice > 2000 && accepted > 2000, twice + " and " + accepted);
        }

        @Test
        void stridesThatInterlockKeepElementsApart() {
            // 0 3, 2 5, 4 7: neither stride exceeds the reach of the other.
            FloatTensor interlocked = FloatTensor.of(data, 0, new int[] {3, 2}, new int[] {2, 3});
            Overlap.checkWritable(interlocked, "output");
            Sigmoid.sigmoid(interlocked, interlocked);
            // Three steps of 2 are two steps of 3.
            FloatTensor meeting = FloatTensor.of(data, 0, new int[] {4, 3}, new int[] {2, 3});
            assertThrows(ARGUMENT, () -> Overlap.checkWritable(meeting, "output"));
        }
    }

    /** Neither a shared element missed nor views rejected that share none. */
    @Test
    void agreesWithCountingOverRandomViews() {
        SplittableRandom random = new SplittableRandom(5);
        int shared = 0;
        int apart = 0;
        for (int round = 0; round < 40_000; round++) {
            FloatTensor a = FloatViews.anyStrides(random, random.nextInt(4), 14);
            FloatTensor b = FloatViews.anyStrides(random, random.nextInt(4), 14);
            float[] array = new float[Math.max(a.array().length, b.array().length) + 8];
            FloatTensor left = moved(a, array, random);
            FloatTensor right = moved(b, array, random);
            BitSet both = elements(left);
            both.and(elements(right));
            boolean rejected = !accepts(() -> checkApart(left, right));
            assertEquals(!both.isEmpty(), rejected, () -> left + " and " + right);
            shared += rejected ? 1 : 0;
            apart += rejected ? 0 : 1;
        }
        assertTrue(shared > 5000 && apart > 5000, shared + " and " + apart);
    }

    @Test
    void agreesWithCountingOverPartsOfOneArray() {
        SplittableRandom random = new SplittableRandom(6);
        float[] array = FloatViews.counting(4 * 6 * 5 * 2);
        int same = 0;
        int apart = 0;
        for (int round = 0; round < 20_000; round++) {
            FloatTensor left = FloatViews.derived(random, array, 4, 6, 5, 2);
            FloatTensor right = FloatViews.derived(random, array, 4, 6, 5, 2);
            int[] leftPositions = FloatViews.positions(left);
            int[] rightPositions = FloatViews.positions(right);
            boolean equal = Arrays.equals(left.shape(), right.shape()) && Arrays.equals(leftPositions, rightPositions);
            boolean free = Arrays.stream(leftPositions)
                    .noneMatch(position -> Arrays.stream(rightPositions).anyMatch(other -> other == position));
            assertEquals(free, accepts(() -> checkApart(left, right)), () -> left + " and " + right);
            assertEquals(equal || free, accepts(() -> checkSameOrApart(left, right)), () -> left + " and " + right);
            same += equal ? 1 : 0;
            apart += free ? 1 : 0;
        }
        assertTrue(same > 200 && apart > 2000, same + " and " + apart);
    }

    private static FloatTensor moved(FloatTensor view, float[] array, SplittableRandom random) {
        int shift = random.nextInt(array.length - view.array().length + 1);
        int[] strides = new int[view.rank()];
        Arrays.setAll(strides, view::stride);
        return FloatTensor.of(array, view.offset() + shift, view.shape(), strides);
    }

    private static BitSet elements(FloatTensor view) {
        BitSet elements = new BitSet();
        for (int position : FloatViews.positions(view)) {
            assertFalse(position < 0);
            elements.set(position);
        }
        return elements;
    }

    private static boolean accepts(Runnable check) {
        try {
            check.run();
            return true;
        } catch (IllegalArgumentException expected) {
            return false;
        }
    }
}
