// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How a view is walked: as rows, or as runs of columns. Results do not show it, only the time that they take. */
@Tag("once")
class FloatPositionsTest {
    private static FloatTensor view(int... shape) {
        int numel = 1;
        for (int size : shape) {
            numel *= size;
        }
        return FloatTensor.of(new float[numel], shape);
    }

    /** The places of rows that follow each other are those of each. */
    @Test
    void offsetsAreThoseOfEachRow() {
        FloatTensor gaps = FloatTensor.of(new float[90], 2, new int[] {3, 4, 2}, new int[] {30, 7, 3});
        FloatTensor[] views = {
            view(7), view(), view(5, 3), view(2, 3, 4, 5), view(2, 3, 4, 5).transpose(1, 3), view(1, 4, 1), view(3, 1)
        };
        for (FloatTensor x : views) {
            for (int dim = 0; dim < Math.max(1, x.rank()); dim++) {
                assertOffsets(x, dim);
            }
        }
        assertOffsets(gaps.slice(0, 1, 3), 1);
    }

    private static void assertOffsets(FloatTensor x, int dim) {
        int count = Positions.count(x, dim);
        for (int first = 0; first < count; first++) {
            int[] offsets = new int[count - first];
            Positions.offsets(x, dim, first, count - first, offsets);
            for (int i = 0; i < offsets.length; i++) {
                assertEquals(Positions.offset(x, dim, first + i), offsets[i]);
            }
        }
    }

    @Nested
    class ColumnRun {
        @Test
        void isTheImageBehindEachClass() {
            assertEquals(20, Positions.columnRun(view(2, 3, 4, 5), 1));
            assertEquals(60, Positions.columnRun(view(2, 3, 4, 5), 0));
            assertEquals(5, Positions.columnRun(view(2, 3, 4, 5), 2));
            assertEquals(7, Positions.columnRun(view(3, 7), 0));
        }

        @Test
        void isNothingWhereRowsAreContiguous() {
            assertEquals(0, Positions.columnRun(view(2, 3, 4, 5), 3));
            assertEquals(0, Positions.columnRun(view(3, 7), 1));
            assertEquals(0, Positions.columnRun(view(7, 3).transpose(0, 1), 0));
            assertEquals(0, Positions.columnRun(view(9), 0));
            assertEquals(0, Positions.columnRun(view(), 0));
            // A row of one element counts as contiguous.
            assertEquals(0, Positions.columnRun(view(2, 1, 20), 1));
        }

        @Test
        void isNothingBelowFourColumns() {
            assertEquals(0, Positions.columnRun(view(3, 3), 0));
            assertEquals(4, Positions.columnRun(view(3, 4), 0));
            assertEquals(0, Positions.columnRun(view(8, 3, 1, 3), 1));
        }

        @Test
        void endsWhereMemoryHasAGap() {
            // The image's rows are cut, so that each is a run of its own.
            assertEquals(4, Positions.columnRun(view(2, 3, 4, 5).slice(3, 1, 5), 1));
            assertEquals(15, Positions.columnRun(view(2, 3, 4, 5).slice(2, 1, 4), 1));
            // Every second element, or backwards: no columns lie beside each other.
            assertEquals(
                    0, Positions.columnRun(FloatTensor.of(new float[60], 0, new int[] {3, 10}, new int[] {20, 2}), 0));
            assertEquals(
                    0, Positions.columnRun(FloatTensor.of(new float[60], 9, new int[] {3, 10}, new int[] {20, -1}), 0));
        }

        @Test
        void passesOverDimensionsOfOneElement() {
            FloatTensor spread = FloatTensor.of(new float[60], 0, new int[] {3, 4, 1, 5}, new int[] {20, 5, 999, 1});
            assertEquals(20, Positions.columnRun(spread, 0));
        }
    }

    @Nested
    class HasRun {
        @Test
        void ofTheSameViewOrALongerOne() {
            assertTrue(Positions.hasRun(view(2, 3, 4, 5), 1, 20));
            assertTrue(Positions.hasRun(view(2, 3, 4, 5), 1, 10));
            assertTrue(Positions.hasRun(view(2, 3, 4, 5), 1, 5));
        }

        @Test
        void notOfOtherLayouts() {
            assertFalse(Positions.hasRun(view(2, 3, 4, 5), 1, 40));
            assertFalse(Positions.hasRun(view(2, 3, 4, 5), 1, 8));
            assertFalse(Positions.hasRun(view(2, 3, 4, 10).slice(3, 0, 5), 1, 20));
            assertFalse(Positions.hasRun(view(7, 3).transpose(0, 1), 0, 7));
            assertFalse(Positions.hasRun(null, 0, 1));
        }
    }

    @Test
    void rowsOfAView() {
        FloatTensor view = FloatTensor.of(new float[200], 3, new int[] {2, 3, 4}, new int[] {60, 7, 25});
        assertEquals(8, Positions.count(view, 1));
        assertEquals(6, Positions.count(view, 2));
        assertEquals(3, Positions.length(view, 1));
        assertEquals(7, Positions.stride(view, 1));
        assertEquals(3, Positions.offset(view, 1, 0));
        assertEquals(3 + 25, Positions.offset(view, 1, 1));
        assertEquals(3 + 60 + 2 * 25, Positions.offset(view, 1, 6));
        assertEquals(3 + 60 + 2 * 7, Positions.offset(view, 2, 5));
        assertEquals(1, Positions.count(view(), 0));
        assertEquals(1, Positions.length(view(), 0));
        assertEquals(1, Positions.stride(view(), 0));
        assertEquals(1, Positions.stride(FloatTensor.of(new float[9], 0, new int[] {2, 1}, new int[] {3, 5}), 1));
    }
}
