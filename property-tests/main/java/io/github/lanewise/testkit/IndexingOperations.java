// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import org.jspecify.annotations.Nullable;

/** Moving numbers by index. Results are exact. */
public interface IndexingOperations extends Claims {
    /** A number of classes that stands for the largest index plus 1. */
    int INFER_CLASSES = -1;

    /**
     * One at each index, zero elsewhere.
     *
     * @param input classes, in any shape
     * @param classes how many there are, or {@link #INFER_CLASSES}
     * @return zeros and ones, with a further dimension for the classes
     */
    default Tensor oneHot(Indices input, int classes) {
        throw new NotClaimedException(this, Operation.ONE_HOT, "oneHot");
    }

    /**
     * Picks elements along a dimension: with dimension 1 of three {@code result[i][j][k] = input[i][index[i][j][k]][k]}.
     *
     * @param input what is picked from
     * @param dim the dimension
     * @param index a position for each element of the result; no larger than input in the other dimensions
     * @return a tensor of index's shape
     */
    default Tensor gather(Tensor input, int dim, Indices index) {
        throw new NotClaimedException(this, Operation.GATHER, "gather");
    }

    /**
     * Gradient of {@link #gather}.
     *
     * @param input what is picked from
     * @param dim the dimension
     * @param index a position for each element of the result
     * @param gradOutput gradient with respect to the result
     * @return gradient with respect to input
     */
    default Tensor gatherGradient(Tensor input, int dim, Indices index, Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.GATHER, "gatherGradient");
    }

    /**
     * Puts elements in along a dimension: with dimension 1 of three
     * {@code result[i][index[i][j][k]][k] = source[i][j][k]}, the rest being input. Of several for one place any may stand.
     *
     * @param input what is put into
     * @param dim the dimension
     * @param index a position for each element to put in; no larger than input in the other dimensions
     * @param source the elements to put in, at least of index's shape; null for the same number everywhere
     * @param value the number to put in if source is null
     * @return a tensor of input's shape
     */
    default Tensor scatter(Tensor input, int dim, Indices index, @Nullable Tensor source, double value) {
        throw new NotClaimedException(this, Operation.SCATTER, "scatter");
    }

    /**
     * Gradients of {@link #scatter}.
     *
     * @param input what is put into
     * @param dim the dimension
     * @param index a position for each element to put in
     * @param source the elements to put in; null for the same number everywhere
     * @param gradOutput gradient with respect to the result
     * @return gradients with respect to input and, if there is one, source
     */
    default TwoGradients scatterGradient(
            Tensor input, int dim, Indices index, @Nullable Tensor source, Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.SCATTER, "scatterGradient");
    }
}
