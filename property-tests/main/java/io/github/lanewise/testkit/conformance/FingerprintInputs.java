// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.conformance;

import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Tensor;

/**
 * Pseudo-random inputs, the same on every machine. The kinds take turns, so that numbers of all magnitudes and special values
 * meet all shapes.
 */
final class FingerprintInputs {
    private static final int KINDS = 8;

    private final Precision precision;
    private final SplitMix random;
    private int turn;

    FingerprintInputs(Precision precision, long seed) {
        this.precision = precision;
        this.random = new SplitMix(seed);
    }

    private static int count(int... shape) {
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        return count;
    }

    /** Any numbers: of one kind in one tensor. */
    Tensor numbers(int... shape) {
        int kind = turn++ % KINDS;
        double[] data = new double[count(shape)];
        for (int i = 0; i < data.length; i++) {
            data[i] = precision.round(number(kind));
        }
        if (kind == KINDS - 1) {
            for (int i = 0; i < 1 + data.length / 16 && data.length > 0; i++) {
                data[random.below(data.length)] = special(random.below(10));
            }
        }
        return Tensor.of(data, shape);
    }

    private double number(int kind) {
        return switch (kind) {
            case 0 -> 4.0 * random.signed();
            case 1 -> 100.0 * random.signed();
            case 2 -> 0x1p-6 * random.signed();
            case 3 -> 1e6 + 8.0 * random.signed();
            case 4 -> Math.scalb(random.signed(), random.below(2 * range()) - range());
            case 5 -> 800.0 * random.signed();
            case 6 -> random.below(3) - 1.0;
            default -> 2.0 * random.signed();
        };
    }

    /** About the exponents of this type, subnormal numbers included. */
    private int range() {
        return precision == Precision.FLOAT ? 149 : 1074;
    }

    private double special(int which) {
        return switch (which) {
            case 0 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            case 2, 3 -> Double.NEGATIVE_INFINITY;
            case 4 -> 0.0;
            case 5 -> -0.0;
            case 6 -> precision.ulp(0.0);
            case 7 -> -precision.smallestNormal();
            case 8 -> precision.largest();
            default -> -precision.largest();
        };
    }

    /** Moderate finite numbers: upstream gradients, weights of either sign. */
    Tensor moderate(int... shape) {
        double[] data = new double[count(shape)];
        for (int i = 0; i < data.length; i++) {
            data[i] = precision.round(2.0 * random.signed());
        }
        return Tensor.of(data, shape);
    }

    /** Positive weights. */
    Tensor weights(int... shape) {
        double[] data = new double[count(shape)];
        for (int i = 0; i < data.length; i++) {
            data[i] = precision.round(0.25 + 2.0 * random.unit());
        }
        return Tensor.of(data, shape);
    }

    /** Numbers of [0, 1], the ends and tiny ones among them. */
    Tensor probabilities(int... shape) {
        double[] data = new double[count(shape)];
        for (int i = 0; i < data.length; i++) {
            data[i] = precision.round(
                    switch (random.below(12)) {
                        case 0 -> 0.0;
                        case 1 -> 1.0;
                        case 2 -> Math.scalb(random.unit(), -random.below(range()));
                        case 3 -> 1.0 - Math.scalb(random.unit(), -random.below(24));
                        default -> random.unit();
                    });
        }
        return Tensor.of(data, shape);
    }

    /** Whole numbers of [0, bound). */
    Indices indices(int bound, int... shape) {
        return Indices.of(classes(count(shape), bound), shape);
    }

    /** Classes of [0, bound). */
    long[] classes(int count, int bound) {
        long[] classes = new long[count];
        for (int i = 0; i < count; i++) {
            classes[i] = random.below(bound);
        }
        return classes;
    }

    /** Classes of which about one in five is replaced by -1. */
    long[] classesWithIgnored(int count, int bound) {
        long[] classes = classes(count, bound);
        for (int i = 0; i < count; i++) {
            classes[i] = random.below(5) == 0 ? -1L : classes[i];
        }
        return classes;
    }

    /** Signs of pairs: 1, -1, or now and then 0. */
    Indices signs(int... shape) {
        long[] signs = new long[count(shape)];
        for (int i = 0; i < signs.length; i++) {
            int choice = random.below(9);
            signs[i] = choice == 8 ? 0L : choice % 2 * 2L - 1L;
        }
        return Indices.of(signs, shape);
    }

    /** A choice. */
    boolean choice() {
        return random.below(2) == 0;
    }
}
