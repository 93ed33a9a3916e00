// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.scalar.FloatConstants.BCE_PLAIN_LEAST_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.BELOW_ONE_BITS;
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
import static io.github.lanewise.kernel.scalar.FloatConstants.ONE_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGN_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.TWO_BITS;
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Binary cross entropy of probabilities whose logarithms are ordinary numbers above the floor, with nothing but the loss: the
 * steps of {@link FloatVectorBce}, and so its bits, less those for what does not occur. Comparisons and blends are a third
 * of that kernel.
 */
final class FloatVectorPlainBce {
    // For native memory also: x, t

    private FloatVectorPlainBce() {}

    /** Whether all elements of whole registers are in [0, 1]. */
    static boolean areProbabilities(float[] x, int xOffset, int n) {
        IntVector outside = IntVector.zero(INT_SPECIES);
        IntVector one = IntVector.broadcast(INT_SPECIES, ONE_BITS);
        for (int i = 0; i < n; i += LENGTH) {
            // Adding 0 turns -0 into +0.
            IntVector value =
                    FloatVector.fromArray(SPECIES, x, xOffset + i).add(0f).reinterpretAsInts();
            outside = value.or(one.sub(value)).or(outside);
        }
        return !outside.compare(LT, 0).anyTrue();
    }

    /**
     * Losses of whole registers up to the first strip that holds a target outside [0, 1], or an input that is not below 1
     * and far enough above 0.
     *
     * @return the number of elements that are done
     */
    static int bce(float[] x, int xOffset, float[] t, int tOffset, int n, float[] loss, int lossOffset) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        IntVector mostBits = IntVector.broadcast(INT_SPECIES, BELOW_ONE_BITS);
        IntVector oneBits = IntVector.broadcast(INT_SPECIES, ONE_BITS);
        int end;
        for (int start = 0; start < n; start = end) {
            end = Math.min(n, start + FloatStrip.LENGTH);
            // A number out of range has the sign bit in one of the two differences.
            IntVector outside = IntVector.zero(INT_SPECIES);
            for (int i = start; i < end; i += LENGTH) {
                IntVector inputBits =
                        FloatVector.fromArray(SPECIES, x, xOffset + i).reinterpretAsInts();
                IntVector targetBits =
                        FloatVector.fromArray(SPECIES, t, tOffset + i).reinterpretAsInts();
                outside = inputBits
                        .sub(BCE_PLAIN_LEAST_BITS)
                        .or(mostBits.sub(inputBits))
                        .or(targetBits)
                        .or(oneBits.sub(targetBits))
                        .or(outside);
            }
            if (outside.compare(LT, 0).anyTrue()) {
                return start;
            }
            for (int i = start; i < end; i += LENGTH) {
                FloatVector input = FloatVector.fromArray(SPECIES, x, xOffset + i);
                FloatVector target = FloatVector.fromArray(SPECIES, t, tOffset + i);

                IntVector exponentField =
                        input.reinterpretAsInts().sub(LOG_MANTISSA_FLOOR_BITS).and(EXPONENT_MASK);
                FloatVector exponent = exponentField
                        .lanewise(ASHR, FRACTION_BITS)
                        .add(INTEGER_MAGIC_BITS)
                        .reinterpretAsFloats()
                        .sub(INTEGER_MAGIC);
                FloatVector f = input.reinterpretAsInts()
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

                // log1p(-x), the exponent taken from the rounded 1 - x.
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

                target.neg()
                        .lanewise(FMA, log, target.sub(1f).mul(logOther))
                        .add(0f)
                        .intoArray(loss, lossOffset + i);
            }
        }
        return n;
    }
}
