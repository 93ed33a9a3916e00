// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Rows of different lengths that lie one after the other in a view of one dimension, the first at its start: the row offsets of
 * a ragged batch, counted from the first row.
 */
final class RaggedRows extends RowPlan {
    /** The first offset as the caller gave it. */
    final int start;

    private final int[] offsets;

    private RaggedRows(int start, int[] offsets) {
        this.start = start;
        this.offsets = offsets;
    }

    /** Rows by the caller's offsets, which are copied. */
    static RaggedRows of(int[] rowOffsets, int elements) {
        int[] offsets = Objects.requireNonNull(rowOffsets, "rowOffsets").clone();
        if (offsets.length == 0) {
            throw new IllegalArgumentException(
                    "rowOffsets is empty; give the start of each row and the end of the last, so [0] for no rows");
        }
        for (int i = 1; i < offsets.length; i++) {
            if (offsets[i] < offsets[i - 1]) {
                throw new IllegalArgumentException(
                        "rowOffsets[" + i + "] = " + offsets[i] + " is less than rowOffsets["
                                + (i - 1) + "] = " + offsets[i - 1]
                                + "; rows lie one after the other, so give offsets that do not descend, equal ones for an empty row");
            }
        }
        int first = offsets[0];
        int last = offsets[offsets.length - 1];
        if (first < 0 || last > elements) {
            throw new IndexOutOfBoundsException("rowOffsets reach from " + first + " to " + last + " but data has "
                    + elements + " elements; give offsets in [0, " + elements + "]");
        }
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] -= first;
        }
        return new RaggedRows(first, offsets);
    }

    int rows() {
        return offsets.length - 1;
    }

    /** Start of a row, or the end of the last, counted from the first row. */
    int offset(int row) {
        return offsets[row];
    }

    int checkedRow(int row) {
        if (row < 0 || row >= rows()) {
            throw new IndexOutOfBoundsException("row " + row + " is outside [0, " + rows() + "), the rows there are");
        }
        return row;
    }

    /** Checks that an output has rows of the same lengths. */
    void checkSame(String name, RaggedRows other, String otherName) {
        if (this == other || Arrays.equals(offsets, other.offsets)) {
            return;
        }
        if (rows() != other.rows()) {
            throw new IllegalArgumentException(otherName + " has " + other.rows() + " rows but " + name + " has "
                    + rows() + "; they need rows of the same lengths");
        }
        for (int p = 0; p < rows(); p++) {
            if (length(p) != other.length(p)) {
                throw new IllegalArgumentException("row " + p + " of " + otherName + " has " + other.length(p)
                        + " elements but that of " + name + " has " + length(p)
                        + "; they need rows of the same lengths");
            }
        }
    }

    /** Checks a view with one value for each row. */
    void checkPerRow(@Nullable Tensor values, String name) {
        Objects.requireNonNull(values, name);
        if (values.rank() != 1 || values.sizes()[0] != rows()) {
            throw new IllegalArgumentException(name + " has shape " + Arrays.toString(values.sizes())
                    + " but needs the shape [" + rows() + "], one value for each row");
        }
    }

    @Override
    int count(Tensor scores, int axis) {
        return rows();
    }

    @Override
    int length(int row) {
        return offsets[row + 1] - offsets[row];
    }

    @Override
    int size(int row) {
        return length(row);
    }

    @Override
    int place(Tensor view, int axis, int row) {
        return view.offset() + offsets[row] * Positions.stride(view, axis);
    }

    @Override
    int @Nullable [] chosen() {
        return null;
    }

    @Override
    int firstChosen(int row) {
        return 0;
    }

    @Override
    int index(int row, long number) {
        return number >= 0 && number < length(row) ? (int) number : -1;
    }

    @Override
    int number(int row, int index) {
        return index;
    }

    @Override
    void checkScores(Tensor scores, String name, int axis) {
        // The view was made for these rows.
    }

    @Override
    void checkWeights(int weights) {
        for (int p = 0; weights >= 0 && p < rows(); p++) {
            if (length(p) != weights) {
                throw new IllegalArgumentException("the loss has " + weights + " class weights but row " + p + " has "
                        + length(p) + " elements; for rows of different lengths build it without weights");
            }
        }
    }

    @Override
    String outside(int row, long number) {
        return "is outside [0, " + length(row) + "), the elements of row " + row + "; number it within its row";
    }
}
