// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LatencyTableTest {
    private static final int CALLS = 12_000;

    /** A JVM's calls: the first takes {@code first} us, the next 999 take {@code cold} us, and all others one. */
    private static int[] run(int first, int cold) {
        int[] times = new int[CALLS];
        Arrays.fill(times, 1000);
        Arrays.fill(times, 0, 1000, cold * 1000);
        times[0] = first * 1000;
        return times;
    }

    private static Map<Mode, List<int[]>> times() {
        Map<Mode, List<int[]>> times = new EnumMap<>(Mode.class);
        times.put(Mode.SCALAR, List.of(run(100, 4), run(300, 4), run(200, 4)));
        int[] slow = run(500, 12);
        slow[9000] = 7_000_000;
        times.put(Mode.PROMOTED, List.of(slow, run(500, 6), run(500, 6)));
        return times;
    }

    @Test
    void windowsHoldMediansOverJvms() {
        List<String> lines = LatencyTable.markdown(times()).lines().toList();
        assertEquals("| 1 | scalar | 200.00 | 200.00 | 200.00 | 200.00 | 1.00 | 1.00 | 1.00 |", lines.get(2));
        assertEquals(
                "| 1 | promoted | 500.00 | 500.00 | 500.00 | 500.00 | 2.50 (missed) | 2.50 (missed) | 2.50 (missed) |",
                lines.get(3));
        assertEquals("| 2 to 10 | scalar | 4.00 | 4.00 | 4.00 | 4.00 | 1.00 | 1.00 | 1.00 |", lines.get(4));
        assertEquals("| 2 to 10 | promoted | 6.00 | 6.00 | 6.00 | 6.00 | 1.50 | 1.50 | 1.50 |", lines.get(5));
        assertEquals("| 1001 to 10000 | promoted | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 |", lines.get(11));
        assertTrue(lines.getLast().startsWith("| 10001 to 12000 | promoted |"), lines.getLast());
    }

    @Test
    void steadyFromTheFirstBlockThatIsAsFastAsTheLast() {
        List<String> lines = LatencyTable.steady(times()).lines().toList();
        // In blocks of 2000 the first has a median of 1 us or 4: half of its calls are cold.
        assertTrue(lines.getFirst().startsWith("scalar: steady from call "), lines.getFirst());
        assertTrue(lines.get(1).endsWith("longest call after that 7000 us"), lines.get(1));
    }

    @ParameterizedTest
    @EnumSource(Workload.class)
    void everyCallGivesANumber(Workload workload) {
        List<Float> results = new ArrayList<>();
        workload.calls(new Random(1)).forEach(call -> results.add(call.make()));
        assertTrue(results.stream().allMatch(Float::isFinite), results.toString());
        assertTrue(results.stream().distinct().count() > results.size() / 2, results.toString());
    }
}
