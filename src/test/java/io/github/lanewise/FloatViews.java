// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.SplittableRandom;

/** FloatViews for tests: random ones, copies in other layouts, and where their elements lie, found by counting. */
final class FloatViews {
    private static final int GUARD = 5;

    private FloatViews() {}

    /** Index in the array of every element in row-major order, by counting indices up one by one. */
    static int[] positions(FloatTensor view) {
        int[] shape = view.shape();
        int[] positions = new int[view.numel()];
        int[] index = new int[shape.length];
        for (int i = 0; i < positions.length; i++) {
            int position = view.offset();
            for (int d = 0; d < index.length; d++) {
                position += index[d] * view.stride(d);
            }
            positions[i] = position;
            for (int d = index.length - 1; d >= 0 && ++index[d] == shape[d]; d--) {
                index[d] = 0;
            }
        }
        return positions;
    }

    /** A row-major view inside a longer array of random numbers. */
    static FloatTensor guarded(SplittableRandom random, int... shape) {
        int numel = 1;
        int[] strides = new int[shape.length];
        for (int d = shape.length - 1; d >= 0; d--) {
            strides[d] = numel;
            numel *= shape[d];
        }
        return FloatTensor.of(normal(random, numel + 2 * GUARD), GUARD, shape, strides);
    }

    /** Random numbers around 0. */
    static float[] normal(SplittableRandom random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian(0.0, 3.0);
        }
        return values;
    }

    /** Random classes. */
    static int[] classes(SplittableRandom random, int length, int classes) {
        return random.ints(length, 0, classes).toArray();
    }

    static long[] toLongs(int[] values) {
        long[] longs = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            longs[i] = values[i];
        }
        return longs;
    }

    /** A view with random sizes and strides, which may be 0 or negative or lead to an element twice. */
    static FloatTensor anyStrides(SplittableRandom random, int rank, int largestStride) {
        int[] shape = new int[rank];
        int[] strides = new int[rank];
        int low = 0;
        int high = 0;
        for (int d = 0; d < rank; d++) {
            shape[d] = random.nextInt(1, 5);
            strides[d] = random.nextInt(-largestStride, largestStride + 1);
            int reach = (shape[d] - 1) * strides[d];
            low += Math.min(reach, 0);
            high += Math.max(reach, 0);
        }
        int before = random.nextInt(3);
        float[] data = counting(high - low + 1 + before + random.nextInt(3));
        return FloatTensor.of(data, before - low, shape, strides);
    }

    /** A view cut, selected, transposed and reshaped out of an array. */
    static FloatTensor derived(SplittableRandom random, float[] data, int... shape) {
        FloatTensor view = FloatTensor.of(data, shape);
        int steps = random.nextInt(5);
        for (int s = 0; s < steps && view.rank() > 0; s++) {
            int dim = random.nextInt(-view.rank(), view.rank());
            switch (random.nextInt(4)) {
                case 0 -> {
                    int from = random.nextInt(view.size(dim));
                    view = view.slice(dim, from, random.nextInt(from + 1, view.size(dim) + 1));
                }
                case 1 -> view = view.select(dim, random.nextInt(view.size(dim)));
                case 2 -> view = view.transpose(dim, random.nextInt(-view.rank(), view.rank()));
                default -> view = view.isContiguous() ? view.reshape(view.numel()) : view;
            }
        }
        return view;
    }

    /** An array whose elements are their own indices. */
    static float[] counting(int length) {
        float[] data = new float[length];
        for (int i = 0; i < length; i++) {
            data[i] = i;
        }
        return data;
    }

    /** Ways to lay out a view's elements in an array. */
    enum Layout {
        ROW_MAJOR,
        /** The first and the last dimension exchanged in memory. */
        TRANSPOSED,
        /** Every element has a neighbour that does not belong to the view. */
        SPREAD,
        /** The last dimension runs backwards. */
        REVERSED;

        /** A view with the given elements in this layout, inside a longer array of other numbers. */
        FloatTensor of(float[] elements, int... shape) {
            int[] order = shape.clone();
            if (this == TRANSPOSED && shape.length > 1) {
                order[0] = shape[shape.length - 1];
                order[shape.length - 1] = shape[0];
            }
            int step = this == SPREAD ? 2 : 1;
            int[] strides = new int[shape.length];
            int numel = 1;
            for (int d = shape.length - 1; d >= 0; d--) {
                strides[d] = numel * step;
                numel *= order[d];
            }
            int offset = GUARD;
            if (this == TRANSPOSED && shape.length > 1) {
                int first = strides[0];
                strides[0] = strides[shape.length - 1];
                strides[shape.length - 1] = first;
            } else if (this == REVERSED && shape.length > 0) {
                offset += Math.max(0, shape[shape.length - 1] - 1);
                strides[shape.length - 1] = -1;
            }
            float[] data = normal(new SplittableRandom(numel), numel * step + 2 * GUARD);
            FloatTensor view = FloatTensor.of(data, offset, shape, strides);
            int[] positions = positions(view);
            for (int i = 0; i < positions.length; i++) {
                data[positions[i]] = elements[i];
            }
            return view;
        }
    }
}
