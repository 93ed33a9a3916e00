// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The features of an x86 CPU as Linux names them. */
final class CpuFlags {
    private static final Path SOURCE = Path.of("/proc/cpuinfo");

    private CpuFlags() {}

    /** The features between spaces; empty where they are not to be had. */
    static String read() {
        try {
            List<String> lines = Files.isReadable(SOURCE) ? Files.readAllLines(SOURCE) : List.of();
            return lines.stream()
                    .filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1) + " ")
                    .orElse("");
        } catch (IOException unreadable) {
            return "";
        }
    }
}
