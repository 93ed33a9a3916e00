// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import java.util.List;

/**
 * What the forks of a benchmark have measured.
 *
 * @param forkMedians for each fork the median of its iterations, in ns a call
 * @param bytesPerCall the least number of bytes allocated per call in any iteration, with what the harness allocates itself;
 *     NaN if it was not measured
 */
public record Measurement(List<Double> forkMedians, double bytesPerCall) {
    /** Keeps a copy of the list. */
    public Measurement {
        forkMedians = List.copyOf(forkMedians);
        if (forkMedians.isEmpty()) {
            throw new IllegalArgumentException("a measurement needs a fork at least");
        }
    }

    /** The median over the forks, in ns a call. */
    public double nanoseconds() {
        return median(forkMedians);
    }

    /** The least of the forks' medians, in ns a call. */
    public double least() {
        return forkMedians.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    /** The greatest of the forks' medians divided by the least. */
    public double spread() {
        double greatest =
                forkMedians.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        return greatest / least();
    }

    static double median(List<Double> numbers) {
        List<Double> sorted = numbers.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
