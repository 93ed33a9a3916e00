// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Lanewise;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * Times the library against the plain loop on 1024 rows of 1000 scores. A quick look on one machine in one run; the
 * benchmarks of the project measure with more care.
 */
public final class SpeedComparison {
    private static final int ROWS = 1024;
    private static final int CLASSES = 1000;
    private static final double WARM_UP_SECONDS = 1.5;
    private static final int REPETITIONS = 31;

    private SpeedComparison() {}

    static void run(Report report) {
        report.title("Cross entropy of " + ROWS + " x " + CLASSES + " scores, one thread");
        float[] scores = ShapesAndOneHot.normal(ROWS * CLASSES, 7L);
        int[] target = new Random(8L).ints(ROWS, 0, CLASSES).toArray();
        FloatTensor logits = FloatTensor.of(scores, ROWS, CLASSES);
        CrossEntropyLoss loss = CrossEntropyLoss.create();

        DoubleSupplier library = () -> loss.forward(logits, target);
        Lanewise.warmUp(() -> loss.forward(logits, target));
        DoubleSupplier plain = () -> plainLoop(scores, target);
        double libraryNanos = medianNanos(library) / scores.length;
        double plainNanos = medianNanos(plain) / scores.length;
        report.say("plain loop with Math.exp   %7.3f ns per element", plainNanos);
        report.say(
                "CrossEntropyLoss.forward   %7.3f ns per element, %.1f times as fast",
                libraryNanos, plainNanos / libraryNanos);
        report.say("(median of %d runs after a warm-up of %.1f s)", REPETITIONS, WARM_UP_SECONDS);
        double expected = plain.getAsDouble();
        report.columns();
        report.near("", "the plain loop and the library agree", expected, library.getAsDouble(), 1e-6 * expected);
    }

    /** The loop that one writes without a library: maximum, sum of exponentials, logarithm. */
    private static double plainLoop(float[] scores, int[] target) {
        double total = 0.0;
        for (int row = 0; row < target.length; row++) {
            int first = row * CLASSES;
            float max = Float.NEGATIVE_INFINITY;
            for (int c = 0; c < CLASSES; c++) {
                max = Math.max(max, scores[first + c]);
            }
            double sum = 0.0;
            for (int c = 0; c < CLASSES; c++) {
                sum += Math.exp(scores[first + c] - max);
            }
            total += Math.log(sum) + max - scores[first + target[row]];
        }
        return total / target.length;
    }

    private static double medianNanos(DoubleSupplier work) {
        double sink = 0.0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < WARM_UP_SECONDS * 1e9) {
            sink += work.getAsDouble();
        }
        long[] nanos = new long[REPETITIONS];
        for (int i = 0; i < REPETITIONS; i++) {
            long begin = System.nanoTime();
            sink += work.getAsDouble();
            nanos[i] = System.nanoTime() - begin;
        }
        // Using the results keeps the compiler from dropping the work.
        if (Double.isNaN(sink)) {
            throw new IllegalStateException("a loss is NaN");
        }
        Arrays.sort(nanos);
        return nanos[REPETITIONS / 2];
    }
}
