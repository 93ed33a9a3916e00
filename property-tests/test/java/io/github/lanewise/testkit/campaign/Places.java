// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import java.util.Arrays;
import java.util.BitSet;

/** Where the elements of views lie, found by counting their indices up one by one. */
final class Places {
    private Places() {}

    /** Number of elements of a shape. */
    static int count(int... shape) {
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        return count;
    }

    /** Place of every element, in row-major order. */
    static int[] of(int offset, int[] shape, int... strides) {
        int[] places = new int[count(shape)];
        int[] index = new int[shape.length];
        int place = offset;
        for (int i = 0; i < places.length; i++) {
            places[i] = place;
            for (int d = shape.length - 1; d >= 0; d--) {
                place += strides[d];
                if (++index[d] < shape[d]) {
                    break;
                }
                place -= shape[d] * strides[d];
                index[d] = 0;
            }
        }
        return places;
    }

    /** Strides of a shape whose dimensions follow each other in memory in a given order, the outermost first. */
    static int[] strides(int[] shape, int... order) {
        int[] strides = new int[shape.length];
        int stride = 1;
        for (int i = order.length - 1; i >= 0; i--) {
            strides[order[i]] = stride;
            stride *= Math.max(shape[order[i]], 1);
        }
        return strides;
    }

    /** Whether the elements of a shape lie one after the other in row-major order. */
    static boolean isRowMajor(int[] shape, int... strides) {
        int[] expected = strides(shape, order(shape.length));
        for (int d = 0; d < shape.length; d++) {
            if (shape[d] != 1 && strides[d] != expected[d]) {
                return false;
            }
        }
        return true;
    }

    /** The place of the lowest element, counted from the first one, and the one behind the highest; both 0 if there is none. */
    static long[] reach(int[] shape, int... strides) {
        long low = 0;
        long high = 0;
        for (int d = 0; d < shape.length; d++) {
            if (shape[d] == 0) {
                return new long[2];
            }
            long reach = (shape[d] - 1L) * strides[d];
            low += Math.min(reach, 0);
            high += Math.max(reach, 0);
        }
        return new long[] {low, high + 1};
    }

    /** The dimensions in their own order. */
    static int[] order(int rank) {
        int[] order = new int[rank];
        Arrays.setAll(order, d -> d);
        return order;
    }

    static int[] without(int[] shape, int axis) {
        int[] rest = new int[shape.length - 1];
        for (int d = 0; d < rest.length; d++) {
            rest[d] = shape[d < axis ? d : d + 1];
        }
        return rest;
    }

    static int[] with(int[] shape, int d, int size) {
        int[] changed = shape.clone();
        changed[d] = size;
        return changed;
    }

    /** Whether two views have a byte in common. */
    static boolean meet(View a, View b) {
        if (!a.store().is(b.store())) {
            return false;
        }
        BitSet taken = new BitSet();
        for (long at : a.addresses()) {
            taken.set((int) at, (int) at + a.width());
        }
        for (long at : b.addresses()) {
            if (taken.nextSetBit((int) at) >= 0 && taken.nextSetBit((int) at) < at + b.width()) {
                return true;
            }
        }
        return false;
    }

    /** Whether two views are the same elements under the same indices. */
    static boolean same(View a, View b) {
        return a.store().is(b.store())
                && a.type() == b.type()
                && Arrays.equals(a.shape(), b.shape())
                && Arrays.equals(a.addresses(), b.addresses());
    }

    /** Whether an element stands twice in a view. */
    static boolean repeats(View view) {
        BitSet taken = new BitSet();
        for (long at : view.addresses()) {
            if (taken.get((int) at)) {
                return true;
            }
            taken.set((int) at);
        }
        return false;
    }
}
