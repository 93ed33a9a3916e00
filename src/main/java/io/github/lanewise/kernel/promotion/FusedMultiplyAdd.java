// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

/**
 * Whether the JVM has the CPU's fused multiply-add. Where it has not, {@link Math#fma(float, float, float)} computes with big decimals:
 * a call of the library then takes hundreds of times as long, on vectors as well, and allocates.
 */
public final class FusedMultiplyAdd {
    /** Numbers whose product has more digits than either type holds, so that no short way is taken. */
    private static final double FACTOR = 1.1;

    private static final int TRIES = 5;

    private static final boolean MISSING = everyTryAllocates();

    private FusedMultiplyAdd() {}

    /** Whether it is missing, as far as can be told: big decimals are objects. False where allocations are not counted. */
    public static boolean isMissing() {
        return MISSING;
    }

    /** The first tries may load classes, and any of them may make the counter's handle quicker, which takes objects as well. */
    private static boolean everyTryAllocates() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            long before = AllocatedBytes.now();
            double result = Math.fma(FACTOR + i, FACTOR, FACTOR);
            long after = AllocatedBytes.now();
            boolean counted = AllocatedBytes.isCount(after) && result > 0.0;
            least = Math.min(least, counted ? after - before : 0);
        }
        return least > 0;
    }
}
