// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.jmh.candidate.Implementations;
import io.github.lanewise.jmh.candidate.Operation;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.RunnerException;

/** Which forks are run when, which not twice, and what is said of one that fails. */
class RunsTest {
    @Test
    void fewerForksAreSpreadOverTheRounds() {
        assertEquals(List.of(3, 6, 9), rounds(10, 3));
        assertEquals(List.of(2, 4), rounds(5, 2));
        assertEquals(List.of(0, 1, 2), rounds(3, 3));
        for (int rounds = 1; rounds < 20; rounds++) {
            for (int forks = 1; forks <= rounds; forks++) {
                assertEquals(forks, rounds(rounds, forks).size());
            }
        }
    }

    private static List<Integer> rounds(int rounds, int forks) {
        return IntStream.range(0, rounds)
                .filter(round -> Runs.isDue(round, rounds, forks))
                .boxed()
                .toList();
    }

    @Test
    void theReasonIsThatAtTheBottom() {
        Exception broken = new IllegalStateException("onnx disagrees");
        Exception inFork = new Exception("beside");
        inFork.addSuppressed(broken);
        assertEquals(
                "java.lang.IllegalStateException: onnx disagrees",
                Runs.reason(new RunnerException("Benchmark caught the exception", inFork)));
        assertEquals(broken.toString(), Runs.reason(broken));
    }

    @Test
    void thePlotsRunNothingThatTheTableHas() {
        Spec row = Spec.of(Operation.CROSS_ENTROPY, "1x1000", false);
        List<Spec> all = specs(Set.of());
        assertTrue(all.contains(row));
        List<Spec> others = specs(Set.of(row));
        assertEquals(all.stream().filter(spec -> !spec.equals(row)).toList(), others);
        assertEquals(List.of(), specs(Set.copyOf(all)));
    }

    private static List<Spec> specs(Set<Spec> measured) {
        return Sweep.groups(Implementations.all(), measured).stream()
                .flatMap(List::stream)
                .collect(Collectors.toList());
    }
}
