// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What calls on rows of logits have to fit, and the messages where they do not. */
final class LogitShapes {
    /** As many elements as an array can have in any JVM. */
    private static final int MOST_ELEMENTS = Integer.MAX_VALUE - 8;

    private LogitShapes() {}

    /** The class dimension, the last one, which has to be there and not empty. */
    static int axis(Tensor logits) {
        Objects.requireNonNull(logits, "logits");
        int[] shape = logits.sizes();
        if (shape.length == 0) {
            throw new IllegalArgumentException(
                    "logits has no dimensions; it needs at least one, the classes: (C), (N, C) or (..., C)");
        }
        if (shape[shape.length - 1] == 0) {
            throw new IllegalArgumentException("logits has shape " + Arrays.toString(shape)
                    + " and so no class along its last dimension; a row needs at least one");
        }
        return shape.length - 1;
    }

    /** Checks one row of an array. */
    static void checkRow(int length, int offset, int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException(classes + " classes; a row needs at least one");
        }
        if (offset < 0 || offset > length - classes) {
            throw new IndexOutOfBoundsException("a row of " + classes + " classes at offset " + offset
                    + " is not inside an array of " + length
                    + (classes > length
                            ? "; at most so many classes fit"
                            : "; 0 <= offset <= " + (length - classes) + " is needed"));
        }
    }

    /** Checks that a row has as many classes as are to be listed. */
    static void checkTopK(int topK, int classes) {
        if (topK > classes) {
            throw new IllegalArgumentException("topK " + topK + " exceeds the " + classes
                    + " classes of a row; build the summary with a topK of at most " + classes);
        }
    }

    /** Checks the size of a results object. */
    static void checkRoom(int rows, int topK, int classes) {
        if (rows < 0 || classes < 0) {
            throw new IllegalArgumentException(
                    "room for " + rows + " rows and " + classes + " given classes a row; both are 0 or more");
        }
        if ((long) rows * Math.max(1, Math.max(topK, classes)) > MOST_ELEMENTS) {
            throw new IllegalArgumentException("room for " + rows + " rows with top " + topK + " and " + classes
                    + " given classes is more than an array holds; use several results objects");
        }
    }

    /** Checks that results belong to a summary and have room. */
    static void checkResults(boolean own, int capacity, int rows) {
        if (!own) {
            throw new IllegalArgumentException(
                    "results were made by another LogitSummary, so they may have no place for"
                            + " what this one computes; make them with this one's floatResults or doubleResults");
        }
        if (rows > capacity) {
            throw new IllegalArgumentException("logits has " + rows + " rows but results has room for " + capacity
                    + "; make results for " + rows + " rows, or pass the rows in several calls");
        }
    }

    /** Checks that logits are not the place where results go. */
    static void checkApart(boolean writes) {
        if (writes) {
            throw new IllegalArgumentException(
                    "logits lies in an array of results, which this call overwrites; copy it out first, or use other results");
        }
    }

    /** Checks the number of given classes and that each is one. */
    static void checkGiven(int @Nullable [] ints, long @Nullable [] longs, int rows, int perRow, int classes) {
        int given = checkGivenCount(ints, longs, rows, perRow);
        for (int i = 0; i < given; i++) {
            long c = ClassIndices.at(ints, longs, i);
            if (c < 0 || c >= classes) {
                throw noClass(i, c, classes);
            }
        }
    }

    /** Checks the number of given classes and that each is one of its row. */
    static void checkGiven(int @Nullable [] ints, long @Nullable [] longs, int rows, int perRow, RowPlan plan) {
        int given = checkGivenCount(ints, longs, rows, perRow);
        for (int i = 0; i < given; i++) {
            long c = ClassIndices.at(ints, longs, i);
            int classes = plan.size(i / perRow);
            if (c < 0 || c >= classes) {
                throw noClass(i, c, classes);
            }
        }
    }

    private static int checkGivenCount(int @Nullable [] ints, long @Nullable [] longs, int rows, int perRow) {
        int given = ints != null ? ints.length : longs != null ? longs.length : 0;
        if (given != (long) rows * perRow) {
            throw new IllegalArgumentException("value has " + given + " classes but results are made for " + perRow
                    + " in each of " + rows + " rows, so there must be " + (long) rows * perRow
                    + ", row by row; give as many, or make results for another number of given classes");
        }
        return given;
    }

    private static IndexOutOfBoundsException noClass(int index, long c, int classes) {
        return new IndexOutOfBoundsException(
                "value[" + index + "] = " + c + " is outside [0, " + classes + "), the classes of a row");
    }

    /** Checks the targets of a sequence: one for each row, each a class or ignored. */
    static void checkTargets(int @Nullable [] ints, long @Nullable [] longs, int rows, int classes, long ignoreIndex) {
        int given = ints != null ? ints.length : Objects.requireNonNull(longs, "target").length;
        if (given != rows) {
            throw new IllegalArgumentException("target has " + given + " entries but logits has " + rows
                    + " rows along its last dimension; give one target for each, row-major");
        }
        for (int i = 0; i < given; i++) {
            long target = ClassIndices.at(ints, longs, i);
            if (isNoToken(target, classes, ignoreIndex)) {
                throw noToken("target[" + i + "]", target, classes, ignoreIndex);
            }
        }
    }

    /** Checks a single target. */
    static void checkTarget(long target, int classes, long ignoreIndex) {
        if (isNoToken(target, classes, ignoreIndex)) {
            throw noToken("target", target, classes, ignoreIndex);
        }
    }

    private static boolean isNoToken(long target, int classes, long ignoreIndex) {
        return (target < 0 || target >= classes) && target != ignoreIndex;
    }

    private static IndexOutOfBoundsException noToken(String name, long target, int classes, long ignoreIndex) {
        return new IndexOutOfBoundsException(name + " = " + target + " is outside [0, " + classes
                + ") and is not ignoreIndex " + ignoreIndex
                + "; give a token of the vocabulary, or choose the ignoreIndex that marks such places");
    }

    /** Checks a view with one value for each row: the shape of the logits without the classes, or with 1 for them. */
    static void checkLogProb(Tensor logits, int axis, Tensor logProb) {
        int[] shape = logits.sizes();
        int[] other = logProb.sizes();
        boolean fits = other.length == axis || (other.length == axis + 1 && other[axis] == 1);
        for (int d = 0; d < axis && fits; d++) {
            fits = other[d] == shape[d];
        }
        if (!fits) {
            throw new IllegalArgumentException("logProb has shape " + Arrays.toString(other) + " but logits has shape "
                    + Arrays.toString(shape) + "; it needs the shape " + Arrays.toString(Shapes.without(shape, axis))
                    + ", one value for each row");
        }
        Overlap.checkWritable(logProb, "logProb");
        Overlap.checkApart(logits, "logits", logProb, "logProb");
    }

    static void checkComputed(boolean computed, String what) {
        if (!computed) {
            throw new IllegalStateException("the summary was built with " + what
                    + "(false), so there is none; build it with " + what + "(true)");
        }
    }

    static int checkedRow(int row, int rows) {
        if (row < 0 || row >= rows) {
            throw new IndexOutOfBoundsException(
                    "row " + row + " is outside [0, " + rows + "), the rows of the last call");
        }
        return row;
    }

    static int checkedRank(int rank, int topK) {
        if (rank < 0 || rank >= topK) {
            throw new IndexOutOfBoundsException("rank " + rank + " is outside [0, " + topK
                    + "); build the summary with a larger topK for more classes");
        }
        return rank;
    }

    static void checkPlaceForTop(int length, int offset, int topK) {
        if (offset < 0 || offset > length - topK) {
            throw new IndexOutOfBoundsException("target has " + length + " elements, so topK " + topK
                    + " classes do not fit from offset " + offset + " on; give an array with room for them");
        }
    }

    static int checkedGiven(int index, int classes) {
        if (index < 0 || index >= classes) {
            throw new IndexOutOfBoundsException(
                    "index " + index + " is outside [0, " + classes + "), the classes that were given for each row");
        }
        return index;
    }
}
