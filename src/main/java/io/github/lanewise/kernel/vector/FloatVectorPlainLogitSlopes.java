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
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static io.github.lanewise.kernel.vector.FloatVectorLogitSums.TWO_ROWS;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Terms and derivatives of binary cross entropies of logits that are neither large nor special: the bits of {@link FloatVectorLogitSums}
 * in a tenth fewer operations. Exponentials and sigmoids are not scaled, which only very small ones need. The exponential is formed with the
 * sign that the sigmoid's reciprocal takes it with, and the linear part with the sign in which its parts come; both are turned where there is
 * one for two rows. Of two registers at a time C2 mixes the steps, and has registers for all of them.
 */
final class FloatVectorPlainLogitSlopes {
    private FloatVectorPlainLogitSlopes() {}

    /**
     * Products less 1, sums of linear parts and derivatives of two rows at a time, whole ones.
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
            float[] terms) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector minusOne = FloatVector.broadcast(SPECIES, -1f);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        // The largest magnitude, with a sign.
        IntVector far = IntVector.broadcast(INT_SPECIES, SIGN_BITS);
        for (int sweep = 0; sweep < LANES; sweep += LENGTH) {
            int at = sweep;
            for (int i = sweep; i < n; i += TWO_ROWS) {
                FloatVector input0 = FloatVector.fromArray(SPECIES, x, xOffset + i);
                FloatVector positive0 = FloatVector.fromArray(SPECIES, t, tOffset + i);
                FloatVector input1 = FloatVector.fromArray(SPECIES, x, xOffset + i + LANES);
                FloatVector positive1 = FloatVector.fromArray(SPECIES, t, tOffset + i + LANES);
                // exp(-|input|) = 2^n (1 + fraction); power is -2^n.
                IntVector bits0 = input0.reinterpretAsInts();
                IntVector negated0 = bits0.or(SIGN_BITS);
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
                // smaller - t, or (1 - t) - smaller without a sign; -smaller is at hand.
                FloatVector sign0 = bits0.and(SIGN_BITS).or(ONE_BITS).reinterpretAsFloats();
                FloatVector side0 = sign0.lanewise(FMA, 0.5f, 0.5f).sub(positive0);
                FloatVector slope0 = smaller0.lanewise(FMA, sign0, side0).mul(scales);
                // t x - max(x, 0), and -e.
                FloatVector e0 = power0.lanewise(FMA, fraction0, power0);
                FloatVector less0 = a0.sub(input0).mul(0.5f);
                FloatVector linear0 = input0.lanewise(FMA, positive0, less0);
                // exp(-|input|) = 2^n (1 + fraction); power is -2^n.
                IntVector bits1 = input1.reinterpretAsInts();
                IntVector negated1 = bits1.or(SIGN_BITS);
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
                // smaller - t, or (1 - t) - smaller without a sign; -smaller is at hand.
                FloatVector sign1 = bits1.and(SIGN_BITS).or(ONE_BITS).reinterpretAsFloats();
                FloatVector side1 = sign1.lanewise(FMA, 0.5f, 0.5f).sub(positive1);
                FloatVector slope1 = smaller1.lanewise(FMA, sign1, side1).mul(scales);
                // t x - max(x, 0), and -e.
                FloatVector e1 = power1.lanewise(FMA, fraction1, power1);
                FloatVector less1 = a1.sub(input1).mul(0.5f);
                FloatVector linear1 = input1.lanewise(FMA, positive1, less1);
                slope0.intoArray(gradX, gradXOffset + i);
                slope1.intoArray(gradX, gradXOffset + i + LANES);
                e0.lanewise(FMA, e1, e0.add(e1).neg()).intoArray(terms, at);
                linear0.add(linear1).neg().intoArray(terms, at + LANES);
                at += 2 * LANES;
            }
        }
        return !far.compare(GE, SIGN_BITS | SIGMOID_PLAIN_LIMIT_BITS).anyTrue();
    }
}
