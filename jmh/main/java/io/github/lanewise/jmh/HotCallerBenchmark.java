// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.NllLoss;
import io.github.lanewise.Softmax;
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
 * Cross entropy called from a deep and hot caller that the compiler would like to inline as a whole, in a JVM whose
 * profiles have seen every other operation, layout and kind of target before. The figures are to be those of {@link
 * CrossEntropyBenchmark}: a kernel that is inlined into such a caller exceeds the compiler's budget and boxes its vectors.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 5, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class HotCallerBenchmark {
    private static final int POLLUTION_ROUNDS = 20_000;

    @Param({"1x10", "1x1000", "64x1000"})
    String shape = "";

    private final CrossEntropyLoss loss = CrossEntropyLoss.create();
    private final CrossEntropyLoss smoothed =
            CrossEntropyLoss.builder().labelSmoothing(0.1).build();
    private int[] target;
    private FloatTensor logits;
    private FloatTensor gradLogits;

    @Setup
    public void setUp() {
        Shape parsed = Shape.parse(shape);
        Random random = new Random(1);
        float[] scores = new float[parsed.rows() * parsed.classes()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextFloat() * 12 - 6;
        }
        target = random.ints(parsed.rows(), 0, parsed.classes()).toArray();
        logits = FloatTensor.of(scores, parsed.rows(), parsed.classes());
        gradLogits = FloatTensor.of(new float[scores.length], parsed.rows(), parsed.classes());
        pollute(random);
    }

    private void pollute(Random random) {
        int[] sizes = {1, 7, 16, 31, 64, 100, 300};
        float guard = 0;
        for (int round = 0; round < POLLUTION_ROUNDS; round++) {
            int classes = sizes[round % sizes.length];
            FloatTensor rows = FloatTensor.of(new float[3 * classes], 3, classes);
            FloatTensor columns = FloatTensor.of(new float[20 * classes], 1, classes, 20);
            for (FloatTensor view : new FloatTensor[] {rows, columns}) {
                for (int i = 0; i < view.numel(); i++) {
                    view.array()[i] = random.nextFloat();
                }
            }
            FloatTensor rowsOut = FloatTensor.of(new float[3 * classes], 3, classes);
            FloatTensor columnsOut = FloatTensor.of(new float[20 * classes], 1, classes, 20);
            guard += smoothed.forwardBackward(rows, new int[3], rowsOut);
            guard += smoothed.forwardBackward(columns, new long[20], columnsOut);
            guard += smoothed.forwardBackward(rows, rows, rowsOut);
            Softmax.softmax(rows, 1, rowsOut);
            Softmax.logSoftmax(rows, 1, rowsOut);
            guard += NllLoss.create().forward(rowsOut, new int[3]);
            Softmax.logSoftmax(columns, 1, columnsOut);
        }
        if (Float.isNaN(guard)) {
            throw new IllegalStateException("the losses of ordinary scores are NaN");
        }
    }

    /** Loss, smoothed loss, loss with gradient and softmax of one batch, one after the other in one hot method. */
    @Benchmark
    public float everything() {
        return first() + second();
    }

    /** The loss alone, through three calls. */
    @Benchmark
    public float lossAlone() {
        return first();
    }

    private float first() {
        return deeper();
    }

    private float deeper() {
        return loss.forward(logits, target);
    }

    private float second() {
        float value = smoothed.forward(logits, target);
        value += loss.forwardBackward(logits, target, gradLogits);
        Softmax.softmax(logits, 1, gradLogits);
        return value;
    }
}
