// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.lanewise.testkit.golden.GoldenFile;
import io.github.lanewise.testkit.golden.GoldenReport;
import io.github.lanewise.testkit.golden.GoldenRunner;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded case passes. */
class GoldenTest {

    static List<Path> files() throws IOException, URISyntaxException {
        Path folder = Path.of(
                Objects.requireNonNull(GoldenTest.class.getResource("/golden")).toURI());
        List<Path> files = GoldenFile.list(folder);
        assertEquals(Operation.values().length, files.size());
        return files;
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyRecordedCasePasses(Path file) throws IOException {
        LossImplementation losses = new LanewiseImplementation();
        LossImplementation elementwise = new ElementwiseKernels();
        GoldenRunner runner =
                new GoldenRunner(operation -> elementwise.operations().contains(operation) ? elementwise : losses);

        List<GoldenReport> reports = runner.run(file);

        assertFalse(reports.isEmpty());
        for (GoldenReport report : reports) {
            System.out.println(report.line());
            assertEquals(List.of(), report.failures());
        }
    }
}
