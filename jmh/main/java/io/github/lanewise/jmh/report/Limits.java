// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What native code reaches on this machine: lines of a shape, an operation, ns a call and ns an element, with spaces between,
 * under a heading. A program that prints such a table, run in the same minutes, is the yardstick. Tables that stand behind a line
 * {@code beside: LABEL} were printed beside the forks of that row, and count for it alone.
 */
public final class Limits {
    private static final String HEADING = "shape";
    private static final String BESIDE = "beside:";
    private static final int COLUMNS = 4;

    /** The least of all runs that were beside no row. */
    private final Map<String, Double> least = new HashMap<>();

    /** All runs beside a row. */
    private final Map<String, List<Double>> beside = new HashMap<>();

    /** No limits. */
    public Limits() {}

    /**
     * Reads a table.
     *
     * @throws IOException if the file cannot be read, or a line is no line of the table
     */
    public static Limits read(Path file) throws IOException {
        return parse(file.toString(), Files.readAllLines(file));
    }

    /** Reads a table that the source has. */
    static Limits parse(String source, List<String> lines) throws IOException {
        Limits limits = new Limits();
        String label = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            String[] columns = line.split("\\s+", -1);
            if (line.isEmpty() || columns[0].equals(HEADING)) {
                continue;
            }
            if (line.startsWith(BESIDE)) {
                label = line.substring(BESIDE.length()).strip();
                continue;
            }
            try {
                if (columns.length != COLUMNS) {
                    throw new NumberFormatException(columns.length + " columns");
                }
                limits.add(label, key(columns[0], columns[1]), Double.parseDouble(columns[2]));
            } catch (NumberFormatException e) {
                throw new IOException(
                        source + ", line " + (i + 1) + ": \"" + line
                                + "\" is not a shape, an operation, ns a call and ns an element",
                        e);
            }
        }
        return limits;
    }

    /** The line that says which row the tables behind it were printed beside. */
    static String heading(String label) {
        return BESIDE + " " + label;
    }

    private void add(String label, String key, double nanoseconds) {
        if (label.isEmpty()) {
            least.merge(key, nanoseconds, Math::min);
        } else {
            beside.computeIfAbsent(label + " " + key, none -> new ArrayList<>()).add(nanoseconds);
        }
    }

    private static String key(String shape, String operation) {
        return shape + " " + operation;
    }

    /** The limit of a row in ns a call, if there is one: the median of the runs beside it, else the least of the others. */
    public OptionalDouble nanoseconds(RatioRow row) {
        if (row.limitOperation() == null) {
            return OptionalDouble.empty();
        }
        String key = key(row.ours().shape(), row.limitOperation());
        List<Double> runs = beside.get(row.label() + " " + key);
        if (runs != null) {
            return OptionalDouble.of(Measurement.median(runs));
        }
        Double limit = least.get(key);
        return limit == null ? OptionalDouble.empty() : OptionalDouble.of(limit);
    }
}
