// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;

/** How commands are run. */
final class Commands {
    private Commands() {}

    /** A command line that says in one sentence which file is missing or no good, and ends with 1. */
    static CommandLine of(Object command) {
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, line, result) -> {
                    if (!(failure instanceof IOException)) {
                        throw failure;
                    }
                    boolean missing =
                            failure instanceof NoSuchFileException || failure instanceof FileNotFoundException;
                    line.getErr().println((missing ? "there is no such file: " : "") + failure.getMessage());
                    return 1;
                });
    }
}
