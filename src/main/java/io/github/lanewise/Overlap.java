// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;

/**
 * Whether views share elements. Outputs must not share any with an input, unless they are the very same view, nor with
 * themselves. Every pair of an output and another view of a call comes by here before anything is written, so this is also
 * where memory that must not be touched or written is found.
 */
@SuppressWarnings("ReferenceEquality") // one and the same array, not equal contents
final class Overlap {
    private Overlap() {}

    /** Checks an output that may be the input itself, but must not cover a part of it. */
    static void checkSameOrApart(Tensor input, String inputName, Tensor output, String outputName) {
        if (same(input, output)) {
            input.checkAccess();
        } else {
            checkApart(input, inputName, output, outputName);
        }
    }

    /** Checks a row of gradients that may be the row of scores itself, but must not cover a part of it. */
    static void checkSameOrApart(Object scores, int offset, Object gradient, int gradientOffset, int length) {
        checkSameOrApart(scores, offset, gradient, gradientOffset, length, "gradient");
    }

    /** Checks the output of a row of scores, by its name, in the same way. */
    static void checkSameOrApart(Object scores, int offset, Object output, int outputOffset, int length, String name) {
        if (scores == output && offset != outputOffset && Math.abs((long) offset - outputOffset) < length) {
            throw new IllegalArgumentException("the " + name + " at offset " + outputOffset + " overlaps the " + length
                    + " scores at offset " + offset + " of the same array; use the same offset or rows that are apart");
        }
    }

    /** Checks an output that must not share an element with an input. */
    static void checkApart(Tensor input, String inputName, Tensor output, String outputName) {
        input.checkAccess();
        output.checkAccess();
        if (mayTouch(input, output) && sharesElement(input, output)) {
            throw new IllegalArgumentException(outputName + " (" + output + ") overlaps " + inputName + " (" + input
                    + ") in the same " + (input.hasArray() ? "array" : "memory") + "; give " + outputName
                    + " elements of its own"
                    + (same(input, output) ? "" : ", or exactly those of " + inputName + " where that is allowed"));
        }
    }

    /** Checks that an output may be written, and that no element of it stands twice in the view. */
    static void checkWritable(Tensor output, String name) {
        output.checkAccess();
        if (output.isReadOnly()) {
            throw new IllegalArgumentException(name + " (" + output
                    + ") is a view of read-only memory; give a segment or buffer that may be written");
        }
        int[] shape = output.sizes();
        int[] strides = output.strides();
        if (output.numel() > 1 && !output.isContiguous() && hitsTwice(shape, strides)) {
            throw new IllegalArgumentException(
                    name + " (" + output
                            + ") holds an element more than once; a view that is written to needs strides that keep its elements apart");
        }
    }

    private static boolean same(Tensor a, Tensor b) {
        if (address(a) != address(b) || a.elementType() != b.elementType() || !Arrays.equals(a.sizes(), b.sizes())) {
            return false;
        }
        int[] shape = a.sizes();
        for (int d = 0; d < shape.length; d++) {
            if (shape[d] > 1 && a.strides()[d] != b.strides()[d]) {
                return false;
            }
        }
        return mayTouch(a, b);
    }

    /** Whether two views may share bytes; their addresses then count from the same start. */
    static boolean mayTouch(Tensor a, Tensor b) {
        SegmentStorage storageA = a.storage();
        SegmentStorage storageB = b.storage();
        if (storageA == null) {
            return storageB == null ? a.arrayOrNull() == b.arrayOrNull() : storageB.liesIn(a);
        }
        return storageB == null ? storageA.liesIn(b) : storageA.touches(storageB);
    }

    /** Address of a view's first element, in bytes. */
    private static long address(Tensor view) {
        SegmentStorage storage = view.storage();
        long start = storage == null ? 0L : storage.segment.address();
        return start + (long) view.offset() * view.elementType().byteSize();
    }

    private static boolean sharesElement(Tensor a, Tensor b) {
        if (a.numel() == 0 || b.numel() == 0) {
            return false;
        }
        int aBytes = a.elementType().byteSize();
        int bBytes = b.elementType().byteSize();
        long distance = address(b) - address(a);
        boolean aligned = aBytes == bBytes && distance % aBytes == 0;
        // Elements of one may lie across those of the other; then any distance does that leaves them a byte in common.
        return aligned
                ? reaches(a, 0L, b, 0L, distance, distance)
                : reaches(a, 0L, b, 0L, distance - aBytes + 1, distance + bBytes - 1);
    }

    /**
     * Whether a sum of a's steps minus a sum of b's steps, in bytes, can lie between two distances. Takes the largest stride
     * left and tries the few step counts that the smaller strides can still make good; the bit sets hold the dimensions used
     * up.
     */
    private static boolean reaches(Tensor a, long aUsed, Tensor b, long bUsed, long from, long to) {
        long low = 0;
        long high = 0;
        int best = -1;
        boolean bestInA = true;
        long bestStride = 0;
        for (int side = 0; side < 2; side++) {
            int[] shape = side == 0 ? a.sizes() : b.sizes();
            int[] strides = side == 0 ? a.strides() : b.strides();
            long unit =
                    side == 0 ? a.elementType().byteSize() : -b.elementType().byteSize();
            long used = side == 0 ? aUsed : bUsed;
            for (int d = 0; d < shape.length; d++) {
                long stride = strides[d] * unit;
                if ((used >> d & 1) == 0 && shape[d] > 1 && stride != 0) {
                    long reach = stride * (shape[d] - 1L);
                    low += Math.min(reach, 0);
                    high += Math.max(reach, 0);
                    if (best < 0 || Math.abs(stride) > Math.abs(bestStride)) {
                        best = d;
                        bestInA = side == 0;
                        bestStride = stride;
                    }
                }
            }
        }
        if (to < low || from > high) {
            return false;
        }
        if (best < 0) {
            return true;
        }
        int count = (bestInA ? a : b).sizes()[best];
        long reach = bestStride * (count - 1L);
        long restLow = low - Math.min(reach, 0);
        long restHigh = high - Math.max(reach, 0);
        // [from - k * stride, to - k * stride] has to meet [restLow, restHigh].
        long one = Math.floorDiv(from - restHigh, bestStride);
        long other = Math.floorDiv(to - restLow, bestStride);
        long first = Math.max(0, Math.min(one, other));
        long last = Math.min(count - 1L, Math.max(one, other) + 1);
        for (long k = first; k <= last; k++) {
            long restFrom = from - k * bestStride;
            long restTo = to - k * bestStride;
            long nextA = bestInA ? aUsed | 1L << best : aUsed;
            long nextB = bestInA ? bUsed : bUsed | 1L << best;
            if (restTo >= restLow && restFrom <= restHigh && reaches(a, nextA, b, nextB, restFrom, restTo)) {
                return true;
            }
        }
        return false;
    }

    /** Whether two different indices lead to one element: some steps along the dimensions, not all of them 0, lead back. */
    private static boolean hitsTwice(int[] shape, int[] strides) {
        return !nests(shape, strides) && leadsBack(shape, strides, 0L, 0L, false);
    }

    /**
     * Whether each stride exceeds the reach of all smaller ones, which keeps elements apart. That is so for every view made
     * by slicing, transposing and reshaping.
     */
    private static boolean nests(int[] shape, int[] strides) {
        long reached = 0;
        long done = 0;
        for (int round = 0; round < shape.length; round++) {
            int smallest = -1;
            for (int d = 0; d < shape.length; d++) {
                boolean open = (done >> d & 1) == 0 && shape[d] > 1;
                if (open && (smallest < 0 || Math.abs((long) strides[d]) < Math.abs((long) strides[smallest]))) {
                    smallest = d;
                }
            }
            if (smallest < 0) {
                return true;
            }
            long stride = Math.abs((long) strides[smallest]);
            if (stride <= reached) {
                return false;
            }
            reached += stride * (shape[smallest] - 1L);
            done |= 1L << smallest;
        }
        return true;
    }

    /**
     * Whether steps along the dimensions that are left lead from a distance back to 0. Takes the largest stride left and
     * tries the few step counts that the smaller strides can still make good; signs of strides do not matter, as steps go
     * both ways.
     *
     * @param moved whether some steps were taken already; else one direction of the first ones stands for both
     */
    private static boolean leadsBack(int[] shape, int[] strides, long used, long distance, boolean moved) {
        int best = -1;
        long reach = 0;
        for (int d = 0; d < shape.length; d++) {
            if ((used >> d & 1) == 0 && shape[d] > 1) {
                reach += Math.abs((long) strides[d]) * (shape[d] - 1L);
                if (best < 0 || Math.abs((long) strides[d]) > Math.abs((long) strides[best])) {
                    best = d;
                }
            }
        }
        if (best < 0) {
            return moved && distance == 0;
        }
        long stride = Math.abs((long) strides[best]);
        if (stride == 0) {
            return distance == 0;
        }
        long steps = shape[best] - 1L;
        long rest = reach - stride * steps;
        long first = Math.max(moved ? -steps : 0, Math.ceilDiv(-rest - distance, stride));
        long last = Math.min(steps, Math.floorDiv(rest - distance, stride));
        for (long k = first; k <= last; k++) {
            if (leadsBack(shape, strides, used | 1L << best, distance + k * stride, moved || k != 0)) {
                return true;
            }
        }
        return false;
    }
}
