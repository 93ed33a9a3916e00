// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.FloatTensor;
import java.util.Arrays;

/** Ways to lay a view out in an array that is larger than the view and filled with a guard value. */
enum FloatLayout {
    /** Row-major, at an offset, each line of the last dimension followed by a gap. */
    PADDED,
    /** Row-major with every other element left out. */
    STEPPED,
    /** Column-major: the first dimension's neighbours lie side by side. */
    TRANSPOSED,
    /** Row-major but for dimension 1, the classes, whose elements lie side by side. */
    CLASSES_LAST,
    /** Row-major from the end: all strides are negative. */
    BACKWARDS;

    /** A NaN that no result has. */
    private static final float GUARD = Float.intBitsToFloat(Float.floatToRawIntBits(Float.NaN) | 0xdead);

    private static final int MARGIN = 7;

    /** A view of a new array full of guard values. */
    FloatTensor view(int... shape) {
        int[] order = order(shape.length);
        int[] strides = new int[shape.length];
        int stride = this == STEPPED ? 2 : 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            int d = order[i];
            strides[d] = stride;
            stride *= Math.max(shape[d], 1);
            if (this == PADDED && i == shape.length - 1) {
                stride += 3;
            }
        }
        int offset = MARGIN;
        if (this == BACKWARDS) {
            for (int d = 0; d < shape.length; d++) {
                offset += Math.max(shape[d] - 1, 0) * strides[d];
                strides[d] = -strides[d];
            }
        }
        float[] array = new float[stride + 2 * MARGIN];
        Arrays.fill(array, GUARD);
        return FloatTensor.of(array, offset, shape, strides);
    }

    /** The dimensions from the outermost in memory to the innermost. */
    private int[] order(int rank) {
        int[] order = new int[rank];
        for (int i = 0; i < rank; i++) {
            order[i] = this == TRANSPOSED ? rank - 1 - i : i;
        }
        if (this == CLASSES_LAST && rank > 1) {
            for (int i = 1; i < rank - 1; i++) {
                order[i] = i + 1;
            }
            order[rank - 1] = 1;
        }
        return order;
    }

    /** Writes numbers through a view. */
    static void fill(FloatTensor view, float... numbers) {
        for (int i = 0; i < numbers.length; i++) {
            view.array()[position(view, i)] = numbers[i];
        }
    }

    /** Index in the array of the element with a row-major number. */
    private static int position(FloatTensor view, int number) {
        int position = view.offset();
        int rest = number;
        for (int d = view.rank() - 1; d >= 0; d--) {
            position += rest % view.size(d) * view.stride(d);
            rest /= view.size(d);
        }
        return position;
    }

    /** Whether all of the array outside the view still holds guard values. */
    static boolean guarded(FloatTensor view) {
        boolean[] inside = new boolean[view.array().length];
        for (int i = 0; i < view.numel(); i++) {
            inside[position(view, i)] = true;
        }
        for (int i = 0; i < inside.length; i++) {
            if (!inside[i] && Float.floatToRawIntBits(view.array()[i]) != Float.floatToRawIntBits(GUARD)) {
                return false;
            }
        }
        return true;
    }
}
