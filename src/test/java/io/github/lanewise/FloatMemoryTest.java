// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.lanewise.FloatViewCalls.Call;
import io.github.lanewise.FloatViewCalls.Content;
import io.github.lanewise.FloatViewCalls.Operand;
import io.github.lanewise.FloatViews.Layout;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation gives in any memory, and in any mixture, the bits that it gives in arrays, and writes nothing else. */
class FloatMemoryTest {
    private static final List<Stored> KINDS = List.of(Stored.values());

    static List<Call> calls() {
        return FloatViewCalls.all();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void oneKindOfMemory(Call call) {
        for (Layout layout : Layout.values()) {
            for (Stored kind : List.of(Stored.NATIVE, Stored.UNALIGNED, Stored.BYTES)) {
                check(call, layout, i -> kind, layout + ", " + kind);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void mixedKindsOfMemory(Call call) {
        int start = 0;
        for (Layout layout : Layout.values()) {
            for (int shift = start++; shift < KINDS.size() + 1; shift += 4) {
                int first = shift;
                // One of them stays an array.
                check(
                        call,
                        layout,
                        i -> {
                            int kind = (first + 2 * i) % (KINDS.size() + 1);
                            return kind == KINDS.size() ? null : KINDS.get(kind);
                        },
                        layout + ", mixed from " + first);
            }
        }
    }

    private static void check(Call call, Layout layout, IntFunction<Stored> kinds, String what) {
        List<Operand> operands = call.operands();
        int count = operands.size();
        FloatTensor[] arrays = new FloatTensor[count];
        FloatTensor[] views = new FloatTensor[count];
        MemorySegment[] memories = new MemorySegment[count];
        for (int i = 0; i < count; i++) {
            Operand operand = operands.get(i);
            if (operand.same() >= 0) {
                arrays[i] = arrays[operand.same()];
                views[i] = views[operand.same()];
                continue;
            }
            // Row-major outputs beside inputs in any layout, and the other way round, have tests of their own.
            arrays[i] = array(operand, layout, i);
            Stored kind = kinds.apply(i);
            if (kind == null) {
                FloatTensor copy = array(operand, layout, i);
                views[i] = copy;
                memories[i] = MemorySegment.ofArray(copy.array());
            } else {
                memories[i] = FloatStored.memory(arrays[i], kind);
                views[i] = FloatStored.view(arrays[i], memories[i]);
            }
        }
        double[] expected = call.body().run(arrays);
        double[] actual = call.body().run(views);
        assertArrayEquals(expected, actual, call + ", " + what);
        for (int i = 0; i < count; i++) {
            if (memories[i] != null) {
                int number = i;
                FloatBits.assertSame(
                        arrays[i].array(),
                        FloatStored.contents(memories[i]),
                        () -> call + ", " + what + ", operand " + number);
            }
        }
    }

    private static FloatTensor array(Operand operand, Layout layout, int seed) {
        SplittableRandom random = new SplittableRandom(100 + seed);
        float[] elements = new float[Shapes.numel(operand.shape())];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = operand.content() == Content.PROBABILITIES
                    ? (float) random.nextDouble()
                    : (float) random.nextGaussian(0.0, 3.0);
        }
        return layout.of(elements, operand.shape());
    }
}
