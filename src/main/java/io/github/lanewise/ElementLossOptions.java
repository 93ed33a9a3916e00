// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The options of the losses of single elements, gathered by their builders. Mutable only while a loss is built. */
final class ElementLossOptions extends LossOptions {
    Denominator denominator = Denominator.ELEMENTS;

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

    /** A copy that later calls to the builder do not change. */
    ElementLossOptions copy() {
        try {
            return (ElementLossOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * What has been chosen, behind the name of a loss.
     *
     * @param indeterminateName what the loss calls {@link #indeterminate}
     */
    String describe(String name, String indeterminateName) {
        return described(
                new Description(name)
                        .option("weight", described(weight), null)
                        .option("posWeight", described(posWeight), null)
                        .option("exact", exact, false)
                        .option("logTarget", logTarget, false)
                        .option(indeterminateName, indeterminate, Indeterminate.NAN),
                denominator,
                Denominator.ELEMENTS);
    }

    /** The number if it is one for all elements, else the shape. */
    private static @Nullable String described(@Nullable Weights weights) {
        if (weights == null) {
            return null;
        }
        return weights.doubles.rank() == 0
                ? String.valueOf(weights.doubles.get())
                : "shape " + Arrays.toString(weights.floats.shape());
    }
}
