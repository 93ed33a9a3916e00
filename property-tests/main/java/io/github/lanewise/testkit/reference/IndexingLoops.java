// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.reference;

import io.github.lanewise.testkit.IndexingOperations;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Moving numbers by index. */
final class IndexingLoops {
    private IndexingLoops() {}

    static Tensor oneHot(Indices input, int classes) {
        long largest = -1L;
        for (long index : input.data()) {
            if (index < 0L) {
                throw new IndexOutOfBoundsException("class " + index + " is negative");
            }
            largest = Math.max(largest, index);
        }
        int size = classes == IndexingOperations.INFER_CLASSES ? Math.toIntExact(largest + 1L) : classes;
        if (size <= largest || size <= 0) {
            throw new IllegalArgumentException(size + " classes for classes up to " + largest);
        }
        double[] ones = new double[input.count() * size];
        for (int i = 0; i < input.count(); i++) {
            ones[i * size + (int) input.get(i)] = 1.0;
        }
        int[] shape = Arrays.copyOf(input.shape(), input.rank() + 1);
        shape[input.rank()] = size;
        return Tensor.of(ones, shape);
    }

    /** A shape with at least one dimension. */
    private static int[] atLeastOne(int... shape) {
        return shape.length == 0 ? new int[] {1} : shape;
    }

    private static int axis(int dim, int rank) {
        if (dim < -rank || dim >= rank) {
            throw new IndexOutOfBoundsException("dimension " + dim + " is outside [-" + rank + ", " + rank + ")");
        }
        return dim < 0 ? dim + rank : dim;
    }

    /** Where in a tensor each index points to. */
    private static int[] places(Tensor input, int dim, Indices index) {
        int[] shape = atLeastOne(input.shape());
        int[] sizes = atLeastOne(index.shape());
        if (index.count() > 0 && shape.length != sizes.length) {
            throw new IllegalArgumentException("index " + index + " has not as many dimensions as " + input);
        }
        int axis = axis(dim, shape.length);
        if (index.count() > 0) {
            checkFits(sizes, shape, axis);
        }
        int[] strides = Shapes.strides(shape);
        int[] places = new int[index.count()];
        for (int i = 0; i < places.length; i++) {
            long at = index.get(i);
            if (at < 0L || at >= shape[axis]) {
                throw new IndexOutOfBoundsException("index " + at + " is outside [0, " + shape[axis] + ")");
            }
            int[] coordinates = Shapes.coordinates(i, sizes);
            coordinates[axis] = (int) at;
            for (int d = 0; d < sizes.length; d++) {
                places[i] += coordinates[d] * strides[d];
            }
        }
        return places;
    }

    /** Sizes are no larger than others, but for one dimension; -1 for none. */
    private static void checkFits(int[] sizes, int[] shape, int except) {
        for (int d = 0; d < sizes.length; d++) {
            if (d != except && sizes[d] > shape[d]) {
                throw new IllegalArgumentException(
                        Arrays.toString(sizes) + " is larger than " + Arrays.toString(shape) + " in dimension " + d);
            }
        }
    }

    static Tensor gather(Tensor input, int dim, Indices index) {
        int[] places = places(input, dim, index);
        double[] result = new double[places.length];
        for (int i = 0; i < places.length; i++) {
            result[i] = input.get(places[i]);
        }
        return Tensor.of(result, index.shape());
    }

    static Tensor gatherGradient(Tensor input, int dim, Indices index, Tensor gradOutput) {
        int[] places = places(input, dim, index);
        Sum[] sums = new Sum[input.count()];
        Arrays.setAll(sums, i -> new Sum());
        for (int i = 0; i < places.length; i++) {
            sums[places[i]].add(gradOutput.get(i));
        }
        return Tensor.of(Arrays.stream(sums).mapToDouble(Sum::get).toArray(), input.shape());
    }

    /** Where in the source each element to put in stands. */
    private static int[] sources(Indices index, Tensor source, int dim) {
        if (index.count() == 0) {
            return new int[0];
        }
        int[] shape = atLeastOne(source.shape());
        int[] sizes = atLeastOne(index.shape());
        if (shape.length != sizes.length) {
            throw new IllegalArgumentException("index " + index + " has not as many dimensions as source " + source);
        }
        axis(dim, shape.length);
        int[] places = new int[index.count()];
        checkFits(sizes, shape, -1);
        int[] strides = Shapes.strides(shape);
        for (int i = 0; i < places.length; i++) {
            int[] coordinates = Shapes.coordinates(i, sizes);
            for (int d = 0; d < sizes.length; d++) {
                places[i] += coordinates[d] * strides[d];
            }
        }
        return places;
    }

    static Tensor scatter(Tensor input, int dim, Indices index, @Nullable Tensor source, double value) {
        int[] places = places(input, dim, index);
        int[] from = source == null ? places : sources(index, source, dim);
        double[] result = input.data();
        for (int i = 0; i < places.length; i++) {
            result[places[i]] = source == null ? value : source.get(from[i]);
        }
        return Tensor.of(result, input.shape());
    }

    static TwoGradients scatterGradient(
            Tensor input, int dim, Indices index, @Nullable Tensor source, Tensor gradOutput) {
        int[] places = places(input, dim, index);
        double[] ofInput = gradOutput.data();
        for (int place : places) {
            ofInput[place] = 0.0;
        }
        Tensor first = Tensor.of(ofInput, input.shape());
        if (source == null) {
            return TwoGradients.ofFirst(first);
        }
        int[] from = sources(index, source, dim);
        double[] ofSource = new double[source.count()];
        for (int i = 0; i < places.length; i++) {
            ofSource[from[i]] = gradOutput.get(places[i]);
        }
        return new TwoGradients(first, Tensor.of(ofSource, source.shape()));
    }
}
