// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.reference;

import io.github.lanewise.testkit.Operation;

/** The functions of single numbers, with derivatives. */
final class Points {
    private Points() {}

    static double value(Operation operation, double x) {
        return switch (operation) {
            case EXP -> Math.exp(x);
            case EXPM1 -> Math.expm1(x);
            case LOG -> Math.log(x);
            case LOG1P -> Math.log1p(x);
            case TANH -> Math.tanh(x);
            case SIGMOID -> sigmoid(x);
            case LOGSIGMOID -> logSigmoid(x);
            default -> throw new IllegalArgumentException(operation + " is no function of one number");
        };
    }

    static double derivative(Operation operation, double x) {
        return switch (operation) {
            case EXP, EXPM1 -> Math.exp(x);
            case LOG -> 1.0 / x;
            case LOG1P -> 1.0 / (1.0 + x);
            case TANH -> 4.0 * sigmoidSlope(2.0 * x);
            case SIGMOID -> sigmoidSlope(x);
            case LOGSIGMOID -> sigmoid(-x);
            default -> throw new IllegalArgumentException(operation + " is no function of one number");
        };
    }

    /** {@code 1 / (1 + exp(-x))} from the exponential that does not overflow. */
    static double sigmoid(double x) {
        double e = Math.exp(-Math.abs(x));
        return x < 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e);
    }

    /** {@code sigmoid(x) sigmoid(-x)}. */
    static double sigmoidSlope(double x) {
        double e = Math.exp(-Math.abs(x));
        return e / ((1.0 + e) * (1.0 + e));
    }

    /** {@code log(sigmoid(x))}. */
    static double logSigmoid(double x) {
        return Math.min(0.0, x) - Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** {@code log(1 + exp(beta x)) / beta}; x beyond the threshold. */
    static double softplus(double x, double beta, double threshold) {
        double scaled = beta * x;
        return scaled > threshold ? x : -logSigmoid(-scaled) / beta;
    }

    /** The derivative of {@link #softplus}. */
    static double softplusSlope(double x, double beta, double threshold) {
        double scaled = beta * x;
        return scaled > threshold ? 1.0 : sigmoid(scaled);
    }

    /** {@code a log(b)}, 0 for a of 0 unless b is NaN. */
    static double xlogy(double a, double b) {
        return a == 0.0 && !Double.isNaN(b) ? 0.0 : a * Math.log(b);
    }

    /**
     * What an upstream gradient g of {@link #xlogy} leaves for a: {@code g log(b)}, 0 for a of 0 where log(b) does not
     * exist, and 0 for g of 0 unless b is NaN.
     */
    static double xlogyGradient(double a, double b, double g) {
        return a == 0.0 && b <= 0.0 ? 0.0 : xlogy(g, b);
    }
}
