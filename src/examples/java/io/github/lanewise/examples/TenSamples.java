// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.NllLoss;
import io.github.lanewise.Softmax;
import java.util.Arrays;

/** Ten samples with five classes: cross entropy in its three spellings, two kinds of label smoothing, and a trap. */
public final class TenSamples {
    /** Number of samples. */
    public static final int SAMPLES = 10;
    /** Number of classes. */
    public static final int CLASSES = 5;

    private static final int[] TARGET = {2, 3, 4, 3, 4, 2, 4, 0, 0, 2};

    private static final float[] LOGITS = {
        0.0425f, 0.0749f, 0.0449f, 0.6374f, 0.1391f, //
        0.2501f, 0.1247f, 0.1282f, 0.1452f, 0.3988f, //
        0.3246f, 0.1203f, 0.4313f, 0.3277f, 0.2178f, //
        0.1636f, 0.2433f, 0.0581f, 0.0532f, 0.1914f, //
        0.6481f, 0.1551f, 0.3308f, 0.1160f, 0.1311f, //
        0.1976f, 0.1371f, 0.0551f, 0.2703f, 0.0354f, //
        0.1589f, 0.0804f, 0.1883f, 0.0041f, 0.5144f, //
        0.0485f, 0.2014f, 0.3141f, 0.2138f, 0.0239f, //
        0.0620f, 0.0690f, 0.0153f, 0.0071f, 0.0535f, //
        0.4265f, 0.2986f, 0.1358f, 0.1418f, 0.3854f, //
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

    private TenSamples() {}

    /** The scores, a fresh copy. */
    public static FloatTensor logits() {
        return FloatTensor.of(LOGITS.clone(), SAMPLES, CLASSES);
    }

    /** The class of each sample. */
    public static int[] target() {
        return TARGET.clone();
    }

    /** The several labels of each sample, flattened row by row. */
    public static int[] labels() {
        return LABELS.clone();
    }

    /** Row 0 of log-softmax as printed. */
    public static String[] logSoftmaxRow() {
        return LOG_SOFTMAX_ROW.clone();
    }

    /** Probabilities with {@code 1 - epsilon} at the target and the rest spread over the other classes alone. */
    public static FloatTensor smoothedOverTheOthers(double epsilon) {
        float[] q = new float[SAMPLES * CLASSES];
        Arrays.fill(q, (float) (epsilon / (CLASSES - 1)));
        ByHand.scatter(q, CLASSES, TARGET, (float) (1.0 - epsilon));
        return FloatTensor.of(q, SAMPLES, CLASSES);
    }

    /** An empty view for results of the shape of the scores. */
    public static FloatTensor result() {
        return FloatTensor.of(new float[SAMPLES * CLASSES], SAMPLES, CLASSES);
    }

    static void run(Report report) {
        report.title("A. Ten samples, five classes");
        report.columns();
        crossEntropy(report);
        smoothing(report);
        FloatTensor logProbabilities = result();
        Softmax.logSoftmax(logits(), -1, logProbabilities);
        for (int c = 0; c < CLASSES; c++) {
            report.printed("A6", "log-softmax, row 0, class " + c, LOG_SOFTMAX_ROW[c], logProbabilities.get(0, c));
        }
        oneHot(report);
        flattening(report);
    }

    private static void crossEntropy(Report report) {
        FloatTensor logits = logits();
        double direct = CrossEntropyLoss.create().forward(logits, TARGET);
        report.printed("A1", "CrossEntropyLoss(logits, target)", "1.6692", direct);
        report.printed("A1", "the same, recomputed in double precision", "1.6691544318035032", direct);

        FloatTensor logProbabilities = result();
        Softmax.logSoftmax(logits, -1, logProbabilities);
        double inTwoSteps = NllLoss.create().forward(logProbabilities, TARGET);
        report.printed("A2", "NllLoss(logSoftmax(logits), target)", "1.6691544318035032", inTwoSteps);

        FloatTensor probabilities = result();
        Softmax.softmax(logits, -1, probabilities);
        float[] logs = probabilities.array();
        for (int i = 0; i < logs.length; i++) {
            logs[i] = (float) Math.log(logs[i]);
        }
        double theLongWay = NllLoss.create().forward(probabilities, TARGET);
        report.printed("A3", "NllLoss(log(softmax(logits)), target)", "1.6691544318035032", theLongWay);
    }

    private static void smoothing(Report report) {
        CrossEntropyLoss smoothed =
                CrossEntropyLoss.builder().labelSmoothing(0.1).build();
        double overAll = smoothed.forward(logits(), TARGET);
        report.printed("A4", "label smoothing 0.1 over all five classes", "1.6642", overAll);
        report.printed("A4", "the same, recomputed in double precision", "1.6641614318035032", overAll);

        double overTheOthers = CrossEntropyLoss.create().forward(logits(), smoothedOverTheOthers(0.1));
        report.printed("A5", "0.9 at the target, 0.1 over the other four", "1.6629", overTheOthers);
        report.printed("A5", "the same, recomputed in double precision", "1.662913181803503", overTheOthers);

        CrossEntropyLoss equivalent = CrossEntropyLoss.builder()
                .labelSmoothing(0.1 * CLASSES / (CLASSES - 1))
                .build();
        double converted = equivalent.forward(logits(), TARGET);
        report.printed("A5", "A4 with smoothing 0.1 * 5 / 4 is A5", "1.662913181803503", converted);
    }

    private static void oneHot(Report report) {
        float[] rows = ByHand.oneHot(TARGET, CLASSES);
        int ones = 0;
        for (float value : rows) {
            ones += (int) value;
        }
        report.row("A10", "one-hot by hand: ones in the 10 x 5 matrix", "10", String.valueOf(ones), ones == SAMPLES);
        double loss = CrossEntropyLoss.create().forward(logits(), FloatTensor.of(rows, SAMPLES, CLASSES));
        report.printed("A10", "CrossEntropyLoss(logits, one-hot) is A1", "1.6691544318035032", loss);
    }

    private static void flattening(Report report) {
        float[] sigmoid = new float[LOGITS.length];
        float[] logSigmoid = new float[LOGITS.length];
        for (int i = 0; i < LOGITS.length; i++) {
            sigmoid[i] = (float) ByHand.sigmoid(LOGITS[i]);
            logSigmoid[i] = (float) ByHand.logSigmoid(LOGITS[i]);
        }
        NllLoss nll = NllLoss.create();
        String answer = "accepted";
        String reason = "";
        try {
            nll.forward(FloatTensor.of(sigmoid, LOGITS.length), LABELS);
        } catch (IllegalArgumentException e) {
            answer = "rejected";
            reason = String.valueOf(e.getMessage());
        }
        report.row("A11", "NllLoss(flattened 50, 50 targets)", "rejected", answer, answer.equals("rejected"));
        double plain = nll.forward(FloatTensor.of(sigmoid, LOGITS.length), new int[] {0});
        report.printed("A11", "one sample of 50 classes, target 0: sigmoid by hand", "-0.51062340", plain);
        double log = nll.forward(FloatTensor.of(logSigmoid, LOGITS.length), new int[] {0});
        report.printed("A11", "one sample of 50 classes, target 0: its logarithm", "0.67212294", log);
        report.say("     the rejected call says: %s", reason);
    }
}
