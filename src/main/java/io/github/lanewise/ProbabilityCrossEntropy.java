// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.LogOnePlus;
import org.jspecify.annotations.Nullable;

/**
 * The walk of cross entropy over class probabilities, smoothed and weighted on the fly: {@code q = (alpha t + beta) w}
 * with {@code alpha = 1 - smoothing} and {@code beta = smoothing / C}.
 *
 * <p>The loss of a row is {@code sum q (max - x) + L sum q} with {@code L} the log of the row's sum of exponentials.
 * Nothing is assumed about the targets: they need not be positive or sum to 1.
 */
final class ProbabilityCrossEntropy {
    private final float @Nullable [] weight;
    private final double smoothing;
    private final double weightSum;

    ProbabilityCrossEntropy(float @Nullable [] weight, double smoothing) {
        this.weight = weight;
        this.smoothing = smoothing;
        double sum = 0.0;
        if (weight != null) {
            for (float w : weight) {
                sum += w;
            }
        }
        this.weightSum = sum;
    }

    /** Walks all positions; see {@link IndexCrossEntropy#walk}. */
    double walk(
            FloatTensor logits,
            FloatTensor target,
            double upstream,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor gradLogits,
            @Nullable FloatTensor gradTarget) {
        int axis = logits.rank() == 1 ? 0 : 1;
        int count = Positions.count(logits, axis);
        int n = Positions.length(logits, axis);
        int xs = Positions.stride(logits, axis);
        int ts = Positions.stride(target, axis);
        float[] x = logits.array();
        float[] t = target.array();
        double alpha = 1.0 - smoothing;
        double beta = smoothing / n;
        double sum = 0.0;
        double lost = 0.0;
        for (int p = 0; p < count; p++) {
            int xo = Positions.offset(logits, axis, p);
            int to = Positions.offset(target, axis, p);
            int top = FloatRows.indexOfMax(x, xo, xs, n);
            float max = FloatRows.max(x, xo, xs, top);
            double excess = FloatRows.excess(x, xo, xs, n, max, top);
            double logSum = LogOnePlus.log1p(excess);
            double mass = weight == null
                    ? alpha * FloatRows.sum(t, to, ts, n) + smoothing
                    : alpha * FloatRows.dot(weight, 0, 1, t, to, ts, n) + beta * weightSum;
            double loss = FloatRows.sumBelow(x, xo, xs, t, to, ts, weight, 0, n, max, (float) alpha, (float) beta)
                    + logSum * mass;
            if (Double.isNaN(loss) && !Double.isNaN(excess)) {
                // An infinite target at the maximum: the two sums above are infinity * 0 and infinity * logSum.
                loss = FloatRows.plainSumBelow(
                        x, xo, xs, t, to, ts, weight, 0, n, max, logSum, (float) alpha, (float) beta);
            }
            if (perSample != null) {
                Results.set(perSample, p, loss);
            }
            double g = gradOutput == null ? upstream : Results.get(gradOutput, p);
            if (gradTarget != null) {
                FloatRows.logSoftmax(
                        x,
                        xo,
                        xs,
                        weight,
                        0,
                        n,
                        max,
                        (float) logSum,
                        (float) (-alpha * g),
                        gradTarget.array(),
                        Positions.offset(gradTarget, axis, p),
                        Positions.stride(gradTarget, axis));
            }
            if (gradLogits != null) {
                FloatRows.expScale(
                        x,
                        xo,
                        xs,
                        t,
                        to,
                        ts,
                        weight,
                        0,
                        n,
                        max,
                        g * mass / (1.0 + excess),
                        (float) (alpha * g),
                        (float) (beta * g),
                        gradLogits.array(),
                        Positions.offset(gradLogits, axis, p),
                        Positions.stride(gradLogits, axis));
            }
            double next = sum + loss;
            lost += Results.lost(sum, loss, next);
            sum = next;
        }
        return Results.total(sum, lost);
    }
}
