// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.reference;

import io.github.lanewise.testkit.Denominator;
import io.github.lanewise.testkit.LossPart;
import io.github.lanewise.testkit.OnEmpty;
import io.github.lanewise.testkit.Policies;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;

/** Makes the result of a loss from its terms, and the factor of its gradient. */
final class Reducer {
    private final double[] losses;
    private final int[] shape;
    private final boolean[] counts;
    private final double[] weights;
    private final int batch;
    private final Denominator.Kind own;
    private boolean hollow;

    /**
     * Terms to fill in.
     *
     * @param shape shape of the losses
     * @param batch size of dimension 0
     * @param own what the mean divides by in PyTorch
     */
    Reducer(int[] shape, int batch, Denominator.Kind own) {
        this.shape = shape;
        this.batch = batch;
        this.own = own;
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        this.losses = new double[count];
        this.counts = new boolean[count];
        this.weights = new double[count];
    }

    /** Puts in a loss that counts. What is not put in is 0 and does not count. */
    void put(int index, double loss, double weight) {
        losses[index] = loss;
        counts[index] = true;
        weights[index] = weight;
    }

    /** Says that no sample has any class: a mean that would divide by their number is one over no elements. */
    void hollow() {
        hollow = true;
    }

    private double denominator(Policies policies) {
        Denominator chosen = policies.denominator();
        Denominator.Kind kind = chosen.kind() == Denominator.Kind.DEFAULT ? own : chosen.kind();
        return switch (kind) {
            case WEIGHTED -> {
                Sum sum = new Sum();
                for (double weight : weights) {
                    sum.add(weight);
                }
                yield sum.get();
            }
            case VALID_COUNT -> hollow ? 0.0 : count();
            case BATCH -> batch;
            case GIVEN -> chosen.number();
            default -> hollow ? 0.0 : losses.length;
        };
    }

    /** A mean over weights that add up to 0 is NaN, even where smoothing makes the sum of the losses another number. */
    private double divisor(Policies policies) {
        double denominator = denominator(policies);
        return denominator == 0.0 ? Double.NaN : denominator;
    }

    private long count() {
        long count = 0;
        for (boolean counted : counts) {
            count += counted ? 1 : 0;
        }
        return count;
    }

    /** The sum and what a mean needs besides. */
    LossPart part(Policies policies) {
        return new LossPart(sum(), denominator(policies), count());
    }

    private double sum() {
        Sum sum = new Sum();
        for (double loss : losses) {
            sum.add(loss);
        }
        return sum.get();
    }

    /** The result. */
    Tensor reduce(Reduction reduction, Policies policies) {
        return switch (reduction) {
            case NONE -> Tensor.of(losses, shape);
            case SUM -> Tensor.scalar(sum());
            case MEAN -> Tensor.scalar(isEmpty(policies) ? 0.0 : sum() / divisor(policies));
            case BATCH_MEAN -> Tensor.scalar(sum() / batch);
        };
    }

    /** Whether the mean is 0 because nothing counts; if it is to be NaN, dividing makes it so. */
    private boolean isEmpty(Policies policies) {
        if (policies.onEmpty() == OnEmpty.NAN || (count() != 0 && !isHollow(policies))) {
            return false;
        }
        if (policies.onEmpty() == OnEmpty.ERROR) {
            throw new IllegalArgumentException("no sample counts, so there is no mean");
        }
        return true;
    }

    private boolean isHollow(Policies policies) {
        return hollow && denominator(policies) == 0.0;
    }

    /** What the gradients of the losses that count are divided by. */
    double divisor(Reduction reduction, Policies policies) {
        return switch (reduction) {
            case NONE, SUM -> 1.0;
            case MEAN -> isEmpty(policies) ? 1.0 : denominator(policies);
            case BATCH_MEAN -> batch;
        };
    }
}
