// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatExp;
import io.github.lanewise.kernel.FloatKernels;
import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.scalar.FloatScalarColumns;
import io.github.lanewise.kernel.scalar.FloatScalarRows;
import org.jspecify.annotations.Nullable;

/**
 * The kernels on the Vector API, at the machine's preferred width up to 512 bits.
 *
 * <p><b>How a kernel is written.</b> C2 compiles a kernel and what it inlines as one unit with one budget
 * ({@code NodeCountInliningCutoff}, 18 000 nodes). A vector operation costs 400 nodes and more, a masked load 1 600. Past
 * the budget C2 still inlines the Vector API, but no other method, and a method that takes or returns vectors and is not
 * inlined gets them boxed: ten times slower, and kilobytes of garbage a call. Hence four rules.
 *
 * <ol>
 *   <li>A kernel calls no method of this library that takes or returns vectors. The exponential and the fold of the
 *       lanes are written out in each kernel that needs them.
 *   <li>A kernel with an exponential is longer than 325 bytecodes ({@code FreqInlineSize}), so that it is never inlined into
 *       a hot caller, whose budget two kernels would exceed. Short kernels without one may be inlined.
 *   <li>Vectors live in locals only.
 *   <li>A vector that is computed from itself of the turn before is an argument of the operation that does so, not what that is
 *       called on: {@code sum = pair.add(sum)}. Else C2 needs a profile to know its class, and makes objects where there is none.
 *       What operations are called on and a loop carries, two nested loops do not carry, for the same reason.
 * </ol>
 *
 * <p>{@code KernelShapeTest} holds the first two, {@code CompilationUnitTest} the last; the scalar twin holds the bits of what is written out.
 */
public final class FloatVectorKernels extends FloatVectorLossKernels implements FloatKernels {
    /** The kernels have no state, so one is enough. */
    public static final FloatVectorKernels INSTANCE = new FloatVectorKernels();

    /**
     * Whether rows whose terms are kept are summed several in a call. Registers of 128 bits walk a row four times, and what ends it is
     * little beside that: several rows took an eighth more there.
     */
    static final boolean KEEPS_TOGETHER = FloatLaneFold.SWEEPS <= 2;

    private FloatVectorKernels() {}

    /** The width of the vectors in bits. */
    public static int bits() {
        return FloatSpecies.SPECIES.vectorBitSize();
    }

    @Override
    public float max(float[] x, int xOffset, int n) {
        return n >= FloatLanes.BLOCK ? FloatVectorMax.max(x, xOffset, n) : FloatScalarRows.max(x, xOffset, 1, n);
    }

    @Override
    public int indexOf(float[] x, int xOffset, int n, float value) {
        return n >= FloatLanes.BLOCK
                ? FloatVectorSums.indexOf(x, xOffset, n, value)
                : FloatScalarRows.indexOf(x, xOffset, 1, n, value);
    }

    @Override
    public double sumExp(ExpSum sum, float[] x, int xOffset, int n, float max) {
        if (n < FloatLanes.BLOCK) {
            return FloatVectorShortSums.reaches(xOffset, n)
                    ? FloatVectorShortSums.sumExp(sum, x, xOffset, n, max)
                    : FloatScalarRows.sumExp(sum, x, xOffset, 1, n, max);
        }
        return switch (sum) {
            case WHOLE -> FloatVectorExpSums.sumExp(x, xOffset, n, max);
            case BELOW -> FloatVectorExpSums.sumExpBelow(x, xOffset, n, max);
            case DISTANCE -> FloatVectorExpSums.sumExpDistance(x, xOffset, n, max);
        };
    }

    @Override
    public double sumExpAndDistance(float[] x, int xOffset, int n, float max, double[] distance) {
        float shift = FloatExp.shift(max);
        if (shift != 0f) {
            float[] near = FloatPiece.borrow();
            FloatVectorMaps.subtract(x, xOffset, n, shift, near, 0);
            double sum = sumExpAndDistance(near, 0, n, max - shift, distance);
            FloatPiece.giveBack(near);
            return sum;
        }
        int rest = n % FloatLanes.BLOCK;
        if (rest == 0) {
            return FloatVectorExpSums.sumExpAndDistance(x, xOffset, n, max, FloatTail.NOTHING, distance);
        }
        float[] start = FloatPad.borrow();
        FloatVectorExpSums.restTerms(x, xOffset + n - FloatLanes.BLOCK, rest, max, start);
        double sum = FloatVectorExpSums.sumExpAndDistance(x, xOffset, n - rest, max, start, distance);
        FloatPad.giveBack(start);
        return sum;
    }

    @Override
    public double plainSumTermsAndMax(
            float[] x, int xOffset, int n, float near, float[] max, float[] terms, int termsOffset) {
        int rest = n % FloatLanes.BLOCK;
        float[] start = FloatTail.NOTHING;
        if (rest != 0) {
            int last = n - FloatLanes.BLOCK;
            FloatVectorTerms.restTerms(x, xOffset + last, rest, near, max, terms, termsOffset + last);
            start = max;
        }
        return FloatVectorTerms.sumTermsAndMax(x, xOffset, n, near, start, max, terms, termsOffset);
    }

    @Override
    public void scaleTerms(float[] terms, int termsOffset, int n, float gain, float minus, float[] out, int outOffset) {
        FloatVectorTerms.scale(terms, termsOffset, n, gain, minus, out, outOffset);
    }

    @Override
    public double sumBelowAndMass(float[] x, int xOffset, float[] t, int tOffset, int n, float max, double[] mass) {
        return FloatVectorSums.belowAndMass(x, xOffset, t, tOffset, n, max, mass);
    }

    @Override
    public double sumExpAndMax(float[] x, int xOffset, int n, float near, float[] max) {
        int rest = n % FloatLanes.BLOCK;
        if (rest == 0) {
            return FloatVectorExpSums.sumExpAndMax(x, xOffset, n, near, FloatTail.NOTHING, max);
        }
        FloatVectorExpSums.restTerms(x, xOffset + n - FloatLanes.BLOCK, rest, near, max);
        return FloatVectorExpSums.sumExpAndMax(x, xOffset, n, near, max, max);
    }

    @Override
    public double plainSumExpAndMax(float[] x, int xOffset, int n, float near, float[] max) {
        int rest = n % FloatLanes.BLOCK;
        if (rest == 0) {
            return FloatVectorPlainExpSums.sumExpAndMax(x, xOffset, n, near, FloatTail.NOTHING, max);
        }
        FloatVectorPlainExpSums.restTerms(x, xOffset + n - FloatLanes.BLOCK, rest, near, max);
        return FloatVectorPlainExpSums.sumExpAndMax(x, xOffset, n, near, max, max);
    }

    @Override
    public void plainSumsExpAndMax(float[] x, int[] places, int count, int n, float near, double[] sums, float[] max) {
        float[] lanes = FloatPiece.borrow();
        FloatVectorPlainRowSums.restTerms(x, places, count, n, near, lanes);
        FloatVectorPlainRowSums.sumsExpAndMax(x, places, count, n, near, lanes, sums, max);
        FloatPiece.giveBack(lanes);
        findNegative(x, places, count, n, max);
    }

    @Override
    public void plainSumsTermsAndMax(
            float[] x,
            int[] places,
            int count,
            int n,
            float near,
            double[] sums,
            float[] max,
            float[] terms,
            int[] termsPlaces) {
        float[] lanes = FloatPiece.borrow();
        if (!KEEPS_TOGETHER) {
            for (int i = 0; i < count; i++) {
                sums[i] = plainSumTermsAndMax(x, places[i], n, near, lanes, terms, termsPlaces[i]);
                max[i] = lanes[0];
            }
            FloatPiece.giveBack(lanes);
            return;
        }
        FloatVectorRowTerms.restTerms(x, places, count, n, near, lanes, terms, termsPlaces);
        FloatVectorRowTerms.sumsTermsAndMax(x, places, count, n, near, lanes, sums, max, terms, termsPlaces);
        FloatPiece.giveBack(lanes);
        findNegative(x, places, count, n, max);
    }

    /** Looks for the maxima of rows of negative elements by the search that is made for them. */
    private static void findNegative(float[] x, int[] places, int count, int n, float[] max) {
        for (int i = 0; i < count; i++) {
            if (Float.floatToRawIntBits(max[i]) < 0) {
                max[i] = FloatVectorMax.max(x, places[i], n);
            }
        }
    }

    @Override
    public double negativeLogProbability(float[] x, int xOffset, int n, int target) {
        return FloatVectorShortRow.negativeLogProbability(x, xOffset, n, target);
    }

    @Override
    public double crossEntropyGradient(
            float[] x, int xOffset, int n, int target, double gradient, float[] out, int outOffset) {
        return FloatVectorShortRow.crossEntropyGradient(x, xOffset, n, target, gradient, out, outOffset);
    }

    @Override
    public double sum(float[] x, int xOffset, int n) {
        return linear(x, xOffset, 1f, -0f, null, 0, 0f, 0f, null, 0, n);
    }

    @Override
    public double dot(float[] x, int xOffset, float[] y, int yOffset, int n) {
        return linear(x, xOffset, 1f, -0f, y, yOffset, 1f, 0f, null, 0, n);
    }

    @Override
    public double sumBelow(
            float[] x,
            int xOffset,
            float @Nullable [] t,
            int tOffset,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            float alpha,
            float beta) {
        return linear(x, xOffset, -1f, max, t, tOffset, alpha, beta, w, wOffset, n);
    }

    private static double linear(
            float[] x,
            int xOffset,
            float sign,
            float base,
            float @Nullable [] t,
            int tOffset,
            float alpha,
            float beta,
            float @Nullable [] w,
            int wOffset,
            int n) {
        if (n >= FloatLanes.BLOCK) {
            return FloatVectorSums.linear(x, xOffset, sign, base, t, tOffset, alpha, beta, w, wOffset, n);
        }
        boolean reaches = FloatVectorShortSums.reaches(xOffset, n)
                && (t == null || FloatVectorShortSums.reaches(tOffset, n))
                && (w == null || FloatVectorShortSums.reaches(wOffset, n));
        return reaches
                ? FloatVectorShortSums.linear(x, xOffset, sign, base, t, tOffset, alpha, beta, w, wOffset, n)
                : FloatScalarRows.linear(x, xOffset, 1, sign, base, t, tOffset, 1, alpha, beta, w, wOffset, n);
    }

    @Override
    public void expScale(
            float[] x,
            int xOffset,
            float @Nullable [] t,
            int tOffset,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            double factor,
            float alpha,
            float beta,
            float[] out,
            int outOffset) {
        if (n < FloatSpecies.LENGTH) {
            FloatScalarRows.expScale(
                    x, xOffset, 1, t, tOffset, 1, w, wOffset, n, max, factor, alpha, beta, out, outOffset, 1);
        } else if (t == null) {
            boolean far = FloatExp.shift(max) != 0f;
            if (far) {
                FloatVectorMaps.subtract(x, xOffset, n, max, out, outOffset);
            }
            float[] from = far ? out : x;
            int fromOffset = far ? outOffset : xOffset;
            if (n < FloatLanes.BLOCK) {
                FloatVectorMaps.expScale(from, fromOffset, n, max, factor, beta, out, outOffset);
            } else {
                FloatVectorTerms.expScale(from, fromOffset, n, max, factor, beta, out, outOffset);
            }
        } else {
            FloatVectorMaps.expScaleMixed(
                    x, xOffset, t, tOffset, w, wOffset, n, max, factor, alpha, beta, out, outOffset);
        }
    }

    @Override
    public void logSoftmax(
            float[] x,
            int xOffset,
            float @Nullable [] w,
            int wOffset,
            int n,
            float max,
            float logSum,
            float scale,
            float[] out,
            int outOffset) {
        if (n < FloatSpecies.LENGTH) {
            FloatScalarRows.logSoftmax(x, xOffset, 1, w, wOffset, n, max, logSum, scale, out, outOffset, 1);
        } else {
            FloatVectorLogSoftmax.logSoftmax(x, xOffset, w, wOffset, n, max, logSum, scale, out, outOffset);
        }
    }

    @Override
    public void logSoftmaxBackward(
            float[] logProbability,
            int logProbabilityOffset,
            float[] gradient,
            int gradientOffset,
            int n,
            float gradientSum,
            float[] out,
            int outOffset) {
        if (n < FloatSpecies.LENGTH) {
            FloatScalarRows.logSoftmaxBackward(
                    logProbability,
                    logProbabilityOffset,
                    1,
                    gradient,
                    gradientOffset,
                    1,
                    n,
                    gradientSum,
                    out,
                    outOffset,
                    1);
        } else {
            FloatVectorMaps.logSoftmaxBackward(
                    logProbability, logProbabilityOffset, gradient, gradientOffset, n, gradientSum, out, outOffset);
        }
    }

    @Override
    public void softmaxBackward(
            float[] probability,
            int probabilityOffset,
            float[] gradient,
            int gradientOffset,
            int n,
            float mean,
            float[] out,
            int outOffset) {
        if (n < FloatSpecies.LENGTH) {
            FloatScalarRows.softmaxBackward(
                    probability, probabilityOffset, 1, gradient, gradientOffset, 1, n, mean, out, outOffset, 1);
        } else {
            FloatVectorMaps.softmaxBackward(
                    probability, probabilityOffset, gradient, gradientOffset, n, mean, out, outOffset);
        }
    }

    @Override
    public void rowsToColumns(float[] x, int xOffset, int n, int count, float[] out, int stride, int[] indices) {
        FloatVectorTranspose.rowsToColumns(x, xOffset, n, count, out, stride, indices);
    }

    @Override
    public void columnsToRows(float[] x, int stride, int n, int count, float[] out, int outOffset, int[] indices) {
        FloatVectorTranspose.columnsToRows(x, stride, n, count, out, outOffset, indices);
    }

    @Override
    public void columnMax(float[] x, int xOffset, int stride, int n, int count, float[] max) {
        if (lastCrosses(x, xOffset, stride, n, count)) {
            FloatScalarColumns.max(x, xOffset, stride, n, count, max);
        } else {
            FloatVectorColumns.max(x, xOffset, stride, n, count, max);
        }
    }

    @Override
    public void columnCopyMax(
            float[] x, int xOffset, int stride, int n, int count, float[] out, int outStride, float[] max) {
        if (lastCrosses(x, xOffset, stride, n, count)) {
            FloatScalarColumns.copyMax(x, xOffset, stride, n, count, out, outStride, max);
        } else {
            FloatVectorColumns.copyMax(x, xOffset, stride, n, count, out, outStride, max);
        }
    }

    @Override
    public void columnExpSetup(float[] max, int count, float[] shift, float[] low, float[] magic, float[] top) {
        FloatVectorColumns.expSetup(max, count, shift, low, magic, top);
    }

    @Override
    public void columnSumWhole(
            float[] x,
            int xOffset,
            int stride,
            int n,
            int count,
            float[] shift,
            float[] low,
            float[] magic,
            float[] top,
            float[] sum,
            float[] carry) {
        if (lastCrosses(x, xOffset, stride, n, count)) {
            FloatScalarColumns.sumWhole(x, xOffset, stride, n, count, shift, low, magic, top, sum, carry);
            return;
        }
        boolean isTile = stride == TILE;
        int p = 0;
        while (p < count) {
            if (isTile) {
                p = FloatVectorPlainColumnSums.whole(x, xOffset, n, p, count, shift, magic, top, sum, carry);
            }
            if (p < count) {
                int end = isTile ? Math.min(count, p + FloatSpecies.LENGTH) : count;
                FloatVectorColumnSums.whole(x, xOffset, stride, n, p, end, shift, low, magic, top, sum, carry);
                p = end;
            }
        }
    }

    @Override
    public void columnInSumUnits(float[] max, double[] sum, int count, double[] excess) {
        FloatVectorColumnEnds.inSumUnits(max, sum, count, excess);
    }

    @Override
    public void columnUnits(float[] max, int count, double[] unit) {
        FloatVectorColumnEnds.units(max, count, unit);
    }

    @Override
    public void columnLogOnePlus(double[] r, int count, double[] log) {
        FloatVectorColumnEnds.logOnePlus(r, count, log);
    }

    @Override
    public void columnSumExp(
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
        if (lastCrosses(x, xOffset, stride, n, count)) {
            FloatScalarColumns.sumExp(x, xOffset, stride, n, count, max, shift, low, magic, sum, extraMaxima);
        } else {
            FloatVectorColumns.sumExp(x, xOffset, stride, n, count, max, shift, low, magic, sum, extraMaxima);
        }
    }

    @Override
    public void columnRowSums(
            ExpSum kind,
            float[] x,
            int xOffset,
            int n,
            int count,
            float[] max,
            float[] shift,
            float[] low,
            float[] magic,
            float[] terms,
            double[] sum) {
        int p = 0;
        while (p < count) {
            int end = count;
            if (kind == ExpSum.WHOLE) {
                p = FloatVectorPlainColumnSums.ofRows(x, xOffset, n, p, count, shift, magic, terms, sum);
                end = Math.min(count, p + FloatSpecies.LENGTH);
            }
            if (p < count) {
                FloatVectorColumnSums.ofRows(kind, x, xOffset, n, p, end, max, shift, low, magic, terms, sum);
            }
            p = end;
        }
    }

    @Override
    public void columnSumBelow(
            float[] x,
            int xOffset,
            int stride,
            float @Nullable [] w,
            int wOffset,
            int n,
            int count,
            float[] max,
            float[] out) {
        if (lastCrosses(x, xOffset, stride, n, count)) {
            FloatScalarColumns.sumBelow(x, xOffset, stride, w, wOffset, n, count, max, out);
        } else {
            FloatVectorColumns.sumBelow(x, xOffset, stride, w, wOffset, n, count, max, out);
        }
    }

    @Override
    public void columnExpScale(
            float[] x,
            int xOffset,
            int stride,
            float @Nullable [] w,
            int wOffset,
            int n,
            int count,
            float[] shift,
            float[] low,
            float[] magic,
            float[] gain,
            float[] minus,
            float[] out,
            int outOffset,
            int outStride) {
        if (lastCrosses(x, xOffset, stride, n, count) || lastCrosses(out, outOffset, outStride, n, count)) {
            FloatScalarColumns.expScale(
                    x, xOffset, stride, w, wOffset, n, count, shift, low, magic, gain, minus, out, outOffset,
                    outStride);
        } else {
            boolean isTile = w == null && stride == TILE && outStride == TILE;
            int p = 0;
            while (p < count) {
                if (isTile) {
                    p = FloatVectorPlainColumns.expScale(
                            x, xOffset, n, p, count, shift, magic, gain, minus, out, outOffset);
                }
                if (p < count) {
                    int end = isTile ? Math.min(count, p + FloatSpecies.LENGTH) : count;
                    FloatVectorColumns.expScale(
                            x, xOffset, stride, w, wOffset, n, p, end, shift, low, magic, gain, minus, out, outOffset,
                            outStride);
                    p = end;
                }
            }
        }
    }

    @Override
    public void columnLogSoftmax(
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
        if (lastCrosses(x, xOffset, stride, n, count) || lastCrosses(out, outOffset, outStride, n, count)) {
            FloatScalarColumns.logSoftmax(x, xOffset, stride, n, count, max, logSum, out, outOffset, outStride);
        } else {
            FloatVectorColumns.logSoftmax(x, xOffset, stride, n, count, max, logSum, out, outOffset, outStride);
        }
    }

    @Override
    public double dotPrecise(float[] x, int xOffset, float xScale, float[] y, int yOffset, float yScale, int n) {
        if (!crosses(x, xOffset, n) && !crosses(y, yOffset, n)) {
            return FloatVectorDots.dotPrecise(x, xOffset, xScale, y, yOffset, yScale, n);
        }
        return FloatScalarRows.dotPrecise(x, xOffset, 1, xScale, y, yOffset, 1, yScale, n);
    }

    @Override
    public void squaresAndDot(
            float[] x,
            int xOffset,
            float xScale,
            float[] y,
            int yOffset,
            float yScale,
            int n,
            double[] sums,
            int sumsOffset) {
        if (!crosses(x, xOffset, n) && !crosses(y, yOffset, n)) {
            FloatVectorDots.squaresAndDot(x, xOffset, xScale, y, yOffset, yScale, n, sums, sumsOffset);
        } else {
            sums[sumsOffset] = dotPrecise(x, xOffset, xScale, x, xOffset, xScale, n);
            sums[sumsOffset + 1] = dotPrecise(y, yOffset, yScale, y, yOffset, yScale, n);
            sums[sumsOffset + 2] = dotPrecise(x, xOffset, xScale, y, yOffset, yScale, n);
        }
    }

    /** Whether a register crosses the array's end in one of the {@code n} rows that columns consist of. */
    private static boolean lastCrosses(float[] x, int xOffset, int stride, int n, int count) {
        return crosses(x, xOffset + Math.max(0, (n - 1) * stride), count);
    }
}
