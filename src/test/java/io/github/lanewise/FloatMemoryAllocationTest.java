// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** In steady state calls on any kind of memory allocate nothing, also where kinds take turns in one process. */
class FloatMemoryAllocationTest {
    private static final int ROWS = 6;
    private static final int CLASSES = 150;
    private static final int CALLS = 1000;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final SplittableRandom random = new SplittableRandom(12);

    /** Ways to hold numbers that are not an array of them; inputs may be read-only. */
    private static List<FloatTensor> views(float[] numbers, boolean input, int... shape) {
        FloatTensor array = FloatTensor.of(numbers, shape);
        List<FloatTensor> views = new ArrayList<>();
        for (Stored kind : Stored.values()) {
            views.add(FloatTensor.of(FloatStored.memory(array, kind), shape));
        }
        // ---- for float only
        for (ElementType type : List.of(ElementType.BFLOAT16, ElementType.FLOAT16)) {
            short[] halves = new short[numbers.length];
            views.add(FloatTensor.of(type, halves, shape));
            views.add(FloatTensor.of(type, Arena.ofAuto().allocate(2L * numbers.length), shape));
            for (FloatTensor view : views.subList(views.size() - 2, views.size())) {
                Softmax.softmax(array, -1, view);
            }
        }
        // ---- end
        MemorySegment copy = MemorySegment.ofArray(numbers.clone());
        views.add(FloatTensor.of(input ? copy.asReadOnly() : copy, shape));
        return views;
    }

    /** A call and what it is told by. */
    private record Task(String name, Runnable call) {
        /** Its name and what it has just allocated, or nothing. */
        private String allocation() {
            long before = AllocatedBytes.now();
            call.run();
            long bytes = AllocatedBytes.now() - before;
            return bytes == 0 ? "" : System.lineSeparator() + name + ": " + bytes;
        }
    }

    private List<Task> tasks() {
        CrossEntropyLoss ce = CrossEntropyLoss.create();
        BceWithLogitsLoss bce = BceWithLogitsLoss.create();
        KlDivLoss kl = KlDivLoss.create();
        CosineEmbeddingLoss cosine = CosineEmbeddingLoss.create();
        Categorical categorical = Categorical.ofLogits();
        SequenceScore score = SequenceScore.create();
        LogitSummary summary = LogitSummary.builder().topK(3).build();
        FloatLogitResults results = summary.floatResults(ROWS);
        int[] target = FloatViews.classes(random, ROWS, CLASSES);
        int[] pairs = {1, -1, 1, 1, -1, 0};
        int[] index = FloatViews.classes(random, ROWS * CLASSES, CLASSES);
        float[] scores = FloatViews.normal(random, ROWS * CLASSES);
        List<FloatTensor> inputs = views(scores, true, ROWS, CLASSES);
        List<FloatTensor> outputs = views(scores, false, ROWS, CLASSES);
        List<FloatTensor> each = views(FloatViews.normal(random, ROWS), false, ROWS);
        List<FloatTensor> images = views(FloatViews.normal(random, 900), true, 2, 9, 50);
        List<FloatTensor> imageOutputs = views(FloatViews.normal(random, 900), false, 2, 9, 50);
        int[] imageTarget = FloatViews.classes(random, 100, 9);
        FloatTensor apart = FloatTensor.of(scores.clone(), ROWS, CLASSES);
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            FloatTensor x = inputs.get(i);
            String kind = "memory of kind " + i;
            FloatTensor out = outputs.get((i + 1) % outputs.size());
            FloatTensor same = outputs.get(i);
            FloatTensor losses = each.get((i + 2) % each.size());
            FloatTensor image = images.get(i);
            FloatTensor imageOut = imageOutputs.get((i + 1) % imageOutputs.size());
            tasks.add(new Task(kind + ": cross entropy", () -> ce.forward(x, target)));
            tasks.add(new Task(kind + ": cross entropy, gradient", () -> ce.forwardBackward(x, target, out)));
            tasks.add(new Task(
                    kind + ": cross entropy, gradient in place", () -> ce.forwardBackward(same, target, same)));
            tasks.add(new Task(kind + ": images, gradient", () -> ce.forwardBackward(image, imageTarget, imageOut)));
            tasks.add(new Task(kind + ": softmax", () -> Softmax.softmax(x, 1, out)));
            tasks.add(new Task(kind + ": log-softmax of columns", () -> Softmax.logSoftmax(x, 0, out)));
            tasks.add(new Task(kind + ": log-sum-exp", () -> Softmax.logSumExp(x, 1, losses)));
            tasks.add(new Task(kind + ": sigmoid", () -> Sigmoid.sigmoid(x, out)));
            tasks.add(new Task(kind + ": BCE with logits, gradient", () -> bce.forwardBackward(x, apart, out)));
            tasks.add(new Task(kind + ": KL divergence", () -> kl.forward(x, apart)));
            tasks.add(new Task(kind + ": cosine, gradient", () -> cosine.forwardBackward(x, apart, pairs, out)));
            tasks.add(new Task(kind + ": entropy", () -> categorical.entropy(x, losses)));
            tasks.add(new Task(kind + ": gather", () -> Indexing.gather(x, 1, index, out)));
            tasks.add(new Task(kind + ": summary", () -> summary.summarize(x, results)));
            tasks.add(new Task(kind + ": sequence score", () -> score.add(x, target)));
        }
        return tasks;
    }

    @Test
    void callsAllocateNothing() {
        // An array, because an iterator would be counted.
        List<Task> named = tasks();
        Runnable[] tasks = named.stream().map(Task::call).toArray(Runnable[]::new);
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
        assertEquals(
                0,
                bytes,
                () -> "bytes in " + passes + " passes over " + tasks.length + " calls; of one more call each"
                        + named.stream().map(Task::allocation).collect(Collectors.joining()));
    }
}
