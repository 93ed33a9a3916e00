// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatExp.C2;
import static io.github.lanewise.kernel.FloatExp.C3;
import static io.github.lanewise.kernel.FloatExp.C4;
import static io.github.lanewise.kernel.FloatExp.C5;
import static io.github.lanewise.kernel.FloatExp.C6;
import static io.github.lanewise.kernel.FloatExp.EXPONENT_SHIFT;
import static io.github.lanewise.kernel.FloatExp.LOG2_E;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_HIGH;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_LOW;
import static io.github.lanewise.kernel.scalar.FloatConstants.CANONICAL_NAN;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C2;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_MAX_INPUT;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_MIN_INPUT;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_ROUND_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.FRACTION_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_HIGH;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_LOW;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.IS_NAN;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;

import io.github.lanewise.kernel.FloatExp;
import io.github.lanewise.kernel.scalar.FloatConstants;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Element by element over a row: full registers, then one masked register for the tail. What is written out twice is
 * written out because of the compiler's budget; see {@link FloatVectorKernels}.
 */
final class FloatVectorMaps {
    private FloatVectorMaps() {}

    /** {@code out = exp(x - max) * factor - minus}. */
    static void expScale(
            float[] x, int xOffset, int n, float max, double factor, float minus, float[] out, int outOffset) {
        int scale = FloatExp.scale(factor);
        float shiftValue = FloatExp.shift(max);
        float power = FloatExp.power(max - shiftValue);
        FloatVector shift = FloatVector.broadcast(SPECIES, shiftValue);
        FloatVector low = FloatVector.broadcast(SPECIES, FloatExp.low(power, scale));
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(power, scale));
        FloatVector gain = FloatVector.broadcast(SPECIES, FloatExp.gain(max, factor, scale));
        FloatVector plus = FloatVector.broadcast(SPECIES, -minus);
        int i = 0;
        for (; i <= n - LENGTH; i += LENGTH) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i).sub(shift);
            v = v.blend(low, v.compare(LT, low));
            FloatVector biased = v.lanewise(FMA, LOG2_E, magic);
            FloatVector multiple = biased.sub(magic);
            FloatVector r = multiple.lanewise(FMA, MINUS_LN2_HIGH, v);
            r = multiple.lanewise(FMA, MINUS_LN2_LOW, r);
            FloatVector p = r.lanewise(FMA, C6, C5);
            p = p.lanewise(FMA, r, C4);
            p = p.lanewise(FMA, r, C3);
            p = p.lanewise(FMA, r, C2);
            p = p.lanewise(FMA, r, 1f);
            p = p.lanewise(FMA, r, 1f);
            FloatVector e = p.mul(
                    biased.reinterpretAsInts().lanewise(LSHL, EXPONENT_SHIFT).reinterpretAsFloats());
            e.lanewise(FMA, gain, plus).intoArray(out, outOffset + i);
        }
        if (i < n) {
            VectorMask<Float> inside = SPECIES.indexInRange(i, n);
            FloatVector v =
                    FloatVector.fromArray(SPECIES, x, xOffset + i, inside).sub(shift);
            v = v.blend(low, v.compare(LT, low));
            FloatVector biased = v.lanewise(FMA, LOG2_E, magic);
            FloatVector multiple = biased.sub(magic);
            FloatVector r = multiple.lanewise(FMA, MINUS_LN2_HIGH, v);
            r = multiple.lanewise(FMA, MINUS_LN2_LOW, r);
            FloatVector p = r.lanewise(FMA, C6, C5);
            p = p.lanewise(FMA, r, C4);
            p = p.lanewise(FMA, r, C3);
            p = p.lanewise(FMA, r, C2);
            p = p.lanewise(FMA, r, 1f);
            p = p.lanewise(FMA, r, 1f);
            FloatVector e = p.mul(
                    biased.reinterpretAsInts().lanewise(LSHL, EXPONENT_SHIFT).reinterpretAsFloats());
            e.lanewise(FMA, gain, plus).intoArray(out, outOffset + i, inside);
        }
    }

    /** {@code out = exp(x - max) * factor - (alpha * t + beta) * w}; without w the weight is 1. */
    static void expScaleMixed(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            double factor,
            float alpha,
            float beta,
            float[] out,
            int outOffset) {
        int scale = FloatExp.scale(factor);
        float shiftValue = FloatExp.shift(max);
        float power = FloatExp.power(max - shiftValue);
        FloatVector shift = FloatVector.broadcast(SPECIES, shiftValue);
        FloatVector low = FloatVector.broadcast(SPECIES, FloatExp.low(power, scale));
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(power, scale));
        FloatVector gain = FloatVector.broadcast(SPECIES, FloatExp.gain(max, factor, scale));
        FloatVector alphas = FloatVector.broadcast(SPECIES, alpha);
        FloatVector betas = FloatVector.broadcast(SPECIES, beta);
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector v = whole
                    ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                    : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
            FloatVector q = whole
                    ? FloatVector.fromArray(SPECIES, t, tOffset + i)
                    : FloatVector.fromArray(SPECIES, t, tOffset + i, rest);
            q = q.lanewise(FMA, alphas, betas);
            if (w != null) {
                q = q.mul(
                        whole
                                ? FloatVector.fromArray(SPECIES, w, wOffset + i)
                                : FloatVector.fromArray(SPECIES, w, wOffset + i, rest));
            }
            v = v.sub(shift);
            v = v.blend(low, v.compare(LT, low));
            FloatVector biased = v.lanewise(FMA, LOG2_E, magic);
            FloatVector multiple = biased.sub(magic);
            FloatVector r = multiple.lanewise(FMA, MINUS_LN2_HIGH, v);
            r = multiple.lanewise(FMA, MINUS_LN2_LOW, r);
            FloatVector p = r.lanewise(FMA, C6, C5);
            p = p.lanewise(FMA, r, C4);
            p = p.lanewise(FMA, r, C3);
            p = p.lanewise(FMA, r, C2);
            p = p.lanewise(FMA, r, 1f);
            p = p.lanewise(FMA, r, 1f);
            FloatVector e = p.mul(
                    biased.reinterpretAsInts().lanewise(LSHL, EXPONENT_SHIFT).reinterpretAsFloats());
            e = e.lanewise(FMA, gain, q.neg());
            e = e.blend(Float.NaN, e.compare(NE, e));
            if (whole) {
                e.intoArray(out, outOffset + i);
            } else {
                e.intoArray(out, outOffset + i, rest);
            }
        }
    }

    /** {@code out = ((x - max) - logSum) * scale * w}; without w the weight is 1. */
    static void logSoftmax(
            float[] x,
            int xOffset,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            float logSum,
            float scale,
            float[] out,
            int outOffset) {
        FloatVector maxima = FloatVector.broadcast(SPECIES, max);
        FloatVector logSums = FloatVector.broadcast(SPECIES, logSum);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector v = whole
                    ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                    : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
            v = v.sub(maxima).sub(logSums).mul(scales);
            if (w != null) {
                v = v.mul(
                        whole
                                ? FloatVector.fromArray(SPECIES, w, wOffset + i)
                                : FloatVector.fromArray(SPECIES, w, wOffset + i, rest));
            }
            v = v.blend(Float.NaN, v.compare(NE, v));
            if (whole) {
                v.intoArray(out, outOffset + i);
            } else {
                v.intoArray(out, outOffset + i, rest);
            }
        }
    }

    /** {@code out = gradient - exp(logProbability) * gradientSum}; the exponential is {@code FloatMath.exp}. */
    static void logSoftmaxBackward(
            float[] logProbability,
            int logProbabilityOffset,
            float[] gradient,
            int gradientOffset,
            int n,
            float gradientSum,
            float[] out,
            int outOffset) {
        FloatVector gradientSums = FloatVector.broadcast(SPECIES, gradientSum);
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector x = whole
                    ? FloatVector.fromArray(SPECIES, logProbability, logProbabilityOffset + i)
                    : FloatVector.fromArray(SPECIES, logProbability, logProbabilityOffset + i, rest);
            FloatVector g = whole
                    ? FloatVector.fromArray(SPECIES, gradient, gradientOffset + i)
                    : FloatVector.fromArray(SPECIES, gradient, gradientOffset + i, rest);
            // Compare and blend cost less than min and max with their rules for NaN and zeros.
            FloatVector clamped = x.blend(EXP_MIN_INPUT, x.lt(EXP_MIN_INPUT));
            clamped = clamped.blend(EXP_MAX_INPUT, clamped.compare(GT, EXP_MAX_INPUT));

            FloatVector shifted = clamped.lanewise(FMA, FloatConstants.LOG2_E, EXP_ROUND_SHIFT);
            FloatVector exponent = shifted.sub(EXP_ROUND_SHIFT);
            FloatVector rHigh = exponent.lanewise(FMA, -LN2_HIGH, clamped);
            FloatVector r = exponent.lanewise(FMA, -LN2_LOW, rHigh);

            FloatVector q = r.lanewise(FMA, EXP_C6, EXP_C5);
            q = q.lanewise(FMA, r, EXP_C4);
            q = q.lanewise(FMA, r, EXP_C3);
            q = q.lanewise(FMA, r, EXP_C2);

            FloatVector high = rHigh.add(1f);
            FloatVector low = FloatVector.broadcast(SPECIES, 1f).sub(high).add(rHigh);
            low = exponent.lanewise(FMA, -LN2_LOW, low);
            low = q.lanewise(FMA, r.mul(r), low);
            FloatVector mantissa = high.add(low);

            IntVector bits = shifted.reinterpretAsInts();
            IntVector half = bits.lanewise(ASHR, 1);
            FloatVector firstScale = half.lanewise(LSHL, FRACTION_BITS).reinterpretAsFloats();
            FloatVector secondScale =
                    bits.sub(half).lanewise(LSHL, FRACTION_BITS).reinterpretAsFloats();
            FloatVector exp = mantissa.mul(firstScale).mul(secondScale).blend(CANONICAL_NAN, x.test(IS_NAN));
            FloatVector v = exp.neg().lanewise(FMA, gradientSums, g);
            v = v.blend(Float.NaN, v.compare(NE, v));
            if (whole) {
                v.intoArray(out, outOffset + i);
            } else {
                v.intoArray(out, outOffset + i, rest);
            }
        }
    }

    /** {@code out = probability * (gradient - mean)}. */
    static void softmaxBackward(
            float[] probability,
            int probabilityOffset,
            float[] gradient,
            int gradientOffset,
            int n,
            float mean,
            float[] out,
            int outOffset) {
        FloatVector means = FloatVector.broadcast(SPECIES, mean);
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector p = whole
                    ? FloatVector.fromArray(SPECIES, probability, probabilityOffset + i)
                    : FloatVector.fromArray(SPECIES, probability, probabilityOffset + i, rest);
            FloatVector g = whole
                    ? FloatVector.fromArray(SPECIES, gradient, gradientOffset + i)
                    : FloatVector.fromArray(SPECIES, gradient, gradientOffset + i, rest);
            FloatVector v = p.mul(g.sub(means));
            v = v.blend(Float.NaN, v.compare(NE, v));
            if (whole) {
                v.intoArray(out, outOffset + i);
            } else {
                v.intoArray(out, outOffset + i, rest);
            }
        }
    }
}
