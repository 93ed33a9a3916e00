// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.LOG_SOFTMAX;
import static io.github.lanewise.testkit.Operation.SIGMOID;
import static io.github.lanewise.testkit.Operation.SOFTMAX;

import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import net.jqwik.api.Example;

/** Threads: an implementation may be called by any of them, and by several at a time, and answers the same. */
public interface ThreadsContract extends LossContract {
    /**
     * Losses, gradients and probabilities of other threads, at the same time, have the bits of those of this thread.
     *
     * @throws InterruptedException if this thread is interrupted while it waits for them
     */
    @Example
    default void threadsDoNotMatter() throws InterruptedException {
        List<Callable<double[]>> calls = calls();
        List<double[]> expected = new ArrayList<>();
        for (Callable<double[]> call : calls) {
            expected.add(called(call));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 5; round++) {
                List<Callable<double[]>> all = new ArrayList<>();
                for (int thread = 0; thread < 4; thread++) {
                    all.addAll(calls);
                }
                List<Future<double[]>> answers = threads.invokeAll(all);
                for (int i = 0; i < answers.size(); i++) {
                    check(i % calls.size(), answers.get(i), expected.get(i % calls.size()));
                }
            }
        }
    }

    private List<Callable<double[]>> calls() {
        LossImplementation of = implementation();
        List<Callable<double[]>> calls = new ArrayList<>();
        for (int count : new int[] {1, 37, 500}) {
            SampleData data = new SampleData(count, of.precision());
            Tensor ones = data.ones();
            for (Map.Entry<Operation, Function<Reduction, Tensor>> loss :
                    data.losses(of).entrySet()) {
                if (claims(loss.getKey())) {
                    calls.add(() -> loss.getValue().apply(Reduction.NONE).data());
                    calls.add(() -> loss.getValue().apply(Reduction.MEAN).data());
                }
            }
            for (Map.Entry<Operation, SampleData.Gradient> gradient :
                    data.gradients(of).entrySet()) {
                if (claims(gradient.getKey())) {
                    calls.add(() -> gradient.getValue().of(Reduction.NONE, ones).data());
                }
            }
            Tensor x = data.scores();
            if (claims(SOFTMAX)) {
                calls.add(() -> of.softmax(x, 1).data());
            }
            if (claims(LOG_SOFTMAX)) {
                calls.add(() -> of.logSoftmax(x, 0).data());
            }
            if (claims(SIGMOID)) {
                calls.add(() -> of.elementwise(SIGMOID, x).data());
            }
        }
        return calls;
    }

    private static double[] called(Callable<double[]> call) {
        try {
            return call.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void check(int call, Future<double[]> answer, double... expected) throws InterruptedException {
        try {
            double[] got = answer.get();
            Check.that(
                    Arrays.equals(got, expected),
                    () -> "call " + call + " gives " + Arrays.toString(got) + " on another thread, here "
                            + Arrays.toString(expected));
        } catch (ExecutionException e) {
            throw new AssertionError("call " + call + " fails on another thread", e);
        }
    }
}
