// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.Padding;
import io.github.lanewise.kernel.ScratchPool;
import java.util.Arrays;

/**
 * A row of a {@link RowPlan} where the kernels can reach it: in the caller's array if all its elements take part and lie in one,
 * else a copy of those that do, with stride 1. Borrowed from a pool; a walk takes one for each of its views, and what an output
 * holds it brings back row by row.
 */
final class FloatPlannedRow extends Padding {
    private static final ScratchPool<FloatPlannedRow> POOL = new ScratchPool<>(FloatPlannedRow::new);

    /** Room for longer rows is not kept. */
    private static final int LONGEST_KEPT = 1 << 22;

    private static final float[] NONE = {};

    /** The array that holds the row, the index of its first element, its stride and its length. */
    float[] array = NONE;

    int offset;
    int stride = 1;
    int length;

    /** A copy of what takes part. */
    private float[] own = NONE;

    /** A row of other memory with the classes that are left out. */
    private float[] whole = NONE;

    private FloatPlannedRow() {}

    static FloatPlannedRow borrow() {
        return POOL.borrow();
    }

    void giveBack() {
        array = NONE;
        if (own.length > LONGEST_KEPT || whole.length > LONGEST_KEPT) {
            own = NONE;
            whole = NONE;
        }
        POOL.giveBack(this);
    }

    /** Brings a row to be read. */
    void read(RowPlan plan, FloatTensor view, int axis, int row) {
        place(plan, view, axis, row);
        int[] classes = plan.chosen();
        float[] from = view.arrayOrNull();
        if (length == 0 || (classes == null && from != null)) {
            return;
        }
        int place = plan.place(view, axis, row);
        int step = Positions.stride(view, axis);
        if (classes == null) {
            view.read(place, step, length, own, 0);
        } else if (from != null) {
            gather(from, place, step, classes, plan.firstChosen(row));
        } else {
            int n = Positions.length(view, axis);
            growWhole(n);
            view.read(place, step, n, whole, 0);
            gather(whole, 0, 1, classes, plan.firstChosen(row));
        }
    }

    /** Finds the place of a row that is to be computed as a whole. */
    void place(RowPlan plan, FloatTensor view, int axis, int row) {
        float[] to = view.arrayOrNull();
        if (plan.chosen() == null && to != null) {
            array = to;
            offset = plan.place(view, axis, row);
            stride = Positions.stride(view, axis);
            length = plan.length(row);
        } else {
            own(plan.length(row));
        }
    }

    private void own(int n) {
        if (own.length < n) {
            own = new float[n];
        }
        array = own;
        offset = 0;
        stride = 1;
        length = n;
    }

    /** Brings a row that has been computed to its view, with a number for the classes that are left out. */
    void write(RowPlan plan, FloatTensor view, int axis, int row, float leftOut) {
        int[] classes = plan.chosen();
        float[] to = view.arrayOrNull();
        int n = classes == null ? length : Positions.length(view, axis);
        if (n == 0 || (classes == null && to != null)) {
            return;
        }
        int place = plan.place(view, axis, row);
        int step = Positions.stride(view, axis);
        if (classes == null) {
            view.write(own, 0, n, place, step);
        } else if (to != null) {
            FloatRows.fill(to, place, step, n, leftOut);
            scatter(classes, plan.firstChosen(row), to, place, step);
        } else {
            growWhole(n);
            Arrays.fill(whole, 0, n, leftOut);
            scatter(classes, plan.firstChosen(row), whole, 0, 1);
            view.write(whole, 0, n, place, step);
        }
    }

    private void growWhole(int n) {
        if (whole.length < n) {
            whole = new float[n];
        }
    }

    private void gather(float[] from, int place, int step, int[] classes, int first) {
        float[] to = own;
        for (int i = 0; i < length; i++) {
            to[i] = from[place + classes[first + i] * step];
        }
    }

    private void scatter(int[] classes, int first, float[] to, int place, int step) {
        float[] from = own;
        for (int i = 0; i < length; i++) {
            to[place + classes[first + i] * step] = from[i];
        }
    }
}
