// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C2;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_MIN_INPUT_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.FRACTION_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.INFINITY_BITS;
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
import static io.github.lanewise.kernel.scalar.FloatConstants.MAGNITUDE_MASK;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_ROUND_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_UNSCALE;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_BITS;
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.UMIN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Binary cross entropy with logits of ordinary numbers, with nothing but a scale: the steps of {@link FloatVectorLogits}, and so
 * its bits, less those for weights, infinities and NaN. Comparisons cost as much as six additions each, and those steps need six
 * of them.
 */
final class FloatVectorPlainLogits {
    private FloatVectorPlainLogits() {}

    /** Whether all elements are finite. */
    static boolean areFinite(float[] x, int xOffset, int n) {
        IntVector far0 = IntVector.zero(INT_SPECIES);
        IntVector far1 = far0;
        int i = 0;
        for (; i <= n - 2 * LENGTH; i += 2 * LENGTH) {
            far0 = far0.max(FloatVector.fromArray(SPECIES, x, xOffset + i)
                    .reinterpretAsInts()
                    .and(MAGNITUDE_MASK));
            far1 = far1.max(FloatVector.fromArray(SPECIES, x, xOffset + i + LENGTH)
                    .reinterpretAsInts()
                    .and(MAGNITUDE_MASK));
        }
        if (i < n) {
            far0 = far0.max(FloatVector.fromArray(SPECIES, x, xOffset + i)
                    .reinterpretAsInts()
                    .and(MAGNITUDE_MASK));
        }
        int farBits = far0.max(far1).reduceLanes(MAX);
        return farBits < INFINITY_BITS;
    }

    /** Losses and derivatives with respect to the logits, of whole registers. */
    static void bceWithLogits(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            int n,
            float scale,
            float @Nullable [] loss,
            int lossOffset,
            float @Nullable [] gradX,
            int gradXOffset) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector top = FloatVector.broadcast(SPECIES, 1f / SIGMOID_UNSCALE);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector input = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector positive = FloatVector.fromArray(SPECIES, t, tOffset + i);
            FloatVector negative = one.sub(positive);
            VectorMask<Float> above = input.compare(GT, 0f);

            // exp(-|input|) = 2^n (1 + fraction); power is 2^(n+64).
            FloatVector a = input.reinterpretAsInts().or(SIGN_BITS).reinterpretAsFloats();
            a = a.reinterpretAsInts().lanewise(UMIN, EXP_MIN_INPUT_BITS).reinterpretAsFloats();
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

            if (gradX != null) {
                // The reciprocal of 1 + e, formed at 2^64 times its terms, and what it lacks.
                FloatVector m = fraction.add(1f);
                FloatVector inverse = top.div(power.lanewise(FMA, m, top));
                FloatVector scaled = inverse.mul(power);
                FloatVector minus = scaled.mul(-SIGMOID_UNSCALE);
                FloatVector correction =
                        minus.lanewise(FMA, fraction, one.sub(inverse).add(minus));
                FloatVector smaller = correction.lanewise(FMA, m, fraction).lanewise(FMA, scaled, scaled);
                FloatVector side = one.blend(-1f, above);
                FloatVector slope = side.lanewise(
                        FMA, smaller.mul(SIGMOID_UNSCALE), positive.neg().blend(negative, above));
                slope.mul(scales).intoArray(gradX, gradXOffset + i);
            }
            if (loss != null) {
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
                FloatVector side = positive.blend(negative, above);
                input.abs().lanewise(FMA, side, log).intoArray(loss, lossOffset + i);
            }
        }
    }
}
