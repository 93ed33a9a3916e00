// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.DoubleTensor;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Indexing;
import io.github.lanewise.LabelSmoothing;
import io.github.lanewise.NllLoss;
import io.github.lanewise.Softmax;

/** Two label-smoothing modules as people write them, and the conventions of the library that replace them. */
public final class SmoothingModules {
    /** The part of the target that is spread over all classes. */
    public static final double EPSILON = 0.3;
    /** The loss of both modules, recomputed in double precision. */
    public static final String LOSS = "1.3882861284249357";

    private static final int CLASSES = 5;
    private static final double[] PREDICT = {
        0, 0.2, 0.7, 0.1, 0, //
        0, 0.9, 0.2, 0.2, 1, //
        1, 0.2, 0.7, 0.9, 1, //
    };
    private static final int[] TARGET = {2, 1, 0};
    /** Class weights for the module that takes some. */
    private static final double[] WEIGHT = {1, 2, 0.5, 1, 3};

    private SmoothingModules() {}

    /** The scores, a fresh copy. */
    public static FloatTensor predict() {
        return FloatTensor.of(TenSamples.floats(PREDICT), TARGET.length, CLASSES);
    }

    /** The scores in double, a fresh copy. */
    public static DoubleTensor doublePredict() {
        return DoubleTensor.of(PREDICT.clone(), TARGET.length, CLASSES);
    }

    /** The class of each sample. */
    public static int[] target() {
        return TARGET.clone();
    }

    static void run(Report report) {
        report.title("D. Two label-smoothing modules found in the wild");
        report.columns();
        report.printed("D1", "eps * mean(sum(-log p)) / K + (1 - eps) * nll", "1.3883", termByTerm());
        report.inDouble("D1", "the same", LOSS, termByTerm());
        replaced(report, "D1", "LabelSmoothing.targetWeighted(0.3)", LabelSmoothing.targetWeighted(EPSILON));
        CrossEntropyLoss weighted = CrossEntropyLoss.builder()
                .labelSmoothing(LabelSmoothing.targetWeighted(EPSILON))
                .weight(WEIGHT)
                .build();
        report.nearInDouble(
                "D1",
                "class weights on nll only: targetWeighted(0.3)",
                termByTerm(WEIGHT),
                weighted.forward(doublePredict(), TARGET),
                1e-14);
        report.printed("D2", "mean((1 - eps) * nll + eps * mean(-log p)), gather", "1.3883", sampleBySample());
        report.inDouble("D2", "the same", LOSS, sampleBySample());
        replaced(report, "D2", "LabelSmoothing.uniform(0.3)", LabelSmoothing.uniform(EPSILON));
    }

    private static void replaced(Report report, String id, String what, LabelSmoothing convention) {
        CrossEntropyLoss loss =
                CrossEntropyLoss.builder().labelSmoothing(convention).build();
        report.printed(id, what, LOSS, loss.forward(predict(), TARGET));
        report.inDouble(id, what, LOSS, loss.forward(doublePredict(), TARGET));
    }

    private static DoubleTensor logProbabilities() {
        DoubleTensor logs = doublePredict();
        Softmax.logSoftmax(logs, -1, logs);
        return logs;
    }

    /** Averages the two terms over the batch one after the other; class weights, if any, in the second one only. */
    public static double termByTerm(double... weight) {
        DoubleTensor logs = logProbabilities();
        double all = 0.0;
        for (double log : logs.array()) {
            all -= log / TARGET.length;
        }
        NllLoss nll = weight.length == 0
                ? NllLoss.create()
                : NllLoss.builder().weight(weight).build();
        return EPSILON * all / CLASSES + (1.0 - EPSILON) * nll.forward(logs, TARGET);
    }

    /** Mixes the two terms for each sample; picks the target's log-probability by gather. */
    public static double sampleBySample() {
        DoubleTensor logs = logProbabilities();
        DoubleTensor picked = DoubleTensor.of(new double[TARGET.length], TARGET.length, 1);
        Indexing.gather(logs, -1, TARGET, picked);
        double mean = 0.0;
        for (int i = 0; i < TARGET.length; i++) {
            double all = 0.0;
            for (int c = 0; c < CLASSES; c++) {
                all -= logs.get(i, c);
            }
            mean += ((1.0 - EPSILON) * -picked.get(i, 0) + EPSILON * all / CLASSES) / TARGET.length;
        }
        return mean;
    }
}
