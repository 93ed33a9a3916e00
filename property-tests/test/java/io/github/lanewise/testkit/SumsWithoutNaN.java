// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import java.util.Arrays;
import java.util.function.Function;

/** A planted defect: sums and means of the losses that are numbers, as those over arrays with gaps are made. */
final class SumsWithoutNaN {
    private SumsWithoutNaN() {}

    /** A loss with a reduction, from one that is right with any. */
    static Tensor of(Reduction reduction, Function<Reduction, Tensor> loss) {
        double[] losses = loss.apply(Reduction.NONE).data();
        double[] numbers = Arrays.stream(losses).filter(x -> !Double.isNaN(x)).toArray();
        if (reduction == Reduction.NONE || numbers.length == losses.length) {
            return loss.apply(reduction);
        }
        double sum = Arrays.stream(numbers).sum();
        return Tensor.scalar((float) (reduction == Reduction.SUM ? sum : sum / numbers.length));
    }
}
