// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.kernel.ElementarySweep.ArrayKernel;
import io.github.lanewise.kernel.ElementarySweep.FloatFunction;
import io.github.lanewise.kernel.scalar.FloatMath;
import io.github.lanewise.kernel.scalar.FloatScalarKernels;
import io.github.lanewise.kernel.scalar.FloatSigmoidMath;
import io.github.lanewise.kernel.vector.FloatVectorKernels;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds the elementary functions and the sigmoid family to the bounds of {@link ElementaryBounds}, and the vector
 * kernels to the bits of the scalar twin. Where the Vector API module is missing, the twin alone is tested.
 */
class FloatElementaryAccuracyTest {

    /** Odd, so that over all patterns every low bit of the fraction is met; 2^32 / 255 is just above 2^24 inputs. */
    private static final long STRIDE = 255;

    private static final long PATTERNS = 1L << 32;

    private static final float INFINITY = Float.POSITIVE_INFINITY;

    /** The threshold of softplus from which on it answers x itself. */
    private static final float THRESHOLD = 20f;

    /** Points at which a function changes its behaviour: thresholds, ends of reduction intervals, exact cases. */
    private static final float[] EDGES = {
        0f, // signed zeros and the smallest subnormals
        Float.MIN_NORMAL,
        0x1p-30f, // expm1 answers x below
        0x1p-25f, // 1 + x rounds to 1 below
        0.25f,
        0.5f, // log1p leaves the exponent 0
        0.75f, // interval end of the mantissa in log
        1f,
        1.5f,
        2f,
        17.328680f, // expm1(-x) rounds to -1 above
        18f,
        87.336544f, // exp(-x) becomes subnormal
        88.722839f, // exp overflows above
        89f,
        103.278929f, // exp(-x) reaches the smallest subnormal
        103.972084f, // exp(-x) rounds to zero above
        104f,
        0x1p24f,
        0x1p126f,
        0x1.8p127f,
        Float.MAX_VALUE,
        INFINITY, // and the first NaNs
        0x1.5ef11ep6f, // the worst inputs of exp,
        0x1.0fb6b6p4f, // expm1,
        0x1.6e7394p0f, // log
        0x1.f05b54p-2f, // log1p,
        0x1.5cf4cap-3f, // tanh,
        0x1.0a2b22p4f, // sigmoid,
        0x1.3f401ep-2f, // logSigmoid and softplus
        0x1p-13f, // tanh answers x below
        0x1.205968p3f, // tanh rounds to 1 above
        THRESHOLD,
    };

    /** The functions under test; without a point function the function is softplus. */
    private enum Function {
        EXP(ElementaryBounds.EXP, StrictMath::exp, FloatMath::exp, PointFunction.EXP),
        EXPM1(ElementaryBounds.EXPM1, StrictMath::expm1, FloatMath::expm1, PointFunction.EXPM1),
        LOG(ElementaryBounds.LOG, StrictMath::log, FloatMath::log, PointFunction.LOG),
        LOG1P(ElementaryBounds.LOG1P, StrictMath::log1p, FloatMath::log1p, PointFunction.LOG1P),
        TANH(ElementaryBounds.TANH, StrictMath::tanh, FloatSigmoidMath::tanh, PointFunction.TANH),
        SIGMOID(
                ElementaryBounds.SIGMOID,
                FloatElementaryAccuracyTest::sigmoid,
                FloatSigmoidMath::sigmoid,
                PointFunction.SIGMOID),
        LOG_SIGMOID(
                ElementaryBounds.LOG_SIGMOID,
                x -> -softplus(-x),
                FloatSigmoidMath::logSigmoid,
                PointFunction.LOG_SIGMOID),
        SOFTPLUS(
                ElementaryBounds.SOFTPLUS,
                FloatElementaryAccuracyTest::softplus,
                x -> FloatSigmoidMath.softplus(x, 1f, THRESHOLD),
                null);

        private final double bound;
        private final DoubleUnaryOperator reference;
        private final FloatFunction twin;
        private final @Nullable PointFunction point;

        Function(double bound, DoubleUnaryOperator reference, FloatFunction twin, @Nullable PointFunction point) {
            this.bound = bound;
            this.reference = reference;
            this.twin = twin;
            this.point = point;
        }

        private ArrayKernel on(FloatPointKernels kernels) {
            PointFunction f = point;
            return f == null
                    ? (x, xOffset, n, out, outOffset) -> kernels.softplus(x, xOffset, n, 1f, THRESHOLD, out, outOffset)
                    : (x, xOffset, n, out, outOffset) -> kernels.apply(f, x, xOffset, n, out, outOffset);
        }

        private ArrayKernel twinKernel() {
            return on(FloatScalarKernels.INSTANCE);
        }

        private @Nullable ArrayKernel vectorKernel() {
            boolean present =
                    ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
            return present ? on(VectorKernels.instance()) : null;
        }

        private ElementarySweep sweep() {
            return new ElementarySweep(reference, twin, vectorKernel());
        }
    }

    /** A class of its own, so that nothing of the vector package is linked unless the Vector API module is there. */
    private static final class VectorKernels {

        private static FloatPointKernels instance() {
            return FloatVectorKernels.INSTANCE;
        }
    }

    private static double sigmoid(double x) {
        double e = StrictMath.exp(-Math.abs(x));
        return x < 0 ? e / (1 + e) : 1 / (1 + e);
    }

    private static double softplus(double x) {
        return (x > 0 ? x : 0.0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
    }

    @ParameterizedTest
    @EnumSource
    void errorStaysWithinItsBoundAndVectorBitsEqualTwinBits(Function function) {
        ElementarySweep sweep = function.sweep();
        sweep.addPatterns(0, PATTERNS - 1, STRIDE);
        for (float edge : EDGES) {
            sweep.addNeighbours(edge, 2000);
        }
        for (int exponent = 0; exponent < 255; exponent++) {
            sweep.addNeighbours(Float.intBitsToFloat(exponent << 23), 100);
        }
        // Half multiples of ln 2: where exp and expm1 pass from one exponent to the next, and where r is zero.
        for (int halves = 1; halves <= 304; halves++) {
            sweep.addNeighbours((float) (halves * 0.5 * Math.log(2)), 100);
        }
        check(function, sweep);
    }

    @Test
    @Tag("exhaustive")
    void errorStaysWithinItsBoundOverAllInputs() {
        for (Function function : Function.values()) {
            ElementarySweep total = function.sweep();
            long slice = 1L << 20;
            LongStream.range(0, PATTERNS / slice).parallel().forEach(index -> {
                ElementarySweep part = function.sweep();
                part.addPatterns(index * slice, (index + 1) * slice - 1, 1);
                part.flush();
                synchronized (total) {
                    total.merge(part);
                }
            });
            check(function, total);
        }
    }

    private static void check(Function function, ElementarySweep sweep) {
        sweep.flush();
        String summary = sweep.summary(function.name().toLowerCase(Locale.ROOT));
        System.out.println(summary);
        assertTrue(sweep.worst() <= function.bound, summary);
        assertEquals(0, sweep.differences(), () -> "vector and twin differ first at " + sweep.firstDifference());
    }

    @Test
    void specialValuesOfExp() {
        assertMaps(Function.EXP, -INFINITY, 0f);
        assertMaps(Function.EXP, INFINITY, INFINITY);
        assertMaps(Function.EXP, 0f, 1f);
        assertMaps(Function.EXP, -0f, 1f);
        assertMaps(Function.EXP, Float.MIN_VALUE, 1f);
        assertMaps(Function.EXP, Float.MAX_VALUE, INFINITY);
        assertMaps(Function.EXP, -Float.MAX_VALUE, 0f);
    }

    @Test
    void expOverflowsAndUnderflowsAtTheExactThresholds() {
        assertMaps(Function.EXP, 0x1.62e42ep6f, 0x1.ffff08p127f);
        assertMaps(Function.EXP, Math.nextUp(0x1.62e42ep6f), INFINITY);
        assertMaps(Function.EXP, -0x1.9fe368p6f, Float.MIN_VALUE);
        assertMaps(Function.EXP, Math.nextDown(-0x1.9fe368p6f), 0f);
    }

    @Test
    void specialValuesOfExpm1() {
        assertMaps(Function.EXPM1, -INFINITY, -1f);
        assertMaps(Function.EXPM1, INFINITY, INFINITY);
        assertMaps(Function.EXPM1, 0f, 0f);
        assertMaps(Function.EXPM1, -0f, -0f);
        assertMaps(Function.EXPM1, Float.MIN_VALUE, Float.MIN_VALUE);
        assertMaps(Function.EXPM1, -Float.MIN_VALUE, -Float.MIN_VALUE);
        assertMaps(Function.EXPM1, 0x1.62e42ep6f, 0x1.ffff08p127f);
        assertMaps(Function.EXPM1, Math.nextUp(0x1.62e42ep6f), INFINITY);
        assertMaps(Function.EXPM1, -Float.MAX_VALUE, -1f);
    }

    @Test
    void specialValuesOfLog() {
        assertMaps(Function.LOG, 0f, -INFINITY);
        assertMaps(Function.LOG, -0f, -INFINITY);
        assertMaps(Function.LOG, 1f, 0f);
        assertMaps(Function.LOG, INFINITY, INFINITY);
        assertMaps(Function.LOG, -INFINITY, Float.NaN);
        assertMaps(Function.LOG, -Float.MIN_VALUE, Float.NaN);
        assertMaps(Function.LOG, -1f, Float.NaN);
    }

    @Test
    void specialValuesOfLog1p() {
        assertMaps(Function.LOG1P, 0f, 0f);
        assertMaps(Function.LOG1P, -0f, -0f);
        assertMaps(Function.LOG1P, Float.MIN_VALUE, Float.MIN_VALUE);
        assertMaps(Function.LOG1P, -Float.MIN_VALUE, -Float.MIN_VALUE);
        assertMaps(Function.LOG1P, -1f, -INFINITY);
        assertMaps(Function.LOG1P, Math.nextDown(-1f), Float.NaN);
        assertMaps(Function.LOG1P, INFINITY, INFINITY);
        assertMaps(Function.LOG1P, -INFINITY, Float.NaN);
    }

    @Test
    void specialValuesOfSigmoid() {
        assertMaps(Function.SIGMOID, 0f, 0.5f);
        assertMaps(Function.SIGMOID, -0f, 0.5f);
        assertMaps(Function.SIGMOID, INFINITY, 1f);
        assertMaps(Function.SIGMOID, -INFINITY, 0f);
        assertMaps(Function.SIGMOID, -Float.MAX_VALUE, 0f);
        // 3.7835059e-44, a subnormal: 27 times the smallest float.
        assertMaps(Function.SIGMOID, -100f, 27 * Float.MIN_VALUE);
        assertMaps(Function.SIGMOID, -0x1.9fe368p6f, Float.MIN_VALUE);
        assertMaps(Function.SIGMOID, Math.nextDown(-0x1.9fe368p6f), 0f);
    }

    @Test
    void specialValuesOfLogSigmoid() {
        assertMaps(Function.LOG_SIGMOID, 0f, (float) -Math.log(2));
        assertMaps(Function.LOG_SIGMOID, INFINITY, -0f);
        assertMaps(Function.LOG_SIGMOID, -INFINITY, -INFINITY);
        assertMaps(Function.LOG_SIGMOID, -Float.MAX_VALUE, -Float.MAX_VALUE);
        assertMaps(Function.LOG_SIGMOID, 100f, -27 * Float.MIN_VALUE);
    }

    @Test
    void specialValuesOfSoftplus() {
        assertMaps(Function.SOFTPLUS, 0f, (float) Math.log(2));
        assertMaps(Function.SOFTPLUS, INFINITY, INFINITY);
        assertMaps(Function.SOFTPLUS, -INFINITY, 0f);
        assertMaps(Function.SOFTPLUS, Math.nextUp(THRESHOLD), Math.nextUp(THRESHOLD));
        assertMaps(Function.SOFTPLUS, -100f, 27 * Float.MIN_VALUE);
    }

    @Test
    void specialValuesOfTanh() {
        assertMaps(Function.TANH, 0f, 0f);
        assertMaps(Function.TANH, -0f, -0f);
        assertMaps(Function.TANH, Float.MIN_VALUE, Float.MIN_VALUE);
        assertMaps(Function.TANH, -Float.MIN_VALUE, -Float.MIN_VALUE);
        assertMaps(Function.TANH, INFINITY, 1f);
        assertMaps(Function.TANH, -INFINITY, -1f);
        assertMaps(Function.TANH, 0x1.205968p3f, 1f);
    }

    @ParameterizedTest
    @EnumSource
    void everyNaNBecomesTheCanonicalOne(Function function) {
        for (int bits : new int[] {0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001, 0x7fffffff, 0xffffffff}) {
            assertMaps(function, Float.intBitsToFloat(bits), Float.NaN);
        }
    }

    @ParameterizedTest
    @EnumSource
    void arrayKernelsHonourOffsetsAndLeaveTheRestAlone(Function function) {
        float[] x = new float[80];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i - 20) * 0.37f;
        }
        for (int n = 0; n <= 70; n++) {
            float[] expected = new float[x.length];
            Arrays.fill(expected, 42f);
            for (int i = 0; i < n; i++) {
                expected[5 + i] = function.twin.apply(x[3 + i]);
            }
            assertKernelWrites(function.twinKernel(), x, n, expected);
            ArrayKernel vectorKernel = function.vectorKernel();
            if (vectorKernel != null) {
                assertKernelWrites(vectorKernel, x, n, expected);
            }
        }
    }

    private static void assertKernelWrites(ArrayKernel kernel, float[] x, int n, float[] expected) {
        float[] out = new float[x.length];
        Arrays.fill(out, 42f);
        kernel.apply(x, 3, n, out, 5);
        // Arrays.equals compares by floatToIntBits: signed zeros apart, NaN alike.
        assertTrue(Arrays.equals(expected, out), () -> "n = " + n + ": " + Arrays.toString(out));

        float[] inPlace = x.clone();
        kernel.apply(inPlace, 3, n, inPlace, 3);
        for (int i = 0; i < x.length; i++) {
            float wanted = i >= 3 && i < 3 + n ? expected[i + 2] : x[i];
            assertEquals(Float.floatToRawIntBits(wanted), Float.floatToRawIntBits(inPlace[i]), "in place");
        }
    }

    /** Asserts the exact bits of a result, from the twin and from every lane of the vector kernel. */
    private static void assertMaps(Function function, float x, float expected) {
        int bits = Float.floatToRawIntBits(expected);
        assertEquals(
                bits, Float.floatToRawIntBits(function.twin.apply(x)), () -> function + " of " + x + " by the twin");
        ArrayKernel kernel = function.vectorKernel();
        if (kernel != null) {
            float[] values = new float[67];
            Arrays.fill(values, x);
            kernel.apply(values, 0, values.length, values, 0);
            for (float value : values) {
                assertEquals(bits, Float.floatToRawIntBits(value), () -> function + " of " + x + " by the vector");
            }
        }
    }
}
