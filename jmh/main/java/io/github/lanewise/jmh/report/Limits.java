// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What native code reaches on this machine: lines of a shape, an operation, ns a call and ns an element, with spaces between,
 * under a heading. A program that prints such a table, run in the same minutes, is the yardstick.
 */
public final class Limits {
    private static final String HEADING = "shape";
    private static final int COLUMNS = 4;

    private final Map<String, Double> nanoseconds = new HashMap<>();

    /** No limits. */
    public Limits() {}

    /**
     * Reads a table.
     *
     * @throws IOException if the file cannot be read, or a line is no line of the table
     */
    public static Limits read(Path file) throws IOException {
        Limits limits = new Limits();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            String[] columns = line.split("\\s+", -1);
            if (line.isEmpty() || columns[0].equals(HEADING)) {
                continue;
            }
            try {
                if (columns.length != COLUMNS) {
                    throw new NumberFormatException(columns.length + " columns");
                }
                limits.nanoseconds.merge(key(columns[0], columns[1]), Double.parseDouble(columns[2]), Math::min);
            } catch (NumberFormatException e) {
                throw new IOException(
                        file + ", line " + (i + 1) + ": \"" + line
                                + "\" is not a shape, an operation, ns a call and ns an element",
                        e);
            }
        }
        return limits;
    }

    private static String key(String shape, String operation) {
        return shape + " " + operation;
    }

    /** The limit in ns a call, if there is one. */
    public OptionalDouble nanoseconds(String shape, String operation) {
        Double limit = nanoseconds.get(key(shape, operation));
        return limit == null ? OptionalDouble.empty() : OptionalDouble.of(limit);
    }
}
