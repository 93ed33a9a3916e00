// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import org.jspecify.annotations.Nullable;

/**
 * The walks of one-hot, gather and scatter. Indices lie row-major over a shape of their own; a row of them along the
 * dimension at hand meets the rows at the same position of the other views.
 */
final class FloatIndexing {
    private FloatIndexing() {}

    /** 1 at each entry's class, 0 elsewhere. */
    static void oneHot(int @Nullable [] ints, long @Nullable [] longs, FloatTensor output) {
        int axis = output.rank() - 1;
        int count = Positions.count(output, axis);
        int n = Positions.length(output, axis);
        int stride = Positions.stride(output, axis);
        float[] out = output.array();
        for (int p = 0; p < count; p++) {
            int offset = Positions.offset(output, axis, p);
            for (int i = 0; i < n; i++) {
                out[offset + i * stride] = 0f;
            }
            out[offset + (int) ClassIndices.at(ints, longs, p) * stride] = 1f;
        }
    }

    private static int offset(FloatTensor x, int[] shape, int axis, int row) {
        return x.rank() == 0 ? x.offset() : x.offset() + Shapes.position(shape, x.strides(), axis, row);
    }

    /** {@code output[.., i, ..] = input[.., index[.., i, ..], ..]}. */
    static void gather(
            FloatTensor input,
            int axis,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int[] shape,
            FloatTensor output) {
        int rows = IndexShapes.rows(shape, axis);
        int n = IndexShapes.size(shape, axis);
        int step = IndexShapes.step(shape, axis);
        int xs = Positions.stride(input, axis);
        int os = Positions.stride(output, axis);
        for (int row = 0; row < rows && n > 0; row++) {
            int start = IndexShapes.start(shape, axis, row);
            int xo = offset(input, shape, axis, row);
            int oo = offset(output, shape, axis, row);
            for (int i = 0; i < n; i++) {
                int index = (int) ClassIndices.at(ints, longs, start + i * step);
                output.array()[oo + i * os] = input.array()[xo + index * xs];
            }
        }
    }

    /** {@code output[.., index[.., i, ..], ..] += source[.., i, ..]}, in the order of the indices. */
    static void scatterAdd(
            FloatTensor source,
            int axis,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int[] shape,
            FloatTensor output) {
        int rows = IndexShapes.rows(shape, axis);
        int n = IndexShapes.size(shape, axis);
        int step = IndexShapes.step(shape, axis);
        int ss = Positions.stride(source, axis);
        int os = Positions.stride(output, axis);
        for (int row = 0; row < rows && n > 0; row++) {
            int start = IndexShapes.start(shape, axis, row);
            int so = offset(source, shape, axis, row);
            int oo = offset(output, shape, axis, row);
            for (int i = 0; i < n; i++) {
                int index = (int) ClassIndices.at(ints, longs, start + i * step);
                float sum = output.array()[oo + index * os] + source.array()[so + i * ss];
                output.array()[oo + index * os] = Float.isNaN(sum) ? Float.NaN : sum;
            }
        }
    }

    /**
     * {@code output[.., index[.., i, ..], ..] = source[.., i, ..]}, or the value without a source; the last one
     * stays.
     */
    static void put(
            @Nullable FloatTensor source,
            float value,
            int axis,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int[] shape,
            FloatTensor output) {
        int rows = IndexShapes.rows(shape, axis);
        int n = IndexShapes.size(shape, axis);
        int step = IndexShapes.step(shape, axis);
        int ss = source == null ? 0 : Positions.stride(source, axis);
        int os = Positions.stride(output, axis);
        for (int row = 0; row < rows && n > 0; row++) {
            int start = IndexShapes.start(shape, axis, row);
            int so = source == null ? 0 : offset(source, shape, axis, row);
            int oo = offset(output, shape, axis, row);
            for (int i = 0; i < n; i++) {
                int index = (int) ClassIndices.at(ints, longs, start + i * step);
                output.array()[oo + index * os] = source == null ? value : source.array()[so + i * ss];
            }
        }
    }

    /** Gradient of the source of {@link #put}: that of its place, 0 where a later one took the place. */
    static void lastWriters(
            FloatTensor gradOutput,
            int axis,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int[] shape,
            FloatTensor gradSource) {
        int rows = IndexShapes.rows(shape, axis);
        int n = IndexShapes.size(shape, axis);
        int step = IndexShapes.step(shape, axis);
        int gs = Positions.stride(gradOutput, axis);
        int ss = Positions.stride(gradSource, axis);
        IndexMarks marks = IndexMarks.borrow(Positions.length(gradOutput, axis));
        for (int row = 0; row < rows && n > 0; row++) {
            int start = IndexShapes.start(shape, axis, row);
            int go = offset(gradOutput, shape, axis, row);
            int so = offset(gradSource, shape, axis, row);
            for (int i = n - 1; i >= 0; i--) {
                int index = (int) ClassIndices.at(ints, longs, start + i * step);
                gradSource.array()[so + i * ss] =
                        marks.mark(index) ? 0f : gradOutput.array()[go + index * gs];
            }
            marks.clear(ints, longs, start, step, n);
        }
        marks.giveBack();
    }

    /** Copies all elements; nothing to do where both are the same view. */
    static void copy(FloatTensor input, FloatTensor output) {
        int axis = Math.max(input.rank() - 1, 0);
        int count = Positions.count(input, axis);
        int n = Positions.length(input, axis);
        int xs = Positions.stride(input, axis);
        int os = Positions.stride(output, axis);
        for (int p = 0; p < count && n > 0; p++) {
            int xo = Positions.offset(input, axis, p);
            int oo = Positions.offset(output, axis, p);
            if (xs == 1 && os == 1) {
                System.arraycopy(input.array(), xo, output.array(), oo, n);
            } else {
                for (int i = 0; i < n; i++) {
                    output.array()[oo + i * os] = input.array()[xo + i * xs];
                }
            }
        }
    }

    /** Sets all elements to 0. */
    static void clear(FloatTensor output) {
        int axis = Math.max(output.rank() - 1, 0);
        int count = Positions.count(output, axis);
        int n = Positions.length(output, axis);
        int stride = Positions.stride(output, axis);
        for (int p = 0; p < count && n > 0; p++) {
            int offset = Positions.offset(output, axis, p);
            for (int i = 0; i < n; i++) {
                output.array()[offset + i * stride] = 0f;
            }
        }
    }
}
