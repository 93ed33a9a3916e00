// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.golden;

import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Compares one result with its recorded value.
 *
 * <p>The recorded double {@code e} is rounded to the implementation's type first. NaN matches NaN, an infinity its own sign, -0
 * matches 0. Otherwise {@code |got - e| <= 1e-5 |e| + 1e-6 s} is asked of a float, with {@code s = 1} for log-sum-exp, the
 * softmax family, elementwise functions and negative log-likelihood, and {@code s = max(1, largest finite |e| of the tensor)}
 * for the other losses. Where PyTorch's own float result is known to be off, an element may miss by as many times that tolerance
 * as PyTorch's worst element of the tensor does, or be the NaN or infinity that PyTorch gives.
 *
 * <p>For a double both figures shrink with the type's epsilon.
 */
final class GoldenComparison {
    private static final double RELATIVE = 1e-5;
    private static final double ABSOLUTE = 1e-6;

    private final Precision precision;
    private final double shrink;

    GoldenComparison(Precision precision) {
        this.precision = precision;
        this.shrink = precision.epsilon() / Precision.FLOAT.epsilon();
    }

    /** What came out: the worst distance in ulp of the recorded value, and what is wrong, or null. */
    record Verdict(double worstUlp, @Nullable String failure) {}

    Verdict compare(GoldenCase golden, Operation operation, String name, Tensor got) {
        Tensor expected = golden.expected().get(name);
        if (expected == null) {
            return new Verdict(0.0, "nothing recorded for " + name);
        }
        if (!Arrays.equals(expected.shape(), got.shape())) {
            return new Verdict(
                    0.0,
                    name + " has shape " + Arrays.toString(got.shape()) + ", expected "
                            + Arrays.toString(expected.shape()));
        }
        @Nullable Tensor torch = golden.torchIsOff() ? golden.torchFloat().get(name) : null;
        double scale = scale(operation, expected);
        double worstTorch = torch == null ? 1.0 : worst(expected, torch, scale);
        double worst = 0.0;
        String failure = null;
        for (int i = 0; i < got.count(); i++) {
            double e = precision.round(expected.get(i));
            double g = got.get(i);
            double allowed = torch == null ? 1.0 : worstTorch;
            if (!matches(g, e, scale, allowed) && (torch == null || !same(g, torch.get(i)))) {
                failure = failure != null ? failure : name + "[" + i + "] is " + g + ", expected " + e;
            } else {
                worst = Math.max(worst, distance(g, e));
            }
        }
        return new Verdict(worst, failure);
    }

    private double scale(Operation operation, Tensor expected) {
        if (operation != Operation.CROSS_ENTROPY && operation != Operation.CROSS_ENTROPY_PROB) {
            return 1.0;
        }
        double largest = 1.0;
        for (int i = 0; i < expected.count(); i++) {
            double magnitude = Math.abs(precision.round(expected.get(i)));
            largest = Double.isFinite(magnitude) ? Math.max(largest, magnitude) : largest;
        }
        return largest;
    }

    private boolean matches(double got, double expected, double scale, double allowed) {
        return same(got, expected)
                || (Double.isFinite(got)
                        && Double.isFinite(expected)
                        && Math.abs(got - expected) <= allowed * tolerance(expected, scale));
    }

    private double tolerance(double expected, double scale) {
        return shrink * (RELATIVE * Math.abs(expected) + ABSOLUTE * scale);
    }

    /** How many times the tolerance PyTorch's worst finite element is off; at least 1. */
    private double worst(Tensor expected, Tensor torch, double scale) {
        double worst = 1.0;
        for (int i = 0; i < expected.count(); i++) {
            double e = precision.round(expected.get(i));
            double off = Math.abs(torch.get(i) - e) / tolerance(e, scale);
            worst = Double.isFinite(off) ? Math.max(worst, off) : worst;
        }
        return worst;
    }

    private static boolean same(double a, double b) {
        return a == b || (Double.isNaN(a) && Double.isNaN(b));
    }

    private double distance(double got, double expected) {
        return Double.isFinite(expected) && Double.isFinite(got)
                ? Math.abs(got - expected) / precision.ulp(expected)
                : 0.0;
    }
}
