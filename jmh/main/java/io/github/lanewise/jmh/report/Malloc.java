// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the C library does with memory that native code gives back. A library that makes its results anew in each call gets large ones from
 * the system and returns them to it, and the system clears each page that it gives, when it is first touched: on some virtual machines
 * that takes ten times as long as the call itself.
 */
public enum Malloc {
    /** It keeps all of it for the next call, as allocators of servers do. */
    KEEP(Map.of(
            "MALLOC_MMAP_THRESHOLD_", "4294967296",
            "MALLOC_TRIM_THRESHOLD_", "8589934592",
            "MALLOC_TOP_PAD_", "268435456")),

    /** As the system has it: with glibc what is larger than 32 MiB goes back to the system. */
    DEFAULT(Map.of());

    private final Map<String, String> variables;

    Malloc(Map<String, String> variables) {
        this.variables = variables;
    }

    /**
     * A program that starts this JVM with the variables that make it so.
     *
     * @param folder where to put it
     * @return its path; null if none is needed
     * @throws IOException if it can't be written
     */
    public @Nullable Path java(Path folder) throws IOException {
        if (variables.isEmpty()) {
            return null;
        }
        Path script = folder.toAbsolutePath().resolve("java-keeping-memory");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Files.writeString(script, "#!/bin/sh\n" + inWords() + " exec '" + java + "' \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    /** The variables, as a shell takes them; for people as well. */
    public String inWords() {
        return variables.isEmpty()
                ? "as the system has it"
                : variables.entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .sorted()
                        .collect(Collectors.joining(" "));
    }
}
