// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Numbers on their way to the caller. */
@Tag("once")
class ResultsTest {
    @Test
    void whatAnAdditionLost() {
        assertEquals(1.0, Results.lost(1e100, 1.0, 1e100 + 1.0));
        assertEquals(1.0, Results.lost(1.0, 1e100, 1.0 + 1e100));
        assertEquals(-1.0, Results.lost(-1e100, -1.0, -1e100 - 1.0));
        assertEquals(0x1p-53, Results.lost(1.0, 0x1p-53, 1.0 + 0x1p-53));
        // Rounded up: the sum has got more than it was given.
        assertEquals(-0x1p-53, Results.lost(1.0, 0x3p-53, 1.0 + 0x3p-53));
        assertEquals(-0x1p-53, Results.lost(0x3p-53, 1.0, 1.0 + 0x3p-53));
        assertEquals(0.0, Results.lost(3.0, 4.0, 7.0));
    }

    @Test
    void totalTakesBackWhatWasLost() {
        assertEquals(1.5, Results.total(1.0, 0.5));
        assertEquals(0.75, Results.total(1.0, -0.25));
        // What an infinite sum has "lost" is NaN or an infinity.
        assertEquals(Double.POSITIVE_INFINITY, Results.total(Double.POSITIVE_INFINITY, Double.NaN));
        assertEquals(Double.POSITIVE_INFINITY, Results.total(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
    }

    @Test
    void valuesOfSamplesByTheirNumber() {
        FloatTensor floats =
                FloatTensor.of(new float[] {0f, 1f, 2f, 3f, 4f, 5f, 6f}, 1, new int[] {2, 3}, new int[] {1, 2});
        assertEquals(1.0, Results.get(floats, 0));
        assertEquals(3.0, Results.get(floats, 1));
        assertEquals(6.0, Results.get(floats, 5));
        Results.set(floats, 4, -9.0);
        assertEquals(-9f, floats.array()[4]);
        assertEquals(-9.0, Results.get(floats, 4));
        DoubleTensor doubles =
                DoubleTensor.of(new double[] {0, 1, 2, 3, 4, 5, 6}, 1, new int[] {2, 3}, new int[] {1, 2});
        assertEquals(3.0, Results.get(doubles, 1));
        assertEquals(6.0, Results.get(doubles, 5));
        Results.set(doubles, 4, 0.1);
        assertEquals(0.1, doubles.array()[4]);
    }

    @Test
    void roundsOnceAndToOneNaN() {
        assertEquals((float) Math.PI, Results.toFloat(Math.PI));
        assertEquals(Float.POSITIVE_INFINITY, Results.toFloat(1e300));
        double otherNaN = Double.longBitsToDouble(0xfff0_0000_dead_beefL);
        assertEquals(Float.floatToRawIntBits(Float.NaN), Float.floatToRawIntBits(Results.toFloat(otherNaN)));
        assertEquals(Double.doubleToRawLongBits(Double.NaN), Double.doubleToRawLongBits(Results.toDouble(otherNaN)));
        assertEquals(Math.PI, Results.toDouble(Math.PI));
    }

    @Test
    void lossesWithoutABatchMean() {
        for (Reduction reduction : Reduction.values()) {
            if (reduction == Reduction.BATCH_MEAN) {
                assertThrows(IllegalArgumentException.class, () -> Results.checkPlain(reduction));
            } else {
                assertEquals(reduction, Results.checkPlain(reduction));
            }
        }
    }
}
