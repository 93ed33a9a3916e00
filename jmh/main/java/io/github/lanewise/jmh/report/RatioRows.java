// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import static io.github.lanewise.jmh.candidate.Operation.BCE;
import static io.github.lanewise.jmh.candidate.Operation.BCE_WITH_LOGITS;
import static io.github.lanewise.jmh.candidate.Operation.COSINE_EMBEDDING;
import static io.github.lanewise.jmh.candidate.Operation.CROSS_ENTROPY;
import static io.github.lanewise.jmh.candidate.Operation.CROSS_ENTROPY_PROBABILITIES;
import static io.github.lanewise.jmh.candidate.Operation.CROSS_ENTROPY_SMOOTHED;
import static io.github.lanewise.jmh.candidate.Operation.ENTROPY;
import static io.github.lanewise.jmh.candidate.Operation.KL_DIV;
import static io.github.lanewise.jmh.candidate.Operation.LOG_SOFTMAX;
import static io.github.lanewise.jmh.candidate.Operation.LOG_SUM_EXP;
import static io.github.lanewise.jmh.candidate.Operation.SIGMOID;
import static io.github.lanewise.jmh.candidate.Operation.SOFTMAX;

import io.github.lanewise.jmh.candidate.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the comparison with their targets: float32, one thread. A limit is that of the yardstick's operation which
 * does the least that ours has to do: log-sum-exp for the value of cross entropy, softmax for value and gradient.
 */
public final class RatioRows {
    private static final double NONE = Double.NaN;

    private final List<RatioRow> rows = new ArrayList<>();

    private RatioRows() {
        value("cross entropy, a row of 10", CROSS_ENTROPY, "1x10", 60, "lse", 0.5);
        value("cross entropy, a row of 128", CROSS_ENTROPY, "1x128", 25, "lse", NONE);
        value("cross entropy, a row of 1000", CROSS_ENTROPY, "1x1000", 14, "lse", NONE);
        value("cross entropy, a row of 32,000", CROSS_ENTROPY, "1x32000", NONE, "lse", NONE);
        value("cross entropy, a row of 128,256", CROSS_ENTROPY, "1x128256", NONE, "lse", NONE);
        value("cross entropy", CROSS_ENTROPY, "64x1000", 2.8, "lse", 0.9);
        value("cross entropy", CROSS_ENTROPY, "1024x1000", 2.8, "lse", 0.9);
        value("cross entropy", CROSS_ENTROPY, "32x32000", 2.8, "lse", 0.9);
        value("cross entropy, rows of 10", CROSS_ENTROPY, "100000x10", 4, "lse", NONE);
        value("cross entropy, out of cache", CROSS_ENTROPY, "128x128256", 6, "lse", 0.85);
        value("cross entropy, label smoothing", CROSS_ENTROPY_SMOOTHED, "64x1000", 3.5, null, NONE);
        value("cross entropy, probability targets", CROSS_ENTROPY_PROBABILITIES, "64x1000", 3, null, NONE);
        gradient("cross entropy", CROSS_ENTROPY, "1x1000", 50, "softmax", 0.9);
        gradient("cross entropy", CROSS_ENTROPY, "64x1000", 4, "softmax", 0.9);
        for (String shape : List.of("1x10", "1x128", "1x32000", "1024x1000", "32x32000", "100000x10", "128x128256")) {
            gradient("cross entropy", CROSS_ENTROPY, shape, NONE, "softmax", NONE);
        }
        value("cross entropy, images", CROSS_ENTROPY, "8x21x256x256", 10, null, NONE);
        gradient("cross entropy, images", CROSS_ENTROPY, "8x21x256x256", 15, null, NONE);
        value("log-softmax", LOG_SOFTMAX, "64x1000", 1.9, "log_softmax", 0.9);
        value("softmax", SOFTMAX, "64x1000", 1.5, "softmax", 0.9);
        value("log-sum-exp", LOG_SUM_EXP, "64x1000", 5, "lse", 0.9);
        value("sigmoid", SIGMOID, "64x1000", 1.4, "sigmoid", 0.9);
        value("binary cross entropy", BCE, "64x1000", 15, null, NONE);
        value("binary cross entropy with logits", BCE_WITH_LOGITS, "64x1000", 4.5, "bce_logits", 0.9);
        gradient("binary cross entropy with logits", BCE_WITH_LOGITS, "64x1000", 6, null, NONE);
        value("Kullback-Leibler divergence", KL_DIV, "64x1000", 10, null, NONE);
        value("entropy", ENTROPY, "64x1000", 12, null, NONE);
        value("cosine embedding loss", COSINE_EMBEDDING, "1024x512", 6, null, NONE);
        // One thread is to take 1.9 times as long as two.
        for (String shape : List.of("1024x1000", "128x128256")) {
            rows.add(new RatioRow(
                    "cross entropy " + shape + ", two threads at hand against one",
                    Spec.threads(2, shape),
                    1.9,
                    null,
                    NONE,
                    Spec.threads(1, shape)));
        }
        // A hot caller that inlines all it can is to be as fast as a bare one, within 10 %.
        for (String operation : List.of("cross_entropy", "cross_entropy_gradient", "softmax", "sigmoid")) {
            deepCaller(operation, "64x1000");
        }
        deepCaller("cross_entropy", "1x10");
        deepCaller("cross_entropy", "1x1000");
    }

    /** All rows, in the order of the table. */
    public static List<RatioRow> all() {
        return List.copyOf(new RatioRows().rows);
    }

    private void value(
            String label,
            Operation operation,
            String shape,
            double target,
            @Nullable String limit,
            double limitTarget) {
        rows.add(
                new RatioRow(label + ", " + shape, Spec.of(operation, shape, false), target, limit, limitTarget, null));
    }

    private void gradient(
            String label,
            Operation operation,
            String shape,
            double target,
            @Nullable String limit,
            double limitTarget) {
        rows.add(new RatioRow(
                label + ", with gradient, " + shape,
                Spec.of(operation, shape, true),
                target,
                limit,
                limitTarget,
                null));
    }

    private void deepCaller(String operation, String shape) {
        rows.add(new RatioRow(
                String.format(Locale.ROOT, "%s %s, deep caller against bare", operation.replace('_', ' '), shape),
                Spec.caller("deep", operation, shape),
                0.9,
                null,
                NONE,
                Spec.caller("bare", operation, shape)));
    }
}
