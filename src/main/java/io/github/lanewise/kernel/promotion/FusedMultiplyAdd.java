// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

/**
 * Whether the JVM has the CPU's fused multiply-add. Where it has not, {@link Math#fma(float, float, float)} computes with big decimals:
 * a call of the library then takes hundreds of times as long, on vectors as well, and allocates.
 */
public final class FusedMultiplyAdd {
    /** Numbers whose product has more digits than either type holds, so that no short way is taken. */
    private static final double FACTOR = 1.1;

    private FusedMultiplyAdd() {}

    /** Whether it is missing, as far as can be told: big decimals are objects. False where allocations are not counted. */
    public static boolean isMissing() {
        // The first two calls may load classes.
        long allocated = 0;
        for (int i = 0; i < 3; i++) {
            long before = AllocatedBytes.now();
            double result = Math.fma(FACTOR + i, FACTOR, FACTOR);
            long after = AllocatedBytes.now();
            allocated = AllocatedBytes.isCount(after) && result > 0.0 ? after - before : 0;
        }
        return allocated > 0;
    }
}
