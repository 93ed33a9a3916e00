// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** A piece of memory of whatever kind: an array or a native segment, as bytes in which numbers of any type may lie. */
@SuppressWarnings("ReferenceEquality") // one and the same memory, not equal contents
final class Store {
    /** Whether a call may touch it. */
    enum State {
        OPEN,
        FREED,
        FOREIGN
    }

    /** What fills memory that no call may touch: NaNs that no operation gives. */
    private static final short HALF_GUARD = 0x7fa7;

    private static final float GUARD = Float.intBitsToFloat(0x7fc0_dead);
    private static final double WIDE_GUARD = Double.longBitsToDouble(0x7ff8_0000_dead_beefL);

    private final Object array;
    private final MemorySegment given;
    private final MemorySegment seen;
    private final State state;

    private Store(Object array, MemorySegment given, MemorySegment seen, State state) {
        this.array = array;
        this.given = given;
        this.seen = seen;
        this.state = state;
    }

    /** An array, which is the same store each time. */
    static Store of(Object array) {
        MemorySegment segment = segment(array);
        return new Store(array, segment, segment, State.OPEN);
    }

    /** A segment, native or of a buffer. */
    static Store of(MemorySegment segment) {
        return new Store(null, segment, segment, State.OPEN);
    }

    private static MemorySegment segment(Object array) {
        return switch (array) {
            case byte[] bytes -> MemorySegment.ofArray(bytes);
            case short[] shorts -> MemorySegment.ofArray(shorts);
            case int[] ints -> MemorySegment.ofArray(ints);
            case long[] longs -> MemorySegment.ofArray(longs);
            case float[] floats -> MemorySegment.ofArray(floats);
            default -> MemorySegment.ofArray((double[]) array);
        };
    }

    /** Memory of this size that has been freed. What was in it is still known. */
    Store freed(boolean shared) {
        return new Store(null, Room.freed(size(), shared), copy(), State.FREED);
    }

    /** Memory of another thread with the same contents. */
    Store foreign(Room room) {
        return new Store(null, room.foreign(bytes()), copy(), State.FOREIGN);
    }

    private MemorySegment copy() {
        return MemorySegment.ofArray(bytes());
    }

    /** The array, or null. */
    Object array() {
        return array;
    }

    State state() {
        return state;
    }

    long size() {
        return given.byteSize();
    }

    /** What views are made of. */
    MemorySegment given() {
        return given;
    }

    /** Whether this is the same memory as another. */
    boolean is(Store other) {
        return root() == other.root();
    }

    /** What identifies the memory. */
    Object root() {
        return array == null ? given : array;
    }

    /** A copy of all bytes. */
    byte[] bytes() {
        return state == State.FOREIGN ? Room.foreignBytes(given) : seen.toArray(ValueLayout.JAVA_BYTE);
    }

    /** Fills the memory with what no operation gives. */
    Store guarded(ElementType type) {
        long width = type.byteSize();
        if (type == ElementType.FLOAT && array instanceof float[] floats) {
            Arrays.fill(floats, GUARD);
            return this;
        }
        if (type == ElementType.DOUBLE && array instanceof double[] doubles) {
            Arrays.fill(doubles, WIDE_GUARD);
            return this;
        }
        for (long at = 0; at + width <= size(); at += width) {
            switch (type) {
                case FLOAT -> seen.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, GUARD);
                case DOUBLE -> seen.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, at, WIDE_GUARD);
                default -> seen.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, HALF_GUARD);
            }
        }
        for (long at = size() / width * width; at < size(); at++) {
            seen.set(ValueLayout.JAVA_BYTE, at, (byte) 0x5a);
        }
        return this;
    }

    /** The bits of a number. */
    long bits(ElementType type, long at) {
        // Most views are of arrays of their own type, and arrays are much faster to read.
        if (type == ElementType.FLOAT && array instanceof float[] floats && at % Float.BYTES == 0) {
            return Float.floatToRawIntBits(floats[(int) at / Float.BYTES]);
        }
        if (type == ElementType.DOUBLE && array instanceof double[] doubles && at % Double.BYTES == 0) {
            return Double.doubleToRawLongBits(doubles[(int) at / Double.BYTES]);
        }
        return switch (type) {
            case FLOAT -> seen.get(ValueLayout.JAVA_INT_UNALIGNED, at);
            case DOUBLE -> seen.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
            default -> seen.get(ValueLayout.JAVA_SHORT_UNALIGNED, at) & 0xffff;
        };
    }

    /** A number as it is, or of 16 bits as a float. */
    double get(ElementType type, long at) {
        return type == ElementType.DOUBLE ? Double.longBitsToDouble(bits(type, at)) : getFloat(type, at);
    }

    float getFloat(ElementType type, long at) {
        int bits = (int) bits(type, at);
        return type == ElementType.FLOAT ? Float.intBitsToFloat(bits) : Halves.widen(type, (short) bits);
    }

    void set(ElementType type, long at, double value) {
        if (type == ElementType.FLOAT && array instanceof float[] floats && at % Float.BYTES == 0) {
            floats[(int) at / Float.BYTES] = (float) value;
            return;
        }
        if (type == ElementType.DOUBLE && array instanceof double[] doubles && at % Double.BYTES == 0) {
            doubles[(int) at / Double.BYTES] = value;
            return;
        }
        switch (type) {
            case FLOAT -> seen.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, (float) value);
            case DOUBLE -> seen.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, at, value);
            default -> seen.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, Halves.round(type, (float) value));
        }
    }

    @Override
    public String toString() {
        String kind = array == null
                ? (given.isNative() ? "native" : "heap")
                : array.getClass().getSimpleName();
        return kind + " memory of " + size() + " bytes" + (state == State.OPEN ? "" : ", " + state);
    }
}
