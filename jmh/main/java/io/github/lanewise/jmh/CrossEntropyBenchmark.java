// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;
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
 * Mean cross entropy of a batch, value alone and value with gradient, by the library and by the plain Java loop. Before it
 * measures, it checks that both agree.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 5, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class CrossEntropyBenchmark {
    private static final float AGREE = 1e-5f;

    @Param({"1x10", "1x128", "1x1000", "64x1000", "1024x1000", "1x32000", "32x32000", "100000x10"})
    String shape = "";

    private final CrossEntropyLoss loss = CrossEntropyLoss.create();
    private int rows;
    private int classes;
    private float[] scores;
    private float[] gradients;
    private int[] target;
    private FloatTensor logits;
    private FloatTensor gradLogits;

    @Setup
    public void setUp() {
        Shape parsed = Shape.parse(shape);
        rows = parsed.rows();
        classes = parsed.classes();
        Random random = new Random(1);
        scores = new float[rows * classes];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextFloat() * 12 - 6;
        }
        target = random.ints(rows, 0, classes).toArray();
        gradients = new float[scores.length];
        logits = FloatTensor.of(scores, rows, classes);
        gradLogits = FloatTensor.of(gradients, rows, classes);
        check();
    }

    private void check() {
        float expected = PlainJava.crossEntropy(scores, rows, classes, target);
        float[] expectedGradient = new float[scores.length];
        PlainJava.crossEntropy(scores, rows, classes, target, expectedGradient);
        agree("loss", expected, loss.forward(logits, target));
        agree("loss with gradient", expected, loss.forwardBackward(logits, target, gradLogits));
        for (int i = 0; i < gradients.length; i++) {
            agree("gradient[" + i + "]", expectedGradient[i] * rows, gradients[i] * rows);
        }
    }

    private static void agree(String what, float expected, float got) {
        if (!(Math.abs(expected - got) <= AGREE * Math.max(1f, Math.abs(expected)))) {
            throw new IllegalStateException(what + " is " + got + " but the plain loop says " + expected);
        }
    }

    /** The library's loss. */
    @Benchmark
    public float lanewise() {
        return loss.forward(logits, target);
    }

    /** The library's loss and gradient. */
    @Benchmark
    public float lanewiseWithGradient() {
        return loss.forwardBackward(logits, target, gradLogits);
    }

    /** The plain loop's loss. */
    @Benchmark
    public float plainJava() {
        return PlainJava.crossEntropy(scores, rows, classes, target);
    }

    /** The plain loop's loss and gradient. */
    @Benchmark
    public float plainJavaWithGradient() {
        return PlainJava.crossEntropy(scores, rows, classes, target, gradients);
    }
}
