// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Memory behind views that is no array of their type: the part of a segment that they reach, whose start is their place 0,
 * and the kind of numbers in it. Knows whether it may be touched, and by whom, and whether it is the memory of another view.
 */
@SuppressWarnings("ReferenceEquality") // one and the same array, not equal contents
abstract sealed class SegmentStorage permits FloatStorage, DoubleStorage {
    /** A thread to ask about, which is never started: what it may touch, any thread may. */
    private static final Thread ANOTHER =
            Thread.ofPlatform().inheritInheritableThreadLocals(false).unstarted(() -> {});

    final MemorySegment segment;
    final ElementType type;

    /** The array that the segment lies in; null for native memory, and where a read-only segment does not tell. */
    private final @Nullable Object base;

    /** Whether only the thread that owns the memory may touch it. */
    final boolean confined;

    SegmentStorage(MemorySegment segment, ElementType type) {
        this.segment = segment;
        this.type = type;
        this.confined = !segment.isAccessibleBy(ANOTHER);
        this.base = segment.heapBase().orElse(null);
    }

    /** Throws what the JDK throws if the memory has been freed or belongs to another thread, also if no byte of it is needed. */
    final void checkAccess() {
        if (!segment.isAccessibleBy(Thread.currentThread())) {
            throw new WrongThreadException("a view lies in memory that only another thread may touch, not "
                    + Thread.currentThread() + "; allocate it in a shared or automatic arena");
        }
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException(
                    "a view lies in memory that has been freed (" + segment + "); close its arena after the last call");
        }
    }

    final boolean isReadOnly() {
        return segment.isReadOnly();
    }

    /** Whether this memory and another have bytes in common, or may have; their addresses then count from the same start. */
    final boolean touches(SegmentStorage other) {
        if (segment.isNative() && other.segment.isNative()) {
            long distance = other.segment.address() - segment.address();
            return distance < segment.byteSize() && -distance < other.segment.byteSize();
        }
        if (base != null && other.base != null) {
            return base == other.base;
        }
        return !segment.isNative()
                && !other.segment.isNative()
                && segment.asOverlappingSlice(other.segment).isPresent();
    }

    /** Whether this memory lies in the array behind a view; addresses here then count from its start. */
    final boolean liesIn(Tensor array) {
        if (segment.isNative() || base != null) {
            return base == array.arrayOrNull();
        }
        return segment.asOverlappingSlice(array.arraySegment()).isPresent();
    }

    /** The part of a segment that a view reaches, from its lowest element to its highest. */
    static MemorySegment reached(
            MemorySegment segment, long byteOffset, int bytes, int[] shape, int[] strides, int numel) {
        Shapes.checkRanks(shape, strides);
        long lowest = Shapes.lowest(shape, strides, numel);
        long highest = Shapes.highest(shape, strides, numel);
        // Far below what may overflow: neither sum comes near 2^63.
        boolean inside = byteOffset >= 0
                && byteOffset <= segment.byteSize()
                && byteOffset + lowest * bytes >= 0
                && (numel == 0 || segment.byteSize() - byteOffset >= (highest + 1) * bytes);
        if (!inside) {
            throw new IndexOutOfBoundsException("a view of shape " + Arrays.toString(shape) + " with strides "
                    + Arrays.toString(strides) + " at byte " + byteOffset + " reaches from " + -lowest
                    + " elements of " + bytes + " bytes before it to " + highest + " behind it, outside a segment of "
                    + segment.byteSize() + " bytes; choose an offset, shape and strides that stay inside");
        }
        if (highest - lowest >= Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a view of shape " + Arrays.toString(shape) + " with strides "
                    + Arrays.toString(strides) + " reaches over " + (highest - lowest + 1)
                    + " places, more than 2^31 - 1; split it into several views");
        }
        return segment.asSlice(byteOffset + lowest * bytes, numel == 0 ? 0L : (highest - lowest + 1) * bytes);
    }

    /** Checks that a shape takes all of a segment. */
    static void checkWhole(long byteSize, int bytes, int[] shape, int numel) {
        if (byteSize != (long) numel * bytes) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " holds " + numel + " elements of "
                    + bytes + " bytes but data has " + byteSize
                    + " bytes; give a shape that fits, or an offset for a part of the data");
        }
    }

    /** Checks that a buffer has the byte order of the machine, and gives its memory. */
    static MemorySegment ofBuffer(Buffer data, ByteOrder order) {
        if (order != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("data has the byte order " + order + " but this machine has "
                    + ByteOrder.nativeOrder()
                    + "; set it with order(ByteOrder.nativeOrder()) on the ByteBuffer, before "
                    + "the numbers are put in and before views of it are made");
        }
        return MemorySegment.ofBuffer(data);
    }
}
