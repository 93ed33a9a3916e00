// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a call are, where they are not the whole rows of a view along a dimension: rows of different lengths, or
 * rows without the classes that a mask leaves out. A class has a number, by which callers know it, and an index in its row as
 * the kernels see it. Immutable, and made by the caller before the call, so that a call allocates nothing.
 */
abstract sealed class RowPlan permits ClassMask, RaggedRows {
    RowPlan() {}

    /** Number of rows. */
    abstract int count(Tensor scores, int axis);

    /** Number of classes that take part in a row. */
    abstract int length(int row);

    /** Number of classes of a row, whether they take part or not; their numbers are below it. */
    abstract int size(int row);

    /** Place of the first element of a row, whether it takes part or not. */
    abstract int place(Tensor view, int axis, int row);

    /** The numbers of the classes that take part, in ascending order for each row; null if all elements of each row do. */
    abstract int @Nullable [] chosen();

    /** Where the classes of a row begin in {@link #chosen}. */
    abstract int firstChosen(int row);

    /** Index of a class in its row, by its number; negative if it takes no part. */
    abstract int index(int row, long number);

    /** Number of the class with an index in a row. */
    abstract int number(int row, int index);

    /** Checks that scores have these rows. */
    abstract void checkScores(Tensor scores, String name, int axis);

    /** Checks the number of class weights, if there are any. */
    abstract void checkWeights(int weights);

    /** What is wrong with the number of a class that takes no part in a row, and what to give instead. */
    abstract String outside(int row, long number);

    /** Checks that there is a target for each row, which takes part or is ignored. */
    final void checkTargets(int rows, int @Nullable [] ints, long @Nullable [] longs, long ignoreIndex) {
        int given = ints != null ? ints.length : Objects.requireNonNull(longs, "target").length;
        if (given != rows) {
            throw new IllegalArgumentException("target has " + given + " entries but there are " + rows
                    + " rows; give one target for each, in their order");
        }
        for (int p = 0; p < rows; p++) {
            long target = ClassIndices.at(ints, longs, p);
            if (target != ignoreIndex && index(p, target) < 0) {
                throw new IndexOutOfBoundsException("target[" + p + "] = " + target + " " + outside(p, target)
                        + ", or mark the sample by ignoreIndex " + ignoreIndex);
            }
        }
    }

    /** Checks that no row is without a class. */
    final void checkNoneEmpty(int rows) {
        for (int p = 0; p < rows; p++) {
            if (length(p) == 0) {
                throw new IllegalArgumentException("row " + p + " has no class " + (chosen() == null ? "" : "left ")
                        + "; a row needs at least one here, so leave such rows away");
            }
        }
    }
}
