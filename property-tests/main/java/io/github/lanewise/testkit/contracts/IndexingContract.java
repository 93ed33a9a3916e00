// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.GATHER;
import static io.github.lanewise.testkit.Operation.LOG_SOFTMAX;
import static io.github.lanewise.testkit.Operation.NLL_LOSS;
import static io.github.lanewise.testkit.Operation.ONE_HOT;
import static io.github.lanewise.testkit.Operation.SCATTER;

import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.IndexingOperations;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Rows;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import io.github.lanewise.testkit.generators.ClassBatch;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Gathering, scattering and one-hot vectors: exact, and each other's inverse or adjoint. */
public interface IndexingContract extends LossContract {

    /**
     * Along every dimension an element of the result is the one that its index names.
     *
     * @param batch numbers and positions
     * @param anyDim a dimension, reduced to those there are
     */
    @Property(tries = 60)
    default void gatheringPicksWhatTheIndexNames(
            @ForAll("finite") ClassBatch batch, @ForAll @IntRange(max = 4) int anyDim) {
        if (!claims(GATHER)) {
            return;
        }
        Tensor x = batch.scores();
        int dim = anyDim % x.rank();
        Indices index = batch.positions(dim);
        Tensor got = implementation().gather(x, dim - (anyDim > 2 ? x.rank() : 0), index);
        Rows rows = new Rows(x.shape(), dim);
        Check.that(Arrays.equals(got.shape(), index.shape()), () -> "the result has another shape than the index");
        for (int r = 0; r < rows.count(); r++) {
            for (int i = 0; i < rows.length(); i++) {
                int at = rows.index(r, i);
                double expected = x.get(rows.index(r, (int) index.get(at)));
                Check.near(got.get(at), expected, 0.0, () -> "gathered[" + at + "]");
            }
        }
    }

    /**
     * The gradient of gathering adds up what went to each place: {@code sum(g gather(x)) = sum(gradient x)} term by term.
     *
     * @param batch numbers, positions and upstream gradients
     * @param anyDim a dimension, reduced to those there are
     */
    @Property(tries = 60)
    default void gradientOfGatheringAddsUp(
            @ForAll("moderate") ClassBatch batch, @ForAll @IntRange(max = 4) int anyDim) {
        if (!claims(GATHER)) {
            return;
        }
        Tensor x = batch.scores();
        int dim = anyDim % x.rank();
        Indices index = batch.positions(dim);
        Tensor g = batch.elementUpstream();
        Tensor gradient = implementation().gatherGradient(x, dim, index, g);
        Rows rows = new Rows(x.shape(), dim);
        double[] expected = new double[x.count()];
        double[] magnitudes = new double[x.count()];
        for (int r = 0; r < rows.count(); r++) {
            for (int i = 0; i < rows.length(); i++) {
                int from = rows.index(r, i);
                int to = rows.index(r, (int) index.get(from));
                expected[to] += g.get(from);
                magnitudes[to] += Math.abs(g.get(from));
            }
        }
        for (int i = 0; i < expected.length; i++) {
            int at = i;
            Check.near(
                    gradient.get(i),
                    expected[i],
                    rows.length() * precision().epsilon() * magnitudes[i],
                    () -> "gradient[" + at + "]");
        }
    }

    /**
     * What was scattered to places of its own can be gathered again; the gradients divide the upstream gradient between what was
     * replaced and what replaced it.
     *
     * @param batch numbers and a permutation
     */
    @Property(tries = 60)
    default void scatteringToPlacesOfTheirOwnIsUndoneByGathering(@ForAll("finite") ClassBatch batch) {
        if (!claims(SCATTER, GATHER)) {
            return;
        }
        Tensor x = batch.scores();
        Tensor source = batch.elementUpstream();
        Rows rows = batch.rows();
        int[] to = batch.permutation();
        // Half of the classes are replaced.
        int count = (rows.length() + 1) / 2;
        int[] shape = x.shape();
        shape[rows.dim()] = count;
        Rows part = new Rows(shape, rows.dim());
        long[] places = new long[part.count() * count];
        for (int r = 0; r < part.count(); r++) {
            for (int i = 0; i < count; i++) {
                places[part.index(r, i)] = to[i];
            }
        }
        Indices index = Indices.of(places, shape);
        Tensor scattered = implementation().scatter(x, rows.dim(), index, source, 0.0);
        Tensor back = implementation().gather(scattered, rows.dim(), index);
        Tensor constant = implementation().scatter(x, rows.dim(), index, null, 0.5);
        TwoGradients gradients = implementation().scatterGradient(x, rows.dim(), index, source, source);
        boolean[] replaced = new boolean[x.count()];
        for (int r = 0; r < part.count(); r++) {
            for (int i = 0; i < count; i++) {
                int at = rows.index(r, to[i]);
                replaced[at] = true;
                double expected = source.get(rows.index(r, i));
                Check.near(back.get(part.index(r, i)), expected, 0.0, () -> "scattered and gathered");
                Check.near(constant.get(at), 0.5, 0.0, () -> "scattered constant");
                Check.near(
                        gradients.second().get(rows.index(r, i)), source.get(at), 0.0, () -> "gradient of the source");
            }
        }
        for (int i = 0; i < replaced.length; i++) {
            int at = i;
            Check.near(gradients.first().get(i), replaced[i] ? 0.0 : source.get(i), 0.0, () -> "gradient[" + at + "]");
            if (!replaced[i]) {
                Check.near(scattered.get(i), x.get(i), 0.0, () -> "what stays[" + at + "]");
                Check.near(constant.get(i), x.get(i), 0.0, () -> "what stays[" + at + "]");
            }
        }
    }

    /**
     * A one-hot vector has one at its class and zeros elsewhere; the number of classes may be left to the largest of them.
     *
     * @param batch classes
     */
    @Property(tries = 60)
    default void oneHotVectorsHaveOneOne(@ForAll("finite") ClassBatch batch) {
        if (!claims(ONE_HOT)) {
            return;
        }
        long[] classes = batch.target();
        int[] shape = batch.rows().otherSizes();
        Indices index = Indices.of(classes, shape);
        int largest = (int) Arrays.stream(classes).max().orElse(0L);
        for (int count : new int[] {batch.classes(), IndexingOperations.INFER_CLASSES}) {
            Tensor hot = implementation().oneHot(index, count);
            int size = count == IndexingOperations.INFER_CLASSES ? largest + 1 : count;
            Check.that(
                    hot.rank() == shape.length + 1 && hot.size(shape.length) == size,
                    () -> "one-hot vectors have shape " + Arrays.toString(hot.shape()));
            for (int i = 0; i < hot.count(); i++) {
                double expected = i % size == classes[i / size] ? 1.0 : 0.0;
                Check.near(hot.get(i), expected, 0.0, () -> "one-hot vector");
            }
        }
    }

    /**
     * Negative log-likelihood gathers log-probabilities.
     *
     * @param batch scores and targets
     */
    @Property(tries = 40)
    default void likelihoodsAreGathered(@ForAll("finite") ClassBatch batch) {
        if (!claims(GATHER, NLL_LOSS, LOG_SOFTMAX)) {
            return;
        }
        Rows rows = batch.rows();
        Tensor lp = implementation().logSoftmax(batch.scores(), rows.dim());
        int[] shape = lp.shape();
        shape[rows.dim()] = 1;
        Tensor gathered = implementation().gather(lp, rows.dim(), Indices.of(batch.target(), shape));
        Tensor losses =
                implementation().nllLoss(lp, batch.target(), ClassLossOptions.DEFAULT.withReduction(Reduction.NONE));
        for (int r = 0; r < rows.count(); r++) {
            Check.near(losses.get(r), -gathered.get(r), 0.0, () -> "likelihood");
        }
    }

    /** An index that holds nothing may have any shape: nothing is picked, nothing is put, and no gradient arrives. */
    @Example
    default void anEmptyIndexNamesNothing() {
        Tensor x = Tensor.of(new double[] {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}, 2, 3);
        Tensor source = Tensor.of(new double[] {7.0}, 1, 1);
        int[][] shapes = {{2, 0}, {5, 0}, {0, 9}, {0}, {1, 2, 0}};
        for (int[] shape : shapes) {
            Indices none = Indices.of(new long[0], shape);
            Tensor nothing = Tensor.of(new double[0], shape);
            if (claims(GATHER)) {
                Tensor picked = implementation().gather(x, 1, none);
                Check.that(Arrays.equals(picked.shape(), shape), () -> "nothing has shape " + picked);
                checkAll(implementation().gatherGradient(x, 1, none, nothing), new double[6]);
            }
            if (claims(SCATTER)) {
                checkAll(implementation().scatter(x, 1, none, null, 9.0), x.data());
                checkAll(implementation().scatter(x, 1, none, source, 0.0), x.data());
                checkAll(implementation().scatterGradient(x, 1, none, null, x).first(), x.data());
            }
        }
    }

    private static void checkAll(Tensor got, double[] expected) {
        Check.that(Arrays.equals(got.data(), expected), () -> got + " is not " + Arrays.toString(expected));
    }

    private static String described(Indices index) {
        return " with the index " + Arrays.toString(index.data()) + " of shape " + Arrays.toString(index.shape());
    }

    /** Positions outside, sizes that do not fit, and classes that are none are rejected. */
    @Example
    default void indicesThatMakeNoSense() {
        Tensor x = Tensor.of(new double[12], 3, 4);
        Indices[] wrong = {
            Indices.of(new long[] {4, 0, 0}, 3, 1),
            Indices.of(new long[] {-1, 0, 0}, 3, 1),
            Indices.of(new long[] {1L << 32, 0, 0}, 3, 1),
            Indices.of(new long[4], 4, 1),
            Indices.of(new long[3], 3)
        };
        Tensor source = Tensor.of(new double[20], 5, 4);
        if (claims(GATHER)) {
            for (Indices index : wrong) {
                Check.rejected(
                        () -> implementation().gather(x, 1, index),
                        () -> "gather along dimension 1 of [3, 4]" + described(index));
            }
            Check.rejected(
                    () -> implementation().gather(x, 2, Indices.of(new long[3], 3, 1)),
                    () -> "gather along dimension 2 of a tensor with 2");
            Check.rejected(
                    () -> implementation().gather(x, -3, Indices.of(new long[3], 3, 1)),
                    () -> "gather along dimension -3 of a tensor with 2");
        }
        if (claims(SCATTER)) {
            for (Indices index : wrong) {
                Check.rejected(
                        () -> implementation().scatter(x, 1, index, source, 0.0),
                        () -> "scatter along dimension 1 of [3, 4]" + described(index));
                Check.rejected(
                        () -> implementation().scatter(x, 1, index, null, 1.0),
                        () -> "scatter of a number along dimension 1 of [3, 4]" + described(index));
            }
            Tensor small = Tensor.of(new double[3], 3, 1);
            Check.rejected(
                    () -> implementation().scatter(x, 1, Indices.of(new long[6], 3, 2), small, 0.0),
                    () -> "scatter with an index of shape [3, 2] from a source of shape [3, 1]");
        }
        if (claims(ONE_HOT)) {
            Check.rejected(
                    () -> implementation().oneHot(Indices.of(new long[] {0, 3}, 2), 3), () -> "oneHot of class 3 of 3");
            Check.rejected(
                    () -> implementation().oneHot(Indices.of(new long[] {0, -1}, 2), 3), () -> "oneHot of class -1");
            Check.rejected(
                    () -> implementation().oneHot(Indices.of(new long[0], 0), IndexingOperations.INFER_CLASSES),
                    () -> "oneHot of no classes, whose number is to be found");
            Check.rejected(
                    () -> implementation().oneHot(Indices.of(new long[] {0}, 1), 0), () -> "oneHot with 0 classes");
            Check.rejected(
                    () -> implementation().oneHot(Indices.of(new long[] {0}, 1), -2), () -> "oneHot with -2 classes");
        }
    }

    private Precision precision() {
        return implementation().precision();
    }
}
