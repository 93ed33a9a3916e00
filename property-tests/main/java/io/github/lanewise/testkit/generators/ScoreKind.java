// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.generators;

import io.github.lanewise.testkit.Precision;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;

/** What the scores of a row look like. */
public enum ScoreKind {
    /** About normal with deviation 1. */
    PLAIN,
    /** About normal with deviation 0.1. */
    NARROW,
    /** Even over [-100, 100]. */
    WIDE,
    /** One score leads by 5 to 95: a loss near 0 whose digits are easily lost. */
    CONFIDENT,
    /** One score leads by so much that all others together weigh about as much. */
    CROWDED,
    /** Log-sum-exp near 0: the maximum and the log of the sum cancel. */
    CANCELLING,
    /** Evenly falling: exponentials are a geometric series. */
    GEOMETRIC,
    /** A common offset of 1e4 to 1e7 of either sign. */
    OFFSET,
    /** Whole numbers from 0 to 2: many ties, also for the maximum. */
    TIES,
    /** All the same. */
    CONSTANT,
    /** Zeros of both signs. */
    ZEROS,
    /** Subnormal numbers. */
    SUBNORMAL,
    /** Up to 1e30. */
    HUGE,
    /** Magnitudes from subnormal to 1e30, evenly over the exponents. */
    MIXED,
    /** Multiples of 1/256 up to 64: adding such a multiple up to 16384 is exact. */
    GRID,
    /** Plain with a NaN. */
    NAN,
    /** Plain with a positive infinity. */
    POSITIVE_INFINITY,
    /** Plain with negative infinities, but not only. */
    NEGATIVE_INFINITY,
    /** Negative infinities only. */
    MASKED;

    private static final double LARGE = 1e30;
    private static final double GRID_STEP = 1.0 / 256;
    private static final int GRID_STEPS = 64 * 256;

    /**
     * Kinds without NaN and infinities.
     *
     * @return a new set
     */
    public static Set<ScoreKind> finite() {
        return EnumSet.range(PLAIN, GRID);
    }

    /**
     * Finite kinds whose differences are at most some hundred, so that derivatives are not all 0 or 1.
     *
     * @return a new set
     */
    public static Set<ScoreKind> moderate() {
        return EnumSet.of(
                PLAIN,
                NARROW,
                WIDE,
                CONFIDENT,
                CROWDED,
                CANCELLING,
                GEOMETRIC,
                OFFSET,
                TIES,
                CONSTANT,
                ZEROS,
                SUBNORMAL,
                GRID);
    }

    /**
     * Fills a row.
     *
     * @param row receives the scores
     * @param precision the type to round them to
     * @param random the source of randomness
     */
    public void fill(double[] row, Precision precision, SplittableRandom random) {
        int n = row.length;
        double common = random.nextGaussian();
        double choice = random.nextDouble();
        for (int i = 0; i < n; i++) {
            row[i] = score(i, n, common, choice, precision, random);
        }
        if (n > 0) {
            exception(row, choice, random);
        }
        for (int i = 0; i < n; i++) {
            row[i] = precision.round(row[i]);
        }
    }

    private double score(int i, int n, double common, double choice, Precision precision, SplittableRandom random) {
        return switch (this) {
            case PLAIN, CONFIDENT, CANCELLING, NAN, POSITIVE_INFINITY, NEGATIVE_INFINITY -> random.nextGaussian();
            case NARROW -> 0.1 * random.nextGaussian();
            case WIDE -> random.nextDouble(-100.0, 100.0);
            case CROWDED -> -Math.log(n) - 2.0 * choice + 0.01 * random.nextGaussian();
            case GEOMETRIC -> -i * (0.01 + 3.0 * choice);
            case OFFSET -> Math.copySign(Math.pow(10.0, 4.0 + 3.0 * choice), common) + 3.0 * random.nextGaussian();
            case TIES -> random.nextInt(3);
            case CONSTANT -> 10.0 * common;
            case ZEROS -> random.nextBoolean() ? 0.0 : -0.0;
            case SUBNORMAL -> precision.smallestNormal() * random.nextDouble(-1.0, 1.0);
            case HUGE -> LARGE * random.nextDouble(-1.0, 1.0);
            case MIXED -> mixed(precision, random);
            case GRID -> GRID_STEP * random.nextInt(-GRID_STEPS, GRID_STEPS + 1);
            case MASKED -> Double.NEGATIVE_INFINITY;
        };
    }

    private static double mixed(Precision precision, SplittableRandom random) {
        int lowest = Math.getExponent(precision.ulp(0.0));
        int exponent = random.nextInt(lowest, Math.getExponent(LARGE));
        double magnitude = Math.scalb(1.0 + random.nextDouble(), exponent);
        return random.nextBoolean() ? magnitude : -magnitude;
    }

    /** Puts the scores in that make the row special. */
    private void exception(double[] row, double choice, SplittableRandom random) {
        int at = random.nextInt(row.length);
        switch (this) {
            case CONFIDENT -> row[at] += 5.0 + 90.0 * choice;
            case CROWDED -> row[at] = 0.0;
            case CANCELLING -> {
                double sum = 0.0;
                for (double score : row) {
                    sum += Math.exp(score);
                }
                // From about 1 to far below a rounding error of the scores.
                double rest = Math.pow(10.0, -12.0 * choice);
                for (int i = 0; i < row.length; i++) {
                    row[i] += rest - Math.log(sum);
                }
            }
            case NAN -> row[at] = Double.NaN;
            case POSITIVE_INFINITY -> row[at] = Double.POSITIVE_INFINITY;
            case NEGATIVE_INFINITY -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] = i != at && random.nextBoolean() ? Double.NEGATIVE_INFINITY : row[i];
                }
            }
            default -> {
                // The other kinds have no exception.
            }
        }
    }
}
