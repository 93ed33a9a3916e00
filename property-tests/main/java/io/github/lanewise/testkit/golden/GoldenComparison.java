// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.golden;

import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Compares one result with its recorded value, by the {@link Tolerance}. What is moved by index and what is one or zero has to be
 * exact. Where PyTorch's own float result is known to be off, a float may miss by as many times the tolerance as PyTorch's worst
 * element of the tensor does, or be the NaN or infinity that PyTorch gives.
 */
final class GoldenComparison {
    private final Precision precision;
    private final Tolerance tolerance;

    GoldenComparison(Precision precision) {
        this.precision = precision;
        this.tolerance = new Tolerance(precision);
    }

    /** What came out: the worst distance in ulp of the larger of {@code |e|} and {@code s / 10}, and what is wrong, or null. */
    record Verdict(double worstUlp, @Nullable String failure) {}

    Verdict compare(GoldenCase golden, Operation operation, String name, Tensor got) {
        Tensor expected = golden.expected().get(name);
        if (expected == null) {
            return new Verdict(0.0, "nothing recorded for " + name);
        }
        String shapes = Tolerance.shapes(expected, got);
        if (shapes != null) {
            return new Verdict(0.0, name + shapes);
        }
        @Nullable
        Tensor torch = precision == Precision.FLOAT && golden.torchIsOff()
                ? golden.torchFloat().get(name)
                : null;
        double scale = tolerance.scale(operation, expected);
        double allowed = isExact(operation, name) ? 0.0 : torch == null ? 1.0 : worst(expected, torch, scale);
        double worst = 0.0;
        String failure = null;
        for (int i = 0; i < got.count(); i++) {
            double e = precision.round(expected.get(i));
            double g = got.get(i);
            if (!tolerance.matches(g, e, scale, allowed) && (torch == null || !Tolerance.same(g, torch.get(i)))) {
                failure = failure != null ? failure : name + Tolerance.differs(i, g, e);
            } else {
                worst = Math.max(worst, tolerance.distance(g, e, scale));
            }
        }
        return new Verdict(worst, failure);
    }

    private static boolean isExact(Operation operation, String name) {
        return name.equals(GoldenResults.OUTPUT)
                && (operation == Operation.ONE_HOT || operation == Operation.GATHER || operation == Operation.SCATTER);
    }

    /** How many times the tolerance PyTorch's worst finite element is off; at least 1. */
    private double worst(Tensor expected, Tensor torch, double scale) {
        double worst = 1.0;
        for (int i = 0; i < expected.count(); i++) {
            double e = precision.round(expected.get(i));
            double off = Math.abs(torch.get(i) - e) / tolerance.of(e, scale);
            worst = Double.isFinite(off) ? Math.max(worst, off) : worst;
        }
        return worst;
    }
}
