// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The options that class losses and losses of elements have in common. */
abstract class LossOptions implements Cloneable {
    Reduction reduction = Reduction.MEAN;
    OnEmpty emptyMean = OnEmpty.NAN;

    /** Threads that a call may use besides its own, or null for none. */
    @Nullable
    Parallelism parallelism;

    /** How many tasks to make of a call over this many elements; 1 for the calling thread alone. */
    final int tasksFor(long elements) {
        return parallelism == null ? 1 : parallelism.tasksFor(elements);
    }

    /** Runs a call in tasks; see {@link ParallelRun#run}. */
    final void run(int tasks, int items, int granularity, ParallelRun.Range work) {
        ParallelRun.run(Objects.requireNonNull(parallelism), tasks, items, granularity, work);
    }

    /** Those that all losses have, behind others. */
    final String described(Description description, @Nullable Denominator denominator, @Nullable Denominator usual) {
        return description
                .option("reduction", reduction, Reduction.MEAN)
                .option("denominator", denominator, usual)
                .option("emptyMean", emptyMean, OnEmpty.NAN)
                .option("parallelism", parallelism, null)
                .toString();
    }
}
