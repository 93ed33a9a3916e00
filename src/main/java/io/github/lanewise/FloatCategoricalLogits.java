// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.INPUT;
import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRowMaps;
import io.github.lanewise.kernel.FloatRowSumExp;
import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * Entropy and log-probabilities of rows of logits.
 *
 * <p>With {@code max} the largest logit, {@code s = sum exp(x - max)} and {@code p = exp(x - max) / s}, the entropy is
 *
 * <pre>
 * H = log s + D,    D = sum p (max - x)
 * dH / dx = p ((max - x) - D)
 * </pre>
 *
 * <p>All terms of H are positive and {@code log s = log1p(s - 1)} comes from the sum without the maximum's term, so
 * that a row that is nearly certain keeps its digits.
 */
final class FloatCategoricalLogits {
    private FloatCategoricalLogits() {}

    /**
     * Rejects rows that hold NaN or positive infinity, and those of negative infinities only if they are to be
     * rejected.
     */
    static void check(FloatTensor input, int axis, OnEmpty fullyMasked) {
        check(input, axis, fullyMasked, null);
    }

    /** The same; the maxima of the first rows are kept, as many as there is room for. */
    private static void check(FloatTensor input, int axis, OnEmpty fullyMasked, float @Nullable [] maxima) {
        int count = Positions.count(input, axis);
        int n = Positions.length(input, axis);
        int stride = FloatStage.stride(input, axis);
        FloatStage stage = FloatStage.of(input);
        try {
            for (int p = 0; p < count; p++) {
                int offset = stage.read(INPUT, input, axis, p);
                float[] x = stage.array(INPUT, input);
                float max = stage.max(INPUT, input, axis, p, offset);
                if (maxima != null && p < maxima.length) {
                    maxima[p] = max;
                }
                // The maximum clears nearly every row.
                if (!(Math.abs(max) < Float.POSITIVE_INFINITY)) {
                    checkRow(x, offset, stride, n, p, fullyMasked);
                }
            }
        } finally {
            stage.finish();
        }
    }

    private static void checkRow(float[] x, int offset, int stride, int n, int p, OnEmpty fullyMasked) {
        boolean masked = true;
        for (int i = 0; i < n; i++) {
            float value = x[offset + i * stride];
            if (!(value < Float.POSITIVE_INFINITY)) {
                throw CategoricalShapes.invalidLogit(p, i, value);
            }
            masked &= value == Float.NEGATIVE_INFINITY;
        }
        if (masked && fullyMasked == OnEmpty.ERROR) {
            throw CategoricalShapes.masked("logits", p, "logits of negative infinity only");
        }
    }

    /** Entropies of all rows, which it {@linkplain #check checks} before it writes the first. */
    static void entropy(FloatTensor input, int axis, OnEmpty fullyMasked, FloatTensor output) {
        FloatRowScratch scratch = FloatRowScratch.borrow();
        try {
            check(input, axis, fullyMasked, scratch.maxima);
            entropy(input, axis, fullyMasked, output, scratch);
        } finally {
            scratch.giveBack();
        }
    }

    private static void entropy(
            FloatTensor input, int axis, OnEmpty fullyMasked, FloatTensor output, FloatRowScratch scratch) {
        int count = Positions.count(input, axis);
        int n = Positions.length(input, axis);
        int xs = FloatStage.stride(input, axis);
        FloatStage stage = FloatStage.of(input);
        for (int p = 0; p < count; p++) {
            int xo = stage.read(INPUT, input, axis, p);
            float[] x = stage.array(INPUT, input);
            float max = max(scratch, stage, input, axis, p, xo);
            double value;
            if (max == Float.NEGATIVE_INFINITY) {
                value = fullyMasked == OnEmpty.ZERO ? 0.0 : Double.NaN;
            } else {
                double excess = FloatRowSumExp.excessAndDistance(x, xo, xs, n, max, scratch.distance);
                value = FloatLogOnePlus.log1p(excess) + scratch.distance[0];
            }
            Results.set(output, p, value);
        }
        stage.finish();
    }

    private static float max(
            FloatRowScratch scratch, FloatStage stage, FloatTensor input, int axis, int p, int offset) {
        return p < scratch.maxima.length ? scratch.maxima[p] : stage.max(INPUT, input, axis, p, offset);
    }

    /** Gradients of the entropies of all rows, which it {@linkplain #check checks} before it writes the first. */
    static void entropyBackward(
            FloatTensor input,
            int axis,
            Indeterminate zeroTimesInfinity,
            OnEmpty fullyMasked,
            FloatTensor gradOutput,
            FloatTensor gradInput) {
        FloatRowScratch scratch = FloatRowScratch.borrow();
        try {
            check(input, axis, fullyMasked, scratch.maxima);
            entropyBackward(input, axis, zeroTimesInfinity, fullyMasked, gradOutput, gradInput, scratch);
        } finally {
            scratch.giveBack();
        }
    }

    private static void entropyBackward(
            FloatTensor input,
            int axis,
            Indeterminate zeroTimesInfinity,
            OnEmpty fullyMasked,
            FloatTensor gradOutput,
            FloatTensor gradInput,
            FloatRowScratch scratch) {
        int count = Positions.count(input, axis);
        int n = Positions.length(input, axis);
        int xs = FloatStage.stride(input, axis);
        int os = FloatStage.stride(gradInput, axis);
        FloatStage stage = FloatStage.of(input, gradInput);
        for (int p = 0; p < count; p++) {
            int xo = stage.read(INPUT, input, axis, p);
            float[] x = stage.array(INPUT, input);
            int oo = stage.write(OUTPUT, gradInput, axis, p);
            float[] out = stage.array(OUTPUT, gradInput);
            float max = max(scratch, stage, input, axis, p, xo);
            double g = Results.get(gradOutput, p);
            if (max == Float.NEGATIVE_INFINITY) {
                FloatRows.fill(out, oo, os, n, fullyMasked == OnEmpty.ZERO ? 0f : Float.NaN);
                continue;
            }
            double excess = FloatRowSumExp.excessAndDistance(x, xo, xs, n, max, scratch.distance);
            boolean masked = rowBackward(x, xo, xs, n, max, g / (1.0 + excess), out, oo, os, scratch);
            if (masked && zeroTimesInfinity == Indeterminate.NAN && Math.abs(g) > 1.0) {
                // PyTorch multiplies g by the most negative float, which stands for the logarithm of 0, and meets 0 *
                // infinity.
                FloatRows.fill(out, oo, os, n, Float.NaN);
            }
        }
        stage.finish();
    }

    /**
     * Writes the gradient of a row whose D is known.
     *
     * @return whether the row holds negative infinities
     */
    private static boolean rowBackward(
            float[] x,
            int xo,
            int xs,
            int n,
            float max,
            double factor,
            float[] out,
            int oo,
            int os,
            FloatRowScratch scratch) {
        float mean = (float) scratch.distance[0];
        float[] p = scratch.first;
        float[] distance = scratch.second;
        boolean masked = false;
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.piece(n - i);
            float[] row = x;
            int offset = xo + i * xs;
            if (xs != 1) {
                FloatRowScratch.gather(x, offset, xs, length, 1f, distance);
                row = distance;
                offset = 0;
            }
            FloatRowMaps.expScale(row, offset, 1, null, 0, 0, null, 0, length, max, factor, 0f, 0f, p, 0, 1);
            Kernels.FLOAT.logSoftmax(row, offset, null, 0, length, max, 0f, -1f, distance, 0);
            if (Kernels.FLOAT.max(distance, 0, length) == Float.POSITIVE_INFINITY) {
                masked |= cut(x, xo + i * xs, xs, distance, length);
            }
            if (os == 1) {
                Kernels.FLOAT.softmaxBackward(p, 0, distance, 0, length, mean, out, oo + i);
            } else {
                Kernels.FLOAT.softmaxBackward(p, 0, distance, 0, length, mean, p, 0);
                FloatRowScratch.spread(p, length, out, oo + i * os, os);
            }
        }
        return masked;
    }

    /**
     * Makes infinite distances finite: their probability is 0, and 0 times them stays 0.
     *
     * @return whether an element itself is negative infinity
     */
    private static boolean cut(float[] x, int xo, int xs, float[] distance, int n) {
        boolean masked = false;
        for (int i = 0; i < n; i++) {
            if (distance[i] == Float.POSITIVE_INFINITY) {
                masked |= x[xo + i * xs] == Float.NEGATIVE_INFINITY;
                distance[i] = Float.MAX_VALUE;
            }
        }
        return masked;
    }

    /** Log-probabilities of given classes. */
    static void logProb(
            FloatTensor input,
            int axis,
            OnEmpty fullyMasked,
            int @Nullable [] ints,
            long @Nullable [] longs,
            FloatTensor output) {
        int count = Positions.count(input, axis);
        int n = Positions.length(input, axis);
        int xs = FloatStage.stride(input, axis);
        FloatStage stage = FloatStage.of(input);
        for (int p = 0; p < count; p++) {
            int xo = stage.read(INPUT, input, axis, p);
            float[] x = stage.array(INPUT, input);
            float max = stage.max(INPUT, input, axis, p, xo);
            double value;
            if (max == Float.NEGATIVE_INFINITY) {
                value = fullyMasked == OnEmpty.ZERO ? 0.0 : Double.NaN;
            } else {
                double logSum = FloatLogOnePlus.log1p(FloatRowSumExp.excess(x, xo, xs, n, max));
                int y = (int) ClassIndices.at(ints, longs, p);
                value = 0.0 - (((double) max - x[xo + y * xs]) + logSum);
            }
            Results.set(output, p, value);
        }
        stage.finish();
    }

    /** Gradients of the log-probabilities of given classes: {@code g (1{k = y} - p_k)}. */
    static void logProbBackward(
            FloatTensor input,
            int axis,
            OnEmpty fullyMasked,
            int @Nullable [] ints,
            long @Nullable [] longs,
            FloatTensor gradOutput,
            FloatTensor gradInput) {
        int count = Positions.count(input, axis);
        int n = Positions.length(input, axis);
        int xs = FloatStage.stride(input, axis);
        int os = FloatStage.stride(gradInput, axis);
        FloatStage stage = FloatStage.of(input, gradInput);
        for (int p = 0; p < count; p++) {
            int xo = stage.read(INPUT, input, axis, p);
            float[] x = stage.array(INPUT, input);
            int oo = stage.write(OUTPUT, gradInput, axis, p);
            float[] out = stage.array(OUTPUT, gradInput);
            float max = stage.max(INPUT, input, axis, p, xo);
            if (max == Float.NEGATIVE_INFINITY) {
                FloatRows.fill(out, oo, os, n, fullyMasked == OnEmpty.ZERO ? 0f : Float.NaN);
                continue;
            }
            double excess = FloatRowSumExp.excess(x, xo, xs, n, max);
            double g = Results.get(gradOutput, p);
            double total = 1.0 + excess;
            int y = (int) ClassIndices.at(ints, longs, p);
            boolean likeliest = x[xo + y * xs] == max;
            int certain = likeliest ? -1 : FloatRowMaps.certain(excess, x, xo, xs, n, max);
            FloatRowMaps.expScale(x, xo, xs, null, 0, 0, null, 0, n, max, -g / total, 0f, 0f, out, oo, os);
            if (certain >= 0) {
                out[oo + certain * os] = Results.toFloat(-g / total);
            }
            int at = oo + y * os;
            // 1 - p as the probability of the others where that is small.
            out[at] = Results.toFloat(likeliest ? g * excess / total : out[at] + g);
        }
        stage.finish();
    }
}
