// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

/** How the losses of the samples become the result, as PyTorch's {@code reduction} argument. */
public enum Reduction {
    /** No reduction: one loss a sample, written into the caller's view. */
    NONE,
    /** The sum divided by the loss's denominator; each loss states its own. */
    MEAN,
    /** The sum over all samples. */
    SUM,
    /** The sum divided by the size of dimension 0; only the Kullback-Leibler divergence has it. */
    BATCH_MEAN
}
