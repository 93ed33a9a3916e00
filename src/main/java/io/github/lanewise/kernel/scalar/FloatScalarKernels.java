// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatKernels;
import io.github.lanewise.kernel.PointFunction;
import org.jspecify.annotations.Nullable;

/** The scalar twin: every kernel in plain Java, with the bits of the vector kernels. */
public final class FloatScalarKernels implements FloatKernels {
    /** The twin has no state, so one is enough. */
    public static final FloatScalarKernels INSTANCE = new FloatScalarKernels();

    private FloatScalarKernels() {}

    @Override
    public float max(float[] x, int xOffset, int n) {
        return FloatScalarRows.max(x, xOffset, 1, n);
    }

    @Override
    public int indexOf(float[] x, int xOffset, int n, float value) {
        return FloatScalarRows.indexOf(x, xOffset, 1, n, value);
    }

    @Override
    public double sumExp(ExpSum sum, float[] x, int xOffset, int n, float max) {
        return FloatScalarRows.sumExp(sum, x, xOffset, 1, n, max);
    }

    @Override
    public double sumExpAndDistance(float[] x, int xOffset, int n, float max, double[] distance) {
        return FloatScalarRows.sumExpAndDistance(x, xOffset, 1, n, max, distance);
    }

    @Override
    public double plainSumTermsAndMax(
            float[] x, int xOffset, int n, float near, float[] max, float[] terms, int termsOffset) {
        FloatScalarRows.lateTerms(x, xOffset, n, near, terms, termsOffset);
        return sumExpAndMax(x, xOffset, n, near, max);
    }

    @Override
    public void scaleTerms(float[] terms, int termsOffset, int n, float gain, float minus, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = Math.fma(terms[termsOffset + i], gain, -minus);
        }
    }

    @Override
    public double sumBelowAndMass(float[] x, int xOffset, float[] t, int tOffset, int n, float max, double[] mass) {
        mass[0] = FloatScalarRows.sum(t, tOffset, 1, n);
        return FloatScalarRows.sumBelow(x, xOffset, 1, t, tOffset, 1, null, 0, n, max, 1f, 0f);
    }

    @Override
    public double sumExpAndMax(float[] x, int xOffset, int n, float near, float[] max) {
        max[0] = FloatScalarRows.max(x, xOffset, 1, n);
        return FloatScalarRows.sumExp(ExpSum.WHOLE, x, xOffset, 1, n, near);
    }

    @Override
    public double plainSumExpAndMax(float[] x, int xOffset, int n, float near, float[] max) {
        return sumExpAndMax(x, xOffset, n, near, max);
    }

    @Override
    public void plainSumsExpAndMax(float[] x, int[] places, int count, int n, float near, double[] sums, float[] max) {
        for (int i = 0; i < count; i++) {
            max[i] = FloatScalarRows.max(x, places[i], 1, n);
            sums[i] = FloatScalarRows.sumExp(ExpSum.WHOLE, x, places[i], 1, n, near);
        }
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
        plainSumsExpAndMax(x, places, count, n, near, sums, max);
        for (int i = 0; i < count; i++) {
            FloatScalarRows.lateTerms(x, places[i], n, near, terms, termsPlaces[i]);
        }
    }

    @Override
    public double sum(float[] x, int xOffset, int n) {
        return FloatScalarRows.sum(x, xOffset, 1, n);
    }

    @Override
    public double dot(float[] x, int xOffset, float[] y, int yOffset, int n) {
        return FloatScalarRows.dot(x, xOffset, 1, y, yOffset, 1, n);
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
        return FloatScalarRows.sumBelow(x, xOffset, 1, t, tOffset, 1, w, wOffset, n, max, alpha, beta);
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
            float shift,
            double factor,
            float alpha,
            float beta,
            float[] out,
            int outOffset) {
        FloatScalarRows.expScale(
                x, xOffset, 1, t, tOffset, 1, w, wOffset, n, shift, factor, alpha, beta, out, outOffset, 1);
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
        FloatScalarRows.logSoftmax(x, xOffset, 1, w, wOffset, n, max, logSum, scale, out, outOffset, 1);
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
        FloatScalarRows.softmaxBackward(
                probability, probabilityOffset, 1, gradient, gradientOffset, 1, n, mean, out, outOffset, 1);
    }

    @Override
    public void rowsToColumns(float[] x, int xOffset, int n, int count, float[] out, int stride, int[] indices) {
        FloatScalarColumns.fromRows(x, xOffset, n, 0, count, out, stride);
    }

    @Override
    public void columnsToRows(float[] x, int stride, int n, int count, float[] out, int outOffset, int[] indices) {
        FloatScalarColumns.toRows(x, stride, n, 0, count, out, outOffset);
    }

    @Override
    public void columnCopyMax(
            float[] x, int xOffset, int stride, int n, int count, float[] out, int outStride, float[] max) {
        FloatScalarColumns.copyMax(x, xOffset, stride, n, count, out, outStride, max);
    }

    @Override
    public void columnMax(float[] x, int xOffset, int stride, int n, int count, float[] max) {
        FloatScalarColumns.max(x, xOffset, stride, n, count, max);
    }

    @Override
    public void columnExpSetup(float[] max, int count, float[] shift, float[] low, float[] magic, float[] top) {
        FloatScalarColumns.expSetup(max, count, shift, low, magic, top);
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
        FloatScalarColumns.sumWhole(x, xOffset, stride, n, count, shift, low, magic, top, sum, carry);
    }

    @Override
    public void columnInSumUnits(float[] max, double[] sum, int count, double[] excess) {
        FloatScalarColumns.inSumUnits(max, sum, count, excess);
    }

    @Override
    public void columnUnits(float[] max, int count, double[] unit) {
        FloatScalarColumns.units(max, count, unit);
    }

    @Override
    public void columnLogOnePlus(double[] r, int count, double[] log) {
        FloatScalarColumns.logOnePlus(r, count, log);
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
        FloatScalarColumns.sumExp(x, xOffset, stride, n, count, max, shift, low, magic, sum, extraMaxima);
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
        FloatScalarColumns.rowSums(kind, x, xOffset, n, count, max, sum);
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
        FloatScalarColumns.sumBelow(x, xOffset, stride, w, wOffset, n, count, max, out);
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
        FloatScalarColumns.expScale(
                x, xOffset, stride, w, wOffset, n, count, shift, low, magic, gain, minus, out, outOffset, outStride);
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
        FloatScalarColumns.logSoftmax(x, xOffset, stride, n, count, max, logSum, out, outOffset, outStride);
    }

    @Override
    public double dotPrecise(float[] x, int xOffset, float xScale, float[] y, int yOffset, float yScale, int n) {
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
        sums[sumsOffset] = dotPrecise(x, xOffset, xScale, x, xOffset, xScale, n);
        sums[sumsOffset + 1] = dotPrecise(y, yOffset, yScale, y, yOffset, yScale, n);
        sums[sumsOffset + 2] = dotPrecise(x, xOffset, xScale, y, yOffset, yScale, n);
    }

    @Override
    public void apply(PointFunction f, float[] x, int xOffset, int n, float[] out, int outOffset) {
        FloatScalarPoints.apply(f, x, xOffset, n, out, outOffset);
    }

    @Override
    public void applyBackward(
            PointFunction f, float[] x, int xOffset, float[] g, int gOffset, int n, float[] out, int outOffset) {
        FloatScalarPoints.applyBackward(f, x, xOffset, g, gOffset, n, out, outOffset);
    }

    @Override
    public void softplus(float[] x, int xOffset, int n, float beta, float threshold, float[] out, int outOffset) {
        FloatScalarPoints.softplus(x, xOffset, n, beta, threshold, out, outOffset);
    }

    @Override
    public void softplusBackward(
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            int n,
            float beta,
            float threshold,
            float[] out,
            int outOffset) {
        FloatScalarPoints.softplusBackward(x, xOffset, g, gOffset, n, beta, threshold, out, outOffset);
    }

    @Override
    public void xlogy(float[] x, int xOffset, float[] y, int yOffset, int n, float[] out, int outOffset) {
        FloatScalarPoints.xlogy(x, xOffset, y, yOffset, n, out, outOffset);
    }

    @Override
    public void xlogyBackward(
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
        FloatScalarPoints.xlogyBackward(x, xOffset, y, yOffset, g, gOffset, n, gradX, gradXOffset, gradY, gradYOffset);
    }

    @Override
    public boolean areProbabilities(float[] x, int xOffset, int n) {
        return FloatScalarPoints.areProbabilities(x, xOffset, n);
    }

    @Override
    public void bce(
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
        FloatScalarPoints.bce(
                x,
                xOffset,
                t,
                tOffset,
                w,
                wOffset,
                n,
                exact,
                g,
                gOffset,
                scale,
                loss,
                lossOffset,
                gradX,
                gradXOffset,
                gradT,
                gradTOffset);
    }

    @Override
    public void bceWithLogits(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            float @Nullable [] w,
            int wOffset,
            float @Nullable [] p,
            int pOffset,
            int n,
            boolean limit,
            float @Nullable [] g,
            int gOffset,
            float scale,
            float @Nullable [] loss,
            int lossOffset,
            float @Nullable [] gradX,
            int gradXOffset,
            float @Nullable [] gradT,
            int gradTOffset) {
        FloatScalarPoints.bceWithLogits(
                x,
                xOffset,
                t,
                tOffset,
                w,
                wOffset,
                p,
                pOffset,
                n,
                limit,
                g,
                gOffset,
                scale,
                loss,
                lossOffset,
                gradX,
                gradXOffset,
                gradT,
                gradTOffset);
    }

    @Override
    public double sumBceWithLogits(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            int n,
            float scale,
            float @Nullable [] gradX,
            int gradXOffset) {
        double sum = FloatLogitSums.sum(x, xOffset, t, tOffset, n);
        if (gradX != null && !Double.isNaN(sum)) {
            FloatScalarPoints.bceWithLogits(
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
        return sum;
    }

    @Override
    public void klDiv(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            int n,
            boolean logTarget,
            boolean limit,
            float @Nullable [] g,
            int gOffset,
            float scale,
            float @Nullable [] loss,
            int lossOffset,
            float @Nullable [] gradX,
            int gradXOffset,
            float @Nullable [] gradT,
            int gradTOffset) {
        FloatScalarPoints.klDiv(
                x,
                xOffset,
                t,
                tOffset,
                n,
                logTarget,
                limit,
                g,
                gOffset,
                scale,
                loss,
                lossOffset,
                gradX,
                gradXOffset,
                gradT,
                gradTOffset);
    }

    @Override
    public double sumKlDiv(float[] x, int xOffset, float[] t, int tOffset, int n) {
        return FloatKlDivSums.sum(x, xOffset, t, tOffset, n);
    }

    @Override
    public void combine(
            float[] x,
            int xOffset,
            float alpha,
            float[] y,
            int yOffset,
            float beta,
            int n,
            float[] out,
            int outOffset) {
        FloatScalarPoints.combine(x, xOffset, alpha, y, yOffset, beta, n, out, outOffset);
    }
}
