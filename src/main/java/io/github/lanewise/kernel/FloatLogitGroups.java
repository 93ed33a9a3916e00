// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/**
 * The one definition of the order in which binary cross entropies of logits are summed where nobody asks for each of them.
 *
 * <p>With {@code e = exp(-|x|)} the loss of an element is {@code max(x, 0) - x t + log(1 + e)}. A sum of logarithms is the
 * logarithm of a product, which takes one logarithm for {@value #ROWS} elements:
 *
 * <ol>
 *   <li>The elements are cut into <em>groups</em> of {@link #GROUP}, and element {@code i} of a group belongs to virtual lane
 *       {@code i mod} {@link FloatLanes#LANES}, which so has {@value #ROWS} elements of each group. What the last group lacks
 *       counts as elements whose e and whose linear part are +0.
 *   <li>A lane's {@value #ROWS} linear parts, each rounded once, are added as a balanced binary tree over neighbours.
 *   <li>So are its e, but with {@code a + b + a b = (1 + a) (1 + b) - 1}, formed as {@code fma(a, b, a + b)}, in the place of
 *       the addition. All are positive, so that every step is off by less than an ulp, however small they are: the 1 is never
 *       added.
 *   <li>The lane's share of the group is the sum of its linear parts and {@code log1p} of its product less 1.
 *   <li>A lane sums its shares as {@link FloatLanes} says of pairs, and the lanes are added as it says.
 * </ol>
 *
 * <p>For targets in [0, 1] all terms have one sign. A share is off by at most some 4 roundings of a float, the sum of shares
 * by less than one.
 */
public final class FloatLogitGroups {
    /** Elements of a group in each lane. */
    public static final int ROWS = 8;

    /** Elements of a group. */
    public static final int GROUP = ROWS * FloatLanes.LANES;

    private FloatLogitGroups() {}
}
