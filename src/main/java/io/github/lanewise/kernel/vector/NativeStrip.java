// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import io.github.lanewise.kernel.ScratchPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Native memory of a strip's size, for kernels that know no other. From a pool; the garbage collector frees what is dropped. */
final class NativeStrip {
    private static final long ALIGNMENT = 64;

    private static final ScratchPool<MemorySegment> POOL =
            new ScratchPool<>(() -> allocate((long) FloatStrip.LENGTH * Double.BYTES));

    private NativeStrip() {}

    private static MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(bytes, ALIGNMENT);
    }

    /** A segment with room for a strip of any type, with any contents. */
    static MemorySegment borrow() {
        return POOL.borrow();
    }

    /** Gives a segment back; it is dropped if the pool is full. */
    static void giveBack(MemorySegment strip) {
        POOL.giveBack(strip);
    }

    /** Zeros that are never written to. */
    static MemorySegment zeros(int n) {
        return allocate((long) n * Double.BYTES);
    }
}
