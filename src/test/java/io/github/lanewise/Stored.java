// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Kinds of memory that numbers may lie in other than an array of their type, as segments. */
enum Stored {
    NATIVE,
    /** Native, and one byte beside where a number would be aligned. */
    UNALIGNED,
    /** Native, of one thread. */
    CONFINED,
    BYTES,
    BYTES_UNALIGNED,
    LONGS,
    DIRECT_BUFFER,
    BUFFER_OF_BYTES;

    private static final int ALIGNMENT = 64;

    MemorySegment allocate(long bytes) {
        return switch (this) {
            case NATIVE -> Arena.ofAuto().allocate(bytes, ALIGNMENT);
            case UNALIGNED -> Arena.ofAuto().allocate(bytes + 1, ALIGNMENT).asSlice(1);
            case CONFINED -> Arena.ofConfined().allocate(bytes, ALIGNMENT);
            case BYTES -> MemorySegment.ofArray(new byte[(int) bytes]);
            case BYTES_UNALIGNED ->
                MemorySegment.ofArray(new byte[(int) bytes + 1]).asSlice(1);
            case LONGS -> MemorySegment.ofArray(new long[(int) (bytes + 7) / 8]).asSlice(0, bytes);
            case DIRECT_BUFFER -> MemorySegment.ofBuffer(ByteBuffer.allocateDirect((int) bytes));
            case BUFFER_OF_BYTES -> MemorySegment.ofBuffer(ByteBuffer.allocate((int) bytes));
        };
    }
}
