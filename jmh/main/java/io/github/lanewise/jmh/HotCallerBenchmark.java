// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import io.github.lanewise.BceWithLogitsLoss;
import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.KlDivLoss;
import io.github.lanewise.NllLoss;
import io.github.lanewise.Sigmoid;
import io.github.lanewise.Softmax;
import io.github.lanewise.jmh.candidate.Shape;
import java.util.Arrays;
import java.util.Random;
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
 * The same call by two callers, whose figures are to be equal. The {@code bare} one does nothing else. The {@code deep} one
 * is hot code that the compiler would like to inline as a whole, several methods deep, and in which every other operation
 * has run before on other shapes, layouts and kinds of targets. A kernel that is inlined into such a caller exceeds the
 * compiler's budget and boxes its vectors; one that depends on profiles of types finds them spoilt.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 5,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Dlanewise.kernels=vector"})
@Warmup(iterations = 8, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class HotCallerBenchmark {
    private static final int POLLUTION_ROUNDS = 20_000;

    private final CrossEntropyLoss loss = CrossEntropyLoss.create();
    private final CrossEntropyLoss smoothed =
            CrossEntropyLoss.builder().labelSmoothing(0.1).build();
    private final NllLoss nll = NllLoss.create();
    private final BceWithLogitsLoss bce = BceWithLogitsLoss.create();
    private final KlDivLoss klDiv = KlDivLoss.create();

    @Param({"bare", "deep"})
    String caller = "";

    @Param({"cross_entropy", "cross_entropy_gradient", "softmax", "sigmoid"})
    String operation = "";

    @Param({"1x10", "1x1000", "64x1000"})
    String shape = "";

    private boolean deep;
    private int which;
    private int[] target;
    private FloatTensor logits;
    private FloatTensor output;

    @Setup
    public void setUp() {
        Shape parsed = Shape.parse(shape);
        Random random = new Random(1);
        float[] scores = scores(random, parsed.elements());
        target = random.ints(parsed.rows(), 0, parsed.classes()).toArray();
        logits = FloatTensor.of(scores, parsed.sizes());
        output = FloatTensor.of(new float[scores.length], parsed.sizes());
        which = switch (operation) {
            case "cross_entropy" -> 0;
            case "cross_entropy_gradient" -> 1;
            case "softmax" -> 2;
            case "sigmoid" -> 3;
            default -> throw new IllegalArgumentException("this benchmark has no operation \"" + operation + "\"");
        };
        deep = switch (caller) {
            case "bare" -> false;
            case "deep" -> true;
            default -> throw new IllegalArgumentException("there is no caller \"" + caller + "\"");
        };
        if (deep) {
            pollute(random);
        }
        check();
    }

    /** Both callers get the same, and each row of it adds up to what it has to. */
    private void check() {
        float bare = bare();
        float[] written = output.toArray();
        float inDepth = first(which, logits, target, output);
        if (Float.floatToIntBits(bare) != Float.floatToIntBits(inDepth) || !Arrays.equals(written, output.toArray())) {
            throw new IllegalStateException(
                    "the bare caller gets " + bare + ", the deep one " + inDepth + ", or their outputs differ");
        }
        double loss = 0;
        for (int row = 0; row < target.length; row++) {
            double exponentials = 0;
            double sigmoids = 0;
            double found = 0;
            for (int c = 0; c < logits.size(1); c++) {
                double x = logits.get(row, c);
                exponentials += Math.exp(x);
                sigmoids += 1 / (1 + Math.exp(-x));
                found += output.get(row, c);
            }
            loss += (Math.log(exponentials) - logits.get(row, target[row])) / target.length;
            checkNear("sum of row " + row, found, which == 2 ? 1 : which == 3 ? sigmoids : 0);
        }
        checkNear("loss", bare, which < 2 ? loss : 0);
    }

    private void checkNear(String what, double found, double expected) {
        if (!(Math.abs(found - expected) <= 1e-4 * Math.max(1, Math.abs(expected)))) {
            throw new IllegalStateException(operation + ": the " + what + " is " + found + " instead of " + expected);
        }
    }

    private static float[] scores(Random random, int n) {
        float[] scores = new float[n];
        for (int i = 0; i < n; i++) {
            scores[i] = random.nextFloat() * 12 - 6;
        }
        return scores;
    }

    /** Warms all paths of the deep caller and of the library, on rows and columns of many lengths. */
    private void pollute(Random random) {
        int[] sizes = {1, 7, 16, 31, 64, 100, 300};
        float guard = 0;
        for (int round = 0; round < POLLUTION_ROUNDS; round++) {
            int classes = sizes[round % sizes.length];
            FloatTensor rows = FloatTensor.of(scores(random, 3 * classes), 3, classes);
            FloatTensor rowsOut = FloatTensor.of(new float[3 * classes], 3, classes);
            FloatTensor columns = FloatTensor.of(scores(random, 20 * classes), 1, classes, 20);
            FloatTensor columnsOut = FloatTensor.of(new float[20 * classes], 1, classes, 20);
            int[] first = new int[3];
            for (int other = 0; other < 8; other++) {
                guard += first(other, rows, first, rowsOut);
                guard += first(other, columns, new int[20], columnsOut);
            }
            guard += smoothed.forwardBackward(columns, new long[20], columnsOut);
            guard += smoothed.forwardBackward(rows, rows, rowsOut);
            guard += loss.forward(rows.array(), 0, classes, 0);
        }
        if (Float.isNaN(guard)) {
            throw new IllegalStateException("the losses of ordinary scores are NaN");
        }
    }

    /** One call by the caller of the parameter. */
    @Benchmark
    public float call() {
        return deep ? first(which, logits, target, output) : bare();
    }

    private float bare() {
        return switch (which) {
            case 0 -> loss.forward(logits, target);
            case 1 -> loss.forwardBackward(logits, target, output);
            case 2 -> {
                Softmax.softmax(logits, 1, output);
                yield 0f;
            }
            default -> {
                Sigmoid.sigmoid(logits, output);
                yield 0f;
            }
        };
    }

    private float first(int operation, FloatTensor x, int[] classes, FloatTensor out) {
        return operation < 0 ? Float.NaN : second(operation, x, classes, out);
    }

    private float second(int operation, FloatTensor x, int[] classes, FloatTensor out) {
        return operation < 4 ? third(operation, x, classes, out) : fourth(operation, x, classes, out);
    }

    private float third(int operation, FloatTensor x, int[] classes, FloatTensor out) {
        float value = 0;
        if (operation == 0) {
            value = loss.forward(x, classes);
        }
        if (operation == 1) {
            value = loss.forwardBackward(x, classes, out);
        }
        if (operation == 2) {
            Softmax.softmax(x, 1, out);
        }
        if (operation == 3) {
            Sigmoid.sigmoid(x, out);
        }
        return value;
    }

    private float fourth(int operation, FloatTensor x, int[] classes, FloatTensor out) {
        float value = 0;
        if (operation == 4) {
            value = smoothed.forwardBackward(x, classes, out);
        }
        if (operation == 5) {
            Softmax.logSoftmax(x, 1, out);
            value = nll.forward(out, classes);
        }
        if (operation == 6) {
            Sigmoid.sigmoid(x, out);
            value = bce.forward(x, out);
        }
        if (operation == 7) {
            Softmax.softmax(x, 1, out);
            value = klDiv.forward(x, out);
        }
        return value;
    }
}
