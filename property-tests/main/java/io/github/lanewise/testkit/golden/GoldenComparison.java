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
 * <p>NaN matches NaN, an infinity its own sign, -0 matches 0. What is moved by index and what is one or zero has to be exact.
 * Otherwise, with {@code s = 1} for log-sum-exp, the softmax family, elementwise functions, negative log-likelihood and what is
 * moved, and {@code s = max(1, largest finite |e| of the tensor)} for the other losses and the entropy:
 *
 * <ul>
 *   <li>A float is compared with the recorded double {@code e} rounded to float: {@code |got - e| <= 1e-5 |e| + 1e-6 s}. Where
 *       PyTorch's own float result is known to be off, an element may miss by as many times that tolerance as PyTorch's worst
 *       element of the tensor does, or be the NaN or infinity that PyTorch gives.
 *   <li>A double is compared with {@code e} itself: {@code |got - e| <= 1e-9 |e| + 1e-10 s}. The records are PyTorch's doubles,
 *       which are no better than that where they are differences of large numbers.
 * </ul>
 */
final class GoldenComparison {
    private final Precision precision;
    private final double relative;
    private final double absolute;

    GoldenComparison(Precision precision) {
        this.precision = precision;
        this.relative = precision == Precision.FLOAT ? 1e-5 : 1e-9;
        this.absolute = precision == Precision.FLOAT ? 1e-6 : 1e-10;
    }

    /** What came out: the worst distance in ulp of the larger of {@code |e|} and {@code s / 10}, and what is wrong, or null. */
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
        @Nullable
        Tensor torch = precision == Precision.FLOAT && golden.torchIsOff()
                ? golden.torchFloat().get(name)
                : null;
        double scale = scale(operation, expected);
        double allowed = isExact(operation, name) ? 0.0 : torch == null ? 1.0 : worst(expected, torch, scale);
        double worst = 0.0;
        String failure = null;
        for (int i = 0; i < got.count(); i++) {
            double e = precision.round(expected.get(i));
            double g = got.get(i);
            if (!matches(g, e, scale, allowed) && (torch == null || !same(g, torch.get(i)))) {
                failure = failure != null ? failure : name + "[" + i + "] is " + g + ", expected " + e;
            } else {
                worst = Math.max(worst, distance(g, e, scale));
            }
        }
        return new Verdict(worst, failure);
    }

    private double scale(Operation operation, Tensor expected) {
        if (!isScaled(operation)) {
            return 1.0;
        }
        double largest = 1.0;
        for (int i = 0; i < expected.count(); i++) {
            double magnitude = Math.abs(precision.round(expected.get(i)));
            largest = Double.isFinite(magnitude) ? Math.max(largest, magnitude) : largest;
        }
        return largest;
    }

    private static boolean isScaled(Operation operation) {
        return switch (operation) {
            case CROSS_ENTROPY,
                    CROSS_ENTROPY_PROB,
                    BINARY_CROSS_ENTROPY,
                    BINARY_CROSS_ENTROPY_WITH_LOGITS,
                    KL_DIV,
                    COSINE_EMBEDDING_LOSS,
                    CATEGORICAL_ENTROPY -> true;
            default -> false;
        };
    }

    private static boolean isExact(Operation operation, String name) {
        return name.equals(GoldenResults.OUTPUT)
                && (operation == Operation.ONE_HOT || operation == Operation.GATHER || operation == Operation.SCATTER);
    }

    private boolean matches(double got, double expected, double scale, double allowed) {
        return same(got, expected)
                || (Double.isFinite(got)
                        && Double.isFinite(expected)
                        && Math.abs(got - expected) <= allowed * tolerance(expected, scale));
    }

    private double tolerance(double expected, double scale) {
        return relative * Math.abs(expected) + absolute * scale;
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

    /** Like the tolerance, the distance does not take numbers far below the scale at their word. */
    private double distance(double got, double expected, double scale) {
        return Double.isFinite(expected) && Double.isFinite(got)
                ? Math.abs(got - expected) / precision.ulp(Math.max(Math.abs(expected), absolute / relative * scale))
                : 0.0;
    }
}
