// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.scalar.FloatConstants.CANONICAL_NAN;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_C7;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_MIN_INPUT_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_ROUND_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPM1_TINY;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPONENT_MASK;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C2;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_MAX_INPUT_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_MIN_INPUT_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_ROUND_SHIFT;
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
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_SUBNORMAL_EXPONENT;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG_SUBNORMAL_SCALE;
import static io.github.lanewise.kernel.scalar.FloatConstants.TWO_BITS;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.MIN;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.UMIN;

import io.github.lanewise.kernel.scalar.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link FloatMath} over arrays, a vector at a time: the operations of the scalar twin in the twin's order, so the
 * twin's bits. Where the twin branches, a kernel computes the ordinary path on all lanes and blends the exceptions over
 * it. The reasons for each step, the ranges and the error bounds stand in the twin; change both or none.
 *
 * <p>Nothing is checked here and nothing allocated. {@code out} may be {@code x} itself at the same offset; any other
 * overlap is not allowed.
 *
 * <p>The shape of the code follows the node budget of the compiler (NodeCountInliningCutoff), which some 40 vector
 * operations use up. From there on it still inlines the Vector API, but no other method, and a method left out of line
 * gets its vectors boxed. So
 * <ul>
 *   <li>whole vectors and the rest of the array under a mask go through one and the same body;
 *   <li>long bodies have no helper methods, and the body of exp, which other kernels share, is one method without any;
 *   <li>the kernels are too long to be inlined themselves, so that several of them never share one budget in a hot
 *       caller.
 * </ul>
 */
public final class FloatVectorElementwise {
    // For native memory also: x, out

    private FloatVectorElementwise() {}

    /**
     * out[outOffset + i] = exp(x[xOffset + i]) for i in [0, n).
     *
     * @param x the inputs
     * @param xOffset index of the first input
     * @param n number of elements
     * @param out the results
     * @param outOffset index of the first result
     * @see FloatMath#exp
     */
    public static void exp(float[] x, int xOffset, int n, float[] out, int outOffset) {
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector input = whole
                    ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                    : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
            // As integers, without the rules of floats for NaN and zeros.
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
            FloatVector low = FloatVector.broadcast(SPECIES, 1f).sub(high).add(rHigh);
            low = exponent.lanewise(FMA, -LN2_LOW, low);
            low = q.lanewise(FMA, r.mul(r), low);
            FloatVector mantissa = high.add(low);

            IntVector bits = shifted.reinterpretAsInts();
            IntVector half = bits.lanewise(ASHR, 1);
            FloatVector firstScale = half.lanewise(LSHL, FRACTION_BITS).reinterpretAsFloats();
            FloatVector secondScale =
                    bits.sub(half).lanewise(LSHL, FRACTION_BITS).reinterpretAsFloats();
            FloatVector result =
                    mantissa.mul(firstScale).mul(secondScale).blend(CANONICAL_NAN, input.compare(NE, input));
            if (whole) {
                result.intoArray(out, outOffset + i);
            } else {
                result.intoArray(out, outOffset + i, rest);
            }
        }
    }

    /**
     * out[outOffset + i] = expm1(x[xOffset + i]) for i in [0, n).
     *
     * @param x the inputs
     * @param xOffset index of the first input
     * @param n number of elements
     * @param out the results
     * @param outOffset index of the first result
     * @see FloatMath#expm1
     */
    public static void expm1(float[] x, int xOffset, int n, float[] out, int outOffset) {
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector input = whole
                    ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                    : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
            FloatVector clamped =
                    input.reinterpretAsInts().lanewise(MIN, EXP_MAX_INPUT_BITS).reinterpretAsFloats();
            clamped = clamped.reinterpretAsInts()
                    .lanewise(UMIN, EXPM1_MIN_INPUT_BITS)
                    .reinterpretAsFloats();

            FloatVector shifted = clamped.lanewise(FMA, LOG2_E, EXPM1_ROUND_SHIFT);
            FloatVector exponent = shifted.sub(EXPM1_ROUND_SHIFT);
            FloatVector rHigh = exponent.lanewise(FMA, -LN2_HIGH, clamped);
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
            FloatVector offsetLow = scale.sub(offset).sub(0.5f);
            FloatVector sum = scale.lanewise(FMA, high, offset);
            FloatVector tail = scale.lanewise(FMA, high, offset.sub(sum)).add(offsetLow);
            tail = scale.lanewise(FMA, low, tail);
            FloatVector result = sum.add(tail).mul(2f);

            result = result.blend(input, input.abs().lt(EXPM1_TINY));
            result = result.blend(CANONICAL_NAN, input.compare(NE, input));
            if (whole) {
                result.intoArray(out, outOffset + i);
            } else {
                result.intoArray(out, outOffset + i, rest);
            }
        }
    }

    /**
     * out[outOffset + i] = log(x[xOffset + i]) for i in [0, n).
     *
     * @param x the inputs
     * @param xOffset index of the first input
     * @param n number of elements
     * @param out the results
     * @param outOffset index of the first result
     * @see FloatMath#log
     */
    public static void log(float[] x, int xOffset, int n, float[] out, int outOffset) {
        logOfSum(0f, x, xOffset, n, out, outOffset);
    }

    /**
     * out[outOffset + i] = log1p(x[xOffset + i]) for i in [0, n).
     *
     * @param x the inputs
     * @param xOffset index of the first input
     * @param n number of elements
     * @param out the results
     * @param outOffset index of the first result
     * @see FloatMath#log1p
     */
    public static void log1p(float[] x, int xOffset, int n, float[] out, int outOffset) {
        logOfSum(1f, x, xOffset, n, out, outOffset);
    }

    /**
     * log(base + x), where base is 0 for log and 1 for log1p. With base 0 the steps that only log1p needs change
     * nothing: x + 0 is x, and 0 * 2^-e - 1 is -1.
     */
    private static void logOfSum(float base, float[] x, int xOffset, int n, float[] out, int outOffset) {
        // Only log has subnormal arguments; for log1p this bound is -1, below which every lane becomes NaN anyway.
        float leastNormal = Float.MIN_NORMAL - base;
        float halfBase = 0.5f * base;
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector input = whole
                    ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                    : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
            VectorMask<Float> subnormal = input.lt(leastNormal);
            FloatVector argument = input.blend(input.mul(LOG_SUBNORMAL_SCALE), subnormal);
            IntVector exponentField = argument.add(base)
                    .reinterpretAsInts()
                    .sub(LOG_MANTISSA_FLOOR_BITS)
                    .and(EXPONENT_MASK);
            FloatVector exponent = exponentField
                    .lanewise(ASHR, FRACTION_BITS)
                    .add(INTEGER_MAGIC_BITS)
                    .reinterpretAsFloats()
                    .sub(INTEGER_MAGIC);
            exponent = exponent.blend(exponent.add(LOG_SUBNORMAL_EXPONENT), subnormal);

            FloatVector scaledX =
                    argument.reinterpretAsInts().sub(exponentField).reinterpretAsFloats();
            FloatVector twiceScale = IntVector.broadcast(FloatSpecies.INT_SPECIES, TWO_BITS)
                    .sub(exponentField)
                    .reinterpretAsFloats();
            FloatVector f = twiceScale.lanewise(FMA, halfBase, -1f).add(scaledX);

            FloatVector q = f.lanewise(FMA, LOG_C10, LOG_C9);
            q = q.lanewise(FMA, f, LOG_C8);
            q = q.lanewise(FMA, f, LOG_C7);
            q = q.lanewise(FMA, f, LOG_C6);
            q = q.lanewise(FMA, f, LOG_C5);
            q = q.lanewise(FMA, f, LOG_C4);
            q = q.lanewise(FMA, f, LOG_C3);

            FloatVector negatedHalfF = f.mul(-0.5f);
            FloatVector high = negatedHalfF.lanewise(FMA, f, exponent.lanewise(FMA, LN2_HIGH, f));
            FloatVector highLessExponent = exponent.lanewise(FMA, -LN2_HIGH, high);
            FloatVector low = negatedHalfF.lanewise(FMA, f, f.sub(highLessExponent));
            low = f.mul(f).mul(q).lanewise(FMA, f, low);
            low = exponent.lanewise(FMA, LN2_LOW, low);
            FloatVector result = high.add(low);

            // Later lines win: a zero answers itself in log1p but -infinity in log.
            result = result.blend(Float.POSITIVE_INFINITY, input.eq(Float.POSITIVE_INFINITY));
            result = result.blend(input, input.eq(0f));
            result = result.blend(Float.NEGATIVE_INFINITY, input.eq(-base));
            // Lanes below -base and NaN fail the comparison and keep the NaN.
            result = FloatVector.broadcast(SPECIES, CANONICAL_NAN).blend(result, input.compare(GE, -base));
            if (whole) {
                result.intoArray(out, outOffset + i);
            } else {
                result.intoArray(out, outOffset + i, rest);
            }
        }
    }
}
