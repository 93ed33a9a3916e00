// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.Padding;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part of a view whose memory the kernels of arrays can't reach, as an array: some rows one after the other, or a tile of
 * columns. It moves along the view in step with a walk, and writes back what was computed before it moves on.
 */
final class FloatWindow extends Padding {
    /**
     * Elements of rows that are brought at once, so that short rows do not each cost a copy; what stays in the L1 cache with the
     * windows of other views and what they were copied from.
     */
    private static final int STRIP = FloatLanes.CHUNK / 4;

    /** A window over longer rows is not kept. */
    private static final int LONGEST_KEPT = 1 << 22;

    private float[] buffer = new float[STRIP];

    private @Nullable FloatTensor view;
    private int axis;
    private int length;

    /** How many rows of the view fit. */
    private int most;

    /** How many of its rows lie one after the other without a gap, from each multiple of this number on. */
    private int run;

    /** The first position of the window, and how many there is room for. */
    private int first;

    private int room;

    /** Whether the window holds no more than one row. */
    private boolean alone;

    /** Columns of the tile; 0 if the window holds rows. */
    private int width;

    /** How many rows of an output have a place in the window, or columns of its tile. */
    private int written;

    float[] buffer() {
        return buffer;
    }

    /** Brings the row at a position, if it is not there yet; gives the index of its first element. */
    int read(FloatTensor from, int dim, int p) {
        if (!holds(from, p)) {
            moveTo(from, dim, p);
            load(from);
        }
        return (p - first) * length;
    }

    /** Brings the row at a position and finds its maximum and its excess, and keeps its terms where there is a place for them. */
    int find(FloatTensor from, int dim, int p, FloatRowExcess row, float @Nullable [] terms, int termsOffset) {
        int at = read(from, dim, p);
        row.findKeeping(buffer, at, 1, length, terms, termsOffset);
        return at;
    }

    /** The array for other use by the walk, with any contents; what has been written goes to its view before. */
    float[] room(int size) {
        flush();
        view = null;
        ensure(size);
        return buffer;
    }

    /** Has rows brought and written one by one from here on, since some of them are passed over. */
    void passOver() {
        alone = true;
    }

    private void load(FloatTensor from) {
        int offset = Positions.offset(from, axis, first);
        if (room > 1) {
            from.read(offset, 1, room * length, buffer, 0);
        } else if (length > 0) {
            from.read(offset, Positions.stride(from, axis), length, buffer, 0);
        }
    }

    /** Brings the row at a position, of which some elements are to be written. */
    int update(FloatTensor to, int dim, int p) {
        if (!holds(to, p)) {
            flush();
            moveTo(to, dim, p);
            load(to);
        }
        written = Math.max(written, p - first + 1);
        return (p - first) * length;
    }

    /** Makes a place for the row at a position; positions come in order, and none is left out. */
    int write(FloatTensor to, int dim, int p) {
        if (!holds(to, p)) {
            flush();
            moveTo(to, dim, p);
        }
        written = p - first + 1;
        return (p - first) * length;
    }

    /** The maximum of a row that was read. */
    float max(int p) {
        return FloatRows.max(buffer, (p - first) * length, 1, length);
    }

    /** Brings a tile of columns. */
    void readTile(FloatTensor from, int dim, int p, int columns) {
        moveToTile(from, dim, p, columns);
        int offset = Positions.offset(from, dim, p);
        int stride = Positions.stride(from, dim);
        for (int i = 0; i < length; i++) {
            from.read(offset + i * stride, 1, columns, buffer, i * FloatColumnScratch.TILE);
        }
    }

    /** Makes a place for a tile of columns. */
    void writeTile(FloatTensor to, int dim, int p, int columns) {
        flush();
        moveToTile(to, dim, p, columns);
        written = columns;
    }

    /** Brings to the view what has been written. */
    void flush() {
        if (written == 0 || length == 0) {
            return;
        }
        FloatTensor to = Objects.requireNonNull(view);
        int offset = Positions.offset(to, axis, first);
        int stride = Positions.stride(to, axis);
        if (width > 0) {
            for (int i = 0; i < length; i++) {
                to.write(buffer, i * FloatColumnScratch.TILE, width, offset + i * stride, 1);
            }
        } else if (room == 1) {
            to.write(buffer, 0, length, offset, stride);
        } else {
            to.write(buffer, 0, written * length, offset, 1);
        }
        written = 0;
    }

    /** Lets go of the view, and of a large array. */
    void clear() {
        view = null;
        alone = false;
        room = 0;
        written = 0;
        if (buffer.length > LONGEST_KEPT) {
            buffer = new float[STRIP];
        }
    }

    @SuppressWarnings("ReferenceEquality") // one walk knows its views by themselves
    private boolean holds(FloatTensor other, int p) {
        return view == other && width == 0 && p >= first && p - first < room;
    }

    private void moveTo(FloatTensor to, int dim, int p) {
        take(to, dim, p);
        width = 0;
        room = most == 1 ? 1 : Math.min(run - p % run, most);
        ensure(length);
    }

    private void moveToTile(FloatTensor to, int dim, int p, int columns) {
        take(to, dim, p);
        width = columns;
        room = 0;
        ensure(Math.multiplyExact(length, FloatColumnScratch.TILE));
    }

    @SuppressWarnings("ReferenceEquality") // one walk knows its views by themselves
    private void take(FloatTensor to, int dim, int p) {
        first = p;
        if (view != to || axis != dim) {
            view = to;
            axis = dim;
            length = Positions.length(to, dim);
            most = length == 0 || alone ? 1 : Math.max(1, STRIP / length);
            run = Positions.rowRun(to, dim);
        }
    }

    private void ensure(int size) {
        if (buffer.length < size) {
            buffer = new float[size];
        }
    }
}
