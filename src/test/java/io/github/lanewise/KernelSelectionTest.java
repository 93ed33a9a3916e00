// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.lanewise.kernel.Kernels;
import org.junit.jupiter.api.Test;

/** Each run of the suite really runs on the kernels that it is named after. */
class KernelSelectionTest {
    private static final String RUN = System.getProperty("lanewise.test.run", "");
    private static final String MODULE = "jdk.incubator.vector";

    @Test
    void widthIsThatOfTheRun() {
        assumeTrue(!RUN.isEmpty(), "not started by the build");
        int bits = Kernels.vectorBits();
        switch (RUN) {
            // The widest that the machine has.
            case "vector-512" -> assertTrue(bits == 512 || bits == 256 || bits == 128, "bits " + bits);
            case "vector-256" -> assertTrue(bits == 256 || bits == 128, "bits " + bits);
            case "vector-256-avx2" -> assertTrue(bits == 256 || bits == 128, "bits " + bits);
            case "vector-128" -> assertEquals(128, bits);
            default -> assertEquals(0, bits);
        }
    }

    /** On x86 the width is known from the flags of the CPU, so no run may quietly be narrower than it says. */
    @Test
    void vectorsAreAsWideAsTheCpuAllows() {
        assumeTrue(RUN.startsWith("vector-"), "a run on the twin");
        String flags = CpuFlags.read();
        assumeTrue(!flags.isEmpty(), "flags of the CPU are not to be had");
        int widest = flags.contains(" avx512dq ") ? 512 : flags.contains(" avx2 ") ? 256 : 128;
        int named = Integer.parseInt(RUN.split("-", -1)[1]);
        assertEquals(Math.min(widest, named), Kernels.vectorBits());
    }

    @Test
    void reasonTellsWhy() {
        assumeTrue(!RUN.isEmpty(), "not started by the build");
        String reason = Kernels.REASON;
        switch (RUN) {
            case "scalar" -> assertTrue(reason.contains("-Dlanewise.kernels=scalar"), reason);
            case "no-incubator" -> {
                assertTrue(reason.contains(MODULE + " is missing"), reason);
                assertTrue(reason.contains("--add-modules " + MODULE), reason);
            }
            default -> assertTrue(reason.contains("-Dlanewise.kernels=vector"), reason);
        }
    }

    @Test
    void implementationIsThatOfTheRun() {
        assumeFalse(Kernels.PROMOTING, "not started by the build");
        String name = Kernels.FLOAT.getClass().getName();
        assertEquals(Kernels.vectorBits() > 0, name.contains(".kernel.vector."), name);
        assertEquals(Kernels.vectorBits() == 0, name.contains(".kernel.scalar."), name);
    }

    @Test
    void statusIsOneLineWithVersionKernelsWidthAndReason() {
        String status = Lanewise.status();
        assertTrue(status.contains("JDK " + Runtime.version()), status);
        assertTrue(status.contains(Kernels.REASON), status);
        if (Kernels.vectorBits() > 0) {
            assertTrue(status.contains("vector kernels, " + Kernels.vectorBits() + " bits"), status);
            assertTrue(status.contains(Kernels.vectorBits() / 32 + " floats"), status);
        } else {
            assertTrue(status.contains("scalar twin"), status);
        }
        assertEquals(1, status.lines().count());
        assertEquals(status, Lanewise.status());
    }
}
