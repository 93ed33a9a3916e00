// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.lanewise.kernel.scalar.FloatScalarKernels;
import io.github.lanewise.kernel.vector.FloatVectorKernels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels of native memory against the scalar twin on arrays, at any address, beside guard bands. */
class FloatNativeKernelsTest {
    private static final int GUARD = 16;
    private static final float UNTOUCHED = 12345f;
    private static final FloatKernels TWIN = FloatScalarKernels.INSTANCE;

    private final SplittableRandom random = new SplittableRandom(7);

    /** Whether kernels are the vectors' from the first call on. */
    static boolean runOnVectors() {
        return !Kernels.PROMOTING && !(Kernels.FLOAT instanceof FloatScalarKernels);
    }

    private float[] numbers(int n, boolean special) {
        float[] numbers = new float[n];
        for (int i = 0; i < n; i++) {
            numbers[i] = (float) (random.nextDouble() * 20.0 - 10.0);
        }
        if (special) {
            float[] values = {
                Float.NaN,
                Float.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY,
                0f,
                -0f,
                Float.MIN_VALUE,
                -Float.MAX_VALUE,
                700f
            };
            for (int i = 0; i < n; i++) {
                if (random.nextInt(5) == 0) {
                    numbers[i] = values[random.nextInt(values.length)];
                }
            }
        }
        return numbers;
    }

    /** Native memory with room for numbers at a byte, between guards. */
    private static MemorySegment memory(float[] numbers, long place) {
        MemorySegment memory = Arena.ofAuto().allocate(place + (numbers.length + GUARD) * (long) Float.BYTES, 1L);
        for (long i = 0; i + Float.BYTES <= memory.byteSize(); i += Float.BYTES) {
            memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, i, UNTOUCHED);
        }
        MemorySegment.copy(numbers, 0, memory, ValueLayout.JAVA_FLOAT_UNALIGNED, place, numbers.length);
        return memory;
    }

    private long place() {
        return GUARD * (long) Float.BYTES + random.nextInt(Double.BYTES);
    }

    /** The first results have the expected bits, and nothing else has changed. */
    private static void assertWritten(float[] expected, int done, float[] before, MemorySegment out, long place) {
        float[] actual = new float[before.length];
        MemorySegment.copy(out, ValueLayout.JAVA_FLOAT_UNALIGNED, place, actual, 0, actual.length);
        for (int i = 0; i < actual.length; i++) {
            float wanted = i < done ? expected[i] : before[i];
            int at = i;
            assertEquals(
                    Float.floatToRawIntBits(wanted),
                    Float.floatToRawIntBits(actual[i]),
                    () -> "element " + at + ": " + wanted + ", " + actual[at]);
        }
        MemorySegment untouched = memory(before, place);
        assertEquals(-1L, untouched.asSlice(0, place).mismatch(out.asSlice(0, place)));
        long end = place + before.length * (long) Float.BYTES;
        assertEquals(-1L, untouched.asSlice(end).mismatch(out.asSlice(end)));
    }

    private void assertDone(int n, int done) {
        if (runOnVectors()) {
            assertTrue(done <= n && done > n - FloatLanes.LANES, done + " of " + n);
        } else {
            assertEquals(0, done);
        }
    }

    @ParameterizedTest
    @EnumSource(PointFunction.class)
    void functions(PointFunction f) {
        for (int n : new int[] {1, 15, 16, 17, 100, 1000, 3071, 3072, 3584, 5000}) {
            for (boolean special : new boolean[] {false, true}) {
                float[] x = numbers(n, special);
                float[] before = numbers(n, false);
                float[] expected = new float[n];
                TWIN.apply(f, x, 0, n, expected, 0);
                long xPlace = place();
                long outPlace = place();
                MemorySegment input = memory(x, xPlace);
                MemorySegment out = memory(before, outPlace);
                int done = Kernels.FLOAT_NATIVE.apply(f, input, xPlace, n, out, outPlace);
                assertDone(n, done);
                assertWritten(expected, done, before, out, outPlace);
                assertWritten(x, n, x, input, xPlace);
                done = Kernels.FLOAT_NATIVE.apply(f, input, xPlace, n, input, xPlace);
                assertWritten(expected, done, x, input, xPlace);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(PointFunction.class)
    void derivatives(PointFunction f) {
        for (int n : new int[] {1, 15, 16, 17, 100, 1000}) {
            for (boolean special : new boolean[] {false, true}) {
                float[] x = numbers(n, special);
                float[] g = numbers(n, special);
                float[] expected = new float[n];
                TWIN.applyBackward(f, x, 0, g, 0, n, expected, 0);
                long xPlace = place();
                long gPlace = place();
                MemorySegment input = memory(x, xPlace);
                MemorySegment upstream = memory(g, gPlace);
                int done = Kernels.FLOAT_NATIVE.applyBackward(f, input, xPlace, upstream, gPlace, n, upstream, gPlace);
                assertDone(n, done);
                assertWritten(expected, done, g, upstream, gPlace);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 100, 1000})
    void softplus(int n) {
        for (boolean special : new boolean[] {false, true}) {
            float[] x = numbers(n, special);
            float[] g = numbers(n, special);
            float[] before = numbers(n, false);
            float[] expected = new float[n];
            long xPlace = place();
            long gPlace = place();
            long outPlace = place();
            MemorySegment input = memory(x, xPlace);
            MemorySegment upstream = memory(g, gPlace);
            MemorySegment out = memory(before, outPlace);
            TWIN.softplus(x, 0, n, 2f, 5f, expected, 0);
            int done = Kernels.FLOAT_NATIVE.softplus(input, xPlace, n, 2f, 5f, out, outPlace);
            assertDone(n, done);
            assertWritten(expected, done, before, out, outPlace);
            TWIN.softplusBackward(x, 0, g, 0, n, 2f, 5f, expected, 0);
            out = memory(before, outPlace);
            done = Kernels.FLOAT_NATIVE.softplusBackward(input, xPlace, upstream, gPlace, n, 2f, 5f, out, outPlace);
            assertDone(n, done);
            assertWritten(expected, done, before, out, outPlace);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 33, 47, 48, 63, 64, 100, 1000, 4127})
    void sums(int n) {
        for (int kind = 0; kind < 3; kind++) {
            float[] x = numbers(n, kind == 2);
            for (int i = 0; i < n && kind == 1; i++) {
                x[i] = -1f - Math.abs(x[i]);
            }
            long place = place();
            MemorySegment input = memory(x, place);
            float[] max = new float[FloatLanes.BLOCK];
            float[] maxInPlace = new float[FloatLanes.BLOCK];
            float[] terms = new float[n];
            float[] termsInPlace = new float[n];
            double expected = TWIN.plainSumExpAndMax(x, 0, n, 3f, max);
            double actual = Kernels.FLOAT_NATIVE.plainSumExpAndMax(input, place, n, 3f, maxInPlace);
            assertSum(expected, max, actual, maxInPlace, kind == 2);
            expected = TWIN.plainSumTermsAndMax(x, 0, n, 3f, max, terms, 0);
            actual = Kernels.FLOAT_NATIVE.plainSumTermsAndMax(input, place, n, 3f, maxInPlace, termsInPlace, 0);
            assertSum(expected, max, actual, maxInPlace, kind == 2);
            if (runOnVectors() && kind < 2) {
                assertArrayEquals(terms, termsInPlace);
            }
            assertWritten(x, n, x, input, place);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 33, 47, 48, 63, 64, 100, 1000})
    void sumsOfSeveral(int n) {
        int[] places = {0, 5, 1, n + 7, 2 * n};
        int count = places.length;
        for (int kind = 0; kind < 2; kind++) {
            float[] x = numbers(3 * n, false);
            for (int i = 0; i < x.length && kind == 1; i++) {
                x[i] = -1f - Math.abs(x[i]);
            }
            MemorySegment input = memory(x, 0);
            double[] sums = new double[count];
            float[] max = new float[count];
            assertEquals(
                    runOnVectors(), Kernels.FLOAT_NATIVE.plainSumsExpAndMax(input, places, count, n, 3f, sums, max));
            for (int i = 0; i < count && runOnVectors(); i++) {
                float[] expected = new float[FloatLanes.BLOCK];
                double sum = TWIN.plainSumExpAndMax(x, places[i], n, 3f, expected);
                assertEquals(Double.doubleToRawLongBits(sum), Double.doubleToRawLongBits(sums[i]));
                assertEquals(Float.floatToRawIntBits(expected[0]), Float.floatToRawIntBits(max[i]));
            }
            sumsOfSeveralKeepTheirTerms(x, n, places, input);
            assertWritten(x, x.length, x, input, 0);
        }
    }

    private static void sumsOfSeveralKeepTheirTerms(float[] x, int n, int[] places, MemorySegment input) {
        int count = places.length;
        int[] termsPlaces = new int[count];
        for (int i = 0; i < count; i++) {
            termsPlaces[i] = 3 + (count - 1 - i) * n;
        }
        double[] sums = new double[count];
        float[] max = new float[count];
        float[] terms = new float[count * n + 5];
        boolean done =
                Kernels.FLOAT_NATIVE.plainSumsTermsAndMax(input, places, count, n, 3f, sums, max, terms, termsPlaces);
        assertEquals(runOnVectors() && FloatVectorKernels.bits() > 128, done);
        float[] expectedTerms = new float[terms.length];
        for (int i = 0; i < count && done; i++) {
            float[] expected = new float[FloatLanes.BLOCK];
            double sum = TWIN.plainSumTermsAndMax(x, places[i], n, 3f, expected, expectedTerms, termsPlaces[i]);
            assertEquals(Double.doubleToRawLongBits(sum), Double.doubleToRawLongBits(sums[i]));
            assertEquals(Float.floatToRawIntBits(expected[0]), Float.floatToRawIntBits(max[i]));
        }
        assertArrayEquals(expectedTerms, terms);
    }

    /** A sum is that of the twin, or none: perhaps of a row with special values, and always on the twin. */
    private static void assertSum(double expected, float[] max, double actual, float[] actualMax, boolean special) {
        if (!special) {
            assertEquals(!runOnVectors(), Double.isNaN(actual), () -> "sum " + actual);
        }
        if (!Double.isNaN(actual)) {
            assertEquals(Double.doubleToRawLongBits(expected), Double.doubleToRawLongBits(actual));
            assertEquals(Float.floatToRawIntBits(max[0]), Float.floatToRawIntBits(actualMax[0]));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 33, 47, 48, 63, 64, 100, 1000})
    void rows(int n) {
        float[] x = numbers(n, false);
        float[] before = numbers(n, false);
        float[] expected = new float[n];
        long xPlace = place();
        long outPlace = place();
        MemorySegment input = memory(x, xPlace);

        TWIN.scaleTerms(x, 0, n, 0.3f, 0.1f, expected, 0);
        MemorySegment out = memory(before, outPlace);
        boolean done = Kernels.FLOAT_NATIVE.scaleTerms(x, 0, n, 0.3f, 0.1f, out, outPlace);
        assertEquals(runOnVectors(), done);
        assertWritten(expected, done ? n : 0, before, out, outPlace);

        for (double factor : new double[] {0.25, 1e-30}) {
            TWIN.expScale(x, 0, null, 0, null, 0, n, 10f, factor, 0f, 0.1f, expected, 0);
            out = memory(before, outPlace);
            done = Kernels.FLOAT_NATIVE.expScale(input, xPlace, n, 10f, factor, 0.1f, out, outPlace);
            assertEquals(runOnVectors(), done);
            assertWritten(expected, done ? n : 0, before, out, outPlace);
        }

        TWIN.logSoftmax(x, 0, null, 0, n, 10f, 2f, 1f, expected, 0);
        out = memory(before, outPlace);
        done = Kernels.FLOAT_NATIVE.logSoftmax(input, xPlace, n, 10f, 2f, out, outPlace);
        assertEquals(runOnVectors(), done);
        assertWritten(expected, done ? n : 0, before, out, outPlace);
        done = Kernels.FLOAT_NATIVE.logSoftmax(input, xPlace, n, 10f, 2f, input, xPlace);
        assertWritten(expected, done ? n : 0, x, input, xPlace);
    }

    /** Losses of elements: inputs, sums, losses and derivatives, of ordinary numbers and of others. */
    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 32, 63, 64, 100, 1000, 1024, 3100, 4096})
    void losses(int n) {
        for (boolean special : new boolean[] {false, true}) {
            float[] x = numbers(n, special);
            float[] t = fractions(n, special);
            long xPlace = place();
            long tPlace = place();
            long outPlace = place();
            MemorySegment input = memory(x, xPlace);
            MemorySegment target = memory(t, tPlace);
            logits(Math.min(n, FloatLanes.CHUNK), x, t, input, xPlace, target, tPlace);
            if (n >= FloatLanes.BLOCK) {
                int whole = n - n % FloatLanes.BLOCK;
                double expected = TWIN.sumKlDiv(x, 0, t, 0, whole);
                double actual = Kernels.FLOAT_NATIVE.sumKlDiv(input, xPlace, target, tPlace, whole);
                assertSameSum(expected, actual);
            }
            float[] p = fractions(n, special);
            MemorySegment probability = memory(p, xPlace);
            for (boolean exact : new boolean[] {false, true}) {
                bce(n, exact, p, t, probability, xPlace, target, tPlace, outPlace);
            }
            assertWritten(x, n, x, input, xPlace);
            assertWritten(t, n, t, target, tPlace);
            boolean all = Kernels.FLOAT_NATIVE.areProbabilities(probability, xPlace, n);
            boolean known = runOnVectors() && n % FloatLanes.LANES == 0;
            assertEquals(known && TWIN.areProbabilities(p, 0, n), all && known);
            assertFalse(Kernels.FLOAT_NATIVE.areProbabilities(memory(numbers(n, false), xPlace), xPlace, n) && n > 15);
        }
    }

    /** Numbers in [0, 1], the ends among them. */
    private float[] fractions(int n, boolean special) {
        float[] numbers = new float[n];
        for (int i = 0; i < n; i++) {
            int kind = special ? random.nextInt(12) : 12;
            numbers[i] = kind == 0 ? 0f : kind == 1 ? 1f : kind == 2 ? 1e-40f : random.nextFloat() * 0.9f + 0.05f;
        }
        return numbers;
    }

    /** A sum that is there has the twin's bits, and one of ordinary numbers is there on vectors. */
    private static void assertSameSum(double expected, double actual) {
        if (runOnVectors()) {
            assertEquals(Double.doubleToLongBits(expected), Double.doubleToLongBits(actual));
        } else {
            assertTrue(Double.isNaN(actual));
        }
    }

    private static void logits(
            int n, float[] x, float[] t, MemorySegment input, long xPlace, MemorySegment target, long tPlace) {
        double expected = TWIN.sumBceWithLogits(x, 0, t, 0, n, 0.5f, null, 0);
        double actual = Kernels.FLOAT_NATIVE.sumBceWithLogits(input, xPlace, target, tPlace, n);
        assertSameSum(expected, actual);
    }

    private void bce(
            int n,
            boolean exact,
            float[] p,
            float[] t,
            MemorySegment input,
            long xPlace,
            MemorySegment target,
            long tPlace,
            long outPlace) {
        float[] expected = new float[n];
        float[] losses = new float[n];
        float[] slopes = new float[n];
        float[] before = numbers(n, false);
        boolean takes = runOnVectors() && n % FloatLanes.LANES == 0;
        TWIN.bce(p, 0, t, 0, null, 0, n, exact, null, 0, 0.5f, expected, 0, slopes, 0, null, 0);
        boolean done = Kernels.FLOAT_NATIVE.bce(input, xPlace, target, tPlace, n, exact, 0.5f, losses, 0, null, 0L);
        assertTrue(done || !takes);
        if (done) {
            assertArrayEquals(expected, losses);
        }
        MemorySegment out = memory(before, outPlace);
        Arrays.fill(losses, 0f);
        done = Kernels.FLOAT_NATIVE.bce(input, xPlace, target, tPlace, n, exact, 0.5f, losses, 0, out, outPlace);
        assertTrue(done || !takes);
        assertWritten(slopes, done ? n : 0, before, out, outPlace);
        if (done) {
            assertArrayEquals(expected, losses);
        }
    }

    /** Memory of other classes is not for these kernels: profiles of the JDK's methods would slow them down. */
    @Test
    void takesPlainNativeMemoryAlone(@TempDir Path folder) {
        assertTrue(NativeMemory.isKnown(Arena.ofAuto().allocate(8L)));
        assertTrue(NativeMemory.isKnown(Arena.global().allocate(8L).asReadOnly().asSlice(1L)));
        assertFalse(NativeMemory.isKnown(MemorySegment.ofArray(new float[2])));
        assertFalse(NativeMemory.isKnown(MemorySegment.ofArray(new byte[8])));
        Path file = folder.resolve("numbers");
        try (Arena arena = Arena.ofConfined()) {
            Files.write(file, new byte[64]);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0L, 64L, arena);
                assertFalse(NativeMemory.isKnown(mapped));
                assertThrows(IllegalArgumentException.class, () -> NativeMemory.known(mapped));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whatever the address: bytes before and behind are left alone by the last register, too. */
    @Test
    void takesAllAddresses() {
        assumeTrue(runOnVectors());
        int n = 64;
        float[] x = numbers(n, false);
        float[] expected = new float[n];
        TWIN.apply(PointFunction.EXP, x, 0, n, expected, 0);
        for (int shift = 0; shift < 64; shift++) {
            long place = GUARD * (long) Float.BYTES + shift;
            MemorySegment memory = memory(x, place);
            assertEquals(n, Kernels.FLOAT_NATIVE.apply(PointFunction.EXP, memory, place, n, memory, place));
            assertWritten(expected, n, x, memory, place);
        }
    }
}
