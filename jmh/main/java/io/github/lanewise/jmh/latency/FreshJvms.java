// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.latency;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Starts JVMs of all modes in turn, so that a slow minute of the machine hits each of them alike. */
public final class FreshJvms {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private final int calls;
    private final int forks;
    private final Path folder;
    private final PrintWriter printer;

    /**
     * Prepares to run.
     *
     * @param calls of each JVM
     * @param forks JVMs for each mode and workload
     * @param folder receives the times
     * @param printer receives the tables
     */
    public FreshJvms(int calls, int forks, Path folder, PrintWriter printer) {
        this.calls = calls;
        this.forks = forks;
        this.folder = folder;
        this.printer = printer;
    }

    /**
     * Runs the JVMs and prints the tables.
     *
     * @throws IOException if a JVM fails, or its file cannot be written or read
     * @throws InterruptedException if the thread is interrupted
     */
    public void run() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        for (Workload workload : Workload.values()) {
            Path cache = folder.resolve(workload.label() + ".aot");
            start(Mode.PROMOTED_AOT.trainingOptions(cache), workload, folder.resolve("training"));
            Map<Mode, List<int[]>> times = new EnumMap<>(Mode.class);
            for (int fork = 0; fork < forks; fork++) {
                for (Mode mode : Mode.values()) {
                    Path file = folder.resolve(workload.label() + "-" + mode + "-" + fork);
                    start(mode.options(cache), workload, file);
                    times.computeIfAbsent(mode, key -> new ArrayList<>()).add(read(file));
                }
            }
            printer.println("## " + workload.label() + "\n\n" + LatencyTable.markdown(times));
            printer.println(LatencyTable.steady(times));
            printer.flush();
        }
    }

    private void start(List<String> options, Workload workload, Path file) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(JAVA));
        line.addAll(options);
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), TimedCalls.class.getName()));
        line.addAll(List.of(workload.label(), Integer.toString(calls), file.toString()));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", line) + " failed: " + output);
        }
    }

    private int[] read(Path file) throws IOException {
        int[] times = new int[calls];
        ByteBuffer.wrap(Files.readAllBytes(file)).asIntBuffer().get(times);
        return times;
    }
}
