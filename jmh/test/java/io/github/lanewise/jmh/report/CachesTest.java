// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.jmh.candidate.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the marks of the plots come from, and that they are drawn. */
class CachesTest {
    private static final int ELEMENTS = 1000;

    @TempDir
    private Path folder;

    private void cache(int index, String level, String type, String size) throws IOException {
        Path cache = Files.createDirectory(folder.resolve("index" + index));
        Files.writeString(cache.resolve("level"), level + "\n");
        Files.writeString(cache.resolve("type"), type + "\n");
        Files.writeString(cache.resolve("size"), size + "\n");
    }

    @Test
    void filesOfLinux() throws IOException {
        cache(0, "1", "Data", "48K");
        cache(1, "1", "Instruction", "32K");
        cache(2, "2", "Unified", "1M");
        assertEquals(Map.of("1", 49_152L, "2", 1_048_576L), Caches.ofFiles(folder));
        assertEquals(Map.of(), Caches.ofFiles(folder.resolve("none")));
    }

    @Test
    void settingsOfTheCLibrary() {
        String printed = """
                PAGESIZE                           4096
                LEVEL1_ICACHE_SIZE                 32768
                LEVEL1_ICACHE_ASSOC
                LEVEL1_DCACHE_SIZE                 49152
                LEVEL1_DCACHE_LINESIZE             64
                LEVEL2_CACHE_SIZE                  1048576
                LEVEL3_CACHE_SIZE                  0
                LEVEL4_CACHE_SIZE
                """;
        assertEquals(Map.of("1", 49_152L, "2", 1_048_576L), Caches.ofSettings(printed));
        assertEquals(Map.of(), Caches.ofSettings(""));
    }

    @Test
    void cachesWithinTheSizesAreMarked() throws IOException {
        Results results = new Results();
        results.add(Files.writeString(
                folder.resolve("results.json"),
                "[" + entry("1x10", 40) + "," + entry("1x1000", 160) + "," + entry("1x32000", 3600) + "]"));
        String none =
                new Plots(results, Map.of()).sizes(Operation.CROSS_ENTROPY).orElseThrow();
        String one = new Plots(results, Map.of("L1", 4L * ELEMENTS))
                .sizes(Operation.CROSS_ENTROPY)
                .orElseThrow();
        String both = new Plots(results, Map.of("L1", 4L * ELEMENTS, "L2", 1L << 30))
                .sizes(Operation.CROSS_ENTROPY)
                .orElseThrow();
        assertTrue(lines(one) > lines(none), "no line for a cache of " + ELEMENTS + " elements");
        assertEquals(lines(one), lines(both), "a line for a cache that no input fills");
    }

    private static long lines(String svg) {
        return svg.lines().filter(line -> line.contains("<line")).count();
    }

    private static String entry(String shape, int nanoseconds) {
        return """
                {"benchmark": "io.github.lanewise.jmh.CrossEntropyBenchmark.call", "jvmArgs": [],
                 "params": {"operation": "cross_entropy", "shape": "%s", "gradient": "false", "implementation": "lanewise"},
                 "primaryMetric": {"scoreUnit": "ns/op", "rawData": [[%d]]}, "secondaryMetrics": {}}
                """.formatted(shape, nanoseconds);
    }
}
