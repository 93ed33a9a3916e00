// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.golden;

import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.golden.GoldenArguments.UnknownPartException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Runs recorded cases through an implementation. An operation, attribute or input that the kit does not know, a line that is no case, a
 * file without one, or an operation that the implementation does not claim, is a failure.
 */
public final class GoldenRunner {
    private final Function<Operation, LossImplementation> implementations;

    /**
     * A runner for one implementation.
     *
     * @param implementation it
     */
    public GoldenRunner(LossImplementation implementation) {
        this(operation -> implementation);
    }

    /**
     * A runner for several implementations.
     *
     * @param implementations chooses the one for an operation
     */
    public GoldenRunner(Function<Operation, LossImplementation> implementations) {
        this.implementations = implementations;
    }

    /**
     * Runs the cases of a file.
     *
     * @param file the file
     * @return what came out, a report for each operation in the file
     * @throws IOException if the file can't be read
     */
    public List<GoldenReport> run(Path file) throws IOException {
        Map<String, GoldenReport> reports = new TreeMap<>();
        Set<String> ids = new HashSet<>();
        // What a line was to be is best told from the file's name.
        String named = String.valueOf(file.getFileName()).replaceFirst("\\..*", "");
        GoldenFile.forEach(file, new GoldenFile.Visitor() {
            @Override
            public void visit(GoldenCase golden) {
                GoldenReport report = reports.computeIfAbsent(golden.op(), GoldenReport::new);
                if (ids.add(golden.id())) {
                    run(golden, report);
                } else {
                    report.add(golden, List.of("the file has another case with this id"));
                }
            }

            @Override
            public void visitBroken(int line, String problem) {
                reports.computeIfAbsent(named, GoldenReport::new)
                        .addBroken(file.getFileName() + " line " + line, problem);
            }
        });
        if (reports.isEmpty()) {
            reports.computeIfAbsent(named, GoldenReport::new).addBroken(named, "the file holds no case");
        }
        return List.copyOf(reports.values());
    }

    private void run(GoldenCase golden, GoldenReport report) {
        Optional<Operation> known = Operation.byGoldenName(golden.op());
        if (known.isEmpty()) {
            report.add(golden, List.of("unknown operation"));
            return;
        }
        Operation operation = known.get();
        LossImplementation implementation = implementations.apply(operation);
        if (!implementation.operations().contains(operation)) {
            report.add(golden, List.of("not claimed"));
            return;
        }
        List<String> failures = new ArrayList<>();
        try {
            Map<String, Tensor> results = GoldenCall.run(implementation, operation, golden);
            if (golden.error() != null) {
                failures.add("not rejected, though PyTorch says: " + golden.error());
            } else if (!golden.expected().containsKey(GoldenResults.OUTPUT)) {
                failures.add("no output is recorded");
            } else {
                compare(golden, operation, new GoldenComparison(implementation.precision()), results, report, failures);
            }
        } catch (UnknownPartException e) {
            failures.add(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            if (golden.error() == null) {
                failures.add("rejected: " + e);
            }
        } catch (RuntimeException | AssertionError e) {
            failures.add("failed: " + e);
        }
        report.add(golden, failures);
    }

    private static void compare(
            GoldenCase golden,
            Operation operation,
            GoldenComparison comparison,
            Map<String, Tensor> results,
            GoldenReport report,
            List<String> failures) {
        for (String name : golden.expected().keySet()) {
            Tensor got = results.get(name);
            if (got == null) {
                failures.add("no way to compute " + name);
                continue;
            }
            GoldenComparison.Verdict verdict = comparison.compare(golden, operation, name, got);
            if (verdict.failure() != null) {
                failures.add(verdict.failure());
            }
            report.addDistance(golden, name, verdict.worstUlp());
        }
    }
}
