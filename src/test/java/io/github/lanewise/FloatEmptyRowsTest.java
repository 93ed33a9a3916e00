// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows without elements in arrays without elements: the second row already begins behind the end of its array. */
class FloatEmptyRowsTest {
    private final FloatTensor rows = FloatTensor.of(new float[0], 3, 0);
    private final FloatTensor gradient = FloatTensor.of(new float[0], 3, 0);
    private final FloatTensor losses = FloatTensor.of(new float[] {7f, 7f, 7f}, 3);
    private final FloatTensor upstream = FloatTensor.of(new float[] {1f, 2f, 3f}, 3);
    private final int[] ignored = {-100, -100, -100};

    @ParameterizedTest
    @ValueSource(doubles = {0.0, 0.1})
    void crossEntropyOfIgnoredSamples(double labelSmoothing) {
        CrossEntropyLoss loss = CrossEntropyLoss.builder()
                .labelSmoothing(labelSmoothing)
                .reduction(Reduction.NONE)
                .build();
        loss.forwardBackward(rows, ignored, upstream, losses, gradient);
        assertArrayEquals(new float[3], losses.array());
        assertEquals(
                0f,
                CrossEntropyLoss.builder().reduction(Reduction.SUM).build().forwardBackward(rows, ignored, gradient));
    }

    @Test
    void crossEntropyOfProbabilities() {
        CrossEntropyLoss loss =
                CrossEntropyLoss.builder().reduction(Reduction.NONE).build();
        FloatTensor given = FloatTensor.of(new float[0], 3, 0);
        loss.forwardBackward(rows, given, upstream, losses, gradient);
        assertArrayEquals(new float[3], losses.array());
        // As in PyTorch: the mean over no elements, though there are three samples.
        assertEquals(Float.NaN, CrossEntropyLoss.create().forward(rows, given));
        assertEquals(Float.NaN, CrossEntropyLoss.create().forwardBackward(rows, given, gradient));
        assertEquals(
                0f, CrossEntropyLoss.builder().emptyMean(OnEmpty.ZERO).build().forward(rows, given));
        assertEquals(
                0f, CrossEntropyLoss.builder().reduction(Reduction.SUM).build().forward(rows, given));
        assertEquals(
                0f,
                CrossEntropyLoss.builder()
                        .denominator(Denominator.BATCH)
                        .build()
                        .forward(rows, given));
        loss.backward(rows, given, upstream, gradient);
        loss.backward(rows, given, upstream, gradient, FloatTensor.of(new float[0], 3, 0));
    }

    @Test
    void negativeLogLikelihoodOfIgnoredSamples() {
        NllLoss loss = NllLoss.builder().reduction(Reduction.NONE).build();
        loss.forwardBackward(rows, ignored, upstream, losses, gradient);
        assertArrayEquals(new float[3], losses.array());
        loss.backward(rows, ignored, upstream, gradient);
    }

    @Test
    void cosineOfVectorsOfNothingIsZero() {
        CosineEmbeddingLoss loss =
                CosineEmbeddingLoss.builder().reduction(Reduction.NONE).build();
        FloatTensor second = FloatTensor.of(new float[0], 3, 0);
        FloatTensor secondGradient = FloatTensor.of(new float[0], 3, 0);
        loss.forwardBackward(rows, second, new int[] {1, -1, 0}, upstream, losses, gradient, secondGradient);
        assertArrayEquals(new float[] {1f, 0f, 0f}, losses.array());
    }

    /** Rows are numbered by ints, also where there is nothing in them. */
    @Test
    void moreRowsThanAnIntCounts() {
        CrossEntropyLoss loss = CrossEntropyLoss.create();
        for (int last : new int[] {32_768, 65_535, 65_536, 65_537}) {
            FloatTensor x = FloatTensor.of(new float[0], 1, 0, 65_536, last);
            List<Executable> calls = List.of(
                    () -> loss.forward(x, new int[0]),
                    () -> loss.sum(x, x),
                    () -> Softmax.logSumExp(x, 1, FloatTensor.of(new float[1], 1)));
            for (Executable call : calls) {
                IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call);
                assertTrue(e.getMessage().contains("[1, 0, 65536, " + last + "]"), e.getMessage());
            }
            // Along another dimension there is no row.
            Softmax.softmax(x, 2, FloatTensor.of(new float[0], 1, 0, 65_536, last));
        }
    }

    /** Nothing is done for rows of nothing, of which there are two thousand millions. */
    @Test
    void asManyRowsOfNothingAsThereCanBe() {
        FloatTensor x = FloatTensor.of(new float[0], 65_536, 32_767, 0);
        FloatTensor out = FloatTensor.of(new float[0], 65_536, 32_767, 0);
        FloatTensor perRow = FloatTensor.of(new float[] {1f}, 0, new int[] {65_536, 32_767}, new int[2]);
        ClassMask mask = ClassMask.of(new boolean[0]);
        Softmax.softmax(x, 2, OnEmpty.ERROR, out);
        Softmax.softmax(x, 2, mask, OnEmpty.ERROR, out);
        Softmax.logSoftmax(x, 2, mask, out);
        Softmax.softmaxBackward(x, out, 2, FloatTensor.of(new float[0], 65_536, 32_767, 0));
        Softmax.logSoftmaxBackward(x, out, 2, FloatTensor.of(new float[0], 65_536, 32_767, 0));
        Softmax.logSumExpBackward(x, perRow, 2, out);
        Softmax.softmaxBackward(x, out, 2, mask, FloatTensor.of(new float[0], 65_536, 32_767, 0));
        Softmax.logSumExpBackward(x, perRow, 2, mask, out);
        assertEquals(0, out.numel());
    }
}
