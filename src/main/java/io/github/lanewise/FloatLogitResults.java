// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;
import java.util.Objects;

/**
 * What a {@link LogitSummary} found out about rows of logits: made once by the summary, owned by the caller, and filled
 * anew by every call. Numbers are read row by row, or all at once through views of the arrays behind, which later calls
 * overwrite.
 *
 * <pre>{@code
 * LogitSummary summary = LogitSummary.builder().topK(5).build();
 * FloatLogitResults results = summary.floatResults(1);
 * summary.summarize(logits, 0, 128_256, results);
 * int likeliest = results.argMax(0);
 * float second = results.topLogProb(0, 1);
 * }</pre>
 *
 * <p>With {@code y} the row divided by the temperature, {@code m} its largest element, {@code s = sum_i exp(y[i] - m)} and
 * {@code p = softmax(y)}:
 *
 * <pre>
 * max        m
 * argMax     the first class whose logit is the largest
 * logSumExp  m + log s
 * topClass   the classes by their logits, the largest first, equal ones by their numbers
 * topLogProb, logProb    log p[c] = -((m - y[c]) + log s)
 * entropy    -sum p log p = log s + sum_i p[i] (m - y[i])
 * margin     log p[topClass 0] - log p[topClass 1] = m - y[topClass 1]
 * </pre>
 *
 * <p><b>Special values.</b>
 *
 * <table>
 * <caption>Results of rows without ordinary probabilities</caption>
 * <tr><th>row</th><th>max</th><th>argMax</th><th>logSumExp</th><th>top classes</th><th>all others</th></tr>
 * <tr><td>some NaN</td><td>the largest number</td><td>its class</td><td>NaN</td><td>those with numbers, then -1</td>
 * <td>NaN</td></tr>
 * <tr><td>all NaN</td><td>NaN</td><td>-1</td><td>NaN</td><td>-1</td><td>NaN</td></tr>
 * <tr><td>positive infinity, no NaN</td><td>positive infinity</td><td>the first that has it</td>
 * <td>positive infinity</td><td>as ever</td><td>NaN</td></tr>
 * <tr><td>only negative infinities</td><td>negative infinity</td><td>0</td><td>negative infinity</td>
 * <td>0, 1, 2, ...</td><td>NaN</td></tr>
 * <tr><td>some negative infinities</td><td>as ever</td><td>as ever</td><td>as ever</td><td>these last</td>
 * <td>log-probability negative infinity, nothing in the entropy, margin positive infinity if no other class is left</td>
 * </tr>
 * <tr><td>one class</td><td>its logit</td><td>0</td><td>its logit</td><td>0</td><td>log-probability and entropy 0, margin
 * positive infinity</td></tr>
 * </table>
 *
 * <p>Where elements become infinite by the division only, {@code argMax} and top classes are still those of the logits. Zeros of both signs
 * are equal, and a largest element of 0 is +0. Every NaN is the canonical one.
 *
 * <p><b>Accuracy.</b> {@code logSumExp} as {@link Softmax#logSumExp(float[], int, int)}; log-probabilities and, as
 * long as it is at least 1e-30, the entropy at most 4 ulp of the exact value for floats and 8 for doubles; the margin
 * correctly rounded. All relative to the exact results for the row {@code y}, whose elements are {@code x / T} rounded once.
 *
 * <p>Not safe for use by several threads without coordination: one object for each thread that summarizes.
 */
public final class FloatLogitResults {
    final LogitSummary owner;
    final int capacity;
    final int classes;
    final float[] max;
    final int[] argMax;
    final float[] logSumExp;
    final float[] entropy;
    final float[] margin;
    final int[] topClass;
    final float[] topLogProb;
    final float[] logProb;

    private final FloatTensor maxView;
    private final FloatTensor logSumExpView;
    private final FloatTensor entropyView;
    private final FloatTensor marginView;
    private final FloatTensor topLogProbView;
    private final FloatTensor logProbView;

    private int rows;

    FloatLogitResults(LogitSummary owner, int capacity, int classes) {
        LogitShapes.checkRoom(capacity, owner.topK, classes);
        this.owner = owner;
        this.capacity = capacity;
        this.classes = classes;
        max = new float[capacity];
        argMax = new int[capacity];
        logSumExp = new float[capacity];
        entropy = new float[owner.entropy ? capacity : 0];
        margin = new float[owner.margin ? capacity : 0];
        topClass = new int[capacity * owner.topK];
        topLogProb = new float[capacity * owner.topK];
        logProb = new float[capacity * classes];
        maxView = FloatTensor.of(max, capacity);
        logSumExpView = FloatTensor.of(logSumExp, capacity);
        entropyView = FloatTensor.of(entropy, entropy.length);
        marginView = FloatTensor.of(margin, margin.length);
        topLogProbView = FloatTensor.of(topLogProb, capacity, owner.topK);
        logProbView = FloatTensor.of(logProb, capacity, classes);
    }

    void setRows(int count) {
        rows = count;
    }

    /** Whether an array is one of those that results are written to. */
    @SuppressWarnings("ReferenceEquality") // one and the same array, not equal contents
    boolean writes(float[] array) {
        return array == max
                || array == logSumExp
                || array == entropy
                || array == margin
                || array == topLogProb
                || array == logProb;
    }

    /** Whether a view lies in one of the arrays that results are written to. */
    boolean writes(FloatTensor view) {
        if (view.hasArray()) {
            return writes(view.array());
        }
        return Overlap.mayTouch(view, maxView)
                || Overlap.mayTouch(view, logSumExpView)
                || Overlap.mayTouch(view, entropyView)
                || Overlap.mayTouch(view, marginView)
                || Overlap.mayTouch(view, topLogProbView)
                || Overlap.mayTouch(view, logProbView);
    }

    /**
     * Number of rows that the last call summarized.
     *
     * @return the number of rows; 0 before the first call
     */
    public int rows() {
        return rows;
    }

    /**
     * Number of rows that there is room for.
     *
     * @return the most rows that one call may summarize
     */
    public int capacity() {
        return capacity;
    }

    /**
     * The largest element of a row, divided by the temperature.
     *
     * @param row number of the row
     * @return the largest element
     * @throws IndexOutOfBoundsException if the last call summarized no such row
     */
    public float max(int row) {
        return max[checked(row)];
    }

    /**
     * The class with the largest logit, the first of several.
     *
     * @param row number of the row
     * @return the class; -1 if the row holds no number
     * @throws IndexOutOfBoundsException if the last call summarized no such row
     */
    public int argMax(int row) {
        return argMax[checked(row)];
    }

    /**
     * Log of the sum of the exponentials of a row.
     *
     * @param row number of the row
     * @return the log-sum-exp
     * @throws IndexOutOfBoundsException if the last call summarized no such row
     */
    public float logSumExp(int row) {
        return logSumExp[checked(row)];
    }

    /**
     * Entropy of a row's distribution, in nats.
     *
     * @param row number of the row
     * @return the entropy
     * @throws IndexOutOfBoundsException if the last call summarized no such row
     * @throws IllegalStateException if the summary was built without entropy
     */
    public float entropy(int row) {
        LogitShapes.checkComputed(owner.entropy, "entropy");
        return entropy[checked(row)];
    }

    /**
     * How far the likeliest class is ahead of the next, as the difference of their log-probabilities.
     *
     * @param row number of the row
     * @return the margin, at least 0
     * @throws IndexOutOfBoundsException if the last call summarized no such row
     * @throws IllegalStateException if the summary was built without margin
     */
    public float margin(int row) {
        LogitShapes.checkComputed(owner.margin, "margin");
        return margin[checked(row)];
    }

    /**
     * One of the top classes.
     *
     * @param row number of the row
     * @param rank 0 for the likeliest class, and so on
     * @return the class; -1 if the row has not so many numbers
     * @throws IndexOutOfBoundsException if the last call summarized no such row, or the rank is not below top-k
     */
    public int topClass(int row, int rank) {
        return topClass[checked(row) * owner.topK + LogitShapes.checkedRank(rank, owner.topK)];
    }

    /**
     * Log-probability of one of the top classes.
     *
     * @param row number of the row
     * @param rank 0 for the likeliest class, and so on
     * @return the log-probability
     * @throws IndexOutOfBoundsException if the last call summarized no such row, or the rank is not below top-k
     */
    public float topLogProb(int row, int rank) {
        return topLogProb[checked(row) * owner.topK + LogitShapes.checkedRank(rank, owner.topK)];
    }

    /**
     * Log-probability of one of the classes that were given with the call.
     *
     * @param row number of the row
     * @param index which of the classes that were given for this row
     * @return the log-probability
     * @throws IndexOutOfBoundsException if the last call summarized no such row, or there is no such class
     */
    public float logProb(int row, int index) {
        return logProb[checked(row) * classes + LogitShapes.checkedGiven(index, classes)];
    }

    /**
     * The largest elements of all rows.
     *
     * @return a view of shape {@code (capacity)}, the same at every call; rows from {@link #rows} on are left over
     */
    public FloatTensor max() {
        return maxView;
    }

    /**
     * The log-sum-exps of all rows.
     *
     * @return a view of shape {@code (capacity)}, the same at every call; rows from {@link #rows} on are left over
     */
    public FloatTensor logSumExp() {
        return logSumExpView;
    }

    /**
     * The entropies of all rows.
     *
     * @return a view of shape {@code (capacity)}, the same at every call; rows from {@link #rows} on are left over
     * @throws IllegalStateException if the summary was built without entropy
     */
    public FloatTensor entropy() {
        LogitShapes.checkComputed(owner.entropy, "entropy");
        return entropyView;
    }

    /**
     * The margins of all rows.
     *
     * @return a view of shape {@code (capacity)}, the same at every call; rows from {@link #rows} on are left over
     * @throws IllegalStateException if the summary was built without margin
     */
    public FloatTensor margin() {
        LogitShapes.checkComputed(owner.margin, "margin");
        return marginView;
    }

    /**
     * The log-probabilities of the top classes of all rows.
     *
     * @return a view of shape {@code (capacity, topK)}, the same at every call; rows from {@link #rows} on are left over
     */
    public FloatTensor topLogProb() {
        return topLogProbView;
    }

    /**
     * The log-probabilities of the given classes of all rows.
     *
     * @return a view of shape {@code (capacity, classes)}, the same at every call; rows from {@link #rows} on are left over
     */
    public FloatTensor logProb() {
        return logProbView;
    }

    /**
     * Copies the top classes of a row.
     *
     * @param row number of the row
     * @param target receives {@code topK} classes, the likeliest first
     * @param offset where the first goes
     * @throws IndexOutOfBoundsException if the last call summarized no such row, or the classes do not fit
     */
    public void topClasses(int row, int[] target, int offset) {
        Objects.requireNonNull(target, "target");
        LogitShapes.checkPlaceForTop(target.length, offset, owner.topK);
        System.arraycopy(topClass, checked(row) * owner.topK, target, offset, owner.topK);
    }

    private int checked(int row) {
        return LogitShapes.checkedRow(row, rows);
    }

    /**
     * How many rows there are, and room for how many.
     *
     * @return a description for messages
     */
    @Override
    public String toString() {
        return "FloatLogitResults: " + rows + (rows == 1 ? " row, room for " : " rows, room for ")
                + Arrays.toString(maxView.sizes()) + ", top " + owner.topK + ", " + classes + " given classes a row";
    }
}
