// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.FloatLossCalls.Answer;
import io.github.lanewise.FloatLossCalls.Arguments;
import io.github.lanewise.FloatLossCalls.Call;
import io.github.lanewise.FloatLossCalls.Owner;
import io.github.lanewise.FloatLossCalls.Role;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In steady state a call allocates nothing: every public operation but the sums, for every number of classes up to 70 and
 * some more. Steady state is reached when all short lengths together have made a thousand calls twice without a byte.
 */
class FloatAllocationTest {
    private static final int FEW = 40;
    private static final int MANY = 1000;
    private static final int LEAST_CALLS = 60_000;
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int[] SHORT = IntStream.rangeClosed(1, 70).toArray();
    private static final int[] LONG = {127, 128, 257, 1000, 4100};

    /** How long to wait for the compiler, in nanoseconds. */
    private static long patience = TimeUnit.SECONDS.toNanos(20);

    /** How the scores of a number of classes lie in memory, and whether gradients go over them. */
    private enum Kind {
        ROWS(false),
        ROWS_IN_PLACE(true),
        COLUMNS(false),
        COLUMNS_IN_PLACE(true);

        private final boolean inPlace;

        Kind(boolean inPlace) {
            this.inPlace = inPlace;
        }

        int[] shape(int classes) {
            boolean columns = this == COLUMNS || this == COLUMNS_IN_PLACE;
            return columns ? new int[] {2, classes, 5} : new int[] {3, classes};
        }
    }

    private static Arguments arguments(SplittableRandom random, Reduction reduction, Kind kind, int classes) {
        Arguments arguments = Arguments.of(random, kind.shape(classes));
        arguments.reduction = reduction;
        if (classes % 3 > 0) {
            arguments.weight = FloatViews.normal(random, classes);
        }
        arguments.labelSmoothing = classes % 4 > 1 ? 0.1 : 0.0;
        arguments.ints[1] = -100;
        arguments.longs[1] = -100L;
        if (classes % 10 == 9) {
            float[] scores = arguments.scores.array();
            scores[scores.length / 2] = classes % 20 == 9 ? Float.NaN : Float.NEGATIVE_INFINITY;
        }
        if (kind.inPlace) {
            arguments.gradScores = arguments.scores;
        }
        return arguments.build();
    }

    /** Short lengths first, because vectors that are not compiled yet take their time on long ones. */
    private static void assertAllocatesNothing(String name, IntFunction<List<Runnable>> tasks) {
        assertAllocatesNothing(
                name, IntStream.of(SHORT).mapToObj(tasks).flatMap(List::stream).toList(), MANY);
        assertAllocatesNothing(
                name, IntStream.of(LONG).mapToObj(tasks).flatMap(List::stream).toList(), FEW);
    }

    /** Runs tasks in turn until a window of calls allocates nothing, twice in a row. */
    private static void assertAllocatesNothing(String name, List<Runnable> tasks, int window) {
        int passes = (window + tasks.size() - 1) / tasks.size();
        long start = System.nanoTime();
        int clean = 0;
        long bytes = -1;
        for (int calls = 0;
                calls < LEAST_CALLS || System.nanoTime() - start < patience;
                calls += passes * tasks.size()) {
            bytes = allocated(tasks, passes);
            clean = bytes == 0 ? clean + 1 : 0;
            if (clean == 2) {
                return;
            }
            if (bytes > 0) {
                // The compiler may need this CPU.
                LockSupport.parkNanos(PAUSE);
            }
        }
        // One report of a kernel that never gets there is worth waiting for, a hundred are not.
        patience = 0;
        assertEquals(0, bytes, name + ": bytes in the last " + window + " calls");
    }

    private static long allocated(List<Runnable> tasks, int passes) {
        Runnable[] array = tasks.toArray(new Runnable[0]);
        long before = AllocatedBytes.now();
        for (int pass = 0; pass < passes; pass++) {
            for (Runnable task : array) {
                task.run();
            }
        }
        return AllocatedBytes.now() - before;
    }

    static Stream<Call> calls() {
        return FloatLossCalls.all().stream().filter(call -> call.answer() != Answer.LOSS_SUM);
    }

    static Stream<Call> callsForEveryKernel() {
        return calls().filter(call -> call.owner() == Owner.CROSS_ENTROPY)
                .filter(call -> call.uses(Role.GRAD_TARGET)
                        || call.roles().equals(Set.of(Role.SCORES, Role.INTS, Role.GRAD_SCORES)));
    }

    @Test
    void theMeasurementSeesAllocationsAndMakesNone() {
        assertEquals(0, allocated(List.of(() -> {}), 10));
        Object[] sink = new Object[1];
        assertTrue(allocated(List.of(() -> sink[0] = new byte[100]), 10) >= 1000);
    }

    /** The walk does not depend on the kernels, so one run is enough for all of its branches. */
    @Tag("once")
    @ParameterizedTest
    @MethodSource("calls")
    void everyCall(Call call) {
        assertAllocatesNothing(call);
    }

    /** These reach every kernel that the losses have. */
    @ParameterizedTest
    @MethodSource("callsForEveryKernel")
    void everyKernel(Call call) {
        assertAllocatesNothing(call);
    }

    private static void assertAllocatesNothing(Call call) {
        for (Kind kind : Kind.values()) {
            if (kind.inPlace && !call.uses(Role.GRAD_SCORES)) {
                continue;
            }
            SplittableRandom random = new SplittableRandom(15);
            assertAllocatesNothing(call.name() + " " + kind, classes -> {
                Arguments arguments = arguments(random, call.reduction(), kind, classes);
                return List.of(() -> call.run(arguments));
            });
        }
    }

    @Test
    void singleRows() {
        SplittableRandom random = new SplittableRandom(16);
        float[] sink = new float[1];
        CrossEntropyLoss plain = CrossEntropyLoss.create();
        CrossEntropyLoss smoothing =
                CrossEntropyLoss.builder().labelSmoothing(0.1).build();
        assertAllocatesNothing("single rows", classes -> {
            float[] scores = FloatViews.normal(random, classes + 3);
            float[] gradient = new float[classes + 1];
            int target = random.nextInt(classes);
            return List.of(
                    () -> sink[0] = plain.forward(scores, 3, classes, target),
                    () -> sink[0] = plain.forwardBackward(scores, 3, classes, target, gradient, 1),
                    () -> sink[0] = smoothing.forwardBackward(scores, 3, classes, target, scores, 3),
                    () -> sink[0] = Softmax.logSumExp(scores, 3, classes),
                    () -> Softmax.softmax(scores, 3, classes, gradient, 1),
                    () -> Softmax.logSoftmax(scores, 3, classes, scores, 3));
        });
    }

    /** Operations of {@link Softmax} on views of an input, an upstream gradient, an output and a reduced view. */
    private record Operation(String name, Consumer<FloatTensor[]> action) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Operation> operations() {
        return Stream.of(
                new Operation("softmax", v -> Softmax.softmax(v[0], 1, v[2])),
                new Operation("softmax in place", v -> Softmax.softmax(v[0], 1, v[0])),
                new Operation("logSoftmax", v -> Softmax.logSoftmax(v[0], 1, v[2])),
                new Operation("logSoftmax in place", v -> Softmax.logSoftmax(v[0], 1, v[0])),
                new Operation("logSumExp", v -> Softmax.logSumExp(v[0], 1, v[3])),
                new Operation("softmaxBackward", v -> Softmax.softmaxBackward(v[0], v[1], 1, v[2])),
                new Operation("softmaxBackward in place", v -> Softmax.softmaxBackward(v[0], v[1], 1, v[1])),
                new Operation("logSoftmaxBackward", v -> Softmax.logSoftmaxBackward(v[0], v[1], 1, v[2])),
                new Operation("logSoftmaxBackward in place", v -> Softmax.logSoftmaxBackward(v[0], v[1], 1, v[0])),
                new Operation("logSumExpBackward", v -> Softmax.logSumExpBackward(v[0], v[3], 1, v[2])),
                new Operation("logSumExpBackward in place", v -> Softmax.logSumExpBackward(v[0], v[3], 1, v[0])));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void softmax(Operation operation) {
        for (Kind kind : new Kind[] {Kind.ROWS, Kind.COLUMNS}) {
            SplittableRandom random = new SplittableRandom(17);
            assertAllocatesNothing(operation + " " + kind, length -> {
                int[] shape = kind.shape(length);
                int[] reduced = shape.clone();
                reduced[1] = 1;
                FloatTensor[] views = {
                    FloatViews.guarded(random, shape),
                    FloatViews.guarded(random, shape),
                    FloatViews.guarded(random, shape),
                    FloatViews.guarded(random, reduced)
                };
                return List.of(() -> operation.action().accept(views));
            });
        }
    }
}
