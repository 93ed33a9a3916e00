// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import io.github.lanewise.BceLoss;
import io.github.lanewise.DoubleTensor;
import io.github.lanewise.Elementwise;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.NllLoss;
import io.github.lanewise.Sigmoid;

/**
 * Fifty yes-or-no targets, flattened, given to a loss that takes them for fifty classes of one sample: what is rejected, what
 * the same call means with one target, and the two calls that were meant.
 */
public final class FlatteningTrap {
    /** What NllLoss makes of the sigmoids as one sample, target 0. */
    public static final String SIGMOID = "-0.51062340";
    /** What NllLoss makes of the logarithms of the sigmoids as one sample, target 0. */
    public static final String LOG_SIGMOID = "0.67212294";

    private static final int[] FIRST = {0};

    private FlatteningTrap() {}

    /** The fifty probabilities. */
    public static FloatTensor probabilities() {
        FloatTensor result = TenSamples.result();
        Sigmoid.sigmoid(TenSamples.logits(), result);
        return result.reshape(-1);
    }

    /** The fifty probabilities in double. */
    public static DoubleTensor doubleProbabilities() {
        DoubleTensor result = TenSamples.doubleResult();
        Sigmoid.sigmoid(TenSamples.doubleLogits(), result);
        return result.reshape(-1);
    }

    /** The logarithms of the fifty probabilities. */
    public static FloatTensor logProbabilities() {
        FloatTensor result = TenSamples.result();
        Sigmoid.logSigmoid(TenSamples.logits(), result);
        return result.reshape(-1);
    }

    /** The logarithms of the fifty probabilities in double. */
    public static DoubleTensor doubleLogProbabilities() {
        DoubleTensor result = TenSamples.doubleResult();
        Sigmoid.logSigmoid(TenSamples.doubleLogits(), result);
        return result.reshape(-1);
    }

    /** The rejection's message, or nothing if the call went through. */
    public static String rejection() {
        try {
            NllLoss.create().forward(probabilities(), TenSamples.labels());
            return "";
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Probabilities {@code p} as log-probabilities of two classes: {@code (log(1 - p), log p)}, of shape {@code (n, 2)}. */
    public static DoubleTensor stackedPair(DoubleTensor probabilities) {
        int n = probabilities.numel();
        DoubleTensor pair = DoubleTensor.of(new double[2 * n], n, 2);
        for (int i = 0; i < n; i++) {
            pair.set(1.0 - probabilities.get(i), i, 0);
            pair.set(probabilities.get(i), i, 1);
        }
        Elementwise.log(pair, pair);
        return pair;
    }

    static void run(Report report) {
        String message = rejection();
        String answer = message.isEmpty() ? "accepted" : "rejected";
        report.row("A11", "NllLoss(flattened 50, 50 targets)", "rejected", answer, !message.isEmpty());
        boolean helps = message.contains("BceLoss") && message.contains("(log(1 - p), log p)");
        report.row("A11", "and the message names the right calls", "yes", helps ? "yes" : "no", helps);
        NllLoss nll = NllLoss.create();
        report.printed("A11", "one sample of 50 classes, target 0", SIGMOID, nll.forward(probabilities(), FIRST));
        report.inDouble(
                "A11", "one sample of 50 classes, target 0", SIGMOID, nll.forward(doubleProbabilities(), FIRST));
        report.printed("A11", "the same of log-sigmoid", LOG_SIGMOID, nll.forward(logProbabilities(), FIRST));
        report.inDouble("A11", "the same of log-sigmoid", LOG_SIGMOID, nll.forward(doubleLogProbabilities(), FIRST));
        DoubleTensor probabilities = doubleProbabilities();
        DoubleTensor labels = TenSamples.doubleLabels().reshape(-1);
        report.inDouble(
                "A11",
                "BceLoss(flattened 50, 50 targets)",
                TenSamples.BINARY,
                BceLoss.create().forward(probabilities, labels));
        report.inDouble(
                "A11",
                "NllLoss((log(1 - p), log p), targets)",
                TenSamples.BINARY,
                nll.forward(stackedPair(probabilities), TenSamples.labels()));
        report.say("     the rejected call says: %s", message);
    }
}
