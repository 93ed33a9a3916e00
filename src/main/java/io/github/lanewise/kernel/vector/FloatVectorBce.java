// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.scalar.FloatConstants.BCE_GRADIENT_FLOOR;
import static io.github.lanewise.kernel.scalar.FloatConstants.BCE_LOG_FLOOR;
import static io.github.lanewise.kernel.scalar.FloatConstants.CANONICAL_NAN;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXPONENT_MASK;
import static io.github.lanewise.kernel.scalar.FloatConstants.FRACTION_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.INTEGER_MAGIC;
import static io.github.lanewise.kernel.scalar.FloatConstants.INTEGER_MAGIC_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_HIGH;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_LOW;
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
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.TWO_BITS;
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Binary cross entropy of probabilities, a register at a time, with the steps of the scalar twin's
 * {@code FloatLossMath}. What is not asked for is not computed: the branches depend on the call, not on the element.
 */
final class FloatVectorBce {
    // For native memory also: x, t, gradX

    private FloatVectorBce() {}

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#bce}. */
    static void bce(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            float @Nullable [] w,
            int wOffset,
            int n,
            boolean exact,
            float @Nullable [] g,
            int gOffset,
            float scale,
            float @Nullable [] loss,
            int lossOffset,
            float @Nullable [] gradX,
            int gradXOffset,
            float @Nullable [] gradT,
            int gradTOffset) {
        // What only one of the two modes does is done in both, with numbers that change nothing in the other: a branch
        // between two vectors makes C2 box one of them.
        float floor = exact ? Float.NEGATIVE_INFINITY : BCE_LOG_FLOOR;
        float emptyTarget = exact ? 0f : Float.NaN;
        float fullTarget = exact ? 1f : Float.NaN;
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector input = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector target = FloatVector.fromArray(SPECIES, t, tOffset + i);
            FloatVector weight = one;
            if (w != null) {
                weight = FloatVector.fromArray(SPECIES, w, wOffset + i);
            }
            FloatVector factor = scales;
            if (g != null) {
                factor = factor.mul(FloatVector.fromArray(SPECIES, g, gOffset + i));
            }
            factor = factor.mul(weight);
            if (loss != null || gradT != null) {

                VectorMask<Float> subnormal = input.compare(LT, Float.MIN_NORMAL);
                FloatVector argument = input.blend(input.mul(LOG_SUBNORMAL_SCALE), subnormal);
                IntVector exponentField = argument.reinterpretAsInts()
                        .sub(LOG_MANTISSA_FLOOR_BITS)
                        .and(EXPONENT_MASK);
                FloatVector exponent = exponentField
                        .lanewise(ASHR, FRACTION_BITS)
                        .add(INTEGER_MAGIC_BITS)
                        .reinterpretAsFloats()
                        .sub(INTEGER_MAGIC);
                exponent = exponent.blend(exponent.add(LOG_SUBNORMAL_EXPONENT), subnormal);
                FloatVector f = argument.reinterpretAsInts()
                        .sub(exponentField)
                        .reinterpretAsFloats()
                        .sub(1f);
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
                FloatVector log = high.add(low);
                log = log.blend(Float.POSITIVE_INFINITY, input.compare(EQ, Float.POSITIVE_INFINITY));
                log = log.blend(Float.NEGATIVE_INFINITY, input.compare(EQ, 0f));
                log = FloatVector.broadcast(SPECIES, CANONICAL_NAN).blend(log, input.compare(GE, 0f));

                // log1p(-x), the exponent taken from the rounded 1 - x.
                FloatVector negated = input.neg();
                IntVector exponentFieldOther = one.sub(input)
                        .reinterpretAsInts()
                        .sub(LOG_MANTISSA_FLOOR_BITS)
                        .and(EXPONENT_MASK);
                FloatVector exponentOther = exponentFieldOther
                        .lanewise(ASHR, FRACTION_BITS)
                        .add(INTEGER_MAGIC_BITS)
                        .reinterpretAsFloats()
                        .sub(INTEGER_MAGIC);
                FloatVector scaledX = input.reinterpretAsInts()
                        .lanewise(XOR, SIGN_BITS)
                        .sub(exponentFieldOther)
                        .reinterpretAsFloats();
                FloatVector fOther = IntVector.broadcast(INT_SPECIES, TWO_BITS)
                        .sub(exponentFieldOther)
                        .reinterpretAsFloats()
                        .lanewise(FMA, 0.5f, -1f)
                        .add(scaledX);
                FloatVector pOther = fOther.lanewise(FMA, LOG_C10, LOG_C9);
                pOther = pOther.lanewise(FMA, fOther, LOG_C8);
                pOther = pOther.lanewise(FMA, fOther, LOG_C7);
                pOther = pOther.lanewise(FMA, fOther, LOG_C6);
                pOther = pOther.lanewise(FMA, fOther, LOG_C5);
                pOther = pOther.lanewise(FMA, fOther, LOG_C4);
                pOther = pOther.lanewise(FMA, fOther, LOG_C3);
                FloatVector negatedHalfOther = fOther.mul(-0.5f);
                FloatVector highOther =
                        negatedHalfOther.lanewise(FMA, fOther, exponentOther.lanewise(FMA, LN2_HIGH, fOther));
                FloatVector highLessOther = exponentOther.lanewise(FMA, -LN2_HIGH, highOther);
                FloatVector lowOther = negatedHalfOther.lanewise(FMA, fOther, fOther.sub(highLessOther));
                lowOther = fOther.mul(fOther).mul(pOther).lanewise(FMA, fOther, lowOther);
                lowOther = exponentOther.lanewise(FMA, LN2_LOW, lowOther);
                FloatVector logOther = highOther.add(lowOther);
                logOther = logOther.blend(Float.POSITIVE_INFINITY, negated.compare(EQ, Float.POSITIVE_INFINITY));
                logOther = logOther.blend(negated, input.compare(EQ, 0f));
                logOther = logOther.blend(Float.NEGATIVE_INFINITY, input.compare(EQ, 1f));
                logOther = FloatVector.broadcast(SPECIES, CANONICAL_NAN).blend(logOther, input.compare(LE, 1f));

                log = log.blend(floor, log.compare(LT, floor));
                logOther = logOther.blend(floor, logOther.compare(LT, floor));
                // Computed whether asked for or not: within the branch C2 boxes one of the logarithms.
                FloatVector slopeT = logOther.sub(log).mul(factor);
                slopeT = slopeT.blend(CANONICAL_NAN, slopeT.compare(NE, slopeT));
                if (gradT != null) {
                    slopeT.intoArray(gradT, gradTOffset + i);
                }
                if (loss != null) {
                    FloatVector ownLog = log.blend(0f, target.compare(EQ, emptyTarget));
                    FloatVector otherLog = logOther.blend(0f, target.compare(EQ, fullTarget));
                    FloatVector value =
                            target.neg().lanewise(FMA, ownLog, target.sub(1f).mul(otherLog));
                    value = value.add(0f).mul(weight);
                    value = value.blend(CANONICAL_NAN, value.compare(NE, value));
                    value.intoArray(loss, lossOffset + i);
                }
            }
            if (gradX != null) {
                FloatVector other = one.sub(input);
                FloatVector divisor = other.mul(input);
                FloatVector difference = input.sub(target);
                if (!exact) {
                    divisor = divisor.blend(BCE_GRADIENT_FLOOR, divisor.compare(LT, BCE_GRADIENT_FLOOR));
                }
                FloatVector slope = difference.div(divisor);
                if (exact) {
                    slope = slope.blend(
                            other.sub(input), divisor.compare(EQ, 0f).and(difference.compare(EQ, 0f)));
                }
                slope = slope.mul(factor);
                slope = slope.blend(CANONICAL_NAN, slope.compare(NE, slope));
                slope.intoArray(gradX, gradXOffset + i);
            }
        }
    }
}
