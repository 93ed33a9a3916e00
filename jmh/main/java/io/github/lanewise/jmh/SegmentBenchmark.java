// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

import io.github.lanewise.BceLoss;
import io.github.lanewise.BceWithLogitsLoss;
import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.ElementType;
import io.github.lanewise.Elementwise;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Sigmoid;
import io.github.lanewise.Softmax;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
 * Calls on numbers in arrays, in native memory and in 16 bits; by themselves, and after every kind of memory has been through
 * the same code in one process, where type profiles would show it. Results are held to the bits of arrays that hold the same
 * numbers.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 5,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Dlanewise.kernels=vector"})
@Warmup(iterations = 8, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class SegmentBenchmark {
    private static final int MIXED_ROUNDS = 3000;
    private static final long ALIGNMENT = 64;

    private final CrossEntropyLoss crossEntropy = CrossEntropyLoss.create();
    private final BceLoss bce = BceLoss.create();
    private final BceWithLogitsLoss logits = BceWithLogitsLoss.create();

    /** Where numbers lie. */
    public enum Memory {
        /** In an array. */
        ARRAY,
        /** In native memory. */
        NATIVE,
        /** In native memory, one byte beside where they would be aligned. */
        UNALIGNED,
        /** In an array of bytes. */
        BYTES,
        /** As bfloat16, in an array of shorts. */
        BFLOAT16,
        /** As float16, in an array of shorts. */
        FLOAT16;

        FloatTensor view(int... shape) {
            int numel = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            long bytes = (long) numel * Float.BYTES;
            return switch (this) {
                case ARRAY -> FloatTensor.of(new float[numel], shape);
                case NATIVE -> FloatTensor.of(Arena.ofAuto().allocate(bytes, ALIGNMENT), shape);
                case UNALIGNED ->
                    FloatTensor.of(Arena.ofAuto().allocate(bytes + 1, ALIGNMENT).asSlice(1), shape);
                case BYTES -> FloatTensor.of(MemorySegment.ofArray(new byte[(int) bytes]), shape);
                case BFLOAT16 -> FloatTensor.of(ElementType.BFLOAT16, new short[numel], shape);
                case FLOAT16 -> FloatTensor.of(ElementType.FLOAT16, new short[numel], shape);
            };
        }
    }

    /** What is called. */
    public enum Call {
        /** Cross entropy of rows. */
        CROSS_ENTROPY,
        /** The same with the gradient. */
        CROSS_ENTROPY_GRADIENT,
        /** Log-softmax of rows. */
        LOG_SOFTMAX,
        /** The exponential of all elements. */
        EXP,
        /** The sigmoid of all elements. */
        SIGMOID,
        /** The gradient of the sigmoid. */
        SIGMOID_BACKWARD,
        /** Binary cross entropy of all elements. */
        BINARY_CROSS_ENTROPY,
        /** Binary cross entropy of logits. */
        LOGITS,
        /** The same with the gradient. */
        LOGITS_GRADIENT
    }

    @Param({"ARRAY", "NATIVE", "UNALIGNED", "BFLOAT16", "FLOAT16"})
    Memory memory = Memory.ARRAY;

    @Param({
        "CROSS_ENTROPY",
        "CROSS_ENTROPY_GRADIENT",
        "LOG_SOFTMAX",
        "EXP",
        "SIGMOID",
        "SIGMOID_BACKWARD",
        "BINARY_CROSS_ENTROPY",
        "LOGITS",
        "LOGITS_GRADIENT"
    })
    Call operation = Call.CROSS_ENTROPY;

    @Param({"1x1000", "64x1000"})
    String shape = "";

    /** Whether all kinds of memory have been through the code before. */
    @Param({"false", "true"})
    boolean mixed;

    private Operands operands = new Operands(Memory.ARRAY, 0, 0);

    /** What a call works on. */
    private static final class Operands {
        private final FloatTensor input;
        private final FloatTensor target;
        private final FloatTensor output;
        private final int[] classes;

        Operands(Memory memory, int rows, int columns) {
            SplittableRandom random = new SplittableRandom(1);
            input = memory.view(rows, columns);
            target = memory.view(rows, columns);
            output = memory.view(rows, columns);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    input.set((float) random.nextDouble(), i, j);
                    target.set((float) random.nextDouble(), i, j);
                }
            }
            classes = random.ints(rows, 0, Math.max(1, columns)).toArray();
        }

        /** The same numbers in arrays. */
        private Operands(Operands other) {
            input = FloatTensor.of(other.input.toArray(), other.input.shape());
            target = FloatTensor.of(other.target.toArray(), other.target.shape());
            output = FloatTensor.of(new float[other.output.numel()], other.output.shape());
            classes = other.classes;
        }

        Operands inArrays() {
            return new Operands(this);
        }
    }

    @Setup
    public void setUp() {
        String[] sizes = shape.split("x", -1);
        int rows = Integer.parseInt(sizes[0]);
        int columns = Integer.parseInt(sizes[1]);
        if (mixed) {
            Operands[] all = Arrays.stream(Memory.values())
                    .map(kind -> new Operands(kind, rows, columns))
                    .toArray(Operands[]::new);
            int rounds = Math.max(1, MIXED_ROUNDS / rows);
            for (int round = 0; round < rounds; round++) {
                for (Operands each : all) {
                    for (Call call : Call.values()) {
                        run(call, each);
                    }
                }
            }
        }
        operands = new Operands(memory, rows, columns);
        Operands arrays = operands.inArrays();
        float expected = run(operation, arrays);
        float value = run(operation, operands);
        if (Float.floatToIntBits(value) != Float.floatToIntBits(expected)) {
            throw new IllegalStateException(value + " in " + memory + ", but " + expected + " in arrays");
        }
        FloatTensor rounded = memory.view(rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                rounded.set(arrays.output.get(i, j), i, j);
            }
        }
        if (!Arrays.equals(rounded.toArray(), operands.output.toArray())) {
            throw new IllegalStateException("outputs in " + memory + " differ from those in arrays");
        }
    }

    private float run(Call call, Operands on) {
        return switch (call) {
            case CROSS_ENTROPY -> crossEntropy.forward(on.input, on.classes);
            case CROSS_ENTROPY_GRADIENT -> crossEntropy.forwardBackward(on.input, on.classes, on.output);
            case LOG_SOFTMAX -> {
                Softmax.logSoftmax(on.input, -1, on.output);
                yield 0f;
            }
            case EXP -> {
                Elementwise.exp(on.input, on.output);
                yield 0f;
            }
            case SIGMOID -> {
                Sigmoid.sigmoid(on.input, on.output);
                yield 0f;
            }
            case SIGMOID_BACKWARD -> {
                Sigmoid.sigmoidBackward(on.input, on.target, on.output);
                yield 0f;
            }
            case BINARY_CROSS_ENTROPY -> bce.forward(on.input, on.target);
            case LOGITS -> logits.forward(on.input, on.target);
            case LOGITS_GRADIENT -> logits.forwardBackward(on.input, on.target, on.output);
        };
    }

    /** One call. */
    @Benchmark
    public float call() {
        return run(operation, operands);
    }
}
