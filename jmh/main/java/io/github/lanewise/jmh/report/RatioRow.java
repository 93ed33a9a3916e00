// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import io.github.lanewise.jmh.candidate.Operation;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table of ratios.
 *
 * @param label what is measured, for people
 * @param ours the library's benchmark
 * @param target how many times as long PyTorch is to take; NaN if nothing is laid down
 * @param limitOperation the operation of the native yardstick to compare with, or null if it has none
 * @param limitTarget the part of the yardstick's speed that is to be reached; NaN if nothing is laid down
 * @param rival a benchmark of our own to compare with instead of other libraries, whose target then is meant; or null
 */
public record RatioRow(
        String label,
        Spec ours,
        double target,
        @Nullable String limitOperation,
        double limitTarget,
        @Nullable Spec rival) {
    /** The operation. */
    public Operation operation() {
        return Operation.of(ours.parameters().getOrDefault("operation", ""));
    }

    /** Whether the gradient is computed too. */
    public boolean gradient() {
        return Boolean.parseBoolean(ours.parameters().get("gradient"));
    }
}
