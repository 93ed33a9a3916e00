// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sizes of the first processor's data caches in bytes, by level, as far as the system tells them. */
final class Caches {
    private static final Path FILES = Path.of("/sys/devices/system/cpu/cpu0/cache");
    private static final Pattern LINE =
            Pattern.compile("^LEVEL([1-4])_D?CACHE_SIZE\\s+([1-9]\\d*)$", Pattern.MULTILINE);

    private Caches() {}

    /** Those of this machine. A virtual one may have no files for them, and then the C library is asked what the CPU says. */
    static Map<String, Long> here() {
        Map<String, Long> caches = ofFiles(FILES);
        return caches.isEmpty() ? ofSettings(settings()) : caches;
    }

    /** From a folder as Linux has it. */
    static Map<String, Long> ofFiles(Path folder) {
        Map<String, Long> caches = new LinkedHashMap<>();
        for (int index = 0; Files.isDirectory(folder.resolve("index" + index)); index++) {
            Path cache = folder.resolve("index" + index);
            try {
                if (!Files.readString(cache.resolve("type")).strip().equals("Instruction")) {
                    String size = Files.readString(cache.resolve("size")).strip();
                    long unit = size.endsWith("M") ? 1024 * 1024 : 1024;
                    caches.put(
                            Files.readString(cache.resolve("level")).strip(),
                            Long.parseLong(size.replaceAll("\\D", "")) * unit);
                }
            } catch (IOException | NumberFormatException ignored) {
                // A system may show some of the files only; a mark less in a plot is no harm.
            }
        }
        return caches;
    }

    /** From what {@code getconf -a} prints. */
    static Map<String, Long> ofSettings(String printed) {
        Map<String, Long> caches = new LinkedHashMap<>();
        Matcher line = LINE.matcher(printed);
        while (line.find()) {
            caches.put(line.group(1), Long.parseLong(line.group(2)));
        }
        return caches;
    }

    private static String settings() {
        try {
            Process process = new ProcessBuilder("getconf", "-a")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
