// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;

/** Numbers as they go to the caller: rounding, sums over samples, values of samples, and who may ask for which. */
@SuppressWarnings("cast") // rounding to double is none
final class Results {
    /** What leaves no sample for a loss with targets that may be ignored. */
    static final String NO_SAMPLE = "the batch is empty or every target is ignored";

    /** What leaves no element for one that takes all of them. */
    static final String NO_ELEMENT = "the batch is empty";

    private Results() {}

    // ---- for float and double
    /** Rounds to the type; a NaN becomes the canonical one. */
    static float toFloat(double value) {
        return Double.isNaN(value) ? Float.NaN : (float) value;
    }

    /** The value of a sample by its row-major number. */
    static double get(FloatTensor values, int position) {
        return values.element(values.offset() + Shapes.position(values.sizes(), values.strides(), -1, position));
    }

    /** Sets the value of a sample by its row-major number. */
    static void set(FloatTensor values, int position, double value) {
        values.setElement(
                values.offset() + Shapes.position(values.sizes(), values.strides(), -1, position), toFloat(value));
    }
    // ---- end

    /** What the addition {@code next = sum + term} lost (Neumaier): the losses are added up beside the sum. */
    static double lost(double sum, double term, double next) {
        return Math.abs(sum) >= Math.abs(term) ? (sum - next) + term : (term - next) + sum;
    }

    /** A sum with what its additions lost; an infinite sum has lost nothing that matters. */
    static double total(double sum, double lost) {
        return Double.isFinite(lost) ? sum + lost : sum;
    }

    /** Checks a reduction for losses that have no batch mean. */
    static Reduction checkPlain(Reduction reduction) {
        Objects.requireNonNull(reduction, "reduction");
        if (reduction == Reduction.BATCH_MEAN) {
            throw new IllegalArgumentException(
                    "BATCH_MEAN belongs to the Kullback-Leibler divergence; use NONE, MEAN or SUM here");
        }
        return reduction;
    }

    /** Checks that a result of one number can be given. */
    static void checkReduces(Reduction reduction, int count) {
        if (reduction == Reduction.NONE && count != 1) {
            throw new IllegalStateException("this loss has Reduction.NONE and " + count
                    + " samples, so one number can't hold the result; give a perSample view (or a gradOutput view for"
                    + " gradients), or build the loss with MEAN or SUM");
        }
    }

    /** Checks that losses of the samples can be given. */
    static void checkNone(Reduction reduction) {
        if (reduction != Reduction.NONE) {
            throw new IllegalStateException("this loss reduces to " + reduction
                    + "; losses and gradients of single samples need a loss built with reduction(Reduction.NONE)");
        }
    }

    /** Refuses the mean of a batch of which nothing counts if the caller wants that. */
    static void checkNotEmpty(OnEmpty emptyMean, String why) {
        if (emptyMean == OnEmpty.ERROR) {
            throw new IllegalArgumentException(
                    "the mean is over nothing: " + why + "; skip such batches, or choose emptyMean(OnEmpty.ZERO)");
        }
    }
}
