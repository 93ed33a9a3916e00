// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.reference;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.Denominator;
import io.github.lanewise.testkit.Indeterminate;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Binary cross entropy of probabilities and of logits. */
final class BinaryLossLoops {
    private static final double LEAST_LOG = -100.0;

    /** PyTorch's constant, a float. */
    private static final double LEAST_SLOPE = 1e-12f;

    private final double[] x;
    private final double[] y;
    private final double[] weight;
    private final double[] positive;
    private final int[] shape;
    private final BinaryLossOptions options;

    BinaryLossLoops(Tensor input, Tensor target, BinaryLossOptions options) {
        Shapes.same(input, target);
        this.x = input.data();
        this.y = target.data();
        this.shape = input.shape();
        this.options = options;
        this.weight = factors(options.weight());
        this.positive = factors(options.positiveWeight());
    }

    private double[] factors(@Nullable Tensor factors) {
        if (factors != null) {
            return Shapes.broadcast(factors, shape);
        }
        double[] ones = new double[x.length];
        Arrays.fill(ones, 1.0);
        return ones;
    }

    private void checkProbabilities() {
        for (int i = 0; i < x.length; i++) {
            if (!(x[i] >= 0.0 && x[i] <= 1.0 && y[i] >= 0.0 && y[i] <= 1.0)) {
                throw new IllegalArgumentException("[" + i + "]: " + x[i] + " or " + y[i] + " is no probability");
            }
        }
    }

    private Reducer reducer() {
        return new Reducer(shape, shape.length == 0 ? 1 : shape[0], Denominator.Kind.ELEMENTS);
    }

    private double upstream(@Nullable Tensor gradOutput, int i, double divisor) {
        return weight[i] * (gradOutput == null ? 1.0 : gradOutput.get(i)) / divisor;
    }

    Reducer probabilities() {
        checkProbabilities();
        Reducer reducer = reducer();
        for (int i = 0; i < x.length; i++) {
            double log = Math.log(x[i]);
            double logOfRest = Math.log1p(-x[i]);
            double loss;
            if (options.exact()) {
                loss = -Points.xlogy(y[i], x[i]) - (y[i] == 1.0 ? 0.0 : (1.0 - y[i]) * logOfRest);
            } else {
                loss = (y[i] - 1.0) * Math.max(logOfRest, LEAST_LOG) - y[i] * Math.max(log, LEAST_LOG);
            }
            reducer.put(i, weight[i] * loss, weight[i]);
        }
        return reducer;
    }

    TwoGradients probabilitiesGradient(@Nullable Tensor gradOutput) {
        double divisor = probabilities().divisor(options.reduction(), options.policies());
        double[] ofInput = new double[x.length];
        double[] ofTarget = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double g = upstream(gradOutput, i, divisor);
            double slope = (1.0 - x[i]) * x[i];
            ofInput[i] = g * (x[i] - y[i]) / (options.exact() ? slope : Math.max(slope, LEAST_SLOPE));
            ofTarget[i] = g * (Math.log1p(-x[i]) - Math.log(x[i]));
        }
        return new TwoGradients(Tensor.of(ofInput, shape), Tensor.of(ofTarget, shape));
    }

    Reducer logits() {
        Reducer reducer = reducer();
        for (int i = 0; i < x.length; i++) {
            reducer.put(i, weight[i] * ofLogit(x[i], y[i], positive[i]), weight[i]);
        }
        return reducer;
    }

    /** {@code (1 - y) softplus(x) + w y softplus(-x)}: no difference of large numbers. */
    private double ofLogit(double logit, double target, double positiveWeight) {
        if (Double.isInfinite(logit) && options.policies().indeterminate() == Indeterminate.NAN) {
            // PyTorch's (1 - y) x - (1 + (w - 1) y) log(sigmoid(x)).
            return (1.0 - target) * logit - (1.0 + (positiveWeight - 1.0) * target) * Points.logSigmoid(logit);
        }
        return product(1.0 - target, -Points.logSigmoid(-logit))
                + product(positiveWeight * target, -Points.logSigmoid(logit));
    }

    private static double product(double coefficient, double factor) {
        return coefficient == 0.0 && Double.isInfinite(factor) ? 0.0 : coefficient * factor;
    }

    TwoGradients logitsGradient(@Nullable Tensor gradOutput) {
        double divisor = logits().divisor(options.reduction(), options.policies());
        double[] ofInput = new double[x.length];
        double[] ofTarget = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double g = upstream(gradOutput, i, divisor);
            ofInput[i] = g * ((1.0 - y[i]) * Points.sigmoid(x[i]) - positive[i] * y[i] * Points.sigmoid(-x[i]));
            ofTarget[i] = g
                    * (options.positiveWeight() == null
                            ? -x[i]
                            : Points.logSigmoid(-x[i]) - positive[i] * Points.logSigmoid(x[i]));
        }
        return new TwoGradients(Tensor.of(ofInput, shape), Tensor.of(ofTarget, shape));
    }
}
