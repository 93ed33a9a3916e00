// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.golden;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What came out for the cases of one operation. */
public final class GoldenReport {
    private final String op;
    private int total;
    private final List<String> failures = new ArrayList<>();
    private final Worst output = new Worst();
    private final Worst gradient = new Worst();

    GoldenReport(String op) {
        this.op = op;
    }

    /** The largest distance and where it was met. */
    private static final class Worst {
        private double ulp;
        private String id = "";

        void add(double other, String otherId) {
            if (other > ulp) {
                ulp = other;
                id = otherId;
            }
        }

        @Override
        public String toString() {
            return ulp == 0.0 ? "0 ulp" : String.format(Locale.ROOT, "%.3g ulp (%s)", ulp, id);
        }
    }

    void add(GoldenCase golden, List<String> caseFailures) {
        total++;
        if (!caseFailures.isEmpty()) {
            failures.add(golden.id() + ": " + String.join("; ", caseFailures)
                    + (golden.note().isEmpty() ? "" : " [" + golden.note() + "]"));
        }
    }

    void addBroken(String where, String problem) {
        total++;
        failures.add(where + ": " + problem);
    }

    void addDistance(GoldenCase golden, String name, double ulp) {
        (name.equals(GoldenResults.OUTPUT) ? output : gradient).add(ulp, golden.id());
    }

    /**
     * The operation.
     *
     * @return its name in the file
     */
    public String op() {
        return op;
    }

    /**
     * The largest distance that passed, of outputs and gradients, and where it was met.
     *
     * @return the distance in ulp and the case's id
     */
    public String worst() {
        return (output.ulp >= gradient.ulp ? output : gradient).toString();
    }

    /**
     * Number of cases.
     *
     * @return those that passed and those that failed
     */
    public int total() {
        return total;
    }

    /**
     * The cases that failed.
     *
     * @return a line for each, with its id and what is wrong
     */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /**
     * The result in a line: passed and total, and the largest distances of outputs and gradients that passed, in ulp of
     * the recorded value or of a tenth of the scale of its tolerance, whichever is larger.
     *
     * @return the line
     */
    public String line() {
        return String.format(
                Locale.ROOT,
                "%-32s %3d/%-3d  output %s, gradient %s",
                op,
                total - failures.size(),
                total,
                output,
                gradient);
    }
}
