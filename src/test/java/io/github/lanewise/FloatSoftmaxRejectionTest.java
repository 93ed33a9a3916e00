// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One bad argument at a time, for every operation on views: nothing is written. */
@Tag("once")
class FloatSoftmaxRejectionTest {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<IndexOutOfBoundsException> INDEX = IndexOutOfBoundsException.class;
    private static final Class<NullPointerException> NULL = NullPointerException.class;

    private final SplittableRandom random = new SplittableRandom(10);
    private final FloatTensor x = FloatViews.guarded(random, 3, 4, 5);
    private final FloatTensor g = FloatViews.guarded(random, 3, 4, 5);
    private final FloatTensor out = FloatViews.guarded(random, 3, 4, 5);
    private final FloatTensor reduced = FloatViews.guarded(random, 3, 5);
    private final FloatBits.Snapshot snapshot = FloatBits.Snapshot.of(x, g, out, reduced);

    /** An operation along a dimension that fills an output of the input's shape. */
    enum Operation {
        SOFTMAX("input", "output"),
        LOG_SOFTMAX("input", "output"),
        SOFTMAX_BACKWARD("output", "gradInput"),
        LOG_SOFTMAX_BACKWARD("output", "gradInput"),
        LOG_SUM_EXP_BACKWARD("input", "gradInput");

        private final String inputName;
        private final String outputName;

        Operation(String inputName, String outputName) {
            this.inputName = inputName;
            this.outputName = outputName;
        }

        boolean hasGradientOfItsShape() {
            return this == SOFTMAX_BACKWARD || this == LOG_SOFTMAX_BACKWARD;
        }

        void run(FloatTensor input, FloatTensor gradient, int dim, FloatTensor output) {
            switch (this) {
                case SOFTMAX -> Softmax.softmax(input, dim, output);
                case LOG_SOFTMAX -> Softmax.logSoftmax(input, dim, output);
                case SOFTMAX_BACKWARD -> Softmax.softmaxBackward(input, gradient, dim, output);
                case LOG_SOFTMAX_BACKWARD -> Softmax.logSoftmaxBackward(input, gradient, dim, output);
                case LOG_SUM_EXP_BACKWARD -> Softmax.logSumExpBackward(input, gradient, dim, output);
            }
        }
    }

    private <T extends Throwable> void rejects(
            Class<T> type,
            Operation operation,
            FloatTensor input,
            FloatTensor gradient,
            int dim,
            FloatTensor output,
            String... parts) {
        FloatBits.assertRejected(
                type, snapshot, operation.name(), () -> operation.run(input, gradient, dim, output), parts);
    }

    private FloatTensor gradient(Operation operation) {
        return operation == Operation.LOG_SUM_EXP_BACKWARD ? reduced : g;
    }

    @ParameterizedTest
    @EnumSource
    void nullArguments(Operation operation) {
        FloatTensor gradient = gradient(operation);
        rejects(NULL, operation, null, gradient, 1, out, operation.inputName);
        rejects(NULL, operation, x, gradient, 1, null, operation.outputName);
        if (operation.hasGradientOfItsShape() || operation == Operation.LOG_SUM_EXP_BACKWARD) {
            rejects(NULL, operation, x, null, 1, out, "gradOutput");
        }
    }

    @ParameterizedTest
    @EnumSource
    void dimensionsThatAreNotThere(Operation operation) {
        FloatTensor gradient = gradient(operation);
        rejects(INDEX, operation, x, gradient, 3, out, "dimension 3", "[-3, 2]");
        rejects(INDEX, operation, x, gradient, -4, out, "dimension -4");
        FloatTensor single = FloatTensor.of(new float[1]);
        rejects(INDEX, operation, single, single, 1, FloatTensor.of(new float[1]), "dimension 1");
        rejects(INDEX, operation, single, single, -2, FloatTensor.of(new float[1]), "dimension -2");
    }

    @ParameterizedTest
    @EnumSource
    void shapesThatDiffer(Operation operation) {
        FloatTensor gradient = gradient(operation);
        rejects(
                ARGUMENT,
                operation,
                x,
                gradient,
                1,
                out.slice(0, 0, 2),
                operation.outputName,
                "[2, 4, 5]",
                "[3, 4, 5]");
        rejects(ARGUMENT, operation, x, gradient, 1, out.reshape(3, 4, 5, 1), "[3, 4, 5, 1]");
        if (operation.hasGradientOfItsShape()) {
            rejects(ARGUMENT, operation, x, g.slice(2, 0, 4), 1, out, "gradOutput", "[3, 4, 4]", "[3, 4, 5]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void outputsThatOverlapInputs(Operation operation) {
        FloatTensor gradient = gradient(operation);
        FloatTensor moved = FloatTensor.of(x.array(), x.offset() + 1, x.shape(), new int[] {20, 5, 1});
        rejects(ARGUMENT, operation, x, gradient, 1, moved, operation.outputName, operation.inputName, "overlaps");
        FloatTensor square = x.slice(1, 0, 3).slice(2, 0, 3);
        FloatTensor squareGradient = operation.hasGradientOfItsShape()
                ? g.slice(1, 0, 3).slice(2, 0, 3)
                : FloatTensor.of(new float[9], 3, 3);
        rejects(ARGUMENT, operation, square, squareGradient, 1, square.transpose(1, 2), "overlaps");
        if (operation.hasGradientOfItsShape()) {
            FloatTensor movedGradient = FloatTensor.of(g.array(), g.offset() - 2, g.shape(), new int[] {20, 5, 1});
            rejects(ARGUMENT, operation, x, g, 1, movedGradient, "gradInput", "gradOutput", "overlaps");
        } else if (operation == Operation.LOG_SUM_EXP_BACKWARD) {
            rejects(ARGUMENT, operation, x, out.select(1, 2), 1, out, "gradInput", "gradOutput", "overlaps");
        }
    }

    @ParameterizedTest
    @EnumSource
    void outputsThatHoldAnElementTwice(Operation operation) {
        FloatTensor gradient = gradient(operation);
        FloatTensor repeated = FloatTensor.of(out.array(), 0, out.shape(), new int[] {0, 5, 1});
        rejects(ARGUMENT, operation, x, gradient, 1, repeated, operation.outputName, "more than once");
        rejects(ARGUMENT, operation, repeated, gradient, 1, repeated, operation.outputName, "more than once");
    }

    /** What the log-sum-exp fills, and what its gradient takes. */
    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"SOFTMAX", "LOG_SUM_EXP_BACKWARD"})
    void reducedViews(Operation operation) {
        boolean backward = operation == Operation.LOG_SUM_EXP_BACKWARD;
        for (FloatTensor bad : new FloatTensor[] {
            g, g.select(0, 0), g.slice(0, 0, 1), g.select(1, 0).select(0, 0), reduced.transpose(0, 1)
        }) {
            FloatBits.assertRejected(
                    ARGUMENT,
                    snapshot,
                    "shape of " + bad,
                    () -> {
                        if (backward) {
                            Softmax.logSumExpBackward(x, bad, 1, out);
                        } else {
                            Softmax.logSumExp(x, 1, bad);
                        }
                    },
                    "[3, 4, 5]",
                    "dimension 1");
        }
        if (!backward) {
            FloatBits.assertRejected(NULL, snapshot, "no input", () -> Softmax.logSumExp(null, 1, reduced), "input");
            FloatBits.assertRejected(NULL, snapshot, "no output", () -> Softmax.logSumExp(x, 1, null), "output");
            FloatBits.assertRejected(INDEX, snapshot, "dim", () -> Softmax.logSumExp(x, 3, reduced), "dimension 3");
            FloatBits.assertRejected(
                    ARGUMENT, snapshot, "overlap", () -> Softmax.logSumExp(x, 1, x.select(1, 3)), "output", "input");
            FloatTensor one = FloatTensor.of(reduced.array(), 0, new int[] {3, 5}, new int[] {0, 0});
            FloatBits.assertRejected(
                    ARGUMENT, snapshot, "twice", () -> Softmax.logSumExp(x, 1, one), "output", "more than once");
            FloatTensor column = x.slice(1, 2, 3);
            FloatBits.assertRejected(
                    ARGUMENT, snapshot, "same", () -> Softmax.logSumExp(column, 1, column), "output", "overlaps");
        }
    }
}
