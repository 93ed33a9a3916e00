// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

/**
 * What 0 times infinity is where a loss meets it: a probability of 0 times the logarithm of another probability of 0, or
 * an infinite logit times a coefficient of 0.
 */
public enum Indeterminate {
    /** NaN, as IEEE arithmetic and PyTorch have it. The default. */
    NAN,
    /** The limit of the formula: a coefficient of 0 makes the term 0, however large the other factor is. */
    LIMIT
}
