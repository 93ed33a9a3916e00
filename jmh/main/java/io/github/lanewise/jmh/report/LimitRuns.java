// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Runs the program that prints {@link Limits} beside the forks of each row: a machine that changes its speed from minute to minute
 * then changes it for both. The figures of all runs are kept in a file.
 */
public final class LimitRuns {
    private final List<String> command;
    private final Path file;

    /**
     * Runs the program once, so that one that fails does so before the first fork, and empties the file.
     *
     * @param command the program and its arguments
     * @param file receives the tables, each behind the row that it was printed beside
     * @throws IOException if the program cannot be run, fails or prints something else, or the file cannot be written
     */
    public LimitRuns(List<String> command, Path file) throws IOException {
        this.command = List.copyOf(command);
        this.file = file;
        output();
        Files.writeString(file, "");
    }

    /**
     * Runs the program once.
     *
     * @param row the row whose forks are run at the time
     * @throws IOException if the program cannot be run, fails or prints something else, or the file cannot be written
     */
    public void beside(RatioRow row) throws IOException {
        Files.writeString(file, Limits.heading(row.label()) + "\n" + output() + "\n", StandardOpenOption.APPEND);
    }

    private String output() throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = status(process);
        if (status != 0) {
            throw new IOException(
                    String.join(" ", command) + " ended with status " + status + " and printed: " + output);
        }
        Limits.parse(String.join(" ", command), output.lines().toList());
        return output;
    }

    private static int status(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the program for the limits ran", e);
        }
    }

    /** What the program has printed so far. */
    public Limits limits() throws IOException {
        return Limits.read(file);
    }
}
