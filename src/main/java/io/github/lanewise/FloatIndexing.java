// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.INPUT;
import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatRows;
import org.jspecify.annotations.Nullable;

/**
 * The walks of one-hot, gather and scatter. Indices lie row-major over a shape of their own; a row of them along the
 * dimension at hand meets the rows at the same position of the other views.
 */
final class FloatIndexing {
    /** Of fewer elements than the row's length divided by this, each is fetched by itself. */
    private static final int FEW = 8;

    private FloatIndexing() {}

    /** 1 at each entry's class, 0 elsewhere. */
    static void oneHot(int @Nullable [] ints, long @Nullable [] longs, FloatTensor output) {
        int axis = output.rank() - 1;
        int count = Positions.count(output, axis);
        int n = Positions.length(output, axis);
        int stride = FloatStage.stride(output, axis);
        FloatStage stage = FloatStage.of(output);
        for (int p = 0; p < count; p++) {
            int offset = stage.write(OUTPUT, output, axis, p);
            float[] out = stage.array(OUTPUT, output);
            for (int i = 0; i < n; i++) {
                out[offset + i * stride] = 0f;
            }
            out[offset + (int) ClassIndices.at(ints, longs, p) * stride] = 1f;
        }
        stage.finish();
    }

    /** {@code output[.., i, ..] = input[.., index[.., i, ..], ..]}. */
    static void gather(
            FloatTensor input,
            int axis,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int[] shape,
            FloatTensor output) {
        if (Shapes.numel(shape) == 0) {
            return;
        }
        int rows = IndexShapes.rows(shape, axis);
        int n = IndexShapes.size(shape, axis);
        int step = IndexShapes.step(shape, axis);
        int os = FloatStage.stride(output, axis);
        boolean few = n < Positions.length(input, axis) / FEW;
        int xs = few ? Positions.stride(input, axis) : FloatStage.stride(input, axis);
        FloatStage stage = FloatStage.of(input, output);
        for (int row = 0; row < rows; row++) {
            int start = IndexShapes.start(shape, axis, row);
            int p = IndexShapes.position(shape, axis, row, input.sizes());
            int oo = stage.write(OUTPUT, output, axis, row);
            float[] out = stage.array(OUTPUT, output);
            if (few && !input.hasArray()) {
                int xo = Positions.offset(input, axis, p);
                for (int i = 0; i < n; i++) {
                    int index = (int) ClassIndices.at(ints, longs, start + i * step);
                    out[oo + i * os] = input.element(xo + index * xs);
                }
                continue;
            }
            int xo = stage.read(INPUT, input, axis, p);
            float[] x = stage.array(INPUT, input);
            for (int i = 0; i < n; i++) {
                int index = (int) ClassIndices.at(ints, longs, start + i * step);
                out[oo + i * os] = x[xo + index * xs];
            }
        }
        stage.finish();
    }

    /** {@code output[.., index[.., i, ..], ..] += source[.., i, ..]}, in the order of the indices. */
    static void scatterAdd(
            FloatTensor source,
            int axis,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int[] shape,
            FloatTensor output) {
        if (Shapes.numel(shape) == 0) {
            return;
        }
        int rows = IndexShapes.rows(shape, axis);
        int n = IndexShapes.size(shape, axis);
        int step = IndexShapes.step(shape, axis);
        int ss = FloatStage.stride(source, axis);
        int os = FloatStage.stride(output, axis);
        FloatStage stage = FloatStage.of(source, output);
        for (int row = 0; row < rows; row++) {
            int start = IndexShapes.start(shape, axis, row);
            int so = stage.read(INPUT, source, axis, row);
            float[] terms = stage.array(INPUT, source);
            int oo = stage.update(OUTPUT, output, axis, IndexShapes.position(shape, axis, row, output.sizes()));
            float[] out = stage.array(OUTPUT, output);
            for (int i = 0; i < n; i++) {
                int index = (int) ClassIndices.at(ints, longs, start + i * step);
                float sum = out[oo + index * os] + terms[so + i * ss];
                out[oo + index * os] = Float.isNaN(sum) ? Float.NaN : sum;
            }
        }
        stage.finish();
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
        if (Shapes.numel(shape) == 0) {
            return;
        }
        int rows = IndexShapes.rows(shape, axis);
        int n = IndexShapes.size(shape, axis);
        int step = IndexShapes.step(shape, axis);
        int ss = source == null ? 0 : FloatStage.stride(source, axis);
        int os = FloatStage.stride(output, axis);
        FloatStage stage = FloatStage.of(output, source);
        for (int row = 0; row < rows; row++) {
            int start = IndexShapes.start(shape, axis, row);
            int oo = stage.update(OUTPUT, output, axis, IndexShapes.position(shape, axis, row, output.sizes()));
            float[] out = stage.array(OUTPUT, output);
            if (source == null) {
                for (int i = 0; i < n; i++) {
                    out[oo + (int) ClassIndices.at(ints, longs, start + i * step) * os] = value;
                }
                continue;
            }
            int so = stage.read(INPUT, source, axis, IndexShapes.position(shape, axis, row, source.sizes()));
            float[] from = stage.array(INPUT, source);
            for (int i = 0; i < n; i++) {
                int index = (int) ClassIndices.at(ints, longs, start + i * step);
                out[oo + index * os] = from[so + i * ss];
            }
        }
        stage.finish();
    }

    /** Gradient of the source of {@link #put}: that of its place, 0 where a later one took the place. */
    static void lastWriters(
            FloatTensor gradOutput,
            int axis,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int[] shape,
            FloatTensor gradSource) {
        if (Shapes.numel(shape) == 0) {
            return;
        }
        int rows = IndexShapes.rows(shape, axis);
        int n = IndexShapes.size(shape, axis);
        int step = IndexShapes.step(shape, axis);
        int gs = FloatStage.stride(gradOutput, axis);
        int ss = FloatStage.stride(gradSource, axis);
        IndexMarks marks = IndexMarks.borrow(Positions.length(gradOutput, axis));
        FloatStage stage = FloatStage.of(gradOutput, gradSource);
        for (int row = 0; row < rows; row++) {
            int start = IndexShapes.start(shape, axis, row);
            int go = stage.read(INPUT, gradOutput, axis, IndexShapes.position(shape, axis, row, gradOutput.sizes()));
            float[] g = stage.array(INPUT, gradOutput);
            int so = stage.update(OUTPUT, gradSource, axis, IndexShapes.position(shape, axis, row, gradSource.sizes()));
            float[] out = stage.array(OUTPUT, gradSource);
            for (int i = n - 1; i >= 0; i--) {
                int index = (int) ClassIndices.at(ints, longs, start + i * step);
                out[so + i * ss] = marks.mark(index) ? 0f : g[go + index * gs];
            }
            marks.clear(ints, longs, start, step, n);
        }
        stage.finish();
        marks.giveBack();
    }

    /** Copies all elements; nothing to do where both are the same view. */
    static void copy(FloatTensor input, FloatTensor output) {
        int axis = Math.max(input.rank() - 1, 0);
        int count = Positions.count(input, axis);
        int n = Positions.length(input, axis);
        int xs = FloatStage.stride(input, axis);
        int os = FloatStage.stride(output, axis);
        FloatStage stage = FloatStage.of(input, output);
        for (int p = 0; p < count && n > 0; p++) {
            int xo = stage.read(INPUT, input, axis, p);
            float[] x = stage.array(INPUT, input);
            int oo = stage.write(OUTPUT, output, axis, p);
            float[] out = stage.array(OUTPUT, output);
            if (xs == 1 && os == 1) {
                System.arraycopy(x, xo, out, oo, n);
            } else {
                for (int i = 0; i < n; i++) {
                    out[oo + i * os] = x[xo + i * xs];
                }
            }
        }
        stage.finish();
    }

    /** Sets all elements to 0. */
    static void clear(FloatTensor output) {
        int axis = Math.max(output.rank() - 1, 0);
        int count = Positions.count(output, axis);
        int n = Positions.length(output, axis);
        int stride = FloatStage.stride(output, axis);
        FloatStage stage = FloatStage.of(output);
        for (int p = 0; p < count && n > 0; p++) {
            int offset = stage.write(OUTPUT, output, axis, p);
            FloatRows.fill(stage.array(OUTPUT, output), offset, stride, n, 0f);
        }
        stage.finish();
    }
}
