// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

/**
 * A loss before it is divided: the sum over samples, what the mean divides by, and how many samples counted. The sums of
 * shards, micro-batches or threads add up to the sum of the whole, so that the mean of many parts is the mean of all
 * their samples, not the mean of the parts' means.
 *
 * <pre>{@code
 * LossSum total = LossSum.ZERO;
 * for (Batch batch : batches) {
 *     total = total.plus(loss.sum(batch.logits(), batch.target()));
 * }
 * double mean = total.mean();
 * }</pre>
 *
 * <p>A denominator that the caller has {@linkplain Denominator#given given} is that of the whole already: it stays as it is when parts are
 * added.
 *
 * @param sum the sum of the samples' losses, in double
 * @param denominator what the mean divides by: for class indices the sum of the weights of the target classes
 * @param count the number of samples that were not ignored
 * @param given whether the denominator is a number that the caller has given, so that it is the same for all parts
 */
public record LossSum(double sum, double denominator, long count, boolean given) {
    /** The sum of no samples, from which to start adding. */
    public static final LossSum ZERO = new LossSum(0.0, 0.0, 0L);

    /** Makes a sum; a NaN becomes the canonical one, so that equal results have equal bits. */
    public LossSum {
        sum = Double.isNaN(sum) ? Double.NaN : sum;
        denominator = Double.isNaN(denominator) ? Double.NaN : denominator;
    }

    /**
     * Makes a sum whose denominator adds up with those of other parts.
     *
     * @param sum the sum of the samples' losses
     * @param denominator what the mean over these samples alone divides by
     * @param count the number of samples that were not ignored
     */
    public LossSum(double sum, double denominator, long count) {
        this(sum, denominator, count, false);
    }

    /**
     * Adds the samples of another part.
     *
     * @param other sums over samples that this one does not hold, by the same loss
     * @return the sums over the samples of both; the denominators are added, unless they are given
     * @throws IllegalArgumentException if a denominator is given and the other sum, unless it is {@link #ZERO}, has another one
     */
    public LossSum plus(LossSum other) {
        return new LossSum(sum + other.sum, denominatorWith(other), count + other.count, given || other.given);
    }

    private double denominatorWith(LossSum other) {
        if (!given && !other.given) {
            return denominator + other.denominator;
        }
        boolean same = given == other.given && denominator == other.denominator;
        if (!same && !equals(ZERO) && !other.equals(ZERO)) {
            throw new IllegalArgumentException("a given denominator is that of the whole, so " + this + " and " + other
                    + " can't be added; take all parts from losses with the same denominator");
        }
        return given ? denominator : other.denominator;
    }

    /**
     * The mean over the samples: sum divided by denominator.
     *
     * @return the mean; NaN for 0 divided by 0, as PyTorch answers for a batch without a valid sample, and infinite where another sum is
     *     divided by 0, as by weights that cancel; where all targets weigh nothing and labels are smoothed, {@code forward} is NaN, as in
     *     PyTorch, which divides the targets' part by itself, while the sum of both parts here is not 0
     */
    public double mean() {
        double mean = sum / denominator;
        return Double.isNaN(mean) ? Double.NaN : mean;
    }
}
