// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is asked about a row of logits, in one call: log-sum-exp, the largest logit and its class, the top-k classes
 * with their log-probabilities, the entropy, the margin between the best two, and the log-probabilities of given classes,
 * all at a temperature. Use it where a model server has a row of logits, of ten classes or of a vocabulary of 128,256, and
 * wants to choose, to report and to judge how certain the model is. PyTorch takes {@code logsumexp}, {@code topk},
 * {@code log_softmax} and {@code Categorical.entropy} for it, and an array of the row's size or two.
 *
 * <pre>{@code
 * LogitSummary summary = LogitSummary.builder().topK(5).temperature(0.7).build();
 * FloatLogitResults results = summary.floatResults(64);        // room for 64 rows, made once
 *
 * summary.summarize(logits, results);                          // a view (64, 1000)
 * for (int row = 0; row < results.rows(); row++) {
 *     use(results.argMax(row), results.topLogProb(row, 1), results.entropy(row), results.margin(row));
 * }
 * summary.summarize(scores, 3 * 1000, 1000, results);          // one row of an array, without a view
 * }</pre>
 *
 * <p>{@link FloatLogitResults} and {@link DoubleLogitResults} give the formulas, the special values and the accuracy.
 *
 * <p><b>Temperature.</b> All numbers are those of {@code softmax(x / T)}. Each {@code x / T} is rounded to the type once,
 * and so is T: the numbers are, to the bit, those of an array that was divided by T beforehand. Only the order of the
 * classes is that of the logits themselves: two of them that differ are not tied because their quotients are. A quotient
 * beyond the type's range counts as infinite.
 *
 * <p><b>Ties.</b> Of equal logits the one with the lower class comes first, in {@code argMax} and in the top-k.
 *
 * <p><b>Shapes.</b> The classes lie along the last dimension of a view, {@code (C)}, {@code (N, C)} or {@code (..., C)}; every
 * other position is a row, in row-major order. Any strides. Rows of different lengths come as a {@link FloatRagged}, rows
 * without some of their classes with a {@link ClassMask}.
 *
 * <p><b>Bits.</b> The numbers of a row depend on its elements and the temperature alone: not on its place in a batch, on
 * strides and offsets, on k, on other options, on vectors or threads. They are those of {@link Softmax#logSumExp(float[],
 * int, int)} and of {@link Categorical} for the same row.
 *
 * <p><b>Cost.</b> A row that fits in the L2 cache is read from memory once, whatever is asked. The selection of the top-k costs
 * a comparison for each element that is not selected, a whole block of them at a time; logits in ascending order are its
 * worst case. {@code entropy(false)} and {@code margin(false)} leave out what is not needed: the entropy takes more than half
 * of the time. A temperature other than 1, or a stride other than 1, costs a copy of the row.
 *
 * <p><b>Overlap.</b> Logits that lie in an array of the results they are summarized to, such as the one behind its view of
 * maxima, are rejected with an {@link IllegalArgumentException}, wherever in it they lie.
 *
 * <p>Instances are immutable and may be shared between threads; results may not. Methods throw {@link NullPointerException} for
 * a null argument. Whatever they throw, they throw before anything is written. In steady state they allocate nothing: scratch
 * for rows that are copied comes from a pool, which keeps as many rows of the greatest length as threads have needed at once, up to 16, or some four for
 * each processor where that is more.
 */
public final class LogitSummary {
    final double temperature;
    final int topK;
    final boolean entropy;
    final boolean margin;

    private LogitSummary(Builder builder) {
        temperature = builder.temperature;
        topK = builder.topK;
        entropy = builder.entropy;
        margin = builder.margin;
    }

    /**
     * A summary with the default options: temperature 1, the likeliest class only, entropy and margin.
     *
     * @return the summary
     */
    public static LogitSummary create() {
        return builder().build();
    }

    /**
     * A builder with the default options.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    // ---- for float and double
    /**
     * Room for the results of calls without given classes.
     *
     * @param rows the most rows that a call will have
     * @return a new object, to be used by one thread at a time
     * @throws IllegalArgumentException if the number is negative or more than arrays hold
     */
    public FloatLogitResults floatResults(int rows) {
        return new FloatLogitResults(this, rows, 0);
    }

    /**
     * Room for the results of calls with given classes.
     *
     * @param rows the most rows that a call will have
     * @param classes how many classes will be given for each row
     * @return a new object, to be used by one thread at a time
     * @throws IllegalArgumentException if a number is negative or they are more than arrays hold
     */
    public FloatLogitResults floatResults(int rows, int classes) {
        return new FloatLogitResults(this, rows, classes);
    }

    /**
     * Summarizes one row of an array, without a view.
     *
     * @param logits holds the row
     * @param offset index of its first logit
     * @param classes number of logits
     * @param results receives the numbers, as row 0; made by this summary for no given classes
     * @throws IndexOutOfBoundsException if the row is not inside the array
     * @throws IllegalArgumentException if there are fewer classes than top-k, or the results do not fit
     */
    public void summarize(float[] logits, int offset, int classes, FloatLogitResults results) {
        summarizeRow(logits, offset, classes, null, null, results);
    }

    /**
     * Summarizes all rows of a view.
     *
     * @param logits the logits, of shape {@code (..., C)}
     * @param results receives the numbers, one row for each position; made by this summary for no given classes
     * @throws IllegalArgumentException if there are fewer classes than top-k, or the results do not fit
     */
    public void summarize(FloatTensor logits, FloatLogitResults results) {
        summarizeRows(logits, null, null, results);
    }

    /**
     * Summarizes the rows of a view without the classes that a mask leaves out: classes keep their numbers, and a row in which
     * fewer classes than top-k are left lists those, and -1 behind.
     *
     * @param logits the logits, of shape {@code (..., C)}
     * @param mask the classes that take part
     * @param results receives the numbers, one row for each position; made by this summary for no given classes
     * @throws IllegalArgumentException if the mask does not fit or leaves no class of a row, there are fewer classes than
     *     top-k, or the results do not fit
     */
    public void summarize(FloatTensor logits, ClassMask mask, FloatLogitResults results) {
        summarizeMasked(logits, mask, null, null, results);
    }

    /**
     * Summarizes ragged rows: classes are numbered within their row, and a row with fewer classes than top-k lists those, and
     * -1 behind.
     *
     * @param logits the logits, each row with a number of classes of its own
     * @param results receives the numbers, one row for each row; made by this summary for no given classes
     * @throws IllegalArgumentException if a row is empty, or the results do not fit
     */
    public void summarize(FloatRagged logits, FloatLogitResults results) {
        Objects.requireNonNull(logits, "logits");
        summarizePlanned(logits.span(), 0, logits.plan(), null, null, results);
    }

    // ---- for int and long
    /**
     * Summarizes one row of an array, with the log-probabilities of classes given as {@code int}.
     *
     * @param logits holds the row
     * @param offset index of its first logit
     * @param classes number of logits
     * @param value the classes that are asked for, as many as the results are made for
     * @param results receives the numbers, as row 0; made by this summary
     * @throws IndexOutOfBoundsException if the row is not inside the array, or one that is given is not a class
     * @throws IllegalArgumentException if there are fewer classes than top-k, or the results do not fit
     */
    public void summarize(float[] logits, int offset, int classes, int[] value, FloatLogitResults results) {
        Objects.requireNonNull(value, "value");
        summarizeRow(logits, offset, classes, ClassIndices.ints(value), ClassIndices.longs(value), results);
    }

    /**
     * Summarizes all rows of a view, with the log-probabilities of classes given as {@code int}.
     *
     * @param logits the logits, of shape {@code (..., C)}
     * @param value the classes that are asked for, row by row, for each row as many as the results are made for
     * @param results receives the numbers, one row for each position; made by this summary
     * @throws IndexOutOfBoundsException if one that is given is not a class
     * @throws IllegalArgumentException if there are fewer classes than top-k, or the results do not fit
     */
    public void summarize(FloatTensor logits, int[] value, FloatLogitResults results) {
        Objects.requireNonNull(value, "value");
        summarizeRows(logits, ClassIndices.ints(value), ClassIndices.longs(value), results);
    }

    /**
     * Summarizes the rows of a view without the classes that a mask leaves out, with the log-probabilities of classes given as
     * {@code int}.
     *
     * @param logits the logits, of shape {@code (..., C)}
     * @param mask the classes that take part
     * @param value the classes that are asked for, row by row, for each row as many as the results are made for; one that is
     *     left out has the log-probability negative infinity
     * @param results receives the numbers, one row for each position; made by this summary
     * @throws IndexOutOfBoundsException if one that is given is not a class
     * @throws IllegalArgumentException if the mask does not fit or leaves no class of a row, there are fewer classes than
     *     top-k, or the results do not fit
     */
    public void summarize(FloatTensor logits, ClassMask mask, int[] value, FloatLogitResults results) {
        Objects.requireNonNull(value, "value");
        summarizeMasked(logits, mask, ClassIndices.ints(value), ClassIndices.longs(value), results);
    }

    /**
     * Summarizes ragged rows, with the log-probabilities of classes given as {@code int}.
     *
     * @param logits the logits, each row with a number of classes of its own
     * @param value the classes that are asked for, numbered within their row, row by row, for each row as many as the results
     *     are made for
     * @param results receives the numbers, one row for each row; made by this summary
     * @throws IndexOutOfBoundsException if one that is given is not a class of its row
     * @throws IllegalArgumentException if a row is empty, or the results do not fit
     */
    public void summarize(FloatRagged logits, int[] value, FloatLogitResults results) {
        Objects.requireNonNull(logits, "logits");
        Objects.requireNonNull(value, "value");
        summarizePlanned(logits.span(), 0, logits.plan(), ClassIndices.ints(value), ClassIndices.longs(value), results);
    }
    // ---- end

    private void summarizeMasked(
            FloatTensor logits,
            ClassMask mask,
            int @Nullable [] ints,
            long @Nullable [] longs,
            FloatLogitResults results) {
        int axis = LogitShapes.axis(logits);
        Objects.requireNonNull(mask, "mask");
        LogitShapes.checkTopK(topK, Positions.length(logits, axis));
        summarizePlanned(logits, axis, mask, ints, longs, results);
    }

    private void summarizeRow(
            float[] logits,
            int offset,
            int classes,
            int @Nullable [] ints,
            long @Nullable [] longs,
            FloatLogitResults results) {
        Objects.requireNonNull(logits, "logits");
        Objects.requireNonNull(results, "results");
        LogitShapes.checkRow(logits.length, offset, classes);
        check(results.writes(logits), 1, classes, ints, longs, results);
        FloatLogitScratch scratch = FloatLogitScratch.borrow();
        FloatLogitRow.summarize(logits, offset, 1, classes, this, null, ints, longs, results, 0, scratch);
        scratch.giveBack();
        results.setRows(1);
    }

    private void summarizeRows(
            FloatTensor logits, int @Nullable [] ints, long @Nullable [] longs, FloatLogitResults results) {
        int axis = LogitShapes.axis(logits);
        int rows = Positions.count(logits, axis);
        int classes = Positions.length(logits, axis);
        Objects.requireNonNull(results, "results");
        logits.checkAccess();
        check(results.writes(logits), rows, classes, ints, longs, results);
        int stride = FloatStage.stride(logits, axis);
        FloatStage stage = FloatStage.of(logits);
        FloatLogitScratch scratch = FloatLogitScratch.borrow();
        for (int p = 0; p < rows; p++) {
            int offset = stage.read(FloatStage.INPUT, logits, axis, p);
            float[] x = stage.array(FloatStage.INPUT, logits);
            FloatLogitRow.summarize(x, offset, stride, classes, this, null, ints, longs, results, p, scratch);
        }
        stage.finish();
        scratch.giveBack();
        results.setRows(rows);
    }

    private void summarizePlanned(
            FloatTensor logits,
            int axis,
            RowPlan plan,
            int @Nullable [] ints,
            long @Nullable [] longs,
            FloatLogitResults results) {
        Objects.requireNonNull(results, "results");
        logits.checkAccess();
        plan.checkScores(logits, "logits", axis);
        int rows = plan.count(logits, axis);
        LogitShapes.checkResults(results.owner == this, results.capacity, rows);
        LogitShapes.checkApart(results.writes(logits));
        plan.checkNoneEmpty(rows);
        LogitShapes.checkGiven(ints, longs, rows, results.classes, plan);
        FloatPlannedRow row = FloatPlannedRow.borrow();
        FloatLogitScratch scratch = FloatLogitScratch.borrow();
        for (int p = 0; p < rows; p++) {
            row.read(plan, logits, axis, p);
            FloatLogitRow.summarize(
                    row.array, row.offset, row.stride, row.length, this, plan, ints, longs, results, p, scratch);
        }
        scratch.giveBack();
        row.giveBack();
        results.setRows(rows);
    }

    private void check(
            boolean overwritten,
            int rows,
            int classes,
            int @Nullable [] ints,
            long @Nullable [] longs,
            FloatLogitResults results) {
        LogitShapes.checkTopK(topK, classes);
        LogitShapes.checkResults(results.owner == this, results.capacity, rows);
        LogitShapes.checkApart(overwritten);
        LogitShapes.checkGiven(ints, longs, rows, results.classes, classes);
    }
    // ---- end

    /**
     * The options that differ from those of {@link #create}.
     *
     * @return a description for people
     */
    @Override
    public String toString() {
        return new Description("LogitSummary")
                .option("temperature", temperature, 1.0)
                .option("topK", topK, 1)
                .option("entropy", entropy, true)
                .option("margin", margin, true)
                .toString();
    }

    /** Collects options. Every method returns the builder. */
    public static final class Builder {
        private double temperature = 1.0;
        private int topK = 1;
        private boolean entropy = true;
        private boolean margin = true;

        private Builder() {}

        /**
         * The temperature T, by which logits are divided: below 1 for a sharper distribution, above 1 for a flatter one.
         *
         * @param value a normal number of float, so from {@link Float#MIN_NORMAL} to {@link Float#MAX_VALUE}; 1 by default
         * @return this builder
         * @throws IllegalArgumentException if it is not such a number
         */
        public Builder temperature(double value) {
            if (!(value >= Float.MIN_NORMAL && value <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException("temperature " + value + " is outside [" + Float.MIN_NORMAL + ", "
                        + Float.MAX_VALUE + "]; for the limit at 0 take argMax");
            }
            temperature = value;
            return this;
        }

        /**
         * How many of the likeliest classes to list.
         *
         * @param k at least 1, the default; no row may have fewer classes, but ragged rows, and rows of which a mask leaves
         *     fewer: these list -1 and NaN behind their last class
         * @return this builder
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder topK(int k) {
            if (k < 1) {
                throw new IllegalArgumentException("topK " + k + " lists no class; give 1 or more");
            }
            topK = k;
            return this;
        }

        /**
         * Whether to compute the entropy.
         *
         * @param wanted true by default
         * @return this builder
         */
        public Builder entropy(boolean wanted) {
            entropy = wanted;
            return this;
        }

        /**
         * Whether to compute the margin between the best two classes.
         *
         * @param wanted true by default
         * @return this builder
         */
        public Builder margin(boolean wanted) {
            margin = wanted;
            return this;
        }

        /**
         * Builds the summary.
         *
         * @return a summary with the options as they are now
         */
        public LogitSummary build() {
            return new LogitSummary(this);
        }
    }
}
