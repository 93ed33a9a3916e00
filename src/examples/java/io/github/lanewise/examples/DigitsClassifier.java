// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import java.util.Locale;

/** Trains a softmax regression on three quarters of the digits and tries it on the rest. */
public final class DigitsClassifier {
    /** The accuracy on pictures it has not seen that such a model reaches with something to spare. */
    public static final double ENOUGH = 0.94;

    private static final int EPOCHS = 60;
    private static final int REPORT_EVERY = 10;
    private static final int BATCH = 32;
    private static final float RATE = 0.5f;
    private static final long SEED = 1998L;

    private DigitsClassifier() {}

    /**
     * Trains and reports.
     *
     * @return the accuracy on the quarter that was held out
     */
    public static double run(Report report) {
        report.title("Softmax regression on handwritten digits");
        report.say(
                "Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, 1998");
        Digits digits = Digits.shuffled(SEED);
        int heldOut = digits.size() / 4;
        int training = digits.size() - heldOut;
        float[] pixels = digits.pixels();
        int[] seen = digits.labels(0, training);
        int[] unseen = digits.labels(training, digits.size());
        report.say(
                "%d digits to learn from, %d held out; CrossEntropyLoss with labelSmoothing(0.1)", training, heldOut);

        SoftmaxRegression model = new SoftmaxRegression(Digits.PIXELS, Digits.CLASSES, BATCH);
        double before = model.meanLoss(pixels, 0, seen);
        double accuracy = progress(report, model, 0, pixels, seen, unseen, 0L);
        long start = System.nanoTime();
        for (int epoch = 1; epoch <= EPOCHS; epoch++) {
            model.epoch(pixels, 0, seen, RATE);
            if (epoch % REPORT_EVERY == 0) {
                accuracy = progress(report, model, epoch, pixels, seen, unseen, System.nanoTime() - start);
            }
        }
        double after = model.meanLoss(pixels, 0, seen);
        report.say(
                "Loss before %.6f, after %.6f. The model's fingerprint is %08x on every machine.",
                before, after, model.fingerprint());
        report.columns();
        report.near("", "loss of a model that knows nothing is log 10", Math.log(10.0), before, 1e-6);
        String reached = String.format(Locale.ROOT, "%.4f", accuracy);
        report.row("", "accuracy on the held-out digits", "at least " + ENOUGH, reached, accuracy >= ENOUGH);
        return accuracy;
    }

    private static double progress(
            Report report, SoftmaxRegression model, int epoch, float[] pixels, int[] seen, int[] unseen, long nanos) {
        double loss = model.meanLoss(pixels, 0, seen);
        double accuracy = model.accuracy(pixels, seen.length, unseen);
        report.say(
                "epoch %2d of %d   training loss %.4f   held-out accuracy %.4f   %.1f s",
                epoch, EPOCHS, loss, accuracy, nanos * 1e-9);
        return accuracy;
    }
}
