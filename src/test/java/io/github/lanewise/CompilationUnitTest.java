// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.kernel.promotion.EveryKernel;
import io.github.lanewise.kernel.promotion.KernelAllocation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What C2 says of the kernels it compiles: none may exceed the compiler's budget, and every operation of the Vector API in
 * it has to become machine instructions. One that does not is a call that takes and returns objects.
 */
@Tag("once")
class CompilationUnitTest {
    private static final String KERNELS = "io.github.lanewise.kernel.vector.";

    /** A compilation's first line; the line that says that older code is no longer entered has more behind the size. */
    private static final Pattern COMPILATION =
            Pattern.compile("\\s*\\d+\\s+\\d+\\s+[%sb!n ]*?\\s*([1-4])\\s+(\\S+)::(\\S+) .*bytes\\)\\s*");

    private static final Pattern OPERATION = Pattern.compile("VectorSupport::(\\w+) \\(\\d+ bytes\\)\\s+(.*)");

    /** A method of the Vector API that C2 compiled into a kernel without being forced to. */
    private static final Pattern UNFORCED =
            Pattern.compile("(jdk\\.\\S+vector\\.[\\w$]+::\\w+) \\((\\d+) bytes\\)\\s+inline \\(hot\\)");

    /** HotSpot's MaxInlineSize, in bytes of bytecode: a longer method is compiled into its caller only where it is called often. */
    private static final int LONGEST_ALWAYS_INLINED = 35;

    /** The kernels whose gathers and scatters stand in loops, whose turns are many in every process. */
    private static final String TRANSPOSE = "FloatVectorTranspose.";

    /** What a gather or scatter calls without forcing C2 to compile it in. */
    private static final String SPECIES_OF_INDICES = "jdk.incubator.vector.IntVector::species";

    /** Kernels that the compiler has to have met, of float and double together; some small ones are compiled into others. */
    private static final int LEAST_KERNELS = 60;

    @ParameterizedTest
    @ValueSource(strings = {"-XX:MaxVectorSize=64", "-XX:UseAVX=2"})
    void everyOperationOfEveryKernelIsAnInstruction(String width) throws IOException, InterruptedException {
        String output = ForkedJvm.run(
                        List.of(
                                "--add-modules=jdk.incubator.vector",
                                "-XX:+IgnoreUnrecognizedVMOptions",
                                width,
                                "-Xbatch",
                                "-XX:CompileThresholdScaling=0.1",
                                "-XX:+UnlockDiagnosticVMOptions",
                                "-XX:+PrintCompilation",
                                "-XX:+PrintInlining"),
                        EveryKernel.class,
                        List.of())
                .output();
        assertTrue(output.contains("\nsum "), () -> output.substring(Math.max(0, output.length() - 2000)));

        Set<String> kernels = new TreeSet<>();
        List<String> found = new ArrayList<>();
        int operations = 0;
        int gathers = 0;
        String kernel = null;
        for (String line : output.split("\n", -1)) {
            Matcher compilation = COMPILATION.matcher(line);
            if (compilation.matches()) {
                boolean optimized = compilation.group(1).equals("4");
                kernel = optimized && compilation.group(2).startsWith(KERNELS)
                        ? compilation.group(2).substring(KERNELS.length()) + "." + compilation.group(3)
                        : null;
            } else if (kernel != null) {
                Matcher operation = OPERATION.matcher(line);
                Matcher inlined = UNFORCED.matcher(line);
                // A virtual call of an operation takes and returns objects for good: C2 had no profile of it.
                boolean virtual = line.contains(" jdk.incubator.vector.") && line.contains("virtual call");
                if (virtual || line.contains("NodeCountInliningCutoff")) {
                    found.add(kernel + ": " + line.strip());
                } else if (inlined.find() && Integer.parseInt(inlined.group(2)) > LONGEST_ALWAYS_INLINED) {
                    // In a process that calls it seldom it stays a call, and so does the operation that it is for.
                    if (kernel.startsWith(TRANSPOSE) && inlined.group(1).equals(SPECIES_OF_INDICES)) {
                        gathers++;
                    } else {
                        found.add(kernel + ": " + inlined.group());
                    }
                } else if (operation.find()) {
                    kernels.add(kernel);
                    operations++;
                    // C2 may try more than once; the last word counts.
                    String outcome = operation.group(2).strip();
                    if (!outcome.endsWith("(intrinsic)") && !outcome.endsWith("late inline succeeded")) {
                        found.add(kernel + ": " + operation.group());
                    }
                }
            }
        }
        assertTrue(kernels.size() >= LEAST_KERNELS, kernels.size() + " kernels: " + kernels);
        assertTrue(operations >= 20 * LEAST_KERNELS, operations + " operations");
        assertTrue(gathers > 0, "the gathers of a transposition were not recognized");
        assertEquals(List.of(), found, () -> String.join("\n", found));
    }

    /**
     * Of which class a vector is that a loop carries the compiler learns from profiles of the Vector API's methods, which the whole
     * process shares, and at times there is none yet when it compiles a kernel: then an operation on such a vector is a call, and
     * stays one. No kernel may depend on that, so here there are no profiles of classes. Those of double have no registers of 128 bits.
     */
    @ParameterizedTest
    @CsvSource({"-XX:MaxVectorSize=64,", "-XX:MaxVectorSize=32,", "-XX:UseAVX=2,", "-XX:MaxVectorSize=16, float"})
    void kernelsNeedNoProfileOfClasses(String width, String only) throws IOException, InterruptedException {
        ForkedJvm.Outcome outcome = ForkedJvm.run(
                List.of(
                        "--add-modules=jdk.incubator.vector",
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        width,
                        "-XX:TypeProfileWidth=0"),
                KernelAllocation.class,
                only == null ? List.of() : List.of(only));
        assertEquals(0, outcome.status(), outcome.output());
        assertTrue(outcome.output().lines().anyMatch(line -> line.startsWith("sum ")), outcome.output());
        assertEquals(
                List.of(),
                outcome.output()
                        .lines()
                        .filter(line -> line.startsWith("boxed"))
                        .toList());
    }
}
