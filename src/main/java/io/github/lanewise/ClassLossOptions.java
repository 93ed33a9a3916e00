// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The options of the class losses, gathered by their builders. Mutable only while a loss is built. */
final class ClassLossOptions extends LossOptions {
    /** The target that PyTorch ignores if nothing is said. */
    static final long IGNORED = -100L;

    /** Class weights for float losses, or null for 1. */
    float @Nullable [] floatWeight;

    /** Class weights for double losses, or null for 1. */
    double @Nullable [] doubleWeight;

    long ignoreIndex = IGNORED;
    LabelSmoothing labelSmoothing = LabelSmoothing.NONE;

    /** What the mean divides by; null for the loss's own choice. */
    @Nullable
    Denominator denominator;

    OnEmpty fullyMasked = OnEmpty.NAN;
    Indeterminate zeroTimesInfinity = Indeterminate.NAN;

    void weight(float[] weight) {
        Objects.requireNonNull(weight, "weight");
        floatWeight = weight.clone();
        doubleWeight = new double[weight.length];
        for (int i = 0; i < weight.length; i++) {
            doubleWeight[i] = weight[i];
        }
    }

    void weight(double[] weight) {
        Objects.requireNonNull(weight, "weight");
        doubleWeight = weight.clone();
        floatWeight = new float[weight.length];
        for (int i = 0; i < weight.length; i++) {
            floatWeight[i] = (float) weight[i];
        }
    }

    /** A copy that later calls to the builder do not change. */
    ClassLossOptions copy() {
        try {
            return (ClassLossOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    /** What the mean divides by, of a loss whose own choice is the sum of the weights. */
    Denominator denominatorOr(Denominator own) {
        return Objects.requireNonNullElse(denominator, own);
    }

    /** What has been chosen, behind the name of a loss. */
    String describe(String name) {
        return described(
                new Description(name)
                        .option("weight", floatWeight == null ? null : "shape [" + floatWeight.length + "]", null)
                        .option("ignoreIndex", ignoreIndex, IGNORED)
                        .option("labelSmoothing", labelSmoothing, LabelSmoothing.NONE)
                        .option("fullyMasked", fullyMasked, OnEmpty.NAN)
                        .option("zeroTimesInfinity", zeroTimesInfinity, Indeterminate.NAN),
                denominator,
                null);
    }
}
