// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.obermuhlner.math.big.BigDecimalMath;
import io.github.lanewise.testkit.oracle.ExactLoss;
import io.github.lanewise.testkit.oracle.ExactRow;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The exact reference against published values and against its formulas written out naively with more digits. */
class OracleTest {
    private static final MathContext WIDE = new MathContext(80);

    private static void assertClose(BigDecimal expected, BigDecimal got, String relative) {
        BigDecimal distance = expected.subtract(got).abs();
        BigDecimal allowed = expected.abs().multiply(new BigDecimal(relative));
        assertTrue(distance.compareTo(allowed) <= 0, () -> got + " instead of " + expected);
    }

    @Test
    void confidentRowsHaveTheLossOfTheLiterature() {
        assertEquals(1.361905149e-4, ExactRow.of(10, 0, 0, 0).surprise(0).doubleValue(), 1e-13);
        assertEquals(2.807287e-13, ExactRow.of(30, 0, 0, 0).surprise(0).doubleValue(), 1e-19);
    }

    @Test
    void rowsAgreeWithTheNaiveFormula() {
        SplittableRandom random = new SplittableRandom(20);
        for (int n = 1; n <= 12; n++) {
            double[] scores = new double[n];
            for (int i = 0; i < n; i++) {
                scores[i] = (float) (random.nextGaussian() * Math.pow(3.0, n % 5));
            }
            ExactRow row = ExactRow.of(scores);
            BigDecimal sum = BigDecimal.ZERO;
            for (double score : scores) {
                sum = sum.add(BigDecimalMath.exp(new BigDecimal(score), WIDE));
            }
            BigDecimal logSumExp = BigDecimalMath.log(sum, WIDE);
            assertTrue(logSumExp.subtract(row.logSumExp()).abs().doubleValue() < 1e-36);
            for (int i = 0; i < n; i++) {
                BigDecimal surprise = logSumExp.subtract(new BigDecimal(scores[i]));
                assertTrue(surprise.subtract(row.surprise(i)).abs().doubleValue() < 1e-36);
                assertClose(BigDecimalMath.exp(surprise.negate(), WIDE), row.probability(i), "1e-36");
            }
        }
    }

    @Test
    void smallExcessesKeepTheirDigits() {
        // The logarithm of 1 + r needs all digits down to the last of r.
        MathContext digits = new MathContext(200);
        for (double gap : new double[] {-20, -31.5, -32.5, -60, -100}) {
            BigDecimal r = BigDecimalMath.exp(new BigDecimal(gap), digits);
            BigDecimal log = BigDecimalMath.log(BigDecimal.ONE.add(r), digits);
            assertClose(log, ExactRow.of(0, gap).logSum(), "1e-37");
        }
        assertEquals(Math.exp(-700), ExactRow.of(0, -700).logSum().doubleValue(), 1e-15 * Math.exp(-700));
        assertEquals(0.0, ExactRow.of(0, -1e30).logSum().doubleValue());
    }

    @Test
    void longRowsOfEqualScoresAreLogCount() {
        double[] scores = new double[4097];
        Arrays.fill(scores, 1e6);
        BigDecimal log = BigDecimalMath.log(BigDecimal.valueOf(4097), WIDE);
        assertClose(log, ExactRow.of(scores).logSum(), "1e-38");
    }

    @Test
    void lossesFollowTheirFormulas() {
        ExactRow row = ExactRow.of(1, 2, 4);
        ClassLossOptions options = ClassLossOptions.DEFAULT
                .withWeight(Tensor.of(new double[] {1, 2, 0.5}, 3))
                .withLabelSmoothing(0.25);
        double s0 = row.surprise(0).doubleValue();
        double s1 = row.surprise(1).doubleValue();
        double s2 = row.surprise(2).doubleValue();
        double byClass = 0.75 * 2 * s1 + 0.25 / 3 * (s0 + 2 * s1 + 0.5 * s2);
        assertEquals(byClass, ExactLoss.crossEntropy(row, 1, options).value().doubleValue(), 1e-14);
        double[] t = {0.5, 0.25, -0.25};
        double plain = 0.5 * s0 + 0.25 * 2 * s1 - 0.25 * 0.5 * s2;
        ExactLoss loss = ExactLoss.crossEntropy(row, t, options.withLabelSmoothing(0.0));
        assertEquals(plain, loss.value().doubleValue(), 1e-14);
        assertEquals(0.5 * s0 + 0.5 * s1 + 0.125 * s2, loss.magnitude().doubleValue(), 1e-14);
    }

    @Test
    void slopesAreProbabilities() {
        ExactRow row = ExactRow.of(0.5, -1.25, 1e6, 999999.0);
        for (int i = 0; i < row.length(); i++) {
            double slope = ExactLoss.slope(row, i, ExactRow::logSumExp).doubleValue();
            assertEquals(row.probability(i).doubleValue(), slope, ExactLoss.SLOPE_ERROR);
        }
    }
}
