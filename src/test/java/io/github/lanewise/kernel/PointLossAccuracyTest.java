// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.kernel.scalar.FloatScalarKernels;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The errors of the losses of single elements against their formulas in double, whose rounding does not show: no term cancels
 * another but where a test says so. All inputs lie where a loss is meant to be used. The bounds are what was measured,
 * rounded up; the vector kernels have the same bits.
 */
class PointLossAccuracyTest {
    private static final int COUNT = 400_000;
    private static final FloatPointKernels KERNELS = FloatScalarKernels.INSTANCE;
    private static final double LOG_FLOOR = -100.0;
    private static final float DIVISOR_FLOOR = 1e-12f;

    /** The exact value of one element. */
    private interface Exact {
        double value(int i);
    }

    private final SplittableRandom random = new SplittableRandom(20240229);

    /** Half of the numbers even in [0, 1], the others as often near 0 as near 1, down to the float next to it. */
    private float[] probabilities() {
        float[] result = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            float tiny = (float) Math.scalb(0.5 + 0.5 * random.nextDouble(), -random.nextInt(120));
            result[i] = switch (random.nextInt(4)) {
                case 0 -> tiny;
                case 1 -> 1f - (float) Math.scalb(1.0, -1 - random.nextInt(24));
                default -> (float) random.nextDouble();
            };
        }
        return result;
    }

    /** Half of the numbers 0 or 1. */
    private float[] targets() {
        float[] result = probabilities();
        for (int i = 0; i < COUNT; i++) {
            result[i] = random.nextBoolean() ? random.nextInt(2) : result[i];
        }
        return result;
    }

    /** Numbers of both signs, even in their exponent up to 64. */
    private float[] logits() {
        float[] result = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            double size = Math.scalb(0.5 + 0.5 * random.nextDouble(), 7 - random.nextInt(12));
            result[i] = (float) (random.nextBoolean() ? size : -size);
        }
        return result;
    }

    /** In ulp; the sign of a zero is left open. */
    private static double error(float result, double exact) {
        return result == 0f ? Math.abs(exact) * 0x1p149 : ElementarySweep.ulpError(result, exact);
    }

    private static void holds(String name, double bound, float[] results, Exact exact) {
        double worst = 0.0;
        int at = 0;
        for (int i = 0; i < results.length; i++) {
            double error = error(results[i], exact.value(i));
            if (!(error <= worst)) {
                worst = error;
                at = i;
            }
        }
        String message =
                String.format(Locale.ROOT, "%s: %.4f ulp, got %s for %s", name, worst, results[at], exact.value(at));
        System.out.println(message);
        assertTrue(worst <= bound, message);
    }

    /** As {@link #holds}, in units of 2^-24, half an ulp of 1. */
    private static void holdsAbsolutely(String name, double bound, float[] results, Exact exact) {
        double worst = 0.0;
        for (int i = 0; i < COUNT; i++) {
            worst = Math.max(worst, Math.abs(results[i] - exact.value(i)) * 0x1p24);
        }
        String message = String.format(Locale.ROOT, "%s: %.4f of 2^-24", name, worst);
        System.out.println(message);
        assertTrue(worst <= bound, message);
    }

    @Test
    void xlogy() {
        float[] x = logits();
        float[] y = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            y[i] = Float.intBitsToFloat(random.nextInt(0x7f800000));
        }
        float[] out = new float[COUNT];
        KERNELS.xlogy(x, 0, y, 0, COUNT, out, 0);
        holds("xlogy", ElementaryBounds.XLOGY, out, i -> x[i] * StrictMath.log(y[i]));
    }

    private static double floored(double log, boolean exact) {
        return exact ? log : Math.max(log, LOG_FLOOR);
    }

    private void bce(boolean exact) {
        float[] x = probabilities();
        float[] t = targets();
        float[] loss = new float[COUNT];
        float[] gradX = new float[COUNT];
        KERNELS.bce(x, 0, t, 0, null, 0, COUNT, exact, null, 0, 1f, loss, 0, gradX, 0, null, 0);
        String name = exact ? "bce, exact" : "bce";
        holds(name, ElementaryBounds.BCE, loss, i -> {
            double log = floored(StrictMath.log(x[i]), exact);
            double other = floored(StrictMath.log1p(-x[i]), exact);
            return -((t[i] == 0f ? 0.0 : t[i] * log) + (t[i] == 1f ? 0.0 : (1.0 - t[i]) * other));
        });
        holds(name + ", gradient", ElementaryBounds.BCE_GRADIENT, gradX, i -> {
            double divisor = (1.0 - x[i]) * x[i];
            return ((double) x[i] - t[i]) / (exact ? divisor : Math.max(divisor, DIVISOR_FLOOR));
        });
    }

    @Test
    void binaryCrossEntropy() {
        bce(false);
    }

    @Test
    void binaryCrossEntropyWithoutFloors() {
        bce(true);
    }

    private static double logOnePlusExp(double x) {
        return StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
    }

    private static double sigmoid(double x) {
        double e = StrictMath.exp(-Math.abs(x));
        return x < 0 ? e / (1 + e) : 1 / (1 + e);
    }

    @Test
    void binaryCrossEntropyWithLogits() {
        float[] x = logits();
        float[] t = targets();
        float[] loss = new float[COUNT];
        float[] gradX = new float[COUNT];
        KERNELS.bceWithLogits(x, 0, t, 0, null, 0, null, 0, COUNT, false, null, 0, 1f, loss, 0, gradX, 0, null, 0);
        holds(
                "bce with logits",
                ElementaryBounds.LOGITS,
                loss,
                i -> Math.abs((double) x[i]) * (x[i] > 0f ? 1.0 - t[i] : t[i]) + logOnePlusExp(x[i]));
        // With targets between 0 and 1 the gradient is a difference that may cancel.
        holdsAbsolutely(
                "bce with logits, gradient",
                ElementaryBounds.LOGITS_GRADIENT_ABSOLUTE,
                gradX,
                i -> sigmoid(x[i]) - t[i]);
        float[] hard = t.clone();
        for (int i = 0; i < COUNT; i++) {
            hard[i] = i & 1;
        }
        KERNELS.bceWithLogits(x, 0, hard, 0, null, 0, null, 0, COUNT, false, null, 0, 1f, loss, 0, gradX, 0, null, 0);
        holds(
                "bce with logits, gradient for targets 0 and 1",
                ElementaryBounds.LOGITS_GRADIENT,
                gradX,
                i -> hard[i] == 0f ? sigmoid(x[i]) : -sigmoid(-x[i]));
    }

    /** Sums of few losses and of many, of confident ones and of even ones, and of hits alone, which are tiny. */
    @Test
    void sumsOfBinaryCrossEntropyWithLogits() {
        float[] few = new float[20_000];
        double[] fewExact = new double[few.length];
        for (int k = 0; k < few.length; k++) {
            int n = 1 + random.nextInt(k % 4 == 0 ? 4096 : 130);
            double most = Math.scalb(1.0, random.nextInt(-3, 7));
            double misses = random.nextInt(3) * 0.5;
            float[] x = new float[n];
            float[] t = new float[n];
            double exact = 0.0;
            for (int i = 0; i < n; i++) {
                x[i] = (float) ((2.0 * random.nextDouble() - 1.0) * most);
                float hit = x[i] > 0f ? 1f : 0f;
                boolean miss = random.nextDouble() < misses;
                t[i] = !miss ? hit : random.nextBoolean() ? 1f - hit : (float) random.nextDouble();
                exact += Math.abs((double) x[i]) * (x[i] > 0f ? 1.0 - t[i] : t[i]) + logOnePlusExp(x[i]);
            }
            few[k] = (float) KERNELS.sumBceWithLogits(x, 0, t, 0, n, 1f, null, 0);
            fewExact[k] = exact;
        }
        holds("sums of bce with logits", ElementaryBounds.LOGITS_SUM, few, i -> fewExact[i]);
    }

    @Test
    void binaryCrossEntropyWithLogitsAndPositiveWeights() {
        float[] x = logits();
        float[] t = targets();
        float[] p = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            // Further out log(1 + e) is subnormal, and p multiplies its rounding error.
            x[i] = Math.max(-80f, Math.min(x[i], 80f));
            p[i] = (float) Math.scalb(1.0 + random.nextDouble(), random.nextInt(9) - 4);
        }
        float[] loss = new float[COUNT];
        KERNELS.bceWithLogits(x, 0, t, 0, null, 0, p, 0, COUNT, false, null, 0, 1f, loss, 0, null, 0, null, 0);
        holds("bce with logits, weighted", ElementaryBounds.LOGITS_WEIGHTED, loss, i -> {
            double positive = (double) p[i] * t[i];
            double negative = 1.0 - t[i];
            return Math.abs((double) x[i]) * (x[i] > 0f ? negative : positive)
                    + (negative + positive) * logOnePlusExp(x[i]);
        });
    }

    @Test
    void klDivOfProbabilities() {
        float[] x = logits();
        float[] t = probabilities();
        for (int i = 0; i < COUNT; i++) {
            x[i] = -Math.abs(x[i]);
        }
        float[] loss = new float[COUNT];
        KERNELS.klDiv(x, 0, t, 0, COUNT, false, false, null, 0, 1f, loss, 0, null, 0, null, 0);
        // log(t) - x may cancel by chance; relative to t it is off by no more than this and the rounding of its value.
        float[] relative = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            double exact = t[i] * (StrictMath.log(t[i]) - x[i]);
            double rounding = ElementaryBounds.KL_DIV * Math.ulp((float) exact);
            double error = Math.max(0.0, Math.abs(loss[i] - exact) - rounding);
            relative[i] = (float) (error / t[i]);
        }
        holdsAbsolutely("klDiv beyond rounding", ElementaryBounds.KL_DIV_ABSOLUTE, relative, i -> 0.0);
    }

    @Test
    void klDivOfCloseProbabilities() {
        float[] t = probabilities();
        float[] x = new float[COUNT];
        float[] difference = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            x[i] = (float) (StrictMath.log(t[i]) * (1.0 + 1e-6 * random.nextGaussian()));
        }
        // The gradient with respect to the target less 1 has lost the digits; with t = 1 as factor the loss has them.
        KERNELS.klDiv(x, 0, t, 0, COUNT, false, false, null, 0, 1f, difference, 0, null, 0, null, 0);
        for (int i = 0; i < COUNT; i++) {
            difference[i] = (float) ((difference[i] - t[i] * (StrictMath.log(t[i]) - x[i])) / t[i]);
        }
        holdsAbsolutely("klDiv where it cancels", ElementaryBounds.KL_DIV_ABSOLUTE, difference, i -> 0.0);
    }

    @Test
    void klDivOfLogProbabilities() {
        float[] x = logits();
        float[] t = logits();
        for (int i = 0; i < COUNT; i++) {
            // Further down exp(t) is subnormal, and the difference multiplies its rounding error.
            t[i] = Math.max(-80f, -Math.abs(t[i]));
        }
        float[] loss = new float[COUNT];
        KERNELS.klDiv(x, 0, t, 0, COUNT, true, false, null, 0, 1f, loss, 0, null, 0, null, 0);
        holds(
                "klDiv, log-probabilities",
                ElementaryBounds.KL_DIV_LOG,
                loss,
                i -> StrictMath.exp(t[i]) * ((double) t[i] - x[i]));
    }
}
