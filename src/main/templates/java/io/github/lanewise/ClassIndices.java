// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Class indices as targets, in an {@code int[]} or a {@code long[]} over the positions of a view of scores: the checks
 * before anything is computed, and the plain sums over targets that a mean divides by.
 */
final class ClassIndices {
    private ClassIndices() {}

    /** The class dimension of a view of scores: 1, or 0 for a single sample. */
    static int axis(Tensor scores, String name) {
        Objects.requireNonNull(scores, name);
        if (scores.rank() == 0) {
            throw new IllegalArgumentException(
                    name + " has no dimensions; it needs a class dimension: (C), (N, C) or " + "(N, C, d1, ..., dK)");
        }
        return scores.rank() == 1 ? 0 : 1;
    }

    /** The targets if they are ints. */
    static int[] ints(int[] target) {
        return target;
    }

    /** None: the targets are longs. */
    static int @Nullable [] ints(long[] target) {
        return null;
    }

    /** None: the targets are ints. */
    static long @Nullable [] longs(int[] target) {
        return null;
    }

    /** The targets if they are longs. */
    static long[] longs(long[] target) {
        return target;
    }

    /** The target at a position. */
    static long at(int @Nullable [] ints, long @Nullable [] longs, int position) {
        return ints != null ? ints[position] : Objects.requireNonNull(longs)[position];
    }

    /** Checks the number of targets and that each is a class or ignored. */
    static void check(
            Tensor scores, String name, int axis, int @Nullable [] ints, long @Nullable [] longs, long ignoreIndex) {
        int given = ints != null ? ints.length : Objects.requireNonNull(longs, "target").length;
        int count = Positions.count(scores, axis);
        int classes = Positions.length(scores, axis);
        if (given != count) {
            String shape = Arrays.toString(scores.sizes());
            throw new IllegalArgumentException(
                    scores.rank() == 1
                            ? name + " has shape " + shape + " (one sample, " + classes + " classes) but target has "
                                    + given + " entries; one sample takes one target. For " + given
                                    + " binary targets use BceWithLogitsLoss on the logits, BceLoss on their sigmoid, or"
                                    + " NllLoss on the stacked pair (log(1 - p), log p) of shape [" + given + ", 2]"
                            : name + " has shape " + shape + ", class dimension 1, so target needs " + count
                                    + " entries (one for each sample and position, row-major), but it has " + given);
        }
        if (ints != null) {
            for (int p = 0; p < count; p++) {
                int y = ints[p];
                if ((y < 0 || y >= classes) && y != ignoreIndex) {
                    throw outside("target[" + p + "]", y, classes, ignoreIndex);
                }
            }
        } else {
            for (int p = 0; p < count; p++) {
                long y = Objects.requireNonNull(longs)[p];
                if ((y < 0 || y >= classes) && y != ignoreIndex) {
                    throw outside("target[" + p + "]", y, classes, ignoreIndex);
                }
            }
        }
    }

    /**
     * Checks a single target.
     *
     * @param name what the caller knows it as
     */
    static void check(String name, int target, int classes, long ignoreIndex) {
        if ((target < 0 || target >= classes) && target != ignoreIndex) {
            throw outside(name, target, classes, ignoreIndex);
        }
    }

    private static IndexOutOfBoundsException outside(String name, long target, int classes, long ignoreIndex) {
        return new IndexOutOfBoundsException(name + " = " + target + " is outside [0, " + classes
                + ") and is not ignoreIndex " + ignoreIndex
                + (classes == 0
                        ? "; the scores have no classes, so give some, or build"
                        : "; give a class of the scores, or build")
                + " the loss with the ignoreIndex that marks such samples");
    }

    /** Number of targets that are not ignored. */
    static int count(int @Nullable [] ints, long @Nullable [] longs, int positions, long ignoreIndex) {
        int valid = 0;
        for (int p = 0; p < positions; p++) {
            valid += at(ints, longs, p) == ignoreIndex ? 0 : 1;
        }
        return valid;
    }

    /** What the mean of a batch of one sample divides by. */
    static double denominatorOfOne(Denominator kind, boolean ignored, double weight) {
        if (kind.isGiven()) {
            return kind.number();
        }
        if (kind == Denominator.WEIGHTED) {
            return ignored ? 0.0 : weight;
        }
        return kind == Denominator.VALID_COUNT && ignored ? 0.0 : 1.0;
    }

    // ---- for float and double
    /** What the mean divides by. */
    static double denominator(
            Denominator kind,
            int batch,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int positions,
            long ignoreIndex,
            float @Nullable [] weight) {
        if (kind.isGiven()) {
            return kind.number();
        }
        if (kind == Denominator.BATCH) {
            return batch;
        }
        if (kind == Denominator.ELEMENTS) {
            return positions;
        }
        if (kind == Denominator.VALID_COUNT || weight == null) {
            return count(ints, longs, positions, ignoreIndex);
        }
        double sum = 0.0;
        double lost = 0.0;
        for (int p = 0; p < positions; p++) {
            long y = at(ints, longs, p);
            double term = y == ignoreIndex ? 0.0 : weight[(int) y];
            double next = sum + term;
            lost += Results.lost(sum, term, next);
            sum = next;
        }
        return Results.total(sum, lost);
    }

    /** Sum of class weights; 0 without weights. */
    static double sum(float @Nullable [] weight) {
        return weight == null ? 0.0 : sum(weight, weight.length);
    }

    /** Sum of the first class weights. */
    static double sum(float[] weight, int classes) {
        double sum = 0.0;
        double lost = 0.0;
        for (int c = 0; c < classes; c++) {
            double next = sum + weight[c];
            lost += Results.lost(sum, weight[c], next);
            sum = next;
        }
        return Results.total(sum, lost);
    }

    /** Checks the class weights against the number of classes. */
    static void checkWeight(float @Nullable [] weight, int classes) {
        if (weight != null && weight.length != classes) {
            throw new IllegalArgumentException("weight has " + weight.length + " entries but the scores have " + classes
                    + " classes; give one weight for each class, or none");
        }
    }
    // ---- end

    /** Checks a view with one value for each position. */
    static void checkPerSample(Tensor scores, String scoresName, @Nullable Tensor values, String name) {
        Objects.requireNonNull(values, name);
        int axis = axis(scores, scoresName);
        int[] shape = scores.sizes();
        int[] other = values.sizes();
        boolean fits = other.length == shape.length - 1;
        for (int d = 0; d < other.length && fits; d++) {
            fits = other[d] == shape[d < axis ? d : d + 1];
        }
        // A single sample's loss may also go into a view of one element.
        fits |= scores.rank() == 1 && values.numel() == 1;
        if (!fits) {
            throw new IllegalArgumentException(name + " has shape " + Arrays.toString(other) + " but " + scoresName
                    + " has shape " + Arrays.toString(shape) + "; it needs the shape "
                    + Arrays.toString(Shapes.without(shape, axis)) + ", one value for each sample and position");
        }
    }
}
