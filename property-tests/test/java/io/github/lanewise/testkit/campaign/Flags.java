// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which classes are to take part, of all rows or of each: what a maker of masks is given, an array or the bits that are set, and what it
 * held at first.
 */
final class Flags {
    private final Object given;
    private final Object held;

    private Flags(Object given, Object held) {
        this.given = given;
        this.held = held;
    }

    /** An array for all rows, or for one row after the other. */
    static Flags of(boolean[] flags) {
        return new Flags(flags, flags.clone());
    }

    /** An array of rows. */
    static Flags of(boolean[][] rows) {
        return new Flags(rows, copy(rows));
    }

    /** Bits for all rows. */
    static Flags ofBits(boolean[] flags) {
        return new Flags(bits(flags), flags.clone());
    }

    /** Bits of each row. */
    static Flags ofBits(boolean[][] rows) {
        return new Flags(
                Arrays.stream(rows).map(row -> row == null ? null : bits(row)).toArray(BitSet[]::new), copy(rows));
    }

    private static BitSet bits(boolean... flags) {
        BitSet bits = new BitSet();
        for (int c = 0; c < flags.length; c++) {
            bits.set(c, flags[c]);
        }
        return bits;
    }

    private static boolean[][] copy(boolean[]... rows) {
        return Arrays.stream(rows).map(row -> row == null ? null : row.clone()).toArray(boolean[][]::new);
    }

    /** The same kind of thing that holds others. */
    Flags with(boolean[] flags) {
        return isOfBits() ? ofBits(flags) : of(flags);
    }

    /** The same kind of thing that holds others. */
    Flags with(boolean[][] rows) {
        return isOfBits() ? ofBits(rows) : of(rows);
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

    /** Whether they are given as bits, which have no length. */
    boolean isOfBits() {
        return given instanceof BitSet || given instanceof BitSet[];
    }

    /** Whether a flag is set from a place on. */
    boolean holdsFrom(int classes) {
        return Arrays.stream(isOfRows() ? rows() : new boolean[][] {row()})
                .filter(row -> row != null)
                .anyMatch(row -> bits(row).nextSetBit(classes) >= 0);
    }

    /** Whether a row is null. */
    boolean holdsNull() {
        return isOfRows() && Arrays.asList(rows()).contains(null);
    }

    /** Whether what was given holds something else than at first. */
    boolean isChanged() {
        return !Arrays.deepEquals(new Object[] {given}, new Object[] {copy().given});
    }

    /** The same by itself. */
    Flags copy() {
        return isOfRows() ? with(copy(rows())) : with(row().clone());
    }

    /** Turns every flag of what was given round. */
    void invert() {
        switch (given) {
            case BitSet bits -> bits.flip(0, row().length);
            case BitSet[] several -> {
                for (int p = 0; p < several.length; p++) {
                    several[p].flip(0, rows()[p].length);
                }
            }
            case boolean[][] rows -> {
                for (boolean[] row : rows) {
                    invert(row);
                }
            }
            default -> invert((boolean[]) given);
        }
    }

    private static void invert(boolean... flags) {
        for (int c = 0; c < flags.length; c++) {
            flags[c] = !flags[c];
        }
    }

    @Override
    public String toString() {
        return (isOfBits() ? "bits " : "") + Arrays.deepToString(new Object[] {held});
    }
}
