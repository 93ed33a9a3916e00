// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.HalfFloats;
import io.github.lanewise.kernel.HalfKernels;
import io.github.lanewise.kernel.Kernels;
import io.github.lanewise.kernel.ScratchPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of 16 bits in an array of shorts or in a segment, read and written as floats. The conversions run over arrays: where
 * the numbers do not lie in one, a few thousand at a time pass through a scratch array.
 */
final class HalfMemory {
    private static final int STRIP = 4096;
    private static final ValueLayout.OfShort LAYOUT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ScratchPool<short[]> POOL = new ScratchPool<>(() -> new short[STRIP]);

    private final MemorySegment segment;
    private final boolean brain;

    /** The array that the segment lies in, if it can be had. */
    private final short @Nullable [] array;

    private final int start;

    HalfMemory(MemorySegment segment, ElementType type) {
        this.segment = segment;
        this.brain = type == ElementType.BFLOAT16;
        boolean aligned = segment.address() % Short.BYTES == 0;
        this.array = aligned && segment.heapBase().orElse(null) instanceof short[] shorts ? shorts : null;
        this.start = array == null ? 0 : (int) (segment.address() / Short.BYTES);
    }

    float get(int place) {
        short half = array == null ? segment.get(LAYOUT, address(place)) : array[start + place];
        return brain ? HalfFloats.fromBfloat16(half) : HalfFloats.fromFloat16(half);
    }

    void set(int place, float value) {
        short half = brain ? HalfFloats.toBfloat16(value) : HalfFloats.toFloat16(value);
        if (array == null) {
            segment.set(LAYOUT, address(place), half);
        } else {
            array[start + place] = half;
        }
    }

    void read(int place, int stride, int n, float[] to, int at) {
        if (array != null && stride == 1) {
            convert(array, start + place, n, to, at);
            return;
        }
        short[] strip = POOL.borrow();
        int length;
        for (int done = 0; done < n; done += length) {
            length = Math.min(n - done, STRIP);
            int first = place + done * stride;
            if (stride == 1) {
                MemorySegment.copy(segment, LAYOUT, address(first), strip, 0, length);
            } else {
                for (int i = 0; i < length; i++) {
                    strip[i] = segment.get(LAYOUT, address(first + i * stride));
                }
            }
            convert(strip, 0, length, to, at + done);
        }
        POOL.giveBack(strip);
    }

    void write(float[] from, int at, int n, int place, int stride) {
        if (array != null && stride == 1) {
            round(from, at, n, array, start + place);
            return;
        }
        short[] strip = POOL.borrow();
        int length;
        for (int done = 0; done < n; done += length) {
            length = Math.min(n - done, STRIP);
            int first = place + done * stride;
            round(from, at + done, length, strip, 0);
            if (stride == 1) {
                MemorySegment.copy(strip, 0, segment, LAYOUT, address(first), length);
            } else {
                for (int i = 0; i < length; i++) {
                    segment.set(LAYOUT, address(first + i * stride), strip[i]);
                }
            }
        }
        POOL.giveBack(strip);
    }

    private void convert(short[] halves, int offset, int n, float[] to, int at) {
        HalfKernels kernels = Kernels.HALF;
        if (brain) {
            kernels.fromBfloat16(halves, offset, n, to, at);
        } else {
            kernels.fromFloat16(halves, offset, n, to, at);
        }
    }

    private void round(float[] from, int at, int n, short[] halves, int offset) {
        HalfKernels kernels = Kernels.HALF;
        if (brain) {
            kernels.toBfloat16(from, at, n, halves, offset);
        } else {
            kernels.toFloat16(from, at, n, halves, offset);
        }
    }

    private static long address(int place) {
        return (long) place * Short.BYTES;
    }
}
