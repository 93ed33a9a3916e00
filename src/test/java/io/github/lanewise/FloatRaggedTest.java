// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatBits.assertSame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

/**
 * Rows of different lengths: each has the bits of a call on a copy of it, batches of equal rows have those of the dense batch,
 * values are those of plain loops in double, and what lies around the rows stays as it is.
 */
class FloatRaggedTest {
    private static final int BEFORE = 3;
    private static final int BEHIND = 2;

    private final SplittableRandom random = new SplittableRandom(828);

    /** Where rows lie. */
    private enum Place {
        ARRAY,
        SPREAD,
        REVERSED,
        NATIVE,
        READ_ONLY
    }

    private static int[] offsets(int... lengths) {
        int[] offsets = new int[lengths.length + 1];
        offsets[0] = BEFORE;
        for (int i = 0; i < lengths.length; i++) {
            offsets[i + 1] = offsets[i] + lengths[i];
        }
        return offsets;
    }

    private FloatRagged rows(Place place, int[] offsets) {
        int numel = offsets[offsets.length - 1] + BEHIND;
        FloatViews.Layout layout = switch (place) {
            case SPREAD -> FloatViews.Layout.SPREAD;
            case REVERSED -> FloatViews.Layout.REVERSED;
            default -> FloatViews.Layout.ROW_MAJOR;
        };
        FloatTensor view = layout.of(FloatViews.normal(random, numel), numel);
        if (place == Place.NATIVE) {
            view = FloatStored.view(view, FloatStored.memory(view, Stored.NATIVE));
        } else if (place == Place.READ_ONLY) {
            view = FloatStored.view(
                    view, FloatStored.memory(view, Stored.NATIVE).asReadOnly());
        }
        return FloatRagged.of(view, offsets);
    }

    private static FloatRagged copy(FloatRagged rows, int[] offsets) {
        float[] data = new float[offsets[offsets.length - 1] + BEHIND];
        Arrays.fill(data, -77f);
        for (int i = 0; i < rows.rows(); i++) {
            float[] row = rows.row(i).toArray();
            System.arraycopy(row, 0, data, offsets[i], row.length);
        }
        return FloatRagged.of(data, offsets);
    }

    private static List<int[]> shapes() {
        return List.of(
                offsets(),
                offsets(0),
                offsets(1),
                offsets(3, 0, 0, 7, 1, 40, 5, 300, 33, 0),
                offsets(64, 64, 64),
                offsets(0, 5000, 2));
    }

    private int[] targets(FloatRagged rows) {
        int[] target = new int[rows.rows()];
        for (int i = 0; i < target.length; i++) {
            boolean ignored = rows.rowLength(i) == 0 || i % 5 == 4;
            target[i] = ignored ? -100 : random.nextInt(rows.rowLength(i));
        }
        return target;
    }

    private static void check(float[][] expected, FloatRagged actual, String what) {
        for (int i = 0; i < expected.length; i++) {
            int row = i;
            assertSame(expected[i], actual.row(i).toArray(), () -> what + ", row " + row);
        }
    }

    private static List<CrossEntropyLoss.Builder> losses() {
        return List.of(
                CrossEntropyLoss.builder(),
                CrossEntropyLoss.builder().labelSmoothing(0.1),
                CrossEntropyLoss.builder().labelSmoothing(LabelSmoothing.others(0.2)));
    }

    @Test
    void everySampleHasTheBitsOfItsRow() {
        for (int[] offsets : shapes()) {
            for (Place place : Place.values()) {
                for (CrossEntropyLoss.Builder builder : losses()) {
                    checkSamples(
                            rows(place, offsets),
                            offsets,
                            builder.reduction(Reduction.NONE).build());
                }
            }
        }
    }

    private void checkSamples(FloatRagged logits, int[] offsets, CrossEntropyLoss loss) {
        int count = logits.rows();
        int[] target = targets(logits);
        float[] upstream = FloatViews.normal(random, count);
        float[] values = new float[count];
        float[][] gradients = new float[count][];
        for (int i = 0; i < count; i++) {
            int n = logits.rowLength(i);
            gradients[i] = new float[n];
            FloatTensor one = FloatTensor.of(new float[1], 1);
            loss.forwardBackward(
                    FloatTensor.of(logits.row(i).toArray(), 1, n),
                    new int[] {target[i]},
                    FloatTensor.of(new float[] {upstream[i]}, 1),
                    one,
                    FloatTensor.of(gradients[i], 1, n));
            values[i] = one.get(0);
        }
        FloatTensor perSample = FloatTensor.of(new float[count], count);
        loss.forward(logits, target, perSample);
        assertSame(values, perSample.toArray(), () -> "losses");
        FloatTensor gradOutput = FloatTensor.of(upstream, count);
        for (Place place : new Place[] {Place.ARRAY, Place.SPREAD, Place.NATIVE}) {
            FloatRagged grad = rows(place, offsets);
            perSample = FloatTensor.of(new float[count], count);
            loss.forwardBackward(logits, FloatViews.toLongs(target), gradOutput, perSample, grad);
            assertSame(values, perSample.toArray(), () -> "losses");
            check(gradients, grad, "gradients");
        }
        FloatRagged inPlace = copy(logits, offsets);
        loss.forwardBackward(inPlace, target, gradOutput, perSample, inPlace);
        check(gradients, inPlace, "gradients in place");
        checkAround(inPlace, offsets);
    }

    private static void checkAround(FloatRagged rows, int[] offsets) {
        if (rows.rows() > 0) {
            FloatTensor row = rows.row(0);
            float[] data = row.array();
            assertEquals(-77f, data[offsets[0] - 1]);
            assertEquals(-77f, data[offsets[offsets.length - 1]]);
        }
    }

    @Test
    void equalRowsHaveTheBitsOfTheDenseBatch() {
        float[] data = FloatViews.normal(random, 12 * 50);
        int[] offsets = new int[13];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = 50 * i;
        }
        FloatTensor dense = FloatTensor.of(data, 12, 50);
        FloatRagged ragged = FloatRagged.of(data, offsets);
        int[] target = FloatViews.classes(random, 12, 50);
        target[3] = -100;
        List<CrossEntropyLoss.Builder> builders = new ArrayList<>(losses());
        builders.add(CrossEntropyLoss.builder().weight(FloatViews.normal(random, 50)));
        builders.add(CrossEntropyLoss.builder()
                .weight(FloatViews.normal(random, 50))
                .labelSmoothing(LabelSmoothing.targetWeighted(0.1)));
        for (CrossEntropyLoss.Builder builder : builders) {
            for (Denominator denominator : List.of(
                    Denominator.WEIGHTED,
                    Denominator.VALID_COUNT,
                    Denominator.BATCH,
                    Denominator.ELEMENTS,
                    Denominator.given(7.0))) {
                for (Reduction reduction : new Reduction[] {Reduction.MEAN, Reduction.SUM}) {
                    CrossEntropyLoss loss = builder.denominator(denominator)
                            .reduction(reduction)
                            .build();
                    String what = denominator + " " + reduction;
                    assertSame(loss.forward(dense, target), loss.forward(ragged, target), () -> what);
                    FloatTensor expected = FloatTensor.of(new float[600], 12, 50);
                    FloatTensor actual = FloatTensor.of(new float[600], 600);
                    assertSame(
                            loss.forwardBackward(dense, target, expected),
                            loss.forwardBackward(ragged, target, FloatRagged.of(actual, offsets)),
                            () -> what);
                    assertSame(expected.toArray(), actual.toArray(), () -> what);
                }
            }
        }
    }

    @Test
    void reductionsAreThoseOfPlainLoops() {
        for (int[] offsets : shapes()) {
            FloatRagged logits = rows(Place.ARRAY, offsets);
            int[] target = targets(logits);
            double sum = 0.0;
            int valid = 0;
            for (int i = 0; i < target.length; i++) {
                if (target[i] >= 0) {
                    double total = 0.0;
                    for (float x : logits.row(i).toArray()) {
                        total += Math.exp(x);
                    }
                    sum += Math.log(total) - logits.row(i).get(target[i]);
                    valid++;
                }
            }
            double bound = 1e-5 * Math.max(1.0, sum);
            CrossEntropyLoss total =
                    CrossEntropyLoss.builder().reduction(Reduction.SUM).build();
            assertEquals(sum, total.forward(logits, target), bound);
            assertEquals(sum / valid, CrossEntropyLoss.create().forward(logits, target), bound);
            if (valid == 0) {
                CrossEntropyLoss zero =
                        CrossEntropyLoss.builder().emptyMean(OnEmpty.ZERO).build();
                assertEquals(0f, zero.forward(logits, FloatViews.toLongs(target)));
            }
        }
    }

    @Test
    void softmaxHasTheBitsOfItsRows() {
        for (int[] offsets : shapes()) {
            for (Place place : Place.values()) {
                checkSoftmax(rows(place, offsets), offsets);
            }
        }
    }

    private void checkSoftmax(FloatRagged input, int[] offsets) {
        int count = input.rows();
        FloatRagged upstream = rows(Place.SPREAD, offsets);
        float[] each = FloatViews.normal(random, count);
        float[][][] expected = new float[5][count][];
        float[] sums = new float[count];
        for (int i = 0; i < count; i++) {
            int n = input.rowLength(i);
            FloatTensor x = FloatTensor.of(input.row(i).toArray(), n);
            FloatTensor g = FloatTensor.of(upstream.row(i).toArray(), n);
            FloatTensor out = FloatTensor.of(new float[n], n);
            Softmax.softmax(x, 0, out);
            expected[0][i] = out.toArray();
            Softmax.softmaxBackward(out, g, 0, out);
            expected[1][i] = out.toArray();
            Softmax.logSoftmax(x, 0, out);
            expected[2][i] = out.toArray();
            Softmax.logSoftmaxBackward(out, g, 0, out);
            expected[3][i] = out.toArray();
            sums[i] = Softmax.logSumExp(x.array(), 0, n);
            Softmax.logSumExpBackward(x, FloatTensor.of(new float[] {each[i]}), 0, out);
            expected[4][i] = out.toArray();
        }
        for (Place place : new Place[] {Place.ARRAY, Place.REVERSED, Place.NATIVE}) {
            FloatRagged out = rows(place, offsets);
            FloatRagged grad = rows(place, offsets);
            Softmax.softmax(input, out);
            check(expected[0], out, "softmax");
            Softmax.softmaxBackward(out, upstream, grad);
            check(expected[1], grad, "softmaxBackward");
            Softmax.logSoftmax(input, out);
            check(expected[2], out, "logSoftmax");
            Softmax.logSoftmaxBackward(out, upstream, out);
            check(expected[3], out, "logSoftmaxBackward");
            Softmax.logSumExpBackward(input, FloatTensor.of(each, count), out);
            check(expected[4], out, "logSumExpBackward");
        }
        FloatTensor reduced = FloatTensor.of(new float[count], count);
        Softmax.logSumExp(input, reduced);
        assertSame(sums, reduced.toArray(), () -> "logSumExp");
        FloatRagged inPlace = copy(input, offsets);
        Softmax.softmax(inPlace, OnEmpty.ERROR, inPlace);
        check(expected[0], inPlace, "softmax in place");
        checkAround(inPlace, offsets);
    }

    @Test
    void summariesHaveTheBitsOfTheirRows() {
        int[] offsets = offsets(3, 1, 40, 300, 2);
        LogitSummary summary = LogitSummary.builder().topK(4).build();
        for (Place place : Place.values()) {
            FloatRagged logits = rows(place, offsets);
            FloatLogitResults results = summary.floatResults(5, 1);
            int[] given = new int[5];
            for (int i = 0; i < 5; i++) {
                given[i] = random.nextInt(logits.rowLength(i));
            }
            summary.summarize(logits, given, results);
            FloatLogitResults plain = summary.floatResults(6);
            summary.summarize(logits, plain);
            assertEquals(5, plain.rows());
            for (int i = 0; i < 5; i++) {
                int n = logits.rowLength(i);
                int k = Math.min(n, 4);
                LogitSummary one = LogitSummary.builder().topK(k).build();
                FloatLogitResults expected = one.floatResults(1, 1);
                one.summarize(logits.row(i).toArray(), 0, n, new int[] {given[i]}, expected);
                assertEquals(expected.argMax(0), results.argMax(i));
                assertEquals(expected.argMax(0), plain.argMax(i));
                assertSame(expected.logSumExp(0), results.logSumExp(i), () -> "logSumExp");
                assertSame(expected.entropy(0), results.entropy(i), () -> "entropy");
                assertSame(expected.margin(0), results.margin(i), () -> "margin");
                assertSame(expected.logProb(0, 0), results.logProb(i, 0), () -> "logProb");
                for (int rank = 0; rank < 4; rank++) {
                    assertEquals(rank < k ? expected.topClass(0, rank) : -1, results.topClass(i, rank));
                    float logProb = rank < k ? expected.topLogProb(0, rank) : Float.NaN;
                    assertSame(logProb, results.topLogProb(i, rank), () -> "topLogProb");
                }
            }
        }
    }

    @Test
    void sequencesHaveTheBitsOfTheirRows() {
        int[] offsets = offsets(3, 1, 40, 300, 2);
        for (Place place : Place.values()) {
            FloatRagged logits = rows(place, offsets);
            int[] target = targets(logits);
            SequenceScore expected = SequenceScore.create();
            float[] each = new float[5];
            for (int i = 0; i < 5; i++) {
                each[i] = expected.add(logits.row(i).toArray(), 0, logits.rowLength(i), target[i]);
            }
            FloatTensor logProb = FloatTensor.of(new float[5], 5);
            SequenceScore score = SequenceScore.create();
            score.add(logits, target, logProb);
            assertSame(each, logProb.toArray(), () -> "log-probabilities");
            assertEquals(expected.logLikelihood(), score.logLikelihood());
            score.add(logits, FloatViews.toLongs(target));
            assertEquals(2 * expected.count(), score.count());
        }
    }

    @Test
    void tasksHaveTheBitsOfOneThread() {
        int[] lengths = new int[90];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = random.nextInt(4000);
        }
        int[] offsets = offsets(lengths);
        FloatRagged logits = rows(Place.ARRAY, offsets);
        int[] target = targets(logits);
        FloatRagged one = rows(Place.ARRAY, offsets);
        FloatRagged two = rows(Place.NATIVE, offsets);
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            CrossEntropyLoss parallel =
                    CrossEntropyLoss.builder().parallelism(Parallelism.of(pool)).build();
            float alone = CrossEntropyLoss.create().forwardBackward(logits, target, one);
            assertSame(alone, parallel.forwardBackward(logits, target, two), () -> "value");
        }
        for (int i = 0; i < one.rows(); i++) {
            assertSame(one.row(i).toArray(), two.row(i).toArray(), () -> "gradient");
        }
    }

    @Test
    void viewsAnswerWhatTheyHold() {
        int[] offsets = {2, 4, 4, 9};
        float[] data = FloatViews.counting(10);
        FloatRagged rows = FloatRagged.of(data, offsets);
        offsets[0] = 0;
        assertEquals(3, rows.rows());
        assertEquals(2, rows.rowLength(0));
        assertEquals(0, rows.rowLength(1));
        assertEquals(2, rows.rowOffset(0));
        assertEquals(4, rows.rowOffset(2));
        assertArrayEquals(new float[] {4f, 5f, 6f, 7f, 8f}, rows.row(2).toArray());
        assertEquals(0, rows.row(1).numel());
        data[2] = 70f;
        assertEquals(70f, rows.row(0).get(0));
        assertEquals("FloatRagged: 3 rows, 7 elements in all", rows.toString());
    }
}
