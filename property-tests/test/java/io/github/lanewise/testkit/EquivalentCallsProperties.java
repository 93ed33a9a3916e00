// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.NllLoss;
import io.github.lanewise.Softmax;
import io.github.lanewise.testkit.generators.ClassBatch;
import java.util.Arrays;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Several ways to ask the same question have the same answer, to the bit. */
class EquivalentCallsProperties {
    private static final long IGNORED = -1;

    private static FloatTensor view(Tensor tensor) {
        return FloatTensor.of(tensor.floats(), tensor.shape());
    }

    private static FloatTensor empty(int... shape) {
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        return FloatTensor.of(new float[count], shape);
    }

    private static int[] ints(long... target) {
        return LongStream.of(target).mapToInt(y -> (int) y).toArray();
    }

    private static CrossEntropyLoss crossEntropy(ClassLossOptions options, Reduction reduction) {
        CrossEntropyLoss.Builder builder = CrossEntropyLoss.builder()
                .ignoreIndex(IGNORED)
                .labelSmoothing(options.labelSmoothing())
                .reduction(io.github.lanewise.Reduction.valueOf(reduction.name()));
        Tensor weight = options.weight();
        return (weight == null ? builder : builder.weight(weight.floats())).build();
    }

    private static NllLoss nll(ClassLossOptions options, Reduction reduction) {
        NllLoss.Builder builder = NllLoss.builder()
                .ignoreIndex(IGNORED)
                .reduction(io.github.lanewise.Reduction.valueOf(reduction.name()));
        Tensor weight = options.weight();
        return (weight == null ? builder : builder.weight(weight.floats())).build();
    }

    @Property(tries = 80)
    void reducedCrossEntropy(@ForAll ClassBatch batch, @ForAll boolean sum) {
        CrossEntropyLoss loss = crossEntropy(batch.options(), sum ? Reduction.SUM : Reduction.MEAN);
        FloatTensor x = view(batch.scores());
        long[] longs = batch.targetWithIgnored(IGNORED);
        int[] ints = ints(longs);
        float value = loss.forward(x, longs);
        FloatTensor gradient = empty(x.shape());
        loss.backward(x, longs, 1f, gradient);
        FloatTensor fused = empty(x.shape());

        assertEquals(value, loss.forward(x, ints));
        assertEquals(value, loss.forwardBackward(x, longs, fused));
        assertArrayEquals(gradient.array(), fused.array());
        assertEquals(value, loss.forwardBackward(x, ints, fused));
        assertArrayEquals(gradient.array(), fused.array());
        loss.backward(x, ints, 1f, fused);
        assertArrayEquals(gradient.array(), fused.array());

        FloatTensor probabilities = view(batch.probabilities());
        value = loss.forward(x, probabilities);
        loss.backward(x, probabilities, 1f, gradient);
        assertEquals(value, loss.forwardBackward(x, probabilities, fused));
        assertArrayEquals(gradient.array(), fused.array());
        loss.backward(x, probabilities, 1f, fused, empty(x.shape()));
        assertArrayEquals(gradient.array(), fused.array());
    }

    @Property(tries = 80)
    void crossEntropyOfSamples(@ForAll ClassBatch batch) {
        CrossEntropyLoss loss = crossEntropy(batch.options(), Reduction.NONE);
        FloatTensor x = view(batch.scores());
        FloatTensor g = view(batch.upstream());
        long[] longs = batch.targetWithIgnored(IGNORED);
        int[] ints = ints(longs);
        FloatTensor losses = empty(g.shape());
        loss.forward(x, longs, losses);
        FloatTensor gradient = empty(x.shape());
        loss.backward(x, longs, g, gradient);
        FloatTensor otherLosses = empty(g.shape());
        FloatTensor otherGradient = empty(x.shape());

        loss.forward(x, ints, otherLosses);
        assertArrayEquals(losses.array(), otherLosses.array());
        loss.forwardBackward(x, longs, g, otherLosses, otherGradient);
        assertArrayEquals(losses.array(), otherLosses.array());
        assertArrayEquals(gradient.array(), otherGradient.array());
        loss.forwardBackward(x, ints, g, otherLosses, otherGradient);
        assertArrayEquals(losses.array(), otherLosses.array());
        assertArrayEquals(gradient.array(), otherGradient.array());
        loss.backward(x, ints, g, otherGradient);
        assertArrayEquals(gradient.array(), otherGradient.array());

        FloatTensor probabilities = view(batch.probabilities());
        loss.forward(x, probabilities, losses);
        loss.backward(x, probabilities, g, gradient);
        loss.forwardBackward(x, probabilities, g, otherLosses, otherGradient);
        assertArrayEquals(losses.array(), otherLosses.array());
        assertArrayEquals(gradient.array(), otherGradient.array());
    }

    @Property(tries = 60)
    void negativeLogLikelihood(@ForAll ClassBatch batch) {
        FloatTensor x = view(batch.scores());
        FloatTensor g = view(batch.upstream());
        long[] longs = batch.targetWithIgnored(IGNORED);
        int[] ints = ints(longs);
        FloatTensor gradient = empty(x.shape());
        FloatTensor other = empty(x.shape());
        NllLoss mean = nll(batch.options(), Reduction.MEAN);
        float value = mean.forward(x, longs);
        mean.backward(x, longs, 1f, gradient);

        assertEquals(value, mean.forward(x, ints));
        assertEquals(value, mean.forwardBackward(x, longs, other));
        assertArrayEquals(gradient.array(), other.array());
        assertEquals(value, mean.forwardBackward(x, ints, other));
        assertArrayEquals(gradient.array(), other.array());

        NllLoss none = nll(batch.options(), Reduction.NONE);
        FloatTensor losses = empty(g.shape());
        FloatTensor otherLosses = empty(g.shape());
        none.forward(x, longs, losses);
        none.backward(x, longs, g, gradient);
        none.forwardBackward(x, ints, g, otherLosses, other);
        assertArrayEquals(losses.array(), otherLosses.array());
        assertArrayEquals(gradient.array(), other.array());
        none.forwardBackward(x, longs, g, otherLosses, other);
        assertArrayEquals(losses.array(), otherLosses.array());
        assertArrayEquals(gradient.array(), other.array());
        none.backward(x, ints, g, other);
        assertArrayEquals(gradient.array(), other.array());
    }

    @Property(tries = 80)
    void aRowInAnArrayIsABatchOfOne(
            @ForAll ClassBatch batch, @ForAll Reduction reduction, @ForAll @IntRange(max = 19) int offset) {
        CrossEntropyLoss loss = crossEntropy(batch.options(), reduction);
        Rows rows = batch.rows();
        int n = rows.length();
        int target = (int) batch.targetWithIgnored(IGNORED)[0];
        float[] row = Tensor.of(rows.row(batch.scores(), 0), n).floats();
        float[] array = new float[offset + n + 5];
        Arrays.fill(array, -1234.5f);
        System.arraycopy(row, 0, array, offset, n);
        float[] before = array.clone();
        FloatTensor view = FloatTensor.of(row, n);
        FloatTensor gradient = empty(n);
        float value = loss.forwardBackward(view, new int[] {target}, gradient);

        assertEquals(value, loss.forward(array, offset, n, target));
        float[] other = new float[n];
        assertEquals(value, loss.forwardBackward(array, offset, n, target, other, 0));
        assertArrayEquals(gradient.array(), other);
        assertArrayEquals(before, array);
        assertEquals(value, loss.forwardBackward(array, offset, n, target, array, offset));
        System.arraycopy(gradient.array(), 0, before, offset, n);
        assertArrayEquals(before, array);
    }

    @Property(tries = 60)
    void logSumExpOfARowInAnArray(@ForAll ClassBatch batch, @ForAll @IntRange(max = 19) int offset) {
        Rows rows = batch.rows();
        float[] row = Tensor.of(rows.row(batch.scores(), 0), rows.length()).floats();
        float[] array = new float[offset + row.length + 3];
        System.arraycopy(row, 0, array, offset, row.length);
        FloatTensor value = empty();
        Softmax.logSumExp(FloatTensor.of(row, row.length), 0, value);

        assertEquals(value.get(), Softmax.logSumExp(array, offset, row.length));
    }

    @Property(tries = 60)
    void aGradientScalesWithAPowerOfTwoUpstream(@ForAll ClassBatch batch) {
        CrossEntropyLoss loss = crossEntropy(batch.options(), Reduction.SUM);
        FloatTensor x = view(batch.scores());
        long[] target = batch.targetWithIgnored(IGNORED);
        FloatTensor gradient = empty(x.shape());
        FloatTensor doubled = empty(x.shape());
        loss.backward(x, target, 1f, gradient);
        loss.backward(x, target, 2f, doubled);

        for (int i = 0; i < gradient.numel(); i++) {
            float g = gradient.array()[i];
            // Subnormal numbers lose a bit that their doubles have.
            if (!(Math.abs(g) < 2f * Float.MIN_NORMAL)) {
                assertEquals(2f * g, doubled.array()[i]);
            }
        }
    }
}
