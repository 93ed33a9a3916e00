// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatBits.assertRejected;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** One bad argument at a time: the message names it and the way out, and no result changes. */
@Tag("once")
class FloatLogitSummaryRejectionTest {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<IndexOutOfBoundsException> INDEX = IndexOutOfBoundsException.class;
    private static final Class<IllegalStateException> STATE = IllegalStateException.class;
    private static final Class<NullPointerException> NULL = NullPointerException.class;

    private final SplittableRandom random = new SplittableRandom(94);
    private final LogitSummary summary = LogitSummary.builder().topK(3).build();
    private final FloatLogitResults results = summary.floatResults(2, 1);
    private final FloatLogitResults plain = summary.floatResults(2);
    private final float[] row = FloatViews.normal(random, 10);
    private final FloatTensor view = FloatTensor.of(row, 2, 5);
    private final FloatBits.Snapshot snapshot;

    FloatLogitSummaryRejectionTest() {
        summary.summarize(view, new int[] {1, 2}, results);
        summary.summarize(view, plain);
        snapshot = FloatBits.Snapshot.of(
                view,
                results.max(),
                results.logSumExp(),
                results.entropy(),
                results.margin(),
                results.topLogProb(),
                results.logProb(),
                plain.max(),
                plain.entropy());
    }

    private <T extends Throwable> void rejects(Class<T> type, String what, Executable call, String... parts) {
        assertRejected(type, snapshot, what, call, parts);
        assertEquals(2, results.rows());
        assertEquals(2, plain.rows());
    }

    @Test
    void options() {
        LogitSummary.Builder builder = LogitSummary.builder();
        for (double temperature : new double[] {0.0, -1.0, 1e-39, 1e39, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertRejected(ARGUMENT, () -> builder.temperature(temperature), "temperature " + temperature, "argMax");
        }
        assertRejected(ARGUMENT, () -> builder.topK(0), "topK 0", "1 or more");
    }

    @Test
    void rows() {
        rejects(INDEX, "before", () -> summary.summarize(row, -1, 5, plain), "offset -1", "0 <= offset <= 5");
        rejects(INDEX, "behind", () -> summary.summarize(row, 6, 5, plain), "5 classes", "offset 6", "array of 10");
        rejects(INDEX, "long", () -> summary.summarize(row, 0, 11, plain), "11 classes", "array of 10");
        rejects(ARGUMENT, "empty", () -> summary.summarize(row, 0, 0, plain), "0 classes");
        rejects(ARGUMENT, "negative", () -> summary.summarize(row, 0, -1, plain), "-1 classes");
        rejects(ARGUMENT, "few", () -> summary.summarize(row, 0, 2, plain), "topK 3", "2 classes", "at most 2");
        float[] none = null;
        rejects(NULL, "logits", () -> summary.summarize(none, 0, 5, plain), "logits");
    }

    @Test
    void views() {
        FloatTensor scalar = FloatTensor.of(new float[1]);
        rejects(ARGUMENT, "scalar", () -> summary.summarize(scalar, plain), "no dimensions", "(N, C)");
        FloatTensor empty = FloatTensor.of(new float[0], 2, 0);
        rejects(ARGUMENT, "no class", () -> summary.summarize(empty, plain), "[2, 0]", "at least one");
        FloatTensor narrow = FloatTensor.of(row, 5, 2);
        rejects(ARGUMENT, "narrow", () -> summary.summarize(narrow, plain), "topK 3", "2 classes");
        FloatTensor many = FloatTensor.of(new float[9], 3, 3);
        rejects(ARGUMENT, "many", () -> summary.summarize(many, plain), "3 rows", "room for 2");
        FloatTensor none = null;
        rejects(NULL, "view", () -> summary.summarize(none, plain), "logits");
    }

    @Test
    void places() {
        LogitSummary twin = LogitSummary.builder().topK(3).build();
        FloatLogitResults foreign = twin.floatResults(2);
        rejects(ARGUMENT, "foreign", () -> summary.summarize(view, foreign), "another LogitSummary");
        FloatLogitResults none = null;
        rejects(NULL, "results", () -> summary.summarize(view, none), "results");
        FloatTensor own = plain.topLogProb();
        rejects(ARGUMENT, "itself", () -> summary.summarize(own, plain), "results", "overwrites");
        assertRejected(ARGUMENT, () -> summary.floatResults(-1), "-1 rows");
        assertRejected(ARGUMENT, () -> summary.floatResults(1, -2), "-2 given classes");
        assertRejected(ARGUMENT, () -> summary.floatResults(1 << 30), "top 3", "several");
    }

    @Test
    void givenClasses() {
        rejects(ARGUMENT, "none", () -> summary.summarize(view, results), "value has 0", "must be 2");
        rejects(ARGUMENT, "few", () -> summary.summarize(view, new int[1], results), "value has 1", "2 rows");
        rejects(ARGUMENT, "many", () -> summary.summarize(view, new long[3], results), "value has 3");
        rejects(ARGUMENT, "unexpected", () -> summary.summarize(view, new int[2], plain), "value has 2", "must be 0");
        rejects(INDEX, "above", () -> summary.summarize(view, new int[] {0, 5}, results), "value[1] = 5", "[0, 5)");
        rejects(INDEX, "below", () -> summary.summarize(view, new long[] {-1, 0}, results), "value[0] = -1");
        rejects(INDEX, "row", () -> summary.summarize(row, 0, 5, new int[] {5}, results), "value[0] = 5");
        int[] none = null;
        rejects(NULL, "value", () -> summary.summarize(view, none, results), "value");
        long[] noLongs = null;
        rejects(NULL, "row's value", () -> summary.summarize(row, 0, 5, noLongs, results), "value");
    }

    @Test
    void questions() {
        assertRejected(INDEX, () -> results.max(2), "row 2", "[0, 2)");
        assertRejected(INDEX, () -> results.argMax(-1), "row -1");
        assertRejected(INDEX, () -> results.logSumExp(2), "row 2");
        assertRejected(INDEX, () -> results.entropy(2), "row 2");
        assertRejected(INDEX, () -> results.margin(2), "row 2");
        assertRejected(INDEX, () -> results.topClass(0, 3), "rank 3", "[0, 3)");
        assertRejected(INDEX, () -> results.topLogProb(0, -1), "rank -1");
        assertRejected(INDEX, () -> results.logProb(0, 1), "index 1", "[0, 1)");
        assertRejected(INDEX, () -> results.topClasses(2, new int[3], 0), "row 2");
        assertRejected(INDEX, () -> results.topClasses(0, new int[3], 1), "3 elements", "topK 3", "offset 1");
        assertRejected(INDEX, () -> results.topClasses(0, new int[3], -1), "offset -1");
        assertRejected(INDEX, () -> summary.floatResults(4).max(0), "[0, 0)");
        LogitSummary lean = LogitSummary.builder().entropy(false).margin(false).build();
        FloatLogitResults few = lean.floatResults(1);
        lean.summarize(row, 0, 10, few);
        assertRejected(STATE, () -> few.entropy(0), "entropy(true)");
        assertRejected(STATE, few::entropy, "entropy(true)");
        assertRejected(STATE, () -> few.margin(0), "margin(true)");
        assertRejected(STATE, few::margin, "margin(true)");
        assertTrue(results.toString().contains("2 rows"));
    }
}
