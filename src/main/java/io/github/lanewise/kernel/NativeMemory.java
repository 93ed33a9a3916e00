// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Tells the compiler of which class a segment is. It would learn that from the profiles of the JDK's methods, which the whole process
 * shares: until a kernel is compiled, the Vector API itself reads and writes segments of arrays there, whenever it takes the bits of a
 * register. The loops of kernels then keep the checks of every access, and take twice the time. After a comparison with a constant the
 * compiler knows better than any profile.
 */
public final class NativeMemory {
    private static final Class<?> CLASS = MemorySegment.NULL.getClass();

    private NativeMemory() {}

    /** Whether a segment is of the one class that kernels take. */
    public static boolean isKnown(MemorySegment segment) {
        return segment.getClass() == CLASS;
    }

    /** The segment, of a class that is known from here on. */
    public static MemorySegment known(MemorySegment segment) {
        if (segment.getClass() != CLASS) {
            throw new IllegalArgumentException("no plain native memory: " + segment);
        }
        return segment;
    }
}
