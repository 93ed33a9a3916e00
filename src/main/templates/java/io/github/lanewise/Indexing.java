// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One-hot encoding, gathering and scattering by indices. Corresponds to PyTorch's {@code one_hot}, {@code gather} and
 * {@code scatter}.
 *
 * <p>For views of three dimensions, along dimension 1 (and likewise for any number and any dimension):
 *
 * <pre>
 * oneHot:    output[i][c]    = 1 if index[i] == c, else 0
 * gather:    output[i][j][k] = input[i][index[i][j][k]][k]
 * scatter:   output = input, then output[i][index[i][j][k]][k] = src[i][j][k], or a value
 * </pre>
 *
 * <p><b>Shapes.</b> Indices are an {@code int[]} or {@code long[]}, row-major over a shape of as many dimensions as
 * the input. It may be smaller than the input, which then is used up to there; along the dimension itself it may have
 * any size in gather and in scatter. A shape that holds no index may be any: nothing is picked or put. Dimensions count
 * from the end if negative. A view without dimensions is a row of one element. Any strides.
 *
 * <pre>{@code
 * // [[1, 2], [3, 4]] along dimension 1 by [[0, 0], [1, 0]] is [[1, 1], [4, 3]]
 * Indexing.gather(FloatTensor.of(new float[] {1, 2, 3, 4}, 2, 2), 1, new int[] {0, 0, 1, 0}, output);
 * }</pre>
 *
 * <p><b>Indices that occur twice.</b> In the gradient of gather their gradients add up, one after the other in
 * row-major order, in the type of the view. In scatter the last one in row-major order stays, where PyTorch leaves
 * the choice open; only that one has a gradient.
 *
 * <p>Elements are copied as they are, NaN and infinities included. Methods throw {@link NullPointerException} for a
 * null argument, {@link IndexOutOfBoundsException} for an index or a dimension that is not there, and
 * {@link IllegalArgumentException} for shapes that do not fit and for overlaps; all before anything is written. They
 * allocate nothing and may be called from any thread. Reference: PyTorch documentation,
 * {@code torch.nn.functional.one_hot}, {@code torch.gather}, {@code torch.Tensor.scatter_}.
 */
public final class Indexing {
    private Indexing() {}

    // ---- for int and long
    /**
     * The number of classes that a one-hot encoding of indices as {@code int} needs: the largest and one.
     *
     * @param index classes from 0 on
     * @return the number of classes
     * @throws IllegalArgumentException if there is no index
     * @throws IndexOutOfBoundsException if one is negative
     */
    public static int inferClasses(int[] index) {
        return IndexShapes.classes(ClassIndices.ints(index), ClassIndices.longs(index));
    }

    /**
     * One-hot encoding of indices as {@code int} in whole numbers, as PyTorch's.
     *
     * @param index a class for each entry
     * @param numClasses the number of classes, or -1 for {@link #inferClasses(int[])}
     * @param output receives the encodings one after the other, {@code index.length * numClasses} numbers
     * @throws IllegalArgumentException if the output has another length, or there is no class
     * @throws IndexOutOfBoundsException if an index is not a class
     */
    public static void oneHot(int[] index, int numClasses, long[] output) {
        Objects.requireNonNull(index, "index");
        oneHot(ClassIndices.ints(index), ClassIndices.longs(index), index.length, numClasses, output);
    }
    // ---- end

    private static void oneHot(
            int @Nullable [] ints, long @Nullable [] longs, int entries, int numClasses, long[] output) {
        Objects.requireNonNull(output, "output");
        int classes = IndexShapes.checkOneHot(ints, longs, numClasses);
        IndexShapes.checkRoom(entries, classes, output.length);
        Arrays.fill(output, 0L);
        for (int i = 0; i < entries; i++) {
            output[i * classes + (int) ClassIndices.at(ints, longs, i)] = 1L;
        }
    }

    // ---- for float and double

    // ---- for int and long
    /**
     * One-hot encoding of indices as {@code int}.
     *
     * @param index a class for each entry
     * @param numClasses the number of classes, or -1 for {@link #inferClasses(int[])}
     * @param output receives 1 and 0: any shape with the classes as the last dimension and a position of the others
     *     for each entry, row-major
     * @throws IllegalArgumentException if the output has another shape, or there is no class
     * @throws IndexOutOfBoundsException if an index is not a class
     */
    public static void oneHot(int[] index, int numClasses, FloatTensor output) {
        Objects.requireNonNull(index, "index");
        encode(ClassIndices.ints(index), ClassIndices.longs(index), index.length, numClasses, output);
    }

    /**
     * Elements picked along a dimension, by indices as {@code int}.
     *
     * @param input what to pick from
     * @param dim the dimension that the indices count along
     * @param index row-major over the output's shape
     * @param output receives the elements; as many dimensions as the input, of which all but {@code dim} are no
     *     larger; must not share an element with the input
     * @throws IllegalArgumentException if shapes do not fit or views overlap
     * @throws IndexOutOfBoundsException if there is no such dimension, or an index is outside it
     */
    public static void gather(FloatTensor input, int dim, int[] index, FloatTensor output) {
        pick(input, dim, ClassIndices.ints(index), ClassIndices.longs(index), output);
    }

    /**
     * Gradient of gather, by indices as {@code int}: each place receives the sum of the gradients of where it went.
     *
     * @param dim the dimension that the indices count along
     * @param index row-major over the shape of gradOutput
     * @param gradOutput gradient with respect to what gather gave, of its shape
     * @param gradInput receives the gradient with respect to the input, of its shape; must not share an element with
     *     gradOutput
     * @throws IllegalArgumentException if shapes do not fit or views overlap
     * @throws IndexOutOfBoundsException if there is no such dimension, or an index is outside it
     */
    public static void gatherBackward(int dim, int[] index, FloatTensor gradOutput, FloatTensor gradInput) {
        pickBackward(dim, ClassIndices.ints(index), ClassIndices.longs(index), gradOutput, gradInput);
    }

    /**
     * The input with elements replaced by those of another view, by indices as {@code int}.
     *
     * @param input what to start from
     * @param dim the dimension that the indices count along
     * @param index row-major over indexShape
     * @param indexShape as many dimensions as the input, of which all but {@code dim} are no larger; nowhere larger
     *     than src
     * @param src the elements to put; what lies outside indexShape is not used
     * @param output receives the result, of the input's shape; may be the input, and must not share an element with src
     * @throws IllegalArgumentException if shapes do not fit or views overlap
     * @throws IndexOutOfBoundsException if there is no such dimension, or an index is outside it
     */
    public static void scatter(
            FloatTensor input, int dim, int[] index, int[] indexShape, FloatTensor src, FloatTensor output) {
        Objects.requireNonNull(src, "src");
        put(input, dim, ClassIndices.ints(index), ClassIndices.longs(index), indexShape, src, 0f, output);
    }

    /**
     * The input with elements replaced by a number, by indices as {@code int}.
     *
     * @param input what to start from
     * @param dim the dimension that the indices count along
     * @param index row-major over indexShape
     * @param indexShape as many dimensions as the input, of which all but {@code dim} are no larger
     * @param value the number to put
     * @param output receives the result, of the input's shape; may be the input
     * @throws IllegalArgumentException if shapes do not fit or views overlap
     * @throws IndexOutOfBoundsException if there is no such dimension, or an index is outside it
     */
    public static void scatter(
            FloatTensor input, int dim, int[] index, int[] indexShape, float value, FloatTensor output) {
        put(input, dim, ClassIndices.ints(index), ClassIndices.longs(index), indexShape, null, value, output);
    }

    /**
     * Gradients of scatter with a view, by indices as {@code int}.
     *
     * @param dim the dimension that the indices count along
     * @param index row-major over indexShape
     * @param indexShape the shape of the indices
     * @param gradOutput gradient with respect to what scatter gave
     * @param gradInput receives the gradient with respect to the input, of the shape of gradOutput: 0 where an
     *     element was replaced; may be gradOutput
     * @param gradSrc receives the gradient with respect to src, of its shape: 0 for elements that were not used or
     *     were replaced by a later one; must not share an element with the others
     * @throws IllegalArgumentException if shapes do not fit or views overlap
     * @throws IndexOutOfBoundsException if there is no such dimension, or an index is outside it
     */
    public static void scatterBackward(
            int dim,
            int[] index,
            int[] indexShape,
            FloatTensor gradOutput,
            FloatTensor gradInput,
            FloatTensor gradSrc) {
        Objects.requireNonNull(gradSrc, "gradSrc");
        putBackward(
                dim, ClassIndices.ints(index), ClassIndices.longs(index), indexShape, gradOutput, gradInput, gradSrc);
    }

    /**
     * Gradient of scatter with respect to the input only, by indices as {@code int}; with a number there is no other.
     *
     * @param dim the dimension that the indices count along
     * @param index row-major over indexShape
     * @param indexShape the shape of the indices
     * @param gradOutput gradient with respect to what scatter gave
     * @param gradInput receives the gradient with respect to the input, of the shape of gradOutput: 0 where an
     *     element was replaced; may be gradOutput
     * @throws IllegalArgumentException if shapes do not fit or views overlap
     * @throws IndexOutOfBoundsException if there is no such dimension, or an index is outside it
     */
    public static void scatterBackward(
            int dim, int[] index, int[] indexShape, FloatTensor gradOutput, FloatTensor gradInput) {
        putBackward(dim, ClassIndices.ints(index), ClassIndices.longs(index), indexShape, gradOutput, gradInput, null);
    }
    // ---- end

    private static void encode(
            int @Nullable [] ints, long @Nullable [] longs, int entries, int numClasses, FloatTensor output) {
        Objects.requireNonNull(output, "output");
        int classes = IndexShapes.checkOneHot(ints, longs, numClasses);
        if (output.rank() == 0 || output.sizes()[output.rank() - 1] != classes) {
            throw new IllegalArgumentException("output has shape " + Arrays.toString(output.sizes())
                    + "; its last dimension needs the size " + classes + ", one place for each class");
        }
        if (Positions.count(output, output.rank() - 1) != entries) {
            throw new IllegalArgumentException(
                    "output has shape " + Arrays.toString(output.sizes()) + ", which has room for "
                            + Positions.count(output, output.rank() - 1) + " entries, but index has " + entries);
        }
        Overlap.checkWritable(output, "output");
        FloatIndexing.oneHot(ints, longs, output);
    }

    private static void pick(
            FloatTensor input, int dim, int @Nullable [] ints, long @Nullable [] longs, FloatTensor output) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
        int axis = IndexShapes.axis(dim, input.rank());
        IndexShapes.checkWithin(output.sizes(), "output, and so index,", input.sizes(), "input", axis);
        IndexShapes.check(ints, longs, output.sizes(), axis, Positions.length(input, axis));
        Overlap.checkWritable(output, "output");
        Overlap.checkApart(input, "input", output, "output");
        FloatIndexing.gather(input, axis, ints, longs, output.sizes(), output);
    }

    private static void pickBackward(
            int dim, int @Nullable [] ints, long @Nullable [] longs, FloatTensor gradOutput, FloatTensor gradInput) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradInput, "gradInput");
        int axis = IndexShapes.axis(dim, gradInput.rank());
        IndexShapes.checkWithin(gradOutput.sizes(), "gradOutput, and so index,", gradInput.sizes(), "gradInput", axis);
        IndexShapes.check(ints, longs, gradOutput.sizes(), axis, Positions.length(gradInput, axis));
        Overlap.checkWritable(gradInput, "gradInput");
        Overlap.checkApart(gradOutput, "gradOutput", gradInput, "gradInput");
        FloatIndexing.clear(gradInput);
        FloatIndexing.scatterAdd(gradOutput, axis, ints, longs, gradOutput.sizes(), gradInput);
    }

    private static void put(
            FloatTensor input,
            int dim,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int[] indexShape,
            @Nullable FloatTensor src,
            float value,
            FloatTensor output) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(indexShape, "indexShape");
        Objects.requireNonNull(output, "output");
        int axis = IndexShapes.axis(dim, input.rank());
        IndexShapes.checkWithin(indexShape, "index", input.sizes(), "input", axis);
        if (src != null) {
            IndexShapes.checkWithin(indexShape, "index", src.sizes(), "src", -1);
        }
        IndexShapes.check(ints, longs, indexShape, axis, Positions.length(input, axis));
        Shapes.checkSame("input", input, "output", output);
        Overlap.checkWritable(output, "output");
        Overlap.checkSameOrApart(input, "input", output, "output");
        if (src != null) {
            Overlap.checkApart(src, "src", output, "output");
        }
        FloatIndexing.copy(input, output);
        FloatIndexing.put(src, value, axis, ints, longs, indexShape, output);
    }

    private static void putBackward(
            int dim,
            int @Nullable [] ints,
            long @Nullable [] longs,
            int[] indexShape,
            FloatTensor gradOutput,
            FloatTensor gradInput,
            @Nullable FloatTensor gradSrc) {
        Objects.requireNonNull(indexShape, "indexShape");
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradInput, "gradInput");
        int axis = IndexShapes.axis(dim, gradOutput.rank());
        IndexShapes.checkWithin(indexShape, "index", gradOutput.sizes(), "gradOutput", axis);
        if (gradSrc != null) {
            IndexShapes.checkWithin(indexShape, "index", gradSrc.sizes(), "gradSrc", -1);
        }
        IndexShapes.check(ints, longs, indexShape, axis, Positions.length(gradOutput, axis));
        Shapes.checkSame("gradOutput", gradOutput, "gradInput", gradInput);
        Overlap.checkWritable(gradInput, "gradInput");
        Overlap.checkSameOrApart(gradOutput, "gradOutput", gradInput, "gradInput");
        if (gradSrc != null) {
            Overlap.checkWritable(gradSrc, "gradSrc");
            Overlap.checkApart(gradOutput, "gradOutput", gradSrc, "gradSrc");
            Overlap.checkApart(gradInput, "gradInput", gradSrc, "gradSrc");
            FloatIndexing.clear(gradSrc);
            // Before gradInput, which may go over gradOutput.
            FloatIndexing.lastWriters(gradOutput, axis, ints, longs, indexShape, gradSrc);
        }
        FloatIndexing.copy(gradOutput, gradInput);
        FloatIndexing.put(null, 0f, axis, ints, longs, indexShape, gradInput);
    }

    // ---- end
}
