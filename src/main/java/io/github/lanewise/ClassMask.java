// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which classes take part in a call: one set for all rows, or one for each row. Use it where a model server must not answer
 * with some classes: tokens that a grammar does not allow, actions that are not possible now, items that are sold out,
 * padding of a vocabulary.
 *
 * <p>A class that is left out <em>is not there</em>. The result has the bits of the same call on rows of stride 1 from which
 * such classes have been deleted:
 *
 * <ul>
 *   <li>whatever the scores hold there, NaN and infinity included, has no effect;
 *   <li>label smoothing spreads over the classes that remain, {@code K} is their number;
 *   <li>classes keep their numbers: in targets, class weights, {@code argMax}, top classes and given classes;
 *   <li>gradients and softmax are 0 there, log-softmax and log-probabilities are negative infinity;
 *   <li>a target that is left out is rejected, unless it is ignored.
 * </ul>
 *
 * <p>A row with no class left is a row without elements. Its softmax is 0 everywhere, or rejected where {@code fullyMasked} is
 * {@link OnEmpty#ERROR}, its log-softmax and its log-sum-exp are negative infinity, and its gradients are 0. In losses its
 * target has to be ignored. {@link LogitSummary} and {@link SequenceScore} reject it, as they do rows without elements.
 *
 * <p>The usual way, to write negative infinity to the scores, is not the same: it changes them, spreads label smoothing over
 * the masked classes, which makes the loss infinite, and lets a row in which a NaN is masked by addition stay NaN.
 *
 * <p><b>Shapes.</b> A mask has as many classes as the scores have along the class dimension, the last one or that which
 * the operation names. One with a set for each row has as many rows as the scores have positions along their other dimensions,
 * in row-major order: for images {@code (N, C, H, W)} there are {@code N * H * W}.
 *
 * <pre>{@code
 * ClassMask mask = ClassMask.without(128_256, 0, 1, 2);              // all but three tokens
 * Softmax.softmax(logits, -1, mask, probabilities);
 * float loss = CrossEntropyLoss.create().forward(logits, mask, target);
 * }</pre>
 *
 * <p><b>Cost.</b> The classes that remain are copied row by row and computed with by the same kernels; outputs are filled and
 * copied back. A mask holds the numbers of the classes that remain: four bytes for each, times the rows if each has its set. So
 * make it once and keep it.
 *
 * <p>Immutable, may be shared between threads, and serves floats and doubles. Methods throw {@link NullPointerException} for a
 * null argument.
 */
public final class ClassMask extends RowPlan {
    /** The ends of more rows, and where the first begins, may be more than a JVM has an array for. */
    private static final int MOST_ROWS = Integer.MAX_VALUE - 9;

    private final int classes;

    /** Number of rows that have a set each; -1 if all have the same. */
    private final int rows;

    /** Where the classes of each set begin, and where the last ends. */
    private final int[] first;

    /** The classes that take part, in ascending order, set by set. */
    private final int[] chosen;

    private ClassMask(int classes, int rows, int[] first, int[] chosen) {
        this.classes = classes;
        this.rows = rows;
        this.first = first;
        this.chosen = chosen;
    }

    /**
     * One set for all rows.
     *
     * @param allowed for each class whether it takes part; copied
     * @return the mask
     */
    public static ClassMask of(boolean[] allowed) {
        Objects.requireNonNull(allowed, "allowed");
        int[] chosen = new int[count(allowed, 0, allowed.length)];
        choose(allowed, 0, allowed.length, chosen, 0);
        return new ClassMask(allowed.length, -1, new int[] {0, chosen.length}, chosen);
    }

    /**
     * A set for each row.
     *
     * @param allowedPerRow for each row and class whether it takes part; rows of the same length; copied
     * @return the mask
     * @throws IllegalArgumentException if rows differ in length, or more than 2^31 - 1 classes take part in all
     */
    public static ClassMask of(boolean[][] allowedPerRow) {
        Objects.requireNonNull(allowedPerRow, "allowedPerRow");
        int rows = allowedPerRow.length;
        int classes = rows == 0 ? 0 : Objects.requireNonNull(allowedPerRow[0], "allowedPerRow[0]").length;
        long total = 0;
        for (int p = 0; p < rows; p++) {
            boolean[] row = allowedPerRow[p];
            if (row == null) {
                throw new NullPointerException("allowedPerRow[" + p + "]");
            }
            if (row.length != classes) {
                throw new IllegalArgumentException("allowedPerRow[" + p + "] has " + row.length
                        + " classes but allowedPerRow[0] has " + classes
                        + "; give each row a place for every class of the scores");
            }
            total += count(row, 0, classes);
        }
        int[] first = new int[rows + 1];
        int[] chosen = room(total);
        for (int p = 0; p < rows; p++) {
            first[p + 1] = choose(allowedPerRow[p], 0, classes, chosen, first[p]);
        }
        return new ClassMask(classes, rows, first, chosen);
    }

    /**
     * A set for each row, from one array.
     *
     * @param rows number of rows, 0 or more
     * @param classes number of classes, 0 or more
     * @param allowed for each row and class whether it takes part, row by row; copied
     * @return the mask
     * @throws IllegalArgumentException if a number is negative, there are more than 2^31 - 10 rows, or the array has not {@code rows * classes}
     *     entries
     */
    public static ClassMask of(int rows, int classes, boolean[] allowed) {
        Objects.requireNonNull(allowed, "allowed");
        if (rows < 0 || classes < 0 || allowed.length != (long) rows * classes) {
            throw new IllegalArgumentException("allowed has " + allowed.length + " entries but " + rows + " rows of "
                    + classes + " classes have " + (long) rows * classes
                    + "; give one entry for each row and class, row by row");
        }
        if (rows > MOST_ROWS) {
            throw new IllegalArgumentException(rows
                    + " rows are more than an array holds the ends of; use several masks, or one set for all rows");
        }
        int[] first = new int[rows + 1];
        int[] chosen = new int[count(allowed, 0, allowed.length)];
        for (int p = 0; p < rows; p++) {
            first[p + 1] = choose(allowed, p * classes, classes, chosen, first[p]);
        }
        return new ClassMask(classes, rows, first, chosen);
    }

    /**
     * One set for all rows, as bits. Needs memory for the classes that take part alone.
     *
     * @param classes number of classes, 0 or more
     * @param allowed the bits of the classes that take part are set; copied
     * @return the mask
     * @throws IllegalArgumentException if the number of classes is negative
     * @throws IndexOutOfBoundsException if a bit is set that is not a class
     */
    public static ClassMask of(int classes, BitSet allowed) {
        Objects.requireNonNull(allowed, "allowed");
        checkNumber(classes);
        checkBits(classes, allowed, "allowed");
        int[] chosen = new int[allowed.cardinality()];
        choose(allowed, chosen, 0);
        return new ClassMask(classes, -1, new int[] {0, chosen.length}, chosen);
    }

    /**
     * A set for each row, as bits, such as what a grammar allows next in each sequence of a batch; {@link BitSet#valueOf(long[])} takes
     * words.
     *
     * @param classes number of classes, 0 or more
     * @param allowedPerRow for each row the bits of the classes that take part are set; copied
     * @return the mask
     * @throws IllegalArgumentException if the number of classes is negative, or more than 2^31 - 1 classes take part in all
     * @throws IndexOutOfBoundsException if a bit is set that is not a class
     */
    public static ClassMask of(int classes, BitSet[] allowedPerRow) {
        Objects.requireNonNull(allowedPerRow, "allowedPerRow");
        checkNumber(classes);
        int rows = allowedPerRow.length;
        long total = 0;
        for (int p = 0; p < rows; p++) {
            String name = "allowedPerRow[" + p + "]";
            checkBits(classes, Objects.requireNonNull(allowedPerRow[p], name), name);
            total += allowedPerRow[p].cardinality();
        }
        int[] first = new int[rows + 1];
        int[] chosen = room(total);
        for (int p = 0; p < rows; p++) {
            first[p + 1] = choose(allowedPerRow[p], chosen, first[p]);
        }
        return new ClassMask(classes, rows, first, chosen);
    }

    /**
     * One set for all rows: all classes but some.
     *
     * @param classes number of classes, 0 or more
     * @param leftOut the classes that take no part, in any order; none for a mask that leaves nothing out
     * @return the mask
     * @throws IllegalArgumentException if the number of classes is negative
     * @throws IndexOutOfBoundsException if one that is given is not a class
     */
    public static ClassMask without(int classes, int... leftOut) {
        Objects.requireNonNull(leftOut, "leftOut");
        int[] given = sorted(classes, leftOut, "leftOut");
        int[] chosen = new int[classes - given.length];
        int next = 0;
        int from = 0;
        for (int c : given) {
            while (from < c) {
                chosen[next++] = from++;
            }
            from = c + 1;
        }
        while (next < chosen.length) {
            chosen[next++] = from++;
        }
        return new ClassMask(classes, -1, new int[] {0, chosen.length}, chosen);
    }

    /**
     * One set for all rows: some classes only. Needs memory for these alone, however many classes there are.
     *
     * @param classes number of classes, 0 or more
     * @param allowed the classes that take part, in any order
     * @return the mask
     * @throws IllegalArgumentException if the number of classes is negative
     * @throws IndexOutOfBoundsException if one that is given is not a class
     */
    public static ClassMask only(int classes, int... allowed) {
        Objects.requireNonNull(allowed, "allowed");
        int[] chosen = sorted(classes, allowed, "allowed");
        return new ClassMask(classes, -1, new int[] {0, chosen.length}, chosen);
    }

    /** Numbers of classes in ascending order, each once. */
    private static int[] sorted(int classes, int[] given, String name) {
        checkNumber(classes);
        int[] sorted = given.clone();
        for (int i = 0; i < sorted.length; i++) {
            int c = sorted[i];
            if (c < 0 || c >= classes) {
                throw new IndexOutOfBoundsException(name + "[" + i + "] = " + c + " is outside [0, " + classes
                        + "); give numbers of classes, or the right number of them");
            }
        }
        Arrays.sort(sorted);
        int distinct = 0;
        for (int c : sorted) {
            if (distinct == 0 || sorted[distinct - 1] != c) {
                sorted[distinct++] = c;
            }
        }
        return distinct == sorted.length ? sorted : Arrays.copyOf(sorted, distinct);
    }

    private static void checkNumber(int classes) {
        if (classes < 0) {
            throw new IllegalArgumentException(classes + " classes; give the number of classes that the scores have");
        }
    }

    private static void checkBits(int classes, BitSet allowed, String name) {
        int last = allowed.previousSetBit(Integer.MAX_VALUE);
        if (last >= classes) {
            throw new IndexOutOfBoundsException("bit " + last + " of " + name + " is set but classes are in [0, "
                    + classes + "); set bits of classes alone, or give the right number of them");
        }
    }

    /** Room for the classes of all rows. */
    private static int[] room(long total) {
        if (total > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("the rows have " + total
                    + " classes in all, more than an array holds; use several masks, or one set for all rows");
        }
        return new int[(int) total];
    }

    /** Writes the numbers of the classes whose bits are set; gives the index behind the last. */
    private static int choose(BitSet allowed, int[] chosen, int at) {
        int next = at;
        for (int c = allowed.nextSetBit(0); c >= 0; c = allowed.nextSetBit(c + 1)) {
            chosen[next++] = c;
        }
        return next;
    }

    private static int count(boolean[] allowed, int from, int n) {
        int count = 0;
        for (int i = from; i < from + n; i++) {
            count += allowed[i] ? 1 : 0;
        }
        return count;
    }

    /** Writes the numbers of the classes of a row; gives the index behind the last. */
    private static int choose(boolean[] allowed, int from, int n, int[] chosen, int at) {
        int next = at;
        for (int c = 0; c < n; c++) {
            if (allowed[from + c]) {
                chosen[next++] = c;
            }
        }
        return next;
    }

    /**
     * Number of classes, whether they take part or not.
     *
     * @return the size that the class dimension must have
     */
    public int classes() {
        return classes;
    }

    /**
     * Whether each row has a set of its own.
     *
     * @return false if one set serves all rows, whatever their number
     */
    public boolean isPerRow() {
        return rows >= 0;
    }

    /**
     * Number of rows that have a set each.
     *
     * @return the number of rows
     * @throws IllegalStateException if one set serves all rows, whatever their number
     */
    public int rows() {
        if (rows < 0) {
            throw new IllegalStateException("one set of classes serves any number of rows; isPerRow() tells");
        }
        return rows;
    }

    /**
     * Whether a class takes part in a row.
     *
     * @param row number of the row; any from 0 on if one set serves all
     * @param c number of the class
     * @return whether it does
     * @throws IndexOutOfBoundsException if there is no such row or class
     */
    public boolean isAllowed(int row, int c) {
        checkRow(row);
        if (c < 0 || c >= classes) {
            throw new IndexOutOfBoundsException(
                    "class " + c + " is outside [0, " + classes + "), the classes of the mask");
        }
        return index(row, c) >= 0;
    }

    /**
     * How many classes take part in a row.
     *
     * @param row number of the row; any from 0 on if one set serves all
     * @return their number
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public int allowedCount(int row) {
        checkRow(row);
        return length(row);
    }

    private void checkRow(int row) {
        if (row < 0 || (rows >= 0 && row >= rows)) {
            throw new IndexOutOfBoundsException(
                    "row " + row + " is outside [0, " + (rows < 0 ? "2^31" : rows) + "), the rows of the mask");
        }
    }

    /**
     * How many classes and rows there are.
     *
     * @return a description for messages
     */
    @Override
    public String toString() {
        return "ClassMask: "
                + (rows < 0
                        ? chosen.length + " of " + classes + " classes in every row"
                        : rows + " rows of " + classes + " classes, " + chosen.length + " allowed in all");
    }

    private int set(int row) {
        return rows < 0 ? 0 : row;
    }

    @Override
    int count(Tensor scores, int axis) {
        return Positions.count(scores, axis);
    }

    @Override
    int length(int row) {
        int set = set(row);
        return first[set + 1] - first[set];
    }

    @Override
    int size(int row) {
        return classes;
    }

    @Override
    int place(Tensor view, int axis, int row) {
        return Positions.offset(view, axis, row);
    }

    @Override
    int @Nullable [] chosen() {
        return chosen;
    }

    @Override
    int firstChosen(int row) {
        return first[set(row)];
    }

    @Override
    int index(int row, long number) {
        if (number < 0 || number >= classes) {
            return -1;
        }
        int set = set(row);
        int at = Arrays.binarySearch(chosen, first[set], first[set + 1], (int) number);
        return at < 0 ? -1 : at - first[set];
    }

    @Override
    int number(int row, int index) {
        return chosen[first[set(row)] + index];
    }

    @Override
    void checkScores(Tensor scores, String name, int axis) {
        int length = Positions.length(scores, axis);
        if (length != classes) {
            throw new IllegalArgumentException("the mask has " + classes + " classes but " + name + " has shape "
                    + Arrays.toString(scores.sizes()) + " with " + length + " classes along dimension " + axis
                    + "; make a mask for " + length);
        }
        int count = Positions.count(scores, axis);
        if (rows >= 0 && rows != count) {
            throw new IllegalArgumentException("the mask has sets for " + rows + " rows but " + name + " has shape "
                    + Arrays.toString(scores.sizes()) + ", class dimension " + axis + ", so there are " + count
                    + "; give a set for each position, row-major, or one for all");
        }
    }

    @Override
    void checkWeights(int weights) {
        if (weights >= 0 && weights != classes) {
            throw new IllegalArgumentException("weight has " + weights + " entries but the scores have " + classes
                    + " classes; give one weight for each class, also for those that are left out, or none");
        }
    }

    @Override
    String outside(int row, long number) {
        if (number < 0 || number >= classes) {
            return "is outside [0, " + classes + "); give a class of the scores";
        }
        return length(row) == 0
                ? "is left out of row " + row + " by the mask, as all classes are; let some take part"
                : "is left out of row " + row
                        + " by the mask, so it has no probability; give a class that takes part, let " + number
                        + " take part";
    }
}
