// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.ElementType;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.LabelSmoothing;
import io.github.lanewise.Reduction;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A part of the campaign, with another seed each time, on the widest vectors and on the twin; {@link Campaign} runs more. */
@EnabledIfSystemProperty(named = "lanewise.test.run", matches = "vector-512|scalar")
class CampaignTest {
    private static final int CALLS = 20_000;

    /** How many methods take arguments. */
    private static final int FORMS = 561;

    @Test
    void everyCallIsRightOrRejectedAsDocumented() {
        Campaign campaign = new Campaign(System.nanoTime());
        campaign.run(0, CALLS);
        System.out.println(campaign.report());
    }

    @Test
    void aSeedHasOneOutcome() {
        Campaign first = new Campaign(42);
        first.run(0, 500);
        Campaign second = new Campaign(42);
        second.run(0, 500);
        assertEquals(first.report(), second.report());
    }

    @Test
    void noMethodIsForgotten() {
        List<Form> forms = Form.all();
        assertEquals(
                FORMS,
                forms.size(),
                "the library has other methods than the campaign knows of; see that it drafts and judges calls of new ones,"
                        + " and that none was lost by mistake, then set the number");
        for (Form form : forms) {
            assertTrue(Modifier.isPublic(form.method().getModifiers()), form::toString);
            form.parameters().forEach(parameter -> assertTrue(parameter.isNamePresent(), form::toString));
        }
    }

    /** The campaign would notice what it is there to notice. */
    @Test
    void trespassesAreSeen() throws Throwable {
        Form form = exp();
        float[] data = {1f, 2f, 3f, 4f, 5f, 6f};
        View input = Element.FLOAT.view(data, 0, new int[] {2}, 1);
        View output = Element.FLOAT.view(data, 3, new int[] {2}, 2);
        Call call = new Call(form, new Options(), null, Map.of("input", input, "output", output));
        assertTrue(Rules.of(call).isValid());
        Memory memory = new Memory(call);
        form.invoke(null, call.arguments);
        assertEquals(null, memory.trespass(true));
        assertTrue(memory.trespass(false).startsWith("byte 12 "), "an output of a call that threw");
        data[4] = 0f;
        assertTrue(memory.trespass(true).startsWith("byte 18 "), "an element between those of an output");

        Call overlapping = new Call(
                form,
                new Options(),
                null,
                Map.of("input", input, "output", Element.FLOAT.view(data, 1, new int[] {2}, 1)));
        assertTrue(Rules.of(overlapping)
                .expects(assertThrows(IllegalArgumentException.class, () -> form.invoke(null, overlapping.arguments))));
    }

    @Test
    void trespassesBesideNumbersOf16BitsAreSeen() throws Throwable {
        Form form = exp();
        byte[] bytes = new byte[40];
        Store store = Store.of(bytes).guarded(ElementType.FLOAT16);
        MemorySegment segment = store.given();
        int[] shape = {2};
        FloatTensor tensor = FloatTensor.of(ElementType.FLOAT16, segment, 3, shape, new int[] {4});
        View output = new View(tensor, store, ElementType.FLOAT16, 3, shape, new int[] {4}, false);
        View input = Element.FLOAT.view(new float[] {0f, 11f}, 0, shape, 1);
        Call call = new Call(form, new Options(), null, Map.of("input", input, "output", output));
        assertTrue(Rules.of(call).isValid());
        Memory memory = new Memory(call);
        form.invoke(null, call.arguments);
        assertEquals(null, memory.trespass(true));
        assertTrue(memory.trespass(false).startsWith("byte 3 "), "an output of a call that threw");
        // e to the 11 is 59874.14; numbers of 11 bits are 32 apart there.
        assertArrayEquals(new double[] {1.0, 59872.0}, output.numbers());
        bytes[5]++;
        assertTrue(memory.trespass(true).startsWith("byte 5 "), "a byte behind a number of 16 bits");
    }

    @Test
    void memoryThatIsClosedIsExpectedToBeRejected() {
        Form form = exp();
        Room room = new Room();
        Store open = Store.of(new byte[16]);
        Class<?>[] expected = {IllegalStateException.class, WrongThreadException.class, IllegalArgumentException.class};
        Store[] stores = {open.freed(false), open.foreign(room), open};
        for (int i = 0; i < stores.length; i++) {
            MemorySegment given = stores[i].given();
            boolean readOnly = stores[i].state() == Store.State.OPEN;
            FloatTensor tensor = FloatTensor.of(readOnly ? given.asReadOnly() : given, 4);
            View output = new View(tensor, stores[i], ElementType.FLOAT, 0, new int[] {4}, new int[] {1}, readOnly);
            View input = Element.FLOAT.view(new float[4], 0, new int[] {4}, 1);
            Call call = new Call(form, new Options(), null, Map.of("input", input, "output", output));
            Throwable thrown = assertThrows(RuntimeException.class, () -> form.invoke(null, call.arguments));
            assertEquals(expected[i], thrown.getClass());
            assertTrue(Rules.of(call).expects(thrown));
            assertFalse(Rules.of(call).expects(new NullPointerException()));
        }
        room.clear();
    }

    /** Views of one memory share an element if they share a byte, whatever lies in it. */
    @Test
    void bytesDecideWhetherViewsMeet() {
        Store store = Store.of(new short[20]);
        View floats = view(store, ElementType.FLOAT, 0, 2);
        assertTrue(Places.meet(floats, view(store, ElementType.BFLOAT16, 2, 4)));
        assertFalse(Places.meet(floats, view(store, ElementType.BFLOAT16, 4, 4)));
        assertTrue(Places.meet(floats, view(store, ElementType.FLOAT, 5, 2)));
        assertTrue(Places.same(floats, view(Store.of(store.array()), ElementType.FLOAT, 0, 2)));
        assertFalse(Places.same(floats, view(store, ElementType.FLOAT16, 0, 4)));
    }

    /** The usual way to leave classes out, negative infinity in the scores, is another loss where smoothing spreads. */
    @Test
    void aMaskThatIsNoMoreThanNegativeInfinitiesIsSeen() {
        Form form = form(
                "CrossEntropyLoss.forward(FloatTensor logits, ClassMask mask, int[] target, FloatTensor perSample)");
        Options options = new Options();
        options.reduction = Reduction.NONE;
        options.smoothing = LabelSmoothing.uniform(0.1);
        Mask mask = Mask.ofRows(3, new boolean[] {true, false, true}, new boolean[] {true, true, true});
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("logits", rowMajor(new float[] {1f, 7f, 2f, 0f, 3f, 1f}, 2, 3));
        arguments.put("mask", mask);
        arguments.put("target", new int[] {0, 2});
        arguments.put("perSample", rowMajor(new float[2], 2));
        Call call = new Call(form, options, options.receiver(form), arguments);
        assertTrue(Rules.of(call).isValid());
        assertNull(RowsAlone.difference(call, Outcome.made(call)));

        arguments.put("logits", rowMajor(new float[] {1f, Float.NEGATIVE_INFINITY, 2f, 0f, 3f, 1f}, 2, 3));
        arguments.put("mask", Mask.ofRows(3, new boolean[] {true, true, true}, new boolean[] {true, true, true}));
        Outcome planted = Outcome.made(new Call(form, options, call.receiver, arguments));
        assertTrue(RowsAlone.difference(call, planted).startsWith("perSample[0] has the bits 7f800000, "));

        arguments.put("target", new int[] {1, 2});
        arguments.put("mask", mask);
        Call leftOut = new Call(form, options, call.receiver, arguments);
        assertTrue(Rules.of(leftOut)
                .expects(assertThrows(
                        IndexOutOfBoundsException.class, () -> form.invoke(leftOut.receiver, leftOut.arguments))));
    }

    @Test
    void raggedRowsThatAreCutInTheWrongPlaceAreSeen() {
        Form form = form("CrossEntropyLoss.forwardBackward(FloatRagged logits, int[] target, FloatRagged gradLogits)");
        Options options = new Options();
        Call call = ragged(form, options, 2, 3);
        assertTrue(Rules.of(call).isValid());
        Outcome right = Outcome.made(call);
        assertNull(RowsAlone.difference(call, right));

        Outcome planted = Outcome.made(ragged(form, options, 3, 2));
        assertTrue(RowsAlone.difference(call, planted).startsWith("gradLogits[0] "));

        Map<String, long[]> parts = new LinkedHashMap<>(right.parts());
        parts.put("answer", new long[] {right.parts().get("answer")[0] + 5});
        assertTrue(RowsAlone.difference(call, new Outcome(parts)).startsWith("the answer is "));
    }

    private static Call ragged(Form form, Options options, int... lengths) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("logits", new Ragged(rowMajor(new float[] {9f, 1f, 2f, 0f, 3f, 1f}, 6), 1, lengths));
        arguments.put("target", new int[] {1, 0});
        arguments.put("gradLogits", new Ragged(rowMajor(new float[5], 5), 0, lengths));
        return new Call(form, options, options.receiver(form), arguments);
    }

    @Test
    void aMaskThatTellsOfOtherClassesIsSeen() {
        Form form = form("ClassMask.of(boolean[] allowed)");
        Call call = new Call(form, new Options(), null, Map.of("allowed", Flags.of(new boolean[] {true, false})));
        assertNull(PlanAnswers.difference(call, Outcome.made(call)));
        Call other = new Call(form, call.options, null, Map.of("allowed", Flags.of(new boolean[] {false, true})));
        assertTrue(PlanAnswers.difference(call, Outcome.made(other)).startsWith("allowed[0] "));
    }

    private static View rowMajor(float[] data, int... shape) {
        return Element.FLOAT.view(data, 0, shape, Places.strides(shape, Places.order(shape.length)));
    }

    private static View view(Store store, ElementType type, long start, int stride) {
        return new View(null, store, type, start, new int[] {3}, new int[] {stride}, false);
    }

    private static Form exp() {
        return form("Elementwise.exp(FloatTensor input, FloatTensor output)");
    }

    private static Form form(String text) {
        return Form.all().stream()
                .filter(form -> form.toString().equals(text))
                .findFirst()
                .orElseThrow();
    }
}
