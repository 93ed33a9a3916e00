// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.FloatKernels;
import io.github.lanewise.kernel.FloatNativeKernels;
import io.github.lanewise.kernel.FloatSelectKernels;
import io.github.lanewise.kernel.KernelSet;
import io.github.lanewise.kernel.PointFunction;
import io.github.lanewise.kernel.VectorWidth;
import io.github.lanewise.kernel.scalar.FloatScalarKernels;
import io.github.lanewise.kernel.scalar.FloatScalarNative;
import io.github.lanewise.kernel.scalar.FloatScalarSelect;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Kernels that begin as the twin's and become the vectors' one by one, once each is known to be fast. A kernel's first call
 * asks for its promotion and runs on the twin, as all calls until then do. The bits are the same before and after.
 */
public final class FloatPromotingKernels implements FloatKernels, FloatSelectKernels, FloatNativeKernels {
    /** The kernels; there is one set for the JVM, as there is one compiler. */
    public static final FloatPromotingKernels INSTANCE = new FloatPromotingKernels();

    private static final FloatKernels TWIN = FloatScalarKernels.INSTANCE;
    private static final FloatNativeKernels NATIVE_TWIN = FloatScalarNative.INSTANCE;

    /** What each kernel runs on; null until its first call. Calls that see an old value get the same bits from it. */
    private static final @Nullable FloatKernels[] IN_USE = new FloatKernels[Kernel.values().length];

    /** The same of native memory, which the twin leaves to arrays. */
    private static final @Nullable FloatNativeKernels[] IN_USE_ON_NATIVE = new FloatNativeKernels[IN_USE.length];

    private static FloatSelectKernels select = FloatScalarSelect.INSTANCE;

    private FloatPromotingKernels() {}

    private static FloatKernels at(Kernel kernel) {
        FloatKernels kernels = IN_USE[kernel.index()];
        return kernels == null ? first(kernel) : kernels;
    }

    private static FloatKernels first(Kernel kernel) {
        request(kernel);
        return TWIN;
    }

    private static FloatNativeKernels onNative(Kernel kernel) {
        FloatNativeKernels kernels = IN_USE_ON_NATIVE[kernel.index()];
        return kernels == null ? firstOnNative(kernel) : kernels;
    }

    private static FloatNativeKernels firstOnNative(Kernel kernel) {
        request(kernel);
        return NATIVE_TWIN;
    }

    /** Asks for a kernel's promotion, if nobody has yet. */
    static void request(Kernel kernel) {
        synchronized (IN_USE) {
            if (IN_USE[kernel.index()] == null) {
                IN_USE_ON_NATIVE[kernel.index()] = NATIVE_TWIN;
                IN_USE[kernel.index()] = TWIN;
                Promotions.request(new ToVectors(kernel));
            }
        }
    }

    /** The promotion of one kernel. */
    private static final class ToVectors extends Promotion {
        private final Kernel kernel;

        ToVectors(Kernel kernel) {
            super("float ".concat(kernel.label()));
            this.kernel = kernel;
        }

        @Override
        @Nullable
        String obstacle() {
            return Vectors.obstacle(VectorWidth.LEAST_FLOAT_BITS);
        }

        @Override
        Calls calls(KernelSet vectors) {
            Vectors.rehearseFloats();
            if (kernel == Kernel.COLUMNS) {
                // They have more operations on doubles than their folds.
                Vectors.rehearseDoubles();
            }
            FloatWarmUp warmUp = new FloatWarmUp(vectors.ofFloats(), vectors.selectFloats(), vectors.ofNativeFloats());
            return new Calls(() -> warmUp.run(kernel), () -> {
                FloatWarmUp twin = new FloatWarmUp(TWIN, FloatScalarSelect.INSTANCE, NATIVE_TWIN);
                return () -> twin.run(kernel);
            });
        }

        @Override
        void promote(KernelSet vectors) {
            synchronized (IN_USE) {
                IN_USE[kernel.index()] = vectors.ofFloats();
                IN_USE_ON_NATIVE[kernel.index()] = vectors.ofNativeFloats();
                if (kernel == Kernel.INDEX_ABOVE) {
                    select = vectors.selectFloats();
                }
            }
        }
    }

    @Override
    public int indexAbove(float[] x, int xOffset, int from, int n, float bound) {
        at(Kernel.INDEX_ABOVE);
        return select.indexAbove(x, xOffset, from, n, bound);
    }

    @Override
    public int apply(PointFunction f, MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset) {
        return onNative(Kernel.nativeOf(f)).apply(f, x, xOffset, n, out, outOffset);
    }

    @Override
    public int applyBackward(
            PointFunction f,
            MemorySegment x,
            long xOffset,
            MemorySegment g,
            long gOffset,
            int n,
            MemorySegment out,
            long outOffset) {
        return onNative(Kernel.nativeBackwardOf(f)).applyBackward(f, x, xOffset, g, gOffset, n, out, outOffset);
    }

    @Override
    public int softplus(
            MemorySegment x, long xOffset, int n, float beta, float threshold, MemorySegment out, long outOffset) {
        return onNative(Kernel.NATIVE_SOFTPLUS).softplus(x, xOffset, n, beta, threshold, out, outOffset);
    }

    @Override
    public int softplusBackward(
            MemorySegment x,
            long xOffset,
            MemorySegment g,
            long gOffset,
            int n,
            float beta,
            float threshold,
            MemorySegment out,
            long outOffset) {
        return onNative(Kernel.NATIVE_SOFTPLUS_BACKWARD)
                .softplusBackward(x, xOffset, g, gOffset, n, beta, threshold, out, outOffset);
    }

    @Override
    public double plainSumExpAndMax(MemorySegment x, long xOffset, int n, float near, float[] max) {
        return onNative(Kernel.NATIVE_SUM_EXP_AND_MAX).plainSumExpAndMax(x, xOffset, n, near, max);
    }

    @Override
    public boolean plainSumsExpAndMax(
            MemorySegment x, int[] places, int count, int n, float near, double[] sums, float[] max) {
        return onNative(Kernel.NATIVE_SUMS_EXP_AND_MAX).plainSumsExpAndMax(x, places, count, n, near, sums, max);
    }

    @Override
    public boolean plainSumsTermsAndMax(
            MemorySegment x,
            int[] places,
            int count,
            int n,
            float near,
            double[] sums,
            float[] max,
            float[] terms,
            int[] termsPlaces) {
        return onNative(Kernel.NATIVE_SUMS_TERMS_AND_MAX)
                .plainSumsTermsAndMax(x, places, count, n, near, sums, max, terms, termsPlaces);
    }

    @Override
    public double plainSumTermsAndMax(
            MemorySegment x, long xOffset, int n, float near, float[] max, float[] terms, int termsOffset) {
        return onNative(Kernel.NATIVE_SUM_TERMS_AND_MAX)
                .plainSumTermsAndMax(x, xOffset, n, near, max, terms, termsOffset);
    }

    @Override
    public boolean scaleTerms(
            float[] terms, int termsOffset, int n, float gain, float minus, MemorySegment out, long outOffset) {
        return onNative(Kernel.NATIVE_EXP_SCALE).scaleTerms(terms, termsOffset, n, gain, minus, out, outOffset);
    }

    @Override
    public boolean expScale(
            MemorySegment x,
            long xOffset,
            int n,
            float max,
            double factor,
            float minus,
            MemorySegment out,
            long outOffset) {
        return onNative(Kernel.NATIVE_EXP_SCALE).expScale(x, xOffset, n, max, factor, minus, out, outOffset);
    }

    @Override
    public boolean logSoftmax(
            MemorySegment x, long xOffset, int n, float max, float logSum, MemorySegment out, long outOffset) {
        return onNative(Kernel.NATIVE_LOG_SOFTMAX).logSoftmax(x, xOffset, n, max, logSum, out, outOffset);
    }

    @Override
    public boolean areProbabilities(MemorySegment x, long xOffset, int n) {
        return onNative(Kernel.NATIVE_BCE).areProbabilities(x, xOffset, n);
    }

    @Override
    public boolean bce(
            MemorySegment x,
            long xOffset,
            MemorySegment t,
            long tOffset,
            int n,
            boolean exact,
            float scale,
            float[] loss,
            int lossOffset,
            @Nullable MemorySegment gradX,
            long gradXOffset) {
        return onNative(Kernel.NATIVE_BCE)
                .bce(x, xOffset, t, tOffset, n, exact, scale, loss, lossOffset, gradX, gradXOffset);
    }

    @Override
    public double sumBceWithLogits(MemorySegment x, long xOffset, MemorySegment t, long tOffset, int n) {
        return onNative(Kernel.NATIVE_BCE_WITH_LOGITS).sumBceWithLogits(x, xOffset, t, tOffset, n);
    }

    @Override
    public double sumKlDiv(MemorySegment x, long xOffset, MemorySegment t, long tOffset, int n) {
        return onNative(Kernel.NATIVE_KL_DIV).sumKlDiv(x, xOffset, t, tOffset, n);
    }

    @Override
    public float max(float[] x, int xOffset, int n) {
        return at(Kernel.MAX).max(x, xOffset, n);
    }

    @Override
    public int indexOf(float[] x, int xOffset, int n, float value) {
        return at(Kernel.INDEX_OF).indexOf(x, xOffset, n, value);
    }

    @Override
    public double sumExp(ExpSum sum, float[] x, int xOffset, int n, float max) {
        return at(Kernel.of(sum)).sumExp(sum, x, xOffset, n, max);
    }

    @Override
    public double sumExpAndDistance(float[] x, int xOffset, int n, float max, double[] distance) {
        return at(Kernel.SUM_EXP_AND_DISTANCE).sumExpAndDistance(x, xOffset, n, max, distance);
    }

    @Override
    public double plainSumTermsAndMax(
            float[] x, int xOffset, int n, float near, float[] max, float[] terms, int termsOffset) {
        return at(Kernel.PLAIN_SUM_TERMS_AND_MAX).plainSumTermsAndMax(x, xOffset, n, near, max, terms, termsOffset);
    }

    @Override
    public void scaleTerms(float[] terms, int termsOffset, int n, float gain, float minus, float[] out, int outOffset) {
        at(Kernel.EXP_SCALE).scaleTerms(terms, termsOffset, n, gain, minus, out, outOffset);
    }

    @Override
    public double sumBelowAndMass(float[] x, int xOffset, float[] t, int tOffset, int n, float max, double[] mass) {
        return at(Kernel.LINEAR_SUM).sumBelowAndMass(x, xOffset, t, tOffset, n, max, mass);
    }

    @Override
    public double sumExpAndMax(float[] x, int xOffset, int n, float near, float[] max) {
        return at(Kernel.SUM_EXP_AND_MAX).sumExpAndMax(x, xOffset, n, near, max);
    }

    @Override
    public double plainSumExpAndMax(float[] x, int xOffset, int n, float near, float[] max) {
        return at(Kernel.PLAIN_SUM_EXP_AND_MAX).plainSumExpAndMax(x, xOffset, n, near, max);
    }

    @Override
    public void plainSumsExpAndMax(float[] x, int[] places, int count, int n, float near, double[] sums, float[] max) {
        at(Kernel.PLAIN_SUMS_EXP_AND_MAX).plainSumsExpAndMax(x, places, count, n, near, sums, max);
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
        at(Kernel.PLAIN_SUMS_TERMS_AND_MAX)
                .plainSumsTermsAndMax(x, places, count, n, near, sums, max, terms, termsPlaces);
    }

    @Override
    public double negativeLogProbability(float[] x, int xOffset, int n, int target) {
        return at(Kernel.SHORT_ROW).negativeLogProbability(x, xOffset, n, target);
    }

    @Override
    public double crossEntropyGradient(
            float[] x, int xOffset, int n, int target, double gradient, float[] out, int outOffset) {
        return at(Kernel.SHORT_ROW_GRADIENT).crossEntropyGradient(x, xOffset, n, target, gradient, out, outOffset);
    }

    @Override
    public double sum(float[] x, int xOffset, int n) {
        return at(Kernel.LINEAR_SUM).sum(x, xOffset, n);
    }

    @Override
    public double dot(float[] x, int xOffset, float[] y, int yOffset, int n) {
        return at(Kernel.LINEAR_SUM).dot(x, xOffset, y, yOffset, n);
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
        return at(Kernel.LINEAR_SUM).sumBelow(x, xOffset, t, tOffset, w, wOffset, n, max, alpha, beta);
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
        at(Kernel.EXP_SCALE)
                .expScale(x, xOffset, t, tOffset, w, wOffset, n, shift, factor, alpha, beta, out, outOffset);
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
        at(Kernel.LOG_SOFTMAX).logSoftmax(x, xOffset, w, wOffset, n, max, logSum, scale, out, outOffset);
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
        at(Kernel.LOG_SOFTMAX_BACKWARD)
                .logSoftmaxBackward(
                        logProbability, logProbabilityOffset, gradient, gradientOffset, n, gradientSum, out, outOffset);
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
        at(Kernel.SOFTMAX_BACKWARD)
                .softmaxBackward(probability, probabilityOffset, gradient, gradientOffset, n, mean, out, outOffset);
    }

    @Override
    public void rowsToColumns(float[] x, int xOffset, int n, int count, float[] out, int stride, int[] indices) {
        at(Kernel.COLUMNS).rowsToColumns(x, xOffset, n, count, out, stride, indices);
    }

    @Override
    public void columnsToRows(float[] x, int stride, int n, int count, float[] out, int outOffset, int[] indices) {
        at(Kernel.COLUMNS).columnsToRows(x, stride, n, count, out, outOffset, indices);
    }

    @Override
    public void columnMax(float[] x, int xOffset, int stride, int n, int count, float[] max) {
        at(Kernel.COLUMNS).columnMax(x, xOffset, stride, n, count, max);
    }

    @Override
    public void columnCopyMax(
            float[] x, int xOffset, int stride, int n, int count, float[] out, int outStride, float[] max) {
        at(Kernel.COLUMNS).columnCopyMax(x, xOffset, stride, n, count, out, outStride, max);
    }

    @Override
    public void columnExpSetup(float[] max, int count, float[] shift, float[] low, float[] magic, float[] top) {
        at(Kernel.COLUMNS).columnExpSetup(max, count, shift, low, magic, top);
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
        at(Kernel.COLUMNS).columnSumWhole(x, xOffset, stride, n, count, shift, low, magic, top, sum, carry);
    }

    @Override
    public void columnInSumUnits(float[] max, double[] sum, int count, double[] excess) {
        at(Kernel.COLUMNS).columnInSumUnits(max, sum, count, excess);
    }

    @Override
    public void columnUnits(float[] max, int count, double[] unit) {
        at(Kernel.COLUMNS).columnUnits(max, count, unit);
    }

    @Override
    public void columnLogOnePlus(double[] r, int count, double[] log) {
        at(Kernel.COLUMNS).columnLogOnePlus(r, count, log);
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
        at(Kernel.COLUMNS).columnSumExp(x, xOffset, stride, n, count, max, shift, low, magic, sum, extraMaxima);
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
        at(Kernel.COLUMNS).columnRowSums(kind, x, xOffset, n, count, max, shift, low, magic, terms, sum);
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
        at(Kernel.COLUMNS).columnSumBelow(x, xOffset, stride, w, wOffset, n, count, max, out);
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
        at(Kernel.COLUMNS)
                .columnExpScale(
                        x, xOffset, stride, w, wOffset, n, count, shift, low, magic, gain, minus, out, outOffset,
                        outStride);
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
        at(Kernel.COLUMNS).columnLogSoftmax(x, xOffset, stride, n, count, max, logSum, out, outOffset, outStride);
    }

    @Override
    public double dotPrecise(float[] x, int xOffset, float xScale, float[] y, int yOffset, float yScale, int n) {
        return at(Kernel.DOT_PRECISE).dotPrecise(x, xOffset, xScale, y, yOffset, yScale, n);
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
        at(Kernel.DOT_PRECISE).squaresAndDot(x, xOffset, xScale, y, yOffset, yScale, n, sums, sumsOffset);
    }

    @Override
    public void apply(PointFunction f, float[] x, int xOffset, int n, float[] out, int outOffset) {
        at(Kernel.of(f)).apply(f, x, xOffset, n, out, outOffset);
    }

    @Override
    public void applyBackward(
            PointFunction f, float[] x, int xOffset, float[] g, int gOffset, int n, float[] out, int outOffset) {
        at(Kernel.backwardOf(f)).applyBackward(f, x, xOffset, g, gOffset, n, out, outOffset);
    }

    @Override
    public void softplus(float[] x, int xOffset, int n, float beta, float threshold, float[] out, int outOffset) {
        at(Kernel.SOFTPLUS).softplus(x, xOffset, n, beta, threshold, out, outOffset);
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
        at(Kernel.SOFTPLUS_BACKWARD).softplusBackward(x, xOffset, g, gOffset, n, beta, threshold, out, outOffset);
    }

    @Override
    public void xlogy(float[] x, int xOffset, float[] y, int yOffset, int n, float[] out, int outOffset) {
        at(Kernel.XLOGY).xlogy(x, xOffset, y, yOffset, n, out, outOffset);
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
        at(Kernel.XLOGY_BACKWARD)
                .xlogyBackward(x, xOffset, y, yOffset, g, gOffset, n, gradX, gradXOffset, gradY, gradYOffset);
    }

    @Override
    public boolean areProbabilities(float[] x, int xOffset, int n) {
        return at(Kernel.BCE).areProbabilities(x, xOffset, n);
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
        at(Kernel.BCE)
                .bce(
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
        at(Kernel.BCE_WITH_LOGITS)
                .bceWithLogits(
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
        return at(Kernel.BCE_WITH_LOGITS).sumBceWithLogits(x, xOffset, t, tOffset, n, scale, gradX, gradXOffset);
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
        at(Kernel.KL_DIV)
                .klDiv(
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
        return at(Kernel.KL_DIV).sumKlDiv(x, xOffset, t, tOffset, n);
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
        at(Kernel.COMBINE).combine(x, xOffset, alpha, y, yOffset, beta, n, out, outOffset);
    }
}
