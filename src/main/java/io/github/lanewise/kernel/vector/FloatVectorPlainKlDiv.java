// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.scalar.FloatConstants.EXPONENT_MASK;
import static io.github.lanewise.kernel.scalar.FloatConstants.FRACTION_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.INFINITY_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.INTEGER_MAGIC;
import static io.github.lanewise.kernel.scalar.FloatConstants.INTEGER_MAGIC_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.LEAST_NORMAL_BITS;
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
import static io.github.lanewise.kernel.scalar.FloatConstants.MAGNITUDE_MASK;
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Kullback-Leibler divergence of ordinary numbers to a target that is a probability, with nothing but the loss: the steps of
 * {@link FloatVectorKlDiv}, and so its bits, less those for subnormal and zero targets, infinities and NaN.
 */
final class FloatVectorPlainKlDiv {
    private FloatVectorPlainKlDiv() {}

    /**
     * Losses of whole registers up to the first strip that holds a target that is not a normal positive number, or an input
     * that is not finite.
     *
     * @return the number of elements that are done
     */
    static int klDiv(float[] x, int xOffset, float[] t, int tOffset, int n, float[] loss, int lossOffset) {
        IntVector most = IntVector.broadcast(INT_SPECIES, INFINITY_BITS - 1);
        int end;
        for (int start = 0; start < n; start = end) {
            end = Math.min(n, start + FloatStrip.LENGTH);
            // A number out of range has the sign bit in a difference.
            IntVector outside = IntVector.zero(INT_SPECIES);
            for (int i = start; i < end; i += LENGTH) {
                IntVector inputBits =
                        FloatVector.fromArray(SPECIES, x, xOffset + i).reinterpretAsInts();
                IntVector targetBits =
                        FloatVector.fromArray(SPECIES, t, tOffset + i).reinterpretAsInts();
                outside = targetBits
                        .sub(LEAST_NORMAL_BITS)
                        .or(most.sub(targetBits))
                        .or(most.sub(inputBits.and(MAGNITUDE_MASK)))
                        .or(outside);
            }
            if (outside.compare(LT, 0).anyTrue()) {
                return start;
            }
            for (int i = start; i < end; i += LENGTH) {
                FloatVector target = FloatVector.fromArray(SPECIES, t, tOffset + i);
                IntVector exponentField =
                        target.reinterpretAsInts().sub(LOG_MANTISSA_FLOOR_BITS).and(EXPONENT_MASK);
                FloatVector exponent = exponentField
                        .lanewise(ASHR, FRACTION_BITS)
                        .add(INTEGER_MAGIC_BITS)
                        .reinterpretAsFloats()
                        .sub(INTEGER_MAGIC);
                FloatVector f = target.reinterpretAsInts()
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
                FloatVector difference =
                        high.sub(FloatVector.fromArray(SPECIES, x, xOffset + i)).add(low);
                target.mul(difference).intoArray(loss, lossOffset + i);
            }
        }
        return n;
    }
}
