// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/**
 * Memory from which a view is to be made.
 *
 * @param given the segment, buffer or array of shorts
 * @param store the memory in which it lies
 * @param start the first byte that belongs to it
 * @param size how many do
 * @param swapped whether its byte order is not that of the machine
 */
record Data(Object given, Store store, long start, long size, boolean swapped) {
    static boolean isMemory(Class<?> type) {
        return type == MemorySegment.class || type == short[].class || Buffer.class.isAssignableFrom(type);
    }

    /** Whether memory can be had as a type; buffers of bytes want bytes, arrays and their buffers are arrays. */
    static boolean fits(Class<?> type, Store store, long start) {
        Object array = store.array();
        boolean bytes =
                array instanceof byte[] || (array == null && store.given().isNative());
        if (type == MemorySegment.class) {
            return true;
        }
        if (type == short[].class) {
            return array instanceof short[];
        }
        boolean floats = type == FloatBuffer.class && array instanceof float[] && start % Float.BYTES == 0;
        boolean doubles = type == DoubleBuffer.class && array instanceof double[] && start % Double.BYTES == 0;
        return bytes || floats || doubles;
    }

    /** A part of some memory, or for an array of shorts all of it. */
    static Data of(Class<?> type, Store store, long start, long size, boolean readOnly, boolean swapped) {
        if (type == short[].class) {
            return new Data(store.array(), store, 0, store.size(), false);
        }
        if (type == MemorySegment.class) {
            MemorySegment part = store.given().asSlice(start, size);
            return new Data(readOnly ? part.asReadOnly() : part, store, start, size, false);
        }
        if (type == FloatBuffer.class && store.array() instanceof float[] floats) {
            FloatBuffer buffer = FloatBuffer.wrap(floats, (int) (start / Float.BYTES), (int) (size / Float.BYTES));
            long whole = size / Float.BYTES * Float.BYTES;
            return new Data(readOnly ? buffer.asReadOnlyBuffer() : buffer, store, start, whole, false);
        }
        if (type == DoubleBuffer.class && store.array() instanceof double[] doubles) {
            DoubleBuffer buffer = DoubleBuffer.wrap(doubles, (int) (start / Double.BYTES), (int) (size / Double.BYTES));
            long whole = size / Double.BYTES * Double.BYTES;
            return new Data(readOnly ? buffer.asReadOnlyBuffer() : buffer, store, start, whole, false);
        }
        ByteBuffer bytes = store.given().asByteBuffer();
        bytes = readOnly ? bytes.asReadOnlyBuffer() : bytes;
        boolean big = (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) != swapped;
        bytes.limit((int) (start + size))
                .position((int) start)
                .order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int width = type == ByteBuffer.class ? 1 : type == FloatBuffer.class ? Float.BYTES : Double.BYTES;
        Object given = type == ByteBuffer.class
                ? bytes
                : type == FloatBuffer.class ? bytes.asFloatBuffer() : bytes.asDoubleBuffer();
        return new Data(given, store, start, size / width * width, swapped);
    }

    @Override
    public String toString() {
        return given.getClass().getSimpleName() + " of bytes " + start + " to " + (start + size) + " of " + store
                + (swapped ? " in the other byte order" : "");
    }
}
