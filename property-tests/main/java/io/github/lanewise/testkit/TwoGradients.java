// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/**
 * Gradients of a function of two inputs: scores and targets, the two vectors of a pair, the input and the source of a scatter.
 *
 * @param first with respect to the first input
 * @param second with respect to the second input; ignored where the implementation does not claim it
 */
public record TwoGradients(Tensor first, Tensor second) {
    /**
     * For an implementation that has no gradient for the second input.
     *
     * @param first with respect to the first input
     * @return gradients whose second one is empty
     */
    public static TwoGradients ofFirst(Tensor first) {
        return new TwoGradients(first, Tensor.of(new double[0], 0));
    }
}
