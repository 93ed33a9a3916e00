// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;
import java.util.Objects;

/**
 * Rows of floats of different lengths, one after the other in one array or other memory: a view, as {@link FloatTensor} is one
 * of rows of equal length. Use it where every request has a number of candidates of its own, so that there is nothing to pad
 * and to mask.
 *
 * <p>Row {@code i} holds the elements from {@code rowOffsets[i]} up to but not including {@code rowOffsets[i + 1]}, as the rows
 * of a sparse matrix in compressed form do. The first offset need not be 0, nor the last the number of elements: what lies
 * before and behind is not touched. A row may be empty; it is treated as a row without elements is elsewhere, and is none of
 * those that {@link OnEmpty} is asked about: nothing is left out of it.
 *
 * <pre>{@code
 * int[] rowOffsets = {0, 3, 3, 10};                              // rows of 3, 0 and 7 scores
 * FloatRagged scores = FloatRagged.of(data, rowOffsets);
 * Softmax.softmax(scores, scores);                               // in place, row by row
 * float loss = CrossEntropyLoss.create().forward(scores, target); // target[i] is numbered within row i
 * }</pre>
 *
 * <p>Every operation gives each row the bits of the same call on that row alone, so a ragged batch whose rows are equally long
 * has the bits of the dense one.
 *
 * <p>Immutable, and may be shared between threads; the contents of the memory are the caller's to guard, as for views. Rows in
 * arrays are computed with where they lie; those in other memory are copied one by one. Making a ragged view copies the
 * offsets; what is made of it, the views of {@link #row} aside, allocates nothing. Methods throw {@link NullPointerException}
 * for a null argument.
 */
public final class FloatRagged {
    private final FloatTensor data;
    private final FloatTensor span;
    private final RaggedRows rows;

    private FloatRagged(FloatTensor data, FloatTensor span, RaggedRows rows) {
        this.data = data;
        this.span = span;
        this.rows = rows;
    }

    /**
     * Rows of an array.
     *
     * @param data the array that holds the elements
     * @param rowOffsets index of the first element of each row, and the index behind the last row's last element; copied
     * @return the view
     * @throws IllegalArgumentException if there is no offset, or one is less than that before it
     * @throws IndexOutOfBoundsException if the first offset is negative or the last one exceeds the length of the array
     */
    public static FloatRagged of(float[] data, int[] rowOffsets) {
        Objects.requireNonNull(data, "data");
        return of(FloatTensor.of(data, data.length), rowOffsets);
    }

    /**
     * Rows of a view of any memory and with any stride.
     *
     * @param data the elements, of one dimension
     * @param rowOffsets number of the first element of each row, and the number behind the last row's last element; copied
     * @return the view
     * @throws IllegalArgumentException if the view has not one dimension, there is no offset, or one is less than that before it
     * @throws IndexOutOfBoundsException if the first offset is negative or the last one exceeds the number of elements
     */
    public static FloatRagged of(FloatTensor data, int[] rowOffsets) {
        Objects.requireNonNull(data, "data");
        if (data.rank() != 1) {
            throw new IllegalArgumentException("data has shape " + Arrays.toString(data.sizes())
                    + " but rows lie one after the other in one dimension; give data.reshape(-1)");
        }
        RaggedRows rows = RaggedRows.of(rowOffsets, data.numel());
        return new FloatRagged(data, data.slice(0, rows.start, rows.start + rows.offset(rows.rows())), rows);
    }

    /**
     * Number of rows.
     *
     * @return the number of rows, empty ones included
     */
    public int rows() {
        return rows.rows();
    }

    /**
     * Number of elements of a row.
     *
     * @param row number of the row
     * @return its length
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public int rowLength(int row) {
        return rows.length(rows.checkedRow(row));
    }

    /**
     * Where a row begins.
     *
     * @param row number of the row
     * @return the number of its first element in the data, as it was given
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public int rowOffset(int row) {
        return rows.start + rows.offset(rows.checkedRow(row));
    }

    /**
     * One row. Makes a new view at every call.
     *
     * @param row number of the row
     * @return a view of its elements, of shape {@code (rowLength(row))}
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public FloatTensor row(int row) {
        int from = rowOffset(row);
        return data.slice(0, from, from + rowLength(row));
    }

    /** All rows, one after the other. */
    FloatTensor span() {
        return span;
    }

    /** Where they begin in the span. */
    RaggedRows plan() {
        return rows;
    }

    /** The span of an output, which has to have rows of the same lengths. */
    FloatTensor like(String name, FloatRagged output, String outputName) {
        Objects.requireNonNull(output, outputName);
        rows.checkSame(name, output.rows, outputName);
        return output.span;
    }

    /**
     * The number of rows and elements.
     *
     * @return a description for messages
     */
    @Override
    public String toString() {
        return "FloatRagged: " + rows() + (rows() == 1 ? " row, " : " rows, ") + span.numel() + " elements in all";
    }
}
