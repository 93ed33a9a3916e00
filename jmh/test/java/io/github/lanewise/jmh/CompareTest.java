// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
    void whatIsNoJsonIsNamedInOneLine() throws IOException {
        Path broken = Files.writeString(folder.resolve("results.json"), "[\n{\"benchmark\": ");
        assertEquals(1, run("--results", broken.toString()));
        assertTrue(said.toString().startsWith(broken + ", line 2: not the JSON that is needed: "), said::toString);
        assertEquals(1, said.toString().lines().count(), said::toString);
    }

    @Test
    void aReportOfDifferentMachinesHasToBeToldWhichToShow() throws IOException {
        Path out = folder.resolve("report.html");
        StringBuilder files = new StringBuilder();
        for (String cpu : new String[] {"one", "other"}) {
            Path run = Files.createDirectories(folder.resolve(cpu));
            Files.writeString(run.resolve("environment.json"), "{\"CPU\": \"" + cpu + "\"}");
            files.append(files.isEmpty() ? "" : ",").append(Files.writeString(run.resolve("results.json"), "[]"));
        }
        int status = Report.commandLine()
                .setErr(new PrintWriter(said, true))
                .execute("--results", files.toString(), "--out", out.toString());
        assertEquals(1, status);
        assertTrue(said.toString().contains("are of different commits, CPUs or JDKs"), said::toString);
        assertFalse(Files.exists(out));
        Path shown = folder.resolve("one").resolve("environment.json");
        assertEquals(
                0,
                Report.commandLine()
                        .execute(
                                "--results",
                                files.toString(),
                                "--environment",
                                shown.toString(),
                                "--out",
                                out.toString()));
        assertTrue(Files.readString(out).contains("<td style=\"text-align:left\">one</td>"));
    }

    @Test
    void aLimitProgramThatFailsDoesSoBeforeAnythingIsLost() throws IOException {
        Path earlier = Files.writeString(folder.resolve("results.json"), "[]");
        assertEquals(1, run("--only", "sigmoid", "--limit-command", "false", "--out", folder.toString()));
        assertTrue(said.toString().startsWith("false ended with status 1"), said::toString);
        assertTrue(Files.exists(earlier));
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
