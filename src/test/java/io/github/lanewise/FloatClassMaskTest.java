// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatBits.assertSame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Classes that are left out are not there: results have the bits of calls on copies from which they have been deleted, and the
 * values of plain loops in double.
 */
class FloatClassMaskTest {
    private static final Reduction[] REDUCTIONS = {Reduction.MEAN, Reduction.SUM};

    private final SplittableRandom random = new SplittableRandom(271);

    /** How scores lie in memory. */
    private enum Place {
        ROWS,
        SPREAD,
        REVERSED,
        IMAGE,
        NATIVE,
        NATIVE_IMAGE
    }

    /** Scores of some positions, their mask, and what is left of each row. */
    private final class Batch {
        final Place place;
        final int positions;
        final int classes;
        final boolean[][] allowed;
        final ClassMask mask;
        final FloatTensor scores;
        final int[] target;
        final float[][] rows;

        Batch(Place place, int classes, boolean perRow) {
            this.place = place;
            this.classes = classes;
            positions = 6;
            allowed = new boolean[positions][];
            target = new int[positions];
            boolean[] shared = some(classes);
            for (int p = 0; p < positions; p++) {
                allowed[p] = perRow ? some(classes) : shared;
                do {
                    target[p] = random.nextInt(classes);
                } while (!allowed[p][target[p]]);
            }
            target[4] = -100;
            mask = perRow ? ClassMask.of(allowed) : ClassMask.of(shared);
            scores = view(FloatViews.normal(random, positions * classes));
            for (int p = 0; p < positions; p++) {
                for (int c = 0; c < classes; c++) {
                    if (!allowed[p][c]) {
                        scores.set(
                                List.of(Float.NaN, Float.POSITIVE_INFINITY, 1e30f)
                                        .get(c % 3),
                                index(p, c));
                    }
                }
            }
            rows = rows(scores);
        }

        private boolean[] some(int n) {
            boolean[] some = new boolean[n];
            for (int c = 0; c < n; c++) {
                some[c] = random.nextInt(4) > 0;
            }
            some[random.nextInt(n)] = true;
            return some;
        }

        int axis() {
            return 1;
        }

        boolean isImage() {
            return place == Place.IMAGE || place == Place.NATIVE_IMAGE;
        }

        int[] index(int p, int c) {
            return isImage() ? new int[] {0, c, p} : new int[] {p, c};
        }

        /** A view of the batch's shape with some numbers. */
        FloatTensor view(float[] numbers) {
            int[] shape = isImage() ? new int[] {1, classes, positions} : new int[] {positions, classes};
            FloatViews.Layout layout = switch (place) {
                case SPREAD -> FloatViews.Layout.SPREAD;
                case REVERSED -> FloatViews.Layout.REVERSED;
                default -> FloatViews.Layout.ROW_MAJOR;
            };
            FloatTensor view = layout.of(numbers, shape);
            boolean inArray = place != Place.NATIVE && place != Place.NATIVE_IMAGE;
            return inArray ? view : FloatStored.view(view, FloatStored.memory(view, Stored.NATIVE));
        }

        /** A view with one value for each position. */
        FloatTensor each(float[] numbers) {
            return isImage() ? FloatTensor.of(numbers, 1, positions) : FloatTensor.of(numbers, positions);
        }

        /** What takes part of a view's rows. */
        float[][] rows(FloatTensor view) {
            float[][] rows = new float[positions][];
            for (int p = 0; p < positions; p++) {
                float[] row = new float[count(p)];
                for (int i = 0; i < row.length; i++) {
                    row[i] = view.get(index(p, number(p, i)));
                }
                rows[p] = row;
            }
            return rows;
        }

        /** Checks a view against what takes part of its rows, and a number for the rest. */
        void check(float[][] expected, float leftOut, FloatTensor view, String what) {
            float[][] actual = rows(view);
            for (int p = 0; p < positions; p++) {
                int row = p;
                assertSame(expected[p], actual[p], () -> what + " " + place + " row " + row);
                for (int c = 0; c < classes; c++) {
                    if (!allowed[p][c]) {
                        assertSame(leftOut, view.get(index(p, c)), () -> what + " " + place + " left out");
                    }
                }
            }
        }

        int count(int p) {
            int count = 0;
            for (int c = 0; c < classes; c++) {
                count += allowed[p][c] ? 1 : 0;
            }
            return count;
        }

        /** Number of the class with an index among those that take part. */
        int number(int p, int i) {
            int left = i;
            for (int c = 0; ; c++) {
                if (allowed[p][c] && left-- == 0) {
                    return c;
                }
            }
        }

        int index(int p) {
            if (target[p] < 0) {
                return target[p];
            }
            int index = 0;
            for (int c = 0; c < target[p]; c++) {
                index += allowed[p][c] ? 1 : 0;
            }
            return index;
        }

        float[] compact(float[] values, int p) {
            float[] compact = new float[count(p)];
            for (int i = 0; i < compact.length; i++) {
                compact[i] = values[number(p, i)];
            }
            return compact;
        }
    }

    private List<Batch> batches() {
        List<Batch> batches = new ArrayList<>();
        for (Place place : Place.values()) {
            for (int classes : new int[] {1, 2, 7, 40, 300}) {
                batches.add(new Batch(place, classes, false));
                batches.add(new Batch(place, classes, true));
            }
        }
        return batches;
    }

    private static CrossEntropyLoss.Builder loss(int kind) {
        CrossEntropyLoss.Builder builder = CrossEntropyLoss.builder();
        return switch (kind % 4) {
            case 0 -> builder;
            case 1 -> builder.labelSmoothing(0.1);
            case 2 -> builder.labelSmoothing(LabelSmoothing.others(0.2));
            default -> builder.labelSmoothing(LabelSmoothing.targetWeighted(0.3));
        };
    }

    @Test
    void everySampleHasTheBitsOfItsCompactedRow() {
        for (Batch batch : batches()) {
            for (int kind = 0; kind < 8; kind++) {
                checkSamples(batch, kind);
            }
        }
    }

    private void checkSamples(Batch batch, int kind) {
        boolean weighted = kind >= 4;
        float[] weight = FloatViews.normal(random, batch.classes);
        float[] upstream = FloatViews.normal(random, batch.positions);
        float[] losses = new float[batch.positions];
        float[][] gradients = new float[batch.positions][];
        for (int p = 0; p < batch.positions; p++) {
            CrossEntropyLoss.Builder builder = loss(kind).reduction(Reduction.NONE);
            CrossEntropyLoss one = (weighted ? builder.weight(batch.compact(weight, p)) : builder).build();
            int n = batch.rows[p].length;
            gradients[p] = new float[n];
            FloatTensor perSample = FloatTensor.of(new float[1], 1);
            one.forwardBackward(
                    FloatTensor.of(batch.rows[p], 1, n),
                    new int[] {batch.index(p)},
                    FloatTensor.of(new float[] {upstream[p]}, 1),
                    perSample,
                    FloatTensor.of(gradients[p], 1, n));
            losses[p] = perSample.get(0);
        }
        CrossEntropyLoss.Builder builder = loss(kind).reduction(Reduction.NONE);
        CrossEntropyLoss loss = (weighted ? builder.weight(weight) : builder).build();
        String what = "kind " + kind + ", " + batch.classes + " classes";
        FloatTensor perSample = batch.each(new float[batch.positions]);
        loss.forward(batch.scores, batch.mask, batch.target, perSample);
        assertSame(losses, perSample.toArray(), () -> what);
        long[] longs = FloatViews.toLongs(batch.target);
        loss.forward(batch.scores, batch.mask, longs, perSample);
        assertSame(losses, perSample.toArray(), () -> what);
        FloatTensor gradient = batch.view(FloatViews.normal(random, batch.scores.numel()));
        perSample = batch.each(new float[batch.positions]);
        loss.forwardBackward(batch.scores, batch.mask, longs, batch.each(upstream), perSample, gradient);
        assertSame(losses, perSample.toArray(), () -> what);
        batch.check(gradients, 0f, gradient, what);
        FloatTensor inPlace = batch.view(batch.scores.toArray());
        loss.forwardBackward(inPlace, batch.mask, batch.target, batch.each(upstream), perSample, inPlace);
        assertSame(losses, perSample.toArray(), () -> what);
        batch.check(gradients, 0f, inPlace, what + " in place");
    }

    @Test
    void oneSetForAllHasTheBitsOfTheCompactedBatch() {
        for (Batch batch : batches()) {
            if (batch.mask.isPerRow()) {
                continue;
            }
            int n = batch.count(0);
            float[] compact = new float[batch.positions * n];
            int[] target = new int[batch.positions];
            for (int p = 0; p < batch.positions; p++) {
                System.arraycopy(batch.rows[p], 0, compact, p * n, n);
                target[p] = batch.index(p);
            }
            FloatTensor dense = FloatTensor.of(compact, batch.positions, n);
            float[] weight = FloatViews.normal(random, batch.classes);
            for (int kind = 0; kind < 8; kind++) {
                for (Reduction reduction : REDUCTIONS) {
                    CrossEntropyLoss.Builder builder = loss(kind).reduction(reduction);
                    CrossEntropyLoss expected =
                            (kind >= 4 ? builder.weight(batch.compact(weight, 0)) : builder).build();
                    builder = loss(kind).reduction(reduction);
                    CrossEntropyLoss actual = (kind >= 4 ? builder.weight(weight) : builder).build();
                    float[] gradient = new float[compact.length];
                    float value = expected.forwardBackward(dense, target, FloatTensor.of(gradient, batch.positions, n));
                    FloatTensor masked = batch.view(new float[batch.scores.numel()]);
                    String what = reduction + " kind " + kind + ", " + batch.classes + " classes";
                    assertSame(value, actual.forward(batch.scores, batch.mask, batch.target), () -> what);
                    assertSame(
                            value, actual.forwardBackward(batch.scores, batch.mask, batch.target, masked), () -> what);
                    float[][] rows = new float[batch.positions][];
                    for (int p = 0; p < batch.positions; p++) {
                        rows[p] = Arrays.copyOfRange(gradient, p * n, p * n + n);
                    }
                    batch.check(rows, 0f, masked, what);
                }
            }
        }
    }

    @Test
    void valuesAreThoseOfPlainLoops() {
        for (Batch batch : batches()) {
            double sum = 0.0;
            int valid = 0;
            for (int p = 0; p < batch.positions; p++) {
                if (batch.target[p] < 0) {
                    continue;
                }
                double total = 0.0;
                for (float x : batch.rows[p]) {
                    total += Math.exp(x);
                }
                int n = batch.rows[p].length;
                for (int i = 0; i < n; i++) {
                    double q = 0.1 / n + (i == batch.index(p) ? 0.9 : 0.0);
                    sum -= q * (batch.rows[p][i] - Math.log(total));
                }
                valid++;
            }
            float mean = loss(1).build().forward(batch.scores, batch.mask, batch.target);
            assertEquals(sum / valid, mean, 1e-5 * Math.max(1.0, sum), batch.place::toString);
        }
    }

    @Test
    void softmaxHasTheBitsOfCompactedRows() {
        for (Batch batch : batches()) {
            float[][] probabilities = new float[batch.positions][];
            float[][] logarithms = new float[batch.positions][];
            float[][] backward = new float[batch.positions][];
            float[][] logBackward = new float[batch.positions][];
            float[][] sumBackward = new float[batch.positions][];
            float[] sums = new float[batch.positions];
            FloatTensor upstream = batch.view(FloatViews.normal(random, batch.scores.numel()));
            float[][] g = batch.rows(upstream);
            float[] each = FloatViews.normal(random, batch.positions);
            for (int p = 0; p < batch.positions; p++) {
                int n = batch.rows[p].length;
                FloatTensor x = FloatTensor.of(batch.rows[p], n);
                FloatTensor row = FloatTensor.of(g[p], n);
                FloatTensor out = FloatTensor.of(new float[n], n);
                Softmax.softmax(x, 0, out);
                probabilities[p] = out.toArray();
                Softmax.softmaxBackward(out, row, 0, out);
                backward[p] = out.toArray();
                Softmax.logSoftmax(x, 0, out);
                logarithms[p] = out.toArray();
                Softmax.logSoftmaxBackward(out, row, 0, out);
                logBackward[p] = out.toArray();
                sums[p] = Softmax.logSumExp(batch.rows[p], 0, n);
                Softmax.logSumExpBackward(x, FloatTensor.of(new float[] {each[p]}), 0, out);
                sumBackward[p] = out.toArray();
            }
            int axis = batch.axis();
            FloatTensor out = batch.view(FloatViews.normal(random, batch.scores.numel()));
            FloatTensor grad = batch.view(FloatViews.normal(random, batch.scores.numel()));
            FloatTensor reduced = batch.each(new float[batch.positions]);
            Softmax.softmax(batch.scores, axis, batch.mask, out);
            batch.check(probabilities, 0f, out, "softmax");
            Softmax.softmaxBackward(out, upstream, axis, batch.mask, grad);
            batch.check(backward, 0f, grad, "softmaxBackward");
            Softmax.logSoftmax(batch.scores, axis, batch.mask, out);
            batch.check(logarithms, Float.NEGATIVE_INFINITY, out, "logSoftmax");
            Softmax.logSoftmaxBackward(out, upstream, axis, batch.mask, out);
            batch.check(logBackward, 0f, out, "logSoftmaxBackward");
            Softmax.logSumExp(batch.scores, axis, batch.mask, reduced);
            assertSame(sums, reduced.toArray(), () -> "logSumExp");
            Softmax.logSumExpBackward(batch.scores, batch.each(each), axis, batch.mask, out);
            batch.check(sumBackward, 0f, out, "logSumExpBackward");
            FloatTensor inPlace = batch.view(batch.scores.toArray());
            Softmax.softmax(inPlace, axis, batch.mask, OnEmpty.ERROR, inPlace);
            batch.check(probabilities, 0f, inPlace, "softmax in place");
        }
    }

    @Test
    void classesKeepTheirNumbersInSummaries() {
        LogitSummary summary = LogitSummary.builder().topK(2).temperature(0.7).build();
        for (Batch batch : batches()) {
            if (batch.isImage() || batch.classes < 2) {
                continue;
            }
            FloatLogitResults results = summary.floatResults(batch.positions, 2);
            int[] given = new int[2 * batch.positions];
            for (int p = 0; p < batch.positions; p++) {
                given[2 * p] = batch.number(p, batch.count(p) - 1);
                given[2 * p + 1] = random.nextInt(batch.classes);
            }
            summary.summarize(batch.scores, batch.mask, given, results);
            FloatLogitResults plain = summary.floatResults(batch.positions);
            summary.summarize(batch.scores, batch.mask, plain);
            assertEquals(batch.positions, results.rows());
            for (int p = 0; p < batch.positions; p++) {
                int n = batch.count(p);
                LogitSummary one = LogitSummary.builder()
                        .topK(Math.min(n, 2))
                        .temperature(0.7)
                        .build();
                FloatLogitResults expected = one.floatResults(1, 1);
                one.summarize(batch.rows[p], 0, n, new int[] {n - 1}, expected);
                assertEquals(batch.number(p, expected.argMax(0)), results.argMax(p));
                assertEquals(results.argMax(p), plain.argMax(p));
                assertSame(expected.max(0), results.max(p), () -> "max");
                assertSame(expected.logSumExp(0), results.logSumExp(p), () -> "logSumExp");
                assertSame(expected.entropy(0), results.entropy(p), () -> "entropy");
                assertSame(expected.margin(0), results.margin(p), () -> "margin");
                assertSame(expected.logProb(0, 0), results.logProb(p, 0), () -> "logProb");
                if (!batch.allowed[p][given[2 * p + 1]]) {
                    assertEquals(Float.NEGATIVE_INFINITY, results.logProb(p, 1));
                }
                for (int rank = 0; rank < 2; rank++) {
                    int number = rank < n ? batch.number(p, expected.topClass(0, rank)) : -1;
                    assertEquals(number, results.topClass(p, rank));
                    float logProb = rank < n ? expected.topLogProb(0, rank) : Float.NaN;
                    assertSame(logProb, results.topLogProb(p, rank), () -> "topLogProb");
                }
            }
        }
    }

    @Test
    void sequencesHaveTheBitsOfCompactedRows() {
        for (Batch batch : batches()) {
            if (batch.isImage()) {
                continue;
            }
            SequenceScore expected = SequenceScore.create();
            float[] each = new float[batch.positions];
            for (int p = 0; p < batch.positions; p++) {
                each[p] = expected.add(batch.rows[p], 0, batch.rows[p].length, batch.index(p));
            }
            SequenceScore score = SequenceScore.create();
            FloatTensor logProb = FloatTensor.of(new float[batch.positions], batch.positions);
            score.add(batch.scores, batch.mask, batch.target, logProb);
            assertSame(each, logProb.toArray(), () -> "log-probabilities");
            assertEquals(expected.logLikelihood(), score.logLikelihood());
            assertEquals(expected.count(), score.count());
            score.add(batch.scores, batch.mask, FloatViews.toLongs(batch.target));
            assertEquals(2 * expected.count(), score.count());
        }
    }

    @Test
    void aRowWithNoClassLeft() {
        ClassMask mask = ClassMask.of(2, 3, new boolean[] {false, false, false, true, false, true});
        FloatTensor scores = FloatTensor.of(new float[] {1f, 2f, 3f, 4f, 5f, 4f}, 2, 3);
        FloatTensor out = FloatTensor.of(FloatViews.normal(random, 6), 2, 3);
        Softmax.softmax(scores, 1, mask, out);
        assertArrayEquals(new float[] {0f, 0f, 0f, 0.5f, 0f, 0.5f}, out.toArray(), 1e-6f, "softmax");
        Softmax.softmax(scores, 1, mask, OnEmpty.ZERO, out);
        assertArrayEquals(new float[] {0f, 0f, 0f, 0.5f, 0f, 0.5f}, out.toArray(), 1e-6f, "softmax");
        Softmax.logSoftmax(scores, 1, mask, out);
        for (int c = 0; c < 3; c++) {
            assertEquals(Float.NEGATIVE_INFINITY, out.get(0, c));
        }
        FloatTensor sums = FloatTensor.of(new float[2], 2);
        Softmax.logSumExp(scores, 1, mask, sums);
        assertEquals(Float.NEGATIVE_INFINITY, sums.get(0));
        Softmax.logSumExpBackward(scores, sums, 1, mask, out);
        assertEquals(0f, out.get(0, 0));
        CrossEntropyLoss loss = CrossEntropyLoss.create();
        float value = loss.forwardBackward(scores, mask, new int[] {-100, 2}, out);
        assertEquals(Math.log(2.0), value, 1e-7);
        assertArrayEquals(new float[] {0f, 0f, 0f, 0.5f, 0f, -0.5f}, out.toArray(), 1e-6f, "gradient");
    }

    @Test
    void rowsThatAreMaskedByInfinityToo() {
        float none = Float.NEGATIVE_INFINITY;
        FloatTensor scores = FloatTensor.of(new float[] {none, 7f, none, 1f, 2f, 1f}, 2, 3);
        ClassMask mask = ClassMask.without(3, 1);
        FloatTensor out = FloatTensor.of(new float[6], 2, 3);
        Softmax.softmax(scores, 1, mask, OnEmpty.ZERO, out);
        assertArrayEquals(new float[] {0f, 0f, 0f, 0.5f, 0f, 0.5f}, out.toArray(), 1e-6f, "zeros");
        Softmax.softmax(scores, 1, mask, out);
        assertArrayEquals(new float[] {Float.NaN, 0f, Float.NaN, 0.5f, 0f, 0.5f}, out.toArray(), 1e-6f, "not a number");
        CrossEntropyLoss zero =
                CrossEntropyLoss.builder().fullyMasked(OnEmpty.ZERO).build();
        assertEquals(Math.log(2.0) / 2, zero.forwardBackward(scores, mask, new int[] {0, 0}, out), 1e-7);
        assertArrayEquals(new float[] {0f, 0f, 0f, -0.25f, 0f, 0.25f}, out.toArray(), 1e-6f, "gradient");
    }

    @ParameterizedTest
    @EnumSource(
            value = Place.class,
            names = {"ROWS", "NATIVE"})
    void tasksHaveTheBitsOfOneThread(Place place) {
        int rows = 70;
        int classes = 2000;
        boolean[] allowed = new boolean[rows * classes];
        int[] target = new int[rows];
        for (int i = 0; i < allowed.length; i++) {
            allowed[i] = random.nextInt(3) > 0;
        }
        for (int p = 0; p < rows; p++) {
            target[p] = p == 5 ? -100 : random.nextInt(classes);
            if (p != 5) {
                allowed[p * classes + target[p]] = true;
            }
        }
        ClassMask mask = ClassMask.of(rows, classes, allowed);
        float[] weight = FloatViews.normal(random, classes);
        FloatTensor array = FloatTensor.of(FloatViews.normal(random, rows * classes), rows, classes);
        FloatTensor scores =
                place == Place.ROWS ? array : FloatStored.view(array, FloatStored.memory(array, Stored.NATIVE));
        FloatTensor one = FloatTensor.of(new float[rows * classes], rows, classes);
        FloatTensor two = FloatTensor.of(new float[rows * classes], rows, classes);
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            CrossEntropyLoss.Builder builder =
                    CrossEntropyLoss.builder().weight(weight).labelSmoothing(0.1);
            float alone = builder.build().forwardBackward(scores, mask, target, one);
            CrossEntropyLoss parallel =
                    builder.parallelism(Parallelism.of(pool)).build();
            assertSame(alone, parallel.forwardBackward(scores, mask, target, two), () -> "value");
        }
        assertSame(one.toArray(), two.toArray(), () -> "gradient");
    }

    @Test
    void bitsMakeTheMasksOfFlags() {
        SplittableRandom random = new SplittableRandom(15);
        for (int classes : new int[] {0, 1, 63, 64, 65, 1000}) {
            boolean[][] flags = new boolean[3][classes];
            BitSet[] bits = {new BitSet(), new BitSet(classes), new BitSet()};
            for (int p = 0; p < flags.length; p++) {
                for (int c = 0; c < classes; c++) {
                    flags[p][c] = random.nextInt(3) <= p;
                    bits[p].set(c, flags[p][c]);
                }
            }
            ClassMask each = ClassMask.of(classes, bits);
            ClassMask all = ClassMask.of(classes, bits[1]);
            bits[0].set(0, 2000);
            bits[1].clear();
            assertEquals(3, each.rows());
            assertFalse(all.isPerRow());
            for (int c = 0; c < classes; c++) {
                for (int p = 0; p < flags.length; p++) {
                    assertEquals(flags[p][c], each.isAllowed(p, c), "class " + c + " of row " + p);
                }
                assertEquals(flags[1][c], all.isAllowed(7, c), "class " + c);
            }
            assertEquals(classes, all.classes());
        }
        assertEquals(0, ClassMask.of(5, new BitSet[0]).rows());
    }

    @Test
    void masksAnswerWhatTheyHold() {
        ClassMask only = ClassMask.only(5, 3, 1, 3);
        assertEquals(2, only.allowedCount(0));
        assertEquals(2, only.allowedCount(77));
        assertTrue(only.isAllowed(9, 3));
        assertEquals(5, only.classes());
        assertEquals("ClassMask: 2 of 5 classes in every row", only.toString());
        ClassMask without = ClassMask.without(5, 0, 2, 4);
        for (int c = 0; c < 5; c++) {
            assertEquals(only.isAllowed(0, c), without.isAllowed(0, c));
        }
        // As many classes as there can be, of which a few are held.
        ClassMask few = ClassMask.only(Integer.MAX_VALUE, 1_000_000_000, 7, 2_147_483_646, 7);
        assertEquals(3, few.allowedCount(0));
        assertTrue(few.isAllowed(0, 7) && few.isAllowed(0, 1_000_000_000) && few.isAllowed(0, 2_147_483_646));
        assertFalse(few.isAllowed(0, 8));
        boolean[][] rows = {{true, false}, {false, false}, {true, true}};
        ClassMask perRow = ClassMask.of(rows);
        rows[0][0] = false;
        assertEquals(3, perRow.rows());
        assertTrue(perRow.isPerRow());
        assertTrue(perRow.isAllowed(0, 0));
        assertEquals(0, perRow.allowedCount(1));
        assertEquals(2, perRow.allowedCount(2));
        assertEquals("ClassMask: 3 rows of 2 classes, 3 allowed in all", perRow.toString());
    }
}
