// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program for the limits beside forks: when it runs, what is kept of it, and what becomes of one that fails. */
class LimitRunsTest {
    @TempDir
    private Path folder;

    @Test
    void besideARowTheMedianOfItsRunsCounts() throws IOException {
        Path table = Files.writeString(folder.resolve("table.txt"), RatioTableTest.LIMITS);
        LimitRuns runs = new LimitRuns(List.of("cat", table.toString()), folder.resolve("beside.txt"));
        runs.beside(RatioTableTest.row("cross entropy, 64x1000"));
        Files.writeString(table, RatioTableTest.LIMITS.replace("10000", "9500"));
        runs.beside(RatioTableTest.row("cross entropy, 64x1000"));
        Limits limits = runs.limits();
        // 8 000 and 10 000, then 8 000 and 9 500.
        assertEquals(
                8750,
                limits.nanoseconds(RatioTableTest.row("cross entropy, 64x1000")).orElseThrow());
        assertTrue(
                limits.nanoseconds(RatioTableTest.row("log-sum-exp, 64x1000")).isEmpty());
    }

    @Test
    void aProgramThatFailsIsNamedAtOnce() throws IOException {
        Path missing = folder.resolve("missing.txt");
        Path kept = Files.writeString(folder.resolve("beside.txt"), "of an earlier run");
        IOException failed =
                assertThrows(IOException.class, () -> new LimitRuns(List.of("cat", missing.toString()), kept));
        assertEquals("of an earlier run", Files.readString(kept));
        assertTrue(
                failed.getMessage().startsWith("cat " + missing + " ended with status 1 and printed: "),
                failed::getMessage);
    }

    @Test
    void whatIsNoTableIsRefusedBeforeItIsKept() throws IOException {
        Path kept = folder.resolve("beside.txt");
        Path table = Files.writeString(folder.resolve("table.txt"), RatioTableTest.LIMITS);
        LimitRuns runs = new LimitRuns(List.of("cat", table.toString()), kept);
        Files.writeString(table, "no table");
        IOException refused =
                assertThrows(IOException.class, () -> runs.beside(RatioTableTest.row("sigmoid, 64x1000")));
        assertEquals(
                "cat " + table + ", line 1: \"no table\" is not a shape, an operation, ns a call and ns an element",
                refused.getMessage());
        assertEquals("", Files.readString(kept));
    }

    @Test
    void besideForksMeansBeforeBetweenAndAfterThem() throws IOException {
        List<String> order = new ArrayList<>();
        // Benchmarks of no name, of which each fork fails at once.
        Spec nobody = new Spec("Nobody.call", new TreeMap<>(Map.of("implementation", "lanewise")), 0);
        StringWriter progress = new StringWriter();
        PrintWriter printer = new PrintWriter(progress) {
            @Override
            public void println(String line) {
                order.add("fork");
            }
        };
        Runs runs = new Runs(1, null, folder.resolve("none.json"), printer);
        runs.group(List.of(nobody), 4, 4, () -> order.add("beside"));
        assertEquals(List.of("beside", "fork", "fork", "beside", "fork", "fork", "beside"), order);
        order.clear();
        runs.group(List.of(nobody), 1, 1, () -> order.add("beside"));
        assertEquals(List.of("beside", "fork", "beside"), order);
        assertEquals(5, runs.failures());
    }
}
