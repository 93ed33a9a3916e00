// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Parallelism;
import io.github.lanewise.jmh.candidate.Shape;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Cross entropy on threads of the caller's, which has to have the bits of one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 5,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Dlanewise.kernels=vector"})
@Warmup(iterations = 8, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class ParallelBenchmark {
    @Param({"1", "2"})
    int threads;

    @Param("cross_entropy")
    String operation = "";

    @Param({"1024x1000", "128x128256"})
    String shape = "";

    /** Microseconds for which the other threads stay at hand after a call; 0 for threads that go back to their pool at once. */
    @Param({"0", "1000"})
    long lingering;

    private ForkJoinPool pool;
    private CrossEntropyLoss loss;
    private FloatTensor scores;
    private int[] target;

    @Setup
    public void setUp() {
        Shape size = Shape.parse(shape);
        if (size.sizes().length != 2) {
            throw new IllegalArgumentException("shape " + shape + " has no rows and classes alone, as 1024x1000 has");
        }
        SplittableRandom random = new SplittableRandom(1);
        float[] x = new float[size.elements()];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextDouble(-6, 6);
        }
        int classes = size.elements() / size.rows();
        target = random.ints(size.rows(), 0, classes).toArray();
        scores = FloatTensor.of(x, size.rows(), classes);
        pool = new ForkJoinPool(Math.max(1, threads - 1));
        CrossEntropyLoss single = CrossEntropyLoss.builder().build();
        loss = threads == 1
                ? single
                : CrossEntropyLoss.builder().parallelism(parallelism()).build();
        float expected = single.forward(scores, target);
        float mean = call();
        if (Float.floatToIntBits(mean) != Float.floatToIntBits(expected)) {
            throw new IllegalStateException(mean + " on " + threads + " threads, but " + expected + " on one");
        }
    }

    private Parallelism parallelism() {
        Parallelism parallelism = Parallelism.of(pool, threads);
        return lingering == 0 ? parallelism : parallelism.lingering(Duration.ofNanos(1000 * lingering));
    }

    @TearDown
    public void tearDown() {
        pool.shutdown();
    }

    /** One call. */
    @Benchmark
    public float call() {
        return loss.forward(scores, target);
    }
}
