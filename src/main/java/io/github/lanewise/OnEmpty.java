// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

/**
 * The answer where there is nothing to answer from: the mean of a batch without a valid sample, or a row whose classes are
 * all masked by logits of negative infinity.
 */
public enum OnEmpty {
    /** NaN, as PyTorch. The default. */
    NAN,
    /** Zero, for the value and for the gradient. */
    ZERO,
    /** An {@link IllegalArgumentException}, before anything is written. */
    ERROR
}
