// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.scalar.FloatConstants.CANONICAL_NAN;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C7;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_ROUND_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C2;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_MIN_INPUT_BITS;
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
import static io.github.lanewise.kernel.scalar.FloatConstants.NO_EXP_INPUT;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_DOWN;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_DOWN_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_MAX_INPUT_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_ROUND_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_UNSCALE;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.TANH_MIN_INPUT_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.TANH_TINY;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.MIN;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.UMIN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * The sigmoid family over a row, a register at a time: the operations of
 * {@link io.github.lanewise.kernel.scalar.FloatSigmoidMath} in the twin's order. The reasons for each step stand there;
 * {@link FloatVectorKernels} says why everything is written out.
 */
final class FloatVectorSigmoid {
    // For native memory also: x, g, out

    private FloatVectorSigmoid() {}

    /** As {@link io.github.lanewise.kernel.scalar.FloatSigmoidMath#sigmoid}. */
    static void sigmoid(float[] x, int xOffset, int n, float[] out, int outOffset) {
        FloatVector minusDown = FloatVector.broadcast(SPECIES, -SIGMOID_DOWN);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector minusOne = FloatVector.broadcast(SPECIES, -1f);
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector input = whole
                    ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                    : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);

            // exp(-input) = 2^n (1 + t); scale is -2^(n-32).
            FloatVector a = input.reinterpretAsInts()
                    .lanewise(MIN, SIGMOID_MAX_INPUT_BITS)
                    .reinterpretAsFloats();
            a = a.reinterpretAsInts().lanewise(UMIN, EXP_MIN_INPUT_BITS).reinterpretAsFloats();
            a = a.neg();
            FloatVector shifted = a.lanewise(FMA, LOG2_E, SIGMOID_DOWN_SHIFT);
            FloatVector exponent = shifted.sub(SIGMOID_DOWN_SHIFT);
            FloatVector r = exponent.lanewise(FMA, -LN2_HIGH, a);
            r = exponent.lanewise(FMA, -LN2_LOW, r);
            FloatVector q = r.lanewise(FMA, EXP_C6, EXP_C5);
            q = q.lanewise(FMA, r, EXP_C4);
            q = q.lanewise(FMA, r, EXP_C3);
            q = q.lanewise(FMA, r, EXP_C2);
            FloatVector t = r.mul(r).lanewise(FMA, q, r);
            FloatVector scale =
                    shifted.reinterpretAsInts().lanewise(LSHL, FRACTION_BITS).reinterpretAsFloats();

            // The reciprocal of 1 + exp(-input), which is at -2^-32 times, and what it lacks.
            FloatVector divisor = scale.lanewise(FMA, t.add(1f), minusDown);
            FloatVector lost = scale.lanewise(FMA, t, minusDown.sub(divisor.sub(scale)));
            FloatVector quotient = minusOne.div(divisor);
            FloatVector remainder = divisor.lanewise(FMA, quotient, one);
            remainder = lost.lanewise(FMA, quotient, remainder);
            FloatVector result = remainder.lanewise(FMA, quotient, quotient).mul(SIGMOID_DOWN);
            result = result.blend(CANONICAL_NAN, input.compare(NE, input));
            if (whole) {
                result.intoArray(out, outOffset + i);
            } else {
                result.intoArray(out, outOffset + i, rest);
            }
        }
    }

    /** {@code out = g * sigmoid(beta * x)}, or g where {@code beta * x} is above the threshold. */
    static void sigmoidTimes(
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            int n,
            float beta,
            float threshold,
            float[] out,
            int outOffset) {
        FloatVector minusDown = FloatVector.broadcast(SPECIES, -SIGMOID_DOWN);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector minusOne = FloatVector.broadcast(SPECIES, -1f);
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector input = whole
                    ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                    : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
            FloatVector upstream = whole
                    ? FloatVector.fromArray(SPECIES, g, gOffset + i)
                    : FloatVector.fromArray(SPECIES, g, gOffset + i, rest);
            input = input.mul(beta);

            // exp(-input) = 2^n (1 + t); scale is -2^(n-32).
            FloatVector a = input.reinterpretAsInts()
                    .lanewise(MIN, SIGMOID_MAX_INPUT_BITS)
                    .reinterpretAsFloats();
            a = a.reinterpretAsInts().lanewise(UMIN, EXP_MIN_INPUT_BITS).reinterpretAsFloats();
            a = a.neg();
            FloatVector shifted = a.lanewise(FMA, LOG2_E, SIGMOID_DOWN_SHIFT);
            FloatVector exponent = shifted.sub(SIGMOID_DOWN_SHIFT);
            FloatVector r = exponent.lanewise(FMA, -LN2_HIGH, a);
            r = exponent.lanewise(FMA, -LN2_LOW, r);
            FloatVector q = r.lanewise(FMA, EXP_C6, EXP_C5);
            q = q.lanewise(FMA, r, EXP_C4);
            q = q.lanewise(FMA, r, EXP_C3);
            q = q.lanewise(FMA, r, EXP_C2);
            FloatVector t = r.mul(r).lanewise(FMA, q, r);
            FloatVector scale =
                    shifted.reinterpretAsInts().lanewise(LSHL, FRACTION_BITS).reinterpretAsFloats();

            // The reciprocal of 1 + exp(-input), which is at -2^-32 times, and what it lacks.
            FloatVector divisor = scale.lanewise(FMA, t.add(1f), minusDown);
            FloatVector lost = scale.lanewise(FMA, t, minusDown.sub(divisor.sub(scale)));
            FloatVector quotient = minusOne.div(divisor);
            FloatVector remainder = divisor.lanewise(FMA, quotient, one);
            remainder = lost.lanewise(FMA, quotient, remainder);
            FloatVector result = remainder.lanewise(FMA, quotient, quotient).mul(SIGMOID_DOWN);
            result = result.blend(CANONICAL_NAN, input.compare(NE, input)).mul(upstream);
            result = result.blend(upstream, input.compare(GT, threshold));
            result = result.blend(CANONICAL_NAN, result.compare(NE, result));
            if (whole) {
                result.intoArray(out, outOffset + i);
            } else {
                result.intoArray(out, outOffset + i, rest);
            }
        }
    }

    /** {@code out = g * (factor * sigmoid(y) * sigmoid(-y))}, {@code y = beta * x}; the factor is a power of two. */
    static void slope(
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            int n,
            float beta,
            float factor,
            float[] out,
            int outOffset) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector top = FloatVector.broadcast(SPECIES, 1f / SIGMOID_UNSCALE);
        float unscale = SIGMOID_UNSCALE * factor;
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector input = whole
                    ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                    : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
            FloatVector upstream = whole
                    ? FloatVector.fromArray(SPECIES, g, gOffset + i)
                    : FloatVector.fromArray(SPECIES, g, gOffset + i, rest);
            input = input.mul(beta);

            // exp(-|input|) = 2^n (1 + t); scale is 2^(n+64).
            FloatVector a = input.reinterpretAsInts().or(SIGN_BITS).reinterpretAsFloats();
            a = a.blend(NO_EXP_INPUT, a.compare(LT, NO_EXP_INPUT));
            FloatVector shifted = a.lanewise(FMA, LOG2_E, SIGMOID_ROUND_SHIFT);
            FloatVector exponent = shifted.sub(SIGMOID_ROUND_SHIFT);
            FloatVector r = exponent.lanewise(FMA, -LN2_HIGH, a);
            r = exponent.lanewise(FMA, -LN2_LOW, r);
            FloatVector q = r.lanewise(FMA, EXP_C6, EXP_C5);
            q = q.lanewise(FMA, r, EXP_C4);
            q = q.lanewise(FMA, r, EXP_C3);
            q = q.lanewise(FMA, r, EXP_C2);
            FloatVector t = r.mul(r).lanewise(FMA, q, r);
            FloatVector scale =
                    shifted.reinterpretAsInts().lanewise(LSHL, FRACTION_BITS).reinterpretAsFloats();

            // The reciprocal of 1 + e, formed at 2^64 times its terms, and what it lacks.
            FloatVector m = t.add(1f);
            FloatVector inverse = top.div(scale.lanewise(FMA, m, top));
            FloatVector scaled = inverse.mul(scale);
            FloatVector minus = scaled.mul(-SIGMOID_UNSCALE);
            FloatVector correction = minus.lanewise(FMA, t, one.sub(inverse).add(minus));
            FloatVector smaller = correction.lanewise(FMA, m, t).lanewise(FMA, scaled, scaled);
            FloatVector larger = correction.lanewise(FMA, inverse, inverse);

            // NaN where the input is: it has not been clamped.
            FloatVector result = smaller.mul(larger).mul(unscale).mul(upstream);
            result = result.blend(CANONICAL_NAN, result.compare(NE, result));
            if (whole) {
                result.intoArray(out, outOffset + i);
            } else {
                result.intoArray(out, outOffset + i, rest);
            }
        }
    }

    /** As {@link io.github.lanewise.kernel.scalar.FloatSigmoidMath#softplus}. */
    static void softplus(float[] x, int xOffset, int n, float beta, float threshold, float[] out, int outOffset) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        // Dividing by 1 and -1 is multiplying by them.
        boolean unit = Math.abs(beta) == 1f;
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector input = whole
                    ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                    : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
            FloatVector y = input.mul(beta);

            // exp(-|y|) = 2^n (1 + t); scale is 2^(n+64).
            FloatVector a = y.reinterpretAsInts().or(SIGN_BITS).reinterpretAsFloats();
            a = a.reinterpretAsInts().lanewise(UMIN, EXP_MIN_INPUT_BITS).reinterpretAsFloats();
            FloatVector shifted = a.lanewise(FMA, LOG2_E, SIGMOID_ROUND_SHIFT);
            FloatVector exponent = shifted.sub(SIGMOID_ROUND_SHIFT);
            FloatVector r = exponent.lanewise(FMA, -LN2_HIGH, a);
            r = exponent.lanewise(FMA, -LN2_LOW, r);
            FloatVector q = r.lanewise(FMA, EXP_C6, EXP_C5);
            q = q.lanewise(FMA, r, EXP_C4);
            q = q.lanewise(FMA, r, EXP_C3);
            q = q.lanewise(FMA, r, EXP_C2);
            FloatVector t = r.mul(r).lanewise(FMA, q, r);
            FloatVector scale =
                    shifted.reinterpretAsInts().lanewise(LSHL, FRACTION_BITS).reinterpretAsFloats();

            FloatVector small = scale.mul(SIGMOID_UNSCALE);
            // log(1 + e), e = exp(-|x|): f = e, or (e - 1) / 2 where e is above 1/2, as f + fLow.
            VectorMask<Float> upper = a.compare(GT, -LN2_HIGH);
            FloatVector exponentOfSum = FloatVector.zero(SPECIES).blend(1f, upper);
            FloatVector part = small.blend(small.mul(0.5f), upper);
            FloatVector base = exponentOfSum.lanewise(FMA, -0.5f, part);
            FloatVector f = part.lanewise(FMA, t, base);
            FloatVector fLow = part.lanewise(FMA, t, base.sub(f));
            FloatVector p = f.lanewise(FMA, LOG_C10, LOG_C9);
            p = p.lanewise(FMA, f, LOG_C8);
            p = p.lanewise(FMA, f, LOG_C7);
            p = p.lanewise(FMA, f, LOG_C6);
            p = p.lanewise(FMA, f, LOG_C5);
            p = p.lanewise(FMA, f, LOG_C4);
            p = p.lanewise(FMA, f, LOG_C3);
            FloatVector negatedHalf = f.mul(-0.5f);
            FloatVector high = negatedHalf.lanewise(FMA, f, exponentOfSum.lanewise(FMA, LN2_HIGH, f));
            FloatVector highLess = exponentOfSum.lanewise(FMA, -LN2_HIGH, high);
            FloatVector low = negatedHalf.lanewise(FMA, f, f.sub(highLess));
            low = f.mul(f).mul(p).lanewise(FMA, f, low);
            low = exponentOfSum.lanewise(FMA, LN2_LOW, low);
            low = one.sub(f).lanewise(FMA, fLow, low);
            FloatVector log = high.add(low);

            // A NaN is not at most 0 and stays.
            FloatVector sum = y.blend(0f, y.compare(LE, 0f)).add(log);
            FloatVector result = unit ? sum.mul(beta) : sum.div(beta);
            result = result.blend(input, y.compare(GT, threshold));
            result = result.blend(CANONICAL_NAN, result.compare(NE, result));
            if (whole) {
                result.intoArray(out, outOffset + i);
            } else {
                result.intoArray(out, outOffset + i, rest);
            }
        }
    }

    /** As {@link io.github.lanewise.kernel.scalar.FloatSigmoidMath#tanh}. */
    static void tanh(float[] x, int xOffset, int n, float[] out, int outOffset) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector input = whole
                    ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                    : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
            FloatVector size = input.abs();
            FloatVector a = size.mul(-2f);
            a = a.reinterpretAsInts().lanewise(UMIN, TANH_MIN_INPUT_BITS).reinterpretAsFloats();
            FloatVector shifted = a.lanewise(FMA, LOG2_E, EXPM1_ROUND_SHIFT);
            FloatVector exponent = shifted.sub(EXPM1_ROUND_SHIFT);
            FloatVector rHigh = exponent.lanewise(FMA, -LN2_HIGH, a);
            FloatVector rLow = exponent.mul(-LN2_LOW);
            FloatVector r = rHigh.add(rLow);
            FloatVector q = r.lanewise(FMA, EXPM1_C7, EXPM1_C6);
            q = q.lanewise(FMA, r, EXPM1_C5);
            q = q.lanewise(FMA, r, EXPM1_C4);
            q = q.lanewise(FMA, r, EXPM1_C3);
            FloatVector halfR = r.mul(0.5f);
            FloatVector high = halfR.lanewise(FMA, r, rHigh);
            FloatVector low = halfR.lanewise(FMA, r, rHigh.sub(high)).add(rLow);
            low = q.lanewise(FMA, r.mul(r).mul(r), low);
            FloatVector scale =
                    shifted.reinterpretAsInts().lanewise(LSHL, FRACTION_BITS).reinterpretAsFloats();
            FloatVector offset = scale.sub(0.5f);
            FloatVector offsetLow = scale.sub(offset.add(0.5f));
            FloatVector sum = scale.lanewise(FMA, high, offset);
            FloatVector tail = scale.lanewise(FMA, high, offset.sub(sum)).add(offsetLow);
            tail = scale.lanewise(FMA, low, tail);

            FloatVector half = sum.add(tail);
            FloatVector halfLow = sum.sub(half).add(tail);
            FloatVector divisor = half.add(1f);
            FloatVector divisorLow = one.sub(divisor).add(half).add(halfLow);
            FloatVector inverse = one.neg().div(divisor);
            FloatVector quotient = half.mul(inverse);
            FloatVector remainder = quotient.lanewise(FMA, divisor, half);
            remainder = remainder.add(quotient.lanewise(FMA, divisorLow, halfLow));
            FloatVector result = remainder.lanewise(FMA, inverse, quotient);

            result = result.reinterpretAsInts()
                    .or(input.reinterpretAsInts().and(SIGN_BITS))
                    .reinterpretAsFloats();
            result = result.blend(input, size.compare(LT, TANH_TINY));
            result = result.blend(CANONICAL_NAN, input.compare(NE, input));
            if (whole) {
                result.intoArray(out, outOffset + i);
            } else {
                result.intoArray(out, outOffset + i, rest);
            }
        }
    }
}
