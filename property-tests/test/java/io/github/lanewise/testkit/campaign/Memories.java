// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.DoubleTensor;
import io.github.lanewise.ElementType;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/** Draws the memory behind views, and the way by which the library is told of it. */
final class Memories {
    private final Draw draw;
    private final Room room;

    /** Whether the views of this call lie in memory of all kinds, or else in arrays of their own type. */
    private final boolean mixed;

    Memories(Draw draw, Room room) {
        this.draw = draw;
        this.room = room;
        this.mixed = draw.chance(0.6);
    }

    Room room() {
        return room;
    }

    /** What is to lie in the memory of a view. */
    ElementType type(Element element) {
        boolean half = mixed && element == Element.FLOAT && draw.chance(0.35);
        return half ? draw.one(ElementType.BFLOAT16, ElementType.FLOAT16) : element.type();
    }

    /** How many bytes a view is moved, so that its elements are not aligned. */
    int shift() {
        return mixed && draw.chance(0.2) ? draw.below(9) : 0;
    }

    /** New memory of at least so many bytes, full of guard values. */
    Store store(ElementType type, long bytes) {
        return (mixed && draw.chance(0.7) ? any(bytes) : own(type, bytes)).guarded(type);
    }

    /** New memory of at least so many bytes from which a view can be made in a certain way. */
    Store storeFor(Class<?> given, ElementType type, long bytes) {
        int size = Math.toIntExact(bytes);
        Store store = given == short[].class
                ? Store.of(new short[ceil(bytes, Short.BYTES)])
                : given == MemorySegment.class
                        ? any(bytes)
                        : given == ByteBuffer.class || draw.chance(0.5)
                                ? bytes(size)
                                : own(given == FloatBuffer.class ? ElementType.FLOAT : ElementType.DOUBLE, bytes);
        return store.guarded(type);
    }

    private static Store own(ElementType type, long bytes) {
        return Store.of(
                switch (type) {
                    case FLOAT -> new float[ceil(bytes, Float.BYTES)];
                    case DOUBLE -> new double[ceil(bytes, Double.BYTES)];
                    default -> new short[ceil(bytes, Short.BYTES)];
                });
    }

    private Store any(long bytes) {
        int size = Math.toIntExact(bytes);
        return switch (draw.below(10)) {
            case 0, 1, 2 -> bytes(size);
            case 3 -> Store.of(room.shared(bytes));
            case 4 -> Store.of(room.confined(bytes));
            case 5 -> Store.of(new short[ceil(bytes, Short.BYTES)]);
            case 6 -> Store.of(new int[ceil(bytes, Integer.BYTES)]);
            case 7 -> Store.of(new long[ceil(bytes, Long.BYTES)]);
            case 8 -> Store.of(new float[ceil(bytes, Float.BYTES)]);
            default -> Store.of(new double[ceil(bytes, Double.BYTES)]);
        };
    }

    /** Memory that can be had as a buffer of bytes. */
    private Store bytes(int size) {
        return switch (draw.below(8)) {
            case 0, 1, 2 -> Store.of(new byte[size]);
            case 3 -> Store.of(MemorySegment.ofBuffer(ByteBuffer.allocateDirect(size)));
            case 4 -> Store.of(room.confined(size));
            default -> Store.of(room.shared(size));
        };
    }

    private static int ceil(long bytes, int width) {
        return Math.toIntExact((bytes + width - 1) / width);
    }

    /** A view of a part of some memory, told of in any way that it can be. */
    View view(Store store, ElementType type, long start, int[] shape, int... strides) {
        return view(store, type, start, mixed && draw.chance(0.1), shape, strides);
    }

    /** A view that is read-only if asked for. Some are cut from larger ones. */
    View view(Store store, ElementType type, long start, boolean readOnly, int[] shape, int... strides) {
        int rank = shape.length;
        long before = rank == 0 ? 0 : start - (long) strides[0] * type.byteSize();
        Tensor tensor;
        if (mixed && rank > 0 && draw.chance(0.1) && isInside(store, type, before, longer(shape), strides)) {
            Tensor longer = tensor(store, type, before, readOnly, longer(shape), strides);
            tensor = longer instanceof FloatTensor floats
                    ? floats.slice(0, 1, shape[0] + 1)
                    : ((DoubleTensor) longer).slice(0, 1, shape[0] + 1);
        } else if (mixed && rank > 1 && draw.chance(0.1)) {
            Tensor other = tensor(store, type, start, readOnly, turned(shape), turned(strides));
            tensor = other instanceof FloatTensor floats
                    ? floats.transpose(0, rank - 1)
                    : ((DoubleTensor) other).transpose(0, rank - 1);
        } else {
            tensor = tensor(store, type, start, readOnly, shape, strides);
        }
        return new View(tensor, store, type, start, shape, strides, readOnly);
    }

    /** Whether all elements of a view lie inside some memory. */
    static boolean isInside(Store store, ElementType type, long start, int[] shape, int... strides) {
        long[] reach = Places.reach(shape, strides);
        return start >= 0
                && start <= store.size()
                && start + reach[0] * type.byteSize() >= 0
                && start + reach[1] * type.byteSize() <= store.size();
    }

    private static int[] longer(int... shape) {
        return Places.with(shape, 0, shape[0] + 1);
    }

    /** With the first and the last number exchanged. */
    private static int[] turned(int... numbers) {
        int[] turned = numbers.clone();
        turned[0] = numbers[numbers.length - 1];
        turned[numbers.length - 1] = numbers[0];
        return turned;
    }

    private Tensor tensor(Store store, ElementType type, long start, boolean readOnly, int[] shape, int... strides) {
        int width = type.byteSize();
        boolean aligned = start % width == 0 && !readOnly && (!mixed || draw.chance(0.5));
        if (aligned && type == ElementType.FLOAT && store.array() instanceof float[] array) {
            return FloatTensor.of(array, (int) (start / width), shape, strides);
        }
        if (aligned && type == ElementType.DOUBLE && store.array() instanceof double[] array) {
            return DoubleTensor.of(array, (int) (start / width), shape, strides);
        }
        if (aligned && Halves.isHalf(type) && store.array() instanceof short[] array) {
            return FloatTensor.of(type, array, (int) (start / width), shape, strides);
        }
        return Places.isRowMajor(shape, strides) && draw.chance(0.5)
                ? whole(store, type, start, readOnly, shape)
                : part(store, type, start, readOnly, shape, strides);
    }

    private Tensor whole(Store store, ElementType type, long start, boolean readOnly, int... shape) {
        long bytes = (long) Places.count(shape) * type.byteSize();
        Class<?> buffer = type == ElementType.FLOAT ? FloatBuffer.class : DoubleBuffer.class;
        Class<?> kind = Halves.isHalf(type) ? MemorySegment.class : draw.one(ByteBuffer.class, buffer);
        if (!Data.fits(kind, store, start)) {
            kind = MemorySegment.class;
        }
        Object given = Data.of(kind, store, start, bytes, readOnly, false).given();
        return switch (given) {
            case ByteBuffer b -> type == ElementType.FLOAT ? FloatTensor.of(b, shape) : DoubleTensor.of(b, shape);
            case FloatBuffer b -> FloatTensor.of(b, shape);
            case DoubleBuffer b -> DoubleTensor.of(b, shape);
            default -> {
                MemorySegment segment = (MemorySegment) given;
                boolean plain = type == ElementType.FLOAT && draw.chance(0.5);
                yield type == ElementType.DOUBLE
                        ? DoubleTensor.of(segment, shape)
                        : plain ? FloatTensor.of(segment, shape) : FloatTensor.of(type, segment, shape);
            }
        };
    }

    private Tensor part(Store store, ElementType type, long start, boolean readOnly, int[] shape, int... strides) {
        // As much around the elements as there is, or a part of it.
        long[] reach = Places.reach(shape, strides);
        long low = start + reach[0] * type.byteSize();
        long high = start + reach[1] * type.byteSize();
        long from = draw.chance(0.5) ? 0 : Math.max(0, low - draw.below(4));
        long to = draw.chance(0.5) ? store.size() : Math.min(store.size(), high + draw.below(4));
        MemorySegment segment = store.given().asSlice(from, to - from);
        segment = readOnly ? segment.asReadOnly() : segment;
        boolean plain = type == ElementType.FLOAT && draw.chance(0.5);
        return type == ElementType.DOUBLE
                ? DoubleTensor.of(segment, start - from, shape, strides)
                : plain
                        ? FloatTensor.of(segment, start - from, shape, strides)
                        : FloatTensor.of(type, segment, start - from, shape, strides);
    }
}
