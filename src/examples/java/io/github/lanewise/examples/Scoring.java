// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import io.github.lanewise.FloatLogitResults;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.LogSumExpAccumulator;
import io.github.lanewise.LogitSummary;
import io.github.lanewise.SequenceScore;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What a model server asks about logits over a vocabulary of 128,256 tokens: one row summarised, a sequence scored, and a
 * row whose parts lie on several machines. Expected values are those of plain double loops on {@link Math}.
 */
public final class Scoring {
    private static final int VOCABULARY = 128_256;
    private static final int TOKENS = 4;
    private static final int SHARDS = 4;
    private static final int TOP = 3;
    private static final double TEMPERATURE = 0.5;
    private static final int PADDING = -100;
    private static final double FLOAT = 1e-6;

    /** The row whose best classes are set apart, so that they are known. */
    private static final int[] BEST = {70_000, 12, 128_255};

    private static final float[] BEST_LOGITS = {14.5f, 14f, 13f};

    private Scoring() {}

    /** Logits of a sequence. In the first row three tokens are far ahead. */
    private static FloatTensor logits() {
        SplittableRandom random = new SplittableRandom(29);
        float[] data = new float[TOKENS * VOCABULARY];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) random.nextGaussian(0.0, 1.5);
        }
        for (int i = 0; i < TOP; i++) {
            data[BEST[i]] = BEST_LOGITS[i];
        }
        return FloatTensor.of(data, TOKENS, VOCABULARY);
    }

    private static double[] logSoftmax(FloatTensor logits, int row, double temperature) {
        double[] scaled = new double[VOCABULARY];
        for (int c = 0; c < VOCABULARY; c++) {
            scaled[c] = logits.get(row, c) / temperature;
        }
        return ByHand.logSoftmax(scaled, 0, 1, VOCABULARY);
    }

    private static void near(Report report, String id, String what, double expected, double computed) {
        report.near(id, what, expected, computed, FLOAT * Math.abs(expected));
    }

    /** Runs this part of the tour; a test runs it too. */
    public static void run(Report report) {
        report.title("Scoring: logits over 128,256 tokens");
        report.columns();
        FloatTensor logits = logits();
        summary(report, logits);
        sequence(report, logits);
        shards(report, logits);
    }

    private static void summary(Report report, FloatTensor logits) {
        LogitSummary summary =
                LogitSummary.builder().topK(TOP).temperature(TEMPERATURE).build();
        FloatLogitResults results = summary.floatResults(1);
        summary.summarize(logits.array(), 0, VOCABULARY, results);
        double[] byHand = logSoftmax(logits, 0, TEMPERATURE);
        double entropy = 0.0;
        for (double log : byHand) {
            entropy -= Math.exp(log) * log;
        }
        for (int rank = 0; rank < TOP; rank++) {
            int token = results.topClass(0, rank);
            String what = String.format(Locale.ROOT, "token of rank %d at temperature %.1f", rank, TEMPERATURE);
            report.row("S1", what, "" + BEST[rank], "" + token, token == BEST[rank]);
            near(report, "S1", "its log-probability", byHand[BEST[rank]], results.topLogProb(0, rank));
        }
        near(
                report,
                "S1",
                "margin of the best two",
                (BEST_LOGITS[0] - BEST_LOGITS[1]) / TEMPERATURE,
                results.margin(0));
        near(report, "S1", "entropy", entropy, results.entropy(0));
    }

    private static void sequence(Report report, FloatTensor logits) {
        int[] target = {BEST[1], 5, PADDING, 99_999};
        FloatTensor logProb = FloatTensor.of(new float[TOKENS], TOKENS);
        SequenceScore score = SequenceScore.create();
        score.add(logits, target, logProb);
        double sum = 0.0;
        for (int t = 0; t < TOKENS; t++) {
            double expected = target[t] == PADDING ? 0.0 : logSoftmax(logits, t, 1.0)[target[t]];
            sum += expected;
            near(report, "S2", "log-probability of token " + t, expected, logProb.get(t));
        }
        int counted = TOKENS - 1;
        near(report, "S2", "log-likelihood of the " + score.count() + " that count", sum, score.logLikelihood());
        double perplexity = Math.exp(-sum / counted);
        // The relative error of an exponential is the error of its argument.
        report.near("S2", "perplexity", perplexity, score.perplexity(), FLOAT * perplexity * -sum / counted);
    }

    private static void shards(Report report, FloatTensor logits) {
        int length = VOCABULARY / SHARDS;
        LogSumExpAccumulator whole = new LogSumExpAccumulator();
        for (int shard = 0; shard < SHARDS; shard++) {
            LogSumExpAccumulator part = new LogSumExpAccumulator();
            part.add(logits.array(), shard * length, length);
            whole.merge(part);
        }
        double expected = BEST_LOGITS[0] - logSoftmax(logits, 0, 1.0)[BEST[0]];
        near(report, "S3", "log-sum-exp of " + SHARDS + " shards, merged", expected, whole.value());
    }
}
