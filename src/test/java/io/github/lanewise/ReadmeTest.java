// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java snippets of the README outside the section "Embedding", which are compiled and run. */
@Tag("once")
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\n(.*?)^```$");

    @TempDir
    private Path folder;

    /** The snippets under a heading, one after the other. */
    private static String snippets(String heading) throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        int start = readme.indexOf(heading + "\n");
        assertTrue(start >= 0, () -> "the README has no heading " + heading);
        int next = readme.indexOf("\n#", start + heading.length());
        Matcher matcher = BLOCK.matcher(readme.substring(start, next));
        StringBuilder text = new StringBuilder();
        while (matcher.find()) {
            text.append(matcher.group(1));
        }
        assertTrue(!text.isEmpty(), () -> "no Java under " + heading);
        return text.toString();
    }

    private void run(String name, String before, String snippet) throws IOException, ReflectiveOperationException {
        String program = "import io.github.lanewise.*;\nimport java.lang.foreign.*;\nimport java.nio.*;\n"
                + "import java.time.*;\nimport java.util.concurrent.*;\n"
                + "public final class " + name + " {\n    public static void run() {\n" + before
                + snippet.replace("import io.github.lanewise.*;\n", "") + "    }\n}\n";
        Path source = folder.resolve(name + ".java");
        Files.writeString(source, program);
        String classes = Path.of("target", "classes").toAbsolutePath().toString();
        int status = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(System.out, System.err, "-cp", classes, "-d", folder.toString(), source.toString());
        assertEquals(0, status, program);
        URL[] path = {folder.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(path, ReadmeTest.class.getClassLoader())) {
            loader.loadClass(name).getMethod("run").invoke(null);
        }
    }

    @Test
    void firstSnippet() throws IOException, ReflectiveOperationException {
        run("First", "", snippets("# Lanewise"));
    }

    @Test
    void rowsOfDifferentLengths() throws IOException, ReflectiveOperationException {
        run("Ragged", "", snippets("### Rows of different lengths, and classes left out"));
    }

    @Test
    void severalThreads() throws IOException, ReflectiveOperationException {
        run("Threads", "", snippets("### Several threads") + "pool.shutdown();\n");
    }

    @Test
    void dataWhereItLies() throws IOException, ReflectiveOperationException {
        String before = """
                Arena arena = Arena.ofAuto();
                ByteBuffer buffer = ByteBuffer.allocateDirect(4 * 64 * 1000);
                int[] target = new int[64];
                CrossEntropyLoss loss = CrossEntropyLoss.create();
                """;
        run("Memory", before, snippets("### Data where it lies"));
    }

    @Test
    void noOtherSectionHasSnippets() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        int embedding = readme.indexOf("\n## Embedding\n");
        String rest = readme.substring(0, embedding) + readme.substring(readme.indexOf("\n## ", embedding + 1));
        int found = 0;
        Matcher matcher = BLOCK.matcher(rest);
        while (matcher.find()) {
            found++;
        }
        // One at the top, one of ragged rows, two of threads, one of memory.
        assertEquals(5, found);
    }
}
