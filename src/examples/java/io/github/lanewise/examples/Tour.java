// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import io.github.lanewise.Lanewise;
import java.util.List;
import java.util.Set;

/**
 * Runs the whole tour, or the parts named as arguments: {@code service}, {@code worked}, {@code scoring},
 * {@code digits}, {@code speed}. Exits with 1 if a number is not what it should be.
 */
public final class Tour {
    private static final Set<String> PARTS = Set.of("service", "worked", "scoring", "digits", "speed");

    private Tour() {}

    /**
     * Runs the tour.
     *
     * @param args the parts to run; all of them if there is none
     */
    public static void main(String[] args) {
        List<String> parts = List.of(args);
        if (!PARTS.containsAll(parts)) {
            System.err.println("The parts of the tour are service, worked, scoring, digits and speed; got " + parts);
            System.exit(2);
        }
        Report report = new Report(System.out);
        report.title("What this runs on");
        report.say(Lanewise.status());
        // First, while everything is cold.
        if (parts.isEmpty() || parts.contains("service")) {
            ScoringService.run(report);
        }
        if (parts.isEmpty() || parts.contains("worked")) {
            workedExamples(report);
        }
        if (parts.isEmpty() || parts.contains("scoring")) {
            Scoring.run(report);
        }
        if (parts.isEmpty() || parts.contains("digits")) {
            DigitsClassifier.run(report);
        }
        if (parts.isEmpty() || parts.contains("speed")) {
            SpeedComparison.run(report);
        }
        System.exit(report.finish() ? 0 : 1);
    }

    /** The worked examples alone; a test runs them too. */
    public static void workedExamples(Report report) {
        TenSamples.run(report);
        ShapesAndOneHot.run(report);
        EntropyAndDivergence.run(report);
        SmoothingModules.run(report);
        EntropyWithUniform.run(report);
    }
}
