// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ways to ask for the same thing give the same bits: for every length up to a block, and around chunks. */
class FloatConsistencyTest {
    private static final int SAMPLES = 6;

    static IntStream lengths() {
        return IntStream.concat(
                IntStream.rangeClosed(1, 34), IntStream.of(47, 48, 49, 63, 64, 65, 100, 128, 1000, 4095, 4129));
    }

    /** A loss with some options, and one batch of scores with targets for it. */
    private static final class Case {
        final int n;
        final CrossEntropyLoss.Builder options;
        final boolean weighted;
        final float[] weight;
        final float[] elements;
        final int[] target;
        final FloatTensor logits;
        final FloatTensor probabilities;
        final FloatTensor upstream;

        Case(SplittableRandom random, int n, double labelSmoothing, boolean weighted) {
            this.n = n;
            this.weighted = weighted;
            this.weight = FloatViews.normal(random, n);
            this.options = CrossEntropyLoss.builder().labelSmoothing(labelSmoothing);
            if (weighted) {
                options.weight(weight);
            }
            this.elements = FloatViews.normal(random, SAMPLES * n);
            if (random.nextInt(3) == 0) {
                // One score far above the rest, and one far below.
                elements[random.nextInt(elements.length)] = 60f;
                elements[random.nextInt(elements.length)] = -300f;
            }
            this.target = FloatViews.classes(random, SAMPLES, n);
            target[random.nextInt(SAMPLES)] = -100;
            this.logits = FloatTensor.of(elements, SAMPLES, n);
            this.probabilities = FloatTensor.of(FloatViews.normal(random, SAMPLES * n), SAMPLES, n);
            this.upstream = FloatTensor.of(FloatViews.normal(random, SAMPLES), SAMPLES);
        }

        CrossEntropyLoss reducing(Reduction reduction) {
            return options.reduction(reduction).build();
        }

        FloatTensor gradient() {
            return FloatTensor.of(new float[SAMPLES * n], SAMPLES, n);
        }

        FloatTensor losses() {
            return FloatTensor.of(new float[SAMPLES], SAMPLES);
        }

        @Override
        public String toString() {
            return n + " classes, " + (weighted ? "weighted" : "plain");
        }
    }

    private static List<Case> cases(int n) {
        SplittableRandom random = new SplittableRandom(1000 + n);
        if (n > 100) {
            return List.of(new Case(random, n, 0.0, false), new Case(random, n, 0.1, true));
        }
        return Stream.of(0.0, 0.1, 1.0)
                .flatMap(smoothing ->
                        Stream.of(new Case(random, n, smoothing, false), new Case(random, n, smoothing, true)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void valueOfForwardIsThatOfForwardBackward(int n) {
        for (Case c : cases(n)) {
            for (Reduction reduction : new Reduction[] {Reduction.MEAN, Reduction.SUM}) {
                CrossEntropyLoss loss = c.reducing(reduction);
                float forward = loss.forward(c.logits, c.target);
                FloatTensor gradient = c.gradient();
                FloatBits.assertSame(forward, loss.forwardBackward(c.logits, c.target, gradient), c::toString);
                FloatTensor backward = c.gradient();
                loss.backward(c.logits, c.target, 1f, backward);
                FloatBits.assertSame(gradient.array(), backward.array(), c::toString);
                float probable = loss.forward(c.logits, c.probabilities);
                FloatBits.assertSame(probable, loss.forwardBackward(c.logits, c.probabilities, gradient), c::toString);
                loss.backward(c.logits, c.probabilities, 1f, backward);
                FloatBits.assertSame(gradient.array(), backward.array(), c::toString);
                loss.backward(c.logits, c.probabilities, 1f, backward, c.gradient());
                FloatBits.assertSame(gradient.array(), backward.array(), c::toString);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void samplesOneByOneAreTheSamplesOfTheBatch(int n) {
        for (Case c : cases(n)) {
            CrossEntropyLoss none = c.reducing(Reduction.NONE);
            FloatTensor losses = c.losses();
            FloatTensor gradient = c.gradient();
            none.forward(c.logits, c.target, losses);
            FloatTensor again = c.losses();
            none.forwardBackward(c.logits, c.target, c.upstream, again, gradient);
            FloatBits.assertSame(losses.array(), again.array(), c::toString);
            FloatTensor backward = c.gradient();
            none.backward(c.logits, c.target, c.upstream, backward);
            FloatBits.assertSame(gradient.array(), backward.array(), c::toString);
            for (int s = 0; s < SAMPLES; s++) {
                int[] one = {c.target[s]};
                FloatTensor row = c.logits.select(0, s);
                // A result of one number is a sum, which is never a negative zero.
                FloatBits.assertSame(losses.get(s) + 0f, none.forward(row, one), c::toString);
                FloatTensor rowGradient = backward.select(0, s);
                Arrays.fill(backward.array(), s * n, (s + 1) * n, 7f);
                none.backward(row, one, c.upstream.get(s), rowGradient);
                FloatBits.assertSame(gradient.select(0, s).toArray(), rowGradient.toArray(), c::toString);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void sumAndMeanAreThoseOfTheSamples(int n) {
        for (Case c : cases(n)) {
            FloatTensor losses = c.losses();
            c.reducing(Reduction.NONE).forward(c.logits, c.target, losses);
            double sum = 0;
            double magnitude = 0;
            double denominator = 0;
            for (int s = 0; s < SAMPLES; s++) {
                sum += losses.get(s);
                magnitude += Math.abs(losses.get(s));
                if (c.target[s] != -100) {
                    denominator += c.weighted ? c.weight[c.target[s]] : 1;
                }
            }
            double tolerance = magnitude * 0x1p-23;
            float total = c.reducing(Reduction.SUM).forward(c.logits, c.target);
            assertEquals(sum, total, tolerance, c::toString);
            float mean = c.reducing(Reduction.MEAN).forward(c.logits, c.target);
            assertEquals(sum / denominator, mean, Math.abs(tolerance / denominator), c::toString);
            LossSum parts = c.reducing(Reduction.MEAN).sum(c.logits, c.target);
            assertEquals(denominator, parts.denominator(), 1e-14 * SAMPLES, c::toString);
            assertEquals(SAMPLES - 1, parts.count());
            FloatBits.assertSame(total, (float) parts.sum(), c::toString);
            FloatBits.assertSame(mean, (float) parts.mean(), c::toString);
            LossSum halves = LossSum.ZERO;
            for (int s = 0; s < SAMPLES; s += 2) {
                int[] target = Arrays.copyOfRange(c.target, s, s + 2);
                halves = halves.plus(c.reducing(Reduction.SUM).sum(c.logits.slice(0, s, s + 2), target));
            }
            assertEquals(parts.sum(), halves.sum(), magnitude * 0x1p-50, c::toString);
            assertEquals(parts.count(), halves.count());
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void rowsOfArraysAreRowsOfViews(int n) {
        for (Case c : cases(n)) {
            for (Reduction reduction : new Reduction[] {Reduction.MEAN, Reduction.SUM, Reduction.NONE}) {
                CrossEntropyLoss loss = c.reducing(reduction);
                for (int s = 0; s < SAMPLES; s++) {
                    int[] one = {c.target[s]};
                    FloatTensor row = c.logits.select(0, s);
                    float value = loss.forward(row, one);
                    FloatBits.assertSame(value, loss.forward(c.elements, s * n, n, one[0]), c::toString);
                    FloatTensor gradient = FloatTensor.of(new float[n], n);
                    loss.forwardBackward(row, one, gradient);
                    float[] array = new float[n + 2];
                    Arrays.fill(array, 7f);
                    float again = loss.forwardBackward(c.elements, s * n, n, one[0], array, 1);
                    FloatBits.assertSame(value, again, c::toString);
                    FloatBits.assertSame(gradient.array(), Arrays.copyOfRange(array, 1, n + 1), c::toString);
                    assertEquals(7f, array[0]);
                    assertEquals(7f, array[n + 1]);
                    float[] inPlace = c.elements.clone();
                    FloatBits.assertSame(
                            value, loss.forwardBackward(inPlace, s * n, n, one[0], inPlace, s * n), c::toString);
                    float[] expected = c.elements.clone();
                    System.arraycopy(gradient.array(), 0, expected, s * n, n);
                    FloatBits.assertSame(expected, inPlace, c::toString);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void intsAreLongs(int n) {
        for (Case c : cases(n)) {
            long[] longs = FloatViews.toLongs(c.target);
            CrossEntropyLoss loss = c.reducing(Reduction.MEAN);
            FloatTensor gradient = c.gradient();
            FloatTensor other = c.gradient();
            FloatBits.assertSame(loss.forward(c.logits, c.target), loss.forward(c.logits, longs), c::toString);
            loss.forwardBackward(c.logits, c.target, gradient);
            loss.forwardBackward(c.logits, longs, other);
            FloatBits.assertSame(gradient.array(), other.array(), c::toString);
            assertEquals(loss.sum(c.logits, c.target), loss.sum(c.logits, longs));
            NllLoss.Builder builder = c.weighted ? NllLoss.builder().weight(c.weight) : NllLoss.builder();
            NllLoss nll = builder.build();
            FloatBits.assertSame(
                    nll.forwardBackward(c.logits, c.target, gradient),
                    nll.forwardBackward(c.logits, longs, other),
                    c::toString);
            FloatBits.assertSame(gradient.array(), other.array(), c::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void everyLayoutButColumnsHasTheBitsOfRows(int n) {
        for (Case c : cases(n)) {
            CrossEntropyLoss loss = c.reducing(Reduction.MEAN);
            FloatTensor gradient = c.gradient();
            FloatTensor gradTarget = c.gradient();
            float expected = loss.forwardBackward(c.logits, c.target, gradient);
            FloatTensor fromProbabilities = c.gradient();
            float probable = loss.forward(c.logits, c.probabilities);
            loss.backward(c.logits, c.probabilities, 1f, fromProbabilities, gradTarget);
            for (FloatViews.Layout layout :
                    new FloatViews.Layout[] {FloatViews.Layout.SPREAD, FloatViews.Layout.REVERSED}) {
                FloatTensor logits = layout.of(c.elements, SAMPLES, n);
                FloatTensor given = layout.of(c.probabilities.array(), SAMPLES, n);
                FloatTensor out = layout.of(new float[SAMPLES * n], SAMPLES, n);
                FloatTensor targetOut = layout.of(new float[SAMPLES * n], SAMPLES, n);
                FloatBits.assertSame(expected, loss.forwardBackward(logits, c.target, out), c::toString);
                FloatBits.assertSame(gradient.array(), out.toArray(), c::toString);
                FloatBits.assertSame(probable, loss.forward(logits, given), c::toString);
                loss.backward(logits, given, 1f, out, targetOut);
                FloatBits.assertSame(fromProbabilities.array(), out.toArray(), c::toString);
                FloatBits.assertSame(gradTarget.array(), targetOut.toArray(), c::toString);
                FloatBits.assertSame(expected, loss.forwardBackward(logits, c.target, logits), c::toString);
                FloatBits.assertSame(gradient.array(), logits.toArray(), c::toString);
            }
        }
    }

    /** Columns beside each other: in place or not, with the gradient's classes last or not, the bits are the same. */
    @ParameterizedTest
    @MethodSource("lengths")
    void columnsGiveTheSameBitsWhereverTheGradientGoes(int n) {
        for (Case c : cases(n)) {
            for (Reduction reduction : new Reduction[] {Reduction.MEAN, Reduction.SUM}) {
                CrossEntropyLoss loss = c.reducing(reduction);
                FloatTensor columns = FloatViews.Layout.TRANSPOSED.of(c.elements, SAMPLES, n);
                FloatTensor gradient = FloatViews.Layout.TRANSPOSED.of(new float[SAMPLES * n], SAMPLES, n);
                float value = loss.forward(columns, c.target);
                FloatBits.assertSame(value, loss.forwardBackward(columns, c.target, gradient), c::toString);
                FloatTensor elsewhere = FloatTensor.of(new float[SAMPLES * n], SAMPLES, n);
                FloatBits.assertSame(value, loss.forwardBackward(columns, c.target, elsewhere), c::toString);
                for (int i = 0; i < SAMPLES * n; i++) {
                    FloatBits.assertSame(gradient.get(i / n, i % n), elsewhere.array()[i], c::toString);
                }
                FloatBits.assertSame(value, loss.forwardBackward(columns, c.target, columns), c::toString);
                FloatBits.assertSame(gradient.toArray(), columns.toArray(), c::toString);
            }
        }
    }
}
