// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import io.github.lanewise.FloatLogitResults;
import io.github.lanewise.Lanewise;
import io.github.lanewise.LogitSummary;
import java.util.Arrays;

/**
 * The loop of a service that answers requests: a row of logits comes in, the best classes and their log-probabilities go out.
 * It prints its latencies from the first request on, so that the way of the kernels from the twin to the vectors shows: the
 * answers do not change, and no request waits for it.
 */
public final class ScoringService {
    private static final int CLASSES = 1000;
    private static final int REQUESTS = 300_000;
    private static final int DIFFERENT = 16;
    private static final int TOP = 5;

    private ScoringService() {}

    static void run(Report report) {
        report.title("A scoring service: latencies of " + REQUESTS + " requests, from the first on");
        float[] logits = ShapesAndOneHot.normal(DIFFERENT * CLASSES, 41L);
        LogitSummary summary = LogitSummary.builder().topK(TOP).build();
        FloatLogitResults answer = summary.floatResults(1);
        float[] first = new float[DIFFERENT];
        int different = 0;
        long[] nanos = new long[REQUESTS];
        for (int i = 0; i < REQUESTS; i++) {
            int request = i % DIFFERENT;
            long start = System.nanoTime();
            summary.summarize(logits, request * CLASSES, CLASSES, answer);
            nanos[i] = System.nanoTime() - start;
            float best = answer.topLogProb(0, 0);
            if (i < DIFFERENT) {
                first[request] = best;
            }
            different += Float.floatToIntBits(best) == Float.floatToIntBits(first[request]) ? 0 : 1;
        }
        report.say("%-22s %10s %10s %10s", "requests", "p50, us", "p99, us", "max, us");
        for (int from = 0; from < REQUESTS; from = Math.max(1, 10 * from)) {
            int to = Math.min(REQUESTS, Math.max(1, 10 * from));
            long[] window = Arrays.copyOfRange(nanos, from, to);
            Arrays.sort(window);
            report.say(
                    "%-22s %10.1f %10.1f %10.1f",
                    from + 1 == to ? "1" : (from + 1) + " to " + to,
                    window[window.length / 2] * 1e-3,
                    window[(int) (0.99 * (window.length - 1))] * 1e-3,
                    window[window.length - 1] * 1e-3);
        }
        report.say(Lanewise.status().replace("%", "%%"));
        report.columns();
        report.row("S4", "answers with other bits than the first ones", "0", "" + different, different == 0);
    }
}
