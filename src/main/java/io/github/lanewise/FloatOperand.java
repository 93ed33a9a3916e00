// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.Padding;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the elements of one operand's chunk lie one after the other in an array: in the caller's if they do so there, else in
 * a buffer, into which an input is gathered and from which an output is scattered.
 */
final class FloatOperand extends Padding {
    /** Made when first needed. */
    private float @Nullable [] buffer;

    private float @Nullable [] array;
    private int offset;

    /** The array that holds the chunk. */
    float[] array() {
        return Objects.requireNonNull(array);
    }

    /** The array that holds the chunk, or null for an operand that is not there. */
    float @Nullable [] arrayOrNull() {
        return array;
    }

    /** Index of the chunk's first element. */
    int offset() {
        return offset;
    }

    /** Stands for no operand, and lets go of the caller's array. Writes nothing if it does already, as most operands of a call do. */
    void clear() {
        if (array != null) {
            array = null;
            offset = 0;
        }
    }

    /** Stands for numbers that the caller does not get. */
    void keep() {
        array = buffer();
        offset = 0;
    }

    private float[] buffer() {
        if (buffer == null) {
            buffer = new float[FloatLanes.CHUNK];
        }
        return buffer;
    }

    /** Elements of a view with the walk's own shape. */
    void read(@Nullable FloatTensor view, int[] shape, int start, int n) {
        read(view, shape, Broadcast.ALL, view == null ? 0 : view.offset(), start, n);
    }

    /**
     * Elements {@code start} to {@code start + n} of a walk.
     *
     * @param view the operand, which may be smaller than the shape; null for none
     * @param dims the dimensions of the walk
     * @param base index in the array of the walk's first element
     */
    void read(@Nullable FloatTensor view, int[] shape, long dims, int base, int start, int n) {
        if (view == null) {
            clear();
        } else if (start % Broadcast.run(view, shape, dims) + n <= Broadcast.run(view, shape, dims)) {
            array = view.arrayOrNull();
            offset = base + Broadcast.position(view, shape, dims, start);
            if (array == null) {
                int place = offset;
                keep();
                view.read(place, 1, n, array(), 0);
            }
        } else {
            keep();
            int period = Math.min(n, Broadcast.period(view, shape, dims));
            gather(view, shape, dims, base, start, period);
            for (int done = period; done < n; done *= 2) {
                System.arraycopy(array(), 0, array(), done, Math.min(done, n - done));
            }
        }
    }

    /** A place for elements {@code start} to {@code start + n} of an output in row-major order; null for no output. */
    void write(@Nullable FloatTensor view, int start, int n) {
        if (view == null) {
            clear();
        } else if (view.hasArray() && isRun(view, start, n)) {
            array = view.array();
            offset = view.offset() + Broadcast.position(view, view.sizes(), Broadcast.ALL, start);
        } else {
            keep();
        }
    }

    /** Brings to the view what was computed in the place that {@link #write} chose. */
    @SuppressWarnings("ReferenceEquality") // one and the same array, not equal contents
    void flush(@Nullable FloatTensor view, int start, int n) {
        if (view != null && array == buffer) {
            if (isRun(view, start, n)) {
                int place = view.offset() + Broadcast.position(view, view.sizes(), Broadcast.ALL, start);
                view.write(array(), 0, n, place, 1);
            } else {
                scatter(view, start, n);
            }
        }
    }

    /** Whether a view lies in an array, all its elements in row-major order one after the other. */
    static boolean isInOrder(FloatTensor view) {
        return view.hasArray() && isRun(view, 0, view.numel());
    }

    /** Where a view lies, if that is native memory and all its elements lie in row-major order one after the other. */
    static @Nullable FloatStorage nativeInOrder(FloatTensor view) {
        FloatStorage storage = view.storage();
        return storage != null && storage.isNative() && view.numel() > 0 && isRun(view, 0, view.numel())
                ? storage
                : null;
    }

    /** Whether elements of a view in row-major order lie one after the other. */
    private static boolean isRun(FloatTensor view, int start, int n) {
        int run = Broadcast.run(view, view.sizes(), Broadcast.ALL);
        return start % run + n <= run;
    }

    private void gather(FloatTensor view, int[] shape, long dims, int base, int start, int n) {
        float[] to = array();
        int last = Broadcast.last(shape, dims);
        int size = shape[last];
        int stride = Broadcast.stride(view, shape.length, last);
        int length;
        for (int done = 0; done < n; done += length) {
            int number = start + done;
            length = Math.min(size - number % size, n - done);
            int at = base + Broadcast.position(view, shape, dims, number);
            view.read(at, stride, length, to, done);
        }
    }

    private void scatter(FloatTensor view, int start, int n) {
        float[] from = array();
        int[] shape = view.sizes();
        int last = Broadcast.last(shape, Broadcast.ALL);
        int size = shape[last];
        int stride = view.strides()[last];
        int length;
        for (int done = 0; done < n; done += length) {
            int number = start + done;
            length = Math.min(size - number % size, n - done);
            int at = view.offset() + Broadcast.position(view, shape, Broadcast.ALL, number);
            view.write(from, done, length, at, stride);
        }
    }
}
