// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Views of other memory that hold what views of arrays hold, in the same layout. */
final class FloatStored {
    private static final ValueLayout.OfFloat LAYOUT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private FloatStored() {}

    /** The whole array behind a view in other memory. */
    static MemorySegment memory(FloatTensor like, Stored kind) {
        float[] array = like.array();
        MemorySegment segment = kind.allocate((long) array.length * Float.BYTES);
        MemorySegment.copy(array, 0, segment, LAYOUT, 0L, array.length);
        return segment;
    }

    /** A view of such memory with shape and strides of the view of an array. */
    static FloatTensor view(FloatTensor like, MemorySegment memory) {
        int[] strides = new int[like.rank()];
        for (int d = 0; d < strides.length; d++) {
            strides[d] = like.stride(d);
        }
        return FloatTensor.of(memory, (long) like.offset() * Float.BYTES, like.shape(), strides);
    }

    /** All numbers of a memory. */
    static float[] contents(MemorySegment memory) {
        return memory.toArray(LAYOUT);
    }
}
