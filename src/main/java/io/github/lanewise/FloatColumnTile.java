// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.INPUT;
import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.Kernels;

/**
 * A tile of columns that lie beside each other, and what is computed from it, element by element. It is copied out of the view
 * first, and what is computed takes the copy's place until it goes to the output: columns are read several times, and those of
 * an image whose size is a power of two lie so that caches hold a few of their classes only. Columns that are too long for it
 * are walked where they are.
 */
final class FloatColumnTile {
    /** Longer columns are not copied. */
    private static final int LONGEST_COPIED = 256;

    private static final int TILE = FloatColumnScratch.TILE;

    private final FloatColumnScratch scratch;
    private float[] copy = new float[0];
    private boolean compact;

    /** Element {@code i} of column {@code p} is at {@code offset + i * stride + p}. */
    float[] elements = copy;

    int offset;
    int stride;

    /** The place of what is computed, alike. */
    float[] out = copy;

    int outOffset;
    int outStride;

    FloatColumnTile(FloatColumnScratch scratch) {
        this.scratch = scratch;
    }

    /** Takes the columns from a position on, and finds their maxima, without NaN, and their {@link FloatColumnScratch#excess}. */
    void read(FloatStage stage, FloatTensor view, int axis, int p, int width) {
        int n = Positions.length(view, axis);
        offset = stage.readColumns(INPUT, view, axis, p, width);
        elements = stage.array(INPUT, view);
        stride = FloatStage.columnStride(view, axis);
        compact = !view.hasArray() || n <= LONGEST_COPIED;
        if (compact && view.hasArray()) {
            if (copy.length < n * TILE) {
                copy = new float[n * TILE];
            }
            Kernels.FLOAT.columnCopyMax(elements, offset, stride, n, width, copy, TILE, scratch.max);
            elements = copy;
            offset = 0;
            stride = TILE;
        } else {
            Kernels.FLOAT.columnMax(elements, offset, stride, n, width, scratch.max);
        }
        scratch.sumExp(elements, offset, stride, n, width);
    }

    /** Makes a place for what is computed from the columns, which may be where they are themselves. */
    void beginOutput(FloatStage stage, FloatTensor output, int axis, int p, int width) {
        if (compact) {
            out = elements;
            outOffset = offset;
            outStride = stride;
        } else {
            outOffset = stage.writeColumns(OUTPUT, output, axis, p, width);
            out = stage.array(OUTPUT, output);
            outStride = FloatStage.columnStride(output, axis);
        }
    }

    /** Brings what has been computed to the output. */
    void endOutput(FloatTensor output, int axis, int p, int width) {
        if (!compact) {
            return;
        }
        int n = Positions.length(output, axis);
        int to = Positions.offset(output, axis, p);
        int step = Positions.stride(output, axis);
        for (int i = 0; i < n; i++) {
            output.write(out, outOffset + i * outStride, width, to + i * step, 1);
        }
    }

    /** Lets go of the caller's arrays. */
    void clear() {
        elements = copy;
        out = copy;
    }
}
