// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Raw results in JMH's JSON format. A benchmark may occur more than once, as it does where forks of several benchmarks are
 * run in turn: its forks are put together.
 */
public final class Results {
    private static final Pattern VECTOR_SIZE = Pattern.compile("-XX:MaxVectorSize=(\\d+)");
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final Map<Spec, List<Double>> forkMedians = new HashMap<>();
    private final Map<Spec, Double> bytes = new HashMap<>();

    /**
     * Adds what a file holds.
     *
     * @throws IOException if the file cannot be read or is not in the format
     */
    public void add(Path file) throws IOException {
        JsonNode entries = JsonFile.read(file, new TypeReference<JsonNode>() {});
        if (!entries.isArray()) {
            throw new IOException(file + " holds no results of JMH: it is not a JSON array");
        }
        for (JsonNode entry : entries) {
            add(file, entry);
        }
    }

    private void add(Path file, JsonNode entry) throws IOException {
        JsonNode metric = entry.path("primaryMetric");
        if (!metric.path("scoreUnit").asText().equals("ns/op")) {
            throw new IOException(
                    file + ": the score of " + entry.path("benchmark").asText() + " is in \""
                            + metric.path("scoreUnit").asText() + "\", but ns/op is needed");
        }
        Spec spec = spec(entry);
        List<Double> medians = forkMedians.computeIfAbsent(spec, key -> new ArrayList<>());
        for (JsonNode fork : metric.path("rawData")) {
            List<Double> iterations = new ArrayList<>();
            fork.forEach(iteration -> iterations.add(iteration.asDouble()));
            medians.add(Measurement.median(iterations));
        }
        entry.path("secondaryMetrics").properties().forEach(secondary -> {
            if (secondary.getKey().endsWith(ALLOCATED)) {
                for (JsonNode fork : secondary.getValue().path("rawData")) {
                    addBytes(spec, fork);
                }
            }
        });
    }

    /** The least of a fork's iterations is without the harness's own; of forks the greatest counts, for C2 may fail in one of them. */
    private void addBytes(Spec spec, JsonNode fork) {
        double least = Double.POSITIVE_INFINITY;
        for (JsonNode iteration : fork) {
            least = Math.min(least, iteration.asDouble());
        }
        if (least < Double.POSITIVE_INFINITY) {
            bytes.merge(spec, least, Math::max);
        }
    }

    private static Spec spec(JsonNode entry) {
        String[] name = entry.path("benchmark").asText().split("\\.", -1);
        SortedMap<String, String> parameters = new TreeMap<>();
        entry.path("params")
                .properties()
                .forEach(each -> parameters.put(each.getKey(), each.getValue().asText()));
        int vectorBytes = 0;
        for (JsonNode argument : entry.path("jvmArgs")) {
            Matcher matcher = VECTOR_SIZE.matcher(argument.asText());
            if (matcher.matches()) {
                vectorBytes = Integer.parseInt(matcher.group(1));
            }
        }
        return new Spec(name[name.length - 2] + "." + name[name.length - 1], parameters, vectorBytes);
    }

    /** What was measured of a benchmark, if it was. */
    public Optional<Measurement> of(Spec spec) {
        List<Double> medians = forkMedians.get(spec);
        return medians == null || medians.isEmpty()
                ? Optional.empty()
                : Optional.of(new Measurement(medians, bytes.getOrDefault(spec, Double.NaN)));
    }

    /** The benchmarks that there are results of. */
    public Set<Spec> specs() {
        return Set.copyOf(forkMedians.keySet());
    }
}
