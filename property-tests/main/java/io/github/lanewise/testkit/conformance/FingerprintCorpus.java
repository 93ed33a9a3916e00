// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.conformance;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.Capability;
import io.github.lanewise.testkit.CategoricalOptions;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.CosineOptions;
import io.github.lanewise.testkit.IndexingOperations;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The calls whose results make the fingerprint of an operation. */
final class FingerprintCorpus {
    private static final int[] LONG = {4095, 4096, 4097};
    private static final int SHORT = 70;
    private static final long IGNORED = -1L;
    private static final double[] SMOOTHING = {0.0, 0.1, 1.0};
    private static final Reduction[] REDUCTIONS = {Reduction.NONE, Reduction.MEAN, Reduction.SUM};

    private final LossImplementation implementation;
    private final Operation operation;
    private final FingerprintInputs inputs;
    private final List<Call> calls = new ArrayList<>();

    /** A call whose results are recorded. */
    interface Call {
        void on(LossImplementation implementation, Recorder recorder);
    }

    private FingerprintCorpus(LossImplementation implementation, Operation operation) {
        this.implementation = implementation;
        this.operation = operation;
        this.inputs = new FingerprintInputs(
                implementation.precision(), operation.goldenName().hashCode());
    }

    /** The calls of an operation, with what the implementation claims besides. */
    static List<Call> calls(LossImplementation implementation, Operation operation) {
        FingerprintCorpus corpus = new FingerprintCorpus(implementation, operation);
        corpus.add();
        return corpus.calls;
    }

    private void add() {
        switch (operation) {
            case EXP, EXPM1, LOG, LOG1P, TANH, SIGMOID, LOGSIGMOID, SOFTPLUS, XLOGY ->
                elementShapes().forEach(this::elementwise);
            case LOGSUMEXP, SOFTMAX, LOG_SOFTMAX -> rowShapes().forEach(this::rows);
            case NLL_LOSS, CROSS_ENTROPY, CROSS_ENTROPY_PROB -> rowShapes().forEach(this::classLoss);
            case BINARY_CROSS_ENTROPY, BINARY_CROSS_ENTROPY_WITH_LOGITS, KL_DIV ->
                elementShapes().forEach(this::pairs);
            case COSINE_EMBEDDING_LOSS -> vectorShapes().forEach(this::cosine);
            case CATEGORICAL_ENTROPY, CATEGORICAL_LOG_PROB -> vectorShapes().forEach(this::categorical);
            case ONE_HOT, GATHER, SCATTER -> indexShapes().forEach(this::indexing);
        }
    }

    private static List<int[]> elementShapes() {
        List<int[]> shapes = new ArrayList<>();
        for (int n = 1; n <= SHORT; n++) {
            shapes.add(new int[] {n});
        }
        shapes.add(new int[] {0});
        shapes.add(new int[] {});
        shapes.add(new int[] {100, 10});
        shapes.add(new int[] {2, 3, 5, 7});
        shapes.add(new int[] {4097});
        return shapes;
    }

    private static int[] shortRows(int n) {
        return switch (n % 8) {
            case 0 -> new int[] {n};
            case 3 -> new int[] {3, n};
            default -> new int[] {1, n};
        };
    }

    /** Shapes with the classes in dimension 1, or 0 where there is no other. */
    private static List<int[]> rowShapes() {
        List<int[]> shapes = new ArrayList<>();
        for (int n = 1; n <= SHORT; n++) {
            shapes.add(shortRows(n));
        }
        for (int n : LONG) {
            shapes.add(new int[] {1, n});
        }
        shapes.add(new int[] {100, 10});
        shapes.add(new int[] {2, 5, 7, 3});
        shapes.add(new int[] {2, 3, 33});
        shapes.add(new int[] {1, 4, 257});
        shapes.add(new int[] {0, 3});
        return shapes;
    }

    /** Shapes with vectors or distributions in the last dimension. */
    private static List<int[]> vectorShapes() {
        List<int[]> shapes = new ArrayList<>();
        for (int n = 1; n <= SHORT; n++) {
            shapes.add(shortRows(n));
        }
        shapes.add(new int[] {1, 4097});
        shapes.add(new int[] {100, 10});
        return shapes;
    }

    private static List<int[]> indexShapes() {
        return List.of(
                new int[] {1},
                new int[] {7},
                new int[] {64},
                new int[] {5, 6},
                new int[] {33, 17},
                new int[] {4, 3, 5},
                new int[] {2, 3, 4, 5});
    }

    private @Nullable Tensor upstream(Reduction reduction, int... shape) {
        return reduction == Reduction.NONE ? inputs.moderate(shape) : null;
    }

    private Reduction reduction() {
        return REDUCTIONS[calls.size() % REDUCTIONS.length];
    }

    private boolean sums() {
        return implementation.capabilities().contains(Capability.LOSS_SUMS);
    }

    private void elementwise(int... shape) {
        Tensor x = inputs.numbers(shape);
        Tensor g = inputs.moderate(shape);
        if (operation == Operation.SOFTPLUS) {
            double beta = inputs.choice() ? 1.0 : 0.5;
            double threshold = inputs.choice() ? 20.0 : 2.0;
            calls.add((i, recorder) ->
                    recorder.add(i.softplus(x, beta, threshold)).add(i.softplusGradient(x, beta, threshold, g)));
        } else if (operation == Operation.XLOGY) {
            Tensor y = inputs.numbers(shape);
            calls.add((i, recorder) -> recorder.add(i.xlogy(x, y)).add(i.xlogyGradient(x, y, g)));
        } else {
            calls.add((i, recorder) ->
                    recorder.add(i.elementwise(operation, x)).add(i.elementwiseGradient(operation, x, g)));
        }
    }

    private static int[] without(int dim, int... shape) {
        int[] rest = new int[shape.length - 1];
        for (int d = 0; d < rest.length; d++) {
            rest[d] = shape[d < dim ? d : d + 1];
        }
        return rest;
    }

    private void rows(int... shape) {
        Tensor x = inputs.numbers(shape);
        Tensor g = inputs.moderate(shape);
        // Images along each dimension, all others along their classes.
        int dims = shape.length > 2 ? shape.length : 1;
        for (int d = 0; d < dims; d++) {
            int dim = dims == 1 ? shape.length - 1 : d;
            Tensor ofRows = inputs.moderate(without(dim, shape));
            calls.add(
                    switch (operation) {
                        case LOGSUMEXP ->
                            (i, recorder) -> recorder.add(i.logSumExp(x, dim, false))
                                    .add(i.logSumExpGradient(x, dim, false, ofRows));
                        case SOFTMAX ->
                            (i, recorder) -> recorder.add(i.softmax(x, dim)).add(i.softmaxGradient(x, dim, g));
                        default ->
                            (i, recorder) -> recorder.add(i.logSoftmax(x, dim)).add(i.logSoftmaxGradient(x, dim, g));
                    });
        }
    }

    private void classLoss(int... shape) {
        int dim = shape.length == 1 ? 0 : 1;
        int[] others = without(dim, shape);
        int classes = shape[dim];
        int count = 1;
        for (int size : others) {
            count *= size;
        }
        ClassLossOptions options = ClassLossOptions.DEFAULT
                .withIgnoreIndex(IGNORED)
                .withWeight(inputs.choice() ? inputs.weights(classes) : null)
                .withReduction(reduction());
        ClassLossOptions smooth = options.withLabelSmoothing(SMOOTHING[calls.size() / 3 % SMOOTHING.length]);
        Tensor x = inputs.numbers(shape);
        long[] target = inputs.classesWithIgnored(count, classes);
        Tensor t = inputs.probabilities(shape);
        @Nullable Tensor g = upstream(options.reduction(), others);
        boolean sums = sums();
        switch (operation) {
            case NLL_LOSS ->
                calls.add((i, recorder) -> {
                    recorder.add(i.nllLoss(x, target, options)).add(i.nllLossGradient(x, target, options, g));
                    if (sums) {
                        recorder.add(i.nllLossSum(x, target, options));
                    }
                });
            case CROSS_ENTROPY ->
                calls.add((i, recorder) -> {
                    recorder.add(i.crossEntropy(x, target, smooth)).add(i.crossEntropyGradient(x, target, smooth, g));
                    if (sums) {
                        recorder.add(i.crossEntropySum(x, target, smooth));
                    }
                });
            default ->
                calls.add((i, recorder) -> {
                    recorder.add(i.crossEntropyProbabilities(x, t, smooth))
                            .add(i.crossEntropyProbabilitiesGradient(x, t, smooth, g));
                    if (sums) {
                        recorder.add(i.crossEntropyProbabilitiesSum(x, t, smooth));
                    }
                });
        }
    }

    private void pairs(int... shape) {
        Tensor t = inputs.probabilities(shape);
        int last = shape.length == 0 ? 1 : shape[shape.length - 1];
        @Nullable Tensor weight = inputs.choice() ? inputs.weights(last) : null;
        @Nullable Tensor positive = inputs.choice() ? inputs.weights(last) : null;
        Reduction reduction = reduction();
        @Nullable Tensor g = upstream(reduction, shape);
        boolean sums = sums();
        if (operation == Operation.KL_DIV) {
            boolean logTarget = inputs.choice();
            KlDivOptions options = KlDivOptions.DEFAULT.withLogTarget(logTarget).withReduction(reduction);
            Tensor x = inputs.numbers(shape);
            Tensor y = logTarget ? inputs.numbers(shape) : t;
            calls.add((i, recorder) -> {
                recorder.add(i.klDiv(x, y, options)).add(i.klDivGradient(x, y, options, g));
                if (sums) {
                    recorder.add(i.klDivSum(x, y, options));
                }
            });
        } else if (operation == Operation.BINARY_CROSS_ENTROPY) {
            BinaryLossOptions options =
                    BinaryLossOptions.DEFAULT.withWeight(weight).withReduction(reduction);
            Tensor x = inputs.probabilities(shape);
            calls.add((i, recorder) -> {
                recorder.add(i.binaryCrossEntropy(x, t, options)).add(i.binaryCrossEntropyGradient(x, t, options, g));
                if (sums) {
                    recorder.add(i.binaryCrossEntropySum(x, t, options));
                }
            });
        } else {
            BinaryLossOptions options = BinaryLossOptions.DEFAULT
                    .withWeight(weight)
                    .withPositiveWeight(positive)
                    .withReduction(reduction);
            Tensor x = inputs.numbers(shape);
            calls.add((i, recorder) -> {
                recorder.add(i.binaryCrossEntropyWithLogits(x, t, options))
                        .add(i.binaryCrossEntropyWithLogitsGradient(x, t, options, g));
                if (sums) {
                    recorder.add(i.binaryCrossEntropyWithLogitsSum(x, t, options));
                }
            });
        }
    }

    private void cosine(int... shape) {
        Tensor first = inputs.numbers(shape);
        Tensor second = inputs.numbers(shape);
        int[] pairs = without(shape.length - 1, shape);
        Indices target = inputs.signs(pairs);
        CosineOptions options =
                CosineOptions.DEFAULT.withMargin(inputs.choice() ? 0.0 : 0.25).withReduction(reduction());
        @Nullable Tensor g = upstream(options.reduction(), pairs);
        boolean sums = sums();
        calls.add((i, recorder) -> {
            recorder.add(i.cosineEmbeddingLoss(first, second, target, options))
                    .add(i.cosineEmbeddingLossGradient(first, second, target, options, g));
            if (sums) {
                recorder.add(i.cosineEmbeddingLossSum(first, second, target, options));
            }
        });
    }

    private void categorical(int... shape) {
        boolean logits = inputs.choice();
        CategoricalOptions options = logits ? CategoricalOptions.LOGITS : CategoricalOptions.PROBABILITIES;
        Tensor x = logits ? inputs.numbers(shape) : inputs.probabilities(shape);
        int[] others = without(shape.length - 1, shape);
        Tensor g = inputs.moderate(others);
        long[] value = inputs.classes(g.count(), shape[shape.length - 1]);
        calls.add(
                operation == Operation.CATEGORICAL_ENTROPY
                        ? (i, recorder) -> recorder.add(i.categoricalEntropy(x, options))
                                .add(i.categoricalEntropyGradient(x, options, g))
                        : (i, recorder) -> recorder.add(i.categoricalLogProb(x, options, value))
                                .add(i.categoricalLogProbGradient(x, options, value, g)));
    }

    private void indexing(int... shape) {
        if (operation == Operation.ONE_HOT) {
            Indices classes = inputs.indices(9, shape);
            calls.add((i, recorder) -> recorder.add(i.oneHot(classes, 9)));
            calls.add((i, recorder) -> recorder.add(i.oneHot(classes, IndexingOperations.INFER_CLASSES)));
            return;
        }
        Tensor x = inputs.numbers(shape);
        for (int d = 0; d < shape.length; d++) {
            int dim = d;
            Indices index = inputs.indices(shape[d], shape);
            Tensor source = inputs.numbers(shape);
            Tensor g = inputs.moderate(shape);
            calls.add(
                    operation == Operation.GATHER
                            ? (i, recorder) ->
                                    recorder.add(i.gather(x, dim, index)).add(i.gatherGradient(x, dim, index, g))
                            : (i, recorder) -> recorder.add(i.scatter(x, dim, index, source, 0.0))
                                    .add(i.scatterGradient(x, dim, index, source, g))
                                    .add(i.scatter(x, dim, index, null, 0.5)));
        }
    }
}
