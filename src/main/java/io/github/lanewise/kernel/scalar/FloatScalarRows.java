// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import static io.github.lanewise.kernel.scalar.FloatConstants.INFINITY_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.MAGNITUDE_MASK;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_BITS;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatExp;
import io.github.lanewise.kernel.FloatLanes;
import org.jspecify.annotations.Nullable;

/**
 * The row operations of {@link io.github.lanewise.kernel.FloatKernels} in plain Java for any stride. With stride 1 they
 * are the scalar twin; with other strides they serve rows that no vector load can reach, with the same bits as a
 * contiguous copy of the row would give.
 */
public final class FloatScalarRows {
    private FloatScalarRows() {}

    /** NaN as the one NaN that results hold. */
    static float canonical(float value) {
        return Float.isNaN(value) ? Float.NaN : value;
    }

    /**
     * The largest element of at least one, a zero as +0; NaN if an element is NaN. In integers, as the vector kernel does it:
     * floats that are not negative are ordered and above all others, and negative ones are ordered from zero down. That
     * takes no branches, which a CPU would guess wrong two or three times in a row of ten.
     */
    public static float max(float[] x, int xOffset, int xStride, int n) {
        int maxBits = SIGN_BITS;
        int leastBits = MAGNITUDE_MASK;
        int farBits = 0;
        for (int i = 0; i < n; i++) {
            int elementBits = Float.floatToRawIntBits(x[xOffset + i * xStride]);
            maxBits = Math.max(maxBits, elementBits);
            leastBits = Math.min(leastBits, elementBits);
            farBits = Math.max(farBits, elementBits & MAGNITUDE_MASK);
        }
        if (farBits > INFINITY_BITS) {
            return Float.NaN;
        }
        return Float.intBitsToFloat(maxBits >= 0 ? maxBits : leastBits) + 0f;
    }

    /** Index of the first element that equals a value, or -1 if there is none. */
    public static int indexOf(float[] x, int xOffset, int xStride, int n, float value) {
        for (int i = 0; i < n; i++) {
            if (x[xOffset + i * xStride] == value) {
                return i;
            }
        }
        return -1;
    }

    /** Index of the first of the largest elements that are not NaN, or -1 if there is none. */
    public static int indexBesideNaN(float[] x, int xOffset, int xStride, int n) {
        int top = -1;
        float max = Float.NaN;
        for (int i = 0; i < n; i++) {
            float value = x[xOffset + i * xStride];
            if (value > max || (top < 0 && !Float.isNaN(value))) {
                max = value;
                top = i;
            }
        }
        return top;
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#sumExp}. */
    public static double sumExp(ExpSum kind, float[] x, int xOffset, int xStride, int n, float max) {
        return n < FloatLanes.BLOCK
                ? FloatShortSums.exp(kind, x, xOffset, xStride, n, max)
                : FloatLaneSum.exp(kind, false, x, xOffset, xStride, n, max);
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#sumExpAndDistance}. */
    public static double sumExpAndDistance(float[] x, int xOffset, int xStride, int n, float max, double[] distance) {
        distance[0] = FloatLaneSum.exp(ExpSum.DISTANCE, true, x, xOffset, xStride, n, max);
        return FloatLaneSum.exp(ExpSum.WHOLE, true, x, xOffset, xStride, n, max);
    }

    /** One term of a sum of exponentials. */
    static float expTerm(ExpSum kind, float x, float max, float shift, float low, float magic) {
        return switch (kind) {
            case WHOLE -> FloatExp.sumTerm(x - shift, low, magic);
            case BELOW -> x == max ? 0f : FloatExp.term(x - shift, low, magic);
            case DISTANCE -> {
                float kept = Math.max(x - shift, FloatExp.DEEP);
                yield FloatExp.term(kept, low, magic) * ((max - shift) - kept);
            }
        };
    }

    /** The first term of a pair, and a second one taken times its distance, as a whole sum takes it. */
    static float addDistance(float first, float x, float max, float shift, float low, float magic) {
        float kept = Math.max(x - shift, FloatExp.DEEP);
        return Math.fma(FloatExp.sumTerm(kept, low, magic), (max - shift) - kept, first);
    }

    /** Sum of the elements. */
    public static double sum(float[] x, int xOffset, int xStride, int n) {
        return linear(x, xOffset, xStride, 1f, -0f, null, 0, 0, 0f, 0f, null, 0, n);
    }

    /** Sum of the products. */
    public static double dot(float[] x, int xOffset, int xStride, float[] y, int yOffset, int yStride, int n) {
        return linear(x, xOffset, xStride, 1f, -0f, y, yOffset, yStride, 1f, 0f, null, 0, n);
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#dotPrecise}. */
    public static double dotPrecise(
            float[] x,
            int xOffset,
            int xStride,
            float xScale,
            float[] y,
            int yOffset,
            int yStride,
            float yScale,
            int n) {
        return FloatDots.dot(x, xOffset, xStride, xScale, y, yOffset, yStride, yScale, n);
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#sumBelow}. */
    public static double sumBelow(
            float[] x,
            int xOffset,
            int xStride,
            float @Nullable [] t,
            int tOffset,
            int tStride,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            float alpha,
            float beta) {
        return linear(x, xOffset, xStride, -1f, max, t, tOffset, tStride, alpha, beta, w, wOffset, n);
    }

    /** Sum of {@code q * (sign * x + base)} with {@code q = (alpha * t + beta) * w}, 1 without t. */
    public static double linear(
            float[] x,
            int xOffset,
            int xStride,
            float sign,
            float base,
            float @Nullable [] t,
            int tOffset,
            int tStride,
            float alpha,
            float beta,
            float @Nullable [] w,
            int wOffset,
            int n) {
        return n < FloatLanes.BLOCK
                ? FloatShortSums.linear(
                        x, xOffset, xStride, sign, base, t, tOffset, tStride, alpha, beta, w, wOffset, n)
                : FloatLaneSum.linear(x, xOffset, xStride, sign, base, t, tOffset, tStride, alpha, beta, w, wOffset, n);
    }

    /**
     * As {@link #sum} in double from left to right: the value of sums that are not finite, where a compensated sum would
     * answer NaN instead of infinity.
     */
    public static double plainSum(float[] x, int xOffset, int xStride, int n) {
        double sum = 0.0;
        for (int i = 0; i < n; i++) {
            sum += x[xOffset + i * xStride];
        }
        return sum;
    }

    /** As {@link #dot} in double from left to right. */
    public static double plainDot(float[] x, int xOffset, int xStride, float[] y, int yOffset, int yStride, int n) {
        double sum = 0.0;
        for (int i = 0; i < n; i++) {
            sum += (double) x[xOffset + i * xStride] * y[yOffset + i * yStride];
        }
        return sum;
    }

    /** As {@link io.github.lanewise.kernel.FloatRows#plainSumBelow}, in double from left to right. */
    public static double plainSumBelow(
            float[] x,
            int xOffset,
            int xStride,
            float @Nullable [] t,
            int tOffset,
            int tStride,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            double logSum,
            float alpha,
            float beta,
            boolean limit) {
        double sum = 0.0;
        for (int i = 0; i < n; i++) {
            double q = t == null ? 1.0 : (double) alpha * t[tOffset + i * tStride] + beta;
            if (w != null) {
                q *= w[wOffset + i];
            }
            if (limit && q == 0.0) {
                continue;
            }
            sum += q * (((double) max - x[xOffset + i * xStride]) + logSum);
        }
        return sum;
    }

    /** The terms of a row relative to a number that is not {@linkplain FloatExp#FAR far}. */
    static void lateTerms(float[] x, int xOffset, int n, float near, float[] terms, int termsOffset) {
        float power = FloatExp.power(near);
        float low = FloatExp.low(power, FloatExp.SCALE);
        float magic = FloatExp.magic(power, FloatExp.SCALE);
        for (int i = 0; i < n; i++) {
            terms[termsOffset + i] = FloatExp.lateTerm(x[xOffset + i], low, magic);
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#expScale}. */
    public static void expScale(
            float[] x,
            int xOffset,
            int xStride,
            float @Nullable [] t,
            int tOffset,
            int tStride,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            double factor,
            float alpha,
            float beta,
            float[] out,
            int outOffset,
            int outStride) {
        boolean late = t == null && n >= FloatLanes.BLOCK;
        expScale(
                late, x, xOffset, xStride, t, tOffset, tStride, w, wOffset, n, max, factor, alpha, beta, out, outOffset,
                outStride);
    }

    /** The same for one column, whose terms are {@link FloatExp#term} whatever its length. */
    public static void expScaleOfColumn(
            float[] x,
            int xOffset,
            int xStride,
            int n,
            float max,
            double factor,
            float minus,
            float[] out,
            int outOffset,
            int outStride) {
        expScale(false, x, xOffset, xStride, null, 0, 0, null, 0, n, max, factor, 0f, minus, out, outOffset, outStride);
    }

    private static void expScale(
            boolean late,
            float[] x,
            int xOffset,
            int xStride,
            float @Nullable [] t,
            int tOffset,
            int tStride,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            double factor,
            float alpha,
            float beta,
            float[] out,
            int outOffset,
            int outStride) {
        float shift = FloatExp.shift(max);
        float power = FloatExp.power(max - shift);
        int scale = FloatExp.scale(factor);
        float low = FloatExp.low(power, scale);
        float magic = FloatExp.magic(power, scale);
        float gain = FloatExp.gain(max, factor, scale);
        for (int i = 0; i < n; i++) {
            float element = x[xOffset + i * xStride] - shift;
            float term = late ? FloatExp.lateTerm(element, low, magic) : FloatExp.term(element, low, magic);
            float q = t == null ? beta : Math.fma(alpha, t[tOffset + i * tStride], beta);
            if (w != null) {
                q *= w[wOffset + i];
            }
            out[outOffset + i * outStride] = canonical(Math.fma(term, gain, -q));
        }
    }

    /** out = ((x - max) - logSum) * scale * w; without w the weight is 1. */
    public static void logSoftmax(
            float[] x,
            int xOffset,
            int xStride,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            float logSum,
            float scale,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < n; i++) {
            float value = ((x[xOffset + i * xStride] - max) - logSum) * scale;
            out[outOffset + i * outStride] = canonical(w == null ? value : value * w[wOffset + i]);
        }
    }

    /** out = gradient - exp(logProbability) * gradientSum. */
    public static void logSoftmaxBackward(
            float[] logProbability,
            int logProbabilityOffset,
            int logProbabilityStride,
            float[] gradient,
            int gradientOffset,
            int gradientStride,
            int n,
            float gradientSum,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < n; i++) {
            float p = FloatMath.exp(logProbability[logProbabilityOffset + i * logProbabilityStride]);
            out[outOffset + i * outStride] =
                    canonical(Math.fma(-p, gradientSum, gradient[gradientOffset + i * gradientStride]));
        }
    }

    /** out = probability * (gradient - mean). */
    public static void softmaxBackward(
            float[] probability,
            int probabilityOffset,
            int probabilityStride,
            float[] gradient,
            int gradientOffset,
            int gradientStride,
            int n,
            float mean,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i * outStride] = canonical(probability[probabilityOffset + i * probabilityStride]
                    * (gradient[gradientOffset + i * gradientStride] - mean));
        }
    }

    /** out = exp(x - logSumExp) * gradient, element by element. */
    public static void plainLogSumExpBackward(
            float[] x,
            int xOffset,
            int xStride,
            int n,
            float logSumExp,
            float gradient,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i * outStride] = canonical(FloatMath.exp(x[xOffset + i * xStride] - logSumExp) * gradient);
        }
    }
}
