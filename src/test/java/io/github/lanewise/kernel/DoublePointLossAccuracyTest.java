// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.kernel.scalar.DoubleScalarKernels;
import java.math.MathContext;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The errors of the losses of single elements in double, against the formulas in {@link DoubleDouble}. The inputs are those of
 * {@link PointLossAccuracyTest} with the range of double. The bounds are what was measured, rounded up; the vector kernels have
 * the same bits.
 */
@Tag("once")
class DoublePointLossAccuracyTest {
    private static final int COUNT = 60_000;
    private static final DoublePointKernels KERNELS = DoubleScalarKernels.INSTANCE;
    private static final DoubleDouble LOG_FLOOR = DoubleDouble.sum(-100.0, 0.0);

    /** A float in PyTorch, also where it computes in double. */
    private static final double DIVISOR_FLOOR = 1e-12f;

    private static final double XLOGY = 1.75;
    private static final double BCE = 2.5;
    private static final double BCE_GRADIENT = 2.5;
    private static final double LOGITS = 1.6;
    private static final double LOGITS_WEIGHTED = 3.0;
    private static final double LOGITS_GRADIENT = 1.25;

    /** In units of 2^-53. */
    private static final double LOGITS_GRADIENT_ABSOLUTE = 1.5;

    private static final double KL_DIV = 2.5;

    /** Relative to the target, in units of 2^-53. */
    private static final double KL_DIV_ABSOLUTE = 0.125;

    private static final double KL_DIV_LOG = 2.5;

    private final SplittableRandom random = new SplittableRandom(20240229);

    private static DoubleDouble of(double x) {
        return DoubleDouble.sum(x, 0.0);
    }

    /** Half of the numbers even in [0, 1], the others as often near 0 as near 1, down to the double next to it. */
    private double[] probabilities() {
        double[] result = new double[COUNT];
        for (int i = 0; i < COUNT; i++) {
            result[i] = switch (random.nextInt(4)) {
                case 0 -> Math.scalb(0.5 + 0.5 * random.nextDouble(), -random.nextInt(1000));
                case 1 -> 1.0 - Math.scalb(1.0, -1 - random.nextInt(53));
                default -> random.nextDouble();
            };
        }
        return result;
    }

    /** Half of the numbers 0 or 1. */
    private double[] targets() {
        double[] result = probabilities();
        for (int i = 0; i < COUNT; i++) {
            result[i] = random.nextBoolean() ? random.nextInt(2) : result[i];
        }
        return result;
    }

    /** Numbers of both signs, even in their exponent up to 512. */
    private double[] logits() {
        double[] result = new double[COUNT];
        for (int i = 0; i < COUNT; i++) {
            double size = Math.scalb(0.5 + 0.5 * random.nextDouble(), 10 - random.nextInt(15));
            result[i] = random.nextBoolean() ? size : -size;
        }
        return result;
    }

    private static void holds(String name, double bound, double[] results, IntFunction<DoubleDouble> exact) {
        double worst = 0.0;
        int at = 0;
        for (int i = 0; i < COUNT; i++) {
            DoubleDouble expected = exact.apply(i);
            // The sign of a zero is left open.
            double error = results[i] == 0.0
                    ? Math.min(expected.ulpError(0.0), expected.ulpError(-0.0))
                    : expected.ulpError(results[i]);
            if (!(error <= worst)) {
                worst = error;
                at = i;
            }
        }
        String message = String.format(
                Locale.ROOT,
                "double %s: %.4f ulp, got %s for %s",
                name,
                worst,
                results[at],
                exact.apply(at).toBigDecimal().round(MathContext.DECIMAL128));
        System.out.println(message);
        assertTrue(worst <= bound, message);
    }

    /** How far two numbers lie apart. */
    private static double distance(double result, DoubleDouble exact) {
        return Math.abs(exact.plus(of(-result)).toBigDecimal().doubleValue());
    }

    private static void holdsAbsolutely(String name, double bound, double worst) {
        String message = String.format(Locale.ROOT, "double %s: %.4f of 2^-53", name, worst * 0x1p53);
        System.out.println(message);
        assertTrue(worst * 0x1p53 <= bound, message);
    }

    @Test
    void xlogy() {
        double[] x = logits();
        double[] y = new double[COUNT];
        for (int i = 0; i < COUNT; i++) {
            y[i] = Double.longBitsToDouble(random.nextLong(1, 0x7ff0000000000000L));
        }
        double[] out = new double[COUNT];
        KERNELS.xlogy(x, 0, y, 0, COUNT, out, 0);
        holds("xlogy", XLOGY, out, i -> DoubleDouble.log(y[i]).times(of(x[i])));
    }

    private static DoubleDouble floored(DoubleDouble log, boolean exact) {
        return exact || log.plus(LOG_FLOOR.negate()).toBigDecimal().signum() >= 0 ? log : LOG_FLOOR;
    }

    private void bce(boolean exact) {
        double[] x = probabilities();
        double[] t = targets();
        double[] loss = new double[COUNT];
        double[] gradX = new double[COUNT];
        KERNELS.bce(x, 0, t, 0, null, 0, COUNT, exact, null, 0, 1.0, loss, 0, gradX, 0, null, 0);
        String name = exact ? "bce, exact" : "bce";
        holds(name, BCE, loss, i -> {
            DoubleDouble positive = t[i] == 0.0
                    ? of(0.0)
                    : floored(DoubleDouble.log(x[i]), exact).times(of(t[i]));
            DoubleDouble negative = t[i] == 1.0
                    ? of(0.0)
                    : floored(DoubleDouble.log1p(-x[i]), exact).times(DoubleDouble.sum(1.0, -t[i]));
            return positive.plus(negative).negate();
        });
        holds(name + ", gradient", BCE_GRADIENT, gradX, i -> {
            DoubleDouble divisor = DoubleDouble.sum(1.0, -x[i]).times(of(x[i]));
            boolean floor = !exact && divisor.toBigDecimal().doubleValue() < DIVISOR_FLOOR;
            return DoubleDouble.sum(x[i], -t[i]).over(floor ? of(DIVISOR_FLOOR) : divisor);
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

    @Test
    void binaryCrossEntropyWithLogits() {
        double[] x = logits();
        double[] t = targets();
        double[] loss = new double[COUNT];
        double[] gradX = new double[COUNT];
        KERNELS.bceWithLogits(x, 0, t, 0, null, 0, null, 0, COUNT, false, null, 0, 1.0, loss, 0, gradX, 0, null, 0);
        holds(
                "bce with logits",
                LOGITS,
                loss,
                i -> of(Math.abs(x[i]))
                        .times(x[i] > 0.0 ? DoubleDouble.sum(1.0, -t[i]) : of(t[i]))
                        .plus(DoubleDouble.softplus(-Math.abs(x[i]))));
        // With targets between 0 and 1 the gradient is a difference that may cancel.
        double worst = 0.0;
        for (int i = 0; i < COUNT; i++) {
            worst = Math.max(
                    worst, distance(gradX[i], DoubleDouble.sigmoid(x[i]).plus(of(-t[i]))));
        }
        holdsAbsolutely("bce with logits, gradient", LOGITS_GRADIENT_ABSOLUTE, worst);
        for (int i = 0; i < COUNT; i++) {
            t[i] = i & 1;
        }
        KERNELS.bceWithLogits(x, 0, t, 0, null, 0, null, 0, COUNT, false, null, 0, 1.0, loss, 0, gradX, 0, null, 0);
        holds(
                "bce with logits, gradient for targets 0 and 1",
                LOGITS_GRADIENT,
                gradX,
                i -> t[i] == 0.0
                        ? DoubleDouble.sigmoid(x[i])
                        : DoubleDouble.sigmoid(-x[i]).negate());
    }

    @Test
    void binaryCrossEntropyWithLogitsAndPositiveWeights() {
        double[] x = logits();
        double[] t = targets();
        double[] p = new double[COUNT];
        for (int i = 0; i < COUNT; i++) {
            // Further out log(1 + e) is subnormal, and p multiplies its rounding error.
            x[i] = Math.max(-700.0, Math.min(x[i], 700.0));
            p[i] = Math.scalb(1.0 + random.nextDouble(), random.nextInt(9) - 4);
        }
        double[] loss = new double[COUNT];
        KERNELS.bceWithLogits(x, 0, t, 0, null, 0, p, 0, COUNT, false, null, 0, 1.0, loss, 0, null, 0, null, 0);
        holds("bce with logits, weighted", LOGITS_WEIGHTED, loss, i -> {
            DoubleDouble positive = of(p[i]).times(of(t[i]));
            DoubleDouble negative = DoubleDouble.sum(1.0, -t[i]);
            return of(Math.abs(x[i]))
                    .times(x[i] > 0.0 ? negative : positive)
                    .plus(negative.plus(positive).times(DoubleDouble.softplus(-Math.abs(x[i]))));
        });
    }

    /** What the loss of probabilities is off by beyond its rounding, relative to the target. */
    private static double beyondRounding(double loss, double x, double t) {
        DoubleDouble exact = DoubleDouble.log(t).plus(of(-x)).times(of(t));
        double rounding = KL_DIV * Math.ulp(exact.toBigDecimal().doubleValue());
        return Math.max(0.0, distance(loss, exact) - rounding) / t;
    }

    private void klDivOfProbabilities(String name, double[] x, double[] t) {
        double[] loss = new double[COUNT];
        KERNELS.klDiv(x, 0, t, 0, COUNT, false, false, null, 0, 1.0, loss, 0, null, 0, null, 0);
        double worst = 0.0;
        for (int i = 0; i < COUNT; i++) {
            worst = Math.max(worst, beyondRounding(loss[i], x[i], t[i]));
        }
        holdsAbsolutely(name, KL_DIV_ABSOLUTE, worst);
    }

    @Test
    void klDivOfProbabilities() {
        double[] x = logits();
        for (int i = 0; i < COUNT; i++) {
            x[i] = -Math.abs(x[i]);
        }
        klDivOfProbabilities("klDiv beyond rounding", x, probabilities());
    }

    @Test
    void klDivOfCloseProbabilities() {
        double[] t = probabilities();
        double[] x = new double[COUNT];
        for (int i = 0; i < COUNT; i++) {
            x[i] = StrictMath.log(t[i]) * (1.0 + Math.scalb(random.nextGaussian(), -20 - random.nextInt(30)));
        }
        klDivOfProbabilities("klDiv where it cancels", x, t);
    }

    @Test
    void klDivOfLogProbabilities() {
        double[] x = logits();
        double[] t = logits();
        for (int i = 0; i < COUNT; i++) {
            // Further down exp(t) is subnormal, and the difference multiplies its rounding error.
            t[i] = Math.max(-700.0, -Math.abs(t[i]));
        }
        double[] loss = new double[COUNT];
        KERNELS.klDiv(x, 0, t, 0, COUNT, true, false, null, 0, 1.0, loss, 0, null, 0, null, 0);
        holds(
                "klDiv, log-probabilities",
                KL_DIV_LOG,
                loss,
                i -> DoubleDouble.exp(t[i]).times(DoubleDouble.sum(t[i], -x[i])));
    }
}
