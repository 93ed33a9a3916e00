// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.vector.FloatPad.SECTION;

import io.github.lanewise.kernel.FloatPointKernels;
import io.github.lanewise.kernel.PointFunction;
import org.jspecify.annotations.Nullable;

/**
 * The functions of {@link FloatPointKernels} for {@link FloatVectorKernels}. A call goes to its kernel whole, a sigmoid
 * of ordinary numbers to two of them one after the other, unless a register would cross an array's end: then the elements of the last
 * register are computed in a {@link FloatPad}.
 */
abstract class FloatVectorPointKernels implements FloatPointKernels {
    FloatVectorPointKernels() {}

    @Override
    public final void apply(PointFunction f, float[] x, int xOffset, int n, float[] out, int outOffset) {
        boolean edge = crosses(x, xOffset, n) || crosses(out, outOffset, n);
        int whole = edge ? FloatSpecies.SPECIES.loopBound(n) : n;
        run(f, x, xOffset, whole, out, outOffset);
        if (whole < n) {
            int rest = n - whole;
            float[] pad = FloatPad.borrow();
            FloatPad.fill(pad, 0, x, xOffset + whole, rest);
            run(f, pad, 0, rest, pad, SECTION);
            FloatPad.empty(pad, 1, out, outOffset + whole, rest);
            FloatPad.giveBack(pad);
        }
    }

    private static void run(PointFunction f, float[] x, int xOffset, int n, float[] out, int outOffset) {
        switch (f) {
            case EXP -> FloatVectorElementwise.exp(x, xOffset, n, out, outOffset);
            case EXPM1 -> FloatVectorElementwise.expm1(x, xOffset, n, out, outOffset);
            case LOG -> FloatVectorElementwise.log(x, xOffset, n, out, outOffset);
            case LOG1P -> FloatVectorElementwise.log1p(x, xOffset, n, out, outOffset);
            case TANH -> FloatVectorSigmoid.tanh(x, xOffset, n, out, outOffset);
            case SIGMOID -> {
                int done = FloatVectorPlainSigmoid.sigmoid(x, xOffset, n, out, outOffset);
                if (done < n) {
                    FloatVectorSigmoid.sigmoid(x, xOffset + done, n - done, out, outOffset + done);
                }
            }
            case LOG_SIGMOID ->
                FloatVectorSigmoid.softplus(x, xOffset, n, -1f, Float.POSITIVE_INFINITY, out, outOffset);
        }
    }

    @Override
    public final void applyBackward(
            PointFunction f, float[] x, int xOffset, float[] g, int gOffset, int n, float[] out, int outOffset) {
        boolean edge = crosses(x, xOffset, n) || crosses(g, gOffset, n) || crosses(out, outOffset, n);
        int whole = edge ? FloatSpecies.SPECIES.loopBound(n) : n;
        runBackward(f, x, xOffset, g, gOffset, whole, out, outOffset);
        if (whole < n) {
            int rest = n - whole;
            float[] pad = FloatPad.borrow();
            FloatPad.fill(pad, 0, x, xOffset + whole, rest);
            FloatPad.fill(pad, 1, g, gOffset + whole, rest);
            runBackward(f, pad, 0, pad, SECTION, rest, pad, 2 * SECTION);
            FloatPad.empty(pad, 2, out, outOffset + whole, rest);
            FloatPad.giveBack(pad);
        }
    }

    private static void runBackward(
            PointFunction f, float[] x, int xOffset, float[] g, int gOffset, int n, float[] out, int outOffset) {
        switch (f) {
            case EXP, EXPM1 -> FloatVectorSlopes.expTimes(x, xOffset, g, gOffset, n, out, outOffset);
            case LOG -> FloatVectorSlopes.quotient(x, xOffset, g, gOffset, n, -0f, out, outOffset);
            case LOG1P -> FloatVectorSlopes.quotient(x, xOffset, g, gOffset, n, 1f, out, outOffset);
            case TANH -> FloatVectorSigmoid.slope(x, xOffset, g, gOffset, n, 2f, 4f, out, outOffset);
            case SIGMOID -> FloatVectorSigmoid.slope(x, xOffset, g, gOffset, n, 1f, 1f, out, outOffset);
            case LOG_SIGMOID ->
                FloatVectorSigmoid.sigmoidTimes(
                        x, xOffset, g, gOffset, n, -1f, Float.POSITIVE_INFINITY, out, outOffset);
        }
    }

    @Override
    public final void softplus(float[] x, int xOffset, int n, float beta, float threshold, float[] out, int outOffset) {
        boolean edge = crosses(x, xOffset, n) || crosses(out, outOffset, n);
        int whole = edge ? FloatSpecies.SPECIES.loopBound(n) : n;
        FloatVectorSigmoid.softplus(x, xOffset, whole, beta, threshold, out, outOffset);
        if (whole < n) {
            int rest = n - whole;
            float[] pad = FloatPad.borrow();
            FloatPad.fill(pad, 0, x, xOffset + whole, rest);
            FloatVectorSigmoid.softplus(pad, 0, rest, beta, threshold, pad, SECTION);
            FloatPad.empty(pad, 1, out, outOffset + whole, rest);
            FloatPad.giveBack(pad);
        }
    }

    @Override
    public final void softplusBackward(
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            int n,
            float beta,
            float threshold,
            float[] out,
            int outOffset) {
        boolean edge = crosses(x, xOffset, n) || crosses(g, gOffset, n) || crosses(out, outOffset, n);
        int whole = edge ? FloatSpecies.SPECIES.loopBound(n) : n;
        FloatVectorSigmoid.sigmoidTimes(x, xOffset, g, gOffset, whole, beta, threshold, out, outOffset);
        if (whole < n) {
            int rest = n - whole;
            float[] pad = FloatPad.borrow();
            FloatPad.fill(pad, 0, x, xOffset + whole, rest);
            FloatPad.fill(pad, 1, g, gOffset + whole, rest);
            FloatVectorSigmoid.sigmoidTimes(pad, 0, pad, SECTION, rest, beta, threshold, pad, 2 * SECTION);
            FloatPad.empty(pad, 2, out, outOffset + whole, rest);
            FloatPad.giveBack(pad);
        }
    }

    @Override
    public final void xlogy(float[] x, int xOffset, float[] y, int yOffset, int n, float[] out, int outOffset) {
        boolean edge = crosses(x, xOffset, n) || crosses(y, yOffset, n) || crosses(out, outOffset, n);
        int whole = edge ? FloatSpecies.SPECIES.loopBound(n) : n;
        FloatVectorPoints.xlogy(x, xOffset, y, yOffset, whole, out, outOffset);
        if (whole < n) {
            int rest = n - whole;
            float[] pad = FloatPad.borrow();
            FloatPad.fill(pad, 0, x, xOffset + whole, rest);
            FloatPad.fill(pad, 1, y, yOffset + whole, rest);
            FloatVectorPoints.xlogy(pad, 0, pad, SECTION, rest, pad, 2 * SECTION);
            FloatPad.empty(pad, 2, out, outOffset + whole, rest);
            FloatPad.giveBack(pad);
        }
    }

    @Override
    public final void xlogyBackward(
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
        boolean edge = crosses(x, xOffset, n)
                || crosses(y, yOffset, n)
                || crosses(g, gOffset, n)
                || crosses(gradX, gradXOffset, n)
                || crosses(gradY, gradYOffset, n);
        int whole = edge ? FloatSpecies.SPECIES.loopBound(n) : n;
        FloatVectorPoints.xlogyBackward(
                x, xOffset, y, yOffset, g, gOffset, whole, gradX, gradXOffset, gradY, gradYOffset);
        if (whole < n) {
            int rest = n - whole;
            float[] pad = FloatPad.borrow();
            FloatPad.fill(pad, 0, x, xOffset + whole, rest);
            FloatPad.fill(pad, 1, y, yOffset + whole, rest);
            FloatPad.fill(pad, 2, g, gOffset + whole, rest);
            FloatVectorPoints.xlogyBackward(
                    pad,
                    0,
                    pad,
                    SECTION,
                    pad,
                    2 * SECTION,
                    rest,
                    FloatPad.instead(pad, gradX),
                    3 * SECTION,
                    FloatPad.instead(pad, gradY),
                    4 * SECTION);
            FloatPad.empty(pad, 3, gradX, gradXOffset + whole, rest);
            FloatPad.empty(pad, 4, gradY, gradYOffset + whole, rest);
            FloatPad.giveBack(pad);
        }
    }

    @Override
    public final void combine(
            float[] x,
            int xOffset,
            float alpha,
            float[] y,
            int yOffset,
            float beta,
            int n,
            float[] out,
            int outOffset) {
        boolean edge = crosses(x, xOffset, n) || crosses(y, yOffset, n) || crosses(out, outOffset, n);
        int whole = edge ? FloatSpecies.SPECIES.loopBound(n) : n;
        FloatVectorPoints.combine(x, xOffset, alpha, y, yOffset, beta, whole, out, outOffset);
        if (whole < n) {
            int rest = n - whole;
            float[] pad = FloatPad.borrow();
            FloatPad.fill(pad, 0, x, xOffset + whole, rest);
            FloatPad.fill(pad, 1, y, yOffset + whole, rest);
            FloatVectorPoints.combine(pad, 0, alpha, pad, SECTION, beta, rest, pad, 2 * SECTION);
            FloatPad.empty(pad, 2, out, outOffset + whole, rest);
            FloatPad.giveBack(pad);
        }
    }

    /**
     * Whether the last register of a row would reach past the array's end. A masked load or store may do that, but the
     * JDK then checks its mask lane by lane, and where that happens now and then only, C2 leaves the check out of line
     * and boxes the mask. So registers that cross the end of an array are left to the twin, or their elements copied to
     * a {@link FloatPad}.
     */
    static boolean crosses(float @Nullable [] x, int xOffset, int n) {
        return x != null && xOffset + ((n + FloatSpecies.LENGTH - 1) & -FloatSpecies.LENGTH) > x.length;
    }
}
