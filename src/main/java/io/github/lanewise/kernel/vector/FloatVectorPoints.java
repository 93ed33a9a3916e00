// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

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
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * The product of a number and a logarithm, its derivatives, and linear combinations over a row, a register at a time, with the
 * steps of {@link io.github.lanewise.kernel.scalar.FloatScalarPoints}.
 */
final class FloatVectorPoints {
    private FloatVectorPoints() {}

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#combine}. */
    static void combine(
            float[] x,
            int xOffset,
            float alpha,
            float[] y,
            int yOffset,
            float beta,
            int n,
            float[] out,
            int outOffset) {
        FloatVector alphas = FloatVector.broadcast(SPECIES, alpha);
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector first = whole
                    ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                    : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
            FloatVector second = whole
                    ? FloatVector.fromArray(SPECIES, y, yOffset + i)
                    : FloatVector.fromArray(SPECIES, y, yOffset + i, rest);
            FloatVector result = first.lanewise(FMA, alphas, second.mul(beta));
            result = result.blend(CANONICAL_NAN, result.compare(NE, result));
            if (whole) {
                result.intoArray(out, outOffset + i);
            } else {
                result.intoArray(out, outOffset + i, rest);
            }
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#xlogy}. */
    static void xlogy(float[] x, int xOffset, float[] y, int yOffset, int n, float[] out, int outOffset) {
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector factor = whole
                    ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                    : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
            FloatVector input = whole
                    ? FloatVector.fromArray(SPECIES, y, yOffset + i)
                    : FloatVector.fromArray(SPECIES, y, yOffset + i, rest);

            VectorMask<Float> subnormal = input.compare(LT, Float.MIN_NORMAL);
            IntVector argument =
                    input.blend(input.mul(LOG_SUBNORMAL_SCALE), subnormal).reinterpretAsInts();
            IntVector exponentField = argument.sub(LOG_MANTISSA_FLOOR_BITS).and(EXPONENT_MASK);
            FloatVector exponent = exponentField
                    .lanewise(ASHR, FRACTION_BITS)
                    .add(INTEGER_MAGIC_BITS)
                    .reinterpretAsFloats()
                    .sub(INTEGER_MAGIC);
            exponent = exponent.blend(exponent.add(LOG_SUBNORMAL_EXPONENT), subnormal);
            FloatVector f = argument.sub(exponentField).reinterpretAsFloats().sub(1f);
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
            FloatVector result = factor.mul(log);
            result = result.blend(0f, factor.compare(EQ, 0f).and(input.compare(EQ, input)));
            result = result.blend(CANONICAL_NAN, result.compare(NE, result));
            if (whole) {
                result.intoArray(out, outOffset + i);
            } else {
                result.intoArray(out, outOffset + i, rest);
            }
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#xlogyBackward}. */
    static void xlogyBackward(
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            float[] g,
            int gOffset,
            int n,
            float @Nullable [] gradX,
            int gradXOffset,
            float @Nullable [] gradY,
            int gradYOffset) {
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        for (int i = 0; i < n; i += LENGTH) {
            boolean whole = i <= n - LENGTH;
            FloatVector factor = whole
                    ? FloatVector.fromArray(SPECIES, x, xOffset + i)
                    : FloatVector.fromArray(SPECIES, x, xOffset + i, rest);
            FloatVector input = whole
                    ? FloatVector.fromArray(SPECIES, y, yOffset + i)
                    : FloatVector.fromArray(SPECIES, y, yOffset + i, rest);
            FloatVector upstream = whole
                    ? FloatVector.fromArray(SPECIES, g, gOffset + i)
                    : FloatVector.fromArray(SPECIES, g, gOffset + i, rest);
            if (gradX != null) {

                VectorMask<Float> subnormal = input.compare(LT, Float.MIN_NORMAL);
                IntVector argument =
                        input.blend(input.mul(LOG_SUBNORMAL_SCALE), subnormal).reinterpretAsInts();
                IntVector exponentField = argument.sub(LOG_MANTISSA_FLOOR_BITS).and(EXPONENT_MASK);
                FloatVector exponent = exponentField
                        .lanewise(ASHR, FRACTION_BITS)
                        .add(INTEGER_MAGIC_BITS)
                        .reinterpretAsFloats()
                        .sub(INTEGER_MAGIC);
                exponent = exponent.blend(exponent.add(LOG_SUBNORMAL_EXPONENT), subnormal);
                FloatVector f =
                        argument.sub(exponentField).reinterpretAsFloats().sub(1f);
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
                FloatVector slope = upstream.mul(log);
                slope = slope.blend(0f, factor.compare(EQ, 0f).and(input.compare(LE, 0f)));
                slope = slope.blend(0f, upstream.compare(EQ, 0f).and(input.compare(EQ, input)));
                slope = slope.blend(CANONICAL_NAN, slope.compare(NE, slope));
                if (whole) {
                    slope.intoArray(gradX, gradXOffset + i);
                } else {
                    slope.intoArray(gradX, gradXOffset + i, rest);
                }
            }
            if (gradY != null) {
                FloatVector slope = upstream.mul(factor).div(input);
                slope = slope.blend(CANONICAL_NAN, slope.compare(NE, slope));
                if (whole) {
                    slope.intoArray(gradY, gradYOffset + i);
                } else {
                    slope.intoArray(gradY, gradYOffset + i, rest);
                }
            }
        }
    }
}
