// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs benchmarks by JMH, fork by fork in turn: whatever slows the machine down for a while hits those that are compared
 * alike. Each fork's result is kept as JMH gives it, and the file is complete after every group.
 */
public final class Runs {
    private static final String PACKAGE = "io.github.lanewise.jmh.";
    private static final String OWN = "lanewise";
    /** Native code needs no compiler to get going, but for the Java around it. */
    private static final Set<String> NATIVE = Set.of("libtorch", "onnx");
    /** The plain loops over so many elements take longer than an iteration; all others follow by their size. */
    private static final int LARGE = 4_000_000;

    /**
     * Milliseconds for which the library and other code in Java is warmed at least, as single benchmarks are. Until C2 has compiled a
     * vector kernel 64,000 elements take it 100 ms, so that it is not called often: of ten forks two were not done after 2 s.
     */
    private static final int LEAST_WARM_UP = 4000;

    /** What is run beside benchmarks. */
    public interface Beside {
        /** Nothing. */
        Beside NOTHING = () -> {};

        /** Runs it once. */
        void run() throws IOException;
    }

    /** Milliseconds for which native code is warmed at least, for what calls it is Java as well. */
    private static final int LEAST_WARM_UP_OF_NATIVE = 1000;

    private final int milliseconds;
    private final @Nullable Path javaOfNative;
    private final Path file;
    private final PrintWriter progress;
    private final Collection<RunResult> done = new ArrayList<>();
    private int failures;

    /**
     * Prepares to run.
     *
     * @param milliseconds length of an iteration
     * @param javaOfNative starts JVMs in which native code is called; null for the JVM that this is
     * @param file receives the results as JSON
     * @param progress is told what happens
     */
    public Runs(int milliseconds, @Nullable Path javaOfNative, Path file, PrintWriter progress) {
        this.milliseconds = milliseconds;
        this.javaOfNative = javaOfNative;
        this.file = file;
        this.progress = progress;
    }

    /**
     * Runs benchmarks that are to be compared, in turn.
     *
     * @param group the benchmarks
     * @param forks JVMs for each of them
     * @param ownForks JVMs for each of the library itself, with which the fewer of the others are spread evenly
     * @param beside is run before, halfway between and after them
     * @throws IOException if the results cannot be written
     */
    public void group(List<Spec> group, int forks, int ownForks, Beside beside) throws IOException {
        List<List<Double>> medians = new ArrayList<>();
        group.forEach(spec -> medians.add(new ArrayList<>()));
        int rounds = Math.max(forks, ownForks);
        run(beside);
        for (int fork = 0; fork < rounds; fork++) {
            if (fork > 0 && fork == rounds / 2) {
                run(beside);
            }
            for (int i = 0; i < group.size(); i++) {
                if (isDue(fork, rounds, isOwn(group.get(i)) ? ownForks : forks)) {
                    medians.get(i).addAll(run(group.get(i)));
                }
            }
        }
        run(beside);
        for (int i = 0; i < group.size(); i++) {
            String figure = medians.get(i).isEmpty()
                    ? "failed"
                    : RatioTable.nanoseconds(Measurement.median(medians.get(i))) + " ns";
            progress.printf(Locale.ROOT, "  %-70s %14s%n", group.get(i), figure);
        }
        progress.flush();
        write();
    }

    private static boolean isOwn(Spec spec) {
        return spec.implementation().equals(OWN) || !spec.hasImplementations();
    }

    /** Whether one of so many forks, spread evenly over rounds, is run in a round. */
    static boolean isDue(int round, int rounds, int forks) {
        return (round + 1) * forks / rounds > round * forks / rounds;
    }

    /** Like a fork that fails, what is run beside ends nothing if it fails. */
    private void run(Beside beside) {
        try {
            beside.run();
        } catch (IOException e) {
            failures++;
            progress.println("  " + e.getMessage());
        }
    }

    private List<Double> run(Spec spec) {
        boolean nativeCode = NATIVE.contains(spec.implementation());
        int length = spec.elements() >= LARGE ? 2 * milliseconds : milliseconds;
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + (PACKAGE + spec.benchmark()).replace(".", "\\.") + "$")
                .forks(1)
                .warmupIterations(
                        nativeCode
                                ? Math.max(3, Math.ceilDiv(LEAST_WARM_UP_OF_NATIVE, length))
                                : Math.max(10, Math.ceilDiv(LEAST_WARM_UP, length)))
                .warmupTime(TimeValue.milliseconds(length))
                .measurementIterations(3)
                .measurementTime(TimeValue.milliseconds(length))
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        spec.parameters().forEach((name, value) -> options.param(name, value));
        if (spec.vectorBytes() > 0) {
            options.jvmArgsPrepend("-XX:MaxVectorSize=" + spec.vectorBytes());
        }
        if (nativeCode && javaOfNative != null) {
            options.jvm(javaOfNative.toString());
        }
        try {
            Collection<RunResult> results = new Runner(options.build()).run();
            done.addAll(results);
            return results.stream()
                    .flatMap(result -> result.getBenchmarkResults().stream())
                    .map(fork -> Measurement.median(fork.getIterationResults().stream()
                            .map(iteration -> iteration.getPrimaryResult().getScore())
                            .toList()))
                    .toList();
        } catch (RunnerException e) {
            failures++;
            progress.println("  " + spec + ": " + reason(e));
            return List.of();
        }
    }

    /** What a fork failed for: JMH says no more than that it failed, and hands on what did that as a cause or beside it. */
    static String reason(Throwable failure) {
        Throwable deeper = failure.getCause() != null
                ? failure.getCause()
                : failure.getSuppressed().length > 0 ? failure.getSuppressed()[0] : null;
        return deeper == null ? failure.toString() : reason(deeper);
    }

    private void write() throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (PrintStream out = new PrintStream(Files.newOutputStream(part), false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(done);
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Forks that failed, and what was to be run beside them. */
    public int failures() {
        return failures;
    }
}
