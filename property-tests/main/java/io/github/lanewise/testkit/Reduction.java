// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import java.util.EnumSet;
import java.util.Set;

/** What a loss makes of the losses of its samples or elements. */
public enum Reduction {
    /** Nothing: one loss for each sample and position. */
    NONE,
    /** The sum divided by the loss's denominator. */
    MEAN,
    /** The sum. */
    SUM,
    /** The sum divided by the size of dimension 0, or by 1 without dimensions; only the Kullback-Leibler divergence has it. */
    BATCH_MEAN;

    /**
     * The reductions that every loss has.
     *
     * @return a new set
     */
    public static Set<Reduction> ofAllLosses() {
        return EnumSet.of(NONE, MEAN, SUM);
    }
}
