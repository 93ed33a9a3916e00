// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {
    @Test
    void anImageHasARowForEachPosition() {
        Shape shape = Shape.parse("8x21x256x128");
        assertEquals(8, shape.samples());
        assertEquals(21, shape.classes());
        assertEquals(256 * 128, shape.positions());
        assertEquals(8 * 256 * 128, shape.rows());
        assertEquals(8 * 21 * 256 * 128, shape.elements());
        assertArrayEquals(new int[] {8, 256, 128}, shape.rowSizes());
        // Position 5 of sample 1.
        assertEquals(21 * 256 * 128 + 5, shape.start(256 * 128 + 5));
        assertEquals("8x21x256x128", shape.toString());
    }

    @Test
    void aRowOfABatchStartsWhereTheLastOneEnds() {
        Shape shape = Shape.parse("64x1000");
        assertEquals(3000, shape.start(3));
        assertArrayEquals(new int[] {64}, shape.rowSizes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64", "64x", "0x10", "64x-1", "64 x 1000", "axb"})
    void otherTextIsRefused(String text) {
        assertEquals(
                "\"" + text + "\" is no shape: give two sizes or more, as in 64x1000 or 8x21x256x256",
                assertThrows(IllegalArgumentException.class, () -> Shape.parse(text))
                        .getMessage());
    }
}
