// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import io.github.lanewise.jmh.candidate.Implementation;
import io.github.lanewise.jmh.candidate.Implementations;
import io.github.lanewise.jmh.candidate.Shape;
import io.github.lanewise.jmh.report.Environment;
import io.github.lanewise.jmh.report.LimitRuns;
import io.github.lanewise.jmh.report.Limits;
import io.github.lanewise.jmh.report.Malloc;
import io.github.lanewise.jmh.report.RatioRow;
import io.github.lanewise.jmh.report.RatioRows;
import io.github.lanewise.jmh.report.RatioTable;
import io.github.lanewise.jmh.report.Results;
import io.github.lanewise.jmh.report.Runs;
import io.github.lanewise.jmh.report.Spec;
import io.github.lanewise.jmh.report.Sweep;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec.Target;

/** The command that runs the comparison and prints the table of ratios. */
@Command(
        name = "Compare",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the library and other implementations in turn, and prints how many times as long the others take.",
            "Into the output folder go results.json (JMH's raw results), environment.json and table.md; with --limit-command"
                    + " limits.txt as well."
        })
public final class Compare implements Callable<Integer> {
    private static final String MODULE = "jdk.incubator.vector";
    private static final String SCRATCH = "comparison";
    private static final String TABLE = "table.md";

    @CommandLine.Spec(Target.SELF)
    private @Nullable CommandSpec command;

    @Option(names = "--forks", paramLabel = "N", description = "JVMs for each figure; the default is ${DEFAULT-VALUE}.")
    private int forks = 5;

    @Option(
            names = "--own-forks",
            paramLabel = "N",
            description =
                    "JVMs for each figure of the library itself, for the spread over forks; the default is --forks.")
    private int ownForks;

    @Option(
            names = "--time",
            paramLabel = "MS",
            description =
                    "Milliseconds of an iteration; the default is ${DEFAULT-VALUE}. Large inputs take twice that.")
    private int milliseconds = 300;

    @Option(
            names = {"--only", "--rows"},
            paramLabel = "REGEX",
            description = "Only rows whose label has a match.")
    private Pattern only = Pattern.compile("");

    @Option(
            names = "--against",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Implementations to compare with: libtorch and onnx (in a build with -Ppeers), plain, svml, scalar."
                            + " The default is libtorch and onnx where the build has them, else plain.")
    private List<String> against = List.of();

    @Option(
            names = "--limit",
            paramLabel = "FILE",
            description = "A table of what native code reaches: shape, operation, ns a call, ns an element.")
    private @Nullable Path limit;

    @Option(
            names = "--limit-command",
            paramLabel = "COMMAND",
            split = "\\s+",
            description =
                    "A program that prints such a table. It is tried first, and run before, halfway between and after the forks of each row that"
                            + " has a limit, the median counts, and all tables go to limits.txt in the output folder.")
    private List<String> limitCommand = List.of();

    @Option(
            names = "--malloc",
            paramLabel = "WHAT",
            description =
                    "keep: libtorch and onnx get memory that they have freed without asking the system (Linux with a glibc"
                            + " that takes thresholds above 32 MiB, such as 2.36); default: as the system has it. The default is keep.")
    private Malloc malloc = Malloc.KEEP;

    @Option(names = "--out", paramLabel = "DIR", description = "The output folder; the default is ${DEFAULT-VALUE}.")
    private Path out = Path.of(SCRATCH);

    @Option(
            names = "--results",
            paramLabel = "FILE",
            split = ",",
            description = "Runs nothing, and makes the table of results that are there.")
    private List<Path> recorded = List.of();

    @Option(
            names = "--collect",
            description =
                    "Also runs what the plots of the report need beside the rows, on two forks: sizes, memory, widths of vectors.")
    private boolean collect;

    @Option(names = "--list", description = "Lists the rows, and runs nothing.")
    private boolean list;

    private Compare() {}

    /** Runs the command. */
    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command, not yet run. */
    static CommandLine commandLine() {
        return Commands.of(new Compare());
    }

    @Override
    public Integer call() throws IOException {
        if (command == null) {
            throw new IllegalStateException("this command runs through its command line only");
        }
        PrintWriter printer = command.commandLine().getOut();
        List<RatioRow> rows = RatioRows.all().stream()
                .filter(row -> only.matcher(row.label()).find())
                .toList();
        if (list) {
            rows.forEach(row -> printer.println(row.label()));
            return 0;
        }
        if (rows.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(), "no row has a match of --only " + only + "; --list lists the rows");
        }
        if (forks < 1 || ownForks < 0 || milliseconds < 1) {
            throw new ParameterException(
                    command.commandLine(),
                    "--forks is " + forks + ", --own-forks " + ownForks + " and --time " + milliseconds
                            + ": give 1 or more");
        }
        if (!limitCommand.isEmpty() && (limit != null || !recorded.isEmpty())) {
            throw new ParameterException(
                    command.commandLine(),
                    "--limit-command " + String.join(" ", limitCommand)
                            + " is for runs: give --limit FILE alone, of the limits.txt of earlier ones or of another table");
        }
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            throw new ParameterException(
                    command.commandLine(), "module " + MODULE + " is missing: start java with --add-modules " + MODULE);
        }
        Map<String, Implementation> implementations = Implementations.all();
        List<String> peers = peers(implementations, command);
        Limits limits = limit == null ? new Limits() : Limits.read(limit);
        Results results = new Results();
        int failures = 0;
        if (recorded.isEmpty()) {
            Files.createDirectories(out);
            LimitRuns limitRuns =
                    limitCommand.isEmpty() ? null : new LimitRuns(limitCommand, out.resolve("limits.txt"));
            Path file = out.resolve("results.json");
            Files.deleteIfExists(file);
            Files.deleteIfExists(out.resolve(TABLE));
            List<String> arguments = command.commandLine().getParseResult().originalArgs();
            Environment.here(arguments, implementations.values(), malloc).write(out.resolve("environment.json"));
            failures = run(rows, peers, implementations, file, limitRuns, printer);
            results.add(file);
            Limits reached = limitRuns == null ? limits : limitRuns.limits();
            String table = new RatioTable(rows, peers, results, reached).markdown();
            Files.writeString(out.resolve(TABLE), table);
            printer.print("\n" + table);
        } else {
            for (Path file : recorded) {
                results.add(file);
            }
            printer.print(new RatioTable(rows, peers, results, limits).markdown());
        }
        printer.flush();
        return failures == 0 ? 0 : 1;
    }

    private List<String> peers(Map<String, Implementation> implementations, CommandSpec spec) {
        if (!against.isEmpty()) {
            for (String name : against) {
                if (!implementations.containsKey(name) && recorded.isEmpty()) {
                    throw new ParameterException(
                            spec.commandLine(),
                            name + " is not in this build, but " + String.join(", ", implementations.keySet())
                                    + "; libtorch and onnx come with -Ppeers");
                }
            }
            return against;
        }
        List<String> all = List.of(RatioTable.TARGET_PEER, "onnx");
        List<String> there = all.stream()
                .filter(name -> !recorded.isEmpty() || implementations.containsKey(name))
                .toList();
        return there.isEmpty() ? List.of("plain") : there;
    }

    private int run(
            List<RatioRow> rows,
            List<String> peers,
            Map<String, Implementation> implementations,
            Path file,
            @Nullable LimitRuns limitRuns,
            PrintWriter printer)
            throws IOException {
        boolean nativePeers = implementations.containsKey(RatioTable.TARGET_PEER);
        Runs runs = new Runs(milliseconds, nativePeers ? malloc.java(out) : null, file, printer);
        for (int i = 0; i < rows.size(); i++) {
            RatioRow row = rows.get(i);
            printer.println("[" + (i + 1) + "/" + rows.size() + "] " + row.label());
            Runs.Beside beside = limitRuns == null || row.limitOperation() == null
                    ? Runs.Beside.NOTHING
                    : () -> limitRuns.beside(row);
            runs.group(group(row, peers, implementations), forks, ownForks == 0 ? forks : ownForks, beside);
        }
        if (collect) {
            Set<Spec> measured = rows.stream()
                    .flatMap(row -> group(row, peers, implementations).stream())
                    .collect(Collectors.toSet());
            List<List<Spec>> sweep = Sweep.groups(implementations, measured);
            for (int i = 0; i < sweep.size(); i++) {
                printer.println("[" + (i + 1) + "/" + sweep.size() + "] for the plots");
                runs.group(sweep.get(i), Math.min(forks, 2), Math.min(forks, 2), Runs.Beside.NOTHING);
            }
        }
        return runs.failures();
    }

    private static List<Spec> group(RatioRow row, List<String> peers, Map<String, Implementation> implementations) {
        List<Spec> group = new ArrayList<>(List.of(row.ours()));
        if (row.rival() != null) {
            group.add(row.rival());
            return group;
        }
        for (String peer : peers) {
            Implementation implementation = implementations.get(peer);
            if (implementation != null
                    && implementation.offers(
                            row.operation(),
                            row.gradient(),
                            Shape.parse(row.ours().shape()))) {
                group.add(row.ours().by(peer));
            }
        }
        return group;
    }
}
