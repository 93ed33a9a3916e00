// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrecisionTest {
    @ParameterizedTest
    @ValueSource(floats = {0f, Float.MIN_VALUE, 1e-40f, Float.MIN_NORMAL, 0.75f, 1f, 3.5f, 1e30f, Float.MAX_VALUE})
    void ulpIsThatOfTheType(float value) {
        assertEquals(Math.ulp(value), Precision.FLOAT.ulp(value));
        assertEquals(Math.ulp(value), Precision.FLOAT.ulp(-value));
        assertEquals(Math.ulp((double) value), Precision.DOUBLE.ulp(value));
    }

    @Test
    void constantsAreThoseOfTheTypes() {
        assertEquals(Math.ulp(1f), Precision.FLOAT.epsilon());
        assertEquals(Math.ulp(1.0), Precision.DOUBLE.epsilon());
        assertEquals(Float.MIN_NORMAL, Precision.FLOAT.smallestNormal());
        assertEquals(Double.MIN_NORMAL, Precision.DOUBLE.smallestNormal());
        assertEquals(Float.MAX_VALUE, Precision.FLOAT.largest());
    }

    @Test
    void errorsAreInUlpOfTheExactValue() {
        Precision f = Precision.FLOAT;
        assertEquals(1.0, f.ulpError(1f + Math.ulp(1f), BigDecimal.ONE));
        assertEquals(0.25, f.ulpError(1.0, new BigDecimal(1.0 + 0.25 * Math.ulp(1f))));
        assertEquals(0.5, f.ulpError(0.0, new BigDecimal(0.5 * Float.MIN_VALUE)));
        assertEquals(0.0, f.ulpError(Double.POSITIVE_INFINITY, new BigDecimal("1e39")));
        assertTrue(Double.isInfinite(f.ulpError(Double.POSITIVE_INFINITY, new BigDecimal("1e38"))));
        assertTrue(Double.isInfinite(f.ulpError(Double.NaN, BigDecimal.ONE)));
    }

    @Test
    void distancesAreInUlpOfTheLargerValue() {
        Precision f = Precision.FLOAT;
        assertEquals(0.0, f.ulpDistance(0.0, -0.0));
        assertEquals(0.0, f.ulpDistance(Double.NaN, Double.NaN));
        assertEquals(2.0, f.ulpDistance(1.5, 1.5 + 2 * Math.ulp(1f)));
        assertTrue(Double.isInfinite(f.ulpDistance(1.0, Double.NaN)));
        assertTrue(Double.isInfinite(f.ulpDistance(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY)));
    }
}
