// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import org.jspecify.annotations.Nullable;

/**
 * The operations that treat every element by itself: elementary functions, the sigmoid family, and the losses of single
 * elements with their gradients. No sum and no order: an element's result depends on that element's inputs alone.
 *
 * <p>As for {@link FloatKernels}: nothing is checked, nothing is allocated, arrays hold {@code n >= 0} elements one after the
 * other from their offset, and the scalar twin and the vector kernels give the same bits. An output may be the same array
 * at the same offset as an input, but for {@code loss}, which may hold half-done work before all inputs are read. Every NaN
 * written is the canonical one.
 *
 * <p>In the losses, {@code g[i]} is the upstream gradient of element {@code i}, 1 where {@code g} is null, {@code w[i]} a
 * weight, 1 where {@code w} is null; gradients are {@code (scale * g[i]) * w[i] * d loss / d input}. Outputs that are null
 * are not computed. Every product of these factors is formed as {@code factor = scale * g[i]}, then {@code factor * w[i]},
 * then times the derivative, each rounded; a loss is multiplied by {@code w[i]} last.
 */
public interface FloatPointKernels {
    /** {@code out[i] = f(x[i])}. */
    void apply(PointFunction f, float[] x, int xOffset, int n, float[] out, int outOffset);

    /** {@code out[i] = g[i] * f'(x[i])}. */
    void applyBackward(
            PointFunction f, float[] x, int xOffset, float[] g, int gOffset, int n, float[] out, int outOffset);

    /** {@code out[i] = log(1 + exp(beta * x[i])) / beta}, or {@code x[i]} where {@code beta * x[i] > threshold}. */
    void softplus(float[] x, int xOffset, int n, float beta, float threshold, float[] out, int outOffset);

    /** {@code out[i] = g[i] * sigmoid(beta * x[i])}, or {@code g[i]} where {@code beta * x[i] > threshold}. */
    void softplusBackward(
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            int n,
            float beta,
            float threshold,
            float[] out,
            int outOffset);

    /** {@code out[i] = x[i] * log(y[i])}, 0 where {@code x[i]} is 0 and {@code y[i]} not NaN. */
    void xlogy(float[] x, int xOffset, float[] y, int yOffset, int n, float[] out, int outOffset);

    /**
     * Gradients of {@link #xlogy}: {@code xlogy(g, y)}, 0 where {@code x} is 0 and {@code y <= 0}, for x; {@code g * x / y} for y.
     */
    void xlogyBackward(
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            float[] g,
            int gOffset,
            int n,
            float @Nullable [] gradX,
            int gradXOffset,
            float @Nullable [] gradY,
            int gradYOffset);

    /** Whether all elements are in [0, 1], none of them NaN. Any {@code n}. */
    boolean areProbabilities(float[] x, int xOffset, int n);

    /**
     * Binary cross entropy of a probability {@code x} in [0, 1] and a target {@code t} in [0, 1]:
     * {@code -(t * max(log(x), -100) + (1 - t) * max(log1p(-x), -100))}, gradients {@code (x - t) / max((1 - x) * x, 1e-12)}
     * and {@code max(log1p(-x), -100) - max(log(x), -100)}. Exact: without the floors of -100 and 1e-12, and a coefficient 0
     * times an infinite logarithm or quotient is 0: loss {@code -(t log(x) + (1 - t) log1p(-x))}, gradient {@code (1 - t) /
     * (1 - x) - t / x}.
     */
    void bce(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            float @Nullable [] w,
            int wOffset,
            int n,
            boolean exact,
            float @Nullable [] g,
            int gOffset,
            float scale,
            float @Nullable [] loss,
            int lossOffset,
            float @Nullable [] gradX,
            int gradXOffset,
            float @Nullable [] gradT,
            int gradTOffset);

    /**
     * Binary cross entropy of a logit {@code x} and a target {@code t}, any number, with a weight {@code p} of the positive
     * part, 1 where {@code p} is null. With {@code e = exp(-|x|)}, {@code c = (1 - t) + p t} (exactly 1 without p) and
     * {@code q = e / (1 + e)}:
     *
     * <pre>
     * loss      = |x| * (x > 0 ? 1 - t : p * t) + c * log1p(e)
     * d loss/dx = x >= +0 ? (1 - t) - c * q : c * q - p * t
     * d loss/dt = -x + (p - 1) * softplus(-x), and -x without p
     * </pre>
     *
     * At an infinite logit the loss is {@code (1 - t) * x + c * max(-x, 0)} as it comes, NaN where 0 meets infinity, unless
     * {@code limit}: then a coefficient of 0 makes its term 0 in {@code |x| * (x > 0 ? 1 - t : p * t)}.
     */
    void bceWithLogits(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            float @Nullable [] w,
            int wOffset,
            float @Nullable [] p,
            int pOffset,
            int n,
            boolean limit,
            float @Nullable [] g,
            int gOffset,
            float scale,
            float @Nullable [] loss,
            int lossOffset,
            float @Nullable [] gradX,
            int gradXOffset,
            float @Nullable [] gradT,
            int gradTOffset);

    /**
     * The sum of at most a chunk of losses as {@link #bceWithLogits} has them, without weights, in the order of
     * {@link FloatLogitGroups}; and, where it has a place, their gradient with respect to {@code x}, as there. If an input or
     * the sum is not finite, NaN is answered: {@code x} is then as it was, also if it is {@code gradX}, and another
     * {@code gradX} may hold anything.
     */
    double sumBceWithLogits(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            int n,
            float scale,
            float @Nullable [] gradX,
            int gradXOffset);

    /**
     * Kullback-Leibler divergence of one element, log-probability {@code x} and target {@code t}.
     *
     * <pre>
     * target a probability:     loss = t * (log(t) - x), gradients -t and log(t) + 1 - x
     * target a log-probability: loss = exp(t) * (t - x), gradients -exp(t) and exp(t) * (t - x + 1)
     * </pre>
     *
     * With a probability of 0 the loss is {@code 0 - 0 * x}: 0, and NaN at an infinite or NaN x; a negative probability is
     * NaN. A log-probability of negative infinity is NaN. With {@code limit} both are 0 whatever x is, unless x is NaN, and
     * so is the gradient with respect to a log-probability of negative infinity. The gradient with respect to a negative
     * probability is NaN, but 0 where the upstream gradient is 0, and x and the probability are finite. With a probability of
     * infinity the loss is {@code t - t * x}, and the gradient with respect to it NaN. The difference {@code log(t) - x} is formed
     * with the digits that log(t) has beyond a float, since the two cancel where the distributions are close.
     */
    void klDiv(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            int n,
            boolean logTarget,
            boolean limit,
            float @Nullable [] g,
            int gOffset,
            float scale,
            float @Nullable [] loss,
            int lossOffset,
            float @Nullable [] gradX,
            int gradXOffset,
            float @Nullable [] gradT,
            int gradTOffset);

    /**
     * The sum over whole blocks of losses as {@link #klDiv} has them for targets that are probabilities, in the order in which {@link
     * FloatKernels#sum} adds losses that have been written. NaN if it is not finite, or if a target is below the least normal number.
     */
    double sumKlDiv(float[] x, int xOffset, float[] t, int tOffset, int n);

    /** {@code out[i] = x[i] * alpha + y[i] * beta}, the second product rounded, the first fused into the sum. */
    void combine(
            float[] x, int xOffset, float alpha, float[] y, int yOffset, float beta, int n, float[] out, int outOffset);
}
