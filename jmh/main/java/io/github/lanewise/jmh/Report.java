// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import io.github.lanewise.jmh.report.Environment;
import io.github.lanewise.jmh.report.Limits;
import io.github.lanewise.jmh.report.Page;
import io.github.lanewise.jmh.report.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command that makes a page of results that are there. */
@Command(
        name = "Report",
        mixinStandardHelpOptions = true,
        description =
                "Makes one HTML page, with nothing outside itself, of the results that Compare --collect has left.")
public final class Report implements Callable<Integer> {
    @Option(
            names = "--results",
            paramLabel = "FILE",
            split = ",",
            description = "JMH's results as JSON; the default is ${DEFAULT-VALUE}.")
    private List<Path> results = new ArrayList<>(List.of(Path.of("comparison", "results.json")));

    @Option(
            names = "--environment",
            paramLabel = "FILE",
            description =
                    "What Compare has found out about the machine; the default is environment.json beside the first results.")
    private @Nullable Path environment;

    @Option(
            names = "--limit",
            paramLabel = "FILE",
            description = "A table of what native code reaches: shape, operation, ns a call, ns an element.")
    private @Nullable Path limit;

    @Option(names = "--out", paramLabel = "FILE", description = "The page; the default is ${DEFAULT-VALUE}.")
    private Path out = Path.of("report.html");

    @Option(names = "--charts", paramLabel = "DIR", description = "Also the plots on their own, as files of SVG.")
    private @Nullable Path charts;

    private Report() {}

    /** Runs the command. */
    public static void main(String... arguments) {
        System.setProperty("java.awt.headless", "true");
        System.exit(commandLine().execute(arguments));
    }

    /** The command, not yet run. */
    static CommandLine commandLine() {
        return Commands.of(new Report());
    }

    @Override
    public Integer call() throws IOException {
        Results all = new Results();
        for (Path file : results) {
            all.add(file);
        }
        Page page = new Page(all, environment(), limit == null ? new Limits() : Limits.read(limit));
        Files.writeString(out, page.html());
        if (charts != null) {
            Files.createDirectories(charts);
            for (Map.Entry<String, String> chart : page.charts().entrySet()) {
                Files.writeString(charts.resolve(chart.getKey() + ".svg"), chart.getValue());
            }
        }
        return 0;
    }

    /** Where and when the results were taken; of several they have to be the same, unless it is said which are meant. */
    private Environment environment() throws IOException {
        if (environment != null) {
            return Environment.read(environment);
        }
        Environment first = Environment.read(besides(results.getFirst()));
        for (Path file : results) {
            if (!first.isLike(Environment.read(besides(file)))) {
                throw new IOException(besides(results.getFirst()) + " and " + besides(file)
                        + " are of different commits, CPUs or JDKs; --environment FILE says which to show");
            }
        }
        return first;
    }

    private static Path besides(Path file) {
        return file.resolveSibling("environment.json");
    }
}
