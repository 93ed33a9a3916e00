// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Losses of single elements against their formulas, and where a factor of 0 meets an infinite one. */
@Tag("once")
class FloatLossMathTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    private static void assertClose(double expected, float actual, double magnitude) {
        assertEquals(expected, actual, 8 * Math.ulp(1f) * magnitude);
    }

    @Test
    void slopeOfLogitsAlongTheTarget() {
        for (double x : new double[] {-30.0, -2.0, -0.5, 0.0, 0.25, 3.0, 40.0}) {
            for (double p : new double[] {0.0, 0.5, 1.0, 3.0}) {
                double softplus = Math.log1p(Math.exp(-x));
                double expected = -x + (p - 1.0) * softplus;
                for (boolean limit : new boolean[] {false, true}) {
                    float slope = FloatLossMath.logitsTargetSlope((float) x, (float) p, limit, 1f);
                    assertClose(expected, slope, Math.abs(x) + Math.abs(p - 1.0) * softplus);
                }
            }
        }
    }

    @Test
    void slopeOfInfiniteLogitsAlongTheTarget() {
        // -x + (p - 1) softplus(-x) goes to p |x| for negative x and to -x for positive x.
        assertEquals(INFINITY, FloatLossMath.logitsTargetSlope(-INFINITY, 2f, true, 1f));
        assertEquals(0f, FloatLossMath.logitsTargetSlope(-INFINITY, 0f, true, 1f));
        assertEquals(Float.NaN, FloatLossMath.logitsTargetSlope(-INFINITY, 0f, false, 1f));
        assertEquals(-INFINITY, FloatLossMath.logitsTargetSlope(INFINITY, 0f, true, 1f));
        assertEquals(-INFINITY, FloatLossMath.logitsTargetSlope(INFINITY, 2f, false, 1f));
    }

    @Test
    void slopesOfProbabilities() {
        for (double x : new double[] {0.125, 0.5, 0.75}) {
            for (double t : new double[] {0.0, 0.25, 1.0}) {
                double expected = (1.0 - t) / (1.0 - x) - t / x;
                for (boolean exact : new boolean[] {false, true}) {
                    assertClose(expected, FloatLossMath.bceSlope((float) x, (float) t, exact), Math.abs(expected));
                    double log = Math.log(x);
                    double logOther = Math.log1p(-x);
                    double loss = -t * log - (1.0 - t) * logOther;
                    assertClose(loss, FloatLossMath.bce((float) x, (float) t, exact), loss);
                    assertClose(
                            logOther - log,
                            FloatLossMath.bceTargetSlope((float) x, exact),
                            Math.abs(log) + Math.abs(logOther));
                }
            }
        }
        assertEquals(-1f, FloatLossMath.bceSlope(1f, 1f, true));
        assertEquals(1f, FloatLossMath.bceSlope(0f, 0f, true));
        assertEquals(-INFINITY, FloatLossMath.bceSlope(0f, 0.5f, true));
        assertEquals(0f, FloatLossMath.bceSlope(1f, 1f, false));
    }
}
