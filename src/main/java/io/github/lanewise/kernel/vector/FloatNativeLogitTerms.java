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
 * with a walk for the products and one for the linear parts. Both in one, with the checks of eight accesses to segments, are more than
 * C2 makes one compilation of.
 */
final class FloatNativeLogitTerms {
    /** Bytes of a row, added to a place by itself: of a counter and a constant together C2 does not hoist the check. */
    private static final long ROW = (long) LANES * Float.BYTES;

    private FloatNativeLogitTerms() {}

    /**
     * Products of 1 + e, less 1, of four rows at a time.
     *
     * @param n number of elements of all rows, whole fours
     */
    static void products(MemorySegment x, long xOffset, int n, float[] products) {
        x = NativeMemory.known(x);
        for (int sweep = 0; sweep < LANES; sweep += LENGTH) {
            int at = sweep;
            for (int i = sweep; i < n; i += FOUR_ROWS) {
                FloatVector input0 = FloatVector.fromMemorySegment(SPECIES, x, xOffset + (long) i * Float.BYTES, ORDER);
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
                FloatVector input1 =
                        FloatVector.fromMemorySegment(SPECIES, x, xOffset + (long) i * Float.BYTES + ROW, ORDER);
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
                FloatVector input2 =
                        FloatVector.fromMemorySegment(SPECIES, x, xOffset + (long) i * Float.BYTES + 2 * ROW, ORDER);
                // exp(-|input|) = 2^n (1 + fraction).
                FloatVector a2 = input2.reinterpretAsInts().or(SIGN_BITS).reinterpretAsFloats();
                a2 = a2.reinterpretAsInts().lanewise(UMIN, NO_EXP_INPUT_BITS).reinterpretAsFloats();
                FloatVector shifted2 = a2.lanewise(FMA, LOG2_E, SIGMOID_ROUND_SHIFT);
                FloatVector exponent2 = shifted2.sub(SIGMOID_ROUND_SHIFT);
                FloatVector r2 = exponent2.lanewise(FMA, -LN2_HIGH, a2);
                r2 = exponent2.lanewise(FMA, -LN2_LOW, r2);
                FloatVector q2 = r2.lanewise(FMA, EXP_C6, EXP_C5);
                q2 = q2.lanewise(FMA, r2, EXP_C4);
                q2 = q2.lanewise(FMA, r2, EXP_C3);
                q2 = q2.lanewise(FMA, r2, EXP_C2);
                FloatVector fraction2 = r2.mul(r2).lanewise(FMA, q2, r2);
                FloatVector small2 = shifted2.reinterpretAsInts()
                        .lanewise(LSHL, FRACTION_BITS)
                        .reinterpretAsFloats()
                        .mul(SIGMOID_UNSCALE);
                FloatVector e2 = small2.lanewise(FMA, fraction2, small2);
                FloatVector input3 =
                        FloatVector.fromMemorySegment(SPECIES, x, xOffset + (long) i * Float.BYTES + 3 * ROW, ORDER);
                // exp(-|input|) = 2^n (1 + fraction).
                FloatVector a3 = input3.reinterpretAsInts().or(SIGN_BITS).reinterpretAsFloats();
                a3 = a3.reinterpretAsInts().lanewise(UMIN, NO_EXP_INPUT_BITS).reinterpretAsFloats();
                FloatVector shifted3 = a3.lanewise(FMA, LOG2_E, SIGMOID_ROUND_SHIFT);
                FloatVector exponent3 = shifted3.sub(SIGMOID_ROUND_SHIFT);
                FloatVector r3 = exponent3.lanewise(FMA, -LN2_HIGH, a3);
                r3 = exponent3.lanewise(FMA, -LN2_LOW, r3);
                FloatVector q3 = r3.lanewise(FMA, EXP_C6, EXP_C5);
                q3 = q3.lanewise(FMA, r3, EXP_C4);
                q3 = q3.lanewise(FMA, r3, EXP_C3);
                q3 = q3.lanewise(FMA, r3, EXP_C2);
                FloatVector fraction3 = r3.mul(r3).lanewise(FMA, q3, r3);
                FloatVector small3 = shifted3.reinterpretAsInts()
                        .lanewise(LSHL, FRACTION_BITS)
                        .reinterpretAsFloats()
                        .mul(SIGMOID_UNSCALE);
                FloatVector e3 = small3.lanewise(FMA, fraction3, small3);
                e0 = e0.lanewise(FMA, e1, e0.add(e1));
                e2 = e2.lanewise(FMA, e3, e2.add(e3));
                e0.lanewise(FMA, e2, e0.add(e2)).intoArray(products, at);
                at += LANES;
            }
        }
    }

    /**
     * Sums of linear parts of four rows at a time.
     *
     * @param n number of elements of all rows, whole fours
     */
    static void linear(MemorySegment x, long xOffset, MemorySegment t, long tOffset, int n, float[] linear) {
        x = NativeMemory.known(x);
        t = NativeMemory.known(t);
        for (int sweep = 0; sweep < LANES; sweep += LENGTH) {
            int at = sweep;
            for (int i = sweep; i < n; i += FOUR_ROWS) {
                FloatVector input0 = FloatVector.fromMemorySegment(SPECIES, x, xOffset + (long) i * Float.BYTES, ORDER);
                FloatVector positive0 =
                        FloatVector.fromMemorySegment(SPECIES, t, tOffset + (long) i * Float.BYTES, ORDER);
                // 0 where the sign is set.
                IntVector inputs0 = input0.reinterpretAsInts();
                FloatVector above0 = inputs0.lanewise(AND_NOT, inputs0.lanewise(ASHR, SIGN_SHIFT))
                        .reinterpretAsFloats();
                FloatVector linear0 = input0.neg().lanewise(FMA, positive0, above0);
                FloatVector input1 =
                        FloatVector.fromMemorySegment(SPECIES, x, xOffset + (long) i * Float.BYTES + ROW, ORDER);
                FloatVector positive1 =
                        FloatVector.fromMemorySegment(SPECIES, t, tOffset + (long) i * Float.BYTES + ROW, ORDER);
                // 0 where the sign is set.
                IntVector inputs1 = input1.reinterpretAsInts();
                FloatVector above1 = inputs1.lanewise(AND_NOT, inputs1.lanewise(ASHR, SIGN_SHIFT))
                        .reinterpretAsFloats();
                FloatVector linear1 = input1.neg().lanewise(FMA, positive1, above1);
                FloatVector input2 =
                        FloatVector.fromMemorySegment(SPECIES, x, xOffset + (long) i * Float.BYTES + 2 * ROW, ORDER);
                FloatVector positive2 =
                        FloatVector.fromMemorySegment(SPECIES, t, tOffset + (long) i * Float.BYTES + 2 * ROW, ORDER);
                // 0 where the sign is set.
                IntVector inputs2 = input2.reinterpretAsInts();
                FloatVector above2 = inputs2.lanewise(AND_NOT, inputs2.lanewise(ASHR, SIGN_SHIFT))
                        .reinterpretAsFloats();
                FloatVector linear2 = input2.neg().lanewise(FMA, positive2, above2);
                FloatVector input3 =
                        FloatVector.fromMemorySegment(SPECIES, x, xOffset + (long) i * Float.BYTES + 3 * ROW, ORDER);
                FloatVector positive3 =
                        FloatVector.fromMemorySegment(SPECIES, t, tOffset + (long) i * Float.BYTES + 3 * ROW, ORDER);
                // 0 where the sign is set.
                IntVector inputs3 = input3.reinterpretAsInts();
                FloatVector above3 = inputs3.lanewise(AND_NOT, inputs3.lanewise(ASHR, SIGN_SHIFT))
                        .reinterpretAsFloats();
                FloatVector linear3 = input3.neg().lanewise(FMA, positive3, above3);
                linear0.add(linear1).add(linear2.add(linear3)).intoArray(linear, at);
                at += LANES;
            }
        }
    }
}
