// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scores of every shape that the losses take, against the same scores written out as rows of classes. */
class ShapesTest {
    private static final CrossEntropyLoss PLAIN = CrossEntropyLoss.create();
    private static final float[] WEIGHT = {0.5f, 2f, 1f, 3f, 0.25f, 1.5f, 0f, 1f, 2f, 4f, 0.75f};

    private final SplittableRandom random = new SplittableRandom(11);

    static Stream<int[]> shapes() {
        return Stream.of(
                new int[] {7, 11},
                new int[] {1, 11},
                new int[] {2, 11, 3},
                new int[] {2, 11, 17},
                new int[] {3, 11, 4, 5},
                new int[] {2, 11, 1, 260},
                new int[] {1, 11, 260, 1},
                new int[] {2, 11, 3, 4, 5},
                new int[] {2, 11, 1, 1, 1},
                new int[] {2, 11, 2, 1, 3, 2});
    }

    /** Classes last: the elements in the order of (N, d1, ..., dK, C). */
    private static float[] rows(FloatTensor view) {
        FloatTensor turned = view;
        for (int d = 1; d < view.rank() - 1; d++) {
            turned = turned.transpose(d, d + 1);
        }
        return turned.toArray();
    }

    private static int[] withoutClasses(int[] shape) {
        return Shapes.without(shape, 1);
    }

    private static void assertClose(float[] expected, float[] actual, double tolerance) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], tolerance, "element " + i);
        }
    }

    private static CrossEntropyLoss.Builder options() {
        return CrossEntropyLoss.builder().weight(WEIGHT).labelSmoothing(0.125);
    }

    /** Losses and gradients of a shape are those of its rows, up to the last bits where columns are summed. */
    @ParameterizedTest
    @MethodSource("shapes")
    void imagesAreRowsOfClasses(int[] shape) {
        float[] elements = FloatViews.normal(random, Arrays.stream(shape).reduce(1, (a, b) -> a * b));
        int samples = elements.length / shape[1];
        int[] target = FloatViews.classes(random, samples, shape[1]);
        target[samples - 1] = samples > 1 ? -100 : 3;
        FloatTensor upstream = FloatTensor.of(FloatViews.normal(random, samples), withoutClasses(shape));
        for (FloatViews.Layout layout : FloatViews.Layout.values()) {
            FloatTensor logits = layout.of(elements, shape);
            FloatTensor rows = FloatTensor.of(rows(logits), samples, shape[1]);
            FloatTensor rowGradient = FloatTensor.of(new float[elements.length], samples, shape[1]);
            FloatTensor gradient = layout.of(new float[elements.length], shape);
            for (Reduction reduction : new Reduction[] {Reduction.MEAN, Reduction.SUM}) {
                CrossEntropyLoss loss = options().reduction(reduction).build();
                float expected = loss.forwardBackward(rows, target, rowGradient);
                assertEquals(expected, loss.forwardBackward(logits, target, gradient), 2e-6 * Math.abs(expected));
                assertClose(rowGradient.array(), rows(gradient), 2e-6);
            }
            CrossEntropyLoss none = options().reduction(Reduction.NONE).build();
            FloatTensor rowLosses = FloatTensor.of(new float[samples], samples);
            FloatTensor losses = layout.of(new float[samples], withoutClasses(shape));
            none.forwardBackward(rows, target, upstream.reshape(samples), rowLosses, rowGradient);
            none.forwardBackward(logits, target, upstream, losses, gradient);
            assertClose(rowLosses.array(), losses.toArray(), 2e-5);
            assertClose(rowGradient.array(), rows(gradient), 5e-6);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void imagesOfProbabilitiesAreRowsOfProbabilities(int[] shape) {
        float[] elements = FloatViews.normal(random, Arrays.stream(shape).reduce(1, (a, b) -> a * b));
        float[] given = FloatViews.normal(random, elements.length);
        int samples = elements.length / shape[1];
        for (FloatViews.Layout layout : FloatViews.Layout.values()) {
            FloatTensor logits = layout.of(elements, shape);
            FloatTensor target = layout.of(given, shape);
            FloatTensor gradient = layout.of(new float[elements.length], shape);
            FloatTensor gradTarget = layout.of(new float[elements.length], shape);
            FloatTensor rows = FloatTensor.of(rows(logits), samples, shape[1]);
            FloatTensor rowTarget = FloatTensor.of(rows(target), samples, shape[1]);
            FloatTensor rowGradient = FloatTensor.of(new float[elements.length], samples, shape[1]);
            FloatTensor rowGradTarget = FloatTensor.of(new float[elements.length], samples, shape[1]);
            CrossEntropyLoss loss = options().build();
            float expected = loss.forward(rows, rowTarget);
            assertEquals(expected, loss.forward(logits, target), 1e-5 * Math.max(1, Math.abs(expected)));
            loss.backward(rows, rowTarget, 2f, rowGradient, rowGradTarget);
            loss.backward(logits, target, 2f, gradient, gradTarget);
            assertClose(rowGradient.array(), rows(gradient), 2e-5);
            assertClose(rowGradTarget.array(), rows(gradTarget), 2e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void negativeLogLikelihoodOfImagesIsThatOfRows(int[] shape) {
        float[] elements = FloatViews.normal(random, Arrays.stream(shape).reduce(1, (a, b) -> a * b));
        int samples = elements.length / shape[1];
        int[] target = FloatViews.classes(random, samples, shape[1]);
        target[0] = samples > 1 ? -100 : 3;
        NllLoss loss = NllLoss.builder().weight(WEIGHT).build();
        for (FloatViews.Layout layout : FloatViews.Layout.values()) {
            FloatTensor input = layout.of(elements, shape);
            FloatTensor rows = FloatTensor.of(rows(input), samples, shape[1]);
            FloatTensor gradient = layout.of(new float[elements.length], shape);
            FloatTensor rowGradient = FloatTensor.of(new float[elements.length], samples, shape[1]);
            assertEquals(
                    loss.forwardBackward(rows, target, rowGradient), loss.forwardBackward(input, target, gradient));
            assertArrayEquals(rowGradient.array(), rows(gradient));
        }
    }

    @Nested
    class OneSample {
        private final FloatTensor row = FloatTensor.of(FloatViews.normal(random, 11), 11);
        private final FloatTensor batch = row.reshape(1, 11);

        @Test
        void needsNoBatchDimension() {
            FloatTensor gradient = FloatTensor.of(new float[11], 11);
            FloatTensor batchGradient = FloatTensor.of(new float[11], 1, 11);
            float loss = PLAIN.forwardBackward(batch, new int[] {4}, batchGradient);
            assertEquals(loss, PLAIN.forward(row, new int[] {4}));
            assertEquals(loss, PLAIN.forward(row, new long[] {4}));
            assertEquals(loss, PLAIN.forwardBackward(row, new int[] {4}, gradient));
            assertArrayEquals(batchGradient.array(), gradient.array());
            assertEquals(PLAIN.forward(batch, batch), PLAIN.forward(row, row));
        }

        @Test
        void lossGoesIntoAViewWithoutDimensionsOrOfOneElement() {
            CrossEntropyLoss none =
                    CrossEntropyLoss.builder().reduction(Reduction.NONE).build();
            FloatTensor scalar = FloatTensor.of(new float[1]);
            FloatTensor one = FloatTensor.of(new float[1], 1);
            none.forward(row, new int[] {4}, scalar);
            none.forward(row, new int[] {4}, one);
            assertEquals(PLAIN.forward(row, new int[] {4}), scalar.get());
            assertEquals(scalar.get(), one.get(0));
            none.forward(row, row, scalar);
            assertEquals(PLAIN.forward(row, row), scalar.get());
            assertEquals(none.forward(row, new int[] {4}), one.get(0));
            FloatTensor gradient = FloatTensor.of(new float[11], 11);
            none.forwardBackward(row, new long[] {4}, FloatTensor.of(new float[] {-2f}), scalar, gradient);
            assertEquals(-2f * (1 - (float) Math.exp(-one.get(0))) * -1f, gradient.get(4), 1e-6);
        }

        @Test
        void ignoredSample() {
            assertEquals(Float.NaN, PLAIN.forward(row, new int[] {-100}));
            CrossEntropyLoss none =
                    CrossEntropyLoss.builder().reduction(Reduction.NONE).build();
            assertEquals(0f, none.forward(row, new int[] {-100}));
            assertEquals(0f, none.forward(row.array(), 0, 11, -100));
            assertEquals(Float.NaN, PLAIN.forward(row.array(), 0, 11, -100));
        }

        @Test
        void singleClassHasNoLoss() {
            FloatTensor single = FloatTensor.of(new float[] {3f, -7f, 0f}, 3, 1);
            FloatTensor gradient = FloatTensor.of(new float[] {9, 9, 9}, 3, 1);
            assertEquals(0f, PLAIN.forwardBackward(single, new int[3], gradient));
            for (float value : gradient.array()) {
                assertEquals(0f, value, 0f);
            }
        }
    }

    @Nested
    class RepeatedElements {
        private final float[] row = FloatViews.normal(random, 11);
        private final int[] target = {3, 3, 10, -100, 0, 7};

        @Test
        void oneRowMayStandForAllSamples() {
            FloatTensor repeated = FloatTensor.of(row, 0, new int[] {6, 11}, new int[] {0, 1});
            FloatTensor copied = FloatTensor.of(repeated.toArray(), 6, 11);
            FloatTensor gradient = FloatTensor.of(new float[66], 6, 11);
            FloatTensor expected = FloatTensor.of(new float[66], 6, 11);
            assertEquals(
                    PLAIN.forwardBackward(copied, target, expected), PLAIN.forwardBackward(repeated, target, gradient));
            assertArrayEquals(expected.array(), gradient.array());
            assertEquals(PLAIN.forward(copied, copied), PLAIN.forward(repeated, repeated));
        }

        @Test
        void oneScoreMayStandForAllClasses() {
            FloatTensor columns = FloatTensor.of(row, 0, new int[] {6, 9}, new int[] {1, 0});
            FloatTensor gradient = FloatTensor.of(new float[54], 6, 9);
            int[] classes = {0, 1, 2, 8, 4, 5};
            assertEquals(Math.log(9), PLAIN.forwardBackward(columns, classes, gradient), 1e-6);
            assertEquals(1 / 54.0, gradient.get(0, 1), 1e-8);
            assertEquals((1 / 9.0 - 1) / 6, gradient.get(3, 8), 1e-7);
        }

        @Test
        void oneUpstreamGradientMayStandForAllSamples() {
            CrossEntropyLoss none =
                    CrossEntropyLoss.builder().reduction(Reduction.NONE).build();
            FloatTensor logits = FloatTensor.of(FloatViews.normal(random, 66), 6, 11);
            FloatTensor two = FloatTensor.of(new float[] {2f}, 0, new int[] {6}, new int[] {0});
            FloatTensor gradient = FloatTensor.of(new float[66], 6, 11);
            FloatTensor expected = FloatTensor.of(new float[66], 6, 11);
            none.backward(logits, target, two, gradient);
            CrossEntropyLoss.builder().reduction(Reduction.SUM).build().backward(logits, target, 2f, expected);
            assertArrayEquals(expected.array(), gradient.array());
        }
    }

    @Nested
    class Empty {
        @Test
        void batchWithoutSamples() {
            for (int[] shape : new int[][] {{0, 3}, {0, 3, 4}, {2, 3, 0}, {2, 3, 4, 0, 5}}) {
                FloatTensor logits = FloatTensor.of(new float[0], shape);
                FloatTensor gradient = FloatTensor.of(new float[0], shape);
                FloatTensor losses = FloatTensor.of(new float[0], withoutClasses(shape));
                assertEquals(Float.NaN, PLAIN.forward(logits, new int[0]));
                assertEquals(Float.NaN, PLAIN.forwardBackward(logits, new long[0], gradient));
                assertEquals(Float.NaN, PLAIN.forward(logits, gradient));
                CrossEntropyLoss sum = CrossEntropyLoss.builder()
                        .reduction(Reduction.SUM)
                        .labelSmoothing(0.1)
                        .build();
                assertEquals(0f, sum.forwardBackward(logits, new int[0], gradient));
                assertEquals(0f, sum.forward(logits, gradient));
                assertEquals(LossSum.ZERO, sum.sum(logits, new long[0]));
                assertEquals(LossSum.ZERO, sum.sum(logits, gradient));
                CrossEntropyLoss none =
                        CrossEntropyLoss.builder().reduction(Reduction.NONE).build();
                none.forwardBackward(
                        logits, new int[0], losses, FloatTensor.of(new float[0], losses.shape()), gradient);
            }
        }

        @Test
        void noClasses() {
            FloatTensor logits = FloatTensor.of(new float[0], 2, 0);
            assertEquals(Float.NaN, PLAIN.forward(logits, new int[] {-100, -100}));
            FloatBits.assertRejected(
                    IndexOutOfBoundsException.class, () -> PLAIN.forward(logits, new int[] {-100, 0}), "[0, 0)");
            FloatTensor losses = FloatTensor.of(new float[] {7, 7}, 2);
            CrossEntropyLoss none =
                    CrossEntropyLoss.builder().reduction(Reduction.NONE).build();
            none.forward(logits, new int[] {-100, -100}, losses);
            assertArrayEquals(new float[2], losses.array());
        }
    }
}
