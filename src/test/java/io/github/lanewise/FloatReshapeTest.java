// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Independent of the kernels. */
@Tag("once")
class FloatReshapeTest {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;

    private final FloatTensor view = FloatTensor.of(FloatViews.counting(24), 2, 3, 4);

    @Test
    void keepsRowMajorOrder() {
        FloatTensor flat = view.reshape(24);
        assertArrayEquals(view.toArray(), flat.toArray());
        assertArrayEquals(view.toArray(), view.reshape(4, 3, 2).toArray());
        assertEquals(1, flat.stride(0));
    }

    @Test
    void worksOutOneSize() {
        assertArrayEquals(new int[] {6, 4}, view.reshape(-1, 4).shape());
        assertArrayEquals(new int[] {24}, view.reshape(-1).shape());
        assertArrayEquals(new int[] {2, 1, 12}, view.reshape(2, -1, 12).shape());
        assertArrayEquals(
                new int[] {0, 5}, FloatTensor.of(new float[0], 0).reshape(-1, 5).shape());
    }

    @Test
    void sizeThatCannotBeWorkedOutIsRejected() {
        FloatBits.assertRejected(ARGUMENT, () -> view.reshape(-1, 5), "[2, 3, 4]", "24", "[-1, 5]");
        FloatBits.assertRejected(ARGUMENT, () -> view.reshape(-1, -1), "[-1, -1]", "-1");
        FloatBits.assertRejected(ARGUMENT, () -> view.reshape(-2, -12), "[-2, -12]");
        FloatBits.assertRejected(ARGUMENT, () -> view.reshape(-1, 0), "[-1, 0]");
        FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(new float[0], 0).reshape(-1, 0), "[-1, 0]");
    }

    @Test
    void numberOfElementsStays() {
        FloatBits.assertRejected(ARGUMENT, () -> view.reshape(5, 5), "[2, 3, 4]", "24", "[5, 5]");
        FloatBits.assertRejected(ARGUMENT, () -> view.reshape(), "[]");
        FloatBits.assertRejected(ARGUMENT, () -> view.reshape(0), "[0]");
        FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(new float[0], 0).reshape(1), "[1]");
    }

    @Test
    void hugeShapesAreRejectedAndNotWrapped() {
        FloatTensor none = FloatTensor.of(new float[0], 0);
        // The product is 2^64, which is 0 in a long.
        FloatBits.assertRejected(ARGUMENT, () -> none.reshape(65536, 65536, 65536, 65536), "65536");
        FloatBits.assertRejected(ARGUMENT, () -> none.reshape(65536, 65536, 65536, 65536, -1), "65536");
        // The product of these is 2^64 - 1, which is -1 in a long; all of them twice is 1.
        int[] factors = {3, 5, 17, 257, 641, 65537, 6700417};
        int[] twice = Arrays.copyOf(factors, 14);
        System.arraycopy(factors, 0, twice, 7, 7);
        FloatTensor one = FloatTensor.of(new float[1], 1);
        FloatBits.assertRejected(ARGUMENT, () -> one.reshape(twice), "6700417");
        int[] inferred = Arrays.copyOf(factors, 8);
        inferred[7] = -1;
        FloatBits.assertRejected(ARGUMENT, () -> one.reshape(inferred), "6700417");
        assertArrayEquals(
                new int[] {65536, 0, 65536}, none.reshape(65536, 0, 65536).shape());
        FloatBits.assertRejected(ARGUMENT, () -> none.reshape(0, -1), "leaves open what -1 stands for");
    }

    @Test
    void sizeOneMayComeAndGoAnywhere() {
        FloatTensor column = view.transpose(0, 2).select(1, 1); // [4, 2], strides 1 and 12
        FloatTensor wide = column.reshape(1, 4, 1, 1, 2, 1);
        assertArrayEquals(column.toArray(), wide.toArray());
        assertArrayEquals(column.toArray(), wide.reshape(4, 2).toArray());
        FloatTensor single = view.select(0, 1).select(0, 1).select(0, 1);
        assertEquals(17f, single.reshape(1, 1, 1).get(0, 0, 0));
        assertEquals(17f, single.reshape(-1).reshape().get());
    }

    @Test
    void elementsThatNoStrideWalksNeedACopy() {
        FloatTensor turned = view.transpose(0, 1);
        FloatBits.assertRejected(ARGUMENT, () -> turned.reshape(24), "[3, 2, 4]", "[4, 12, 1]", "[24]", "toArray()");
        FloatBits.assertRejected(ARGUMENT, () -> turned.reshape(6, 4), "[6, 4]");
        assertArrayEquals(new int[] {3, 2, 2, 2}, turned.reshape(3, 2, 2, -1).shape());
    }

    @Test
    void repeatedAndReversedElements() {
        float[] data = FloatViews.counting(6);
        FloatTensor repeated = FloatTensor.of(data, 2, new int[] {2, 3}, new int[] {0, 0});
        assertArrayEquals(new float[] {2, 2, 2, 2, 2, 2}, repeated.reshape(6).toArray());
        FloatTensor backwards = FloatTensor.of(data, 5, new int[] {6}, new int[] {-1});
        assertArrayEquals(
                new float[] {5, 4, 3, 2, 1, 0}, backwards.reshape(3, 2).toArray());
    }

    /** A view exists exactly if each dimension steps by a constant; where it does, it leads to the same elements. */
    @Test
    void agreesWithCountingOverRandomViews() {
        SplittableRandom random = new SplittableRandom(2);
        int possible = 0;
        int impossible = 0;
        for (int round = 0; round < 20_000; round++) {
            FloatTensor old = random.nextBoolean()
                    ? FloatViews.anyStrides(random, random.nextInt(5), 4)
                    : FloatViews.derived(random, FloatViews.counting(96), 4, 2, 3, 4);
            int[] shape = randomShape(random, old.numel());
            int[] positions = FloatViews.positions(old);
            if (isStrided(positions, shape)) {
                possible++;
                FloatTensor reshaped = old.reshape(shape);
                assertArrayEquals(shape, reshaped.shape());
                assertArrayEquals(
                        positions, FloatViews.positions(reshaped), () -> old + " as " + Arrays.toString(shape));
            } else {
                impossible++;
                assertThrows(ARGUMENT, () -> old.reshape(shape), () -> old + " as " + Arrays.toString(shape));
            }
        }
        assertTrue(possible > 2000 && impossible > 2000, possible + " and " + impossible);
    }

    private static int[] randomShape(SplittableRandom random, int numel) {
        int[] shape = new int[random.nextInt(1, 6)];
        int rest = numel;
        for (int d = 0; d < shape.length - 1; d++) {
            int size = random.nextInt(1, 5);
            shape[d] = rest % size == 0 ? size : 1;
            rest /= shape[d];
        }
        shape[shape.length - 1] = rest;
        return shape;
    }

    private static boolean isStrided(int[] positions, int[] shape) {
        int block = positions.length;
        for (int size : shape) {
            // Within each block of this dimension, neighbours are all as far apart as the first two.
            block /= size;
            int stride = size > 1 ? positions[block] - positions[0] : 0;
            for (int i = 0; i < positions.length; i++) {
                if (i / block % size > 0 && positions[i] - positions[i - block] != stride) {
                    return false;
                }
            }
        }
        return true;
    }
}
