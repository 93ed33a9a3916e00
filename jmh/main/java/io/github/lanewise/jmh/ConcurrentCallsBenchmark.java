// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import io.github.lanewise.BceWithLogitsLoss;
import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Sigmoid;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Threads that call the same losses at the same time, each on a row of its own, as a server's do. A call should take no longer beside
 * another than alone: on two cores the two figures are to be equal. They differ where threads meet in memory that one of them writes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 5,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Dlanewise.kernels=vector"})
// Long, as on two cores the compiler has only what two callers leave it.
@Warmup(iterations = 12, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class ConcurrentCallsBenchmark {
    private static final CrossEntropyLoss CROSS_ENTROPY = CrossEntropyLoss.create();
    private static final BceWithLogitsLoss BCE_WITH_LOGITS = BceWithLogitsLoss.create();

    /** Elements before and behind a row: a thread's own data do not lie beside another's either. */
    private static final int MARGIN = 64;

    /** What is called. */
    public enum Call {
        /** Cross entropy of a row. */
        CROSS_ENTROPY,
        /** The same with the gradient. */
        CROSS_ENTROPY_GRADIENT,
        /** The sigmoid of all elements. */
        SIGMOID,
        /** Binary cross entropy of logits. */
        BCE_WITH_LOGITS
    }

    @Param
    Call operation = Call.CROSS_ENTROPY;

    @Param({"10", "1000"})
    int classes;

    private final int[] target = {3};
    private FloatTensor logits = FloatTensor.of(new float[0], 1, 0);
    private FloatTensor labels = logits;
    private FloatTensor output = logits;

    @Setup
    public void setUp() {
        SplittableRandom random = new SplittableRandom(1);
        logits = row();
        labels = row();
        output = row();
        for (int i = 0; i < classes; i++) {
            logits.set((float) random.nextDouble(-6, 6), 0, i);
            labels.set(i % 2, 0, i);
        }
        check();
    }

    private void check() {
        float value = run();
        double exponentials = 0;
        double binary = 0;
        double sigmoids = 0;
        double written = 0;
        for (int i = 0; i < classes; i++) {
            double x = logits.get(0, i);
            exponentials += Math.exp(x);
            binary += (Math.log1p(Math.exp(x)) - x * labels.get(0, i)) / classes;
            sigmoids += 1 / (1 + Math.exp(-x));
            written += output.get(0, i);
        }
        double expected = switch (operation) {
            case CROSS_ENTROPY, CROSS_ENTROPY_GRADIENT -> Math.log(exponentials) - logits.get(0, target[0]);
            case SIGMOID -> 0;
            case BCE_WITH_LOGITS -> binary;
        };
        double sum = operation == Call.SIGMOID ? sigmoids : 0;
        if (!(Math.abs(value - expected) <= 1e-5 * Math.max(1, expected))
                || !(Math.abs(written - sum) <= 1e-4 * Math.max(1, sum))) {
            throw new IllegalStateException(operation + " of random logits is " + value + " instead of " + expected
                    + ", or what it has written adds up to " + written + " instead of " + sum);
        }
    }

    private FloatTensor row() {
        return FloatTensor.of(new float[classes + 2 * MARGIN], MARGIN, new int[] {1, classes}, new int[] {classes, 1});
    }

    private float run() {
        return switch (operation) {
            case CROSS_ENTROPY -> CROSS_ENTROPY.forward(logits, target);
            case CROSS_ENTROPY_GRADIENT -> CROSS_ENTROPY.forwardBackward(logits, target, output);
            case SIGMOID -> {
                Sigmoid.sigmoid(logits, output);
                yield 0f;
            }
            case BCE_WITH_LOGITS -> BCE_WITH_LOGITS.forward(logits, labels);
        };
    }

    /** One call at a time. */
    @Benchmark
    @Threads(1)
    public float alone() {
        return run();
    }

    /** The same in each of two threads. */
    @Benchmark
    @Threads(2)
    public float besideAnother() {
        return run();
    }
}
