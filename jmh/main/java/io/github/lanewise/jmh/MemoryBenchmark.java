// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

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

/** What the memory gives: a loop that copies floats, which C2 turns into the widest vectors. The mark for GB/s. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 5, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class MemoryBenchmark {
    @Param({"1000", "10000", "100000", "1000000", "16000000"})
    int elements;

    private float[] from;
    private float[] to;

    @Setup
    public void setUp() {
        from = new float[elements];
        to = new float[elements];
        for (int i = 0; i < elements; i++) {
            from[i] = i;
        }
        copy();
        if (to[elements - 1] != elements - 1) {
            throw new IllegalStateException("the copy of " + (elements - 1) + " is " + to[elements - 1]);
        }
    }

    /** Copies all elements: reads four bytes and writes four for each. */
    @Benchmark
    public float[] copy() {
        float[] source = from;
        float[] destination = to;
        for (int i = 0; i < source.length; i++) {
            destination[i] = source[i];
        }
        return destination;
    }
}
