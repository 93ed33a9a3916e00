// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import io.github.lanewise.jmh.candidate.Implementation;
import io.github.lanewise.jmh.candidate.Operation;
import io.github.lanewise.jmh.candidate.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the plots need beside the rows of the table: an operation over sizes, widths of vectors, and a copy loop. */
public final class Sweep {
    /** The operations of the plots over sizes. */
    public static final List<Operation> OPERATIONS =
            List.of(Operation.CROSS_ENTROPY, Operation.SOFTMAX, Operation.SIGMOID);

    /** The implementations of the plots over sizes, those that a build has. */
    public static final List<String> IMPLEMENTATIONS = List.of("lanewise", "libtorch", "onnx", "svml", "plain");

    /** Widths of vectors in bytes. */
    public static final List<Integer> WIDTHS = List.of(16, 32, 64);

    /** The shape of the plot over widths. */
    public static final String WIDTH_SHAPE = "64x1000";

    /** The shapes of the plots over sizes: long rows, few of them. */
    static final List<String> SHAPES =
            List.of("1x10", "1x128", "1x1000", "1x32000", "1x128256", "32x32000", "128x128256");

    private static final List<Integer> COPIES = List.of(1_000, 10_000, 100_000, 1_000_000, 16_000_000);

    private Sweep() {}

    /**
     * Benchmarks that are run in turn, group by group.
     *
     * @param measured what is not run again: a figure of the table is of its own forks, all run in turn
     */
    public static List<List<Spec>> groups(Map<String, Implementation> implementations, Set<Spec> measured) {
        return all(implementations).stream()
                .map(group ->
                        group.stream().filter(spec -> !measured.contains(spec)).toList())
                .filter(group -> !group.isEmpty())
                .toList();
    }

    private static List<List<Spec>> all(Map<String, Implementation> implementations) {
        List<List<Spec>> groups = new ArrayList<>();
        for (Operation operation : OPERATIONS) {
            for (String shape : SHAPES) {
                List<Spec> group = new ArrayList<>();
                for (String name : IMPLEMENTATIONS) {
                    Implementation implementation = implementations.get(name);
                    if (implementation != null && implementation.offers(operation, false, Shape.parse(shape))) {
                        group.add(Spec.of(operation, shape, false).by(name));
                    }
                }
                groups.add(group);
            }
            groups.add(WIDTHS.stream()
                    .map(bytes -> Spec.of(operation, WIDTH_SHAPE, false).onVectorsOf(bytes))
                    .toList());
        }
        groups.add(COPIES.stream().map(Spec::copy).toList());
        return groups;
    }
}
