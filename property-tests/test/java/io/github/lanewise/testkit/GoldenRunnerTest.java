// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.testkit.golden.GoldenReport;
import io.github.lanewise.testkit.golden.GoldenRunner;
import io.github.lanewise.testkit.lanewise.FloatLanewise;
import io.github.lanewise.testkit.reference.NaiveReference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The golden runner fails what it does not know and holds results to the tolerance of the format. */
class GoldenRunnerTest {
    @TempDir
    Path folder;

    private static String tensor(String type, double... values) {
        ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            switch (type) {
                case "f32" -> data.putFloat((float) value);
                case "f64" -> data.putDouble(value);
                default -> data.putLong((long) value);
            }
        }
        String text = Base64.getEncoder().encodeToString(Arrays.copyOf(data.array(), data.position()));
        return "{\"dtype\":\"" + type + "\",\"shape\":[" + values.length + "],\"data\":\"" + text + "\"}";
    }

    /** Softmax of (0, 0), expected to be (0.5, a number of choice). */
    private static String softmax(String attributes, String extraInput, double expected, String rest) {
        return "{\"id\":\"a\",\"op\":\"softmax\",\"attrs\":{" + attributes + "},\"inputs\":{\"input\":"
                + tensor("f32", 0, 0) + extraInput + "},\"expected\":{\"output\":" + tensor("f64", 0.5, expected) + "}"
                + rest + "}";
    }

    private List<String> failures(String line) throws IOException {
        return failures(line, new FloatLanewise());
    }

    private List<String> failures(String line, LossImplementation implementation) throws IOException {
        Path file = folder.resolve("x.jsonl");
        Files.writeString(file, line + "\n", StandardCharsets.UTF_8);
        List<GoldenReport> reports = new GoldenRunner(implementation).run(file);
        assertEquals(1, reports.size());
        assertEquals(1, reports.get(0).total());
        return reports.get(0).failures();
    }

    private void assertFails(String part, String line) throws IOException {
        List<String> failures = failures(line);
        assertEquals(1, failures.size());
        assertTrue(failures.get(0).contains(part), () -> failures.get(0));
    }

    @Test
    void aRightResultPasses() throws IOException {
        assertEquals(List.of(), failures(softmax("\"dim\":0", "", 0.5, "")));
    }

    @Test
    void theToleranceIsThatOfTheFormat() throws IOException {
        assertEquals(List.of(), failures(softmax("\"dim\":0", "", 0.5 + 5.9e-6, "")));
        assertFails("output[1] is 0.5", softmax("\"dim\":0", "", 0.5 + 6.1e-6, ""));
        assertFails("output[1] is 0.5", softmax("\"dim\":0", "", Double.NaN, ""));
        assertFails("output[1] is 0.5", softmax("\"dim\":0", "", Double.POSITIVE_INFINITY, ""));
    }

    @Test
    void aResultMayBeAsFarOffAsPyTorchWhereTheNoteSaysSo() throws IOException {
        String torch = ",\"torch_f32\":{\"output\":" + tensor("f32", 0.5, 0.501) + "}";
        String note = ",\"note\":\"torch_f32 is itself off: output (0.002)\"";
        assertFails("output[1]", softmax("\"dim\":0", "", 0.5009, torch));
        assertFails("output[1]", softmax("\"dim\":0", "", 0.5009, note));
        assertFails("output[1]", softmax("\"dim\":0", "", 0.5009, torch + note));
        assertEquals(List.of(), failures(softmax("\"dim\":0", "", 0.5004, torch + note)));
    }

    @Test
    void whatIsUnknownFails() throws IOException {
        assertFails("unknown", softmax("\"dim\":0,\"beta\":1", "", 0.5, ""));
        assertFails("unknown", softmax("\"dim\":0", ",\"mask\":" + tensor("f32", 1, 1), 0.5, ""));
        assertFails("dim is missing", softmax("", "", 0.5, ""));
        assertFails("unknown operation", softmax("\"dim\":0", "", 0.5, "").replace("\"softmax\"", "\"hardmax\""));
        assertFails("no output is recorded", softmax("\"dim\":0", "", 0.5, "").replace("\"output\"", "\"other\""));
        String other = "\"other\":" + tensor("f64", 1) + ",\"output\"";
        assertFails("no way to compute other", softmax("\"dim\":0", "", 0.5, "").replace("\"output\"", other));
    }

    /** What reads as something by leniency alone would be another case than the one that was recorded. */
    @Test
    void whatIsOfAnotherKindFails() throws IOException {
        for (String dim : new String[] {"\"0\"", "\"abc\"", "null", "0.9", "true"}) {
            assertFails("attribute dim is " + dim, softmax("\"dim\":" + dim, "", 0.5, ""));
        }
        String right = softmax("\"dim\":0", "", 0.5, "");
        assertFails("line 1", right + right);
        assertFails("line 1", right + " garbage");
        assertFails("line 1", softmax("\"dim\":0,\"dim\":0", "", 0.5, ""));
        assertFails("no id or no op", right.replace("\"id\"", "\"name\""));
        assertFails("no shape or no data", right.replace("\"data\"", "\"bytes\""));
        assertFails("no whole number from 0 on", right.replace("[2]", "[-2]"));
        assertFails("bytes are too few", right.replace("[2]", "[3]"));
    }

    /** A call that is to be rejected has to get as far as the implementation. */
    @Test
    void aTargetThatIsNoNumberOfAClassIsNoRejection() throws IOException {
        String line = "{\"id\":\"a\",\"op\":\"gather\",\"attrs\":{\"dim\":0},\"inputs\":{\"input\":"
                + tensor("f32", 1, 2) + ",\"index\":" + tensor("f32", 7) + "},\"error\":\"index out of range\"}";
        assertFails("no whole numbers", line);
        assertEquals(List.of(), failures(line.replace(tensor("f32", 7), tensor("i64", 7))));
    }

    @Test
    void aFileWithoutACaseFails() throws IOException {
        for (String content : new String[] {"", "\n", "  \n\n"}) {
            List<String> failures = failures(content);
            assertEquals(1, failures.size());
            assertTrue(failures.get(0).contains("the file holds no case"), () -> failures.get(0));
        }
    }

    @Test
    void aCaseIsThereOnce() throws IOException {
        Path file = folder.resolve("softmax.jsonl");
        String right = softmax("\"dim\":0", "", 0.5, "");
        Files.writeString(file, right + "\n" + right + "\n", StandardCharsets.UTF_8);
        GoldenReport report = new GoldenRunner(new FloatLanewise()).run(file).get(0);
        assertEquals(2, report.total());
        assertEquals(1, report.failures().size());
        assertTrue(report.failures().get(0).contains("another case with this id"));
    }

    @Test
    void whatIsNotClaimedFails() throws IOException {
        LossImplementation nothing = new LossImplementation() {
            @Override
            public String name() {
                return "nothing";
            }

            @Override
            public Precision precision() {
                return Precision.FLOAT;
            }

            @Override
            public Set<Operation> operations() {
                return Set.of();
            }

            @Override
            public double maxUlp(Operation operation) {
                return 0.0;
            }
        };
        List<String> failures = failures(softmax("\"dim\":0", "", 0.5, ""), nothing);
        assertEquals(1, failures.size());
        assertTrue(failures.get(0).contains("not claimed"), () -> failures.get(0));
    }

    @Test
    void aDoubleIsComparedWithTheRecordedDouble() throws IOException {
        LossImplementation reference = new NaiveReference(Precision.DOUBLE);
        assertEquals(List.of(), failures(softmax("\"dim\":0", "", 0.5 + 5.9e-10, ""), reference));
        List<String> failures = failures(softmax("\"dim\":0", "", 0.5 + 6.1e-10, ""), reference);
        assertEquals(1, failures.size());
        String torch = ",\"torch_f32\":{\"output\":" + tensor("f32", 0.5, 0.501)
                + "},\"note\":\"torch_f32 is itself off: output (0.002)\"";
        assertEquals(
                1, failures(softmax("\"dim\":0", "", 0.5009, torch), reference).size());
    }

    @Test
    void whatIsMovedHasToBeExact() throws IOException {
        String line = "{\"id\":\"a\",\"op\":\"gather\",\"attrs\":{\"dim\":0},\"inputs\":{\"input\":"
                + tensor("f32", 0.5, 0.25) + ",\"index\":" + tensor("i64", 1) + "},\"expected\":{\"output\":";
        LossImplementation reference = new NaiveReference(Precision.FLOAT);
        assertEquals(List.of(), failures(line + tensor("f64", 0.25) + "}}", reference));
        assertEquals(
                1,
                failures(line + tensor("f64", 0.25 + 0x1p-25) + "}}", reference).size());
    }

    @Test
    void aCallToRejectHasToBeRejected() throws IOException {
        String error = ",\"error\":\"no\"";
        assertEquals(List.of(), failures(softmax("\"dim\":2", "", 0.5, error)));
        assertFails("not rejected", softmax("\"dim\":0", "", 0.5, error));
        assertFails("rejected", softmax("\"dim\":2", "", 0.5, ""));
    }
}
