// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;

/** Two label-smoothing modules as people write them, and the option of the library that replaces both. */
public final class LabelSmoothing {
    /** The part of the target that is spread over all classes. */
    public static final double EPSILON = 0.3;

    private static final int CLASSES = 5;
    private static final float[] PREDICT = {0f, 0.2f, 0.7f, 0.1f, 0f, 0f, 0.9f, 0.2f, 0.2f, 1f, 1f, 0.2f, 0.7f, 0.9f, 1f
    };
    private static final int[] TARGET = {2, 1, 0};

    private LabelSmoothing() {}

    /** The scores, a fresh copy. */
    public static FloatTensor predict() {
        return FloatTensor.of(PREDICT.clone(), TARGET.length, CLASSES);
    }

    /** The class of each sample. */
    public static int[] target() {
        return TARGET.clone();
    }

    static void run(Report report) {
        report.title("D. Two label-smoothing modules found in the wild");
        report.columns();
        report.printed("D1", "eps * mean(sum(-log p)) / K + (1 - eps) * nll, by hand", "1.3883", termByTerm());
        report.printed("D2", "mean((1 - eps) * nll + eps * mean(-log p)), by hand", "1.3883", sampleBySample());
        double computed =
                CrossEntropyLoss.builder().labelSmoothing(EPSILON).build().forward(predict(), TARGET);
        report.printed("D", "CrossEntropyLoss with labelSmoothing(0.3)", "1.3883", computed);
        report.printed("D", "the same, recomputed in double precision", "1.3882861284249357", computed);
    }

    /** Averages the two terms over the batch one after the other. */
    public static double termByTerm() {
        double[][] logs = ByHand.logSoftmaxRows(PREDICT, CLASSES);
        double all = 0.0;
        double nll = 0.0;
        for (int i = 0; i < TARGET.length; i++) {
            for (double log : logs[i]) {
                all -= log / TARGET.length;
            }
            nll -= logs[i][TARGET[i]] / TARGET.length;
        }
        return EPSILON * all / CLASSES + (1.0 - EPSILON) * nll;
    }

    /** Mixes the two terms for each sample; picks the target's log-probability by gather. */
    public static double sampleBySample() {
        double[][] logs = ByHand.logSoftmaxRows(PREDICT, CLASSES);
        int[][] index = new int[TARGET.length][];
        for (int i = 0; i < TARGET.length; i++) {
            index[i] = new int[] {TARGET[i]};
        }
        double[][] picked = ByHand.gather(logs, 1, index);
        double mean = 0.0;
        for (int i = 0; i < TARGET.length; i++) {
            double all = 0.0;
            for (double log : logs[i]) {
                all -= log;
            }
            mean += ((1.0 - EPSILON) * -picked[i][0] + EPSILON * all / CLASSES) / TARGET.length;
        }
        return mean;
    }
}
