// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.lanewise.FloatElementLosses.Kind;
import io.github.lanewise.FloatElementLosses.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The element-wise losses and functions allocate nothing in steady state, in any layout and with repeated inputs. */
class FloatElementAllocationTest {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int PASSES = 100;
    private static final int[][] SHAPES = {{3}, {4, 37}, {2, 4100}};

    private static float sink;

    /** Runs tasks in turn until they allocate nothing, twice in a row. */
    private static void assertAllocatesNothing(String name, List<Runnable> tasks) {
        long start = System.nanoTime();
        int clean = 0;
        long bytes = -1;
        Runnable[] array = tasks.toArray(new Runnable[0]);
        while (clean < 2 && System.nanoTime() - start < PATIENCE) {
            long before = AllocatedBytes.now();
            for (int pass = 0; pass < PASSES; pass++) {
                for (Runnable task : array) {
                    task.run();
                }
            }
            bytes = AllocatedBytes.now() - before;
            clean = bytes == 0 ? clean + 1 : 0;
            if (bytes > 0) {
                // The compiler may need this CPU.
                LockSupport.parkNanos(PAUSE);
            }
        }
        assertEquals(0, bytes, name + ": bytes in the last " + PASSES + " passes");
    }

    @ParameterizedTest
    @EnumSource
    void losses(Kind kind) {
        SplittableRandom random = new SplittableRandom(71);
        Loss mean = kind.loss(Reduction.MEAN);
        Loss none = kind.loss(Reduction.NONE);
        List<Runnable> tasks = new ArrayList<>();
        for (int[] shape : SHAPES) {
            int n = Shapes.numel(shape);
            for (FloatViews.Layout layout :
                    new FloatViews.Layout[] {FloatViews.Layout.ROW_MAJOR, FloatViews.Layout.SPREAD}) {
                FloatTensor x = layout.of(kind.inputs(random, n), shape);
                FloatTensor t = layout.of(kind.targets(random, n), shape);
                FloatTensor g = layout.of(FloatViews.normal(random, n), shape);
                FloatTensor losses = layout.of(new float[n], shape);
                FloatTensor gradX = layout.of(new float[n], shape);
                FloatTensor gradT = layout.of(new float[n], shape);
                tasks.add(() -> sink = mean.forward().of(x, t));
                tasks.add(() -> sink = mean.forwardBackwardBoth().of(x, t, gradX, gradT));
                tasks.add(() -> mean.backward().of(x, t, 0.5f, gradX));
                tasks.add(() -> none.forwardBackwardEachBoth().of(x, t, g, losses, gradX, gradT));
                tasks.add(() -> none.backwardEach().of(x, t, g, gradX));
            }
        }
        assertAllocatesNothing(kind.name(), tasks);
    }

    @Test
    void weightsAndRepeatedInputs() {
        SplittableRandom random = new SplittableRandom(72);
        FloatTensor x = FloatTensor.of(Kind.BCE.inputs(random, 4200), 60, 70);
        FloatTensor t = FloatTensor.of(Kind.BCE.targets(random, 4200), 60, 70);
        FloatTensor row = FloatTensor.of(Kind.KL.targets(random, 70), 70);
        FloatTensor gradX = FloatElementLosses.empty(60, 70);
        FloatTensor gradRow = FloatElementLosses.empty(70);
        BceWithLogitsLoss logits = BceWithLogitsLoss.builder()
                .weight(row)
                .posWeight(FloatTensor.of(new float[60], 60, 1))
                .denominator(Denominator.WEIGHTED)
                .build();
        KlDivLoss divergence = KlDivLoss.create();
        assertAllocatesNothing(
                "weights",
                List.of(
                        () -> sink = logits.forwardBackward(x, t, gradX),
                        () -> sink = divergence.forwardBackward(x, row, gradX, gradRow),
                        () -> sink = divergence.forward(row, x)));
    }

    @Test
    void functions() {
        SplittableRandom random = new SplittableRandom(73);
        List<Runnable> tasks = new ArrayList<>();
        for (int[] shape : SHAPES) {
            int n = Shapes.numel(shape);
            for (FloatViews.Layout layout :
                    new FloatViews.Layout[] {FloatViews.Layout.ROW_MAJOR, FloatViews.Layout.REVERSED}) {
                FloatTensor x = layout.of(FloatViews.normal(random, n), shape);
                FloatTensor g = layout.of(FloatViews.normal(random, n), shape);
                FloatTensor out = layout.of(new float[n], shape);
                FloatTensor other = layout.of(new float[n], shape);
                tasks.add(() -> Sigmoid.sigmoid(x, out));
                tasks.add(() -> Sigmoid.logSigmoidBackward(x, g, out));
                tasks.add(() -> Sigmoid.softplus(x, 2f, 5f, out));
                tasks.add(() -> Sigmoid.softplusBackward(x, g, out));
                tasks.add(() -> Elementwise.exp(x, out));
                tasks.add(() -> Elementwise.expm1(x, out));
                tasks.add(() -> Elementwise.log(x, out));
                tasks.add(() -> Elementwise.log1p(x, out));
                tasks.add(() -> Elementwise.tanhBackward(x, g, out));
                tasks.add(() -> Elementwise.xlogy(x, g, out));
                tasks.add(() -> Elementwise.xlogyBackward(x, g, g, out, other));
            }
        }
        assertAllocatesNothing("functions", tasks);
    }
}
