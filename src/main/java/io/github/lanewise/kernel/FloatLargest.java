// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/**
 * The k largest elements of a row, in order: greater ones first, equal ones by index. Zeros of both signs are equal, and a
 * NaN is never selected.
 *
 * <p>The selected indices form a heap with the worst at its root. The rest of the row is scanned for elements greater than
 * that one, by the kernels where the stride is 1: what is not selected costs a comparison, and of elements in random order
 * some {@code k ln(n / k)} are. In ascending order all of them are, which costs {@code n log k}.
 */
public final class FloatLargest {
    private FloatLargest() {}

    /**
     * Selects.
     *
     * @param k how many, at least 1
     * @param index receives the indices from 0 on; room for k
     * @return how many there are: k, or fewer if the row has not as many numbers
     */
    public static int select(float[] x, int xOffset, int xStride, int n, int k, int[] index) {
        if (k == 1) {
            index[0] = FloatRows.indexOfMax(x, xOffset, xStride, n);
            return index[0] < 0 ? 0 : 1;
        }
        int size = 0;
        int i = 0;
        for (; i < n && size < k; i++) {
            if (!Float.isNaN(x[xOffset + i * xStride])) {
                index[size++] = i;
            }
        }
        for (int root = size / 2 - 1; root >= 0; root--) {
            sink(x, xOffset, xStride, index, root, size, index[root]);
        }
        while (i < n) {
            i = FloatRows.indexAbove(x, xOffset, xStride, i, n, x[xOffset + index[0] * xStride]);
            if (i < n) {
                sink(x, xOffset, xStride, index, 0, size, i);
                i++;
            }
        }
        // The worst goes to the end, then the worst of the others, and so on.
        for (int last = size - 1; last > 0; last--) {
            int moved = index[last];
            index[last] = index[0];
            sink(x, xOffset, xStride, index, 0, last, moved);
        }
        return size;
    }

    /** Puts an index at a place of the heap or below it, where no child is worse. */
    private static void sink(float[] x, int xOffset, int xStride, int[] index, int place, int size, int entry) {
        int hole = place;
        float value = x[xOffset + entry * xStride];
        while (2 * hole + 1 < size) {
            int child = 2 * hole + 1;
            float childValue = x[xOffset + index[child] * xStride];
            if (child + 1 < size) {
                float other = x[xOffset + index[child + 1] * xStride];
                if (isWorse(other, index[child + 1], childValue, index[child])) {
                    child++;
                    childValue = other;
                }
            }
            if (!isWorse(childValue, index[child], value, entry)) {
                break;
            }
            index[hole] = index[child];
            hole = child;
        }
        index[hole] = entry;
    }

    private static boolean isWorse(float a, int aIndex, float b, int bIndex) {
        return a < b || (a == b && aIndex > bIndex);
    }
}
