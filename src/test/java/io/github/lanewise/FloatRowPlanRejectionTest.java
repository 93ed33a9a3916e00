// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatBits.assertRejected;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Bad masks, bad row offsets and bad calls with either: the message names what clashes and the way out, nothing is written. */
@Tag("once")
class FloatRowPlanRejectionTest {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<IndexOutOfBoundsException> INDEX = IndexOutOfBoundsException.class;
    private static final Class<IllegalStateException> STATE = IllegalStateException.class;
    private static final Class<NullPointerException> NULL = NullPointerException.class;

    private final SplittableRandom random = new SplittableRandom(5);
    private final FloatTensor view = FloatViews.guarded(random, 3, 4);
    private final FloatTensor out = FloatViews.guarded(random, 3, 4);
    private final FloatTensor each = FloatViews.guarded(random, 3);
    private final FloatTensor other = FloatViews.guarded(random, 3);
    private final FloatTensor data = FloatViews.guarded(random, 12);
    private final FloatTensor outData = FloatViews.guarded(random, 12);
    private final FloatRagged ragged = FloatRagged.of(data, new int[] {1, 4, 4, 9});
    private final FloatRagged raggedOut = FloatRagged.of(outData, new int[] {0, 3, 3, 8});
    private final FloatRagged full = FloatRagged.of(data, new int[] {1, 4, 5, 9});
    private final ClassMask mask = ClassMask.without(4, 2);
    private final int[] target = {0, 1, 3};
    private final int[] raggedTarget = {0, -100, 3};
    private final CrossEntropyLoss loss = CrossEntropyLoss.create();
    private final CrossEntropyLoss none =
            CrossEntropyLoss.builder().reduction(Reduction.NONE).build();
    private final LogitSummary summary = LogitSummary.create();
    private final FloatLogitResults results = summary.floatResults(3);
    private final FloatBits.Snapshot snapshot =
            FloatBits.Snapshot.of(view, out, each, other, data, outData, results.max());

    private <T extends Throwable> void rejects(Class<T> type, String what, Executable call, String... parts) {
        assertRejected(type, snapshot, what, call, parts);
    }

    @Test
    void rowOffsets() {
        float[] array = new float[9];
        assertRejected(ARGUMENT, () -> FloatRagged.of(array, new int[0]), "empty", "[0] for no rows");
        assertRejected(
                ARGUMENT,
                () -> FloatRagged.of(array, new int[] {0, 5, 3}),
                "rowOffsets[2] = 3",
                "rowOffsets[1] = 5",
                "do not descend");
        assertRejected(INDEX, () -> FloatRagged.of(array, new int[] {-1, 5}), "from -1 to 5", "[0, 9]");
        assertRejected(INDEX, () -> FloatRagged.of(array, new int[] {0, 10}), "to 10", "9 elements");
        assertRejected(ARGUMENT, () -> FloatRagged.of(view, new int[] {0, 4}), "[3, 4]", "reshape(-1)");
        assertRejected(NULL, () -> FloatRagged.of(array, null), "rowOffsets");
        float[] noArray = null;
        assertRejected(NULL, () -> FloatRagged.of(noArray, new int[1]), "data");
        assertRejected(INDEX, () -> ragged.rowLength(3), "row 3", "[0, 3)");
        assertRejected(INDEX, () -> ragged.rowOffset(-1), "row -1");
        assertRejected(INDEX, () -> ragged.row(3), "row 3");
    }

    @Test
    void masks() {
        assertRejected(ARGUMENT, () -> ClassMask.of(Integer.MAX_VALUE, 0, new boolean[0]), "2147483647", "rows");
        assertRejected(ARGUMENT, () -> ClassMask.of(Integer.MAX_VALUE - 1, 0, new boolean[0]), "2147483646", "rows");
        assertRejected(INDEX, () -> ClassMask.without(4, 1, 4), "leftOut[1] = 4", "[0, 4)");
        assertRejected(INDEX, () -> ClassMask.only(4, -1), "allowed[0] = -1");
        assertRejected(ARGUMENT, () -> ClassMask.only(-4), "-4 classes");
        assertRejected(ARGUMENT, () -> ClassMask.of(2, 3, new boolean[5]), "5 entries", "have 6");
        assertRejected(ARGUMENT, () -> ClassMask.of(-2, -3, new boolean[6]), "-2 rows");
        boolean[][] uneven = {{true}, {true, false}};
        assertRejected(ARGUMENT, () -> ClassMask.of(uneven), "allowedPerRow[1] has 2", "allowedPerRow[0] has 1");
        boolean[] noBooleans = null;
        assertRejected(NULL, () -> ClassMask.of(noBooleans), "allowed");
        assertRejected(NULL, () -> ClassMask.of(new boolean[][] {null}), "allowedPerRow");
        assertRejected(NULL, () -> ClassMask.without(4, (int[]) null), "leftOut");
        BitSet bits = BitSet.valueOf(new long[] {0b10100});
        assertRejected(INDEX, () -> ClassMask.of(4, bits), "bit 4 of allowed", "[0, 4)");
        assertRejected(INDEX, () -> ClassMask.of(2, new BitSet[] {new BitSet(), bits}), "bit 4 of allowedPerRow[1]");
        assertRejected(ARGUMENT, () -> ClassMask.of(-1, new BitSet()), "-1 classes");
        assertRejected(ARGUMENT, () -> ClassMask.of(-1, new BitSet[0]), "-1 classes");
        assertRejected(NULL, () -> ClassMask.of(1, (BitSet) null), "allowed");
        assertRejected(NULL, () -> ClassMask.of(1, (BitSet[]) null), "allowedPerRow");
        assertRejected(NULL, () -> ClassMask.of(1, new BitSet[] {null}), "allowedPerRow[0]");
        assertRejected(STATE, mask::rows, "isPerRow");
        assertRejected(INDEX, () -> mask.isAllowed(0, 4), "class 4", "[0, 4)");
        assertRejected(INDEX, () -> mask.isAllowed(-1, 0), "row -1");
        assertRejected(INDEX, () -> ClassMask.of(1, 1, new boolean[1]).allowedCount(1), "row 1", "[0, 1)");
    }

    @Test
    void masksThatDoNotFit() {
        ClassMask wide = ClassMask.without(5);
        ClassMask long2 = ClassMask.of(2, 4, new boolean[8]);
        SequenceScore score = SequenceScore.create();
        for (ClassMask bad : new ClassMask[] {wide, long2, null}) {
            Class<? extends Exception> type = bad == null ? NULL : ARGUMENT;
            String part = bad == null ? "mask" : bad == wide ? "5 classes" : "2 rows";
            rejects(type, "softmax", () -> Softmax.softmax(view, 1, bad, out), part);
            rejects(type, "logSoftmax", () -> Softmax.logSoftmax(view, -1, bad, out), part);
            rejects(type, "logSumExp", () -> Softmax.logSumExp(view, 1, bad, each), part);
            rejects(type, "softmaxBackward", () -> Softmax.softmaxBackward(view, view, 1, bad, out), part);
            rejects(type, "logSoftmaxBackward", () -> Softmax.logSoftmaxBackward(view, view, 1, bad, out), part);
            rejects(type, "logSumExpBackward", () -> Softmax.logSumExpBackward(view, each, 1, bad, out), part);
            rejects(type, "forward", () -> loss.forward(view, bad, target), part);
            rejects(type, "each", () -> none.forward(view, bad, target, each), part);
            rejects(type, "gradient", () -> loss.forwardBackward(view, bad, target, out), part);
            rejects(type, "gradients", () -> none.forwardBackward(view, bad, target, each, other, out), part);
            rejects(type, "summary", () -> summary.summarize(view, bad, results), part);
            rejects(type, "score", () -> score.add(view, bad, target), part);
        }
    }

    @Test
    void targets() {
        SequenceScore score = SequenceScore.create();
        int[] leftOut = {0, 2, 3};
        String[] parts = {"target[1] = 2", "left out of row 1", "give a class that takes part", "ignoreIndex -100"};
        rejects(INDEX, "left out", () -> loss.forward(view, mask, leftOut), parts);
        rejects(INDEX, "left out", () -> loss.forwardBackward(view, mask, leftOut, out), parts);
        rejects(INDEX, "left out", () -> none.forwardBackward(view, mask, leftOut, each, other, out), parts);
        rejects(INDEX, "left out", () -> score.add(view, mask, leftOut, each), parts);
        rejects(INDEX, "outside", () -> loss.forward(view, mask, new long[] {0, 4, 1}), "target[1] = 4", "[0, 4)");
        long[] huge = {0, 1L << 32, 1};
        rejects(INDEX, "outside", () -> loss.forward(view, mask, huge), "target[1] = 4294967296", "[0, 4)");
        rejects(ARGUMENT, "few", () -> loss.forward(view, mask, new int[2]), "2 entries", "3 rows");
        rejects(INDEX, "ragged", () -> loss.forward(ragged, new int[] {3, -100, 0}), "target[0] = 3", "row 0");
        rejects(INDEX, "empty row", () -> loss.forward(ragged, new long[3]), "target[1] = 0", "[0, 0)");
        rejects(ARGUMENT, "many", () -> loss.forward(ragged, new int[4]), "4 entries", "3 rows");
        rejects(INDEX, "ragged score", () -> score.add(full, new int[] {0, 1, 0}, each), "target[1] = 1");
    }

    @Test
    void rowsWithoutClasses() {
        boolean[] allowed = new boolean[12];
        allowed[0] = true;
        ClassMask empty = ClassMask.of(3, 4, allowed);
        SequenceScore score = SequenceScore.create();
        int[] ignored = {0, -100, -100};
        int[] given = {0, -100, 3};
        rejects(INDEX, "loss", () -> loss.forward(view, empty, given), "target[2] = 3", "as all classes are", "-100");
        rejects(ARGUMENT, "mask", () -> summary.summarize(view, empty, results), "row 1", "no class left");
        rejects(ARGUMENT, "mask", () -> score.add(view, empty, ignored), "row 1", "no class left");
        rejects(ARGUMENT, "ragged", () -> summary.summarize(ragged, results), "row 1", "no class");
        rejects(ARGUMENT, "ragged", () -> score.add(ragged, ignored, each), "row 1", "no class");
        rejects(ARGUMENT, "softmax", () -> Softmax.softmax(view, 1, empty, OnEmpty.ERROR, out), "row 1", "ZERO");
        float[] masked = {1f, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY, 2f};
        FloatRagged rows = FloatRagged.of(masked, new int[] {0, 1, 3, 3, 4});
        FloatRagged to = FloatRagged.of(outData, new int[] {0, 1, 3, 3, 4});
        rejects(ARGUMENT, "infinities", () -> Softmax.softmax(rows, OnEmpty.ERROR, to), "row 1");
        CrossEntropyLoss error =
                CrossEntropyLoss.builder().fullyMasked(OnEmpty.ERROR).build();
        rejects(ARGUMENT, "loss", () -> error.forwardBackward(rows, new int[] {0, 0, -100, 0}, to), "row 1");
        FloatTensor square = FloatTensor.of(masked, 2, 2);
        FloatTensor small = outData.slice(0, 0, 4).reshape(2, 2);
        ClassMask one = ClassMask.only(2, 1);
        rejects(ARGUMENT, "loss", () -> error.forwardBackward(square, one, new int[] {1, 1}, small), "row 0");
    }

    @Test
    void raggedCalls() {
        FloatRagged wrong = FloatRagged.of(outData, new int[] {0, 3, 4, 8});
        FloatRagged fewer = FloatRagged.of(outData, new int[] {0, 3});
        rejects(ARGUMENT, "lengths", () -> Softmax.softmax(ragged, wrong), "row 1 of output has 1", "has 0");
        rejects(ARGUMENT, "rows", () -> Softmax.logSoftmax(ragged, fewer), "output has 1 rows", "has 3");
        rejects(ARGUMENT, "upstream", () -> Softmax.softmaxBackward(ragged, wrong, raggedOut), "gradOutput");
        rejects(ARGUMENT, "gradient", () -> Softmax.logSumExpBackward(ragged, each, wrong), "gradInput");
        rejects(ARGUMENT, "sums", () -> Softmax.logSumExp(ragged, view), "[3, 4]", "[3]");
        rejects(ARGUMENT, "loss", () -> loss.forwardBackward(ragged, raggedTarget, wrong), "gradLogits");
        FloatTensor four = FloatTensor.of(new float[4], 4);
        rejects(ARGUMENT, "each", () -> none.forward(ragged, raggedTarget, four), "perSample", "[4]", "[3]");
        rejects(
                ARGUMENT,
                "upstream",
                () -> none.forwardBackward(ragged, raggedTarget, four, each, raggedOut),
                "gradOutput");
        CrossEntropyLoss weighted =
                CrossEntropyLoss.builder().weight(1f, 2f, 3f).build();
        rejects(ARGUMENT, "weights", () -> weighted.forward(ragged, raggedTarget), "3 class weights", "row 1 has 0");
        CrossEntropyLoss two = CrossEntropyLoss.builder().weight(1f, 2f).build();
        rejects(ARGUMENT, "mask's weights", () -> two.forward(view, mask, target), "2 entries", "4 classes");
        rejects(STATE, "reduces", () -> loss.forward(ragged, raggedTarget, each), "MEAN");
        rejects(STATE, "does not", () -> none.forward(ragged, raggedTarget), "NONE");
        FloatRagged absent = null;
        rejects(NULL, "input", () -> Softmax.softmax(absent, raggedOut), "input");
        rejects(NULL, "output", () -> Softmax.softmax(ragged, absent), "output");
        rejects(NULL, "logits", () -> loss.forward(absent, raggedTarget), "logits");
        rejects(NULL, "gradLogits", () -> loss.forwardBackward(ragged, raggedTarget, absent), "gradLogits");
        rejects(NULL, "summary", () -> summary.summarize(absent, results), "logits");
        LogitSummary wide = LogitSummary.builder().topK(5).build();
        rejects(ARGUMENT, "top-k", () -> wide.summarize(view, mask, wide.floatResults(3)), "topK 5");
        FloatLogitResults given = summary.floatResults(3, 1);
        rejects(INDEX, "given", () -> summary.summarize(full, new int[] {0, 1, 0}, given), "value[1] = 1", "[0, 1)");
        rejects(INDEX, "given", () -> summary.summarize(view, mask, new int[] {0, 4, 0}, given), "value[1] = 4");
    }

    @Test
    void overlaps() {
        FloatRagged shifted = FloatRagged.of(data, new int[] {0, 3, 3, 8});
        rejects(ARGUMENT, "softmax", () -> Softmax.softmax(ragged, shifted), "overlaps");
        rejects(ARGUMENT, "loss", () -> loss.forwardBackward(ragged, raggedTarget, shifted), "overlaps");
        rejects(ARGUMENT, "sums", () -> Softmax.logSumExp(ragged, data.slice(0, 8, 11)), "overlaps");
        rejects(ARGUMENT, "each", () -> none.forward(ragged, raggedTarget, data.slice(0, 0, 3)), "overlaps");
        rejects(ARGUMENT, "mask", () -> none.forward(view, mask, target, view.select(1, 2)), "overlaps");
        FloatTensor turned = view.slice(0, 0, 3).slice(1, 0, 3).transpose(0, 1);
        FloatTensor part = view.slice(1, 0, 3);
        rejects(ARGUMENT, "transposed", () -> Softmax.softmax(part, 1, ClassMask.without(3, 1), turned), "overlaps");
        FloatTensor repeated = FloatTensor.of(new float[1], 0, new int[] {8}, new int[] {0});
        FloatRagged twice = FloatRagged.of(repeated, new int[] {0, 3, 3, 8});
        rejects(ARGUMENT, "twice", () -> Softmax.softmax(ragged, twice), "more than once");
    }

    @Test
    void memoryThatMustNotBeTouched() {
        MemorySegment segment = Arena.ofAuto().allocate(8 * Float.BYTES);
        int[] offsets = {0, 3, 3, 8};
        FloatRagged readOnly = FloatRagged.of(FloatTensor.of(segment.asReadOnly(), 8), offsets);
        rejects(ARGUMENT, "read-only", () -> Softmax.softmax(ragged, readOnly), "read-only");
        rejects(ARGUMENT, "read-only", () -> loss.forwardBackward(ragged, raggedTarget, readOnly), "read-only");
        FloatRagged freed;
        FloatTensor freedView;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(12 * Float.BYTES);
            freedView = FloatTensor.of(memory, 3, 4);
            freed = FloatRagged.of(FloatTensor.of(memory, 12), offsets);
        }
        SequenceScore score = SequenceScore.create();
        int[] ignored = {-100, -100, -100};
        rejects(STATE, "freed", () -> Softmax.softmax(freed, raggedOut));
        rejects(STATE, "freed", () -> Softmax.logSumExp(freed, each));
        rejects(STATE, "freed", () -> loss.forward(freed, ignored));
        rejects(STATE, "freed", () -> summary.summarize(freed, results));
        rejects(STATE, "freed", () -> score.add(freedView, mask, ignored, each));
        rejects(STATE, "freed", () -> Softmax.softmax(freedView, 1, mask, out));
        rejects(STATE, "freed", () -> summary.summarize(freedView, mask, results));
    }
}
