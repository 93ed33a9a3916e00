// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.testkit.conformance.Conformance;
import io.github.lanewise.testkit.reference.NaiveReference;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program: what it prints, and what it says to its caller. */
class ConformanceTest {
    private static final String GELU = "{\"id\":\"a\",\"op\":\"gelu\",\"attrs\":{},\"inputs\":{},\"expected\":{}}\n";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Conformance.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private List<String> lines() {
        return out.toString().lines().toList();
    }

    private String lastLine() {
        return lines().get(lines().size() - 1);
    }

    private static Path golden() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(ConformanceTest.class.getResource("/golden"))
                .toURI());
    }

    private void copy(String name) throws IOException, URISyntaxException {
        Files.copy(golden().resolve(name), folder.resolve(name));
    }

    @Test
    void everyOperationHasALineAndTheLastLineCounts() throws IOException, URISyntaxException {
        copy("softmax.jsonl.gz");
        copy("nll_loss.jsonl.gz");

        assertEquals(Conformance.OK, run("golden", folder.toString(), "--implementation", "naive", "--type", "float"));

        assertEquals(3, lines().size());
        assertTrue(lines().get(0).matches("nll_loss +142/142 +float worst .* ulp.*"), out::toString);
        assertTrue(lines().get(1).matches("softmax +94/94 +float worst .* ulp.*"), out::toString);
        assertEquals("236 passed, 0 failed", lastLine());
    }

    @Test
    void bothTypesCountUnlessOneIsAskedFor() throws IOException, URISyntaxException {
        copy("exp.jsonl");

        assertEquals(Conformance.OK, run("golden", folder.toString(), "--implementation", "naive"));
        assertEquals("92 passed, 0 failed", lastLine());
        assertEquals(Conformance.OK, run("golden", folder.toString(), "--implementation", "naive", "--type", "double"));
        assertEquals("46 passed, 0 failed", lastLine());
    }

    @Test
    void whatIsUnknownFails() throws IOException, URISyntaxException {
        copy("exp.jsonl");
        Files.writeString(folder.resolve("gelu.jsonl"), GELU, StandardCharsets.UTF_8);

        int code = run("golden", folder.toString(), "--implementation", "naive", "--type", "float");

        assertEquals(Conformance.FAILED, code);
        assertEquals("46 passed, 1 failed", lastLine());
        assertTrue(err.toString().contains("a: unknown operation"), err::toString);
    }

    @Test
    void aLineThatIsNoCaseFails() throws IOException {
        String dtype =
                "{\"id\":\"a\",\"op\":\"exp\",\"inputs\":{\"input\":{\"dtype\":\"f16\",\"shape\":[1],\"data\":\"AAA=\"}}}\n";
        Files.writeString(folder.resolve("exp.jsonl"), "{\"id\":\n" + dtype, StandardCharsets.UTF_8);

        assertEquals(
                Conformance.FAILED, run("golden", folder.toString(), "--implementation", "naive", "--type", "float"));
        assertEquals("0 passed, 2 failed", lastLine());
    }

    @Test
    void aFolderWithoutGoldenFilesIsNotASuccess() {
        assertEquals(Conformance.USAGE, run("golden", folder.toString(), "--implementation", "naive"));
        assertEquals(Conformance.USAGE, run("golden", folder.resolve("none").toString()));
        assertEquals(Conformance.USAGE, run("golden"));
        assertEquals(Conformance.USAGE, run("golden", folder.toString(), "--implementation", "other"));
        assertEquals(Conformance.USAGE, run("fingerprint", "--threads", "0"));
    }

    /** An implementation that is not the kit's; the program finds it by its name. */
    public static final class Clipped extends NaiveReference {
        /** Of floats and doubles. */
        public Clipped(Precision precision) {
            super(precision);
        }

        @Override
        public Tensor elementwise(Operation operation, Tensor input) {
            if (operation == Operation.LOG) {
                throw new AssertionError("a candidate's own");
            }
            return super.elementwise(operation, input);
        }
    }

    /** One of a single type. */
    public static final class InDouble extends NaiveReference {
        /** Without a choice of type. */
        public InDouble() {
            super(Precision.DOUBLE);
        }
    }

    @Test
    void aClassOfAnyName() throws IOException, URISyntaxException {
        copy("exp.jsonl");
        assertEquals(Conformance.OK, run("golden", folder.toString(), "--implementation", Clipped.class.getName()));
        assertEquals("92 passed, 0 failed", lastLine());
        assertEquals(Conformance.OK, run("golden", folder.toString(), "--implementation", InDouble.class.getName()));
        assertEquals("46 passed, 0 failed", lastLine());

        assertEquals(
                Conformance.USAGE,
                run("golden", folder.toString(), "--type", "float", "--implementation", InDouble.class.getName()));
        assertTrue(err.toString().contains("InDouble does not compute in the type asked for, float"), err::toString);

        copy("log.jsonl");
        assertEquals(
                Conformance.FAILED,
                run("golden", folder.toString(), "--type", "double", "--implementation", Clipped.class.getName()));
        assertTrue(
                err.toString().contains("failed: java.lang.AssertionError: a candidate's own"), () -> out + "" + err);
    }

    @Test
    void namesOfNoImplementation() {
        assertEquals(Conformance.USAGE, run("golden", folder.toString(), "--implementation", "io.example.Mine"));
        assertTrue(err.toString().contains("none of lanewise, vector, scalar, naive, and no class"), err::toString);
        assertTrue(err.toString().contains("java -cp"), err::toString);
        assertEquals(Conformance.USAGE, run("fingerprint", "--implementation", "java.lang.String"));
        assertTrue(err.toString().contains("java.lang.String does not implement"), err::toString);
    }

    @Test
    void aFileThatIsNotCompressed() throws IOException {
        Files.writeString(folder.resolve("plain.jsonl.gz"), GELU, StandardCharsets.UTF_8);
        assertEquals(Conformance.USAGE, run("golden", folder.toString(), "--implementation", "naive"));
        assertTrue(err.toString().contains("plain.jsonl.gz is not compressed"), err::toString);
    }

    @Tag("once")
    @Test
    void fingerprintsNameEveryOperationAndType() {
        assertEquals(Conformance.OK, run("fingerprint", "--implementation", "naive", "--threads", "3"));

        assertEquals(2 * Operation.values().length + 1, lines().size());
        for (String line : lines()) {
            assertTrue(line.matches("([a-z_0-9]+\\.f(32|64)|total) [0-9a-f]{64}"), line);
        }
        long different = lines().stream()
                .map(line -> line.substring(line.indexOf(' ')))
                .distinct()
                .count();
        assertEquals(lines().size(), different);
        String withThreads = out.toString();
        out.getBuffer().setLength(0);
        assertEquals(Conformance.OK, run("fingerprint", "--implementation", "naive"));
        assertEquals(withThreads, out.toString());
    }
}
