// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.DoubleRagged;
import io.github.lanewise.DoubleTensor;
import io.github.lanewise.FloatRagged;
import io.github.lanewise.FloatTensor;
import java.util.Arrays;
import java.util.function.DoubleSupplier;

/** Rows of different lengths together with what they were made from, so that nothing has to be asked of the library. */
final class Ragged {
    private final View whole;
    private final int before;
    private final int[] lengths;
    private final View span;
    private final Object given;

    /** Rows of such lengths in a view, behind elements that are in none of them. */
    Ragged(View whole, int before, int... lengths) {
        this.whole = whole;
        this.before = before;
        this.lengths = lengths.clone();
        int[] offsets = offsets();
        int stride = whole.stride(0);
        int[] shape = {offsets[lengths.length] - before};
        this.span = new View(
                null,
                whole.store(),
                whole.type(),
                whole.start() + (long) before * stride * whole.width(),
                shape,
                new int[] {stride},
                whole.readOnly());
        this.given = whole.element() == Element.FLOAT
                ? FloatRagged.of((FloatTensor) whole.tensor(), offsets)
                : DoubleRagged.of((DoubleTensor) whole.tensor(), offsets);
    }

    /** Rows of such lengths in new memory, with elements before and behind that are in none of them. */
    static Ragged draw(Element element, boolean output, DoubleSupplier values, Draw draw, int... lengths) {
        int before = draw.below(4);
        int all = before + Arrays.stream(lengths).sum() + draw.below(4);
        return new Ragged(draw.view(element, output, values, all), before, lengths);
    }

    /** The same rows of another view, which holds the elements of all rows and nothing else. */
    Ragged over(View elements) {
        return new Ragged(elements, 0, lengths);
    }

    /** The same rows of the same elements, as another view shows them. */
    Ragged seenBy(View other) {
        return new Ragged(other, before, lengths);
    }

    /** The same rows, some elements further on; null if they do not fit there. */
    Ragged moved(int by) {
        int begin = before + by;
        return begin < 0 || begin + span.numel() > whole.numel() ? null : new Ragged(whole, begin, lengths);
    }

    /** What the library is given. */
    Object given() {
        return given;
    }

    /** The view that the rows were made of. */
    View whole() {
        return whole;
    }

    /** The elements of all rows. */
    View span() {
        return span;
    }

    int[] lengths() {
        return lengths.clone();
    }

    /** The number of the first element of each row in the whole view, and that behind the last row. */
    int[] offsets() {
        int[] offsets = new int[lengths.length + 1];
        offsets[0] = before;
        for (int p = 0; p < lengths.length; p++) {
            offsets[p + 1] = offsets[p] + lengths[p];
        }
        return offsets;
    }

    /** The numbers of each row. */
    double[][] rows() {
        double[] numbers = span.numbers();
        double[][] rows = new double[lengths.length][];
        int from = 0;
        for (int p = 0; p < lengths.length; p++) {
            rows[p] = Arrays.copyOfRange(numbers, from, from + lengths[p]);
            from += lengths[p];
        }
        return rows;
    }

    @Override
    public String toString() {
        return "rows of " + Arrays.toString(lengths) + " from element " + before + " of " + whole;
    }
}
