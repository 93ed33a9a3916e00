// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation of every implementation in this build passes the check that a benchmark starts with. */
class ImplementationsTest {
    /** A short row, one that fills no register evenly, rows, and images. */
    private static final List<String> SHAPES = List.of("1x10", "1x67", "5x33", "100x10", "2x5x4x3");

    static Stream<String> implementations() {
        // The twin needs a JVM of its own.
        return Implementations.all().keySet().stream().filter(name -> !name.equals("scalar"));
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void agreesWithTheReference(String name) {
        assertTrue(checkAll(name) > 20);
    }

    @Test
    void theScalarTwinAgreesWithTheReference() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ImplementationsTest.class.getName(),
                        "scalar")
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
        assertTrue(printed.contains("scalar: " + Operation.values().length * 2 * SHAPES.size() + " agree"), printed);
    }

    /** Checks one implementation in this JVM. */
    public static void main(String... arguments) {
        System.out.println(arguments[0] + ": " + checkAll(arguments[0]) + " agree");
    }

    private static int checkAll(String name) {
        int count = 0;
        for (Problem problem : problems(name)) {
            try (Candidate candidate = Implementations.prepare(name, problem)) {
                float value = candidate.call();
                assertTrue(Float.isFinite(value), () -> problem + " returns " + value);
                // A call does not spoil the next one.
                Agreement.check(name, problem, candidate.answer());
            }
            count++;
        }
        return count;
    }

    private static List<Problem> problems(String name) {
        Implementation implementation = Implementations.all().get(name);
        List<Problem> problems = new ArrayList<>();
        for (Operation operation : Operation.values()) {
            for (String text : SHAPES) {
                Shape shape = Shape.parse(text);
                boolean pairsOfVectors = operation == Operation.COSINE_EMBEDDING;
                for (boolean gradient : new boolean[] {false, true}) {
                    if (implementation.offers(operation, gradient, shape)) {
                        problems.add(new Problem(
                                operation, pairsOfVectors ? Shape.parse(shape.rows() + "x7") : shape, gradient));
                    }
                }
            }
        }
        return problems;
    }

    @Test
    void aWrongAnswerIsFoundOut() {
        Problem problem = new Problem(Operation.CROSS_ENTROPY, Shape.parse("5x33"), true);
        Answer right = new PlainLoops().prepare(problem).answer();
        Agreement.check("plain", problem, right);

        float[] gradient = right.gradient().clone();
        gradient[40] *= 1.0001f;
        Answer wrong = new Answer(right.values(), gradient, right.secondGradient());
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> Agreement.check("plain", problem, wrong));
        assertTrue(e.getMessage().contains("gradient [40]"), e.getMessage());

        Answer notANumber = new Answer(new float[] {Float.NaN}, right.gradient(), right.secondGradient());
        assertThrows(IllegalStateException.class, () -> Agreement.check("plain", problem, notANumber));
        Answer missing = new Answer(right.values(), new float[0], right.secondGradient());
        assertThrows(IllegalStateException.class, () -> Agreement.check("plain", problem, missing));
    }

    /** Beside the target's, whose gradient is nearly -1, those of all others are small. */
    @Test
    void aWrongGradientOfOneOfManyClassesIsFoundOut() {
        Problem problem = new Problem(Operation.CROSS_ENTROPY, Shape.parse("1x32000"), true);
        Answer right = new PlainLoops().prepare(problem).answer();
        Agreement.check("plain", problem, right);

        int usual = 0;
        while (Math.abs(right.gradient()[usual] * 32000 - 1) > 0.5) {
            usual++;
        }
        float[] gradient = right.gradient().clone();
        gradient[usual] *= 1.001f;
        Answer wrong = new Answer(right.values(), gradient, right.secondGradient());
        assertThrows(IllegalStateException.class, () -> Agreement.check("plain", problem, wrong));
    }

    @Test
    void whatIsNotOfferedIsRefusedWithAReason() {
        Problem images = new Problem(Operation.CROSS_ENTROPY, Shape.parse("2x5x4x3"), false);
        assertEquals(
                "svml does not have cross_entropy on 2x5x4x3",
                assertThrows(IllegalArgumentException.class, () -> Implementations.prepare("svml", images))
                        .getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Implementations.prepare("numpy", images))
                .getMessage()
                .startsWith("there is no implementation \"numpy\", but lanewise, scalar, plain, svml"));
    }

    @Test
    void aSecondChoiceOfKernelsInOneJvmIsRefused() {
        Problem problem = new Problem(Operation.SIGMOID, Shape.parse("1x10"), false);
        Implementations.prepare("lanewise", problem);
        assertTrue(assertThrows(IllegalStateException.class, () -> Implementations.prepare("scalar", problem))
                .getMessage()
                .startsWith("\"scalar\" needs a JVM of its own"));
    }
}
