// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.lanewise.kernel.scalar.FloatConstants;
import io.github.lanewise.kernel.scalar.FloatScalarKernels;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The losses of single elements where a logarithm is infinite, a weight 0, or PyTorch's float32 loses its digits. */
class FloatLossSpecialValuesTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final FloatPointKernels KERNELS = FloatScalarKernels.INSTANCE;

    /** Loss and gradients of one element. */
    private record Values(float loss, float gradX, float gradT) {}

    private static Values bce(float x, float t, boolean exact) {
        float[] out = new float[3];
        KERNELS.bce(new float[] {x}, 0, new float[] {t}, 0, null, 0, 1, exact, null, 0, 1f, out, 0, out, 1, out, 2);
        return new Values(out[0], out[1], out[2]);
    }

    private static Values logits(float x, float t, boolean limit) {
        float[] out = new float[3];
        KERNELS.bceWithLogits(
                new float[] {x},
                0,
                new float[] {t},
                0,
                null,
                0,
                null,
                0,
                1,
                limit,
                null,
                0,
                1f,
                out,
                0,
                out,
                1,
                out,
                2);
        return new Values(out[0], out[1], out[2]);
    }

    private static Values klDiv(float x, float t, boolean logTarget, boolean limit) {
        float[] out = new float[3];
        KERNELS.klDiv(new float[] {x}, 0, new float[] {t}, 0, 1, logTarget, limit, null, 0, 1f, out, 0, out, 1, out, 2);
        return new Values(out[0], out[1], out[2]);
    }

    @Test
    void logitsKeepTheDigitsOfSmallLosses() {
        assertEquals(6.144193e-6f, logits(-12f, 0f, false).loss(), 1e-11f);
        assertEquals(3.059022e-7f, logits(-15f, 0f, false).loss(), 1e-13f);
        assertEquals(2.0611537e-9f, logits(-20f, 0f, false).loss(), 1e-15f);
        assertEquals(logits(20f, 1f, false).loss(), logits(-20f, 0f, false).loss());
        float last = (float) Math.log(Float.MIN_VALUE);
        assertEquals(Float.MIN_VALUE, logits(last, 0f, false).gradX());
        assertEquals(Float.MIN_VALUE, logits(last, 0f, false).loss());
    }

    @Test
    void infiniteLogitsGiveNaNOrTheLimit() {
        assertEquals(Float.NaN, logits(INFINITY, 1f, false).loss());
        assertEquals(INFINITY, logits(INFINITY, 0f, false).loss());
        assertEquals(Float.NaN, logits(-INFINITY, 0f, false).loss());
        assertEquals(Float.NaN, logits(-INFINITY, 1f, false).loss());
        assertEquals(new Values(0f, 0f, -INFINITY), logits(INFINITY, 1f, true));
        assertEquals(new Values(INFINITY, 1f, -INFINITY), logits(INFINITY, 0f, true));
        assertEquals(new Values(0f, 0f, INFINITY), logits(-INFINITY, 0f, true));
        assertEquals(new Values(INFINITY, -1f, INFINITY), logits(-INFINITY, 1f, true));
        assertEquals(Float.NaN, logits(Float.NaN, 0f, true).loss());
    }

    @Test
    void probabilitiesOfZeroAndOneMeetTheFloors() {
        float steepest = 1f / FloatConstants.BCE_GRADIENT_FLOOR;
        assertEquals(1e12, steepest, 1e4);
        assertEquals(new Values(100f, -steepest, 100f), bce(0f, 1f, false));
        assertEquals(new Values(100f, steepest, -100f), bce(1f, 0f, false));
        assertEquals(new Values(0f, 0f, 100f), bce(0f, 0f, false));
        assertEquals(new Values(0f, 0f, -100f), bce(1f, 1f, false));
    }

    @Test
    void probabilitiesOfZeroAndOneAreExactWithoutFloors() {
        assertEquals(new Values(INFINITY, -INFINITY, INFINITY), bce(0f, 1f, true));
        assertEquals(new Values(INFINITY, INFINITY, -INFINITY), bce(1f, 0f, true));
        assertEquals(new Values(0f, 1f, INFINITY), bce(0f, 0f, true));
        assertEquals(new Values(0f, -1f, -INFINITY), bce(1f, 1f, true));
        assertEquals(Float.NaN, bce(Float.NaN, 0f, true).loss());
        // Where the floor of -100 would cut: log(1e-44) = -101.3.
        assertEquals(101.28f, bce(1e-44f, 1f, true).loss(), 0.1f);
    }

    @Test
    void targetsOfZeroDiverge() {
        assertEquals(new Values(0f, -0f, Float.NaN), klDiv(-3f, 0f, false, false));
        assertEquals(new Values(Float.NaN, -0f, Float.NaN), klDiv(-INFINITY, 0f, false, false));
        assertEquals(new Values(Float.NaN, 0.5f, Float.NaN), klDiv(-3f, -0.5f, false, false));
        assertEquals(new Values(INFINITY, -0.5f, INFINITY), klDiv(-INFINITY, 0.5f, false, false));
        assertEquals(new Values(0f, -0f, -INFINITY), klDiv(-3f, 0f, false, true));
        assertEquals(0f, klDiv(-INFINITY, 0f, false, true).loss());
        assertEquals(Float.NaN, klDiv(Float.NaN, 0f, false, true).loss());
    }

    /** PyTorch computes the gradient of a target as {@code xlogy(g, t) + g * t / t - g * x}, and its xlogy of 0 is 0 but for NaN. */
    @Test
    void whereNoGradientComesInANegativeTargetGetsNone() {
        float[] x = {-3f, 3f, -3f, -INFINITY, Float.NaN, -3f, -3f, -3f, -3f};
        float[] t = {-0.5f, -0.5f, -0.5f, -0.5f, -0.5f, -INFINITY, 0f, 0.5f, -0.5f};
        float[] g = {0f, 0f, -0f, 0f, 0f, 0f, 0f, 0f, 1f};
        float[] expected = {0f, 0f, 0f, Float.NaN, Float.NaN, Float.NaN, Float.NaN, 0f, Float.NaN};
        int n = x.length;
        for (FloatPointKernels kernels : new FloatPointKernels[] {KERNELS, Kernels.FLOAT}) {
            float[] gradT = new float[n];
            kernels.klDiv(x, 0, t, 0, n, false, false, g, 0, 1f, null, 0, null, 0, gradT, 0);
            assertArrayEquals(expected, gradT);
            for (int i = 0; i < n; i++) {
                kernels.klDiv(x, i, t, i, 1, false, false, null, 0, g[i], null, 0, null, 0, gradT, i);
            }
            assertArrayEquals(expected, gradT);
        }
    }

    /** PyTorch's {@code xlogy(t, t) - t * x}, and for the target's gradient {@code g * t / t}. */
    @Test
    void infiniteTargetsLeaveANumberForNegativeInputsOnly() {
        float[] x = {-3f, 0f, 3f, -INFINITY, INFINITY, Float.NaN};
        float[] expected = {INFINITY, Float.NaN, Float.NaN, INFINITY, Float.NaN, Float.NaN};
        for (FloatPointKernels kernels : new FloatPointKernels[] {KERNELS, Kernels.FLOAT}) {
            for (boolean limit : new boolean[] {false, true}) {
                for (int i = 0; i < x.length; i++) {
                    float[] out = new float[3];
                    kernels.klDiv(
                            x, i, new float[] {INFINITY}, 0, 1, false, limit, null, 0, 1f, out, 0, out, 1, out, 2);
                    assertArrayEquals(new float[] {expected[i], -INFINITY, Float.NaN}, out);
                }
            }
        }
    }

    @Test
    void logTargetsOfNegativeInfinity() {
        assertEquals(new Values(Float.NaN, -0f, Float.NaN), klDiv(-3f, -INFINITY, true, false));
        assertEquals(new Values(0f, -0f, 0f), klDiv(-3f, -INFINITY, true, true));
        assertEquals(new Values(0f, -0f, 0f), klDiv(-INFINITY, -INFINITY, true, true));
        assertEquals(Float.NaN, klDiv(Float.NaN, -INFINITY, true, true).loss());
    }

    @Test
    void xlogyOfZero() {
        float[] out = new float[4];
        KERNELS.xlogy(new float[] {0f, -0f, 0f, 2f}, 0, new float[] {0f, -1f, Float.NaN, 0f}, 0, 4, out, 0);
        assertEquals(0f, out[0]);
        assertEquals(0f, out[1]);
        assertEquals(Float.NaN, out[2]);
        assertEquals(-INFINITY, out[3]);
    }

    @Test
    void gradientOfXlogyIsThatOfPyTorchWhereALogarithmIsMissing() {
        float[] x = {0f, 0f, 2f, 2f, 2f, 2f, 2f, 2f};
        float[] y = {-1f, 0f, -1f, -1f, 0f, -INFINITY, INFINITY, Float.NaN};
        float[] g = {3f, 3f, 3f, 0f, 0f, -0f, 0f, 0f};
        for (FloatPointKernels kernels : new FloatPointKernels[] {KERNELS, Kernels.FLOAT}) {
            float[] out = new float[16];
            kernels.xlogyBackward(x, 0, y, 0, g, 0, 8, out, 0, out, 8);
            assertArrayEquals(new float[] {0f, 0f, Float.NaN, 0f, 0f, 0f, 0f, Float.NaN}, Arrays.copyOf(out, 8));
            assertArrayEquals(
                    new float[] {-0f, Float.NaN, -6f, -0f, Float.NaN, 0f, 0f, Float.NaN},
                    Arrays.copyOfRange(out, 8, 16));
        }
    }
}
