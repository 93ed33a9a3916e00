// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatExp.C2;
import static io.github.lanewise.kernel.FloatExp.C3;
import static io.github.lanewise.kernel.FloatExp.C4;
import static io.github.lanewise.kernel.FloatExp.C5;
import static io.github.lanewise.kernel.FloatExp.C6;
import static io.github.lanewise.kernel.FloatExp.EXPONENT_SHIFT;
import static io.github.lanewise.kernel.FloatExp.FAR;
import static io.github.lanewise.kernel.FloatExp.LN2;
import static io.github.lanewise.kernel.FloatExp.LOG2_E;
import static io.github.lanewise.kernel.FloatExp.MAGIC;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_HIGH;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_LOW;
import static io.github.lanewise.kernel.FloatExp.ZERO_EXPONENT;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Columns beside each other: a lane walks down its own column, so nothing is transposed or folded. The last register of a
 * run of columns is masked; its unused lanes compute on zeros. Arrays with one value a column are read and written by whole
 * registers.
 */
final class FloatVectorColumns {
    private FloatVectorColumns() {}

    /**
     * For each column the largest element that is not NaN. What lies beside each other is taken first, so that no register waits for
     * the one before, and two elements of a column at a time.
     */
    static void max(float[] x, int xOffset, int stride, int n, int count, float[] max) {
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(count), count);
        for (int p = 0; p < count; p += LENGTH) {
            FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY).intoArray(max, p);
        }
        // The last one twice if their number is odd: that changes no maximum.
        for (int i = 0; i < n; i += 2) {
            int next = Math.min(i + 1, n - 1);
            int from0 = xOffset + i * stride;
            int from1 = xOffset + next * stride;
            int p = 0;
            for (; p <= count - LENGTH; p += LENGTH) {
                FloatVector v0 = FloatVector.fromArray(SPECIES, x, from0 + p);
                FloatVector v1 = FloatVector.fromArray(SPECIES, x, from1 + p);
                FloatVector best = FloatVector.fromArray(SPECIES, max, p);
                best = best.blend(v0, v0.compare(GT, best));
                best.blend(v1, v1.compare(GT, best)).intoArray(max, p);
            }
            if (p < count) {
                FloatVector v0 = FloatVector.fromArray(SPECIES, x, from0 + p, rest);
                FloatVector v1 = FloatVector.fromArray(SPECIES, x, from1 + p, rest);
                FloatVector best = FloatVector.fromArray(SPECIES, max, p);
                best = best.blend(v0, v0.compare(GT, best));
                best.blend(v1, v1.compare(GT, best)).intoArray(max, p);
            }
        }
        for (int p = 0; p < count; p += LENGTH) {
            // A zero as +0.
            FloatVector.fromArray(SPECIES, max, p).add(0f).intoArray(max, p);
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnCopyMax}. */
    static void copyMax(float[] x, int xOffset, int stride, int n, int count, float[] out, int outStride, float[] max) {
        VectorMask<Float> rest = SPECIES.indexInRange(SPECIES.loopBound(count), count);
        for (int p = 0; p < count; p += LENGTH) {
            FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY).intoArray(max, p);
        }
        // The last one twice if their number is odd: that changes no maximum.
        for (int i = 0; i < n; i += 2) {
            int next = Math.min(i + 1, n - 1);
            int from0 = xOffset + i * stride;
            int from1 = xOffset + next * stride;
            int to0 = i * outStride;
            int to1 = next * outStride;
            int p = 0;
            for (; p <= count - LENGTH; p += LENGTH) {
                FloatVector v0 = FloatVector.fromArray(SPECIES, x, from0 + p);
                FloatVector v1 = FloatVector.fromArray(SPECIES, x, from1 + p);
                v0.intoArray(out, to0 + p);
                v1.intoArray(out, to1 + p);
                FloatVector best = FloatVector.fromArray(SPECIES, max, p);
                best = best.blend(v0, v0.compare(GT, best));
                best.blend(v1, v1.compare(GT, best)).intoArray(max, p);
            }
            if (p < count) {
                FloatVector v0 = FloatVector.fromArray(SPECIES, x, from0 + p, rest);
                FloatVector v1 = FloatVector.fromArray(SPECIES, x, from1 + p, rest);
                v0.intoArray(out, to0 + p, rest);
                v1.intoArray(out, to1 + p, rest);
                FloatVector best = FloatVector.fromArray(SPECIES, max, p);
                best = best.blend(v0, v0.compare(GT, best));
                best.blend(v1, v1.compare(GT, best)).intoArray(max, p);
            }
        }
        for (int p = 0; p < count; p += LENGTH) {
            // A zero as +0.
            FloatVector.fromArray(SPECIES, max, p).add(0f).intoArray(max, p);
        }
    }

    /**
     * As {@link io.github.lanewise.kernel.FloatKernels#columnExpSetup}. Two registers a turn, so that this is too long to be
     * compiled into its callers and steps need not wait for each other; an odd last one is computed twice.
     */
    static void expSetup(float[] max, int count, float[] shift, float[] low, float[] magic, float[] topTerm) {
        int last = (count - 1) & -LENGTH;
        for (int p = 0; p < count; p += 2 * LENGTH) {
            int next = Math.min(p + LENGTH, last);
            FloatVector maximum0 = FloatVector.fromArray(SPECIES, max, p);
            FloatVector maximum1 = FloatVector.fromArray(SPECIES, max, next);
            FloatVector shifts0 =
                    FloatVector.zero(SPECIES).blend(maximum0, maximum0.abs().compare(GE, FAR));
            FloatVector top0 = maximum0.sub(shifts0);
            FloatVector power0 = top0.lanewise(FMA, LOG2_E, MAGIC).sub(MAGIC);
            FloatVector magics0 =
                    FloatVector.broadcast(SPECIES, MAGIC + ZERO_EXPONENT).sub(power0);
            shifts0.intoArray(shift, p);
            power0.sub(ZERO_EXPONENT).mul(LN2).intoArray(low, p);
            magics0.intoArray(magic, p);
            FloatVector biased0 = top0.lanewise(FMA, LOG2_E, magics0);
            FloatVector multiple0 = biased0.sub(magics0);
            FloatVector r0 = multiple0.lanewise(FMA, MINUS_LN2_HIGH, top0);
            // In double also: r0 = multiple0.lanewise(FMA, MINUS_LN2_LOW, r0);
            FloatVector square0 = r0.mul(r0);
            FloatVector base0 = r0.lanewise(FMA, C3, C2);
            FloatVector h0 = r0.lanewise(FMA, C5, C4);
            h0 = square0.lanewise(FMA, C6, h0);
            h0 = h0.lanewise(FMA, square0, base0);
            h0 = h0.lanewise(FMA, square0, r0);
            FloatVector scale0 =
                    biased0.reinterpretAsInts().lanewise(LSHL, EXPONENT_SHIFT).reinterpretAsFloats();
            h0.lanewise(FMA, scale0, scale0).intoArray(topTerm, p);
            FloatVector shifts1 =
                    FloatVector.zero(SPECIES).blend(maximum1, maximum1.abs().compare(GE, FAR));
            FloatVector top1 = maximum1.sub(shifts1);
            FloatVector power1 = top1.lanewise(FMA, LOG2_E, MAGIC).sub(MAGIC);
            FloatVector magics1 =
                    FloatVector.broadcast(SPECIES, MAGIC + ZERO_EXPONENT).sub(power1);
            shifts1.intoArray(shift, next);
            power1.sub(ZERO_EXPONENT).mul(LN2).intoArray(low, next);
            magics1.intoArray(magic, next);
            FloatVector biased1 = top1.lanewise(FMA, LOG2_E, magics1);
            FloatVector multiple1 = biased1.sub(magics1);
            FloatVector r1 = multiple1.lanewise(FMA, MINUS_LN2_HIGH, top1);
            // In double also: r1 = multiple1.lanewise(FMA, MINUS_LN2_LOW, r1);
            FloatVector square1 = r1.mul(r1);
            FloatVector base1 = r1.lanewise(FMA, C3, C2);
            FloatVector h1 = r1.lanewise(FMA, C5, C4);
            h1 = square1.lanewise(FMA, C6, h1);
            h1 = h1.lanewise(FMA, square1, base1);
            h1 = h1.lanewise(FMA, square1, r1);
            FloatVector scale1 =
                    biased1.reinterpretAsInts().lanewise(LSHL, EXPONENT_SHIFT).reinterpretAsFloats();
            h1.lanewise(FMA, scale1, scale1).intoArray(topTerm, next);
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnSumExp}. */
    static void sumExp(
            float[] x,
            int xOffset,
            int stride,
            int n,
            int count,
            float[] max,
            float[] shift,
            float[] low,
            float[] magic,
            float[] sum,
            float[] extraMaxima) {
        for (int p = 0; p < count; p += LENGTH) {
            boolean whole = p <= count - LENGTH;
            VectorMask<Float> inside = SPECIES.indexInRange(p, count);
            FloatVector maximum = FloatVector.fromArray(SPECIES, max, p);
            FloatVector shifts = FloatVector.fromArray(SPECIES, shift, p);
            FloatVector lows = FloatVector.fromArray(SPECIES, low, p);
            FloatVector magics = FloatVector.fromArray(SPECIES, magic, p);
            FloatVector zeros = FloatVector.zero(SPECIES);
            FloatVector total = zeros;
            FloatVector carry = total;
            FloatVector maxima = FloatVector.broadcast(SPECIES, -1f);
            for (int i = 0; i < n; i++) {
                FloatVector v = whole
                        ? FloatVector.fromArray(SPECIES, x, xOffset + p + i * stride)
                        : FloatVector.fromArray(SPECIES, x, xOffset + p + i * stride, inside);
                VectorMask<Float> isMax = v.compare(EQ, maximum);
                maxima = zeros.blend(1f, isMax).add(maxima);
                v = v.sub(shifts);
                v = v.blend(lows, v.compare(LT, lows).or(isMax));
                FloatVector biased = v.lanewise(FMA, LOG2_E, magics);
                FloatVector multiple = biased.sub(magics);
                FloatVector r = multiple.lanewise(FMA, MINUS_LN2_HIGH, v);
                r = multiple.lanewise(FMA, MINUS_LN2_LOW, r);
                FloatVector square = r.mul(r);
                FloatVector base = r.lanewise(FMA, C3, C2);
                FloatVector h = r.lanewise(FMA, C5, C4);
                h = square.lanewise(FMA, C6, h);
                h = h.lanewise(FMA, square, base);
                h = h.lanewise(FMA, square, r);
                FloatVector scale = biased.reinterpretAsInts()
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                FloatVector e = h.lanewise(FMA, scale, scale);
                FloatVector next = e.add(total);
                carry = e.sub(next.sub(total)).add(carry);
                total = next;
            }
            FloatVector v = total.add(carry);
            v.blend(Float.NaN, v.compare(NE, v)).intoArray(sum, p);
            maxima.intoArray(extraMaxima, p);
        }
    }

    /** For each column the sum of w * (max - x); without w the weight is 1. */
    static void sumBelow(
            float[] x,
            int xOffset,
            int stride,
            float @Nullable [] w,
            int wOffset,
            int n,
            int count,
            float[] max,
            float[] out) {
        for (int p = 0; p < count; p += LENGTH) {
            boolean whole = p <= count - LENGTH;
            VectorMask<Float> inside = SPECIES.indexInRange(p, count);
            FloatVector maximum = FloatVector.fromArray(SPECIES, max, p);
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector carry = sum;
            for (int i = 0; i < n; i++) {
                FloatVector v = whole
                        ? FloatVector.fromArray(SPECIES, x, xOffset + p + i * stride)
                        : FloatVector.fromArray(SPECIES, x, xOffset + p + i * stride, inside);
                v = maximum.sub(v);
                if (w != null) {
                    v = v.mul(w[wOffset + i]);
                }
                FloatVector next = v.add(sum);
                carry = v.sub(next.sub(sum)).add(carry);
                sum = next;
            }
            FloatVector v = sum.add(carry);
            v.blend(Float.NaN, v.compare(NE, v)).intoArray(out, p);
        }
    }

    /** {@code out = exp(x - max) * factor - minus * w}, from column {@code first} on; without w the weight is 1. */
    static void expScale(
            float[] x,
            int xOffset,
            int stride,
            float @Nullable [] w,
            int wOffset,
            int n,
            int first,
            int count,
            float[] shift,
            float[] low,
            float[] magic,
            float[] gain,
            float[] minus,
            float[] out,
            int outOffset,
            int outStride) {
        for (int p = first; p < count; p += LENGTH) {
            boolean whole = p <= count - LENGTH;
            VectorMask<Float> inside = SPECIES.indexInRange(p, count);
            FloatVector shifts = FloatVector.fromArray(SPECIES, shift, p);
            FloatVector lows = FloatVector.fromArray(SPECIES, low, p);
            FloatVector magics = FloatVector.fromArray(SPECIES, magic, p);
            FloatVector gains = FloatVector.fromArray(SPECIES, gain, p);
            FloatVector minuses = FloatVector.fromArray(SPECIES, minus, p).neg();
            for (int i = 0; i < n; i++) {
                FloatVector v = whole
                        ? FloatVector.fromArray(SPECIES, x, xOffset + p + i * stride)
                        : FloatVector.fromArray(SPECIES, x, xOffset + p + i * stride, inside);
                v = v.sub(shifts);
                v = v.blend(lows, v.compare(LT, lows));
                FloatVector biased = v.lanewise(FMA, LOG2_E, magics);
                FloatVector multiple = biased.sub(magics);
                FloatVector r = multiple.lanewise(FMA, MINUS_LN2_HIGH, v);
                r = multiple.lanewise(FMA, MINUS_LN2_LOW, r);
                FloatVector square = r.mul(r);
                FloatVector base = r.lanewise(FMA, C3, C2);
                FloatVector h = r.lanewise(FMA, C5, C4);
                h = square.lanewise(FMA, C6, h);
                h = h.lanewise(FMA, square, base);
                h = h.lanewise(FMA, square, r);
                FloatVector scale = biased.reinterpretAsInts()
                        .lanewise(LSHL, EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                FloatVector e = h.lanewise(FMA, scale, scale);
                e = e.lanewise(FMA, gains, w == null ? minuses : minuses.mul(w[wOffset + i]));
                e = e.blend(Float.NaN, e.compare(NE, e));
                if (whole) {
                    e.intoArray(out, outOffset + p + i * outStride);
                } else {
                    e.intoArray(out, outOffset + p + i * outStride, inside);
                }
            }
        }
    }

    /** {@code out = (x - max) - logSum}. */
    static void logSoftmax(
            float[] x,
            int xOffset,
            int stride,
            int n,
            int count,
            float[] max,
            float[] logSum,
            float[] out,
            int outOffset,
            int outStride) {
        for (int p = 0; p < count; p += LENGTH) {
            boolean whole = p <= count - LENGTH;
            VectorMask<Float> inside = SPECIES.indexInRange(p, count);
            FloatVector maximum = FloatVector.fromArray(SPECIES, max, p);
            FloatVector logSums = FloatVector.fromArray(SPECIES, logSum, p);
            for (int i = 0; i < n; i++) {
                FloatVector v = whole
                        ? FloatVector.fromArray(SPECIES, x, xOffset + p + i * stride)
                        : FloatVector.fromArray(SPECIES, x, xOffset + p + i * stride, inside);
                v = v.sub(maximum).sub(logSums);
                v = v.blend(Float.NaN, v.compare(NE, v));
                if (whole) {
                    v.intoArray(out, outOffset + p + i * outStride);
                } else {
                    v.intoArray(out, outOffset + p + i * outStride, inside);
                }
            }
        }
    }
}
