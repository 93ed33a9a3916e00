// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

import io.github.lanewise.BceLoss;
import io.github.lanewise.BceWithLogitsLoss;
import io.github.lanewise.Categorical;
import io.github.lanewise.CosineEmbeddingLoss;
import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.Elementwise;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.KlDivLoss;
import io.github.lanewise.Lanewise;
import io.github.lanewise.NllLoss;
import io.github.lanewise.Reduction;
import io.github.lanewise.Sigmoid;
import io.github.lanewise.Softmax;
import io.github.lanewise.jmh.candidate.ArrayCandidate.Call;
import io.github.lanewise.jmh.candidate.ArrayCandidate.Outputs;

/**
 * The library, with its vector kernels or with its scalar twin. One JVM has one of the two: the choice is a property that
 * the library reads once. A single row of cross entropy or log-sum-exp goes through the methods for single rows.
 */
final class LanewiseLibrary implements Implementation {
    private static final String PROPERTY = "lanewise.kernels";
    private static final String TWIN_IN_STATUS = "scalar twin in plain Java";

    private final String name;
    private final String kernels;

    LanewiseLibrary(String name, String kernels) {
        this.name = name;
        this.kernels = kernels;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return kernels.equals("scalar") ? "Lanewise, scalar twin" : "Lanewise";
    }

    @Override
    public boolean offers(Operation operation, boolean gradient, Shape shape) {
        return true;
    }

    @Override
    public Candidate prepare(Problem problem) {
        choose();
        Outputs outputs = new Outputs(problem);
        return new ArrayCandidate(
                outputs, problem.gradient() ? withGradient(problem, outputs) : alone(problem, outputs));
    }

    /** Has to come before anything that loads a class of the library. */
    private void choose() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, kernels);
        }
        String status = Lanewise.status();
        if (status.contains(TWIN_IN_STATUS) != kernels.equals("scalar")) {
            throw new IllegalStateException("\"" + name + "\" needs a JVM of its own in which " + PROPERTY + " is "
                    + kernels + ", but this one says: " + status);
        }
    }

    private static Call alone(Problem problem, Outputs outputs) {
        Shape shape = problem.shape();
        int[] sizes = shape.sizes();
        FloatTensor x = FloatTensor.of(problem.first(), sizes);
        int[] target = problem.target();
        return switch (problem.operation()) {
            case LOG_SUM_EXP -> {
                float[] scores = problem.first();
                int classes = shape.classes();
                float[] values = outputs.values;
                FloatTensor y = FloatTensor.of(values, shape.rowSizes());
                yield shape.rows() == 1
                        ? () -> values[0] = Softmax.logSumExp(scores, 0, classes)
                        : writing(() -> Softmax.logSumExp(x, 1, y));
            }
            case SOFTMAX -> {
                FloatTensor y = FloatTensor.of(outputs.values, sizes);
                yield writing(() -> Softmax.softmax(x, 1, y));
            }
            case LOG_SOFTMAX -> {
                FloatTensor y = FloatTensor.of(outputs.values, sizes);
                yield writing(() -> Softmax.logSoftmax(x, 1, y));
            }
            case NLL -> {
                NllLoss loss = NllLoss.create();
                yield () -> loss.forward(x, target);
            }
            case CROSS_ENTROPY, CROSS_ENTROPY_SMOOTHED -> {
                CrossEntropyLoss loss = crossEntropy(problem);
                float[] scores = problem.first();
                int classes = shape.classes();
                yield shape.rows() == 1
                        ? () -> loss.forward(scores, 0, classes, target[0])
                        : () -> loss.forward(x, target);
            }
            case CROSS_ENTROPY_PROBABILITIES -> {
                CrossEntropyLoss loss = crossEntropy(problem);
                FloatTensor probabilities = FloatTensor.of(problem.second(), sizes);
                yield () -> loss.forward(x, probabilities);
            }
            case BCE -> {
                BceLoss loss = BceLoss.create();
                FloatTensor labels = FloatTensor.of(problem.second(), sizes);
                yield () -> loss.forward(x, labels);
            }
            case BCE_WITH_LOGITS -> {
                BceWithLogitsLoss loss = BceWithLogitsLoss.create();
                FloatTensor labels = FloatTensor.of(problem.second(), sizes);
                yield () -> loss.forward(x, labels);
            }
            case KL_DIV -> {
                KlDivLoss loss = klDiv();
                FloatTensor probabilities = FloatTensor.of(problem.second(), sizes);
                yield () -> loss.forward(x, probabilities);
            }
            case ENTROPY -> {
                Categorical categorical = Categorical.ofLogits();
                FloatTensor y = FloatTensor.of(outputs.values, shape.rowSizes());
                yield writing(() -> categorical.entropy(x, 1, y));
            }
            case COSINE_EMBEDDING -> {
                CosineEmbeddingLoss loss = CosineEmbeddingLoss.create();
                FloatTensor other = FloatTensor.of(problem.second(), sizes);
                yield () -> loss.forward(x, other, target);
            }
            default -> function(problem, outputs);
        };
    }

    private static Call withGradient(Problem problem, Outputs outputs) {
        Shape shape = problem.shape();
        int[] sizes = shape.sizes();
        FloatTensor x = FloatTensor.of(problem.first(), sizes);
        FloatTensor gradX = FloatTensor.of(outputs.gradient, sizes);
        int[] target = problem.target();
        return switch (problem.operation()) {
            case LOG_SUM_EXP -> {
                Call forward = alone(problem, outputs);
                FloatTensor g = FloatTensor.of(problem.upstream(), shape.rowSizes());
                yield both(forward, () -> Softmax.logSumExpBackward(x, g, 1, gradX));
            }
            case SOFTMAX -> {
                Call forward = alone(problem, outputs);
                FloatTensor y = FloatTensor.of(outputs.values, sizes);
                FloatTensor g = FloatTensor.of(problem.upstream(), sizes);
                yield both(forward, () -> Softmax.softmaxBackward(y, g, 1, gradX));
            }
            case LOG_SOFTMAX -> {
                Call forward = alone(problem, outputs);
                FloatTensor y = FloatTensor.of(outputs.values, sizes);
                FloatTensor g = FloatTensor.of(problem.upstream(), sizes);
                yield both(forward, () -> Softmax.logSoftmaxBackward(y, g, 1, gradX));
            }
            case NLL -> {
                NllLoss loss = NllLoss.create();
                yield () -> loss.forwardBackward(x, target, gradX);
            }
            case CROSS_ENTROPY, CROSS_ENTROPY_SMOOTHED -> {
                CrossEntropyLoss loss = crossEntropy(problem);
                float[] scores = problem.first();
                float[] gradient = outputs.gradient;
                int classes = shape.classes();
                yield shape.rows() == 1
                        ? () -> loss.forwardBackward(scores, 0, classes, target[0], gradient, 0)
                        : () -> loss.forwardBackward(x, target, gradX);
            }
            case CROSS_ENTROPY_PROBABILITIES -> {
                CrossEntropyLoss loss = crossEntropy(problem);
                FloatTensor probabilities = FloatTensor.of(problem.second(), sizes);
                yield () -> loss.forwardBackward(x, probabilities, gradX);
            }
            case BCE -> {
                BceLoss loss = BceLoss.create();
                FloatTensor labels = FloatTensor.of(problem.second(), sizes);
                yield () -> loss.forwardBackward(x, labels, gradX);
            }
            case BCE_WITH_LOGITS -> {
                BceWithLogitsLoss loss = BceWithLogitsLoss.create();
                FloatTensor labels = FloatTensor.of(problem.second(), sizes);
                yield () -> loss.forwardBackward(x, labels, gradX);
            }
            case KL_DIV -> {
                KlDivLoss loss = klDiv();
                FloatTensor probabilities = FloatTensor.of(problem.second(), sizes);
                yield () -> loss.forwardBackward(x, probabilities, gradX);
            }
            case ENTROPY -> {
                Call forward = alone(problem, outputs);
                Categorical categorical = Categorical.ofLogits();
                FloatTensor g = FloatTensor.of(problem.upstream(), shape.rowSizes());
                yield both(forward, () -> categorical.entropyBackward(x, 1, g, gradX));
            }
            case COSINE_EMBEDDING -> {
                CosineEmbeddingLoss loss = CosineEmbeddingLoss.create();
                FloatTensor other = FloatTensor.of(problem.second(), sizes);
                FloatTensor gradOther = FloatTensor.of(outputs.secondGradient, sizes);
                yield () -> loss.forwardBackward(x, other, target, gradX, gradOther);
            }
            default -> both(function(problem, outputs), derivative(problem, outputs));
        };
    }

    private static Call function(Problem problem, Outputs outputs) {
        float[] x = problem.first();
        float[] y = outputs.values;
        int n = x.length;
        return switch (problem.operation()) {
            case EXP -> writing(() -> Elementwise.exp(x, 0, n, y, 0));
            case EXPM1 -> writing(() -> Elementwise.expm1(x, 0, n, y, 0));
            case LOG -> writing(() -> Elementwise.log(x, 0, n, y, 0));
            case LOG1P -> writing(() -> Elementwise.log1p(x, 0, n, y, 0));
            case TANH -> writing(() -> Elementwise.tanh(x, 0, n, y, 0));
            case SIGMOID -> writing(() -> Sigmoid.sigmoid(x, 0, n, y, 0));
            case LOG_SIGMOID -> writing(() -> Sigmoid.logSigmoid(x, 0, n, y, 0));
            case SOFTPLUS -> writing(() -> Sigmoid.softplus(x, 0, n, 1f, 20f, y, 0));
            default -> throw new IllegalStateException(problem + " is no function of one number");
        };
    }

    private static Runnable derivative(Problem problem, Outputs outputs) {
        float[] x = problem.first();
        float[] g = problem.upstream();
        float[] gradX = outputs.gradient;
        int n = x.length;
        return switch (problem.operation()) {
            case EXP -> () -> Elementwise.expBackward(x, 0, g, 0, n, gradX, 0);
            case EXPM1 -> () -> Elementwise.expm1Backward(x, 0, g, 0, n, gradX, 0);
            case LOG -> () -> Elementwise.logBackward(x, 0, g, 0, n, gradX, 0);
            case LOG1P -> () -> Elementwise.log1pBackward(x, 0, g, 0, n, gradX, 0);
            case TANH -> () -> Elementwise.tanhBackward(x, 0, g, 0, n, gradX, 0);
            case SIGMOID -> () -> Sigmoid.sigmoidBackward(x, 0, g, 0, n, gradX, 0);
            case LOG_SIGMOID -> () -> Sigmoid.logSigmoidBackward(x, 0, g, 0, n, gradX, 0);
            case SOFTPLUS -> () -> Sigmoid.softplusBackward(x, 0, g, 0, n, 1f, 20f, gradX, 0);
            default -> throw new IllegalStateException(problem + " is no function of one number");
        };
    }

    private static CrossEntropyLoss crossEntropy(Problem problem) {
        return problem.operation() == Operation.CROSS_ENTROPY_SMOOTHED
                ? CrossEntropyLoss.builder().labelSmoothing(Problem.SMOOTHING).build()
                : CrossEntropyLoss.create();
    }

    private static KlDivLoss klDiv() {
        return KlDivLoss.builder().reduction(Reduction.BATCH_MEAN).build();
    }

    private static Call writing(Runnable operation) {
        return () -> {
            operation.run();
            return 0f;
        };
    }

    private static Call both(Call forward, Runnable backward) {
        return () -> {
            float value = forward.run();
            backward.run();
            return value;
        };
    }
}
