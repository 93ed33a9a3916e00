// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import static io.github.lanewise.kernel.scalar.FloatScalarRows.canonical;

import io.github.lanewise.kernel.PointFunction;
import org.jspecify.annotations.Nullable;

/**
 * The operations of {@link io.github.lanewise.kernel.FloatPointKernels} in plain Java: {@link FloatMath},
 * {@link FloatSigmoidMath} and {@link FloatLossMath} over arrays.
 */
public final class FloatScalarPoints {
    private FloatScalarPoints() {}

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#apply}. */
    public static void apply(PointFunction f, float[] x, int xOffset, int n, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            float value = x[xOffset + i];
            out[outOffset + i] = switch (f) {
                case EXP -> FloatMath.exp(value);
                case EXPM1 -> FloatMath.expm1(value);
                case LOG -> FloatMath.log(value);
                case LOG1P -> FloatMath.log1p(value);
                case TANH -> FloatSigmoidMath.tanh(value);
                case SIGMOID -> FloatSigmoidMath.sigmoid(value);
                case LOG_SIGMOID -> FloatSigmoidMath.logSigmoid(value);
            };
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#applyBackward}. */
    public static void applyBackward(
            PointFunction f, float[] x, int xOffset, float[] g, int gOffset, int n, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            float value = x[xOffset + i];
            float upstream = g[gOffset + i];
            out[outOffset + i] = canonical(
                    switch (f) {
                        case EXP, EXPM1 -> upstream * FloatMath.exp(value);
                        case LOG -> upstream / value;
                        case LOG1P -> upstream / (1f + value);
                        case TANH -> upstream * FloatSigmoidMath.slope(2f * value, 4f);
                        case SIGMOID -> upstream * FloatSigmoidMath.slope(value, 1f);
                        case LOG_SIGMOID -> upstream * FloatSigmoidMath.sigmoid(-value);
                    });
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#softplus}. */
    public static void softplus(
            float[] x, int xOffset, int n, float beta, float threshold, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = FloatSigmoidMath.softplus(x[xOffset + i], beta, threshold);
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#softplusBackward}. */
    public static void softplusBackward(
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            int n,
            float beta,
            float threshold,
            float[] out,
            int outOffset) {
        for (int i = 0; i < n; i++) {
            float y = beta * x[xOffset + i];
            float upstream = g[gOffset + i];
            out[outOffset + i] = canonical(y > threshold ? upstream : upstream * FloatSigmoidMath.sigmoid(y));
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#xlogy}. */
    public static void xlogy(float[] x, int xOffset, float[] y, int yOffset, int n, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = canonical(FloatLossMath.xlogy(x[xOffset + i], y[yOffset + i]));
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#xlogyBackward}. */
    public static void xlogyBackward(
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
        for (int i = 0; i < n; i++) {
            float a = x[xOffset + i];
            float b = y[yOffset + i];
            float upstream = g[gOffset + i];
            if (gradX != null) {
                gradX[gradXOffset + i] = canonical(FloatLossMath.xlogySlopeX(a, b, upstream));
            }
            if (gradY != null) {
                gradY[gradYOffset + i] = canonical(upstream * a / b);
            }
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#areProbabilities}. */
    public static boolean areProbabilities(float[] x, int xOffset, int n) {
        for (int i = xOffset; i < xOffset + n; i++) {
            if (!(x[i] >= 0f && x[i] <= 1f)) {
                return false;
            }
        }
        return true;
    }

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#bce}. */
    public static void bce(
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
        for (int i = 0; i < n; i++) {
            float input = x[xOffset + i];
            float target = t[tOffset + i];
            float weight = w == null ? 1f : w[wOffset + i];
            float factor = (g == null ? scale : scale * g[gOffset + i]) * weight;
            if (loss != null) {
                loss[lossOffset + i] = canonical(FloatLossMath.bce(input, target, exact) * weight);
            }
            if (gradX != null) {
                gradX[gradXOffset + i] = canonical(factor * FloatLossMath.bceSlope(input, target, exact));
            }
            if (gradT != null) {
                gradT[gradTOffset + i] = canonical(factor * FloatLossMath.bceTargetSlope(input, exact));
            }
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#bceWithLogits}. */
    public static void bceWithLogits(
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
        for (int i = 0; i < n; i++) {
            float input = x[xOffset + i];
            float target = t[tOffset + i];
            float weight = w == null ? 1f : w[wOffset + i];
            float factor = (g == null ? scale : scale * g[gOffset + i]) * weight;
            float emphasis = p == null ? 1f : p[pOffset + i];
            // 1 exactly without p, which (1 - t) + t is not always.
            float both = p == null ? 1f : Math.fma(emphasis, target, 1f - target);
            float positive = emphasis * target;
            if (loss != null) {
                float value = FloatLossMath.logits(input, target, positive, both, limit, weight);
                loss[lossOffset + i] = canonical(value * weight);
            }
            if (gradX != null) {
                gradX[gradXOffset + i] = canonical(factor * FloatLossMath.logitsSlope(input, target, positive, both));
            }
            if (gradT != null) {
                float slope = p == null
                        ? FloatLossMath.plainLogitsTargetSlope(input, limit, factor)
                        : FloatLossMath.logitsTargetSlope(input, emphasis, limit, factor);
                gradT[gradTOffset + i] = canonical(factor * slope);
            }
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#klDiv}. */
    public static void klDiv(
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
        for (int i = 0; i < n; i++) {
            float input = x[xOffset + i];
            float target = t[tOffset + i];
            float factor = g == null ? scale : scale * g[gOffset + i];
            if (loss != null) {
                loss[lossOffset + i] = canonical(
                        logTarget
                                ? FloatLossMath.klDivLog(input, target, limit)
                                : FloatLossMath.klDiv(input, target, limit));
            }
            if (gradX != null) {
                gradX[gradXOffset + i] = canonical(factor * -(logTarget ? FloatMath.exp(target) : target));
            }
            if (gradT != null) {
                gradT[gradTOffset + i] = canonical(
                        logTarget
                                ? factor * FloatLossMath.klDivLogTargetSlope(input, target, limit)
                                : FloatLossMath.klDivTargetGradient(factor, input, target, limit));
            }
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatPointKernels#combine}. */
    public static void combine(
            float[] x,
            int xOffset,
            float alpha,
            float[] y,
            int yOffset,
            float beta,
            int n,
            float[] out,
            int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = canonical(Math.fma(x[xOffset + i], alpha, y[yOffset + i] * beta));
        }
    }
}
