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
 * @param sum the sum of the samples' losses, in double
 * @param denominator what the mean divides by: for class indices the sum of the weights of the target classes
 * @param count the number of samples that were not ignored
 */
public record LossSum(double sum, double denominator, long count) {
    /** The sum of no samples, from which to start adding. */
    public static final LossSum ZERO = new LossSum(0.0, 0.0, 0L);

    /** Makes a sum; a NaN becomes the canonical one, so that equal results have equal bits. */
    public LossSum {
        sum = Double.isNaN(sum) ? Double.NaN : sum;
        denominator = Double.isNaN(denominator) ? Double.NaN : denominator;
    }

    /**
     * Adds the samples of another part.
     *
     * @param other sums over samples that this one does not hold, by the same loss
     * @return the sums over the samples of both
     */
    public LossSum plus(LossSum other) {
        return new LossSum(sum + other.sum, denominator + other.denominator, count + other.count);
    }

    /**
     * The mean over the samples: sum divided by denominator.
     *
     * @return the mean; NaN if the denominator is 0, as PyTorch answers for a batch without a valid sample
     */
    public double mean() {
        return denominator == 0.0 ? Double.NaN : sum / denominator;
    }
}
