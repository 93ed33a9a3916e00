// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Independent of the kernels. */
@Tag("once")
class FloatTensorTest {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<IndexOutOfBoundsException> INDEX = IndexOutOfBoundsException.class;
    private static final Class<NullPointerException> NULL = NullPointerException.class;

    private final float[] data = FloatViews.counting(24);
    private final FloatTensor view = FloatTensor.of(data, 2, 3, 4);

    @Nested
    class RowMajor {
        @Test
        void lastDimensionIsNextToItself() {
            assertEquals(3, view.rank());
            assertEquals(24, view.numel());
            assertArrayEquals(new int[] {2, 3, 4}, view.shape());
            assertEquals(12, view.stride(0));
            assertEquals(4, view.stride(1));
            assertEquals(1, view.stride(2));
            assertEquals(0, view.offset());
            assertTrue(view.isContiguous());
            assertEquals(12 + 2 * 4 + 3, view.get(1, 2, 3));
        }

        @Test
        void aPartOfAnArray() {
            FloatTensor part = FloatTensor.of(data, 3, new int[] {2, 4});
            assertSame(data, part.array());
            assertEquals(3, part.offset());
            assertTrue(part.isContiguous());
            assertEquals(3 + 4 + 2, part.get(1, 2));
            assertArrayEquals(Arrays.copyOfRange(data, 3, 11), part.toArray());
            assertEquals(0, FloatTensor.of(data, 24, new int[] {0, 4}).numel());
            FloatBits.assertRejected(INDEX, () -> FloatTensor.of(data, 17, new int[] {2, 4}), "17", "24");
            FloatBits.assertRejected(INDEX, () -> FloatTensor.of(data, -1, new int[] {2, 4}), "-1");
            FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(data, 0, new int[] {-2, 4}), "-2");
            FloatBits.assertRejected(NULL, () -> FloatTensor.of(data, 0, (int[]) null), "shape");
        }

        @Test
        void dimensionsCountFromTheEndToo() {
            assertEquals(4, view.size(-1));
            assertEquals(2, view.size(-3));
            assertEquals(12, view.stride(-3));
            FloatBits.assertRejected(INDEX, () -> view.size(3), "dimension 3", "[-3, 2]", "rank 3");
            FloatBits.assertRejected(INDEX, () -> view.stride(-4), "dimension -4", "[-3, 2]");
        }

        @Test
        void nothingIsCopiedButTheShape() {
            assertSame(data, view.array());
            int[] shape = {2, 12};
            FloatTensor other = FloatTensor.of(data, shape);
            shape[0] = 99;
            other.shape()[1] = 99;
            assertArrayEquals(new int[] {2, 12}, other.shape());
            view.set(-1f, 1, 0, 0);
            assertEquals(-1f, data[12]);
            assertEquals(-1f, other.get(1, 0));
        }

        @Test
        void lengthHasToFit() {
            FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(data, 5, 5), "[5, 5]", "25", "24");
            FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(data, 23), "[23]", "24");
            FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(data), "[]", "holds 1", "24");
        }

        @Test
        void sizesAreNotNegative() {
            FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(data, -2, -12), "[-2, -12]", "-2");
            FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(new float[0], 0, -1), "[0, -1]", "-1");
        }

        @Test
        void shapesTooLargeForAnArrayAreRejectedAndNotWrapped() {
            float[] one = {1f};
            FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(one, 65536, 65537), "[65536, 65537]", "2147483647");
            FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(new float[0], 65536, 65536), "2147483647");
            // 641 * 6700417 = 2^32 + 1
            FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(one, 641, 6700417), "2147483647");
            int[] huge = {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 4};
            FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(one, huge), "2147483647");
            FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(one, 0, huge, new int[5]), "2147483647");
        }

        @Test
        void nullIsRejected() {
            FloatBits.assertRejected(NULL, () -> FloatTensor.of((float[]) null, 1), "data");
            FloatBits.assertRejected(NULL, () -> FloatTensor.of(data, (int[]) null), "shape");
            FloatBits.assertRejected(NULL, () -> FloatTensor.of((float[]) null, 0, new int[1], new int[1]), "data");
            FloatBits.assertRejected(NULL, () -> FloatTensor.of(data, 0, null, new int[1]), "shape");
            FloatBits.assertRejected(NULL, () -> FloatTensor.of(data, 0, new int[1], null), "strides");
            FloatBits.assertRejected(NULL, () -> view.reshape((int[]) null));
            FloatBits.assertRejected(NULL, () -> view.get((int[]) null));
        }
    }

    @Nested
    class Strided {
        @Test
        void elementsLieWhereTheStridesLead() {
            FloatTensor part = FloatTensor.of(data, 5, new int[] {2, 3}, new int[] {10, 2});
            assertArrayEquals(new float[] {5, 7, 9, 15, 17, 19}, part.toArray());
            assertEquals(17f, part.get(1, 1));
            assertFalse(part.isContiguous());
        }

        @Test
        void stridesMayBeNegativeOrZero() {
            FloatTensor backwards = FloatTensor.of(data, 23, new int[] {4}, new int[] {-7});
            assertArrayEquals(new float[] {23, 16, 9, 2}, backwards.toArray());
            FloatTensor repeated = FloatTensor.of(data, 3, new int[] {2, 3}, new int[] {0, 1});
            assertArrayEquals(new float[] {3, 4, 5, 3, 4, 5}, repeated.toArray());
            assertFalse(repeated.isContiguous());
        }

        @Test
        void stridesOfSizeOneDoNotMatter() {
            FloatTensor single =
                    FloatTensor.of(data, 23, new int[] {1, 1}, new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE});
            assertEquals(23f, single.get(0, 0));
            assertTrue(single.isContiguous());
            FloatTensor rows = FloatTensor.of(data, 0, new int[] {3, 1, 8}, new int[] {8, 999, 1});
            assertTrue(rows.isContiguous());
        }

        @Test
        void everyElementHasToBeInside() {
            int[] shape = {2, 3};
            FloatTensor.of(data, 3, shape, new int[] {16, 2});
            FloatBits.assertRejected(
                    INDEX,
                    () -> FloatTensor.of(data, 4, shape, new int[] {16, 2}),
                    "[2, 3]",
                    "[16, 2]",
                    "4 to 24",
                    "24");
            FloatTensor.of(data, 4, shape, new int[] {16, -2});
            FloatBits.assertRejected(INDEX, () -> FloatTensor.of(data, 3, shape, new int[] {16, -2}), "-1 to 19", "24");
            FloatBits.assertRejected(INDEX, () -> FloatTensor.of(data, -1, shape, new int[] {3, 1}), "offset -1");
            FloatBits.assertRejected(INDEX, () -> FloatTensor.of(data, 24, new int[0], new int[0]), "24 to 24");
            FloatBits.assertRejected(INDEX, () -> FloatTensor.of(new float[0], 0, new int[0], new int[0]), "of 0");
        }

        @Test
        void reachIsNotWrapped() {
            int[] shape = {3};
            FloatBits.assertRejected(
                    INDEX, () -> FloatTensor.of(data, 1, shape, new int[] {1 << 31}), "-4294967295 to 1");
            FloatBits.assertRejected(
                    INDEX, () -> FloatTensor.of(data, 0, new int[] {5}, new int[] {1 << 30}), "4294967296");
            int offset = Integer.MAX_VALUE;
            FloatBits.assertRejected(INDEX, () -> FloatTensor.of(data, offset, shape, new int[] {1}), "2147483649");
        }

        @Test
        void oneStrideForEachDimension() {
            FloatBits.assertRejected(
                    ARGUMENT, () -> FloatTensor.of(data, 0, new int[] {2, 3}, new int[] {1}), "[2, 3]", "[1]");
        }

        @Test
        void stridesAreCopied() {
            int[] strides = {8, 1};
            FloatTensor part = FloatTensor.of(data, 0, new int[] {3, 8}, strides);
            strides[0] = 0;
            assertEquals(8, part.stride(0));
        }
    }

    @Nested
    class Parts {
        @Test
        void selectDropsItsDimension() {
            FloatTensor plane = view.select(1, 2);
            assertArrayEquals(new int[] {2, 4}, plane.shape());
            assertArrayEquals(new float[] {8, 9, 10, 11, 20, 21, 22, 23}, plane.toArray());
            assertEquals(view.get(1, 2, 3), view.select(-1, 3).select(0, 1).get(2));
            assertEquals(23f, view.select(0, 1).select(0, 2).select(0, 3).get());
            FloatBits.assertRejected(INDEX, () -> view.select(1, 3), "index 3", "dimension 1", "[2, 3, 4]", "[0, 3)");
            FloatBits.assertRejected(INDEX, () -> view.select(-1, -1), "index -1", "dimension 2", "[0, 4)");
            FloatBits.assertRejected(INDEX, () -> view.select(3, 0), "dimension 3");
        }

        @Test
        void sliceKeepsItsDimension() {
            FloatTensor part = view.slice(1, 1, 3).slice(-1, 0, 2);
            assertArrayEquals(new int[] {2, 2, 2}, part.shape());
            assertArrayEquals(new float[] {4, 5, 8, 9, 16, 17, 20, 21}, part.toArray());
            FloatBits.assertRejected(INDEX, () -> view.slice(1, 0, 4), "[0, 4)", "dimension 1", "<= 3");
            FloatBits.assertRejected(INDEX, () -> view.slice(2, -1, 2), "[-1, 2)", "dimension 2");
            FloatBits.assertRejected(INDEX, () -> view.slice(-3, 2, 1), "[2, 1)", "dimension 0");
        }

        @Test
        void emptySliceStaysInsideTheArray() {
            FloatTensor none = view.slice(0, 2, 2);
            assertArrayEquals(new int[] {0, 3, 4}, none.shape());
            assertEquals(0, none.numel());
            assertEquals(0, none.toArray().length);
            assertTrue(none.offset() <= data.length);
            assertTrue(none.isContiguous());
        }

        @Test
        void transposeExchangesTwoDimensions() {
            FloatTensor turned = view.transpose(0, -1);
            assertArrayEquals(new int[] {4, 3, 2}, turned.shape());
            assertEquals(view.get(1, 2, 3), turned.get(3, 2, 1));
            assertFalse(turned.isContiguous());
            assertArrayEquals(view.toArray(), turned.transpose(2, 0).toArray());
            assertArrayEquals(view.toArray(), view.transpose(1, 1).toArray());
            FloatBits.assertRejected(INDEX, () -> view.transpose(0, 3), "dimension 3");
            FloatBits.assertRejected(INDEX, () -> view.transpose(-4, 0), "dimension -4");
        }

        @Test
        void partsOfPartsLeadToTheSameElements() {
            SplittableRandom random = new SplittableRandom(1);
            for (int round = 0; round < 2000; round++) {
                FloatTensor part = FloatViews.derived(random, FloatViews.counting(120), 2, 3, 4, 5);
                int[] positions = FloatViews.positions(part);
                float[] elements = part.toArray();
                for (int i = 0; i < positions.length; i++) {
                    assertEquals(positions[i], elements[i]);
                }
            }
        }
    }

    @Nested
    class Elements {
        @Test
        void indexHasToBeInside() {
            FloatBits.assertRejected(INDEX, () -> view.get(0, 3, 0), "index 3", "dimension 1", "[2, 3, 4]", "[0, 3)");
            FloatBits.assertRejected(INDEX, () -> view.get(-1, 0, 0), "index -1", "dimension 0");
            FloatBits.Snapshot snapshot = FloatBits.Snapshot.of(view);
            FloatBits.assertRejected(INDEX, snapshot, "set", () -> view.set(7f, 0, 0, 4), "index 4", "dimension 2");
            FloatBits.assertRejected(ARGUMENT, snapshot, "set", () -> view.set(7f, 0, 0), "2 indices", "[2, 3, 4]");
            FloatBits.assertRejected(ARGUMENT, () -> view.get(), "0 indices");
        }

        @Test
        void setWritesOneElement() {
            FloatTensor turned = view.transpose(0, 2).select(1, 1);
            turned.set(-5f, 3, 1);
            assertEquals(-5f, view.get(1, 1, 3));
            data[19] = 19f;
            assertArrayEquals(FloatViews.counting(24), data);
        }

        @Test
        void toArrayIsACopy() {
            float[] copy = view.toArray();
            assertNotSame(data, copy);
            Arrays.fill(copy, 0f);
            assertEquals(23f, view.get(1, 2, 3));
        }

        @Test
        void bitsOfNaNSurvive() {
            float payload = Float.intBitsToFloat(Float.floatToRawIntBits(Float.NaN) | 0x12345);
            float[] values = {payload, -0f};
            float[] copy = FloatTensor.of(values, 2).toArray();
            assertEquals(Float.floatToRawIntBits(payload), Float.floatToRawIntBits(copy[0]));
            assertEquals(Float.floatToRawIntBits(-0f), Float.floatToRawIntBits(copy[1]));
        }
    }

    @Nested
    class Corners {
        @Test
        void noDimensionsIsOneElement() {
            FloatTensor single = FloatTensor.of(new float[] {7f});
            assertEquals(0, single.rank());
            assertEquals(1, single.numel());
            assertEquals(7f, single.get());
            single.set(8f);
            assertArrayEquals(new float[] {8f}, single.toArray());
            assertTrue(single.isContiguous());
            FloatBits.assertRejected(INDEX, () -> single.size(0), "dimension 0", "without dimensions");
            FloatBits.assertRejected(INDEX, () -> single.select(-1, 0), "dimension -1");
            FloatBits.assertRejected(ARGUMENT, () -> single.get(0), "1 indices", "[]");
        }

        @Test
        void viewsMayBeEmpty() {
            FloatTensor none = FloatTensor.of(new float[0], 3, 0, 2);
            assertEquals(0, none.numel());
            assertEquals(0, none.toArray().length);
            assertTrue(none.isContiguous());
            assertArrayEquals(new int[] {0, 2}, none.select(0, 2).shape());
            assertArrayEquals(new int[] {2, 0, 3}, none.transpose(0, 2).shape());
            assertArrayEquals(new int[] {3, 0, 1}, none.slice(2, 1, 2).shape());
            FloatBits.assertRejected(INDEX, () -> none.select(1, 0), "index 0", "[0, 0)");
            FloatBits.assertRejected(INDEX, () -> none.get(0, 0, 0), "dimension 1");
            FloatTensor atTheEnd = FloatTensor.of(data, 24, new int[] {0}, new int[] {1});
            assertEquals(0, atTheEnd.numel());
            FloatBits.assertRejected(INDEX, () -> FloatTensor.of(data, 25, new int[] {0}, new int[] {1}), "offset 25");
            FloatBits.assertRejected(INDEX, () -> FloatTensor.of(data, -1, new int[] {0}, new int[] {1}), "offset -1");
        }

        @Test
        void emptyShapesMayHaveHugeOtherSizes() {
            assertEquals(0, FloatTensor.of(new float[0], 65536, 0, 65536).numel());
        }

        @Test
        void describesItsShapeStridesAndOffset() {
            String description = view.select(0, 1).toString();
            assertTrue(description.contains("[3, 4]"), description);
            assertTrue(description.contains("[4, 1]"), description);
            assertTrue(description.contains("12"), description);
        }
    }
}
