// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The operations that the kit checks. An implementation says which of them it has. */
public enum Operation {
    /** {@link LossImplementation#logSumExp}. */
    LOGSUMEXP,
    /** {@link LossImplementation#softmax}. */
    SOFTMAX,
    /** {@link LossImplementation#logSoftmax}. */
    LOG_SOFTMAX,
    /** {@link LossImplementation#nllLoss}. */
    NLL_LOSS,
    /** {@link LossImplementation#crossEntropy}. */
    CROSS_ENTROPY,
    /** {@link LossImplementation#crossEntropyProbabilities}. */
    CROSS_ENTROPY_PROB,
    /** {@link LossImplementation#elementwise} with the exponential. */
    EXP,
    /** {@link LossImplementation#elementwise} with the natural logarithm. */
    LOG,
    /** {@link LossImplementation#elementwise} with {@code log(1 + x)}. */
    LOG1P,
    /** {@link LossImplementation#elementwise} with {@code exp(x) - 1}. */
    EXPM1,
    /** {@link LossImplementation#elementwise} with the hyperbolic tangent. */
    TANH,
    /** {@link LossImplementation#elementwise} with {@code 1 / (1 + exp(-x))}. */
    SIGMOID,
    /** {@link LossImplementation#elementwise} with the logarithm of the sigmoid. */
    LOGSIGMOID,
    /** {@link LossImplementation#softplus}. */
    SOFTPLUS,
    /** {@link LossImplementation#xlogy}. */
    XLOGY,
    /** {@link LossImplementation#binaryCrossEntropy}. */
    BINARY_CROSS_ENTROPY,
    /** {@link LossImplementation#binaryCrossEntropyWithLogits}. */
    BINARY_CROSS_ENTROPY_WITH_LOGITS,
    /** {@link LossImplementation#klDiv}. */
    KL_DIV,
    /** {@link LossImplementation#cosineEmbeddingLoss}. */
    COSINE_EMBEDDING_LOSS,
    /** {@link LossImplementation#categoricalEntropy}. */
    CATEGORICAL_ENTROPY,
    /** {@link LossImplementation#categoricalLogProb}. */
    CATEGORICAL_LOG_PROB,
    /** {@link LossImplementation#oneHot}. */
    ONE_HOT,
    /** {@link LossImplementation#gather}. */
    GATHER,
    /** {@link LossImplementation#scatter}. */
    SCATTER;

    /**
     * The name in golden files and reports, as PyTorch's function.
     *
     * @return the name in lower case
     */
    public String goldenName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Whether this is one of the functions of {@link LossImplementation#elementwise}.
     *
     * @return true for functions of one number without options
     */
    public boolean isElementwise() {
        return switch (this) {
            case EXP, LOG, LOG1P, EXPM1, TANH, SIGMOID, LOGSIGMOID -> true;
            default -> false;
        };
    }

    /**
     * The operation of a name.
     *
     * @param goldenName a name as in golden files
     * @return the operation, or nothing if the kit does not know it
     */
    public static Optional<Operation> byGoldenName(String goldenName) {
        return Arrays.stream(values())
                .filter(operation -> operation.goldenName().equals(goldenName))
                .findFirst();
    }
}
