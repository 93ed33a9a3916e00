// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.ElementType;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/** Random sizes, shapes, numbers and layouts, from one seed. */
final class Draw {
    /** Around the lanes of every register, a block, a piece. */
    private static final int[] LONG = {10, 15, 16, 17, 31, 32, 33, 61, 63, 64, 65, 127, 129};

    private static final int[] VERY_LONG = {1000, 4095, 4096, 4097, 8193};
    private static final int[] SHORT = {1, 1, 2, 2, 3, 3, 4, 5, 7, 8};
    private static final int GUARD = 5;

    final SplittableRandom random;
    final Memories memories;

    Draw(long seed, Room room) {
        this.random = new SplittableRandom(seed);
        this.memories = new Memories(this, room);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    @SafeVarargs
    final <T> T one(T... choices) {
        return choices[below(choices.length)];
    }

    int size() {
        return chance(0.04) ? 0 : SHORT[below(SHORT.length)];
    }

    int length() {
        if (chance(0.01)) {
            return VERY_LONG[below(VERY_LONG.length)];
        }
        return chance(0.25) ? LONG[below(LONG.length)] : size();
    }

    /** A shape with one dimension that may be long. */
    int[] shape(int rank) {
        int[] shape = new int[rank];
        for (int d = 0; d < rank; d++) {
            shape[d] = size();
        }
        if (rank > 0) {
            shape[below(rank)] = rank < 4 ? length() : size();
        }
        return shape;
    }

    int[] permutation(int rank) {
        int[] order = Places.order(rank);
        for (int d = rank - 1; d > 0; d--) {
            int other = below(d + 1);
            int kept = order[d];
            order[d] = order[other];
            order[other] = kept;
        }
        return order;
    }

    /** A view of new memory, of any layout that keeps its elements apart, or for inputs of any at all. */
    View view(Element element, boolean output, DoubleSupplier values, int... shape) {
        int rank = shape.length;
        int kind = below(output ? 4 : 6);
        int[] order = kind < 2 ? Places.order(rank) : permutation(rank);
        int[] strides = Places.strides(shape, order);
        int step = kind == 3 ? 1 + below(3) : 1;
        for (int d = 0; d < rank; d++) {
            strides[d] *= step;
            if (kind == 3 && rank > 1 && strides[d] > 1 && d == order[0]) {
                strides[d] += below(4);
            }
            if (kind >= 2 && chance(0.25)) {
                strides[d] = -strides[d];
            }
            if (kind == 4 && chance(0.5)) {
                strides[d] = 0;
            } else if (kind == 5) {
                strides[d] = below(7) - 3;
            }
            if (shape[d] == 1 && chance(0.1)) {
                strides[d] = random.nextInt();
            }
        }
        int guard = kind == 0 ? 0 : below(GUARD);
        View view = view(element, values, guard, kind == 0 ? 0 : below(GUARD), shape, strides);
        boolean again = !output && chance(0.5);
        return again ? memories.view(view.store(), view.type(), view.start(), shape, strides) : view;
    }

    /** A view of new memory with so many elements before and behind. */
    View view(Element element, DoubleSupplier values, int before, int behind, int[] shape, int... strides) {
        ElementType type = memories.type(element);
        long[] reach = Places.reach(shape, strides);
        int shift = memories.shift();
        Store store = memories.store(type, (reach[1] - reach[0] + before + behind) * type.byteSize() + shift);
        long start = (before - reach[0]) * type.byteSize() + shift;
        for (int place : Places.of(0, shape, strides)) {
            store.set(type, start + (long) place * type.byteSize(), values.getAsDouble());
        }
        return memories.view(store, type, start, false, shape, strides);
    }

    /** Numbers for inputs: ordinary ones, or for some calls the odd ones among them. */
    DoubleSupplier numbers(Element element, boolean odd) {
        double scale = one(1.0, 1.0, 3.0, 20.0);
        return () -> odd && chance(0.2) ? oddNumber(element) : random.nextGaussian() * scale;
    }

    /** Numbers in [0, 1]. */
    DoubleSupplier probabilities(Element element, boolean odd) {
        return () -> {
            if (chance(0.1)) {
                return one(0.0, 1.0, 0.5, element.smallest());
            }
            return odd && chance(0.02) ? oddNumber(element) : random.nextDouble();
        };
    }

    private double oddNumber(Element element) {
        return switch (below(12)) {
            case 0 -> Double.NaN;
            case 1, 2, 3 -> Double.NEGATIVE_INFINITY;
            case 4 -> Double.POSITIVE_INFINITY;
            case 5 -> element.largest();
            case 6 -> -element.largest();
            case 7 -> element.smallest();
            case 8 -> -0.0;
            case 9 -> -element.smallest() * below(1000);
            case 10 -> random.nextGaussian() * 1e30;
            default -> 0.0;
        };
    }

    /** Indices below a bound, as {@code int[]} or {@code long[]}. */
    Object indices(Class<?> type, int count, int bound, double ignored, long ignoreIndex) {
        boolean longs = type == long[].class;
        Object array = longs ? new long[count] : new int[count];
        for (int i = 0; i < count; i++) {
            boolean ignore = chance(ignored) || bound == 0;
            set(array, i, ignore ? ignoreIndex : below(bound));
        }
        return array;
    }

    /** Sets an index; in an {@code int[]} to its lower half. */
    static void set(Object array, int i, long value) {
        if (array instanceof long[] longs) {
            longs[i] = value;
        } else {
            ((int[]) array)[i] = (int) value;
        }
    }
}
