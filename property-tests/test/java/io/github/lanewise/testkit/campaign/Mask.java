// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.ClassMask;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/** A class mask together with what it was made from, so that nothing has to be asked of the library. */
final class Mask {
    private final ClassMask given;
    private final int classes;

    /** Whether each row has a set of its own. */
    private final boolean perRow;

    /** For each set and class whether it takes part. */
    private final boolean[][] sets;

    private Mask(ClassMask given, int classes, boolean perRow, boolean[]... sets) {
        this.given = given;
        this.classes = classes;
        this.perRow = perRow;
        this.sets = sets;
    }

    /** A mask for so many rows of so many classes, made in any of the ways there are. */
    static Mask draw(int rows, int classes, Draw draw) {
        boolean perRow = draw.chance(0.4);
        boolean[][] sets = new boolean[perRow ? rows : 1][classes];
        double share = draw.one(0.1, 0.5, 0.9, 0.97);
        for (boolean[] set : sets) {
            for (int c = 0; c < classes; c++) {
                set[c] = draw.chance(share);
            }
            // Few rows are left without a class.
            if (classes > 0 && draw.chance(0.9)) {
                set[draw.below(classes)] = true;
            }
        }
        return new Mask(perRow ? perRow(classes, draw, sets) : forAll(sets[0], draw), classes, perRow, sets);
    }

    private static ClassMask perRow(int classes, Draw draw, boolean[]... sets) {
        if (draw.chance(0.3)) {
            return ClassMask.of(classes, (BitSet[]) Flags.ofBits(sets).given());
        }
        // An array without rows does not tell the number of classes.
        if (sets.length > 0 && draw.chance(0.5)) {
            return ClassMask.of(sets);
        }
        boolean[] all = new boolean[sets.length * classes];
        for (int p = 0; p < sets.length; p++) {
            System.arraycopy(sets[p], 0, all, p * classes, classes);
        }
        return ClassMask.of(sets.length, classes, all);
    }

    private static ClassMask forAll(boolean[] set, Draw draw) {
        return switch (draw.below(4)) {
            case 0 -> ClassMask.of(set);
            case 3 -> ClassMask.of(set.length, (BitSet) Flags.ofBits(set).given());
            case 1 -> ClassMask.without(set.length, numbers(set, false));
            default -> ClassMask.only(set.length, numbers(set, true));
        };
    }

    private static int[] numbers(boolean[] set, boolean taking) {
        return IntStream.range(0, set.length).filter(c -> set[c] == taking).toArray();
    }

    /** Masks with such a set for each row. */
    static Mask ofRows(int classes, boolean[]... sets) {
        return new Mask(ClassMask.of(sets), classes, true, sets);
    }

    /** What the library is given. */
    ClassMask given() {
        return given;
    }

    int classes() {
        return classes;
    }

    /** Whether there is a set for a row. */
    boolean has(int row) {
        return !perRow || row < sets.length;
    }

    /** Whether it is for so many rows of so many classes. */
    boolean fits(int rows, int count) {
        return classes == count && (!perRow || sets.length == rows);
    }

    /** Whether a class takes part in a row. */
    boolean takes(int row, long c) {
        return c >= 0 && c < classes && set(row)[(int) c];
    }

    private boolean[] set(int row) {
        return sets[perRow ? row : 0];
    }

    /** The numbers of the classes that take part in a row. */
    int[] classesOf(int row) {
        return numbers(set(row), true);
    }

    /** The numbers of a row without those of the classes that are left out. */
    double[] remaining(int row, double... numbers) {
        return Arrays.stream(classesOf(row)).mapToDouble(c -> numbers[c]).toArray();
    }

    @Override
    public String toString() {
        return given + " " + Arrays.deepToString(sets);
    }
}
