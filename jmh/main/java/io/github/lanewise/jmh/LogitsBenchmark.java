// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import io.github.lanewise.FloatLogitResults;
import io.github.lanewise.LogSumExpAccumulator;
import io.github.lanewise.LogitSummary;
import io.github.lanewise.SequenceScore;
import io.github.lanewise.Softmax;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One row of logits: all numbers of a summary, the summary without its entropy, a token's log-probability and a piece of a
 * stream, beside the log-sum-exp alone, which each of them contains. Before it measures, it checks them against a sort and
 * a plain loop.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 5,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Dlanewise.kernels=vector"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 1)
public class LogitsBenchmark {
    private static final double AGREE = 1e-5;

    @Param({"1000", "32000", "128256"})
    int classes;

    @Param({"1", "50", "500"})
    int topK;

    private float[] logits;
    private LogitSummary summary;
    private LogitSummary withoutEntropy;
    private FloatLogitResults results;
    private FloatLogitResults fewResults;
    private final SequenceScore score = SequenceScore.create();
    private final LogSumExpAccumulator accumulator = new LogSumExpAccumulator();

    @Setup
    public void setUp() {
        Random random = new Random(1);
        logits = new float[classes];
        for (int i = 0; i < classes; i++) {
            logits[i] = (float) random.nextGaussian() * 3f;
        }
        summary = LogitSummary.builder().topK(topK).build();
        withoutEntropy = LogitSummary.builder().topK(topK).entropy(false).build();
        results = summary.floatResults(1);
        fewResults = withoutEntropy.floatResults(1);
        check();
    }

    private void check() {
        float[] sorted = logits.clone();
        Arrays.sort(sorted);
        float max = sorted[classes - 1];
        double total = 0;
        double weighted = 0;
        for (float x : logits) {
            double e = Math.exp((double) x - max);
            total += e;
            weighted += e * (max - x);
        }
        double logSumExp = max + Math.log(total);
        summarize();
        summarizeWithoutEntropy();
        for (FloatLogitResults each : new FloatLogitResults[] {results, fewResults}) {
            agree("log-sum-exp", logSumExp, each.logSumExp(0));
            for (int rank = 0; rank < topK; rank++) {
                agree("logit of rank " + rank, sorted[classes - 1 - rank], logits[each.topClass(0, rank)]);
            }
        }
        agree("entropy", Math.log(total) + weighted / total, results.entropy(0));
        agree("log-probability", logits[classes / 2] - logSumExp, logProb());
        agree("log-sum-exp of a piece", logSumExp, accumulate());
        agree("log-sum-exp alone", logSumExp, logSumExp());
    }

    private static void agree(String what, double expected, double got) {
        if (!(Math.abs(expected - got) <= AGREE * Math.max(1.0, Math.abs(expected)))) {
            throw new IllegalStateException(what + " is " + got + " but should be " + expected);
        }
    }

    /** Everything. */
    @Benchmark
    public FloatLogitResults summarize() {
        summary.summarize(logits, 0, classes, results);
        return results;
    }

    /** Everything but the entropy. */
    @Benchmark
    public FloatLogitResults summarizeWithoutEntropy() {
        withoutEntropy.summarize(logits, 0, classes, fewResults);
        return fewResults;
    }

    /** The score of one token. */
    @Benchmark
    public float logProb() {
        return score.add(logits, 0, classes, classes / 2);
    }

    /** The row as a piece of a stream. */
    @Benchmark
    public double accumulate() {
        accumulator.reset();
        accumulator.add(logits, 0, classes);
        return accumulator.value();
    }

    /** The log-sum-exp alone. */
    @Benchmark
    public float logSumExp() {
        return Softmax.logSumExp(logits, 0, classes);
    }
}
