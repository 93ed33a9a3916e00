// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Starts JVMs of other kinds than the tests' own. */
final class ForkedJvm {
    private static final long MOST_SECONDS = 180;

    private ForkedJvm() {}

    /** How a JVM ended. */
    record Outcome(int status, String output) {
        String line(String start) {
            return output.lines()
                    .filter(line -> line.startsWith(start))
                    .findFirst()
                    .map(line -> line.substring(start.length()).strip())
                    .orElse("");
        }
    }

    /** Runs a program of the tests in a JVM with these options, without any from the environment. */
    static Outcome run(List<String> options, Class<?> program, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Options from the environment would undo what is tested.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        Process process = builder.start();
        CompletableFuture<String> reader = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
        boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        String output = reader.join();
        assertTrue(ended, () -> "not at its end after " + MOST_SECONDS + " s: " + output);
        return new Outcome(process.waitFor(), output);
    }

    private static String read(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
