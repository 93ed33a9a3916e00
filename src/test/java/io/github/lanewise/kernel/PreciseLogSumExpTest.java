// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.obermuhlner.math.big.BigDecimalMath;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The log-sum-exp of float rows where the maximum and the logarithm of the sum cancel. */
@Tag("once")
class PreciseLogSumExpTest {
    private static final MathContext DIGITS = new MathContext(50);

    private final SplittableRandom random = new SplittableRandom(8);

    private static double exact(float... x) {
        BigDecimal sum = BigDecimal.ZERO;
        for (float value : x) {
            sum = sum.add(SixtyDigits.exp(value));
        }
        return BigDecimalMath.log(sum, DIGITS).doubleValue();
    }

    /** Logarithms of probabilities that add up to 1, but for their rounding to float. */
    private float[] logProbabilities(int n) {
        double[] p = random.doubles(n, 0.01, 1.0).toArray();
        double sum = Arrays.stream(p).sum();
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) Math.log(p[i] / sum);
        }
        return x;
    }

    @Test
    void rowsThatCancelKeepTheDigitsOfDouble() {
        for (int n = 2; n < 60; n++) {
            float[] x = logProbabilities(n);
            double exact = exact(x);
            double y = FloatRowSumExp.logSumExp(x, 0, 1, n);
            // The sum in double has an error of some 2^-53, and the maximum takes all but that of its logarithm away.
            assertEquals(exact, y, 0.02 * Math.ulp((float) exact) + n * 0x1p-53, n + " classes");
            // Strided, at an offset, with other numbers between.
            float[] spread = new float[5 + 3 * n];
            Arrays.fill(spread, -0.1f);
            for (int i = 0; i < n; i++) {
                spread[5 + 3 * i] = x[i];
            }
            assertEquals(y, FloatRowSumExp.logSumExp(spread, 5, 3, n), n + " classes");
        }
    }

    @Test
    void oneOfTwoEqualMaximaCounts() {
        float half = (float) Math.log(0.5);
        float[] x = {half, half};
        assertEquals(exact(x), FloatRowSumExp.logSumExp(x, 0, 1, 2), 0x1p-54);
    }

    @Test
    void smallTermsBesideAMaximumNearZero() {
        for (float low : new float[] {-0.5f, -5f, -17f, -40f, -87f, -103f}) {
            for (float max : new float[] {0f, 1e-7f, -1e-7f}) {
                float[] x = {low, max, low - 0.3f};
                double exact = exact(x);
                assertEquals(
                        exact,
                        FloatRowSumExp.logSumExp(x, 0, 1, 3),
                        0.55 * Math.ulp((float) exact),
                        low + " and " + max);
            }
        }
    }

    /** Which excess counts: the one that is given, or that of the row, shows if the given one is not the row's. */
    @Nested
    class Choice {
        private double of(float max, double excess, float... rest) {
            float[] x = Arrays.copyOf(rest, rest.length + 1);
            x[rest.length] = max;
            return FloatPreciseLogSumExp.of(x, 0, 1, x.length, max, excess);
        }

        @Test
        void excessStandsBesideALargeMaximum() {
            assertEquals(10.0 + Math.log(1.5), of(10f, 0.5, 9f), 1e-14);
            assertEquals(-10.0 + Math.log(1.5), of(-10f, 0.5, -11f), 1e-14);
        }

        @Test
        void rowIsSummedAgainWhereTheyCancel() {
            assertEquals(-0.375 + Math.log1p(Math.exp(-1.0)), of(-0.375f, 0.5, -1.375f), 1e-15);
            assertEquals(Math.log1p(Math.exp(-1.0)), of(0f, 0.5, -1f), 1e-15);
        }

        @Test
        void halfAnUlpIsStillPrecise() {
            // Two float roundings of an excess of 1 move the result by 2^-24: half an ulp from 1 to 2.
            assertEquals(0.5 + Math.log(2.0), of(0.5f, 1.0, -10f), 1e-15);
            // A little more is too much.
            assertEquals(0.5 + Math.log1p(Math.exp(-10.5)), of(0.5f, 1.001, -10f), 1e-15);
        }

        @Test
        void notANumberStays() {
            assertEquals(Double.NaN, of(0f, Double.NaN, -1f));
        }

        @Test
        void negligibleTermsAreZero() {
            assertEquals(Math.exp(-110.0), of(0f, 1.0, -110f), 1e-12 * Math.exp(-110.0));
            assertEquals(0.0, of(0f, 1.0, -110.001f));
        }
    }
}
