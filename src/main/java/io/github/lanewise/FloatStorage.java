// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.Kernels;
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

    FloatStorage(MemorySegment segment, ElementType type) {
        super(segment, type);
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

    /** Whether {@link #readMax} and {@link #readExcess} can read it. */
    boolean isNative() {
        return segment.isNative() && type == ElementType.FLOAT;
    }

    /** Copies elements from native memory that lie one after the other, and finds the largest. */
    float readMax(int place, int n, float[] to, int at) {
        return Kernels.FLOAT_COPY.copyMax(segment, address(place), n, to, at);
    }

    /** The same for a row of at least a block, of which the excess is found as well, and the terms may be kept. */
    void readExcess(
            int place, int n, float[] to, int at, FloatRowExcess row, float @Nullable [] terms, int termsOffset) {
        row.findCopying(segment, address(place), n, to, at, terms, termsOffset);
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

    private static long address(int place) {
        return (long) place * Float.BYTES;
    }
}
