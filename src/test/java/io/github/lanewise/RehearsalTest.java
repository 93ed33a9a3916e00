// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.kernel.promotion.KernelsInTurn;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Before kernels are warmed one after the other, or run cold, the methods of the Vector API that they share see every kind of operation, so
 * that C2 need not throw away what it has compiled of them when the next kernel comes. Where it does so often it cuts off no branches in
 * large kernels, and keeps their vectors as objects for good.
 */
@Tag("once")
class RehearsalTest {
    /** A line that says so of code of C2's, of a method for vectors of all types; lambdas have no name to go by. */
    private static final Pattern THROWN_AWAY = Pattern.compile("\\s+4\\s+jdk\\.incubator\\.vector\\."
            + "(?:VectorOperators|AbstractVector|AbstractSpecies|AbstractMask)(?:\\$\\w+)?::\\S+ .*made not entrant");

    @Test
    void sharedMethodsAreCompiledOnce() throws IOException, InterruptedException {
        assertEquals(List.of(), thrownAway("rehearsed"));
        assertEquals(List.of(), thrownAway("library"), "vectors from the first call on");
        // A pattern that fits nothing would find nothing either.
        assertFalse(thrownAway("cold").isEmpty());
    }

    private static List<String> thrownAway(String how) throws IOException, InterruptedException {
        // Compiled at once, not beside the program, it is the same every time.
        ForkedJvm.Outcome outcome = ForkedJvm.run(
                List.of(
                        "--add-modules=jdk.incubator.vector",
                        "-Dlanewise.kernels=vector",
                        "-Xbatch",
                        "-XX:+PrintCompilation"),
                KernelsInTurn.class,
                List.of(how));
        assertEquals(0, outcome.status(), outcome.output());
        assertTrue(outcome.output().contains("\nsum "), outcome.output());
        return outcome.output()
                .lines()
                .filter(line -> THROWN_AWAY.matcher(line).find())
                .toList();
    }
}
