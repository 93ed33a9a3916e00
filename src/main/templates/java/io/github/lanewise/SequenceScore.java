// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.Kernels;
import io.github.lanewise.kernel.PointFunction;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The score of a sequence of tokens under the logits of a language model: their log-probabilities, the log-likelihood of
 * all, and the perplexity. Use it to compare continuations, to evaluate a model, or to judge a text. The log-softmax, an
 * array of the size of the logits, is never made: each row is reduced to one number.
 *
 * <pre>
 * log p[t]           = logits[t][target[t]] - logSumExp(logits[t])
 * logLikelihood      = sum_t log p[t]                       over the targets that are not ignored
 * meanNegativeLogLikelihood = -logLikelihood / count
 * perplexity         = exp(meanNegativeLogLikelihood)
 * </pre>
 *
 * <p>A score adds up, over as many calls as the sequence comes in. Like PyTorch's {@code torcheval.metrics.Perplexity} it is
 * updated, merged with the scores of other parts, read and reset:
 *
 * <pre>{@code
 * SequenceScore score = SequenceScore.create();
 * score.add(logits, tokens, logProbs);                    // (512, 128256), int[512], (512)
 * score.add(scores, offset, 128_256, nextToken);          // one more token, from a row of an array
 * System.out.println(score.perplexity() + " over " + score.count() + " tokens");
 * }</pre>
 *
 * <p>Row t holds the logits for {@code target[t]}: in a decoder those computed from the tokens before it. Shifting one of the
 * two by a place is up to the caller, with views that cost nothing: {@code logits.slice(0, 0, n - 1)}.
 *
 * <p><b>Shapes.</b> The vocabulary lies along the last dimension, {@code (V)}, {@code (T, V)} or {@code (N, T, V)} and so on;
 * targets are row-major over the others. Any strides. Vocabularies of any size, such as 128,256. Rows of different lengths come
 * as a {@link FloatRagged}, rows of which not every token may be chosen with a {@link ClassMask}.
 *
 * <p><b>Ignored targets</b> count for nothing: their log-probability is given as 0, whatever their row holds. The number that
 * marks them, -100 by default as in PyTorch, may be in or out of the vocabulary.
 *
 * <p><b>Special values.</b> A row that holds a NaN or positive infinity, or nothing but negative infinities, gives its token
 * the log-probability NaN. A token whose logit is negative infinity has the log-probability negative infinity, and makes the
 * perplexity infinite. Without a token that counts the log-likelihood is 0, mean and perplexity are NaN.
 *
 * <p><b>Accuracy.</b> Log-probabilities: at most 4 ulp of the exact value for floats and 8 for doubles, however small it is;
 * they are the negated losses of {@link CrossEntropyLoss}, to the bit, unless neighbouring positions lie side by side in memory and the
 * classes of one further apart, as in images and transposed matrices, whose classes that adds in another order. They are added up in double before they are rounded to
 * the type, with compensation, so that the log-likelihood has their relative error, at most 4 or 8 ulp of the logits' type, and
 * no more for long sequences. The relative error of the perplexity is that of the mean times the mean itself.
 *
 * <p><b>Bits.</b> A sequence gives the same bits at once or in parts, added in order. Merged scores may differ in the last
 * bit of a double.
 *
 * <p>Mutable, and not safe for use by several threads without coordination: give each thread a score and merge them. Methods
 * throw {@link NullPointerException} for a null argument. Whatever they throw, they throw before anything is written, and
 * leave the score as it was. In steady state they allocate nothing.
 */
public final class SequenceScore {
    private final long ignoreIndex;

    /** Room for an argument of the exponential, and its result. */
    private final double[] single = new double[1];

    private double sum;
    private double lost;
    private long count;

    private SequenceScore(long ignoreIndex) {
        this.ignoreIndex = ignoreIndex;
    }

    /**
     * An empty score that ignores targets of -100.
     *
     * @return a new score
     */
    public static SequenceScore create() {
        return new SequenceScore(ClassLossOptions.IGNORED);
    }

    /**
     * An empty score that ignores targets with a number of the caller's choice.
     *
     * @param ignoreIndex any number, in or out of the vocabulary
     * @return a new score
     */
    public static SequenceScore ignoring(long ignoreIndex) {
        return new SequenceScore(ignoreIndex);
    }

    // ---- for float and double

    /**
     * Adds one token, from a row of an array without a view.
     *
     * @param logits holds the row
     * @param offset index of its first logit
     * @param vocabulary number of logits
     * @param target the token
     * @return its log-probability; 0 if it is ignored
     * @throws IndexOutOfBoundsException if the row is not inside the array, or the target is neither a token nor ignored
     * @throws IllegalArgumentException if there is no logit
     */
    public float add(float[] logits, int offset, int vocabulary, int target) {
        Objects.requireNonNull(logits, "logits");
        LogitShapes.checkRow(logits.length, offset, vocabulary);
        LogitShapes.checkTarget(target, vocabulary, ignoreIndex);
        if (target == ignoreIndex) {
            return 0f;
        }
        double value = FloatSequence.logProb(logits, offset, vocabulary, target);
        accumulate(value);
        return Results.toFloat(value);
    }

    // ---- for int and long
    /**
     * Adds the tokens of a sequence, given as {@code int}.
     *
     * @param logits a row for each token, of shape {@code (..., V)}
     * @param target the tokens, row-major over the other dimensions
     * @throws IllegalArgumentException if the number of targets does not fit, or there is no vocabulary
     * @throws IndexOutOfBoundsException if a target is neither a token nor ignored
     */
    public void add(FloatTensor logits, int[] target) {
        addRows(logits, ClassIndices.ints(target), ClassIndices.longs(target), null);
    }

    /**
     * Adds the tokens of a sequence, given as {@code int}, and tells their log-probabilities.
     *
     * @param logits a row for each token, of shape {@code (..., V)}
     * @param target the tokens, row-major over the other dimensions
     * @param logProb receives the log-probabilities, of shape {@code (...)}; must not share an element with the logits
     * @throws IllegalArgumentException if shapes do not fit, there is no vocabulary, or the output overlaps the logits
     * @throws IndexOutOfBoundsException if a target is neither a token nor ignored
     */
    public void add(FloatTensor logits, int[] target, FloatTensor logProb) {
        Objects.requireNonNull(logProb, "logProb");
        addRows(logits, ClassIndices.ints(target), ClassIndices.longs(target), logProb);
    }

    /**
     * Adds the tokens of a sequence, given as {@code int}, with the probabilities that they have among the tokens that a mask
     * lets take part.
     *
     * @param logits a row for each token, of shape {@code (..., V)}
     * @param mask the tokens that take part
     * @param target the tokens, row-major over the other dimensions
     * @throws IllegalArgumentException if the mask or the number of targets does not fit, or a row has no token left
     * @throws IndexOutOfBoundsException if a target is neither a token that takes part nor ignored
     */
    public void add(FloatTensor logits, ClassMask mask, int[] target) {
        addMasked(logits, mask, ClassIndices.ints(target), ClassIndices.longs(target), null);
    }

    /**
     * Adds the tokens of a sequence, given as {@code int}, with the probabilities that they have among the tokens that a mask
     * lets take part, and tells their log-probabilities.
     *
     * @param logits a row for each token, of shape {@code (..., V)}
     * @param mask the tokens that take part
     * @param target the tokens, row-major over the other dimensions
     * @param logProb receives the log-probabilities, of shape {@code (...)}; must not share an element with the logits
     * @throws IllegalArgumentException if the mask or shapes do not fit, a row has no token left, or the output overlaps the
     *     logits
     * @throws IndexOutOfBoundsException if a target is neither a token that takes part nor ignored
     */
    public void add(FloatTensor logits, ClassMask mask, int[] target, FloatTensor logProb) {
        Objects.requireNonNull(logProb, "logProb");
        addMasked(logits, mask, ClassIndices.ints(target), ClassIndices.longs(target), logProb);
    }

    /**
     * Adds the choices from ragged rows, given as {@code int}.
     *
     * @param logits the rows, each with a number of candidates of its own
     * @param target a candidate for each row, numbered within the row
     * @throws IllegalArgumentException if the number of targets does not fit, or a row is empty
     * @throws IndexOutOfBoundsException if a target is neither a candidate of its row nor ignored
     */
    public void add(FloatRagged logits, int[] target) {
        addRagged(logits, ClassIndices.ints(target), ClassIndices.longs(target), null);
    }

    /**
     * Adds the choices from ragged rows, given as {@code int}, and tells their log-probabilities.
     *
     * @param logits the rows, each with a number of candidates of its own
     * @param target a candidate for each row, numbered within the row
     * @param logProb receives the log-probabilities, one for each row; must not share an element with the logits
     * @throws IllegalArgumentException if the number of targets or values does not fit, a row is empty, or the output overlaps
     *     the logits
     * @throws IndexOutOfBoundsException if a target is neither a candidate of its row nor ignored
     */
    public void add(FloatRagged logits, int[] target, FloatTensor logProb) {
        Objects.requireNonNull(logProb, "logProb");
        addRagged(logits, ClassIndices.ints(target), ClassIndices.longs(target), logProb);
    }
    // ---- end

    private void addMasked(
            FloatTensor logits,
            ClassMask mask,
            int @Nullable [] ints,
            long @Nullable [] longs,
            @Nullable FloatTensor logProb) {
        int axis = LogitShapes.axis(logits);
        Objects.requireNonNull(mask, "mask");
        logits.checkAccess();
        mask.checkScores(logits, "logits", axis);
        checkPlanned(mask, mask.count(logits, axis), ints, longs);
        if (logProb != null) {
            LogitShapes.checkLogProb(logits, axis, logProb);
        }
        FloatSequence.add(logits, mask, ints, longs, ignoreIndex, logProb, this);
    }

    private void addRagged(
            FloatRagged logits, int @Nullable [] ints, long @Nullable [] longs, @Nullable FloatTensor logProb) {
        Objects.requireNonNull(logits, "logits");
        logits.span().checkAccess();
        checkPlanned(logits.plan(), logits.rows(), ints, longs);
        if (logProb != null) {
            logits.plan().checkPerRow(logProb, "logProb");
            Overlap.checkWritable(logProb, "logProb");
            Overlap.checkApart(logits.span(), "logits", logProb, "logProb");
        }
        FloatSequence.add(logits.span(), logits.plan(), ints, longs, ignoreIndex, logProb, this);
    }

    private void addRows(
            FloatTensor logits, int @Nullable [] ints, long @Nullable [] longs, @Nullable FloatTensor logProb) {
        int axis = LogitShapes.axis(logits);
        logits.checkAccess();
        LogitShapes.checkTargets(
                ints, longs, Positions.count(logits, axis), Positions.length(logits, axis), ignoreIndex);
        if (logProb != null) {
            LogitShapes.checkLogProb(logits, axis, logProb);
        }
        FloatSequence.add(logits, ints, longs, ignoreIndex, logProb, this);
    }
    // ---- end

    private void checkPlanned(RowPlan plan, int rows, int @Nullable [] ints, long @Nullable [] longs) {
        plan.checkNoneEmpty(rows);
        plan.checkTargets(rows, ints, longs, ignoreIndex);
    }

    /** Adds the log-probability of one token. */
    void accumulate(double logProb) {
        double next = sum + logProb;
        lost += Results.lost(sum, logProb, next);
        sum = next;
        count++;
    }

    /**
     * Adds the tokens of another score.
     *
     * @param other the score of other tokens; it is not changed
     */
    public void merge(SequenceScore other) {
        Objects.requireNonNull(other, "other");
        double next = sum + other.sum;
        lost += Results.lost(sum, other.sum, next) + other.lost;
        sum = next;
        count += other.count;
    }

    /** Forgets all tokens. */
    public void reset() {
        sum = 0.0;
        lost = 0.0;
        count = 0L;
    }

    /**
     * The log-likelihood of the sequence: the sum of the log-probabilities of its tokens.
     *
     * @return the sum; 0 without a token
     */
    public double logLikelihood() {
        double total = Results.total(sum, lost);
        return Double.isNaN(total) ? Double.NaN : total;
    }

    /**
     * Number of tokens that were not ignored.
     *
     * @return the number of tokens
     */
    public long count() {
        return count;
    }

    /**
     * The mean negative log-likelihood of a token in nats, which is the mean cross entropy.
     *
     * @return the mean; NaN without a token
     */
    public double meanNegativeLogLikelihood() {
        return count == 0L ? Double.NaN : 0.0 - logLikelihood() / count;
    }

    /**
     * The perplexity: the exponential of the mean negative log-likelihood, at most 0.8 ulp from that of the mean as it is
     * given.
     *
     * @return the perplexity, at least 1; NaN without a token
     */
    public double perplexity() {
        single[0] = meanNegativeLogLikelihood();
        Kernels.DOUBLE.apply(PointFunction.EXP, single, 0, 1, single, 0);
        return single[0];
    }

    /**
     * The numbers of the score.
     *
     * @return a description for messages
     */
    @Override
    public String toString() {
        return "SequenceScore[logLikelihood=" + logLikelihood() + ", count=" + count + "]";
    }
}
