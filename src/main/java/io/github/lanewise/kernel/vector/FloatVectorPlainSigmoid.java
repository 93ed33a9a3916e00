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
 * first for the next strip: in one stage every register's steps wait for each other all the way, and in two walks the divider rests during
 * the first. A strip is looked through before any of its results is written.
 */
final class FloatVectorPlainSigmoid {
    // For native memory also: x, out, following

    /** Elements of a strip: two of them share a {@link FloatStrip}. */
    private static final int STRIP = FloatStrip.LENGTH / 2;

    /** Elements of the shortest row for which two stages make up for a walk more than there are strips. */
    private static final int LEAST = 6 * STRIP;

    /** Stands for what comes before the first strip and after the last; never written to. */
    // In native memory: private static final MemorySegment NOTHING = NativeStrip.zeros(STRIP);
    private static final float[] NOTHING = new float[STRIP];

    private FloatVectorPlainSigmoid() {}

    /**
     * Sigmoids of whole strips up to the first that holds a number too far from zero; none of a short row.
     *
     * @return the number of elements that are done
     */
    static int sigmoid(float[] x, int xOffset, int n, float[] out, int outOffset) {
        if (n < LEAST) {
            return 0;
        }
        int whole = n - n % STRIP;
        float[] fractions = FloatStrip.borrow();
        // In native memory: MemorySegment spare = NativeStrip.borrow();
        float[] spare = FloatStrip.borrow();
        int half = 0;
        boolean plain = walk(NOTHING, 0, fractions, STRIP, spare, 0, x, xOffset);
        int done = 0;
        while (plain && done < whole) {
            int next = done + STRIP;
            boolean last = next == whole;
            plain = walk(
                    x,
                    xOffset + done,
                    fractions,
                    half,
                    out,
                    outOffset + done,
                    last ? NOTHING : x,
                    last ? 0 : xOffset + next);
            done = next;
            half = STRIP - half;
        }
        // In native memory: NativeStrip.giveBack(spare);
        FloatStrip.giveBack(spare);
        FloatStrip.giveBack(fractions);
        return done;
    }

    /**
     * The second stage of a strip, whose fractions are in one half of an array, and the first of the next strip, whose fractions go to the
     * other half.
     *
     * @return whether all numbers of the next strip are near enough to zero
     */
    private static boolean walk(
            float[] x,
            int xOffset,
            float[] fractions,
            int half,
            float[] out,
            int outOffset,
            float[] following,
            int followingOffset) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector minusOne = FloatVector.broadcast(SPECIES, -1f);
        IntVector far = IntVector.zero(INT_SPECIES);
        int otherHalf = STRIP - half;
        for (int i = 0; i < STRIP; i += LENGTH) {
            FloatVector t = FloatVector.fromArray(SPECIES, fractions, half + i);
            FloatVector input = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector next = FloatVector.fromArray(SPECIES, following, followingOffset + i);
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
            fraction.intoArray(fractions, otherHalf + i);
            result.intoArray(out, outOffset + i);
        }
        return !far.compare(GE, SIGMOID_PLAIN_LIMIT_BITS).anyTrue();
    }
}
