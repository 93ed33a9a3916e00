// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.lanewise.kernel.ScratchPool;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pads are lent to one borrower at a time and kept, and sections do not run into each other. */
@Tag("once")
class FloatPadTest {
    @Test
    void givenBackOnesAreLentAgain() {
        float[] first = FloatPad.borrow();
        float[] second = FloatPad.borrow();
        assertNotSame(first, second);
        assertEquals(FloatPad.SECTIONS * FloatPad.SECTION + ScratchPool.GUARD, first.length);
        FloatPad.giveBack(first);
        assertSame(first, FloatPad.borrow());
        FloatPad.giveBack(second);
        assertSame(second, FloatPad.borrow());
        FloatPad.giveBack(first);
        FloatPad.giveBack(second);
    }

    @Test
    void morePadsThanThePoolHolds() {
        float[][] pads = new float[40][];
        for (int i = 0; i < pads.length; i++) {
            pads[i] = FloatPad.borrow();
            for (int j = 0; j < i; j++) {
                assertNotSame(pads[j], pads[i]);
            }
        }
        for (float[] pad : pads) {
            FloatPad.giveBack(pad);
        }
    }

    @Test
    void sectionsAreApart() {
        float[] pad = new float[FloatPad.SECTIONS * FloatPad.SECTION];
        float[] x = {1f, 2f, 3f, 4f, 5f};
        FloatPad.fill(pad, 0, x, 1, 3);
        FloatPad.fill(pad, FloatPad.SECTIONS - 1, x, 0, 2);
        FloatPad.fill(pad, 2, null, 0, 5);
        float[] expected = new float[pad.length];
        expected[0] = 2f;
        expected[1] = 3f;
        expected[2] = 4f;
        expected[pad.length - FloatPad.SECTION] = 1f;
        expected[pad.length - FloatPad.SECTION + 1] = 2f;
        assertArrayEquals(expected, pad);
        float[] out = new float[4];
        FloatPad.empty(pad, 0, out, 1, 2);
        FloatPad.empty(pad, 0, null, 1, 2);
        assertEquals("[0.0, 2.0, 3.0, 0.0]", Arrays.toString(out));
        FloatPad.empty(pad, FloatPad.SECTIONS - 1, out, 3, 1);
        assertEquals("[0.0, 2.0, 3.0, 1.0]", Arrays.toString(out));
    }

    @Test
    void standsOnlyForWhatExists() {
        float[] pad = new float[1];
        assertSame(pad, FloatPad.instead(pad, new float[2]));
        assertNull(FloatPad.instead(pad, null));
    }
}
