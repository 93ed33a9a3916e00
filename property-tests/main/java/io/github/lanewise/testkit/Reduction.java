// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/** What a loss makes of the losses of its samples. */
public enum Reduction {
    /** Nothing: one loss for each sample and position. */
    NONE,
    /** The sum divided by the loss's denominator. */
    MEAN,
    /** The sum. */
    SUM
}
