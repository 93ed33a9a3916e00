// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The section "Embedding" of the README, whose programs are compiled and whose commands are run, in its order. */
@Tag("once")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the commands are those of a POSIX shell")
class EmbeddingTest {
    private static final String JAR = "lanewise-0.1.0-SNAPSHOT.jar";
    private static final String ANSWER = "class 1, log-probability -0.4401897";
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```$");
    private static final Pattern VARIABLE = Pattern.compile("(?m)^ENV (\\w+)=\"(.*)\"$");
    private static final Pattern ENTRY = Pattern.compile("(?m)^CMD \\[(.*)]$");
    private static final long MOST_SECONDS = 180;

    @TempDir
    private Path folder;

    /** A fenced block of the section. */
    private record Block(String language, String text) {}

    @BeforeEach
    void packTheLibrary() {
        String classes = Path.of("target", "classes").toAbsolutePath().toString();
        int status = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(
                        System.out,
                        System.err,
                        "--create",
                        "--file",
                        folder.resolve(JAR).toString(),
                        "-C",
                        classes,
                        ".");
        assertEquals(0, status, "the library could not be packed");
    }

    private static List<Block> blocks() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        int start = readme.indexOf("\n## Embedding\n");
        assertTrue(start >= 0, "the README has a section Embedding");
        Matcher matcher = BLOCK.matcher(readme.substring(start, readme.indexOf("\n## ", start + 1)));
        List<Block> blocks = new ArrayList<>();
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    private String run(String options, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"));
        builder.environment().put("JDK_JAVA_OPTIONS", options);
        builder.environment()
                .merge("PATH", "", (path, none) -> Path.of(System.getProperty("java.home"), "bin") + ":" + path);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS), output);
        assertEquals(0, process.exitValue(), String.join(" ", command) + ": " + output);
        return output;
    }

    /** The line as it is, in a shell. */
    private String shell(String line) throws IOException, InterruptedException {
        // A cache that cannot be used would be left aside without a word.
        return run(line.contains("-XX:AOTCache=") ? "-XX:AOTMode=on" : "", List.of("/bin/sh", "-c", line));
    }

    private void write(String program) throws IOException {
        String name = program.substring("// ".length(), program.indexOf('\n'));
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, program);
    }

    private static void check(String line, String output) {
        boolean vectors = line.contains("jdk.incubator.vector");
        if (line.endsWith("com.example.Service")) {
            // 64 rows of 1000 zeros: the logarithm of 1000.
            assertTrue(output.contains("loss 6.9077554"), output);
            assertFalse(output.contains("waiting:") || output.contains("warming:"), output);
        } else {
            assertTrue(output.contains(ANSWER), output);
        }
        assertEquals(!vectors, output.contains("Lanewise runs without vectors"), output);
        assertEquals(vectors, output.contains(": vector kernels"), output);
    }

    @Test
    void programsCompileAndCommandsRun() throws IOException, InterruptedException {
        int runs = 0;
        for (Block block : blocks()) {
            if (block.language.equals("java")) {
                write(block.text);
            } else if (block.language.equals("sh")) {
                for (String line : block.text.lines().toList()) {
                    String output = shell(line);
                    if (line.startsWith("java ") && !line.contains("AOTCacheOutput")) {
                        check(line, output);
                        runs++;
                    }
                }
            } else if (block.language.equals("dockerfile")) {
                Matcher variable = VARIABLE.matcher(block.text);
                Matcher entry = ENTRY.matcher(block.text);
                assertTrue(variable.find() && entry.find(), block.text);
                assertEquals("JDK_JAVA_OPTIONS", variable.group(1));
                // The shell finds the command, since a process is looked for on the path of this JVM.
                List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\"", "sh"));
                command.addAll(List.of(entry.group(1).replace("\"", "").split(", ")));
                check(variable.group(2), run(variable.group(2), command));
                runs++;
            }
        }
        // Class path, module path, container, without the module, service, cache.
        assertEquals(6, runs);
    }
}
