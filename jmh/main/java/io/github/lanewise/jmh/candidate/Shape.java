// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The shape (N, C) of a batch, or (N, C, d1, ..., dK) of images and the like. Classes are dimension 1 in both.
 */
public final class Shape {
    private final int[] sizes;

    private Shape(int[] sizes) {
        this.sizes = sizes;
    }

    /**
     * Reads sizes with crosses between them, as in 64x1000.
     *
     * @throws IllegalArgumentException if there are fewer than two sizes, or one of them is not a positive number
     */
    public static Shape parse(String text) {
        int[] sizes;
        try {
            sizes = Arrays.stream(text.split("x", -1))
                    .mapToInt(Integer::parseInt)
                    .toArray();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(complaint(text), e);
        }
        if (sizes.length < 2 || Arrays.stream(sizes).anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException(complaint(text));
        }
        return new Shape(sizes);
    }

    private static String complaint(String text) {
        return "\"" + text + "\" is no shape: give two sizes or more, as in 64x1000 or 8x21x256x256";
    }

    /** The sizes of the dimensions. */
    public int[] sizes() {
        return sizes.clone();
    }

    /** The sizes of a result with one number for each row: those of the dimensions but dimension 1. */
    public int[] rowSizes() {
        int[] others = new int[sizes.length - 1];
        others[0] = sizes[0];
        System.arraycopy(sizes, 2, others, 1, sizes.length - 2);
        return others;
    }

    /** The size of dimension 0. */
    public int samples() {
        return sizes[0];
    }

    /** The size of dimension 1, along which the operations on rows work. */
    public int classes() {
        return sizes[1];
    }

    /** Positions of a sample: the product of the sizes after dimension 1, which is also the stride between its classes. */
    public int positions() {
        int product = 1;
        for (int i = 2; i < sizes.length; i++) {
            product = Math.multiplyExact(product, sizes[i]);
        }
        return product;
    }

    /** The number of rows: samples times positions. */
    public int rows() {
        return Math.multiplyExact(samples(), positions());
    }

    /** The number of elements. */
    public int elements() {
        return Math.multiplyExact(rows(), classes());
    }

    /** Where the first class of a row is. */
    public int start(int row) {
        int positions = positions();
        return row / positions * classes() * positions + row % positions;
    }

    @Override
    public String toString() {
        return Arrays.stream(sizes).mapToObj(Integer::toString).collect(Collectors.joining("x"));
    }
}
