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
import static io.github.lanewise.kernel.scalar.FloatConstants.MINUS_LN2_HIGH_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.ONE_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_ROUND_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_UNSCALE;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_SHIFT;
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.AND_NOT;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.UMIN;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import org.jspecify.annotations.Nullable;

/**
 * Binary cross entropy with logits of ordinary numbers, with nothing but a scale: the steps of {@link FloatVectorLogits},
 * and so its bits, less those for weights, infinities and NaN. What is left of comparisons is done on bits, since a comparison
 * costs as much as six additions.
 *
 * <p>A strip is walked once for the exponentials, once for the losses and once for the derivatives. In one walk each register's
 * steps wait for each other all the way from the input to the loss, which is further than a CPU looks ahead: that takes a
 * fifth longer. And a walk without branches has no vector that C2 might keep as an object.
 */
final class FloatVectorPlainLogits {
    private FloatVectorPlainLogits() {}

    /**
     * Losses, and derivatives with respect to the logits where they have a place, of whole registers up to the first strip that
     * holds a number which is not finite. The losses must lie apart from the inputs: they hold half-done work on the way.
     *
     * @param strip room of {@link FloatStrip#LENGTH} elements for half-done work where there are derivatives, else null
     * @return the number of elements that are done
     */
    static int bceWithLogits(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            int n,
            float scale,
            float[] loss,
            int lossOffset,
            float @Nullable [] gradX,
            int gradXOffset,
            float @Nullable [] strip) {
        int start = 0;
        while (start < n) {
            int length = Math.min(n - start, FloatStrip.LENGTH);
            int xAt = xOffset + start;
            int tAt = tOffset + start;
            int lossAt = lossOffset + start;
            // Kept until the derivatives, for which the losses leave no room.
            float[] fractions = strip == null ? loss : strip;
            int fractionsAt = strip == null ? lossAt : 0;
            IntVector far = IntVector.zero(INT_SPECIES);
            // The fractions of exp(-|x|) = 2^n (1 + fraction).
            for (int i = 0; i < length; i += LENGTH) {
                IntVector inputs = FloatVector.fromArray(SPECIES, x, xAt + i).reinterpretAsInts();
                IntVector targets = FloatVector.fromArray(SPECIES, t, tAt + i).reinterpretAsInts();
                far = inputs.and(MAGNITUDE_MASK)
                        .max(targets.and(MAGNITUDE_MASK))
                        .max(far);
                FloatVector a =
                        inputs.or(SIGN_BITS).lanewise(UMIN, EXP_MIN_INPUT_BITS).reinterpretAsFloats();
                FloatVector shifted = a.lanewise(FMA, LOG2_E, SIGMOID_ROUND_SHIFT);
                FloatVector exponent = shifted.sub(SIGMOID_ROUND_SHIFT);
                FloatVector r = exponent.lanewise(FMA, -LN2_HIGH, a);
                r = exponent.lanewise(FMA, -LN2_LOW, r);
                FloatVector q = r.lanewise(FMA, EXP_C6, EXP_C5);
                q = q.lanewise(FMA, r, EXP_C4);
                q = q.lanewise(FMA, r, EXP_C3);
                q = q.lanewise(FMA, r, EXP_C2);
                r.mul(r).lanewise(FMA, q, r).intoArray(fractions, fractionsAt + i);
            }
            if (far.compare(GE, INFINITY_BITS).anyTrue()) {
                break;
            }
            losses(x, xAt, t, tAt, length, fractions, fractionsAt, loss, lossAt);
            if (gradX != null) {
                derivatives(x, xAt, t, tAt, length, fractions, fractionsAt, scale, gradX, gradXOffset + start);
            }
            start += length;
        }
        return start;
    }

    private static void losses(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            int n,
            float[] fractions,
            int fractionsOffset,
            float[] loss,
            int lossOffset) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector input = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector positive = FloatVector.fromArray(SPECIES, t, tOffset + i);
            FloatVector fraction = FloatVector.fromArray(SPECIES, fractions, fractionsOffset + i);
            // All bits set where the input is not above 0.
            IntVector inputs = input.reinterpretAsInts();
            IntVector rest = inputs.or(inputs.sub(1)).lanewise(ASHR, SIGN_SHIFT);
            FloatVector a =
                    inputs.or(SIGN_BITS).lanewise(UMIN, EXP_MIN_INPUT_BITS).reinterpretAsFloats();
            // 2^(n + 64).
            FloatVector power = a.lanewise(FMA, LOG2_E, SIGMOID_ROUND_SHIFT)
                    .reinterpretAsInts()
                    .lanewise(LSHL, FRACTION_BITS)
                    .reinterpretAsFloats();
            // log(1 + e), e = exp(-|x|): f = e, or (e - 1) / 2 where e is above 1/2, as f + fLow.
            IntVector upper = a.reinterpretAsInts().sub(MINUS_LN2_HIGH_BITS).lanewise(ASHR, SIGN_SHIFT);
            FloatVector exponentOfSum = upper.and(ONE_BITS).reinterpretAsFloats();
            FloatVector part = power.mul(SIGMOID_UNSCALE)
                    .reinterpretAsInts()
                    .add(upper.lanewise(LSHL, FRACTION_BITS))
                    .reinterpretAsFloats();
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
            IntVector side = positive.reinterpretAsInts()
                    .and(rest)
                    .or(one.sub(positive).reinterpretAsInts().lanewise(AND_NOT, rest));
            input.abs().lanewise(FMA, side.reinterpretAsFloats(), log).intoArray(loss, lossOffset + i);
        }
    }

    private static void derivatives(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            int n,
            float[] fractions,
            int fractionsOffset,
            float scale,
            float[] gradX,
            int gradXOffset) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector top = FloatVector.broadcast(SPECIES, 1f / SIGMOID_UNSCALE);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        IntVector signBits = IntVector.broadcast(INT_SPECIES, SIGN_BITS);
        IntVector oneBits = IntVector.broadcast(INT_SPECIES, ONE_BITS);
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector positive = FloatVector.fromArray(SPECIES, t, tOffset + i);
            FloatVector fraction = FloatVector.fromArray(SPECIES, fractions, fractionsOffset + i);
            // All bits set where the input has a sign.
            IntVector inputs = FloatVector.fromArray(SPECIES, x, xOffset + i).reinterpretAsInts();
            IntVector below = inputs.lanewise(ASHR, SIGN_SHIFT);
            // 2^(n + 64).
            FloatVector power = inputs.or(SIGN_BITS)
                    .lanewise(UMIN, EXP_MIN_INPUT_BITS)
                    .reinterpretAsFloats()
                    .lanewise(FMA, LOG2_E, SIGMOID_ROUND_SHIFT)
                    .reinterpretAsInts()
                    .lanewise(LSHL, FRACTION_BITS)
                    .reinterpretAsFloats();
            // The reciprocal of 1 + e, formed at 2^64 times its terms, and what it lacks.
            FloatVector m = fraction.add(1f);
            FloatVector inverse = top.div(power.lanewise(FMA, m, top));
            FloatVector scaled = inverse.mul(power);
            FloatVector minus = scaled.mul(-SIGMOID_UNSCALE);
            FloatVector correction =
                    minus.lanewise(FMA, fraction, one.sub(inverse).add(minus));
            FloatVector smaller = correction.lanewise(FMA, m, fraction).lanewise(FMA, scaled, scaled);
            // smaller - t, or (1 - t) - smaller without a sign.
            FloatVector signed = smaller.mul(SIGMOID_UNSCALE)
                    .reinterpretAsInts()
                    .lanewise(XOR, signBits.lanewise(AND_NOT, below))
                    .reinterpretAsFloats();
            FloatVector side =
                    oneBits.lanewise(AND_NOT, below).reinterpretAsFloats().sub(positive);
            signed.add(side).mul(scales).intoArray(gradX, gradXOffset + i);
        }
    }
}
