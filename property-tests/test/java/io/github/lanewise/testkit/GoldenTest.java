// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.lanewise.testkit.golden.GoldenFile;
import io.github.lanewise.testkit.golden.GoldenReport;
import io.github.lanewise.testkit.golden.GoldenRunner;
import io.github.lanewise.testkit.lanewise.FloatLanewise;
import io.github.lanewise.testkit.reference.NaiveReference;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded case passes, in every implementation and type. */
class GoldenTest {
    private static final int FILES = 22;

    static List<Path> files() throws IOException, URISyntaxException {
        Path folder = Path.of(
                Objects.requireNonNull(GoldenTest.class.getResource("/golden")).toURI());
        return GoldenFile.list(folder);
    }

    /** The operation that a file is named after. */
    private static Operation operation(Path file) {
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.jsonl(\\.gz)?$", "");
        return Operation.byGoldenName(name).orElseThrow();
    }

    private static void assertAllPass(Path file, LossImplementation implementation) throws IOException {
        List<GoldenReport> reports = new GoldenRunner(implementation).run(file);
        assertFalse(reports.isEmpty());
        for (GoldenReport report : reports) {
            System.out.println(implementation.name() + " " + report.line());
            assertEquals(List.of(), report.failures());
        }
    }

    @Test
    void everyOperationThatIsRecordedIsThere() throws IOException, URISyntaxException {
        Set<Operation> recorded =
                new TreeSet<>(files().stream().map(GoldenTest::operation).toList());
        assertEquals(FILES, recorded.size());
        Set<Operation> others = new TreeSet<>(Set.of(Operation.values()));
        others.removeAll(recorded);
        assertEquals(Set.of(Operation.XLOGY, Operation.CATEGORICAL_LOG_PROB), others);
    }

    @ParameterizedTest
    @MethodSource("files")
    void lanewisePasses(Path file) throws IOException {
        LossImplementation losses = new FloatLanewise();
        LossImplementation elementwise = new FloatElementwiseKernels();
        Operation operation = operation(file);
        Optional<LossImplementation> having = Stream.of(losses, elementwise)
                .filter(implementation -> implementation.operations().contains(operation))
                .findFirst();
        if (having.isPresent()) {
            assertAllPass(file, having.get());
        }
    }

    @Tag("once")
    @ParameterizedTest
    @EnumSource(Precision.class)
    void theNaiveReferencePasses(Precision precision) throws IOException, URISyntaxException {
        for (Path file : files()) {
            assertAllPass(file, new NaiveReference(precision));
        }
    }
}
