// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/**
 * The primitive operation behind a selection of the largest elements of a row: finding the next one that counts. It rounds
 * nothing, so that every implementation gives the same answer.
 */
public interface FloatSelectKernels {
    /**
     * Index of the first element that is greater than a bound, from an index on. NaN is greater than nothing.
     *
     * @param from where to begin, from 0 to {@code n}
     * @return an index of the row, or {@code n} if there is no such element
     */
    int indexAbove(float[] x, int xOffset, int from, int n, float bound);
}
