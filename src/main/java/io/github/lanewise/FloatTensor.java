// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A view of floats: an array or other memory, an offset, a shape and strides. It owns nothing and copies nothing; the losses
 * read and write the memory through it.
 *
 * <p>Element {@code (i0, i1, ...)} lies at {@code offset + i0 * stride(0) + i1 * stride(1) + ...}. A view without
 * dimensions has one element. Strides may be 0 (the same element again) or negative in inputs; a view that is written to
 * must not hold an element twice.
 *
 * <p>Views are immutable and may be shared between threads; the contents of the memory are the caller's to guard. Making a view
 * costs a few small objects, so code that must not allocate makes its views once and keeps them.
 *
 * <p><b>Memory.</b> Besides arrays, every operation takes views of segments and buffers, native or on the heap, at any address,
 * in every place and beside views of any other kind, with the bits of a view of an array. The byte order is that of the
 * machine. A segment that has been freed makes a call throw {@link IllegalStateException}, one that belongs to another thread
 * {@link WrongThreadException}, and an output that is read-only {@link IllegalArgumentException}, all before anything is
 * written; but memory must stay alive until the call is over. A call with a segment that belongs to one thread runs on that
 * thread alone.
 *
 * <pre>{@code
 * FloatTensor logits = FloatTensor.of(data, 64, 1000);          // 64 rows of 1000 classes
 * FloatTensor firstRow = logits.select(0, 0);                   // shape [1000]
 * FloatTensor half = logits.slice(0, 0, 32);                    // shape [32, 1000]
 * FloatTensor image = FloatTensor.of(pixels, 8, 21, 256, 256);  // (N, C, H, W)
 * FloatTensor mapped = FloatTensor.of(segment, 64, 1000);       // where a native library has put them
 * }</pre>
 */
public final class FloatTensor extends Tensor {
    private final float @Nullable [] array;

    /** The memory, if it is no array of floats. */
    private final @Nullable FloatStorage storage;

    /** The array as a segment, to compare it with others; made when first needed. */
    private @Nullable MemorySegment arraySegment;

    private FloatTensor(
            float @Nullable [] array,
            @Nullable FloatStorage storage,
            int offset,
            int[] shape,
            int[] strides,
            int numel) {
        super(offset, shape, strides, numel);
        this.array = array;
        this.storage = storage;
    }

    /**
     * A row-major view of a whole array.
     *
     * @param data the elements, of which there are exactly as many as the shape has places
     * @param shape the sizes of the dimensions; none for a single element
     * @return the view
     * @throws IllegalArgumentException if a size is negative or the shape does not hold {@code data.length} elements
     */
    public static FloatTensor of(float[] data, int... shape) {
        Objects.requireNonNull(data, "data");
        int numel = Shapes.numel(shape);
        if (numel != data.length) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " holds " + numel
                    + " elements but data has " + data.length
                    + "; give a shape that fits, or an offset for a part of the array");
        }
        return new FloatTensor(data, null, 0, shape.clone(), Shapes.rowMajor(shape), numel);
    }

    /**
     * A row-major view of a part of an array, such as one that is reused for batches of different sizes.
     *
     * @param data the array that holds the elements
     * @param offset index of the first element
     * @param shape the sizes of the dimensions
     * @return the view
     * @throws IllegalArgumentException if a size is negative
     * @throws IndexOutOfBoundsException if an element would lie outside the array
     */
    public static FloatTensor of(float[] data, int offset, int[] shape) {
        return of(data, offset, shape, Shapes.rowMajor(shape));
    }

    /**
     * A view of any part of an array.
     *
     * @param data the array that holds the elements
     * @param offset index of the first element
     * @param shape the sizes of the dimensions
     * @param strides for each dimension, how many places apart its neighbours lie
     * @return the view
     * @throws IllegalArgumentException if a size is negative or shape and strides differ in length
     * @throws IndexOutOfBoundsException if an element would lie outside the array
     */
    public static FloatTensor of(float[] data, int offset, int[] shape, int[] strides) {
        Objects.requireNonNull(data, "data");
        int numel = Shapes.numel(shape);
        Shapes.checkRanks(shape, strides);
        Shapes.checkInside(data.length, offset, shape, strides, numel);
        return new FloatTensor(data, null, offset, shape.clone(), strides.clone(), numel);
    }

    /**
     * A row-major view of a whole segment of floats, which may be native or on the heap and at any address. If it is a part of
     * an array of floats, this is a view of that array.
     *
     * @param data the elements in the byte order of the machine, exactly as many as the shape has places
     * @param shape the sizes of the dimensions; none for a single element
     * @return the view
     * @throws IllegalArgumentException if a size is negative or the segment has not the size of the shape
     */
    public static FloatTensor of(MemorySegment data, int... shape) {
        return whole(ElementType.FLOAT, Objects.requireNonNull(data, "data"), shape);
    }

    /**
     * A row-major view of a part of a segment of floats.
     *
     * @param data the segment that holds the elements, in the byte order of the machine
     * @param byteOffset where in the segment the first element begins, in bytes; need not be aligned
     * @param shape the sizes of the dimensions
     * @return the view
     * @throws IllegalArgumentException if a size is negative
     * @throws IndexOutOfBoundsException if an element would lie outside the segment
     */
    public static FloatTensor of(MemorySegment data, long byteOffset, int[] shape) {
        return of(data, byteOffset, shape, Shapes.rowMajor(shape));
    }

    /**
     * A view of any part of a segment of floats.
     *
     * @param data the segment that holds the elements, in the byte order of the machine
     * @param byteOffset where in the segment the first element begins, in bytes; need not be aligned
     * @param shape the sizes of the dimensions
     * @param strides for each dimension, how many elements apart its neighbours lie
     * @return the view
     * @throws IllegalArgumentException if a size is negative, shape and strides differ in length, or the view reaches over more
     *     than 2^31 - 1 places
     * @throws IndexOutOfBoundsException if an element would lie outside the segment
     */
    public static FloatTensor of(MemorySegment data, long byteOffset, int[] shape, int[] strides) {
        return part(ElementType.FLOAT, Objects.requireNonNull(data, "data"), byteOffset, shape, strides);
    }

    /**
     * A row-major view of what remains in a buffer: its elements from the position to the limit. Later changes of these do not
     * change the view. If the buffer gives access to an array, this is a view of that array.
     *
     * @param data the elements, of which exactly as many remain as the shape has places; direct or on the heap
     * @param shape the sizes of the dimensions; none for a single element
     * @return the view
     * @throws IllegalArgumentException if a size is negative, the shape does not hold the remaining elements, or the buffer has
     *     not the byte order of the machine
     */
    public static FloatTensor of(FloatBuffer data, int... shape) {
        Objects.requireNonNull(data, "data");
        return whole(ElementType.FLOAT, SegmentStorage.ofBuffer(data, data.order()), shape);
    }

    /**
     * A row-major view of the floats in what remains of a buffer of bytes, from the position to the limit.
     *
     * @param data the elements; its order has to be that of the machine, {@link java.nio.ByteOrder#nativeOrder()}, which is not
     *     what a new buffer has
     * @param shape the sizes of the dimensions; none for a single element
     * @return the view
     * @throws IllegalArgumentException if a size is negative, the buffer has not the size of the shape, or not the byte order of
     *     the machine
     */
    public static FloatTensor of(ByteBuffer data, int... shape) {
        Objects.requireNonNull(data, "data");
        return whole(ElementType.FLOAT, SegmentStorage.ofBuffer(data, data.order()), shape);
    }

    // ---- for float only
    /**
     * A row-major view of a whole array of 16-bit numbers, to be computed with in float.
     *
     * @param type {@link ElementType#BFLOAT16} or {@link ElementType#FLOAT16}
     * @param data the bits of the elements, of which there are exactly as many as the shape has places
     * @param shape the sizes of the dimensions; none for a single element
     * @return the view
     * @throws IllegalArgumentException if the type has not 16 bits, a size is negative or the shape does not hold
     *     {@code data.length} elements
     */
    public static FloatTensor of(ElementType type, short[] data, int... shape) {
        Objects.requireNonNull(data, "data");
        checkHalf(type);
        return whole(type, MemorySegment.ofArray(data), shape);
    }

    /**
     * A row-major view of a part of an array of 16-bit numbers.
     *
     * @param type {@link ElementType#BFLOAT16} or {@link ElementType#FLOAT16}
     * @param data the array that holds the bits of the elements
     * @param offset index of the first element
     * @param shape the sizes of the dimensions
     * @return the view
     * @throws IllegalArgumentException if the type has not 16 bits or a size is negative
     * @throws IndexOutOfBoundsException if an element would lie outside the array
     */
    public static FloatTensor of(ElementType type, short[] data, int offset, int[] shape) {
        return of(type, data, offset, shape, Shapes.rowMajor(shape));
    }

    /**
     * A view of any part of an array of 16-bit numbers.
     *
     * @param type {@link ElementType#BFLOAT16} or {@link ElementType#FLOAT16}
     * @param data the array that holds the bits of the elements
     * @param offset index of the first element
     * @param shape the sizes of the dimensions
     * @param strides for each dimension, how many places apart its neighbours lie
     * @return the view
     * @throws IllegalArgumentException if the type has not 16 bits, a size is negative or shape and strides differ in length
     * @throws IndexOutOfBoundsException if an element would lie outside the array
     */
    public static FloatTensor of(ElementType type, short[] data, int offset, int[] shape, int[] strides) {
        Objects.requireNonNull(data, "data");
        checkHalf(type);
        return part(type, MemorySegment.ofArray(data), (long) offset * Short.BYTES, shape, strides);
    }

    /**
     * A row-major view of a whole segment of floats or 16-bit numbers.
     *
     * @param type {@link ElementType#FLOAT}, {@link ElementType#BFLOAT16} or {@link ElementType#FLOAT16}
     * @param data the elements in the byte order of the machine, exactly as many as the shape has places
     * @param shape the sizes of the dimensions; none for a single element
     * @return the view
     * @throws IllegalArgumentException if the type is {@link ElementType#DOUBLE}, a size is negative or the segment has not the
     *     size of the shape
     */
    public static FloatTensor of(ElementType type, MemorySegment data, int... shape) {
        Objects.requireNonNull(data, "data");
        checkNoDouble(type);
        return whole(type, data, shape);
    }

    /**
     * A row-major view of a part of a segment of floats or 16-bit numbers.
     *
     * @param type {@link ElementType#FLOAT}, {@link ElementType#BFLOAT16} or {@link ElementType#FLOAT16}
     * @param data the segment that holds the elements, in the byte order of the machine
     * @param byteOffset where in the segment the first element begins, in bytes; need not be aligned
     * @param shape the sizes of the dimensions
     * @return the view
     * @throws IllegalArgumentException if the type is {@link ElementType#DOUBLE} or a size is negative
     * @throws IndexOutOfBoundsException if an element would lie outside the segment
     */
    public static FloatTensor of(ElementType type, MemorySegment data, long byteOffset, int[] shape) {
        return of(type, data, byteOffset, shape, Shapes.rowMajor(shape));
    }

    /**
     * A view of any part of a segment of floats or 16-bit numbers.
     *
     * @param type {@link ElementType#FLOAT}, {@link ElementType#BFLOAT16} or {@link ElementType#FLOAT16}
     * @param data the segment that holds the elements, in the byte order of the machine
     * @param byteOffset where in the segment the first element begins, in bytes; need not be aligned
     * @param shape the sizes of the dimensions
     * @param strides for each dimension, how many elements apart its neighbours lie
     * @return the view
     * @throws IllegalArgumentException if the type is {@link ElementType#DOUBLE}, a size is negative, shape and strides differ in
     *     length, or the view reaches over more than 2^31 - 1 places
     * @throws IndexOutOfBoundsException if an element would lie outside the segment
     */
    public static FloatTensor of(ElementType type, MemorySegment data, long byteOffset, int[] shape, int[] strides) {
        Objects.requireNonNull(data, "data");
        checkNoDouble(type);
        return part(type, data, byteOffset, shape, strides);
    }

    private static void checkHalf(ElementType type) {
        if (Objects.requireNonNull(type, "type").byteSize() != Short.BYTES) {
            throw new IllegalArgumentException("type " + type
                    + " does not fit an array of shorts; give BFLOAT16 or FLOAT16, or an array of the type");
        }
    }

    private static void checkNoDouble(ElementType type) {
        if (Objects.requireNonNull(type, "type") == ElementType.DOUBLE) {
            throw new IllegalArgumentException("type DOUBLE does not fit a view of floats; use DoubleTensor");
        }
    }

    // ---- end

    private static FloatTensor whole(ElementType type, MemorySegment data, int[] shape) {
        int numel = Shapes.numel(shape);
        SegmentStorage.checkWhole(data.byteSize(), type.byteSize(), shape, numel);
        return made(type, data, 0, shape.clone(), Shapes.rowMajor(shape), numel);
    }

    private static FloatTensor part(ElementType type, MemorySegment data, long byteOffset, int[] shape, int[] strides) {
        int numel = Shapes.numel(shape);
        MemorySegment reached = SegmentStorage.reached(data, byteOffset, type.byteSize(), shape, strides, numel);
        int offset = (int) -Shapes.lowest(shape, strides, numel);
        return made(type, reached, offset, shape.clone(), strides.clone(), numel);
    }

    /** A view of an array where the segment is a part of one, so that the kernels reach it without a copy. */
    private static FloatTensor made(
            ElementType type, MemorySegment data, int offset, int[] shape, int[] strides, int numel) {
        // A read-only segment does not tell its array.
        boolean fits = type == ElementType.FLOAT && data.address() % Float.BYTES == 0;
        if (fits && data.heapBase().orElse(null) instanceof float[] array) {
            int start = (int) (data.address() / Float.BYTES);
            return new FloatTensor(array, null, start + offset, shape, strides, numel);
        }
        return new FloatTensor(null, new FloatStorage(data, type), offset, shape, strides, numel);
    }

    /**
     * The array behind the view.
     *
     * @return the array itself, not a copy
     * @throws UnsupportedOperationException if the elements do not lie in an array of floats; {@link #hasArray} tells
     */
    public float[] array() {
        if (array == null) {
            throw new UnsupportedOperationException(
                    "the elements lie in memory that is no array of floats that may be written, of" + " type "
                            + elementType() + "; ask hasArray(), and copy them with toArray() or get()");
        }
        return array;
    }

    /**
     * One element.
     *
     * @param index an index for each dimension
     * @return the element
     * @throws IllegalArgumentException if the number of indices is not the rank
     * @throws IndexOutOfBoundsException if an index is outside its dimension
     */
    public float get(int... index) {
        return element(position(index));
    }

    /**
     * Sets one element.
     *
     * @param value the new value
     * @param index an index for each dimension
     * @throws IllegalArgumentException if the number of indices is not the rank, or the memory is read-only
     * @throws IndexOutOfBoundsException if an index is outside its dimension
     */
    public void set(float value, int... index) {
        int place = position(index);
        if (isReadOnly()) {
            throw new IllegalArgumentException(
                    this + " is a view of read-only memory; make it of a segment or buffer that may be written");
        }
        setElement(place, value);
    }

    /** The element at a place. */
    float element(int place) {
        return storage == null ? Objects.requireNonNull(array)[place] : storage.get(place);
    }

    /** Sets the element at a place. */
    void setElement(int place, float value) {
        if (storage == null) {
            Objects.requireNonNull(array)[place] = value;
        } else {
            storage.set(place, value);
        }
    }

    /** Copies elements, {@code stride} places apart, into an array. */
    void read(int place, int stride, int n, float[] to, int at) {
        if (storage != null) {
            storage.read(place, stride, n, to, at);
            return;
        }
        float[] from = Objects.requireNonNull(array);
        if (stride == 1) {
            System.arraycopy(from, place, to, at, n);
        } else if (stride == 0) {
            Arrays.fill(to, at, at + n, from[place]);
        } else {
            for (int i = 0; i < n; i++) {
                to[at + i] = from[place + i * stride];
            }
        }
    }

    /** Copies elements from an array to places that are {@code stride} apart. */
    void write(float[] from, int at, int n, int place, int stride) {
        if (storage != null) {
            storage.write(from, at, n, place, stride);
            return;
        }
        float[] to = Objects.requireNonNull(array);
        if (stride == 1) {
            System.arraycopy(from, at, to, place, n);
        } else {
            for (int i = 0; i < n; i++) {
                to[place + i * stride] = from[at + i];
            }
        }
    }

    /**
     * The part with one index along a dimension, which is dropped from the shape.
     *
     * @param dim the dimension, counted from the end if negative
     * @param index the index along it
     * @return the view
     * @throws IndexOutOfBoundsException if there is no such dimension or index
     */
    public FloatTensor select(int dim, int index) {
        int d = Shapes.dim(dim, shape.length);
        if (index < 0 || index >= shape[d]) {
            throw new IndexOutOfBoundsException("index " + index + " is outside dimension " + d + " of shape "
                    + Arrays.toString(shape) + "; it must be in [0, " + shape[d] + ")");
        }
        return new FloatTensor(
                array,
                storage,
                offset + index * strides[d],
                Shapes.without(shape, d),
                Shapes.without(strides, d),
                numel / shape[d]);
    }

    /**
     * The part between two indices along a dimension.
     *
     * @param dim the dimension, counted from the end if negative
     * @param from the first index
     * @param to the index after the last
     * @return the view; empty if {@code from == to}
     * @throws IndexOutOfBoundsException if there is no such dimension or not {@code 0 <= from <= to <= size(dim)}
     */
    public FloatTensor slice(int dim, int from, int to) {
        int d = Shapes.dim(dim, shape.length);
        if (from < 0 || to < from || to > shape[d]) {
            throw new IndexOutOfBoundsException("[" + from + ", " + to + ") is not within dimension " + d + " of shape "
                    + Arrays.toString(shape) + "; 0 <= from <= to <= " + shape[d] + " is needed");
        }
        int[] sizes = shape.clone();
        sizes[d] = to - from;
        // An empty part keeps the offset, which then stays inside the array.
        int start = from == to ? offset : offset + from * strides[d];
        return new FloatTensor(array, storage, start, sizes, strides, Shapes.numel(sizes));
    }

    /**
     * The view with two dimensions exchanged.
     *
     * @param dim0 a dimension, counted from the end if negative
     * @param dim1 another, or the same
     * @return the view
     * @throws IndexOutOfBoundsException if there is no such dimension
     */
    public FloatTensor transpose(int dim0, int dim1) {
        int a = Shapes.dim(dim0, shape.length);
        int b = Shapes.dim(dim1, shape.length);
        int[] sizes = shape.clone();
        int[] steps = strides.clone();
        sizes[a] = shape[b];
        sizes[b] = shape[a];
        steps[a] = strides[b];
        steps[b] = strides[a];
        return new FloatTensor(array, storage, offset, sizes, steps, numel);
    }

    /**
     * The same elements in row-major order under another shape, without a copy.
     *
     * @param newShape the new sizes; one of them may be -1 and is then worked out
     * @return the view
     * @throws IllegalArgumentException if the new shape holds another number of elements, or if the elements lie so that
     *     no strides can express it
     */
    public FloatTensor reshape(int... newShape) {
        int[] sizes = Shapes.inferred(newShape, numel, shape);
        int[] steps = Shapes.reshaped(shape, strides, sizes, numel);
        return new FloatTensor(array, storage, offset, sizes, steps, numel);
    }

    /**
     * A copy of the elements in row-major order.
     *
     * @return a new array
     */
    public float[] toArray() {
        float[] copy = new float[numel];
        for (int i = 0; i < numel; i++) {
            copy[i] = element(offset + Shapes.position(shape, strides, -1, i));
        }
        return copy;
    }

    @Override
    float @Nullable [] arrayOrNull() {
        return array;
    }

    @Override
    MemorySegment arraySegment() {
        MemorySegment segment = arraySegment;
        if (segment == null) {
            segment = MemorySegment.ofArray(array());
            arraySegment = segment;
        }
        return segment;
    }

    @Override
    @Nullable
    FloatStorage storage() {
        return storage;
    }
}
