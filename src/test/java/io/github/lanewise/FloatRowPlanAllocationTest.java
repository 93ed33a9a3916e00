// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** In steady state calls on ragged rows and with class masks allocate nothing, in arrays and in other memory. */
class FloatRowPlanAllocationTest {
    private static final int ROWS = 6;
    private static final int CLASSES = 90;
    private static final int CALLS = 1000;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final SplittableRandom random = new SplittableRandom(21);

    private FloatTensor array(int... shape) {
        return FloatTensor.of(FloatViews.normal(random, Shapes.numel(shape)), shape);
    }

    private FloatTensor memory(int... shape) {
        FloatTensor array = array(shape);
        return FloatStored.view(array, FloatStored.memory(array, Stored.NATIVE));
    }

    private List<Runnable> masked() {
        boolean[] allowed = new boolean[ROWS * CLASSES];
        for (int i = 0; i < allowed.length; i++) {
            allowed[i] = i % CLASSES == 0 || random.nextInt(3) > 0;
        }
        int[] target = {0, 0, -100, 0, 0, 0};
        long[] longs = FloatViews.toLongs(target);
        int[] given = new int[ROWS];
        CrossEntropyLoss mean = CrossEntropyLoss.create();
        CrossEntropyLoss weighted = CrossEntropyLoss.builder()
                .weight(FloatViews.normal(random, CLASSES))
                .labelSmoothing(0.1)
                .build();
        CrossEntropyLoss none = CrossEntropyLoss.builder()
                .reduction(Reduction.NONE)
                .fullyMasked(OnEmpty.ERROR)
                .build();
        LogitSummary summary = LogitSummary.builder().topK(3).temperature(0.7).build();
        FloatLogitResults results = summary.floatResults(ROWS, 1);
        SequenceScore score = SequenceScore.create();
        FloatTensor each = array(ROWS);
        FloatTensor losses = array(ROWS);
        List<Runnable> tasks = new ArrayList<>();
        for (ClassMask mask : List.of(ClassMask.of(ROWS, CLASSES, allowed), ClassMask.without(CLASSES, 1, 2, 50))) {
            for (FloatTensor x : List.of(array(ROWS, CLASSES), memory(ROWS, CLASSES))) {
                for (FloatTensor out : List.of(array(ROWS, CLASSES), memory(ROWS, CLASSES))) {
                    tasks.add(() -> Softmax.softmax(x, 1, mask, OnEmpty.ERROR, out));
                    tasks.add(() -> Softmax.logSoftmax(x, 1, mask, out));
                    tasks.add(() -> Softmax.softmaxBackward(out, x, 1, mask, out));
                    tasks.add(() -> Softmax.logSoftmaxBackward(out, x, 1, mask, out));
                    tasks.add(() -> Softmax.logSumExpBackward(x, each, 1, mask, out));
                    tasks.add(() -> mean.forwardBackward(x, mask, target, out));
                    tasks.add(() -> weighted.forwardBackward(x, mask, longs, out));
                    tasks.add(() -> none.forwardBackward(x, mask, longs, each, losses, out));
                }
                tasks.add(() -> Softmax.logSumExp(x, 1, mask, each));
                tasks.add(() -> weighted.forward(x, mask, target));
                tasks.add(() -> none.forward(x, mask, target, losses));
                tasks.add(() -> summary.summarize(x, mask, given, results));
                tasks.add(() -> score.add(x, mask, target, losses));
            }
        }
        return tasks;
    }

    private List<Runnable> ragged() {
        int[] offsets = {3, 4, 40, 200, 202, 300, 400};
        int[] target = {0, 1, 2, -100, 4, 5};
        long[] longs = FloatViews.toLongs(target);
        int[] given = new int[ROWS];
        CrossEntropyLoss mean = CrossEntropyLoss.create();
        CrossEntropyLoss smoothing =
                CrossEntropyLoss.builder().labelSmoothing(0.1).build();
        CrossEntropyLoss none = CrossEntropyLoss.builder()
                .reduction(Reduction.NONE)
                .fullyMasked(OnEmpty.ERROR)
                .build();
        LogitSummary summary = LogitSummary.builder().topK(3).build();
        FloatLogitResults results = summary.floatResults(ROWS, 1);
        SequenceScore score = SequenceScore.create();
        FloatTensor each = array(ROWS);
        FloatTensor losses = array(ROWS);
        List<Runnable> tasks = new ArrayList<>();
        for (FloatTensor data : List.of(array(400), memory(400))) {
            FloatRagged x = FloatRagged.of(data, offsets);
            for (FloatTensor to : List.of(array(400), memory(400))) {
                FloatRagged out = FloatRagged.of(to, offsets);
                tasks.add(() -> Softmax.softmax(x, OnEmpty.ERROR, out));
                tasks.add(() -> Softmax.logSoftmax(x, out));
                tasks.add(() -> Softmax.softmaxBackward(out, x, out));
                tasks.add(() -> Softmax.logSoftmaxBackward(out, x, out));
                tasks.add(() -> Softmax.logSumExpBackward(x, each, out));
                tasks.add(() -> mean.forwardBackward(x, target, out));
                tasks.add(() -> smoothing.forwardBackward(x, longs, out));
                tasks.add(() -> none.forwardBackward(x, longs, each, losses, out));
            }
            tasks.add(() -> Softmax.logSumExp(x, each));
            tasks.add(() -> mean.forward(x, longs));
            tasks.add(() -> none.forward(x, target, losses));
            tasks.add(() -> summary.summarize(x, given, results));
            tasks.add(() -> score.add(x, target, losses));
        }
        return tasks;
    }

    @Test
    void masksAllocateNothing() {
        check(masked());
    }

    @Test
    void raggedRowsAllocateNothing() {
        check(ragged());
    }

    private static void check(List<Runnable> calls) {
        // An array, because an iterator would be counted.
        Runnable[] tasks = calls.toArray(Runnable[]::new);
        int passes = Math.max(1, CALLS / tasks.length);
        long start = System.nanoTime();
        long bytes = -1;
        int clean = 0;
        while (clean < 2 && System.nanoTime() - start < PATIENCE) {
            long before = AllocatedBytes.now();
            for (int pass = 0; pass < passes; pass++) {
                for (Runnable task : tasks) {
                    task.run();
                }
            }
            bytes = AllocatedBytes.now() - before;
            clean = bytes == 0 ? clean + 1 : 0;
            if (bytes > 0) {
                // The compiler may need this CPU.
                LockSupport.parkNanos(1_000_000L);
            }
        }
        assertEquals(0, bytes, "bytes in " + passes + " passes over " + tasks.length + " calls");
    }
}
