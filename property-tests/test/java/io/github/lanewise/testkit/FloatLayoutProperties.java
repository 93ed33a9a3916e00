// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.lanewise.FloatLanewise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Results do not depend on where the numbers lie: views with offsets, gaps, transposed or negative strides give what row-major
 * tensors give, to the bit wherever both walk rows or both walk columns, and within the errors of both walks otherwise.
 */
class FloatLayoutProperties {
    /** From so many positions side by side on columns are walked for certain. */
    private static final int SURELY_COLUMNS = 16;

    private final LossImplementation plain = new FloatLanewise();

    /**
     * Rows and columns add the terms of a sum in different order, and a row of one dominant number is the sum of the others:
     * each walk is up to 2 ulp from the true value in float, and further in double, where no wider type is at hand in which
     * sums could be divided and logarithmed; the two were up to 6 ulp apart there.
     */
    private final double otherwiseUlp = plain.precision() == Precision.DOUBLE ? 8.0 : 4.0;

    @Property(tries = 120)
    void softmaxFamily(
            @ForAll ClassBatch batch,
            @ForAll FloatLayout in,
            @ForAll FloatLayout out,
            @ForAll @IntRange(max = 4) int anyDim) {
        LossImplementation laidOut = FloatLaidOut.apart(in, out);
        Tensor x = batch.scores();
        int dim = anyDim % x.rank();
        boolean sameBits = sameWalk(x, dim, in, out);
        check(laidOut.softmax(x, dim), plain.softmax(x, dim), sameBits);
        check(laidOut.logSoftmax(x, dim), plain.logSoftmax(x, dim), sameBits);
        for (boolean keepDim : new boolean[] {true, false}) {
            Tensor expected = plain.logSumExp(x, dim, keepDim);
            checkLogSumExp(laidOut.logSumExp(x, dim, keepDim), expected, new Rows(x.shape(), dim), x, sameBits);
        }
        if (sameBits) {
            Tensor g = batch.elementUpstream();
            assertEquals(plain.softmaxGradient(x, dim, g), laidOut.softmaxGradient(x, dim, g));
            assertEquals(plain.logSoftmaxGradient(x, dim, g), laidOut.logSoftmaxGradient(x, dim, g));
        }
    }

    @Property(tries = 60)
    void logSumExpGradient(@ForAll ClassBatch batch, @ForAll FloatLayout in, @ForAll FloatLayout out) {
        Tensor x = batch.scores();
        int dim = batch.rows().dim();
        Tensor g = batch.upstream();
        Tensor got = FloatLaidOut.apart(in, out).logSumExpGradient(x, dim, false, g);
        check(got, plain.logSumExpGradient(x, dim, false, g), sameWalk(x, dim, in, out));
    }

    @Property(tries = 120)
    void crossEntropyOfClasses(
            @ForAll ClassBatch batch, @ForAll FloatLayout in, @ForAll FloatLayout out, @ForAll Reduction reduction) {
        LossImplementation laidOut = FloatLaidOut.apart(in, out);
        ClassLossOptions options = batch.options().withIgnoreIndex(-1).withReduction(reduction);
        Tensor x = batch.scores();
        long[] target = batch.targetWithIgnored(-1);
        Tensor g = reduction == Reduction.NONE ? batch.upstream() : null;
        boolean sameBits = sameWalk(x, batch.rows().dim(), in, out);
        check(laidOut.crossEntropy(x, target, options), plain.crossEntropy(x, target, options), sameBits);
        Tensor gradient = laidOut.crossEntropyGradient(x, target, options, g);
        checkGradient(
                gradient,
                plain.crossEntropyGradient(x, target, options, g),
                magnitude(batch, options, target),
                sameBits);
        check(laidOut.nllLoss(x, target, options), plain.nllLoss(x, target, options), true);
        check(laidOut.nllLossGradient(x, target, options, g), plain.nllLossGradient(x, target, options, g), true);
    }

    @Property(tries = 80)
    void crossEntropyOfProbabilities(
            @ForAll ClassBatch batch, @ForAll FloatLayout in, @ForAll FloatLayout out, @ForAll Reduction reduction) {
        LossImplementation laidOut = FloatLaidOut.apart(in, out);
        ClassLossOptions options = batch.options().withReduction(reduction);
        Tensor x = batch.scores();
        Tensor target = batch.probabilities();
        Tensor g = reduction == Reduction.NONE ? batch.upstream() : null;
        boolean sameBits = sameWalk(x, batch.rows().dim(), in, out);
        check(
                laidOut.crossEntropyProbabilities(x, target, options),
                plain.crossEntropyProbabilities(x, target, options),
                sameBits);
        TwoGradients got = laidOut.crossEntropyProbabilitiesGradient(x, target, options, g);
        TwoGradients expected = plain.crossEntropyProbabilitiesGradient(x, target, options, g);
        double magnitude = magnitude(batch, options) / (reduction == Reduction.MEAN ? batch.count() : 1.0);
        checkGradient(got.first(), expected.first(), magnitude, sameBits);
        check(got.second(), expected.second(), sameBits);
    }

    @Property(tries = 80)
    void writingOverAnInputChangesNoBit(
            @ForAll ClassBatch batch, @ForAll FloatLayout in, @ForAll FloatLayout out, @ForAll Reduction reduction) {
        // Outputs over inputs have the inputs' layout, so that is what they are compared with.
        List<Tensor> apart = everything(FloatLaidOut.apart(in, in), batch, reduction);
        List<Tensor> inPlace = everything(FloatLaidOut.inPlace(in, out), batch, reduction);
        assertEquals(apart, inPlace);
    }

    /** All results that can be written over an input. */
    private static List<Tensor> everything(LossImplementation implementation, ClassBatch batch, Reduction reduction) {
        List<Tensor> results = new ArrayList<>();
        Tensor x = batch.scores();
        int dim = batch.rows().dim();
        Tensor elements = batch.elementUpstream();
        results.add(implementation.softmax(x, dim));
        results.add(implementation.logSoftmax(x, dim));
        results.add(implementation.softmaxGradient(x, dim, elements));
        results.add(implementation.logSoftmaxGradient(x, dim, elements));
        results.add(implementation.logSumExpGradient(x, dim, false, batch.upstream()));
        Tensor g = reduction == Reduction.NONE ? batch.upstream() : null;
        ClassLossOptions options = batch.options().withIgnoreIndex(-1).withReduction(reduction);
        long[] target = batch.targetWithIgnored(-1);
        results.add(implementation.crossEntropyGradient(x, target, options, g));
        results.add(implementation.nllLossGradient(x, target, options, g));
        TwoGradients gradients = implementation.crossEntropyProbabilitiesGradient(x, batch.probabilities(), options, g);
        results.add(gradients.first());
        results.add(gradients.second());
        return results;
    }

    /** Whether row-major tensors and the layouts are surely walked alike: all along rows, or all across columns. */
    private static boolean sameWalk(Tensor x, int dim, FloatLayout in, FloatLayout out) {
        int[] columns = {
            FloatLaidOut.columns(dim, x.shape()),
            FloatLaidOut.columns(dim, in, x.shape()),
            FloatLaidOut.columns(dim, out, x.shape())
        };
        boolean rows = true;
        boolean wide = true;
        for (int run : columns) {
            rows &= run == 1;
            wide &= run >= SURELY_COLUMNS && run == columns[0];
        }
        return rows || wide;
    }

    private void check(Tensor got, Tensor expected, boolean sameBits) {
        if (sameBits) {
            assertEquals(expected, got);
            return;
        }
        assertArrayEquals(expected.shape(), got.shape());
        for (int i = 0; i < got.count(); i++) {
            double distance = plain.precision().ulpDistance(got.get(i), expected.get(i));
            int at = i;
            assertTrue(
                    distance <= otherwiseUlp,
                    () -> "[" + at + "] is " + got.get(at) + ", row-major " + expected.get(at) + ", " + distance
                            + " ulp apart");
        }
    }

    /** A log-sum-exp is a sum that may cancel, so without equal bits its error is that of the larger term. */
    private void checkLogSumExp(Tensor got, Tensor expected, Rows rows, Tensor scores, boolean sameBits) {
        if (sameBits) {
            assertEquals(expected, got);
            return;
        }
        for (int r = 0; r < rows.count(); r++) {
            double max = Arrays.stream(rows.row(scores, r)).max().orElse(0.0);
            double scale = Math.max(Math.abs(max), Math.log(rows.length()));
            double tolerance = otherwiseUlp * plain.precision().ulp(Math.max(scale, Math.abs(expected.get(r))));
            checkNear(got, expected, r, tolerance);
        }
    }

    /** Gradients are differences of terms of up to this magnitude: the coefficients of a row, times the upstream gradient. */
    private static double magnitude(ClassBatch batch, ClassLossOptions options, long... target) {
        double weight = 1.0;
        double denominator = 0.0;
        for (int c = 0; c < batch.classes(); c++) {
            weight = Math.max(weight, options.weightOf(c));
        }
        for (long y : target) {
            denominator += y == -1 ? 0.0 : options.weightOf((int) y);
        }
        double upstream =
                Arrays.stream(batch.upstream().data()).map(Math::abs).max().orElse(0.0);
        return switch (options.reduction()) {
            case NONE -> weight * upstream;
            case SUM -> weight;
            case MEAN, BATCH_MEAN -> target.length == 0 ? weight : weight / denominator;
        };
    }

    private void checkGradient(Tensor got, Tensor expected, double magnitude, boolean sameBits) {
        if (sameBits) {
            assertEquals(expected, got);
            return;
        }
        double tolerance = 4.0 * plain.precision().epsilon() * magnitude;
        for (int i = 0; i < got.count(); i++) {
            checkNear(got, expected, i, tolerance);
        }
    }

    private void checkNear(Tensor got, Tensor expected, int i, double tolerance) {
        double g = got.get(i);
        double e = expected.get(i);
        assertTrue(
                g == e || (Double.isNaN(g) && Double.isNaN(e)) || Math.abs(g - e) <= tolerance,
                () -> "[" + i + "] is " + g + ", row-major " + e + ", more than " + tolerance + " apart");
    }
}
