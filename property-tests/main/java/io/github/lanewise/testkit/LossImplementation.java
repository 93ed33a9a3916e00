// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An implementation under test. It fills in the operations it has and lists them in {@link #operations}; the kit leaves the
 * others alone.
 *
 * <p>Tensors go in and out by value. Dimensions may be negative, counted from the end. The class dimension of the class
 * losses is 1, or 0 for a single sample of rank 1; class targets are row-major over the other dimensions. A call that makes no
 * sense is rejected with {@link IllegalArgumentException} or {@link IndexOutOfBoundsException}.
 *
 * <p>A gradient is that of {@code sum(gradOutput * result)} with respect to an input; for a reduced loss gradOutput is null
 * and the upstream gradient is 1.
 */
public interface LossImplementation {
    /**
     * A name for reports.
     *
     * @return the name
     */
    String name();

    /**
     * The type in which it computes. Inputs are numbers of this type, and so are results.
     *
     * @return the type
     */
    Precision precision();

    /**
     * What it has.
     *
     * @return the operations that are filled in
     */
    Set<Operation> operations();

    /**
     * The error that it documents for the values of an operation; the contracts derive their tolerances from it.
     *
     * <p>The error is relative to the result, with two exceptions: for {@link Operation#LOGSUMEXP} it is relative to the
     * largest of {@code |max|}, {@code log(sum)} and the result; and for losses whose terms have both signs, to the sum of
     * the terms' magnitudes. A reduced loss is allowed this error in each of its samples.
     *
     * @param operation one of the {@link #operations}
     * @return the largest error in ulp
     */
    double maxUlp(Operation operation);

    /**
     * An elementwise function.
     *
     * @param operation one of {@link Operation#EXP}, {@link Operation#EXPM1}, {@link Operation#LOG}, {@link Operation#LOG1P}
     * @param input its arguments
     * @return its values
     */
    default Tensor elementwise(Operation operation, Tensor input) {
        throw new NotClaimedException(this, operation);
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
        throw new NotClaimedException(this, operation);
    }

    /**
     * Log of the sum of exponentials along a dimension.
     *
     * @param input scores
     * @param dim the dimension to sum along
     * @param keepDim whether the result keeps that dimension with size 1 or drops it
     * @return one value for each position of the other dimensions
     */
    default Tensor logSumExp(Tensor input, int dim, boolean keepDim) {
        throw new NotClaimedException(this, Operation.LOGSUMEXP);
    }

    /**
     * Gradient of {@link #logSumExp}.
     *
     * @param input scores
     * @param dim the dimension to sum along
     * @param keepDim whether the result keeps that dimension
     * @param gradOutput gradient with respect to the result, of its shape
     * @return gradient with respect to input
     */
    default Tensor logSumExpGradient(Tensor input, int dim, boolean keepDim, Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.LOGSUMEXP);
    }

    /**
     * Probabilities from scores along a dimension.
     *
     * @param input scores
     * @param dim the dimension whose elements add up to 1
     * @return the probabilities
     */
    default Tensor softmax(Tensor input, int dim) {
        throw new NotClaimedException(this, Operation.SOFTMAX);
    }

    /**
     * Gradient of {@link #softmax}.
     *
     * @param input scores
     * @param dim the dimension whose elements add up to 1
     * @param gradOutput gradient with respect to the probabilities
     * @return gradient with respect to input
     */
    default Tensor softmaxGradient(Tensor input, int dim, Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.SOFTMAX);
    }

    /**
     * Log-probabilities from scores along a dimension.
     *
     * @param input scores
     * @param dim the dimension whose exponentials add up to 1
     * @return the log-probabilities
     */
    default Tensor logSoftmax(Tensor input, int dim) {
        throw new NotClaimedException(this, Operation.LOG_SOFTMAX);
    }

    /**
     * Gradient of {@link #logSoftmax}.
     *
     * @param input scores
     * @param dim the dimension whose exponentials add up to 1
     * @param gradOutput gradient with respect to the log-probabilities
     * @return gradient with respect to input
     */
    default Tensor logSoftmaxGradient(Tensor input, int dim, Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.LOG_SOFTMAX);
    }

    /**
     * Negative log-likelihood of classes.
     *
     * @param input log-probabilities
     * @param target a class for each sample and position
     * @param options weights, ignored target and reduction
     * @return one loss for each sample and position, or a tensor without dimensions
     */
    default Tensor nllLoss(Tensor input, long[] target, ClassLossOptions options) {
        throw new NotClaimedException(this, Operation.NLL_LOSS);
    }

    /**
     * Gradient of {@link #nllLoss}.
     *
     * @param input log-probabilities
     * @param target a class for each sample and position
     * @param options weights, ignored target and reduction
     * @param gradOutput gradient with respect to each loss; null for reduced losses
     * @return gradient with respect to input
     */
    default Tensor nllLossGradient(Tensor input, long[] target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.NLL_LOSS);
    }

    /**
     * Cross entropy between scores and classes.
     *
     * @param input scores
     * @param target a class for each sample and position
     * @param options weights, ignored target, smoothing and reduction
     * @return one loss for each sample and position, or a tensor without dimensions
     */
    default Tensor crossEntropy(Tensor input, long[] target, ClassLossOptions options) {
        throw new NotClaimedException(this, Operation.CROSS_ENTROPY);
    }

    /**
     * Gradient of {@link #crossEntropy}.
     *
     * @param input scores
     * @param target a class for each sample and position
     * @param options weights, ignored target, smoothing and reduction
     * @param gradOutput gradient with respect to each loss; null for reduced losses
     * @return gradient with respect to input
     */
    default Tensor crossEntropyGradient(
            Tensor input, long[] target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.CROSS_ENTROPY);
    }

    /**
     * Cross entropy between scores and probabilities.
     *
     * @param input scores
     * @param target a probability for each class, sample and position: the shape of the scores
     * @param options weights, smoothing and reduction; the mean divides by the number of samples and positions
     * @return one loss for each sample and position, or a tensor without dimensions
     */
    default Tensor crossEntropyProbabilities(Tensor input, Tensor target, ClassLossOptions options) {
        throw new NotClaimedException(this, Operation.CROSS_ENTROPY_PROB);
    }

    /**
     * Gradients of {@link #crossEntropyProbabilities}.
     *
     * @param input scores
     * @param target a probability for each class, sample and position
     * @param options weights, smoothing and reduction
     * @param gradOutput gradient with respect to each loss; null for reduced losses
     * @return gradients with respect to scores and probabilities
     */
    default ProbabilityGradients crossEntropyProbabilitiesGradient(
            Tensor input, Tensor target, ClassLossOptions options, @Nullable Tensor gradOutput) {
        throw new NotClaimedException(this, Operation.CROSS_ENTROPY_PROB);
    }
}
