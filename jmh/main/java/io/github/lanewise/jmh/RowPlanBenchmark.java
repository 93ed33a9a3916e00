// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import io.github.lanewise.ClassMask;
import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatRagged;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Softmax;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Rows of different lengths and rows without some of their classes, beside the same calls on a whole view and what callers do
 * instead: a copy of the scores with negative infinity for the classes that are left out. All plans are held to the losses of
 * that copy, or to those of single rows.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 5,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Dlanewise.kernels=vector"})
@Warmup(iterations = 8, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class RowPlanBenchmark {
    private static final float TOLERANCE = 1e-5f;
    private static final int HALF = 2;
    private static final int TENTH = 10;

    private final CrossEntropyLoss crossEntropy = CrossEntropyLoss.create();

    /** Which classes take part. */
    public enum Plan {
        /** All of a view's. */
        WHOLE,
        /** All of ragged rows of the same number of scores in sum: half of them short, half of them long. */
        RAGGED,
        /** All but every tenth. */
        WITHOUT_TENTH,
        /** Every other one. */
        WITHOUT_HALF,
        /** Every other one, by a copy of the scores with negative infinity for the rest. */
        FILLED_HALF
    }

    /** What is called. */
    public enum Call {
        /** Cross entropy. */
        CROSS_ENTROPY,
        /** The same with the gradient. */
        CROSS_ENTROPY_GRADIENT,
        /** Softmax. */
        SOFTMAX
    }

    @Param({"WHOLE", "RAGGED", "WITHOUT_TENTH", "WITHOUT_HALF", "FILLED_HALF"})
    Plan plan = Plan.WHOLE;

    @Param({"CROSS_ENTROPY", "CROSS_ENTROPY_GRADIENT", "SOFTMAX"})
    Call operation = Call.CROSS_ENTROPY;

    @Param({"64x1000", "1024x50"})
    String shape = "";

    private float[] scores = {};
    private float[] filled = {};
    private boolean[] allowed = {};
    private int[] classes = {};
    private FloatTensor input = FloatTensor.of(scores, 0);
    private FloatTensor output = input;
    private FloatTensor copy = input;
    private FloatRagged raggedInput = FloatRagged.of(scores, new int[] {0});
    private FloatRagged raggedOutput = raggedInput;
    private ClassMask mask = ClassMask.only(1, 0);

    @Setup
    public void setUp() {
        String[] sizes = shape.split("x", -1);
        int rows = Integer.parseInt(sizes[0]);
        int columns = Integer.parseInt(sizes[1]);
        SplittableRandom random = new SplittableRandom(1);
        scores = new float[rows * columns];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (random.nextDouble() * 12 - 6);
        }
        filled = new float[scores.length];
        float[] results = new float[scores.length];
        input = FloatTensor.of(scores, rows, columns);
        copy = FloatTensor.of(filled, rows, columns);
        output = FloatTensor.of(results, rows, columns);
        int[] offsets = new int[rows + 1];
        for (int i = 0; i < rows; i++) {
            offsets[i + 1] = offsets[i] + columns + (i % 2 == 0 ? -columns / 2 : columns / 2);
        }
        raggedInput = FloatRagged.of(scores, offsets);
        raggedOutput = FloatRagged.of(results, offsets);
        int step = plan == Plan.WITHOUT_TENTH ? TENTH : HALF;
        allowed = new boolean[columns];
        for (int i = 0; i < columns; i++) {
            allowed[i] = i % step != step - 1;
        }
        mask = ClassMask.of(allowed);
        classes = new int[rows];
        for (int i = 0; i < rows; i++) {
            // One that every row has and no plan leaves out.
            classes[i] = random.nextInt(columns / 2) / step * step;
        }
        check(rows, columns);
        checkOutput(rows);
    }

    /** Rows of a softmax add up to 1 each, and of a gradient to 0; a class that is left out has 0. */
    private void checkOutput(int rows) {
        if (operation == Call.CROSS_ENTROPY) {
            return;
        }
        call();
        float[] written = output.toArray();
        double expected = operation == Call.SOFTMAX ? 1 : 0;
        for (int i = 0; i < rows; i++) {
            int from = plan == Plan.RAGGED ? raggedInput.rowOffset(i) : i * allowed.length;
            int length = plan == Plan.RAGGED ? raggedInput.rowLength(i) : allowed.length;
            double sum = 0;
            boolean zeros = true;
            for (int c = 0; c < length; c++) {
                sum += written[from + c];
                zeros &= plan == Plan.WHOLE || plan == Plan.RAGGED || allowed[c] || written[from + c] == 0;
            }
            if (!zeros || !(Math.abs(sum - expected) <= TOLERANCE)) {
                throw new IllegalStateException(operation + " with " + plan + ": row " + i + " adds up to " + sum
                        + " instead of " + expected + ", or a class that is left out is not 0");
            }
        }
    }

    private void check(int rows, int columns) {
        float value = crossEntropyOf();
        double expected = 0.0;
        for (int i = 0; i < rows; i++) {
            float[] row = plan == Plan.RAGGED
                    ? Arrays.copyOfRange(
                            scores, raggedInput.rowOffset(i), raggedInput.rowOffset(i) + raggedInput.rowLength(i))
                    : Arrays.copyOfRange(scores, i * columns, (i + 1) * columns);
            if (plan != Plan.WHOLE && plan != Plan.RAGGED) {
                fill(row, row);
            }
            expected += crossEntropy.forward(row, 0, row.length, classes[i]);
        }
        expected /= rows;
        if (!(Math.abs(value - expected) <= TOLERANCE * Math.abs(expected))) {
            throw new IllegalStateException(
                    "the loss with " + plan + " is " + value + ", row by row it is " + expected);
        }
    }

    private void fill(float[] from, float[] to) {
        int columns = allowed.length;
        for (int row = 0; row < from.length; row += columns) {
            for (int c = 0; c < columns; c++) {
                to[row + c] = allowed[c] ? from[row + c] : Float.NEGATIVE_INFINITY;
            }
        }
    }

    private float crossEntropyOf() {
        return switch (plan) {
            case WHOLE -> crossEntropy.forward(input, classes);
            case RAGGED -> crossEntropy.forward(raggedInput, classes);
            case WITHOUT_TENTH, WITHOUT_HALF -> crossEntropy.forward(input, mask, classes);
            case FILLED_HALF -> {
                fill(scores, filled);
                yield crossEntropy.forward(copy, classes);
            }
        };
    }

    private float gradient() {
        return switch (plan) {
            case WHOLE -> crossEntropy.forwardBackward(input, classes, output);
            case RAGGED -> crossEntropy.forwardBackward(raggedInput, classes, raggedOutput);
            case WITHOUT_TENTH, WITHOUT_HALF -> crossEntropy.forwardBackward(input, mask, classes, output);
            case FILLED_HALF -> {
                fill(scores, filled);
                yield crossEntropy.forwardBackward(copy, classes, output);
            }
        };
    }

    private float softmax() {
        switch (plan) {
            case WHOLE -> Softmax.softmax(input, -1, output);
            case RAGGED -> Softmax.softmax(raggedInput, raggedOutput);
            case WITHOUT_TENTH, WITHOUT_HALF -> Softmax.softmax(input, -1, mask, output);
            case FILLED_HALF -> {
                fill(scores, filled);
                Softmax.softmax(copy, -1, output);
            }
        }
        return output.get(0, 0);
    }

    /** One call. */
    @Benchmark
    public float call() {
        return switch (operation) {
            case CROSS_ENTROPY -> crossEntropyOf();
            case CROSS_ENTROPY_GRADIENT -> gradient();
            case SOFTMAX -> softmax();
        };
    }
}
