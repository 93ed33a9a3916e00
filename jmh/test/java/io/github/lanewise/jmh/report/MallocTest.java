// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** JVMs whose C library keeps what is freed. */
class MallocTest {
    /** What the JVM that is started runs. */
    static final class Variable {
        private Variable() {}

        public static void main(String... name) {
            System.out.println(System.getenv(name[0]));
        }
    }

    @TempDir
    Path folder;

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the program is one of a POSIX shell")
    void keepingIsSaidInTheEnvironmentOfTheJvm() throws IOException, InterruptedException {
        Path java = Objects.requireNonNull(Malloc.KEEP.java(folder));
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Variable.class.getName(),
                        "MALLOC_MMAP_THRESHOLD_")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals("4294967296", Files.readString(output).strip());
        assertTrue(Malloc.KEEP.inWords().contains("MALLOC_MMAP_THRESHOLD_=4294967296"));
    }

    @Test
    void whatTheSystemHasNeedsNoOtherProgram() throws IOException {
        assertNull(Malloc.DEFAULT.java(folder));
    }
}
