// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/** The sums of exponentials over a row, in the scale of {@link FloatExp}. */
public enum ExpSum {
    /** {@code sum(exp(x - max))}, with the terms of {@link FloatExp#sumTerm}. */
    WHOLE,

    /** The same of the elements below the maximum, with the terms of {@link FloatExp#term}. */
    BELOW,

    /**
     * {@code sum(exp(x - max) * (max - x))}, with the same terms, each times its distance rounded to the type. An element so
     * far down that its term is 0 adds 0.
     */
    DISTANCE
}
