// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C2;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C3;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C4;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C5;
import static io.github.lanewise.kernel.scalar.FloatConstants.EXP_C6;
import static io.github.lanewise.kernel.scalar.FloatConstants.FRACTION_BITS;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_HIGH;
import static io.github.lanewise.kernel.scalar.FloatConstants.LN2_LOW;
import static io.github.lanewise.kernel.scalar.FloatConstants.LOG2_E;
import static io.github.lanewise.kernel.scalar.FloatConstants.MAGNITUDE_MASK;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_NEGATED_SHIFT;
import static io.github.lanewise.kernel.scalar.FloatConstants.SIGMOID_PLAIN_LIMIT_BITS;
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The sigmoid of numbers that are neither large nor special: the bits of {@link FloatVectorSigmoid}, less its steps for the others. There
 * are two stages, the fractions t of {@code exp(-x) = 2^n (1 + t)} and the reciprocals, and one walk does the second for a strip and the
 * first for the next strip: in one stage every register's steps wait for each other all the way, and in two walks the dividers rest during
 * the first. A strip is looked through before any of its results is written.
 */
final class FloatVectorPlainSigmoid {
    /** Elements of a strip: two of them share a {@link FloatStrip}. */
    private static final int STRIP = FloatStrip.LENGTH / 2;

    /** Elements of the shortest row: what is done in one stage as fast. */
    private static final int LEAST = 3 * STRIP;

    private FloatVectorPlainSigmoid() {}

    /**
     * Sigmoids of whole registers up to the first strip that holds a number too far from zero; none of a row so short that two stages do not
     * pay.
     *
     * @return the number of elements that are done
     */
    static int sigmoid(float[] x, int xOffset, int n, float[] out, int outOffset) {
        if (n < LEAST) {
            return 0;
        }
        float[] fractions = FloatStrip.borrow();
        int done = 0;
        int half = 0;
        int length = Math.min(n, STRIP);
        boolean plain = fractions(x, xOffset, length, fractions, half);
        while (plain && length > 0) {
            int next = Math.min(n - done - length, STRIP);
            int other = STRIP - half;
            if (next == STRIP) {
                plain = both(x, xOffset + done, fractions, half, out, outOffset + done);
            } else {
                reciprocals(x, xOffset + done, length, fractions, half, out, outOffset + done);
                plain = fractions(x, xOffset + done + length, next, fractions, other);
            }
            done += length;
            length = next;
            half = other;
        }
        FloatStrip.giveBack(fractions);
        return done;
    }

    /** The first stage; tells whether all numbers are near enough to zero. */
    private static boolean fractions(float[] x, int xOffset, int n, float[] to, int toOffset) {
        IntVector far = IntVector.zero(INT_SPECIES);
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector next = FloatVector.fromArray(SPECIES, x, xOffset + i);
            far = next.reinterpretAsInts().and(MAGNITUDE_MASK).max(far);
            FloatVector a = next.neg();
            FloatVector shifted = a.lanewise(FMA, LOG2_E, SIGMOID_NEGATED_SHIFT);
            FloatVector exponent = shifted.sub(SIGMOID_NEGATED_SHIFT);
            FloatVector r = exponent.lanewise(FMA, -LN2_HIGH, a);
            r = exponent.lanewise(FMA, -LN2_LOW, r);
            FloatVector q = r.lanewise(FMA, EXP_C6, EXP_C5);
            q = q.lanewise(FMA, r, EXP_C4);
            q = q.lanewise(FMA, r, EXP_C3);
            q = q.lanewise(FMA, r, EXP_C2);
            FloatVector fraction = r.mul(r).lanewise(FMA, q, r);
            fraction.intoArray(to, toOffset + i);
        }
        return !far.compare(GE, SIGMOID_PLAIN_LIMIT_BITS).anyTrue();
    }

    /** The second stage. */
    private static void reciprocals(
            float[] x, int xOffset, int n, float[] fractions, int fractionsOffset, float[] out, int outOffset) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector minusOne = FloatVector.broadcast(SPECIES, -1f);
        for (int i = 0; i < n; i += LENGTH) {
            FloatVector t = FloatVector.fromArray(SPECIES, fractions, fractionsOffset + i);
            FloatVector input = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector power = input.lanewise(FMA, -LOG2_E, SIGMOID_NEGATED_SHIFT)
                    .reinterpretAsInts()
                    .lanewise(LSHL, FRACTION_BITS)
                    .reinterpretAsFloats();
            FloatVector divisor = power.lanewise(FMA, t.add(1f), minusOne);
            FloatVector lost = power.lanewise(FMA, t, minusOne.sub(divisor.sub(power)));
            FloatVector quotient = minusOne.div(divisor);
            FloatVector remainder = divisor.lanewise(FMA, quotient, one);
            remainder = lost.lanewise(FMA, quotient, remainder);
            FloatVector result = remainder.lanewise(FMA, quotient, quotient);
            result.intoArray(out, outOffset + i);
        }
    }

    /** The second stage of a whole strip and the first of the next. */
    private static boolean both(
            float[] x, int xOffset, float[] fractions, int fractionsOffset, float[] out, int outOffset) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector minusOne = FloatVector.broadcast(SPECIES, -1f);
        IntVector far = IntVector.zero(INT_SPECIES);
        int toOffset = STRIP - fractionsOffset;
        for (int i = 0; i < STRIP; i += LENGTH) {
            FloatVector t = FloatVector.fromArray(SPECIES, fractions, fractionsOffset + i);
            FloatVector input = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector next = FloatVector.fromArray(SPECIES, x, xOffset + STRIP + i);
            FloatVector power = input.lanewise(FMA, -LOG2_E, SIGMOID_NEGATED_SHIFT)
                    .reinterpretAsInts()
                    .lanewise(LSHL, FRACTION_BITS)
                    .reinterpretAsFloats();
            FloatVector divisor = power.lanewise(FMA, t.add(1f), minusOne);
            FloatVector lost = power.lanewise(FMA, t, minusOne.sub(divisor.sub(power)));
            FloatVector quotient = minusOne.div(divisor);
            FloatVector remainder = divisor.lanewise(FMA, quotient, one);
            remainder = lost.lanewise(FMA, quotient, remainder);
            FloatVector result = remainder.lanewise(FMA, quotient, quotient);
            far = next.reinterpretAsInts().and(MAGNITUDE_MASK).max(far);
            FloatVector a = next.neg();
            FloatVector shifted = a.lanewise(FMA, LOG2_E, SIGMOID_NEGATED_SHIFT);
            FloatVector exponent = shifted.sub(SIGMOID_NEGATED_SHIFT);
            FloatVector r = exponent.lanewise(FMA, -LN2_HIGH, a);
            r = exponent.lanewise(FMA, -LN2_LOW, r);
            FloatVector q = r.lanewise(FMA, EXP_C6, EXP_C5);
            q = q.lanewise(FMA, r, EXP_C4);
            q = q.lanewise(FMA, r, EXP_C3);
            q = q.lanewise(FMA, r, EXP_C2);
            FloatVector fraction = r.mul(r).lanewise(FMA, q, r);
            fraction.intoArray(fractions, toOffset + i);
            result.intoArray(out, outOffset + i);
        }
        return !far.compare(GE, SIGMOID_PLAIN_LIMIT_BITS).anyTrue();
    }
}
