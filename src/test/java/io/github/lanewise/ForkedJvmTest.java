// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What depends on how the JVM was started: the choice of kernels, and that the bits depend on nothing. */
@Tag("once")
class ForkedJvmTest {
    private static final String ADD_MODULES = "--add-modules=jdk.incubator.vector";
    private static final String VECTOR = "-Dlanewise.kernels=vector";

    private static ForkedJvm.Outcome run(List<String> options, String lengths)
            throws IOException, InterruptedException {
        return ForkedJvm.run(options, FloatBitCorpus.class, List.of(lengths));
    }

    /** Kinds of JVM, with how wide their vectors are at most. */
    static Stream<List<String>> jvms() {
        return Stream.of(
                List.of(ADD_MODULES, VECTOR, "-XX:TieredStopAtLevel=1"),
                List.of(ADD_MODULES, VECTOR, "-XX:MaxVectorSize=16"),
                List.of(ADD_MODULES, VECTOR, "-XX:MaxVectorSize=32", "-XX:-TieredCompilation"),
                List.of(ADD_MODULES),
                List.of(ADD_MODULES, "-XX:MaxVectorSize=16"),
                List.of(ADD_MODULES, "-Dlanewise.kernels=scalar"),
                List.of("-Xint"),
                List.of("-Dlanewise.kernels=SCALAR", "-XX:TieredStopAtLevel=1"),
                List.of());
    }

    @ParameterizedTest
    @MethodSource("jvms")
    void bitsAreTheSame(List<String> options) throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = run(options, "all");
        assertEquals(0, outcome.status(), outcome.output());
        assertEquals(FloatBitCorpus.digestOfLengths(), outcome.line("sha256"), outcome.output());
    }

    /** These are slow: interpreted vectors, and fused multiply-adds in software where the CPU's own are switched off. */
    static Stream<List<String>> slowJvms() {
        return Stream.of(
                List.of(ADD_MODULES, VECTOR, "-Xint"),
                List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:UseAVX=0"),
                List.of(ADD_MODULES, VECTOR, "-XX:+IgnoreUnrecognizedVMOptions", "-XX:UseAVX=1"));
    }

    @ParameterizedTest
    @MethodSource("slowJvms")
    void bitsAreTheSameWhereEverythingIsSlow(List<String> options) throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = run(options, "short");
        assertEquals(0, outcome.status(), outcome.output());
        assertEquals(FloatBitCorpus.digestOfShortLengths(), outcome.line("sha256"), outcome.output());
    }

    @Test
    void theDigestSeesTheCorpus() {
        assertNotEquals(FloatBitCorpus.digestOfShortLengths(), FloatBitCorpus.digest(2, 16, 38));
    }

    /** All operations from many threads at a time, from the first call of the JVM on. */
    @ParameterizedTest
    @MethodSource("stressedJvms")
    void manyThreadsHaveTheSameBits(List<String> options) throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = ForkedJvm.run(options, Stress.class, List.of());
        assertEquals(0, outcome.status(), outcome.output());
        assertEquals(Long.toHexString(new Stress().alone()), outcome.line("stress"), outcome.output());
    }

    static Stream<List<String>> stressedJvms() {
        return Stream.of(List.of(ADD_MODULES, VECTOR), List.of(ADD_MODULES), List.of());
    }

    /** The twin allocates nothing from its second call on, compiled or not. */
    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-Xmixed"})
    void twinAllocatesNothingWhileItIsInterpreted(String mode) throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = run(List.of(mode, "-Dlanewise.kernels=scalar"), "none");
        assertEquals(0, outcome.status(), outcome.output());
        assertEquals("0", outcome.line("allocated"), outcome.output());
    }

    /** A register that crosses the end of an array once a call must not be checked, and boxed, by the JDK's slow path. */
    @Test
    void rowsThatEndWithTheirArrayAllocateNothing() throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = ForkedJvm.run(List.of(ADD_MODULES, VECTOR), ArrayEndAllocation.class, List.of());
        assertEquals(0, outcome.status(), outcome.output());
        assertTrue(outcome.line("bytes").startsWith("0 "), outcome.output());
    }

    @Test
    void unknownKernelsAreRejectedByName() throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = run(List.of(ADD_MODULES, "-Dlanewise.kernels=turbo"), "short");
        assertEquals(1, outcome.status(), outcome.output());
        assertTrue(
                outcome.output().contains("ExceptionInInitializerError: -Dlanewise.kernels=turbo"), outcome.output());
        assertTrue(outcome.output().contains("auto, background, eager, vector, scalar"), outcome.output());
        assertEquals("", outcome.line("sha256"));
    }

    @Test
    void vectorKernelsWithoutTheModuleAreRefusedWithTheFix() throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = run(List.of(VECTOR), "none");
        assertEquals(1, outcome.status(), outcome.output());
        assertTrue(
                outcome.output().contains("ExceptionInInitializerError: -Dlanewise.kernels=vector"), outcome.output());
        assertTrue(outcome.output().contains("--add-modules jdk.incubator.vector"), outcome.output());
    }

    /** Without the CPU's own, fused multiply-adds are computed with big decimals. */
    @Test
    void statusTellsOfAMissingMultiplyAdd() throws IOException, InterruptedException {
        String told = "hundreds of times slower than usual since the JVM has no fused multiply-add";
        assertTrue(run(List.of("-XX:-UseFMA"), "none").output().contains(told));
        ForkedJvm.Outcome usual = run(List.of(), "none");
        assertTrue(usual.output().contains("scalar twin"), usual.output());
        assertEquals(-1, usual.output().indexOf(told), usual.output());
    }

    /** Asked before any call and after one that failed, the status says what is wrong. */
    @Test
    void statusTellsOfKernelsThatCannotBeHad() throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome =
                ForkedJvm.run(List.of("-Dlanewise.kernels=turbo"), StatusOfNoKernels.class, List.of());
        assertEquals(0, outcome.status(), outcome.output());
        for (String when : List.of("before", "after")) {
            assertTrue(outcome.line(when).contains("-Dlanewise.kernels=turbo is none of auto"), outcome.output());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vector", "AUTO", "", " "})
    void namesOfKernelsAreTakenInAnyCase(String name) throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = run(List.of(ADD_MODULES, "-Dlanewise.kernels=" + name), "none");
        assertEquals(0, outcome.status(), outcome.output());
        assertTrue(outcome.output().contains("vector kernels"), outcome.output());
    }
}
