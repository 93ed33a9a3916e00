// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.INPUT;
import static io.github.lanewise.FloatStage.OUTPUT;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRows;
import io.github.lanewise.kernel.Kernels;
import io.github.lanewise.kernel.Padding;
import io.github.lanewise.kernel.PointFunction;
import io.github.lanewise.kernel.ScratchPool;
import org.jspecify.annotations.Nullable;

/**
 * Entropy and log-probabilities of rows of probabilities {@code p}, which are divided by their sum {@code s} first:
 * {@code q = p / s}.
 *
 * <p>The largest probability of a row is kept apart from the others: {@code -log q = log1p(others / p)} for it, from
 * the sum of the others, so that a row that is nearly certain keeps its digits. The others are at most 1/2, where a
 * logarithm of a rounded quotient does no harm.
 *
 * <p>Clamped, as PyTorch has it, logarithms are of {@code c = min(max(q, eps), 1 - eps)} with eps the distance from 1
 * to the next number. With {@code W} the sum of those {@code q} that the clamp moves,
 *
 * <pre>
 * H = -sum q log c
 * dH / dp = (-log c - H - W) / s    where q = c
 *           (-log c - H - W + 1) / s    elsewhere
 * </pre>
 *
 * <p>One instance is the scratch of one call, and holds what is known of the row at hand. Borrowed from a pool.
 */
final class FloatCategoricalProbabilities extends Padding {
    private static final ScratchPool<FloatCategoricalProbabilities> POOL =
            new ScratchPool<>(FloatCategoricalProbabilities::new);

    private static final float EPSILON = Math.ulp(1f);
    private static final double LEAST_LOG = -FloatLogOnePlus.log1p((1.0 - EPSILON) / EPSILON);
    private static final double GREATEST_LOG = -FloatLogOnePlus.log1p(EPSILON / (1.0 - EPSILON));
    private static final double LN2 = 0x1.62e42fefa39efp-1;
    private static final double LEAST_SUM = Math.scalb(1.0, Float.MIN_EXPONENT / 2);
    private static final double GREATEST_SUM = Math.scalb(1.0, Float.MAX_EXPONENT / 2);

    private final float[] quotients = new float[FloatLanes.CHUNK];
    private final float[] logs = new float[FloatLanes.CHUNK];

    private int top;
    private double largest;
    private double others;
    private double sum;
    private double largestQuotient;
    private double largestLog;
    private boolean largestClamped;
    private float lift;
    private float reciprocal;

    private FloatCategoricalProbabilities() {}

    /**
     * Rejects rows with a negative or infinite probability or NaN, and those of zeros only if they are to be
     * rejected.
     */
    static void check(FloatTensor input, int axis, OnEmpty fullyMasked) {
        int count = Positions.count(input, axis);
        int n = Positions.length(input, axis);
        int stride = FloatStage.stride(input, axis);
        FloatCategoricalProbabilities scratch = POOL.borrow();
        FloatStage stage = FloatStage.of(input);
        try {
            for (int p = 0; p < count; p++) {
                int offset = stage.read(INPUT, input, axis, p);
                scratch.checkRow(stage.array(INPUT, input), offset, stride, n, p, fullyMasked);
            }
        } finally {
            stage.finish();
            POOL.giveBack(scratch);
        }
    }

    private void checkRow(float[] x, int offset, int stride, int n, int p, OnEmpty fullyMasked) {
        double total = FloatRows.sum(x, offset, stride, n);
        // A finite sum and no positive one among the negated: nothing to look for.
        if (!Double.isFinite(total) || !hasNoNegative(x, offset, stride, n)) {
            for (int i = 0; i < n; i++) {
                float value = x[offset + i * stride];
                if (!(value >= 0f && value <= Float.MAX_VALUE)) {
                    throw CategoricalShapes.invalidProbability(p, i, value);
                }
            }
            throw CategoricalShapes.infiniteSum(p);
        }
        if (total == 0.0 && fullyMasked == OnEmpty.ERROR) {
            throw CategoricalShapes.masked("probabilities", p, "probabilities of 0 only");
        }
    }

    private boolean hasNoNegative(float[] x, int offset, int stride, int n) {
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.piece(n - i);
            if (stride == 1) {
                Kernels.FLOAT.combine(x, offset + i, -1f, x, offset + i, 0f, length, quotients, 0);
            } else {
                FloatRowScratch.gather(x, offset + i * stride, stride, length, -1f, quotients);
            }
            int least = FloatRows.indexOfMax(quotients, 0, 1, length);
            if (quotients[least] > 0f) {
                return false;
            }
        }
        return true;
    }

    /**
     * Finds the largest probability of a row, its sum, and what is multiplied to divide by the sum; false for zeros
     * only.
     */
    private boolean take(float[] x, int xo, int xs, int n, boolean clamp) {
        top = FloatRows.indexOfMax(x, xo, xs, n);
        largest = x[xo + top * xs];
        if (largest == 0.0) {
            return false;
        }
        others = 0.0;
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.piece(n - i);
            if (top >= i && top < i + length) {
                FloatRowScratch.gather(x, xo + i * xs, xs, length, 1f, quotients);
                quotients[top - i] = 0f;
                others += FloatRows.sum(quotients, 0, 1, length);
            } else {
                others += FloatRows.sum(x, xo + i * xs, xs, length);
            }
        }
        sum = largest + others;
        double excess = others / largest;
        // Rounded once where it is near 1.
        largestQuotient = excess < 0.5 ? 1.0 - excess / (1.0 + excess) : 1.0 / (1.0 + excess);
        largestClamped = clamp && (float) largestQuotient > 1f - EPSILON;
        largestLog = Math.min(0.0 - FloatLogOnePlus.log1p(excess), clamp ? GREATEST_LOG : 0.0);
        // Where the reciprocal of the sum is no normal number, a power of two goes first.
        lift = sum >= LEAST_SUM && sum <= GREATEST_SUM
                ? 1f
                : Math.scalb(1f, -Math.min(Math.max(Math.getExponent(sum), Float.MIN_EXPONENT), Float.MAX_EXPONENT));
        reciprocal = (float) (1.0 / (sum * lift));
        return true;
    }

    /** Puts q of a piece into {@link #quotients}, 0 for the largest. */
    private void takeQuotients(float[] x, int xo, int xs, int i, int length) {
        if (xs == 1 && lift == 1f) {
            Kernels.FLOAT.combine(x, xo + i, reciprocal, x, xo + i, 0f, length, quotients, 0);
        } else {
            FloatRowScratch.gather(x, xo + i * xs, xs, length, lift, quotients);
            Kernels.FLOAT.combine(quotients, 0, reciprocal, quotients, 0, 0f, length, quotients, 0);
        }
        if (top >= i && top < i + length) {
            quotients[top - i] = 0f;
        }
    }

    /** Puts q of a piece into {@link #quotients}, 0 for the largest, and log c into {@link #logs}. */
    private void takePiece(float[] x, int xo, int xs, int i, int length, boolean clamp) {
        takeQuotients(x, xo, xs, i, length);
        float least = clamp ? EPSILON : 0f;
        for (int j = 0; j < length; j++) {
            logs[j] = Math.max(quotients[j], least);
        }
        Kernels.FLOAT.apply(PointFunction.LOG, logs, 0, length, logs, 0);
    }

    /** Entropies of all rows. */
    static void entropy(FloatTensor input, int axis, boolean clamp, OnEmpty fullyMasked, FloatTensor output) {
        int count = Positions.count(input, axis);
        int n = Positions.length(input, axis);
        int stride = FloatStage.stride(input, axis);
        FloatCategoricalProbabilities scratch = POOL.borrow();
        FloatStage stage = FloatStage.of(input);
        for (int p = 0; p < count; p++) {
            int offset = stage.read(INPUT, input, axis, p);
            float[] x = stage.array(INPUT, input);
            double value = fullyMasked == OnEmpty.ZERO ? 0.0 : Double.NaN;
            if (scratch.take(x, offset, stride, n, clamp)) {
                value = scratch.rowEntropy(x, offset, stride, n, clamp);
            }
            Results.set(output, p, value);
        }
        stage.finish();
        POOL.giveBack(scratch);
    }

    private double rowEntropy(float[] x, int xo, int xs, int n, boolean clamp) {
        double entropy = 0.0;
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.piece(n - i);
            takePiece(x, xo, xs, i, length, clamp);
            if (!clamp) {
                cutLogs(length);
            }
            entropy -= Kernels.FLOAT.dot(quotients, 0, logs, 0, length);
        }
        return entropy - largestQuotient * largestLog;
    }

    /** Makes logarithms of 0 finite, so that 0 times them is 0. */
    private void cutLogs(int n) {
        for (int j = 0; j < n; j++) {
            logs[j] = Math.max(logs[j], -Float.MAX_VALUE);
        }
    }

    /** The sum of the quotients of a row that the clamp moves. */
    private double clampedSum(float[] x, int xo, int xs, int n) {
        double clamped = largestClamped ? largestQuotient : 0.0;
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.piece(n - i);
            takeQuotients(x, xo, xs, i, length);
            for (int j = 0; j < length; j++) {
                clamped += quotients[j] < EPSILON ? quotients[j] : 0.0;
            }
        }
        return clamped;
    }

    /** Gradients of the entropies of all rows. */
    static void entropyBackward(
            FloatTensor input,
            int axis,
            boolean clamp,
            OnEmpty fullyMasked,
            FloatTensor gradOutput,
            FloatTensor gradInput) {
        int count = Positions.count(input, axis);
        int n = Positions.length(input, axis);
        int xs = FloatStage.stride(input, axis);
        int os = FloatStage.stride(gradInput, axis);
        FloatStage stage = FloatStage.of(input, gradInput);
        FloatCategoricalProbabilities scratch = POOL.borrow();
        for (int p = 0; p < count; p++) {
            int xo = stage.read(INPUT, input, axis, p);
            float[] x = stage.array(INPUT, input);
            int oo = stage.write(OUTPUT, gradInput, axis, p);
            float[] out = stage.array(OUTPUT, gradInput);
            double g = Results.get(gradOutput, p);
            if (!scratch.take(x, xo, xs, n, clamp)) {
                FloatRows.fill(out, oo, os, n, fullyMasked == OnEmpty.ZERO ? 0f : Float.NaN);
            } else if (g == 0.0) {
                // Also where the slope is infinite.
                FloatRows.fill(out, oo, os, n, 0f);
            } else {
                scratch.rowBackward(x, xo, xs, n, clamp, g, out, oo, os);
            }
        }
        stage.finish();
        POOL.giveBack(scratch);
    }

    private void rowBackward(float[] x, int xo, int xs, int n, boolean clamp, double g, float[] out, int oo, int os) {
        double level = rowEntropy(x, xo, xs, n, clamp) + (clamp ? clampedSum(x, xo, xs, n) : 0.0);
        double factor = g / sum;
        float moved = Results.toFloat(factor * (1.0 - level - LEAST_LOG));
        double largestSlope = largestClamped ? 1.0 - level - largestLog : -level - largestLog;
        float ofLargest = Results.toFloat(factor * largestSlope);
        int length;
        for (int i = 0; i < n; i += length) {
            length = FloatLanes.piece(n - i);
            takePiece(x, xo, xs, i, length, clamp);
            Kernels.FLOAT.logSoftmax(logs, 0, null, 0, length, (float) -level, 0f, (float) -factor, logs, 0);
            for (int j = 0; j < length && clamp; j++) {
                logs[j] = quotients[j] < EPSILON ? moved : logs[j];
            }
            if (top >= i && top < i + length) {
                logs[top - i] = ofLargest;
            }
            FloatRowScratch.spread(logs, length, out, oo + i * os, os);
        }
    }

    /** Log-probabilities of given classes. */
    static void logProb(
            FloatTensor input,
            int axis,
            boolean clamp,
            OnEmpty fullyMasked,
            int @Nullable [] ints,
            long @Nullable [] longs,
            FloatTensor output) {
        int count = Positions.count(input, axis);
        int n = Positions.length(input, axis);
        int stride = FloatStage.stride(input, axis);
        FloatCategoricalProbabilities scratch = POOL.borrow();
        FloatStage stage = FloatStage.of(input);
        for (int p = 0; p < count; p++) {
            int offset = stage.read(INPUT, input, axis, p);
            float[] x = stage.array(INPUT, input);
            double value = fullyMasked == OnEmpty.ZERO ? 0.0 : Double.NaN;
            if (scratch.take(x, offset, stride, n, clamp)) {
                int y = (int) ClassIndices.at(ints, longs, p);
                value = scratch.logarithm(y, x[offset + y * stride], clamp);
            }
            Results.set(output, p, value);
        }
        stage.finish();
        POOL.giveBack(scratch);
    }

    private double logarithm(int y, float probability, boolean clamp) {
        if (y == top) {
            return largestLog;
        }
        if (isClamped(y, probability, clamp)) {
            return LEAST_LOG;
        }
        if (probability == 0f) {
            return Double.NEGATIVE_INFINITY;
        }
        double rest = (sum - probability) / probability;
        // The quotient of a double's largest and smallest numbers may be infinite: then 2^200 is taken off first.
        return Double.isInfinite(rest)
                ? -FloatLogOnePlus.log1p((sum - probability) * 0x1p-200 / probability) - 200.0 * LN2
                : -FloatLogOnePlus.log1p(rest);
    }

    private boolean isClamped(int y, float probability, boolean clamp) {
        return y == top ? largestClamped : clamp && (float) (probability / sum) < EPSILON;
    }

    /**
     * Gradients of the log-probabilities of given classes: {@code g (1{k = y} / p_k - 1 / s)}, 0 where q is clamped.
     */
    static void logProbBackward(
            FloatTensor input,
            int axis,
            boolean clamp,
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
        FloatCategoricalProbabilities scratch = POOL.borrow();
        for (int p = 0; p < count; p++) {
            int xo = stage.read(INPUT, input, axis, p);
            float[] x = stage.array(INPUT, input);
            int oo = stage.write(OUTPUT, gradInput, axis, p);
            float[] out = stage.array(OUTPUT, gradInput);
            double g = Results.get(gradOutput, p);
            if (!scratch.take(x, xo, xs, n, clamp)) {
                FloatRows.fill(out, oo, os, n, fullyMasked == OnEmpty.ZERO ? 0f : Float.NaN);
                continue;
            }
            int y = (int) ClassIndices.at(ints, longs, p);
            float probability = x[xo + y * xs];
            if (g == 0.0 || scratch.isClamped(y, probability, clamp)) {
                FloatRows.fill(out, oo, os, n, 0f);
                continue;
            }
            double rest = y == scratch.top ? scratch.others : scratch.sum - probability;
            FloatRows.fill(out, oo, os, n, Results.toFloat(-g / scratch.sum));
            out[oo + y * os] = Results.toFloat(g * (rest / scratch.sum) / probability);
        }
        stage.finish();
        POOL.giveBack(scratch);
    }
}
