// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

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
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG2_E;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.MIN;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.UMIN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Derivatives of the exponential and the logarithm over a row, a register at a time, with the steps of {@link
 * io.github.lanewise.kernel.scalar.FloatScalarPoints}.
 */
final class FloatVectorSlopes {
    // For native memory also: x, g, out

    private FloatVectorSlopes() {}

    /** {@code out = g * exp(x)}. */
    static void expTimes(float[] x, int xOffset, float[] g, int gOffset, int n, float[] out, int outOffset) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector input = whole
                    ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                    : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
            FloatVector upstream = whole
                    ? FloatVector.fromArray(SPECIES, g, gOffset + i)
                    : FloatVector.fromArray(SPECIES, g, gOffset + i, rest);

            FloatVector clamped =
                    input.reinterpretAsInts().lanewise(MIN, EXP_MAX_INPUT_BITS).reinterpretAsFloats();
            clamped = clamped.reinterpretAsInts()
                    .lanewise(UMIN, EXP_MIN_INPUT_BITS)
                    .reinterpretAsFloats();
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
            FloatVector result =
                    exp.blend(CANONICAL_NAN, input.compare(NE, input)).mul(upstream);
            result = result.blend(CANONICAL_NAN, result.compare(NE, result));
            if (whole) {
                result.intoArray(out, outOffset + i);
            } else {
                result.intoArray(out, outOffset + i, rest);
            }
        }
    }

    /** {@code out = g / (x + base)}; with base -0 the divisor is x itself. */
    static void quotient(
            float[] x, int xOffset, float[] g, int gOffset, int n, float base, float[] out, int outOffset) {
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector input = whole
                    ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                    : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
            FloatVector upstream = whole
                    ? FloatVector.fromArray(SPECIES, g, gOffset + i)
                    : FloatVector.fromArray(SPECIES, g, gOffset + i, rest);
            FloatVector result = upstream.div(input.add(base));
            result = result.blend(CANONICAL_NAN, result.compare(NE, result));
            if (whole) {
                result.intoArray(out, outOffset + i);
            } else {
                result.intoArray(out, outOffset + i, rest);
            }
        }
    }
}
