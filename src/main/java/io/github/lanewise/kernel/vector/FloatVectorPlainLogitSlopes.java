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
import static io.github.lanewise.kernel.scalar.FloatConstants.ONE_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_NEGATED_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_PLAIN_LIMIT_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_SHIFT;
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static io.github.lanewise.kernel.vector.FloatVectorLogitSums.FOUR_ROWS;
import static jdk.incubator.vector.VectorOperators.AND_NOT;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Terms and derivatives of binary cross entropies of logits that are neither large nor special: the bits of {@link FloatVectorLogitSums}
 * in a tenth fewer operations. Exponentials and sigmoids are not scaled, which only very small ones need. The exponential is formed with the
 * sign that the sigmoid's reciprocal takes it with, and the linear part with the sign in which its parts come; both are turned where there is
 * one for four rows.
 */
final class FloatVectorPlainLogitSlopes {
    private FloatVectorPlainLogitSlopes() {}

    /**
     * Products less 1, sums of linear parts and derivatives of four rows at a time, whole ones.
     *
     * @return whether all logits are near enough to zero; if not, what was written is of no worth
     */
    static boolean termsAndSlopes(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            int n,
            float scale,
            float[] gradX,
            int gradXOffset,
            float[] products,
            float[] linear) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector minusOne = FloatVector.broadcast(SPECIES, -1f);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        IntVector oneBits = IntVector.broadcast(INT_SPECIES, ONE_BITS);
        // The largest magnitude, with a sign.
        IntVector far = IntVector.broadcast(INT_SPECIES, SIGN_BITS);
        for (int sweep = 0; sweep < LANES; sweep += LENGTH) {
            int at = sweep;
            for (int i = sweep; i < n; i += FOUR_ROWS) {
                FloatVector input0 = FloatVector.fromArray(SPECIES, x, xOffset + i);
                FloatVector positive0 = FloatVector.fromArray(SPECIES, t, tOffset + i);
                FloatVector input1 = FloatVector.fromArray(SPECIES, x, xOffset + i + LANES);
                FloatVector positive1 = FloatVector.fromArray(SPECIES, t, tOffset + i + LANES);
                // exp(-|input|) = 2^n (1 + fraction); power is -2^n.
                IntVector negated0 = input0.reinterpretAsInts().or(SIGN_BITS);
                far = negated0.max(far);
                FloatVector a0 = negated0.reinterpretAsFloats();
                FloatVector shifted0 = a0.lanewise(FMA, LOG2_E, SIGMOID_NEGATED_SHIFT);
                FloatVector exponent0 = shifted0.sub(SIGMOID_NEGATED_SHIFT);
                FloatVector r0 = exponent0.lanewise(FMA, -LN2_HIGH, a0);
                r0 = exponent0.lanewise(FMA, -LN2_LOW, r0);
                FloatVector q0 = r0.lanewise(FMA, EXP_C6, EXP_C5);
                q0 = q0.lanewise(FMA, r0, EXP_C4);
                q0 = q0.lanewise(FMA, r0, EXP_C3);
                q0 = q0.lanewise(FMA, r0, EXP_C2);
                FloatVector fraction0 = r0.mul(r0).lanewise(FMA, q0, r0);
                FloatVector power0 = shifted0.reinterpretAsInts()
                        .lanewise(LSHL, FRACTION_BITS)
                        .reinterpretAsFloats();
                // The reciprocal of 1 + e, whose terms have a sign too many, and what it lacks.
                FloatVector m0 = fraction0.add(1f);
                FloatVector inverse0 = minusOne.div(power0.lanewise(FMA, m0, minusOne));
                FloatVector minus0 = inverse0.mul(power0);
                FloatVector correction0 =
                        minus0.lanewise(FMA, fraction0, one.sub(inverse0).add(minus0));
                FloatVector smaller0 = correction0.lanewise(FMA, m0, fraction0).lanewise(FMA, minus0, minus0);
                // All bits set where the input has a sign. smaller - t, or (1 - t) - smaller without a sign; -smaller
                // is at hand.
                IntVector below0 = input0.reinterpretAsInts().lanewise(ASHR, SIGN_SHIFT);
                FloatVector side0 =
                        oneBits.lanewise(AND_NOT, below0).reinterpretAsFloats().sub(positive0);
                FloatVector slope0 = smaller0.reinterpretAsInts()
                        .lanewise(XOR, input0.reinterpretAsInts().and(SIGN_BITS))
                        .reinterpretAsFloats()
                        .add(side0)
                        .mul(scales);
                // t x - max(x, 0), and -e.
                FloatVector e0 = power0.lanewise(FMA, fraction0, power0);
                FloatVector less0 = negated0.lanewise(AND_NOT, below0).reinterpretAsFloats();
                FloatVector linear0 = input0.lanewise(FMA, positive0, less0);
                // exp(-|input|) = 2^n (1 + fraction); power is -2^n.
                IntVector negated1 = input1.reinterpretAsInts().or(SIGN_BITS);
                far = negated1.max(far);
                FloatVector a1 = negated1.reinterpretAsFloats();
                FloatVector shifted1 = a1.lanewise(FMA, LOG2_E, SIGMOID_NEGATED_SHIFT);
                FloatVector exponent1 = shifted1.sub(SIGMOID_NEGATED_SHIFT);
                FloatVector r1 = exponent1.lanewise(FMA, -LN2_HIGH, a1);
                r1 = exponent1.lanewise(FMA, -LN2_LOW, r1);
                FloatVector q1 = r1.lanewise(FMA, EXP_C6, EXP_C5);
                q1 = q1.lanewise(FMA, r1, EXP_C4);
                q1 = q1.lanewise(FMA, r1, EXP_C3);
                q1 = q1.lanewise(FMA, r1, EXP_C2);
                FloatVector fraction1 = r1.mul(r1).lanewise(FMA, q1, r1);
                FloatVector power1 = shifted1.reinterpretAsInts()
                        .lanewise(LSHL, FRACTION_BITS)
                        .reinterpretAsFloats();
                // The reciprocal of 1 + e, whose terms have a sign too many, and what it lacks.
                FloatVector m1 = fraction1.add(1f);
                FloatVector inverse1 = minusOne.div(power1.lanewise(FMA, m1, minusOne));
                FloatVector minus1 = inverse1.mul(power1);
                FloatVector correction1 =
                        minus1.lanewise(FMA, fraction1, one.sub(inverse1).add(minus1));
                FloatVector smaller1 = correction1.lanewise(FMA, m1, fraction1).lanewise(FMA, minus1, minus1);
                // All bits set where the input has a sign. smaller - t, or (1 - t) - smaller without a sign; -smaller
                // is at hand.
                IntVector below1 = input1.reinterpretAsInts().lanewise(ASHR, SIGN_SHIFT);
                FloatVector side1 =
                        oneBits.lanewise(AND_NOT, below1).reinterpretAsFloats().sub(positive1);
                FloatVector slope1 = smaller1.reinterpretAsInts()
                        .lanewise(XOR, input1.reinterpretAsInts().and(SIGN_BITS))
                        .reinterpretAsFloats()
                        .add(side1)
                        .mul(scales);
                // t x - max(x, 0), and -e.
                FloatVector e1 = power1.lanewise(FMA, fraction1, power1);
                FloatVector less1 = negated1.lanewise(AND_NOT, below1).reinterpretAsFloats();
                FloatVector linear1 = input1.lanewise(FMA, positive1, less1);
                slope0.intoArray(gradX, gradXOffset + i);
                slope1.intoArray(gradX, gradXOffset + i + LANES);

                // C2 moves no load across a store. So of two registers at a time it mixes the steps, and has registers
                // for all of them.
                FloatVector input2 = FloatVector.fromArray(SPECIES, x, xOffset + i + 2 * LANES);
                FloatVector positive2 = FloatVector.fromArray(SPECIES, t, tOffset + i + 2 * LANES);
                FloatVector input3 = FloatVector.fromArray(SPECIES, x, xOffset + i + 3 * LANES);
                FloatVector positive3 = FloatVector.fromArray(SPECIES, t, tOffset + i + 3 * LANES);
                // exp(-|input|) = 2^n (1 + fraction); power is -2^n.
                IntVector negated2 = input2.reinterpretAsInts().or(SIGN_BITS);
                far = negated2.max(far);
                FloatVector a2 = negated2.reinterpretAsFloats();
                FloatVector shifted2 = a2.lanewise(FMA, LOG2_E, SIGMOID_NEGATED_SHIFT);
                FloatVector exponent2 = shifted2.sub(SIGMOID_NEGATED_SHIFT);
                FloatVector r2 = exponent2.lanewise(FMA, -LN2_HIGH, a2);
                r2 = exponent2.lanewise(FMA, -LN2_LOW, r2);
                FloatVector q2 = r2.lanewise(FMA, EXP_C6, EXP_C5);
                q2 = q2.lanewise(FMA, r2, EXP_C4);
                q2 = q2.lanewise(FMA, r2, EXP_C3);
                q2 = q2.lanewise(FMA, r2, EXP_C2);
                FloatVector fraction2 = r2.mul(r2).lanewise(FMA, q2, r2);
                FloatVector power2 = shifted2.reinterpretAsInts()
                        .lanewise(LSHL, FRACTION_BITS)
                        .reinterpretAsFloats();
                // The reciprocal of 1 + e, whose terms have a sign too many, and what it lacks.
                FloatVector m2 = fraction2.add(1f);
                FloatVector inverse2 = minusOne.div(power2.lanewise(FMA, m2, minusOne));
                FloatVector minus2 = inverse2.mul(power2);
                FloatVector correction2 =
                        minus2.lanewise(FMA, fraction2, one.sub(inverse2).add(minus2));
                FloatVector smaller2 = correction2.lanewise(FMA, m2, fraction2).lanewise(FMA, minus2, minus2);
                // All bits set where the input has a sign. smaller - t, or (1 - t) - smaller without a sign; -smaller
                // is at hand.
                IntVector below2 = input2.reinterpretAsInts().lanewise(ASHR, SIGN_SHIFT);
                FloatVector side2 =
                        oneBits.lanewise(AND_NOT, below2).reinterpretAsFloats().sub(positive2);
                FloatVector slope2 = smaller2.reinterpretAsInts()
                        .lanewise(XOR, input2.reinterpretAsInts().and(SIGN_BITS))
                        .reinterpretAsFloats()
                        .add(side2)
                        .mul(scales);
                // t x - max(x, 0), and -e.
                FloatVector e2 = power2.lanewise(FMA, fraction2, power2);
                FloatVector less2 = negated2.lanewise(AND_NOT, below2).reinterpretAsFloats();
                FloatVector linear2 = input2.lanewise(FMA, positive2, less2);
                // exp(-|input|) = 2^n (1 + fraction); power is -2^n.
                IntVector negated3 = input3.reinterpretAsInts().or(SIGN_BITS);
                far = negated3.max(far);
                FloatVector a3 = negated3.reinterpretAsFloats();
                FloatVector shifted3 = a3.lanewise(FMA, LOG2_E, SIGMOID_NEGATED_SHIFT);
                FloatVector exponent3 = shifted3.sub(SIGMOID_NEGATED_SHIFT);
                FloatVector r3 = exponent3.lanewise(FMA, -LN2_HIGH, a3);
                r3 = exponent3.lanewise(FMA, -LN2_LOW, r3);
                FloatVector q3 = r3.lanewise(FMA, EXP_C6, EXP_C5);
                q3 = q3.lanewise(FMA, r3, EXP_C4);
                q3 = q3.lanewise(FMA, r3, EXP_C3);
                q3 = q3.lanewise(FMA, r3, EXP_C2);
                FloatVector fraction3 = r3.mul(r3).lanewise(FMA, q3, r3);
                FloatVector power3 = shifted3.reinterpretAsInts()
                        .lanewise(LSHL, FRACTION_BITS)
                        .reinterpretAsFloats();
                // The reciprocal of 1 + e, whose terms have a sign too many, and what it lacks.
                FloatVector m3 = fraction3.add(1f);
                FloatVector inverse3 = minusOne.div(power3.lanewise(FMA, m3, minusOne));
                FloatVector minus3 = inverse3.mul(power3);
                FloatVector correction3 =
                        minus3.lanewise(FMA, fraction3, one.sub(inverse3).add(minus3));
                FloatVector smaller3 = correction3.lanewise(FMA, m3, fraction3).lanewise(FMA, minus3, minus3);
                // All bits set where the input has a sign. smaller - t, or (1 - t) - smaller without a sign; -smaller
                // is at hand.
                IntVector below3 = input3.reinterpretAsInts().lanewise(ASHR, SIGN_SHIFT);
                FloatVector side3 =
                        oneBits.lanewise(AND_NOT, below3).reinterpretAsFloats().sub(positive3);
                FloatVector slope3 = smaller3.reinterpretAsInts()
                        .lanewise(XOR, input3.reinterpretAsInts().and(SIGN_BITS))
                        .reinterpretAsFloats()
                        .add(side3)
                        .mul(scales);
                // t x - max(x, 0), and -e.
                FloatVector e3 = power3.lanewise(FMA, fraction3, power3);
                FloatVector less3 = negated3.lanewise(AND_NOT, below3).reinterpretAsFloats();
                FloatVector linear3 = input3.lanewise(FMA, positive3, less3);
                slope2.intoArray(gradX, gradXOffset + i + 2 * LANES);
                slope3.intoArray(gradX, gradXOffset + i + 3 * LANES);

                e0 = e0.lanewise(FMA, e1, e0.neg().sub(e1));
                e2 = e2.lanewise(FMA, e3, e2.neg().sub(e3));
                e0.lanewise(FMA, e2, e0.add(e2)).intoArray(products, at);
                linear0.add(linear1).add(linear2.add(linear3)).neg().intoArray(linear, at);
                at += LANES;
            }
        }
        return !far.compare(GE, SIGN_BITS | SIGMOID_PLAIN_LIMIT_BITS).anyTrue();
    }
}
