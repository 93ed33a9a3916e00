// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The operations that are compared. In benchmarks and commands they go by their names in small letters. */
public enum Operation {
    /** Log-sum-exp of each row. */
    LOG_SUM_EXP(Family.SOFTMAX, Result.ROWS),
    /** Softmax of each row. */
    SOFTMAX(Family.SOFTMAX, Result.ELEMENTS),
    /** Log-softmax of each row. */
    LOG_SOFTMAX(Family.SOFTMAX, Result.ELEMENTS),

    /** Mean negative log-likelihood of log-probabilities. */
    NLL(Family.CROSS_ENTROPY, Result.LOSS),
    /** Mean cross entropy with class indices. */
    CROSS_ENTROPY(Family.CROSS_ENTROPY, Result.LOSS),
    /** The same with {@link Problem#SMOOTHING}. */
    CROSS_ENTROPY_SMOOTHED(Family.CROSS_ENTROPY, Result.LOSS),
    /** Mean cross entropy with probabilities as targets. */
    CROSS_ENTROPY_PROBABILITIES(Family.CROSS_ENTROPY, Result.LOSS),

    /** Mean binary cross entropy of probabilities. */
    BCE(Family.BINARY_CROSS_ENTROPY, Result.LOSS),
    /** Mean binary cross entropy of logits. */
    BCE_WITH_LOGITS(Family.BINARY_CROSS_ENTROPY, Result.LOSS),

    /** Kullback-Leibler divergence of log-probabilities, divided by the number of samples. */
    KL_DIV(Family.DIVERGENCE, Result.LOSS),
    /** Entropy of the categorical distribution that each row's logits give. */
    ENTROPY(Family.DIVERGENCE, Result.ROWS),

    /** Mean cosine embedding loss of pairs of vectors, with targets 1 and -1. */
    COSINE_EMBEDDING(Family.COSINE, Result.LOSS),

    /** The exponential. */
    EXP(Family.ELEMENTARY, Result.ELEMENTS),
    /** The exponential less 1. */
    EXPM1(Family.ELEMENTARY, Result.ELEMENTS),
    /** The natural logarithm. */
    LOG(Family.ELEMENTARY, Result.ELEMENTS),
    /** The logarithm of 1 and the argument. */
    LOG1P(Family.ELEMENTARY, Result.ELEMENTS),
    /** The hyperbolic tangent. */
    TANH(Family.ELEMENTARY, Result.ELEMENTS),
    /** The logistic function. */
    SIGMOID(Family.ELEMENTARY, Result.ELEMENTS),
    /** Its logarithm. */
    LOG_SIGMOID(Family.ELEMENTARY, Result.ELEMENTS),
    /** The logarithm of 1 and the exponential. */
    SOFTPLUS(Family.ELEMENTARY, Result.ELEMENTS);

    /** Operations of one benchmark class, whose name this is but for the word Benchmark. */
    public enum Family {
        /** Log-sum-exp and softmax. */
        SOFTMAX("Softmax"),
        /** Negative log-likelihood and cross entropy. */
        CROSS_ENTROPY("CrossEntropy"),
        /** Binary cross entropy. */
        BINARY_CROSS_ENTROPY("BinaryCrossEntropy"),
        /** Kullback-Leibler divergence and entropy. */
        DIVERGENCE("Divergence"),
        /** Cosine embedding. */
        COSINE("Cosine"),
        /** Functions of one number. */
        ELEMENTARY("Elementary");

        private final String benchmark;

        Family(String benchmark) {
            this.benchmark = benchmark;
        }

        /** The simple name of the benchmark class. */
        public String benchmark() {
            return benchmark + "Benchmark";
        }
    }

    /** What comes out. */
    enum Result {
        /** One number. */
        LOSS,
        /** A number for each row. */
        ROWS,
        /** A number for each element. */
        ELEMENTS
    }

    private final Family family;
    private final Result result;

    Operation(Family family, Result result) {
        this.family = family;
        this.result = result;
    }

    /** The family that the operation belongs to. */
    public Family family() {
        return family;
    }

    /** Whether one number comes out. */
    public boolean isLoss() {
        return result == Result.LOSS;
    }

    /** Numbers that come out for a shape. */
    public int results(Shape shape) {
        return switch (result) {
            case LOSS -> 1;
            case ROWS -> shape.rows();
            case ELEMENTS -> shape.elements();
        };
    }

    /** The name in small letters. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The operation of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Operation of(String id) {
        return Arrays.stream(values())
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no operation \"" + id + "\", but "
                        + Arrays.stream(values()).map(Operation::id).collect(Collectors.joining(", "))));
    }
}
