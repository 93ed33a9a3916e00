// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.testkit.conformance.Conformance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lanewise gives the same bits in every mode of the JVM: the fingerprints of JVMs with other options are the same. */
@Tag("once")
class FingerprintForkTest {
    private static final long MINUTES = 5;

    @TempDir
    static Path folder;

    private static String usual = "";

    @BeforeAll
    static void usual() throws IOException, InterruptedException {
        usual = fingerprint(List.of(), List.of());
        assertTrue(usual.startsWith("logsumexp.f32 ") && usual.contains("\ntotal "), usual);
    }

    private static String fingerprint(List<String> options, List<String> arguments)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "fingerprint", ".txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--add-modules=jdk.incubator.vector");
        command.add("-XX:+IgnoreUnrecognizedVMOptions");
        command.addAll(options);
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), Conformance.class.getName(), "fingerprint"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), "the fingerprint takes too long");
        assertEquals(0, process.exitValue());
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:UseAVX=0",
                "-XX:UseAVX=1",
                "-XX:UseAVX=2",
                "-XX:MaxVectorSize=16",
                "-XX:MaxVectorSize=32",
                "-Xint",
                "-XX:TieredStopAtLevel=1",
                "-XX:-TieredCompilation"
            })
    void optionsOfTheJvmChangeNoBit(String option) throws IOException, InterruptedException {
        assertEquals(usual, fingerprint(List.of(option), List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--implementation=scalar", "--implementation=vector", "--threads=4"})
    void kernelsAndThreadsChangeNoBit(String argument) throws IOException, InterruptedException {
        assertEquals(usual, fingerprint(List.of(), List.of(argument)));
    }

    @Test
    void kernelsThatCannotBeHadAreToldInOneLine() throws IOException, InterruptedException {
        Path errors = Files.createTempFile(folder, "errors", ".txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Conformance.class.getName(),
                        "fingerprint",
                        "--implementation=vector")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(errors.toFile())
                .start();
        assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES));
        String told = Files.readString(errors, StandardCharsets.UTF_8);
        assertEquals(2, process.exitValue(), told);
        assertTrue(told.contains("--add-modules jdk.incubator.vector"), told);
        assertEquals(1, told.lines().count(), told);
    }
}
