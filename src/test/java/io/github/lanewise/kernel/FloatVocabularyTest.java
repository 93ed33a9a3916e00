// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.FloatTensor;
import io.github.lanewise.LogSumExpAccumulator;
import io.github.lanewise.SequenceScore;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sequences over a vocabulary of 128,256 tokens, and rows of it in shards, against values of 100 bits. */
class FloatVocabularyTest {
    private static final int VOCABULARY = 128_256;
    private static final double ULPS = 4.0;

    private final SplittableRandom random = new SplittableRandom(97);

    private float[] normal(int n, double mean, double deviation) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) random.nextGaussian(mean, deviation);
        }
        return x;
    }

    private static ExactLogits exact(float[] x, int from, int n) {
        double[] wide = new double[n];
        for (int i = 0; i < n; i++) {
            wide[i] = x[from + i];
        }
        return new ExactLogits(wide);
    }

    private static double high(DoubleDouble value) {
        return Math.scalb(value.high(), value.exponent());
    }

    @Test
    void scoresOfSequences() {
        int tokens = 4;
        float[] x = normal(tokens * VOCABULARY, -3.0, 2.5);
        int[] target = {VOCABULARY - 1, 4711, -100, 0};
        // A token that is nearly certain: what its log-probability is, is what the others hold.
        x[VOCABULARY + 4711] = 40f;
        FloatTensor logProb = FloatTensor.of(new float[tokens], tokens);
        SequenceScore score = SequenceScore.create();
        score.add(FloatTensor.of(x, tokens, VOCABULARY), target, logProb);
        double sum = 0.0;
        for (int t = 0; t < tokens; t++) {
            if (target[t] >= 0) {
                DoubleDouble exact = exact(x, t * VOCABULARY, VOCABULARY).logProb(target[t]);
                double error = ExactLogits.error(exact, logProb.get(t), Math.ulp((float) high(exact)));
                assertTrue(error <= ULPS, "token " + t + " is " + error + " ulp off");
                sum += high(exact);
            }
        }
        assertEquals(3, score.count());
        assertEquals(sum, score.logLikelihood(), ULPS * Math.ulp((float) sum));
        assertEquals(Math.exp(-sum / 3), score.perplexity(), ULPS * Math.ulp((float) sum) * score.perplexity());
    }

    @ParameterizedTest
    @ValueSource(doubles = {-11.0, -3.0, 0.0, 40.0, 3000.0})
    void logSumExpOfShards(double mean) {
        float[] x = normal(VOCABULARY, mean, 2.5);
        DoubleDouble exact = exact(x, 0, VOCABULARY).logSumExp();
        double unit = Math.ulp((float) Math.max(Math.abs(mean), Math.abs(high(exact))));
        for (int shards : new int[] {1, 2, 7, 16}) {
            LogSumExpAccumulator all = new LogSumExpAccumulator();
            int end;
            for (int shard = 0, from = 0; shard < shards; shard++, from = end) {
                end = shard == shards - 1 ? VOCABULARY : from + random.nextInt(VOCABULARY / shards);
                LogSumExpAccumulator one = new LogSumExpAccumulator();
                one.add(x, from, end - from);
                all.merge(one);
            }
            assertEquals(VOCABULARY, all.count());
            double error = ExactLogits.error(exact, all.value(), unit);
            assertTrue(error <= ULPS, () -> "log-sum-exp of " + shards + " shards is " + error + " ulp off");
        }
    }
}
