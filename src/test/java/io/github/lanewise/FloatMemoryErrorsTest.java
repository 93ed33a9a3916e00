// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.FloatViewCalls.Call;
import io.github.lanewise.FloatViewCalls.Content;
import io.github.lanewise.FloatViewCalls.Operand;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Memory that must not be touched or written: what is thrown, and that nothing has been written by then. */
class FloatMemoryErrorsTest {
    private static final int BYTES = Float.BYTES;
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<IndexOutOfBoundsException> BOUNDS = IndexOutOfBoundsException.class;

    static List<Call> calls() {
        return FloatViewCalls.all();
    }

    /** Operands in arrays but one. */
    private static FloatTensor[] operands(Call call, int special, FloatTensor view) {
        FloatTensor[] views = new FloatTensor[call.operands().size()];
        for (int i = 0; i < views.length; i++) {
            Operand operand = call.operands().get(i);
            float[] elements = new float[Shapes.numel(operand.shape())];
            Arrays.fill(elements, 0.5f);
            views[i] = operand.same() >= 0
                    ? views[operand.same()]
                    : i == special ? view : FloatTensor.of(elements, operand.shape());
        }
        return views;
    }

    private static void assertNothingWritten(Call call, int special, FloatTensor[] views) {
        for (int i = 0; i < views.length; i++) {
            if (i != special && views[i].hasArray()) {
                for (float element : views[i].array()) {
                    assertEquals(0.5f, element, call + ", operand " + i);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void freedMemory(Call call) {
        for (int special = 0; special < call.operands().size(); special++) {
            if (call.operands().get(special).same() >= 0) {
                continue;
            }
            int[] shape = call.operands().get(special).shape();
            FloatTensor view;
            try (Arena arena = Arena.ofShared()) {
                view = FloatTensor.of(arena.allocate((long) BYTES * Shapes.numel(shape)), shape);
            }
            FloatTensor[] views = operands(call, special, view);
            assertThrows(IllegalStateException.class, () -> call.body().run(views), call + ", operand " + special);
            assertNothingWritten(call, special, views);
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void memoryOfAnotherThread(Call call) throws InterruptedException {
        for (int special = 0; special < call.operands().size(); special++) {
            if (call.operands().get(special).same() >= 0) {
                continue;
            }
            int[] shape = call.operands().get(special).shape();
            try (Arena arena = Arena.ofConfined()) {
                FloatTensor view = FloatTensor.of(arena.allocate((long) BYTES * Shapes.numel(shape)), shape);
                FloatTensor[] views = operands(call, special, view);
                FutureTask<double[]> task = new FutureTask<>(() -> call.body().run(views));
                Thread.ofPlatform().start(task);
                ExecutionException thrown =
                        assertThrows(ExecutionException.class, task::get, call + ", operand " + special);
                assertInstanceOf(WrongThreadException.class, thrown.getCause());
                assertNothingWritten(call, special, views);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void readOnlyOutputs(Call call) {
        for (int special = 0; special < call.operands().size(); special++) {
            Operand operand = call.operands().get(special);
            if (operand.same() >= 0 || operand.content() != Content.OUTPUT) {
                continue;
            }
            int[] shape = operand.shape();
            MemorySegment memory = MemorySegment.ofArray(new float[Shapes.numel(shape)]);
            FloatTensor[] views = operands(call, special, FloatTensor.of(memory.asReadOnly(), shape));
            FloatBits.assertRejected(ARGUMENT, () -> call.body().run(views), "read-only");
            assertNothingWritten(call, special, views);
        }
    }

    @Test
    void readOnlyInputsAreRead() {
        float[] data = {1f, 2f, 3f};
        FloatTensor view = FloatTensor.of(FloatBuffer.wrap(data).asReadOnlyBuffer(), 3);
        float[] out = new float[3];
        Softmax.softmax(view, 0, FloatTensor.of(out, 3));
        float[] expected = new float[3];
        Softmax.softmax(FloatTensor.of(data, 3), 0, FloatTensor.of(expected, 3));
        assertArrayEquals(expected, out);
        assertTrue(view.isReadOnly());
        assertThrows(IllegalArgumentException.class, () -> view.set(1f, 0));
    }

    @Test
    void arraysAreFoundBehindSegmentsAndBuffers() {
        float[] data = FloatViews.counting(12);
        FloatTensor whole = FloatTensor.of(MemorySegment.ofArray(data), 3, 4);
        assertSame(data, whole.array());
        FloatTensor part = FloatTensor.of(MemorySegment.ofArray(data).asSlice(2L * BYTES, 6L * BYTES), 2, 3);
        assertSame(data, part.array());
        assertEquals(2f, part.get(0, 0));
        FloatTensor buffer = FloatTensor.of(FloatBuffer.wrap(data, 3, 4), 4);
        assertSame(data, buffer.array());
        assertEquals(6f, buffer.get(3));
        FloatTensor strided =
                FloatTensor.of(MemorySegment.ofArray(data), 5L * BYTES, new int[] {2, 2}, new int[] {-1, 3});
        assertSame(data, strided.array());
        assertEquals(7f, strided.get(1, 1));
    }

    @Test
    void otherMemoryHasNoArray() {
        FloatTensor view = FloatTensor.of(Arena.ofAuto().allocate(3L * BYTES), 3);
        assertFalse(view.hasArray());
        assertFalse(view.isReadOnly());
        assertEquals(ElementType.FLOAT, view.elementType());
        FloatBits.assertRejected(UnsupportedOperationException.class, view::array, "hasArray()", "toArray()");
        FloatTensor beside =
                FloatTensor.of(MemorySegment.ofArray(new byte[4 * BYTES]).asSlice(1, 3L * BYTES), 3);
        assertFalse(beside.hasArray());
        beside.set(2f, 1);
        assertArrayEquals(new float[] {0f, 2f, 0f}, beside.toArray());
    }

    @Test
    void partsOfOtherMemory() {
        MemorySegment memory = Arena.ofAuto().allocate(12L * BYTES);
        FloatTensor view = FloatTensor.of(memory, 3, 4);
        for (int i = 0; i < 12; i++) {
            view.set(i, i / 4, i % 4);
        }
        assertEquals(6f, memory.getAtIndex(ValueLayout.JAVA_FLOAT, 6));
        assertArrayEquals(new float[] {4f, 5f, 6f, 7f}, view.select(0, 1).toArray());
        assertArrayEquals(
                new float[] {1f, 5f, 9f}, view.transpose(0, 1).select(0, 1).toArray());
        assertArrayEquals(
                new float[] {2f, 3f, 6f, 7f, 10f, 11f}, view.slice(1, 2, 4).toArray());
        assertArrayEquals(new float[] {8f, 9f}, view.reshape(6, 2).select(0, 4).toArray());
        FloatTensor backwards = FloatTensor.of(memory, 11L * BYTES, new int[] {12}, new int[] {-1});
        assertEquals(11f, backwards.get(0));
        assertEquals(0f, backwards.get(11));
    }

    @Test
    void sizesAndBounds() {
        MemorySegment memory = Arena.ofAuto().allocate(12L * BYTES);
        FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(memory, 11), "[11]", "" + 12 * BYTES, "bytes");
        FloatBits.assertRejected(
                BOUNDS, () -> FloatTensor.of(memory, BYTES, new int[] {12}, new int[] {1}), "[12]", "inside");
        FloatBits.assertRejected(BOUNDS, () -> FloatTensor.of(memory, -1L, new int[] {1}, new int[] {1}), "byte -1");
        FloatBits.assertRejected(BOUNDS, () -> FloatTensor.of(memory, 0L, new int[] {2}, new int[] {-1}), "before");
        FloatBits.assertRejected(
                BOUNDS, () -> FloatTensor.of(memory, 0L, new int[] {2, 2}, new int[] {10, 2}), "inside");
        FloatBits.assertRejected(
                BOUNDS, () -> FloatTensor.of(memory, Long.MAX_VALUE, new int[] {1}, new int[] {1}), "inside");
        FloatBits.assertRejected(
                ARGUMENT, () -> FloatTensor.of(memory, 0L, new int[] {1}, new int[0]), "one stride for each");
        FloatTensor empty = FloatTensor.of(memory, 12L * BYTES, new int[] {0, 3}, new int[] {3, 1});
        Sigmoid.sigmoid(empty, empty);
        assertEquals(0, empty.numel());
    }

    @Test
    void theByteOrderIsThatOfTheMachine() {
        ByteOrder other =
                ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteBuffer bytes = ByteBuffer.allocateDirect(2 * BYTES).order(other);
        FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(bytes, 2), other.toString(), "nativeOrder()");
        FloatBuffer floats = bytes.asFloatBuffer();
        FloatBits.assertRejected(ARGUMENT, () -> FloatTensor.of(floats, 2), other.toString(), "nativeOrder()");
        bytes.order(ByteOrder.nativeOrder()).asFloatBuffer().put(1, 5f);
        assertEquals(5f, FloatTensor.of(bytes, 2).get(1));
        assertEquals(5f, FloatTensor.of(bytes.asFloatBuffer().position(1), 1).get(0));
        assertEquals(5f, FloatTensor.of(bytes.position(BYTES), 1).get(0));
    }

    @Test
    void overlapsAreFoundInAnyMemory() {
        MemorySegment memory = Arena.ofAuto().allocate(20L * BYTES);
        FloatTensor first = FloatTensor.of(memory.asSlice(0, 8L * BYTES), 8);
        FloatTensor later = FloatTensor.of(memory.asSlice(4L * BYTES, 8L * BYTES), 8);
        FloatTensor between = FloatTensor.of(memory.asSlice(2, 8L * BYTES), 8);
        FloatTensor apart = FloatTensor.of(memory.asSlice(8L * BYTES, 8L * BYTES), 8);
        FloatTensor again = FloatTensor.of(memory.asSlice(0, 8L * BYTES), 8);
        FloatBits.assertRejected(ARGUMENT, () -> Sigmoid.sigmoid(first, later), "overlaps");
        FloatBits.assertRejected(ARGUMENT, () -> Sigmoid.sigmoid(first, between), "overlaps");
        Sigmoid.sigmoid(first, apart);
        Sigmoid.sigmoid(first, again);
        FloatTensor even = FloatTensor.of(memory, 0L, new int[] {8}, new int[] {2});
        FloatTensor odd = FloatTensor.of(memory, BYTES, new int[] {8}, new int[] {2});
        FloatTensor third = FloatTensor.of(memory, BYTES, new int[] {6}, new int[] {3});
        Sigmoid.sigmoid(even, odd);
        FloatBits.assertRejected(ARGUMENT, () -> Sigmoid.sigmoid(even.slice(0, 0, 6), third), "overlaps");
    }

    @Test
    void overlapsAreFoundBehindReadOnlySegments() {
        float[] data = FloatViews.counting(12);
        FloatTensor hidden = FloatTensor.of(MemorySegment.ofArray(data).asReadOnly(), 12);
        FloatTensor array = FloatTensor.of(data, 12);
        FloatBits.assertRejected(
                ARGUMENT, () -> Sigmoid.sigmoid(hidden.slice(0, 0, 6), array.slice(0, 3, 9)), "overlaps");
        Sigmoid.sigmoid(hidden.slice(0, 0, 6), array.slice(0, 6, 12));
        FloatTensor hiddenAgain =
                FloatTensor.of(MemorySegment.ofArray(data).asReadOnly(), 0L, new int[] {4, 3}, new int[] {1, 4});
        FloatBits.assertRejected(ARGUMENT, () -> Sigmoid.sigmoid(hiddenAgain, array.reshape(4, 3)), "overlaps");
        LogitSummary summary = LogitSummary.builder().topK(2).build();
        FloatLogitResults results = summary.floatResults(1);
        FloatTensor own = FloatTensor.of(
                MemorySegment.ofArray(results.topLogProb().array()).asReadOnly(), 1, 2);
        FloatBits.assertRejected(ARGUMENT, () -> summary.summarize(own, results), "results");
    }

    /** An input that is read-only is the same view as an output on the same elements, whose array is known. */
    @Test
    void outputsMayBeInputsThatAreReadOnlyViewsOfThem() {
        float[] data = FloatViews.counting(12);
        float[] expected = new float[12];
        Softmax.softmax(FloatTensor.of(data, 3, 4), 0, FloatTensor.of(expected, 3, 4));
        FloatTensor hidden = FloatTensor.of(MemorySegment.ofArray(data).asReadOnly(), 3, 4);
        Softmax.softmax(hidden, 0, FloatTensor.of(data, 3, 4));
        assertArrayEquals(expected, data);
    }

    /** Every byte of both is told apart, however the elements of one lie to those of the other. */
    @Test
    void elementsBetweenThoseOfAnotherKindDoNotOverlap() {
        MemorySegment memory = Arena.ofAuto().allocate(20L * BYTES);
        FloatTensor input = FloatTensor.of(memory, 0L, new int[] {6}, new int[] {2});
        FloatTensor shifted = FloatTensor.of(memory, BYTES + 1L, new int[] {6}, new int[] {3});
        FloatBits.assertRejected(ARGUMENT, () -> Sigmoid.sigmoid(input, shifted.slice(0, 0, 6)), "overlaps");
        FloatTensor wide = FloatTensor.of(memory, 1L, new int[] {3}, new int[] {4});
        FloatTensor between = FloatTensor.of(memory, BYTES + 1L, new int[] {3}, new int[] {4});
        FloatTensor touching = FloatTensor.of(memory, BYTES, new int[] {3}, new int[] {4});
        Sigmoid.sigmoid(wide, between);
        FloatBits.assertRejected(ARGUMENT, () -> Sigmoid.sigmoid(wide, touching), "overlaps");
        // ---- for float only
        for (int at = 0; at < 2 * BYTES; at++) {
            FloatTensor half = FloatTensor.of(ElementType.BFLOAT16, memory, at, new int[] {6}, new int[] {4});
            boolean apart = at >= BYTES && at + Short.BYTES <= 2 * BYTES;
            if (apart) {
                Sigmoid.sigmoid(input, half);
                Sigmoid.sigmoid(half, input);
            } else {
                FloatBits.assertRejected(ARGUMENT, () -> Sigmoid.sigmoid(input, half), "overlaps");
                FloatBits.assertRejected(ARGUMENT, () -> Sigmoid.sigmoid(half, input), "overlaps");
            }
        }
        // ---- end
    }

    /** Memory is asked for even where no byte of it is needed. */
    @Test
    void viewsWithoutElementsAreCheckedToo() throws InterruptedException {
        FloatTensor empty = FloatTensor.of(new float[0], 3, 0);
        FloatTensor freed;
        try (Arena arena = Arena.ofConfined()) {
            freed = FloatTensor.of(arena.allocate(BYTES), BYTES, new int[] {3, 0}, new int[] {1, 1});
        }
        for (Executable call : callsOn(empty, freed)) {
            assertTrue(
                    assertThrows(IllegalStateException.class, call).getMessage().contains("freed"));
        }
        try (Arena arena = Arena.ofConfined()) {
            FloatTensor own = FloatTensor.of(arena.allocate(BYTES), 0L, new int[] {3, 0}, new int[] {1, 1});
            for (Executable call : callsOn(empty, own)) {
                FutureTask<Throwable> task = new FutureTask<>(() -> assertThrows(WrongThreadException.class, call));
                Thread.ofPlatform().start(task);
                assertTrue(assertDoesNotThrow(() -> task.get()).getMessage().contains("another thread"));
            }
        }
    }

    private static List<Executable> callsOn(FloatTensor empty, FloatTensor special) {
        BceLoss bce = BceLoss.create();
        KlDivLoss kl = KlDivLoss.create();
        CrossEntropyLoss ce = CrossEntropyLoss.create();
        return List.of(
                () -> Sigmoid.sigmoid(special, empty),
                () -> Sigmoid.sigmoid(empty, special),
                () -> Sigmoid.sigmoid(special, special),
                () -> bce.forward(special, empty),
                () -> bce.sum(empty, special),
                () -> BceLoss.builder().weight(special),
                () -> kl.forward(special, empty),
                () -> kl.forward(empty, special),
                () -> ce.forward(special, empty),
                () -> ce.sum(empty, special));
    }

    @Test
    void settingWhatIsReadOnlySaysSo() {
        FloatTensor view = FloatTensor.of(MemorySegment.ofArray(new float[3]).asReadOnly(), 3);
        FloatBits.assertRejected(ARGUMENT, () -> view.set(1f, 1), "FloatTensor[3]", "read-only");
        FloatTensor array = FloatTensor.of(new float[3], 3);
        assertEquals(
                "index",
                assertThrows(NullPointerException.class, () -> array.get((int[]) null))
                        .getMessage());
        assertEquals(
                "index",
                assertThrows(NullPointerException.class, () -> array.set(1f, (int[]) null))
                        .getMessage());
    }

    @Test
    void memoryOfOneThreadIsNotHandedToOthers() {
        int rows = 600;
        int classes = 512;
        FloatTensor scores = FloatTensor.of(FloatViews.counting(rows * classes), rows, classes);
        for (int i = 0; i < rows * classes; i++) {
            scores.array()[i] = (i * 37 % 1001) * 0.01f;
        }
        int[] target = new int[rows];
        float[] expected = new float[rows * classes];
        CrossEntropyLoss alone = CrossEntropyLoss.create();
        float loss = alone.forwardBackward(scores, target, FloatTensor.of(expected, rows, classes));
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            Parallelism two = Parallelism.of(pool);
            CrossEntropyLoss shared =
                    CrossEntropyLoss.builder().parallelism(two).build();
            for (Stored kind : List.of(Stored.CONFINED, Stored.NATIVE)) {
                MemorySegment memory = FloatStored.memory(scores, kind);
                FloatTensor view = FloatTensor.of(memory, rows, classes);
                assertEquals(loss, shared.forwardBackward(view, target, view));
                assertArrayEquals(expected, FloatStored.contents(memory));
                FloatTensor images = FloatTensor.of(FloatStored.memory(scores, kind), 1, classes, rows);
                FloatTensor same = FloatTensor.of(scores.array(), 1, classes, rows);
                assertEquals(alone.forward(same, target), shared.forwardBackward(images, target, images));
                BceWithLogitsLoss bce =
                        BceWithLogitsLoss.builder().parallelism(two).build();
                FloatTensor logits = FloatTensor.of(FloatStored.memory(scores, kind), rows, classes);
                FloatTensor zeros = FloatTensor.of(new float[rows * classes], rows, classes);
                assertEquals(BceWithLogitsLoss.create().forward(scores, zeros), bce.forward(logits, zeros));
                FloatTensor soft = FloatTensor.of(FloatStored.memory(scores, kind), rows, classes);
                assertEquals(alone.forward(scores, zeros), shared.forward(soft, zeros));
            }
        }
    }
}
