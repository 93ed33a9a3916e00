// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.golden;

import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How far a result may be from PyTorch's in double, for golden files and for calls of PyTorch itself.
 *
 * <p>NaN matches NaN, an infinity its own sign, -0 matches 0. Otherwise, with {@code s = 1} for log-sum-exp, the softmax family,
 * elementwise functions, negative log-likelihood and what is moved by index, and {@code s = max(1, largest finite |e| of the tensor)}
 * for the other losses and the entropy:
 *
 * <ul>
 *   <li>A float is compared with the double {@code e} rounded to float: {@code |got - e| <= 1e-5 |e| + 1e-6 s}.
 *   <li>A double is compared with {@code e} itself: {@code |got - e| <= 1e-9 |e| + 1e-10 s}. PyTorch's doubles are no better than that
 *       where they are differences of large numbers.
 * </ul>
 */
public final class Tolerance {
    private final Precision precision;
    private final double relative;
    private final double absolute;

    /**
     * The tolerance for results of a type.
     *
     * @param precision the type
     */
    public Tolerance(Precision precision) {
        this.precision = precision;
        this.relative = precision == Precision.FLOAT ? 1e-5 : 1e-9;
        this.absolute = precision == Precision.FLOAT ? 1e-6 : 1e-10;
    }

    /**
     * What a result has that is not within the tolerance.
     *
     * @param operation what has been computed
     * @param expected PyTorch's result in double
     * @param got the result
     * @return a clause with the first place and both numbers, or with both shapes; null if there is nothing
     */
    public @Nullable String difference(Operation operation, Tensor expected, Tensor got) {
        String shapes = shapes(expected, got);
        if (shapes != null) {
            return shapes;
        }
        double scale = scale(operation, expected);
        for (int i = 0; i < got.count(); i++) {
            double e = precision.round(expected.get(i));
            if (!matches(got.get(i), e, scale, 1.0)) {
                return differs(i, got.get(i), e);
            }
        }
        return null;
    }

    /** How shapes differ, or null. */
    static @Nullable String shapes(Tensor expected, Tensor got) {
        return Arrays.equals(expected.shape(), got.shape())
                ? null
                : " has shape " + Arrays.toString(got.shape()) + ", expected " + Arrays.toString(expected.shape());
    }

    static String differs(int at, double got, double expected) {
        return "[" + at + "] is " + got + ", expected " + expected;
    }

    /** The s of a tensor. */
    double scale(Operation operation, Tensor expected) {
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

    /** Whether a number is within some times the tolerance of one that is rounded to the type. */
    boolean matches(double got, double expected, double scale, double times) {
        return same(got, expected)
                || (Double.isFinite(got)
                        && Double.isFinite(expected)
                        && Math.abs(got - expected) <= times * of(expected, scale));
    }

    /** The tolerance at a number. */
    double of(double expected, double scale) {
        return relative * Math.abs(expected) + absolute * scale;
    }

    /** Like the tolerance, the distance in ulp does not take numbers far below the scale at their word. */
    double distance(double got, double expected, double scale) {
        return Double.isFinite(expected) && Double.isFinite(got)
                ? Math.abs(got - expected) / precision.ulp(Math.max(Math.abs(expected), absolute / relative * scale))
                : 0.0;
    }

    static boolean same(double a, double b) {
        return a == b || (Double.isNaN(a) && Double.isNaN(b));
    }
}
