// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import io.github.lanewise.jmh.latency.FreshJvms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec.Target;

/** The command that times the first calls of fresh JVMs. */
@Command(
        name = "FirstCalls",
        mixinStandardHelpOptions = true,
        description = {
            "Starts JVMs that call the library from cold, times every call, and prints percentiles beside those of the twin alone:",
            "cold vector kernels, kernels that are promoted, and the same with an AOT cache."
        })
public final class FirstCalls implements Callable<Integer> {
    @CommandLine.Spec(Target.SELF)
    private @Nullable CommandSpec command;

    @Option(names = "--calls", paramLabel = "N", description = "Calls of a JVM; the default is ${DEFAULT-VALUE}.")
    private int calls = 200_000;

    @Option(names = "--forks", paramLabel = "N", description = "JVMs for each figure; the default is ${DEFAULT-VALUE}.")
    private int forks = 5;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for the times of the calls, 4 bytes each; the default is ${DEFAULT-VALUE}.")
    private Path out = Path.of("first-calls");

    private FirstCalls() {}

    /** Runs the command. */
    public static void main(String... arguments) {
        System.exit(new CommandLine(new FirstCalls()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (command == null) {
            throw new IllegalStateException("this command runs through its command line only");
        }
        if (calls < 10_000 || forks < 1) {
            throw new ParameterException(
                    command.commandLine(),
                    "--calls is " + calls + " and --forks " + forks + ": give 10000 or more, and 1 or more");
        }
        new FreshJvms(calls, forks, out, command.commandLine().getOut()).run();
        return 0;
    }
}
