// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.Padding;
import io.github.lanewise.kernel.ScratchPool;
import org.jspecify.annotations.Nullable;

/**
 * Rows and tiles of columns where the kernels of arrays can reach them: in the caller's array if the view has one, else in a window that
 * moves along the view. So a kernel sees the same numbers in the same order whatever memory they lie in. Rows of native memory that
 * are computed where they lie pass it by.
 *
 * <p>A walk takes a stage for its views, asks it for the index of each row and then for the array, and finishes it, which
 * writes the last rows back. Where all views have arrays the stage is a shared one without windows, and costs nothing.
 */
final class FloatStage extends Padding {
    /** Numbers of the views of a walk. */
    static final int INPUT = 0;

    static final int OUTPUT = 1;
    static final int OTHER = 2;
    static final int OTHER_OUTPUT = 3;

    private static final ScratchPool<FloatStage> POOL = new ScratchPool<>(() -> new FloatStage(4));
    private static final FloatStage NONE = new FloatStage(0);

    private final FloatWindow[] windows;

    /** How many of the windows may have been used since the stage was taken. */
    private int used;

    /** Whether rows are brought and written one by one. */
    private boolean alone;

    private FloatStage(int size) {
        windows = new FloatWindow[size];
        for (int i = 0; i < size; i++) {
            windows[i] = new FloatWindow();
        }
    }

    /** A stage for one view. */
    static FloatStage of(FloatTensor view) {
        return of(view, null, null, null);
    }

    /** A stage for an input and what is computed from it. */
    static FloatStage of(FloatTensor input, @Nullable FloatTensor output) {
        return of(input, output, null, null);
    }

    /** A stage for several views, in any order. */
    static FloatStage of(
            FloatTensor one, @Nullable FloatTensor two, @Nullable FloatTensor three, @Nullable FloatTensor four) {
        return isReached(one) && isReached(two) && isReached(three) && isReached(four) ? NONE : POOL.borrow();
    }

    private static boolean isReached(@Nullable FloatTensor view) {
        return view == null || view.hasArray();
    }

    /** Stride of the rows of a view. */
    static int stride(FloatTensor view, int axis) {
        return view.hasArray() ? Positions.stride(view, axis) : 1;
    }

    /** Stride of the columns of a view. */
    static int columnStride(FloatTensor view, int axis) {
        return view.hasArray() ? Positions.stride(view, axis) : FloatColumnScratch.TILE;
    }

    /** The array that holds the row or tile that was asked for last. */
    float[] array(int number, FloatTensor view) {
        float[] array = view.arrayOrNull();
        return array != null ? array : windows[number].buffer();
    }

    /** Index in the array of the first element of a row to be read. */
    int read(int number, FloatTensor view, int axis, int p) {
        return view.hasArray()
                ? Positions.offset(view, axis, p)
                : window(number).read(view, axis, p);
    }

    /** The same for a row whose maximum and excess are needed; both are found, if there is something to find them with. */
    int find(int number, FloatTensor view, int axis, int p, @Nullable FloatRowExcess row) {
        if (row == null) {
            return read(number, view, axis, p);
        }
        float[] array = view.arrayOrNull();
        if (array == null) {
            return window(number).find(view, axis, p, row, null, 0);
        }
        int offset = Positions.offset(view, axis, p);
        row.find(array, offset, Positions.stride(view, axis), Positions.length(view, axis));
        return offset;
    }

    /** The same for a row whose terms {@linkplain FloatRowExcess#findKeeping may be kept} in its place of an output, given. */
    int find(
            int number,
            FloatTensor view,
            int axis,
            int p,
            @Nullable FloatRowExcess row,
            float[] out,
            int outOffset,
            int outStride) {
        if (row == null) {
            return read(number, view, axis, p);
        }
        float[] array = view.arrayOrNull();
        if (array == null) {
            return window(number).find(view, axis, p, row, outStride == 1 ? out : null, outOffset);
        }
        int offset = Positions.offset(view, axis, p);
        int stride = Positions.stride(view, axis);
        float[] terms = FloatRowBlock.placeToKeep(array, offset, out, outOffset, outStride);
        row.findKeeping(array, offset, stride, Positions.length(view, axis), terms, outOffset);
        return offset;
    }

    /** The maximum of a row that has just been read, whose index in the array is given. */
    float max(int number, FloatTensor view, int axis, int p, int offset) {
        float[] array = view.arrayOrNull();
        return array != null
                ? FloatRows.max(array, offset, Positions.stride(view, axis), Positions.length(view, axis))
                : windows[number].max(p);
    }

    /** The same of a row that {@link #find} has been asked for. */
    float max(int number, FloatTensor view, int axis, int p, int offset, @Nullable FloatRowExcess row) {
        return row == null ? max(number, view, axis, p, offset) : row.max();
    }

    /** Index in the array of the first element of a row to be written; every row has to be, in order and as a whole. */
    int write(int number, FloatTensor view, int axis, int p) {
        return view.hasArray()
                ? Positions.offset(view, axis, p)
                : window(number).write(view, axis, p);
    }

    /** Index in the array of the first element of a row of which some elements are to be written; in any order of rows. */
    int update(int number, FloatTensor view, int axis, int p) {
        return view.hasArray()
                ? Positions.offset(view, axis, p)
                : window(number).update(view, axis, p);
    }

    /** Index in the array of the first element of a tile of columns to be read. */
    int readColumns(int number, FloatTensor view, int axis, int p, int width) {
        if (view.hasArray()) {
            return Positions.offset(view, axis, p);
        }
        window(number).readTile(view, axis, p, width);
        return 0;
    }

    /** Index in the array of the first element of a tile of columns to be written as a whole. */
    int writeColumns(int number, FloatTensor view, int axis, int p, int width) {
        if (view.hasArray()) {
            return Positions.offset(view, axis, p);
        }
        window(number).writeTile(view, axis, p, width);
        return 0;
    }

    /** An array of at least a size beside the rows, with any contents; the rows of that number are brought anew afterwards. */
    float[] room(int number, int size) {
        return window(number).room(size);
    }

    /** For a walk that computes most rows where they lie and asks for the others alone, in order. */
    void passOver() {
        alone = true;
    }

    private FloatWindow window(int number) {
        used = Math.max(used, number + 1);
        if (alone) {
            windows[number].passOver();
        }
        return windows[number];
    }

    /** Brings all that was written to its view, and gives the stage back. */
    @SuppressWarnings("ReferenceEquality") // the shared stage is one object
    void finish() {
        if (this == NONE) {
            return;
        }
        for (int i = 0; i < used; i++) {
            windows[i].flush();
            windows[i].clear();
        }
        used = 0;
        alone = false;
        POOL.giveBack(this);
    }
}
