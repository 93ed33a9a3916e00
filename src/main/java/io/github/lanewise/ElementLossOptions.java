// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The options of the losses of single elements, gathered by their builders. Mutable only while a loss is built. */
final class ElementLossOptions implements Cloneable {
    Reduction reduction = Reduction.MEAN;
    Denominator denominator = Denominator.ELEMENTS;
    OnEmpty emptyMean = OnEmpty.NAN;

    /** Weights of the elements, or null for 1. */
    @Nullable
    Weights weight;

    /** Weights of the positive part of binary cross entropy, or null for 1. */
    @Nullable
    Weights posWeight;

    /** Whether binary cross entropy goes without PyTorch's floors. */
    boolean exact;

    /** Whether the target of the Kullback-Leibler divergence holds logarithms. */
    boolean logTarget;

    /** 0 times infinity. */
    Indeterminate indeterminate = Indeterminate.NAN;

    /** Threads that a call may use besides its own, or null for none. */
    @Nullable
    Parallelism parallelism;

    /** How many tasks to make of a call over this many elements; 1 for the calling thread alone. */
    int tasksFor(long elements) {
        return parallelism == null ? 1 : parallelism.tasksFor(elements);
    }

    /** Runs a call in tasks; see {@link ParallelRun#run}. */
    void run(int tasks, int items, int granularity, ParallelRun.Range work) {
        ParallelRun.run(Objects.requireNonNull(parallelism), tasks, items, granularity, work);
    }

    /** A copy that later calls to the builder do not change. */
    ElementLossOptions copy() {
        try {
            return (ElementLossOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }
}
