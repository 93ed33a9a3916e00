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
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_SHIFT;
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.AND_NOT;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;

import io.github.lanewise.kernel.FloatLanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Binary cross entropy of logits, a register at a time, with the steps of the scalar twin's {@code FloatLossMath}.
 *
 * <p>Each output has a walk of its own, and an operand that is missing is a register of ones: a walk has no branch, because of
 * vectors that live across one C2 has been seen to keep some as objects, for good. The price is an exponential for each output
 * of a call with weights; calls without them go to {@link FloatVectorPlainLogits}.
 */
final class FloatVectorLogits {
    /** What stands for an operand that is missing, read again and again. */
    private static final float[] ONES = new float[FloatLanes.LANES];

    static {
        Arrays.fill(ONES, 1f);
    }

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
        float[] weight = w == null ? ONES : w;
        float[] emphasis = p == null ? ONES : p;
        float[] upstream = g == null ? ONES : g;
        for (int start = 0; start < n; start += FloatStrip.LENGTH) {
            int length = Math.min(n - start, FloatStrip.LENGTH);
            int xAt = xOffset + start;
            int tAt = tOffset + start;
            int wAt = w == null ? 0 : wOffset + start;
            int pAt = p == null ? 0 : pOffset + start;
            int gAt = g == null ? 0 : gOffset + start;
            int wStep = w == null ? 0 : 1;
            int gStep = g == null ? 0 : 1;
            if (loss != null) {
                losses(
                        x,
                        xAt,
                        t,
                        tAt,
                        weight,
                        wAt,
                        wStep,
                        emphasis,
                        pAt,
                        p != null,
                        length,
                        limit,
                        loss,
                        lossOffset + start);
            }
            if (gradT != null && p == null) {
                plainDerivativesOfTarget(
                        x,
                        xAt,
                        weight,
                        wAt,
                        wStep,
                        upstream,
                        gAt,
                        gStep,
                        length,
                        limit,
                        scale,
                        gradT,
                        gradTOffset + start);
            } else if (gradT != null) {
                derivativesOfTarget(
                        x,
                        xAt,
                        weight,
                        wAt,
                        wStep,
                        emphasis,
                        pAt,
                        upstream,
                        gAt,
                        gStep,
                        length,
                        limit,
                        scale,
                        gradT,
                        gradTOffset + start);
            }
            // Last, because it may overwrite the logits.
            if (gradX != null) {
                derivatives(
                        x,
                        xAt,
                        t,
                        tAt,
                        weight,
                        wAt,
                        wStep,
                        emphasis,
                        pAt,
                        p != null,
                        upstream,
                        gAt,
                        gStep,
                        length,
                        scale,
                        gradX,
                        gradXOffset + start);
            }
        }
    }

    private static void losses(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            float[] w,
            int wOffset,
            int wStep,
            float[] p,
            int pOffset,
            boolean emphasized,
            int n,
            boolean limit,
            float[] loss,
            int lossOffset) {
        // Numbers that nothing equals switch a step off.
        float nothing = limit ? 0f : Float.NaN;
        float plainAt = limit ? Float.NaN : Float.NEGATIVE_INFINITY;
        float notEmphasized = emphasized ? Float.NaN : 1f;
        int pStep = emphasized ? 1 : 0;
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector input = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector target = FloatVector.fromArray(SPECIES, t, tOffset + i);
            FloatVector weight = FloatVector.fromArray(SPECIES, w, wOffset + i * wStep);
            FloatVector emphasis = FloatVector.fromArray(SPECIES, p, pOffset + i * pStep);
            FloatVector negative = one.sub(target);
            FloatVector positive = emphasis.mul(target);
            FloatVector both = emphasis.lanewise(FMA, target, negative);
            both = both.blend(1f, emphasis.compare(EQ, notEmphasized));
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
            FloatVector side = positive.blend(negative, input.compare(GT, 0f));
            VectorMask<Float> none = side.compare(EQ, nothing).or(weight.compare(EQ, nothing));
            FloatVector length = input.abs().blend(0f, none);
            FloatVector value = length.lanewise(FMA, side, both.mul(log));
            // As PyTorch has it: (1 - t) x + c (-x) at negative infinity.
            FloatVector plain = negative.lanewise(FMA, input, both.mul(input.neg()));
            value = value.blend(plain, input.compare(EQ, plainAt)).mul(weight);
            value = value.blend(CANONICAL_NAN, value.compare(NE, value));
            value.intoArray(loss, lossOffset + i);
        }
    }

    private static void derivativesOfTarget(
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            int wStep,
            float[] p,
            int pOffset,
            float[] g,
            int gOffset,
            int gStep,
            int n,
            boolean limit,
            float scale,
            float[] gradT,
            int gradTOffset) {
        float nothing = limit ? 0f : Float.NaN;
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector input = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector emphasis = FloatVector.fromArray(SPECIES, p, pOffset + i);
            FloatVector factor = scales.mul(FloatVector.fromArray(SPECIES, g, gOffset + i * gStep))
                    .mul(FloatVector.fromArray(SPECIES, w, wOffset + i * wStep));
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
            FloatVector side = emphasis.blend(-1f, input.compare(GT, 0f));
            VectorMask<Float> none = side.compare(EQ, nothing).or(factor.compare(EQ, nothing));
            FloatVector length = input.abs().blend(0f, none);
            FloatVector slope =
                    length.lanewise(FMA, side, emphasis.sub(1f).mul(log)).mul(factor);
            slope = slope.blend(CANONICAL_NAN, slope.compare(NE, slope));
            slope.intoArray(gradT, gradTOffset + i);
        }
    }

    private static void plainDerivativesOfTarget(
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            int wStep,
            float[] g,
            int gOffset,
            int gStep,
            int n,
            boolean limit,
            float scale,
            float[] gradT,
            int gradTOffset) {
        float nothing = limit ? 0f : Float.NaN;
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector factor = scales.mul(FloatVector.fromArray(SPECIES, g, gOffset + i * gStep))
                    .mul(FloatVector.fromArray(SPECIES, w, wOffset + i * wStep));
            FloatVector input = FloatVector.fromArray(SPECIES, x, xOffset + i);
            VectorMask<Float> none = factor.compare(EQ, nothing).and(input.abs().compare(EQ, Float.POSITIVE_INFINITY));
            FloatVector slope = input.blend(0f, none).neg().mul(factor);
            slope = slope.blend(CANONICAL_NAN, slope.compare(NE, slope));
            slope.intoArray(gradT, gradTOffset + i);
        }
    }

    private static void derivatives(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            float[] w,
            int wOffset,
            int wStep,
            float[] p,
            int pOffset,
            boolean emphasized,
            float[] g,
            int gOffset,
            int gStep,
            int n,
            float scale,
            float[] gradX,
            int gradXOffset) {
        float notEmphasized = emphasized ? Float.NaN : 1f;
        int pStep = emphasized ? 1 : 0;
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector top = FloatVector.broadcast(SPECIES, 1f / SIGMOID_UNSCALE);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        IntVector signBits = IntVector.broadcast(INT_SPECIES, SIGN_BITS);
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector input = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector target = FloatVector.fromArray(SPECIES, t, tOffset + i);
            FloatVector emphasis = FloatVector.fromArray(SPECIES, p, pOffset + i * pStep);
            FloatVector factor = scales.mul(FloatVector.fromArray(SPECIES, g, gOffset + i * gStep))
                    .mul(FloatVector.fromArray(SPECIES, w, wOffset + i * wStep));
            FloatVector negative = one.sub(target);
            FloatVector positive = emphasis.mul(target);
            FloatVector both = emphasis.lanewise(FMA, target, negative);
            both = both.blend(1f, emphasis.compare(EQ, notEmphasized));
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
            // The reciprocal of 1 + e, formed at 2^64 times its terms, and what it lacks.
            FloatVector m = fraction.add(1f);
            FloatVector inverse = top.div(power.lanewise(FMA, m, top));
            FloatVector scaled = inverse.mul(power);
            FloatVector minus = scaled.mul(-SIGMOID_UNSCALE);
            FloatVector correction =
                    minus.lanewise(FMA, fraction, one.sub(inverse).add(minus));
            FloatVector smaller = correction.lanewise(FMA, m, fraction).lanewise(FMA, scaled, scaled);
            // All bits set where the input has a sign.
            IntVector below = input.reinterpretAsInts().lanewise(ASHR, SIGN_SHIFT);
            FloatVector side = both.reinterpretAsInts()
                    .lanewise(XOR, signBits.lanewise(AND_NOT, below))
                    .reinterpretAsFloats();
            FloatVector base = positive.neg()
                    .reinterpretAsInts()
                    .and(below)
                    .or(negative.reinterpretAsInts().lanewise(AND_NOT, below))
                    .reinterpretAsFloats();
            FloatVector slope = side.lanewise(FMA, smaller.mul(SIGMOID_UNSCALE), base);
            slope = slope.blend(CANONICAL_NAN, input.compare(NE, input)).mul(factor);
            slope = slope.blend(CANONICAL_NAN, slope.compare(NE, slope));
            slope.intoArray(gradX, gradXOffset + i);
        }
    }
}
