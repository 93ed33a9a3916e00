// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import io.github.lanewise.jmh.candidate.Candidate;
import io.github.lanewise.jmh.candidate.Implementations;
import io.github.lanewise.jmh.candidate.Operation;
import io.github.lanewise.jmh.candidate.Problem;
import io.github.lanewise.jmh.candidate.Shape;
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

/**
 * One operation of a family by one implementation. Before anything is timed, the implementation has to agree with the
 * reference. Not every implementation has every operation: where it does not, setting up fails and says so.
 *
 * <p>A fork runs one combination, because the library chooses its kernels once for a JVM, and because profiles of one
 * implementation are not to help or hinder another.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 5,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 8, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public abstract class FamilyBenchmark {
    /** Libraries of the profile {@code peers} are {@code libtorch} and {@code onnx}. */
    @Param({"lanewise", "scalar", "plain", "svml"})
    String implementation = "";

    /** Value alone, or value and gradient. */
    @Param({"false", "true"})
    boolean gradient;

    @Param({
        "1x10",
        "1x128",
        "1x1000",
        "1x32000",
        "1x128256",
        "64x1000",
        "1024x1000",
        "32x32000",
        "128x128256",
        "100000x10",
        "8x21x256x256"
    })
    String shape = "";

    private Candidate candidate;

    abstract String operation();

    @Setup
    public void setUp() {
        Operation operation = Operation.of(operation());
        if (!operation.family().benchmark().equals(getClass().getSimpleName().replaceFirst("_jmhType$", ""))) {
            throw new IllegalArgumentException(
                    operation.id() + " belongs to " + operation.family().benchmark());
        }
        Problem problem = new Problem(operation, Shape.parse(shape), gradient);
        candidate = Implementations.prepare(implementation, problem);
    }

    @TearDown
    public void tearDown() {
        candidate.close();
    }

    /** One call. */
    @Benchmark
    public float call() {
        return candidate.call();
    }
}
