// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import io.github.lanewise.jmh.candidate.Operation;
import io.github.lanewise.jmh.candidate.Shape;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One benchmark with all of its parameters.
 *
 * @param benchmark simple name of the class, a dot, and the name of the method
 * @param parameters by name
 * @param vectorBytes the greatest width of vectors that the JVM is allowed; 0 for what the CPU has
 */
public record Spec(String benchmark, SortedMap<String, String> parameters, int vectorBytes) {
    private static final String IMPLEMENTATION = "implementation";
    private static final String SHAPE = "shape";

    /** Keeps a copy of the parameters. */
    public Spec {
        parameters = new TreeMap<>(parameters);
    }

    /** The library on an operation. */
    public static Spec of(Operation operation, String shape, boolean gradient) {
        return new Spec(
                operation.family().benchmark() + ".call",
                new TreeMap<>(Map.of(
                        "operation",
                        operation.id(),
                        SHAPE,
                        shape,
                        "gradient",
                        Boolean.toString(gradient),
                        IMPLEMENTATION,
                        "lanewise")),
                0);
    }

    /** The loop that copies floats. */
    public static Spec copy(int elements) {
        return new Spec("MemoryBenchmark.copy", new TreeMap<>(Map.of("elements", Integer.toString(elements))), 0);
    }

    /** The benchmark of hot callers, for a {@code bare} or a {@code deep} one. */
    public static Spec caller(String caller, String operation, String shape) {
        return new Spec(
                "HotCallerBenchmark.call",
                new TreeMap<>(Map.of("caller", caller, "operation", operation, SHAPE, shape)),
                0);
    }

    /** Cross entropy on a number of threads, which stay at hand between calls. */
    public static Spec threads(int threads, String shape) {
        return new Spec(
                "ParallelBenchmark.call",
                new TreeMap<>(Map.of(
                        "threads",
                        Integer.toString(threads),
                        "lingering",
                        "1000",
                        "operation",
                        "cross_entropy",
                        SHAPE,
                        shape)),
                0);
    }

    /** The same by another implementation. */
    public Spec by(String implementation) {
        SortedMap<String, String> changed = new TreeMap<>(parameters);
        changed.put(IMPLEMENTATION, implementation);
        return new Spec(benchmark, changed, vectorBytes);
    }

    /** The same on vectors of at most some bytes. */
    public Spec onVectorsOf(int bytes) {
        return new Spec(benchmark, parameters, bytes);
    }

    /** Whether the benchmark compares implementations. */
    public boolean hasImplementations() {
        return parameters.containsKey(IMPLEMENTATION);
    }

    /** The name of the implementation; empty if the benchmark has one only. */
    public String implementation() {
        return parameters.getOrDefault(IMPLEMENTATION, "");
    }

    /** The shape as text; a row of elements if the benchmark has no shapes. */
    public String shape() {
        String shape = parameters.get(SHAPE);
        return shape == null ? "1x" + parameters.getOrDefault("elements", "1") : shape;
    }

    /** The number of elements of the input. */
    public int elements() {
        return Shape.parse(shape()).elements();
    }

    /** What is computed, with a word if the gradient is too; the method's name where there are no operations. */
    public String operation() {
        String operation = parameters.getOrDefault("operation", benchmark.substring(benchmark.indexOf('.') + 1));
        return Boolean.parseBoolean(parameters.get("gradient")) ? operation + " + gradient" : operation;
    }

    @Override
    public String toString() {
        return operation() + " " + shape() + (implementation().isEmpty() ? "" : " by " + implementation())
                + (parameters.containsKey("caller") ? " from the " + parameters.get("caller") + " caller" : "")
                + (parameters.containsKey("threads") ? " on " + parameters.get("threads") + " threads" : "")
                + (vectorBytes == 0 ? "" : " on " + vectorBytes * Byte.SIZE + " bits");
    }
}
