// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import java.util.Arrays;

/** Which classes are to take part, of all rows or of each: the array that a maker of masks is given, and what it held at first. */
final class Flags {
    private final Object given;
    private final Object held;

    private Flags(Object given) {
        this.given = given;
        this.held = copy(given);
    }

    /** An array for all rows, or for one row after the other. */
    static Flags of(boolean[] flags) {
        return new Flags(flags);
    }

    /** An array of rows. */
    static Flags of(boolean[][] rows) {
        return new Flags(rows);
    }

    private static Object copy(Object flags) {
        return flags instanceof boolean[][] rows
                ? Arrays.stream(rows)
                        .map(row -> row == null ? null : row.clone())
                        .toArray(boolean[][]::new)
                : ((boolean[]) flags).clone();
    }

    /** What the library is given. */
    Object given() {
        return given;
    }

    /** The flags of a single array, as they were at first. */
    boolean[] row() {
        return (boolean[]) held;
    }

    /** The flags of an array of rows, as they were at first. */
    boolean[][] rows() {
        return (boolean[][]) held;
    }

    boolean isOfRows() {
        return held instanceof boolean[][];
    }

    /** Whether a row is null. */
    boolean holdsNull() {
        return isOfRows() && Arrays.asList(rows()).contains(null);
    }

    /** Whether the array holds something else than at first. */
    boolean isChanged() {
        return !Arrays.deepEquals(new Object[] {given}, new Object[] {held});
    }

    /** The same in an array of its own. */
    Flags copy() {
        return new Flags(copy(held));
    }

    /** Turns every flag of the array round. */
    void invert() {
        boolean[][] rows = given instanceof boolean[][] several ? several : new boolean[][] {(boolean[]) given};
        for (boolean[] row : rows) {
            for (int c = 0; c < row.length; c++) {
                row[c] = !row[c];
            }
        }
    }

    @Override
    public String toString() {
        return Arrays.deepToString(new Object[] {held});
    }
}
