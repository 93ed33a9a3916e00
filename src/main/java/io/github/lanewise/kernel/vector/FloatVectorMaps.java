// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatExp.C2;
import static io.github.lanewise.kernel.FloatExp.C3;
import static io.github.lanewise.kernel.FloatExp.C4;
import static io.github.lanewise.kernel.FloatExp.C5;
import static io.github.lanewise.kernel.FloatExp.C6;
import static io.github.lanewise.kernel.FloatExp.DEEP_BITS;
import static io.github.lanewise.kernel.FloatExp.EXPONENT_SHIFT;
import static io.github.lanewise.kernel.FloatExp.LOG2_E;
import static io.github.lanewise.kernel.FloatExp.MAGIC_BITS;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_HIGH;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_LOW;
import static io.github.lanewise.kernel.scalar.FloatConstants.CANONICAL_NAN;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C2;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_MAX_INPUT_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_MIN_INPUT_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_ROUND_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.FRACTION_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_HIGH;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_LOW;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.MIN;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.UMIN;

import io.github.lanewise.kernel.FloatExp;
import io.github.lanewise.kernel.scalar.FloatConstants;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import org.jspecify.annotations.Nullable;

/**
 * Element by element over a row: full registers, then one masked register for the tail. What is written out twice is
 * written out because of the compiler's budget; see {@link FloatVectorKernels}.
 */
final class FloatVectorMaps {
    private FloatVectorMaps() {}

    /**
     * {@code out = exp(x - max) * factor - minus}. A maximum that elements are reduced by first ({@link FloatExp#shift}) has been taken
     * off them already, see {@link #subtract}: most have none, and to take off 0 is an operation, too.
     */
    static void expScale(
            float[] x, int xOffset, int n, float max, double factor, float minus, float[] out, int outOffset) {
        int exponent = FloatExp.scale(factor);
        float shiftValue = FloatExp.shift(max);
        float power = FloatExp.power(max - shiftValue);
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(power, exponent));
        FloatVector gain = FloatVector.broadcast(SPECIES, FloatExp.gain(max, factor, exponent));
        FloatVector plus = FloatVector.broadcast(SPECIES, -minus);
        int last = n - LENGTH;
        FloatVector v1 = FloatVector.fromArray(SPECIES, x, xOffset + last);
        for (int i = 0; i < last; i += LENGTH) {
            FloatVector v0 = FloatVector.fromArray(SPECIES, x, xOffset + i);
            v0 = v0.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
            FloatVector biased0 = v0.lanewise(FMA, LOG2_E, magic);
            FloatVector multiple0 = biased0.sub(magic);
            FloatVector r0 = multiple0.lanewise(FMA, MINUS_LN2_HIGH, v0);
            r0 = multiple0.lanewise(FMA, MINUS_LN2_LOW, r0);
            FloatVector square0 = r0.mul(r0);
            FloatVector base0 = r0.lanewise(FMA, C3, C2);
            FloatVector h0 = r0.lanewise(FMA, C5, C4);
            h0 = square0.lanewise(FMA, C6, h0);
            h0 = h0.lanewise(FMA, square0, base0);
            h0 = h0.lanewise(FMA, square0, r0);
            FloatVector scale0 = biased0.reinterpretAsInts()
                    .max(MAGIC_BITS)
                    .lanewise(LSHL, EXPONENT_SHIFT)
                    .reinterpretAsFloats();
            FloatVector e0 = h0.lanewise(FMA, scale0, scale0);
            e0.lanewise(FMA, gain, plus).intoArray(out, outOffset + i);
        }
        v1 = v1.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
        FloatVector biased1 = v1.lanewise(FMA, LOG2_E, magic);
        FloatVector multiple1 = biased1.sub(magic);
        FloatVector r1 = multiple1.lanewise(FMA, MINUS_LN2_HIGH, v1);
        r1 = multiple1.lanewise(FMA, MINUS_LN2_LOW, r1);
        FloatVector square1 = r1.mul(r1);
        FloatVector base1 = r1.lanewise(FMA, C3, C2);
        FloatVector h1 = r1.lanewise(FMA, C5, C4);
        h1 = square1.lanewise(FMA, C6, h1);
        h1 = h1.lanewise(FMA, square1, base1);
        h1 = h1.lanewise(FMA, square1, r1);
        FloatVector scale1 = biased1.reinterpretAsInts()
                .max(MAGIC_BITS)
                .lanewise(LSHL, EXPONENT_SHIFT)
                .reinterpretAsFloats();
        FloatVector e1 = h1.lanewise(FMA, scale1, scale1);
        e1.lanewise(FMA, gain, plus).intoArray(out, outOffset + last);
    }

    /** {@code out = x - shift}. */
    static void subtract(float[] x, int xOffset, int n, float shift, float[] out, int outOffset) {
        FloatVector shifts = FloatVector.broadcast(SPECIES, shift);
        int last = n - LENGTH;
        FloatVector end = FloatVector.fromArray(SPECIES, x, xOffset + last).sub(shifts);
        for (int i = 0; i < last; i += LENGTH) {
            FloatVector.fromArray(SPECIES, x, xOffset + i).sub(shifts).intoArray(out, outOffset + i);
        }
        end.intoArray(out, outOffset + last);
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
        int exponent = FloatExp.scale(factor);
        float shiftValue = FloatExp.shift(max);
        float power = FloatExp.power(max - shiftValue);
        FloatVector shift = FloatVector.broadcast(SPECIES, shiftValue);
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(power, exponent));
        FloatVector gain = FloatVector.broadcast(SPECIES, FloatExp.gain(max, factor, exponent));
        FloatVector alphas = FloatVector.broadcast(SPECIES, alpha);
        FloatVector betas = FloatVector.broadcast(SPECIES, beta);
        int last = n - LENGTH;
        FloatVector v0 = FloatVector.fromArray(SPECIES, x, xOffset);
        FloatVector q0 = FloatVector.fromArray(SPECIES, t, tOffset);
        for (int i = 0; i < n; i += LENGTH) {
            int at = Math.min(i, last);
            // Loaded before this step's result is stored, which may lie on it.
            int next = Math.min(i + LENGTH, last);
            FloatVector nextV = FloatVector.fromArray(SPECIES, x, xOffset + next);
            FloatVector nextQ = FloatVector.fromArray(SPECIES, t, tOffset + next);
            q0 = q0.lanewise(FMA, alphas, betas);
            if (w != null) {
                q0 = q0.mul(FloatVector.fromArray(SPECIES, w, wOffset + at));
            }
            v0 = v0.sub(shift);
            v0 = v0.reinterpretAsInts().lanewise(UMIN, DEEP_BITS).reinterpretAsFloats();
            FloatVector biased0 = v0.lanewise(FMA, LOG2_E, magic);
            FloatVector multiple0 = biased0.sub(magic);
            FloatVector r0 = multiple0.lanewise(FMA, MINUS_LN2_HIGH, v0);
            r0 = multiple0.lanewise(FMA, MINUS_LN2_LOW, r0);
            FloatVector square0 = r0.mul(r0);
            FloatVector base0 = r0.lanewise(FMA, C3, C2);
            FloatVector h0 = r0.lanewise(FMA, C5, C4);
            h0 = square0.lanewise(FMA, C6, h0);
            h0 = h0.lanewise(FMA, square0, base0);
            h0 = h0.lanewise(FMA, square0, r0);
            FloatVector scale0 = biased0.reinterpretAsInts()
                    .max(MAGIC_BITS)
                    .lanewise(LSHL, EXPONENT_SHIFT)
                    .reinterpretAsFloats();
            FloatVector e0 = h0.lanewise(FMA, scale0, scale0);
            e0 = e0.lanewise(FMA, gain, q0.neg());
            e0.blend(Float.NaN, e0.compare(NE, e0)).intoArray(out, outOffset + at);
            v0 = nextV;
            q0 = nextQ;
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
        int last = n - LENGTH;
        FloatVector x = FloatVector.fromArray(SPECIES, logProbability, logProbabilityOffset);
        FloatVector g = FloatVector.fromArray(SPECIES, gradient, gradientOffset);
        for (int i = 0; i < n; i += LENGTH) {
            // Loaded before this step's result is stored, which may lie on it.
            int next = Math.min(i + LENGTH, last);
            FloatVector nextX = FloatVector.fromArray(SPECIES, logProbability, logProbabilityOffset + next);
            FloatVector nextG = FloatVector.fromArray(SPECIES, gradient, gradientOffset + next);
            FloatVector clamped =
                    x.reinterpretAsInts().lanewise(MIN, EXP_MAX_INPUT_BITS).reinterpretAsFloats();
            clamped = clamped.reinterpretAsInts()
                    .lanewise(UMIN, EXP_MIN_INPUT_BITS)
                    .reinterpretAsFloats();

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
            FloatVector exp = mantissa.mul(firstScale).mul(secondScale).blend(CANONICAL_NAN, x.compare(NE, x));
            FloatVector v = exp.neg().lanewise(FMA, gradientSums, g);
            v.blend(Float.NaN, v.compare(NE, v)).intoArray(out, outOffset + Math.min(i, last));
            x = nextX;
            g = nextG;
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
        int last = n - LENGTH;
        FloatVector end = FloatVector.fromArray(SPECIES, probability, probabilityOffset + last)
                .mul(FloatVector.fromArray(SPECIES, gradient, gradientOffset + last)
                        .sub(means));
        for (int i = 0; i < last; i += LENGTH) {
            FloatVector v = FloatVector.fromArray(SPECIES, probability, probabilityOffset + i)
                    .mul(FloatVector.fromArray(SPECIES, gradient, gradientOffset + i)
                            .sub(means));
            v.blend(Float.NaN, v.compare(NE, v)).intoArray(out, outOffset + i);
        }
        end.blend(Float.NaN, end.compare(NE, end)).intoArray(out, outOffset + last);
    }
}
