// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.reference;

import io.github.lanewise.testkit.Tensor;
import java.util.Arrays;

/** Shapes: equality, strides, broadcasting. */
final class Shapes {
    private Shapes() {}

    static int count(int... shape) {
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        return count;
    }

    static void same(Tensor input, Tensor target) {
        if (!Arrays.equals(input.shape(), target.shape())) {
            throw new IllegalArgumentException("target has shape " + Arrays.toString(target.shape()) + ", input has "
                    + Arrays.toString(input.shape()));
        }
    }

    static int[] strides(int... shape) {
        int[] strides = new int[shape.length];
        int stride = 1;
        for (int d = shape.length - 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= shape[d];
        }
        return strides;
    }

    /** The coordinates of an element. */
    static int[] coordinates(int index, int... shape) {
        int[] at = new int[shape.length];
        int rest = index;
        for (int d = shape.length - 1; d >= 0; d--) {
            at[d] = rest % shape[d];
            rest /= shape[d];
        }
        return at;
    }

    /** Repeats a tensor to a shape, from the last dimension on. */
    static double[] broadcast(Tensor small, int... shape) {
        int[] sizes = small.shape();
        int missing = shape.length - sizes.length;
        for (int d = 0; d < sizes.length; d++) {
            if (missing < 0 || (sizes[d] != 1 && sizes[d] != shape[missing + d])) {
                throw new IllegalArgumentException(
                        "shape " + Arrays.toString(sizes) + " can't be repeated to " + Arrays.toString(shape));
            }
        }
        int[] strides = strides(sizes);
        double[] big = new double[count(shape)];
        for (int i = 0; i < big.length; i++) {
            int[] at = coordinates(i, shape);
            int index = 0;
            for (int d = 0; d < sizes.length; d++) {
                index += sizes[d] == 1 ? 0 : at[missing + d] * strides[d];
            }
            big[i] = small.get(index);
        }
        return big;
    }
}
