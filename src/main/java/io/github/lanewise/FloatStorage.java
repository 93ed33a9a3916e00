// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads and writes the memory behind a view that has no array of its type. Places count from the storage's start. */
final class FloatStorage extends SegmentStorage {
    private static final ValueLayout.OfFloat LAYOUT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    // ---- for float only
    /** Reads and writes numbers of 16 bits; null for floats. */
    private final @Nullable HalfMemory halves;

    // ---- end

    private final boolean isNative;

    FloatStorage(MemorySegment segment, ElementType type) {
        super(segment, type);
        this.isNative = type == ElementType.FLOAT && NativeMemory.isKnown(segment);
        // ---- for float only
        this.halves = type == ElementType.FLOAT ? null : new HalfMemory(segment, type);
        // ---- end
    }

    float get(int place) {
        // ---- for float only
        if (halves != null) {
            return halves.get(place);
        }
        // ---- end
        return segment.get(LAYOUT, address(place));
    }

    void set(int place, float value) {
        // ---- for float only
        if (halves != null) {
            halves.set(place, value);
            return;
        }
        // ---- end
        segment.set(LAYOUT, address(place), value);
    }

    /** Copies elements, {@code stride} places apart, into an array. */
    void read(int place, int stride, int n, float[] to, int at) {
        // ---- for float only
        if (halves != null) {
            halves.read(place, stride, n, to, at);
            return;
        }
        // ---- end
        if (stride == 1) {
            MemorySegment.copy(segment, LAYOUT, address(place), to, at, n);
        } else if (stride == 0) {
            Arrays.fill(to, at, at + n, get(place));
        } else {
            for (int i = 0; i < n; i++) {
                to[at + i] = segment.get(LAYOUT, address(place + i * stride));
            }
        }
    }

    /** Whether the kernels of native memory can read it. */
    boolean isNative() {
        return isNative;
    }

    /** The storage of a view whose rows the kernels of native memory can read: each without gaps, and at least a block. */
    static @Nullable FloatStorage ofRows(FloatTensor view, int axis) {
        FloatStorage storage = view.storage();
        return storage != null
                        && storage.isNative
                        && Positions.length(view, axis) >= FloatLanes.BLOCK
                        && Positions.stride(view, axis) == 1
                ? storage
                : null;
    }

    /** Copies elements from an array to places that are {@code stride} apart. */
    void write(float[] from, int at, int n, int place, int stride) {
        // ---- for float only
        if (halves != null) {
            halves.write(from, at, n, place, stride);
            return;
        }
        // ---- end
        if (stride == 1) {
            MemorySegment.copy(from, at, segment, LAYOUT, address(place), n);
        } else {
            for (int i = 0; i < n; i++) {
                segment.set(LAYOUT, address(place + i * stride), from[at + i]);
            }
        }
    }

    /** Where in the segment a place begins, in bytes. */
    static long address(int place) {
        return (long) place * Float.BYTES;
    }
}
