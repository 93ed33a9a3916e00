// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.latency;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/** Percentiles of the calls of a window, beside those of the twin alone. Each figure is the median over JVMs. */
final class LatencyTable {
    private static final String HEADING = """
            | calls | kernels | p50, us | p99, us | p99.9, us | max, us | p50 / twin | p99 / twin | p99.9 / twin |
            | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
            """;

    private static final double[] PERCENTILES = {50, 99, 99.9, 100};

    /** Calls that have to be steady for a state to count as steady. */
    private static final int STEADY_CALLS = 2000;

    private static final double STEADY_FACTOR = 1.2;
    private static final double MOST = 2.0;

    private LatencyTable() {}

    /** The table of one workload in Markdown: for each window and mode the percentiles, and their ratios to the twin's. */
    static String markdown(Map<Mode, List<int[]>> times) {
        StringBuilder text = new StringBuilder(HEADING);
        int count = times.values().iterator().next().getFirst().length;
        for (int from = 0; from < count; from = end(from, count)) {
            int to = end(from, count);
            double[] twin = times.containsKey(Mode.SCALAR) ? window(times.get(Mode.SCALAR), from, to) : null;
            for (Map.Entry<Mode, List<int[]>> mode : times.entrySet()) {
                double[] figures = window(mode.getValue(), from, to);
                text.append("| ").append(from + 1);
                text.append(to > from + 1 ? " to " + to : "").append(" | ");
                text.append(mode.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '));
                for (double figure : figures) {
                    text.append(String.format(Locale.ROOT, " | %.2f", figure / 1000));
                }
                for (int i = 0; i < PERCENTILES.length - 1; i++) {
                    double ratio = twin == null ? Double.NaN : figures[i] / twin[i];
                    text.append(String.format(Locale.ROOT, " | %.2f%s", ratio, ratio > MOST ? " (missed)" : ""));
                }
                text.append(" |\n");
            }
        }
        return text.toString();
    }

    /** When each mode was steady, and the longest call after that; a line each. */
    static String steady(Map<Mode, List<int[]>> times) {
        StringBuilder text = new StringBuilder();
        times.forEach((mode, runs) -> {
            List<double[]> each = runs.stream()
                    .map(LatencyTable::steady)
                    .sorted(Comparator.comparingDouble(run -> run[1]))
                    .toList();
            double[] median = each.get(each.size() / 2);
            text.append(String.format(
                    Locale.ROOT,
                    "%s: steady from call %.0f on, %.2f s after the first; longest call after that %.0f us%n",
                    mode.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    median[0],
                    median[1],
                    each.stream().mapToDouble(run -> run[2]).max().orElse(Double.NaN)));
        });
        return text.toString();
    }

    /** The first call from which on calls are about as fast as the last ones; seconds until then; the longest call after it. */
    private static double[] steady(int[] times) {
        int blocks = times.length / STEADY_CALLS;
        double last = median(times, times.length - STEADY_CALLS, times.length);
        int block = blocks;
        while (block > 0 && median(times, (block - 1) * STEADY_CALLS, block * STEADY_CALLS) <= STEADY_FACTOR * last) {
            block--;
        }
        int from = block * STEADY_CALLS;
        double seconds = Arrays.stream(times, 0, from).asLongStream().sum() * 1e-9;
        return new double[] {
            from + 1, seconds, Arrays.stream(times, from, times.length).max().orElse(0) * 1e-3
        };
    }

    private static double median(int[] times, int from, int to) {
        return percentile(times, from, to, 50);
    }

    private static int end(int from, int count) {
        return Math.min(count, from == 0 ? 1 : Integer.toString(from).length() > 5 ? count : from * 10);
    }

    private static double[] window(List<int[]> runs, int from, int to) {
        double[] figures = new double[PERCENTILES.length];
        for (int i = 0; i < PERCENTILES.length; i++) {
            double percentile = PERCENTILES[i];
            List<Double> each = new ArrayList<>();
            runs.forEach(run -> each.add(percentile(run, from, to, percentile)));
            figures[i] = new Percentile(50)
                    .evaluate(each.stream().mapToDouble(Double::doubleValue).toArray());
        }
        return figures;
    }

    private static double percentile(int[] times, int from, int to, double percentile) {
        double[] window = Arrays.stream(times, from, to).asDoubleStream().toArray();
        return new Percentile(percentile)
                .withEstimationType(Percentile.EstimationType.R_3)
                .evaluate(window);
    }
}
