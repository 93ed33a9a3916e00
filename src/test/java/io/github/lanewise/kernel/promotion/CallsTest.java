// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** When a kernel counts as fast. */
class CallsTest {
    /** More than there are before the first look that counts, and the looks that have to be in a row. */
    private static final int LOOKS = 20;

    private Object made = "";
    private int twins;
    private int calls;

    /** The counter itself allocates once, when it has been asked some hundred times. */
    @BeforeAll
    static void warmTheCounter() {
        for (int i = 0; i < 500; i++) {
            AllocatedBytes.now();
        }
    }

    private boolean becomeFast(Calls calls) {
        boolean fast = false;
        for (int i = 0; i < LOOKS && !fast; i++) {
            fast = calls.areFast();
        }
        return fast;
    }

    private Runnable twin() {
        twins++;
        return () -> {};
    }

    @Test
    void callsThatAllocateNothingAreFastWithoutTheTwin() {
        assertTrue(AllocatedBytes.isCount(AllocatedBytes.now()));
        Calls quiet = new Calls(() -> calls++, this::twin);
        assertTrue(becomeFast(quiet));
        assertTrue(calls > 50, () -> calls + " calls");
        assertEquals(0, twins);
    }

    @Test
    void callsThatAllocateAreNot() {
        Calls boxing = new Calls(() -> made = new int[] {calls++}, this::twin);
        assertFalse(becomeFast(boxing));
        assertTrue(boxing.seconds() < Promotion.MOST_SECONDS);
        assertTrue(made instanceof int[]);
    }

    @Test
    void oneCallThatAllocatesBeginsTheCountAgain() {
        // The last look but one that would have counted finds a call that allocates.
        Calls relapsing = new Calls(
                () -> {
                    if (++calls == 58) {
                        made = new int[1];
                    }
                },
                this::twin);
        assertTrue(becomeFast(relapsing));
        assertEquals(80, calls);
    }

    @Test
    void withoutACountCallsAreTimedBesideTheTwin() throws ReflectiveOperationException {
        count(false);
        try {
            assertFalse(AllocatedBytes.isCount(AllocatedBytes.now()));
            assertFalse(becomeFast(new Calls(CallsTest::linger, this::twin)));
            assertEquals(1, twins);
            assertTrue(becomeFast(new Calls(() -> calls++, () -> CallsTest::linger)));
        } finally {
            count(true);
        }
    }

    /** By name, since the module under test does not read those of management. */
    private static void count(boolean enabled) throws ReflectiveOperationException {
        Object threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        Class.forName("com.sun.management.ThreadMXBean")
                .getMethod("setThreadAllocatedMemoryEnabled", boolean.class)
                .invoke(threads, enabled);
    }

    private static void linger() {
        LockSupport.parkNanos(1_000_000);
    }
}
