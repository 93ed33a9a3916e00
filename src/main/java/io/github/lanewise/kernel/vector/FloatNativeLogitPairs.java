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
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_SHIFT;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.ORDER;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static io.github.lanewise.kernel.vector.FloatVectorLogitSums.FOUR_ROWS;
import static jdk.incubator.vector.VectorOperators.AND_NOT;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.UMIN;

import io.github.lanewise.kernel.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The first walk of a sum of binary cross entropies of logits over a strip of native memory: the bits of {@link FloatVectorLogitTerms}, but
 * two rows at a time. Four of them, with the checks of eight accesses to segments, are more than C2 makes one compilation of.
 */
final class FloatNativeLogitPairs {
    private FloatNativeLogitPairs() {}

    /**
     * Takes the first two rows of every four into products of 1 + e, less 1, and into sums of linear parts, which are there: 0 and -0 for
     * those of no rows.
     *
     * @param n number of elements of all rows
     */
    static void add(
            MemorySegment x, long xOffset, MemorySegment t, long tOffset, int n, float[] products, float[] linear) {
        x = NativeMemory.known(x);
        t = NativeMemory.known(t);
        for (int sweep = 0; sweep < LANES; sweep += LENGTH) {
            int at = sweep;
            for (int i = sweep; i < n; i += FOUR_ROWS) {
                FloatVector input0 = FloatVector.fromMemorySegment(SPECIES, x, xOffset + (long) i * Float.BYTES, ORDER);
                FloatVector positive0 =
                        FloatVector.fromMemorySegment(SPECIES, t, tOffset + (long) i * Float.BYTES, ORDER);
                // exp(-|input|) = 2^n (1 + fraction).
                FloatVector a0 = input0.reinterpretAsInts().or(SIGN_BITS).reinterpretAsFloats();
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
                // 0 where the sign is set.
                IntVector inputs0 = input0.reinterpretAsInts();
                FloatVector above0 = inputs0.lanewise(AND_NOT, inputs0.lanewise(ASHR, SIGN_SHIFT))
                        .reinterpretAsFloats();
                FloatVector linear0 = input0.neg().lanewise(FMA, positive0, above0);
                FloatVector input1 =
                        FloatVector.fromMemorySegment(SPECIES, x, xOffset + (long) (i + LANES) * Float.BYTES, ORDER);
                FloatVector positive1 =
                        FloatVector.fromMemorySegment(SPECIES, t, tOffset + (long) (i + LANES) * Float.BYTES, ORDER);
                // exp(-|input|) = 2^n (1 + fraction).
                FloatVector a1 = input1.reinterpretAsInts().or(SIGN_BITS).reinterpretAsFloats();
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
                // 0 where the sign is set.
                IntVector inputs1 = input1.reinterpretAsInts();
                FloatVector above1 = inputs1.lanewise(AND_NOT, inputs1.lanewise(ASHR, SIGN_SHIFT))
                        .reinterpretAsFloats();
                FloatVector linear1 = input1.neg().lanewise(FMA, positive1, above1);
                FloatVector pair = e0.lanewise(FMA, e1, e0.add(e1));
                FloatVector product = FloatVector.fromArray(SPECIES, products, at);
                FloatVector sum = FloatVector.fromArray(SPECIES, linear, at);
                pair.lanewise(FMA, product, pair.add(product)).intoArray(products, at);
                linear0.add(linear1).add(sum).intoArray(linear, at);
                at += LANES;
            }
        }
    }
}
