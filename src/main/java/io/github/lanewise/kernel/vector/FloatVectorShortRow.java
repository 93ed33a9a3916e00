// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatExp.C2;
import static io.github.lanewise.kernel.FloatExp.C3;
import static io.github.lanewise.kernel.FloatExp.C4;
import static io.github.lanewise.kernel.FloatExp.C5;
import static io.github.lanewise.kernel.FloatExp.C6;
import static io.github.lanewise.kernel.FloatExp.EXPONENT_SHIFT;
import static io.github.lanewise.kernel.FloatExp.LOG2_E;
import static io.github.lanewise.kernel.FloatExp.MAGIC_BITS;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_HIGH;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_LOW;
import static io.github.lanewise.kernel.FloatLanes.LANES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEIGHBOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_FOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.NEXT_PAIR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWAP_HALVES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.WIDE;
import static io.github.lanewise.kernel.vector.FloatSpecies.INDICES;
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;

import io.github.lanewise.kernel.FloatExp;
import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRowMaps;
import io.github.lanewise.kernel.FloatRowSumExp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Cross entropy of a row of at most a register in one kernel, where the usual way calls two, and with its gradient, or softmax, three.
 * The terms of the sum are relative to 0, so that they need not wait for the maximum.
 *
 * <p>The sum is written out twice: with one kernel for both the loss alone takes up to 1.15 times as long, and vectors that are handed
 * to a helper are objects wherever that is not compiled in, as here, where C2's budget is spent; see {@link FloatVectorKernels}.
 */
final class FloatVectorShortRow {
    /** Every second lane of a register of doubles. */
    private static final VectorMask<Double> ODD = VectorMask.fromLong(WIDE, 0xaaL);

    private FloatVectorShortRow() {}

    /** As {@link io.github.lanewise.kernel.FloatKernels#negativeLogProbability}. */
    static double negativeLogProbability(float[] x, int xOffset, int n, int target) {
        if (LENGTH < LANES) {
            return Double.NaN;
        }
        // The row ends with the register; lanes before it hold 0, whose terms are left out.
        VectorMask<Float> row = INDICES.compare(GE, (float) (LANES - n));
        FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + n - LANES, row);
        if (!v.abs().compare(LT, FloatExp.NEAR).allTrue()) {
            return Double.NaN;
        }
        // As integers, floats that are not negative are ordered and above all others, and negative ones are ordered
        // from zero down.
        IntVector bits = v.reinterpretAsInts();
        VectorMask<Integer> rowBits = row.cast(INT_SPECIES);
        int mostBits = IntVector.broadcast(INT_SPECIES, Integer.MIN_VALUE)
                .blend(bits, rowBits)
                .reduceLanes(MAX);
        if (mostBits < 0) {
            mostBits = IntVector.broadcast(INT_SPECIES, Integer.MAX_VALUE)
                    .blend(bits, rowBits)
                    .reduceLanes(MIN);
        }
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(0f, FloatExp.SCALE));
        FloatVector biased = v.lanewise(FMA, LOG2_E, magic);
        FloatVector multiple = biased.sub(magic);
        FloatVector r = multiple.lanewise(FMA, MINUS_LN2_HIGH, v);
        FloatVector square = r.mul(r);
        FloatVector first = r.lanewise(FMA, C3, C2);
        FloatVector h = r.lanewise(FMA, C5, C4);
        h = square.lanewise(FMA, C6, h);
        h = h.lanewise(FMA, square, first);
        h = h.lanewise(FMA, square, r);
        FloatVector scale =
                biased.reinterpretAsInts().lanewise(LSHL, EXPONENT_SHIFT).reinterpretAsFloats();
        FloatVector sum = FloatVector.zero(SPECIES).blend(h.lanewise(FMA, scale, scale), row);
        DoubleVector left = ((DoubleVector) sum.convertShape(F2D, WIDE, 0));
        DoubleVector right = ((DoubleVector) sum.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0));
        left = left.add(left.rearrange(NEIGHBOUR));
        right = right.add(right.rearrange(NEIGHBOUR));
        // The sums of neighbours are there twice: those of the right half come in between.
        DoubleVector both = left.blend(right, ODD);
        both = both.add(both.rearrange(NEXT_PAIR));
        both = both.add(both.rearrange(NEXT_FOUR));
        double all = both.lane(0) + both.lane(1);
        float max = Float.intBitsToFloat(mostBits) + 0f;
        return FloatRowSumExp.negativeLogProbability(all, max, x[xOffset + target]);
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#crossEntropyGradient}. */
    static double crossEntropyGradient(
            float[] x, int xOffset, int n, int target, double gradient, float[] out, int outOffset) {
        if (LENGTH < LANES) {
            return Double.NaN;
        }
        VectorMask<Float> row = INDICES.compare(GE, (float) (LANES - n));
        FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + n - LANES, row);
        if (!v.abs().compare(LT, FloatExp.NEAR).allTrue()) {
            return Double.NaN;
        }
        // As integers, floats that are not negative are ordered and above all others, and negative ones are ordered
        // from zero down.
        IntVector bits = v.reinterpretAsInts();
        VectorMask<Integer> rowBits = row.cast(INT_SPECIES);
        int mostBits = IntVector.broadcast(INT_SPECIES, Integer.MIN_VALUE)
                .blend(bits, rowBits)
                .reduceLanes(MAX);
        if (mostBits < 0) {
            mostBits = IntVector.broadcast(INT_SPECIES, Integer.MAX_VALUE)
                    .blend(bits, rowBits)
                    .reduceLanes(MIN);
        }
        FloatVector magic = FloatVector.broadcast(SPECIES, FloatExp.magic(0f, FloatExp.SCALE));
        FloatVector biased = v.lanewise(FMA, LOG2_E, magic);
        FloatVector multiple = biased.sub(magic);
        FloatVector r = multiple.lanewise(FMA, MINUS_LN2_HIGH, v);
        FloatVector square = r.mul(r);
        FloatVector first = r.lanewise(FMA, C3, C2);
        FloatVector h = r.lanewise(FMA, C5, C4);
        h = square.lanewise(FMA, C6, h);
        h = h.lanewise(FMA, square, first);
        h = h.lanewise(FMA, square, r);
        FloatVector scale =
                biased.reinterpretAsInts().lanewise(LSHL, EXPONENT_SHIFT).reinterpretAsFloats();
        FloatVector sum = FloatVector.zero(SPECIES).blend(h.lanewise(FMA, scale, scale), row);
        DoubleVector left = ((DoubleVector) sum.convertShape(F2D, WIDE, 0));
        DoubleVector right = ((DoubleVector) sum.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0));
        left = left.add(left.rearrange(NEIGHBOUR));
        right = right.add(right.rearrange(NEIGHBOUR));
        // The sums of neighbours are there twice: those of the right half come in between.
        DoubleVector both = left.blend(right, ODD);
        both = both.add(both.rearrange(NEXT_PAIR));
        both = both.add(both.rearrange(NEXT_FOUR));
        double all = both.lane(0) + both.lane(1);
        float max = Float.intBitsToFloat(mostBits) + 0f;
        double excess = FloatExp.excessOfNearSum(all, max);
        double factor = gradient / (1.0 + excess);
        float gain = FloatExp.gain(max, factor, FloatExp.SCALE);
        if (!(excess >= FloatExp.CLEAR_IN_DOUBLE)
                || FloatExp.scale(factor) != FloatExp.SCALE
                || !(Math.abs(gain) < Float.POSITIVE_INFINITY)) {
            return Double.NaN;
        }
        float element = target < 0 ? max : x[xOffset + target];
        float own = target < 0 ? 0f : FloatRowMaps.targetGradient(element, max, excess, gradient, gain);
        double loss = ((double) max - element) + FloatLogOnePlus.log1p(excess);
        int power = Float.floatToRawIntBits(FloatExp.MAGIC + FloatExp.power(max)) - MAGIC_BITS;
        // The budget is spent: from here on only what is compiled into its caller at any price. The terms anew, as they
        // are where they are not summed, and relative to the maximum.
        r = multiple.lanewise(FMA, MINUS_LN2_LOW, r);
        square = r.mul(r);
        first = r.lanewise(FMA, C3, C2);
        h = r.lanewise(FMA, C5, C4);
        h = square.lanewise(FMA, C6, h);
        h = h.lanewise(FMA, square, first);
        h = h.lanewise(FMA, square, r);
        scale = biased.reinterpretAsInts()
                .sub(power)
                .max(MAGIC_BITS)
                .lanewise(LSHL, EXPONENT_SHIFT)
                .reinterpretAsFloats();
        FloatVector terms = h.lanewise(FMA, scale, scale);
        terms.lanewise(FMA, gain, -0f).intoArray(out, outOffset + n - LANES, row);
        if (target >= 0) {
            out[outOffset + target] = own;
        }
        return loss;
    }
}
