// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/** Functions of single numbers. */
public interface ElementwiseOperations extends Claims {
    /**
     * An elementwise function.
     *
     * @param operation one that is {@linkplain Operation#isElementwise elementwise}
     * @param input its arguments
     * @return its values
     */
    default Tensor elementwise(Operation operation, Tensor input) {
        throw new NotClaimedException(this, operation, "elementwise");
    }

    /**
     * Gradient of {@link #elementwise}.
     *
     * @param operation the function
     * @param input its arguments
     * @param gradOutput gradient with respect to its values
     * @return gradient with respect to input
     */
    default Tensor elementwiseGradient(Operation operation, Tensor input, Tensor gradOutput) {
        throw new NotClaimedException(this, operation, "elementwiseGradient");
    }

    /**
     * A smooth ramp: {@code log(1 + exp(beta x)) / beta}, and x itself where {@code beta x} exceeds the threshold.
     *
     * @param input its arguments
     * @param beta how sharp the bend is
     * @param threshold where the function becomes x
     * @return its values
     */
    default Tensor softplus(Tensor input, double beta, double threshold) {
        throw new NotClaimedException(this, Operation.SOFTPLUS, "softplus");
    }

    /**
     * Gradient of {@link #softplus}.
     *
     * @param input its arguments
     * @param beta how sharp the bend is
     * @param threshold where the function becomes x
     * @param gradOutput gradient with respect to its values
     * @return gradient with respect to input
     */
    default Tensor softplusGradient(Tensor input, double beta, double threshold, Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.SOFTPLUS, "softplusGradient");
    }

    /**
     * {@code x log(y)}, which is 0 where x is 0 unless y is NaN.
     *
     * @param x the factors
     * @param y what the logarithm is taken of, of the same shape
     * @return the products
     */
    default Tensor xlogy(Tensor x, Tensor y) {
        throw new NotClaimedException(this, Operation.XLOGY, "xlogy");
    }

    /**
     * Gradients of {@link #xlogy}.
     *
     * @param x the factors
     * @param y what the logarithm is taken of
     * @param gradOutput gradient with respect to the products
     * @return gradients with respect to x and y
     */
    default TwoGradients xlogyGradient(Tensor x, Tensor y, Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.XLOGY, "xlogyGradient");
    }
}
