// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatLanes.LANES;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C2;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.FRACTION_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_HIGH;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_LOW;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG2_E;
import static io.github.lanewise.kernel.scalar.FloatConstants.NO_EXP_INPUT_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_ROUND_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_UNSCALE;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_BITS;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static io.github.lanewise.kernel.vector.FloatVectorLogitSums.TWO_ROWS;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.UMIN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The first walk of {@link FloatVectorLogitSums} over a strip: products of exponentials and sums of linear parts, two rows at a time.
 */
final class FloatVectorLogitTerms {
    // For native memory also: x, t

    private FloatVectorLogitTerms() {}

    /**
     * Of two rows at a time, whole ones, the products less 1 and then the sums of linear parts, one after the other from an index on.
     *
     * @param n number of elements of all rows
     */
    static void terms(float[] x, int xOffset, float[] t, int tOffset, int n, float[] terms, int to) {
        for (int sweep = 0; sweep < LANES; sweep += LENGTH) {
            int at = to + sweep;
            for (int i = sweep; i < n; i += TWO_ROWS) {
                FloatVector input0 = FloatVector.fromArray(SPECIES, x, xOffset + i);
                FloatVector positive0 = FloatVector.fromArray(SPECIES, t, tOffset + i);
                // exp(-|input|) = 2^n (1 + fraction).
                IntVector bits0 = input0.reinterpretAsInts();
                FloatVector a0 = bits0.or(SIGN_BITS).reinterpretAsFloats();
                a0 = a0.reinterpretAsInts().lanewise(UMIN, NO_EXP_INPUT_BITS).reinterpretAsFloats();
                FloatVector shifted0 = a0.lanewise(FMA, LOG2_E, SIGMOID_ROUND_SHIFT);
                FloatVector exponent0 = shifted0.sub(SIGMOID_ROUND_SHIFT);
                FloatVector r0 = exponent0.lanewise(FMA, -LN2_HIGH, a0);
                r0 = exponent0.lanewise(FMA, -LN2_LOW, r0);
                FloatVector q0 = r0.lanewise(FMA, EXP_C6, EXP_C5);
                q0 = q0.lanewise(FMA, r0, EXP_C4);
                q0 = q0.lanewise(FMA, r0, EXP_C3);
                q0 = q0.lanewise(FMA, r0, EXP_C2);
                FloatVector fraction0 = r0.mul(r0).lanewise(FMA, q0, r0);
                FloatVector small0 = shifted0.reinterpretAsInts()
                        .lanewise(LSHL, FRACTION_BITS)
                        .reinterpretAsFloats()
                        .mul(SIGMOID_UNSCALE);
                FloatVector e0 = small0.lanewise(FMA, fraction0, small0);
                // As integers, numbers below 0 are below 0.
                FloatVector above0 = bits0.max(0).reinterpretAsFloats();
                FloatVector linear0 = input0.neg().lanewise(FMA, positive0, above0);
                FloatVector input1 = FloatVector.fromArray(SPECIES, x, xOffset + i + LANES);
                FloatVector positive1 = FloatVector.fromArray(SPECIES, t, tOffset + i + LANES);
                // exp(-|input|) = 2^n (1 + fraction).
                IntVector bits1 = input1.reinterpretAsInts();
                FloatVector a1 = bits1.or(SIGN_BITS).reinterpretAsFloats();
                a1 = a1.reinterpretAsInts().lanewise(UMIN, NO_EXP_INPUT_BITS).reinterpretAsFloats();
                FloatVector shifted1 = a1.lanewise(FMA, LOG2_E, SIGMOID_ROUND_SHIFT);
                FloatVector exponent1 = shifted1.sub(SIGMOID_ROUND_SHIFT);
                FloatVector r1 = exponent1.lanewise(FMA, -LN2_HIGH, a1);
                r1 = exponent1.lanewise(FMA, -LN2_LOW, r1);
                FloatVector q1 = r1.lanewise(FMA, EXP_C6, EXP_C5);
                q1 = q1.lanewise(FMA, r1, EXP_C4);
                q1 = q1.lanewise(FMA, r1, EXP_C3);
                q1 = q1.lanewise(FMA, r1, EXP_C2);
                FloatVector fraction1 = r1.mul(r1).lanewise(FMA, q1, r1);
                FloatVector small1 = shifted1.reinterpretAsInts()
                        .lanewise(LSHL, FRACTION_BITS)
                        .reinterpretAsFloats()
                        .mul(SIGMOID_UNSCALE);
                FloatVector e1 = small1.lanewise(FMA, fraction1, small1);
                // As integers, numbers below 0 are below 0.
                FloatVector above1 = bits1.max(0).reinterpretAsFloats();
                FloatVector linear1 = input1.neg().lanewise(FMA, positive1, above1);
                e0.lanewise(FMA, e1, e0.add(e1)).intoArray(terms, at);
                linear0.add(linear1).intoArray(terms, at + LANES);
                at += 2 * LANES;
            }
        }
    }
}
