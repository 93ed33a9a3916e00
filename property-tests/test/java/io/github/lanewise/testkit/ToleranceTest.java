// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.lanewise.testkit.golden.Tolerance;
import org.junit.jupiter.api.Test;

/** What counts as the same result, and how a difference is told. */
class ToleranceTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;
    private static final Tolerance FLOATS = new Tolerance(Precision.FLOAT);
    private static final Tolerance DOUBLES = new Tolerance(Precision.DOUBLE);

    private static Tensor vector(double... data) {
        return Tensor.of(data, data.length);
    }

    @Test
    void specialValuesMatchThemselves() {
        Tensor special = vector(Double.NaN, INFINITY, -INFINITY, 0.0);
        assertNull(FLOATS.difference(Operation.SOFTMAX, special, vector(Double.NaN, INFINITY, -INFINITY, -0.0)));
        assertEquals(
                "[1] is -Infinity, expected Infinity",
                FLOATS.difference(Operation.SOFTMAX, special, vector(Double.NaN, -INFINITY, -INFINITY, 0.0)));
        assertEquals(
                "[0] is 1.0, expected NaN",
                FLOATS.difference(Operation.SOFTMAX, special, vector(1.0, INFINITY, -INFINITY, 0.0)));
        // Rounded to float the expected number is infinite.
        assertNull(FLOATS.difference(Operation.EXP, vector(1e39), vector(INFINITY)));
    }

    @Test
    void lossesAreComparedAtTheirLargestNumber() {
        Tensor expected = vector(1000.0, 0.0, INFINITY);
        Tensor near = vector(1000.0, 0.9e-3, INFINITY);
        assertNull(FLOATS.difference(Operation.CROSS_ENTROPY, expected, near));
        assertEquals("[1] is 9.0E-4, expected 0.0", FLOATS.difference(Operation.NLL_LOSS, expected, near));
        assertEquals("[1] is 9.0E-4, expected 0.0", DOUBLES.difference(Operation.CROSS_ENTROPY, expected, near));
    }

    @Test
    void shapesHaveToBeTheSame() {
        assertEquals(
                " has shape [2], expected [1, 2]",
                FLOATS.difference(Operation.SOFTMAX, Tensor.of(new double[2], 1, 2), vector(0.0, 0.0)));
    }
}
