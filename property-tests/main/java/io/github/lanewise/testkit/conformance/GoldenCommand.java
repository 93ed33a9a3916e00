// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.conformance;

import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.golden.GoldenFile;
import io.github.lanewise.testkit.golden.GoldenReport;
import io.github.lanewise.testkit.golden.GoldenRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs golden files through an implementation. */
@Command(
        name = "golden",
        description =
                "Runs every golden file (*.jsonl, *.jsonl.gz) of a folder: values, gradients and calls to reject.",
        mixinStandardHelpOptions = true,
        versionProvider = Conformance.Version.class)
final class GoldenCommand implements Callable<Integer> {
    private static final int SHOWN = 3;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "DIR", description = "the folder")
    private Path folder = Path.of("");

    @Option(
            names = "--implementation",
            paramLabel = "NAME",
            converter = Candidate.Converter.class,
            description = Candidate.NAMES)
    private Candidate candidate = Candidate.usual();

    @Option(names = "--type", description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
    private Types types = Types.BOTH;

    @Option(
            names = "--failures",
            description = "report every failed case, not only the first three of an operation and type")
    private boolean allFailures;

    /** The types to run in. */
    private enum Types {
        FLOAT(Precision.FLOAT),
        DOUBLE(Precision.DOUBLE),
        BOTH(Precision.FLOAT, Precision.DOUBLE);

        private final List<Precision> precisions;

        Types(Precision... precisions) {
            this.precisions = List.of(precisions);
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        if (!Files.isDirectory(folder)) {
            err.println(folder + " is no folder");
            return Conformance.USAGE;
        }
        List<Path> files = GoldenFile.list(folder);
        if (files.isEmpty()) {
            err.println(folder + " holds no golden files");
            return Conformance.USAGE;
        }
        candidate.select();
        Map<String, Map<Precision, List<GoldenReport>>> reports = new TreeMap<>();
        List<LossImplementation> implementations = types.precisions.stream()
                .flatMap(precision -> candidate.in(precision).stream())
                .toList();
        if (implementations.isEmpty()) {
            err.println(candidate + " does not compute in the type asked for, " + types);
            return Conformance.USAGE;
        }
        for (LossImplementation implementation : implementations) {
            Precision precision = implementation.precision();
            for (Path file : files) {
                for (GoldenReport report : new GoldenRunner(implementation).run(file)) {
                    reports.computeIfAbsent(report.op(), op -> new EnumMap<>(Precision.class))
                            .computeIfAbsent(precision, p -> new ArrayList<>())
                            .add(report);
                }
            }
        }
        return print(reports);
    }

    private int print(Map<String, Map<Precision, List<GoldenReport>>> reports) {
        int passed = 0;
        int failed = 0;
        for (Map.Entry<String, Map<Precision, List<GoldenReport>>> entry : reports.entrySet()) {
            int total = 0;
            int failures = 0;
            List<String> worst = new ArrayList<>();
            for (Map.Entry<Precision, List<GoldenReport>> ofType :
                    entry.getValue().entrySet()) {
                String type = ofType.getKey().name().toLowerCase(Locale.ROOT);
                for (GoldenReport report : ofType.getValue()) {
                    total += report.total();
                    failures += report.failures().size();
                    worst.add(type + " worst " + report.worst());
                    show(type + " ", report.failures());
                }
            }
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "%-32s %4d/%-4d %s%n",
                            entry.getKey(),
                            total - failures,
                            total,
                            String.join(", ", worst));
            passed += total - failures;
            failed += failures;
        }
        spec.commandLine().getOut().println(passed + " passed, " + failed + " failed");
        return failed == 0 ? Conformance.OK : Conformance.FAILED;
    }

    private void show(String prefix, List<String> failures) {
        PrintWriter err = spec.commandLine().getErr();
        int shown = allFailures ? failures.size() : Math.min(SHOWN, failures.size());
        failures.subList(0, shown).forEach(failure -> err.println(prefix + failure));
        if (shown < failures.size()) {
            err.println(prefix + "... and " + (failures.size() - shown) + " more; --failures shows all");
        }
    }
}
