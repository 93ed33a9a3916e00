// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.LOGSUMEXP;
import static io.github.lanewise.testkit.Operation.LOG_SOFTMAX;
import static io.github.lanewise.testkit.Operation.SOFTMAX;

import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Rows;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.oracle.ExactRow;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Identities and accuracy of log-sum-exp, softmax and log-softmax. */
public interface SoftmaxContract extends LossContract {

    /**
     * {@code max <= logSumExp <= max + log n}.
     *
     * @param batch scores
     */
    @Property(tries = 100)
    default void logSumExpLiesBetweenMaximumAndMaximumPlusLogOfCount(@ForAll("finite") ClassBatch batch) {
        if (!claims(LOGSUMEXP)) {
            return;
        }
        Rows rows = batch.rows();
        Tensor lse = implementation().logSumExp(batch.scores(), rows.dim(), false);
        double logCount = Math.log(rows.length());
        for (int r = 0; r < rows.count(); r++) {
            double max = Arrays.stream(rows.row(batch.scores(), r)).max().orElseThrow();
            double got = lse.get(r);
            double slack = logSumExpTolerance(max, logCount);
            Check.that(
                    got >= max - slack && got <= max + logCount + slack,
                    () -> "logSumExp " + got + " is outside [" + max + ", " + max + " + log n]");
        }
    }

    /**
     * logSumExp is as accurate as documented.
     *
     * @param batch scores
     */
    @Property(tries = 100)
    default void logSumExpIsAccurate(@ForAll("exact") ClassBatch batch) {
        checkLogSumExp(batch);
    }

    /**
     * logSumExp is as accurate as documented on long rows.
     *
     * @param batch scores
     */
    @Property(tries = 20)
    default void logSumExpOfLongRowsIsAccurate(@ForAll("exactAndLong") ClassBatch batch) {
        checkLogSumExp(batch);
    }

    private void checkLogSumExp(ClassBatch batch) {
        if (!claims(LOGSUMEXP)) {
            return;
        }
        Rows rows = batch.rows();
        Tensor lse = implementation().logSumExp(batch.scores(), rows.dim(), true);
        for (int r = 0; r < rows.count(); r++) {
            ExactRow row = ExactRow.of(rows.row(batch.scores(), r));
            double max = row.max().doubleValue();
            double scale = Math.max(
                    Math.max(Math.abs(max), row.logSum().doubleValue()),
                    Math.abs(row.logSumExp().doubleValue()));
            double error = precision().ulpError(lse.get(r), row.logSumExp())
                    * precision().ulp(row.logSumExp().doubleValue())
                    / precision().ulp(scale);
            int at = r;
            Check.ulp(
                    error,
                    implementation().maxUlp(LOGSUMEXP),
                    lse.get(r),
                    row.logSumExp(),
                    () -> "logSumExp of row " + at);
        }
    }

    /**
     * softmax and logSoftmax are as accurate as documented, down to subnormal probabilities.
     *
     * @param batch scores
     */
    @Property(tries = 100)
    default void probabilitiesAreAccurate(@ForAll("exact") ClassBatch batch) {
        checkProbabilities(batch, batch.classes());
    }

    /**
     * softmax and logSoftmax are as accurate as documented on long rows, of which some elements are looked at.
     *
     * @param batch scores
     */
    @Property(tries = 20)
    default void probabilitiesOfLongRowsAreAccurate(@ForAll("exactAndLong") ClassBatch batch) {
        checkProbabilities(batch, 2);
    }

    private void checkProbabilities(ClassBatch batch, int most) {
        Rows rows = batch.rows();
        LossImplementation implementation = implementation();
        Tensor p = claims(SOFTMAX) ? implementation.softmax(batch.scores(), rows.dim()) : batch.scores();
        Tensor lp = claims(LOG_SOFTMAX) ? implementation.logSoftmax(batch.scores(), rows.dim()) : batch.scores();
        int step = Math.max(1, rows.length() / most);
        for (int r = 0; r < rows.count(); r++) {
            ExactRow row = ExactRow.of(rows.row(batch.scores(), r));
            for (int i = r % step; i < rows.length(); i += step) {
                int at = rows.index(r, i);
                if (claims(SOFTMAX)) {
                    Check.ulp(
                            precision().ulpError(p.get(at), row.probability(i)),
                            implementation.maxUlp(SOFTMAX),
                            p.get(at),
                            row.probability(i),
                            () -> "softmax[" + at + "]");
                }
                if (claims(LOG_SOFTMAX)) {
                    Check.ulp(
                            precision().ulpError(lp.get(at), row.surprise(i).negate()),
                            implementation.maxUlp(LOG_SOFTMAX),
                            lp.get(at),
                            row.surprise(i).negate(),
                            () -> "logSoftmax[" + at + "]");
                }
            }
        }
    }

    /**
     * The probabilities of a row add up to 1.
     *
     * @param batch scores
     */
    @Property(tries = 100)
    default void probabilitiesSumToOne(@ForAll("finite") ClassBatch batch) {
        if (!claims(SOFTMAX)) {
            return;
        }
        Rows rows = batch.rows();
        Tensor p = implementation().softmax(batch.scores(), rows.dim());
        double tolerance = implementation().maxUlp(SOFTMAX)
                * (precision().epsilon() + rows.length() * precision().ulp(0.0));
        for (int r = 0; r < rows.count(); r++) {
            double sum = Arrays.stream(rows.row(p, r)).sum();
            int at = r;
            Check.near(sum, 1.0, tolerance, () -> "sum of the probabilities of row " + at);
        }
    }

    /**
     * {@code logSoftmax = log(softmax)} wherever the probability is a normal number.
     *
     * @param batch scores
     */
    @Property(tries = 60)
    default void logSoftmaxIsLogOfSoftmax(@ForAll("finite") ClassBatch batch) {
        if (!claims(SOFTMAX, LOG_SOFTMAX)) {
            return;
        }
        int dim = batch.rows().dim();
        Tensor p = implementation().softmax(batch.scores(), dim);
        Tensor lp = implementation().logSoftmax(batch.scores(), dim);
        double relative = 1.01 * implementation().maxUlp(SOFTMAX) * precision().epsilon();
        for (int i = 0; i < p.count(); i++) {
            if (p.get(i) >= precision().smallestNormal()) {
                double log = Math.log(p.get(i));
                int at = i;
                Check.near(
                        lp.get(i),
                        log,
                        relative
                                + implementation().maxUlp(LOG_SOFTMAX)
                                        * precision().ulp(lp.get(i)),
                        () -> "logSoftmax[" + at + "]");
            }
        }
    }

    /**
     * The same number added to all scores of a row moves their logSumExp by it and leaves probabilities alone.
     *
     * @param batch scores
     * @param steps the number, in steps of 1/256
     */
    @Property(tries = 60)
    default void shiftMovesLogSumExpAlone(
            @ForAll("shiftable") ClassBatch batch, @ForAll @IntRange(min = -4194304, max = 4194304) int steps) {
        LossImplementation implementation = implementation();
        double shift = steps / 256.0;
        Rows rows = batch.rows();
        Tensor x = batch.scores();
        Tensor moved = Tensors.map(x, value -> value + shift);
        if (claims(LOGSUMEXP)) {
            Tensor lse = implementation.logSumExp(x, rows.dim(), false);
            Tensor other = implementation.logSumExp(moved, rows.dim(), false);
            double logCount = Math.log(rows.length());
            for (int r = 0; r < rows.count(); r++) {
                double max = Arrays.stream(rows.row(x, r)).max().orElseThrow();
                double tolerance = logSumExpTolerance(max, logCount) + logSumExpTolerance(max + shift, logCount);
                Check.near(other.get(r) - shift, lse.get(r), tolerance, () -> "logSumExp moved by " + shift);
            }
        }
        if (claims(SOFTMAX)) {
            Tensors.checkUlp(
                    implementation.softmax(moved, rows.dim()),
                    implementation.softmax(x, rows.dim()),
                    2 * implementation.maxUlp(SOFTMAX),
                    precision(),
                    "softmax moved by " + shift);
        }
        if (claims(LOG_SOFTMAX)) {
            Tensors.checkUlp(
                    implementation.logSoftmax(moved, rows.dim()),
                    implementation.logSoftmax(x, rows.dim()),
                    2 * implementation.maxUlp(LOG_SOFTMAX),
                    precision(),
                    "logSoftmax moved by " + shift);
        }
    }

    /**
     * Rearranging the classes rearranges the probabilities.
     *
     * @param batch scores
     */
    @Property(tries = 60)
    default void permutingClassesPermutesProbabilities(@ForAll("finite") ClassBatch batch) {
        LossImplementation implementation = implementation();
        int dim = batch.rows().dim();
        int[] to = batch.permutation();
        Tensor permuted = Tensors.permute(batch.scores(), batch.rows(), to);
        if (claims(SOFTMAX)) {
            Tensors.checkUlp(
                    implementation.softmax(permuted, dim),
                    Tensors.permute(implementation.softmax(batch.scores(), dim), batch.rows(), to),
                    2 * implementation.maxUlp(SOFTMAX),
                    precision(),
                    "softmax of permuted scores");
        }
        if (claims(LOG_SOFTMAX)) {
            Tensors.checkUlp(
                    implementation.logSoftmax(permuted, dim),
                    Tensors.permute(implementation.logSoftmax(batch.scores(), dim), batch.rows(), to),
                    2 * implementation.maxUlp(LOG_SOFTMAX),
                    precision(),
                    "logSoftmax of permuted scores");
        }
    }

    /**
     * Along any dimension each row gives what it gives on its own.
     *
     * @param batch scores
     * @param dim any dimension, reduced to those there are
     */
    @Property(tries = 60)
    default void rowsDoNotDependOnTheDimension(@ForAll("exact") ClassBatch batch, @ForAll @IntRange(max = 9) int dim) {
        LossImplementation implementation = implementation();
        int rank = batch.scores().rank();
        Rows rows = new Rows(batch.scores().shape(), dim % rank);
        // Dimensions counted from the end name the same rows.
        int named = dim < 5 ? rows.dim() : rows.dim() - rank;
        Tensor p = claims(SOFTMAX) ? implementation.softmax(batch.scores(), named) : batch.scores();
        Tensor lse = claims(LOGSUMEXP) ? implementation.logSumExp(batch.scores(), named, false) : batch.scores();
        for (int r = 0; r < rows.count(); r++) {
            Tensor row = Tensor.of(rows.row(batch.scores(), r), rows.length());
            if (claims(SOFTMAX)) {
                Tensors.checkUlp(
                        Tensor.of(rows.row(p, r), rows.length()),
                        implementation.softmax(row, 0),
                        2 * implementation.maxUlp(SOFTMAX),
                        precision(),
                        "softmax of a row");
            }
            if (claims(LOGSUMEXP)) {
                double max = Arrays.stream(row.data()).max().orElseThrow();
                Check.near(
                        lse.get(r),
                        implementation.logSumExp(row, 0, false).get(0),
                        2 * logSumExpTolerance(max, Math.log(rows.length())),
                        () -> "logSumExp of a row");
            }
        }
    }

    private Precision precision() {
        return implementation().precision();
    }

    private double logSumExpTolerance(double max, double logSum) {
        return implementation().maxUlp(LOGSUMEXP)
                * precision().ulp(Math.max(Math.abs(max), Math.max(logSum, Math.abs(max + logSum))));
    }
}
