// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.scalar.FloatConstants.CANONICAL_NAN;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPONENT_MASK;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C2;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_MAX_INPUT;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_MIN_INPUT;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_ROUND_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.FRACTION_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.INTEGER_MAGIC;
import static io.github.lanewise.kernel.scalar.FloatConstants.INTEGER_MAGIC_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_HIGH;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_LOW;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG2_E;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C10;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C7;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C8;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_C9;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_MANTISSA_FLOOR_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_SUBNORMAL_EXPONENT;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_SUBNORMAL_SCALE;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Kullback-Leibler divergence, a register at a time, with the steps of the scalar twin's {@code FloatLossMath}. What is
 * not asked for is not computed.
 */
final class FloatVectorKlDiv {
    private FloatVectorKlDiv() {}

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#klDiv} for targets that are probabilities. */
    static void klDiv(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
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
            int gradTOffset) {
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector input = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector target = FloatVector.fromArray(SPECIES, t, tOffset + i);
            FloatVector factor = scales;
            if (g != null) {
                factor = factor.mul(FloatVector.fromArray(SPECIES, g, gOffset + i));
            }
            VectorMask<Float> zero = target.compare(EQ, 0f);
            if (loss != null || gradT != null) {

                VectorMask<Float> subnormal = target.compare(LT, Float.MIN_NORMAL);
                IntVector argument =
                        target.blend(target.mul(LOG_SUBNORMAL_SCALE), subnormal).reinterpretAsInts();
                IntVector exponentField = argument.sub(LOG_MANTISSA_FLOOR_BITS).and(EXPONENT_MASK);
                FloatVector exponent = exponentField
                        .lanewise(ASHR, FRACTION_BITS)
                        .add(INTEGER_MAGIC_BITS)
                        .reinterpretAsFloats()
                        .sub(INTEGER_MAGIC);
                exponent = exponent.blend(exponent.add(LOG_SUBNORMAL_EXPONENT), subnormal);
                FloatVector f =
                        argument.sub(exponentField).reinterpretAsFloats().sub(1f);
                FloatVector p = f.lanewise(FMA, LOG_C10, LOG_C9);
                p = p.lanewise(FMA, f, LOG_C8);
                p = p.lanewise(FMA, f, LOG_C7);
                p = p.lanewise(FMA, f, LOG_C6);
                p = p.lanewise(FMA, f, LOG_C5);
                p = p.lanewise(FMA, f, LOG_C4);
                p = p.lanewise(FMA, f, LOG_C3);
                FloatVector negatedHalf = f.mul(-0.5f);
                FloatVector high = negatedHalf.lanewise(FMA, f, exponent.lanewise(FMA, LN2_HIGH, f));
                FloatVector highLess = exponent.lanewise(FMA, -LN2_HIGH, high);
                FloatVector low = negatedHalf.lanewise(FMA, f, f.sub(highLess));
                low = f.mul(f).mul(p).lanewise(FMA, f, low);
                low = exponent.lanewise(FMA, LN2_LOW, low);
                VectorMask<Float> infinite = target.compare(EQ, Float.POSITIVE_INFINITY);
                high = high.blend(Float.NEGATIVE_INFINITY, zero);
                FloatVector difference = high.sub(input).add(low);
                difference = FloatVector.broadcast(SPECIES, CANONICAL_NAN).blend(difference, target.compare(GE, 0f));
                if (loss != null) {
                    FloatVector value = target.mul(difference);
                    FloatVector atZero = limit
                            ? input.blend(0f, input.compare(EQ, input))
                            : FloatVector.zero(SPECIES).sub(target.mul(input));
                    value = value.blend(atZero, zero);
                    value = value.blend(target.sub(target.mul(input)), infinite);
                    value = value.blend(CANONICAL_NAN, value.compare(NE, value));
                    value.intoArray(loss, lossOffset + i);
                }
                if (gradT != null) {
                    FloatVector slope = difference.add(1f).blend(CANONICAL_NAN, infinite);
                    if (!limit) {
                        slope = slope.blend(CANONICAL_NAN, zero);
                    }
                    slope = slope.mul(factor);
                    FloatVector unasked =
                            FloatVector.zero(SPECIES).sub(input.mul(factor)).sub(target.mul(factor));
                    slope = slope.blend(unasked, factor.compare(EQ, 0f).and(target.compare(LT, 0f)));
                    slope = slope.blend(CANONICAL_NAN, slope.compare(NE, slope));
                    slope.intoArray(gradT, gradTOffset + i);
                }
            }
            if (gradX != null) {
                FloatVector slope = target.neg().mul(factor);
                slope = slope.blend(CANONICAL_NAN, slope.compare(NE, slope));
                slope.intoArray(gradX, gradXOffset + i);
            }
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#klDiv} for targets that are log-probabilities. */
    static void klDivLog(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
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
            int gradTOffset) {
        // Equal to nothing unless a masked target is to count for nothing.
        float masked = limit ? Float.NEGATIVE_INFINITY : Float.NaN;
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector input = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector target = FloatVector.fromArray(SPECIES, t, tOffset + i);
            FloatVector factor = scales;
            if (g != null) {
                factor = factor.mul(FloatVector.fromArray(SPECIES, g, gOffset + i));
            }

            FloatVector clamped = target.blend(EXP_MIN_INPUT, target.compare(LT, EXP_MIN_INPUT));
            clamped = clamped.blend(EXP_MAX_INPUT, clamped.compare(GT, EXP_MAX_INPUT));
            FloatVector shifted = clamped.lanewise(FMA, LOG2_E, EXP_ROUND_SHIFT);
            FloatVector exponent = shifted.sub(EXP_ROUND_SHIFT);
            FloatVector rHigh = exponent.lanewise(FMA, -LN2_HIGH, clamped);
            FloatVector r = exponent.lanewise(FMA, -LN2_LOW, rHigh);
            FloatVector q = r.lanewise(FMA, EXP_C6, EXP_C5);
            q = q.lanewise(FMA, r, EXP_C4);
            q = q.lanewise(FMA, r, EXP_C3);
            q = q.lanewise(FMA, r, EXP_C2);
            FloatVector high = rHigh.add(1f);
            FloatVector low = one.sub(high).add(rHigh);
            low = exponent.lanewise(FMA, -LN2_LOW, low);
            low = q.lanewise(FMA, r.mul(r), low);
            IntVector bits = shifted.reinterpretAsInts();
            IntVector half = bits.lanewise(ASHR, 1);
            FloatVector firstScale = half.lanewise(LSHL, FRACTION_BITS).reinterpretAsFloats();
            FloatVector secondScale =
                    bits.sub(half).lanewise(LSHL, FRACTION_BITS).reinterpretAsFloats();
            FloatVector exp = high.add(low).mul(firstScale).mul(secondScale);
            exp = exp.blend(CANONICAL_NAN, target.compare(NE, target));
            FloatVector difference = target.sub(input);
            VectorMask<Float> nothing = target.compare(EQ, masked).and(input.compare(EQ, input));
            // All computed, whatever is asked for: within a branch C2 boxes the exponential.
            FloatVector value = exp.mul(difference).blend(0f, nothing);
            value = value.blend(CANONICAL_NAN, value.compare(NE, value));
            FloatVector slopeX = exp.neg().mul(factor);
            slopeX = slopeX.blend(CANONICAL_NAN, slopeX.compare(NE, slopeX));
            FloatVector slopeT = exp.mul(difference.add(1f)).blend(0f, nothing).mul(factor);
            slopeT = slopeT.blend(CANONICAL_NAN, slopeT.compare(NE, slopeT));
            if (loss != null) {
                value.intoArray(loss, lossOffset + i);
            }
            if (gradX != null) {
                slopeX.intoArray(gradX, gradXOffset + i);
            }
            if (gradT != null) {
                slopeT.intoArray(gradT, gradTOffset + i);
            }
        }
    }
}
