// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.kernel.promotion.KernelsAgain;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels move from the twin to the vectors while a program runs, and nothing but their speed changes. */
@Tag("once")
class PromotionTest {
    private static final String ADD_MODULES = "--add-modules=jdk.incubator.vector";

    private static ForkedJvm.Outcome run(String how, String... options) throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = ForkedJvm.run(List.of(options), PromotionRun.class, List.of(how));
        assertEquals(0, outcome.status(), outcome.output());
        assertEquals("0", outcome.line("wrong"), outcome.output());
        return outcome;
    }

    @ParameterizedTest
    @ValueSource(strings = {"cold", "threads"})
    void bitsStayTheSame(String how) throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = run(how, ADD_MODULES);
        ForkedJvm.Outcome twin = run("cold", "-Dlanewise.kernels=scalar");
        assertEquals(twin.line("bits"), outcome.line("bits"));
        String status = outcome.line("status");
        assertTrue(status.contains("promoted: "), status);
        for (String kernel : List.of("max", "sum-exp", "exp-scale", "bce-with-logits", "sigmoid", "linear-sum")) {
            assertTrue(status.contains("float " + kernel), kernel + ": " + status);
        }
        assertFalse(status.contains("waiting:") || status.contains("warming:") || status.contains("left:"), status);
        assertFalse(status.contains("double "), status);
        assertEquals("0", outcome.line("allocated"), outcome.output());
        assertEquals("true", outcome.line("warm at first"), "before the library's first use");
        assertEquals("false", outcome.line("warm behind a call"));
        assertEquals("true", outcome.line("warm at last"));
        assertEquals("true", twin.line("warm behind a call"), "a twin that stays needs no warmth");
        assertEquals(List.of(), withoutVectors(outcome));
    }

    /** The lines that are logged of what runs without vectors. */
    private static List<String> withoutVectors(ForkedJvm.Outcome outcome) {
        return outcome.output()
                .lines()
                .filter(line -> line.contains("Lanewise runs") && line.contains("without vectors"))
                .toList();
    }

    @Test
    void warmUpPromotesEverything() throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = run("warm", ADD_MODULES);
        String status = outcome.line("status");
        assertFalse(status.contains("waiting:") || status.contains("warming:") || status.contains("left:"), status);
        assertTrue(status.contains("double kl-div") && status.contains("float columns"), status);
        // A kernel of short rows that met a branch for the first time, for one class in a row, made thousands.
        long bytes = Long.parseLong(outcome.line("lengths"));
        assertTrue(bytes < 100, bytes + " bytes a call");
        assertEquals("0", outcome.line("allocated"), outcome.output());
    }

    @Test
    void warmUpPromotesWhatCallsUse() throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = run("used", ADD_MODULES);
        ForkedJvm.Outcome twin = run("used", "-Dlanewise.kernels=scalar");
        assertEquals(twin.line("bits"), outcome.line("bits"));
        assertEquals("1", twin.line("calls"), twin.output());
        String warmed = outcome.line("warmed");
        assertFalse(warmed.contains("waiting:") || warmed.contains("warming:") || warmed.contains("left:"), warmed);
        for (String kernel : List.of("max", "sum-exp", "exp-scale", "bce-with-logits", "sigmoid", "linear-sum")) {
            assertTrue(warmed.contains("float " + kernel), kernel + ": " + warmed);
        }
        assertFalse(warmed.contains("double ") || warmed.contains("dot-precise") || warmed.contains("tanh"), warmed);
        // A kernel that is first used when another has been promoted.
        assertTrue(warmed.contains("float native-sums-terms-and-max"), warmed);
        // Nothing that the calls use was left to be warmed later.
        assertEquals(warmed, outcome.line("status"), outcome.output());
        assertEquals("0", outcome.line("allocated"), outcome.output());
    }

    @Test
    void fewRowsAllocateNothingOnceTheyAreWarm() throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = ForkedJvm.run(List.of(ADD_MODULES), PromotionRun.class, List.of("few"));
        assertEquals(0, outcome.status(), outcome.output());
        long bytes = Long.parseLong(outcome.line("allocated"));
        // Where a kernel was compiled anew afterwards these were thousands.
        assertTrue(bytes < 100, bytes + " bytes a call");
    }

    @Test
    void whatCallsThrowIsThrownOn() {
        RuntimeException thrown = new RuntimeException("a call failed");
        assertSame(
                thrown,
                assertThrows(
                        RuntimeException.class,
                        () -> Lanewise.warmUp(() -> {
                            throw thrown;
                        })));
        assertThrows(NullPointerException.class, () -> Lanewise.warmUp(null));
    }

    @Test
    void eagerKernelsAreWarmBeforeTheFirstCall() throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = run("cold", ADD_MODULES, "-Dlanewise.kernels=eager", "-XX:MaxVectorSize=16");
        String status = outcome.line("status");
        assertTrue(status.contains("asked for by -Dlanewise.kernels=eager"), status);
        assertTrue(status.contains("float columns"), status);
        // Doubles have too few lanes here.
        assertTrue(status.contains("double max (vectors of 128 bits are too narrow)"), status);
        assertEquals(1, withoutVectors(outcome).size(), "for another reason: " + outcome.output());
    }

    /** Where the library is a module, other classes than its own see no more of it than it exports. */
    @Test
    void aModuleLoadsItsVectorKernelsAgain() throws IOException, InterruptedException, URISyntaxException {
        ForkedJvm.Outcome outcome = ForkedJvm.run(
                List.of(
                        "--module-path",
                        whereIs(Lanewise.class),
                        "--patch-module",
                        "io.github.lanewise=" + whereIs(PromotionTest.class),
                        "--add-modules",
                        "io.github.lanewise,jdk.incubator.vector"),
                KernelsAgain.class,
                List.of());
        assertEquals("module io.github.lanewise", outcome.line("module of first"), outcome.output());
        assertTrue(outcome.line("module of again").startsWith("unnamed module"), outcome.output());
        assertFalse(outcome.line("first").isEmpty());
        assertEquals(outcome.line("first"), outcome.line("again"), outcome.output());
    }

    private static String whereIs(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    @Test
    void anInterpreterStaysOnTheTwin() throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = run("cold", ADD_MODULES, "-Xint");
        String status = outcome.line("status");
        assertFalse(status.contains("promoted:"), status);
        assertTrue(status.contains("float max (the JVM only interprets)"), status);
        assertTrue(status.contains("scalar twin in plain Java, since the JVM only interprets (module"), status);
        // One line for all of its kernels.
        List<String> lines = withoutVectors(outcome);
        assertEquals(1, lines.size(), outcome.output());
        assertTrue(lines.getFirst().endsWith("the JVM only interprets"), lines.getFirst());
    }

    @Test
    void aMissingModuleIsLoggedOnce() throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = run("cold");
        List<String> lines = withoutVectors(outcome);
        assertEquals(1, lines.size(), outcome.output());
        assertTrue(lines.getFirst().contains("--add-modules jdk.incubator.vector"), outcome.output());
    }
}
