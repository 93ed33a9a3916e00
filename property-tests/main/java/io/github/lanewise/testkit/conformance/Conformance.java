// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The program. {@code java --add-modules jdk.incubator.vector -jar conformance.jar --help} says what it can do. */
@Command(
        name = "conformance",
        description = "Checks implementations of the log-sum-exp family of losses: Lanewise, the kit's own, or yours.",
        mixinStandardHelpOptions = true,
        versionProvider = Conformance.Version.class,
        synopsisSubcommandLabel = "(golden | fingerprint)",
        subcommands = {GoldenCommand.class, FingerprintCommand.class})
public final class Conformance {
    /** All is well. */
    public static final int OK = 0;

    /** A case failed. */
    public static final int FAILED = 1;

    /** The command line makes no sense, or the implementation can't be had. */
    public static final int USAGE = 2;

    /** The version of the jar. */
    static final class Version implements IVersionProvider {
        Version() {}

        @Override
        public String[] getVersion() {
            String version = Conformance.class.getPackage().getImplementationVersion();
            return new String[] {"conformance " + (version == null ? "of classes without a jar" : version)};
        }
    }

    /** For the command line parser. */
    public Conformance() {}

    /**
     * Runs the program and leaves the JVM.
     *
     * @param args the command line
     */
    public static void main(String... args) {
        System.exit(run(new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8), args));
    }

    /**
     * Runs the program.
     *
     * @param out where results go
     * @param err where complaints go
     * @param args the command line
     * @return {@link #OK}, {@link #FAILED} or {@link #USAGE}
     */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Conformance())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    command.getErr()
                            .println(command.getColorScheme().errorText(String.valueOf(exception.getMessage())));
                    return USAGE;
                })
                .execute(args);
    }
}
