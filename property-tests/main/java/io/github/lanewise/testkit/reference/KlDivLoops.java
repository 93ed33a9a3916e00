// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.reference;

import io.github.lanewise.testkit.Denominator;
import io.github.lanewise.testkit.Indeterminate;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import org.jspecify.annotations.Nullable;

/** Kullback-Leibler divergence. */
final class KlDivLoops {
    private final double[] x;
    private final double[] t;
    private final int[] shape;
    private final KlDivOptions options;

    KlDivLoops(Tensor input, Tensor target, KlDivOptions options) {
        Shapes.same(input, target);
        this.x = input.data();
        this.t = target.data();
        this.shape = input.shape();
        this.options = options;
    }

    Reducer losses() {
        Reducer reducer = new Reducer(shape, shape.length == 0 ? 1 : shape[0], Denominator.Kind.ELEMENTS);
        for (int i = 0; i < x.length; i++) {
            reducer.put(i, loss(x[i], t[i]), 1.0);
        }
        return reducer;
    }

    private double loss(double logProbability, double target) {
        boolean limit = options.policies().indeterminate() == Indeterminate.LIMIT;
        if (options.logTarget()) {
            double p = Math.exp(target);
            return limit && p == 0.0 ? 0.0 : p * (target - logProbability);
        }
        if (target == 0.0) {
            return limit && Double.isInfinite(logProbability) ? 0.0 : -target * logProbability;
        }
        // Infinities of one sign leave no number.
        return Double.isInfinite(target)
                ? target * Math.log(target) - target * logProbability
                : target * (Math.log(target) - logProbability);
    }

    TwoGradients gradients(@Nullable Tensor gradOutput) {
        double divisor = losses().divisor(options.reduction(), options.policies());
        double[] ofInput = new double[x.length];
        double[] ofTarget = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double g = (gradOutput == null ? 1.0 : gradOutput.get(i)) / divisor;
            double p = options.logTarget() ? Math.exp(t[i]) : t[i];
            ofInput[i] = g * -p;
            ofTarget[i] = options.logTarget() ? g * (p * (t[i] - x[i] + 1.0)) : gradientOfTarget(g, t[i], x[i]);
        }
        return new TwoGradients(Tensor.of(ofInput, shape), Tensor.of(ofTarget, shape));
    }

    /** {@code g (log(t) + 1 - x)}, which PyTorch adds up from {@code xlogy(g, t)}, {@code g t / t} and {@code -g x}. */
    private static double gradientOfTarget(double g, double target, double logProbability) {
        double own = g * target / target;
        return g == 0.0 && target < 0.0
                ? 0.0 + own - g * logProbability
                : own * (Math.log(target) + 1.0 - logProbability);
    }
}
