// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Prints expected beside computed values with a check mark each, and remembers whether all were right. */
public final class Report {
    private static final String ROW = "  %-4s %-58s %19s  %-19s %s%n";

    private final PrintStream out;
    private final String right;
    private final String wrong;
    private final Set<String> ids = new TreeSet<>();
    private int checks;
    private int misses;

    /** A report that goes to the given stream. */
    public Report(PrintStream out) {
        this.out = out;
        boolean marks = out.charset().newEncoder().canEncode("\u2713\u2717");
        this.right = marks ? "\u2713" : "ok";
        this.wrong = marks ? "\u2717" : "WRONG";
    }

    /** Begins a part of the tour. */
    void title(String text) {
        out.printf("%n== %s%n", text);
    }

    /** Names the columns of the checks that follow. */
    void columns() {
        out.printf(ROW, "", "", "expected", "computed", "");
    }

    /** A line of text. */
    void say(String format, Object... args) {
        out.printf(Locale.ROOT, "  " + format + "%n", args);
    }

    /** Checks a value against a printed one, with the precision that it was printed with. */
    void printed(String id, String what, String expected, double computed) {
        boolean good = Math.abs(computed - Printed.value(expected)) <= Printed.tolerance(expected);
        row(id, what, expected, String.format(Locale.ROOT, "%.9g", computed), good);
    }

    /** Checks a value computed in double against one that was printed with all its digits. */
    void inDouble(String id, String what, String expected, double computed) {
        boolean good = Math.abs(computed - Printed.value(expected)) <= Printed.doubleTolerance(expected);
        row(id, what + ", double", expected, String.format(Locale.ROOT, "%.17g", computed), good);
    }

    /** Checks a value against one computed in another way. */
    void near(String id, String what, double expected, double computed, double tolerance) {
        boolean good = Math.abs(computed - expected) <= tolerance;
        row(id, what, String.format(Locale.ROOT, "%.9g", expected), String.format(Locale.ROOT, "%.9g", computed), good);
    }

    /** Checks a value computed in double against one computed in double in another way. */
    void nearInDouble(String id, String what, double expected, double computed, double tolerance) {
        boolean good = Math.abs(computed - expected) <= tolerance;
        String format = "%.15g";
        row(
                id,
                what + ", double",
                String.format(Locale.ROOT, format, expected),
                String.format(Locale.ROOT, format, computed),
                good);
    }

    /** Checks something that is not a number. */
    void row(String id, String what, String expected, String computed, boolean good) {
        checks++;
        ids.add(id);
        misses += good ? 0 : 1;
        out.printf(ROW, id, what, expected, computed, good ? right : wrong);
    }

    /**
     * Prints the last line.
     *
     * @return whether every check was good
     */
    boolean finish() {
        out.println();
        say(misses == 0 ? "All %d checks are right." : "%2$d of %1$d checks are WRONG.", checks, misses);
        return misses == 0;
    }

    /** Number of checks that failed so far. */
    public int misses() {
        return misses;
    }

    /** The names of the examples that were checked so far. */
    public Set<String> ids() {
        return Set.copyOf(ids);
    }

    /** Number of checks so far. */
    public int checks() {
        return checks;
    }
}
