// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.vector.FloatPad.SECTION;

import io.github.lanewise.kernel.scalar.FloatScalarPoints;
import org.jspecify.annotations.Nullable;

/** The losses of single elements for {@link FloatVectorKernels}, run as {@link FloatVectorPointKernels} says. */
abstract class FloatVectorLossKernels extends FloatVectorPointKernels {
    FloatVectorLossKernels() {}

    @Override
    public final boolean areProbabilities(float[] x, int xOffset, int n) {
        int whole = FloatSpecies.SPECIES.loopBound(n);
        return FloatVectorPlainBce.areProbabilities(x, xOffset, whole)
                && FloatScalarPoints.areProbabilities(x, xOffset + whole, n - whole);
    }

    @Override
    public final void bce(
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
        int whole = FloatSpecies.SPECIES.loopBound(n);
        int done = 0;
        if (loss != null && w == null && gradX == null && gradT == null) {
            done = FloatVectorPlainBce.bce(x, xOffset, t, tOffset, whole, loss, lossOffset);
        }
        if (done < whole) {
            FloatVectorBce.bce(
                    x,
                    xOffset + done,
                    t,
                    tOffset + done,
                    w,
                    wOffset + done,
                    whole - done,
                    exact,
                    g,
                    gOffset + done,
                    scale,
                    loss,
                    lossOffset + done,
                    gradX,
                    gradXOffset + done,
                    gradT,
                    gradTOffset + done);
        }
        if (whole < n) {
            int rest = n - whole;
            float[] pad = FloatPad.borrow();
            FloatPad.fill(pad, 0, x, xOffset + whole, rest);
            FloatPad.fill(pad, 1, t, tOffset + whole, rest);
            FloatPad.fill(pad, 2, w, wOffset + whole, rest);
            FloatPad.fill(pad, 3, g, gOffset + whole, rest);
            FloatVectorBce.bce(
                    pad,
                    0,
                    pad,
                    SECTION,
                    FloatPad.instead(pad, w),
                    2 * SECTION,
                    rest,
                    exact,
                    FloatPad.instead(pad, g),
                    3 * SECTION,
                    scale,
                    FloatPad.instead(pad, loss),
                    4 * SECTION,
                    FloatPad.instead(pad, gradX),
                    5 * SECTION,
                    FloatPad.instead(pad, gradT),
                    6 * SECTION);
            FloatPad.empty(pad, 4, loss, lossOffset + whole, rest);
            FloatPad.empty(pad, 5, gradX, gradXOffset + whole, rest);
            FloatPad.empty(pad, 6, gradT, gradTOffset + whole, rest);
            FloatPad.giveBack(pad);
        }
    }

    @Override
    public final void bceWithLogits(
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
        int whole = FloatSpecies.SPECIES.loopBound(n);
        int done = 0;
        if (loss != null
                && w == null
                && p == null
                && g == null
                && gradT == null
                && Math.abs(scale) < Float.POSITIVE_INFINITY) {
            float[] strip = gradX == null ? null : FloatStrip.borrow();
            done = FloatVectorPlainLogits.bceWithLogits(
                    x, xOffset, t, tOffset, whole, scale, loss, lossOffset, gradX, gradXOffset, strip);
            if (strip != null) {
                FloatStrip.giveBack(strip);
            }
        }
        if (done < whole) {
            FloatVectorLogits.bceWithLogits(
                    x,
                    xOffset + done,
                    t,
                    tOffset + done,
                    w,
                    wOffset + done,
                    p,
                    pOffset + done,
                    whole - done,
                    limit,
                    g,
                    gOffset + done,
                    scale,
                    loss,
                    lossOffset + done,
                    gradX,
                    gradXOffset + done,
                    gradT,
                    gradTOffset + done);
        }
        if (whole < n) {
            int rest = n - whole;
            float[] pad = FloatPad.borrow();
            FloatPad.fill(pad, 0, x, xOffset + whole, rest);
            FloatPad.fill(pad, 1, t, tOffset + whole, rest);
            FloatPad.fill(pad, 2, w, wOffset + whole, rest);
            FloatPad.fill(pad, 3, p, pOffset + whole, rest);
            FloatPad.fill(pad, 4, g, gOffset + whole, rest);
            FloatVectorLogits.bceWithLogits(
                    pad,
                    0,
                    pad,
                    SECTION,
                    FloatPad.instead(pad, w),
                    2 * SECTION,
                    FloatPad.instead(pad, p),
                    3 * SECTION,
                    rest,
                    limit,
                    FloatPad.instead(pad, g),
                    4 * SECTION,
                    scale,
                    FloatPad.instead(pad, loss),
                    5 * SECTION,
                    FloatPad.instead(pad, gradX),
                    6 * SECTION,
                    FloatPad.instead(pad, gradT),
                    7 * SECTION);
            FloatPad.empty(pad, 5, loss, lossOffset + whole, rest);
            FloatPad.empty(pad, 6, gradX, gradXOffset + whole, rest);
            FloatPad.empty(pad, 7, gradT, gradTOffset + whole, rest);
            FloatPad.giveBack(pad);
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // one and the same array, not equal contents
    public final double sumBceWithLogits(
            float[] x,
            int xOffset,
            float[] t,
            int tOffset,
            int n,
            float scale,
            float @Nullable [] gradX,
            int gradXOffset) {
        FloatLogitStrip strip = FloatLogitStrip.borrow();
        boolean quick = gradX != null && Math.abs(scale) < Float.POSITIVE_INFINITY;
        // A strip may be walked twice, so its inputs have to last.
        boolean inPlace = gradX == x || gradX == t;
        double sum = FloatVectorLogitSums.sum(
                x,
                xOffset,
                t,
                tOffset,
                n,
                scale,
                quick ? (inPlace ? strip.slopes : gradX) : null,
                quick && !inPlace ? gradXOffset : 0,
                strip);
        if (gradX != null && !Double.isNaN(sum)) {
            if (!quick) {
                bceWithLogits(
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
            } else if (inPlace) {
                System.arraycopy(strip.slopes, 0, gradX, gradXOffset, n);
            }
        }
        strip.giveBack();
        return sum;
    }

    @Override
    public final void klDiv(
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
        int whole = FloatSpecies.SPECIES.loopBound(n);
        int done = 0;
        if (loss != null && !logTarget && gradX == null && gradT == null) {
            done = FloatVectorPlainKlDiv.klDiv(x, xOffset, t, tOffset, whole, loss, lossOffset);
        }
        if (done < whole) {
            runKlDiv(
                    x,
                    xOffset + done,
                    t,
                    tOffset + done,
                    whole - done,
                    logTarget,
                    limit,
                    g,
                    gOffset + done,
                    scale,
                    loss,
                    lossOffset + done,
                    gradX,
                    gradXOffset + done,
                    gradT,
                    gradTOffset + done);
        }
        if (whole < n) {
            int rest = n - whole;
            float[] pad = FloatPad.borrow();
            FloatPad.fill(pad, 0, x, xOffset + whole, rest);
            FloatPad.fill(pad, 1, t, tOffset + whole, rest);
            FloatPad.fill(pad, 2, g, gOffset + whole, rest);
            runKlDiv(
                    pad,
                    0,
                    pad,
                    SECTION,
                    rest,
                    logTarget,
                    limit,
                    FloatPad.instead(pad, g),
                    2 * SECTION,
                    scale,
                    FloatPad.instead(pad, loss),
                    3 * SECTION,
                    FloatPad.instead(pad, gradX),
                    4 * SECTION,
                    FloatPad.instead(pad, gradT),
                    5 * SECTION);
            FloatPad.empty(pad, 3, loss, lossOffset + whole, rest);
            FloatPad.empty(pad, 4, gradX, gradXOffset + whole, rest);
            FloatPad.empty(pad, 5, gradT, gradTOffset + whole, rest);
            FloatPad.giveBack(pad);
        }
    }

    @Override
    public final double sumKlDiv(float[] x, int xOffset, float[] t, int tOffset, int n) {
        double sum = FloatVectorKlDivSums.sum(x, xOffset, t, tOffset, n);
        return Double.isFinite(sum) ? sum : Double.NaN;
    }

    private static void runKlDiv(
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
        if (logTarget) {
            FloatVectorKlDiv.klDivLog(
                    x,
                    xOffset,
                    t,
                    tOffset,
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
        } else {
            FloatVectorKlDiv.klDiv(
                    x,
                    xOffset,
                    t,
                    tOffset,
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
    }
}
