// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.FloatLogitResults;
import io.github.lanewise.LogitSummary;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers of rows of logits, against values of 100 bits and a sort, within the bounds of the documentation. */
class FloatLogitSummaryAccuracyTest {
    private static final int VOCABULARY = 128_256;
    private static final double LOG_SUM_EXP_ULPS = 4.0;
    private static final double LOG_PROBABILITY_ULPS = 4.0;
    private static final double ENTROPY_ULPS = 4.0;

    private final SplittableRandom random = new SplittableRandom(91);

    private float[] normal(int n, double mean, double deviation) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) random.nextGaussian(mean, deviation);
        }
        return x;
    }

    private static float[] divided(float[] x, double temperature) {
        float[] y = new float[x.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = x[i] / (float) temperature;
        }
        return y;
    }

    private static void assertClose(DoubleDouble exact, float result, double ulps, String what) {
        double unit = Math.ulp((float) Math.scalb(exact.high(), exact.exponent()));
        double error = ExactLogits.error(exact, result, unit);
        assertTrue(error <= ulps, () -> what + ": " + result + " is " + error + " ulp off");
    }

    /** Checks all numbers of a row. */
    private void check(float[] x, double temperature, int k) {
        int n = x.length;
        LogitSummary summary =
                LogitSummary.builder().temperature(temperature).topK(k).build();
        int[] given = {0, n - 1, n / 2};
        FloatLogitResults results = summary.floatResults(1, given.length);
        summary.summarize(x, 0, n, given, results);
        float[] y = divided(x, temperature);
        double[] wide = new double[n];
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            wide[i] = y[i];
            max = Math.max(max, y[i]);
        }
        ExactLogits exact = new ExactLogits(wide);
        String what = n + " classes at " + temperature;

        DoubleDouble logSumExp = exact.logSumExp();
        double unit = Math.max(Math.ulp((float) max), Math.ulp((float) logSumExp.high()));
        double error = ExactLogits.error(logSumExp, results.logSumExp(0), unit);
        assertTrue(error <= LOG_SUM_EXP_ULPS, () -> what + ": log-sum-exp " + error + " ulp off");
        assertEquals((float) max, results.max(0), what);
        assertClose(exact.entropy(), results.entropy(0), ENTROPY_ULPS, what + ", entropy");
        for (int i = 0; i < given.length; i++) {
            assertClose(exact.logProb(given[i]), results.logProb(0, i), LOG_PROBABILITY_ULPS, what + ", class");
        }
        int[] sorted = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -x[i]).thenComparingInt(i -> i))
                .mapToInt(i -> i)
                .toArray();
        int[] order = new int[k];
        results.topClasses(0, order, 0);
        assertEquals(Arrays.toString(Arrays.copyOf(sorted, k)), Arrays.toString(order), what);
        assertEquals(sorted[0], results.argMax(0), what);
        for (int rank = 0; rank < k; rank++) {
            assertEquals(order[rank], results.topClass(0, rank));
            assertClose(exact.logProb(order[rank]), results.topLogProb(0, rank), LOG_PROBABILITY_ULPS, what + ", top");
        }
        if (n > 1) {
            double margin = wide[sorted[0]] - wide[sorted[1]];
            assertEquals((float) margin, results.margin(0), what);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 15, 16, 17, 31, 32, 33, 64, 100, 1000, 4095, 4129, 9000})
    void ofManyLengths(int n) {
        for (double deviation : new double[] {0.01, 1.0, 5.0, 40.0}) {
            for (double mean : new double[] {0.0, -30.0, 700.0, 3000.0}) {
                check(normal(n, mean, deviation), 1.0, Math.min(n, 10));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.7, 1.5, 2.0, 30.0})
    void ofManyTemperatures(double temperature) {
        for (int n : new int[] {2, 10, 33, 1000, 5000}) {
            check(normal(n, 3.0, 6.0), temperature, Math.min(n, 40));
        }
    }

    /** Equal logits, the whole row listed. */
    @Test
    void ofTies() {
        for (int n : new int[] {2, 5, 33, 100, 300}) {
            float[] x = normal(n, 0.0, 1.5);
            for (int i = 0; i < n; i++) {
                x[i] = Math.round(x[i]);
            }
            check(x, 1.0, n);
            check(x, 3.0, n);
        }
    }

    /** One class far ahead: the logarithm of the sum and the entropy keep their digits. */
    @Test
    void ofRowsThatAreNearlyCertain() {
        for (float lead : new float[] {5f, 10f, 15f, 20f, 40f, 60f}) {
            for (int n : new int[] {2, 10, 1000}) {
                float[] x = normal(n, 0.0, 1.0);
                x[n / 2] = lead + 4f;
                check(x, 1.0, Math.min(n, 3));
            }
        }
    }

    @Test
    void ofAVocabulary() {
        check(normal(VOCABULARY, 0.0, 3.0), 1.0, 1);
        check(normal(VOCABULARY, -8.0, 3.0), 1.0, 50);
        check(normal(VOCABULARY, 2.0, 3.0), 0.8, 500);
    }

    /** The worst order for a selection, and the best. */
    @Test
    void ofAVocabularyInOrder() {
        float[] x = normal(VOCABULARY, 0.0, 3.0);
        Arrays.sort(x);
        check(x, 1.0, 100);
        float[] descending = new float[VOCABULARY];
        for (int i = 0; i < VOCABULARY; i++) {
            descending[i] = x[VOCABULARY - 1 - i];
        }
        check(descending, 1.0, 100);
    }
}
