// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import io.github.lanewise.BceLoss;
import io.github.lanewise.Categorical;
import io.github.lanewise.CosineEmbeddingLoss;
import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.DoubleTensor;
import io.github.lanewise.Elementwise;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.KlDivLoss;
import io.github.lanewise.NllLoss;
import io.github.lanewise.Reduction;
import io.github.lanewise.Softmax;
import java.util.Locale;

/**
 * Cross entropy as entropy plus divergence, what the means of a divergence divide by, binary cross entropy as a likelihood,
 * and cosines. The notebook drew its inputs at random and did not print them; these are others, so the expected values are
 * those of plain double loops on {@link Math}.
 */
public final class EntropyAndDivergence {
    private static final int ROWS = 2;
    private static final int CLASSES = 4;
    private static final double[] LOGITS = {0.3, -1.2, 0.8, 1.9, -0.4, 0.6, 2.1, -0.7};
    private static final double[] TARGET_LOGITS = {1.1, 0.2, -0.5, 0.9, 0.1, 1.4, -1.3, 0.7};
    private static final int[] INDICES = {2, 1};
    private static final double CRUTCH = 1e-7;
    private static final int DIRECTIONS = 512;

    private static final double FLOAT = 1e-6;
    private static final double DOUBLE = 4e-15;

    private EntropyAndDivergence() {}

    private static FloatTensor floats(double[] values) {
        return FloatTensor.of(TenSamples.floats(values), ROWS, CLASSES);
    }

    private static DoubleTensor doubles(double[] values) {
        return DoubleTensor.of(values.clone(), ROWS, CLASSES);
    }

    private static FloatTensor floatTarget() {
        FloatTensor target = floats(TARGET_LOGITS);
        Softmax.softmax(target, 1, target);
        return target;
    }

    private static DoubleTensor doubleTarget() {
        DoubleTensor target = doubles(TARGET_LOGITS);
        Softmax.softmax(target, 1, target);
        return target;
    }

    private static void both(Report report, String id, String what, double expected, double single, double precise) {
        report.near(id, what, expected, single, FLOAT * Math.abs(expected));
        report.nearInDouble(id, what, expected, precise, DOUBLE * Math.abs(expected));
    }

    static void run(Report report) {
        report.title("C. Cross entropy = entropy + divergence, binary NLL, cosines");
        report.say(
                "The notebook's random inputs are not known. Expected here is what plain double loops on Math give.");
        report.columns();
        crossEntropies(report);
        divergences(report);
        perSample(report);
        binary(report);
        cosines(report);
    }

    private static void crossEntropies(Report report) {
        double[][] logs = ByHand.logSoftmaxRows(LOGITS, CLASSES);
        double[][] target = ByHand.logSoftmaxRows(TARGET_LOGITS, CLASSES);
        double ofIndices = 0.0;
        double ofProbabilities = 0.0;
        double withCrutch = 0.0;
        for (int i = 0; i < ROWS; i++) {
            ofIndices -= logs[i][INDICES[i]] / ROWS;
            withCrutch -= Math.log(Math.exp(logs[i][INDICES[i]]) + CRUTCH) / ROWS;
            for (int c = 0; c < CLASSES; c++) {
                ofProbabilities -= Math.exp(target[i][c]) * logs[i][c] / ROWS;
            }
        }
        CrossEntropyLoss loss = CrossEntropyLoss.create();
        double direct = loss.forward(doubles(LOGITS), INDICES);
        both(
                report,
                "C1",
                "CrossEntropyLoss(logits, indices)",
                ofIndices,
                loss.forward(floats(LOGITS), INDICES),
                direct);
        both(
                report,
                "C2",
                "CrossEntropyLoss(logits, probabilities)",
                ofProbabilities,
                loss.forward(floats(LOGITS), floatTarget()),
                loss.forward(doubles(LOGITS), doubleTarget()));
        DoubleTensor rows = doubles(LOGITS);
        Softmax.softmax(rows, 1, rows);
        for (int i = 0; i < rows.numel(); i++) {
            rows.array()[i] += CRUTCH;
        }
        Elementwise.log(rows, rows);
        double crutch = NllLoss.create().forward(rows, INDICES);
        report.nearInDouble("C3", "NllLoss(log(softmax(logits) + 1e-7))", withCrutch, crutch, DOUBLE * withCrutch);
        boolean close = direct - crutch > 1e-8 && direct - crutch < 1e-5;
        String difference = String.format(Locale.ROOT, "%.3g", direct - crutch);
        report.row("C3", "close to C1, not equal: what the 1e-7 takes off", "1e-8 to 1e-5", difference, close);
    }

    private static void divergences(Report report) {
        double[][] logs = ByHand.logSoftmaxRows(LOGITS, CLASSES);
        double[][] target = ByHand.logSoftmaxRows(TARGET_LOGITS, CLASSES);
        double divergence = 0.0;
        for (int i = 0; i < ROWS; i++) {
            for (int c = 0; c < CLASSES; c++) {
                divergence += Math.exp(target[i][c]) * (target[i][c] - logs[i][c]);
            }
        }
        FloatTensor single = floats(LOGITS);
        DoubleTensor precise = doubles(LOGITS);
        Softmax.logSoftmax(single, 1, single);
        Softmax.logSoftmax(precise, 1, precise);
        KlDivLoss mean = KlDivLoss.create();
        KlDivLoss batchMean =
                KlDivLoss.builder().reduction(Reduction.BATCH_MEAN).build();
        both(
                report,
                "C4",
                "KlDivLoss, MEAN: divided by the 8 elements",
                divergence / (ROWS * CLASSES),
                mean.forward(single, floatTarget()),
                mean.forward(precise, doubleTarget()));
        both(
                report,
                "C4",
                "KlDivLoss, BATCH_MEAN: by the 2 rows",
                divergence / ROWS,
                batchMean.forward(single, floatTarget()),
                batchMean.forward(precise, doubleTarget()));
    }

    /** What cross entropy exceeds the sum of divergence and entropy by, at most, for each sample in double. */
    public static double worstOfEntropyPlusDivergence() {
        double[] crossEntropies = crossEntropies();
        double[] entropies = entropies();
        double[] divergences = klDivergences();
        double worst = 0.0;
        for (int i = 0; i < ROWS; i++) {
            worst = Math.max(worst, Math.abs(crossEntropies[i] - (divergences[i] + entropies[i])));
        }
        return worst;
    }

    private static double[] crossEntropies() {
        DoubleTensor losses = DoubleTensor.of(new double[ROWS], ROWS);
        CrossEntropyLoss.builder().reduction(Reduction.NONE).build().forward(doubles(LOGITS), doubleTarget(), losses);
        return losses.array();
    }

    private static double[] entropies() {
        DoubleTensor entropies = DoubleTensor.of(new double[ROWS], ROWS);
        Categorical.ofProbabilities().entropy(doubleTarget(), entropies);
        return entropies.array();
    }

    private static double[] klDivergences() {
        DoubleTensor logs = doubles(LOGITS);
        Softmax.logSoftmax(logs, 1, logs);
        KlDivLoss sum = KlDivLoss.builder().reduction(Reduction.SUM).build();
        double[] result = new double[ROWS];
        for (int i = 0; i < ROWS; i++) {
            result[i] = sum.forward(logs.select(0, i), doubleTarget().select(0, i));
        }
        return result;
    }

    private static void perSample(Report report) {
        double[][] target = ByHand.logSoftmaxRows(TARGET_LOGITS, CLASSES);
        double[] crossEntropies = crossEntropies();
        double[] entropies = entropies();
        double[] divergences = klDivergences();
        FloatTensor single = FloatTensor.of(new float[ROWS], ROWS);
        Categorical.ofProbabilities().entropy(floatTarget(), single);
        for (int i = 0; i < ROWS; i++) {
            double entropy = 0.0;
            for (double log : target[i]) {
                entropy -= Math.exp(log) * log;
            }
            both(report, "C5", "Categorical.entropy of row " + i, entropy, single.get(i), entropies[i]);
            report.nearInDouble(
                    "C5",
                    "CE of row " + i + " = KL + entropy",
                    divergences[i] + entropies[i],
                    crossEntropies[i],
                    DOUBLE);
        }
    }

    private static void binary(Report report) {
        double[] probabilities = {0.12, 0.93, 0.41, 0.68, 0.05, 0.77};
        int[] classes = {0, 1, 1, 0, 0, 1};
        double[] labels = {0, 1, 1, 0, 0, 1};
        double byHand = 0.0;
        for (int i = 0; i < classes.length; i++) {
            double p = probabilities[i];
            byHand -= (classes[i] == 1 ? Math.log(p) : Math.log1p(-p)) / classes.length;
        }
        DoubleTensor p = DoubleTensor.of(probabilities, probabilities.length);
        FloatTensor single = FloatTensor.of(TenSamples.floats(probabilities), probabilities.length);
        FloatTensor singleLabels = FloatTensor.of(TenSamples.floats(labels), labels.length);
        both(
                report,
                "C6",
                "BceLoss(p, y)",
                byHand,
                BceLoss.create().forward(single, singleLabels),
                BceLoss.create().forward(p, DoubleTensor.of(labels, labels.length)));
        double stacked = NllLoss.create().forward(FlatteningTrap.stackedPair(p), classes);
        report.nearInDouble("C6", "NllLoss((log(1 - p), log p), y)", byHand, stacked, DOUBLE);
    }

    private static void cosines(Report report) {
        double[] left = ByHand.doubles(ShapesAndOneHot.normal(2 * DIRECTIONS, 23L));
        double[] right = ByHand.doubles(ShapesAndOneHot.normal(2 * DIRECTIONS, 24L));
        int[] target = {1, -1};
        double byHand = 0.0;
        for (int i = 0; i < 2; i++) {
            double dot = 0.0;
            double squares1 = 0.0;
            double squares2 = 0.0;
            for (int d = i * DIRECTIONS; d < (i + 1) * DIRECTIONS; d++) {
                dot += left[d] * right[d];
                squares1 += left[d] * left[d];
                squares2 += right[d] * right[d];
            }
            double cosine = dot / Math.sqrt(squares1 * squares2);
            byHand += (target[i] == 1 ? 1.0 - cosine : Math.max(0.0, cosine)) / 2;
        }
        CosineEmbeddingLoss loss = CosineEmbeddingLoss.create();
        both(
                report,
                "C7",
                "CosineEmbeddingLoss, (2, 512), targets 1 and -1",
                byHand,
                loss.forward(
                        FloatTensor.of(TenSamples.floats(left), 2, DIRECTIONS),
                        FloatTensor.of(TenSamples.floats(right), 2, DIRECTIONS),
                        target),
                loss.forward(DoubleTensor.of(left, 2, DIRECTIONS), DoubleTensor.of(right, 2, DIRECTIONS), target));
    }
}
