// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/**
 * The greatest errors of the float elementary functions over all 2^32 inputs, in ulp of the exact value, and those of
 * the losses over many: the one table that the tests hold the code to. The Javadoc of each function repeats its figure.
 */
final class ElementaryBounds {

    /** FloatMath.exp, worst at -0x1.5ef11ep6. */
    static final double EXP = 0.776;

    /** FloatMath.expm1, worst at -0x1.0fb6b6p4. */
    static final double EXPM1 = 0.708;

    /** FloatMath.log, worst at 0x1.6e7394p0. */
    static final double LOG = 0.674;

    /** FloatMath.log1p, worst at 0x1.f05b54p-2. */
    static final double LOG1P = 0.677;

    /** FloatSigmoidMath.tanh, worst at 0x1.5cf4cap-3. */
    static final double TANH = 0.545;

    /** FloatSigmoidMath.sigmoid, worst at 0x1.0a2b22p4. */
    static final double SIGMOID = 1.000;

    /** FloatSigmoidMath.logSigmoid, worst at -0x1.3f401ep-2. */
    static final double LOG_SIGMOID = 1.186;

    /** FloatSigmoidMath.softplus with beta 1, worst at 0x1.3f401ep-2. */
    static final double SOFTPLUS = 1.186;

    // ---- xlogy and losses of single elements, sampled

    /** xlogy. */
    static final double XLOGY = 1.75;

    /** bce, with and without floors. */
    static final double BCE = 2.5;

    /** Gradient of bce. */
    static final double BCE_GRADIENT = 2.5;

    /** bceWithLogits without weights. */
    static final double LOGITS = 1.6;

    /** Sums of losses without weights, rounded to float. */
    static final double LOGITS_SUM = 1.75;

    /** bceWithLogits with weights of the positive part. */
    static final double LOGITS_WEIGHTED = 3.0;

    /** Gradient of bceWithLogits for targets 0 and 1. */
    static final double LOGITS_GRADIENT = 1.25;

    /** Gradient of bceWithLogits for any target in [0, 1], in units of 2^-24. */
    static final double LOGITS_GRADIENT_ABSOLUTE = 1.5;

    /** klDiv, and besides that {@link #KL_DIV_ABSOLUTE} times the target. */
    static final double KL_DIV = 2.5;

    /** What klDiv may be off by where it cancels, relative to the target, in units of 2^-24. */
    static final double KL_DIV_ABSOLUTE = 0.125;

    /** klDiv with targets that are log-probabilities. */
    static final double KL_DIV_LOG = 2.5;

    private ElementaryBounds() {}
}
