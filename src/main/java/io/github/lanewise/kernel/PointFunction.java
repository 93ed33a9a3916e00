// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/** The functions of one argument that the kernels apply element by element, with their derivatives. */
public enum PointFunction {
    /** {@code exp(x)}; derivative {@code exp(x)}. */
    EXP,
    /** {@code exp(x) - 1}; derivative {@code exp(x)}. */
    EXPM1,
    /** {@code log(x)}; derivative {@code 1 / x}. */
    LOG,
    /** {@code log(1 + x)}; derivative {@code 1 / (1 + x)}. */
    LOG1P,
    /** {@code tanh(x)}; derivative {@code 1 - tanh(x)^2}. */
    TANH,
    /** {@code 1 / (1 + exp(-x))}; derivative {@code sigmoid(x) * sigmoid(-x)}. */
    SIGMOID,
    /** {@code log(sigmoid(x)) = -softplus(-x)}; derivative {@code sigmoid(-x)}. */
    LOG_SIGMOID
}
