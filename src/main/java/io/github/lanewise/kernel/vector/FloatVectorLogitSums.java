// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatLanes.LANES;
import static io.github.lanewise.kernel.FloatLogitGroups.GROUP;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPONENT_MASK;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C2;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.FRACTION_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.INTEGER_MAGIC;
import static io.github.lanewise.kernel.scalar.FloatConstants.INTEGER_MAGIC_BITS;
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
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_MANTISSA_FLOOR_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.NO_EXP_INPUT;
import static io.github.lanewise.kernel.scalar.FloatConstants.NO_EXP_INPUT_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.ONE_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_ROUND_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_UNSCALE;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.TWO_BITS;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEIGHBOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_FOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_PAIR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWAP_HALVES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWEEPS;
import static io.github.lanewise.kernel.vector.FloatLaneFold.WIDE;
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.AND_NOT;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.UMIN;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import org.jspecify.annotations.Nullable;

/**
 * The sum of binary cross entropies of logits in the order of {@link io.github.lanewise.kernel.FloatLogitGroups}, with the
 * steps of the scalar twin's {@code FloatLogitSums}. A strip is walked once for the exponentials and the linear parts, of
 * which four rows become one, and once for the logarithms, of which there are few. No step looks for special values: an infinity or a NaN
 * makes the linear part, and with it the sum, one as well. Where derivatives are wanted, the first walk is {@link
 * FloatVectorPlainLogitSlopes}; a strip that is not for that is walked once more, and those after it are not tried.
 */
final class FloatVectorLogitSums {
    /** Elements of four rows. */
    static final int FOUR_ROWS = 4 * LANES;

    private FloatVectorLogitSums() {}

    /**
     * The sum of n losses, at most a chunk of them, or NaN if it is not finite. If there is a place for them, the derivatives
     * with respect to x, which are of no worth if the sum is not finite.
     */
    static double sum(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            int n,
            float scale,
            float @Nullable [] gradX,
            int gradXOffset,
            FloatLogitStrip strip) {
        float[] products = strip.products;
        float[] linear = strip.linear;
        Arrays.fill(strip.lanes, 0f);
        boolean plain = true;
        for (int start = 0; start < n; start += FloatLogitStrip.LENGTH) {
            int length = Math.min(n - start, FloatLogitStrip.LENGTH);
            int whole = length / FOUR_ROWS * FOUR_ROWS;
            int xAt = xOffset + start;
            int tAt = tOffset + start;
            int filled = whole / 4;
            if (gradX == null) {
                terms(x, xAt, t, tAt, whole, products, linear, 0);
            } else {
                plain = plain
                        && FloatVectorPlainLogitSlopes.termsAndSlopes(
                                x, xAt, t, tAt, whole, scale, gradX, gradXOffset + start, products, linear);
                if (!plain) {
                    termsAndSlopes(x, xAt, t, tAt, whole, scale, gradX, gradXOffset + start, products, linear, 0);
                }
            }
            if (whole < length) {
                int rest = length - whole;
                float[] pad = strip.pad;
                // Elements that add nothing.
                Arrays.fill(pad, 0, FOUR_ROWS, NO_EXP_INPUT);
                Arrays.fill(pad, FOUR_ROWS, 2 * FOUR_ROWS, 0f);
                System.arraycopy(x, xAt + whole, pad, 0, rest);
                System.arraycopy(t, tAt + whole, pad, FOUR_ROWS, rest);
                if (gradX == null) {
                    terms(pad, 0, pad, FOUR_ROWS, FOUR_ROWS, products, linear, filled);
                } else {
                    termsAndSlopes(
                            pad, 0, pad, FOUR_ROWS, FOUR_ROWS, scale, pad, 2 * FOUR_ROWS, products, linear, filled);
                    System.arraycopy(pad, 2 * FOUR_ROWS, gradX, gradXOffset + start + whole, rest);
                }
                filled += LANES;
            }
            int end = Math.ceilDiv(length, GROUP) * (GROUP / 4);
            Arrays.fill(products, filled, end, 0f);
            Arrays.fill(linear, filled, end, 0f);
            groups(products, linear, end, strip.lanes);
        }
        double sum = fold(strip.lanes);
        return Double.isFinite(sum) ? sum : Double.NaN;
    }

    /** Products less 1 and sums of linear parts of four rows at a time, whole ones, one after the other from an index on. */
    private static void terms(
            float[] x, int xOffset, float[] t, int tOffset, int n, float[] products, float[] linear, int to) {
        for (int sweep = 0; sweep < LANES; sweep += LENGTH) {
            int at = to + sweep;
            for (int i = sweep; i < n; i += FOUR_ROWS) {
                FloatVector input0 = FloatVector.fromArray(SPECIES, x, xOffset + i);
                FloatVector positive0 = FloatVector.fromArray(SPECIES, t, tOffset + i);
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
                // As integers, numbers below 0 are below 0.
                FloatVector above0 = input0.reinterpretAsInts().max(0).reinterpretAsFloats();
                FloatVector linear0 = input0.neg().lanewise(FMA, positive0, above0);
                FloatVector input1 = FloatVector.fromArray(SPECIES, x, xOffset + i + LANES);
                FloatVector positive1 = FloatVector.fromArray(SPECIES, t, tOffset + i + LANES);
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
                // As integers, numbers below 0 are below 0.
                FloatVector above1 = input1.reinterpretAsInts().max(0).reinterpretAsFloats();
                FloatVector linear1 = input1.neg().lanewise(FMA, positive1, above1);
                FloatVector input2 = FloatVector.fromArray(SPECIES, x, xOffset + i + 2 * LANES);
                FloatVector positive2 = FloatVector.fromArray(SPECIES, t, tOffset + i + 2 * LANES);
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
                // As integers, numbers below 0 are below 0.
                FloatVector above2 = input2.reinterpretAsInts().max(0).reinterpretAsFloats();
                FloatVector linear2 = input2.neg().lanewise(FMA, positive2, above2);
                FloatVector input3 = FloatVector.fromArray(SPECIES, x, xOffset + i + 3 * LANES);
                FloatVector positive3 = FloatVector.fromArray(SPECIES, t, tOffset + i + 3 * LANES);
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
                // As integers, numbers below 0 are below 0.
                FloatVector above3 = input3.reinterpretAsInts().max(0).reinterpretAsFloats();
                FloatVector linear3 = input3.neg().lanewise(FMA, positive3, above3);
                e0 = e0.lanewise(FMA, e1, e0.add(e1));
                e2 = e2.lanewise(FMA, e3, e2.add(e3));
                e0.lanewise(FMA, e2, e0.add(e2)).intoArray(products, at);
                linear0.add(linear1).add(linear2.add(linear3)).intoArray(linear, at);
                at += LANES;
            }
        }
    }

    /** The same with the derivatives of the elements. */
    private static void termsAndSlopes(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            int n,
            float scale,
            float[] gradX,
            int gradXOffset,
            float[] products,
            float[] linear,
            int to) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector top = FloatVector.broadcast(SPECIES, 1f / SIGMOID_UNSCALE);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        IntVector signBits = IntVector.broadcast(INT_SPECIES, SIGN_BITS);
        IntVector oneBits = IntVector.broadcast(INT_SPECIES, ONE_BITS);
        for (int sweep = 0; sweep < LANES; sweep += LENGTH) {
            int at = to + sweep;
            for (int i = sweep; i < n; i += FOUR_ROWS) {
                FloatVector input0 = FloatVector.fromArray(SPECIES, x, xOffset + i);
                FloatVector positive0 = FloatVector.fromArray(SPECIES, t, tOffset + i);
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
                FloatVector power0 = shifted0.reinterpretAsInts()
                        .lanewise(LSHL, FRACTION_BITS)
                        .reinterpretAsFloats();
                FloatVector small0 = power0.mul(SIGMOID_UNSCALE);
                // The reciprocal of 1 + e, formed at 2^64 times its terms, and what it lacks.
                FloatVector m0 = fraction0.add(1f);
                FloatVector inverse0 = top.div(power0.lanewise(FMA, m0, top));
                FloatVector scaled0 = inverse0.mul(power0);
                FloatVector minus0 = scaled0.mul(-SIGMOID_UNSCALE);
                FloatVector correction0 =
                        minus0.lanewise(FMA, fraction0, one.sub(inverse0).add(minus0));
                FloatVector smaller0 = correction0
                        .lanewise(FMA, m0, fraction0)
                        .lanewise(FMA, scaled0, scaled0)
                        .mul(SIGMOID_UNSCALE);
                // All bits set where the input has a sign. smaller - t, or (1 - t) - smaller without a sign.
                IntVector below0 = input0.reinterpretAsInts().lanewise(ASHR, SIGN_SHIFT);
                FloatVector side0 =
                        oneBits.lanewise(AND_NOT, below0).reinterpretAsFloats().sub(positive0);
                smaller0.reinterpretAsInts()
                        .lanewise(XOR, signBits.lanewise(AND_NOT, below0))
                        .reinterpretAsFloats()
                        .add(side0)
                        .mul(scales)
                        .intoArray(gradX, gradXOffset + i);
                FloatVector e0 = small0.lanewise(FMA, fraction0, small0);
                // As integers, numbers below 0 are below 0.
                FloatVector above0 = input0.reinterpretAsInts().max(0).reinterpretAsFloats();
                FloatVector linear0 = input0.neg().lanewise(FMA, positive0, above0);
                FloatVector input1 = FloatVector.fromArray(SPECIES, x, xOffset + i + LANES);
                FloatVector positive1 = FloatVector.fromArray(SPECIES, t, tOffset + i + LANES);
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
                FloatVector power1 = shifted1.reinterpretAsInts()
                        .lanewise(LSHL, FRACTION_BITS)
                        .reinterpretAsFloats();
                FloatVector small1 = power1.mul(SIGMOID_UNSCALE);
                // The reciprocal of 1 + e, formed at 2^64 times its terms, and what it lacks.
                FloatVector m1 = fraction1.add(1f);
                FloatVector inverse1 = top.div(power1.lanewise(FMA, m1, top));
                FloatVector scaled1 = inverse1.mul(power1);
                FloatVector minus1 = scaled1.mul(-SIGMOID_UNSCALE);
                FloatVector correction1 =
                        minus1.lanewise(FMA, fraction1, one.sub(inverse1).add(minus1));
                FloatVector smaller1 = correction1
                        .lanewise(FMA, m1, fraction1)
                        .lanewise(FMA, scaled1, scaled1)
                        .mul(SIGMOID_UNSCALE);
                // All bits set where the input has a sign. smaller - t, or (1 - t) - smaller without a sign.
                IntVector below1 = input1.reinterpretAsInts().lanewise(ASHR, SIGN_SHIFT);
                FloatVector side1 =
                        oneBits.lanewise(AND_NOT, below1).reinterpretAsFloats().sub(positive1);
                smaller1.reinterpretAsInts()
                        .lanewise(XOR, signBits.lanewise(AND_NOT, below1))
                        .reinterpretAsFloats()
                        .add(side1)
                        .mul(scales)
                        .intoArray(gradX, gradXOffset + i + LANES);
                FloatVector e1 = small1.lanewise(FMA, fraction1, small1);
                // As integers, numbers below 0 are below 0.
                FloatVector above1 = input1.reinterpretAsInts().max(0).reinterpretAsFloats();
                FloatVector linear1 = input1.neg().lanewise(FMA, positive1, above1);
                FloatVector input2 = FloatVector.fromArray(SPECIES, x, xOffset + i + 2 * LANES);
                FloatVector positive2 = FloatVector.fromArray(SPECIES, t, tOffset + i + 2 * LANES);
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
                FloatVector power2 = shifted2.reinterpretAsInts()
                        .lanewise(LSHL, FRACTION_BITS)
                        .reinterpretAsFloats();
                FloatVector small2 = power2.mul(SIGMOID_UNSCALE);
                // The reciprocal of 1 + e, formed at 2^64 times its terms, and what it lacks.
                FloatVector m2 = fraction2.add(1f);
                FloatVector inverse2 = top.div(power2.lanewise(FMA, m2, top));
                FloatVector scaled2 = inverse2.mul(power2);
                FloatVector minus2 = scaled2.mul(-SIGMOID_UNSCALE);
                FloatVector correction2 =
                        minus2.lanewise(FMA, fraction2, one.sub(inverse2).add(minus2));
                FloatVector smaller2 = correction2
                        .lanewise(FMA, m2, fraction2)
                        .lanewise(FMA, scaled2, scaled2)
                        .mul(SIGMOID_UNSCALE);
                // All bits set where the input has a sign. smaller - t, or (1 - t) - smaller without a sign.
                IntVector below2 = input2.reinterpretAsInts().lanewise(ASHR, SIGN_SHIFT);
                FloatVector side2 =
                        oneBits.lanewise(AND_NOT, below2).reinterpretAsFloats().sub(positive2);
                smaller2.reinterpretAsInts()
                        .lanewise(XOR, signBits.lanewise(AND_NOT, below2))
                        .reinterpretAsFloats()
                        .add(side2)
                        .mul(scales)
                        .intoArray(gradX, gradXOffset + i + 2 * LANES);
                FloatVector e2 = small2.lanewise(FMA, fraction2, small2);
                // As integers, numbers below 0 are below 0.
                FloatVector above2 = input2.reinterpretAsInts().max(0).reinterpretAsFloats();
                FloatVector linear2 = input2.neg().lanewise(FMA, positive2, above2);
                FloatVector input3 = FloatVector.fromArray(SPECIES, x, xOffset + i + 3 * LANES);
                FloatVector positive3 = FloatVector.fromArray(SPECIES, t, tOffset + i + 3 * LANES);
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
                FloatVector power3 = shifted3.reinterpretAsInts()
                        .lanewise(LSHL, FRACTION_BITS)
                        .reinterpretAsFloats();
                FloatVector small3 = power3.mul(SIGMOID_UNSCALE);
                // The reciprocal of 1 + e, formed at 2^64 times its terms, and what it lacks.
                FloatVector m3 = fraction3.add(1f);
                FloatVector inverse3 = top.div(power3.lanewise(FMA, m3, top));
                FloatVector scaled3 = inverse3.mul(power3);
                FloatVector minus3 = scaled3.mul(-SIGMOID_UNSCALE);
                FloatVector correction3 =
                        minus3.lanewise(FMA, fraction3, one.sub(inverse3).add(minus3));
                FloatVector smaller3 = correction3
                        .lanewise(FMA, m3, fraction3)
                        .lanewise(FMA, scaled3, scaled3)
                        .mul(SIGMOID_UNSCALE);
                // All bits set where the input has a sign. smaller - t, or (1 - t) - smaller without a sign.
                IntVector below3 = input3.reinterpretAsInts().lanewise(ASHR, SIGN_SHIFT);
                FloatVector side3 =
                        oneBits.lanewise(AND_NOT, below3).reinterpretAsFloats().sub(positive3);
                smaller3.reinterpretAsInts()
                        .lanewise(XOR, signBits.lanewise(AND_NOT, below3))
                        .reinterpretAsFloats()
                        .add(side3)
                        .mul(scales)
                        .intoArray(gradX, gradXOffset + i + 3 * LANES);
                FloatVector e3 = small3.lanewise(FMA, fraction3, small3);
                // As integers, numbers below 0 are below 0.
                FloatVector above3 = input3.reinterpretAsInts().max(0).reinterpretAsFloats();
                FloatVector linear3 = input3.neg().lanewise(FMA, positive3, above3);
                e0 = e0.lanewise(FMA, e1, e0.add(e1));
                e2 = e2.lanewise(FMA, e3, e2.add(e3));
                e0.lanewise(FMA, e2, e0.add(e2)).intoArray(products, at);
                linear0.add(linear1).add(linear2.add(linear3)).intoArray(linear, at);
                at += LANES;
            }
        }
    }

    /** Adds the shares of whole groups to the lanes' sums. */
    private static void groups(float[] products, float[] linear, int n, float[] lanes) {
        IntVector twoBits = IntVector.broadcast(INT_SPECIES, TWO_BITS);
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            int lane = sweep * LENGTH;
            FloatVector sum = FloatVector.fromArray(SPECIES, lanes, lane);
            FloatVector carry = FloatVector.fromArray(SPECIES, lanes, LANES + lane);
            for (int i = lane; i < n; i += GROUP / 4) {
                FloatVector e0 = FloatVector.fromArray(SPECIES, products, i);
                FloatVector e4 = FloatVector.fromArray(SPECIES, products, i + LANES);
                FloatVector product = e0.lanewise(FMA, e4, e0.add(e4));

                // log1p, as FloatMath.
                IntVector exponentField = product.add(1f)
                        .reinterpretAsInts()
                        .sub(LOG_MANTISSA_FLOOR_BITS)
                        .and(EXPONENT_MASK);
                FloatVector exponent = exponentField
                        .lanewise(ASHR, FRACTION_BITS)
                        .add(INTEGER_MAGIC_BITS)
                        .reinterpretAsFloats()
                        .sub(INTEGER_MAGIC);
                FloatVector scaled =
                        product.reinterpretAsInts().sub(exponentField).reinterpretAsFloats();
                FloatVector f = twoBits.sub(exponentField)
                        .reinterpretAsFloats()
                        .lanewise(FMA, 0.5f, -1f)
                        .add(scaled);
                FloatVector p = f.lanewise(FMA, LOG_C10, LOG_C9);
                p = p.lanewise(FMA, f, LOG_C8);
                p = p.lanewise(FMA, f, LOG_C7);
                p = p.lanewise(FMA, f, LOG_C6);
                p = p.lanewise(FMA, f, LOG_C5);
                p = p.lanewise(FMA, f, LOG_C4);
                p = p.lanewise(FMA, f, LOG_C3);
                FloatVector negatedHalf = f.mul(-0.5f);
                FloatVector high = negatedHalf.lanewise(FMA, f, exponent.lanewise(FMA, LN2_HIGH, f));
                FloatVector highLess = exponent.lanewise(FMA, -LN2_HIGH, high);
                FloatVector low = negatedHalf.lanewise(FMA, f, f.sub(highLess));
                low = f.mul(f).mul(p).lanewise(FMA, f, low);
                low = exponent.lanewise(FMA, LN2_LOW, low);

                FloatVector linear0 = FloatVector.fromArray(SPECIES, linear, i);
                FloatVector linear4 = FloatVector.fromArray(SPECIES, linear, i + LANES);
                FloatVector share = linear0.add(linear4).add(high.add(low));
                FloatVector next = share.add(sum);
                carry = share.sub(next.sub(sum)).add(carry);
                sum = next;
            }
            sum.intoArray(lanes, lane);
            carry.intoArray(lanes, LANES + lane);
        }
    }

    /** The lanes' sums as one number. */
    private static double fold(float[] state) {
        double part0 = 0.0;
        double part1 = 0.0;
        double part2 = 0.0;
        double part3 = 0.0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            FloatVector sum = FloatVector.fromArray(SPECIES, state, sweep * LENGTH);
            FloatVector carry = FloatVector.fromArray(SPECIES, state, LANES + sweep * LENGTH);
            DoubleVector left = ((DoubleVector) sum.convertShape(F2D, WIDE, 0)).add(carry.convertShape(F2D, WIDE, 0));
            DoubleVector right = ((DoubleVector) sum.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0))
                    .add(carry.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0));
            if (LENGTH >= 8) {
                left = left.add(left.rearrange(NEIGHBOUR));
                right = right.add(right.rearrange(NEIGHBOUR));
                left = left.add(left.rearrange(NEXT_PAIR));
                right = right.add(right.rearrange(NEXT_PAIR));
            }
            if (LENGTH >= 16) {
                left = left.add(left.rearrange(NEXT_FOUR));
                right = right.add(right.rearrange(NEXT_FOUR));
            }
            double part = LENGTH > 4
                    ? left.lane(0) + right.lane(0)
                    : (left.lane(0) + left.lane(1)) + (right.lane(0) + right.lane(1));
            switch (sweep) {
                case 0 -> part0 = part;
                case 1 -> part1 = part;
                case 2 -> part2 = part;
                default -> part3 = part;
            }
        }
        return (part0 + part1) + (part2 + part3);
    }
}
