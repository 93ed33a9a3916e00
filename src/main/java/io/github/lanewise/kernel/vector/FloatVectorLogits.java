// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.scalar.FloatConstants.CANONICAL_NAN;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C2;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_MIN_INPUT;
import static io.github.lanewise.kernel.scalar.FloatConstants.FRACTION_BITS;
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
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_ROUND_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_UNSCALE;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_BITS;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Binary cross entropy of logits, a register at a time, with the steps of the scalar twin's {@code FloatLossMath}. Loss
 * and gradients share {@code exp(-|x|)}; what is not asked for is not computed.
 */
final class FloatVectorLogits {
    private FloatVectorLogits() {}

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#bceWithLogits}. */
    static void bceWithLogits(
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
            int gradTOffset) {
        // Numbers that nothing equals switch a step off: a branch between two vectors can make C2 box one of them.
        float nothing = limit ? 0f : Float.NaN;
        float plainAt = limit ? Float.NaN : Float.NEGATIVE_INFINITY;
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector top = FloatVector.broadcast(SPECIES, 1f / SIGMOID_UNSCALE);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector input = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector target = FloatVector.fromArray(SPECIES, t, tOffset + i);
            FloatVector weight = one;
            if (w != null) {
                weight = FloatVector.fromArray(SPECIES, w, wOffset + i);
            }
            FloatVector factor = scales;
            if (g != null) {
                factor = factor.mul(FloatVector.fromArray(SPECIES, g, gOffset + i));
            }
            factor = factor.mul(weight);
            FloatVector negative = one.sub(target);
            FloatVector positive = target;
            FloatVector emphasis = one;
            FloatVector both = one;
            if (p != null) {
                emphasis = FloatVector.fromArray(SPECIES, p, pOffset + i);
                both = emphasis.lanewise(FMA, target, negative);
                positive = emphasis.mul(target);
            }
            VectorMask<Float> above = input.compare(GT, 0f);

            // exp(-|input|) = 2^n (1 + fraction); power is 2^(n+64).
            FloatVector a = input.reinterpretAsInts().or(SIGN_BITS).reinterpretAsFloats();
            a = a.blend(EXP_MIN_INPUT, a.compare(LT, EXP_MIN_INPUT));
            FloatVector shifted = a.lanewise(FMA, LOG2_E, SIGMOID_ROUND_SHIFT);
            FloatVector exponent = shifted.sub(SIGMOID_ROUND_SHIFT);
            FloatVector r = exponent.lanewise(FMA, -LN2_HIGH, a);
            r = exponent.lanewise(FMA, -LN2_LOW, r);
            FloatVector q = r.lanewise(FMA, EXP_C6, EXP_C5);
            q = q.lanewise(FMA, r, EXP_C4);
            q = q.lanewise(FMA, r, EXP_C3);
            q = q.lanewise(FMA, r, EXP_C2);
            FloatVector fraction = r.mul(r).lanewise(FMA, q, r);
            FloatVector power =
                    shifted.reinterpretAsInts().lanewise(LSHL, FRACTION_BITS).reinterpretAsFloats();

            if (loss != null || (gradT != null && p != null)) {

                FloatVector small = power.mul(SIGMOID_UNSCALE);
                // log(1 + e), e = exp(-|x|): f = e, or (e - 1) / 2 where e is above 1/2, as f + fLow.
                VectorMask<Float> upper = a.compare(GT, -LN2_HIGH);
                FloatVector exponentOfSum = FloatVector.zero(SPECIES).blend(1f, upper);
                FloatVector part = small.blend(small.mul(0.5f), upper);
                FloatVector base = exponentOfSum.lanewise(FMA, -0.5f, part);
                FloatVector f = part.lanewise(FMA, fraction, base);
                FloatVector fLow = part.lanewise(FMA, fraction, base.sub(f));
                FloatVector logQ = f.lanewise(FMA, LOG_C10, LOG_C9);
                logQ = logQ.lanewise(FMA, f, LOG_C8);
                logQ = logQ.lanewise(FMA, f, LOG_C7);
                logQ = logQ.lanewise(FMA, f, LOG_C6);
                logQ = logQ.lanewise(FMA, f, LOG_C5);
                logQ = logQ.lanewise(FMA, f, LOG_C4);
                logQ = logQ.lanewise(FMA, f, LOG_C3);
                FloatVector negatedHalf = f.mul(-0.5f);
                FloatVector high = negatedHalf.lanewise(FMA, f, exponentOfSum.lanewise(FMA, LN2_HIGH, f));
                FloatVector highLess = exponentOfSum.lanewise(FMA, -LN2_HIGH, high);
                FloatVector low = negatedHalf.lanewise(FMA, f, f.sub(highLess));
                low = f.mul(f).mul(logQ).lanewise(FMA, f, low);
                low = exponentOfSum.lanewise(FMA, LN2_LOW, low);
                low = one.sub(f).lanewise(FMA, fLow, low);
                FloatVector log = high.add(low);
                log = log.blend(CANONICAL_NAN, input.compare(NE, input));
                FloatVector size = input.abs();
                // Both computed, whatever is asked for, for the same reason.
                FloatVector side = positive.blend(negative, above);
                FloatVector length = size.blend(0f, side.compare(EQ, nothing));
                FloatVector value = length.lanewise(FMA, side, both.mul(log));
                // As PyTorch has it: (1 - t) x + c (-x) at negative infinity.
                FloatVector plain = negative.lanewise(FMA, input, both.mul(input.neg()));
                value = value.blend(plain, input.compare(EQ, plainAt)).mul(weight);
                value = value.blend(CANONICAL_NAN, value.compare(NE, value));
                FloatVector sideT = emphasis.blend(-1f, above);
                FloatVector lengthT = size.blend(0f, sideT.compare(EQ, nothing));
                FloatVector slopeT =
                        lengthT.lanewise(FMA, sideT, emphasis.sub(1f).mul(log)).mul(factor);
                slopeT = slopeT.blend(CANONICAL_NAN, slopeT.compare(NE, slopeT));
                if (loss != null) {
                    value.intoArray(loss, lossOffset + i);
                }
                if (gradT != null && p != null) {
                    slopeT.intoArray(gradT, gradTOffset + i);
                }
            }
            if (gradX != null) {

                // The reciprocal of 1 + e, formed at 2^64 times its terms, and what it lacks.
                FloatVector m = fraction.add(1f);
                FloatVector inverse = top.div(power.lanewise(FMA, m, top));
                FloatVector scaled = inverse.mul(power);
                FloatVector minus = scaled.mul(-SIGMOID_UNSCALE);
                FloatVector correction =
                        minus.lanewise(FMA, fraction, one.sub(inverse).add(minus));
                FloatVector smaller = correction.lanewise(FMA, m, fraction).lanewise(FMA, scaled, scaled);
                FloatVector side = both.blend(both.neg(), above);
                FloatVector slope = side.lanewise(
                        FMA, smaller.mul(SIGMOID_UNSCALE), positive.neg().blend(negative, above));
                slope = slope.blend(CANONICAL_NAN, input.compare(NE, input)).mul(factor);
                slope = slope.blend(CANONICAL_NAN, slope.compare(NE, slope));
                slope.intoArray(gradX, gradXOffset + i);
            }
            if (gradT != null && p == null) {
                FloatVector slope = input.neg().mul(factor);
                slope = slope.blend(CANONICAL_NAN, slope.compare(NE, slope));
                slope.intoArray(gradT, gradTOffset + i);
            }
        }
    }
}
