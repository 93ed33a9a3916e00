// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatLanes.LANES;
import static io.github.lanewise.kernel.FloatLogitGroups.GROUP;
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
import static io.github.lanewise.kernel.scalar.FloatConstants.NO_EXP_INPUT;
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
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.FMA;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import org.jspecify.annotations.Nullable;

/**
 * The sum of binary cross entropies of logits in the order of {@link io.github.lanewise.kernel.FloatLogitGroups}, with the
 * steps of the scalar twin's {@code FloatLogitSums}. A strip is walked once for the exponentials and the linear parts, of
 * which two rows become one, and once for the logarithms, of which there are few. No step looks for special values: an infinity or a NaN
 * makes the linear part, and with it the sum, one as well. Where derivatives are wanted, the first walk is {@link
 * FloatVectorPlainLogitSlopes}; a strip that is not for that is walked once more, and those after it are not tried.
 */
final class FloatVectorLogitSums {
    /** Elements of two rows. */
    static final int TWO_ROWS = 2 * LANES;

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
        float[] terms = strip.terms;
        strip.begin();
        boolean plain = true;
        for (int start = 0; start < n; start += FloatLogitStrip.LENGTH) {
            int length = Math.min(n - start, FloatLogitStrip.LENGTH);
            int whole = length / TWO_ROWS * TWO_ROWS;
            int xAt = xOffset + start;
            int tAt = tOffset + start;
            plain = plain
                    && gradX != null
                    && FloatVectorPlainLogitSlopes.termsAndSlopes(
                            x, xAt, t, tAt, whole, scale, gradX, gradXOffset + start, terms);
            if (!plain) {
                FloatVectorLogitTerms.terms(x, xAt, t, tAt, whole, terms, 0);
                if (gradX != null) {
                    slopes(x, xAt, t, tAt, whole, scale, gradX, gradXOffset + start);
                }
            }
            if (whole < length) {
                int rest = length - whole;
                System.arraycopy(x, xAt + whole, strip.pad, 0, rest);
                System.arraycopy(t, tAt + whole, strip.pad, TWO_ROWS, rest);
                rest(strip, rest, whole);
                if (gradX != null) {
                    slopes(strip.pad, 0, strip.pad, TWO_ROWS, TWO_ROWS, scale, strip.pad, 2 * TWO_ROWS);
                    System.arraycopy(strip.pad, 2 * TWO_ROWS, gradX, gradXOffset + start + whole, rest);
                }
            }
            add(strip, length);
        }
        return total(strip);
    }

    /**
     * The first walk over less than two rows at a strip's end, whose inputs and targets begin in the pad.
     *
     * @param n number of their elements
     * @param at number of those before them
     */
    static void rest(FloatLogitStrip strip, int n, int at) {
        float[] pad = strip.pad;
        // Elements that add nothing.
        Arrays.fill(pad, n, TWO_ROWS, NO_EXP_INPUT);
        Arrays.fill(pad, TWO_ROWS + n, 2 * TWO_ROWS, 0f);
        FloatVectorLogitTerms.terms(pad, 0, pad, TWO_ROWS, TWO_ROWS, strip.terms, at);
    }

    /** The derivatives of losses apart from their terms. */
    private static void slopes(
            float[] x, int xOffset, float[] t, int tOffset, int n, float scale, float[] gradX, int gradXOffset) {
        FloatVectorLogits.bceWithLogits(
                x,
                xOffset,
                t,
                tOffset,
                null,
                0,
                null,
                0,
                n,
                false,
                null,
                0,
                scale,
                null,
                0,
                gradX,
                gradXOffset,
                null,
                0);
    }

    /**
     * Adds the losses of a strip to its lanes.
     *
     * @param length number of its elements
     */
    static void add(FloatLogitStrip strip, int length) {
        int end = Math.ceilDiv(length, GROUP) * GROUP;
        Arrays.fill(strip.terms, Math.ceilDiv(length, TWO_ROWS) * TWO_ROWS, end, 0f);
        groups(strip.terms, end, strip.lanes);
    }

    /** What the lanes have come to, or NaN if that is not finite. */
    static double total(FloatLogitStrip strip) {
        double sum = fold(strip.lanes);
        return Double.isFinite(sum) ? sum : Double.NaN;
    }

    /** Adds the shares of whole groups to the lanes' sums. */
    private static void groups(float[] terms, int n, float[] lanes) {
        IntVector twoBits = IntVector.broadcast(INT_SPECIES, TWO_BITS);
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            int lane = sweep * LENGTH;
            FloatVector sum = FloatVector.fromArray(SPECIES, lanes, lane);
            FloatVector carry = FloatVector.fromArray(SPECIES, lanes, LANES + lane);
            for (int i = lane; i < n; i += GROUP) {
                FloatVector e0 = FloatVector.fromArray(SPECIES, terms, i);
                FloatVector e2 = FloatVector.fromArray(SPECIES, terms, i + 2 * LANES);
                FloatVector e4 = FloatVector.fromArray(SPECIES, terms, i + 4 * LANES);
                FloatVector e6 = FloatVector.fromArray(SPECIES, terms, i + 6 * LANES);
                e0 = e0.lanewise(FMA, e2, e0.add(e2));
                e4 = e4.lanewise(FMA, e6, e4.add(e6));
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

                FloatVector linear0 = FloatVector.fromArray(SPECIES, terms, i + LANES);
                FloatVector linear2 = FloatVector.fromArray(SPECIES, terms, i + 3 * LANES);
                FloatVector linear4 = FloatVector.fromArray(SPECIES, terms, i + 5 * LANES);
                FloatVector linear6 = FloatVector.fromArray(SPECIES, terms, i + 7 * LANES);
                FloatVector share =
                        linear0.add(linear2).add(linear4.add(linear6)).add(high.add(low));
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
