// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the comparison says of arguments that are no good. */
class CompareTest {
    private final StringWriter said = new StringWriter();

    @TempDir
    Path folder;

    private int run(String... arguments) {
        return Compare.commandLine().setErr(new PrintWriter(said, true)).execute(arguments);
    }

    @Test
    void aSelectionOfNothingLeavesEarlierResultsAlone() {
        Path out = folder.resolve("results");
        assertEquals(2, run("--only", "no such row", "--out", out.toString()));
        assertTrue(said.toString().contains("no row has a match of --only no such row"), said::toString);
        assertFalse(Files.exists(out));
    }

    @Test
    void aMissingFileIsNamedInOneLine() {
        for (String option : new String[] {"--results", "--limit"}) {
            said.getBuffer().setLength(0);
            Path missing = folder.resolve("missing");
            assertEquals(1, run(option, missing.toString(), "--out", folder.toString()));
            assertTrue(said.toString().startsWith("there is no such file: " + missing), said::toString);
            assertEquals(1, said.toString().lines().count(), said::toString);
        }
    }
}
