// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import io.github.lanewise.BceLoss;
import io.github.lanewise.BceWithLogitsLoss;
import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.DoubleTensor;
import io.github.lanewise.Elementwise;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Indexing;
import io.github.lanewise.LabelSmoothing;
import io.github.lanewise.NllLoss;
import io.github.lanewise.Sigmoid;
import io.github.lanewise.Softmax;
import java.util.Arrays;

/** Ten samples with five classes: cross entropy in its three spellings, two kinds of label smoothing, and sigmoids. */
public final class TenSamples {
    /** Number of samples. */
    public static final int SAMPLES = 10;
    /** Number of classes. */
    public static final int CLASSES = 5;
    /** The cross entropy, recomputed in double precision. */
    public static final String LOSS = "1.6691544318035032";
    /** With smoothing 0.1 over all classes. */
    public static final String SMOOTHED = "1.6641614318035032";
    /** With smoothing 0.1 over the other classes. */
    public static final String SMOOTHED_OVER_OTHERS = "1.662913181803503";
    /** The binary cross entropy with several labels to a sample. */
    public static final String BINARY = "0.7146804743729445";

    private static final int[] TARGET = {2, 3, 4, 3, 4, 2, 4, 0, 0, 2};

    private static final double[] LOGITS = {
        0.0425, 0.0749, 0.0449, 0.6374, 0.1391, //
        0.2501, 0.1247, 0.1282, 0.1452, 0.3988, //
        0.3246, 0.1203, 0.4313, 0.3277, 0.2178, //
        0.1636, 0.2433, 0.0581, 0.0532, 0.1914, //
        0.6481, 0.1551, 0.3308, 0.1160, 0.1311, //
        0.1976, 0.1371, 0.0551, 0.2703, 0.0354, //
        0.1589, 0.0804, 0.1883, 0.0041, 0.5144, //
        0.0485, 0.2014, 0.3141, 0.2138, 0.0239, //
        0.0620, 0.0690, 0.0153, 0.0071, 0.0535, //
        0.4265, 0.2986, 0.1358, 0.1418, 0.3854, //
    };

    /** Which of the five labels each sample carries, if it may carry several. */
    private static final int[] LABELS = {
        0, 1, 1, 0, 0, //
        0, 1, 1, 1, 0, //
        0, 0, 1, 0, 1, //
        1, 0, 0, 1, 0, //
        0, 0, 0, 1, 1, //
        0, 0, 1, 1, 0, //
        1, 1, 0, 0, 1, //
        1, 0, 1, 0, 0, //
        1, 1, 0, 0, 0, //
        1, 1, 1, 0, 0, //
    };

    private static final String[] LOG_SOFTMAX_ROW = {"-1.7833", "-1.7510", "-1.7809", "-1.1884", "-1.6868"};
    private static final String[] SIGMOID_ROW = {"0.5106", "0.5187", "0.5112", "0.6542", "0.5347"};
    private static final String[] LOG_SIGMOID_ROW = {"-0.6721", "-0.6564", "-0.6709", "-0.4244", "-0.6260"};

    private TenSamples() {}

    /** The scores, a fresh copy. */
    public static FloatTensor logits() {
        return FloatTensor.of(floats(LOGITS), SAMPLES, CLASSES);
    }

    /** The scores in double, a fresh copy. */
    public static DoubleTensor doubleLogits() {
        return DoubleTensor.of(LOGITS.clone(), SAMPLES, CLASSES);
    }

    /** The class of each sample. */
    public static int[] target() {
        return TARGET.clone();
    }

    /** The several labels of each sample, flattened row by row. */
    public static int[] labels() {
        return LABELS.clone();
    }

    /** The several labels of each sample as probabilities. */
    public static DoubleTensor doubleLabels() {
        return DoubleTensor.of(Arrays.stream(LABELS).asDoubleStream().toArray(), SAMPLES, CLASSES);
    }

    /** The several labels of each sample as probabilities. */
    public static FloatTensor floatLabels() {
        return FloatTensor.of(floats(doubleLabels().array()), SAMPLES, CLASSES);
    }

    /** Probabilities with {@code 1 - epsilon} at the target and the rest spread over the other classes alone. */
    public static DoubleTensor smoothedOverTheOthers(double epsilon) {
        DoubleTensor q = doubleResult();
        Arrays.fill(q.array(), epsilon / (CLASSES - 1));
        Indexing.scatter(q, 1, TARGET, new int[] {SAMPLES, 1}, 1.0 - epsilon, q);
        return q;
    }

    /** An empty view for results of the shape of the scores. */
    public static FloatTensor result() {
        return FloatTensor.of(new float[SAMPLES * CLASSES], SAMPLES, CLASSES);
    }

    /** An empty view for results in double. */
    public static DoubleTensor doubleResult() {
        return DoubleTensor.of(new double[SAMPLES * CLASSES], SAMPLES, CLASSES);
    }

    /** Doubles rounded to floats. */
    public static float[] floats(double[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) values[i];
        }
        return rounded;
    }

    static void run(Report report) {
        report.title("A. Ten samples, five classes");
        report.columns();
        crossEntropy(report);
        smoothing(report);
        rows(report);
        severalLabels(report);
        oneHot(report);
        FlatteningTrap.run(report);
    }

    private static void crossEntropy(Report report) {
        CrossEntropyLoss loss = CrossEntropyLoss.create();
        double direct = loss.forward(logits(), TARGET);
        report.printed("A1", "CrossEntropyLoss(logits, target)", "1.6692", direct);
        report.printed("A1", "the same, recomputed in double precision", LOSS, direct);
        report.inDouble("A1", "CrossEntropyLoss(logits, target)", LOSS, loss.forward(doubleLogits(), TARGET));

        NllLoss nll = NllLoss.create();
        FloatTensor rows = result();
        DoubleTensor doubleRows = doubleResult();
        Softmax.logSoftmax(logits(), -1, rows);
        Softmax.logSoftmax(doubleLogits(), -1, doubleRows);
        report.printed("A2", "NllLoss(logSoftmax(logits), target)", LOSS, nll.forward(rows, TARGET));
        report.inDouble("A2", "NllLoss(logSoftmax(logits), target)", LOSS, nll.forward(doubleRows, TARGET));

        Softmax.softmax(logits(), -1, rows);
        Elementwise.log(rows, rows);
        Softmax.softmax(doubleLogits(), -1, doubleRows);
        Elementwise.log(doubleRows, doubleRows);
        report.printed("A3", "NllLoss(log(softmax(logits)), target)", LOSS, nll.forward(rows, TARGET));
        report.inDouble("A3", "NllLoss(log(softmax(logits)), target)", LOSS, nll.forward(doubleRows, TARGET));
    }

    private static CrossEntropyLoss smoothed(LabelSmoothing smoothing) {
        return CrossEntropyLoss.builder().labelSmoothing(smoothing).build();
    }

    private static void smoothing(Report report) {
        CrossEntropyLoss uniform = smoothed(LabelSmoothing.uniform(0.1));
        double overAll = uniform.forward(logits(), TARGET);
        report.printed("A4", "LabelSmoothing.uniform(0.1): over all five classes", "1.6642", overAll);
        report.printed("A4", "the same, recomputed in double precision", SMOOTHED, overAll);
        report.inDouble("A4", "LabelSmoothing.uniform(0.1)", SMOOTHED, uniform.forward(doubleLogits(), TARGET));

        DoubleTensor dense = smoothedOverTheOthers(0.1);
        FloatTensor floatDense = FloatTensor.of(floats(dense.array()), SAMPLES, CLASSES);
        CrossEntropyLoss plain = CrossEntropyLoss.create();
        double overTheOthers = plain.forward(logits(), floatDense);
        report.printed("A5", "0.9 at the target, 0.1 over the other four", "1.6629", overTheOthers);
        report.printed("A5", "the same, recomputed in double precision", SMOOTHED_OVER_OTHERS, overTheOthers);
        report.inDouble(
                "A5", "0.9 at the target, 0.1 over others", SMOOTHED_OVER_OTHERS, plain.forward(doubleLogits(), dense));
        CrossEntropyLoss others = smoothed(LabelSmoothing.others(0.1));
        report.printed("A5", "LabelSmoothing.others(0.1)", SMOOTHED_OVER_OTHERS, others.forward(logits(), TARGET));
        report.inDouble(
                "A5", "LabelSmoothing.others(0.1)", SMOOTHED_OVER_OTHERS, others.forward(doubleLogits(), TARGET));
        CrossEntropyLoss rescaled = smoothed(LabelSmoothing.uniform(0.1 * CLASSES / (CLASSES - 1)));
        report.inDouble(
                "A5", "A4 with smoothing 0.1 * 5 / 4", SMOOTHED_OVER_OTHERS, rescaled.forward(doubleLogits(), TARGET));
    }

    private static void rows(Report report) {
        FloatTensor result = result();
        Softmax.logSoftmax(logits(), -1, result);
        row(report, "A6", "log-softmax", LOG_SOFTMAX_ROW, result);
        Sigmoid.sigmoid(logits(), result);
        row(report, "A7", "sigmoid", SIGMOID_ROW, result);
        Elementwise.log(result, result);
        row(report, "A8", "log(sigmoid)", LOG_SIGMOID_ROW, result);
        Sigmoid.logSigmoid(logits(), result);
        row(report, "A8", "logSigmoid", LOG_SIGMOID_ROW, result);
    }

    private static void row(Report report, String id, String what, String[] expected, FloatTensor result) {
        for (int c = 0; c < CLASSES; c++) {
            report.printed(id, what + ", row 0, class " + c, expected[c], result.get(0, c));
        }
    }

    private static void severalLabels(Report report) {
        FloatTensor probabilities = result();
        Sigmoid.sigmoid(logits(), probabilities);
        double inTwoSteps = BceLoss.create().forward(probabilities, floatLabels());
        double direct = BceWithLogitsLoss.create().forward(logits(), floatLabels());
        report.printed("A9", "BceLoss(sigmoid(logits), labels)", "0.7147", inTwoSteps);
        report.printed("A9", "the same, recomputed in double precision", BINARY, inTwoSteps);
        report.printed("A9", "BceWithLogitsLoss(logits, labels)", BINARY, direct);
        DoubleTensor doubles = doubleResult();
        Sigmoid.sigmoid(doubleLogits(), doubles);
        report.inDouble(
                "A9",
                "BceLoss(sigmoid(logits), labels)",
                BINARY,
                BceLoss.create().forward(doubles, doubleLabels()));
        report.inDouble(
                "A9",
                "BceWithLogitsLoss(logits, labels)",
                BINARY,
                BceWithLogitsLoss.create().forward(doubleLogits(), doubleLabels()));
    }

    private static void oneHot(Report report) {
        FloatTensor rows = result();
        Indexing.oneHot(TARGET, CLASSES, rows);
        int wrong = 0;
        for (int i = 0; i < SAMPLES; i++) {
            for (int c = 0; c < CLASSES; c++) {
                wrong += rows.get(i, c) == (TARGET[i] == c ? 1f : 0f) ? 0 : 1;
            }
        }
        report.row("A10", "Indexing.oneHot, 10 x 5: wrong elements", "0", String.valueOf(wrong), wrong == 0);
        report.printed(
                "A10",
                "CrossEntropyLoss(logits, one-hot) is A1",
                LOSS,
                CrossEntropyLoss.create().forward(logits(), rows));
    }
}
