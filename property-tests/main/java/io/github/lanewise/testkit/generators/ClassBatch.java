// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.generators;

import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Rows;
import io.github.lanewise.testkit.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A batch for the class losses: scores, targets as classes and as probabilities, class weights, upstream gradients. Everything
 * follows from a shape, a kind of scores and a seed, so that a failure is described by these three.
 */
public final class ClassBatch {
    private final ScoreKind kind;
    private final long seed;
    private final Precision precision;
    private final Tensor scores;
    private final Rows rows;

    /**
     * A batch.
     *
     * @param shape shape of the scores: (C), (N, C) or (N, C, d1, ..., dK)
     * @param kind what each row looks like
     * @param seed start of the randomness
     * @param precision the type of all numbers
     */
    public ClassBatch(int[] shape, ScoreKind kind, long seed, Precision precision) {
        this.kind = kind;
        this.seed = seed;
        this.precision = precision;
        this.rows = new Rows(shape, shape.length == 1 ? 0 : 1);
        SplittableRandom random = random(0);
        double[][] numbers = new double[rows.count()][rows.length()];
        for (double[] row : numbers) {
            kind.fill(row, precision, random);
        }
        this.scores = rows.tensor(numbers);
    }

    private SplittableRandom random(int purpose) {
        return new SplittableRandom(seed * 31 + purpose);
    }

    /**
     * The scores.
     *
     * @return a tensor
     */
    public Tensor scores() {
        return scores;
    }

    /**
     * The scores as rows along the class dimension.
     *
     * @return the rows
     */
    public Rows rows() {
        return rows;
    }

    /**
     * Number of classes.
     *
     * @return the length of a row
     */
    public int classes() {
        return rows.length();
    }

    /**
     * Number of samples and positions.
     *
     * @return the number of rows
     */
    public int count() {
        return rows.count();
    }

    /**
     * A class for each row; in half of the rows, by chance, the one with the largest score.
     *
     * @return the targets
     */
    public long[] target() {
        SplittableRandom random = random(1);
        long[] target = new long[rows.count()];
        for (int p = 0; p < target.length; p++) {
            int any = random.nextInt(rows.length());
            target[p] = random.nextBoolean() ? any : largest(rows.row(scores, p));
        }
        return target;
    }

    private static int largest(double[] row) {
        int at = 0;
        for (int i = 1; i < row.length; i++) {
            at = row[i] > row[at] ? i : at;
        }
        return at;
    }

    /**
     * The targets with about a third of them replaced.
     *
     * @param ignored what they are replaced by
     * @return the targets
     */
    public long[] targetWithIgnored(long ignored) {
        SplittableRandom random = random(2);
        long[] target = target();
        for (int p = 0; p < target.length; p++) {
            target[p] = random.nextInt(3) == 0 ? ignored : target[p];
        }
        return target;
    }

    /**
     * Probabilities for each row, rounded, so that they add up to 1 only nearly; one in four is 0.
     *
     * @return a tensor of the scores' shape
     */
    public Tensor probabilities() {
        SplittableRandom random = random(3);
        double[][] numbers = new double[rows.count()][rows.length()];
        for (double[] row : numbers) {
            double sum = 0.0;
            for (int i = 0; i < row.length; i++) {
                row[i] = random.nextInt(4) == 0 ? 0.0 : -Math.log(random.nextDouble());
                sum += row[i];
            }
            for (int i = 0; i < row.length; i++) {
                row[i] = precision.round(sum == 0.0 ? 1.0 / row.length : row[i] / sum);
            }
        }
        return rows.tensor(numbers);
    }

    /**
     * The targets as probabilities: {@code on} at the class and {@code off} elsewhere.
     *
     * @param target a class for each row
     * @param on the probability of the class, rounded to the batch's type
     * @param off the probability of every other class, rounded to the batch's type
     * @return a tensor of the scores' shape
     */
    public Tensor spread(long[] target, double on, double off) {
        double[][] numbers = new double[rows.count()][rows.length()];
        for (int p = 0; p < numbers.length; p++) {
            Arrays.fill(numbers[p], precision.round(off));
            numbers[p][(int) target[p]] = precision.round(on);
        }
        return rows.tensor(numbers);
    }

    /**
     * Positive weights, a class each.
     *
     * @return a tensor of one dimension
     */
    public Tensor weight() {
        SplittableRandom random = random(4);
        double[] weight = new double[rows.length()];
        for (int c = 0; c < weight.length; c++) {
            weight[c] = precision.round(random.nextDouble(0.1, 4.0));
        }
        return Tensor.of(weight, weight.length);
    }

    /**
     * Options with or without weights and smoothing, by chance; without reduction.
     *
     * @return the options
     */
    public ClassLossOptions options() {
        SplittableRandom random = random(5);
        double[] smoothings = {0.0, 0.1, 0.5, 1.0};
        return ClassLossOptions.DEFAULT
                .withReduction(Reduction.NONE)
                .withWeight(random.nextBoolean() ? weight() : null)
                .withLabelSmoothing(smoothings[random.nextInt(smoothings.length)]);
    }

    /**
     * Upstream gradients for one value a row.
     *
     * @return a tensor of the shape of the losses
     */
    public Tensor upstream() {
        return normal(6, rows.otherSizes());
    }

    /**
     * Upstream gradients for one value an element.
     *
     * @return a tensor of the scores' shape
     */
    public Tensor elementUpstream() {
        return normal(7, scores.shape());
    }

    /**
     * Independent probabilities for each element: even over [0, 1], and now and then 0, 1, or close to one of them.
     *
     * @return a tensor of the scores' shape
     */
    public Tensor shares() {
        SplittableRandom random = random(9);
        double[] data = new double[scores.count()];
        for (int i = 0; i < data.length; i++) {
            double near = Math.scalb(random.nextDouble(), -random.nextInt(40));
            data[i] = precision.round(
                    switch (random.nextInt(10)) {
                        case 0 -> 0.0;
                        case 1 -> 1.0;
                        case 2 -> near;
                        case 3 -> 1.0 - near;
                        default -> random.nextDouble();
                    });
        }
        return Tensor.of(data, scores.shape());
    }

    /**
     * Independent probabilities for each element that are multiples of 1/256, so that {@code 1 - y} is exact; half of them are 0
     * or 1.
     *
     * @return a tensor of the scores' shape
     */
    public Tensor coarseShares() {
        SplittableRandom random = random(10);
        double[] data = new double[scores.count()];
        for (int i = 0; i < data.length; i++) {
            data[i] = random.nextBoolean() ? random.nextInt(2) : random.nextInt(257) / 256.0;
        }
        return Tensor.of(data, scores.shape());
    }

    /**
     * Positive weights for each element.
     *
     * @return a tensor of the scores' shape
     */
    public Tensor elementWeights() {
        SplittableRandom random = random(11);
        double[] data = new double[scores.count()];
        for (int i = 0; i < data.length; i++) {
            data[i] = precision.round(random.nextDouble(0.1, 4.0));
        }
        return Tensor.of(data, scores.shape());
    }

    /**
     * Whether the vectors of a pair are to be alike.
     *
     * @return 1 or -1 for each row, or now and then 0
     */
    public Indices signs() {
        SplittableRandom random = random(12);
        long[] signs = new long[rows.count()];
        for (int r = 0; r < signs.length; r++) {
            signs[r] = random.nextInt(9) == 0 ? 0 : random.nextBoolean() ? 1 : -1;
        }
        return Indices.of(signs, signs.length);
    }

    /**
     * Positions along a dimension, for gathering and scattering.
     *
     * @param dim the dimension, from 0
     * @return a position for each element, in the scores' shape
     */
    public Indices positions(int dim) {
        SplittableRandom random = random(13);
        long[] positions = new long[scores.count()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = random.nextInt(scores.size(dim));
        }
        return Indices.of(positions, scores.shape());
    }

    private Tensor normal(int purpose, int... shape) {
        SplittableRandom random = random(purpose);
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        double[] data = new double[count];
        for (int i = 0; i < count; i++) {
            data[i] = precision.round(random.nextGaussian());
        }
        return Tensor.of(data, shape);
    }

    /**
     * A rearrangement of the classes.
     *
     * @return where each class goes
     */
    public int[] permutation() {
        SplittableRandom random = random(8);
        int[] to = new int[rows.length()];
        for (int i = 0; i < to.length; i++) {
            int j = random.nextInt(i + 1);
            to[i] = to[j];
            to[j] = i;
        }
        return to;
    }

    /**
     * Shape, kind and seed.
     *
     * @return a description from which the batch can be made again
     */
    @Override
    public String toString() {
        return "ClassBatch" + Arrays.toString(scores.shape()) + " of " + kind + ", seed " + seed + "L, " + precision;
    }
}
