// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Inputs and outputs that lie in memory in different ways, so that one of them can be walked as columns and the other
 * can't, against plain loops in double.
 */
class FloatMixedLayoutsTest {
    private static final FloatViews.Layout[] LAYOUTS = FloatViews.Layout.values();

    /** Shapes whose rows are along dimension 1; the last has runs longer than a tile of columns. */
    static Stream<int[]> shapes() {
        return Stream.of(
                new int[] {2, 3, 5}, new int[] {3, 4}, new int[] {2, 3, 2, 3}, new int[] {1, 5, 4}, new int[] {2, 3, 290
                });
    }

    private final SplittableRandom random = new SplittableRandom(9);

    private static int count(int[] shape) {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b) / shape[1];
    }

    /** Row-major number of class c at a position. */
    private static int at(int[] shape, int position, int c) {
        int inner = 1;
        for (int d = 2; d < shape.length; d++) {
            inner *= shape[d];
        }
        return (position / inner * shape[1] + c) * inner + position % inner;
    }

    private static double logSumExp(float[] x, int[] shape, int position) {
        double sum = 0.0;
        for (int c = 0; c < shape[1]; c++) {
            sum += Math.exp(x[at(shape, position, c)]);
        }
        return Math.log(sum);
    }

    private static void assertClose(double expected, float actual, double magnitude) {
        assertEquals(expected, actual, 64 * Math.ulp(1f) * magnitude);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void softmaxAndItsLogarithm(int[] shape) {
        float[] x = FloatViews.normal(random, count(shape) * shape[1]);
        for (FloatViews.Layout from : LAYOUTS) {
            for (FloatViews.Layout to : LAYOUTS) {
                FloatTensor input = from.of(x, shape);
                FloatTensor output = to.of(new float[x.length], shape);
                FloatTensor logOutput = to.of(new float[x.length], shape);
                Softmax.softmax(input, 1, output);
                Softmax.logSoftmax(input, 1, logOutput);
                float[] y = output.toArray();
                float[] logY = logOutput.toArray();
                for (int p = 0; p < count(shape); p++) {
                    double logSum = logSumExp(x, shape, p);
                    for (int c = 0; c < shape[1]; c++) {
                        int i = at(shape, p, c);
                        assertClose(Math.exp(x[i] - logSum), y[i], Math.exp(x[i] - logSum));
                        assertClose(x[i] - logSum, logY[i], 10.0 + Math.abs(x[i] - logSum));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void logSumExpAndItsGradient(int[] shape) {
        float[] x = FloatViews.normal(random, count(shape) * shape[1]);
        int[] reduced = shape.clone();
        reduced[1] = 1;
        float[] upstream = FloatViews.normal(random, count(shape));
        for (FloatViews.Layout from : LAYOUTS) {
            for (FloatViews.Layout to : LAYOUTS) {
                FloatTensor input = from.of(x, shape);
                FloatTensor output = to.of(new float[count(shape)], reduced);
                FloatTensor gradient = to.of(new float[x.length], shape);
                Softmax.logSumExp(input, 1, output);
                Softmax.logSumExpBackward(input, to.of(upstream, reduced), 1, gradient);
                float[] sums = output.toArray();
                float[] g = gradient.toArray();
                for (int p = 0; p < count(shape); p++) {
                    double logSum = logSumExp(x, shape, p);
                    assertClose(logSum, sums[p], 1.0 + Math.abs(logSum));
                    for (int c = 0; c < shape[1]; c++) {
                        int i = at(shape, p, c);
                        double expected = upstream[p] * Math.exp(x[i] - logSum);
                        assertClose(expected, g[i], Math.abs(expected));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void crossEntropyAndItsGradient(int[] shape) {
        int classes = shape[1];
        float[] x = FloatViews.normal(random, count(shape) * classes);
        int[] target = FloatViews.classes(random, count(shape), classes);
        // One of three is ignored.
        for (int p = 0; p < target.length; p += 3) {
            target[p] = -100;
        }
        float[] upstream = FloatViews.normal(random, count(shape));
        int[] samples = Shapes.without(shape, 1);
        double smoothing = 0.25;
        CrossEntropyLoss loss = CrossEntropyLoss.builder()
                .labelSmoothing(smoothing)
                .reduction(Reduction.NONE)
                .build();
        for (FloatViews.Layout from : LAYOUTS) {
            for (FloatViews.Layout to : LAYOUTS) {
                FloatTensor logits = from.of(x, shape);
                FloatTensor losses = to.of(new float[count(shape)], samples);
                FloatTensor gradient = to.of(new float[x.length], shape);
                loss.forwardBackward(logits, target, to.of(upstream, samples), losses, gradient);
                float[] values = losses.toArray();
                float[] g = gradient.toArray();
                for (int p = 0; p < count(shape); p++) {
                    double logSum = logSumExp(x, shape, p);
                    double expected = 0.0;
                    for (int c = 0; c < classes; c++) {
                        int i = at(shape, p, c);
                        double q = smoothing / classes + (c == target[p] ? 1.0 - smoothing : 0.0);
                        boolean ignored = target[p] == -100;
                        expected += ignored ? 0.0 : q * (logSum - x[i]);
                        assertClose(ignored ? 0.0 : upstream[p] * (Math.exp(x[i] - logSum) - q), g[i], 10.0);
                    }
                    assertClose(expected, values[p], 10.0 + expected);
                }
            }
        }
    }

    /** Samples whose scores are NaN or infinite, beside others, in a gradient that can't be written as columns. */
    @ParameterizedTest
    @MethodSource("shapes")
    void ignoredSamplesStillShowNaN(int[] shape) {
        float[] x = FloatViews.normal(random, count(shape) * shape[1]);
        x[at(shape, 1, 2)] = Float.NaN;
        int[] target = new int[count(shape)];
        target[0] = -100;
        target[1] = -100;
        for (FloatViews.Layout to : LAYOUTS) {
            FloatTensor gradient = to.of(new float[x.length], shape);
            CrossEntropyLoss.create().forwardBackward(FloatTensor.of(x, shape), target, gradient);
            float[] g = gradient.toArray();
            for (int c = 0; c < shape[1]; c++) {
                assertEquals(0f, g[at(shape, 0, c)]);
                assertEquals(Float.NaN, g[at(shape, 1, c)]);
            }
        }
    }
}
